"""Whether an imported net answers as what it was: both asked the same hard inputs."""

from dataclasses import dataclass

import numpy as np

from anylength._types import Symbols
from anylength.digits import to_full_text
from anylength.errors import InputError
from anylength.interchange.incoming import Incoming
from anylength.lengths import cut
from anylength.nets import answers
from anylength.tasks import Task

LIMIT = 60
"""Digits of the longest number that both are asked."""

SHARE = 0.01
"""At most this share of the words may be answered differently: rounding can part two runtimes where a net is undecided."""


@dataclass(frozen=True)
class Agreement:
    """On how many words both were asked, and on how many of them their answers differ somewhere."""

    compared: int
    different: int


def hard_words(task: Task, limit: int = LIMIT, seed: int = 0) -> Symbols:
    """All stress inputs of a task up to `limit` digits as one batch `[T, B]`, zeros after each word."""
    families = task.stress(np.random.default_rng([seed, 8]), task.base, limit)
    steps = max(len(family.symbols) for family in families)
    return np.concatenate([np.pad(each.symbols, ((0, steps - len(each.symbols)), (0, 0))) for each in families], axis=1)


def compared(incoming: Incoming, task: Task, words: Symbols | None = None) -> Agreement:
    """Asks the net and its source the same words `[T, B]` (default: the task's stress inputs).

    Raises:
        InputError: They differ on more words than rounding explains: what was read is not what the file says.
    """
    assert incoming.source is not None
    words = hard_words(task) if words is None else words
    apart = answers(incoming.net, words) != incoming.source(words)
    different = int(apart.any(axis=0).sum())
    if different > SHARE * words.shape[1]:
        column = int(np.flatnonzero(apart.any(axis=0))[0])
        word = cut(task, words[:, column], int(np.flatnonzero(apart[:, column])[0]))
        numbers = " and ".join(to_full_text(number) for number in task.numbers(word))
        expected = f"the answers of {incoming.runtime} on {words.shape[1]:,} hard inputs"
        remedy = "the net is not read as its own runtime reads it: digits come least significant first, one-hot"
        raise InputError(expected, f"others on {different:,} of them, first on {numbers}", remedy)
    return Agreement(compared=words.shape[1], different=different)
