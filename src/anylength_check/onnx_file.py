"""Whether an ONNX file is the one that a certificate about streams names, and holds the layer's numbers where this says.

An exporter may store the weights of a layer whole, or gate by gate in another order, as initialisers or as constants. However that
is, the float32 numbers of a gate stand side by side in the file. So the certificate has for each tensor the places of its gates'
blocks, in bytes from the start of the file. A bias is the sum of two blocks, rounded to float32, or 0 if the file has none. Which
operator reads the blocks is not looked at.
"""

import hashlib
import struct
from typing import Any

from anylength_check.strict import fields, items, require

ONNX_LIMIT = 256 << 20  # bytes
HEX = frozenset("0123456789abcdef")


def source_lines(source: Any, file: bytes | None, raw: dict[str, bytes], gates: int) -> tuple[str, ...]:
    """What is said of the ONNX file that a certificate names, or Refused. `raw` has the bytes of the layer's tensors."""
    require(source is not None or file is None, "the certificate names no ONNX file")
    if source is None:
        return ()
    sha256, bias, *weights = fields(source, "the source", "onnx", "bias", "weight_ih", "weight_hh")
    require(type(sha256) is str and len(sha256) == 64 and HEX.issuperset(sha256), "onnx is no SHA-256")
    for places in (*weights, *items(bias, "the places of biases", 0, 2)):
        items(places, "a list of places", gates, gates, ONNX_LIMIT)
    require(len(bias) != 1, "a bias has not two blocks")
    if file is None:
        return (f"Source: the ONNX file SHA-256 {sha256}, which was not given and is not compared.",)
    require(len(file) <= ONNX_LIMIT, f"the ONNX file is over {ONNX_LIMIT} bytes")
    require(hashlib.sha256(file).hexdigest() == sha256, "the ONNX file is not the one that the certificate names")
    for name, places in zip(("weight_ih", "weight_hh"), weights, strict=True):
        size = len(raw[name]) // gates
        require(b"".join(file[at : at + size] for at in places) == raw[name], f"{name} does not stand in the ONNX file as said")
    size = len(raw["bias"]) // gates
    halves = [b"".join(file[at : at + size] for at in places) for places in bias]
    require(summed(halves, len(raw["bias"])) == raw["bias"], "bias does not stand in the ONNX file as said")
    return (f"Source: the ONNX file has the SHA-256 {sha256}, and all these weights stand in it.",)


def summed(halves: list[bytes], size: int) -> bytes:
    """The sums of two rows of float32 numbers, or zeros. In double precision, rounded to float32, a sum is the nearest one."""
    require(all(len(half) == size for half in halves), "bias does not stand in the ONNX file as said")
    if not halves:
        return bytes(size)
    pairs = zip(*(struct.unpack(f"<{size // 4}f", half) for half in halves), strict=True)
    return struct.pack(f"<{size // 4}f", *(a + b for a, b in pairs))
