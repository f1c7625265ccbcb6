"""A quick test of accuracy against length: random and hard words of a dozen lengths. Drawn once a task, then put to many nets."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength._types import OUTPUT, Symbols
from anylength.diagnosis.word_states import states_of_words
from anylength.dynamics.held_input_starts import evenly_spaced
from anylength.nets import AbstractNet, Net, answers
from anylength.ops import numpy_arrays
from anylength.records import CurvePoint
from anylength.tasks import IGNORE_INDEX, Task

LENGTHS = (1, 2, 3, 5, 8, 10, 15, 20, 30, 50, 70, 100)
"""Lengths of the words, in symbols. Twelve points are enough for a small chart."""

SHORT_LENGTHS = (1, 2, 3, 5, 8, 10, 15, 20)
"""Lengths for nets whose context or memory grows: there, each step costs more the longer the word is."""

WORDS = 24
"""Random words of each length, and hard ones. More words give a smoother curve and cost linear time: a frame must be quick."""

MAX_RANDOM_END = 3
"""Random symbols that may end a hard word, at most."""

SEED_STREAM = 7
"""Second entry of the random seed. It keeps these words apart from those of `projection`."""

SHARE_DECIMALS = 4
"""Decimals of a share in a record. One word of 24 is 0.04."""


@dataclass(frozen=True)
class LengthProbe:
    """Words with their right answers, the longest first.

    Attributes:
        symbols: `[T, B]`.
        ends: `[B]`, number of steps of each word, its tail included.
        lengths: `[B]`, the length that each word was drawn for.
        hard: `[B]`, whether the word is a hard one.
        targets: `[T, B]`, the right answers, `IGNORE_INDEX` where none counts.
    """

    symbols: Symbols
    ends: NDArray[np.int64]
    lengths: NDArray[np.int64]
    hard: NDArray[np.bool_]
    targets: Symbols

    @staticmethod
    def of(task: Task, lengths: tuple[int, ...], seed: int = 0) -> "LengthProbe":
        """The probe of a task."""
        rng = np.random.default_rng([seed, SEED_STREAM])
        drawn = [(word, length, False) for length in lengths for word in _random_words(rng, task, length)]
        drawn += [(word, length, True) for length in lengths for word in _hard_words(rng, task, length)]
        drawn.sort(key=lambda entry: -len(entry[0]))
        ends = np.array([len(word) for word, _, _ in drawn])
        symbols = np.zeros((int(ends.max()), len(drawn)), np.uint16)
        for column, (word, _, _) in enumerate(drawn):
            symbols[: len(word), column] = word
        targets = task.scored(symbols)
        targets = np.where(np.arange(len(symbols))[:, None] < ends, targets, IGNORE_INDEX).astype(OUTPUT)
        drawn_lengths = np.array([length for _, length, _ in drawn])
        return LengthProbe(symbols, ends, drawn_lengths, np.array([hard for _, _, hard in drawn]), targets)

    def curve(self, net: AbstractNet) -> list[CurvePoint]:
        """The shares of words answered right at each length."""
        right = self._right_by_steps(net) if isinstance(net, Net) and net.cell.has_fixed_size_state else self._right_by_words(net)
        points = []
        for length in np.unique(self.lengths):
            at_length = self.lengths == length
            random, hard = right[at_length & ~self.hard], right[at_length & self.hard]
            points.append(CurvePoint(length=int(length), random=_share(random), worst=_share(hard) if hard.size else None))
        return points

    def _right_by_steps(self, net: Net) -> NDArray[np.bool_]:
        """Whether each word is answered right `[B]`, for a net with a state of fixed size."""
        right = np.ones(len(self.ends), bool)
        for target, state in zip(self.targets, states_of_words(net, self.symbols, self.ends), strict=True):
            width = state.shape[1]
            answer = net.readout(state, numpy_arrays).argmax(axis=0)
            right[:width] &= (answer == target[:width]) | (target[:width] == IGNORE_INDEX)
        return right

    def _right_by_words(self, net: AbstractNet) -> NDArray[np.bool_]:
        """The same for any net."""
        given = answers(net, self.symbols, self.ends)
        return ((given == self.targets) | (self.targets == IGNORE_INDEX)).all(axis=0)


def _random_words(rng: np.random.Generator, task: Task, length: int) -> list[np.ndarray]:
    """Random inputs of exactly this length."""
    return list(task.random_words(rng, length, WORDS).T)


def _hard_words(rng: np.random.Generator, task: Task, length: int) -> list[np.ndarray]:
    """Words that repeat the symbol of a carry chain, then end with a few random symbols.

    A task that is not finite-state has no carry chains: its hard words consist of the largest digit, but for one digit. A task from
    string to string has no hard words here: such a word may be no input of it.
    """
    if task.transducer is None:
        return [] if task.sampler is not None else [task.word(_nearly_nines(rng, task, length)) for _ in range(WORDS)]
    words = []
    for chain in [chain for chain in evenly_spaced(task.carry_chains, WORDS) if len(chain.prefix) < length]:
        for _ in range(max(1, WORDS // len(task.carry_chains))):
            end = int(rng.integers(0, min(MAX_RANDOM_END, length - len(chain.prefix) - 1) + 1))
            repeated = [chain.symbol] * (length - len(chain.prefix) - end)
            word = [*chain.prefix, *repeated, *rng.integers(0, task.symbols, end).tolist()]
            words.append(np.array(word + [0] * task.tail, np.uint16))
    return words


def _nearly_nines(rng: np.random.Generator, task: Task, length: int) -> tuple[np.ndarray, ...]:
    numbers = [np.full(length, task.base - 1, np.uint8) for _ in range(task.tapes)]
    numbers[0][rng.integers(length)] = rng.integers(task.base)
    return tuple(numbers)


def _share(right: NDArray[np.bool_]) -> float:
    return round(float(right.mean()), SHARE_DECIMALS)
