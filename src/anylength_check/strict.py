"""Strict files and JSON. Every value from a file passes `parse`, then `integer`, `items` or `fields`, before anything uses it."""

import json
import os
import stat
from typing import Any

STRUCTURE_LIMIT = 2_000_000  # brackets, braces and colons in a file, each an object; 100,000 nodes, the most allowed, need 18 each
COMMA_LIMIT = 10_000_000  # commas in a file, each a value; a bound takes some 33 bytes, so 320 MiB hold about as many


class Refused(Exception):  # noqa: N818
    """The reason why a certificate is rejected."""


def require(condition: bool, reason: str) -> None:
    """Raises Refused(reason) unless the condition holds."""
    if not condition:
        raise Refused(reason)


def read_file(path: str | os.PathLike, limit: int) -> bytes:
    """The bytes of a regular file, or the first limit + 1 of a larger one. A FIFO, a device or a folder is an OSError."""
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:  # waits for no FIFO's writer
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(f"not a regular file: {path}")
        return file.read(limit + 1)


def parse(data: bytes) -> Any:
    """The value of UTF-8 JSON text without repeated keys; its only numbers are integers of at most fifteen digits."""
    try:
        text = data.decode("utf-8")
        structure = sum(text.count(mark) for mark in "[]{}:")
        require(structure <= STRUCTURE_LIMIT, f"JSON has more than {STRUCTURE_LIMIT} brackets and colons")
        require(text.count(",") <= COMMA_LIMIT, f"JSON has more than {COMMA_LIMIT} commas")
        return json.loads(text, object_pairs_hook=_object, parse_int=_integer, parse_float=_integer, parse_constant=_integer)
    except (ValueError, RecursionError) as error:  # bad UTF-8 and bad JSON are both ValueErrors; the parser stops at deep nesting
        raise Refused(f"not strict JSON: {error}") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    require(len(table) == len(pairs), "a JSON object has the same key twice")
    return table


def _integer(text: str) -> int:
    digits, fits = text.removeprefix("-"), text.isascii() and text != "-0"
    require(fits and digits.isdecimal() and len(digits) <= 15, f"{text:.20} is not an integer of at most fifteen digits")
    return int(text)


def integer(value: Any, where: str, least: int, most: int) -> int:
    """The value, if it is an integer (and no boolean) from `least` to `most`; `where` names it in the reason."""
    require(type(value) is int and least <= value <= most, f"{where} is not an integer from {least} to {most}")
    return value


def items(value: Any, where: str, least: int, most: int, largest: int | None = None, smallest: int = 0) -> list[Any]:
    """The value, if it is a list of `least` to `most` items; with a `largest` only if they are integers from `smallest` to that."""
    count = f"{most}" if least == most else f"{least} to {most}"
    require(type(value) is list and least <= len(value) <= most, f"{where} is not a list of {count} items")
    return value if largest is None else [integer(item, where, smallest, largest) for item in value]


def fields(value: Any, where: str, *names: str) -> list[Any]:
    """The values of an object's fields in the order of the names, if it has exactly these fields."""
    exact = type(value) is dict and value.keys() == set(names)
    require(exact, f"{where} is not an object of exactly these fields: {', '.join(names)}")
    return [value[name] for name in names]
