"""Compares an imported net with its original: both answer the task's stress inputs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength._types import Symbols
from anylength.errors import InputError
from anylength.interchange.imported_net import ImportedNet
from anylength.interchange.rounding_differences import beyond_rounding
from anylength.lengths import truncate
from anylength.nets import Net, answers
from anylength.tasks import Task

MAX_DIGITS = 60
"""Digits of the longest number in the comparison. Longer numbers cost linear time and repeat the same transitions."""

WORDS = 10_000
"""Words in a comparison, at least."""

MAX_DIFFERENT_SHARE = 0.01
"""The largest share of words with different answers that is accepted, each of them explained by rounding.

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
        InputError: More answers differ than rounding explains, or one by more, so the net was not read as its own runtime runs it.
    """
    assert imported.reference is not None
    words = hard_words(task) if words is None else words
    theirs = imported.reference(words)
    differs = answers(imported.net, words) != theirs
    remedy = "the net must read one-hot digits, the least significant digit first"
    require_explained(imported.net, task, words, differs, theirs, runtime=str(imported.runtime), remedy=remedy)
    return Agreement(compared=words.shape[1], different=int(differs.any(axis=0).sum()))


def require_explained(
    net: Net,
    task: Task,
    words: Symbols,
    differs: NDArray[np.bool_],
    theirs: NDArray[np.integer],
    *,
    runtime: str,
    remedy: str,
) -> None:
    """Checks that rounding explains each different answer, and that these are few.

    Args:
        net: The net.
        task: Its task.
        words: Words `[T, B]`.
        differs: Where the answers are different `[T, B]`.
        theirs: The original's output classes `[T, B]`.
        runtime: The original's runtime, for the message.
        remedy: What to do, for the message.

    Raises:
        InputError: Rounding does not explain them.
    """
    columns = np.flatnonzero(differs.any(axis=0))
    expected = f"the answers of {runtime} on {words.shape[1]:,} hard inputs"
    if len(columns) > MAX_DIFFERENT_SHARE * words.shape[1]:
        first = describe(task, words[:, columns[0]], differs[:, columns[0]])
        raise InputError(expected, f"other answers on {len(columns):,} of them, first on {first}", remedy)
    answered = np.where(differs[:, columns], theirs[:, columns].astype(np.int64), -1)
    beyond = beyond_rounding(net, words[:, columns], answered)
    if beyond.any():
        column = int(np.flatnonzero(beyond.any(axis=0))[0])
        first = describe(task, words[:, columns[column]], beyond[:, column])
        raise InputError(expected, f"another answer, by more than rounding explains, on {first}", remedy)


def describe(task: Task, word: Symbols, differs: NDArray[np.bool_]) -> str:
    """The inputs of a word `[T]` up to the first step at which the answers differ `[T]`."""
    upto = truncate(task, word, int(np.flatnonzero(differs)[0]))
    return " and ".join(task.notation.write(number) for number in task.numbers(upto))
