"""What is tried where few steps are open: other targets, cuts, less of ellipsoids with wrong answers, and following."""

from anylength.verification.forks.cover import ForkedCover
from anylength.verification.forks.following import FEW, FEWER, follow
from anylength.verification.forks.reshaping import trim
from anylength.verification.forks.slicing import cut_for_margins, leave_few_open

ROUNDS = 3
"""So often it is tried, while it brings something."""

CUTTINGS, LEAST_LEFT = 4, 0.97
"""How often open pieces are cut, while no larger share of them stays open."""


def finish(cover: ForkedCover) -> None:
    """Tries to close what is open, without moving what closes but for trimmed ellipsoids."""
    for _ in range(ROUNDS):
        cover.retarget_open()
        cut_for_margins(cover)
        trim(cover)
        _cut(cover)
        if not cover.open_steps.size or not follow(cover):
            return


def _cut(cover: ForkedCover) -> None:
    """Cuts open pieces where few of their slices stay open."""
    for turn in range(CUTTINGS):
        before = len(cover.open_pieces)
        leave_few_open(cover, cover.open_pieces, FEW if turn == 0 else FEWER)
        cover.retarget_open()
        if len(cover.open_pieces) > LEAST_LEFT * before:
            return
