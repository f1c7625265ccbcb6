"""The weights file of a block, in safetensors format.

Each tensor of the nets is stacked along the seeds: `[S, …]`. The tensor `history` `[S, E, 5]` has five measures of every epoch:
loss, training and validation accuracy, and the two accuracies by digits. Missing epochs are NaN. The metadata have the nets'
configuration. It is the only entry, because safetensors writes several entries in no fixed order.
"""

from collections.abc import Sequence
from io import BufferedIOBase

import numpy as np

from anylength.base import InputError
from anylength.nets import AbstractNet, NetConfig, build, tensors
from anylength.nets.safetensors_file import SafetensorsFile
from anylength.nets.weights import MAX_WEIGHTS_BYTES, config_from
from anylength.records import Epoch
from anylength.training import TrainResult

HISTORY = "history"
"""The tensor with the epochs."""

MEASURES = ("loss", "train_accuracy", "validation_accuracy", "train_digits", "validation_digits")
"""The last axis of `history`: names of fields of `Epoch`."""

METADATA = "anylength"
"""The metadata entry with the configuration."""

SOURCE = "the weights of a block"
"""The file's name in errors."""


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


def unpack_net(file: BufferedIOBase, index: int, seconds: float) -> tuple[AbstractNet, NetConfig, list[Epoch]]:
    """One net of a weights file, its configuration and its epochs. Only this net's bytes are read.

    Args:
        file: The weights file, open for reading.
        index: The net's place in the block.
        seconds: Seconds that are recorded for each epoch. The file has no times.

    Raises:
        InputError: The file is damaged, or the net's weights are not finite (its training diverged).
    """
    stored = SafetensorsFile(file, SOURCE)
    config = config_from(stored.metadata.get(METADATA), SOURCE)
    if HISTORY not in stored.entries:
        raise InputError(f"a tensor {HISTORY!r}", f"none in {SOURCE}", "delete it and run the sweep again")
    if sum(entry.size // max(1, *entry.shape[:1]) for entry in stored.entries.values()) > MAX_WEIGHTS_BYTES:
        raise InputError(f"nets of at most {MAX_WEIGHTS_BYTES >> 20} MiB", f"larger ones in {SOURCE}", "make the sweep again")
    named = {name: stored.item(name, index) for name in stored.entries}
    return build(config, named), config, _epochs(named[HISTORY], seconds)


def _epochs(history: np.ndarray, seconds: float) -> list[Epoch]:
    """The epochs of a net, from its measures `[E, 5]`."""
    if history.ndim != 2 or history.shape[1] != len(MEASURES):
        raise InputError(f"{HISTORY} as [S, E, {len(MEASURES)}]", f"another shape in {SOURCE}", "delete it and run the sweep again")
    return [
        Epoch(epoch=number, seconds=seconds, **dict(zip(MEASURES, map(float, values), strict=True)))
        for number, values in enumerate(history, 1)
        if np.isfinite(values).all()
    ]
