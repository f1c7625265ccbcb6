"""The checkpoint of an unfinished training: one file with all that its future depends on."""

import json

import jax
import msgspec
import numpy as np

from anylength.errors import InputError
from anylength.experiments.runs import RunFolder, layout
from anylength.nets.safetensors_file import SafetensorsFile
from anylength.records import Epoch
from anylength.training import Session

EPOCHS = "epochs"
"""The tensor with the epochs so far, as bytes of JSON. Older checkpoints have it in their metadata."""

MAX_EPOCHS_BYTES = 64 << 20
"""Longest text of the epochs that is read: about 400,000 epochs."""


def save_checkpoint(session: Session, run: RunFolder) -> None:
    """Writes every leaf of the session's state and the epochs so far."""
    from safetensors.numpy import save

    leaves = {f"{number:04d}": np.asarray(leaf) for number, leaf in enumerate(jax.tree.leaves(session.state))}
    epochs = json.dumps([json.loads(epoch.to_json()) for epoch in session.history]).encode()
    run.write(layout.CHECKPOINT, save(leaves | {EPOCHS: np.frombuffer(epochs, np.uint8)}))


def restore_checkpoint(session: Session, run: RunFolder) -> None:
    """Continues from the checkpoint where there is one, and cuts the metrics back to it.

    Raises:
        InputError: The checkpoint is damaged or belongs to another run.
    """
    epochs: list[Epoch] = []
    if run.has(layout.CHECKPOINT):
        leaves, epochs = _read(session, run)
        session.restore(jax.tree.unflatten(jax.tree.structure(session.state), leaves), epochs)
    if run.has(layout.METRICS) or epochs:
        run.write_epochs(epochs)


def _read(session: Session, run: RunFolder) -> tuple[list[np.ndarray], list[Epoch]]:
    """The leaves of the session's state and the epochs. Nothing is read unless all leaves have the right shapes and types."""
    expected = [np.asarray(leaf) for leaf in jax.tree.leaves(session.state)]
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
        return leaves, msgspec.json.decode(text, type=list[Epoch])
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
