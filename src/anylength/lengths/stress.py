"""Stress tests: random and worst-case words of many lengths, the horizon, and wrong answers as whole numbers."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from anylength.base import InputError, Symbols, brief, check_seed, is_whole
from anylength.lengths.answer import mistake_on, truncate
from anylength.lengths.horizon import HeldInputResults, first_false, run_held_inputs
from anylength.lengths.suite import Suite, WordScores, build_suite
from anylength.nets import AbstractNet, Net, answers
from anylength.records import FamilyResult, LengthPoint, Mistake, Stress
from anylength.records.lengths import HELD_INPUT_FAMILY
from anylength.rules import CarryChain, StressFamily, Task
from anylength.rules import lengths as lengths_of_phases
from anylength.statistics import share, share_of

MIN_LIMIT, MAX_LIMIT, DEFAULT_LIMIT = 3, 1_000_000, 2000
"""Limits of a stress test, in digits. The default is the last of `CURVE_LENGTHS`; a test takes time linear in its limit."""

MAX_CONTEXT_LIMIT, DEFAULT_CONTEXT_LIMIT = 500, 200
"""The same for nets whose context grows: their time is quadratic in the length of a word."""

HELD_INPUT_DESCRIPTION = "one symbol repeated, every length up to the limit"


def stress(net: AbstractNet, task: Task, *, limit: int | None = None, seed: int = 0) -> Stress:
    """Tests a net on the task's stress inputs up to words of `limit` symbols (default 2,000, or 200 if the context grows).

    Raises:
        InputError: A seed out of range, or a limit outside 3…1,000,000 (3…500 if the context grows).
    """
    limit = check_limit(limit, in_context=not isinstance(net, Net))
    check_seed(seed)
    return run_suite(net, build_suite(task, limit, seed))


def check_limit(limit: int | None, *, in_context: bool) -> int:
    """The limit, or the default one. `in_context`: for a net whose context grows.

    Raises:
        InputError: The limit is too small or too large for these nets.
    """
    largest, default = (MAX_CONTEXT_LIMIT, DEFAULT_CONTEXT_LIMIT) if in_context else (MAX_LIMIT, DEFAULT_LIMIT)
    limit = default if limit is None else limit
    if not is_whole(limit, MIN_LIMIT, largest):
        raise InputError(f"a limit of {MIN_LIMIT} to {largest:,} digits", _figures(limit), f"pass for example --limit {default}")
    return limit


def _figures(value: Any) -> str:
    """A number with its thousands apart; another value as Python writes it."""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else brief(value)


def run_suite(net: AbstractNet, suite: Suite) -> Stress:
    """The stress test of a net on a suite. `stress` builds the suite first; many nets can share one."""
    return run_and_score(net, suite)[0]


def run_and_score(net: AbstractNet, suite: Suite) -> tuple[Stress, list[WordScores]]:
    """The stress test of a net on a suite, and the scores of each family's words, then those of the words of each length."""
    started, task, limit = time.perf_counter(), suite.task, suite.limit
    all_scores = suite.score(net)
    scores = [all_scores.take(words) for words in suite.slices]
    results = [_family_result(net, task, family, of_family) for family, of_family in zip(suite.families, scores, strict=False)]
    held_correct = np.ones((limit, 0), bool)
    if task.carry_chains:
        held = run_held_inputs(net, task, limit)
        held_correct = held.correct
        results.insert(0, _held_input_result(net, task, held))
    result = Stress(
        task=task.name,
        base=task.base,
        horizon=first_false(held_correct.all(axis=1)),
        limit=limit,
        curve=length_curve([with_input_lengths(task, family) for family in suite.families], suite.curve, scores, held_correct),
        families=results,
        shortest_mistake=shortest_mistake(results),
        seconds=time.perf_counter() - started,
    )
    return result, scores


def with_input_lengths(task: Task, family: StressFamily) -> StressFamily:
    """The family with the lengths of its inputs, as in the curve: the number of symbols before the first marker."""
    return replace(family, lengths=lengths_of_phases(family.symbols, task.base, task.letters)) if task.markers else family


def shortest_mistake(results: Sequence[FamilyResult]) -> Mistake | None:
    """The mistake of all families with the fewest digits, or None."""
    mistakes = [result.shortest_mistake for result in results if result.shortest_mistake]
    return min(mistakes, key=lambda mistake: max(map(len, mistake.numbers)), default=None)


def length_curve(
    families: Sequence[StressFamily], lengths: Iterable[int], scores: Sequence[WordScores], held_correct: np.ndarray
) -> list[LengthPoint]:
    """Accuracy against length. The worst case at a length is over the words of the stress families with exactly that length.

    Args:
        families: The stress families.
        lengths: The lengths of the curve.
        scores: The scores of each family's words, then those of the random words of each length.
        held_correct: `[limit, R]` whether the words of k = 1 … limit repetitions of each carry chain were answered right.
    """
    points = []
    hard = [(family.lengths, of_family.correct) for family, of_family in zip(families, scores, strict=False)]
    for length, of_length in zip(lengths, scores[len(families) :], strict=True):
        worst = np.concatenate([held_correct[length - 1], *(correct[sizes == length] for sizes, correct in hard)])
        random, digits = share_of(of_length.correct), share(int(of_length.right.sum()), int(of_length.outputs.sum()))
        hardest = share_of(worst) if worst.size else None
        points.append(LengthPoint(length=length, random=random, random_digits=digits, worst=hardest))
    return points


def _family_result(net: AbstractNet, task: Task, family: StressFamily, scores: WordScores) -> FamilyResult:
    """The result of one family, with its shortest mistake."""
    wrong, shortest = np.flatnonzero(~scores.correct), None
    if wrong.size:
        ends = scores.first_wrong[wrong] if _can_truncate(net, task) else family.lengths[wrong]
        column, end = family.symbols[:, wrong[ends.argmin()]], int(ends.min())
        shortest = mistake_on(net, task, truncate(task, column, end) if _can_truncate(net, task) else column[:end])
    return FamilyResult(
        name=family.name,
        description=family.description,
        numbers=share_of(scores.correct),
        digits=share(int(scores.right.sum()), int(scores.outputs.sum())),
        shortest_mistake=shortest,
    )


def _held_input_result(net: AbstractNet, task: Task, held: HeldInputResults) -> FamilyResult:
    """The result of all words that repeat one symbol, with the shortest mistake."""
    chains = task.carry_chains[: held.correct.shape[1]]
    repetitions = np.where(held.correct.all(axis=0), len(held.correct), (~held.correct).argmax(axis=0))
    lengths = repetitions + [len(chain.prefix) for chain in chains]
    first = int(lengths.argmin())
    mistake = None if held.correct[:, first].all() else _held_input_mistake(net, task, chains[first], int(lengths[first]) + 1)
    return FamilyResult(
        name=HELD_INPUT_FAMILY,
        description=HELD_INPUT_DESCRIPTION,
        numbers=share_of(held.correct),
        digits=share(held.outputs_correct, held.outputs),
        shortest_mistake=mistake,
    )


def _held_input_mistake(net: AbstractNet, task: Task, chain: CarryChain, length: int) -> Mistake:
    """The mistake on the word of a carry chain with `length` symbols."""
    symbols: Symbols = np.zeros(length + task.tail, np.uint16)
    symbols[:length] = [*chain.prefix, *[chain.symbol] * (length - len(chain.prefix))]
    wrong = answers(net, symbols[:, None]) != task.targets(symbols[:, None])
    truncated = truncate(task, symbols, int(wrong.argmax())) if _can_truncate(net, task) else symbols[:length]
    return mistake_on(net, task, truncated)


def _can_truncate(net: AbstractNet, task: Task) -> bool:
    """Whether a wrong word may be truncated after its first wrong output: if neither the net nor the task looks ahead."""
    return net.causal and task.transducer is not None
