"""Harden: from a net's given weights, the fewest certified-training updates that make it provable."""

import time
from collections.abc import Callable
from pathlib import Path

import jax
import msgspec
import numpy as np

from anylength.errors import InputError
from anylength.experiments import folder
from anylength.experiments.runs.environment import environment
from anylength.experiments.runs.files import write_atomic
from anylength.experiments.prove import prove
from anylength.nets import AbstractNet, Net, answers, to_bytes
from anylength.records import Epoch, Hardening, RunConfig, Training
from anylength.tasks import Task
from anylength.training import HARDEN, AbstractRecipe, Session
from anylength.verification.verdicts import find_proofs

Progress = Callable[[Epoch, int], None]

HARDENING = "hardening.json"
STRESS_DIGITS = 60
"""Answers are compared on stress inputs of up to so many digits."""


def harden(path: Path, out: Path, *, progress: Progress | None = None) -> Hardening:
    """Trains the net of a finished run on until the prover accepts it, and writes it as a run of its own.

    The prover is asked every few updates, so the number of updates is the fewest up to that step. Where the limit is reached
    without a proof, the last net is kept with whatever verdict it gets.

    Raises:
        InputError: The run is not whole, or `out` exists.
    """
    started = time.perf_counter()
    old, task = folder.open_run(path)
    config = folder.config_of(path)
    if not isinstance(old, Net):
        raise InputError("a recurrent net", f"a run of {config.cell}", "a net whose context grows has no proof to be hardened for")
    if out.exists():
        raise InputError("a new run folder", f"{str(out)!r}, which exists", "pass another --out")
    new, epochs = until_provable(old, task, config, HARDEN, progress)
    last = epochs[-1] if epochs else None
    folder.create(out, msgspec.structs.replace(config, recipe=HARDEN.name, settings=HARDEN.settings()), environment())
    write_atomic(out / folder.MODEL, to_bytes(new, folder.net_config(config)))
    done = Training(
        epochs=len(epochs), train_accuracy=last.train_accuracy if last else 1.0,
        validation_accuracy=last.validation_accuracy if last else 1.0,
        seconds=sum(epoch.seconds for epoch in epochs), parameters=new.parameters,
    )  # fmt: skip
    folder.write(out, folder.DONE, done)
    verdict = prove(out)
    changed, mended, broken = _compared(old, new, task)
    moved, largest = distance(old, new)
    result = Hardening(
        run=str(out), verdict=verdict.verdict, updates=len(epochs) * HARDEN.updates, moved=moved, largest=largest, changed=changed,
        mended=mended, broken=broken, noise_budget=verdict.noise_budget, seconds=time.perf_counter() - started,
    )  # fmt: skip
    folder.write(out, HARDENING, result)
    return result


def until_provable(
    net: Net, task: Task, config: RunConfig, recipe: AbstractRecipe, progress: Progress | None
) -> tuple[Net, list[Epoch]]:
    """The first provable net that the recipe leads to from the given weights, and the epochs on the way.

    Where the recipe's epochs end without a proof, it is the last net.
    """
    session = Session(
        task, cell=config.cell, hidden=config.hidden, recipe=recipe, data=config.data, seed=config.seed, epochs=recipe.epochs
    )
    session.start_from(net)
    while not find_proofs(_recurrent(session), task.machine, (0,)) and not session.finished:
        record = session.step()
        if progress:
            progress(record, session.limit)
    return _recurrent(session), session.done


def _recurrent(session: Session) -> Net:
    """The session's net: it began with a recurrent one."""
    assert isinstance(session.net, Net)
    return session.net


def distance(old: AbstractNet, new: AbstractNet) -> tuple[float, float]:
    """How far the weights moved: relative Euclidean distance, and the largest single change."""
    before, after = (np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(net)]) for net in (old, new))
    return float(np.linalg.norm(after - before) / np.linalg.norm(before)), float(np.abs(after - before).max())


def _compared(old: Net, new: Net, task: Task) -> tuple[float, int, int]:
    """Share of stress inputs answered differently, how many became right, how many wrong."""
    families = task.stress(np.random.default_rng(0), task.base, STRESS_DIGITS)
    different, mended, broken, count = 0, 0, 0, 0
    for family in families:
        right = task.targets(family.symbols)
        before, after = answers(old, family.symbols), answers(new, family.symbols)
        good_before, good_after = (before == right).all(axis=0), (after == right).all(axis=0)
        different += int((before != after).any(axis=0).sum())
        mended += int((~good_before & good_after).sum())
        broken += int((good_before & ~good_after).sum())
        count += family.symbols.shape[1]
    return different / count, mended, broken
