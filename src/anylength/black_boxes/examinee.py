"""The function under test: asked, its answers checked and counted.

Text is its answer, right or wrong. What it raises is no answer, nor is anything but text: that ends the examination.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from anylength.black_boxes.script import Columns, Question, Script
from anylength.errors import InputError, quoted
from anylength.records import Mistake

Function: TypeAlias = Callable[..., Any]
"""One text for each tape → text; or, in batches, one list of texts for each tape → a list of texts."""

BATCH = 256
"""The most inputs of one call, in batches."""

KEPT, SHORT = 200_000, 40
"""So many answers to questions of up to so many digits in all are remembered, so that no one is asked twice."""

SHOWN = 1_000
"""An answer that is no number is shown up to so many characters."""


@dataclass(frozen=True)
class Allowance:
    """How far an examination may go: until a time (of `time.monotonic`), and until so many inputs were asked in it."""

    until: float = math.inf
    most: float = math.inf

    @classmethod
    def of(cls, seconds: float | None, calls: int | None) -> "Allowance":
        """So many seconds from now, so many inputs; None: as many as one likes.

        Raises:
            InputError: Nothing could be asked.
        """
        if seconds is not None and not seconds > 0:
            raise InputError("a budget of more than 0 seconds", str(seconds), "pass for example budget=10")
        if calls is not None and calls < 1:
            raise InputError("1 call or more", str(calls), "pass for example calls=1000")
        return cls(math.inf if seconds is None else time.monotonic() + seconds, math.inf if calls is None else calls)

    def left(self, asked: int) -> float:
        """How many more inputs may be asked after so many."""
        return 0 if time.monotonic() >= self.until else max(0, self.most - asked)


@dataclass(frozen=True)
class Asked:
    """One question and what was said.

    Attributes:
        columns: The input.
        question: The input as the function got it.
        said: Its answer.
        read: The answer as it can be compared, or None where it is no answer of the task's.
        right: The right answer.
    """

    columns: Columns
    question: Question
    said: str
    read: str | None
    right: str

    @property
    def good(self) -> bool:
        """Whether the answer is right."""
        return self.read == self.right

    def mistake(self) -> Mistake:
        """The question with the answer beside the right one."""
        said = self.said if self.read is not None or len(self.said) <= SHOWN else f"{self.said[:SHOWN]}…"
        return Mistake(numbers=list(self.question), answer=said, expected=self.right)


class Examinee:
    """A function in one examination.

    Attributes:
        script: How the task's inputs and answers are written.
        asked: How many inputs it was asked.
        longest: The digits of the longest of them.
    """

    def __init__(self, function: Function, script: Script, *, batch: bool) -> None:
        self.script = script
        self.asked = self.longest = 0
        self._function, self._batch = function, batch
        self._kept: dict[Question, str] = {}

    @property
    def at_once(self) -> int:
        """How many inputs are best asked together."""
        return BATCH if self._batch else 1

    def ask(self, inputs: Sequence[Columns]) -> list[Asked]:
        """The answers to some inputs; those that are remembered are not asked again.

        Raises:
            InputError: The function raised something, or gave back something that is no text.
        """
        plain = [self.script.plain(columns) for columns in inputs]
        posed = [self.script.pose(columns) for columns in plain]
        said = self._answers([question for question, _ in posed])
        return [
            Asked(columns, question, said[question], self.script.read(said[question]), right)
            for columns, (question, right) in zip(plain, posed, strict=True)
        ]

    def again(self, asked: Asked) -> Asked:
        """The same question, asked afresh."""
        said = self._call([asked.question])[0]
        return Asked(asked.columns, asked.question, said, self.script.read(said), asked.right)

    def _answers(self, questions: list[Question]) -> dict[Question, str]:
        said = {question: self._kept[question] for question in questions if question in self._kept}
        fresh = [question for question in dict.fromkeys(questions) if question not in said]
        for at in range(0, len(fresh), self.at_once):
            part = fresh[at : at + self.at_once]
            said |= dict(zip(part, self._call(part), strict=True))
        for question in fresh:
            if len(self._kept) < KEPT and sum(map(len, question)) <= SHORT:
                self._kept[question] = said[question]
        return said

    def _call(self, questions: list[Question]) -> list[str]:
        self.asked += len(questions)
        self.longest = max(self.longest, *(max(map(len, question)) for question in questions))
        tapes = [list(tape) for tape in zip(*questions, strict=True)] if self._batch else questions[0]
        try:
            said = self._function(*tapes)
        except Exception as error:
            raise _raised(questions, error) from error
        answers = _listed(said, questions) if self._batch else [said]
        for question, answer in zip(questions, answers, strict=True):
            if not isinstance(answer, str):
                got = f"{type(answer).__name__} {quoted(str(answer))} for {written(question)}"
                raise InputError("a function that returns text", got, "return str(…), as ask prints it")
        return answers


def written(question: Question) -> str:
    """A question in a message."""
    return " and ".join(quoted(number) for number in question)


def _raised(questions: list[Question], error: Exception) -> InputError:
    which = written(questions[0]) if len(questions) == 1 else f"{written(questions[0])} and {len(questions) - 1:,} more at once"
    got = f"{type(error).__name__}: {quoted(' '.join(str(error).split()), 200)}"
    return InputError(f"an answer to {which}", got, "mend the function, or let it return a text there, which counts as wrong")


def _listed(said: Any, questions: list[Question]) -> list[Any]:
    """What a function in batches gave back, as a list."""
    answers = list(said) if isinstance(said, list | tuple) else None
    if answers is None or len(answers) != len(questions):
        got = type(said).__name__ if answers is None else f"{len(answers):,}"
        raise InputError(
            f"a list of {len(questions):,} answers", got, "with batch=True it gets a list for each tape, and returns one"
        )
    return answers
