"""Finished parts of an audit, kept in its folder until it ends: an audit that was stopped continues after them."""

import io
import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol, TypeVar

import msgspec
import numpy as np

from anylength.base import write_atomic
from anylength.base.version import __version__

T = TypeVar("T")


class Kept(Protocol):
    """How a part comes about."""

    def __call__(self, about: object, kind: Any, compute: Callable[[], T]) -> T:
        """The part of this type: from the folder if it is there, else computed and kept. `about` tells it from all others."""
        ...


class Parts:
    """The parts in a folder. A part is told by the code of the package and by all that it was computed from.

    Args:
        folder: The folder `parts` of an audit; None keeps nothing.

    Attributes:
        seconds: What the parts that were found had taken.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder, self.seconds = folder, 0.0

    def of(self, digest: str | None, *facts: object) -> Kept:
        """The parts of one net.

        Args:
            digest: SHA-256 of the net's file. None keeps nothing: a net that is not known to be the same gets no old parts.
            facts: Everything else on which they depend.
        """
        key = _packed([__version__, _code(), digest, facts])

        def kept(about: object, kind: Any, compute: Callable[[], T]) -> T:
            if self._folder is None or digest is None:
                return compute()
            path = self._folder / f"{sha256(key + _packed(about)).hexdigest()}.part"
            content = path.read_bytes() if path.is_file() else b""
            if sha256(content[32:]).digest() == content[:32]:
                seconds, part = msgspec.msgpack.decode(content[32:], type=tuple[float, kind], dec_hook=_unpacked_array)
                self.seconds += seconds
                return part
            began = time.monotonic()
            part = compute()
            packed = _packed((time.monotonic() - began, part))
            self._folder.mkdir(parents=True, exist_ok=True)
            write_atomic(path, sha256(packed).digest() + packed)
            return part

        return kept

    def remove(self) -> None:
        """Removes all parts."""
        if self._folder is not None:
            for path in self._folder.glob("*.part"):
                path.unlink()
            with suppress(OSError):
                self._folder.rmdir()


def _code() -> bytes:
    """A digest of the package: a checkout changes without its version."""
    return sha256(b"".join(file.read_bytes() for file in sorted(Path(__file__).parents[1].rglob("*.py")))).digest()


def _packed(value: object) -> bytes:
    return msgspec.msgpack.encode(value, enc_hook=_packed_array)


def _packed_array(value: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, value, allow_pickle=False)
    return file.getvalue()


def _unpacked_array(kind: type, value: Any) -> np.ndarray:
    del kind
    return np.load(io.BytesIO(value), allow_pickle=False)
