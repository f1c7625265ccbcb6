"""Harden: from a net's given weights, the fewest certified-training updates that make it provable."""

import dataclasses
import time
from dataclasses import dataclass
from pathlib import Path

import jax
import msgspec
import numpy as np

from anylength.base import InputError
from anylength.cells import Gru
from anylength.experiments.better import STRESS_DIGITS, score_of
from anylength.experiments.budget import PROVE_SECONDS
from anylength.experiments.proving import save_verification
from anylength.experiments.save import RECIPE as SAVED
from anylength.experiments.save import config_of
from anylength.experiments.tuning import Progress, as_judged, derived_run, finish, train_in, train_until_provable
from anylength.nets import PROGRAM, AbstractNet, Net, answers, architecture_of, describe
from anylength.records import Epoch, Hardening, RunConfig, Training, Verdict
from anylength.records.verdicts import PROVED
from anylength.rules import Task
from anylength.runs import Run, layering_of, net_config, retrain_command, task_of
from anylength.training import CERTIFIED, HARDEN, Unrolled, cell_limit, hardening_named
from anylength.verification.verdicts import Verification, proved_steps, verify

NOWHERE = Path("RUN")
"""Stands for the run folder in the advice on a net that is hardened in memory."""


@dataclass(frozen=True)
class Hardened:
    """What hardening gives.

    Attributes:
        net: The net: the trained one, or the given one where the trained one is not proved and worse.
        record: What happened to it.
        verification: The verdict on it, with the certificate where it is PROVED.
    """

    net: Net
    record: Hardening
    verification: Verification


def harden(
    path: Path | Run, out: Path, *, recipe: str = HARDEN.name, resume: bool = False, progress: Progress | None = None
) -> Hardening:
    """Trains the net of a finished run until the prover accepts it, and writes it as a new run.

    The prover runs every few updates, so the number of updates is the fewest, up to that step. If the limit is reached without a
    proof, hardening gives up. The new run then has the trained net only if that is not worse than the given one, else the given
    one; and the result says what to try next.

    Args:
        path: The run.
        out: The new run folder.
        recipe: harden (small steps), or unrolled (large ones): as it trains from random weights, for a net that has not learned its
            task. Its weights then move far.
        resume: Whether to continue where `out` exists.
        progress: Called with each epoch and the epoch limit.

    Raises:
        InputError: The run is not finished; there is no such recipe; `out` exists (without `resume`) or was made from another net
            (with it); a disk error.
        KeyboardInterrupt: After a checkpoint was written; `resume` continues.
    """
    started = time.perf_counter()
    old = Run.open(path)
    net, config = _provable(old.net, old.task), old.config
    suited = hardening_named(recipe, old.task, config.cell, layering_of(config))
    run = derived_run(old, out, msgspec.structs.replace(config, recipe=suited.name, settings=suited.settings()), resume=resume)
    with run.locked():
        if run.finished and run.hardening is not None:
            return as_judged(run.hardening, run.verdict)
        trained, epochs = train_in(run, net, suited, progress)
        found = _judged(net, trained, run.config, run.task, suited, epochs, run.path, known=old.verdict)
        run.save_net(found.net)
        save_verification(run, found.verification)
        result = msgspec.structs.replace(found.record, run=str(out), seconds=time.perf_counter() - started)
        finish(run, _training(found.net, epochs), result)
    return result


def harden_net(net: AbstractNet, task: Task, *, recipe: str = HARDEN.name, progress: Progress | None = None) -> Hardened:
    """The same in memory: nothing is written.

    Args:
        net: The net.
        task: Its task.
        recipe: As for `harden`.
        progress: Called with each epoch and the epoch limit.

    Raises:
        InputError: No proof is possible for such a net or task, there is no such recipe, or the loss is no longer finite.
    """
    started = time.perf_counter()
    net, config = _provable(net, task), config_of(net, task, SAVED)
    suited = hardening_named(recipe, task, config.cell, layering_of(config))
    trained, epochs = train_until_provable(net, task, config, suited, progress)
    found = _judged(net, trained, config, task, suited, epochs)
    return dataclasses.replace(found, record=msgspec.structs.replace(found.record, seconds=time.perf_counter() - started))


def _provable(net: AbstractNet, task: Task) -> Net:
    """The net.

    Raises:
        InputError: No proof is possible for such a net or task.
    """
    if not isinstance(net, Net):
        got, remedy = (
            f"a net of {architecture_of(net).name}",
            "a net whose context grows cannot be proved, so it cannot be hardened",
        )
        raise InputError("a recurrent net", got, remedy)
    if task.transducer is None:
        raise InputError("a task with a finite machine", task.name, "no net can be proved for it, so none can be hardened")
    return net


def _judged(
    net: Net,
    trained: Net,
    config: RunConfig,
    task: Task,
    recipe: Unrolled,
    epochs: list[Epoch],
    folder: Path = NOWHERE,
    known: Verdict | None = None,
) -> Hardened:
    """The better of the given and the trained net, its verdict and its record; `known` is the verdict on the given one."""
    kept, verification = _better_of(net, _with_two_biases(trained), config, task, known)
    updates = len(epochs) * recipe.updates
    record = _result((net, kept), task, verification.verdict, updates)
    if record.verdict != PROVED:
        record = msgspec.structs.replace(record, advice=_advice(config, recipe, updates, folder, returned=kept is net))
    return Hardened(kept, record, verification)


def _with_two_biases(net: Net) -> Net:
    """A gru whose candidate's part of `bias_hh`, which training moves from zero, is added to `bias`: other libraries have two."""
    if not isinstance(net.cell, Gru) or net.cell.bias_hh is None:
        return net
    candidate = np.arange(3 * net.hidden) >= 2 * net.hidden
    bias, second = np.asarray(net.cell.bias), np.asarray(net.cell.bias_hh)
    added, rest = bias + np.where(candidate, second, np.float32(0)), np.where(candidate, np.float32(0), second)
    return dataclasses.replace(net, cell=dataclasses.replace(net.cell, bias=added, bias_hh=rest))


def _better_of(given: Net, trained: Net, config: RunConfig, task: Task, known: Verdict | None) -> tuple[Net, Verification]:
    """The trained net, or the given one where the trained one is not proved and worse; and what was verified of it."""

    def verified(net: Net) -> Verification:
        described = describe(net, task) if config.cell == PROGRAM else net_config(config)
        return verify(net, task, described, budget=PROVE_SECONDS)

    verification = verified(trained)
    if verification.verdict.verdict == PROVED:
        return trained, verification
    of_given = Verification(known) if known is not None and proved_steps(known) is None else verified(given)
    scores = [score_of(net, task, each.verdict.verdict) for net, each in ((given, of_given), (trained, verification))]
    if scores[1] >= scores[0]:
        return trained, verification
    return given, of_given if of_given.verdict.verdict != PROVED else verified(given)


def _advice(config: RunConfig, recipe: Unrolled, updates: int, folder: Path, *, returned: bool) -> str:
    """What happened after so many updates without a proof, and what to try next."""
    net = "the trained net was worse than the given one, which is kept" if returned else "the trained net is not worse, and is kept"
    limit = cell_limit(task_of(config), config.cell)
    return f"gave up after {updates:,} updates without a proof; {net}; {limit or _next(config, recipe, folder)}"


def _next(config: RunConfig, recipe: Unrolled, folder: Path) -> str:
    """What to try where hardening gave up."""
    if recipe.name == HARDEN.name:
        return 'try --recipe unrolled (in Python recipe="unrolled"): larger steps, and weights that may move far'
    if config.cell == PROGRAM:
        return "try gates that start closed, more units, or the worst-case loss of anylength.torch"
    command = retrain_command(config, folder, "--recipe", CERTIFIED.name)
    return f"try a net that is trained to be provable from the start: {command}"


def _training(net: Net, epochs: list[Epoch]) -> Training:
    """The result of hardening as a training."""
    last = epochs[-1] if epochs else None
    return Training(
        epochs=len(epochs), train_accuracy=last.train_accuracy if last else 1.0,
        validation_accuracy=last.validation_accuracy if last else 1.0,
        seconds=sum(epoch.seconds for epoch in epochs), parameters=net.parameters,
    )  # fmt: skip


def _result(nets: tuple[Net, Net], task: Task, verdict: Verdict, updates: int) -> Hardening:
    """The record of the net before and the net after, without its folder and seconds."""
    changed, corrected, broken = _compared(*nets, task)
    moved, largest_change = distance(*nets)
    return Hardening(
        run="", verdict=verdict.verdict, updates=updates, moved=moved,
        largest_change=largest_change, answers_changed=changed, answers_corrected=corrected, answers_broken=broken,
        noise_budget=verdict.noise_budget, seconds=0.0,
    )  # fmt: skip


def distance(old: AbstractNet, new: AbstractNet) -> tuple[float, float]:
    """How far the weights moved: the Euclidean distance, relative unless all were 0, and the largest single change."""
    before, after = (np.concatenate([np.ravel(leaf).astype(np.float64) for leaf in jax.tree.leaves(net)]) for net in (old, new))
    moved, length = float(np.linalg.norm(after - before)), float(np.linalg.norm(before))
    return moved / length if length else moved, float(np.abs(after - before).max())


def _compared(old: Net, new: Net, task: Task) -> tuple[float, int, int]:
    """The share of stress inputs with another answer, the number that became right, and the number that became wrong."""
    different, corrected, broken, count = 0, 0, 0, 0
    for family in task.stress(np.random.default_rng(0), task.base, STRESS_DIGITS):
        targets = task.targets(family.symbols)
        before, after = answers(old, family.symbols), answers(new, family.symbols)
        right_before, right_after = (before == targets).all(axis=0), (after == targets).all(axis=0)
        different += int((before != after).any(axis=0).sum())
        corrected += int((~right_before & right_after).sum())
        broken += int((right_before & ~right_after).sum())
        count += family.symbols.shape[1]
    return different / count, corrected, broken
