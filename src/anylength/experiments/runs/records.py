"""Records as attributes of a run: read from their file, None where the file is not there."""

from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar, overload, runtime_checkable

from anylength.records import Record

Kind = TypeVar("Kind", bound=Record)


@runtime_checkable
class HasPath(Protocol):
    """An object that owns a folder."""

    path: Path


class RecordFile(Generic[Kind]):
    """An attribute whose value is the record in a file of the run folder.

    Reading it gives the record, or None where the file does not exist.

    Raises:
        InputError: The file is damaged.
    """

    def __init__(self, kind: type[Kind], name: str) -> None:
        self.kind, self.name = kind, name

    @overload
    def __get__(self, run: None, owner: type) -> "RecordFile[Kind]": ...
    @overload
    def __get__(self, run: HasPath, owner: type) -> Kind | None: ...
    def __get__(self, run: Any, owner: type) -> Any:
        if run is None:
            return self
        file = run.path / self.name
        return self.kind.from_json(file.read_bytes(), self.name) if file.is_file() else None


def records_in(file: Path, kind: type[Kind]) -> list[Kind]:
    """The records of a file with one record a line. A last line without its line feed is skipped: it is being written.

    Raises:
        InputError: A whole line is damaged.
    """
    whole_lines = file.read_bytes().rpartition(b"\n")[0] if file.is_file() else b""
    return [kind.from_json(line, file.name) for line in whole_lines.splitlines()]
