"""The checkpoint of an unfinished training: one file with all that its future depends on."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import jax
import msgspec
import numpy as np

from anylength.base import InputError
from anylength.nets.safetensors_file import SafetensorsFile
from anylength.records import Epoch
from anylength.runs import Run, layout

if TYPE_CHECKING:
    from anylength.training import Session

EPOCHS = "epochs"
"""The tensor with the epochs so far, as bytes of JSON."""

MAX_EPOCHS_BYTES = 64 << 20
"""Longest text of the epochs that is read: about 400,000 epochs."""


class Progress(msgspec.Struct, frozen=True):
    """What a checkpoint holds beside the nets.

    Attributes:
        epochs: The epochs of every net.
        budgets: The noise budgets of the first candidates, as far as they are measured; none of a net that is no candidate.
    """

    epochs: list[list[Epoch]]
    budgets: list[float] = []


def pause(took: float) -> float:
    """Seconds until the next checkpoint, if the last one took so many."""
    # a killed run loses about a second of training; checkpoints of many large nets take at most 5 % of the time
    return max(1.0, took / 0.05)


@contextmanager
def checkpoints(save: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """Yields a function to call after every step: it saves where a checkpoint is due. An interrupt saves at once."""
    saved, took = time.monotonic(), 0.0

    def after_step() -> None:
        nonlocal saved, took
        started = time.monotonic()
        if started - saved > pause(took):
            save()
            saved = time.monotonic()
            took = saved - started

    try:
        yield after_step
    except KeyboardInterrupt:
        save()
        raise


def save_checkpoint(session: "Session", run: Run, budgets: Sequence[float] = ()) -> None:
    """Writes every leaf of the session's state, the epochs so far and the noise budgets of candidates.

    Where the state is too large for a checkpoint, nothing is written: the training starts again.
    """
    from safetensors.numpy import save

    leaves = {f"{number:04d}": np.asarray(leaf) for number, leaf in enumerate(jax.tree.leaves(session.state))}
    if sum(leaf.nbytes for leaf in leaves.values()) + MAX_EPOCHS_BYTES < layout.LIMITS[layout.CHECKPOINT]:
        text = msgspec.json.encode(Progress(session.histories, list(budgets)))
        run.write(layout.CHECKPOINT, save(leaves | {EPOCHS: np.frombuffer(text, np.uint8)}))


def restore_checkpoint(session: "Session", run: Run) -> list[float]:
    """Continues from the checkpoint where there is one. The metrics of a net that is trained alone are cut back to it.

    Returns:
        The noise budgets that the checkpoint has.

    Raises:
        InputError: The checkpoint is damaged or belongs to another run.
    """
    progress = Progress([[] for _ in session.seeds])
    if run.has(layout.CHECKPOINT):
        state, progress = _read(run, session.state)
        if len(progress.epochs) != len(session.seeds) or len(progress.budgets) > len(session.seeds):
            raise _damaged("it has another number of nets")
        session.restore(state, progress.epochs)
    if session.alone and (run.has(layout.METRICS) or progress.epochs[0]):
        run.write_epochs(progress.epochs[0])
    return progress.budgets


def _read(run: Run, state: Any) -> tuple[Any, Progress]:
    """The state and the progress of a checkpoint, where all leaves have the shapes and types of those of `state`."""
    expected = [np.asarray(leaf) for leaf in jax.tree.leaves(state)]
    names = [f"{number:04d}" for number in range(len(expected))]
    with run.open_file(layout.CHECKPOINT) as opened:
        file = SafetensorsFile(opened, layout.CHECKPOINT)
        stored = set(file.entries) - {EPOCHS}
        shapes = [tuple(file.entries[name].shape) for name in names if name in stored]
        if stored != set(names) or shapes != [leaf.shape for leaf in expected]:
            raise _damaged("its tensors are not those of this run")
        leaves = [file.tensor(name) for name in names]
        if [leaf.dtype for leaf in leaves] != [leaf.dtype for leaf in expected]:
            raise _damaged("its tensors have other types")
        if EPOCHS not in file.entries or file.entries[EPOCHS].size > MAX_EPOCHS_BYTES:
            raise _damaged("its epochs are missing or too long")
        text = file.tensor(EPOCHS).tobytes()
    try:
        return jax.tree.unflatten(jax.tree.structure(state), leaves), msgspec.json.decode(text, type=Progress)
    except msgspec.MsgspecError as error:
        raise _damaged(str(error)) from None


def _damaged(why: str) -> InputError:
    return InputError("a readable checkpoint", f"{layout.CHECKPOINT}: {why}", "delete it to start the run again")
