"""Reads a safetensors file as float32 tensors. No value is rounded: a file with finer numbers is refused."""

import json
from pathlib import Path

import numpy as np

from anylength.errors import InputError
from anylength.interchange.layer import Floats

STORED_TYPES = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2"), "BF16": np.dtype("<u2"), "F64": np.dtype("<f8")}
"""The readable number types, with the type that their bytes are read as: numpy has no bfloat16, so its bits are read."""


def read_tensors(path: Path) -> tuple[dict[str, Floats], dict[str, str]]:
    """The tensors of a safetensors file as float32, and its metadata.

    Raises:
        InputError: The file is malformed, or float32 cannot hold a tensor exactly.
    """
    from safetensors import SafetensorError, deserialize

    try:
        data = path.read_bytes()
        entries = deserialize(data)
        header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    except (SafetensorError, OSError, ValueError, TypeError) as error:
        remedy = "save it again with safetensors.torch.save_file"
        raise InputError("a readable safetensors file", f"{path.name}: {error}", remedy) from None
    tensors = {name: _as_float32(name, entry["dtype"], entry["shape"], entry["data"]) for name, entry in entries}
    return dict(sorted(tensors.items())), dict(header.get("__metadata__") or {})


def _as_float32(name: str, dtype: str, shape: list[int], data: bytes) -> Floats:
    """A tensor's values in float32.

    Raises:
        InputError: The type is not readable, or float32 would round a value.
    """
    if dtype not in STORED_TYPES:
        raise InputError("tensors of float32", f"{name} of {dtype}", "save model.float().state_dict()")
    values = np.frombuffer(data, STORED_TYPES[dtype]).reshape(shape)
    if dtype == "BF16":
        return (values.astype(np.uint32) << 16).view(np.float32)
    with np.errstate(all="ignore"):
        narrow = values.astype(np.float32)
    if not np.array_equal(narrow.astype(values.dtype), values, equal_nan=True):
        got = f"{name} of {dtype}, which float32 would round"
        raise InputError("numbers that float32 holds exactly", got, "save model.float().state_dict()")
    return narrow
