"""The base class of records: immutable results with exact JSON both ways and a format number."""

import json
from typing import ClassVar, Self

import msgspec

from anylength.errors import InputError
from anylength.structured_text import unique_keys


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A frozen result.

    A record that becomes a file of its own has a field `format`, which is checked on reading before anything else. Where the
    name of a field differs from its JSON key, the class says so with `rename={"name": "key"}`: keys never change.
    """

    FORMAT: ClassVar[int] = 1

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
            return msgspec.convert(raw, cls)
        except msgspec.ValidationError as error:
            raise InputError(f"a {cls.__name__}", f"{source}: {error}", "the file is damaged or of another version") from None
