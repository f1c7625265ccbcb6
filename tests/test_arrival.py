"""Late starts: where states take many steps from the start to where they stay, cells cover the way, and the proof begins there."""

import math
import time
from dataclasses import replace

import numpy as np
import pytest
from by_hand import counting_net, switch

from anylength.cells import Rnn
from anylength.machines import Machine, NamedMachine
from anylength.nets import Net, to_bytes
from anylength.nets.weights import describe
from anylength.tasks import task_named
from anylength.tasks.custom import from_named_machine
from anylength.verification.certify import certificate_bytes
from anylength.verification.certify.ellipsoid_cover import UNIT
from anylength.verification.ellipsoids import arrival, find_ellipsoid_proof
from anylength.verification.ellipsoids.arrival import Arrival
from anylength.verification.ellipsoids.contexts import EMPTY, Contexts
from anylength.verification.ellipsoids.hulls import hull
from anylength.verification.ellipsoids.levels import Ellipsoids, levels_of, spread_of
from anylength.verification.ellipsoids.problem import Problem
from anylength.verification.ellipsoids.transients import late_start_of
from anylength.verification.ellipsoids.unfolding import Unfolding

ALWAYS = Machine(0, ((0, 0),), ((0, 0),))
"""A machine of one state and one answer."""


def leaving(gain: float = 2.2, readout: float = 0.0) -> Net:
    """A unit that leaves 0, its start, by a factor of `gain` a step, and stays near 1. It answers 0 if 1 + `readout` · unit > 0."""
    symbols = np.array([[0.0005, 0.001]], np.float32)
    cell = Rnn(weight_ih=symbols, weight_hh=np.array([[gain]], np.float32), bias=np.zeros(1, np.float32))
    return Net(cell, np.array([[readout], [0.0]], np.float32), np.array([1.0, 0.0], np.float32), base=2, tapes=1)


def closed_graph(problem: Problem) -> Unfolding:
    """Contexts of one symbol, with ellipsoids about a late state that hold their images."""
    late = late_start_of(problem)
    assert late is not None
    problem = replace(problem, late_start=late.state)
    contexts = Contexts(problem.machine)
    names = [EMPTY, *sorted(contexts.leaves - {EMPTY})]
    shape = np.array([[[0.0 if name == EMPTY else 0.05]] for name in names])
    given = Ellipsoids(np.repeat(late.state[None], len(names), 0), shape, spread_of(shape))
    edges = np.array([(a, symbol, b, problem.machine.output[0][symbol]) for a, symbol, b in contexts.edges(names)])
    unfolding = Unfolding(problem, contexts, names, given)
    unfolding.grow(edges, levels_of(problem, given, edges), 0, math.inf)
    assert unfolding.steps() is None
    return unfolding


def test_a_start_that_states_leave_slowly_is_late():
    problem = Problem(leaving(), ALWAYS, 1e-6, 1e-3)
    late = late_start_of(problem)
    assert late is not None and 6 < late.steps < 20
    assert late.state[0] > 0.9 and problem.own_start[0] == 0
    states = np.zeros((1, 1))
    for _ in range(late.steps):
        states = problem.step(states, np.array([0]))
    assert abs(states[0, 0] - late.state[0]) < 0.01


@pytest.mark.parametrize(
    ("net", "machine"),
    [(leaving(0.5), ALWAYS), (*switch(),), (counting_net(), task_named("count").machine)],
    ids=["soon there", "soon told apart", "never back"],
)
def test_other_starts_are_not_late(net, machine):
    assert late_start_of(Problem(net, machine, 1e-6, 1e-3)) is None


@pytest.mark.parametrize("count", [1, 2, 5, 40])
def test_a_hull_holds_all_its_ellipsoids_and_is_not_far_from_them(count):
    rng = np.random.default_rng(count)
    regions = [(0.3 * rng.normal(size=3), np.linalg.qr(rng.normal(size=(3, 3)))[0] * [1.0, 0.5, 0.1]) for _ in range(count)]
    (center, shape), share = hull(regions)
    points = rng.normal(size=(3, 400))
    points /= np.linalg.norm(points, axis=0)
    each = (np.linalg.solve(shape, (own - center)[:, None] + axes @ points) for own, axes in regions)
    inside = [np.linalg.norm(points, axis=0).max() for points in each]
    assert max(inside) <= 1 + 1e-9 and 0 <= share < 1
    assert max(inside) > (0.999 if count == 1 else 0.3)


def test_cells_lead_from_the_start_into_a_closed_graph_and_all_their_steps_close():
    problem = Problem(leaving(), ALWAYS, 1e-6, 1e-3)
    unfolding, late = closed_graph(problem), late_start_of(problem)
    before = unfolding.start
    assert late is not None and Arrival(unfolding, late, math.inf).succeeds()
    assert unfolding.start != before and unfolding.steps() is None
    center, shape = unfolding.regions[unfolding.start]
    assert center == problem.own_start and not shape.any()
    checked = unfolding.checked()
    assert checked is not None
    edges, found = checked
    assert found.closes(problem.eta).all() and unfolding.steps() is None
    cells = {node for node in unfolding.depths() if node > unfolding.start}
    assert 5 < len(cells) < 200 and {0, 1} == set(edges[np.isin(edges[:, 0], list(cells)), 1].tolist())
    widest = max(unfolding.regions[node][1].max() for node in cells)
    states = np.zeros((1, 64))  # each state of random words lies in the cell that its word leads to
    nodes = np.full(64, unfolding.start)
    for symbols in np.random.default_rng(0).integers(0, 2, (30, 64)):
        states = problem.step(states, symbols)
        nodes = np.array([unfolding.after[node, symbol] for node, symbol in zip(nodes.tolist(), symbols.tolist(), strict=True)])
        for node, state in zip(nodes.tolist(), states.T, strict=True):
            center, shape = unfolding.regions[node]
            assert abs(state - center) <= abs(shape)
    assert widest < 1


def test_the_graph_stays_as_it_was_where_cells_are_too_many_or_it_is_too_late(monkeypatch):
    problem = Problem(leaving(), ALWAYS, 1e-6, 1e-3)
    unfolding, late = closed_graph(problem), late_start_of(problem)
    assert late is not None
    before = unfolding.start
    assert not Arrival(unfolding, late, time.monotonic() - 1).succeeds()
    monkeypatch.setattr(arrival, "MOST_CELLS", 1)
    assert not Arrival(unfolding, late, math.inf).succeeds()
    assert unfolding.start == before and unfolding.steps() is None


def test_there_are_no_cells_where_an_answer_on_the_way_is_wrong():
    problem = Problem(leaving(readout=-40.0), Machine(0, ((0, 0),), ((1, 1),)), 1e-6, 1e-3)  # right once the state is above 1/40
    unfolding, late = closed_graph(problem), late_start_of(problem)
    before = unfolding.start
    assert late is not None and not Arrival(unfolding, late, math.inf).succeeds()
    assert unfolding.start == before


@pytest.mark.slow
def test_a_net_that_leaves_its_start_slowly_is_proved_from_there(tmp_path):
    from anylength_check import check

    net, task = leaving(), from_named_machine(NamedMachine(ALWAYS, ("a", "b"), ("no", "yes"), "all"), "always", "Always no.")
    found = find_ellipsoid_proof(net, ALWAYS, time.monotonic() + 200)
    assert found is not None and found.scope is None
    cover = found.proof.cover
    assert (cover.center[cover.start] * UNIT == 0).all() and not cover.shape[cover.start].any()
    (tmp_path / "certificate.json").write_bytes(certificate_bytes(net, ALWAYS, [found.proof]))
    (tmp_path / "model.safetensors").write_bytes(to_bytes(net, describe(net, task)))
    assert check(tmp_path / "certificate.json", tmp_path / "model.safetensors").valid
