"""The error for bad input. It says what was expected, what was given, and what to do.

The command line prints it as one line on standard error and exits with code 2.
"""

import difflib
from collections.abc import Iterable

MAX_LISTED_NAMES = 24
"""Most known names that an error lists: more would not fit on two lines of a terminal."""

NAME_SIMILARITY = 0.4
"""A known name is suggested if its `difflib` ratio to the given name is at least this. The default of 0.6 misses short names."""

QUOTED_CHARACTERS = 40
"""Longer text is cut at this many characters in a message, so that the message fits on a line."""


class InputError(ValueError):
    """Bad input. The message has the form `expected …, got …: remedy`."""

    def __init__(self, expected: str, got: str, remedy: str) -> None:
        super().__init__(f"expected {expected}, got {got}: {remedy}")
        self.expected = expected
        self.got = got
        self.remedy = remedy

    def __reduce__(self) -> tuple[type["InputError"], tuple[str, str, str]]:
        """Lets the error be pickled, so that it can cross processes."""
        return type(self), (self.expected, self.got, self.remedy)


def unknown_name(kind: str, name: str, known: Iterable[str]) -> InputError:
    """The error for a name that is not in a registry. Its remedy is the nearest known name, or a list of the known names."""
    names = sorted(known)
    nearest = difflib.get_close_matches(name, names, n=1, cutoff=NAME_SIMILARITY)
    listed = ", ".join(names[:MAX_LISTED_NAMES]) + (", …" if len(names) > MAX_LISTED_NAMES else "")
    remedy = f"did you mean {nearest[0]!r}?" if nearest else f"take one of {listed}"
    return InputError(f"a known {kind}", quoted(name), remedy)


def quoted(text: str, limit: int = QUOTED_CHARACTERS) -> str:
    """`text` for a one-line message: in quotes, and cut after `limit` characters."""
    if len(text) <= limit:
        return repr(text)
    return f"{text[:limit]!r}… ({len(text):,} characters)"
