"""Stress tests: random and worst-case words of many lengths, the horizon, and wrong answers as whole numbers."""

import time

import numpy as np

from anylength.errors import InputError
from anylength.lengths.answer import cut, replayed
from anylength.lengths.horizon import Rippled, first_false, rippled
from anylength.lengths.shares import share, share_of
from anylength.nets import AbstractNet, Net, answers
from anylength.records import FamilyResult, LengthPoint, Stress
from anylength.tasks import UNGRADED, Family, Task, numbers_of_length

MIN_LIMIT, MAX_LIMIT, LIMIT = 3, 1_000_000, 2000
IN_CONTEXT = {"most": 500, "usual": 200}
"""Limits for nets whose context grows: a word costs the square of its length."""

RUNGS = (1, 2, 3, 5, 8, 10, 12, 15, 20, 30, 50, 100, 200, 500, 1000, 2000)
SAMPLES = 128
"""Random numbers per length of the curve."""


def stress(net: AbstractNet, task: Task, *, limit: int | None = None, seed: int = 0) -> Stress:
    """Tests a net on the task's stress inputs up to words of `limit` symbols (2,000, or 200 where the context grows).

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
    families = [_tested(net, task, family) for family in task.stress(rng, task.base, limit)]
    results, held = [result for result, _, _ in families], np.ones((limit, 0), bool)
    if task.ripples:
        found = rippled(net, task, limit)
        held = found.right
        results.insert(0, _ripple_result(net, task, found))
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


def _tested(net: AbstractNet, task: Task, family: Family) -> tuple[FamilyResult, np.ndarray, np.ndarray]:
    """Runs one family: its result, and per word (those cut from long chains too) its length and whether it was right."""
    targets, ends = task.targets(family.symbols), family.lengths + task.tail
    right = answers(net, family.symbols, ends) == targets
    within = (np.arange(len(right))[:, None] < ends) & (targets != UNGRADED)
    good = (right | ~within).all(axis=0)
    wrong = np.flatnonzero(~good)
    shortest = None
    if wrong.size:
        first = np.where(right | ~within, len(right), np.arange(len(right))[:, None]).min(axis=0)
        first = first[wrong] if _may_be_cut(net, task) else family.lengths[wrong]
        column, at = wrong[first.argmin()], int(first.min())
        word = cut(task, family.symbols[:, column], at) if _may_be_cut(net, task) else family.symbols[:at, column]
        shortest = replayed(net, task, word)
    result = FamilyResult(
        name=family.name, says=family.says, numbers=share_of(good), digits=share_of(right[within]), mistake=shortest
    )
    return result, family.lengths, good


def _may_be_cut(net: AbstractNet, task: Task) -> bool:
    """Whether a wrong word may be cut at its first wrong output: not where the net, or the task, looks at all of it."""
    return net.causal and task.transducer is not None


def _ripple_result(net: AbstractNet, task: Task, found: Rippled) -> FamilyResult:
    """One symbol held for every length."""
    mistake, held = None, found.right
    ripples = task.ripples[: held.shape[1]]
    breaks = np.where(held.all(axis=0), len(held), (~held).argmax(axis=0)) + [len(ripple.prefix) for ripple in ripples]
    worst = int(breaks.argmin())
    if not held[:, worst].all():
        ripple, symbols = ripples[worst], np.zeros(int(breaks[worst]) + 1 + task.tail, np.uint16)
        symbols[: breaks[worst] + 1] = [*ripple.prefix, *[ripple.symbol] * (int(breaks[worst]) + 1 - len(ripple.prefix))]
        wrong = answers(net, symbols[:, None]) != task.targets(symbols[:, None])
        whole = symbols[: breaks[worst] + 1]
        mistake = replayed(net, task, cut(task, symbols, int(wrong.argmax())) if _may_be_cut(net, task) else whole)
    return FamilyResult(
        name="ripple",
        says="one symbol held, every length",
        numbers=share_of(held),
        digits=share(found.digits, found.tried),
        mistake=mistake,
    )


def _curve(
    net: AbstractNet,
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
