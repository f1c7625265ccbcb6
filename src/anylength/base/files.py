"""Files and folders that other processes use too, and that a kill at any moment leaves whole.

Files are read only where they are regular and small enough. They are written to a temporary name, synced and renamed, so that a
reader sees the old content or the new. Of many processes that want a name, one gets it: a folder is made or refused, and a lock is
held by one process at a time.
"""

import errno
import fcntl
import os
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedIOBase
from pathlib import Path

from anylength.base.errors import InputError

REMEDIES = {
    errno.ENOENT: "check that nobody moved or deleted it",
    errno.ENOTDIR: "choose a path whose parents are folders",
    errno.EACCES: "change its permissions, or choose another folder with --out",
    errno.EPERM: "change its permissions, or choose another folder with --out",
    errno.EROFS: "choose another folder with --out",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.EISDIR: "move the folder of that name away",
}
"""What to do about an error of the system, by its number."""

FULL_DISK = "free some space, or choose another folder with --out"
"""What to do about a full disk, and about every other error."""


@contextmanager
def disk_errors(path: Path, action: str = "write") -> Iterator[None]:
    """Turns an `OSError` on `path` (full disk, no permission, not a folder) into an `InputError`.

    Args:
        path: The file or folder.
        action: `read` or `write`, for the message.
    """
    try:
        yield
    except OSError as error:
        remedy = REMEDIES.get(error.errno or 0, FULL_DISK if action == "write" else "check the path")
        raise InputError(f"to {action} {str(path)!r}", error.strerror or str(error), remedy) from None


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


LEFTOVER = re.compile(r"\.(?P<name>.+)\.\d+\.tmp")
"""Names of temporary files and folders. The number is the process that writes it."""


def temporary_name(name: str) -> str:
    """The name under which this process writes a file or folder, before it is renamed."""
    return f".{name}.{os.getpid()}.tmp"


def free_name(path: Path) -> Path:
    """`path`, or the first of path-2, path-3, … that does not exist."""
    number, candidate = 1, path
    while os.path.lexists(candidate):
        number += 1
        candidate = path.with_name(f"{path.name}-{number}")
    return candidate


def remove_leftovers(path: Path) -> None:
    """Removes the temporary folders that killed processes left beside `path`, where they began to make it.

    Only the owner of `path` may call it: a process that still writes such a folder would lose it.
    """
    try:
        entries = list(path.parent.iterdir())
    except OSError:
        return
    for entry in entries:
        match = LEFTOVER.fullmatch(entry.name)
        if match and match["name"] == path.name:
            shutil.rmtree(entry, ignore_errors=True)


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Yields an empty temporary folder beside `path`, which must not exist. At the end the folder gets that name.

    After an error nothing is left. Folders that killed processes left on the way to this name are removed.

    Raises:
        InputError: The folder cannot be made.
    """
    temporary = path.with_name(temporary_name(path.name))
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(temporary, ignore_errors=True)
        try:
            temporary.mkdir()
            yield temporary
            temporary.rename(path)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    remove_leftovers(path)


def exists(path: Path) -> bool:
    """Whether there is anything of this name, be it a link that leads nowhere."""
    return os.path.lexists(path)


def is_folder(path: Path) -> bool:
    """Whether there is a folder, or a link to one."""
    try:
        return path.is_dir()
    except OSError:
        return False


KINDS = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
    stat.S_IFDIR: "a folder",
}
"""Kinds of file that are refused, by the type bits of their mode."""

OTHER = "something else"
"""Any other kind of file."""

MIB = 1 << 20
"""Bytes of a MiB."""

FOLLOWED, NOT_FOLLOWED = 0, os.O_NOFOLLOW
"""Whether a symbolic link is followed, as a flag of `open`."""


def open_regular(name: str, flags: int, *, links: int, folder: int | None = None) -> int:
    """Opens a regular file and returns its descriptor.

    Args:
        name: The path, or with `folder` the name in that folder.
        flags: Flags of `os.open`.
        links: `FOLLOWED` or `NOT_FOLLOWED`.
        folder: Descriptor of the folder.

    Raises:
        InputError: The file is not a regular file.
        OSError: It cannot be opened, or does not exist.
    """
    if os.path.lexists(name) if folder is None else _exists(name, folder):
        _require_regular(os.stat(name, dir_fd=folder, follow_symlinks=links == FOLLOWED), name)
    handle = os.open(name, flags | links | os.O_NONBLOCK | os.O_CLOEXEC, 0o666, dir_fd=folder)
    try:
        _require_regular(os.fstat(handle), name)  # the name may have changed its file in between
    except InputError:
        os.close(handle)
        raise
    return handle


def read_up_to(handle: int, limit: int, name: str) -> bytes:
    """All bytes of an open file, which is closed.

    Raises:
        InputError: The file is longer than `limit` bytes. No more than that is read.
    """
    with os.fdopen(handle, "rb") as file:
        require_size(file, limit, name)
        content = file.read(limit + 1)
        if len(content) > limit:
            raise _too_long(len(content), limit, name)
        return content


def require_size(file: BufferedIOBase, limit: int, name: str) -> None:
    """Closes an open file that is longer than `limit` bytes.

    Raises:
        InputError: It is longer.
    """
    size = os.fstat(file.fileno()).st_size
    if size > limit:
        file.close()
        raise _too_long(size, limit, name)


def read_file(path: Path, *, limit: int, kind: str = "a file") -> bytes:
    """All bytes of a file that a user names. The path may be a symbolic link.

    Args:
        path: The file.
        limit: Most bytes to read.
        kind: What the file should be, for errors.

    Raises:
        InputError: The file is missing, is no regular file, is longer than the limit, or cannot be read.
    """
    with disk_errors(path, "read"):
        try:
            mode = path.stat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            raise InputError(kind, f"nothing at {str(path)!r}", "check the path") from None
        except ValueError:  # a zero byte
            raise InputError(kind, f"{str(path)!r}, which is no path", "check the path") from None
        if not stat.S_ISREG(mode):
            raise InputError(kind, f"{KINDS.get(stat.S_IFMT(mode), OTHER)}, {str(path)!r}", "give the path of a file")
        return read_up_to(open_regular(str(path), os.O_RDONLY, links=FOLLOWED), limit, path.name)


def _exists(name: str, folder: int) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _too_long(size: int, limit: int, name: str) -> InputError:
    got = f"{size / MIB:,.1f} MiB in {name!r}"
    return InputError(f"a file of at most {limit / MIB:,.0f} MiB", got, "check that it is the right file")


def _require_regular(status: os.stat_result, name: str) -> None:
    if not stat.S_ISREG(status.st_mode):
        kind = KINDS.get(stat.S_IFMT(status.st_mode), OTHER)
        raise InputError(f"a regular file {name!r}", kind, "put the file itself there")


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


def read_text(path: Path, *, limit: int, kind: str) -> str:
    """The text of a UTF-8 file that a user names, with or without a byte order mark. Arguments and errors are those of `read_file`.

    Raises:
        InputError: Besides, the file is not UTF-8.
    """
    try:
        return read_file(path, limit=limit, kind=kind).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(kind, f"{str(path)!r}, which is not UTF-8 text", "save it as UTF-8") from None
