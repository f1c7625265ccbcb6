"""Stress tests: random and worst-case numbers of many lengths, the horizon, and wrong answers as whole numbers."""

import time

import numpy as np

from anylength.errors import InputError
from anylength.lengths.answer import replayed
from anylength.lengths.horizon import nines
from anylength.lengths.shares import share, share_of
from anylength.nets import AbstractNet, Net, answers
from anylength.records import FamilyResult, LengthPoint, Stress
from anylength.tasks import Family, Task, numbers_of_length

MIN_LIMIT, MAX_LIMIT, LIMIT = 3, 1_000_000, 2000
IN_CONTEXT = {"most": 500, "usual": 200}
"""Limits for nets whose context grows: a word costs the square of its length."""

RUNGS = (1, 2, 3, 5, 8, 10, 12, 15, 20, 30, 50, 100, 200, 500, 1000, 2000)
SAMPLES = 128
"""Random numbers per length of the curve."""


def stress(net: AbstractNet, task: Task, *, limit: int | None = None, seed: int = 0) -> Stress:
    """Tests a net on the task's stress inputs up to numbers of `limit` digits (2,000, or 200 where the context grows).

    Raises:
        InputError: A limit outside 3…1,000,000 (3…500 where the context grows).
    """
    most, usual = (MAX_LIMIT, LIMIT) if isinstance(net, Net) else (IN_CONTEXT["most"], IN_CONTEXT["usual"])
    limit = usual if limit is None else limit
    if not MIN_LIMIT <= limit <= most:
        raise InputError(f"a limit of {MIN_LIMIT} to {most:,} digits", f"{limit:,}", f"pass for example --limit {usual}")
    if seed < 0:
        raise InputError("a seed of 0 or more", str(seed), "pass for example --seed 0")
    started = time.perf_counter()
    rng = np.random.default_rng([seed, 3])
    over_nines, digits = nines(net, limit)
    families = [_tested(net, task, family) for family in task.stress(rng, task.base, limit)]
    results = [_nines_result(net, task, over_nines, digits), *(result for result, _, _ in families)]
    mistakes = [result.mistake for result in results if result.mistake]
    return Stress(
        task=task.name,
        base=task.base,
        horizon=_first_false(over_nines),
        limit=limit,
        curve=_curve(net, task, over_nines, [(lengths, good) for _, lengths, good in families], limit, rng),
        families=results,
        shortest_mistake=min(mistakes, key=lambda found: max(map(len, found.numbers)), default=None),
        seconds=time.perf_counter() - started,
    )


def _first_false(good: np.ndarray) -> int | None:
    wrong = np.flatnonzero(~good)
    return int(wrong[0]) if wrong.size else None


def _tested(net: AbstractNet, task: Task, family: Family) -> tuple[FamilyResult, np.ndarray, np.ndarray]:
    """Runs one family: its result, and per number (those cut from long chains too) its length and whether it was right."""
    right = answers(net, family.symbols, family.lengths + 1) == task.targets(family.symbols)
    within = np.arange(len(right))[:, None] <= family.lengths
    good = (right | ~within).all(axis=0)
    wrong = np.flatnonzero(~good)
    shortest = None
    if wrong.size:
        first = np.where(right | ~within, len(right), np.arange(len(right))[:, None]).min(axis=0)
        first = first[wrong] if net.causal else family.lengths[wrong]
        shortest = replayed(net, task, family.symbols[:, wrong[first.argmin()]], int(first.min()))
    result = FamilyResult(
        name=family.name, says=family.says, numbers=share_of(good), digits=share_of(right[within]), mistake=shortest
    )
    return result, family.lengths, good


def _nines_result(net: AbstractNet, task: Task, nines: np.ndarray, digits: int) -> FamilyResult:
    """Pure nines of every length: the number of k nines has k + 1 digits to answer."""
    asked = int((np.arange(len(nines)) + 2).sum())
    breaks = _first_false(nines)
    number = None
    if breaks is not None:
        symbols = np.append(np.full(breaks + 1, task.base - 1, np.uint8), np.uint8(0))
        wrong = answers(net, symbols[:, None]) != task.targets(symbols[:, None])
        number = replayed(net, task, symbols, int(wrong.argmax()) if net.causal else breaks + 1)
    return FamilyResult(
        name="nines",
        says="nines only, every length",
        numbers=share_of(nines),
        digits=share(digits, asked),
        mistake=number,
    )


def _curve(
    net: AbstractNet,
    task: Task,
    nines: np.ndarray,
    families: list[tuple[np.ndarray, np.ndarray]],
    limit: int,
    rng: np.random.Generator,
) -> list[LengthPoint]:
    """Accuracy against length. The worst case at a length is over the carry families' numbers of just that length."""
    points = []
    for rung in [rung for rung in RUNGS if rung < limit] + [limit]:
        symbols = _random_numbers(rng, task, rung)
        right = answers(net, symbols) == task.targets(symbols)
        worst = np.concatenate([nines[rung - 1 : rung], *(good[lengths == rung] for lengths, good in families)])
        point = LengthPoint(length=rung, random=share_of(right.all(axis=0)), digits=share_of(right), worst=share_of(worst))
        points.append(point)
    return points


def _random_numbers(rng: np.random.Generator, task: Task, length: int) -> np.ndarray:
    """Random numbers of exactly this length on every tape: symbols `[length + 1, SAMPLES]`."""
    lengths = np.full(SAMPLES, length)
    symbols = np.zeros((length + 1, SAMPLES), np.uint16)
    for tape in range(task.tapes):
        symbols += numbers_of_length(rng, lengths, task.base, length + 1).T.astype(np.uint16) * np.uint16(task.base**tape)
    return symbols
