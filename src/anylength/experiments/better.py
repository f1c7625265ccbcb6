"""Which of two nets is better: by verdict, then by the longest carry chains, then by the hard inputs that it answers right."""

from dataclasses import dataclass

import numpy as np

from anylength.lengths.horizon import horizon
from anylength.lengths.stress import DEFAULT_LIMIT
from anylength.nets import AbstractNet, answers
from anylength.records.verdicts import PROVED, PROVED_UP_TO, REFUTED, UNKNOWN
from anylength.rules import Task

STRESS_DIGITS = 60
"""Longest stress inputs, in digits, on which two nets' answers are compared."""

RANKS = {REFUTED: 0, UNKNOWN: 1, PROVED_UP_TO: 1, PROVED: 2}
"""Verdicts from the worst to the best."""


@dataclass(frozen=True, order=True)
class Score:
    """How good a net is; the larger, the better.

    Attributes:
        rank: Of its verdict.
        horizon: The digits of the longest carry chain up to which all were right, at most `DEFAULT_LIMIT`.
        right: Stress inputs of up to `STRESS_DIGITS` digits that it answers right.
    """

    rank: int
    horizon: int
    right: int


def score_of(net: AbstractNet, task: Task, verdict: str) -> Score:
    """The score of a net with this verdict."""
    held = horizon(net, task, DEFAULT_LIMIT)
    return Score(RANKS.get(verdict, 0), DEFAULT_LIMIT if held is None else held, int(sum(map(np.sum, right_words(net, task)))))


def right_words(net: AbstractNet, task: Task) -> list[np.ndarray]:
    """For each family of stress inputs, whether each word is answered right."""
    families = task.stress(np.random.default_rng(0), task.base, STRESS_DIGITS)
    return [(answers(net, family.symbols) == task.targets(family.symbols)).all(axis=0) for family in families]
