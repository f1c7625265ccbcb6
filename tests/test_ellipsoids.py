"""The search for proofs by ellipsoids: contexts leave no word out, levels tell what closes, and only what is checked is PROVED."""

import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from by_hand import counting_net, switch
from sliced_counter import sliced_counter

from anylength.cells import Rnn
from anylength.experiments.proving import prove
from anylength.experiments.report import report
from anylength.experiments.save import save_net
from anylength.nets import Net, load, to_bytes
from anylength.nets.weights import describe
from anylength.rules import END, Machine, ReadBy, UpTo, along, task_named, words_of_language
from anylength.runs import Run
from anylength.verification.certify import certificate_bytes
from anylength.verification.ellipsoids import find_ellipsoid_proof, groups, loops
from anylength.verification.ellipsoids.classes import START, class_of, is_class, members
from anylength.verification.ellipsoids.contexts import EMPTY, LONG, Contexts, after, is_repeating, origins, repeated
from anylength.verification.ellipsoids.exported import with_zeros
from anylength.verification.ellipsoids.levels import CLOSED, Ellipsoids, levels_of, spread_of
from anylength.verification.ellipsoids.loops import contracting_shapes, cycle_at_end, loop_of, loops_of, shapes_of_images
from anylength.verification.ellipsoids.outcomes import Round
from anylength.verification.ellipsoids.problem import Problem
from anylength.verification.ellipsoids.regions import image_of, jacobian, orbit, ordered
from anylength.verification.ellipsoids.samples import FEW, SAMPLES, states_at
from anylength.verification.ellipsoids.search import SOME_ROUNDS, Search, first_size, too_large
from anylength.verification.ellipsoids.slices import SLICES, WHOLE
from anylength.verification.ellipsoids.training import Schedule, Setting, Sizes, arrays_of, log_levels, pieces_of, trained
from anylength.verification.refutation import refute
from anylength.verification.verdicts import verify

COUNTER = Path(__file__).parent / "fixtures" / "ellipsoids"
MACHINES = {name: task_named(name).machine for name in ("count", "tomita-3", "tomita-5", "parity-bits", "dyck-1-3")}


@pytest.fixture(scope="module")
def counter() -> Net:
    """A net of 12 units by the post's recipe, which is right."""
    net = load(COUNTER / "model.safetensors")[0]
    assert isinstance(net, Net)
    return net


def ends_in(history, context) -> bool:
    """Whether a history ends as a context says, whose oldest symbol may be a class."""
    known = history[: len(context)]
    return len(known) == len(context) and known[:-1] == context[:-1] and known[-1] in members(context[-1])


def some_groups(rng, contexts, context) -> list[list[int]]:
    """Older symbols of a context in two groups by chance."""
    known = [child[-1] for child in contexts.longer(context) if child[-1] != START]
    side = rng.random(len(known)) < 0.5
    return [[symbol for symbol, own in zip(known, side, strict=True) if own == which] for which in (False, True)]


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("name", MACHINES)
def test_every_history_ends_in_one_context_and_the_next_follows_it(name, grouped):
    machine, rng = MACHINES[name], np.random.default_rng(0)
    contexts = Contexts(machine)
    contexts.deepened()
    for _ in range(8 if grouped else 4):
        leaves = sorted(contexts.leaves)
        chosen = leaves[rng.integers(len(leaves))]
        groups = some_groups(rng, contexts, chosen) if grouped else []
        contexts.split(chosen, [group for group in groups if group])
        contexts.complete()
    assert not grouped or any(is_class(context[-1]) for context in contexts.leaves)
    for _ in range(50):
        q, older, context = machine.start, (START,), EMPTY
        for symbol in rng.integers(0, machine.symbols, 30).tolist():
            context, history = contexts.next(context, symbol), (q, symbol, *older)
            q, older = machine.delta[q][symbol], (symbol, q, *older)
            assert [leaf for leaf in contexts.leaves if ends_in(history, leaf)] == [context] and contexts.state(context) == q
    names = [context for group in contexts.ordered() for context in group]
    edges = list(contexts.edges(names))
    assert len(edges) == len(names) * machine.symbols and EMPTY in names


def test_symbols_that_do_not_matter_to_what_follows_stay_together():
    contexts = Contexts(MACHINES["count"])
    halves = [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]
    for context, groups_of_it in (((1, 5), ()), ((1, 5, 3), ()), ((1, 5, 3, 1), halves)):
        contexts.split(context, groups_of_it)
        contexts.complete()
    classes = set(map(class_of, halves))
    assert {context[-1] for context in contexts.leaves if context[:4] == (1, 5, 3, 1)} == classes
    assert {context for context in contexts.leaves if context[:2] == (1, 3)} == {(1, 3, number) for number in classes}
    assert contexts.next((1, 3, class_of(halves[1])), 5) == (1, 5, 3, 1, class_of(halves[1]))


def test_a_class_is_a_number_that_tells_its_symbols():
    for symbols in ([0], [4], [0, 1], [3, 5, 9], list(range(28))):
        number = class_of(symbols)
        assert members(number) == tuple(symbols) and is_class(number) == (len(symbols) > 1) and number > -(2**31)
    assert members(START) == (START,) and not is_class(START)


def test_contexts_come_from_shorter_ones_and_from_larger_classes():
    wide, narrow = class_of([1, 2, 5]), class_of([1, 2])
    names = [(1, 3), (1, 3, wide), (1, 3, class_of([4, 6])), (1, 4, wide), (1, 3, 5, 1)]
    assert origins((1, 3, narrow), names) == [(1, 3, wide), (1, 3)]
    assert origins((1, 3, 5, 1, 7), names) == [(1, 3, 5, 1), (1, 3, wide), (1, 3)]


def test_symbols_after_which_states_are_near_each_other_are_one_group(monkeypatch):
    problem = Problem(counting_net(), MACHINES["count"], 1e-5, 1e-3)
    contexts = Contexts(MACHINES["count"])
    contexts.deepened()
    places = [0.0, 0.1, 0.05, 9.0, 9.1, 9.2, 4.0, 4.1, 4.05, 0.12]

    def states_at(problem, finer, most, seed):
        return {context: np.full((5, 2), places[context[-1]]) if context[-1] != 2 else np.zeros((0, 2)) for context in finer.leaves}

    monkeypatch.setattr(groups, "states_at", states_at)
    for context, own in (((1, 5), [[0, 1, 9], [3, 4, 5], [6, 7, 8]]), ((1, 3, 3, 1), [[0, 1, 9], [4, 5], [6, 7, 8]])):
        contexts.leaves.add(context)
        found = groups.groups_of(problem, contexts, [context, (1, 5, 3), EMPTY], {context: (np.zeros(2), np.eye(2))}, 0)
        assert list(found) == [context]
        assert sorted(sorted(set(group) - {2}) for group in found[context]) == own
        assert sum(2 in group for group in found[context]) == 1  # it was not seen
    assert not groups.groups_of(problem, contexts, [(1, 5, 3)], {}, 0)


@pytest.mark.parametrize("name", MACHINES)
def test_the_shortest_contexts_are_split_until_there_are_enough(name):
    machine = MACHINES[name]
    contexts = Contexts(machine)
    contexts.deepened()
    before = set(contexts.leaves)
    contexts.deepened_to(len(before))
    assert contexts.leaves == before
    contexts.deepened_to(8 * len(before))
    assert len(contexts.leaves) >= 8 * len(before)
    names = [context for group in contexts.ordered() for context in group]
    assert len(list(contexts.edges(names))) == len(names) * machine.symbols
    assert all(any(context[:k] in before for k in range(1, len(context) + 1)) for context in names)
    lengths = [len(context) for context in contexts.ordered()[0]]
    assert min(lengths) > min(len(context) for context in before if context[-1] != START)


def test_contexts_of_one_symbol_are_never_enough():
    contexts = Contexts(Machine(0, ((0,),), ((0,),)))
    contexts.deepened_to(1_000)
    assert EMPTY in contexts.leaves and LONG <= max(map(len, contexts.leaves)) <= LONG + 1 and len(contexts.leaves) < LONG


def test_contexts_of_a_few_words_are_those_words():
    few = along(MACHINES["count"], ReadBy((tuple([1] * 10), tuple([END] * 10))))
    contexts = Contexts(few)
    contexts.deepened_to(1_000)
    assert len(contexts.leaves) == 11 and all(context[-1] == START for context in contexts.leaves)


def test_a_context_with_one_possible_past_reaches_back_to_where_there_is_a_choice():
    contexts = Contexts(MACHINES["count"])
    contexts.deepened()
    carry = [context for context in contexts.leaves if context[0] == 0 and context[1] == 9]
    assert all({context[1], *context[2::2]} <= {9, START} and not any(context[3::2]) for context in carry)


def test_a_context_may_tell_in_which_state_an_older_symbol_was_read():
    contexts = Contexts(MACHINES["count"])
    contexts.deepened()
    contexts.split((1, 9, 2))
    assert {(1, 9, 2, 0), (1, 9, 2, 1)} <= contexts.leaves and (1, 9, 2) not in contexts.leaves
    history = EMPTY
    for state, symbol in ((0, 9), (0, 9), (0, 2), (1, 9)):
        history = after(history, state, symbol)
    assert history == (1, 9, 2, 0, 9, 0, 9, 0, START) and contexts.found(history) == (1, 9, 2, 0)


@pytest.mark.parametrize(
    ("context", "repeats"),
    [
        ((1, 9), False), ((1, 9, 9, 1), True), ((1, 9, 9, 0), False), ((1, 9, 2, 1), False), ((1, 9, 9), False),
        ((1, 5, 9, 1, 9, 1), True), ((1, 5, 9, 1, 9, 0), False), ((1, 5, 9, 0, START), False), (EMPTY, False),
        (repeated(0, 3, 2), True), (repeated(0, 3, 5), True), (repeated(0, 3, 1), False),
    ],
)  # fmt: skip
def test_a_context_repeats_where_its_two_oldest_symbols_are_the_same(context, repeats):
    assert is_repeating(context) == repeats


def test_the_images_of_single_words_hold_what_they_are_images_of(counter):
    search = Search(problem_of(counter), 0.0)
    names, edges = search._prepare(0)
    single = edges[[names[target][-1] == START for target in edges[:, 2]]]
    found = levels_of(search.problem, search._ellipsoids(names), single, search._first_shares(names, single))
    assert len(single) > 5 and (found.level < CLOSED).all()


def problem_of(net: Net) -> Problem:
    """The counter's problem."""
    return Problem(net, MACHINES["count"], 1.2e-5, 1e-3)


def with_open(now: Round, is_open: Any) -> Round:
    """The round with these steps open."""
    return replace(now, is_open=is_open)


@pytest.mark.slow
def test_what_is_much_open_splits_all_contexts_and_a_little_only_some(counter):
    few, much = Search(problem_of(counter), 0.0), Search(problem_of(counter), 0.0)
    now = few.round(0)
    much.round(0)
    count = len(now.names)
    assert count < few.many
    level = np.full(len(now.edges), 0.5)
    level[0] = 1.2
    little = with_open(replace(now, found=replace(now.found, level=level)), level > 1)
    assert few._split(little) and count < len(few.contexts.leaves) < few.many
    assert much._split(with_open(now, np.arange(len(level)) < 0.03 * len(level)))
    assert all(context[-1] == START for context in much.contexts.leaves & set(now.names))


@pytest.mark.slow
@pytest.mark.parametrize(("rounds", "splits_all"), [(0, False), (SOME_ROUNDS, True)])
def test_after_some_rounds_less_is_much(counter, rounds, splits_all):
    search = Search(problem_of(counter), 0.0)
    now = search.round(0)
    search.rounds = rounds
    assert search._split(with_open(now, np.arange(len(now.edges)) < 0.01 * len(now.edges)))
    assert all(context[-1] == START for context in search.contexts.leaves & set(now.names)) == splits_all


def test_a_split_follows_a_run_of_one_symbol_until_it_is_a_context_of_that_symbol_alone(counter):
    search = Search(problem_of(counter), 0.0)
    search.contexts = Contexts(search.problem.machine, {(*repeated(1, 9, k), old) for k in (2, 3, 4) for old in (0, 3)})
    search.contexts.leaves |= {repeated(1, 9, 5)}
    run = [(*repeated(1, 9, k), 3) for k in (2, 3, 4)]
    assert search._further(run[0]) == run[1:]
    assert search._further((1, 9, 3)) == []
    search.contexts.leaves |= {(1, 9, 9, START)}
    assert search._further(run[2]) == []


def test_a_split_follows_a_run_no_longer_than_the_words_of_a_language(counter):
    machine = along(MACHINES["count"], words_of_language("9<=3", task_named("count")))
    search = Search(replace(problem_of(counter), machine=machine), 0.0)
    runs = [context for context in search.contexts.leaves if context[1:3] == (9, 9)]
    longest = [context for context in runs if 9 not in search.contexts.symbols_after(context)]
    assert len(longest) < len(runs) and all(search._further(context) == [] for context in longest)


def remembering(machine, length: int) -> Any:
    """A problem whose states `[length]` are the last symbols, the newest first; -1 for none."""

    def step(states, symbols):
        return np.concatenate([np.asarray(symbols, np.float64)[None], states[:-1]])

    return SimpleNamespace(machine=machine, start=np.full(length, -1.0), step=step, program=SimpleNamespace(state=length))


@pytest.mark.parametrize("name", MACHINES)
def test_sampled_states_are_those_of_their_contexts_and_no_context_has_few(name):
    machine, rng = MACHINES[name], np.random.default_rng(0)
    contexts = Contexts(machine)
    contexts.deepened_to(60)
    for _ in range(6):
        context = max(contexts.ordered()[0], key=len)
        groups = some_groups(rng, contexts, context)
        contexts.split(context, [group for group in groups if group])
        contexts.complete()
    found = states_at(remembering(machine, 40), contexts, SAMPLES, seed=1)
    assert set(found) == contexts.leaves
    for context in contexts.ordered()[0]:
        states, told = found[context], [context[1], *context[2::2]]
        assert FEW <= len(states) <= SAMPLES
        for state in states:
            assert all(symbol in members(number) for symbol, number in zip(state, told, strict=False))
            q = machine.start
            for symbol in state[state >= 0][::-1].astype(int).tolist() if -1 in state else ():
                before, q = q, machine.delta[q][symbol]
            assert -1 not in state or before == context[0]
    assert all(len(states) <= 7 for states in states_at(remembering(machine, 40), contexts, 7, seed=1).values())


@pytest.mark.slow
def test_many_contexts_are_trained_twice(counter):
    search = Search(problem_of(counter), 0.0)
    now = search.round(0)
    assert not search.is_again and not search._trains_again(now)
    search.many = len(now.names)
    assert search._trains_again(now)
    again = search.round(1)
    assert search.is_again and not search._trains_again(again) and again.names == now.names
    search._split(again)
    search.round(2)
    assert not search.is_again


def test_an_image_closes_by_construction_and_a_smaller_one_does_not(counter):
    problem = problem_of(counter)
    region = image_of(problem, image_of(problem, (problem.start, np.zeros((12, 12))), 3).region, 4).region
    image = image_of(problem, region, 5).region
    for factor, closes in ((1.0, True), (0.9, False)):
        center, shape = np.stack([region[0], image[0]]), np.stack([region[1], factor * image[1]])
        found = levels_of(problem, Ellipsoids(center, shape, np.ones((2, 12))), np.array([[0, 5, 1, 5]]))
        assert (found.level[0] < 1) == closes
    moved = Ellipsoids(np.stack([region[0], image[0] + 0.01]), np.stack([region[1], image[1]]), np.ones((2, 12)))
    assert levels_of(problem, moved, np.array([[0, 5, 1, 5]])).level[0] > 2


def test_an_orbit_under_nines_converges_in_a_shape_that_shrinks(counter):
    problem = problem_of(counter)
    states = orbit(problem, problem.start, 9)
    cycle = cycle_at_end(states)
    assert cycle is not None and len(cycle) == 1 and cycle_at_end(states[:3]) is None
    found = contracting_shapes(problem, cycle, 9)
    assert found is not None
    shape = found[0]
    shapes = ordered(problem, states[None, -1], 0.02 * shape[None])
    np.testing.assert_allclose(shapes[0] @ shapes[0].T, 0.02**2 * shape @ shape.T, atol=1e-12)
    regions = Ellipsoids(states[None, -1], shapes, spread_of(shapes))
    assert levels_of(problem, regions, np.array([[0, 9, 0, 0]])).level[0] < 1


def turning() -> tuple[Net, Machine]:
    """A unit that a symbol turns over, again and again, and the machine that it follows: parity."""
    cell = Rnn(weight_ih=np.array([[0.0, 0.0]], np.float32), weight_hh=np.array([[-3.0]], np.float32), bias=np.zeros(1, np.float32))
    return Net(cell, np.array([[-1.0], [1.0]], np.float32), np.zeros(2, np.float32), base=2, tapes=1), MACHINES["parity-bits"]


def test_a_symbol_that_turns_a_unit_over_has_a_loop_of_two_ellipsoids():
    net, machine = turning()
    problem = Problem(net, machine, 1e-5, 1e-3)
    loop = loop_of(problem, np.array([0.1]), 0, [0])
    assert loop is None  # no answer is right on both
    cycle = cycle_at_end(orbit(problem, np.array([0.1]), 0))
    assert cycle is not None and len(cycle) == 2 and cycle[0, 0] == pytest.approx(-cycle[1, 0])
    shapes = contracting_shapes(problem, cycle, 0)
    assert shapes is not None
    scaled = 0.05 * shapes
    steps = np.array([[0, 0, 1, 0], [1, 0, 0, 0]])
    assert (levels_of(problem, Ellipsoids(cycle, scaled, spread_of(scaled)), steps).level < 1).all()
    assert contracting_shapes(problem, np.zeros((1, 1)), 0) is None  # from 0 every state moves away


def test_shapes_of_images_hold_their_images_round_a_cycle():
    weights = np.array([[-3.0, 0.5], [0.8, -0.2]], np.float32)
    cell = Rnn(weight_ih=np.zeros((2, 2), np.float32), weight_hh=weights, bias=np.array([0.1, 0.4], np.float32))
    net = Net(cell, np.zeros((2, 2), np.float32), np.zeros(2, np.float32), base=2, tapes=1)
    problem = Problem(net, MACHINES["parity-bits"], 1e-5, 1e-3)
    cycle = cycle_at_end(orbit(problem, np.array([0.1, 0.2]), 0))
    assert cycle is not None and len(cycle) == 2
    shapes = shapes_of_images(problem, cycle, 0)
    assert shapes is not None
    for before, after_it, state in zip(shapes, shapes[::-1], cycle, strict=True):
        moved = np.linalg.solve(after_it, jacobian(problem, state, 0) @ before)
        assert np.linalg.norm(moved, 2) < 1
    assert shapes_of_images(problem, np.zeros((1, 2)), 0) is None  # a step stretches what is near 0


def test_with_much_noise_a_loop_closes_in_the_shape_of_images_alone(counter):
    problem = replace(problem_of(counter), epsilon=1e-3)  # 80 times what float32 needs
    near = problem.step(problem.start[:, None], np.array([1]))[:, 0]  # without a carry
    found = loops_of(problem, near, 9, [9])
    cycle = found[0].centers
    shapes = contracting_shapes(problem, cycle, 9), shapes_of_images(problem, cycle, 9)
    assert shapes[0] is not None and shapes[1] is not None
    step = np.array([[0, 9, 0, 9]])
    for loop in found:
        assert levels_of(problem, Ellipsoids(cycle, loop.shapes, spread_of(loop.shapes)), step).level[0] < CLOSED
        factor = np.linalg.norm(loop.shapes[0]) / np.linalg.norm(shapes[1][0])
        np.testing.assert_allclose(loop.shapes[0] @ loop.shapes[0].T, factor**2 * shapes[1][0] @ shapes[1][0].T, atol=1e-9)
    for scale in np.geomspace(1e-3, 1, 10):
        scaled = scale * shapes[0]
        assert levels_of(problem, Ellipsoids(cycle, scaled, spread_of(scaled)), step).level[0] > 1


@pytest.mark.slow
def test_a_loop_that_nearly_closes_is_trained_until_it_does(counter, monkeypatch):
    problem = problem_of(counter)
    near = problem.step(problem.start[:, None], np.array([1]))[:, 0]  # without a carry
    usual = loops_of(problem, near, 9, [9])
    assert len(usual) >= loops.FEW_SIZES
    monkeypatch.setattr(loops, "SCALES", np.geomspace(4.0, 0.5, 16))
    monkeypatch.setattr(loops, "FEW_SIZES", 99)
    step, found = np.array([[0, 9, 0, 9]]), loops_of(problem, near, 9, [9])
    assert any(np.abs(loop.centers - usual[0].centers).max() > 1e-6 for loop in found)
    for loop in found:
        assert levels_of(problem, Ellipsoids(loop.centers, loop.shapes, spread_of(loop.shapes)), step).level[0] < CLOSED
    sizes = [np.linalg.slogdet(loop.shapes)[1].sum() for loop in found]
    assert sizes == sorted(sizes, reverse=True)
    noisy = replace(problem, epsilon=1.0)
    assert loops._trained(noisy, usual[0], 9, [9]) is None and not loops_of(noisy, near, 9, [9])


def test_training_and_the_search_agree_on_levels_and_margins(counter):
    problem, rng = problem_of(counter), np.random.default_rng(1)
    center = rng.normal(size=(5, 12)) * 0.5
    shape = ordered(problem, center, (np.eye(12) + 0.3 * rng.normal(size=(5, 12, 12))) * 0.1)
    edges = np.array([[0, 1, 2, 1], [3, 9, 1, 9], [4, 5, 0, 6], [1, 0, 2, 0]])
    found = levels_of(problem, Ellipsoids(center, shape, spread_of(shape)), edges)
    arrays = arrays_of(problem, (center[:3], shape[:3]), (center[3:], shape[3:]), edges, sizes := Sizes())
    parameters = jnp.zeros((sizes.trained, 12)), jnp.zeros((sizes.trained, 12, 12))
    shares = np.concatenate([found.shares, np.repeat(found.shares[-1:], sizes.edges - 4, 0)])
    level, margin = log_levels(Setting(problem.program, 2), parameters, jnp.log(jnp.asarray(shares, jnp.float32)), arrays)
    np.testing.assert_allclose(margin[:4], found.margin, rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(np.exp(level[:4]), found.level, rtol=0.15)  # a power of the trace in place of the largest eigenvalue


@pytest.mark.slow
def test_a_search_proves_a_switch_and_not_one_that_forgets(tmp_path):
    from anylength_check import check

    net, machine = switch()
    found = find_ellipsoid_proof(net, machine, time.monotonic() + 200)
    assert found is not None and found.scope is None
    (tmp_path / "certificate.json").write_bytes(certificate_bytes(net, machine, [found.proof]))
    task = task_named("flip-flop")
    (tmp_path / "model.safetensors").write_bytes(to_bytes(net, describe(net, task)))
    assert check(tmp_path / "certificate.json", tmp_path / "model.safetensors").valid
    wrong = Machine(0, ((0, 0, 1), (0, 0, 1)), ((0, 0, 1), (0, 0, 1)))
    found = find_ellipsoid_proof(net, wrong, time.monotonic() + 20)  # it never turns off
    scope = UpTo(1) if found is None else found.scope
    assert isinstance(scope, UpTo) and scope.steps <= 2  # on, off, keep: its third answer is wrong; a slow machine proves less


@pytest.mark.slow
def test_a_net_by_the_posts_recipe_is_proved_and_its_run_says_so(counter, tmp_path):
    run = save_net(counter, task_named("count"), tmp_path / "run")
    verdict = prove(run, budget=200.0)
    assert verdict.verdict == "PROVED" and "ellipsoids hold every state" in verdict.reason
    again = Run(tmp_path / "run")
    assert again.verdict is not None and again.proof.reason is None
    assert (again.verdict.verdict, again.verdict.formats) == ("PROVED", ("float32",))
    page = report([tmp_path / "run"]).read_text()
    assert "ellipsoids hold every state" in page


@pytest.mark.slow
def test_a_wrong_net_is_never_proved_though_nothing_attacks_it(run_folder):
    net, task = Run(run_folder).net, task_named("count")
    assert isinstance(net, Net)
    wrong = refute(net, task.machine, seconds=10)
    assert wrong is not None
    found = find_ellipsoid_proof(net, task.machine, time.monotonic() + 45)
    assert found is None or (isinstance(found.scope, UpTo) and found.scope.steps < len(wrong.word))


@pytest.mark.slow
def test_a_search_without_time_or_bounds_is_not_begun(counter):
    assert find_ellipsoid_proof(counter, MACHINES["count"], time.monotonic() + 1) is None
    assert too_large(12, *first_size(task_named("add").machine)) and not too_large(64, *first_size(MACHINES["count"]))
    verdict = verify(counter, task_named("count"), budget=1.0).verdict
    assert verdict.verdict == "PROVED UP TO" and isinstance(verdict.horizon, int) and verdict.horizon < 10  # by boxes


@pytest.mark.slow
@pytest.mark.parametrize(("left", "is_kept"), [(0, True), (4, True), (5, False), (9, False)])
def test_ellipsoids_are_cut_where_that_leaves_at_most_half_as_many_steps_open(counter, left, is_kept):
    search = Search(problem_of(counter), 0.0)
    now = search.round(0)
    before = dict(search.regions)
    first = with_open(now, np.arange(len(now.edges)) < 9)
    search.last_open = 17
    assert search._better(first) is first and search._cuts(first) and search.slices is SLICES
    assert not search._cuts(first)
    search.regions = {context: (center + 1, shape) for context, (center, shape) in before.items()}
    second = with_open(now, np.arange(len(now.edges)) < left)
    assert search._better(second) is (second if is_kept else first)
    assert search.slices is (SLICES if is_kept else WHOLE)
    assert all(np.array_equal(search.regions[context][0], center + is_kept) for context, (center, _) in before.items())
    assert search._better(first) is first and not search._cuts(first)


@pytest.mark.slow
def test_ellipsoids_are_not_cut_where_much_is_open(counter):
    search = Search(problem_of(counter), 0.0)
    now = search.round(0)
    search.last_open = 10
    assert not search._cuts(with_open(now, np.arange(len(now.edges)) < 0.06 * len(now.edges)))


@pytest.mark.slow
def test_ellipsoids_are_not_cut_while_splits_leave_at_most_half_as_many_steps_open(counter):
    search = Search(problem_of(counter), 0.0)
    now = search.round(0)
    cuts = [search._cuts(with_open(now, np.arange(len(now.edges)) < count)) for count in (9, 4, 2, 2)]
    assert cuts == [False, False, False, True]


def test_a_step_is_cut_where_its_ellipsoid_does_not_close_and_its_slices_do():
    """A long ellipsoid: its image fits with room for errors of the slices, and not of the whole."""
    problem, _, regions, edges = sliced_counter()
    whole, cut = (levels_of(problem, regions, edges, slices=slices) for slices in (WHOLE, SLICES))
    assert (whole.level > CLOSED).all() and not whole.is_sliced.any()
    assert (cut.level < 1).all() and cut.is_sliced.all() and (cut.margin > 1).all()
    assert cut.sliced_shares.shape == (len(edges), len(SLICES), problem.blocks + 3)
    np.testing.assert_array_equal(whole.shares, cut.shares)


@pytest.mark.slow
def test_a_training_with_slices_lowers_the_levels_of_slices(counter):
    """Of ellipsoids that are twice as long in their first direction as they should be."""
    problem = problem_of(counter)
    search = Search(problem, 0.0)
    now = search.round(0)
    count = sum(context[-1] != START for context in now.names)
    long = now.ellipsoids.shape * np.array([2.0] + [1.0] * 11)
    given, fixed = ((now.ellipsoids.center[part], long[part]) for part in (slice(count), slice(count, None)))
    inner = now.edges[now.edges[:, 2] < count]

    def lack(center, shape):
        regions = Ellipsoids(
            np.concatenate([center, fixed[0]]), np.concatenate([shape, fixed[1]]), spread_of(np.concatenate([shape, fixed[1]]))
        )
        level = levels_of(problem, regions, inner, slices=SLICES).level
        return np.square(np.maximum(np.log(level), 0)).sum()

    schedule = Schedule(30, 0, 0.02)
    found = trained(problem, given, fixed, inner, Sizes(), schedule, time.monotonic() + 600, SLICES)
    assert lack(*found) < 0.7 * lack(*given)


def test_pieces_are_each_edge_once_for_each_slice_but_those_of_fixed_contexts():
    edges = np.array([[0, 1, 0, 5], [3, 2, 1, 6], [2, 4, 0, 7]])
    pieces, number = pieces_of(edges, 3, 2)
    assert pieces.tolist() == [*edges.tolist(), [0, 1, 0, 5], [2, 4, 0, 7]] and number.tolist() == [0, 0, 0, 1, 1]
    assert pieces_of(edges, 3, 1)[0].tolist() == edges.tolist()


@pytest.mark.parametrize("blocks", [1, 2, 5])
def test_shapes_are_written_with_zeros_and_stay_the_same_ellipsoids(blocks):
    shapes = np.random.default_rng(blocks).normal(size=(4, 5, 5))
    turned = with_zeros(shapes, blocks)
    np.testing.assert_allclose(turned @ turned.swapaxes(1, 2), shapes @ shapes.swapaxes(1, 2), atol=1e-12)
    assert (turned[:, :, :blocks] == shapes[:, :, :blocks]).all()
    assert (turned == 0).sum() == 4 * (5 - blocks) * (4 - blocks) / 2
    assert not with_zeros(np.zeros((1, 5, 5)), blocks).any()
