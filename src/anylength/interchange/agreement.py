"""Compares an imported net with its original: both answer the task's stress inputs."""

from dataclasses import dataclass

import numpy as np

from anylength._types import Symbols
from anylength.errors import InputError
from anylength.interchange.imported_net import ImportedNet
from anylength.lengths import truncate
from anylength.nets import answers
from anylength.tasks import Task

MAX_DIGITS = 60
"""Digits of the longest number in the comparison. Longer numbers cost linear time and repeat the same transitions."""

WORDS = 10_000
"""Words in a comparison, at least."""

MAX_DIFFERENT_SHARE = 0.01
"""The largest share of words with different answers that is accepted.

Two runtimes round differently, so they may differ where two logits are nearly equal. A wrong order of gates or digits changes far
more answers.
"""

RANDOM_STREAM = 8
"""Second entry of the random seed: it makes these draws independent of other draws with the same seed."""


@dataclass(frozen=True)
class Agreement:
    """The result of a comparison.

    Attributes:
        compared: The number of words that both nets answered.
        different: The number of those words on which at least one output differs.
    """

    compared: int
    different: int


def stress_words(task: Task, limit: int = MAX_DIGITS, seed: int = 0) -> Symbols:
    """All stress inputs of a task with numbers of at most `limit` digits, as one batch `[T, B]` padded with zeros."""
    families = task.stress(np.random.default_rng([seed, RANDOM_STREAM]), task.base, limit)
    steps = max(len(family.symbols) for family in families)
    return np.concatenate([np.pad(family.symbols, ((0, steps - len(family.symbols)), (0, 0))) for family in families], axis=1)


def hard_words(task: Task, count: int = WORDS) -> Symbols:
    """At least `count` words `[T, B]`: the stress inputs of a task, and random words where these are fewer."""
    stress = stress_words(task)
    rng = np.random.default_rng([0, RANDOM_STREAM])
    more = rng.integers(0, task.symbols, (len(stress), max(0, count - stress.shape[1]))).astype(stress.dtype)
    return np.concatenate([stress, more], axis=1)


def compare_with_original(imported: ImportedNet, task: Task, words: Symbols | None = None) -> Agreement:
    """Runs the net and its original on the same words `[T, B]` (default: 10,000 hard ones).

    Raises:
        InputError: More answers differ than rounding explains, so the net was not read as its own runtime runs it.
    """
    assert imported.reference is not None
    words = hard_words(task) if words is None else words
    differs = answers(imported.net, words) != imported.reference(words)
    different = int(differs.any(axis=0).sum())
    if different > MAX_DIFFERENT_SHARE * words.shape[1]:
        column = int(np.flatnonzero(differs.any(axis=0))[0])
        word = truncate(task, words[:, column], int(np.flatnonzero(differs[:, column])[0]))
        numbers = " and ".join(task.notation.write(number) for number in task.numbers(word))
        expected = f"the answers of {imported.runtime} on {words.shape[1]:,} hard inputs"
        remedy = "the net must read one-hot digits, the least significant digit first"
        raise InputError(expected, f"other answers on {different:,} of them, first on {numbers}", remedy)
    return Agreement(compared=words.shape[1], different=different)
