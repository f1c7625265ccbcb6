"""Folders that appear whole, or not at all."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anylength.files.disk import disk_errors
from anylength.files.names import remove_leftovers, temporary_name


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
