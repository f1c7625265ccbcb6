"""The test words of a benchmark: drawn once for a task, the same for all nets, and graded as each convention says."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.base import OUTPUT, Symbols
from anylength.benchmark.conventions import Convention, Words, convention_named
from anylength.nets.scan import BATCH_WIDTH
from anylength.rules import IGNORE_INDEX, Task, half_accepted


@dataclass(frozen=True)
class TestBatch:
    """B words that are run together.

    Attributes:
        symbols: `[T, B]`, zeros after each word.
        ends: `[B]` steps of each word.
        lengths: `[B]` the length under which each word is counted, in symbols.
        targets: For each convention the graded outputs `[T, B]`; `IGNORE_INDEX` elsewhere.
    """

    __test__ = False  # it is no test of pytest's

    symbols: Symbols
    ends: NDArray[np.int64]
    lengths: NDArray[np.int64]
    targets: dict[str, Symbols]


def draw_test_words(task: Task, conventions: Sequence[str], limit: int, count: int) -> list[TestBatch]:
    """The test words of a task.

    Args:
        task: The task.
        conventions: The conventions by name.
        limit: The longest word, in symbols.
        count: Words of each length.
    """
    kinds: dict[Words, list[Convention]] = {}
    for convention in map(convention_named, conventions):
        kinds.setdefault(convention.words_of(task), []).append(convention)
    return [batch for kind, of_kind in kinds.items() for batch in _batches(task, kind, of_kind, limit, count)]


def _batches(task: Task, kind: Words, conventions: list[Convention], limit: int, count: int) -> list[TestBatch]:
    """The words of one kind, in batches of neighbouring lengths."""
    lengths = sorted({length for convention in conventions for length in convention.curve_lengths(limit)})
    rng, of_length = np.random.default_rng([0, 7, int(kind == "sampled")]), []  # other draws of a seed use other numbers
    for length in lengths:
        words, ends = _draw(rng, task, kind, length, count)
        of_length.append((length, words, ends))
    together = max(1, BATCH_WIDTH // count)
    return [_batch(task, conventions, of_length[first : first + together]) for first in range(0, len(of_length), together)]


def _draw(rng: np.random.Generator, task: Task, kind: Words, length: int, count: int) -> tuple[Symbols, NDArray[np.int64]]:
    """Words of one length `[T, B]`, and the steps of each."""
    if kind == "half accepted":
        words, ends = half_accepted(rng, task.machine, (length, length), count)
        return words.T, ends
    words = task.sample(rng, length, count)
    return words, np.full(count, len(words))


def _batch(task: Task, conventions: list[Convention], parts: list[tuple[int, Symbols, NDArray[np.int64]]]) -> TestBatch:
    """The batch of the words of some lengths."""
    steps = max(len(words) for _, words, _ in parts)
    padded = [np.pad(words, ((0, steps - len(words)), (0, 0))) for _, words, _ in parts]
    symbols, ends = np.concatenate(padded, axis=1), np.concatenate([ends for _, _, ends in parts])
    lengths = np.concatenate([np.full(len(ends), length) for length, _, ends in parts])
    targets = {convention.name: graded(task, convention, symbols, ends) for convention in conventions}
    return TestBatch(symbols, ends, lengths, targets)


def graded(task: Task, convention: Convention, symbols: Symbols, ends: NDArray[np.int64]) -> Symbols:
    """The right outputs that a convention grades `[T, B]`; `IGNORE_INDEX` elsewhere."""
    if task.transducer is None:
        targets = task.scored(symbols)
    else:
        targets = task.targets(symbols, ends if convention.graded == "last" else None)
    return np.where(np.arange(len(symbols))[:, None] < ends, targets, OUTPUT(IGNORE_INDEX))
