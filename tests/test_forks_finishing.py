"""What is tried where few steps of a forked cover are open: cuts that leave few open, other sizes, and following."""

import time
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from test_forks_search import SMALL, evaluated_endings, problem, some_nodes

from anylength.verification.ellipsoids.joint import first_logits
from anylength.verification.forks.cover import ForkedCover
from anylength.verification.forks.following import NEAR, follow
from anylength.verification.forks.found import WITHOUT, Found
from anylength.verification.forks.images import directions_of_margins, sources_of
from anylength.verification.forks.pieces import Pieces, leave_none_out, whole_pieces
from anylength.verification.forks.reshaping import GROW_BELOW, stretch, trim, with_sides
from anylength.verification.forks.search import ForkSearch
from anylength.verification.forks.slicing import leave_few_open


def said_cover(monkeypatch, said: dict[tuple[int, int], list[float]]) -> ForkedCover:
    """A cover with a step that is open; the levels of the slices of its pieces are said."""
    cover = ForkSearch(problem(), 0.0, SMALL)._endings()
    count = len(cover.steps)
    level = np.where(np.arange(count) == 3, 0.1, -1.0)
    cover.found = Found(np.arange(count), whole_pieces(cover.steps, 2), first_logits(count, 2), level, np.ones(count))

    def retargeted(pieces: Pieces, step) -> Found:
        return Found(step, pieces, first_logits(len(step), 2), np.array(said[3, len(step)]), np.ones(len(step)))

    monkeypatch.setattr(cover, "lowered", lambda rows: np.eye(1, 2).repeat(len(rows), 0))
    monkeypatch.setattr(cover, "retargeted", retargeted)
    monkeypatch.setattr(type(cover), "led_to", lambda self, first: np.arange(len(self.nodes)))
    return cover


@pytest.mark.parametrize(
    ("opens", "most", "slices"),
    [((2, 1, 1), 1, 16), ((2, 1, 2), 1, 8), ((2, 2, 2), 1, 1), ((2, 2, 3), 2, 8), ((0, 0, 0), 1, 4), ((1, 0, 0), 1, 8)],
)
def test_a_piece_is_cut_so_that_few_slices_stay_open_and_those_are_small(monkeypatch, opens, most, slices):
    said = {(3, many): [0.1] * count + [-0.1] * (many - count) for many, count in zip((4, 8, 16), opens, strict=True)}
    cover = said_cover(monkeypatch, said)
    assert leave_few_open(cover, np.array([3, 4]), most) == (slices > 1)
    assert np.bincount(cover.found.step)[2:5].tolist() == [1, slices, 1]
    assert leave_none_out(cover.found.step, cover.found.pieces.slice)


def test_a_side_that_is_added_or_taken_off_leaves_the_other_where_it_was():
    nodes, rng = some_nodes(), np.random.default_rng(11)
    directions, shares = rng.normal(size=(2, 3)), np.array([0.1, -0.05])
    changed = with_sides(nodes, np.array([1, 3]), directions, shares)
    for node, direction, share in zip((1, 3), directions / np.linalg.norm(directions, axis=1, keepdims=True), shares, strict=True):
        for sign, far in ((1, 1 + 2 * share), (-1, 1)):
            end = nodes.center[node] + sign * far * nodes.shape[node] @ direction
            place = np.linalg.solve(changed.shape[node], end - changed.center[node])
            np.testing.assert_allclose(place, sign * direction, atol=1e-9)
    assert all(np.array_equal(nodes.center[k], changed.center[k]) for k in (0, 2, 4))


def test_nodes_grow_toward_states_that_lie_a_little_out():
    cover = ForkSearch(problem(), 0.0, SMALL)._endings()
    count, last = len(cover.steps), len(cover.nodes) - 1
    cover.found = Found(np.arange(count), whole_pieces(cover.steps, 2), first_logits(count, 2), np.zeros(count), np.ones(count))
    toward = np.array([[1.0, 0.0], [0.6, 0.8], [0.0, -1.0]]) * np.array([1.1, 1.15, 3.0])[:, None]
    states, kinds = cover.nodes.center[last] + toward @ cover.nodes.shape[last].T, np.full(3, cover.nodes.kind[last])
    before = cover.nodes.nearest(states, kinds, 1)[1][:, 0]
    stretch(cover, states, kinds)
    after = cover.nodes.nearest(states, kinds, 1)[1][:, 0]
    assert (before > 1).tolist()[2] and (after[before < GROW_BELOW] <= 1).all()
    assert (cover.found.level != 0).any()  # what changed was measured


@cache
def searched() -> ForkedCover:
    """A cover that a search closed. It takes long, so several files share it; who changes it takes a copy."""
    search = ForkSearch(problem(), time.monotonic() + 600, SMALL)
    assert search.run() is not None and search.cover is not None
    return search.cover


@pytest.fixture(scope="module")
def closed_cover() -> ForkedCover:
    return searched()


def copied(cover: ForkedCover) -> ForkedCover:
    """The same cover, to be changed."""
    own = ForkedCover(cover.problem, cover.kinds, cover.nodes, cover.steps.copy())
    own.found, own.whole = cover.found.at(np.arange(len(cover.found.step))), tuple(map(np.copy, cover.whole))
    return own


def with_another_size(cover: ForkedCover, node: int, factor: float) -> ForkedCover:
    """The cover with a node that is larger or smaller."""
    own = copied(cover)
    own.enlarge(np.array([node]), np.array([factor]))
    own.look_again(own.found, own.ellipsoids, np.arange(len(own.found.step)))
    return own


@pytest.mark.slow
def test_open_pieces_are_followed_until_all_is_closed(closed_cover):
    pieces, level = closed_cover.found.pieces, closed_cover.found.level
    node = np.bincount(pieces.target[pieces.source != pieces.target]).argmax()
    worst = level[(pieces.target == node) & (pieces.source != node)].max()
    cover = with_another_size(closed_cover, int(node), np.exp(worst - 0.03))  # the worst image lies 3 % out
    before, pieces = len(cover.nodes), len(cover.open_pieces)
    assert (cover.found.level[cover.open_pieces] < NEAR).all()
    assert follow(cover) == pieces and cover.is_closed and len(cover.nodes) > before


@pytest.mark.slow
def test_pieces_that_would_lead_to_open_ones_stay_as_they_were():
    cover = evaluated_endings()
    cover.prune()
    before, found = len(cover.nodes), cover.found.at(np.argsort(cover.found.step, kind="stable"))
    assert cover.open_steps.size
    followed = follow(cover)
    after = cover.found.at(np.argsort(cover.found.step, kind="stable"))
    assert leave_none_out(after.step, after.pieces.slice)
    if followed == 0:
        assert len(cover.nodes) == before and np.array_equal(after.pieces.target, found.pieces.target)
    new = np.flatnonzero(np.isin(after.pieces.source, np.arange(before, len(cover.nodes))))
    assert not after.at(new).is_open(cover.problem.eta).any()


@pytest.mark.slow
def test_an_ellipsoid_with_wrong_answers_is_trimmed_until_they_are_right(closed_cover):
    own = np.flatnonzero(closed_cover.found.pieces.source > 0)
    cover = with_another_size(
        closed_cover, int(closed_cover.found.pieces.source[own[closed_cover.found.margin[own].argmin()]]), 1.5
    )
    least = cover.found.margin[own].min()
    cover.set_problem(replace(cover.problem, eta=0.5 * least + 0.0003))
    lacks, size = cover.found.margin < 2 * cover.problem.eta, np.abs(np.linalg.det(cover.nodes.shape))
    trim(cover)
    changed = np.flatnonzero(np.abs(np.linalg.det(cover.nodes.shape)) != size)
    assert lacks[own].any() and not (cover.found.margin[own] < 2 * cover.problem.eta).any()
    assert changed.size and set(changed) <= set(cover.found.pieces.source[lacks].tolist())


@pytest.mark.slow
def test_margins_fall_most_along_the_first_direction():
    cover = evaluated_endings()
    cover.enlarge(np.arange(1, len(cover.nodes)), np.full(len(cover.nodes) - 1, 0.01))  # so small that margins are linear
    found, ellipsoids = cover.found, cover.ellipsoids
    pieces = found.pieces.at(np.flatnonzero((found.pieces.source > 0) & (found.pieces.symbol == 0)))
    falls = np.asarray(directions_of_margins(cover.setting, cover.given, ellipsoids, pieces)[0], np.float64)
    center, shape = (np.asarray(part, np.float64) for part in sources_of(ellipsoids, pieces))
    weight, rows = cover.problem.tensors[cover.problem.program.weight], np.arange(len(falls))

    def margin(u):
        logits = weight @ cover.problem.step((center + np.einsum("kij,kj->ki", shape, u)).T, pieces.symbol)
        return logits[pieces.answer, rows] - logits[1 - pieces.answer, rows]  # two classes, without biases

    slopes = np.stack([margin(one + 0 * falls) - margin(-one + 0 * falls) for one in np.eye(2)], 1)
    slopes /= np.linalg.norm(slopes, axis=1, keepdims=True)
    assert len(falls) >= 4 and ((slopes * falls).sum(1) > 0.99).all()


@pytest.mark.slow
def test_a_piece_that_its_own_ellipsoid_does_not_hold_stays_as_it_was(closed_cover, monkeypatch):
    cover = with_another_size(closed_cover, 1, 1.0)
    rows = np.flatnonzero(cover.found.pieces.target != cover.found.pieces.source)[:2]
    cover.found.level[rows] = 0.05  # said to be open
    targets = cover.found.pieces.target[rows].copy()
    measured, first = cover.with_weights, len(cover.nodes)

    def without_numbers(pieces: Pieces, logits, step, updates: int) -> Found:
        found = measured(pieces, logits, step, updates)
        found.level[(pieces.target >= first) & (pieces.source < first)] = WITHOUT
        return found

    monkeypatch.setattr(cover, "with_weights", without_numbers)
    monkeypatch.setattr(cover, "look_again", lambda found, ellipsoids, rows: None)
    assert follow(cover) == 0
    assert cover.found.level[cover.found.level > 0].tolist() == [0.05, 0.05] and len(cover.nodes) == first
    assert np.array_equal(cover.found.pieces.target[cover.found.level > 0], targets)
