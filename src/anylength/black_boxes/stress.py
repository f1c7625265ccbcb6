"""The stress test of a black box: the words that nets are tested on, and the same record."""

import time
from dataclasses import dataclass, replace

import numpy as np

from anylength.base import InputError
from anylength.black_boxes.codec import Columns
from anylength.black_boxes.system import QueryResult, SystemUnderLearning
from anylength.lengths.horizon import FEW_CHAINS, first_false
from anylength.lengths.stress import HELD_INPUT_DESCRIPTION, length_curve, shortest_mistake
from anylength.lengths.suite import WordScores, draw_words
from anylength.records import FamilyResult, Stress
from anylength.records.lengths import HELD_INPUT_FAMILY
from anylength.rules import StressFamily
from anylength.statistics import share, share_of


@dataclass(frozen=True)
class _Answered:
    """Words of one family, and the result of each."""

    words: list[Columns]
    results: list[QueryResult]


def stress_function(system: SystemUnderLearning, *, limit: int, calls: int | None, seed: int) -> Stress:
    """The stress test of a function on words of up to `limit` symbols.

    Args:
        system: The function.
        limit: The longest word, in symbols.
        calls: Approximate number of inputs. If there are more words, each family is thinned. None: all words.
        seed: Determines the random words.

    Raises:
        InputError: The function failed to answer, or the words of the horizon alone are more than `calls`.
    """
    started, task = time.perf_counter(), system.codec.task
    families, curve = draw_words(task, limit, seed)
    chains = _held_words(system, limit)
    if calls is not None:
        families, curve = _thinned(families, curve, _spare_calls(calls, sum(map(len, chains)), len(families) + len(curve)))
    held = [_Answered(words, system.query(words)) for words in chains]
    answered = [_query_family(system, family) for family in [*families, *curve.values()]]
    results = [
        _family_result(system, family.name, family.description, part) for family, part in zip(families, answered, strict=False)
    ]
    if chains:
        every = _Answered([word for part in held for word in part.words], [each for part in held for each in part.results])
        results.insert(0, _family_result(system, HELD_INPUT_FAMILY, HELD_INPUT_DESCRIPTION, every))
    held_correct = np.array([[result.correct for result in part.results] for part in held], bool).T.reshape(limit, len(chains))
    return Stress(
        task=task.name,
        base=task.base,
        horizon=first_false(held_correct.all(axis=1)),
        limit=limit,
        curve=length_curve(families, curve, [_scores(system, part) for part in answered], held_correct),
        families=results,
        shortest_mistake=shortest_mistake(results),
        seconds=time.perf_counter() - started,
    )


def _held_words(system: SystemUnderLearning, limit: int) -> list[list[Columns]]:
    """The words of 1 … `limit` repetitions of the first carry chains, a list for each chain."""
    columns_of = system.codec.columns_of
    return [
        [columns_of((*chain.prefix, *[chain.symbol] * steps)) for steps in range(1, limit + 1)]
        for chain in system.codec.task.carry_chains[:FEW_CHAINS]
    ]


def _spare_calls(calls: int, held: int, families: int) -> int:
    """The calls that remain for the families after the words of the horizon; at least one word of each family must fit.

    Raises:
        InputError: There are fewer calls.
    """
    if calls < held + families:
        remedy = "pass more calls, or a smaller limit"
        raise InputError(f"{held + families:,} calls or more for this limit", f"{calls:,}", remedy)
    return calls - held


def _thinned(
    families: list[StressFamily], curve: dict[int, StressFamily], most: int
) -> tuple[list[StressFamily], dict[int, StressFamily]]:
    """About `most` of the words, evenly spaced in each family, the same fraction of each."""
    sizes = [len(family.lengths) for family in [*families, *curve.values()]]
    fraction = min(1.0, most / sum(sizes))

    def thin(family: StressFamily) -> StressFamily:
        size = len(family.lengths)
        chosen = np.linspace(0, size - 1, max(1, int(fraction * size))).round().astype(int)
        return replace(family, symbols=family.symbols[:, chosen], lengths=family.lengths[chosen])

    return [thin(family) for family in families], {length: thin(family) for length, family in curve.items()}


def _query_family(system: SystemUnderLearning, family: StressFamily) -> _Answered:
    """The words of a family, queried."""
    to_columns = system.codec.columns_of_numbers
    words = [to_columns(family.symbols[:length, column]) for column, length in enumerate(family.lengths)]
    return _Answered(words, system.query(words))


def _family_result(system: SystemUnderLearning, name: str, description: str, answered: _Answered) -> FamilyResult:
    """The record of one family, with its shortest mistake."""
    scores = _scores(system, answered)
    wrong = [result for result in answered.results if not result.correct]
    shortest = min(wrong, key=lambda result: len(result.columns), default=None)
    return FamilyResult(
        name=name,
        description=description,
        numbers=share_of(scores.correct),
        digits=share(int(scores.right.sum()), int(scores.outputs.sum())),
        shortest_mistake=None if shortest is None else shortest.mistake(),
    )


def _scores(system: SystemUnderLearning, answered: _Answered) -> WordScores:
    """The right outputs of each answer. An answer that the task cannot have has none."""
    codec = system.codec
    outputs, right = np.zeros((2, len(answered.words)), np.int64)
    for index, (word, result) in enumerate(zip(answered.words, answered.results, strict=True)):
        expected = codec.right_outputs(word)
        outputs[index] = right[index] = len(expected)
        if not result.correct:
            decoded = None if result.normalised is None else codec.decode(result.normalised, len(expected))[: len(expected)]
            right[index] = 0 if decoded is None else min(int((decoded == expected).sum()), len(expected) - 1)
    return WordScores(outputs, right, np.zeros(len(outputs), np.int64))
