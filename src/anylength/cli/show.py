"""Texts and tables that several commands print. This module only formats: it computes nothing."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console, ConsoleOptions
from rich.segment import Segment
from rich.table import Table

from anylength.base import printable
from anylength.cli import streams

if TYPE_CHECKING:
    from anylength.records import Mistake, Share, Training

VERDICT_STYLES = {"PROVED": "bold green", "REFUTED": "bold red"}
"""The colour of each verdict; the others are yellow."""


class _Output(Console):
    """A console that escapes control characters, and lets `main` handle a closed pipe."""

    def render(self, renderable: Any, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        """The parts of a text or a table. All that is printed comes through here, the cells of a table before they are laid out."""
        for part in super().render(renderable, options):
            yield part if part.control else Segment(printable(part.text, keep="\n"), part.style)

    def on_broken_pipe(self) -> None:
        """Rich would exit with 1, which means "refuted" here."""
        raise BrokenPipeError


def console() -> Console:
    """The console on standard output. It honours NO_COLOR and the width of the terminal."""
    return _Output(highlight=False, soft_wrap=True, markup=False)


def plain(text: str) -> None:
    """Prints a text unchanged, for other programs."""
    streams.write(text)


def facts_table() -> Table:
    """A table of names and values."""
    table = Table(show_header=False, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    return table


def plain_table(*headings: str) -> Table:
    """A table with these headings."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def command_seconds() -> str:
    """Seconds since the command line was read. A record holds those of the search or training alone."""
    return f"{time.perf_counter() - streams.STARTED:.2f}"


def show_facts(facts: dict[str, str]) -> None:
    """Prints names and values, one pair a line."""
    table = facts_table()
    for name, value in facts.items():
        table.add_row(name, value)
    console().print(table)


def show_training(out: Path, result: "Training") -> None:
    """Prints the result of a training."""
    show_facts(
        {
            "epochs": str(result.epochs),
            **({"started from": result.started_from} if result.started_from not in (None, "random weights") else {}),
            "training": f"{result.train_accuracy:.2%}",
            "validation": f"{result.validation_accuracy:.2%}",
            "seconds": command_seconds(),
            "parameters": str(result.parameters),
            **_inferred_facts(result),
            "run": str(out),
        }
    )


def _inferred_facts(result: "Training") -> dict[str, str]:
    """What is known of a machine that was inferred from the examples."""
    if not result.inferred:
        return {}
    found = result.inferred
    questions = f", {found.questions:,} questions" if found.questions else ""
    guessed = f", {found.guessed:,} pairs guessed" if found.guessed else ""
    letters = f" and a stack of {found.letters:,} letters" if found.letters else ""
    return {"inferred": f"a machine of {found.states:,} states{letters}{questions}{guessed}"}


def number(text: str) -> str:
    """A number. If it is long, its middle is left out."""
    from anylength.rules import shortened

    return shortened(text)


def percent(share: "Share") -> str:
    """A share with its interval."""
    return f"{share.value:.1%} ({share.right} of {share.tried}; 95 % interval {share.low:.1%} to {share.high:.1%})"


def wrong(mistake: "Mistake") -> str:
    """A mistake in one line."""
    from anylength.web.words import mistake_text

    return mistake_text(mistake)
