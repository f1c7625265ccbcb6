"""The demo: the post's net and what it trips over; a net taught on 0…100 alone, with its proof; both side by side on one page."""

import time
from collections.abc import Callable
from pathlib import Path

from anylength.errors import InputError
from anylength.experiments import folder
from anylength.experiments.explain import explain
from anylength.experiments.prove import prove
from anylength.experiments.report import REPORT, report
from anylength.experiments.train import TrainOptions, train
from anylength.lengths import ask, count_on, stress
from anylength.records import Demo, DemoRun, Epoch
from anylength.training import linear_baseline

QUESTION = "1476233999"
"""The post's own example."""

COUNT_FROM, COUNT_STEPS = "9" * 11 + "7", 4
"""The count runs into 10^12: two digits more than any number that either net was shown."""

DIGITS = 20
"""The length at which the post tried its net."""

ATTACK = 10.0
"""Seconds that a verdict may take."""

Progress = Callable[[Epoch, int], None]


def demo(out: Path, *, seed: int, limit: int = 2000, progress: Progress | None = None) -> Demo:
    """Trains both nets into folders below `out`, and puts them through the post's own tests and ours.

    Raises:
        InputError: `out` exists.
    """
    started = time.perf_counter()
    if out.exists():
        raise InputError("a new run folder", f"{str(out)!r}, which exists", "pass another --out, or none")
    wanted = {
        "post": TrainOptions(recipe="blog", seed=seed),
        "hundred": TrainOptions(recipe="robust", data="hundred", candidates=8),
    }
    runs = [_run(out / name, each, limit, progress) for name, each in wanted.items()]
    baselines = [linear_baseline("float32"), linear_baseline("float64")]
    for name in wanted:
        explain(out / name)
    page = report([out / name for name in wanted], out=out / REPORT)
    return Demo(runs=runs, baselines=baselines, report=str(page), seconds=time.perf_counter() - started)


def _run(out: Path, wanted: TrainOptions, limit: int, progress: Progress | None) -> DemoRun:
    """One net: trained, stress-tested, asked, judged."""
    result = train(wanted, out, progress=progress)
    net, task = folder.open_run(out)
    config = folder.config_of(out)
    tested = stress(net, task, limit=limit)
    folder.write(out, folder.STRESS, tested)
    return DemoRun(
        run=str(out),
        recipe=config.recipe,
        data=config.data,
        training=result,
        twenty=next(point.random for point in tested.curve if point.length == DIGITS),
        example=ask(net, task, [[QUESTION]]),
        counted=count_on(net, task, start=COUNT_FROM, steps=COUNT_STEPS),
        horizon=tested.horizon,
        limit=tested.limit,
        verdict=prove(out, budget=ATTACK),
    )
