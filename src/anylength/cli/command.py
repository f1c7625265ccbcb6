"""What a command is: a summary, its arguments, a function from options to an outcome; and the exit codes."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

DONE, REFUTED, UNKNOWN, REJECTED = 0, 1, 3, 4
VERDICT_CODES = {"PROVED": DONE, "REFUTED": REFUTED, "UNKNOWN": UNKNOWN, "NOT APPLICABLE": UNKNOWN}


@dataclass(frozen=True)
class Outcome:
    """What a command yields: one JSON text, a way to show it to people, an exit code."""

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
