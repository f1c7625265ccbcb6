"""How numbers, lists and names are spelt in Rocq."""

import re
from collections.abc import Iterable, Sequence

WIDTH = 128
"""Columns of a line of many numbers."""


def reduced(numerator: int, shift: int) -> tuple[int, int]:
    """The m and e of numerator * 2^shift = m * 2^e, m odd or both 0."""
    zeros = (numerator & -numerator).bit_length() - 1
    return (numerator >> zeros, shift + zeros) if numerator else (0, 0)


def dyadic(numerator: int, shift: int) -> str:
    """The number numerator * 2^shift as a pair (m, e) for m * 2^e."""
    return "({}, {})".format(*reduced(numerator, shift))


def listed(items: Iterable[str]) -> str:
    """A list on one line."""
    return f"[{'; '.join(items)}]"


def wrapped(items: Sequence[str], indent: str = "  ") -> str:
    """A list, with as many items in a line as fit."""
    lines, line = [], ""
    for number, item in enumerate(items):
        piece = item + (";" if number + 1 < len(items) else "")
        if line and len(indent) + len(line) + 1 + len(piece) > WIDTH:
            lines.append(line)
            line = piece
        else:
            line = f"{line} {piece}" if line else piece
    return "[" + f"\n{indent}".join([*lines, line]) + "]"


def block(items: Iterable[str], indent: str = "  ") -> str:
    """A list with one item in a line."""
    return "[\n" + ";\n".join(indent + item for item in items) + "]"


def remark(text: str) -> str:
    """A comment. What would end it, open another one or begin a string is spelt a little differently."""
    return f"(* {text.replace('(*', '( *').replace('*)', '* )').replace(chr(34), chr(39))} *)"


def identifiers(names: Iterable[str]) -> dict[str, str]:
    """A name that Rocq accepts for each of these names, no two alike."""
    found: dict[str, str] = {}
    for name in names:
        plain = "tensor_" + re.sub(r"\W", "_", name, flags=re.ASCII)
        while plain in found.values():
            plain += "_"
        found[name] = plain
    return found
