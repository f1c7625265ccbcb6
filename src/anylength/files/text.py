"""Reading text files."""

from pathlib import Path

from anylength.errors import InputError
from anylength.files.regular import read_file


def read_text(path: Path, *, limit: int, kind: str) -> str:
    """The text of a UTF-8 file that a user names, with or without a byte order mark. Arguments and errors are those of `read_file`.

    Raises:
        InputError: Besides, the file is not UTF-8.
    """
    try:
        return read_file(path, limit=limit, kind=kind).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(kind, f"{str(path)!r}, which is not UTF-8 text", "save it as UTF-8") from None
