"""Whether something lies at a path. A path that is too long, or that may not be looked at, is no error here: nothing is there."""

import os
from pathlib import Path


def exists(path: Path) -> bool:
    """Whether there is anything of this name, be it a link that leads nowhere."""
    return os.path.lexists(path)


def is_folder(path: Path) -> bool:
    """Whether there is a folder, or a link to one."""
    try:
        return path.is_dir()
    except OSError:
        return False
