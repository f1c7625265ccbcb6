"""Reads a safetensors file as float32 tensors. No value is rounded: a file with finer numbers is refused."""

import io
from pathlib import Path

import numpy as np

from anylength.base import InputError, read_file
from anylength.interchange.layer import Floats
from anylength.nets.safetensors_file import SafetensorsFile
from anylength.nets.weights import MAX_WEIGHTS_BYTES

READABLE = ("F32", "F16", "BF16", "F64")
"""The types of numbers that are read. All values of the middle two are values of float32."""


def read_tensors(path: Path) -> tuple[dict[str, Floats], dict[str, str]]:
    """The tensors of a safetensors file as float32, and its metadata.

    Raises:
        InputError: The file is malformed, or float32 cannot hold a tensor exactly.
    """
    file = SafetensorsFile(io.BytesIO(read_file(path, limit=MAX_WEIGHTS_BYTES, kind="a safetensors file")), path.name)
    tensors = {name: _as_float32(name, file.entries[name].dtype, file.tensor(name)) for name in sorted(file.entries)}
    return tensors, file.metadata


def _as_float32(name: str, dtype: str, values: np.ndarray) -> Floats:
    """A tensor's values in float32.

    Raises:
        InputError: The type is not readable, or float32 would round a value.
    """
    if dtype not in READABLE:
        raise InputError("tensors of float32", f"{name} of {dtype}", "save model.float().state_dict()")
    with np.errstate(all="ignore"):
        narrow = values.astype(np.float32)
    if not np.array_equal(narrow.astype(values.dtype), values, equal_nan=True):
        got = f"{name} of {dtype}, which float32 would round"
        raise InputError("numbers that float32 holds exactly", got, "save model.float().state_dict()")
    return narrow
