"""Certified training from a net's weights until the prover accepts the net. In a run folder it continues after an interrupt."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from anylength.base import InputError, Record, exists
from anylength.experiments.checkpoint import checkpoints, restore_checkpoint, save_checkpoint
from anylength.experiments.train import diverged
from anylength.nets import Net
from anylength.records import Epoch, Hardening, Origin, Quantisation, RunConfig, Training, Verdict
from anylength.records.verdicts import UNKNOWN
from anylength.rules import Task
from anylength.runs import Run, check_same, layout
from anylength.training import AbstractRecipe, Session
from anylength.verification.certify.certificate import tensors_digest
from anylength.verification.verdicts import find_proofs

Derived = TypeVar("Derived", Hardening, Quantisation)
"""The record of how a net was made from another one."""

Progress = Callable[[Epoch, int], None]
"""Called with each epoch and the epoch limit."""


def derived_run(old: Run, out: Path, config: RunConfig, *, resume: bool) -> Run:
    """The run folder for a net that is made from a run's net: a new one, or with `resume` the one that exists.

    Raises:
        InputError: `out` exists (without `resume`), or was made from another net or with other options (with it).
    """
    origin = Origin(run=str(old.path), tensors=tensors_digest(old.net))
    if not (resume and exists(out)):
        return Run.create(out, config, files={layout.ORIGIN: origin.to_file()})
    run = Run(out)
    check_same(config, run.config, out)
    if run.origin is None or run.origin.tensors != origin.tensors:
        raise InputError(f"{str(out)!r} to be made from {str(old.path)!r}", "another net", "pass another --out")
    return run


def train_in(run: Run, net: Net, recipe: AbstractRecipe, progress: Progress | None) -> tuple[Net, list[Epoch]]:
    """Trains from the weights of `net` until the net is provable, with metrics and checkpoints in the run folder.

    Raises:
        InputError: The checkpoint is damaged, or the loss is no longer finite.
        KeyboardInterrupt: After a checkpoint was written.
    """
    session = _session(net, run.task, run.config, recipe)
    restore_checkpoint(session, run)
    with checkpoints(lambda: save_checkpoint(session, run)) as after_step:

        def on_epoch(epoch: Epoch, limit: int) -> None:
            run.append_epoch(epoch)
            if progress:
                progress(epoch, limit)
            after_step()

        return _until_provable(session, run.task, on_epoch)


def as_judged(stored: Derived, verdict: Verdict | None, **proved: Any) -> Derived:
    """The stored record of a net's making with the verdict that holds for the net in the folder, and what that proves.

    Args:
        stored: The record.
        verdict: The judged verdict of the run.
        proved: Values of the fields that only a proof gives, beside the noise budget.
    """
    name, budget = (UNKNOWN, None) if verdict is None else (verdict.verdict, verdict.noise_budget)
    return msgspec.structs.replace(stored, verdict=name, noise_budget=budget, **proved)


def finish(run: Run, training: Training, record: Record) -> None:
    """Writes what makes the run finished, and removes the checkpoint."""
    run.save(record)
    run.save(training)
    run.remove(layout.CHECKPOINT)


def train_until_provable(
    net: Net, task: Task, config: RunConfig, recipe: AbstractRecipe, progress: Progress | None
) -> tuple[Net, list[Epoch]]:
    """Trains in memory from the given weights until the net is provable. Returns the net and the epochs.

    If the recipe's epochs end without a proof, the last net is returned.
    """
    return _until_provable(_session(net, task, config, recipe), task, progress)


def _session(net: Net, task: Task, config: RunConfig, recipe: AbstractRecipe) -> Session:
    """A session that starts from a net."""
    return Session(
        task, config.seed, cell=config.cell, hidden=config.hidden, recipe=recipe, data=config.data, given=net
    )  # fmt: skip


def _until_provable(session: Session, task: Task, progress: Progress | None) -> tuple[Net, list[Epoch]]:
    try:
        while not find_proofs(_recurrent(session), task.machine, (0,)) and session.active:
            (epoch,) = session.step()
            if progress:
                progress(epoch, session.limit)
    except FloatingPointError as error:
        raise diverged(error) from None
    return _recurrent(session), session.histories[0]


def _recurrent(session: Session) -> Net:
    """The session's net. It is recurrent, because the session started from a recurrent net."""
    net = session.result.net
    assert isinstance(net, Net)
    return net
