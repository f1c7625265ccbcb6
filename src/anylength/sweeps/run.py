"""The driver of a sweep: which blocks are missing, an engine that does them, the one writer that keeps them, the time left."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from anylength.errors import InputError
from anylength.experiments.runs.environment import environment
from anylength.experiments.runs.lock import locked
from anylength.records import SweepPlan, SweepRun
from anylength.sweeps import config, cost, folder
from anylength.sweeps.blocks import block_at, blocks, job_of, rows
from anylength.sweeps.choose_executor import choose_executor
from anylength.sweeps.executors import Executor
from anylength.sweeps.job import BlockJob

MANY = 100_000
"""More nets than these are only trained when asked for twice."""

Progress = Callable[[int, int, float | None], None]
"""(rows done, rows in all, seconds left where that is known)."""


def sweep(
    path: Path,
    out: Path,
    *,
    yes: bool = False,
    scheduler: str | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> SweepRun:
    """Does what a TOML file asks for, into the folder `out`; what is there already is not done again.

    Args:
        path: The TOML file: see `sweeps.config`.
        out: The sweep's folder, new or of the same configuration.
        yes: Whether more than `MANY` nets are meant.
        scheduler: The address of a Dask scheduler whose workers do the blocks; None: this machine.
        workers: So many processes of this machine do the blocks; None: this process.
        progress: Called after every block.

    Raises:
        InputError: Bad input of any kind, a full disk, a scheduler that does not answer, workers of another version.
    """
    executor = choose_executor(scheduler=scheduler, workers=workers)
    expected = config.read(path, workers=workers or 1)
    _check_size(expected, yes)
    with executor() as run_jobs:
        plan = folder.begin(out, expected, environment())
        with locked(out):
            return run_plan(plan, out, run_jobs, progress)


def _check_size(plan: SweepPlan, yes: bool) -> None:
    """Checks that a very large sweep is meant.

    Raises:
        InputError: It is not; the message says how long it would take.
    """
    if rows(plan) > MANY and not yes:
        got = f"{rows(plan):,} nets, which take {duration_text(cost.probe(plan))} on this machine alone"
        raise InputError(f"--yes for more than {MANY:,} nets", got, "pass --yes to begin, or ask for fewer seeds")


def run_plan(plan: SweepPlan, out: Path, executor: Executor, progress: Progress | None = None) -> SweepRun:
    """Does the blocks of a plan that are missing in its folder, which the caller holds."""
    have, started = folder.done_rows(out, plan), time.perf_counter()
    before, total = sum(have), rows(plan)
    count, left = before, TimeLeft(plan, have)
    if progress:
        progress(count, total, None)
    for done in executor(_jobs(plan, have)):
        count += folder.keep(out, done, have)
        left.finished(done.times.setting, len(done.lines))
        if progress:
            progress(count, total, left.seconds)
    return SweepRun(rows=total, new_rows=count - before, path=str(out), seconds=time.perf_counter() - started)


def _jobs(plan: SweepPlan, have: bytearray) -> Iterator[BlockJob]:
    """A job for each block that is not whole on disk, in order, made when it is asked for."""
    for number in range(blocks(plan)):
        block = block_at(plan, number)
        if not folder.is_done(block, have):
            yield job_of(plan, block, block.rows)


class TimeLeft:
    """The time left: what remains, weighed by what each setting costs, at the pace so far."""

    def __init__(self, plan: SweepPlan, have: bytearray) -> None:
        self._each = cost.weights(plan)
        numbers = range(len(plan.settings))
        self._left = sum(self._each[at] * have.count(0, at * plan.seeds, (at + 1) * plan.seeds) for at in numbers)
        self._done, self._started = 0.0, time.perf_counter()

    def finished(self, setting: int, count: int) -> None:
        """So many rows of a setting are done."""
        self._done += self._each[setting] * count
        self._left = max(0.0, self._left - self._each[setting] * count)

    @property
    def seconds(self) -> float | None:
        """Seconds left, None before anything is done."""
        return (time.perf_counter() - self._started) * self._left / self._done if self._done else None


def duration_text(seconds: float) -> str:
    """A time in words, to about two digits."""
    for name, size in (("days", 86_400.0), ("hours", 3_600.0), ("minutes", 60.0)):
        if seconds >= 2 * size:
            return f"about {seconds / size:.2g} {name}" if seconds / size < 100 else f"about {seconds / size:,.0f} {name}"
    return f"about {max(1, round(seconds))} seconds"
