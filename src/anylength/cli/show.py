"""Texts and tables that several commands print. This module only formats: it computes nothing."""

import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from anylength.records import Mistake, PumpedFamily, Share, Training, Verdict

MAX_DIGITS, KEPT_DIGITS = 60, 24
"""Longer numbers are cut: the first and last 24 digits stay, so that a line fits a terminal."""

VERDICT_STYLES = {"PROVED": "bold green", "REFUTED": "bold red"}
"""The colour of each verdict; the others are yellow."""


class _Output(Console):
    """A console that lets `main` handle a closed pipe."""

    def on_broken_pipe(self) -> None:
        """Rich would exit with 1, which means "refuted" here."""
        raise BrokenPipeError


def console() -> Console:
    """The console on standard output. It honours NO_COLOR and the width of the terminal."""
    return _Output(highlight=False, soft_wrap=True, markup=False)


def plain(text: str) -> None:
    """Prints a text unchanged, for other programs."""
    sys.stdout.write(text)


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


def show_facts(facts: dict[str, str]) -> None:
    """Prints names and values, one pair a line."""
    table = facts_table()
    for name, value in facts.items():
        table.add_row(name, value)
    console().print(table)


def show_training(out: Path, result: Training) -> None:
    """Prints the result of a training."""
    show_facts(
        {
            "epochs": str(result.epochs),
            "training": f"{result.train_accuracy:.2%}",
            "validation": f"{result.validation_accuracy:.2%}",
            "seconds": f"{result.seconds:.2f}",
            "parameters": str(result.parameters),
            "run": str(out),
        }
    )


def number(text: str) -> str:
    """A number. If it is long, its middle is left out."""
    if len(text) <= MAX_DIGITS:
        return text
    return f"{text[:KEPT_DIGITS]}…{text[-KEPT_DIGITS:]} ({len(text):,} digits)"


def percent(share: Share) -> str:
    """A share with its interval."""
    return f"{share.value:.1%} ({share.right} of {share.tried}; 95 % interval {share.low:.1%} to {share.high:.1%})"


def wrong(mistake: Mistake) -> str:
    """A mistake in one line."""
    return f"{' and '.join(map(number, mistake.numbers))} is answered {number(mistake.answer)}, not {number(mistake.expected)}"


def horizon(value: int | None, limit: int, task: str = "count") -> str:
    """The horizon in words."""
    if task != "count":
        steps = f"{limit if value is None else value:,} steps"
        return (
            f"never broke: remembered for {steps}, all that were tried" if value is None else f"remembers for {steps}, not longer"
        )
    if value is None:
        return f"numbers of nines alone are answered right up to {limit:,} nines, all that were tried"
    return f"numbers of nines alone are answered right up to {_nines(value)}, and wrong at {value + 1:,}"


def horizon_note(task: str, value: int | None, limit: int, mistake: Mistake | None) -> str | None:
    """How a horizon goes together with a wrong answer to a shorter number; None where the two do not seem to contradict."""
    reached = limit if value is None else value
    if task != "count" or mistake is None or len(mistake.numbers[0]) > reached:
        return None
    return "the horizon is about numbers of nines alone; with another digit beside the nines, this net fails sooner"


def noise(verdict: Verdict) -> str:
    """The noise budget in words."""
    return f"{verdict.noise_budget:.4f}: at every step, every coordinate of the state may be off by that much"


def family(pumped: PumpedFamily) -> str:
    """A proved family of wrong inputs in words."""
    parts = zip(pumped.before, pumped.digit, pumped.after, strict=True)
    words = " and ".join(_pumped(before, digit, after) for before, digit, after in parts)
    return f"{words}: answered wrongly for every k of {pumped.least:,} or more (proved)"


def _pumped(before: str, digit: str, after: str) -> str:
    repeated = f"k times {digit}"
    return ", then ".join(part for part in (before, repeated, after) if part)


def _nines(count: int) -> str:
    return f"{count:,} nine{'s' if count != 1 else ''}"
