"""Example words of a task with their right answers."""

from collections.abc import Iterator
from itertools import islice, product

import numpy as np

from anylength.tasks.task import Task

MAX_RANDOM_LENGTH = 10
"""Longest random example, in symbols: a line holds it, also where symbols have long names."""


def example_answers(task: Task, count: int = 10, seed: int = 0) -> list[tuple[list[str], str]]:
    """Questions, one text for each tape, with their right answers: half of them the shortest, half random, none twice.

    Args:
        task: A finite-state task.
        count: How many.
        seed: Draws the random ones.
    """
    found: dict[tuple[str, ...], str] = {}
    for word in (*islice(_shortest(task), (count + 1) // 2), *_random(task, count, seed)):
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


def _random(task: Task, count: int, seed: int) -> Iterator[tuple[int, ...]]:
    """Random words of random lengths."""
    rng = np.random.default_rng(seed)
    for _ in range(4 * count):
        yield tuple(rng.integers(0, task.symbols, rng.integers(2, MAX_RANDOM_LENGTH + 1)).tolist())
