"""Computes one block: trains the nets of a setting's seeds in one compiled program, then tests, explains and proves each.

A row depends only on its setting and its seed. The block, the number of threads and the load of the machine do not change it.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax

from anylength.diagnosis import explain
from anylength.lengths.stress import check_limit, run_suite
from anylength.lengths.suite import build_suite
from anylength.nets import ARCHITECTURES, architecture_named
from anylength.records import (
    BlockTimes,
    Explanation,
    Mistake,
    NotApplicable,
    Proved,
    ProvedUpTo,
    Refuted,
    RunConfig,
    Stress,
    SweepRow,
    Verdict,
)
from anylength.rules import Task
from anylength.runs import layering_of, net_config, recipe_of, task_of
from anylength.sweeps.job import BlockJob, BlockResult
from anylength.sweeps.weights import pack_block
from anylength.training import TrainResult, fit_block, processors
from anylength.verification.refutation import Word
from anylength.verification.verdicts import verify

MOST_COMPILED = 32
"""Settings whose compiled programs stay in memory, at most. More would save compile time if settings alternate, and take memory."""

_compiled: set[str] = set()
"""The settings whose compiled programs are in memory."""


class Stopwatch:
    """Seconds spent on each part of a block."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {"training": 0.0, "stress": 0.0, "verdict": 0.0, "explain": 0.0}

    @contextmanager
    def on(self, part: str) -> Iterator[None]:
        """Adds the time spent inside to a part."""
        started = time.perf_counter()
        yield
        self.seconds[part] += time.perf_counter() - started


Fields = dict[str, Any]
"""Fields of a `SweepRow`."""


class Tested(NamedTuple):
    """What tests found of a net.

    Attributes:
        fields: The fields of its row that they fill.
        wrong: Words that it answers wrongly, for the verdict: at most a few.
    """

    fields: Fields
    wrong: Sequence[Word] = ()


@dataclass(frozen=True)
class Parts:
    """The parts of a block that depend on the kind of its nets.

    Attributes:
        train: (job, task) → a trained net for each seed.
        test: (job, task) → a function from a trained net to what tests find of it.
        pack: (nets, configuration) → their weights file.
    """

    train: Callable[[BlockJob, Task], list[TrainResult]]
    test: Callable[[BlockJob, Task], Callable[[TrainResult], Tested]]
    pack: Callable[[list[TrainResult], RunConfig], bytes]


def run_block(job: BlockJob, worker: str = "") -> BlockResult:
    """Computes one block.

    Raises:
        InputError: The configuration cannot be trained here.
    """
    return compute(job, worker, Parts(train, _stress, lambda nets, config: pack_block(nets, net_config(config))))


def compute(job: BlockJob, worker: str, parts: Parts) -> BlockResult:
    """Computes one block by the given parts. Raises what they raise."""
    started, stopwatch, task = time.perf_counter(), Stopwatch(), task_of(job.config)
    _limit_compiled(job.config.to_json())
    with stopwatch.on("training"):
        nets = parts.train(job, task)
    with stopwatch.on("stress"):
        tests = _in_threads(parts.test(job, task), nets)
    with stopwatch.on("explain"):
        explanations = [_explain(job, task, trained) for trained in nets]
    with stopwatch.on("verdict"):
        verdicts = [_verify(job, task, trained, tested.wrong) for trained, tested in zip(nets, tests, strict=True)]
    found = zip(nets, [tested.fields for tested in tests], explanations, verdicts, strict=True)
    rows = [_row(job, index, *of_net) for index, of_net in enumerate(found)]
    times = BlockTimes(
        block=job.block, setting=job.setting, rows=job.rows, worker=worker, threads=processors(),
        total_seconds=time.perf_counter() - started,
        **{f"{part}_seconds": seconds for part, seconds in stopwatch.seconds.items()},
    )  # fmt: skip
    return BlockResult(job.block, job.first, [row.to_json() for row in rows], parts.pack(nets, job.config), times)


def _limit_compiled(setting: str) -> None:
    """Removes all compiled programs if a new setting would exceed `MOST_COMPILED`."""
    if setting not in _compiled and len(_compiled) >= MOST_COMPILED:
        jax.clear_caches()
        _compiled.clear()
    _compiled.add(setting)


def train(job: BlockJob, task: Task) -> list[TrainResult]:
    """The trained nets of the block's seeds."""
    config, seeds = job.config, range(job.first_seed, job.first_seed + job.rows)
    return fit_block(
        task, seeds, cell=config.cell, layers=layering_of(config), hidden=config.hidden, recipe=recipe_of(config), data=config.data,
        epochs=config.epochs, diverging=True,
    )  # fmt: skip


def _stress(job: BlockJob, task: Task) -> Callable[[TrainResult], Tested]:
    """The stress test, on the words of `anylength stress`: nothing for nets that diverged, or if the plan has no stress test."""
    if job.stress is None:
        return lambda trained: Tested({})
    limit = check_limit(job.stress or None, in_context=architecture_named(job.config.cell).cell is None)
    suite = build_suite(task, limit, 0)
    return lambda trained: Tested({}) if trained.diverged else stressed(task, run_suite(trained.net, suite))


def _in_threads(call: Callable[[TrainResult], Any], nets: Sequence[TrainResult]) -> list[Any]:
    """The results of a call on every net. Uses one thread for each processor."""
    with ThreadPoolExecutor(processors()) as pool:
        return list(pool.map(call, nets))


def _explain(job: BlockJob, task: Task, trained: TrainResult) -> Explanation | None:
    return explain(trained.net, task) if job.explain and not trained.diverged else None


def _verify(job: BlockJob, task: Task, trained: TrainResult, wrong: Sequence[Word]) -> Verdict | None:
    """The verdict on one net, of which tests found these wrong words.

    Its budget is a number of steps, not a time, so that it does not depend on the machine's load.
    """
    if job.verdict is None or trained.diverged:
        return None
    config = net_config(job.config) if job.config.cell in ARCHITECTURES else None  # a net from elsewhere describes itself
    return verify(trained.net, task, config, steps=job.verdict, suspects=wrong).verdict


def _row(
    job: BlockJob, index: int, trained: TrainResult, tested: Fields, explanation: Explanation | None, verdict: Verdict | None
) -> SweepRow:
    """The record of one net, number `index` of the block."""
    config = job.config
    fields = _training_fields(trained) | tested | _verdict_fields(verdict) | _explanation_fields(explanation)
    return SweepRow(
        row=job.first + index, setting=job.setting, task=config.task, base=config.base, cell=config.cell, hidden=config.hidden,
        recipe=config.recipe, data=config.data, epoch_limit=config.epochs, seed=job.first_seed + index, diverged=trained.diverged,
        epochs=len(trained.epochs), **fields,
    )  # fmt: skip


def _training_fields(trained: TrainResult) -> Fields:
    if trained.diverged or not trained.epochs:
        return {}
    last = trained.epochs[-1]
    return {
        "perfect_at": trained.perfect_at,
        "loss": last.loss,
        "train_accuracy": last.train_accuracy,
        "validation_accuracy": last.validation_accuracy,
    }


def stressed(task: Task, stress: Stress) -> Tested:
    """What a stress test finds of a net: the fields of its row, and its shortest mistake."""
    shortest = stress.shortest_mistake
    fields = {
        "horizon": stress.horizon,
        "limit": stress.limit,
        "random_accuracy": {str(point.length): point.random.value for point in stress.curve},
        "worst_accuracy": {str(point.length): point.worst.value for point in stress.curve if point.worst is not None},
        "shortest_mistake": list(shortest.numbers) if shortest else None,
    }
    return Tested(fields, [word_of(task, shortest)] if shortest else [])


def word_of(task: Task, mistake: Mistake) -> Word:
    """The word that a mistake was made on."""
    return tuple(task.word(tuple(map(task.notation.read, mistake.numbers))).tolist())


def _verdict_fields(verdict: Verdict | None) -> Fields:
    if verdict is None:
        return {}
    return {
        "verdict": verdict.verdict,
        "counterexample": verdict.counterexample,
        "shortest_proved": isinstance(verdict, Refuted) and verdict.shortest_proved,
        "noise_budget": verdict.noise_budget,
        "formats": list(verdict.formats) if isinstance(verdict, Proved) else [],
        "not_applicable": verdict.reason if isinstance(verdict, NotApplicable) else None,
        "certified_horizon": verdict.horizon if isinstance(verdict, ProvedUpTo) else None,
    }


def _explanation_fields(explanation: Explanation | None) -> Fields:
    if explanation is None:
        return {}
    modes = [finding.failure_mode for finding in explanation.findings]
    return {"predicted_horizon": explanation.predicted_horizon, "failure_modes": modes}
