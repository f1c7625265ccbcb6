"""A reader of its own for safetensors: header length (8 bytes), JSON header, then the tensors' bytes and no others."""

import hashlib
import struct
from math import prod
from typing import Any, NamedTuple

from anylength_check.dyadic import from_float32
from anylength_check.strict import fields, integer, items, parse, require

WEIGHTS_LIMIT, HEADER_LIMIT = 20 << 20, 1 << 20  # bytes; the weights of an lstm of 1024 units take 16 MiB, and the header little
CELLS = ("rnn", "relu", "gru", "lstm", "gru-reset-before", "linear", "linear-signed", "mingru")
INPUT_BLOCKS: dict[str, int] = dict(zip(CELLS, (1, 1, 3, 4, 3, 3, 3, 3), strict=True))  # blocks of H rows in W_ih
RECURRENT_BLOCKS: dict[str, int] = dict(zip(CELLS, (1, 1, 3, 4, 3, 1, 1, 1), strict=True))  # in W_hh
TERM_BLOCKS: dict[str, int] = dict(zip(CELLS, (1, 1, 4, 5, 3, 1, 1, 1), strict=True))  # in a recurrent term (`cells`)
Rows = list[list[int]]


class Weights(NamedTuple):
    """The tensors in units of 2^-149, and the SHA-256 of their names, shapes and bytes; E inputs, H units, C classes."""

    cell: str
    sha256: str
    hidden: int  # H
    input: Rows  # E columns: W_ih
    biases: Rows  # 1 column: b, or 2 columns: b and b_hh
    recurrent: Rows  # H columns: W_hh
    bias_hn: Rows  # [H, 1] in a gru, else empty
    readout: Rows  # [C, H + 1]: the weights and, last, the bias


def read_weights(file: bytes, cell: str, sha256: Any) -> Weights:
    """The weights of a net with this kind of cell and this SHA-256 from a safetensors file, or Refused."""
    start = 8 + int.from_bytes(file[:8], "little")
    fits = start <= 8 + HEADER_LIMIT and start <= len(file) <= WEIGHTS_LIMIT
    require(fits and file[8:9] == b"{", "the weights file is too short or too long, or has no header")
    tensors = sorted(_tensors(parse(file[8:start]), file[start:], cell).items())
    digest, tables = hashlib.sha256(), {}
    for name, (shape, raw) in tensors:
        digest.update(f"{name}\0F32\0{','.join(map(str, shape))}\0".encode() + raw)
    require(digest.hexdigest() == sha256, "tensors is not the SHA-256 of these weights")
    for name, (shape, raw) in tensors:
        values, width = [from_float32(bits) for (bits,) in struct.iter_unpack("<I", raw)], shape[-1]
        tables[name] = [values[first : first + width] for first in range(0, len(values), width)]
    biases = [list(row) for row in zip(*(tables[name][0] for name in ("cell.bias", "cell.bias_hh") if name in tables), strict=True)]
    bias_hn = [[bias] for bias in tables["cell.bias_hn"][0]] if cell == "gru" else []
    readout = [[*row, bias] for row, bias in zip(tables["readout.weight"], tables["readout.bias"][0], strict=True)]
    input_weights, recurrent, hidden = tables["cell.weight_ih"], tables["cell.weight_hh"], len(readout[0]) - 1
    return Weights(cell, digest.hexdigest(), hidden, input_weights, biases, recurrent, bias_hn, readout)


def _tensors(header: Any, data: bytes, cell: str) -> dict[str, tuple[list[int], bytes]]:
    """Shape and bytes of each tensor, if they are exactly those of the cell, fit each other, and fill the data without gaps."""
    metadata = header.pop("__metadata__", {})
    strings_only = type(metadata) is dict and all(type(value) is str for value in metadata.values())
    require(strings_only, "the metadata of the weights is not a map of strings")
    names = ["cell.bias", "cell.weight_hh", "cell.weight_ih", "readout.bias", "readout.weight"]
    names += ["cell.bias_hh"] if "cell.bias_hh" in header else []
    names += ["cell.bias_hn"] if cell == "gru" else []
    shapes, spans = {}, {}
    for name, entry in zip(names, fields(header, "the weights header", *names), strict=True):
        dtype, shape, span = fields(entry, f"the tensor {name}", "dtype", "shape", "data_offsets")
        require(dtype == "F32", f"the tensor {name} is not F32")
        shapes[name] = [integer(axis, f"the shape of {name}", 1, 4096) for axis in items(shape, f"the shape of {name}", 1, 2)]
        spans[name] = [integer(at, f"the span of {name}", 0, len(data)) for at in items(span, f"the span of {name}", 2, 2)]
    _require_shapes(shapes, cell)
    position = 0
    for span, name in sorted((span, name) for name, span in spans.items()):
        require(span[0] == position and span[1] == position + 4 * prod(shapes[name]), f"the bytes of {name} are misplaced")
        position = span[1]
    require(position == len(data), "the weights file has bytes after its last tensor")
    return {name: (shapes[name], data[span[0] : span[1]]) for name, span in spans.items()}


def _require_shapes(shapes: dict[str, list[int]], cell: str) -> None:
    reason = f"the shapes do not fit each other, or not the cell {cell}: {shapes}"
    require(len(shapes["readout.weight"]) == len(shapes["cell.weight_ih"]) == 2, reason)
    (classes, hidden), (rows, inputs) = shapes["readout.weight"], shapes["cell.weight_ih"]
    require(hidden <= 1024 and classes >= 2 and rows == INPUT_BLOCKS[cell] * hidden, reason)
    expected = {"cell.bias": [rows], "cell.bias_hh": [rows], "cell.bias_hn": [hidden], "cell.weight_ih": [rows, inputs]}
    expected["cell.weight_hh"] = [RECURRENT_BLOCKS[cell] * hidden, hidden]
    expected["readout.weight"], expected["readout.bias"] = [classes, hidden], [classes]
    for name, shape in shapes.items():
        require(shape == expected[name], reason)
