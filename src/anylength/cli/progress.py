"""Progress on standard error: a bar or lines on a terminal, plain lines elsewhere, nothing under --quiet."""

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from anylength.cli.streams import say
from anylength.records import Epoch

EpochProgress = Callable[[Epoch, int], None]
"""Called with each epoch and the epoch limit."""


def _terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


@contextmanager
def epoch_progress(options: Namespace) -> Iterator[EpochProgress | None]:
    """A progress callback for epochs, or None under --quiet."""
    from anylength.web.words import epoch_line  # it loads numpy, which no --help needs

    if options.quiet:
        yield None
    elif not _terminal():
        yield lambda epoch, limit: say(epoch_line(epoch))
    else:
        with _rich_bar() as update:
            yield lambda epoch, limit: update(epoch.epoch, limit, epoch_line(epoch))


@contextmanager
def count_progress(options: Namespace, what: str) -> Iterator[Callable[[int, int], None] | None]:
    """A progress callback for a count, or None under --quiet."""
    if options.quiet:
        yield None
    elif not _terminal():
        yield (lambda done, total: say(f"{done} of {total} {what}") if done % 10 == 0 else None)
    else:
        with _rich_bar() as update:
            yield lambda done, total: update(done, total, f"{done} of {total} {what}")


@contextmanager
def remaining_progress(options: Namespace, what: str) -> Iterator[Callable[[int, int, float | None], None] | None]:
    """A progress callback for a count and the seconds left, or None under --quiet."""

    def line(done: int, total: int, left: float | None) -> str:
        return f"{done:,} of {total:,} {what}" + (f", {duration(left)} left" if left is not None and done < total else "")

    if options.quiet:
        yield None
    elif not _terminal():
        yield lambda done, total, left: say(line(done, total, left))
    else:
        with _rich_bar() as update:
            yield lambda done, total, left: update(done, total, line(done, total, left))


def proof_progress(options: Namespace) -> Callable[[int, int, int], None]:
    """A progress callback for rounds of the search for ellipsoids: a line each, or nothing under --quiet."""

    from anylength.web.words import ellipsoids_line

    return lambda *counts: None if options.quiet else say(ellipsoids_line(*counts))


def part_progress(options: Namespace) -> Callable[[str], None]:
    """A progress callback for the parts of an explanation: a line each, or nothing under --quiet."""
    from anylength.web.words import part_line

    return (lambda part: None) if options.quiet else (lambda part: say(part_line(part)))


def duration(seconds: float) -> str:
    """A duration as h:mm:ss, or as m:ss below an hour."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:,}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@contextmanager
def _rich_bar() -> Iterator[Callable[[int, int, str], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("compiling", total=None)
        yield lambda done, total, line: progress.update(bar, completed=done, total=total, description=line)
