"""Stress tests: random and worst-case words of many lengths, the horizon, and wrong answers as whole numbers."""

import time

import numpy as np

from anylength.errors import InputError
from anylength.lengths.answer import cut, replayed
from anylength.lengths.horizon import first_false, ripples_along
from anylength.lengths.shares import share, share_of
from anylength.nets import Net, answers
from anylength.records import FamilyResult, LengthPoint, Stress
from anylength.tasks import UNGRADED, Family, Task, numbers_of_length

MIN_LIMIT, MAX_LIMIT = 3, 1_000_000
RUNGS = (1, 2, 3, 5, 8, 10, 12, 15, 20, 30, 50, 100, 200, 500, 1000, 2000)
SAMPLES = 128
"""Random numbers per length of the curve."""


def stress(net: Net, task: Task, *, limit: int = 2000, seed: int = 0) -> Stress:
    """Tests a net on the task's stress inputs up to words of `limit` symbols.

    Raises:
        InputError: A limit outside 3…1,000,000.
    """
    if not MIN_LIMIT <= limit <= MAX_LIMIT:
        raise InputError(f"a limit of {MIN_LIMIT} to {MAX_LIMIT:,} digits", f"{limit:,}", "pass for example --limit 2000")
    if seed < 0:
        raise InputError("a seed of 0 or more", str(seed), "pass for example --seed 0")
    started = time.perf_counter()
    rng = np.random.default_rng([seed, 3])
    families = [_tested(net, task, family) for family in task.stress(rng, task.base, limit)]
    results, held = [result for result, _, _ in families], np.ones((limit, 0), bool)
    if task.ripples:
        along = ripples_along(net, task, limit)
        held = np.logical_and.accumulate(along[0], axis=0) & along[1]
        results.insert(0, _ripple_result(net, task, along, held))
    mistakes = [result.mistake for result in results if result.mistake]
    return Stress(
        task=task.name,
        base=task.base,
        horizon=first_false(held.all(axis=1)),
        limit=limit,
        curve=_curve(net, task, held, [(lengths, good) for _, lengths, good in families], limit, rng),
        families=results,
        shortest_mistake=min(mistakes, key=lambda found: max(map(len, found.numbers)), default=None),
        seconds=time.perf_counter() - started,
    )


def _tested(net: Net, task: Task, family: Family) -> tuple[FamilyResult, np.ndarray, np.ndarray]:
    """Runs one family: its result, and per word (those cut from long chains too) its length and whether it was right."""
    targets = task.targets(family.symbols)
    right = answers(net, family.symbols) == targets
    within = (np.arange(len(right))[:, None] < family.lengths + task.tail) & (targets != UNGRADED)
    good = (right | ~within).all(axis=0)
    wrong = np.flatnonzero(~good)
    shortest = None
    if wrong.size:
        first = np.where(right | ~within, len(right), np.arange(len(right))[:, None]).min(axis=0)
        column = wrong[first[wrong].argmin()]
        length = None if task.transducer else family.lengths[column]
        shortest = replayed(net, task, cut(task, family.symbols[:length, column], int(first[column])))
    result = FamilyResult(
        name=family.name, says=family.says, numbers=share_of(good), digits=share_of(right[within]), mistake=shortest
    )
    return result, family.lengths, good


def _ripple_result(net: Net, task: Task, along: np.ndarray, held: np.ndarray) -> FamilyResult:
    """One symbol held for every length, from the scans that tried them all."""
    mistake = None
    breaks = np.where(held.all(axis=0), len(held), (~held).argmax(axis=0)) + [len(ripple.prefix) for ripple in task.ripples]
    worst = int(breaks.argmin())
    if not held[:, worst].all():
        ripple, symbols = task.ripples[worst], np.zeros(int(breaks[worst]) + 1 + task.tail, np.uint16)
        symbols[: breaks[worst] + 1] = [*ripple.prefix, *[ripple.symbol] * (int(breaks[worst]) + 1 - len(ripple.prefix))]
        wrong = answers(net, symbols[:, None]) != task.targets(symbols[:, None])
        mistake = replayed(net, task, cut(task, symbols, int(wrong.argmax())))
    return FamilyResult(
        name="ripple",
        says="one symbol held, every length",
        numbers=share_of(held),
        digits=share(int(along.sum()), int(along.size)),
        mistake=mistake,
    )


def _curve(
    net: Net,
    task: Task,
    held: np.ndarray,
    families: list[tuple[np.ndarray, np.ndarray]],
    limit: int,
    rng: np.random.Generator,
) -> list[LengthPoint]:
    """Accuracy against length. The worst case at a length is over the stress families' words of just that length."""
    points = []
    for rung in [rung for rung in RUNGS if rung < limit] + [limit]:
        symbols = _random_words(rng, task, rung)
        targets = task.targets(symbols)
        right = (answers(net, symbols) == targets) | (targets == UNGRADED)
        worst = np.concatenate([held[rung - 1], *(good[lengths == rung] for lengths, good in families)])
        random, digits = share_of(right.all(axis=0)), share_of(right[targets != UNGRADED])
        points.append(LengthPoint(length=rung, random=random, digits=digits, worst=share_of(worst) if worst.size else random))
    return points


def _random_words(rng: np.random.Generator, task: Task, length: int) -> np.ndarray:
    """Random numbers of exactly this length on every tape, with their tails: symbols `[T, SAMPLES]`."""
    lengths = np.full(SAMPLES, length)
    tapes = [numbers_of_length(rng, lengths, task.base, length) for _ in range(task.tapes)]
    return np.stack([task.word(numbers) for numbers in zip(*tapes, strict=True)], axis=1)
