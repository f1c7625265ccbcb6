"""Fewer pieces of a forked cover that closes, and cheaper weights: what takes the place of slices leaves no state out."""

import numpy as np
import pytest
from test_forks_finishing import copied, searched
from test_forks_search import SMALL, problem

from anylength.verification.ellipsoids.joint import first_logits
from anylength.verification.ellipsoids.slices import as_integers, slices_alike, slices_of
from anylength.verification.forks.cover import ForkedCover
from anylength.verification.forks.exported import checked, rounded_nodes
from anylength.verification.forks.found import Found, all_of
from anylength.verification.forks.joining import join, siblings
from anylength.verification.forks.pieces import ALL_CUTS, COARSE, CUTS, DEPTH, Pieces, leave_none_out, whole_pieces
from anylength.verification.forks.search import ForkSearch
from anylength_check.slices import read_cuts

FIRST = np.eye(1, 2)[0]


@pytest.mark.parametrize(("count", "along"), [(2, 0.7), (3, 0.55), (4, 0.45), (6, 0.35), (9, 0.25), (16, 0.2)])
def test_slices_that_are_alike_leave_no_state_out_for_the_checker(count, along):
    slices = slices_alike(count, along)
    assert [len(cut) for cut in read_cuts(as_integers(slices).tolist()).values()] == [count]
    widths, ends = [part.across for part in slices], [part.end for part in slices]
    assert np.ptp(widths) < 1e-9 * max(widths)
    assert count == 2 or max(widths) < max(part.across for part in slices_of(count, along))  # all of the same thickness
    np.testing.assert_allclose(ends[:-1], [-end for end in ends[-2::-1]], atol=1e-12)


def cut_along(pieces: Pieces, direction: tuple[float, float], cut: int) -> Pieces:
    return pieces.cut(np.tile(direction, (len(pieces.source), 1)), ALL_CUTS[cut])


def with_cuts() -> tuple[ForkedCover, Found]:
    """A cover of which step 3 is cut in 16, the third of these in 4, and one of those in 8; step 4 is cut in 4."""
    cover = ForkSearch(problem(), 0.0, SMALL)._endings()
    count = len(cover.steps)
    whole = whole_pieces(cover.steps, 2)
    in_16 = cut_along(whole.at(np.array([3])), (0.6, 0.8), 3)
    in_4 = cut_along(in_16.at(np.array([2])), (0.8, -0.6), 1)
    in_8 = cut_along(in_4.at(np.array([1])), (0.0, 1.0), 2)
    others = cut_along(whole.at(np.array([4])), (0.6, 0.8), 1)
    parts = [whole.at(np.delete(np.arange(count), [3, 4])), in_16.at(np.arange(16) != 2), in_4.at(np.arange(4) != 1), in_8, others]
    steps = np.concatenate([np.delete(np.arange(count), [3, 4]), np.full(15 + 3 + 8, 3), np.full(4, 4)])
    pieces = Pieces(*(np.concatenate([getattr(part, name) for part in parts]) for name in Pieces.__dataclass_fields__))
    cover.found = Found(steps, pieces, first_logits(len(steps), 2), np.full(len(steps), -1.0), np.ones(len(steps)))
    assert leave_none_out(cover.found.step, pieces.slice)
    return cover, cover.found


def test_slices_are_joined_only_if_none_is_cut_again():
    _, found = with_cuts()
    groups = [siblings(found, depth) for depth in range(DEPTH)]
    assert [np.bincount(group).tolist() for _, group in groups] == [[4], [], [8], []]
    assert (found.step[groups[0][0]] == 4).all() and (found.step[groups[2][0]] == 3).all()


@pytest.mark.parametrize(
    ("closing", "left"),
    [(range(1, 20), [1, 1]), (range(2, 20), [20, 2]), (range(5, 20), [24, 4]), ((), [26, 4])],
)
def test_the_fewest_slices_that_close_take_the_place_of_others(monkeypatch, closing, left):
    """What closes is said: all slices of cuts in so many, or none. Slices of slices are joined first."""
    cover, _ = with_cuts()

    def retargeted(pieces: Pieces, step) -> Found:
        is_whole, rows = pieces.depth == 0, np.arange(len(step))
        many = np.unique(step, return_counts=True)[1][0]
        level = np.full(len(step), -1.0 if many in closing else 1.0)
        assert (pieces.direction[is_whole] == FIRST).all()
        return Found(step, pieces.with_targets(2 + rows % 2), first_logits(len(step), 2), level, np.ones(len(step)))

    monkeypatch.setattr(cover, "retargeted", retargeted)
    join(cover)
    found = cover.found
    assert np.bincount(found.step)[[3, 4]].tolist() == left
    assert leave_none_out(found.step, found.pieces.slice) and not found.is_open(cover.problem.eta).any()
    assert (found.pieces.direction[found.pieces.slice == 0] == FIRST).all()  # what is not cut is not turned
    whole = found.pieces.depth == 0
    assert np.array_equal(cover.steps[found.step[whole], 2], found.pieces.target[whole])


@pytest.mark.slow
def test_steps_that_close_as_a_whole_are_joined_and_keep_their_levels_in_whole_numbers():
    cover = copied(searched())
    own = np.arange(cover.problem.machine.symbols, 2 * cover.problem.machine.symbols)
    pieces = cut_along(whole_pieces(cover.steps[own], 2), (1.0, 0.0), 2)
    cover.found = all_of([cover.found.at(~np.isin(cover.found.step, own)), cover.retargeted(pieces, np.repeat(own, 8))])
    join(cover)
    assert (np.bincount(cover.found.step) == 1).all() and cover.is_closed
    nodes = rounded_nodes(cover.nodes)
    found = checked(cover.problem, cover.setting.blocks, nodes, cover.found)
    assert found.closes(cover.problem.eta).all() and not found.is_joint.any()  # separate weights suffice, and are cheaper to check
    assert found.weights() == found.separate.tolist()


def test_all_cuts_have_numbers_of_their_own():
    assert len({len(cut) for cut in ALL_CUTS}) == len(CUTS) + len(COARSE)
