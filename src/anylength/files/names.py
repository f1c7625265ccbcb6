"""Names of files and folders: free ones, and temporary ones."""

import os
import re
import shutil
from pathlib import Path

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
