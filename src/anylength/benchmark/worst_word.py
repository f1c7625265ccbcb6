"""The worst word of a task's nets: the shortest word that a net answers wrongly."""

from collections.abc import Sequence

from anylength.benchmark.wording import repeated, symbols_in
from anylength.records import SweepRow, WrongWord
from anylength.rules import Task


def worst_word(task: Task, rows: Sequence[SweepRow]) -> WrongWord | None:
    """The shortest wrong word that was found. Nets that were right on all of their training words come first.

    Such a word is what a table of sampled words cannot show. None where no net has a wrong word.
    """
    wrong = [(row, word) for row in rows if (word := _shortest(task, row)) is not None]
    if not wrong:
        return None
    row, word = min(wrong, key=lambda each: (not _learned(each[0]), _length(task, each[1])))
    return WrongWord(
        word=word, shown=" and ".join(repeated(task, text) for text in word), symbols=_length(task, word), seed=row.seed,
        learned=_learned(row), nets=len(wrong),
    )  # fmt: skip


def _learned(row: SweepRow) -> bool:
    return row.train_accuracy == 1.0 and row.validation_accuracy == 1.0


def _shortest(task: Task, row: SweepRow) -> list[str] | None:
    """The shortest wrong word of a net: of the stress test, or the counterexample of the verdict."""
    words = [word for word in (row.shortest_mistake, row.counterexample) if word is not None]
    return min(words, key=lambda word: _length(task, word), default=None)


def _length(task: Task, word: list[str]) -> int:
    """Symbols of a word."""
    return max(len(symbols_in(task, text)) for text in word)
