"""The one door to machine files of other programs: the ending of the name says which format it is."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from anylength.base import InputError
from anylength.machine_formats.aalpy_files import read_dot
from anylength.machine_formats.att import read_att
from anylength.machines import NamedMachine

READERS: Mapping[str, Callable[[str | Path, Sequence[str] | None], NamedMachine]] = {".att": read_att, ".dot": read_dot}
"""The reader for each ending, in small letters."""


def read_named_machine(path: str | Path, symbols: Sequence[str] | None = None) -> NamedMachine:
    """The machine of a file that another program wrote: an AT&T table (`.att`) or a file of AALpy (`.dot`).

    Args:
        path: The file.
        symbols: The alphabet. By default the symbols that occur in the file.

    Raises:
        InputError: The ending is none of these, or the reader refuses the file.
    """
    path = Path(path)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        endings = " or ".join(READERS)
        remedy = "rename it, or write the machine as a TOML or JSON machine file"
        raise InputError(f"a machine file that ends in {endings}", repr(path.name), remedy)
    return reader(path, symbols)
