"""The driver of a sweep: has an executor compute the missing blocks, writes the results, and estimates the time left."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from anylength.base import InputError
from anylength.records import SweepPlan, SweepRun
from anylength.runs.environment import environment
from anylength.runs.lock import locked
from anylength.sweeps import config, folder
from anylength.sweeps.blocks import block_at, block_count, job_of, row_count
from anylength.sweeps.executor import executor
from anylength.sweeps.job import BlockJob, Executor
from anylength.training import VMAP_WIDTH

RUN_BLOCK = "anylength.sweeps.run_block"
"""The module that computes a block."""

CONFIRM_ABOVE = 100_000
"""A sweep of more nets needs `yes`. The post's nets take about three hours at this number (`docs/results/speed.md`)."""

Progress = Callable[[int, int, float | None], None]
"""(rows done, all rows, seconds left or None if unknown)."""

TIME_UNITS = (("days", 86_400.0), ("hours", 3_600.0), ("minutes", 60.0))
"""Units of a duration, in seconds."""


def sweep(
    path: Path,
    out: Path,
    *,
    yes: bool = False,
    scheduler: str | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> SweepRun:
    """Computes the sweep of a TOML file in the folder `out`. Rows that the folder already has are not computed again.

    Args:
        path: The TOML file: see `sweeps.config`.
        out: The sweep's folder: new, or of the same configuration.
        yes: Whether the sweep may have more than `CONFIRM_ABOVE` nets.
        scheduler: The address of a Dask scheduler whose workers compute the blocks; None: this machine.
        workers: Number of processes of this machine that compute the blocks; None: this process.
        progress: Called after every block.

    Raises:
        InputError: The input is bad, the disk is full, the scheduler does not answer, or workers have other versions.
    """
    plan = config.read(path, workers=workers or 1)
    _check_size(plan, yes)
    return run_in(plan, out, scheduler=scheduler, workers=workers, progress=progress)


def run_in(
    plan: SweepPlan, out: Path, module: str = RUN_BLOCK, *, scheduler: str | None = None, workers: int | None = None,
    progress: Progress | None = None,
) -> SweepRun:  # fmt: skip
    """Computes the missing rows of a plan in the folder `out`, by `run_block` of a module. Raises what `sweep` does."""
    with executor(module, scheduler=scheduler, workers=workers) as run_jobs:
        stored = folder.open_folder(out, plan, environment())
        with locked(out):
            return run_plan(stored, out, run_jobs, progress)


def _check_size(plan: SweepPlan, yes: bool) -> None:
    """Checks that a very large sweep is intended.

    Raises:
        InputError: The sweep has more than `CONFIRM_ABOVE` nets, and `yes` is not given. The message has its estimated time.
    """
    if row_count(plan) > CONFIRM_ABOVE and not yes:
        got = f"{row_count(plan):,} nets, which take {duration_text(estimated_seconds(plan))} on this machine alone"
        raise InputError(f"--yes for more than {CONFIRM_ABOVE:,} nets", got, "pass --yes to begin, or ask for fewer seeds")


def estimated_seconds(plan: SweepPlan) -> float:
    """Estimated seconds of the whole sweep in this process, at the pace of its first `VMAP_WIDTH` rows, once compiled."""
    from anylength.sweeps.run_block import run_block

    block = block_at(plan, 0)
    job = job_of(plan, block, min(VMAP_WIDTH, block.rows))
    run_block(job)
    started = time.perf_counter()
    run_block(job)
    return (time.perf_counter() - started) / job.rows * row_count(plan)


def run_plan(plan: SweepPlan, out: Path, run_jobs: Executor, progress: Progress | None = None) -> SweepRun:
    """Computes the missing blocks of a plan. The caller must have locked the folder `out`."""
    stored, started = folder.stored_rows(out, plan), time.perf_counter()
    before, total = sum(stored), row_count(plan)
    done = before
    if progress:
        progress(done, total, None)
    for result in run_jobs(_jobs(plan, stored)):
        done += folder.save_block(out, result, stored)
        if progress:
            pace = (time.perf_counter() - started) / max(1, done - before)
            progress(done, total, pace * (total - done))
    return SweepRun(rows=total, new_rows=done - before, path=str(out), seconds=time.perf_counter() - started)


def _jobs(plan: SweepPlan, stored: bytearray) -> Iterator[BlockJob]:
    """A job for each block with a missing row, in order. Each job is made when it is drawn."""
    for number in range(block_count(plan)):
        block = block_at(plan, number)
        if not folder.is_stored(block, stored):
            yield job_of(plan, block, block.rows)


def duration_text(seconds: float) -> str:
    """A duration in words, with about two digits. A unit is used from two of it on."""
    for name, size in TIME_UNITS:
        if seconds >= 2 * size:
            return f"about {seconds / size:.2g} {name}" if seconds / size < 100 else f"about {seconds / size:,.0f} {name}"
    return f"about {max(1, round(seconds))} seconds"
