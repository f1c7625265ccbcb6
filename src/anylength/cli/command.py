"""The parts of a command: a summary, arguments, and a function from options to an outcome. Also the exit codes."""

from argparse import SUPPRESS, Action, ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anylength.base import quoted
from anylength.cli.streams import say

MAX_DIGITS = 100
"""Most digits of an option that is a whole number. No option needs more than 20; Python reads 4,300 at most."""

DONE, REFUTED, UNKNOWN, REJECTED = 0, 1, 3, 4
"""Exit codes: done or proved; refuted; unknown, not applicable or not learned; certificate rejected. `main` has the others."""

VERDICT_CODES = {"PROVED": DONE, "REFUTED": REFUTED} | dict.fromkeys(
    ("UNKNOWN", "NOT APPLICABLE", "PROVED UP TO", "PROVED WITHIN", "PROVED OF ITS STEP", "PROVED ROUNDED", "REFUTED ROUNDED"),
    UNKNOWN,
)
"""The exit code of each verdict."""


@dataclass(frozen=True)
class Outcome:
    """The result of a command.

    Attributes:
        json: One JSON object as text.
        show: Prints the result for people.
        code: The exit code.
    """

    json: str
    show: Callable[[], None]
    code: int = DONE


@dataclass(frozen=True)
class Command:
    """One command.

    Attributes:
        summary: One line for `--help`.
        arguments: Adds the command's arguments to its parser.
        run: (options) → outcome.
    """

    summary: str
    arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], Outcome]


def json_of(keys: dict[str, Any]) -> str:
    """A JSON object as text. Records in it become JSON objects."""
    import msgspec

    return msgspec.json.encode(keys).decode()


def whole_number(text: str) -> int:
    """The value of an option that is a whole number.

    Raises:
        ArgumentTypeError: It is none, or has too many digits.
    """
    try:
        if len(text) <= MAX_DIGITS:
            return int(text)
    except ValueError:
        pass
    raise ArgumentTypeError(f"expected a whole number of at most {MAX_DIGITS} digits, got {quoted(text)}")


def seconds(text: str) -> float:
    """The value of an option that is a time in seconds.

    Raises:
        ArgumentTypeError: It is no number.
    """
    try:
        return float(text)
    except ValueError:
        raise ArgumentTypeError(f"expected a number of seconds, got {quoted(text)}") from None


def help_of(action: Action) -> str:
    """The help of an argument, with its default where it has one that the help does not tell."""
    text, default = action.help or "", action.default
    if action.nargs == 0 or default in (None, [], SUPPRESS) or "(default:" in text:
        return text
    return f"{text} (default: {f'{default:g}' if isinstance(default, float) else default})"


def run_argument(parser: ArgumentParser) -> None:
    """Adds the argument RUN."""
    parser.add_argument("run", metavar="RUN", type=Path, help="the folder of a finished run")


@contextmanager
def resumable(out: Path) -> Iterator[None]:
    """Says after an interrupt how the command can continue."""
    try:
        yield
    except KeyboardInterrupt:
        say(f"anylength: stopped; the same command with --resume --out {out} continues")
        raise


def no_arguments(parser: ArgumentParser) -> None:
    """Adds no arguments."""
    del parser


def listing(key: str, summaries: Callable[[], dict[str, str]]) -> Callable[[Namespace], Outcome]:
    """The `run` function of a command that lists names with their summaries."""

    def run(options: Namespace) -> Outcome:
        from anylength.cli.show import show_facts

        lines = summaries()
        return Outcome(json_of({"names": list(lines), key: lines}), lambda: show_facts(lines))

    return run
