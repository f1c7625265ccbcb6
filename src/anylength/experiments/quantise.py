"""Quantise: a run with coarse weights, and the verdict on it. With tuning, weights move on the grid until there is a proof."""

import dataclasses
import time
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from anylength.base import InputError
from anylength.experiments.budget import check_budget
from anylength.experiments.harden import STRESS_DIGITS, distance
from anylength.experiments.proving import save_verification
from anylength.experiments.tuning import Progress, as_judged, derived_run, finish, train_in
from anylength.nets import AbstractGrid, AbstractNet, Net, answers, packed_bytes, round_to_grid, tensors
from anylength.records import Epoch, Proved, Quantisation, RunConfig, Training, Verdict
from anylength.rules import IGNORE_INDEX, Task
from anylength.runs import Run, layout
from anylength.training import TUNE
from anylength.verification.certify import StateGrid, coarsest_state_grid
from anylength.verification.verdicts import verify

RECIPE = "quantise"
"""The recipe's name in the configuration of a quantised net."""


def quantise(
    path: Path | Run, out: Path, grid: AbstractGrid, *, tune: bool = False, budget: float = 60.0, resume: bool = False,
    progress: Progress | None = None,
) -> Quantisation:  # fmt: skip
    """Rounds the weights of a finished run to a grid, and writes the net as a new run with its verdict.

    Args:
        path: The run.
        out: The new run folder.
        grid: The numbers that weights may be.
        tune: Whether certified training moves the weights on the grid until the prover accepts the rounded net. Where it accepts
            the rounded net at once, no weight moves.
        budget: Seconds for the verdict.
        resume: Whether to continue where `out` exists.
        progress: Called with each epoch of tuning and the epoch limit.

    Raises:
        InputError: The run is not finished, `out` exists (without `resume`) or was made from another net or with other options
            (with it), a weight lies beyond the grid, or there is no proof to tune the net for.
        KeyboardInterrupt: While tuning after a checkpoint was written; `resume` continues.
    """
    started = time.perf_counter()
    check_budget(budget)
    old = Run.open(path)
    rounded = round_to_grid(old.net, old.net_config, grid)
    if tune:
        _require_provable(old)
    run = derived_run(old, out, _config(old.config, grid, tune=tune), resume=resume)
    with run.locked():
        if run.finished and run.quantisation is not None:
            return as_judged(run.quantisation, run.verdict, **_proved(run, run.net, grid, run.verdict))
        net, epochs = _tuned(run, old, grid, progress) if tune else (rounded, [])
        run.write(layout.QUANTISED_WEIGHTS, packed_bytes(net, run.config_of(net), grid))
        run.save_net(net)
        verdict = save_verification(run, verify(net, run.task, run.config_of(net), budget=budget))
        result = _result(old, run, net, grid, verdict, epochs)
        result = msgspec.structs.replace(result, seconds=time.perf_counter() - started)
        finish(run, _training(old.result(), epochs), result)
    return result


def _require_provable(old: Run) -> None:
    """Raises InputError where no proof is possible that a net could be tuned for."""
    net, config = old.net, old.config
    if not isinstance(net, Net) or not net.cell.has_fixed_size_state or old.task.transducer is None:
        got = f"{config.cell} on {config.task}"
        raise InputError("a net that a proof is possible for", got, "leave --tune out: its weights are then rounded as they are")


def _tuned(run: Run, old: Run, grid: AbstractGrid, progress: Progress | None) -> tuple[AbstractNet, list[Epoch]]:
    """The first provable net on the grid on the way from the old run's weights, and the epochs."""
    net = old.net
    assert isinstance(net, Net)  # `_require_provable` refuses other nets
    tuned, epochs = train_in(run, net, dataclasses.replace(TUNE, grid=grid), progress)
    return round_to_grid(tuned, run.config_of(tuned), grid), epochs


def _config(config: RunConfig, grid: AbstractGrid, *, tune: bool) -> RunConfig:
    settings = {"to": grid.name, "scales": grid.scales or "", "tune": tune}
    return msgspec.structs.replace(config, recipe=RECIPE, settings=settings)


def _training(before: Training, epochs: list[Epoch]) -> Training:
    """The result of tuning: its epochs, and the accuracies of the last one. Without epochs the accuracies stay."""
    result = msgspec.structs.replace(before, epochs=len(epochs), seconds=sum(epoch.seconds for epoch in epochs))
    if not epochs:
        return result
    last = epochs[-1]
    return msgspec.structs.replace(result, train_accuracy=last.train_accuracy, validation_accuracy=last.validation_accuracy)


def _result(old: Run, new: Run, net: AbstractNet, grid: AbstractGrid, verdict: Verdict, epochs: list[Epoch]) -> Quantisation:
    """The record, without its seconds."""
    moved, largest = distance(old.net, net)
    weights, shapes = new.path / layout.QUANTISED_WEIGHTS, {name: value.shape for name, value in tensors(net).items()}
    return Quantisation(
        run=str(new.path),
        path=str(weights),
        verdict=verdict.verdict,
        weight_format=grid.name,
        exponent_sharing=grid.scales,
        parameters=net.parameters,
        exponents=sum(map(grid.exponent_count, shapes.values())),
        total_bits=grid.total_bits(shapes),
        file_bytes=weights.stat().st_size,
        updates=len(epochs) * TUNE.updates,
        moved=moved,
        largest_change=largest,
        answers_changed=_changed(old.net, net, old.task),
        noise_budget=verdict.noise_budget,
        seconds=0.0,
        **_proved(new, net, grid, verdict),
    )


def _proved(run: Run, net: AbstractNet, grid: AbstractGrid, verdict: Verdict | None) -> dict[str, Any]:
    """What a judged verdict and its certificate say of states and formats."""
    if not isinstance(verdict, Proved) or not verdict.formats:
        return {"formats": (), "state_note": None, "state_spacing": None, "state_values": None}
    states = coarsest_state_grid(net, run.certificate or b"") if isinstance(net, Net) else None
    return {
        "formats": verdict.formats,
        "state_note": _states_text(verdict, grid, states),
        "state_spacing": states.spacing if states else None,
        "state_values": states.values if states else None,
    }


def _changed(old: AbstractNet, new: AbstractNet, task: Task) -> float:
    """The share of stress inputs that the two nets answer differently."""
    different, count = 0, 0
    for family in task.stress(np.random.default_rng(0), task.base, STRESS_DIGITS):
        graded = task.targets(family.symbols) != IGNORE_INDEX
        differs = answers(old, family.symbols) != answers(new, family.symbols)
        different += int((differs & graded).any(axis=0).sum())
        count += graded.shape[1]
    return different / count


def _states_text(verdict: Proved, grid: AbstractGrid, states: StateGrid | None) -> str:
    """Whether states may be stored as coarsely as weights, in words."""
    if grid.scales is None:
        if grid.name in verdict.formats:
            return f"states and logits stored in {grid.name} are covered too"
        return f"states and logits in float32: storing them in {grid.name} is not covered"
    if states is None:
        return "states in float32: the noise budget leaves nothing for coarser ones"
    return f"states in float32, or in multiples of {states.spacing:g}: {states.values:,} values are enough"
