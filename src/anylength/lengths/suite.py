"""The words of a stress test, drawn once and asked of as many nets as one likes, and what a net makes of each of them.

Words of a net with a state of fixed size are packed: sorted by length, so that few of the steps that are run are padding. Other
nets (which look at the whole word, or whose memory is as deep as the batch is long) get one batch a family.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import jax
import numpy as np
from numpy.typing import NDArray

from anylength._types import Symbols
from anylength.nets import AbstractNet, Net, answers
from anylength.nets.net import BATCH_WIDTH
from anylength.tasks import IGNORE_INDEX, StressFamily, Task, numbers_of_length

RUNGS = (1, 2, 3, 5, 8, 10, 12, 15, 20, 30, 50, 100, 200, 500, 1000, 2000)
SAMPLES = 128
"""Random numbers per length of the curve."""


@dataclass(frozen=True)
class Batch:
    """Words that are run together.

    Attributes:
        words: `[B]` their places among all words.
        symbols: `[T, B]`, zeros after each word.
        targets: `[T, B]` the right outputs.
        ends: `[B]` steps of each word, its tail included.
        graded: `[T, B]` whether an output counts.
        tried: `[B]` how many count.
    """

    words: NDArray[np.int64]
    symbols: Symbols
    targets: Symbols
    ends: NDArray[np.int64]
    graded: NDArray[np.bool_]
    tried: NDArray[np.int64]

    @classmethod
    def of(cls, words: NDArray[np.int64], symbols: Symbols, targets: Symbols, ends: NDArray[np.int64]) -> "Batch":
        """The batch of these words: what is graded lies within its word."""
        graded = (np.arange(len(symbols))[:, None] < ends) & (targets != IGNORE_INDEX)
        return cls(words, symbols, targets, ends, graded, graded.sum(axis=0))

    def marked(self, net: AbstractNet) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of each word `[B]`: the graded outputs, those of them that are right, the first step that is wrong (T: none)."""
        wrong = (answers(net, self.symbols, self.ends) != self.targets) & self.graded
        bad = np.flatnonzero(wrong.any(axis=0))
        right, first = self.tried.copy(), np.full(len(self.tried), len(wrong))
        right[bad] -= wrong[:, bad].sum(axis=0)
        first[bad] = wrong[:, bad].argmax(axis=0)
        return self.tried, right, first


@dataclass(frozen=True)
class Marks:
    """What a net makes of the words of a suite, `[N]` each.

    Attributes:
        tried: Graded outputs.
        right: Those that are right.
        first: The first wrong step; beyond the word where there is none.
    """

    tried: NDArray[np.int64]
    right: NDArray[np.int64]
    first: NDArray[np.int64]

    @property
    def good(self) -> NDArray[np.bool_]:
        """Whether all of the word is right."""
        return self.right == self.tried

    def take(self, words: slice) -> "Marks":
        """Some of the words."""
        return Marks(self.tried[words], self.right[words], self.first[words])


@dataclass(frozen=True)
class Suite:
    """The words of one stress test.

    Attributes:
        task: The task.
        limit: The longest word, in symbols.
        families: The task's stress inputs.
        curve: Random words of each length of the curve.
        whole: One batch for each of them, families first.
        packed: The same words sorted by length.
    """

    task: Task
    limit: int
    families: list[StressFamily]
    curve: dict[int, StressFamily]
    whole: list[Batch]
    packed: list[Batch]

    @property
    def places(self) -> list[slice]:
        """Where the words of each family, and then of each length of the curve, are among all."""
        sizes = [len(each.lengths) for each in [*self.families, *self.curve.values()]]
        ends = np.cumsum(sizes).tolist()
        return [slice(end - size, end) for end, size in zip(ends, sizes, strict=True)]

    def marks(self, net: AbstractNet) -> Marks:
        """What a net makes of every word."""
        batches = self.packed if isinstance(net, Net) and net.cell.has_fixed_size_state else self.whole
        found = np.zeros((3, self.places[-1].stop), np.int64)
        net = jax.device_put(net)
        for batch in batches:
            found[:, batch.words] = batch.marked(net)
        return Marks(*found)


def suite(task: Task, limit: int, seed: int) -> Suite:
    """The words of the stress test of a task up to `limit` symbols."""
    families, curve = drawn(task, limit, seed)
    whole, before = [], 0
    for each in [*families, *curve.values()]:
        words = np.arange(before, before + len(each.lengths))
        whole.append(Batch.of(words, each.symbols, task.targets(each.symbols), each.lengths + task.tail))
        before += len(words)
    return Suite(task, limit, families, curve, whole, _packed(whole) if task.transducer is not None else [])


def drawn(task: Task, limit: int, seed: int) -> tuple[list[StressFamily], dict[int, StressFamily]]:
    """The same words without what running them needs: the task's stress inputs, and random words of each length of the curve."""
    rng = np.random.default_rng([seed, 3])
    families = task.stress(rng, task.base, limit)
    return families, {rung: _random_words(rng, task, rung) for rung in [rung for rung in RUNGS if rung < limit] + [limit]}


def _packed(batches: Sequence[Batch]) -> list[Batch]:
    """The same words sorted by length, `BATCH_WIDTH` a batch."""
    ends = np.concatenate([batch.ends for batch in batches])
    home = np.concatenate([np.full(len(batch.ends), at) for at, batch in enumerate(batches)])
    column = np.concatenate([np.arange(len(batch.ends)) for batch in batches])
    order = np.argsort(ends, kind="stable")
    parts = np.split(order, range(BATCH_WIDTH, len(order), BATCH_WIDTH))
    return [_gathered(batches, home, column, ends, part) for part in parts]


def _gathered(batches: Sequence[Batch], home: np.ndarray, column: np.ndarray, ends: np.ndarray, words: np.ndarray) -> Batch:
    """Some words, each cut to its end."""
    shape = int(ends[words].max()), len(words)
    symbols, targets = (np.zeros(shape, batches[0].symbols.dtype), np.zeros(shape, batches[0].targets.dtype))
    for at, word in enumerate(words):
        source, end = batches[int(home[word])], ends[word]
        symbols[:end, at] = source.symbols[:end, column[word]]
        targets[:end, at] = source.targets[:end, column[word]]
    return Batch.of(words, symbols, targets, ends[words])


def _random_words(rng: np.random.Generator, task: Task, length: int) -> StressFamily:
    """Random numbers of exactly this length on every tape, with their tails."""
    lengths = np.full(SAMPLES, length)
    tapes = [numbers_of_length(rng, lengths, task.base, length) for _ in range(task.tapes)]
    symbols = np.stack([task.word(numbers) for numbers in zip(*tapes, strict=True)], axis=1)
    return StressFamily("curve", "random numbers of one length", symbols, np.full(SAMPLES, len(symbols) - task.tail))
