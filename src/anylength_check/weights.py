"""A reader of its own for safetensors: header length (8 bytes), JSON header, then the tensors' bytes and no others."""

import hashlib
import struct
from dataclasses import dataclass
from math import prod

from anylength_check.dyadic import from_float32
from anylength_check.strict import parse, read, require

FILE_LIMIT, HEADER_LIMIT = 64 << 20, 1 << 20
AXES = {"cell.bias": 1, "cell.weight_hh": 2, "cell.weight_ih": 2, "readout.bias": 1, "readout.weight": 2}
Rows = list[list[int]]


@dataclass(frozen=True)
class Weights:
    """The tensors in units of 2^-149, and the SHA-256 of their names, shapes and bytes; E inputs, H units, C classes."""

    sha256: str
    input: Rows  # [H, E] W_ih
    recurrent: Rows  # [H, H] W_hh
    bias: list[int]  # [H] b
    readout: Rows  # [C, H] W
    readout_bias: list[int]  # [C] c


def read_weights(data: bytes) -> Weights:
    """The weights of a safetensors file, or Refused."""
    length = int.from_bytes(data[:8], "little")
    fits = length <= HEADER_LIMIT and 8 + length <= len(data) <= FILE_LIMIT
    require(fits and data[8:9] == b"{", "the weights file is too short or too long, or has no header")
    header, body = parse(data[8 : 8 + length], depth=3), data[8 + length :]
    metadata = header.pop("__metadata__", {})
    strings = type(metadata) is dict and all(type(value) is str for value in metadata.values())
    require(strings, "the metadata of the weights is no map of strings")
    span = (range(len(body) + 1), 2, 2)
    entry = {name: {"dtype": None, "shape": (range(1, 4097), n, n), "data_offsets": span} for name, n in AXES.items()}
    entries, position = vars(read(entry, header, "the weights header")), 0
    shapes = [tensor.shape for tensor in entries.values()]
    (classes, hidden), inputs = shapes[4], shapes[2][1]
    expected = [[hidden], [hidden, hidden], [hidden, inputs], [classes], [classes, hidden]]
    require(shapes == expected and hidden <= 1024 and classes >= 2, f"the shapes do not fit each other: {shapes}")
    for tensor in sorted(entries.values(), key=lambda tensor: tensor.data_offsets):
        right = tensor.dtype == "F32" and tensor.data_offsets == [position, position + 4 * prod(tensor.shape)]
        require(right, f"a tensor is not F32, or not {tensor.shape} numbers from byte {position} of the data on")
        position = tensor.data_offsets[1]
    require(position == len(body), "the weights file has bytes after its last tensor")
    digest, rows = hashlib.sha256(), []
    for name, tensor in entries.items():
        raw, width = body[slice(*tensor.data_offsets)], tensor.shape[-1]
        digest.update(f"{name}\0F32\0{','.join(map(str, tensor.shape))}\0".encode() + raw)
        values = [from_float32(bits) for (bits,) in struct.iter_unpack("<I", raw)]
        rows.append([values[k : k + width] for k in range(0, len(values), width)])
    return Weights(digest.hexdigest(), rows[2], rows[1], rows[0][0], rows[4], rows[3][0])
