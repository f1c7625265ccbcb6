"""A record: frozen fields that become JSON and are read back, with errors that name the field."""

import json
from collections.abc import Iterable
from typing import Any, ClassVar, Self

import msgspec

from anylength.base.errors import InputError
from anylength.base.text import unique_keys

SHORT_TEXT, SHORT_VALUE = 100, 80
"""Characters of a text, and of another value, that a short representation shows. Longer values are counted or named."""


def short_repr(name: str, fields: Iterable[tuple[str, Any]]) -> str:
    """A representation of a few lines: fields that are None or empty are left out, and long values are cut or counted."""
    shown = (f"{field}={_short(value)}" for field, value in fields if not _is_empty(value))
    return f"{name}({', '.join(shown)})"


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | bytes | tuple | list | dict) and not value)


def _short(value: Any) -> str:
    """A value of a field."""
    if isinstance(value, str):
        return repr(value) if len(value) <= SHORT_TEXT else f"{value[:SHORT_TEXT]!r}… ({len(value):,} characters)"
    if isinstance(value, bytes):
        return f"<{len(value):,} bytes>"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, Record):
        return repr(value)
    is_many = isinstance(value, tuple | list | dict)
    if is_many and len(value) > SHORT_VALUE:
        return f"<{len(value):,} entries>"
    text = repr(value)
    if len(text) <= SHORT_VALUE:
        return text
    return f"<{len(value):,} entries>" if is_many else f"<{type(value).__name__}>"


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A frozen result.

    A record that becomes a file of its own has a field `format`, which is checked on reading before anything else. The
    keys of the JSON are the names of the fields. A record that is one of several names the union of them all as `JSON_TYPE`.
    """

    FORMAT: ClassVar[int] = 1
    JSON_TYPE: ClassVar[Any] = None

    def __repr__(self) -> str:
        """The record in a few lines. `to_json` has all of it."""
        names = (name for name in self.__struct_fields__ if name != "format")
        return short_repr(type(self).__name__, ((name, getattr(self, name)) for name in names))

    def to_json(self) -> str:
        """The record as one line of JSON."""
        return msgspec.json.encode(self).decode()

    def to_file(self) -> bytes:
        """The record as indented JSON, for people and version control, with a final newline."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"

    @classmethod
    def from_json(cls, text: str | bytes, source: str) -> Self:
        """Reads a record.

        Args:
            text: The JSON.
            source: The name of the file, for errors.

        Raises:
            InputError: The text is not JSON, an object in it has a key twice, it has another format number, or is not a record of
                this class.
        """
        try:
            raw = msgspec.json.decode(text)
            json.loads(text, object_pairs_hook=unique_keys, parse_int=len, parse_float=len)
        except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
            raise InputError("JSON", f"{source}: {error}", "the file is damaged or half-written") from None
        if isinstance(raw, dict) and "format" in cls.__struct_fields__ and raw.get("format") != cls.FORMAT:
            got = f"format {raw.get('format')!r} in {source}"
            raise InputError(f"format {cls.FORMAT}", got, "use the version of anylength that wrote it")
        try:
            return msgspec.convert(raw, cls.JSON_TYPE or cls)
        except msgspec.ValidationError as error:
            raise InputError(f"a {cls.__name__}", f"{source}: {error}", "the file is damaged or of another version") from None
