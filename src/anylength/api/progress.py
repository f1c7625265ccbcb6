"""The `progress` argument of the public functions: lines on standard error, where that is a terminal or where the caller asks."""

import sys
from collections.abc import Callable
from typing import Any, TypeAlias

Progress: TypeAlias = bool | Callable[..., None] | None
"""None: lines where standard error is a terminal. True: lines. False: nothing. A function is called in their place."""


def shown(progress: Progress, line: Callable[..., str]) -> Callable[..., None]:
    """The callback that an argument `progress` stands for. `line` writes the values of one call in words."""
    if callable(progress):
        return progress
    if progress or (progress is None and sys.stderr is not None and sys.stderr.isatty()):
        return lambda *values: _say(line(*values))
    return _silent


def _say(text: str) -> None:
    """Writes a line on standard error."""
    if sys.stderr is not None:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def _silent(*values: Any) -> None:
    """Shows nothing."""
