"""What a command is: a summary, its arguments, and a function from options to an outcome. And the exit codes."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DONE, REFUTED, UNKNOWN, REJECTED = 0, 1, 3, 4
VERDICT_CODES = {"PROVED": DONE, "REFUTED": REFUTED, "UNKNOWN": UNKNOWN, "NOT APPLICABLE": UNKNOWN}


@dataclass(frozen=True)
class Outcome:
    """The result of a command: one JSON text, a function that prints it for people, an exit code."""

    json: str
    show: Callable[[], None]
    code: int = DONE


@dataclass(frozen=True)
class Command:
    """One command."""

    summary: str
    arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], Outcome]


def json_of(keys: dict[str, Any]) -> str:
    """One JSON object; records in it become objects."""
    import msgspec

    return msgspec.json.encode(keys).decode()


def run_argument(parser: ArgumentParser) -> None:
    """Adds the argument RUN."""
    parser.add_argument("run", metavar="RUN", type=Path, help="the folder of a finished run")


def no_arguments(parser: ArgumentParser) -> None:
    """The arguments of a command that has none."""
    del parser


def listing(key: str, summaries: Callable[[], dict[str, str]]) -> Callable[[Namespace], Outcome]:
    """The function of a command that lists names with a summary each."""

    def run(options: Namespace) -> Outcome:
        from anylength.cli.show import show_facts

        lines = summaries()
        return Outcome(json_of({"names": list(lines), key: lines}), lambda: show_facts(lines))

    return run
