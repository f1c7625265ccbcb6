"""A reader of its own for safetensors: header length (8 bytes), JSON header, then the tensors' bytes and no others."""

import hashlib
import struct
from dataclasses import dataclass
from math import prod

from anylength_check.dyadic import from_float32
from anylength_check.strict import parse, read, require

FILE_LIMIT, HEADER_LIMIT = 64 << 20, 1 << 20
NAMES = ["cell.bias", "cell.bias_hn", "cell.weight_hh", "cell.weight_ih", "readout.bias", "readout.weight"]
Rows = list[list[int]]
# of each cell: how many blocks of H rows weight_ih and bias have, weight_hh has, and the message has
BLOCKS = {"rnn": (1, 1, 1), "relu": (1, 1, 1), "gru": (3, 3, 4), "lstm": (4, 4, 5)}
BLOCKS |= {"linear": (3, 1, 1), "linear-signed": (3, 1, 1), "mingru": (3, 1, 1)}


@dataclass(frozen=True)
class Weights:
    """The tensors in units of 2^-149, and the SHA-256 of their names, shapes and bytes; E inputs, H units, C classes."""

    cell: str
    sha256: str
    input: Rows  # E + 1 columns: W_ih and, last, b
    recurrent: Rows  # H columns: W_hh
    bias_hn: Rows  # [H, 1] in a gru, else empty
    readout: Rows  # [C, H + 1]: W and, last, c

    @property
    def hidden(self) -> int:
        """H."""
        return len(self.recurrent[0])


def read_weights(data: bytes, cell: str) -> Weights:
    """The weights of a net with this kind of cell from a safetensors file, or Refused."""
    length, position, digest = int.from_bytes(data[:8], "little"), 0, hashlib.sha256()
    fits = length <= HEADER_LIMIT and 8 + length <= len(data) <= FILE_LIMIT
    require(fits and data[8:9] == b"{", "the weights file is too short or too long, or has no header")
    header, body = parse(data[8 : 8 + length], depth=3), data[8 + length :]
    metadata = header.pop("__metadata__", {})
    strings = type(metadata) is dict and all(type(value) is str for value in metadata.values())
    require(strings, "the metadata of the weights is no map of strings")
    entry = {"dtype": None, "shape": (range(1, 4097), 1, 2), "data_offsets": (range(len(body) + 1), 2, 2)}
    names = NAMES if cell == "gru" else [name for name in NAMES if name != "cell.bias_hn"]
    tensors = vars(read(dict.fromkeys(names, entry), header, "the weights header"))
    _require_shapes(cell, {name: tensor.shape for name, tensor in tensors.items()})
    for tensor in sorted(tensors.values(), key=lambda tensor: tensor.data_offsets):
        right = tensor.dtype == "F32" and tensor.data_offsets == [position, position + 4 * prod(tensor.shape)]
        require(right, f"a tensor is not F32, or not {tensor.shape} numbers from byte {position} of the data on")
        position = tensor.data_offsets[1]
    require(position == len(body), "the weights file has bytes after its last tensor")
    rows = {"cell.bias_hn": [[]]}
    for name, tensor in tensors.items():
        raw, width = body[slice(*tensor.data_offsets)], tensor.shape[-1]
        digest.update(f"{name}\0F32\0{','.join(map(str, tensor.shape))}\0".encode() + raw)
        values = [from_float32(bits) for (bits,) in struct.iter_unpack("<I", raw)]
        rows[name] = [values[k : k + width] for k in range(0, len(values), width)]
    (bias,), (bias_hn,), recurrent, inputs, (readout_bias,), weight = (rows[name] for name in NAMES)
    beside = lambda matrix, vector: [[*row, x] for row, x in zip(matrix, vector, strict=True)]  # noqa: E731
    rows = beside(inputs, bias), recurrent, [[x] for x in bias_hn], beside(weight, readout_bias)
    return Weights(cell, digest.hexdigest(), *rows)


def _require_shapes(cell: str, shapes: dict[str, list[int]]) -> None:
    (classes, *_, hidden), inputs, (gates, products, _) = shapes[NAMES[5]], shapes[NAMES[3]][-1], BLOCKS[cell]
    fitting = [[gates * hidden], [hidden], [products * hidden, hidden], [gates * hidden, inputs], [classes], [classes, hidden]]
    fits = hidden <= 1024 and classes >= 2 and shapes == {name: dict(zip(NAMES, fitting, strict=True))[name] for name in shapes}
    require(fits, f"the shapes do not fit each other, or not the cell {cell}: {shapes}")
