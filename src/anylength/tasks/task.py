"""A task: an alphabet, an exact rule, and where its training and stress inputs come from.

The rule of a finite-state task exists twice, as a `Machine` and as plain arithmetic (`exact`); a test holds them against each
other. A task beyond finite state has no machine: its rule over words is arithmetic too.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from anylength._types import Digits, Symbols
from anylength.digits import to_text, trimmed
from anylength.errors import InputError, unknown_name
from anylength.machines import Machine
from anylength.tasks.layout import AbstractLayout, LeastFirst

IGNORE_INDEX = 255
"""The target of a step whose output does not count."""

MOST_DIGITS = 1000
"""The longest numbers that a net is trained on."""


@dataclass(frozen=True)
class Dataset:
    """Training and validation inputs as words in time, of one length each.

    Attributes:
        train: `[N, T]` symbols.
        validation: `[M, T']` symbols.
    """

    train: Symbols
    validation: Symbols


@dataclass(frozen=True)
class StressFamily:
    """A named kind of stress input, ready to run: column b of `symbols` is one word of `lengths[b]` symbols.

    Attributes:
        name: A short name.
        description: What these inputs are, in words.
        symbols: `[T, B]`, zeros after each word; T is at least the task's tail more than the longest.
        lengths: `[B]` symbols of each word.
    """

    name: str
    description: str
    symbols: Symbols
    lengths: NDArray[np.int64]


@dataclass(frozen=True)
class CarryChain:
    """A symbol that is held: after `prefix` the machine must remember something for as long as `symbol` is repeated."""

    prefix: tuple[int, ...]
    symbol: int


DataMaker = Callable[[np.random.Generator, int], Dataset]
"""(rng, base) → the data."""

StressMaker = Callable[[np.random.Generator, int, int], list[StressFamily]]
"""(rng, base, longest word in symbols) → the families of stress inputs."""


@dataclass(frozen=True)
class Task:
    """One task in one base.

    Attributes:
        name: Its name on the command line.
        summary: One line for people.
        base: Digits are 0…base−1.
        tapes: How many numbers are read side by side.
        transducer: The exact rule as a machine; None where no finite machine can do it.
        exact: The same rule as arithmetic: digits of the numbers (equally long) → the answer: digits, or the class of the label.
        data: The named data sets, the default first.
        up_to: K → the data set `post-K`: as `post`, with words of up to K digits; None where the task has none.
        stress: The maker of stress inputs.
        layout: How numbers lie in time.
        labels: Names of the output classes where the answer is the last output alone; None where the outputs are digits.
        negative: Whether an answer whose top digit is the largest one stands for a number below zero (the base's complement).
        ripples: What the horizon is measured on.
        extra_letters: Markers beside the digits on each tape.
        rule: Beyond finite state: `[T, B]` symbols → `[T, B]` right outputs, `IGNORE_INDEX` where none counts.
        description: The text that the machine was read from, for a user's own task.
    """

    name: str
    summary: str
    base: int
    tapes: int
    transducer: Machine | None
    exact: Callable[[tuple[Digits, ...]], Digits]
    data: Mapping[str, DataMaker]
    stress: StressMaker
    layout: AbstractLayout = field(default_factory=LeastFirst)
    labels: tuple[str, ...] | None = None
    negative: bool = False
    carry_chains: tuple[CarryChain, ...] = ()
    markers: int = 0
    rule: Callable[[Symbols], Symbols] | None = None
    description: str | None = None
    data_up_to: Callable[[int], DataMaker] | None = None

    @property
    def machine(self) -> Machine:
        """The task's machine.

        Raises:
            InputError: No finite machine can do this task.
        """
        if self.transducer is None:
            raise InputError("a finite-state task", self.name, "no machine of fixed size can do it: see anylength tasks")
        return self.transducer

    def data_named(self, name: str) -> DataMaker:
        """The data set of this name: one of `data`, or `post-K` with a K of 1 to `MOST_DIGITS`.

        Raises:
            InputError: No such data set (the nearest name is suggested).
        """
        if name in self.data:
            return self.data[name]
        digits = re.fullmatch(r"post-([0-9]{1,9})", name)
        if self.data_up_to is None or digits is None:
            known = [*self.data, *(["post-K"] if self.data_up_to is not None else [])]
            raise unknown_name(f"data set of the task {self.name}", name, known)
        if not 1 <= int(digits[1]) <= MOST_DIGITS:
            raise InputError(f"post-1 to post-{MOST_DIGITS}", name, "numbers of so many digits are drawn: pass for example post-5")
        return self.data_up_to(int(digits[1]))

    @property
    def letters(self) -> int:
        """What one tape may carry at a step: the digits and the markers."""
        return self.base + self.markers

    @property
    def symbols(self) -> int:
        """A, the size of the alphabet."""
        return self.letters**self.tapes

    @property
    def encoding_size(self) -> int:
        """E, the length of an encoded symbol: one one-hot vector per tape, concatenated."""
        return self.letters * self.tapes

    @property
    def classes(self) -> int:
        """C, the number of output classes: the digits, or the labels."""
        return self.base if self.labels is None else len(self.labels)

    @property
    def tail(self) -> int:
        """Steps of symbol 0 after the numbers, so that the whole answer comes out."""
        return self.layout.tail

    def word(self, numbers: tuple[Digits, ...]) -> Symbols:
        """The word `[T]` that asks for these numbers, its tail included."""
        return self.layout.word(numbers, self.base)

    def numbers(self, word: Symbols) -> tuple[Digits, ...]:
        """The numbers of a word without its tail."""
        return self.layout.numbers(word, self.base, self.tapes)

    def answer(self, outputs: Symbols) -> Digits:
        """The answer in the outputs `[T]`: digits, least significant first, or the one class of the label."""
        return outputs[-1:].astype(np.uint8) if self.labels is not None else self.layout.answer(outputs)

    def text(self, answer: Digits) -> str:
        """An answer as people write it."""
        if self.labels is not None:
            return self.labels[int(answer[-1])]
        if self.negative and answer[-1] == self.base - 1:
            return f"-{to_text(_complement(answer, self.base))}"
        return to_text(answer)

    def targets(self, symbols: Symbols) -> Symbols:
        """The right outputs on a batch: `[T, B]` symbols to `[T, B]` output classes."""
        if self.rule is not None:
            return self.rule(symbols)
        delta = np.asarray(self.machine.delta)
        output = np.asarray(self.machine.output, np.uint8)
        state = np.full(symbols.shape[1:], self.machine.start)
        answers = np.empty(symbols.shape, np.uint8)
        for t, symbol in enumerate(symbols):
            answers[t] = output[state, symbol]
            state = delta[state, symbol]
        return answers


def _complement(digits: Digits, base: int) -> Digits:
    """base^T − n for n > 0 in exact digit arithmetic."""
    first = int(np.flatnonzero(trimmed(digits))[0]) if digits.any() else len(digits)
    opposite = (base - 1 - digits).astype(np.uint8)
    opposite[:first] = 0
    opposite[first : first + 1] += 1
    return opposite
