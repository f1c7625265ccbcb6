"""The theorems that hold for all nets: the files of the folder `formal`."""

from pathlib import Path

PROJECT = "_CoqProject"
"""The list of the folder's files, as Coq's own tools read it."""


def library_folder() -> Path:
    """The folder: in an installed package, or in the repository."""
    installed = Path(__file__).with_name("library")
    return installed if installed.is_dir() else Path(__file__).parents[3] / "formal"


def library_files() -> dict[str, str]:
    """The text of each file of theorems by its name."""
    folder = library_folder()
    names = [line for line in (folder / PROJECT).read_text(encoding="utf-8").splitlines() if line.endswith(".v")]
    return {name: (folder / name).read_text(encoding="utf-8") for name in names}
