"""Stress tests: random and worst-case words of many lengths, the horizon, and wrong answers as whole numbers."""

import time
from collections.abc import Iterable, Sequence

import numpy as np

from anylength.errors import InputError
from anylength.lengths.answer import cut, replayed
from anylength.lengths.horizon import Rippled, first_false, rippled
from anylength.lengths.suite import Marks, Suite, suite
from anylength.nets import AbstractNet, Net, answers
from anylength.records import FamilyResult, LengthPoint, Stress
from anylength.statistics import share, share_of
from anylength.tasks import StressFamily, Task

MIN_LIMIT, MAX_LIMIT, LIMIT = 3, 1_000_000, 2000
IN_CONTEXT = {"most": 500, "usual": 200}
"""Limits for nets whose context grows: a word costs the square of its length."""


def stress(net: AbstractNet, task: Task, *, limit: int | None = None, seed: int = 0) -> Stress:
    """Tests a net on the task's stress inputs up to words of `limit` symbols (2,000, or 200 where the context grows).

    Raises:
        InputError: A limit outside 3…1,000,000 (3…500 where the context grows).
    """
    limit = check_limit(limit, in_context=not isinstance(net, Net))
    if seed < 0:
        raise InputError("a seed of 0 or more", str(seed), "pass for example --seed 0")
    return put_to(net, suite(task, limit, seed))


def check_limit(limit: int | None, *, in_context: bool) -> int:
    """The limit, or the usual one of such nets.

    Raises:
        InputError: It is too small or too large for them.
    """
    most, usual = (IN_CONTEXT["most"], IN_CONTEXT["usual"]) if in_context else (MAX_LIMIT, LIMIT)
    limit = usual if limit is None else limit
    if not MIN_LIMIT <= limit <= most:
        raise InputError(f"a limit of {MIN_LIMIT} to {most:,} digits", f"{limit:,}", f"pass for example --limit {usual}")
    return limit


def put_to(net: AbstractNet, words: Suite) -> Stress:
    """The stress test of a net on words that are drawn already: the same as `stress`, without drawing them for every net."""
    started, task, limit = time.perf_counter(), words.task, words.limit
    marks, places = words.marks(net), words.places
    marked = [marks.take(place) for place in places]
    results = [_family_result(net, task, each, found) for each, found in zip(words.families, marked, strict=False)]
    held = np.ones((limit, 0), bool)
    if task.carry_chains:
        found = rippled(net, task, limit)
        held = found.right
        results.insert(0, _ripple_result(net, task, found))
    mistakes = [result.mistake for result in results if result.mistake]
    return Stress(
        task=task.name,
        base=task.base,
        horizon=first_false(held.all(axis=1)),
        limit=limit,
        curve=curve_of(words.families, words.curve, marked, held),
        families=results,
        shortest_mistake=min(mistakes, key=lambda found: max(map(len, found.numbers)), default=None),
        seconds=time.perf_counter() - started,
    )


def _family_result(net: AbstractNet, task: Task, family: StressFamily, found: Marks) -> FamilyResult:
    """What came of one family, with its shortest mistake."""
    wrong = np.flatnonzero(~found.good)
    shortest = None
    if wrong.size:
        first = found.first[wrong] if _may_be_cut(net, task) else family.lengths[wrong]
        column, at = wrong[first.argmin()], int(first.min())
        word = cut(task, family.symbols[:, column], at) if _may_be_cut(net, task) else family.symbols[:at, column]
        shortest = replayed(net, task, word)
    digits = share(int(found.right.sum()), int(found.tried.sum()))
    return FamilyResult(
        name=family.name, description=family.description, numbers=share_of(found.good), digits=digits, mistake=shortest
    )


def _may_be_cut(net: AbstractNet, task: Task) -> bool:
    """Whether a wrong word may be cut at its first wrong output: not where the net, or the task, looks at all of it."""
    return net.causal and task.transducer is not None


def _ripple_result(net: AbstractNet, task: Task, found: Rippled) -> FamilyResult:
    """One symbol held for every length."""
    mistake, held = None, found.right
    carry_chains = task.carry_chains[: held.shape[1]]
    breaks = np.where(held.all(axis=0), len(held), (~held).argmax(axis=0)) + [
        len(carry_chain.prefix) for carry_chain in carry_chains
    ]
    worst = int(breaks.argmin())
    if not held[:, worst].all():
        carry_chain, symbols = carry_chains[worst], np.zeros(int(breaks[worst]) + 1 + task.tail, np.uint16)
        symbols[: breaks[worst] + 1] = [
            *carry_chain.prefix,
            *[carry_chain.symbol] * (int(breaks[worst]) + 1 - len(carry_chain.prefix)),
        ]
        wrong = answers(net, symbols[:, None]) != task.targets(symbols[:, None])
        whole = symbols[: breaks[worst] + 1]
        mistake = replayed(net, task, cut(task, symbols, int(wrong.argmax())) if _may_be_cut(net, task) else whole)
    return FamilyResult(
        name="ripple",
        description="one symbol held, every length",
        numbers=share_of(held),
        digits=share(found.digits, found.tried),
        mistake=mistake,
    )


def curve_of(
    families: Sequence[StressFamily], rungs: Iterable[int], marked: Sequence[Marks], held: np.ndarray
) -> list[LengthPoint]:
    """Accuracy against length. The worst case at a length is over the stress families' words of just that length.

    Args:
        families: The stress families.
        rungs: The lengths of the curve.
        marked: What was made of each family's words, and then of the random words of each length.
        held: Whether the words of k = 1, 2, … held steps of each ripple were answered rightly.
    """
    points = []
    hard = [(family.lengths, found.good) for family, found in zip(families, marked, strict=False)]
    for rung, found in zip(rungs, marked[len(families) :], strict=True):
        worst = np.concatenate([held[rung - 1], *(good[lengths == rung] for lengths, good in hard)])
        random, digits = share_of(found.good), share(int(found.right.sum()), int(found.tried.sum()))
        points.append(LengthPoint(length=rung, random=random, digits=digits, worst=share_of(worst) if worst.size else random))
    return points
