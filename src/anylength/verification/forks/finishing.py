"""What is tried where few steps are open: other targets, cuts, less of ellipsoids with wrong answers, and following."""

from anylength.verification.forks.cover import ForkedCover
from anylength.verification.forks.following import follow
from anylength.verification.forks.reshaping import trim
from anylength.verification.forks.slicing import cut_for_margins, cut_what_is_open

ROUNDS = 3
"""So often it is tried, while it brings something."""


def finish(cover: ForkedCover) -> None:
    """Tries to close what is open, without moving what closes but for trimmed ellipsoids."""
    for _ in range(ROUNDS):
        cut_for_margins(cover)
        trim(cover)
        cut_what_is_open(cover)
        if not cover.open_steps.size or not follow(cover):
            return
