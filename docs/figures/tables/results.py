"""Reads results files and writes Markdown tables."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]


def read(name: str) -> dict[str, Any]:
    """A results file of `docs/results`."""
    return json.loads((ROOT / f"docs/results/{name}.json").read_text())


def parts(name: str) -> dict[str, Any]:
    """The parts of a results file."""
    return read(name)["parts"]


def interval(share: dict[str, Any]) -> str:
    """A share with its 95 % interval."""
    return f"{share['right']} of {share['tried']} ({100 * share['low']:.0f}–{100 * share['high']:.0f} %)"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head), *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines)


def source(name: str, *commands: str) -> str:
    """The sentence that names the results file and the commands that write it (of `studies` by full name)."""
    modules = [command if command.startswith("studies.") else f"benchmarks.{command}" for command in commands]
    made = " and ".join(f"`python -m {module}`" for module in modules)
    return f"From [results/{name}.json](results/{name}.json), written by {made}."
