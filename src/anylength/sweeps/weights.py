"""The weights of a block in one safetensors file: each tensor of the nets stacked `[S, …]`, and their epochs.

`history` `[S, E, 5]` holds loss, training and validation accuracy, and the same two by digits, of every epoch (NaN after the last).
The metadata hold the nets' configuration, in one entry alone: safetensors writes several in no fixed order.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from anylength.errors import InputError
from anylength.nets import AbstractNet, NetConfig, build, tensors
from anylength.nets.weights import config_from
from anylength.records import Epoch
from anylength.training import TrainResult

HISTORY = "history"
MEASURES = ("loss", "train_accuracy", "validation_accuracy", "train_digits", "validation_digits")


def packed(nets: Sequence[TrainResult], config: NetConfig) -> bytes:
    """The file of these nets."""
    from safetensors.numpy import save

    named = [tensors(each.net) for each in nets]
    stacked = {name: np.stack([one[name] for one in named]) for name in named[0]}
    history = np.full((len(nets), max(1, *(len(each.epochs) for each in nets)), len(MEASURES)), np.nan)
    for at, each in enumerate(nets):
        for number, epoch in enumerate(each.epochs):
            history[at, number] = [getattr(epoch, name) for name in MEASURES]
    return save(stacked | {HISTORY: history}, metadata={"anylength": config.to_json()})


def unpacked(path: Path, at: int, seconds: float) -> tuple[AbstractNet, NetConfig, list[Epoch]]:
    """The net at one place of a file, and its epochs (of which each is said to have taken so many seconds).

    Raises:
        InputError: The file is missing or damaged, or the net is not finite (its training diverged).
    """
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise InputError("the weights of a block", f"nothing at {str(path)!r}", "run the sweep again: it makes what is missing")
    try:
        with safe_open(path, "numpy") as file:
            named = {name: file.get_slice(name)[at] for name in file.keys()}  # noqa: SIM118
            config = config_from((file.metadata() or {}).get("anylength"), path.name)
    except (SafetensorError, OSError, IndexError, TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError("a readable safetensors file", f"{path.name}: {error}", "delete it and run the sweep again") from None
    history = named.pop(HISTORY)
    epochs = [
        Epoch(epoch=number, seconds=seconds, **dict(zip(MEASURES, map(float, values), strict=True)))
        for number, values in enumerate(history, 1)
        if np.isfinite(values).all()
    ]
    return build(config, named), config, epochs
