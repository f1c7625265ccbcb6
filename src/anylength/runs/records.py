"""Records as attributes of a run: read from their file, None where the file is not there."""

import importlib
from typing import Any, Generic, Protocol, TypeVar, overload, runtime_checkable

from anylength.base import Record

Kind = TypeVar("Kind", bound=Record)


@runtime_checkable
class HasFiles(Protocol):
    """An object that reads the files of a folder."""

    def read(self, name: str) -> bytes | None:
        """All bytes of a file; None where it does not exist."""
        ...


class RecordFile(Generic[Kind]):
    """An attribute whose value is the record in a file of the run folder.

    Reading it gives the record, or None where the file does not exist.

    Args:
        home: The package and the name of the record's class, `lengths:Stress`. It is imported when a record is read.
        name: The file.

    Raises:
        InputError: The file is damaged.
    """

    def __init__(self, home: str, name: str) -> None:
        self.package, _, self.kind = home.partition(":")
        self.name = name

    @overload
    def __get__(self, run: None, owner: type) -> "RecordFile[Kind]": ...
    @overload
    def __get__(self, run: HasFiles, owner: type) -> Kind | None: ...
    def __get__(self, run: Any, owner: type) -> Any:
        if run is None:
            return self
        content = run.read(self.name)
        if content is None:
            return None
        return getattr(importlib.import_module(f"anylength.{self.package}"), self.kind).from_json(content, self.name)


def records_in(content: bytes, kind: type[Kind], source: str) -> list[Kind]:
    """The records of a file with one record a line. A last line without its line feed is skipped: it is being written.

    Args:
        content: The file.
        kind: The class of the records.
        source: The file's name, for errors.

    Raises:
        InputError: A whole line is damaged.
    """
    return [kind.from_json(line, source) for line in content.rpartition(b"\n")[0].splitlines()]
