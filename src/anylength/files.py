"""Atomic files. A file is written to a temporary name, synced, then renamed. Disk errors become one line."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anylength.errors import InputError


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turns an `OSError` on `path` (full disk, no permission, not a folder) into an `InputError`."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"to write {str(path)!r}", reason, "free some space, or choose another folder with --out") from None


def write_atomic(path: Path, content: bytes) -> None:
    """Writes a file so that no reader ever sees a part of it, even after a crash or a power cut.

    Raises:
        InputError: The disk is full or the folder cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with disk_errors(path):
        try:
            with open(temporary, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
            _sync_folder(path.parent)
        finally:
            temporary.unlink(missing_ok=True)


def append_whole(path: Path, content: bytes) -> None:
    """Appends all of `content` and syncs it, or where that fails leaves the file as it was.

    Raises:
        InputError: The disk is full or the file cannot be written.
    """
    with disk_errors(path), open(path, "ab", buffering=0) as file:
        before = file.seek(0, os.SEEK_END)
        try:
            left = memoryview(content)
            while left:
                left = left[file.write(left) :]
            os.fsync(file.fileno())
        except BaseException:
            file.truncate(before)
            raise


def append_line(path: Path, line: str) -> None:
    """Appends one line in a single write.

    Raises:
        InputError: The disk is full or the folder cannot be written.
    """
    with disk_errors(path), open(path, "ab", buffering=0) as file:
        file.write(line.encode() + b"\n")


def free_name(path: Path) -> Path:
    """`path`, or the first of path-2, path-3, … that does not exist."""
    number, candidate = 1, path
    while candidate.exists():
        number += 1
        candidate = path.with_name(f"{path.name}-{number}")
    return candidate


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
