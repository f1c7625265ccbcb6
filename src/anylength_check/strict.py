"""Strict JSON: nothing that comes from a file is trusted before it has passed `parse` and then `read`."""

import json
import re
from types import SimpleNamespace
from typing import Any

STRUCTURE_LIMIT = 1_300_000  # brackets, braces and colons; 100,000 nodes need 12 each


class Refused(Exception):  # noqa: N818
    """The reason why a certificate is rejected."""


def require(condition: bool, reason: str) -> None:
    """Raises Refused(reason) unless the condition holds."""
    if not condition:
        raise Refused(reason)


def parse(data: bytes, depth: int) -> Any:
    """The value of UTF-8 JSON text: no key twice in an object, no number but natural ones of at most nine digits.

    Depth and amount of structure are bounded on the text, outside its strings, before any parser recurses or allocates: without
    pairs of backslashes and backslash-quotes, a string is quote, no quotes, quote. (Where others mislead, the parser stops.)
    """
    try:
        text, level = data.decode("utf-8"), 0
        plain = re.sub('"[^"]*"', "", text.replace("\\\\", "").replace('\\"', ""))
        for count, match in enumerate(re.finditer(r"[][{}:]", plain)):
            level += (match[0] in "[{") - (match[0] in "]}")
            require(level <= depth, f"JSON is nested more than {depth} deep")
            require(count < STRUCTURE_LIMIT, f"JSON has more than {STRUCTURE_LIMIT} brackets and colons")
        unique = lambda xs: require(len(dict(xs)) == len(xs), "a JSON object has the same key twice") or dict(xs)  # noqa: E731
        return json.loads(text, object_pairs_hook=unique, parse_int=_int, parse_float=_int, parse_constant=_int)
    except (ValueError, RecursionError) as error:  # bad UTF-8 and bad JSON are both ValueErrors
        raise Refused(f"not strict JSON: {error}") from None


def _int(text: str) -> int:
    require(len(text) <= 9 and text.isascii() and text.isdecimal(), f"{text:.20} is no natural number of at most nine digits")
    return int(text)


def read(shape: Any, value: Any, where: str) -> Any:
    """The value if it has the shape, or Refused.

    Shapes: a range, for an integer in it; (shape, least, most), for a list of so many items; {name: shape}, for an object of
    exactly these fields, which become attributes; None, for anything; or a function of value and place.
    """
    if type(shape) is range:
        require(type(value) is int and value in shape, f"{where} is no integer from {shape[0]} to {shape[-1]}")
    elif type(shape) is tuple:
        item, least, most = shape
        require(type(value) is list and least <= len(value) <= most, f"{where} is no list of {least} to {most} items")
        return [read(item, x, where) for x in value]
    elif type(shape) is dict:
        exact = type(value) is dict and value.keys() == shape.keys()
        require(exact, f"{where} is no object of exactly these fields: {', '.join(shape)}")
        return SimpleNamespace(**{name: read(item, value[name], f"{where} {name}") for name, item in shape.items()})
    return shape(value, where) if callable(shape) else value
