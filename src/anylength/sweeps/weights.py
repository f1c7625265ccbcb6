"""The weights file of a block, in safetensors format.

Each tensor of the nets is stacked along the seeds: `[S, …]`. The tensor `history` `[S, E, 5]` has five measures of every epoch:
loss, training and validation accuracy, and the two accuracies by digits. Missing epochs are NaN. The metadata have the nets'
configuration. It is the only entry, because safetensors writes several entries in no fixed order.
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
"""The tensor with the epochs."""

MEASURES = ("loss", "train_accuracy", "validation_accuracy", "train_digits", "validation_digits")
"""The last axis of `history`: names of fields of `Epoch`."""

METADATA = "anylength"
"""The metadata entry with the configuration."""


def pack_block(nets: Sequence[TrainResult], config: NetConfig) -> bytes:
    """The weights file of a block's nets."""
    from safetensors.numpy import save

    named = [tensors(trained.net) for trained in nets]
    stacked = {name: np.stack([of_net[name] for of_net in named]) for name in named[0]}
    history = np.full((len(nets), max(1, *(len(trained.epochs) for trained in nets)), len(MEASURES)), np.nan)
    for index, trained in enumerate(nets):
        for number, epoch in enumerate(trained.epochs):
            history[index, number] = [getattr(epoch, name) for name in MEASURES]
    return save(stacked | {HISTORY: history}, metadata={METADATA: config.to_json()})


def unpack_net(path: Path, index: int, seconds: float) -> tuple[AbstractNet, NetConfig, list[Epoch]]:
    """One net of a weights file, its configuration and its epochs.

    Args:
        path: The weights file.
        index: The net's place in the block.
        seconds: Seconds that are recorded for each epoch. The file has no times.

    Raises:
        InputError: The file is missing or damaged, or the net's weights are not finite (its training diverged).
    """
    named, config = _read(path, index)
    history = named.pop(HISTORY)
    epochs = [
        Epoch(epoch=number, seconds=seconds, **dict(zip(MEASURES, map(float, values), strict=True)))
        for number, values in enumerate(history, 1)
        if np.isfinite(values).all()
    ]
    return build(config, named), config, epochs


def _read(path: Path, index: int) -> tuple[dict[str, np.ndarray], NetConfig]:
    """The tensors of one net and the configuration. Raises what `unpack_net` does."""
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise InputError("the weights of a block", f"nothing at {str(path)!r}", "run the sweep again: it computes missing blocks")
    try:
        with safe_open(path, "numpy") as file:
            named = {name: file.get_slice(name)[index] for name in file.keys()}  # noqa: SIM118
            return named, config_from((file.metadata() or {}).get(METADATA), path.name)
    except InputError:
        raise
    except (SafetensorError, OSError, IndexError, TypeError, ValueError) as error:
        raise InputError("a readable safetensors file", f"{path.name}: {error}", "delete it and run the sweep again") from None
