"""Ellipsoids around fixed points, what they lead to, cuts outward, and a closed cover in whole numbers."""

from dataclasses import replace

import numpy as np
import pytest
from by_hand import switch
from test_forks_finishing import copied, searched
from test_forks_search import SMALL, evaluated_endings, problem

from anylength.verification.certify import required_epsilon_and_eta
from anylength.verification.ellipsoids.find import problem_of
from anylength.verification.forks import find, following
from anylength.verification.forks.confirming import BARELY, confirmed
from anylength.verification.forks.cover import ForkedCover
from anylength.verification.forks.exported import Checked, checked, rounded_nodes
from anylength.verification.forks.find import noisy_problem
from anylength.verification.forks.fixed_points import AT_EDGE, nodes_at_fixed_points
from anylength.verification.forks.following import with_what_they_lead_to
from anylength.verification.forks.images import outward, sources_of
from anylength.verification.forks.nodes import Nodes
from anylength.verification.forks.pieces import AXIS_UNIT, CUTS, LEAST_TURN, axes_of, in_units, whole_pieces
from anylength.verification.forks.search import ForkSearch


@pytest.fixture(scope="module")
def closed_cover() -> ForkedCover:
    return searched()


def measured(cover: ForkedCover) -> Checked:
    """What holds in whole numbers."""
    assert cover.found is not None
    return checked(cover.problem, cover.setting.blocks, rounded_nodes(cover.nodes), cover.found)


def moved_off(cover: ForkedCover, far: float) -> ForkedCover:
    """The cover with all nodes moved so that fixed points are so far from their middles."""
    center, shape = cover.nodes.center.copy(), cover.nodes.shape
    center[1:] += far * shape[1:, :, 0]
    cover.nodes = Nodes(center, shape, cover.nodes.kind)
    return cover


def test_directions_are_such_that_float32_turns_as_whole_numbers_do():
    rng = np.random.default_rng(0)
    beside = rng.normal(size=(200, 5)) * 10.0 ** rng.uniform(-7, 1, (200, 1))
    directions = np.eye(1, 5)[0] + beside
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    own = in_units(directions.astype(np.float32))
    short = np.linalg.norm(directions - np.eye(1, 5)[0], axis=1) < 0.99 * LEAST_TURN
    assert short.any() and (own[short] == np.eye(1, 5)[0]).all() and not (own[~short] == np.eye(1, 5)[0]).all(axis=1).all()
    assert np.abs(own - directions).max() < LEAST_TURN and np.abs(own - directions)[~short].max() < 1.02 * LEAST_TURN
    assert (own.astype(np.float32) == own).all() and (axes_of(own) * AXIS_UNIT == own - np.eye(1, 5)[0]).all()


def test_pieces_are_cut_along_directions_in_units():
    pieces = whole_pieces(np.array([[1, 0, 2, 0]]), 3).cut(np.array([[1.0, 1e-5, 0.0]]), CUTS[1])
    assert (pieces.direction[:, 0] == [1.0, 0.0, 0.0]).all()
    pieces = whole_pieces(np.array([[1, 0, 2, 0]]), 3).cut(np.array([[0.6, 0.8, 0.0]]), CUTS[1])
    np.testing.assert_allclose(pieces.direction[:, 0], [[0.6, 0.8, 0.0]] * 4, atol=AXIS_UNIT)


@pytest.mark.slow
def test_the_outward_direction_leads_to_the_farthest_image():
    cover = evaluated_endings()
    found, ellipsoids = cover.found, cover.ellipsoids
    pieces = found.pieces.at(np.flatnonzero(found.pieces.source > 0))
    direction = np.asarray(outward(cover.setting, cover.given, ellipsoids, pieces), np.float64)
    center, shape = (np.asarray(part, np.float64) for part in sources_of(ellipsoids, pieces))
    target, inverse = cover.nodes.center[pieces.target], np.linalg.inv(cover.nodes.shape[pieces.target])

    def far(u):
        states = cover.problem.step((center + np.einsum("kij,kj->ki", shape, u)).T, pieces.symbol).T
        return np.linalg.norm(np.einsum("kij,kj->ki", inverse, states - target), axis=1)

    rng, farthest = np.random.default_rng(5), np.zeros(len(direction))
    for _ in range(300):
        u = rng.normal(size=direction.shape)
        farthest = np.maximum(farthest, far(u / np.linalg.norm(u, axis=1, keepdims=True)))
    counts = farthest > 0.1
    assert counts.sum() >= 8 and (far(direction) > 0.97 * farthest)[counts].all()


def test_a_fixed_point_gets_an_ellipsoid_where_none_has_it_well_inside():
    cover = ForkSearch(problem(), 0.0, SMALL)._endings()
    cover = moved_off(cover, 0.99)
    found = nodes_at_fixed_points(cover)
    assert found
    for nodes in found:
        cover.nodes = cover.nodes.and_more(nodes)
    assert nodes_at_fixed_points(cover) == []


@pytest.mark.slow
def test_an_ellipsoid_around_a_fixed_point_holds_its_own_image(closed_cover):
    cover = moved_off(copied(closed_cover), 0.99)
    found = nodes_at_fixed_points(cover)
    assert found
    for nodes in found:
        symbol = cover.kinds.pairs[int(nodes.kind[0])][1]
        near, far = cover.nodes.nearest(nodes.center, nodes.kind, 1)
        assert far[0, 0] > AT_EDGE and near[0, 0] > 0
        rng = np.random.default_rng(1)
        u = rng.normal(size=(nodes.center.shape[1], 500))
        states = nodes.center.T + nodes.shape[0] @ (u / np.linalg.norm(u, axis=0))
        after = cover.problem.step(states, np.full(500, symbol)) - nodes.center.T
        assert np.linalg.norm(np.linalg.solve(nodes.shape[0], after), axis=0).max() < 1
        still = cover.problem.step(nodes.center.T, np.array([symbol]))
        np.testing.assert_allclose(still, nodes.center.T, atol=1e-8)


@pytest.mark.slow
def test_what_ellipsoids_lead_to_is_added_or_nothing_is(closed_cover, monkeypatch):
    cover = copied(closed_cover)
    last = len(cover.nodes) - 1
    small = Nodes(cover.nodes.center[[last]], 0.2 * cover.nodes.shape[[last]], cover.nodes.kind[[last]])
    assert with_what_they_lead_to(cover, small)
    first = len(closed_cover.steps)
    assert len(cover.nodes) > last + 1 and not cover.found.is_open(cover.problem.eta)[cover.found.step >= first].any()
    assert cover.is_closed
    before, pieces = (len(cover.nodes), len(cover.steps)), len(cover.found.step)
    large = replace(small, shape=40 * small.shape)
    monkeypatch.setattr(following, "GENERATIONS", 0)
    assert not with_what_they_lead_to(cover, large)
    assert (len(cover.nodes), len(cover.steps)) == before and len(cover.found.step) == pieces and cover.is_closed


@pytest.mark.slow
def test_targets_that_are_barely_too_small_grow_in_float64(closed_cover):
    cover = copied(closed_cover)
    assert confirmed(cover).closes(cover.problem.eta)[cover.matters].all()
    node = int(np.bincount(cover.found.pieces.target, minlength=2)[1:].argmax()) + 1
    while measured(cover).closes(cover.problem.eta).all():
        cover.enlarge(np.array([node]), np.array([0.99]))
    assert measured(cover).level.max() < BARELY
    before = cover.nodes.shape[node].copy()
    assert confirmed(cover).closes(cover.problem.eta).all()
    assert (np.linalg.norm(cover.nodes.shape[node], axis=0) > np.linalg.norm(before, axis=0)).all()


def test_noise_is_enough_for_float32_where_states_go(monkeypatch):
    net, machine = switch()
    usual = problem_of(net, machine)
    found = noisy_problem(net, machine)
    needed, _ = required_epsilon_and_eta(net, "float32", np.ones(2))
    assert usual is not None and found is not None and found.epsilon == usual.epsilon >= needed
    monkeypatch.setattr(
        find, "sampled_states", lambda problem, kinds, seed: (np.array([[1.0, -40.0], [0.0, 1.0]]), np.zeros(2, int))
    )
    found = noisy_problem(net, machine)
    needed, _ = required_epsilon_and_eta(net, "float32", np.array([1.0, 40.0]))
    assert found is not None and found.epsilon >= needed > usual.epsilon
