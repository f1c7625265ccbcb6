"""The post's claims about its RNN, measured over many seeds where the post had one run."""

import statistics
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from anylength.experiments.environment import environment
from anylength.experiments.files import disk_errors, write_atomic
from anylength.lengths import share, stress
from anylength.records import BlogNet, BlogSweep, Stress, Width
from anylength.tasks import task_named
from anylength.training import Trained, fit_block, recipe_named

WIDTHS = (4, 8, 16, 24, 32)
"""The post does not state its hidden size: these are tried beside the default."""

BLOCK = 25
"""Seeds trained in one compiled program."""


def reproduce(
    out: Path, *, seeds: int = 100, epochs: int = 10, limit: int = 2000, progress: Callable[[int, int], None] | None = None
) -> BlogSweep:
    """Trains the post's net with `seeds` seeds, up to `epochs` epochs each, stress-tests every one, writes `out` as JSON."""
    with disk_errors(out):
        out.parent.mkdir(parents=True, exist_ok=True)
    nets, widths = [], {hidden: [] for hidden in WIDTHS}
    total = seeds * (1 + len(WIDTHS))
    for seed, trained in _trained(range(seeds), recipe_named("blog").hidden, epochs):
        nets.append(_net(seed, trained, stress(trained.net, task_named("count"), limit=limit)))
        if progress:
            progress(len(nets), total)
    for at, hidden in enumerate(WIDTHS, 1):
        widths[hidden] = [trained.perfect_at for _, trained in _trained(range(seeds), hidden, epochs)]
        if progress:
            progress(seeds * (1 + at), total)
    result = _summary(nets, [_width(hidden, reached, epochs) for hidden, reached in widths.items()], epochs, limit)
    write_atomic(out, result.to_file())
    return result


def _trained(seeds: range, hidden: int, epochs: int) -> Iterator[tuple[int, Trained]]:
    """The post's nets, trained block by block."""
    for at in range(seeds.start, seeds.stop, BLOCK):
        block = range(at, min(at + BLOCK, seeds.stop))
        nets = fit_block(task_named("count"), block, recipe=recipe_named("blog"), hidden=hidden, epochs=epochs)
        yield from zip(block, nets, strict=True)


def _width(hidden: int, reached: list[int | None], epochs: int) -> Width:
    perfect = share(sum(at is not None for at in reached), len(reached))
    return Width(hidden=hidden, perfect=perfect, perfect_by_epoch=_by_epoch(reached, epochs))


def _by_epoch(reached: list[int | None], epochs: int) -> list[int]:
    """How many had reached 100 % after epoch 1, 2, …."""
    return [sum(at is not None and at <= epoch for at in reached) for epoch in range(1, epochs + 1)]


def _net(seed: int, trained: Trained, tested: Stress) -> BlogNet:
    twenty = next(point.random for point in tested.curve if point.length == 20)
    shortest = tested.shortest_mistake
    return BlogNet(
        seed=seed, perfect_at=trained.perfect_at, twenty=twenty.value, horizon=tested.horizon,
        shortest_mistake=shortest.numbers[0] if shortest else None,
    )  # fmt: skip


def _summary(nets: list[BlogNet], widths: list[Width], epochs: int, limit: int) -> BlogSweep:
    reached = [net.perfect_at for net in nets if net.perfect_at is not None]
    broken = sorted(net.horizon for net in nets if net.horizon is not None)
    quartiles = [float(q) for q in np.quantile(broken, [0.25, 0.5, 0.75])] if broken else []
    return BlogSweep(
        seeds=len(nets), hidden=recipe_named("blog").hidden, epochs=epochs, limit=limit, environment=environment(),
        perfect=share(len(reached), len(nets)),
        perfect_by_epoch=_by_epoch([net.perfect_at for net in nets], epochs),
        median_epochs=float(statistics.median(reached)) if reached else None,
        twenty_perfect=share(sum(net.twenty == 1.0 for net in nets), len(nets)),
        broke_on_nines=share(len(broken), len(nets)),
        horizons=broken, horizon_quartiles=quartiles,
        mistaken=share(sum(net.shortest_mistake is not None for net in nets), len(nets)),
        widths=widths,
        nets=nets,
    )  # fmt: skip
