"""Atomic files. A file is written to a temporary name, synced, then renamed."""

import os
from contextlib import suppress
from pathlib import Path

from anylength.files.disk import disk_errors
from anylength.files.names import temporary_name
from anylength.files.regular import NOT_FOLLOWED


def write_atomic(path: Path, content: bytes) -> None:
    """Writes a file so that no reader ever sees a part of it, even after a crash or a power cut.

    Raises:
        InputError: The disk is full or the folder cannot be written.
    """
    with disk_errors(path):
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            replace_in(folder, path.name, content)
        finally:
            os.close(folder)


def replace_in(folder: int, name: str, content: bytes) -> None:
    """Writes a file into the folder with this descriptor. An older file or a link of that name is replaced, not followed."""
    temporary = temporary_name(name)
    try:
        with suppress(FileNotFoundError):
            os.unlink(temporary, dir_fd=folder)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NOT_FOLLOWED | os.O_CLOEXEC, 0o666, dir_fd=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(handle)
        os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
        os.fsync(folder)
    finally:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
