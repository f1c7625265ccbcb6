"""The demo: trains the post's net and finds its mistakes, trains a net on 0…100 and proves it, and reports both."""

import time
from collections.abc import Callable
from pathlib import Path

from anylength.base import InputError, exists
from anylength.experiments.options import TrainOptions
from anylength.experiments.proving import prove
from anylength.experiments.report import report
from anylength.experiments.results import count_on, explain, stress
from anylength.experiments.train import train
from anylength.records import Demo, DemoRun, Epoch
from anylength.runs import Run, layout
from anylength.training import linear_baseline

QUESTION = "1476233999"
"""The number that the post gives as an example."""

VERDICT_SECONDS = 10.0
"""Seconds for a verdict. The whole demo takes less than a minute."""

Progress = Callable[[Epoch, int], None]
"""Called with each epoch and the epoch limit."""


def demo(out: Path, *, seed: int, limit: int = 2000, resume: bool = False, progress: Progress | None = None) -> Demo:
    """Trains both nets into folders below `out`, tests and proves them, and writes the report.

    Args:
        out: The new folder.
        seed: The seed of the post's net.
        limit: The longest number of the stress tests, in digits.
        resume: Whether to continue where `out` exists. What is there is kept.
        progress: Called with each epoch and the epoch limit.

    Raises:
        InputError: `out` exists (without `resume`), or holds other runs (with it).
    """
    started = time.perf_counter()
    if exists(out) and not resume:
        raise InputError("a new run folder", f"{str(out)!r}, which exists", "pass --resume to continue it, or another --out")
    options = {
        "post": TrainOptions(recipe="blog", seed=seed),
        "hundred": TrainOptions(recipe="robust", data="hundred"),
    }
    results = [_demo_run(out / name, net_options, limit, progress, resume=resume) for name, net_options in options.items()]
    baselines = [linear_baseline("float32"), linear_baseline("float64")]
    for name in options:
        run = Run(out / name)
        if run.explanation is None:
            explain(run)
    page = report([out / name for name in options], out=out / layout.REPORT)
    return Demo(runs=results, baselines=baselines, report=str(page), seconds=time.perf_counter() - started)


def _demo_run(out: Path, options: TrainOptions, limit: int, progress: Progress | None, *, resume: bool) -> DemoRun:
    """Trains one net, runs the stress test, asks the example, counts, and searches for a verdict. What is there is kept."""
    training = train(options, out, resume=resume, progress=progress)
    run = Run.open(out)
    stress_test = run.stress_test
    if stress_test is None or stress_test.limit != limit:
        stress_test = stress(run, limit=limit)
    verdict = run.verdict if run.has(layout.VERDICT) else None
    return DemoRun(
        run=str(out),
        recipe=run.config.recipe,
        data=run.config.data,
        training=training,
        accuracy_20_digits=next(point.random for point in stress_test.curve if point.length == 20),  # as the post tested
        example=run.ask([[QUESTION]]),
        # past 10^12, which has more digits than the training numbers
        counting=count_on(run, start="9" * 11 + "7", steps=4),
        horizon=stress_test.horizon,
        limit=stress_test.limit,
        verdict=verdict or prove(run, budget=VERDICT_SECONDS),  # type: ignore[arg-type]
    )
