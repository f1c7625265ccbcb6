"""A net's own answers to numbers: single questions, and counting on from its own answers."""

import numpy as np

from anylength.digits import as_read, digits_of, to_text, trimmed
from anylength.errors import InputError
from anylength.nets import AbstractNet, answers
from anylength.records import Answers, Mistake, Sequence
from anylength.tasks import Task


def joined(task: Task, numbers: tuple[np.ndarray, ...]) -> np.ndarray:
    """The symbols `[T]` of numbers side by side, padded to the longest and one step more, so that the answer fits."""
    steps = max(len(number) for number in numbers) + 1
    symbols = np.zeros(steps, np.uint16 if task.symbols > 256 else np.uint8)
    for tape, number in enumerate(numbers):
        symbols[: len(number)] += number.astype(symbols.dtype) * task.base**tape
    return symbols


def answer(net: AbstractNet, task: Task, numbers: tuple[np.ndarray, ...]) -> np.ndarray:
    """The net's answer to one question: digits, one more than the longest number has."""
    return answers(net, joined(task, numbers)[:, None])[:, 0]


def ask(net: AbstractNet, task: Task, questions: list[list[str | int]]) -> Answers:
    """The net's own answers, each beside the truth. A question has one number per tape.

    Raises:
        InputError: A question with too few or too many numbers, or with something that is not a number of the base.
    """
    asked, got, correct = [], [], []
    for question in questions:
        if len(question) != task.tapes:
            raise InputError(f"{task.tapes} number(s) a question", str(len(question)), f"{task.name} reads {task.tapes} at a time")
        numbers = tuple(digits_of(number, task.base) for number in question)
        own = answer(net, task, numbers)
        asked.append([as_read(number) for number in numbers])
        got.append(to_text(own))
        correct.append(bool(np.array_equal(own, right_answer(task, numbers))))
    return Answers(questions=asked, answers=got, correct=correct)


def right_answer(task: Task, numbers: tuple[np.ndarray, ...]) -> np.ndarray:
    """The exact answer, as many digits as the net gives: one more than the longest number."""
    steps = max(len(number) for number in numbers)
    padded = tuple(np.pad(number, (0, steps - len(number))) for number in numbers)
    return task.exact(padded)


def count_on(net: AbstractNet, task: Task, *, start: str | int = 1, steps: int = 20) -> Sequence:
    """The net counts on its own answers from `start`, `steps` times, and goes on from wrong ones too.

    Raises:
        InputError: The task reads more than one number, fewer than 1 step, or a start that is no number.
    """
    if task.tapes != 1:
        raise InputError("a task that reads one number", task.name, "count works with runs of the task count")
    if steps < 1:
        raise InputError("1 step or more", str(steps), "pass for example --steps 20")
    number = digits_of(start, task.base)
    sequence, first_error = [to_text(number)], None
    for index in range(1, steps + 1):
        own = answer(net, task, (number,))
        if first_error is None and not np.array_equal(own, right_answer(task, (number,))):
            first_error = index
        number = trimmed(own)
        sequence.append(to_text(number))
    return Sequence(sequence=sequence, first_error=first_error)


def replayed(net: AbstractNet, task: Task, symbols: np.ndarray, first: int) -> Mistake:
    """The wrong answer whose first wrong digit is at step `first` of `symbols` `[T]`: cut to the digits up to there and asked anew.

    The number ends before that step where it reads zeros there (a question is always followed by one zero step). A net that looks
    ahead would be asked another question so: there `first` is the step after the whole number.
    """
    zero = symbols[first] == 0 and first > 0
    digits = symbols[: first if zero else first + 1]
    numbers = tuple((digits // task.base**tape % task.base).astype(np.uint8) for tape in range(task.tapes))
    own, right = answer(net, task, numbers), right_answer(task, numbers)
    return Mistake(numbers=[as_read(number) for number in numbers], answer=to_text(own), expected=to_text(right))
