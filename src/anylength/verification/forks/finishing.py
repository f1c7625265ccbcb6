"""What is tried where few steps are open: ellipsoids around fixed points, other targets, cuts, trimming, and following."""

from anylength.verification.forks.cover import ForkedCover
from anylength.verification.forks.fixed_points import nodes_at_fixed_points
from anylength.verification.forks.following import follow, with_what_they_lead_to
from anylength.verification.forks.reshaping import trim
from anylength.verification.forks.slicing import cut_for_margins, cut_what_is_open

ROUNDS = 3
"""So often it is tried, while it brings something."""


def finish(cover: ForkedCover) -> None:
    """Tries to close what is open, without moving what closes but for trimmed ellipsoids."""
    for nodes in nodes_at_fixed_points(cover):
        with_what_they_lead_to(cover, nodes)
    for _ in range(ROUNDS):
        cut_for_margins(cover)
        trim(cover)
        cut_what_is_open(cover)
        if not cover.open_steps.size or not follow(cover):
            return
