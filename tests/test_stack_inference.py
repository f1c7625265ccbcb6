"""Machines with stacks from words alone, and whether two such machines answer alike."""

import dataclasses
from itertools import product
from typing import Any

import numpy as np
import pytest

from anylength.base import InputError
from anylength.memory.closing import Open
from anylength.memory.equivalence import answers_as, does
from anylength.memory.running import run_with_stacks
from anylength.memory.used import used_machine
from anylength.rules import (
    FREE,
    IGNORE_INDEX,
    KEEP,
    POP,
    SeenWord,
    StackMachine,
    beginnings,
    infer_stacks,
    push,
    stack_machine,
    task_named,
    without_letters,
)
from anylength.rules.stack_tasks import anbn_machine, dyck_machine, reverse_machine
from anylength.training import fit, recipe_named
from anylength.training.constructed import constructed_stack_net
from anylength.training.examples import Examples
from anylength.training.seen import inferred_task
from anylength.training.start import Purpose, draw_examples, generator
from anylength.verification.verdicts import Subject, judge_proof, verify

ANBN, REVERSE = task_named("anbn"), task_named("reverse", 2)


def words(symbols: int, longest: int) -> list[tuple[int, ...]]:
    return [word for length in range(1, longest + 1) for word in product(range(symbols), repeat=length)]


def random_machine(seed: int) -> StackMachine:
    """A machine of 1 to 3 states over two symbols and two letters that is seldom silent."""
    rng, rules = np.random.default_rng(seed), {}
    states = int(rng.integers(1, 4))

    def step(state, symbol, tops):
        if (state, symbol, tops) not in rules:
            drawn = int(rng.integers(states)), [int(rng.integers(4))], int(rng.integers(-1, 2))
            rules[state, symbol, tops] = drawn
        return rules[state, symbol, tops]

    return stack_machine(step, 0, symbols=2, letters=3)


def late_pushing_anbn() -> StackMachine:
    """aⁿbⁿ by a stack of one letter, one lower than that of the task's machine."""

    def step(state, symbol, tops):
        if symbol == 0 and state in ("start", "a"):
            return "a", [push(1) if state == "a" else KEEP], 0
        if symbol == 1 and state in ("a", "b"):
            return ("b", [POP], 0) if tops[0] else ("reject", [KEEP], 1)
        return "reject", [KEEP], 0

    return stack_machine(step, "start", symbols=2, letters=2)


def with_output(machine: StackMachine, state: int, column: int, output: int) -> StackMachine:
    rows = [list(row) for row in machine.rules]
    rule = rows[state][column]
    assert rule is not None
    rows[state][column] = rule._replace(output=output)
    return dataclasses.replace(machine, rules=tuple(map(tuple, rows)))


def test_machines_of_another_shape_are_found_to_answer_alike():
    assert answers_as(late_pushing_anbn(), anbn_machine(), 2)
    assert answers_as(anbn_machine(), late_pushing_anbn(), 2)


def test_one_changed_answer_that_a_word_leads_to_is_noticed():
    machine = anbn_machine()
    changed = 0
    for state, row in enumerate(machine.rules):
        for column, rule in enumerate(row):
            if rule is None:
                continue
            other = with_output(machine, state, column, 1 - rule.output)
            if any(other.run(word) != machine.run(word) for word in words(2, 6)):
                changed += 1
                assert not answers_as(other, machine, 2)
                assert not answers_as(late_pushing_anbn(), other, 2)
    assert changed > 10


def test_what_is_found_to_answer_alike_does_so_on_all_short_words():
    alike = 0
    for seed in range(400):
        one, other = random_machine(2 * seed), random_machine(2 * seed + 1)
        if answers_as(one, other, 2):
            alike += 1
            for word in words(2, 8):
                assert all(right in (FREE, said) for said, right in zip(one.completed.run(word), other.run(word), strict=True))
    assert alike >= 3


def test_only_inputs_of_the_task_count_where_it_has_markers():
    """A machine of one state answers a digit that comes after a marker, and that no input has, in another way."""
    one_state = stack_machine(
        lambda _, symbol, tops: (0, [push(symbol + 1)], FREE) if symbol < 2 else (0, [POP], tops[0] - 1 if tops[0] else FREE),
        0, symbols=3, letters=3,
    )  # fmt: skip
    assert answers_as(one_state, reverse_machine(2), 2)
    assert not answers_as(one_state, reverse_machine(2), 3)
    shifted = with_output(one_state, 0, one_state.column(2, (1,)), 1)
    assert not answers_as(shifted, reverse_machine(2), 2)


@pytest.mark.parametrize(("machine", "states"), [(anbn_machine(), 2), (dyck_machine(1), 1)])
def test_the_smallest_machine_of_all_short_words_is_right_on_longer_ones(machine, states):
    short = np.array(list(product(range(2), repeat=9)))
    found = infer_stacks(beginnings(short, np.array([machine.run(word) for word in short])), symbols=2)
    assert found is not None
    assert found.states == states
    assert all(found.run(word) == machine.run(word) for word in words(2, 11))
    assert answers_as(found, machine, 2)


def test_words_that_contradict_each_other_have_no_machine():
    assert infer_stacks([SeenWord((0,), (0,)), SeenWord((0,), (1,))], symbols=1) is None


def test_what_was_done_with_the_stack_is_obeyed():
    """Both machines say 0; the one that was seen to push and to pop does so."""
    acted = SeenWord((0, 0, 1, 1), (0, 0, 0, 0), ((push(1),), (push(1),), (POP,), (POP,)))
    found = infer_stacks([acted], symbols=2)
    assert found is not None
    assert [min(rule.actions[0], push(1)) for _, rule in found.trace(acted.symbols)] == [push(1), push(1), POP, POP]


def test_a_net_runs_here_as_it_answers_and_acts_as_its_machine():
    net, machine = constructed_stack_net(REVERSE), REVERSE.memory
    assert machine is not None
    symbols = REVERSE.random_words(np.random.default_rng(0), 5, 20)
    ran = run_with_stacks(net, symbols)
    right = REVERSE.targets(symbols)
    assert (ran.outputs == right)[right != IGNORE_INDEX].all()
    acted = [[min(rule.actions[0], push(1)) for _, rule in machine.trace(word)] for word in symbols.T.tolist()]
    assert ran.actions[:, :, 0].T.tolist() == acted
    assert (ran.soft.sum(), ran.deepest) == (0, 5)


def test_a_net_with_a_soft_gate_is_not_proved_and_the_gate_is_named():
    net = constructed_stack_net(REVERSE)
    cell: Any = net.cell
    cell = dataclasses.replace(cell, weight_action=cell.weight_action / 1e4, bias_action=cell.bias_action / 1e4)
    soft = dataclasses.replace(net, cell=cell)
    found = used_machine(soft, REVERSE, 0)
    assert isinstance(found, Open)
    assert found.reason.startswith("gates are soft: one is neither 0 nor 1 at step 1 of")
    verdict = verify(soft, REVERSE).verdict
    assert (verdict.verdict, "gates are soft" in (verdict.reason or "")) == ("UNKNOWN", True)


def test_a_net_is_proved_along_the_machine_of_the_examples_and_the_tasks_own_is_not_looked_at():
    blind = dataclasses.replace(ANBN, memory=dyck_machine(1))
    examples = draw_examples(ANBN, "post", 3)[0]
    seen, told = (inferred_task(task, examples, generator(3, Purpose.INFERENCE), "refuse") for task in (ANBN, blind))
    assert seen.task.memory == told.task.memory
    result = fit(ANBN, cell="stack-rnn", recipe=recipe_named("robust", ANBN, "stack-rnn"), seed=3)
    assert result.inferred is not None
    assert (result.inferred.states, result.inferred.letters, result.inferred.guessed) == (2, 3, 0)
    found = verify(result.net, ANBN)
    assert found.verdict.verdict == "PROVED"
    assert "not the task's but one of 2 states" in (found.verdict.reason or "")
    subject = Subject(result.net, "stack-rnn", found.weights or b"", ANBN)
    assert judge_proof(found.certificate or b"", subject).reason is None
    other = dataclasses.replace(subject, task=task_named("dyck-1"))
    assert "of another machine than that of the task dyck-1" in (judge_proof(found.certificate or b"", other).reason or "")
    assert verify(result.net, task_named("dyck-1")).verdict.verdict == "REFUTED"


def test_questions_are_refused_and_examples_that_no_small_machine_answers():
    examples = draw_examples(ANBN, "post", 0)[0]
    with pytest.raises(InputError, match="leave --ask out"):
        inferred_task(ANBN, examples, generator(0, Purpose.INFERENCE), "ask")
    twisted = examples.targets.copy()
    twisted[::2, 0] = 1
    with pytest.raises(InputError, match="a small machine with one stack"):
        inferred_task(ANBN, Examples(examples.symbols, twisted), generator(0, Purpose.INFERENCE), "refuse")


def test_every_word_of_a_task_with_two_tapes_is_an_input():
    """Symbols of two tapes are no markers: a machine that is wrong after a larger symbol alone does not do the task."""
    task = task_named("add", 2)
    right = without_letters(task.machine, 1)

    def step(state, symbol, tops):
        before, last = state
        rule, phase = right.rule(before, symbol, tops), max(0, symbol + 1 - task.base)
        return (rule.after, phase), list(rule.actions), rule.output if phase >= last else 1 - rule.output

    wrong = stack_machine(step, (right.start, 0), symbols=4, letters=1)
    assert answers_as(wrong, right, task.base)  # on words whose phases never fall
    assert not does(wrong, right, task)
    assert does(right, right, task)


@pytest.mark.parametrize(("name", "base"), [("reverse", 3), ("duplicate", 2), ("count-natural", 3), ("reverse-string", 10),
    ("stack-manipulation", 10), ("bucket-sort", 10), ("dyck-2", 10), ("anbncn", 10), ("turing:utm46", 10)])  # fmt: skip
def test_the_markers_of_a_task_come_in_their_order(name, base):
    task = task_named(name, base)
    assert task.tapes == 1
    for length in (1, 2, 7, 20):
        words = task.random_words(np.random.default_rng(length), length, 50).astype(int)
        phases = np.maximum(0, words + 1 - task.base)
        assert (np.diff(phases, axis=0) >= 0).all()
