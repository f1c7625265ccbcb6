"""Quantised nets as small safetensors files: the stored tensors, with the net's configuration and the grid in the metadata.

On an integer grid, a file holds each tensor NAME as `I8` and its exponents as `NAME.exponent`, also `I8`. On a float grid, it holds
the tensors as `BF16` or `F16`.
"""

import io
import json

import msgspec
import numpy as np

from anylength.base import InputError
from anylength.nets.abstract import AbstractNet
from anylength.nets.grids import EXPONENT, SCALES, AbstractGrid, StoredTensors, grid_named
from anylength.nets.safetensors_file import SafetensorsFile
from anylength.nets.weights import NetConfig, build, tensors

METADATA = "quantised"
"""Key of the file's metadata. Its value is JSON: the net's configuration, the grid and its scales."""


def pack(net: AbstractNet, grid: AbstractGrid) -> StoredTensors:
    """The net's tensors, rounded to the grid, in their stored form.

    Raises:
        InputError: A weight is too large for the grid.
    """
    stored: StoredTensors = {}
    for name, value in tensors(net).items():
        stored |= grid.pack(name, value)
    return stored


def unpack(stored: StoredTensors, grid: AbstractGrid) -> dict[str, np.ndarray]:
    """The float32 tensors from their stored form, exactly."""
    return {name: grid.unpack(name, stored) for name in stored if not name.endswith(EXPONENT)}


def round_to_grid(net: AbstractNet, config: NetConfig, grid: AbstractGrid) -> AbstractNet:
    """The net with its weights rounded to the grid. Weights on the grid stay as they are.

    Raises:
        InputError: A weight is too large for the grid.
    """
    return build(config, unpack(pack(net, grid), grid))


def packed_bytes(net: AbstractNet, config: NetConfig, grid: AbstractGrid) -> bytes:
    """The small safetensors file of a net whose weights are on the grid."""
    from safetensors.numpy import save

    description = {"net": config.to_dict(), "to": grid.name, "scales": grid.scales}
    return save(pack(net, grid), metadata={METADATA: json.dumps(description, sort_keys=True)})


def unpacked_bytes(content: bytes, source: str = "the quantised weights") -> dict[str, np.ndarray]:
    """The float32 tensors of a small file. They equal those of the `model.safetensors` beside it exactly.

    Args:
        content: The file.
        source: Its name, for errors.

    Raises:
        InputError: The file is damaged, or no quantised net.
    """
    try:
        return unpack(stored_tensors(content, source), grid_of(content, source))
    except (KeyError, ValueError):
        raise _damaged(source) from None


def grid_of(content: bytes, source: str = "the quantised weights") -> AbstractGrid:
    """The grid that a small file names. Arguments and errors are those of `unpacked_bytes`."""
    file = SafetensorsFile(io.BytesIO(content), source)
    try:
        description = msgspec.json.decode(file.metadata.get(METADATA, ""), type=_Description)
    except (msgspec.MsgspecError, RecursionError):
        raise _damaged(source) from None
    return grid_named(description.to, description.scales or SCALES[0])


def _damaged(source: str) -> InputError:
    return InputError("a quantised net", f"another file in {source}", "the file is damaged; quantise the run again")


class _Description(msgspec.Struct):
    """The grid in the metadata: its name, and which weights share an exponent."""

    to: str
    scales: str | None = None


def stored_tensors(content: bytes, source: str = "the quantised weights") -> StoredTensors:
    """The tensors of a small file in their stored form. Arguments and errors are those of `unpacked_bytes`."""
    return SafetensorsFile(io.BytesIO(content), source).tensors()
