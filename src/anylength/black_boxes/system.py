"""The system under learning: a function that is queried, its answers checked and counted.

Any text is an answer, right or wrong. An exception, or a value other than text, is not an answer and ends the test.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from anylength.base import InputError, described, quoted
from anylength.black_boxes.codec import Codec, Columns, Query
from anylength.records import Mistake

Function: TypeAlias = Callable[..., Any]
"""One text for each tape → text. In batches: one list of texts for each tape → a list of texts."""

BATCH_SIZE = 256
"""Most inputs of one call, in batches. Larger batches save calls; the budget is checked only between two calls."""

SHOWN_CHARACTERS = 1_000
"""Characters shown of a malformed answer. A record then stays small, whatever the function returns."""


@dataclass(frozen=True)
class QueryBudget:
    """The budget of a test.

    Attributes:
        deadline: A time of `time.monotonic`.
        max_queries: Largest number of inputs.
    """

    deadline: float = math.inf
    max_queries: float = math.inf

    @classmethod
    def of(cls, seconds: float | None, calls: int | None) -> "QueryBudget":
        """A budget of some seconds from now and of some inputs. None: no limit.

        Raises:
            InputError: Seconds or calls of 0 or less.
        """
        if seconds is not None and not seconds > 0:
            raise InputError("a budget of more than 0 seconds", str(seconds), "pass for example budget=10")
        if calls is not None and calls < 1:
            raise InputError("1 call or more", str(calls), "pass for example calls=1000")
        return cls(math.inf if seconds is None else time.monotonic() + seconds, math.inf if calls is None else calls)

    def remaining(self, queries: int) -> float:
        """The number of inputs left after `queries` inputs; 0 after the deadline."""
        return 0 if time.monotonic() >= self.deadline else max(0, self.max_queries - queries)


@dataclass(frozen=True)
class QueryResult:
    """A query and its answer.

    Attributes:
        columns: The input.
        query: The input as the function got it.
        answer: The function's answer.
        normalised: The answer in the form in which answers are compared; None if it is not a possible answer of the task.
        expected: The right answer in that form.
    """

    columns: Columns
    query: Query
    answer: str
    normalised: str | None
    expected: str

    @property
    def correct(self) -> bool:
        """Whether the answer is right."""
        return self.normalised == self.expected

    def mistake(self) -> Mistake:
        """The record of the query, its answer, and the right answer."""
        short = self.normalised is not None or len(self.answer) <= SHOWN_CHARACTERS
        answer = self.answer if short else f"{self.answer[:SHOWN_CHARACTERS]}…"
        return Mistake(numbers=list(self.query), answer=answer, expected=self.expected)


class SystemUnderLearning:
    """A function during one test.

    Attributes:
        codec: Writes the task's inputs and reads its answers.
        queries: Number of inputs so far.
        longest: Digits of the longest of them.
    """

    def __init__(self, function: Function, codec: Codec, *, batch: bool) -> None:
        self.codec = codec
        self.queries = self.longest = 0
        self._function, self._batch = function, batch
        self._cache: dict[Query, str] = {}

    @property
    def batch_size(self) -> int:
        """Number of inputs that go into one call."""
        return BATCH_SIZE if self._batch else 1

    def query(self, inputs: Sequence[Columns]) -> list[QueryResult]:
        """The results on some inputs. Cached answers are used again.

        Raises:
            InputError: The function raised an exception, or returned something other than text.
        """
        columns = [self.codec.strip_zeros(each) for each in inputs]
        encoded = [self.codec.encode(each) for each in columns]
        answers = self._answers([query for query, _ in encoded])
        return [
            QueryResult(each, query, answers[query], self.codec.normalise(answers[query]), expected)
            for each, (query, expected) in zip(columns, encoded, strict=True)
        ]

    def repeat(self, result: QueryResult) -> QueryResult:
        """The result of the same query, asked again without the cache."""
        answer = self._call([result.query])[0]
        return QueryResult(result.columns, result.query, answer, self.codec.normalise(answer), result.expected)

    def _answers(self, queries: list[Query]) -> dict[Query, str]:
        """The answers to some queries, from the cache or from the function."""
        answers = {query: self._cache[query] for query in queries if query in self._cache}
        new = [query for query in dict.fromkeys(queries) if query not in answers]
        for first in range(0, len(new), self.batch_size):
            batch = new[first : first + self.batch_size]
            answers |= dict(zip(batch, self._call(batch), strict=True))
        for query in new:
            # bounds the memory of the cache
            if len(self._cache) < 200_000 and sum(map(len, query)) <= 40:
                self._cache[query] = answers[query]
        return answers

    def _call(self, queries: list[Query]) -> list[str]:
        """The answers to queries that go into one call."""
        self.queries += len(queries)
        self.longest = max(self.longest, *(max(map(len, query)) for query in queries))
        tapes = [list(tape) for tape in zip(*queries, strict=True)] if self._batch else queries[0]
        try:
            returned = self._function(*tapes)
        except Exception as error:
            raise _exception_error(queries, error) from error
        answers = _as_list(returned, queries) if self._batch else [returned]
        for query, answer in zip(queries, answers, strict=True):
            if not isinstance(answer, str):
                got = f"{type(answer).__name__} {quoted(str(answer))} for {text_of(query)}"
                raise InputError("a function that returns text", got, "return str(…), as ask prints it")
        return answers


def text_of(query: Query) -> str:
    """A query as it is written in a message."""
    return " and ".join(quoted(number) for number in query)


def _exception_error(queries: list[Query], error: Exception) -> InputError:
    """The error that names the query on which the function raised an exception."""
    where = text_of(queries[0]) if len(queries) == 1 else f"{text_of(queries[0])} and {len(queries) - 1:,} more at once"
    remedy = "fix the function, or let it return a text for this input, which then counts as wrong"
    return InputError(f"an answer to {where}", described(error), remedy)


def _as_list(returned: Any, queries: list[Query]) -> list[Any]:
    """The value that a function returned for a batch, as a list of the right length."""
    answers = list(returned) if isinstance(returned, list | tuple) else None
    if answers is None or len(answers) != len(queries):
        got = type(returned).__name__ if answers is None else f"{len(answers):,}"
        remedy = "with batch=True the function takes a list of texts for each tape, and returns a list of as many"
        raise InputError(f"a list of {len(queries):,} answers", got, remedy)
    return answers
