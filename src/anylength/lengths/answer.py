"""A net's answers to numbers: single questions, and counting on from its own answers."""

from typing import TYPE_CHECKING

import numpy as np

from anylength.base import Digits, InputError, Symbols, brief, is_whole
from anylength.nets import AbstractNet, answers
from anylength.records import Answers, Sequence
from anylength.rules import Names, Task, digits_of, to_text, trimmed

if TYPE_CHECKING:
    from anylength.records import Mistake

MAX_STEPS = 1_000_000
"""Most numbers that are counted on. They take some minutes."""


def answer(net: AbstractNet, task: Task, numbers: tuple[Digits, ...]) -> Digits:
    """The net's answer to one question: the digits of all steps, least significant first, or the class of the label."""
    return task.answer(answers(net, task.word(numbers)[:, None])[:, 0])


def right_answer(task: Task, numbers: tuple[Digits, ...]) -> Digits:
    """The right answer, in the same form as `answer`."""
    steps = max(len(number) for number in numbers)
    return task.exact(tuple(np.pad(number, (0, steps - len(number))) for number in numbers))


def ask(net: AbstractNet, task: Task, questions: list[list[str | int]]) -> Answers:
    """The net's answers, and whether each is correct. A question has one number per tape; shorter numbers get leading zeros.

    Raises:
        InputError: A question with too few or too many numbers, or with text that is not a number in the task's base.
    """
    texts, net_answers, correct = [], [], []
    for question in questions:
        if len(question) != task.tapes:
            raise InputError(f"{task.tapes} number(s) a question", str(len(question)), f"{task.name} reads {task.tapes} at a time")
        numbers = tuple(map(task.notation.read, question))
        net_answer = answer(net, task, numbers)
        texts.append(list(map(task.notation.write, numbers)))
        net_answers.append(task.text(net_answer))
        correct.append(bool(np.array_equal(net_answer, right_answer(task, numbers))))
    return Answers(questions=texts, answers=net_answers, correct=correct)


def count_on(net: AbstractNet, task: Task, *, start: str | int = 1, steps: int = 20) -> Sequence:
    """Feeds the net its own answers, `steps` times from `start`. It goes on after a wrong answer, and ends at a negative one.

    Raises:
        InputError: The task does not map one number to one number, there is less than 1 step, or `start` is not a number.
    """
    if task.tapes != 1 or task.labels is not None or task.names is not None:
        raise InputError(
            "a task that leads from one number to one number", task.name, "count works with runs of count, for example"
        )
    if not is_whole(steps, 1, MAX_STEPS):
        raise InputError(f"1 to {MAX_STEPS:,} steps", brief(steps), "pass for example --steps 20")
    number = digits_of(start, task.base)
    sequence, first_error = [to_text(number)], None
    for index in range(1, steps + 1):
        net_answer = answer(net, task, (number,))
        if first_error is None and not np.array_equal(net_answer, right_answer(task, (number,))):
            first_error = index
        sequence.append(task.text(net_answer))
        if sequence[-1].startswith("-"):
            break
        number = trimmed(net_answer)
    return Sequence(sequence=sequence, first_error=first_error)


def mistake_on(net: AbstractNet, task: Task, word: Symbols) -> "Mistake":
    """The net's answer to the numbers of a word `[T]` without its tail, and the right answer. The net runs as in `ask`."""
    return answer_to(net, task, task.numbers(word))


def answer_to(net: AbstractNet, task: Task, numbers: tuple[Digits, ...]) -> "Mistake":
    """The net's answer to numbers and the right answer, in the form of a mistake. The two may be equal."""
    from anylength.records import Mistake

    net_answer, right = answer(net, task, numbers), right_answer(task, numbers)
    texts = list(map(task.notation.write, numbers))
    return Mistake(numbers=texts, answer=task.text(net_answer), expected=task.text(right), separator=separator_of(task))


def word_of(task: Task, texts: list[str]) -> tuple[int, ...]:
    """The word of a question as people write it, one number per tape."""
    return tuple(task.word(tuple(map(task.notation.read, texts))).tolist())


def separator_of(task: Task) -> str | None:
    """What stands between two symbols of a task's words; None for a task that reads numbers."""
    return task.notation.separator if isinstance(task.notation, Names) else None


def truncate(task: Task, symbols: Symbols, step: int) -> Symbols:
    """The shortest beginning of `symbols` `[T]` whose answer includes the output at `step`.

    Zeros at the end are dropped where the word's own tail of zeros replaces them. A word of a task beyond finite state stays whole,
    because its outputs depend on all of it.
    """
    if task.transducer is None:
        return symbols
    end = step + 1
    while end > 1 and end > step + 1 - task.tail and symbols[end - 1] == 0:
        end -= 1
    return symbols[:end]
