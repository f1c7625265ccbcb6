"""Reads safetensors files tensor by tensor.

The header is checked before any tensor is read, so that a damaged or hostile file costs little time and memory. A file holds the
header's length as 8 bytes, the header as JSON, and the tensors' bytes without gaps.
Format: https://huggingface.co/docs/safetensors.
"""

import math
import os
from io import BufferedIOBase
from typing import Annotated

import ml_dtypes
import msgspec
import numpy as np

from anylength.base import InputError

LENGTH_BYTES = 8
"""Bytes of the header's length, a little-endian integer."""

Size = Annotated[int, msgspec.Meta(ge=0, le=1 << 48)]
"""A number of entries or bytes. The bound keeps products small."""

METADATA = "__metadata__"
"""The header's key of the metadata. All other keys are tensors."""

DTYPES = {
    "BOOL": np.dtype(bool), "I8": np.dtype("<i1"), "I16": np.dtype("<i2"), "I32": np.dtype("<i4"), "I64": np.dtype("<i8"),
    "U8": np.dtype("<u1"), "U16": np.dtype("<u2"), "U32": np.dtype("<u4"), "U64": np.dtype("<u8"),
    "F16": np.dtype("<f2"), "BF16": np.dtype(ml_dtypes.bfloat16), "F32": np.dtype("<f4"), "F64": np.dtype("<f8"),
}  # fmt: skip
"""numpy's type for each type of the format that is read."""


class Entry(msgspec.Struct, frozen=True):
    """A tensor in the header: its type, shape, and the first and last byte after the header."""

    dtype: str
    shape: Annotated[list[Size], msgspec.Meta(max_length=8)]
    data_offsets: tuple[Size, Size]

    @property
    def size(self) -> int:
        """Its bytes."""
        return self.data_offsets[1] - self.data_offsets[0]


class SafetensorsFile:
    """An open safetensors file.

    Args:
        file: The file, open for reading. Its owner closes it.
        source: Its name, for errors.

    Attributes:
        metadata: The metadata.
        entries: The tensors by name.

    Raises:
        InputError: The header is damaged, or does not describe the file's bytes.
    """

    def __init__(self, file: BufferedIOBase, source: str) -> None:
        self._file, self._source = file, source
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        length = int.from_bytes(file.read(LENGTH_BYTES), "little")
        self._start = LENGTH_BYTES + length
        # one tensor needs about 100 bytes
        if length > (8 << 20) or self._start > size:
            raise self._damaged("its header does not fit")
        try:
            raw = msgspec.json.decode(file.read(length), type=dict[str, msgspec.Raw])
            self.metadata = msgspec.json.decode(raw.pop(METADATA, msgspec.Raw(b"{}")), type=dict[str, str])
            self.entries = {name: msgspec.json.decode(text, type=Entry) for name, text in raw.items()}
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise self._damaged("its header is no table of tensors") from None
        self._check(size - self._start)

    def tensor(self, name: str) -> np.ndarray:
        """One tensor.

        Raises:
            KeyError: The file has none of this name.
            InputError: The file is shorter than its header says.
        """
        entry = self.entries[name]
        return self._values(entry.dtype, entry.data_offsets[0], entry.shape)

    def item(self, name: str, index: int) -> np.ndarray:
        """Entry `index` along the first axis of a tensor. The others are not read.

        Raises:
            KeyError: The file has no tensor of this name.
            InputError: The tensor has no such entry, or the file is shorter than its header says.
        """
        entry = self.entries[name]
        if not entry.shape or not 0 <= index < entry.shape[0]:
            raise self._damaged(f"{name!r} has no entry {index}")
        rest = entry.shape[1:]
        return self._values(entry.dtype, entry.data_offsets[0] + index * math.prod(rest) * DTYPES[entry.dtype].itemsize, rest)

    def tensors(self) -> dict[str, np.ndarray]:
        """All tensors by name. Raises what `tensor` does."""
        return {name: self.tensor(name) for name in self.entries}

    def _values(self, dtype: str, start: int, shape: list[int]) -> np.ndarray:
        self._file.seek(self._start + start)
        size = math.prod(shape) * DTYPES[dtype].itemsize
        content = self._file.read(size)
        if len(content) < size:
            raise self._damaged("it ends early")
        return np.frombuffer(content, DTYPES[dtype]).reshape(shape)

    def _check(self, size: int) -> None:
        """Checks that the tensors cover the `size` bytes after the header, without gap or overlap."""
        end = 0
        for name, entry in sorted(self.entries.items(), key=lambda item: item[1].data_offsets):
            start, stop = entry.data_offsets
            if entry.dtype not in DTYPES:
                raise self._damaged(f"{name!r} has the unknown type {entry.dtype!r}")
            if start != end or math.prod(entry.shape) * DTYPES[entry.dtype].itemsize != stop - start:
                raise self._damaged(f"{name!r} does not fit its bytes")
            end = stop
        if end != size:
            raise self._damaged(f"its header describes {end:,} of {size:,} bytes")

    def _damaged(self, why: str) -> InputError:
        return InputError("a readable safetensors file", f"{self._source}: {why}", "the file is damaged; train or copy it again")
