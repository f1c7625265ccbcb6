"""The search for forks: its parts agree with exact computations, and what it finds the checker accepts."""

import time
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from by_hand import switch
from safetensors.numpy import load, save
from test_kept_search import Box, EnoughError

from anylength.machines import Machine, NamedMachine
from anylength.nets import describe
from anylength.nets import tensors as tensors_of
from anylength.tasks import task_named
from anylength.tasks.custom import from_named_machine
from anylength.verification.certify import Fork, Proof, certificate_bytes, parse_certificate
from anylength.verification.certify.ellipsoid_cover import UNIT
from anylength.verification.ellipsoids import no_progress
from anylength.verification.ellipsoids.joint import first_logits
from anylength.verification.ellipsoids.problem import Problem
from anylength.verification.forks import exported, find_forked_proof, holds_forks
from anylength.verification.forks.cover import ForkedCover
from anylength.verification.forks.found import CLOSED, WITHOUT, Found, all_of, numbers_of
from anylength.verification.forks.growth import far_images, nodes_for_states
from anylength.verification.forks.held import assigned, farthest, places
from anylength.verification.forks.images import Ellipsoids, sources_of
from anylength.verification.forks.kept import KeptForks, from_bytes, to_bytes
from anylength.verification.forks.kinds import NOTHING, Kinds
from anylength.verification.forks.levels import log_level, smooth_log_level
from anylength.verification.forks.nodes import Nodes
from anylength.verification.forks.pieces import ALL_CUTS, CUTS, WIDTHS, Pieces, joined, leave_none_out, whole_pieces
from anylength.verification.forks.sampling import sampled_states
from anylength.verification.forks.search import ForkSearch, Plan
from anylength.verification.forks.slicing import deepen
from anylength.verification.forks.training import ROWS, WORST, Optimised, chosen, lack_of
from anylength.verification.verdicts import verdict
from anylength.verification.verdicts.checker import check_shared_out
from anylength_check.ellipsoids import ellipsoid, forms_of
from anylength_check.slices import Slice, forms_of_slice
from benchmarks.kept import KeptIn

SMALL = Plan(endings=6, first_updates=100, first_rate=0.05, for_states=5, updates=40, rate=0.05, halved=20, for_images=4, every=2)
SWITCH = switch()[1]


def problem(machine: Machine = SWITCH) -> Problem:
    return Problem(switch()[0], machine, 1e-5, 1e-2)


def weights() -> bytes:
    return save({name: np.asarray(value) for name, value in tensors_of(switch()[0]).items()})


def some_nodes(seed: int = 0, size: int = 3) -> Nodes:
    """The start, and two nodes of each of two kinds."""
    rng = np.random.default_rng(seed)
    shape = 0.3 * np.eye(size) + 0.05 * rng.normal(size=(5, size, size))
    shape[0] = 0
    return Nodes(rng.normal(size=(5, size)), shape, np.array([0, 1, 1, 2, 2]))


# levels


def test_the_smooth_level_is_the_largest_eigenvalues_or_a_little_more():
    rng = np.random.default_rng(0)
    root = rng.normal(size=(200, 6, 9)) * 10.0 ** rng.uniform(-3, 3, (200, 1, 1))
    room = jnp.asarray(root @ root.swapaxes(1, 2), jnp.float32)
    exact = 0.5 * np.log(np.linalg.eigvalsh(np.asarray(room, np.float64))[:, -1])
    assert np.abs(log_level(room) - exact).max() < 1e-4
    assert (np.asarray(smooth_log_level(room)) > exact - 1e-4).all()
    assert (np.asarray(smooth_log_level(room)) < exact + np.log(6) / 64 + 1e-4).all()
    assert smooth_log_level(jnp.eye(6)[None])[0] == pytest.approx(np.log(6) / 64, abs=1e-5)


def test_its_gradient_is_that_of_a_power_of_the_trace():
    rng = np.random.default_rng(1)
    root = rng.normal(size=(3, 5, 7))
    room = jnp.asarray(root @ root.swapaxes(1, 2) / 20, jnp.float32)

    def plain(own):
        return (jnp.log(jnp.trace(jnp.linalg.matrix_power(own, 32), axis1=1, axis2=2)) / 64).sum()

    found, exact = jax.grad(lambda own: smooth_log_level(own).sum())(room), jax.grad(plain)(room)
    np.testing.assert_allclose(found, np.asarray(exact).swapaxes(1, 2), atol=1e-4)


# kinds and nodes


@pytest.mark.parametrize("name", ["count", "parity", "tomita-5"])
def test_kinds_go_along_with_the_machine(name):
    machine = task_named(name).machine
    kinds, rng = Kinds(machine), np.random.default_rng(2)
    assert kinds.pairs[0] == (machine.start, NOTHING) and len(set(kinds.pairs)) == len(kinds.pairs)
    for _ in range(20):
        kind, state = 0, machine.start
        for symbol in rng.integers(0, machine.symbols, 15).tolist():
            assert kinds.output[kind, symbol] == machine.output[state][symbol]
            kind, state = kinds.after[kind, symbol], machine.delta[state][symbol]
            assert kinds.pairs[kind] == (state, symbol) and kinds.states[kind] == state


def test_the_nearest_nodes_of_a_kind_are_found_in_their_own_measures():
    nodes, rng = some_nodes(), np.random.default_rng(3)
    states, kinds = rng.normal(size=(40, 3)), rng.integers(1, 4, 40)
    near, far = nodes.nearest(states, kinds, 3)
    for state, kind, own, distances in zip(states, kinds, near, far, strict=True):
        wanted = sorted(
            (float(np.linalg.norm(np.linalg.solve(nodes.shape[k], state - nodes.center[k]))), k)
            for k in range(1, 5) if nodes.kind[k] == kind
        )  # fmt: skip
        assert own.tolist() == [k for _, k in wanted] + [-1] * (3 - len(wanted))
        np.testing.assert_allclose(distances, [far for far, _ in wanted] + [np.inf] * (3 - len(wanted)))


# pieces


def cut_pieces(nodes: Nodes, cuts: tuple[int, ...]) -> Pieces:
    """All slices of all nodes, or slices of slices, each time along directions by chance."""
    rng, pieces = np.random.default_rng(4), whole_pieces(np.array([[k, 0, 1, 0] for k in range(1, 5)]), 3)
    for cut in cuts:
        directions = rng.normal(size=(len(pieces.source), 3))
        pieces = pieces.cut(directions / np.linalg.norm(directions, axis=1, keepdims=True), ALL_CUTS[cut])
    return pieces


ONCE = [(cut,) for cut in range(len(ALL_CUTS))]
AGAIN = [(1, 2), (3, 1), (1, 1, 1), (2, 1, 1), (5, 1, 4)]
"""Cuts of slices of cuts."""


@pytest.mark.parametrize("cuts", [*ONCE, *AGAIN])
def test_the_slices_of_a_node_leave_no_state_out(cuts):
    nodes, rng = some_nodes(), np.random.default_rng(5)
    pieces = cut_pieces(nodes, cuts)
    center, shape = (np.asarray(part, np.float64) for part in sources_of(Ellipsoids(nodes.center, nodes.shape, None), pieces))
    assert (pieces.depth == (len(cuts) if cuts != (0,) else 0)).all()
    for node in range(1, 5):
        u = rng.normal(size=(500, 3))
        u *= rng.choice([1.0, 0.7], (500, 1)) / np.linalg.norm(u, axis=1, keepdims=True)
        states, own = nodes.center[node] + u @ nodes.shape[node].T, np.flatnonzero(pieces.source == node)
        away = np.stack([np.linalg.norm(np.linalg.solve(shape[k], (states - center[k]).T), axis=0) for k in own])
        assert len(own) == np.prod([len(ALL_CUTS[cut]) for cut in cuts]) and (away.min(0) <= 1 + 1e-5).all()


@pytest.mark.parametrize("cuts", [(2,), *AGAIN])
def test_an_exported_slice_is_the_checkers(cuts):
    """Its axes and its numbers are whole."""
    nodes = exported.rounded_nodes(some_nodes())
    pieces = cut_pieces(nodes, cuts)
    center, shape = exported._sources(nodes, pieces)
    axes = exported.axes_of(np.asarray(pieces.direction, np.float64)).tolist()
    rows = np.rint(WIDTHS.astype(np.float64)[pieces.slice] / UNIT).astype(int).tolist()
    for k, source in enumerate(pieces.source.tolist()):
        whole = lambda values: np.rint(np.asarray(values) / UNIT).astype(int).tolist()
        forms = forms_of(ellipsoid(whole(nodes.center[source]), whole(nodes.shape[source]), [1] * 3))
        for axis, row in zip(axes[k], rows[k], strict=True):
            forms = forms_of_slice(forms, axis, Slice(0, *row))
        np.testing.assert_allclose(center[k], [form.center * UNIT for form in forms], atol=1e-8)
        np.testing.assert_allclose(shape[k], [[x * UNIT for x in form.linear] for form in forms], atol=1e-8)


@pytest.mark.parametrize("cuts", [*ONCE, *AGAIN])
def test_pieces_are_whole_if_there_is_each_slice_of_each_cut_once(cuts):
    pieces, rng = cut_pieces(some_nodes(), cuts), np.random.default_rng(6)
    order = rng.permutation(len(pieces.source))
    step, slices = pieces.source[order], pieces.slice[order]
    assert leave_none_out(step, slices)
    if cuts != (0,):
        one = np.arange(len(step)) == rng.integers(len(step))
        twice = np.append(np.arange(len(step)), np.flatnonzero(one))
        other = np.where(one[:, None], slices + np.eye(1, slices.shape[1], dtype=int), slices)
        whole = np.append(step, step[one]), np.concatenate([slices, 0 * slices[one]])
        for changed in ((step[~one], slices[~one]), (step[twice], slices[twice]), (step, other), whole):
            assert not leave_none_out(*changed)


# growth


def test_sampled_states_come_from_the_net_and_from_long_runs():
    kinds = Kinds(SWITCH)
    states, own = sampled_states(problem(), kinds, seed=0)
    again, same = sampled_states(problem(), kinds, seed=0)
    assert np.array_equal(states, again) and np.array_equal(own, same)
    assert set(own.tolist()) == set(range(1, len(kinds.pairs)))  # all but the empty word
    signs = np.sign(states.sum(1))
    assert (signs == np.where(kinds.states[own] == 1, 1, -1)).mean() > 0.99


class Forgetful:
    """A state that comes nearer to a place of its own with each symbol, by a fiftieth."""

    machine = Machine(0, ((0, 0, 0),), ((0, 1, 2),))
    own_start = np.zeros(2)
    places = np.array([[1.0, 0.0, -1.0], [0.0, 2.0, 1.0]])

    def step(self, states, symbols):
        return states + 0.02 * (self.places[:, symbols] - states)


def test_some_runs_are_so_long_that_a_net_that_forgets_slowly_comes_to_their_end():
    states, own = sampled_states(Forgetful(), Kinds(Forgetful.machine), seed=0)
    assert len(states) == len(own)
    for symbol in range(3):
        far = np.linalg.norm(states - Forgetful.places[:, symbol], axis=1)
        assert far.min() < 0.01  # after 110 steps it is a tenth of where a word came from
        after = own == 1 + (symbol + 1) % 3
        assert (np.linalg.norm(states[after] - Forgetful.places[:, symbol], axis=1) < 0.1).any()  # and words go on from there


def test_nodes_for_states_hold_what_none_held_those_around_many_first():
    nodes, rng = some_nodes(size=2), np.random.default_rng(6)
    states, kinds = 1.5 * rng.normal(size=(300, 2)), rng.integers(1, 3, 300)
    near, far = nodes.nearest(states, kinds, 1)
    left = far[:, 0] > 1
    given = problem(), nodes, states[left], kinds[left], near[left, 0]
    more = nodes_for_states(*given, 1_000)
    assert left.sum() > len(more) > 7
    assert nodes.and_more(more).nearest(states, kinds, 1)[1].max() <= 1
    few = nodes_for_states(*given, 7)
    assert np.array_equal(few.center, more.center[:7]) and np.array_equal(few.shape, more.shape[:7])
    assert not len(nodes_for_states(problem(), nodes, *(part[:0] for part in given[2:]), 7))


def test_states_are_to_stay_in_the_nearest_nodes_the_farthest_first():
    nodes, rng = some_nodes(), np.random.default_rng(12)
    states, kinds = rng.normal(size=(400, 3)), rng.integers(1, 4, 400)  # there is no node of the last kind
    ellipsoids = Ellipsoids(
        nodes.center, nodes.shape, np.linalg.inv(nodes.shape + 1e-3 * np.eye(3) * (nodes.kind == 0)[:, None, None])
    )
    held = assigned(nodes, states, kinds)
    near, far = nodes.nearest(states[kinds < 3], kinds[kinds < 3], 1)
    assert np.array_equal(held.node, near[:, 0])
    np.testing.assert_allclose(np.linalg.norm(places(held, ellipsoids), axis=1), far[:, 0], rtol=1e-4)
    outermost = farthest(held, ellipsoids)
    away = np.linalg.norm(places(outermost, ellipsoids), axis=1)
    assert away[0] == pytest.approx(far.max(), rel=1e-4)
    assert (np.diff(away[: len(near)]) <= 0).all() and len(np.unique(outermost.state, axis=0)) == len(near)


def test_images_far_out_get_nodes_the_worst_first_and_one_for_those_alike():
    nodes, way = some_nodes(), np.array([1.0, 0.0, 0.0])
    middles = np.array([nodes.center[1] + nodes.shape[1] @ (far * way) for far in (2.0, 2.5, -2.0)])
    targets, levels = np.array([1, 1, 1]), np.array([0.1, 0.3, 0.2])
    assert far_images(nodes, targets, middles, levels, 10).tolist() == [1, 2]
    assert far_images(nodes, targets, middles, levels, 1).tolist() == [1]
    assert not far_images(nodes, targets[:0], middles[:0], levels[:0], 1).size


def evaluated_endings() -> ForkedCover:
    """Ellipsoids around samples, whose images lie in other ones or in none."""
    cover = ForkSearch(problem(), 0.0, SMALL)._endings()
    cover.evaluate_reached()
    return cover


@pytest.mark.slow
def test_a_node_around_an_image_holds_it():
    cover = evaluated_endings()
    rows = cover.open_pieces[:5]
    pieces = cover.found.pieces.at(rows)
    around = cover.around_images(rows)
    assert np.array_equal(around.kind, cover.nodes.kind[pieces.target])
    own = len(cover.nodes) + np.arange(len(rows))
    cover.add(around)
    held = cover.with_weights(pieces.with_targets(own), cover.found.at(rows).logits, cover.found.step[rows], 50)
    assert len(rows) == 5 and (held.level < CLOSED).all() and (cover.found.level[rows] > CLOSED).all()


@pytest.mark.slow
def test_what_is_not_reached_is_left_out_and_nothing_else_changes():
    cover = evaluated_endings()
    cover.add(cover.nodes.at(np.array([1, 2])))
    cover.evaluate_reached()
    matters, before = cover.matters, cover.found
    optimised = Optimised(Optimised().fitted(len(cover.nodes), 2))
    kept = cover.prune()
    optimised.keep(kept)
    assert np.array_equal(cover.reached, np.arange(len(kept))) and len(kept) == len(cover.nodes) < len(matters)
    assert len(cover.steps) == len(kept) * SWITCH.symbols and (np.diff(cover.steps[:, 0]) >= 0).all()
    np.testing.assert_allclose(cover.found.level, before.level[matters])
    cover.look_again(cover.found, cover.ellipsoids, np.arange(len(cover.found.step)))
    np.testing.assert_allclose(cover.found.level, before.level[matters], atol=1e-4)
    assert np.array_equal(cover.found.pieces.source, cover.steps[cover.found.step, 0])
    assert all(len(part) == len(kept) for part in jax.tree.leaves(optimised.state) if jnp.ndim(part) > 1)


@pytest.mark.slow
def test_nodes_matter_that_hold_states_which_no_others_hold():
    search = ForkSearch(problem(), 0.0, SMALL)
    cover = search._endings()
    cover.evaluate_reached()
    node, shape = int(cover.reached[-1]), 0.1 * np.eye(2)
    states = cover.nodes.center[node] + np.array([[0.0, 0.0], [3.0, -3.0], [-3.0, 3.0]])  # the last two far from all others
    kinds = np.full(3, cover.nodes.kind[node])
    search.states = states, kinds
    cover.evaluate(cover.add(Nodes(states[1:2], shape[None], kinds[:1])))
    own = len(cover.nodes) - 1
    assert own not in cover.reached
    search._want(cover)
    nearest = np.unique(cover.nodes.nearest(states[1:], kinds[1:], 1)[0])
    assert own in nearest and np.array_equal(cover.wanted, nearest)
    assert own in cover.reached and np.isin(cover.steps[cover.steps_of(np.array([own])), 2], cover.reached).all()
    kept = cover.prune()
    assert kept[-1] == own and len(kept) - 1 in cover.wanted and np.array_equal(cover.nodes.center[len(kept) - 1], states[1])
    assert cover.nodes.nearest(states, kinds, 1)[1].max() > 1
    search._add_for_states(cover)
    assert cover.nodes.nearest(states, kinds, 1)[1].max() <= 1


# training


def test_an_update_looks_at_the_worst_pieces_and_at_others_that_ask():
    rng = np.random.default_rng(7)
    lack = lack_of(np.array([0.5, 0.3, -0.01, -0.5, -0.5]), np.array([1.0, 1.0, 1.0, 0.0, 1.0]))
    assert (lack > 0).tolist() == [True, True, True, True, False]
    level, margin = numbers_of([0.1, np.nan, -1.0], [1.0, 1.0, np.nan])
    assert (lack_of(level, margin) > 0).tolist() == [True, False, False]
    assert Found(np.arange(3), None, None, level, margin).is_open(1e-3).all()
    rows = chosen(lack, rng)
    assert rows[0] == 0 and set(rows.tolist()) >= {0, 1, 2, 3} and len(rows) == ROWS[0]
    assert len(chosen(np.linspace(0, 1, 1_000), rng)) == next(size for size in ROWS if size >= 999)
    many = np.linspace(0, 1, 5 * ROWS[-1])
    rows, worst = chosen(many, rng), int(WORST * ROWS[-1])
    assert len(set(rows.tolist())) == ROWS[-1] and rows.min() < len(many) // 2
    assert set(range(len(many) - worst, len(many))) <= set(rows.tolist())


def test_the_state_of_the_optimiser_is_kept_for_nodes_that_stay():
    optimised = Optimised()
    first = optimised.fitted(2, 3)
    optimised.state = jax.tree.map(lambda part: part + 1, first)
    fitted = optimised.fitted(4, 3)
    moments = [part for part in jax.tree.leaves(fitted) if jnp.ndim(part) > 1]
    assert all((part[:2] == 1).all() and (part[2:] == 0).all() and len(part) == 4 for part in moments) and moments
    assert all(part == 1 for part in jax.tree.leaves(fitted) if jnp.ndim(part) == 0)


# searches


def found_proof(memory=None, plan=SMALL):
    net, machine = switch()
    return find_forked_proof(net, machine, time.monotonic() + 600, **({"memory": memory} if memory else {}), plan=plan)


@pytest.mark.slow
def test_what_a_search_finds_the_checker_accepts():
    found = found_proof()
    assert found is not None and found.scope is None and found.open == 0
    result = check_shared_out(certificate_bytes(switch()[0], SWITCH, [found.proof]), weights())
    assert result.valid, result.reason
    assert found.proof.formats == ("float32",) and "float32" in result.claim


@pytest.mark.slow
def test_a_cover_whose_steps_are_cut_is_accepted():
    """All steps of a cover that closes are cut here, though none has to be."""
    search = ForkSearch(problem(), time.monotonic() + 600, SMALL)
    assert search.run() is not None and search.cover is not None
    cover, rng = search.cover, np.random.default_rng(8)
    steps = np.arange(SWITCH.symbols, len(cover.steps))
    parts = [cover.found.at(cover.found.step < SWITCH.symbols)]
    for cuts, own in (((1,), steps[::3]), ((2,), steps[1::3]), ((1, 1), steps[2::3])):
        pieces, each = whole_pieces(cover.steps[own], 2), own
        for cut in cuts:
            directions = rng.normal(size=(len(each), 2))
            pieces = pieces.cut(directions / np.linalg.norm(directions, axis=1, keepdims=True), CUTS[cut])
            each = np.repeat(each, len(CUTS[cut]))
        parts.append(cover.retargeted(pieces, each))
    cover.found = all_of(parts).at(rng.permutation(sum(len(part.step) for part in parts)))
    own = exported.checked(cover.problem, cover.setting.blocks, cover.nodes, cover.found)
    assert own.closes(cover.problem.eta).all() and not own.is_joint.all()  # separate weights suffice for some
    proof = Proof(exported.exported(cover, own), 0.9e-5, 0.9 * float(own.margin.min()), ())
    text = certificate_bytes(switch()[0], SWITCH, [proof])
    result = check_shared_out(text, weights())
    assert result.valid, result.reason
    again = parse_certificate(text).proofs[0].cover
    assert {len(fork.leads_to()) for fork in again.forks.values()} == {4, 8, 16}
    assert len(again.forks) == SWITCH.symbols * (len(again.center) - 1)  # the start is a point, and looked at as a whole
    assert {type(fork.nodes[0]) for fork in again.forks.values()} == {int, Fork}


@pytest.mark.slow
def test_a_search_that_is_cut_short_goes_on_where_it_was():
    memory = Box()

    def until_kept(*_):
        if memory.content:
            raise EnoughError

    wrong = problem(Machine(0, ((0, 0, 1), (0, 0, 1)), ((0, 0, 1), (0, 0, 1))))
    plan = replace(SMALL, first_updates=10, updates=10)
    with pytest.raises(EnoughError):
        ForkSearch(wrong, time.monotonic() + 600, plan, until_kept, memory).run()
    kept = from_bytes(wrong, len(Kinds(wrong.machine).pairs), memory.content)
    assert kept is not None and holds_forks(switch()[0], memory.content)
    resumed = ForkSearch(wrong, 0.0, plan, memory=memory)
    assert resumed.run() is None and resumed.cover is not None
    assert resumed.rounds == kept.trainings == 1 and np.array_equal(resumed.cover.nodes.center, kept.nodes.center)


@pytest.mark.slow
def test_every_step_gets_pieces_and_is_cut_only_above_the_given_level():
    """Ellipsoids around samples: some images of these lie in none, so their steps are open."""
    found = {}
    for nearly in (CLOSED, WITHOUT - 1):
        cover = ForkSearch(problem(), 0.0, SMALL)._endings()
        cover.evaluate_reached(nearly)
        assert np.array_equal(np.unique(cover.found.step), np.arange(len(cover.steps))) and cover.open_steps.size
        found[nearly] = np.bincount(cover.found.step)
        more = cover.add(cover.nodes.at(np.array([1])))
        cover.evaluate_reached(nearly)
        assert np.isin(more, cover.found.step).all()
    assert found[CLOSED].max() == len(CUTS[-1]) and found[WITHOUT - 1].max() == 1


def test_open_pieces_are_cut_again_where_their_slices_lack_less(monkeypatch):
    """What slices lack is said here. Step 3 lacks least in 8 of them, and 4 in 4; those of step 5 lack more than the whole."""
    cover = ForkSearch(problem(), 0.0, SMALL)._endings()
    pieces, count = whole_pieces(cover.steps, 2), len(cover.steps)
    level = np.full(count, -1.0)
    level[[3, 4, 5, 6]] = [0.1, 0.1, 0.1, 0.3]  # the last one is far out
    cover.found = Found(np.arange(count), pieces, first_logits(count, 2), level, np.ones(count))
    said = {(3, 4): 0.01, (3, 8): -1.0, (4, 4): 0.02, (4, 8): 0.03, (4, 16): 0.04}

    def descended(pieces: Pieces, logits, step, updates: int) -> Found:
        cover.longest = np.eye(1, 2).repeat(len(step), 0)
        return Found(step, pieces, logits, np.full(len(step), 9.0), np.ones(len(step)))

    def retargeted(pieces: Pieces, step) -> Found:
        many = np.bincount(step)[step]
        level = np.array([said.get((int(own), int(slices)), 0.2) for own, slices in zip(step, many, strict=True)])
        return Found(step, pieces, first_logits(len(step), 2), level, np.ones(len(step)))

    monkeypatch.setattr(cover, "with_weights", descended)
    monkeypatch.setattr(cover, "retargeted", retargeted)
    monkeypatch.setattr(type(cover), "led_to", lambda self, first: np.arange(len(self.nodes)))
    deepen(cover)
    assert np.bincount(cover.found.step).tolist() == [1, 1, 1, 8, 4, 1, *[1] * (count - 6)]
    assert leave_none_out(cover.found.step, cover.found.pieces.slice)
    said |= {(4, 16): 0.001}  # of the four slices of step 4, each in four again
    deepen(cover)
    assert (cover.found.pieces.depth[cover.found.step == 4] == 2).all() and (cover.found.step == 4).sum() == 16
    deepen(cover)
    assert (cover.found.pieces.depth[cover.found.step == 4] == 2).all()  # 64 slices of these would lack 0.2 each
    assert leave_none_out(cover.found.step, cover.found.pieces.slice)


def test_pieces_stay_where_what_is_found_lacks_more():
    cover = ForkSearch(problem(), 0.0, SMALL)._endings()
    pieces = whole_pieces(cover.steps, 2)
    logits = first_logits(len(cover.steps), 2)

    def found(level: float) -> Found:
        return Found(np.arange(len(cover.steps)), pieces, logits, np.full(len(cover.steps), level), np.ones(len(cover.steps)))

    cover.found = found(0.2)
    cover._take_better(found(0.1), np.array([1, 2]))
    cover._take_better(found(0.3), np.array([2, 3]))
    order = np.argsort(cover.found.step)
    assert cover.found.level[order][:4].tolist() == [0.2, 0.1, 0.1, 0.2] and len(order) == len(cover.steps)


def test_as_few_pieces_are_taken_as_close():
    """Steps that close in four or eight slices are looked at again: some close in fewer, or as a whole."""
    cover = ForkSearch(problem(), 0.0, SMALL)._endings()
    count, numbers = len(cover.steps), np.arange(len(cover.steps))

    def cut(cuts: list[int], level: float) -> Found:
        parts = [
            whole_pieces(cover.steps[[step]], 2).cut(np.eye(1, 2), CUTS[cut]) if cut else whole_pieces(cover.steps[[step]], 2)
            for step, cut in enumerate(cuts)
        ]
        pieces = joined(parts)
        step = np.repeat(numbers, [len(CUTS[cut]) for cut in cuts])
        return Found(step, pieces, first_logits(len(step), 2), np.full(len(step), level), np.ones(len(step)))

    cover.found = cut([1, 1, 1, *[0] * (count - 3)], -0.1)
    cover._take_better(cut([0, 1, 2, *[0] * (count - 3)], -0.2), numbers)
    assert np.bincount(cover.found.step)[:4].tolist() == [1, 4, 4, 1]
    assert [cover.found.level[cover.found.step == step][0] for step in range(3)] == [-0.2, -0.2, -0.1]


def test_a_cover_is_closed_if_what_the_start_leads_to_is():
    cover = ForkSearch(problem(), 0.0, SMALL)._endings()
    pieces, count = whole_pieces(cover.steps, 2), len(cover.steps)
    pieces.target[:] = 1
    for step, is_closed in ((0, False), (SWITCH.symbols, False), (2 * SWITCH.symbols, True)):
        level = np.where(np.arange(count) == step, 0.1, -0.1)
        cover.found = Found(np.arange(count), pieces, first_logits(count, 2), level, np.ones(count))
        assert cover.is_closed == is_closed
    cover.wanted = np.array([2])
    assert cover.is_closed and cover.open_steps.tolist() == [2 * SWITCH.symbols]


def kept_search() -> KeptForks:
    cover = ForkedCover(problem(), Kinds(SWITCH), ForkSearch(problem(), 0.0, SMALL)._endings().nodes)
    targets, rng = cover.steps[:, 2].reshape(-1, SWITCH.symbols), np.random.default_rng(9)
    numbers = rng.permutation(len(cover.steps))
    parts, steps = [], []
    for cuts, own in zip([(), (1,), (2,), (1, 1), (1, 2, 1)], np.array_split(numbers, 5), strict=True):
        pieces = whole_pieces(cover.steps[own], 2)
        for cut in cuts:
            pieces = pieces.cut(rng.normal(size=(len(pieces.source), 2)).astype(np.float32), CUTS[cut])
        parts.append(pieces)
        steps.append(np.repeat(own, len(pieces.source) // len(own)))
    order = np.argsort(np.concatenate(steps), kind="stable")
    pieces, counts = joined(parts).at(order), np.bincount(np.concatenate(steps)).reshape(targets.shape)
    branches = rng.integers(1, len(cover.nodes), len(order))
    logits = tuple(rng.normal(size=part.shape).astype(np.float32) for part in first_logits(len(branches), 2))
    return KeptForks(cover.nodes, targets, counts, branches, pieces.slice, pieces.direction, logits, 3, True)


def are_alike(again: KeptForks, kept: KeptForks) -> bool:
    pairs = ((getattr(again, name), getattr(kept, name)) for name in ("counts", "branches", "slices", "targets"))
    return all(np.array_equal(*pair) for pair in pairs) and np.allclose(again.directions, kept.directions, rtol=1e-3)


def test_a_search_takes_its_pieces_again():
    memory, kept = Box(), kept_search()
    memory.content = to_bytes(problem(), kept)
    search = ForkSearch(problem(), 0.0, SMALL, memory=memory)
    search.cover = cover = search._kept()
    search._keep(cover)
    again = from_bytes(problem(), len(Kinds(SWITCH).pairs), memory.content)
    assert are_alike(again, kept) and search.is_joined and again.is_joined
    assert all(np.array_equal(own, other) for own, other in zip(again.logits, kept.logits, strict=True))
    assert leave_none_out(cover.found.step, cover.found.pieces.slice) and set(cover.found.pieces.depth) == {0, 1, 2, 3}


def test_a_kept_search_is_read_as_it_was_written():
    kept, kinds = kept_search(), len(Kinds(SWITCH).pairs)
    content = to_bytes(problem(), kept)
    again = from_bytes(problem(), kinds, content)
    assert again is not None and (again.trainings, again.is_joined) == (3, True) and are_alike(again, kept)
    assert np.array_equal(again.nodes.shape, kept.nodes.shape) and np.array_equal(again.directions, kept.directions)
    assert all(np.array_equal(own, other) for own, other in zip(again.logits, kept.logits, strict=True))
    assert holds_forks(switch()[0], content) and not holds_forks(switch()[0], None) and not holds_forks(switch()[0], b"no")


def test_a_benchmark_keeps_a_search_in_a_file_too(tmp_path):
    kept, memory = kept_search(), KeptIn(tmp_path / "of", "PyTorch, lstm, 1")
    assert memory.read() is None
    memory.write(to_bytes(problem(), kept))
    again = from_bytes(problem(), len(Kinds(SWITCH).pairs), memory.read())
    np.testing.assert_allclose(again.nodes.shape, kept.nodes.shape, rtol=1e-6, atol=1e-9)
    assert are_alike(again, kept) and (again.trainings, again.is_joined) == (3, True)
    for own, before in zip(again.logits, kept.logits, strict=True):
        np.testing.assert_allclose(own, before, rtol=1e-3, atol=1e-3)
    other = save({"center": kept.nodes.center})
    memory.write(other)
    assert memory.read() == other and [file.name for file in memory.path.parent.iterdir()] == ["pytorch-lstm-1.kept"]


@pytest.mark.parametrize(
    "change",
    [
        lambda tables: tables.update(kind=tables["kind"] + 1),
        lambda tables: tables.update(kind=tables["kind"] * 9),
        lambda tables: tables.update(targets=tables["targets"] + 99),
        lambda tables: tables.update(targets=tables["targets"] * 0),
        lambda tables: tables.update(center=tables["center"] * np.nan),
        lambda tables: tables.update(shape=tables["shape"][:, :1]),
        lambda tables: tables.update(directions=tables["directions"][:-1]),
        lambda tables: tables.update(directions=np.concatenate([tables["directions"], tables["directions"][:1]])),
        lambda tables: tables.update(slices=tables["slices"] + 1),
        lambda tables: tables.update(slices=tables["slices"][:, :2]),
        lambda tables: tables.update(slices=tables["slices"] * 0),
        lambda tables: tables.pop("center"),
        lambda tables: tables.update(kind=tables["kind"].astype(np.float64)),
        lambda tables: tables.update(counts=tables["counts"] + 1),
        lambda tables: tables.update(counts=tables["counts"][:1]),
        lambda tables: tables.update(counts=tables["counts"][::-1]),
        lambda tables: tables.update(branches=tables["branches"][1:]),
        lambda tables: tables.update(branches=tables["branches"] + 99),
        lambda tables: tables.update(logits=tables["logits"] * np.inf),
        lambda tables: tables.update(turns=tables["turns"][:, :1]),
    ],
)
def test_a_damaged_file_is_no_search(change):
    content = to_bytes(problem(), kept_search())
    tables = dict(load(content))
    change(tables)
    head = int.from_bytes(content[:8], "little")
    import json

    metadata = json.loads(content[8 : 8 + head])["__metadata__"]
    assert from_bytes(problem(), len(Kinds(SWITCH).pairs), save(tables, metadata)) is None
    assert from_bytes(problem(), len(Kinds(SWITCH).pairs), save(dict(load(content)), metadata)) is not None


@pytest.mark.slow
def test_a_net_that_is_another_machine_is_not_proved():
    wrong = Machine(0, ((0, 0, 1), (0, 0, 1)), ((0, 0, 1), (0, 0, 1)))
    plan = replace(SMALL, first_updates=10, updates=10)
    assert find_forked_proof(switch()[0], wrong, time.monotonic() + 2, plan=plan) is None


# verdicts


@pytest.mark.parametrize(
    ("seconds", "is_kept", "searched"),
    [(100, False, ["ellipsoids"]), (10_000, False, ["ellipsoids", "forks"]), (100, True, ["forks"]), (10_000, True, ["forks"])],
)
def test_a_budget_of_hours_is_for_forks_too_and_a_kept_search_goes_on(seconds, is_kept, searched, monkeypatch):
    net, seen = switch()[0], []
    task = from_named_machine(NamedMachine(SWITCH, ("k", "f", "n"), ("off", "on"), "all"), "switch", "is the switch on?")
    monkeypatch.setattr(verdict, "find_ellipsoid_proof", lambda *given, **_: seen.append(("ellipsoids", given[2])))
    monkeypatch.setattr(verdict, "find_forked_proof", lambda *given: seen.append(("forks", given[2])))
    memory, now = Box(), time.monotonic()
    memory.content = to_bytes(problem(), kept_search()) if is_kept else None
    found = verdict._by_ellipsoids(net, task, describe(net, task), now + seconds, now + seconds, no_progress, memory)
    assert not any(found) and [name for name, _ in seen] == searched
    until = dict(seen)
    assert until.get("forks", now + seconds) == now + seconds
    share = 0.2 if "forks" in searched else 1.0
    assert until.get("ellipsoids", now + share * seconds) == pytest.approx(now + share * seconds, abs=10)
