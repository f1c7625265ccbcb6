"""The example questions of tasks: they are words of the task, and the machine must remember on them to their end."""

import numpy as np
import pytest

from anylength.rules import TASKS, Task, digits_of, example_of, task_named
from anylength.rules.own_tasks import machine_task

NAMES = [*TASKS, "multiply-2", "multiply-7", "multiply-12", "multiply-61", "divide-4", "divide-7", "remainder-3"]
HOLDING = ["count", "decrement", "add", "subtract", "compare", "collatz", "multiply-7", "multiply-12", "divide-7"]


def texts(task: Task, count: int) -> list[str]:
    return [number.text(count) for number in example_of(task).numbers]


@pytest.mark.parametrize("base", [2, 10, 36])
@pytest.mark.parametrize("name", NAMES)
def test_every_example_is_a_question_of_its_task_without_leading_zeros(name, base):
    task = task_named(name, base)
    assert len(texts(task, 12)) == task.tapes
    for count in (1, 12, 60):
        for text in texts(task, count):
            assert len(digits_of(text, base)) == len(text)
            assert not text.startswith("0")
    assert "{count}" in example_of(task).label or name == "multiply"


@pytest.mark.parametrize(
    ("name", "questions", "answer", "label"),
    [
        ("count", ["999999999999"], "1000000000000", "12 nines"),
        ("decrement", ["1000000000000"], "999999999999", "1 and 12 zeros"),
        ("add", ["999999999999", "1"], "1000000000000", "12 nines plus 1"),
        ("subtract", ["1000000000000", "1"], "999999999999", "1 and 12 zeros minus 1"),
        ("compare", ["9999999999991", "9999999999990"], ">", "12 nines and 1 against 12 nines and 0"),
        ("parity", ["123456789012"], "even", "12 digits in turn"),
        ("multiply-7", ["142857142857"], "999999999999", "12 digits of 1/7"),
        ("multiply-2", ["4999999999999"], "9999999999998", "4 and 12 nines"),
        ("collatz", ["333333333333"], "1000000000000", "12 threes"),
        ("divide-7", ["1000000000000"], "142857142857", "1 and 12 zeros"),
        ("reverse", ["123456789012"], "210987654321", "12 digits in turn"),
        ("multiply", ["9", "9"], "81", "the largest digits"),
    ],
)  # fmt: skip
def test_the_examples_show_what_their_tasks_are_about(name, questions, answer, label):
    task = task_named(name)
    assert texts(task, 12) == questions
    assert example_of(task).label.replace("{count}", "12") == label
    numbers = [digits_of(text) for text in questions]
    longest = max(map(len, numbers))
    assert task.text(task.exact(tuple(np.pad(number, (0, longest - len(number))) for number in numbers))) == answer


@pytest.mark.parametrize("name", HOLDING)
def test_on_an_example_another_state_leads_to_another_answer_many_steps_later(name):
    task = task_named(name)
    word = task.word(tuple(digits_of(text) for text in texts(task, 12))).tolist()
    machine = task.machine
    states = machine.trace(word)
    stretch = 0
    for start in range(1, len(word)):
        for other in set(range(machine.states)) - {states[start]}:
            end = other
            for step in range(start, len(word)):
                if machine.output[end][word[step]] != machine.output[states[step]][word[step]]:
                    stretch = max(stretch, step - start)
                end = machine.delta[end][word[step]]
    assert stretch >= 6


def test_a_machine_of_ones_own_gets_an_input_that_it_must_hold():
    def door(state: str, digits: tuple[int, ...]) -> tuple[str, str]:
        after = {1: "open", 2: "shut"}.get(digits[0], state)
        return after, after

    task = machine_task(door, start="shut", name="count", base=4, labels=["shut", "open"])
    assert texts(task, 5) == ["333331"]
    assert example_of(task).label == "{count} times 3 after 1"
    assert task.text(task.exact((digits_of("333331", 4),))) == "open"
    assert texts(machine_task(door, start="shut", base=4, read="most", labels=["shut", "open"]), 5) == ["133333"]
