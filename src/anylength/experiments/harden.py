"""Harden: from a net's given weights, the fewest certified-training updates that make it provable."""

import time
from collections.abc import Callable
from pathlib import Path

import jax
import msgspec
import numpy as np

from anylength.errors import InputError
from anylength.experiments.runs import Run
from anylength.nets import AbstractNet, Net, answers
from anylength.records import Epoch, Hardening, RunConfig, Training
from anylength.tasks import Task
from anylength.training import HARDEN, AbstractRecipe, Session
from anylength.verification.verdicts import find_proofs

Progress = Callable[[Epoch, int], None]
"""Called with each epoch and the epoch limit."""

STRESS_DIGITS = 60
"""Longest stress inputs, in digits, on which the two nets' answers are compared."""


def harden(path: Path | Run, out: Path, *, progress: Progress | None = None) -> Hardening:
    """Trains the net of a finished run until the prover accepts it, and writes it as a new run.

    The prover runs every few updates, so the number of updates is the fewest, up to that step. If the limit is reached without a
    proof, the last net is written with its verdict.

    Raises:
        InputError: The run is not finished, or `out` exists.
    """
    started = time.perf_counter()
    old = Run.open(path)
    net, config = old.net, old.config
    if not isinstance(net, Net):
        raise InputError(
            "a recurrent net", f"a run of {config.cell}", "a net whose context grows cannot be proved, so it cannot be hardened"
        )
    if out.exists():
        raise InputError("a new run folder", f"{str(out)!r}, which exists", "pass another --out")
    hardened, epochs = train_until_provable(net, old.task, config, HARDEN, progress)
    new = _written(out, config, hardened, epochs)
    verdict = new.prove()
    changed, corrected, broken = _compared(net, hardened, old.task)
    relative_change, largest_change = distance(net, hardened)
    result = Hardening(
        run=str(out), verdict=verdict.verdict, updates=len(epochs) * HARDEN.updates, relative_change=relative_change,
        largest_change=largest_change, answers_changed=changed, answers_corrected=corrected, answers_broken=broken,
        noise_budget=verdict.noise_budget, seconds=time.perf_counter() - started,
    )  # fmt: skip
    new.save(result)
    return result


def _written(out: Path, config: RunConfig, net: Net, epochs: list[Epoch]) -> Run:
    """The hardened net as a new run."""
    run = Run.create(out, msgspec.structs.replace(config, recipe=HARDEN.name, settings=HARDEN.settings()))
    run.save_net(net)
    last = epochs[-1] if epochs else None
    training = Training(
        epochs=len(epochs), train_accuracy=last.train_accuracy if last else 1.0,
        validation_accuracy=last.validation_accuracy if last else 1.0,
        seconds=sum(epoch.seconds for epoch in epochs), parameters=net.parameters,
    )  # fmt: skip
    run.save(training)
    return run


def train_until_provable(
    net: Net, task: Task, config: RunConfig, recipe: AbstractRecipe, progress: Progress | None
) -> tuple[Net, list[Epoch]]:
    """Trains from the given weights until the net is provable. Returns the net and the epochs.

    If the recipe's epochs end without a proof, the last net is returned.
    """
    session = Session(
        task, cell=config.cell, hidden=config.hidden, recipe=recipe, data=config.data, seed=config.seed, epochs=recipe.epochs
    )
    session.start_from(net)
    while not find_proofs(_recurrent(session), task.machine, (0,)) and not session.finished:
        epoch = session.step()
        if progress:
            progress(epoch, session.limit)
    return _recurrent(session), session.history


def _recurrent(session: Session) -> Net:
    """The session's net. It is recurrent, because the session started from a recurrent net."""
    assert isinstance(session.net, Net)
    return session.net


def distance(old: AbstractNet, new: AbstractNet) -> tuple[float, float]:
    """How far the weights moved: the relative Euclidean distance, and the largest single change."""
    before, after = (np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(net)]) for net in (old, new))
    return float(np.linalg.norm(after - before) / np.linalg.norm(before)), float(np.abs(after - before).max())


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
