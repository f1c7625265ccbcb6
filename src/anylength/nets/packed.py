"""Quantised nets as small safetensors files: the stored tensors, with the net's configuration and the grid in the metadata.

On an integer grid, a file holds each tensor NAME as `I8` and its exponents as `NAME.exponent`, also `I8`. On a float grid, it holds
the tensors as `BF16` or `F16`.
"""

import json

import jax.numpy as jnp
import numpy as np

from anylength.nets.abstract import AbstractNet
from anylength.nets.grids import EXPONENT, SCALES, AbstractGrid, StoredTensors, grid_named
from anylength.nets.weights import NetConfig, build, tensors

METADATA = "quantised"
"""Key of the file's metadata. Its value is JSON: the net's configuration, the grid and its scales."""

DTYPES = {"I8": np.dtype(np.int8), "F16": np.dtype(np.float16), "BF16": np.dtype(jnp.dtype("bfloat16"))}
"""numpy's dtype for each type that such a file may hold."""

HEADER_LENGTH_BYTES = 8
"""A safetensors file starts with the length of its JSON header, as a little-endian integer of this many bytes."""


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


def unpacked_bytes(content: bytes) -> dict[str, np.ndarray]:
    """The float32 tensors of a small file. They equal those of the `model.safetensors` beside it exactly."""
    header_end = HEADER_LENGTH_BYTES + int.from_bytes(content[:HEADER_LENGTH_BYTES], "little")
    header = json.loads(content[HEADER_LENGTH_BYTES:header_end])
    description = json.loads(header["__metadata__"][METADATA])
    return unpack(stored_tensors(content), grid_named(description["to"], description["scales"] or SCALES[0]))


def stored_tensors(content: bytes) -> StoredTensors:
    """The tensors of a small file in their stored form."""
    from safetensors import deserialize

    return {name: np.frombuffer(raw["data"], DTYPES[raw["dtype"]]).reshape(raw["shape"]) for name, raw in deserialize(content)}
