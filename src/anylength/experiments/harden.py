"""Harden: from a net's given weights, the fewest certified-training updates that make it provable."""

import time
from pathlib import Path

import jax
import msgspec
import numpy as np

from anylength.errors import InputError
from anylength.experiments.better import STRESS_DIGITS, score_of
from anylength.experiments.runs import PROVE_SECONDS, Run, layering_of
from anylength.experiments.tuning import Progress, as_judged, derived_run, finish, train_in
from anylength.nets import PROGRAM, AbstractNet, Net, answers
from anylength.records import Epoch, Hardening, Training, Verdict
from anylength.records.verdicts import PROVED
from anylength.tasks import Task
from anylength.training import HARDEN, cell_limit, hardening
from anylength.verification.verdicts import Verification, verify


def harden(path: Path | Run, out: Path, *, resume: bool = False, progress: Progress | None = None) -> Hardening:
    """Trains the net of a finished run until the prover accepts it, and writes it as a new run.

    The prover runs every few updates, so the number of updates is the fewest, up to that step. If the limit is reached without a
    proof, hardening gives up. The new run then has the trained net only if that is not worse than the given one, else the given
    one; and the result says what to try next.

    Args:
        path: The run.
        out: The new run folder.
        resume: Whether to continue where `out` exists.
        progress: Called with each epoch and the epoch limit.

    Raises:
        InputError: The run is not finished; `out` exists (without `resume`) or was made from another net (with it); a disk error.
        KeyboardInterrupt: After a checkpoint was written; `resume` continues.
    """
    started = time.perf_counter()
    old = Run.open(path)
    net, config = old.net, old.config
    if not isinstance(net, Net):
        raise InputError(
            "a recurrent net", f"a run of {config.cell}", "a net whose context grows cannot be proved, so it cannot be hardened"
        )
    recipe = hardening(HARDEN, config.cell, layering_of(config))
    run = derived_run(old, out, msgspec.structs.replace(config, recipe=recipe.name, settings=recipe.settings()), resume=resume)
    with run.locked():
        if run.finished and run.hardening is not None:
            return as_judged(run.hardening, run.verdict)
        trained, epochs = train_in(run, net, recipe, progress)
        kept, verification = _better_of(net, trained, old, run)
        run.save_net(kept)
        verdict = run.save_verification(verification)
        result = _result(out, (net, kept), run.task, verdict, epochs)
        advice = msgspec.UNSET if verdict.verdict == PROVED else _advice(run, len(epochs) * HARDEN.updates, returned=kept is net)
        result = msgspec.structs.replace(result, seconds=time.perf_counter() - started, advice=advice)
        finish(run, _training(kept, epochs), result)
    return result


def _better_of(given: Net, trained: Net, old: Run, run: Run) -> tuple[Net, Verification]:
    """The trained net, or the given one where the trained one is not proved and worse; and what was verified of it."""

    def verified(net: Net) -> Verification:
        return verify(net, run.task, run.config_of(net), budget=PROVE_SECONDS)

    verification = verified(trained)
    if verification.verdict.verdict == PROVED:
        return trained, verification
    known = old.verdict
    of_given = Verification(known) if known is not None else verified(given)
    scores = [score_of(net, run.task, each.verdict.verdict) for net, each in ((given, of_given), (trained, verification))]
    if scores[1] >= scores[0]:
        return trained, verification
    return given, of_given if of_given.verdict.verdict != PROVED else verified(given)


def _advice(run: Run, updates: int, *, returned: bool) -> str:
    """What happened after so many updates without a proof, and what to try next."""
    net = "the trained net was worse than the given one, which is kept" if returned else "the trained net is not worse, and is kept"
    return f"gave up after {updates:,} updates without a proof; {net}; {cell_limit(run.task, run.config.cell) or _next(run)}"


def _next(run: Run) -> str:
    """What to try where hardening gave up."""
    if run.config.cell == PROGRAM:
        return "try to train it with the worst-case loss of anylength.torch, or a net of one of anylength's own cells"
    layers = layering_of(run.config)
    words = f" --layers {layers.count} --between {layers.between}" if layers.count > 1 else ""
    command = f"anylength train {run.config.task} --cell {run.config.cell}{words} --recipe certified"
    return f"try a net that is trained to be provable from the start: {command}"


def _training(net: Net, epochs: list[Epoch]) -> Training:
    """The result of hardening as a training."""
    last = epochs[-1] if epochs else None
    return Training(
        epochs=len(epochs), train_accuracy=last.train_accuracy if last else 1.0,
        validation_accuracy=last.validation_accuracy if last else 1.0,
        seconds=sum(epoch.seconds for epoch in epochs), parameters=net.parameters,
    )  # fmt: skip


def _result(out: Path, nets: tuple[Net, Net], task: Task, verdict: Verdict, epochs: list[Epoch]) -> Hardening:
    """The record of the net before and the net after, without its seconds."""
    changed, corrected, broken = _compared(*nets, task)
    relative_change, largest_change = distance(*nets)
    return Hardening(
        run=str(out), verdict=verdict.verdict, updates=len(epochs) * HARDEN.updates, relative_change=relative_change,
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
