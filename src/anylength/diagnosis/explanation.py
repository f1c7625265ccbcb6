"""The explanation of a net: evidence gathered, named, and put into one record."""

import time
from collections.abc import Sequence

from anylength.diagnosis.evidence import HeldInputEvidence, examine_held_inputs, wrong_words
from anylength.diagnosis.failure_modes import failure_mode_of
from anylength.diagnosis.findings import findings, symbol_text
from anylength.diagnosis.portrait import portrait
from anylength.diagnosis.symbol_dynamics import basin_boundaries, points, slow_point_results, symbol_dynamics
from anylength.dynamics import HeldInput, predict_break
from anylength.dynamics.held_input_starts import evenly_spaced
from anylength.lengths import horizon
from anylength.nets import AbstractNet, Net, describe
from anylength.records import Explanation, Finding, HeldInputResult
from anylength.records.verdicts import NOT_APPLICABLE
from anylength.tasks import Task
from anylength.verification.verdicts import not_applicable

LIMIT = 2_000
"""Held steps of the measured horizon."""

SYMBOLS, PORTRAITS = 10, 3
"""Symbols whose resting points are looked for, and those with a portrait."""


def explain(net: AbstractNet, task: Task, counterexample: tuple[int, ...] | None = None) -> Explanation:
    """Why a net keeps or loses what a finite-state task must remember; where that makes no sense, the one finding says why.

    Args:
        net: The net.
        task: Its task.
        counterexample: A word whose last answer is the first wrong one, where one is known: only `counterexample` comes of it.
    """
    reason = not_applicable(net, task, describe(net, task))
    if reason is not None:
        return Explanation(task=task.name, findings=[Finding(failure_mode=NOT_APPLICABLE, text=reason)])
    assert isinstance(net, Net)
    started = time.monotonic()
    held_inputs = examine_held_inputs(net, task.machine)
    words = wrong_words(net, task.machine, held_inputs)
    telling = evenly_spaced(sorted({each.entry.symbol for each in held_inputs if each.entry.remembers}), SYMBOLS)
    beginnings = {symbol: [each for each in held_inputs if each.entry.symbol == symbol] for symbol in telling}
    here = {symbol: symbol_dynamics(net, task, [each.entry for each in beginnings[symbol]]) for symbol in telling}
    return Explanation(
        task=task.name,
        findings=findings(net, task, held_inputs, words),
        fixed_points=tuple(point for each in here.values() for point in points(task, each)),
        slow_points=tuple(place for each in here.values() for place in slow_point_results(task, each.held)),
        held_inputs=tuple(_result(task, each) for each in held_inputs),
        basin_boundaries=tuple(border for each in here.values() for border in basin_boundaries(task, each)),
        portraits=tuple(portrait(task, here[symbol], beginnings[symbol]) for symbol in telling[:PORTRAITS]),
        predicted_horizon=predicted_horizon(net, task),
        measured_horizon=horizon(net, task, LIMIT),
        limit=LIMIT,
        counterexample=None if counterexample is None else failure_mode_of(net, task.machine, counterexample),
        seconds=time.monotonic() - started,
    )


def predicted_horizon(net: Net, task: Task) -> int | None:
    """The horizon as the dynamics predict it: the first break of all ripples, None where none breaks."""
    found = [
        predict_break(HeldInput.of(net, task.machine, each.prefix, each.symbol, tail=task.tail)).steps for each in task.carry_chains
    ]
    return min((steps for steps in found if steps is not None), default=None)


def _result(task: Task, each: HeldInputEvidence) -> HeldInputResult:
    return HeldInputResult(
        prefix=_spelled(task, each.entry.prefix),
        symbol=symbol_text(task, each.entry.symbol),
        state=task.machine.names[each.entry.state],
        remembers=each.entry.remembers,
        predicted=each.found.steps,
        measured=each.measured,
        limit=each.limit,
        method=each.found.method,
        mechanism=each.found.mechanism,
        eigenvalue=float(abs(each.found.reduction.eigenvalues[0])),
        speed=each.found.reduction.point.speed,
    )


def _spelled(task: Task, word: Sequence[int]) -> str:
    """Symbols in the order in which they are read."""
    return " ".join(symbol_text(task, symbol) for symbol in word)
