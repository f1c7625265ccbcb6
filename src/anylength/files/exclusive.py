"""Processes that make the same files, one after the other."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anylength.files.disk import disk_errors


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Waits until nobody else is in such a block for this folder, which is made if it is missing. A killed process leaves it.

    Raises:
        InputError: The folder cannot be made or read.
    """
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
