"""The explanation of a net: evidence is gathered, turned into findings, and put into one record."""

import time
from collections.abc import Sequence

from anylength.diagnosis.evidence import HeldInputEvidence, examine_held_inputs, wrong_words
from anylength.diagnosis.failure_modes import failure_mode_of
from anylength.diagnosis.findings import MeasuredHorizon, findings
from anylength.diagnosis.portrait import portrait
from anylength.diagnosis.symbol_dynamics import basin_boundaries, fixed_point_results, slow_point_results, symbol_dynamics
from anylength.diagnosis.wording import symbol_text
from anylength.dynamics import HeldInput, predict_break
from anylength.dynamics.held_input_starts import evenly_spaced
from anylength.lengths import horizon
from anylength.nets import AbstractNet, Net, describe
from anylength.records import Explanation, Finding, HeldInputResult
from anylength.records.verdicts import NOT_APPLICABLE
from anylength.tasks import Task
from anylength.verification.verdicts import not_applicable

HORIZON_LIMIT = 2_000
"""Held steps that are run for the measured horizon: as many as `stress` runs by default."""

MAX_SYMBOLS = 10
"""Symbols whose fixed points are searched for at most. Each costs about a second."""

MAX_PORTRAITS = 3
"""Symbols with a phase portrait at most."""


def explain(net: AbstractNet, task: Task, counterexample: tuple[int, ...] | None = None) -> Explanation:
    """Why a net keeps or loses what a finite-state task must remember. If that does not apply, the only finding says why.

    Args:
        net: The net.
        task: Its task.
        counterexample: A word whose last answer is its first wrong one, if one is known. It is replayed and named in
            `counterexample`; the findings do not use it.
    """
    reason = not_applicable(net, task, describe(net, task))
    if reason is not None:
        return Explanation(task=task.name, findings=[Finding(failure_mode=NOT_APPLICABLE, text=reason)])
    assert isinstance(net, Net)
    started = time.monotonic()
    evidence = examine_held_inputs(net, task.machine)
    words = wrong_words(net, task.machine, evidence)
    symbols = evenly_spaced(sorted({part.start.symbol for part in evidence if part.start.remembers}), MAX_SYMBOLS)
    by_symbol = {symbol: [part for part in evidence if part.start.symbol == symbol] for symbol in symbols}
    dynamics = {symbol: symbol_dynamics(net, task, [part.start for part in by_symbol[symbol]]) for symbol in symbols}
    measured = MeasuredHorizon(horizon(net, task, HORIZON_LIMIT), HORIZON_LIMIT)
    return Explanation(
        task=task.name,
        findings=findings(net, task, evidence, words, measured),
        fixed_points=tuple(point for part in dynamics.values() for point in fixed_point_results(task, part)),
        slow_points=tuple(point for part in dynamics.values() for point in slow_point_results(task, part.held_map)),
        held_inputs=tuple(_held_input_result(task, part) for part in evidence),
        basin_boundaries=tuple(boundary for part in dynamics.values() for boundary in basin_boundaries(task, part)),
        portraits=tuple(portrait(task, dynamics[symbol], by_symbol[symbol]) for symbol in symbols[:MAX_PORTRAITS]),
        predicted_horizon=predicted_horizon(net, task),
        measured_horizon=measured.steps,
        limit=measured.limit,
        counterexample=None if counterexample is None else failure_mode_of(net, task.machine, counterexample),
        seconds=time.monotonic() - started,
    )


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
