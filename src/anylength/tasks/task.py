"""A task: an alphabet, an exact rule (a finite machine), and where its training and stress inputs come from.

Numbers are read least significant digit first, one symbol a step, and the answer is one digit a step. The rule exists twice,
as a `Machine` and as plain arithmetic (`exact`); a test holds them against each other.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength._types import Digits, Symbols
from anylength.machines import Machine


@dataclass(frozen=True)
class Dataset:
    """Training and validation inputs, padded with zeros in front of the number (so: at the end of time).

    Attributes:
        train: `[N, T]` symbols.
        validation: `[M, T']` symbols.
    """

    train: Symbols
    validation: Symbols


@dataclass(frozen=True)
class Family:
    """A named kind of stress input, ready to run: column b of `symbols` is one number of `lengths[b]` digits.

    Attributes:
        name: A short name.
        says: What these inputs are, in words.
        symbols: `[T, B]`, zeros after each number's own digits; T is at least one more than the longest.
        lengths: `[B]` digits of each number.
    """

    name: str
    says: str
    symbols: Symbols
    lengths: NDArray[np.int64]


DataMaker = Callable[[np.random.Generator, int], Dataset]
"""(rng, base) → the data."""

StressMaker = Callable[[np.random.Generator, int, int], list[Family]]
"""(rng, base, longest number in digits) → the families of stress inputs."""


@dataclass(frozen=True)
class Task:
    """One task in one base.

    Attributes:
        name: Its name on the command line.
        summary: One line for people.
        base: Digits are 0…base−1.
        tapes: How many numbers are read side by side; symbol s has on tape i the digit (s // base**i) % base.
        machine: The exact rule.
        exact: The same rule as arithmetic: digits of the numbers (equally long) → digits of the answer, one longer.
        data: The named data sets.
        stress: The makers of stress inputs.
    """

    name: str
    summary: str
    base: int
    tapes: int
    machine: Machine
    exact: Callable[[tuple[Digits, ...]], Digits]
    data: Mapping[str, DataMaker]
    stress: StressMaker

    @property
    def symbols(self) -> int:
        """A, the size of the alphabet."""
        return self.base**self.tapes

    @property
    def encoded(self) -> int:
        """E, the length of an encoded symbol: one one-hot vector per tape, concatenated."""
        return self.base * self.tapes

    @property
    def classes(self) -> int:
        """C, the number of output classes: the digits."""
        return self.base

    def targets(self, symbols: Symbols) -> Symbols:
        """The machine's outputs on a batch: `[T, B]` symbols to `[T, B]` output classes."""
        delta = np.asarray(self.machine.delta)
        output = np.asarray(self.machine.output, np.uint8)
        state = np.full(symbols.shape[1:], self.machine.start)
        answers = np.empty(symbols.shape, np.uint8)
        for t, symbol in enumerate(symbols):
            answers[t] = output[state, symbol]
            state = delta[state, symbol]
        return answers
