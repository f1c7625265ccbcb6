"""Parsing regular expressions by greenery, and saying in words what is wrong with one that it does not take.

greenery takes `^` and `$` for characters, an empty class for one that matches nothing, and fewer escapes than Python. So that a
pattern means what it means in Python, its text is read first: anchors and empty classes are refused, and escaped punctuation
becomes a hexadecimal escape, which greenery takes everywhere.
"""

import re

from greenery import Pattern
from greenery.parse import NoMatch, match_pattern

from anylength.base import InputError, quoted

MAX_CHARACTERS = 10_000
"""Longest pattern. An alternation of 4,096 symbols has 8,191 characters; greenery parses 30 of them in 1 ms."""

MAX_DEPTH = 100
"""Most groups within each other. greenery needs four levels of Python's stack for each."""

MAX_CLASS = 256
"""Most characters and ranges listed in one class. greenery's time for a class grows with the square of its length."""

PIECE = re.compile(
    r"(?P<look_around>\(\?<?[=!])"
    r"|(?P<back_reference>\\[1-9]|\(\?P=)"
    r"|(?P<anchor>[$^]|\\[AbBZ])"
    r"|(?P<option>\(\?(?!:|P<)(?:P.|.)?)"
    r"|(?P<open>\((?:\?:|\?P<\w+>)?)"
    r"|(?P<close>\))"
    r"|\[\^?(?P<class>(?:\\.|[^\]\\])*)\]"
    r"|(?P<unclosed>\[)"
    r"|\\(?P<escaped>.)"
    r"|.",
    re.DOTALL,
)
"""A piece of a pattern. The groups are what is refused or needs care; all else is left to greenery."""

CLASS_ITEM = re.compile(r"(\\x[0-9A-Fa-f]{2}|\\.|.)(?:-(\\x[0-9A-Fa-f]{2}|\\.|.))?", re.DOTALL)
"""An item of a class: a character, or the two ends of a range. A dash at the end of a class is a character."""

REFUSED = {
    "look_around": ("a pattern without look-ahead or look-behind", "say what the whole word looks like"),
    "back_reference": ("a pattern without back-references", "no finite machine can remember a group of any length"),
    "anchor": ("a pattern without anchors", "it matches whole words; write \\^ or \\$ for the character"),
    "option": ("groups written (…), (?:…) or (?P<name>…)", "write the pattern without flags and atomic groups"),
    "unclosed": ("balanced brackets", "close the class with ]"),
}
"""Pieces that are refused, each with what is expected and the remedy."""


def parse_pattern(pattern: str) -> Pattern:
    """The pattern as greenery's object.

    Raises:
        InputError: It is too long, is nested too deeply, or is not a regular expression of what greenery takes.
    """
    if len(pattern) > MAX_CHARACTERS:
        got = f"{len(pattern):,} characters"
        raise InputError(f"a pattern of at most {MAX_CHARACTERS:,} characters", got, "write it shorter, or write a machine file")
    plain = "".join(_plain(piece, pattern) for piece in PIECE.finditer(pattern))
    _check_depth(pattern)
    try:
        parsed, end = match_pattern(plain, 0)
    except ValueError:
        remedy = "write the smaller end of a range or a count first, and {0,3} for {,3}"
        raise InputError("ranges and counts in order", quoted(pattern), remedy) from None
    except RecursionError:
        raise _too_deep(pattern) from None
    except (NoMatch, IndexError):  # greenery looks beyond the end of an escape that is cut short
        raise _not_understood(plain, pattern) from None
    if end < len(plain):
        raise _not_understood(plain[end:], pattern)
    return parsed


def _check_depth(pattern: str) -> None:
    """Raises InputError unless the groups are balanced and not too deep."""
    depth = 0
    for piece in PIECE.finditer(pattern):
        depth += (piece["open"] is not None) - (piece["close"] is not None)
        if depth < 0:
            raise _error("balanced brackets", ")", piece.start(), pattern, "remove the bracket or open it before")
        if depth > MAX_DEPTH:
            raise _too_deep(pattern)
    if depth:
        raise InputError("balanced brackets", f"{depth} left open in the pattern {quoted(pattern)}", "close each group with )")


def _plain(piece: re.Match[str], pattern: str) -> str:
    """A piece as greenery writes it. Raises InputError if it is refused."""
    kind = next((kind for kind in REFUSED if piece[kind] is not None), None)
    if kind is not None:
        expected, remedy = REFUSED[kind]
        raise _error(expected, piece[0], piece.start(), pattern, remedy)
    if piece["escaped"] is not None:
        return _atom(piece[0])
    if piece["class"] is None:
        return piece[0]
    items = CLASS_ITEM.findall(piece["class"])
    if not items:
        raise _error("classes of one character or more", piece[0], piece.start(), pattern, "list the characters; write \\] for ]")
    if len(items) > MAX_CLASS:
        remedy = "write ranges, or an alternative such as (a|b)"
        raise _error(f"classes of at most {MAX_CLASS} characters and ranges", piece[0], piece.start(), pattern, remedy)
    inside = "".join("-".join(_atom(end) for end in item if end) for item in items)
    return f"{'[^' if piece[0].startswith('[^') else '['}{inside}]"


def _atom(text: str) -> str:
    """A character or an escape. Punctuation becomes a hexadecimal escape, which has no other meaning anywhere."""
    character = text.removeprefix("\\") or text
    if len(character) > 1 or not character.isascii():
        return text if len(character) > 1 else character
    return text if character.isalnum() else f"\\x{ord(character):02x}"


def _too_deep(pattern: str) -> InputError:
    got = f"more in the pattern {quoted(pattern)}"
    return InputError(f"at most {MAX_DEPTH} groups within each other", got, "write it with fewer brackets")


def _not_understood(rest: str, pattern: str) -> InputError:
    remedy = "write a literal . * + ? ( ) [ ] { } | or backslash with a backslash before it"
    return InputError("a regular expression", f"{quoted(rest)} in the pattern {quoted(pattern)}", remedy)


def _error(expected: str, piece: str, start: int, pattern: str, remedy: str) -> InputError:
    return InputError(expected, f"{quoted(piece)} at character {start + 1:,} of the pattern {quoted(pattern)}", remedy)
