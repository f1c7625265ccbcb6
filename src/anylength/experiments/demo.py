"""The demo: the post's net and a number that it gets wrong; a net trained on 0…100 with its proof; one report of both."""

import time
from collections.abc import Callable
from pathlib import Path

from anylength.errors import InputError
from anylength.experiments.options import TrainOptions
from anylength.experiments.report import report
from anylength.experiments.runs import Run, layout
from anylength.experiments.train import train
from anylength.records import Demo, DemoRun, Epoch
from anylength.training import linear_baseline

QUESTION = "1476233999"
"""The post's own example."""

COUNT_FROM, COUNT_STEPS = "9" * 11 + "7", 4
"""The count runs into 10^12: two digits more than any number that either net was shown."""

DIGITS = 20
"""The length at which the post tried its net."""

VERDICT_SECONDS = 10.0
"""Seconds for a verdict: the whole demo stays under a minute."""

Progress = Callable[[Epoch, int], None]


def demo(out: Path, *, seed: int, limit: int = 2000, progress: Progress | None = None) -> Demo:
    """Trains both nets into folders below `out`, and puts them through the post's own tests and ours.

    Args:
        out: The new folder.
        seed: The seed of the post's net.
        limit: The longest number of the stress tests, in digits.
        progress: Called with each epoch and the epoch limit.

    Raises:
        InputError: `out` exists.
    """
    started = time.perf_counter()
    if out.exists():
        raise InputError("a new run folder", f"{str(out)!r}, which exists", "pass another --out, or none")
    options = {
        "post": TrainOptions(recipe="blog", seed=seed),
        "hundred": TrainOptions(recipe="robust", data="hundred", candidates=8),
    }
    results = [_demo_run(out / name, each, limit, progress) for name, each in options.items()]
    baselines = [linear_baseline("float32"), linear_baseline("float64")]
    for name in options:
        Run(out / name).explain()
    page = report([out / name for name in options], out=out / layout.REPORT)
    return Demo(runs=results, baselines=baselines, report=str(page), seconds=time.perf_counter() - started)


def _demo_run(out: Path, options: TrainOptions, limit: int, progress: Progress | None) -> DemoRun:
    """One net: trained, stress-tested, asked, judged."""
    training = train(options, out, progress=progress)
    run = Run.open(out)
    tested = run.stress(limit=limit)
    return DemoRun(
        run=str(out),
        recipe=run.config.recipe,
        data=run.config.data,
        training=training,
        accuracy_20_digits=next(point.random for point in tested.curve if point.length == DIGITS),
        example=run.ask([[QUESTION]]),
        counting=run.count_on(start=COUNT_FROM, steps=COUNT_STEPS),
        horizon=tested.horizon,
        limit=tested.limit,
        verdict=run.prove(budget=VERDICT_SECONDS),
    )
