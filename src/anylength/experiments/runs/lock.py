"""The lock of a run folder: only one process at a time may work in it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anylength.errors import InputError


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds the lock of a folder.

    Raises:
        InputError: Another process holds it.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError("a run that nobody is working on", f"{str(path)!r}, in use", "wait, or pass another --out") from None
        yield
    finally:
        os.close(handle)
