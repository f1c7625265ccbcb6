"""Text for people: numbers, shares, verdicts and tables that several commands print. No arithmetic beyond formatting."""

import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from anylength.records import Mistake, PumpedFamily, Share, Training, Verdict

WIDTH = 60
"""Longer numbers are cut in the middle, so that a line fits a terminal."""

VERDICT_STYLES = {"PROVED": "bold green", "REFUTED": "bold red"}


class _Output(Console):
    """A console that leaves a closed pipe to `main`."""

    def on_broken_pipe(self) -> None:
        """Rich would exit with 1, which means "refuted" here."""
        raise BrokenPipeError


def console() -> Console:
    """Standard output. It honours NO_COLOR and the width of the terminal."""
    return _Output(highlight=False, soft_wrap=True, markup=False)


def plain(text: str) -> None:
    """Prints text as it is, for other programs."""
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
    """Prints names and values, a line each."""
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
    """A number of any length, cut in the middle where it is long."""
    if len(text) <= WIDTH:
        return text
    return f"{text[:24]}…{text[-24:]} ({len(text):,} digits)"


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


def family(found: PumpedFamily) -> str:
    """A proved family of wrong inputs in words."""
    parts = [f"{a}({d})^k{b}" for a, d, b in zip(found.before, found.digit, found.after, strict=True)]
    return f"{' and '.join(parts)} is answered wrongly for every k of {found.least:,} or more (proved)"


def _nines(count: int) -> str:
    return f"{count:,} nine{'s' if count != 1 else ''}"
