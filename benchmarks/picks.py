"""Which nets the sweep of breaks looks at. Nothing here knows of the prediction.

"trained": every net of a block after a whole number of epochs. "born": of each seed one net near the birth of the carry. A length θ
is drawn log-uniformly from 4…2,000; where the first update after which the net carries over θ nines takes it past 2,000, the update
is done once more with its step scaled by t, and t is halved towards the place where θ is reached until the net that carries so far
breaks within 2,000. That net is kept. Where there is none down to 2⁻²⁴ of a step (the break jumps), the seed gives no net.
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from anylength.nets import Net
from anylength.tasks import Dataset, Task, task_named
from anylength.tasks.data import numbers_of_length
from anylength.training import recipe_named
from anylength.training.recipe import AbstractRecipe
from benchmarks.snapshots import Run, at_seed, breaks, snapshots

SHORTEST, LONGEST = 4, 2_000
NEVER = 10_000
"""Nines after which a net counts as one that never breaks."""

HALVINGS, THRESHOLDS = 24, 7


@dataclass(frozen=True)
class Group:
    """A block of seeds and how they are trained; epochs are the most where the nets are "born" ones."""

    name: str
    how: str
    recipe: AbstractRecipe
    data: str
    cell: str
    hidden: int
    epochs: int
    first: int
    seeds: int

    @property
    def run(self) -> Run:
        return Run(task(), self.recipe, self.data, self.cell, self.hidden, self.epochs)


@dataclass(frozen=True)
class Pick:
    """One net: the updates it has had, the part t of the last one (1 for all of it), its θ and how many nines it carries over."""

    net: Net
    seed: int
    updates: int
    part: float
    threshold: int | None
    measured: int


def task() -> Task:
    """`count` with numbers of up to 5, 10 and 20 digits to train on."""
    found = task_named("count")
    return dataclasses.replace(found, data={**found.data, **{f"digits-{n}": _up_to(n) for n in (5, 20)}})


def _up_to(most: int) -> Any:
    def make(rng: np.random.Generator, base: int) -> Dataset:
        lengths = rng.integers(1, most + 1, 10_000)
        words = numbers_of_length(rng, lengths, base, most + 1)
        return Dataset(train=words[:9_000], validation=words[9_000:])

    return make


def groups() -> Iterator[Group]:
    """All groups of the sweep, on seeds that were not used before."""
    blog, plain, seed = recipe_named("blog"), dataclasses.replace(recipe_named("plain"), learning_rate=0.01), 80_000
    wanted: list[tuple[str, AbstractRecipe, str, str, int, int, int]] = [
        *(("trained", blog, "post", "rnn", units, epochs, 24) for units in (8, 12, 16, 24) for epochs in (1, 2, 3, 5, 8)),
        *(("trained", blog, f"digits-{most}", "rnn", 16, 3, 32) for most in (5, 20)),
        ("trained", plain, "post", "rnn", 16, 10, 32),
        *(("born", blog, "post", "rnn", units, 3, 96) for units in (8, 12, 16, 24)),
        *(("born", blog, f"digits-{most}", "rnn", 16, 3, 64) for most in (5, 20)),
        ("born", plain, "post", "rnn", 16, 10, 64),
        *(("born", plain, "post", cell, 12, 12, 24) for cell in ("gru", "lstm")),
        *(("born", blog, "post", "rnn", units, 4, 96) for units in (8, 12, 16)),
        ("born", blog, "post", "rnn", 12, 5, 64),
    ]
    for how, recipe, data, cell, units, epochs, count in wanted:
        name = f"{how}/{recipe.name}/{data}/{cell}/{units}/{epochs}"
        yield Group(name, how, recipe, data, cell, units, epochs, seed, count)
        seed += 100


def picked(group: Group) -> list[Pick]:
    """The nets of a group."""
    return _trained(group) if group.how == "trained" else _born(group)


def _trained(group: Group) -> list[Pick]:
    seeds, updates, nets = range(group.first, group.first + group.seeds), 0, None
    for updates, nets in snapshots(group.run, seeds, 30):  # noqa: B007
        pass
    found = breaks(nets, NEVER)
    return [Pick(at_seed(nets, at), seed, updates, 1.0, None, int(found[at])) for at, seed in enumerate(seeds)]


def _born(group: Group) -> list[Pick]:
    seeds = range(group.first, group.first + group.seeds)
    thresholds = np.array([_threshold(seed) for seed in seeds])
    before: Any = None
    updates = np.zeros(len(seeds), np.int64)
    low, high = {}, {}
    for done, nets in snapshots(group.run, seeds):
        if before is not None:
            far = breaks(nets, np.where(updates, 0, thresholds)) >= thresholds
            for at in np.flatnonzero(far & (updates == 0)):
                updates[at], low[at], high[at] = done, at_seed(before, at), at_seed(nets, at)
        before = nets
        if (updates > 0).all():
            break
    return _halved(group, sorted(low), [(low[at], high[at]) for at in sorted(low)], thresholds, updates) if low else []


def _threshold(seed: int) -> int:
    """θ of a seed."""
    drawn = np.random.default_rng([seed, THRESHOLDS]).uniform(np.log(SHORTEST), np.log(LONGEST))
    return round(float(np.exp(drawn)))


def _halved(
    group: Group, places: list[int], ends: list[tuple[Net, Net]], thresholds: np.ndarray, updates: np.ndarray
) -> list[Pick]:
    """The nets between the two ends that just carry as far as their θ."""
    low, high = (jax.tree.map(lambda *leaves: np.stack(leaves), *side) for side in zip(*ends, strict=True))
    wanted, under, over = thresholds[places], np.zeros(len(places)), np.ones(len(places))
    found = breaks(high, LONGEST + 1)
    for _ in range(HALVINGS):
        open_ = found > LONGEST
        if not open_.any():
            break
        middle = np.where(open_, (under + over) / 2, over)
        there = breaks(_between(low, high, middle), np.where(open_, LONGEST + 1, 0))
        far = open_ & (there >= wanted)
        under = np.where(open_ & ~far, middle, under)
        over, found = np.where(far, middle, over), np.where(far, there, found)
    nets = _between(low, high, over)
    return [
        Pick(at_seed(nets, i), int(group.first + at), int(updates[at]), float(over[i]), int(wanted[i]), int(found[i]))
        for i, at in enumerate(places)
        if found[i] <= LONGEST
    ]


def _between(low: Any, high: Any, part: np.ndarray) -> Any:
    """Stacks of nets, part of the way from one to the other."""

    def mixed(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        share = part.reshape(-1, *[1] * (one.ndim - 1))
        return ((1 - share) * one + share * other).astype(np.float32)

    return jax.tree.map(mixed, low, high)
