"""How a net does on given words, each with whether it is in the language: the test sets of MLRegTest."""

from collections.abc import Sequence

import numpy as np

from anylength.base import InputError
from anylength.lengths.answer import answer_to
from anylength.nets import AbstractNet, answers
from anylength.records import FamilyResult
from anylength.statistics import share
from anylength.tasks import Task


def words_right(net: AbstractNet, task: Task, name: str, description: str, words: Sequence[tuple[str, bool]]) -> FamilyResult:
    """The share of words that a net accepts or rejects rightly, and the shortest that it does not.

    Args:
        net: The net.
        task: An acceptor's task: output 1 accepts.
        name: What the set is called.
        description: What its words are.
        words: Each word as people write it, and whether it is in the language.

    Raises:
        InputError: The task is no acceptor of words, a word has an unknown symbol, or the task itself decides a word otherwise.
    """
    if task.names is None or task.graded != "last" or task.classes != 2:
        raise InputError("a task that accepts or rejects words of named symbols", task.name, "words with labels fit no other task")
    symbols = [task.notation.read(word) for word, _ in words]
    wanted = np.array([accepted for _, accepted in words])
    lengths = np.array([len(word) for word in symbols])
    batch = np.zeros((int(lengths.max()), len(words)), symbols[0].dtype)
    for column, word in enumerate(symbols):
        batch[: len(word), column] = word
    last, every = lengths - 1, np.arange(len(words))
    _require_own_language(task, words, task.targets(batch)[last, every] == 1, wanted)
    right = (answers(net, batch)[last, every] == 1) == wanted
    wrong = min(np.flatnonzero(~right), key=lambda at: lengths[at], default=None)
    mistake = None if wrong is None else answer_to(net, task, (symbols[wrong],))
    of_words = share(int(right.sum()), len(words))
    return FamilyResult(name=name, description=description, numbers=of_words, digits=of_words, shortest_mistake=mistake)


def _require_own_language(task: Task, words: Sequence[tuple[str, bool]], own: np.ndarray, wanted: np.ndarray) -> None:
    """Raises InputError where the labels are those of another language."""
    other = np.flatnonzero(own != wanted)
    if other.size:
        word = words[int(other[0])][0]
        got = f"{other.size:,} words with the other label, the first {word}"
        raise InputError(f"words of the language {task.name}", got, "take the test set of the machine that the net was trained on")
