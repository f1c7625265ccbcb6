"""Errors that say what was expected, what came, and what to do; and the words for a value in such a message."""

import difflib
import math
import re
from collections.abc import Iterable
from numbers import Integral, Real
from typing import Any

MAX_LISTED_NAMES = 24
"""Most known names that an error lists: more would not fit on two lines of a terminal."""

QUOTED_CHARACTERS = 40
"""Longer text is cut at this many characters in a message, so that the message fits on a line."""

MAX_PART = 1_000
"""Each part of a message is cut at this many characters. The longest of ours, the lines that convert a pickle, has about 300."""

MAX_SEED = 10**18
"""Largest seed. JSON's readers hold integers of 64 bits; candidates use larger seeds than the first, by up to 256 million."""

LONG_WORD = re.compile(r"\S{256,}")
"""A word that is cut, such as a number of 5,000 digits. File names have at most 255 characters on Linux."""


class InputError(ValueError):
    """Bad input. The message has the form `expected …, got …: remedy`."""

    def __init__(self, expected: str, got: str, remedy: str) -> None:
        super().__init__(f"expected {one_line(expected)}, got {one_line(got)}: {one_line(remedy)}")
        self.expected = expected
        self.got = got
        self.remedy = remedy

    def __reduce__(self) -> tuple[type["InputError"], tuple[str, str, str]]:
        """Lets the error be pickled, so that it can cross processes."""
        return type(self), (self.expected, self.got, self.remedy)


def is_whole(value: Any, least: float, most: float) -> bool:
    """Whether a value is a whole number of a range, and no truth value."""
    return isinstance(value, Integral) and is_real(value, least, most)


def is_real(value: Any, least: float, most: float) -> bool:
    """Whether a value is a number of a range, and no truth value."""
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    return is_number and bool(least <= value <= most)  # pyright: ignore[reportOperatorIssue] - all real numbers compare


def check_seed(seed: Any) -> None:
    """Checks a seed.

    Raises:
        InputError: It is out of range.
    """
    if not is_whole(seed, 0, MAX_SEED):
        expected = f"a seed of at most {MAX_SEED:,}" if is_whole(seed, MAX_SEED, math.inf) else "a seed of 0 or more"
        raise InputError(expected, brief(seed), "pass for example --seed 0")


def unknown_name(kind: str, name: str, known: Iterable[str], otherwise: str | None = None) -> InputError:
    """The error for a name that is not in a registry. Its remedy is the nearest known name, else `otherwise` or the names."""
    names = sorted(known)
    nearest = difflib.get_close_matches(name, names, n=1)
    listed = ", ".join(names[:MAX_LISTED_NAMES]) + (", …" if len(names) > MAX_LISTED_NAMES else "")
    remedy = f"did you mean {nearest[0]!r}?" if nearest else otherwise or f"take one of {listed}"
    return InputError(f"a known {kind}", quoted(name), remedy)


def described(error: Exception) -> str:
    """An error of other code for a message: its kind, and the first 200 characters of its text."""
    return f"{type(error).__name__}: {quoted(' '.join(str(error).split()), 200)}"


def printable(text: str, keep: str = "") -> str:
    """`text` with escapes in place of characters that cannot be printed: control characters, which may steer a terminal, characters
    that turn the direction of writing, and halves of surrogate pairs. The characters in `keep` stay."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in keep else ascii(char)[1:-1] for char in text)


def one_line(text: str) -> str:
    """`text` for a message: printable, its long words cut, and not too long."""
    short = LONG_WORD.sub(_cut_word, text)
    return printable(short if len(short) <= MAX_PART else f"{short[:MAX_PART]}…")


def _cut_word(match: re.Match[str]) -> str:
    return f"{match[0][:QUOTED_CHARACTERS]}… ({len(match[0]):,} characters)"


def brief(value: Any) -> str:
    """A value's text for a one-line message, shortened where it is long."""
    try:
        text = repr(value)
    except ValueError:  # Python writes no integer of more than 4,300 digits
        return "a huge number"
    except RecursionError:
        return f"a deeply nested {type(value).__name__}"
    return text if len(text) <= QUOTED_CHARACTERS else quoted(text)


def quoted(text: str, limit: int = QUOTED_CHARACTERS) -> str:
    """`text` for a one-line message: in quotes, and cut after `limit` characters."""
    if len(text) <= limit:
        return repr(text)
    return f"{text[:limit]!r}… ({len(text):,} characters)"
