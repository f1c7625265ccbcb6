"""A reader of its own for safetensors: header length (8 bytes), JSON header, then the tensors' bytes and no others."""

import hashlib
import struct
from math import prod
from typing import Any

from anylength_check.dyadic import from_float32
from anylength_check.strict import fields, integer, items, parse, require

WEIGHTS_LIMIT, HEADER_LIMIT = 20 << 20, 1 << 20  # bytes; the weights of an lstm of 1024 units take 16 MiB, and the header little
AXIS = 8192  # the most rows or columns of a tensor
Shapes = dict[str, list[int]]
Tensors = dict[str, list[list[int]]]  # rows of numbers in units of 2^-149; a vector is one row
Columns = dict[str, list[list[int]]]  # for each row of a tensor, those where it is not 0


def read_shapes(file: bytes) -> tuple[Shapes, dict[str, bytes]]:
    """Shape and bytes of each tensor of a safetensors file, if they fill its data without gaps, or Refused."""
    start = 8 + int.from_bytes(file[:8], "little")
    fits = start <= 8 + HEADER_LIMIT and start <= len(file) <= WEIGHTS_LIMIT
    require(fits and file[8:9] == b"{", "the weights file is too short or too long, or has no header")
    header, data = parse(file[8:start]), file[start:]
    metadata = header.pop("__metadata__", {})
    strings_only = type(metadata) is dict and all(type(value) is str for value in metadata.values())
    require(strings_only, "the metadata of the weights is not a map of strings")
    shapes, spans = {}, {}
    for name, entry in header.items():
        dtype, shape, span = fields(entry, f"the tensor {name}", "dtype", "shape", "data_offsets")
        require(dtype == "F32", f"the tensor {name} is not F32")
        shapes[name] = [integer(axis, f"the shape of {name}", 1, AXIS) for axis in items(shape, f"the shape of {name}", 1, 2)]
        spans[name] = [integer(at, f"the span of {name}", 0, len(data)) for at in items(span, f"the span of {name}", 2, 2)]
    position = 0
    for span, name in sorted((span, name) for name, span in spans.items()):
        require(span == [position, position + 4 * prod(shapes[name])], f"the bytes of {name} are misplaced")
        position = span[1]
    require(position == len(data), "the weights file has bytes after its last tensor")
    return shapes, {name: data[slice(*span)] for name, span in spans.items()}


def read_tensors(shapes: Shapes, raw: dict[str, bytes], sha256: Any) -> Tensors:
    """The numbers of all tensors, if this is the SHA-256 of their names, shapes and bytes, or Refused."""
    digest, tensors = hashlib.sha256(), {}
    for name in sorted(shapes):
        digest.update(f"{name}\0F32\0{','.join(map(str, shapes[name]))}\0".encode() + raw[name])
    require(digest.hexdigest() == sha256, "tensors is not the SHA-256 of these weights")
    for name, (*_, width) in shapes.items():
        values = [from_float32(bits) for (bits,) in struct.iter_unpack("<I", raw[name])]
        tensors[name] = [values[first : first + width] for first in range(0, len(values), width)]
    return tensors


def filled(matrix: list[list[int]]) -> list[list[int]]:
    """The columns where each row is not 0."""
    return [[at for at, w in enumerate(row) if w] for row in matrix]
