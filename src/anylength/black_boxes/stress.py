"""The stress test of a black box: the words that nets are tested on, and the same record of it."""

import time
from dataclasses import dataclass, replace

import numpy as np

from anylength.black_boxes.examinee import Asked, Examinee
from anylength.black_boxes.script import Columns
from anylength.errors import InputError
from anylength.lengths.horizon import FEW_CHAINS, first_false
from anylength.lengths.stress import length_curve
from anylength.lengths.suite import WordScores, draw_words
from anylength.records import FamilyResult, Stress
from anylength.statistics import share, share_of
from anylength.tasks import StressFamily


def stressed(examinee: Examinee, *, limit: int, calls: int | None, seed: int) -> Stress:
    """The stress test of a function on words of up to `limit` symbols.

    Args:
        examinee: The function.
        limit: The longest word.
        calls: About so many inputs are asked; fewer words of each kind are then tried. None: all words.
        seed: Draws the random words.

    Raises:
        InputError: The function failed to answer, or the words of the horizon alone are more than `calls`.
    """
    started, task = time.perf_counter(), examinee.script.task
    families, curve = draw_words(task, limit, seed)
    carry_chains = _ripples(examinee, limit)
    if calls is not None:
        spare = _spare(calls, sum(map(len, carry_chains)), len(families) + len(curve))
        families, curve = _thinned(families, curve, spare)
    held = [_Part(words, examinee.ask(words)) for words in carry_chains]
    parts = [_Part(words, examinee.ask(words)) for words in (_words(examinee, each) for each in [*families, *curve.values()])]
    results = [_result(examinee, family.name, family.description, part) for family, part in zip(families, parts, strict=False)]
    right = np.array([[each.good for each in part.asked] for part in held], bool).T.reshape(limit, len(carry_chains))
    if carry_chains:
        every = _Part([word for part in held for word in part.words], [each for part in held for each in part.asked])
        results.insert(0, _result(examinee, "ripple", "one symbol held, every length", every))
    mistakes = [result.mistake for result in results if result.mistake]
    return Stress(
        task=task.name,
        base=task.base,
        horizon=first_false(right.all(axis=1)),
        limit=limit,
        curve=length_curve(families, curve, [_marks(examinee, part) for part in parts], right),
        families=results,
        shortest_mistake=min(mistakes, key=lambda found: max(map(len, found.numbers)), default=None),
        seconds=time.perf_counter() - started,
    )


def _ripples(examinee: Examinee, limit: int) -> list[list[Columns]]:
    """The words of 1 … `limit` held steps of the first few ripples."""
    columns_of = examinee.script.columns_of
    carry_chains = examinee.script.task.carry_chains[:FEW_CHAINS]
    return [
        [columns_of((*carry_chain.prefix, *[carry_chain.symbol] * held)) for held in range(1, limit + 1)]
        for carry_chain in carry_chains
    ]


def _spare(calls: int, held: int, kinds: int) -> int:
    """How many words may be asked beside those of the horizon: one of each kind at least."""
    if calls < held + kinds:
        remedy = "pass more calls, or a smaller limit"
        raise InputError(f"{held + kinds:,} calls or more for this limit", f"{calls:,}", remedy)
    return calls - held


def _thinned(
    families: list[StressFamily], curve: dict[int, StressFamily], most: int
) -> tuple[list[StressFamily], dict[int, StressFamily]]:
    """About so many of the words, evenly chosen from all kinds."""
    sizes = [len(family.lengths) for family in [*families, *curve.values()]]
    part = min(1.0, most / sum(sizes))

    def few(family: StressFamily) -> StressFamily:
        size = len(family.lengths)
        chosen = np.linspace(0, size - 1, max(1, int(part * size))).round().astype(int)
        return replace(family, symbols=family.symbols[:, chosen], lengths=family.lengths[chosen])

    return [few(family) for family in families], {rung: few(family) for rung, family in curve.items()}


def _words(examinee: Examinee, family: StressFamily) -> list[Columns]:
    return [examinee.script.columns_in(family.symbols[:length, column]) for column, length in enumerate(family.lengths)]


@dataclass(frozen=True)
class _Part:
    """Words of one kind, as the task has them, and what came of each."""

    words: list[Columns]
    asked: list[Asked]


def _result(examinee: Examinee, name: str, says: str, part: _Part) -> FamilyResult:
    marks = _marks(examinee, part)
    shortest = min((each for each in part.asked if not each.good), key=lambda each: len(each.columns), default=None)
    digits = share(int(marks.right.sum()), int(marks.outputs.sum()))
    mistake = None if shortest is None else shortest.mistake()
    return FamilyResult(name=name, description=says, numbers=share_of(marks.correct), digits=digits, mistake=mistake)


def _marks(examinee: Examinee, part: _Part) -> WordScores:
    """The outputs of each answer that are right; of an answer that is none of the task's, none is."""
    script = examinee.script
    tried, right = np.zeros((2, len(part.words)), np.int64)
    for at, (word, asked) in enumerate(zip(part.words, part.asked, strict=True)):
        wanted = script.right_digits(word)
        tried[at] = right[at] = len(wanted)
        if not asked.good:
            given = None if asked.read is None else script.digits(asked.read, len(wanted))[: len(wanted)]
            right[at] = 0 if given is None else min(int((given == wanted).sum()), len(wanted) - 1)
    return WordScores(tried, right, np.zeros(len(tried), np.int64))
