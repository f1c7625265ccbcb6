"""Nets on a grid as small files: the tensors as they are stored, the net's configuration and the grid in the metadata.

For whole numbers a file holds each tensor as `I8` and its exponents, as `NAME.exponent`, too; else the tensors as `BF16` or `F16`.
"""

import json

import jax.numpy as jnp
import numpy as np

from anylength.nets.abstract import AbstractNet
from anylength.nets.grids import EXPONENT, SCALES, AbstractGrid, Packed, grid_named
from anylength.nets.weights import NetConfig, build, tensors

METADATA = "quantised"
"""The one entry of such a file's metadata: JSON."""

DTYPES = {"I8": np.dtype(np.int8), "F16": np.dtype(np.float16), "BF16": np.dtype(jnp.dtype("bfloat16"))}
"""How numpy reads what such a file holds."""


def pack(net: AbstractNet, grid: AbstractGrid) -> Packed:
    """The net's tensors, rounded to the grid, as they are stored.

    Raises:
        InputError: A weight lies beyond the grid.
    """
    found: Packed = {}
    for name, value in tensors(net).items():
        found |= grid.packed(name, value)
    return found


def unpack(stored: Packed, grid: AbstractGrid) -> dict[str, np.ndarray]:
    """The float32 tensors that stored ones stand for, exactly."""
    return {name: grid.unpacked(name, stored) for name in stored if not name.endswith(EXPONENT)}


def round_to_grid(net: AbstractNet, config: NetConfig, grid: AbstractGrid) -> AbstractNet:
    """The net with its weights rounded to the grid. What is on the grid already stays.

    Raises:
        InputError: A weight lies beyond the grid.
    """
    return build(config, unpack(pack(net, grid), grid))


def packed_bytes(net: AbstractNet, config: NetConfig, grid: AbstractGrid) -> bytes:
    """The safetensors file of a net that is on the grid."""
    from safetensors.numpy import save

    how = {"net": config.to_dict(), "to": grid.name, "scales": grid.scales}
    return save(pack(net, grid), metadata={METADATA: json.dumps(how, sort_keys=True)})


def unpacked_bytes(content: bytes) -> dict[str, np.ndarray]:
    """The float32 tensors of such a file, exactly those of the `model.safetensors` beside it."""
    length = int.from_bytes(content[:8], "little")
    how = json.loads(json.loads(content[8 : 8 + length])["__metadata__"][METADATA])
    return unpack(stored_tensors(content), grid_named(how["to"], how["scales"] or SCALES[0]))


def stored_tensors(content: bytes) -> Packed:
    """The tensors of such a file as they are stored."""
    from safetensors import deserialize

    return {name: np.frombuffer(raw["data"], DTYPES[raw["dtype"]]).reshape(raw["shape"]) for name, raw in deserialize(content)}
