"""The checkpoint of an unfinished training: one file with all that its future depends on."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import jax
import msgspec
import numpy as np

from anylength.errors import InputError
from anylength.nets.safetensors_file import SafetensorsFile
from anylength.records import Epoch
from anylength.runs import Run, layout

if TYPE_CHECKING:
    from anylength.training import BlockSession, Session

CHECKPOINT_SECONDS = 1.0
"""Least seconds between checkpoints: a killed run loses about as much training. Most checkpoints take milliseconds."""

MOST_SHARE = 0.05
"""Largest share of the time that checkpoints may take. Those of many large nets are written less often."""

EPOCHS = "epochs"
"""The tensor with the epochs so far, as bytes of JSON. Older checkpoints have it in their metadata."""

MAX_EPOCHS_BYTES = 64 << 20
"""Longest text of the epochs that is read: about 400,000 epochs."""


class BlockText(msgspec.Struct, frozen=True):
    """What the checkpoint of several candidates holds beside their nets.

    Attributes:
        epochs: The epochs of every candidate.
        budgets: The noise budgets of the first candidates, as far as they are measured.
    """

    epochs: list[list[Epoch]]
    budgets: list[float]


def pause(took: float) -> float:
    """Seconds until the next checkpoint, if the last one took so many."""
    return max(CHECKPOINT_SECONDS, took / MOST_SHARE)


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


def save_checkpoint(session: "Session", run: Run) -> None:
    """Writes every leaf of the session's state and the epochs so far."""
    _save(run, session.state, [json.loads(epoch.to_json()) for epoch in session.history])


def restore_checkpoint(session: "Session", run: Run) -> None:
    """Continues from the checkpoint where there is one, and cuts the metrics back to it.

    Raises:
        InputError: The checkpoint is damaged or belongs to another run.
    """
    epochs: list[Epoch] = []
    if run.has(layout.CHECKPOINT):
        state, epochs = _read(run, session.state, list[Epoch])
        session.restore(state, epochs)
    if run.has(layout.METRICS) or epochs:
        run.write_epochs(epochs)


def save_block_checkpoint(session: "BlockSession", budgets: list[float], run: Run) -> None:
    """Writes the state of all candidates. Where it is too large for a checkpoint, nothing is written: the block starts again."""
    size = sum(np.asarray(leaf).nbytes for leaf in jax.tree.leaves(session.state)) + MAX_EPOCHS_BYTES
    if size < layout.LIMITS[layout.CHECKPOINT]:
        _save(run, session.state, msgspec.to_builtins(BlockText(session.histories, budgets)))


def restore_block_checkpoint(session: "BlockSession", run: Run) -> list[float]:
    """Continues the candidates from the checkpoint where there is one. Returns the noise budgets that it has.

    Raises:
        InputError: The checkpoint is damaged or belongs to another run.
    """
    if not run.has(layout.CHECKPOINT):
        return []
    state, text = _read(run, session.state, BlockText)
    if len(text.epochs) != len(session.seeds) or len(text.budgets) > len(session.seeds):
        raise _damaged("it has another number of candidates")
    session.restore(state, text.epochs)
    return text.budgets


def _save(run: Run, state: Any, text: Any) -> None:
    """Writes the leaves of a state, and beside them a text as JSON."""
    from safetensors.numpy import save

    leaves = {f"{number:04d}": np.asarray(leaf) for number, leaf in enumerate(jax.tree.leaves(state))}
    run.write(layout.CHECKPOINT, save(leaves | {EPOCHS: np.frombuffer(json.dumps(text).encode(), np.uint8)}))


def _read(run: Run, state: Any, kind: Any) -> tuple[Any, Any]:
    """The state and the text of a checkpoint. Nothing is read unless all leaves have the shapes and types of those of `state`."""
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
        text = _epochs_text(file)
    try:
        return jax.tree.unflatten(jax.tree.structure(state), leaves), msgspec.json.decode(text, type=kind)
    except msgspec.MsgspecError as error:
        raise _damaged(str(error)) from None


def _epochs_text(file: SafetensorsFile) -> bytes:
    if EPOCHS not in file.entries:
        return file.metadata.get(EPOCHS, "").encode()
    if file.entries[EPOCHS].size > MAX_EPOCHS_BYTES:
        raise _damaged("its epochs are too long")
    return file.tensor(EPOCHS).tobytes()


def _damaged(why: str) -> InputError:
    return InputError("a readable checkpoint", f"{layout.CHECKPOINT}: {why}", "delete it to start the run again")
