"""The post's claims about its RNN, measured over many seeds where the post had one run."""

import statistics
from collections.abc import Callable
from pathlib import Path

import numpy as np

from anylength.experiments.environment import environment
from anylength.experiments.files import write_atomic
from anylength.lengths import share, stress
from anylength.records import BlogNet, BlogSweep, Stress
from anylength.tasks import task_named
from anylength.training import Trained, fit_block, recipe_named

BLOCK = 25
"""Seeds trained in one compiled program."""


def reproduce(
    out: Path, *, seeds: int = 100, epochs: int = 10, limit: int = 2000, progress: Callable[[int, int], None] | None = None
) -> BlogSweep:
    """Trains the post's net with `seeds` seeds, up to `epochs` epochs each, stress-tests every one, writes `out` as JSON."""
    task, nets = task_named("count"), []
    for at in range(0, seeds, BLOCK):
        block = range(at, min(at + BLOCK, seeds))
        for seed, trained in zip(block, fit_block(task, block, recipe=recipe_named("blog"), epochs=epochs), strict=True):
            nets.append(_net(seed, trained, stress(trained.net, task, limit=limit)))
            if progress:
                progress(len(nets), seeds)
    result = _summary(nets, epochs, limit)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(out, result.to_file())
    return result


def _net(seed: int, trained: Trained, tested: Stress) -> BlogNet:
    twenty = next(point.random for point in tested.curve if point.length == 20)
    shortest = tested.shortest_mistake
    return BlogNet(
        seed=seed, perfect_at=trained.perfect_at, twenty=twenty.value, horizon=tested.horizon,
        shortest_mistake=shortest.numbers[0] if shortest else None,
    )  # fmt: skip


def _summary(nets: list[BlogNet], epochs: int, limit: int) -> BlogSweep:
    reached = [net.perfect_at for net in nets if net.perfect_at is not None]
    broken = sorted(net.horizon for net in nets if net.horizon is not None)
    quartiles = [float(q) for q in np.quantile(broken, [0.25, 0.5, 0.75])] if broken else []
    return BlogSweep(
        seeds=len(nets), epochs=epochs, limit=limit, environment=environment(),
        perfect=share(len(reached), len(nets)),
        perfect_by_epoch=[sum(at <= epoch for at in reached) for epoch in range(1, epochs + 1)],
        median_epochs=float(statistics.median(reached)) if reached else None,
        twenty_perfect=share(sum(net.twenty == 1.0 for net in nets), len(nets)),
        broke_on_nines=share(len(broken), len(nets)),
        horizons=broken, horizon_quartiles=quartiles,
        mistaken=share(sum(net.shortest_mistake is not None for net in nets), len(nets)),
        nets=nets,
    )  # fmt: skip
