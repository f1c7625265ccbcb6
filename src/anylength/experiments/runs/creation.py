"""Making a run folder: it appears whole, or not at all."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from anylength.errors import InputError
from anylength.experiments.runs import layout
from anylength.files import disk_errors, exists, is_folder, remove_leftovers, temporary_name, write_atomic
from anylength.records import Environment, RunConfig


def make_folder(path: Path, config: RunConfig, made_with: Environment, files: Mapping[str, bytes]) -> None:
    """Makes a new run folder with its configuration and environment, and with other files. It appears with all of them at once.

    Raises:
        InputError: The folder exists, or cannot be made.
    """
    if exists(path):
        raise InputError("a new run folder", f"{str(path)!r}, which exists", _other_folder(path))
    temporary = path.with_name(temporary_name(path.name))
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(temporary, ignore_errors=True)
        try:
            temporary.mkdir()
            write_atomic(temporary / layout.ENVIRONMENT, made_with.to_file())
            for name, content in files.items():
                write_atomic(temporary / name, content)
            write_atomic(temporary / layout.CONFIG, config.to_file())
            temporary.rename(path)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    remove_leftovers(path)


def _other_folder(path: Path) -> str:
    """What to do about a folder that exists."""
    return "pass --resume to continue it, or another --out" if is_folder(path) else "pass another --out"
