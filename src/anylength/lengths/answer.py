"""A net's own answers to numbers: single questions, and counting on from its own answers."""

import numpy as np

from anylength._types import Digits, Symbols
from anylength.digits import to_full_text, digits_of, to_text, trimmed
from anylength.errors import InputError
from anylength.nets import AbstractNet, answers
from anylength.records import Answers, Mistake, Sequence
from anylength.tasks import Task


def answer(net: AbstractNet, task: Task, numbers: tuple[Digits, ...]) -> Digits:
    """The net's answer to one question: digits, least significant first (as many as the word has), or the class of the label."""
    return task.answer(answers(net, task.word(numbers)[:, None])[:, 0])


def ask(net: AbstractNet, task: Task, questions: list[list[str | int]]) -> Answers:
    """The net's own answers, each beside the truth. A question has one number per tape; shorter ones get zeros in front.

    Raises:
        InputError: A question with too few or too many numbers, or with something that is not a number of the base.
    """
    asked, got, correct = [], [], []
    for question in questions:
        if len(question) != task.tapes:
            raise InputError(f"{task.tapes} number(s) a question", str(len(question)), f"{task.name} reads {task.tapes} at a time")
        numbers = tuple(digits_of(number, task.base) for number in question)
        own = answer(net, task, numbers)
        asked.append([to_full_text(number) for number in numbers])
        got.append(task.text(own))
        correct.append(bool(np.array_equal(own, right_answer(task, numbers))))
    return Answers(questions=asked, answers=got, correct=correct)


def right_answer(task: Task, numbers: tuple[Digits, ...]) -> Digits:
    """The exact answer in the form that the net's comes in."""
    steps = max(len(number) for number in numbers)
    return task.exact(tuple(np.pad(number, (0, steps - len(number))) for number in numbers))


def count_on(net: AbstractNet, task: Task, *, start: str | int = 1, steps: int = 20) -> Sequence:
    """The net feeds on its own answers from `start`, `steps` times, and goes on from wrong ones too; it ends below zero.

    Raises:
        InputError: The task does not lead from one number to one number, fewer than 1 step, or a start that is no number.
    """
    if task.tapes != 1 or task.labels is not None:
        raise InputError(
            "a task that leads from one number to one number", task.name, "count works with runs of count, for example"
        )
    if steps < 1:
        raise InputError("1 step or more", str(steps), "pass for example --steps 20")
    number = digits_of(start, task.base)
    sequence, first_error = [to_text(number)], None
    for index in range(1, steps + 1):
        own = answer(net, task, (number,))
        if first_error is None and not np.array_equal(own, right_answer(task, (number,))):
            first_error = index
        sequence.append(task.text(own))
        if sequence[-1].startswith("-"):
            break
        number = trimmed(own)
    return Sequence(sequence=sequence, first_error=first_error)


def replayed(net: AbstractNet, task: Task, word: Symbols) -> Mistake:
    """The answer to the numbers of a word `[T]` (without its tail), asked as a person asks, beside the right one."""
    numbers = task.numbers(word)
    own, right = answer(net, task, numbers), right_answer(task, numbers)
    return Mistake(numbers=[to_full_text(number) for number in numbers], answer=task.text(own), expected=task.text(right))


def cut(task: Task, symbols: Symbols, first: int) -> Symbols:
    """The shortest word whose answer shows the output at step `first` of `symbols` `[T]`: cut there, without the tail's zeros.

    Beyond finite state a word cannot be cut: it is kept whole.
    """
    if task.transducer is None:
        return symbols
    end = first + 1
    while end > 1 and end > first + 1 - task.tail and symbols[end - 1] == 0:
        end -= 1
    return symbols[:end]
