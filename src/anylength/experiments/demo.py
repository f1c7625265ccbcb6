"""The demo: the post's net trained, its own answers, where it breaks, and the post's linear baseline beside it."""

import time
from collections.abc import Callable
from pathlib import Path

from anylength.experiments import folder
from anylength.experiments.train import Wanted, train
from anylength.lengths import ask, count_on, stress
from anylength.records import Demo, DemoRun, Epoch
from anylength.training import linear_baseline

QUESTION = "1476233999"
"""The post's own example."""

COUNT_FROM, COUNT_STEPS = "9" * 11 + "7", 4
"""The count runs into 10^12: two digits more than any number that was shown."""

DIGITS = 20
"""The length at which the post tried its net."""


def demo(out: Path, *, seed: int, limit: int = 2000, progress: Callable[[Epoch, int], None] | None = None) -> Demo:
    """Trains the post's net into `out` and puts it through the post's own tests and ours."""
    started = time.perf_counter()
    result = train(Wanted(seed=seed), out, progress=progress)
    net, task = folder.open_run(out)
    tested = stress(net, task, limit=limit)
    folder.write(out, folder.STRESS, tested)
    run = DemoRun(
        run=str(out),
        training=result,
        twenty=next(point.random for point in tested.curve if point.length == DIGITS),
        example=ask(net, task, [[QUESTION]]),
        counted=count_on(net, task, start=COUNT_FROM, steps=COUNT_STEPS),
        horizon=tested.horizon,
        limit=tested.limit,
        mistake=tested.shortest_mistake,
    )
    baselines = [linear_baseline("float32"), linear_baseline("float64")]
    return Demo(runs=[run], baselines=baselines, seconds=time.perf_counter() - started)
