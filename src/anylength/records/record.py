"""What every record has in common: immutable, exact JSON both ways, a format number that is checked first."""

from typing import ClassVar, Self

import msgspec

from anylength.errors import InputError


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A frozen result. Subclasses that are files of their own carry a `format` number and check it on reading."""

    FORMAT: ClassVar[int] = 1

    def to_json(self) -> str:
        """One line of JSON."""
        return msgspec.json.encode(self).decode()

    def to_file(self) -> bytes:
        """Indented JSON for people and version control, with a final line feed."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"

    @classmethod
    def from_json(cls, text: str | bytes, source: str) -> Self:
        """Reads a record; `source` names the file in the error.

        Raises:
            InputError: The text is not JSON, of another format number, or not this kind of record.
        """
        try:
            raw = msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise InputError("JSON", f"{source}: {error}", "the file is damaged or half-written") from None
        if isinstance(raw, dict) and "format" in cls.__struct_fields__ and raw.get("format") != cls.FORMAT:
            got = f"format {raw.get('format')!r} in {source}"
            raise InputError(f"format {cls.FORMAT}", got, "use the version of anylength that wrote it")
        try:
            return msgspec.convert(raw, cls)
        except msgspec.ValidationError as error:
            raise InputError(f"a {cls.__name__}", f"{source}: {error}", "the file is damaged or of another version") from None
