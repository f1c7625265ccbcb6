"""The streams of a command: results on standard output, messages on standard error.

All text goes through this module or `show.console`. Text from files or from the caller reaches a terminal only with its control
characters escaped.
"""

import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from anylength.base import InputError, printable

STARTED = time.perf_counter()
"""When the command line began."""


def say(message: str) -> None:
    """Prints a message on standard error, where that is possible: an error there must not change a command's result."""
    if sys.stderr is not None:
        with suppress(OSError, ValueError):  # ValueError: it was closed
            print(printable(message, keep="\n"), file=sys.stderr, flush=True)


def write(text: str) -> None:
    """Writes text for other programs to standard output. Its lines stay as they are."""
    with standard_output():
        sys.stdout.write(printable(text, keep="\n"))


def write_json(text: str) -> None:
    """Writes JSON to standard output. Characters that cannot be printed are escaped as JSON escapes them."""
    with standard_output():
        print(re.sub(r"[^\n -~]", lambda match: match[0] if match[0].isprintable() else _json_escape(match[0]), text))


def _json_escape(char: str) -> str:
    """The escape of one character: one or two code units of UTF-16."""
    units = char.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))


@contextmanager
def standard_output() -> Iterator[None]:
    """Flushes what is written to standard output.

    Raises:
        InputError: It cannot be written, for example on a full disk. Python would try again at its end, so it then goes nowhere.
        BrokenPipeError: Its reader has gone.
    """
    if sys.stdout is None:  # closed by the caller
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - it stays open until the process ends
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        _discard()
        raise
    except OSError as error:
        _discard()
        raise InputError("to write to standard output", error.strerror or str(error), "write it to another place") from None


def _discard() -> None:
    """Sends all further output, and what is still buffered, to nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
