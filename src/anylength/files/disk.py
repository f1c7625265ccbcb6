"""Errors of the disk, as one line with what to do."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anylength.errors import InputError

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
