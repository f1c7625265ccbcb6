"""Constructed nets answer as their machines do, and are proved at every length with float32 covered, small ones with bfloat16."""

import dataclasses
import itertools

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anylength.base import InputError
from anylength.cells import CELLS, Layering
from anylength.constructions import construct, embedded, holds_construction, in_gates, layers_in_gates
from anylength.constructions.elman import GRID
from anylength.constructions.factors import factors, quotient
from anylength.constructions.rectangles import digits_of, rectangles
from anylength.nets import Net, answers, describe, encoded_alphabet, logits, to_bytes
from anylength.ops.arrays import numpy_arrays
from anylength.rules import NAMED_TASKS, SUITES, Machine, Task, minimise, task_named
from anylength.training import recipe_named
from anylength.verification.certify import certificate_bytes
from anylength.verification.verdicts import find_format_proof, find_proofs
from anylength.verification.verdicts.checker import check_bytes
from benchmarks.random_machines import TUNING, machines

DIGIT_TASKS = [
    "count", "decrement", "add", "subtract", "compare", "parity", "collatz", "divide-7", "remainder-7", "remainder-3",
    *(f"multiply-{factor}" for factor in range(2, 10)),
]  # fmt: skip
SUITE_TASKS = sorted({*NAMED_TASKS, *(task.name for suite in SUITES.values() for task in suite.tasks)})

MOST_PAIRS = 700
"""Pairs of a state and a symbol up to which a task is proved here: A5, S5 and Z_60 by all elements have 3,600 and more, UTF-8 has
2,304. They are rows of docs/results/constructed.json."""


def built(machine: Machine, base: int | None = None, tapes: int = 1, classes: int | None = None) -> Net:
    return construct(machine, base=base or machine.symbols, tapes=tapes, classes=classes or max(2, machine.classes))


def of_task(task: Task) -> Net:
    return construct(task.machine, base=task.letters, tapes=task.tapes, classes=task.classes)


def run(net: Net, word: np.ndarray) -> list[int]:
    """The net's answers in float32, by numpy: no size needs its own compilation."""
    code, state, outputs = encoded_alphabet(net).astype(np.float32), net.numpy_start(1), []
    for symbol in word.tolist():
        state = net.cell.step(numpy_arrays, code[:, [symbol]], state)
        outputs.append(int(np.argmax(net.readout(state, numpy_arrays))))
    return outputs


def assert_right(net: Net, machine: Machine, length: int, seed: int = 0) -> None:
    word = np.random.default_rng(seed).integers(0, machine.symbols, length)
    assert run(net, word) == machine.run(word.tolist())


def assert_proved(net: Net, task: Task) -> None:
    found = find_proofs(net, task.machine, (0,))
    assert found is not None
    assert "float32" in found.proofs[0].formats
    result = check_bytes(certificate_bytes(net, task.machine, found.proofs), to_bytes(net, describe(net, task)))
    assert result.valid, result.reason


def assert_covers(net: Net, machine: Machine, name: str) -> None:
    proof = find_format_proof(net, machine, (0,), name)
    assert proof is not None
    assert name in proof.formats


def assert_float32(net: Net, machine: Machine) -> None:
    assert_covers(net, machine, "float32")


def assert_on_grid(net: Net) -> None:
    assert all(isinstance(leaf, np.ndarray) and (GRID.nearest(leaf) == leaf).all() for leaf in jax.tree.leaves(net))


@st.composite
def any_machine(draw: st.DrawFn) -> Machine:
    """A machine of any start state; states may be equivalent or not reached."""
    states, symbols, classes = draw(st.integers(1, 6)), draw(st.integers(1, 4)), draw(st.integers(1, 3))
    table = lambda most: st.lists(
        st.lists(st.integers(0, most - 1), min_size=symbols, max_size=symbols), min_size=states, max_size=states
    )
    return Machine(draw(st.integers(0, states - 1)), draw(table(states)), draw(table(classes)))


@given(machine=any_machine(), seed=st.integers(0, 999))
@settings(max_examples=40, deadline=None)
def test_a_net_answers_as_its_machine_whatever_the_machine(machine, seed):
    net = built(machine)
    assert_right(net, machine, 30, seed)
    assert_on_grid(net)


@given(symbols=st.sets(st.integers(0, 26), min_size=1))
@settings(max_examples=60, deadline=None)
def test_rectangles_hold_each_symbol_of_a_set_once_and_no_other(symbols):
    combined = [word for rectangle in rectangles(symbols, 3, 3) for word in itertools.product(*rectangle)]
    assert sorted(combined) == sorted(digits_of(symbol, 3, 3) for symbol in symbols)


@pytest.mark.parametrize(("name", "length"), [("s3-generators", 2_000), ("even-pairs", 300)])
def test_a_small_task_is_proved(name, length):
    task = task_named(name)
    net = of_task(task)
    assert_proved(net, task)
    assert_covers(net, task.machine, "bfloat16")
    assert_right(net, task.machine, length)


@pytest.mark.parametrize(("name", "base"), [("add", 2), ("compare", 3)])
def test_a_task_of_two_tapes_is_proved(name, base):
    task = task_named(name, base)
    net = of_task(task)
    assert net.cell.weight_ih.shape[1] == 2 * base
    assert_float32(net, task.machine)
    assert_right(net, task.machine, 500)


ODD = {
    "one state and one symbol": Machine(0, [[0]], [[1]]),
    "one state": Machine(0, [[0, 0, 0]], [[2, 0, 1]]),
    "one symbol": Machine(0, [[1], [2], [0]], [[0], [0], [1]]),
    "classes that never appear": Machine(0, [[1, 0], [0, 1]], [[3, 1], [1, 3]]),
    "a start state in the middle": Machine(2, [[1, 0], [2, 0], [0, 1]], [[0, 1], [1, 1], [0, 0]]),
    "a start state that never comes back": Machine(0, [[1, 2], [1, 2], [2, 1]], [[1, 1], [0, 1], [1, 0]]),
    "states that are not reached": Machine(1, [[0, 0], [1, 2], [2, 1], [0, 3]], [[0, 1], [1, 0], [1, 1], [1, 1]]),
    "states that no word tells apart": Machine(0, [[1, 2], [0, 2], [2, 0]], [[0, 1], [0, 1], [1, 0]]),
}


@pytest.mark.parametrize("kind", ODD)
def test_an_odd_machine_is_proved(kind):
    machine = ODD[kind]
    net = built(machine, classes=5)
    assert_float32(net, machine)
    assert_right(net, machine, 200)


def test_a_machine_that_does_not_fit_is_refused():
    machine = Machine(0, [[0, 0, 0]], [[2, 0, 1]])
    with pytest.raises(InputError, match="a machine of 4 symbols .*got 3 symbols"):
        construct(machine, base=2, tapes=2, classes=3)
    with pytest.raises(InputError, match="at least 3 classes, got 2"):
        construct(machine, base=3, tapes=1, classes=2)


@pytest.mark.parametrize("kind", ["acceptor", "transducer"])
def test_a_machine_that_needs_too_many_units_is_refused(kind, monkeypatch):
    monkeypatch.setattr("anylength.constructions.design.MAX_UNITS", 150)
    rng = np.random.default_rng(0)
    delta = rng.integers(0, 50, (50, 10))
    output = rng.integers(0, 2, 50)[delta] if kind == "acceptor" else rng.integers(0, 2, (50, 10))
    with pytest.raises(InputError, match="fewer than 150 units, got one that needs 3[0-9][0-9]: train a net"):
        built(Machine(0, delta.tolist(), output.tolist()))


def test_factors_tell_all_states_apart_and_each_follows_the_machine():
    machine = minimise(task_named("a5-generators").machine)
    found = factors(machine)
    assert len(set(zip(*found, strict=True))) == machine.states
    for blocks in found:
        table = quotient(machine, blocks)
        assert all(
            table[blocks[state]][symbol] == blocks[target]
            for state, row in enumerate(machine.delta)
            for symbol, target in enumerate(row)
        )


def test_the_permutations_of_five_points_by_two_generators_need_few_units():
    assert of_task(task_named("s5-generators")).hidden <= 40  # 240 pairs of a state and a symbol


def test_a_machine_whose_outputs_no_sum_over_factors_tells_gets_no_factors():
    """Z_6 as Z_2 and Z_3 side by side; the answer is 1 for 1 and 2, which mix both."""
    machine = Machine(0, [[q, (q + 1) % 6] for q in range(6)], [[int(q in (1, 2)), int((q + 1) % 6 in (1, 2))] for q in range(6)])
    net = built(machine)
    assert_float32(net, machine)
    assert_right(net, machine, 300)


def test_output_units_cut_the_noise_of_a_large_acceptor():
    """Directly read, half of the 1,000 state units would add up."""
    rng = np.random.default_rng(3)
    delta = rng.integers(0, 900, (900, 2))
    machine = minimise(Machine(0, delta.tolist(), rng.integers(0, 2, 900)[delta].tolist()))
    net = built(machine)
    assert_on_grid(net)
    assert np.abs(net.weight).sum(axis=1).max() <= 80
    assert np.mean(net.cell.weight_hh != 0) <= 0.01


def test_a_machine_of_several_hundred_states_is_constructed():
    rng = np.random.default_rng(4)
    machine = Machine(0, rng.integers(0, 787, (787, 2)).tolist(), rng.integers(0, 2, (787, 2)).tolist())
    built(machine)  # 0.15 s; work that grows with the cube takes minutes


def test_a_net_inside_a_larger_one_still_answers_and_is_proved():
    task = task_named("tomita-3")
    small = of_task(task)
    rng = np.random.default_rng(0)
    large = embedded(small, 24, rng, 0.0)
    word = np.random.default_rng(1).integers(0, 2, 200)
    assert run(large, word) == run(small, word)
    start = embedded(small, 24, rng, 0.01)
    assert np.array_equal(start.cell.weight_hh[: small.hidden, : small.hidden], small.cell.weight_hh)
    assert 0.005 < start.cell.weight_hh[small.hidden :].std() < 0.02
    assert_float32(start, task.machine)


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_a_net_in_a_gated_cell_still_answers_and_is_proved(cell):
    task = task_named("tomita-3")
    small = of_task(task)
    gated = in_gates(small, CELLS[cell])
    word = np.random.default_rng(1).integers(0, 2, 200)
    assert run(gated, word) == run(small, word)
    assert_on_grid(gated)
    assert_covers(gated, task.machine, "bfloat16")


@pytest.mark.parametrize("between", ["plain", "residual-norm"])
def test_layers_of_an_rnn_in_gates_compute_the_same(between):
    task, layering = task_named("tomita-3"), Layering(2, between)
    recipe = recipe_named("certified", task, "rnn", layering)
    drawn = recipe.initial(np.random.default_rng(2), task, layering.of(CELLS["rnn"]), 8)
    small = GRID.nearest_net(drawn.net)
    net, gated = (jax.tree.map(jax.numpy.asarray, each) for each in (small, layers_in_gates(small, layering.of(CELLS["gru"]))))
    word = jax.numpy.asarray(np.random.default_rng(1).integers(0, 2, (30, 1)))
    assert np.allclose(logits(gated, word), logits(net, word), atol=1e-2)
    assert not np.allclose(logits(net, word)[1:], logits(net, word)[:-1], atol=1e-2)
    with pytest.raises(InputError, match="layers of a GRU"):
        layers_in_gates(small, layering.of(CELLS["lstm"]))


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_the_recipe_constructs_in_these_cells(cell):
    task = task_named("tomita-6")
    recipe = recipe_named("constructed", task, cell)
    net = recipe.initial(np.random.default_rng(0), task, CELLS[cell], recipe.hidden)
    assert type(net.cell) is CELLS[cell] and recipe.learns_from == "machine"
    assert find_format_proof(net, task.machine, (0,), "float32") is not None
    with pytest.raises(InputError, match="one layer of rnn, gru or lstm"):
        recipe.initial(np.random.default_rng(0), task, Layering(2).of(CELLS[cell]), recipe.hidden)


def test_only_these_cells_hold_a_constructed_net():
    assert {name for name, kind in CELLS.items() if holds_construction(kind)} == {"rnn", "gru", "lstm"}
    assert not holds_construction(Layering(2).of(CELLS["gru"]))


def test_a_net_goes_only_into_a_larger_one():
    net = of_task(task_named("tomita-3"))
    with pytest.raises(InputError, match="at least the net's 9 units, got 8"):
        embedded(net, 8, np.random.default_rng(0), 0.1)
    two_biases = dataclasses.replace(net, cell=dataclasses.replace(net.cell, bias_hh=net.cell.bias))
    with pytest.raises(InputError, match="one bias"):
        embedded(two_biases, 20, np.random.default_rng(0), 0.1)


def test_random_machines_are_minimal_and_the_same_for_each_seed():
    drawn = machines(12, TUNING)
    assert drawn == machines(12, TUNING)
    assert [each.kind for each in drawn] == ["acceptor", "transducer"] * 6
    for each in drawn:
        assert minimise(each.machine) == each.machine
        assert 2 <= each.machine.states <= 30
        assert 2 <= each.machine.symbols <= 10
        assert 2 <= each.machine.classes <= 5


@pytest.mark.slow
@pytest.mark.parametrize("name", [*DIGIT_TASKS, *SUITE_TASKS, "dyck-1-5", "z-12", "z-9-generator"])
def test_every_task_is_proved(name):
    task = task_named(name)
    net = of_task(task)
    assert_on_grid(net)
    if task.machine.states * task.symbols <= MOST_PAIRS:
        assert_proved(net, task)
    word = np.random.default_rng(0).integers(0, task.symbols, (2_000, 4)).astype(np.uint16)
    assert np.array_equal(answers(net, word), task.targets(word))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30))
def test_random_machines_are_proved(seed):
    machine = machines(1, TUNING + 200 + seed)[0].machine
    net = built(machine)
    assert_float32(net, machine)
    assert_right(net, machine, 2_000)
