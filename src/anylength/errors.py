"""The one error that a user may cause: it always says what was expected, what came, and what to do.

The command line turns it into one line on standard error and exit code 2.
"""

import difflib
from collections.abc import Iterable

MAX_LISTED_NAMES = 24
"""So many known names are listed in an error."""


class InputError(ValueError):
    """Bad input. The message reads: expected …, got …: remedy."""

    def __init__(self, expected: str, got: str, remedy: str) -> None:
        super().__init__(f"expected {expected}, got {got}: {remedy}")
        self.expected = expected
        self.got = got
        self.remedy = remedy

    def __reduce__(self) -> tuple[type["InputError"], tuple[str, str, str]]:
        """So that it crosses from one process to another."""
        return type(self), (self.expected, self.got, self.remedy)


def unknown_name(kind: str, name: str, known: Iterable[str]) -> InputError:
    """The error for a name that is not in a registry, with the nearest known one as the remedy."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.4)
    few = ", ".join(names[:MAX_LISTED_NAMES]) + (", …" if len(names) > MAX_LISTED_NAMES else "")
    remedy = f"did you mean {near[0]!r}?" if near else f"take one of {few}"
    return InputError(f"a known {kind}", quoted(name), remedy)


def quoted(text: str, limit: int = 40) -> str:
    """`text` as it can be shown in a one-line message: quoted, and cut where it is long."""
    return repr(text) if len(text) <= limit else f"{text[:limit]!r}… ({len(text):,} characters)"
