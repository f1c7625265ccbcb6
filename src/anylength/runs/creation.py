"""Making a run folder: it appears whole, or not at all."""

from collections.abc import Mapping
from pathlib import Path

from anylength.base import InputError, exists, is_folder, new_folder, write_atomic
from anylength.records import Environment, RunConfig
from anylength.runs import layout


def make_folder(path: Path, config: RunConfig, made_with: Environment, files: Mapping[str, bytes]) -> None:
    """Makes a new run folder with its configuration and environment, and with other files. It appears with all of them at once.

    Raises:
        InputError: The folder exists, or cannot be made.
    """
    if exists(path):
        raise InputError("a new run folder", f"{str(path)!r}, which exists", _other_folder(path))
    with new_folder(path) as folder:
        write_atomic(folder / layout.ENVIRONMENT, made_with.to_file())
        for name, content in files.items():
            write_atomic(folder / name, content)
        write_atomic(folder / layout.CONFIG, config.to_file())


def _other_folder(path: Path) -> str:
    """What to do about a folder that exists."""
    return "pass --resume to continue it, or another --out" if is_folder(path) else "pass another --out"
