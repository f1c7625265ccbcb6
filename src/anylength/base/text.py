"""JSON and TOML that may come from anyone: size, depth and numbers are bounded before a parser builds anything.

Python's TOML parser needs memory and time that grow with the square of a dotted key's length, and both parsers recurse.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from typing import Any

from anylength.base.errors import InputError, quoted

MAX_CHARACTERS = 2 << 20
"""Longest text that is parsed. The text of the largest machine has half of that."""

MAX_DEPTH = 16
"""Most brackets and braces within each other. Our own files have six at most."""

MAX_KEY_PARTS = 4
"""Most parts of a dotted TOML key. Our own files have three at most: `states.NAME.SYMBOL`."""

MAX_MARKS = 60_000
"""Most equals signs, commas and opening brackets of a TOML text: Python's parser takes up to 50 µs for each.

A machine of 1,024 states over ten digits has 32,000 of them where every row is spelled out.
"""

JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
"""A string of JSON, or the beginning of one that does not end."""

TOML_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+"*'
    r"|'''(?:[^']|'(?!''))*+'*"
    r'|"(?:[^"\\\n]|\\.)*+"?'
    r"|'[^'\n]*+'?"
    r"|#[^\n]*+",
    re.DOTALL,
)
"""A string or a comment of TOML, or the beginning of one that does not end."""

LONG_KEY = re.compile(rf"(?<![\w-])[\w-]++(?:[ \t]*+\.[ \t]*+[\w-]++){{{MAX_KEY_PARTS}}}")
"""A dotted key of too many parts, where a word stands for each string. It starts at the beginning of a word: linear time."""


def parse_json(text: str, source: str) -> Any:
    """The value of a JSON text in which no object has a key twice.

    Args:
        text: The JSON.
        source: The name of the file, for errors.

    Raises:
        InputError: The text is damaged, too long, too deep, or has a key twice.
    """
    _check_size(text, source)
    _check_depth(JSON_STRING.sub("_", text), source)
    return _parsed(lambda: json.loads(text, object_pairs_hook=unique_keys), "JSON", source)


def parse_toml(text: str, source: str) -> dict[str, Any]:
    """The table of a TOML text. The other arguments and errors are those of `parse_json`.

    Raises:
        InputError: Besides, an integer has more than 64 bits.
    """
    _check_size(text, source)
    skeleton = TOML_STRING.sub("_", text)
    _check_depth(skeleton, source)
    marks = sum(skeleton.count(mark) for mark in "=,[{")
    if marks > MAX_MARKS:
        raise InputError(f"a TOML text of at most {MAX_MARKS:,} entries", f"{marks:,} in {source}", "write JSON, or fewer entries")
    if LONG_KEY.search(skeleton):
        raise InputError(f"keys of at most {MAX_KEY_PARTS} parts", f"a longer one in {source}", "write shorter keys")
    table = _parsed(lambda: tomllib.loads(text), "TOML", source)
    for name, value in _leaves(table):
        # TOML's integers have 64 bits (https://toml.io/en/v1.0.0#integer). Python's parser takes larger ones
        if isinstance(value, int) and not -(1 << 63) <= value < (1 << 63):
            raise InputError("integers of 64 bits", f"a larger one for {quoted(name)} in {source}", "write a smaller one")
    return table


def _check_size(text: str, source: str) -> None:
    if len(text) > MAX_CHARACTERS:
        got = f"{len(text):,} in {source}"
        raise InputError(f"a text of at most {MAX_CHARACTERS:,} characters", got, "check that it is the right file")


def _check_depth(skeleton: str, source: str) -> None:
    """Checks how many brackets of a text without strings lie within each other."""
    depth = 0
    for bracket in re.finditer(r"[\[\]{}]", skeleton):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > MAX_DEPTH:
            got = f"more in {source}"
            raise InputError(f"at most {MAX_DEPTH} brackets within each other", got, "check that it is the right file")


def _parsed(parse: Callable[[], Any], kind: str, source: str) -> Any:
    try:
        return parse()
    except (ValueError, RecursionError) as error:  # both parsers' own errors are ValueErrors
        raise InputError(f"well-formed {kind}, no key given twice", f"{source}: {error}", "correct the file") from None


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these pairs, for `json.loads`.

    Raises:
        ValueError: A key occurs twice.
    """
    table: dict[str, Any] = {}
    for name, value in pairs:
        if name in table:
            raise ValueError(f"the key {quoted(name)} is given twice, which is ambiguous")
        table[name] = value
    return table


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """The values in tables and lists, each with its nearest key."""
    entries = value.items() if isinstance(value, dict) else ((name, entry) for entry in value) if isinstance(value, list) else ()
    if not isinstance(value, dict | list):
        yield name, value
    for key, entry in entries:
        yield from _leaves(entry, key)
