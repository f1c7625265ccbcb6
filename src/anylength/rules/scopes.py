"""What a proof is about: all words, those of at most some steps, or those that an automaton reads.

A scope is written into the certificate; None stands for all words. A proof with another scope is never one that a net does its
task: whoever shows a verdict looks at the scope first. People write a language as a regular expression, or as `9<=7` for the words
in which no run of nines is longer than 7. Both are about words as the net reads them: numbers from their last digit on, unless the
task reads them from the first.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from anylength.base import InputError
from anylength.rules.digits import DIGIT_CHARACTERS
from anylength.rules.machines import Machine, Table, explore
from anylength.rules.task import Task

END = -1
"""In place of a next state or node: nothing is said of words that go on from here."""


@dataclass(frozen=True)
class UpTo:
    """All words of at most so many symbols."""

    steps: int


@dataclass(frozen=True)
class ReadBy:
    """All words that an automaton reads, of any length.

    Attributes:
        next_states: For each of its states and each symbol the next state, or `END`. The first state is its start.
    """

    next_states: tuple[tuple[int, ...], ...]


MOST_FRACTION_BITS = 20
"""Of a rounded state, in a certificate."""


@dataclass(frozen=True)
class Rounded:
    """All words, where each number of the state is rounded to a nearest multiple of 2^-`fraction_bits` after every step."""

    fraction_bits: int

    @property
    def spacing(self) -> float:
        """The distance between two multiples."""
        return 2.0**-self.fraction_bits


Scope = UpTo | ReadBy | Rounded | None
"""All words for None."""


def scope_fields(scope: Scope) -> dict[str, Any]:
    """The certificate's field `words` or `rounding`; empty for all words."""
    match scope:
        case UpTo(steps):
            return {"words": {"steps": steps}}
        case ReadBy(next_states):
            return {"words": {"automaton": [list(row) for row in next_states]}}
        case Rounded(fraction_bits):
            return {"rounding": {"fraction_bits": fraction_bits}}
        case _:
            return {}


def scope_of(fields: dict[str, Any]) -> Scope:
    """The inverse of `scope_fields`, from all fields of a certificate."""
    match fields:
        case {"words": {"steps": steps}}:
            return UpTo(steps)
        case {"words": {"automaton": next_states}}:
            return ReadBy(tuple(map(tuple, next_states)))
        case {"rounding": {"fraction_bits": fraction_bits}}:
            return Rounded(fraction_bits)
        case _:
            return None


RUN = re.compile(r"(.+)<=(\d{1,4})")
"""A symbol, and the longest run of it."""

MOST_STATES = 1_024
"""Most states of an automaton, as in a certificate."""


def words_of_language(language: str, task: Task) -> ReadBy:
    """The automaton of a language over the symbols of a task. It reads all beginnings of the language's words.

    Raises:
        InputError: The language is neither a run nor a regular expression over the task's symbols, or needs too many states; or the
            task reads more than one symbol a step.
    """
    symbols = _symbols(task)
    run = RUN.fullmatch(language)
    if run is not None and run[1] in symbols:
        return _runs(symbols.index(run[1]), int(run[2]), len(symbols))
    if max(map(len, symbols)) > 1:
        example = f"{symbols[0]}<=7"
        raise InputError("a run of a symbol, for symbols of more than one letter", repr(language), f"pass for example {example}")
    from anylength.rules.regex import machine_of_regex  # it imports a parser

    return _beginnings(machine_of_regex(language, symbols).machine, language)


def _symbols(task: Task) -> tuple[str, ...]:
    if task.tapes != 1 or task.markers:
        raise InputError("a task with one symbol a step", task.name, "prove it without --within")
    return tuple(task.names or DIGIT_CHARACTERS[: task.base])


def _runs(symbol: int, longest: int, symbols: int) -> ReadBy:
    """No run of the symbol is longer. The state is how long the run is now."""
    if longest + 1 > MOST_STATES:
        raise InputError(f"a run of at most {MOST_STATES - 1}", str(longest), "pass a shorter one")
    longer = [*range(1, longest + 1), END]
    return ReadBy(tuple(tuple(longer[count] if other == symbol else 0 for other in range(symbols)) for count in range(longest + 1)))


def _beginnings(acceptor: Machine, language: str) -> ReadBy:
    """The words from which an accepted word can still come, or that are accepted."""
    symbols, alive = range(acceptor.symbols), set[int]()
    goes_on = True
    while goes_on:
        more = {q for q in range(acceptor.states) if any(acceptor.output[q][s] or acceptor.delta[q][s] in alive for s in symbols)}
        goes_on, alive = more != alive, more

    def row(q: int) -> list[int]:
        return [after if acceptor.output[q][s] or after in alive else END for s, after in enumerate(acceptor.delta[q])]

    rows = [row(q) for q in range(acceptor.states)]
    if len(rows) > MOST_STATES or all(after == END for after in rows[acceptor.start]):
        raise InputError(f"a language of an automaton of 1 to {MOST_STATES} states", repr(language), "pass a simpler one")
    order = [acceptor.start, *(q for q in range(acceptor.states) if q != acceptor.start)]
    number = {q: place for place, q in enumerate(order)} | {END: END}
    return ReadBy(tuple(tuple(number[after] for after in rows[q]) for q in order))


@dataclass(frozen=True)
class PartialMachine(Table):
    """What `Machine` is, but a next state may be `END`.

    Attributes:
        start: The start state.
        delta: `[Q][A]` next states, or `END`.
        output: `[Q][A]` output classes; they mean nothing where there is no next state.
        parts: `[Q]` the machine's state and the automaton's.
    """

    start: int
    delta: tuple[tuple[int, ...], ...]
    output: tuple[tuple[int, ...], ...]
    parts: tuple[tuple[int, int], ...]

    @property
    def outside(self) -> int:
        """The state of `total` that words come to where there is no next state."""
        return self.states

    @cached_property
    def total(self) -> Machine:
        """The same with one more state, `outside`, that no word leaves; the outputs there mean nothing either."""
        delta = [[self.outside if after == END else after for after in row] for row in self.delta]
        return Machine(self.start, (*map(tuple, delta), (self.outside,) * self.symbols), (*self.output, (0,) * self.symbols))

    def followed(self, word: Sequence[int]) -> tuple[int, ...]:
        """The longest beginning of a word that the machine follows."""
        states = self.total.trace(word)
        return tuple(symbol for symbol, after in zip(word, states[1:], strict=True) if after != self.outside)


def along(machine: Machine, words: ReadBy) -> PartialMachine:
    """The machine along the words that an automaton reads."""

    def follow(pair: tuple[int, int], symbol: int) -> tuple[int, int]:
        following = words.next_states[pair[1]][symbol] if pair[1] != END else END
        return (machine.delta[pair[0]][symbol], following) if following != END else (END, END)

    symbols = range(machine.symbols)
    pairs = [pair for pair, _ in explore((machine.start, 0), symbols, follow) if pair[1] != END]
    number = {pair: k for k, pair in enumerate(pairs)}
    delta = tuple(tuple(number.get(follow(pair, symbol), END) for symbol in symbols) for pair in pairs)
    return PartialMachine(0, delta, tuple(machine.output[q] for q, _ in pairs), tuple(pairs))
