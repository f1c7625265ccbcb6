"""A reader of its own for safetensors: header length (8 bytes), JSON header, then the tensors' bytes and no others."""

import hashlib
import struct
from math import prod
from typing import Any, NamedTuple

from anylength_check.dyadic import from_float32
from anylength_check.strict import parse, read, require

FILE_LIMIT, HEADER_LIMIT = 64 << 20, 1 << 20
BLOCKS = {"rnn": (1, 1, 1), "relu": (1, 1, 1), "gru": (3, 3, 4), "lstm": (4, 4, 5)}  # of H rows: W_ih, W_hh, and the message
BLOCKS |= {"gru-reset-before": (3, 3, 3), "linear": (3, 1, 1), "linear-signed": (3, 1, 1), "mingru": (3, 1, 1)}
Rows = list[list[int]]


class Weights(NamedTuple):
    """The tensors in units of 2^-149, and the SHA-256 of their names, shapes and bytes; E inputs, H units, C classes."""

    cell: str
    sha256: str
    hidden: int  # H
    input: Rows  # E columns: W_ih
    biases: Rows  # 1 column, b, or 2: and b_hh
    recurrent: Rows  # H columns: W_hh
    bias_hn: Rows  # [H, 1] in a gru, else empty
    readout: Rows  # [C, H + 1]: W and, last, c


def read_weights(data: bytes, cell: str) -> Weights:
    """The weights of a net with this kind of cell from a safetensors file, or Refused."""
    length, digest, tables = int.from_bytes(data[:8], "little"), hashlib.sha256(), {}
    fits = length <= HEADER_LIMIT and 8 + length <= len(data) <= FILE_LIMIT
    require(fits and data[8:9] == b"{", "the weights file is too short or too long, or has no header")
    for name, shape, raw in _tensors(parse(data[8 : 8 + length], depth=3), data[8 + length :], cell):
        digest.update(f"{name}\0F32\0{','.join(map(str, shape))}\0".encode() + raw)
        values, width = [from_float32(bits) for (bits,) in struct.iter_unpack("<I", raw)], shape[-1]
        tables[name] = [values[k : k + width] for k in range(0, len(values), width)]
    columns = lambda *names: [[*row] for row in zip(*(tables[name][0] for name in names if name in tables), strict=True)]  # noqa: E731
    own = tables["cell.weight_ih"], columns("cell.bias", "cell.bias_hh"), tables["cell.weight_hh"], columns("cell.bias_hn")
    readout = [[*row, x] for row, x in zip(tables["readout.weight"], tables["readout.bias"][0], strict=True)]
    return Weights(cell, digest.hexdigest(), len(readout[0]) - 1, *own, readout)


def _tensors(header: Any, body: bytes, cell: str) -> list[tuple[str, list[int], bytes]]:
    """Name, shape and bytes, by name, of exactly the tensors of a cell."""
    metadata, position, gates, products = header.pop("__metadata__", {}), 0, *BLOCKS[cell][:2]
    require(type(metadata) is dict and {*map(type, metadata.values())} <= {str}, "the metadata of the weights is no map of strings")
    second, scaled = ["cell.bias_hh"] * ("cell.bias_hh" in header), ["cell.bias_hn"] * (cell == "gru")
    names = ["cell.bias", *second, *scaled, "cell.weight_hh", "cell.weight_ih", "readout.bias", "readout.weight"]
    entry = {"dtype": None, "shape": (range(1, 4097), 1, 2), "data_offsets": (range(len(body) + 1), 2, 2)}
    tensors = vars(read(dict.fromkeys(names, entry), header, "the weights header"))
    shapes = [tensor.shape for tensor in tensors.values()]
    inputs, classes, hidden = shapes[-3][-1], shapes[-1][0], shapes[-1][-1]
    biases = [[gates * hidden]] * (1 + len(second)) + [[hidden]] * len(scaled)
    expected = [*biases, [products * hidden, hidden], [gates * hidden, inputs], [classes], [classes, hidden]]
    fit = hidden <= 1024 and classes >= 2 and shapes == expected
    require(fit, f"the shapes do not fit each other, or not the cell {cell}: {shapes}")
    for tensor in sorted(tensors.values(), key=lambda tensor: tensor.data_offsets):
        right = tensor.dtype == "F32" and tensor.data_offsets == [position, position + 4 * prod(tensor.shape)]
        require(right, f"a tensor is not F32, or not {tensor.shape} numbers from byte {position} of the data on")
        position = tensor.data_offsets[1]
    require(position == len(body), "the weights file has bytes after its last tensor")
    return [(name, tensor.shape, body[slice(*tensor.data_offsets)]) for name, tensor in tensors.items()]
