"""The work on one block: all nets of some seeds of one setting trained by one program, tested, explained, judged.

A row depends on its setting and its seed alone: not on the block, the number of threads or the machine's load.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import jax

from anylength.diagnosis import explain
from anylength.experiments.runs import net_config, task_of
from anylength.lengths.stress import check_limit, run_suite
from anylength.lengths.suite import build_suite
from anylength.nets import architecture_named
from anylength.records import BlockTimes, Explanation, Stress, SweepRow, Verdict
from anylength.sweeps.job import BlockJob, BlockResult
from anylength.sweeps.weights import packed
from anylength.tasks import Task
from anylength.training import TrainResult, fit_block, processors, recipe_named
from anylength.verification.verdicts import verify

KEPT = 32
"""Settings whose compiled programs are kept: memory must not grow with the number of settings."""

_compiled: set[str] = set()


class Stopwatch:
    """Seconds spent on each part."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {"training": 0.0, "stress": 0.0, "verdict": 0.0, "explain": 0.0}

    @contextmanager
    def on(self, part: str) -> Iterator[None]:
        """Counts the time inside for this part."""
        started = time.perf_counter()
        yield
        self.seconds[part] += time.perf_counter() - started


def run_block(job: BlockJob, worker: str = "") -> BlockResult:
    """Does one block.

    Raises:
        InputError: The configuration cannot be trained here.
    """
    started, stopwatch, task = time.perf_counter(), Stopwatch(), task_of(job.config)
    _forget(job.config.to_json())
    seeds = range(job.first_seed, job.first_seed + job.rows)
    with stopwatch.on("training"):
        nets = _trained(job, task, seeds)
    with stopwatch.on("stress"):
        tested = _tested(job, task, nets)
    with stopwatch.on("explain"):
        found = [explain(each.net, task) if job.explain and not each.diverged else None for each in nets]
    with stopwatch.on("verdict"):
        verdicts = [_judged(job, task, each) for each in nets]
    rows = [_row(job, at, *parts) for at, parts in enumerate(zip(seeds, nets, tested, found, verdicts, strict=True))]
    times = BlockTimes(
        block=job.block, setting=job.setting, rows=job.rows, worker=worker, threads=processors(),
        total_seconds=time.perf_counter() - started,
        **{f"{part}_seconds": seconds for part, seconds in stopwatch.seconds.items()},
    )  # fmt: skip
    lines = [row.to_json() for row in rows]
    return BlockResult(job.block, job.first, lines, packed(nets, net_config(job.config)), times)


def _forget(setting: str) -> None:
    """Lets go of all compiled programs when this setting would be one too many."""
    if setting not in _compiled and len(_compiled) >= KEPT:
        jax.clear_caches()
        _compiled.clear()
    _compiled.add(setting)


def _trained(job: BlockJob, task: Task, seeds: Sequence[int]) -> list[TrainResult]:
    """The nets of all seeds."""
    config = job.config
    recipe = recipe_named(config.recipe, task, config.cell)
    return fit_block(
        task, seeds, cell=config.cell, hidden=config.hidden, recipe=recipe, data=config.data, epochs=config.epochs, diverging=True
    )


def _tested(job: BlockJob, task: Task, nets: Sequence[TrainResult]) -> list[Stress | None]:
    """The stress test of every net that did not diverge, all on the same words: those of `anylength stress`."""
    if job.stress is None:
        return [None] * len(nets)
    limit = check_limit(job.stress or None, in_context=architecture_named(job.config.cell).cell is None)
    words = build_suite(task, limit, 0)
    return list(_side_by_side(lambda each: None if each.diverged else run_suite(each.net, words), nets))


def _side_by_side(call: Callable[[TrainResult], Any], nets: Sequence[TrainResult]) -> Iterable[Any]:
    """The call on every net, a thread a processor."""
    with ThreadPoolExecutor(processors()) as pool:
        return list(pool.map(call, nets))


def _judged(job: BlockJob, task: Task, each: TrainResult) -> Verdict | None:
    """The verdict on one net, by a count of steps: the clock on the wall has no say in a row."""
    if job.verdict is None or each.diverged:
        return None
    return verify(each.net, task, net_config(job.config), steps=job.verdict).verdict


def _row(
    job: BlockJob, at: int, seed: int, each: TrainResult, tested: Stress | None, found: Explanation | None, verdict: Verdict | None
) -> SweepRow:
    """The record of one net."""
    config, last = job.config, each.epochs[-1] if each.epochs else None
    parts: dict[str, Any] = {}
    if last is not None and not each.diverged:
        parts |= {"perfect_at": each.perfect_at, "loss": last.loss}
        parts |= {"train_accuracy": last.train_accuracy, "validation_accuracy": last.validation_accuracy}
    parts |= _stress_parts(tested) | _verdict_parts(verdict)
    if found is not None:
        parts |= {
            "predicted_horizon": found.predicted_horizon,
            "failure_modes": [finding.failure_mode for finding in found.findings],
        }
    return SweepRow(
        row=job.first + at, setting=job.setting, task=config.task, base=config.base, cell=config.cell, hidden=config.hidden,
        recipe=config.recipe, data=config.data, epoch_limit=config.epochs, seed=seed, diverged=each.diverged,
        epochs=len(each.epochs), **parts,
    )  # fmt: skip


def _stress_parts(tested: Stress | None) -> dict[str, Any]:
    if tested is None:
        return {}
    shortest = tested.shortest_mistake
    return {
        "horizon": tested.horizon,
        "limit": tested.limit,
        "random_accuracy": {str(point.length): point.random.value for point in tested.curve},
        "worst_accuracy": {str(point.length): point.worst.value for point in tested.curve},
        "shortest_mistake": list(shortest.numbers) if shortest else None,
    }


def _verdict_parts(verdict: Verdict | None) -> dict[str, Any]:
    if verdict is None:
        return {}
    return {
        "verdict": verdict.verdict,
        "counterexample": verdict.counterexample,
        "shortest_proved": verdict.shortest_proved,
        "noise_budget": verdict.noise_budget,
        "formats": list(verdict.formats),
    }
