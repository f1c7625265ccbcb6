"""The checkpoint of an unfinished training: one file with all that its future depends on."""

import json

import jax
import msgspec
import numpy as np

from anylength.errors import InputError
from anylength.experiments.runs import RunFolder, layout
from anylength.records import Epoch
from anylength.training import Session


def save_checkpoint(session: Session, run: RunFolder) -> None:
    """Writes every leaf of the session's state and the epochs so far."""
    from safetensors.numpy import save

    leaves = {f"{number:04d}": np.asarray(leaf) for number, leaf in enumerate(jax.tree.leaves(session.state))}
    epochs = json.dumps([json.loads(epoch.to_json()) for epoch in session.history])
    run.write(layout.CHECKPOINT, save(leaves, metadata={"epochs": epochs}))


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
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(run.path / layout.CHECKPOINT, "numpy") as file:
            leaves = [file.get_tensor(name) for name in sorted(file.keys())]
            epochs = msgspec.json.decode(file.metadata()["epochs"], type=list[Epoch])
        expected = [np.shape(leaf) for leaf in jax.tree.leaves(session.state)]
        if [np.shape(leaf) for leaf in leaves] != expected:
            raise ValueError("its tensors are not those of this run")
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, msgspec.MsgspecError) as error:
        raise InputError("a readable checkpoint", f"{layout.CHECKPOINT}: {error}", "delete it to start the run again") from None
    return leaves, epochs
