"""A folder whose content may come from anyone: a run, a sweep.

Names are relative to the folder, with `/` between the parts. Every part is opened without following symbolic links, and only
regular files are opened, so that nothing outside the folder is read, created or changed.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedIOBase
from pathlib import Path

from anylength.errors import InputError
from anylength.files.atomic import replace_in
from anylength.files.disk import disk_errors
from anylength.files.names import LEFTOVER
from anylength.files.regular import NOT_FOLLOWED, open_regular, read_up_to, require_size

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
"""Flags that open a folder."""


class Folder:
    """The files of a folder.

    Every method raises `InputError` where a file is a symbolic link or no regular file, or the disk reports an error.

    Attributes:
        path: The folder. It may be a symbolic link itself: its user names it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    # reading

    def has(self, name: str) -> bool:
        """Whether the folder holds this file."""
        handle = self._opened(name, os.O_RDONLY)
        if handle is None:
            return False
        os.close(handle)
        return True

    def read(self, name: str, *, limit: int) -> bytes | None:
        """All bytes of a file; None where it does not exist. A file longer than `limit` bytes is refused."""
        handle = self._opened(name, os.O_RDONLY)
        if handle is None:
            return None
        with disk_errors(self.path / name, "read"):
            return read_up_to(handle, limit, name)

    def open(self, name: str, *, limit: int | None = None) -> BufferedIOBase:
        """A file for reading in parts. One that does not exist, or is longer than `limit` bytes, is refused."""
        handle = self._opened(name, os.O_RDONLY)
        if handle is None:
            raise InputError(f"a file {name!r}", f"none in {str(self.path)!r}", "the folder is damaged")
        file = os.fdopen(handle, "rb")
        if limit is not None:
            require_size(file, limit, name)
        return file

    def lines(self, name: str, *, limit: int) -> Iterator[bytes]:
        """The complete lines of a file, with their line feeds. Only one line is in memory at a time.

        A last line without its line feed is skipped. A line longer than `limit` bytes is refused.
        """
        with self.open(name) as file, disk_errors(self.path / name, "read"):
            while line := file.readline(limit):
                if not line.endswith(b"\n"):
                    if len(line) < limit:
                        return
                    raise InputError(f"lines of at most {limit:,} bytes in {name}", "a longer one", "the file is damaged")
                yield line

    # writing

    def write(self, name: str, content: bytes) -> None:
        """Writes a file so that no reader ever sees a part of it. A link of that name is replaced, not followed."""
        with disk_errors(self.path / name), self._parent(name) as (folder, last):
            replace_in(folder, last, content)

    def append(self, name: str, content: bytes, *, sync: bool = False) -> None:
        """Appends all of `content`, or where that fails leaves the file as it was.

        Args:
            name: The file. It is made where it does not exist.
            content: What to append.
            sync: Whether to wait until it is on disk.
        """
        with disk_errors(self.path / name), self._writable(name, os.O_CREAT | os.O_APPEND) as handle:
            before = os.fstat(handle).st_size
            try:
                left = memoryview(content)
                while left:
                    left = left[os.write(handle, left) :]
                if sync:
                    os.fsync(handle)
            except BaseException:
                os.ftruncate(handle, before)
                raise

    def truncate(self, name: str, size: int) -> None:
        """Cuts a file to its first `size` bytes."""
        with disk_errors(self.path / name), self._writable(name, 0) as handle:
            os.ftruncate(handle, size)

    def make_folder(self, name: str) -> None:
        """Makes a folder in this folder where it does not exist."""
        with disk_errors(self.path / name), self._parent(name) as (folder, last):
            with suppress(FileExistsError):
                os.mkdir(last, dir_fd=folder)
            os.close(os.open(last, FOLDER_FLAGS | NOT_FOLLOWED, dir_fd=folder))

    def remove(self, name: str) -> None:
        """Removes a file, or a link, where it exists."""
        with disk_errors(self.path / name), self._parent(name) as (folder, last), suppress(FileNotFoundError):
            os.unlink(last, dir_fd=folder)

    def remove_leftovers(self) -> None:
        """Removes the temporary files that killed processes left. Only who holds the folder's lock may call it."""
        with disk_errors(self.path):
            for folder, _, names in os.walk(self.path):
                for name in filter(LEFTOVER.fullmatch, names):
                    self.remove(str((Path(folder) / name).relative_to(self.path)))

    # opening

    def _opened(self, name: str, flags: int) -> int | None:
        """The descriptor of a file; None where it does not exist."""
        with disk_errors(self.path / name, "read"):
            try:
                with self._parent(name) as (folder, last):
                    return open_regular(last, flags, links=NOT_FOLLOWED, folder=folder)
            except FileNotFoundError:
                return None

    @contextmanager
    def _writable(self, name: str, flags: int) -> Iterator[int]:
        """The descriptor of a file that is changed in place. A file with a second name is refused: it would change there too."""
        with self._parent(name) as (folder, last):
            handle = open_regular(last, os.O_RDWR | flags, links=NOT_FOLLOWED, folder=folder)
        try:
            if os.fstat(handle).st_nlink > 1:
                remedy = "copy the folder, and work on the copy"
                raise InputError(f"a file {name!r} with one name", "a hard link", remedy)
            yield handle
        finally:
            os.close(handle)

    @contextmanager
    def _parent(self, name: str) -> Iterator[tuple[int, str]]:
        """The descriptor of the folder that holds a file, and the file's name in it."""
        *parts, last = map(_plain, name.split("/"))
        handle = os.open(self.path, FOLDER_FLAGS)
        try:
            for part in parts:
                inner = os.open(part, FOLDER_FLAGS | NOT_FOLLOWED, dir_fd=handle)
                os.close(handle)
                handle = inner
            yield handle, last
        finally:
            os.close(handle)


def _plain(part: str) -> str:
    """A part of a name, which cannot lead out of its folder."""
    if part in ("", ".", "..") or re.search(r"[/\0]", part):
        raise InputError("a name inside the folder", repr(part), "take a plain name")
    return part
