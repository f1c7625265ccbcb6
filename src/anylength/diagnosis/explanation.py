"""The explanation of a net: evidence is gathered, turned into findings, and put into one record."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from anylength.diagnosis.evidence import HeldInputEvidence, examine_held_input, wrong_words
from anylength.diagnosis.failure_modes import failure_mode_of
from anylength.diagnosis.findings import KEEPS, MeasuredHorizon, findings
from anylength.diagnosis.portrait import portrait
from anylength.diagnosis.symbol_dynamics import basin_boundaries, fixed_point_results, slow_point_results, symbol_dynamics
from anylength.diagnosis.wording import symbol_text
from anylength.dynamics import HeldInput, OutOfTimeError, held_input_starts, predict_break, time_limit
from anylength.dynamics.held_input_starts import HeldInputStart
from anylength.lengths import horizon
from anylength.lengths.stress import DEFAULT_LIMIT
from anylength.nets import AbstractNet, Net, describe
from anylength.records import (
    BasinBoundaryResult,
    Explanation,
    Finding,
    FixedPointResult,
    HeldInputResult,
    Portrait,
    SlowPointResult,
)
from anylength.records.explanations import PREDICTED_HORIZON, UNFINISHED
from anylength.records.verdicts import NOT_APPLICABLE
from anylength.rules import Task, evenly_chosen
from anylength.verification.verdicts import not_applicable

Part = TypeVar("Part")


@dataclass(frozen=True)
class _Parts:
    """The parts of an explanation. One that does not end in time is left out whole.

    Attributes:
        progress: Called with the name of each part before its work.
        left_out: The names of those that were left out.
    """

    progress: Callable[[str], None]
    left_out: list[str] = field(default_factory=list)

    def made(self, name: str, until: float, part: Callable[[], Part]) -> Part | None:
        """A part; None where it does not end until then (`time.monotonic`)."""
        self.progress(name)
        try:
            with time_limit(until):
                return part()
        except OutOfTimeError:
            self.left_out.append(name)
            return None


def explain(
    net: AbstractNet, task: Task, counterexample: tuple[int, ...] | None = None, *, budget: float = math.inf,
    progress: Callable[[str], None] = lambda part: None,
) -> Explanation:  # fmt: skip
    """Why a net keeps or loses what a finite-state task must remember. If that does not apply, the only finding says why.

    Args:
        net: The net.
        task: Its task.
        counterexample: A word whose last answer is its first wrong one, if one is known. It is replayed and named in
            `counterexample`; the findings do not use it.
        budget: Seconds to spend, about. Parts that do not end in time are left out, and named in `left_out`.
        progress: Called with the name of each part before its work.
    """
    reason = not_applicable(net, task, describe(net, task))
    if reason is not None:
        return Explanation(task=task.name, findings=[Finding(failure_mode=NOT_APPLICABLE, text=reason)])
    assert isinstance(net, Net)
    started = time.monotonic()
    parts, deadline = _Parts(progress), started + budget
    # half of the budget for the held inputs, and half of the rest for the search near them (not tuned: for small nets all
    # takes some seconds)
    until = started + 0.5 * budget
    starts = held_input_starts(task.machine)
    predicted = parts.made(PREDICTED_HORIZON, _share(until, len(starts) + 1), lambda: (predicted_horizon(net, task),))
    examined = [
        parts.made(_held_text(task, start), _share(until, left), partial(examine_held_input, net, task.machine, start))
        for left, start in zip(range(len(starts), 0, -1), starts, strict=True)
    ]
    evidence = [part for part in examined if part is not None]
    now = time.monotonic()
    words = parts.made("words nearby", now + 0.5 * (deadline - now), lambda: wrong_words(net, task.machine, evidence))
    is_searched = words is not None and len(evidence) == len(examined)
    # each symbol costs about a second
    symbols = evenly_chosen(sorted({part.start.symbol for part in evidence if part.start.remembers}), 10)
    made = [
        parts.made(f"fixed points under {symbol_text(task, s)}", _share(deadline, len(symbols) - k), work)
        for k, s in enumerate(symbols)
        for work in [partial(_under_symbol, net, task, evidence, s, k)]
    ]
    dynamics = [part for part in made if part is not None]
    measured = MeasuredHorizon(horizon(net, task, DEFAULT_LIMIT), DEFAULT_LIMIT)
    found = findings(net, task, evidence, words or [], measured)
    return Explanation(
        task=task.name,
        findings=found if is_searched or found[0].failure_mode != KEEPS else [_unfinished(budget)],
        fixed_points=tuple(point for part in dynamics for point in part.fixed_points),
        slow_points=tuple(point for part in dynamics for point in part.slow_points),
        held_inputs=tuple(_held_input_result(task, part) for part in evidence),
        basin_boundaries=tuple(boundary for part in dynamics for boundary in part.basin_boundaries),
        portraits=tuple(part.portrait for part in dynamics if part.portrait is not None),
        predicted_horizon=predicted[0] if predicted else None,
        measured_horizon=measured.steps,
        limit=measured.limit,
        counterexample=None if counterexample is None else failure_mode_of(net, task.machine, counterexample),
        left_out=tuple(parts.left_out),
        seconds=time.monotonic() - started,
    )


def _share(until: float, parts: int) -> float:
    """When the first of so many parts must end, each with its share of the time until then."""
    now = time.monotonic()
    return now + (until - now) / parts


@dataclass(frozen=True)
class _UnderSymbol:
    """What is found under one held symbol."""

    fixed_points: list[FixedPointResult]
    slow_points: list[SlowPointResult]
    basin_boundaries: list[BasinBoundaryResult]
    portrait: Portrait | None


def _under_symbol(net: Net, task: Task, evidence: Sequence[HeldInputEvidence], symbol: int, k: int) -> _UnderSymbol:
    """The dynamics of the k-th symbol. The first ones also get a portrait."""
    own = [part for part in evidence if part.start.symbol == symbol]
    found = symbol_dynamics(net, task, [part.start for part in own])
    return _UnderSymbol(
        fixed_point_results(task, found), slow_point_results(task, found.held_map), basin_boundaries(task, found),
        portrait(task, found, own) if k < 3 else None,
    )  # fmt: skip


def _unfinished(budget: float) -> Finding:
    """The finding where nothing wrong was found, and not all was searched."""
    text = f"In {budget:g} seconds not all was examined, and no wrong answer was found in the rest: pass a larger budget."
    return Finding(failure_mode=UNFINISHED, text=text)


def _held_text(task: Task, start: HeldInputStart) -> str:
    """A held input by name."""
    symbol = f"{symbol_text(task, start.symbol)} repeated"
    return f"{symbol} after {_word_text(task, start.prefix)}" if start.prefix else symbol


def predicted_horizon(net: Net, task: Task) -> int | None:
    """The horizon according to the dynamics: the first predicted break of all carry chains. None if none breaks."""
    held_inputs = [HeldInput.of(net, task.machine, chain.prefix, chain.symbol, tail=task.tail) for chain in task.carry_chains]
    breaks = [predict_break(held_input).steps for held_input in held_inputs]
    return min((steps for steps in breaks if steps is not None), default=None)


def _held_input_result(task: Task, evidence: HeldInputEvidence) -> HeldInputResult:
    start, prediction = evidence.start, evidence.prediction
    return HeldInputResult(
        prefix=_word_text(task, start.prefix),
        symbol=symbol_text(task, start.symbol),
        state=task.machine.names[start.state],
        remembers=start.remembers,
        predicted=prediction.steps,
        measured=evidence.measured,
        limit=evidence.limit,
        method=prediction.method,
        mechanism=prediction.mechanism,
        eigenvalue=float(abs(prediction.reduction.eigenvalues[0])),
        speed=prediction.reduction.point.speed,
    )


def _word_text(task: Task, word: Sequence[int]) -> str:
    """The symbols of a word in reading order."""
    return " ".join(symbol_text(task, symbol) for symbol in word)
