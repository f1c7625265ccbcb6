"""The secret key of this user on this machine, with which the server signs what it writes into run folders.

The key lies outside of the folders that are served, so nobody who sends a folder can sign it.
"""

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from anylength.files import temporary_name

KEY_BYTES = 32
"""Bytes of the key: as many as SHA-256 has."""

KEY_FILE = "server.key"
"""The file that holds the key."""


def state_folder() -> Path:
    """The folder for the state of anylength, of this user on this machine (XDG Base Directory Specification)."""
    named = os.environ.get("XDG_STATE_HOME", "")
    return (Path(named) if Path(named).is_absolute() else Path.home() / ".local" / "state") / "anylength"


def user_key(root: Path) -> bytes:
    """The key for a served folder.

    Where the key file cannot be kept or trusted, or lies within `root`, the key is a new one that no other start of the server has.
    """
    with suppress(OSError, RuntimeError):
        folder = state_folder()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not folder.resolve().is_relative_to(root.resolve()):
            return _read(folder / KEY_FILE) or _make(folder / KEY_FILE)
    return secrets.token_bytes(KEY_BYTES)


def _make(path: Path) -> bytes:
    """Makes the key file. If another server makes it at the same time, both use the file that came first."""
    temporary = path.with_name(temporary_name(path.name))
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
    try:
        with suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    key = _read(path)
    if key is None:
        raise OSError("the key file cannot be trusted")
    return key


def _read(path: Path) -> bytes | None:
    """The key in a file; None where the file is missing, another user could have read or written it, or it is no key."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        is_private = stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o077
        key = file.read(KEY_BYTES + 1) if is_private else b""
    return key if len(key) == KEY_BYTES else None
