"""The lock of a folder: only one process at a time may work in it."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anylength.base import Folder, InputError, disk_errors, remove_leftovers

_held: set[tuple[int, int, int]] = set()
"""The folders that threads of this process hold: thread, device and inode."""


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds the lock of a folder, and removes the temporary files that killed processes left in it or beside it.

    A thread that holds the lock may take it again.

    Raises:
        InputError: Another process or thread holds it, or the folder is missing or cannot be written.
    """
    with disk_errors(path):
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        status = os.fstat(handle)
        holder = (threading.get_ident(), status.st_dev, status.st_ino)
        if holder in _held:
            yield
            return
        _take(handle, path)
        _held.add(holder)
        try:
            Folder(path).remove_leftovers()
            remove_leftovers(path)
            yield
        finally:
            _held.discard(holder)
    finally:
        os.close(handle)


def _take(handle: int, path: Path) -> None:
    """Locks an open folder. Raises what `locked` does."""
    if not os.access(path, os.W_OK):
        remedy = "change its permissions, or copy the run to another folder"
        raise InputError("a folder that can be written", f"{str(path)!r}, which is read-only", remedy)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise InputError("a run that nobody is working on", f"{str(path)!r}, in use", "wait, or pass another --out") from None
