"""Example words of a task with their right answers."""

from collections.abc import Iterator
from itertools import islice, product

import numpy as np

from anylength.tasks.task import Task

MAX_RANDOM_LENGTH = 10
"""Longest random example, in symbols: a line holds it, also where symbols have long names."""


def example_answers(task: Task, count: int = 10, seed: int = 0) -> list[tuple[list[str], str]]:
    """Questions, one text for each tape, with their right answers, none twice.

    For a finite-state task half of them are the shortest, the others random. For other tasks all are random, the shortest first.

    Args:
        task: The task.
        count: How many.
        seed: Draws the random ones.
    """
    found: dict[tuple[str, ...], str] = {}
    words = (
        _drawn(task, seed) if task.transducer is None else [*islice(_shortest(task), (count + 1) // 2), *_random(task, count, seed)]
    )
    for word in words:
        numbers = task.numbers(np.asarray(word, np.uint16))
        texts = tuple(map(task.notation.write, numbers))
        if len(found) < count and texts not in found:
            found[texts] = task.text(task.exact(numbers))
    return [(list(texts), answer) for texts, answer in found.items()]


def _shortest(task: Task) -> Iterator[tuple[int, ...]]:
    """All words, the shortest first."""
    length = 0
    while True:
        length += 1
        yield from product(range(task.symbols), repeat=length)


def _drawn(task: Task, seed: int) -> Iterator[tuple[int, ...]]:
    """Random words with inputs of 1, 2, 3 … symbols."""
    rng = np.random.default_rng(seed)
    for length in range(1, MAX_RANDOM_LENGTH + 1):
        for word in task.random_words(rng, length, 2).T.tolist():
            yield tuple(word)


def _random(task: Task, count: int, seed: int) -> Iterator[tuple[int, ...]]:
    """Random words of random lengths."""
    rng = np.random.default_rng(seed)
    for _ in range(4 * count):
        yield tuple(rng.integers(0, task.symbols, rng.integers(2, MAX_RANDOM_LENGTH + 1)).tolist())
