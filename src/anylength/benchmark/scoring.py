"""A net's accuracy under each convention by length, and its worst family of stress inputs."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from anylength.benchmark.words import TestBatch
from anylength.lengths.stress import with_input_lengths
from anylength.lengths.suite import Suite, WordScores
from anylength.nets import AbstractNet, answers
from anylength.records import LengthScores, WorstFamily
from anylength.rules import IGNORE_INDEX
from anylength.statistics import share_of
from anylength.verification.refutation import Word

RANGES = ((1, 40), (41, 100), (101, 200), (201, 500))
"""Ranges of lengths, in symbols: training lengths, then longer ones. The last range goes up to the limit."""


class Scored(NamedTuple):
    """What a net's answers to test words are worth.

    Attributes:
        by_convention: Its accuracies under each convention, by length.
        wrong: The shortest beginning of a word whose last answer is graded, and wrong; nothing if all is right.
    """

    by_convention: dict[str, LengthScores]
    wrong: list[Word]


def score(net: AbstractNet, batches: Sequence[TestBatch]) -> Scored:
    """The accuracies of a net under each convention, and its shortest wrong word.

    Raises:
        InputError: The net cannot read such long words, or fails.
    """
    found, wrong = dict[str, list[np.ndarray]](), list[Word]()
    for batch in batches:
        outputs = answers(net, batch.symbols, batch.ends)
        for name, targets in batch.targets.items():
            counted = targets != IGNORE_INDEX
            is_wrong = (outputs != targets) & counted
            wrong += _shortest_wrong(batch, is_wrong)
            right = counted.sum(axis=0) - is_wrong.sum(axis=0)
            found.setdefault(name, []).append(np.stack([batch.lengths, right, counted.sum(axis=0)]))
    by_convention = {name: _by_length(*np.concatenate(parts, axis=1)) for name, parts in found.items()}
    return Scored(by_convention, sorted(wrong, key=len)[:1])


def _shortest_wrong(batch: TestBatch, is_wrong: np.ndarray) -> list[Word]:
    """The shortest beginning of a word that ends at a wrong output `[T, B]`; nothing where none is wrong."""
    steps, words = np.nonzero(is_wrong)
    return [tuple(batch.symbols[: steps[0] + 1, words[0]].tolist())] if len(steps) else []


def _by_length(lengths: np.ndarray, right: np.ndarray, counted: np.ndarray) -> LengthScores:
    """The accuracies of words `[B]`: their lengths, right outputs and graded outputs."""
    tokens, words = {}, {}
    for length in np.unique(lengths):
        of_length = lengths == length
        tokens[str(length)] = float(right[of_length].sum() / max(1, counted[of_length].sum()))
        words[str(length)] = float((right == counted)[of_length].mean())
    return LengthScores(tokens=tokens, words=words)


def worst_families(suite: Suite, scores: Sequence[WordScores]) -> dict[str, WorstFamily]:
    """For each range of lengths the family with the smallest share of words answered right."""
    found, families = {}, [with_input_lengths(suite.task, family) for family in suite.families]
    for low, high in ranges_up_to(suite.limit):
        shares = []
        for family, of_family in zip(families, scores, strict=False):
            within = (low <= family.lengths) & (family.lengths <= high)
            if within.any():
                shares.append((family.name, share_of(of_family.correct[within])))
        if shares:
            name, worst = min(shares, key=lambda each: each[1].value)
            found[f"{low}-{high}"] = WorstFamily(family=name, words=worst)
    return found


def ranges_up_to(limit: int) -> list[tuple[int, int]]:
    """The ranges of lengths up to a limit."""
    last = RANGES[-1][0]
    return [(low, limit if low == last or limit < high else high) for low, high in RANGES if low <= limit]
