"""Quantise: a run whose weights are coarse numbers, and the verdict on that net; where asked for, tuned until it is provable."""

import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np

from anylength.errors import InputError
from anylength.experiments import folder
from anylength.experiments.environment import environment
from anylength.experiments.files import write_atomic
from anylength.experiments.harden import STRESS_DIGITS, distance, until_provable
from anylength.experiments.prove import check_budget, prove
from anylength.nets import AbstractGrid, AbstractNet, Net, answers, packed_bytes, rounded, tensors, to_bytes
from anylength.records import Epoch, Quantisation, RunConfig, Training, Verdict
from anylength.tasks import IGNORE_INDEX, Task
from anylength.training import TUNE, on_grid
from anylength.verification.certify import FixedPoint, coarsest_states

Progress = Callable[[Epoch, int], None]

RECIPE = "quantise"
COARSE, QUANTISATION = "quantised.safetensors", "quantisation.json"


def quantise(
    path: Path, out: Path, grid: AbstractGrid, *, tune: bool = False, budget: float = 60.0, progress: Progress | None = None
) -> Quantisation:
    """Rounds the weights of a finished run to a grid and writes the net as a run of its own, with its verdict.

    With `tune` weights are moved by certified training on the grid until the prover accepts the rounded net, as `harden` moves
    those of a float net; none where it accepts the rounded net at once. `budget` is for the verdict, in seconds.

    Raises:
        InputError: The run is not whole, `out` exists, a weight lies beyond the grid, or there is no proof to tune the net for.
    """
    started = time.perf_counter()
    check_budget(budget)
    old, task = folder.open_run(path)
    config, before = folder.config_of(path), folder.result_of(path)
    if out.exists():
        raise InputError("a new run folder", f"{str(out)!r}, which exists", "pass another --out")
    new, epochs = rounded(old, folder.net_config(config), grid), []
    if tune:
        new, epochs = _tuned(old, task, config, grid, progress)
    done = msgspec.structs.replace(before, epochs=len(epochs), seconds=sum(epoch.seconds for epoch in epochs))
    _write(out, new, config, grid, _measured(done, epochs))
    verdict = prove(out, budget=budget)
    moved, largest = distance(old, new)
    coarse, shapes = out / COARSE, {name: value.shape for name, value in tensors(new).items()}
    states = coarsest_states(new, (out / folder.CERTIFICATE).read_bytes()) if isinstance(new, Net) and verdict.formats else None
    result = Quantisation(
        run=str(out), path=str(coarse), verdict=verdict.verdict, to=grid.name, scales=grid.scales, parameters=new.parameters,
        exponents=sum(map(grid.exponents, shapes.values())), bits=grid.size(shapes), bytes=coarse.stat().st_size,
        updates=len(epochs) * TUNE.updates, moved=moved, largest=largest, changed=_changed(old, new, task),
        noise_budget=verdict.noise_budget, formats=verdict.formats, states=_said(verdict, grid, states),
        spacing=states.spacing if states else None, values=states.values if states else None,
        seconds=time.perf_counter() - started,
    )  # fmt: skip
    folder.write(out, QUANTISATION, result)
    return result


def _tuned(
    net: AbstractNet, task: Task, config: RunConfig, grid: AbstractGrid, progress: Progress | None
) -> tuple[AbstractNet, list[Epoch]]:
    """The first provable net on the grid on the way from these weights, and the epochs."""
    if not isinstance(net, Net) or not net.cell.bounded or task.transducer is None:
        got = f"{config.cell} on {config.task}"
        raise InputError("a net that a proof is possible for", got, "leave --tune out: its weights are then rounded as they are")
    found, epochs = until_provable(net, task, config, on_grid(TUNE, grid), progress)
    return rounded(found, folder.net_config(config), grid), epochs


def _measured(done: Training, epochs: list[Epoch]) -> Training:
    """The result with the accuracies of the last epoch, where there was one."""
    if not epochs:
        return done
    last = epochs[-1]
    return msgspec.structs.replace(done, train_accuracy=last.train_accuracy, validation_accuracy=last.validation_accuracy)


def _write(out: Path, net: AbstractNet, config: RunConfig, grid: AbstractGrid, done: Training) -> None:
    """The run folder, but for the verdict."""
    settings = {"to": grid.name, "scales": grid.scales or "", "updates": done.epochs * TUNE.updates}
    folder.create(out, msgspec.structs.replace(config, recipe=RECIPE, settings=settings), environment())
    net_config = folder.net_config(config)
    write_atomic(out / COARSE, packed_bytes(net, net_config, grid))
    write_atomic(out / folder.MODEL, to_bytes(net, net_config))
    folder.write(out, folder.DONE, done)


def _changed(old: AbstractNet, new: AbstractNet, task: Task) -> float:
    """Share of stress inputs that the two nets answer differently."""
    different, count = 0, 0
    for family in task.stress(np.random.default_rng(0), task.base, STRESS_DIGITS):
        counts = task.targets(family.symbols) != IGNORE_INDEX
        differs = answers(old, family.symbols) != answers(new, family.symbols)
        different += int((differs & counts).any(axis=0).sum())
        count += counts.shape[1]
    return different / count


def _said(verdict: Verdict, grid: AbstractGrid, states: FixedPoint | None) -> str | None:
    """Whether states may be stored as coarsely as weights, in words."""
    if not verdict.formats:
        return None
    if grid.scales is None:
        inside = grid.name in verdict.formats
        covered = f"states and logits stored in {grid.name} are covered too"
        return covered if inside else f"states and logits in float32: storing them in {grid.name} is not covered"
    if states is None:
        return "states in float32: the noise budget leaves nothing for coarser ones"
    return f"states in float32, or in multiples of {states.spacing:g}: {states.values:,} values are enough"
