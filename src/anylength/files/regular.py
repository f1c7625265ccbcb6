"""Opening regular files alone. A pipe, a device or a folder is refused before it is opened, so that no read waits for ever."""

import os
import stat
from io import BufferedIOBase
from pathlib import Path

from anylength.errors import InputError
from anylength.files.disk import disk_errors

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
