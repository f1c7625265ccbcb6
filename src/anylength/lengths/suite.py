"""The words of a stress test, drawn once and run on any number of nets, and a net's score on each word.

A net with a state of fixed size runs packed batches: words sorted by length, so that few steps are padding. Other nets (which look
at the whole word, or whose memory is as deep as the batch is long) run one batch per family.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import jax
import numpy as np
from numpy.typing import NDArray

from anylength.base import Symbols
from anylength.nets import AbstractForeignNet, AbstractNet, Net, answers
from anylength.nets.scan import BATCH_WIDTH
from anylength.rules import IGNORE_INDEX, StressFamily, Task

CURVE_LENGTHS = (1, 2, 3, 5, 8, 10, 12, 15, 20, 30, 50, 100, 200, 500, 1000, 2000)
"""Lengths of the curve, in digits, as far as they are below the limit; the limit itself comes last."""

WORDS_PER_LENGTH = 128
"""Random numbers per length of the curve. If all are right, the 95 % interval of the accuracy starts at 97 %."""


@dataclass(frozen=True)
class Batch:
    """B words that are run together.

    Attributes:
        words: `[B]` their indices among all words of the suite.
        symbols: `[T, B]`, zeros after each word.
        targets: `[T, B]` the right outputs.
        ends: `[B]` steps of each word, its tail included.
        counted: `[T, B]` whether an output counts: it lies within its word and has a target.
        outputs: `[B]` number of outputs that count.
    """

    words: NDArray[np.int64]
    symbols: Symbols
    targets: Symbols
    ends: NDArray[np.int64]
    counted: NDArray[np.bool_]
    outputs: NDArray[np.int64]

    @classmethod
    def of(cls, words: NDArray[np.int64], symbols: Symbols, targets: Symbols, ends: NDArray[np.int64]) -> "Batch":
        """The batch of these words."""
        counted = (np.arange(len(symbols))[:, None] < ends) & (targets != IGNORE_INDEX)
        return cls(words, symbols, targets, ends, counted, counted.sum(axis=0))

    def score(self, net: AbstractNet) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """For each word `[B]`: outputs that count, right ones among them, and the first wrong step (T if there is none)."""
        wrong = (answers(net, self.symbols, self.ends) != self.targets) & self.counted
        failed = np.flatnonzero(wrong.any(axis=0))
        right, first_wrong = self.outputs.copy(), np.full(len(self.outputs), len(wrong))
        right[failed] -= wrong[:, failed].sum(axis=0)
        first_wrong[failed] = wrong[:, failed].argmax(axis=0)
        return self.outputs, right, first_wrong


@dataclass(frozen=True)
class WordScores:
    """A net's scores on N words, `[N]` each.

    Attributes:
        outputs: Outputs that count.
        right: Right ones among them.
        first_wrong: The first wrong step; a step beyond the word if there is none.
    """

    outputs: NDArray[np.int64]
    right: NDArray[np.int64]
    first_wrong: NDArray[np.int64]

    @property
    def correct(self) -> NDArray[np.bool_]:
        """Whether all outputs of a word are right."""
        return self.right == self.outputs

    def take(self, words: slice) -> "WordScores":
        """The scores of some of the words."""
        return WordScores(self.outputs[words], self.right[words], self.first_wrong[words])


@dataclass(frozen=True)
class Suite:
    """The words of one stress test.

    Attributes:
        task: The task.
        limit: The longest word, in symbols.
        families: The task's stress inputs.
        curve: Random words for each length of the curve.
        whole: One batch for each family, then one for each length of the curve.
        packed: The same words sorted by length; empty for a task whose words are not cut at their ends.
    """

    task: Task
    limit: int
    families: list[StressFamily]
    curve: dict[int, StressFamily]
    whole: list[Batch]
    packed: list[Batch]

    @property
    def slices(self) -> list[slice]:
        """The index ranges of the words of each family, then of each length of the curve."""
        sizes = [len(family.lengths) for family in [*self.families, *self.curve.values()]]
        ends = np.cumsum(sizes).tolist()
        return [slice(end - size, end) for end, size in zip(ends, sizes, strict=True)]

    def score(self, net: AbstractNet) -> WordScores:
        """A net's scores on all words."""
        is_packed = bool(self.packed) and isinstance(net, Net) and net.cell.has_fixed_size_state
        batches = self.packed if is_packed else self.whole
        scores = np.zeros((3, self.slices[-1].stop), np.int64)
        net = net if isinstance(net, AbstractForeignNet) else jax.device_put(net)
        for batch in batches:
            scores[:, batch.words] = batch.score(net)
        return WordScores(*scores)


def build_suite(task: Task, limit: int, seed: int) -> Suite:
    """The words of the stress test of a task up to `limit` symbols."""
    families, curve = draw_words(task, limit, seed)
    whole, first = [], 0
    for family in [*families, *curve.values()]:
        words = np.arange(first, first + len(family.lengths))
        whole.append(Batch.of(words, family.symbols, task.scored(family.symbols), family.lengths + task.tail))
        first += len(words)
    return Suite(task, limit, families, curve, whole, _packed(whole) if task.transducer is not None or task.any_net else [])


def draw_words(task: Task, limit: int, seed: int) -> tuple[list[StressFamily], dict[int, StressFamily]]:
    """The words alone, not yet in batches: the task's stress inputs, and random words for each length of the curve."""
    rng = np.random.default_rng([seed, 3])
    families = task.stress(rng, task.base, limit)
    lengths = [length for length in CURVE_LENGTHS if length < limit] + [limit]
    return families, {length: _random_words(rng, task, length) for length in lengths}


def _packed(batches: Sequence[Batch]) -> list[Batch]:
    """The same words sorted by length, `BATCH_WIDTH` words a batch."""
    ends = np.concatenate([batch.ends for batch in batches])
    source = np.concatenate([np.full(len(batch.ends), index) for index, batch in enumerate(batches)])
    column = np.concatenate([np.arange(len(batch.ends)) for batch in batches])
    order = np.argsort(ends, kind="stable")
    parts = np.split(order, range(BATCH_WIDTH, len(order), BATCH_WIDTH))
    return [_gathered(batches, source, column, ends, part) for part in parts]


def _gathered(batches: Sequence[Batch], source: np.ndarray, column: np.ndarray, ends: np.ndarray, words: np.ndarray) -> Batch:
    """One batch of the given words, copied from column `column` of batch `source`, as long as its longest word."""
    shape = int(ends[words].max()), len(words)
    symbols, targets = (np.zeros(shape, batches[0].symbols.dtype), np.zeros(shape, batches[0].targets.dtype))
    for index, word in enumerate(words):
        batch, end = batches[int(source[word])], ends[word]
        symbols[:end, index] = batch.symbols[:end, column[word]]
        targets[:end, index] = batch.targets[:end, column[word]]
    return Batch.of(words, symbols, targets, ends[words])


def _random_words(rng: np.random.Generator, task: Task, length: int) -> StressFamily:
    """Random inputs of exactly this length, with their tails."""
    symbols = task.random_words(rng, length, WORDS_PER_LENGTH)
    return StressFamily("curve", "random numbers of one length", symbols, np.full(WORDS_PER_LENGTH, len(symbols) - task.tail))
