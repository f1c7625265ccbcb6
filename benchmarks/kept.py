"""Keeps the unfinished search for forks of a benchmark in a file, so that it goes on another day."""

import io
import json
from pathlib import Path

import numpy as np
from safetensors.numpy import load, save

SHORT = {
    "center": np.float32, "shape": np.float32, "directions": np.float32, "kind": np.int16, "targets": np.int16, "counts": np.int16,
    "branches": np.int16, "slices": np.int8, "logits": np.float16, "turns": np.float16,
}  # fmt: skip
"""The numbers of a short file."""

ZIPPED = b"PK"
"""How a short file begins."""

LONG = {np.float32: np.float64, np.float16: np.float64, np.int16: np.int64, np.int8: np.int64}
"""And those that a search goes on with."""


class KeptIn:
    """Keeps an unfinished search in a file of a folder; one for forks in a third of the room.

    Args:
        folder: The folder; None keeps nothing.
        name: What the search is about.
    """

    def __init__(self, folder: Path | None, name: str) -> None:
        self.path = None if folder is None else folder / f"{name.lower().replace(', ', '-').replace(' ', '-')}.kept"

    def read(self) -> bytes | None:
        """What was kept."""
        if self.path is None or not self.path.exists():
            return None
        content = self.path.read_bytes()
        return lengthened(content) if content.startswith(ZIPPED) else content

    def write(self, content: bytes) -> None:
        """Puts it in place of what was kept."""
        if self.path:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            fresh = self.path.with_suffix(".fresh")
            fresh.write_bytes(shortened(content) if SHORT.keys() <= load(content).keys() else content)
            fresh.replace(self.path)


def shortened(content: bytes) -> bytes:
    """A kept search in a short file."""
    size, tables, file = int.from_bytes(content[:8], "little"), load(content), io.BytesIO()
    metadata = json.dumps(json.loads(content[8 : 8 + size])["__metadata__"])
    numbers = {name: tables[name].astype(kind) for name, kind in SHORT.items()}
    np.savez_compressed(file, metadata=np.array(metadata), **numbers)
    return file.getvalue()


def lengthened(content: bytes) -> bytes:
    """The kept search of a short file."""
    with np.load(io.BytesIO(content)) as file:
        tables = {name: file[name].astype(LONG[kind]) for name, kind in SHORT.items()}
        return save({name: np.ascontiguousarray(part) for name, part in tables.items()}, json.loads(str(file["metadata"])))
