"""Cells with a memory: pops return what was pushed, reads return what was written, extra depth changes nothing."""

import dataclasses
from functools import partial
from typing import Any

import jax
import numpy as np
import plain_memory
import plain_numpy
import pytest

from anylength.base import InputError
from anylength.cells import CELLS, STACK_CELLS, StackCell, StackRnn, TapeRnn
from anylength.lengths import ask, stress
from anylength.nets import Net, NetConfig, answers, build, load, logits, tensors, to_bytes
from anylength.nets.weights import shapes
from anylength.rules import IGNORE_INDEX, task_named
from anylength.training import recipe_named
from anylength.training.start import initial_state
from anylength.verification.verdicts import verify

MEMORIES: dict[str, Any] = {name: CELLS[name] for name in (*STACK_CELLS, "tape-rnn")}
STEPS = {name: partial(plain_memory.stack_step, name) for name in STACK_CELLS} | {"tape-rnn": plain_memory.tape_step}
LARGE = 60.0


def config(cell: str, task: str = "count-natural") -> NetConfig:
    return NetConfig(task_name=task, base=10, cell=cell, hidden=12)


def random_net(cell: str, task: str = "count-natural", size: float = 0.7) -> Net:
    """A net with random weights."""
    rng, wanted = np.random.default_rng(0), shapes(config(cell, task))
    net = build(config(cell, task), {name: rng.normal(0, size, shape).astype(np.float32) for name, shape in wanted.items()})
    assert isinstance(net, Net)
    return net


def random_word(steps: int, columns: int = 3) -> np.ndarray:
    return np.random.default_rng([steps, columns]).integers(0, 12, (steps, columns), np.uint8)


def obedient(kind: Any, actions: np.ndarray, values: np.ndarray) -> Any:
    """A cell without recurrence whose one-hot symbol a sets the actions `[A, E]` and the values `[M, E]`."""
    encoded = actions.shape[1]
    named = {name: np.zeros(shape, np.float32) for name, shape in kind.shapes(encoded, encoded).items()}
    named["weight_ih"] = 20 * np.eye(encoded, dtype=np.float32)
    named["weight_action"] = actions.astype(np.float32)
    named["weight_push" if kind is StackRnn else "weight_write"] = values.astype(np.float32)
    return kind(**named, depth=4)


def states(cell: Any, symbols: list[int]) -> list[np.ndarray]:
    """The state after each symbol, by plain numpy."""
    state, found = np.zeros((cell.state_size, 1), np.float32), []
    for symbol in symbols:
        state = cell.step(plain_numpy, np.eye(cell.hidden, dtype=np.float32)[:, [symbol]], state)
        found.append(state[cell.hidden :, 0])
    return found


def test_what_is_pushed_is_popped_in_reverse_order():
    """Symbols 0 and 1 push two different values on the first stack and pop the second, 2 pops the first, 3 leaves both alone."""
    rng = np.random.default_rng(0)
    push, pop, stay = (LARGE, 0), (-LARGE, LARGE), (-LARGE, -LARGE)
    actions = np.array([[*push, *pop], [*push, *pop], [*pop, *stay], [*stay, *stay]]).T
    cell = obedient(StackRnn, actions, rng.normal(size=(16, 4)))
    values = np.tanh(cell.weight_push[:8])
    tops = [state[:8] for state in states(cell, [0, 1, 3, 0, 2, 2, 3, 2, 2])]
    for top, wanted in zip(tops, [0, 1, 1, 0, 1, 0, 0, None, None]):
        np.testing.assert_allclose(top, 0 if wanted is None else values[:, wanted], atol=1e-6)
    assert np.abs(states(cell, [0, 1, 2])[-1][32:]).max() < 1e-6, "the second stack was never pushed"


def test_what_falls_out_of_a_shallow_stack_is_lost_and_a_deep_one_keeps_it():
    actions = np.array([[LARGE, 0, -LARGE, -LARGE], [-LARGE, LARGE, -LARGE, -LARGE]]).T
    cell = obedient(StackRnn, actions, np.ones((16, 2)))
    word = [0] * 6 + [1] * 5
    assert np.abs(states(cell, word)[-1][:8]).max() < 1e-6
    assert np.abs(states(cell.with_depth_for(len(word)), word)[-1][:8]).min() > 0.7


def test_what_is_written_is_found_again_when_the_head_comes_back():
    """Symbols 0 and 1 write and move right, 2 and 3 move left and right without writing, 4 does nothing, 5 writes in place."""
    w, m, r = LARGE, LARGE, LARGE
    actions = np.array([[w, m, r], [w, m, r], [-w, m, -r], [-w, m, r], [-w, -m, r], [w, -m, r]]).T
    cell = obedient(TapeRnn, actions, np.random.default_rng(0).normal(size=(8, 6))).with_depth_for(20)
    values = np.tanh(cell.weight_write)
    under = [state[:8] for state in states(cell, [0, 1, 0, 2, 2, 4, 5, 3, 2, 2, 2])]
    for found, wanted in zip(under, [None, None, None, 0, 1, 1, 5, 0, 5, 0, None]):
        np.testing.assert_allclose(found, 0 if wanted is None else values[:, wanted], atol=1e-6)


@pytest.mark.parametrize("name", MEMORIES)
def test_a_step_equals_lists_of_vectors(name):
    net, rng = random_net(name), np.random.default_rng(3)
    cell: Any = net.cell
    symbol, state = rng.normal(size=(12, 4)).astype(np.float32), rng.normal(size=(cell.state_size, 4)).astype(np.float32)
    named = {field.removeprefix("cell."): value for field, value in tensors(net).items()}
    np.testing.assert_allclose(cell.step(plain_numpy, symbol, state), STEPS[name](named, symbol, state), rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", MEMORIES)
def test_depth_changes_nothing_once_it_is_as_deep_as_the_word_is_long(name):
    net, word = random_net(name), random_word(20)
    cell: Any = net.cell

    def at(steps: int) -> np.ndarray:
        return np.asarray(jax.jit(logits)(dataclasses.replace(net, cell=cell.with_depth_for(steps)), word))

    np.testing.assert_allclose(at(20), at(50), rtol=0, atol=1e-5)
    assert np.abs(at(2) - at(20)).max() > 1e-3


@pytest.mark.parametrize("name", MEMORIES)
def test_answers_come_from_a_memory_deep_enough_and_from_hard_actions(name):
    net, word = random_net(name, size=0.3), random_word(70)
    hard = net.configured_for(200)
    found = np.asarray(jax.jit(logits)(hard, word)).argmax(axis=1)
    assert np.array_equal(answers(net, word), found)
    assert np.array_equal(answers(net, word[:, :1]), found[:, :1])
    state = np.zeros((hard.cell.state_size, 3), np.float32)
    for row in word[:5]:
        state = hard.cell.step(plain_memory_ops(), np.eye(12, dtype=np.float32)[:, row], state)


def plain_memory_ops() -> Any:
    """Plain numpy operations whose sigmoid asserts that every action is hard."""

    class HardActions:
        matmul, tanh, lerp = staticmethod(plain_numpy.matmul), staticmethod(plain_numpy.tanh), staticmethod(plain_numpy.lerp)
        relu, concatenate = staticmethod(plain_numpy.relu), staticmethod(plain_numpy.concatenate)

        @staticmethod
        def sigmoid(value: np.ndarray) -> np.ndarray:
            shares = 1 / (1 + np.exp(-np.clip(value, -80, 80)))
            assert len(value) > 4 or (np.minimum(shares, 1 - shares) < 1e-6).all(), "actions have 4 or 3 rows"
            return shares

    return HardActions


@pytest.mark.parametrize("name", MEMORIES)
def test_a_large_batch_is_evaluated_as_one_word_at_a_time(name):
    net, words = random_net(name, size=0.3), random_word(9, 100)
    assert np.array_equal(np.asarray(jax.jit(Net.outputs)(net, words)), answers(net, words))


def test_a_word_too_long_for_a_memory_is_refused():
    with pytest.raises(InputError, match="up to 16,384 steps, got 16,385"):
        answers(random_net("stack-rnn"), random_word(16_385, 1))


@pytest.mark.parametrize("name", MEMORIES)
def test_save_then_load_is_the_identity(name, tmp_path):
    net, path = random_net(name), tmp_path / "model.safetensors"
    path.write_bytes(to_bytes(net, config(name)))
    again, found = load(path)
    assert found == config(name)
    assert jax.tree.structure(again) == jax.tree.structure(net)
    assert {key: value.tobytes() for key, value in tensors(again).items()} == {k: v.tobytes() for k, v in tensors(net).items()}


def test_a_proof_is_not_applicable_to_a_tape_and_the_reason_is_given():
    verdict = verify(random_net("tape-rnn", "count"), task_named("count"), budget=1.0).verdict
    assert verdict.verdict == "NOT APPLICABLE"
    assert "tape-rnn has a tape with a head: train with --cell stack-rnn" in verdict.reason


@pytest.mark.parametrize("task", ["count-natural", "count"])
def test_a_random_net_with_stacks_is_refuted(task):
    verdict = verify(random_net("stack-rnn", task), task_named(task), budget=5.0).verdict
    assert verdict.verdict == "REFUTED"
    assert verdict.mistake.answer != verdict.mistake.expected


@pytest.mark.parametrize("cell", ["rnn", "tape-rnn"])
def test_a_wrong_answer_refutes_a_net_beside_which_no_machine_is_followed(cell):
    verdict = verify(random_net(cell), task_named("count-natural"), budget=1.0).verdict
    assert verdict.verdict == "REFUTED"
    assert verdict.mistake.answer != verdict.mistake.expected


def test_the_reason_names_what_a_net_lacks_for_a_task_that_needs_a_stack(monkeypatch):
    monkeypatch.setattr("anylength.verification.verdicts.verdict.attack", lambda *_: None)
    verdict = verify(random_net("rnn"), task_named("count-natural"), budget=1.0).verdict
    assert (verdict.verdict, "count-natural needs a stack" in verdict.reason) == ("NOT APPLICABLE", True)


def test_the_cells_with_stacks_are_listed():
    assert {name for name, cell in CELLS.items() if issubclass(cell, StackCell)} == set(STACK_CELLS)


def test_only_these_cells_have_states_that_grow():
    assert {name for name, cell in CELLS.items() if not cell.has_fixed_size_state} == set(MEMORIES)


def test_a_net_is_asked_in_words_and_answers_in_digits():
    found = ask(random_net("stack-rnn"), task_named("count-natural"), [["1999"], ["7"]])
    assert found.questions == [["1999"], ["7"]]
    assert len(found.answers) == 2


@pytest.mark.parametrize("limit", [3, 12])
def test_a_stress_test_asks_whole_words(limit):
    """The shortest question of `count-natural` has five steps, so below that there are no families."""
    found = stress(random_net("stack-rnn"), task_named("count-natural"), limit=limit)
    assert found.horizon is None
    assert len(found.families) == (4 if limit >= 5 else 0)
    assert found.curve[-1].length == limit
    for family in found.families:
        assert family.shortest_mistake is not None
        assert family.shortest_mistake.expected == str(int(family.shortest_mistake.numbers[0]) + 1)


def test_the_recipe_grades_only_what_counts_and_makes_actions_hard():
    task, recipe = task_named("reverse"), recipe_named("memory")
    net: Any = initial_state(task, recipe, cell="stack-rnn", hidden=8, seed=0).net
    symbols = task.data["post"](np.random.default_rng(0), 10).train[:20].T
    targets = task.targets(symbols)

    def loss(words: np.ndarray, schedule_state: int) -> float:
        return float(jax.jit(recipe.loss)(net, None, words, targets, np.uint32(schedule_state))[0])

    after = np.where((targets == IGNORE_INDEX) & (symbols == 0) & (np.cumsum(symbols == 10, axis=0) > 0), 5, symbols)
    assert (after != symbols).any()
    assert loss(after.astype(np.uint8), 0) == loss(symbols, 0), "symbols after a word make no difference"
    assert loss(symbols, 0) == loss(symbols, 500)
    assert loss(symbols, 0) != loss(symbols, 3_400)
