"""The search for a wrong answer of a black box. All sources take turns; a wrong input is queried again, shortened, and confirmed.

A wrong answer is a fact about the function. If none is found, nothing is known: the verdict is then NOT REFUTED.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

import msgspec
import numpy as np

from anylength.base import quoted
from anylength.black_boxes.shorten import shorten
from anylength.black_boxes.sources import Columns, Coverage, Source, sources
from anylength.black_boxes.system import QueryBudget, QueryResult, SystemUnderLearning, text_of
from anylength.records import BlackBoxVerdict
from anylength.records.black_boxes import BOX_REFUTED, NOT_DETERMINISTIC, NOT_REFUTED

SEARCH_SHARE = 0.8
"""Fraction of the budget for the search. The rest is for shortening, which needs some hundred queries."""


@dataclass
class _Progress:
    """The progress of a search.

    Attributes:
        covered: The largest size of each kind of coverage.
        source: The source of the wrong input.
    """

    covered: dict[str, int] = field(default_factory=lambda: {"every": 0, "machines": 0})
    source: str = ""


def refute_function(system: SystemUnderLearning, budget: QueryBudget, *, limit: int, seed: int) -> BlackBoxVerdict:
    """The verdict on a function within a budget. `limit` is the longest random input in digits.

    Raises:
        InputError: The function failed to answer.
    """
    started, progress = time.monotonic(), _Progress()
    deadline = started + SEARCH_SHARE * (budget.deadline - started)
    search_budget = replace(budget, deadline=deadline, max_queries=max(1, SEARCH_SHARE * budget.max_queries))
    items = _take_turns(sources(system.codec, np.random.default_rng([seed, 17]), limit))
    wrong = _search(system, search_budget, progress, items)
    verdict = _not_refuted(system, progress) if wrong is None else _confirmed(system, wrong, budget, progress)
    return msgspec.structs.replace(verdict, seconds=time.monotonic() - started)


def _take_turns(running: dict[str, Source]) -> Iterator[tuple[str, Coverage | Columns]]:
    """One item of each source in turn, as long as there are any."""
    while running:
        for name, source in list(running.items()):
            item = next(source, None)
            if item is None:
                del running[name]
            else:
                yield name, item


def _search(
    system: SystemUnderLearning, budget: QueryBudget, progress: _Progress, items: Iterator[tuple[str, Coverage | Columns]]
) -> QueryResult | None:
    """The first wrong answer found within the budget, or None."""
    while (room := min(system.batch_size, budget.remaining(system.queries))) >= 1:
        batch = list(islice(items, int(room)))
        inputs = [(name, item) for name, item in batch if not isinstance(item, Coverage)]
        for (name, _), result in zip(inputs, system.query([columns for _, columns in inputs]), strict=True):
            if not result.correct:
                progress.source = name
                return result
        for _, item in batch:
            if isinstance(item, Coverage):
                progress.covered[item.kind] = item.size
    return None


def _confirmed(system: SystemUnderLearning, wrong: QueryResult, budget: QueryBudget, progress: _Progress) -> BlackBoxVerdict:
    """The verdict after a wrong answer: the query is repeated, shortened, and repeated once more."""
    if system.repeat(wrong).correct:
        return _not_deterministic(system, wrong, progress)
    shorter, is_shortest = shorten(system, wrong, budget, progress.covered["every"])
    repeated = system.repeat(shorter)
    if repeated.correct:
        return _not_deterministic(system, shorter, progress)
    length = len(shorter.columns)
    kind = "no shorter input is answered wrongly"
    if not is_shortest:
        kind = f"the shortest that was found, starting from {progress.source}"
    unit = system.codec.task.notation.unit
    reason = f"an input of {length} {unit}{'s' if length > 1 else ''} is answered wrongly ({kind})"
    if shorter.normalised is None:
        reason += f"; the answer {quoted(shorter.answer)} is not a possible answer of the task"
    if repeated.answer != shorter.answer:
        reason += f"; it is not deterministic: asked again, it answered {quoted(repeated.answer)}, which is also wrong"
    return _verdict(system, progress, BOX_REFUTED, reason, shorter, is_shortest)


def _not_deterministic(system: SystemUnderLearning, wrong: QueryResult, progress: _Progress) -> BlackBoxVerdict:
    """The verdict after a wrong answer that was right when the query was repeated."""
    answers = f"was answered {quoted(wrong.answer)}, and asked again {quoted(wrong.expected)}, which is right"
    reason = f"the function is not deterministic: {text_of(wrong.query)} {answers}"
    return _verdict(system, progress, NOT_DETERMINISTIC, reason, wrong)


def _not_refuted(system: SystemUnderLearning, progress: _Progress) -> BlackBoxVerdict:
    """The verdict without a wrong answer."""
    every, machines, unit = progress.covered["every"], progress.covered["machines"], system.codec.task.notation.unit
    reason = f"{system.queries:,} inputs of up to {system.longest:,} {unit}s were answered correctly"
    if every:
        reason += f", among them all inputs of up to {every} {unit}{'s' if every > 1 else ''}"
    if machines:
        reason += f"; if the function is a machine with at most {machines} states, it is the task's machine"
    return _verdict(system, progress, NOT_REFUTED, f"{reason}: that is no proof")


def _verdict(
    system: SystemUnderLearning,
    progress: _Progress,
    verdict: str,
    reason: str,
    wrong: QueryResult | None = None,
    shortest: bool = False,
) -> BlackBoxVerdict:
    """The record of a verdict."""
    mistake = wrong.mistake() if wrong else None
    return BlackBoxVerdict(
        task=system.codec.task.name,
        base=system.codec.task.base,
        verdict=verdict,  # type: ignore[arg-type]
        reason=reason,
        counterexample=mistake.numbers if mistake else None,
        mistake=mistake,
        shortest_confirmed=shortest,
        queries=system.queries,
        longest_query=system.longest,
        exhaustive_up_to=progress.covered["every"],
        conformance_states=progress.covered["machines"],
    )
