"""Selects the nets on which the prediction of the break is measured. The selection does not use the prediction.

There are two kinds of selection:

* "trained": all nets of a block of seeds after a whole number of epochs.
* "born": for each seed one net near the birth of the carry. A length θ is drawn log-uniformly from 4 to 2,000. Training stops at
  the first update after which the net carries over θ nines. If that net carries beyond 2,000 nines, the step of the update is
  scaled by 0 < t < 1, and bisection finds the t at which θ is reached. The first net that carries over θ nines and breaks within
  2,000 is selected. If the bisection finds none down to 2⁻²⁴ of a step (the break jumps), the seed gives no net.

`benchmarks.breaks` and `benchmarks.interventions` use this module; it writes no file.
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from anylength.nets import Net
from anylength.rules import Dataset, Task, numbers_of_length, task_named
from anylength.training import recipe_named
from anylength.training.recipe import AbstractRecipe
from benchmarks.snapshots import Run, at_seed, breaks, snapshots

SHORTEST, LONGEST = 4, 2_000
"""Nines at which a selected net breaks. Breaks outside this range are counted, but not scored."""

NEVER = 10_000
"""Nines after which a net counts as one that never breaks."""

HALVINGS = 24
"""Steps of the bisection: float32 weights have 24 significant bits."""

THRESHOLD_STREAM = 7
"""Second entry of the random seed for θ: it makes θ independent of other draws with the same seed."""

FIRST_SEED, SEEDS_PER_GROUP = 90_000, 100
"""Seeds from here on were not used while the prediction was developed. Each group has its own range of seeds."""

UPDATES_BETWEEN = 30
"""Updates between two snapshots of a "trained" net. Only the last snapshot is used; 30 divides the 90 updates of an epoch."""

EXAMPLES, TRAINING_EXAMPLES = 10_000, 9_000
"""Numbers in a data set, and those of them that are trained on: the post's sizes."""


@dataclass(frozen=True)
class Group:
    """A block of seeds and their training.

    Attributes:
        name: The name of the group in the results.
        how: The kind of selection: "trained" or "born".
        recipe: The recipe.
        data: The data set.
        cell: The cell.
        hidden: H.
        epochs: The number of epochs; for "born" nets the largest number.
        first: The first seed.
        seeds: The number of seeds.
    """

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
        """The training of the block."""
        return Run(task(), self.recipe, self.data, self.cell, self.hidden, self.epochs)


@dataclass(frozen=True)
class SelectedNet:
    """One selected net.

    Attributes:
        net: The net.
        seed: Its seed.
        updates: The number of updates it has had.
        part: t, the part of the last update's step that was taken; 1 for the whole step.
        threshold: θ; None for a "trained" net.
        measured: The number of nines it carries over.
    """

    net: Net
    seed: int
    updates: int
    part: float
    threshold: int | None
    measured: int


def task() -> Task:
    """`count`, with data sets of numbers of up to 5 and up to 20 digits besides the post's 10."""
    count = task_named("count")
    return dataclasses.replace(count, data={**count.data, **{f"digits-{digits}": _data_up_to(digits) for digits in (5, 20)}})


def _data_up_to(digits: int) -> Any:
    """The sampler of a data set of numbers with 1 to `digits` digits."""

    def sample(rng: np.random.Generator, base: int) -> Dataset:
        lengths = rng.integers(1, digits + 1, EXAMPLES)
        words = numbers_of_length(rng, lengths, base, digits + 1)
        return Dataset(train=words[:TRAINING_EXAMPLES], validation=words[TRAINING_EXAMPLES:])

    return sample


def groups() -> Iterator[Group]:
    """All groups of the benchmark, each with its own seeds."""
    blog, plain = recipe_named("blog"), dataclasses.replace(recipe_named("plain"), learning_rate=0.01)
    rows: list[tuple[str, AbstractRecipe, str, str, int, int, int]] = [
        *(("trained", blog, "post", "rnn", units, epochs, 24) for units in (8, 12, 16, 24) for epochs in (1, 2, 3, 5, 8)),
        *(("trained", blog, f"digits-{digits}", "rnn", 16, 3, 32) for digits in (5, 20)),
        ("trained", plain, "post", "rnn", 16, 10, 32),
        *(("born", blog, "post", "rnn", units, 3, 96) for units in (8, 12, 16, 24)),
        *(("born", blog, f"digits-{digits}", "rnn", 16, 3, 64) for digits in (5, 20)),
        ("born", plain, "post", "rnn", 16, 10, 64),
        *(("born", plain, "post", cell, 12, 12, 24) for cell in ("gru", "lstm")),
        *(("born", blog, "post", "rnn", units, 4, 96) for units in (8, 12, 16)),
        ("born", blog, "post", "rnn", 12, 5, 64),
    ]
    for index, (how, recipe, data, cell, units, epochs, count) in enumerate(rows):
        name = f"{how}/{recipe.name}/{data}/{cell}/{units}/{epochs}"
        yield Group(name, how, recipe, data, cell, units, epochs, FIRST_SEED + SEEDS_PER_GROUP * index, count)


def select_nets(group: Group) -> list[SelectedNet]:
    """The selected nets of a group."""
    return _trained(group) if group.how == "trained" else _born(group)


def _trained(group: Group) -> list[SelectedNet]:
    """All nets of a "trained" group."""
    seeds, updates, nets = range(group.first, group.first + group.seeds), 0, None
    for updates, nets in snapshots(group.run, seeds, UPDATES_BETWEEN):  # noqa: B007
        pass
    nines = breaks(nets, NEVER)
    return [SelectedNet(at_seed(nets, index), seed, updates, 1.0, None, int(nines[index])) for index, seed in enumerate(seeds)]


def _born(group: Group) -> list[SelectedNet]:
    """The nets of a "born" group: finds the update that reaches θ for each seed, then bisects its step."""
    seeds = range(group.first, group.first + group.seeds)
    thresholds = np.array([_threshold(seed) for seed in seeds])
    before: Any = None
    updates = np.zeros(len(seeds), np.int64)
    low, high = {}, {}
    for done, nets in snapshots(group.run, seeds):
        if before is not None:
            reached = breaks(nets, np.where(updates, 0, thresholds)) >= thresholds
            for index in np.flatnonzero(reached & (updates == 0)):
                updates[index], low[index], high[index] = done, at_seed(before, index), at_seed(nets, index)
        before = nets
        if (updates > 0).all():
            break
    return _bisect(group, sorted(low), [(low[index], high[index]) for index in sorted(low)], thresholds, updates) if low else []


def _threshold(seed: int) -> int:
    """θ of a seed."""
    log_threshold = np.random.default_rng([seed, THRESHOLD_STREAM]).uniform(np.log(SHORTEST), np.log(LONGEST))
    return round(float(np.exp(log_threshold)))


def _bisect(
    group: Group, indices: list[int], ends: list[tuple[Net, Net]], thresholds: np.ndarray, updates: np.ndarray
) -> list[SelectedNet]:
    """For each pair of nets before and after an update, the net between them that reaches θ and breaks within `LONGEST`."""
    low, high = (jax.tree.map(lambda *leaves: np.stack(leaves), *side) for side in zip(*ends, strict=True))
    theta, under, over = thresholds[indices], np.zeros(len(indices)), np.ones(len(indices))
    nines = breaks(high, LONGEST + 1)
    for _ in range(HALVINGS):
        too_long = nines > LONGEST
        if not too_long.any():
            break
        middle = np.where(too_long, (under + over) / 2, over)
        middle_nines = breaks(_interpolate(low, high, middle), np.where(too_long, LONGEST + 1, 0))
        reached = too_long & (middle_nines >= theta)
        under = np.where(too_long & ~reached, middle, under)
        over, nines = np.where(reached, middle, over), np.where(reached, middle_nines, nines)
    nets = _interpolate(low, high, over)
    return [
        SelectedNet(at_seed(nets, i), int(group.first + index), int(updates[index]), float(over[i]), int(theta[i]), int(nines[i]))
        for i, index in enumerate(indices)
        if nines[i] <= LONGEST
    ]


def _interpolate(low: Any, high: Any, part: np.ndarray) -> Any:
    """Stacked nets whose weights lie `part` of the way from `low` to `high`."""

    def mix(start: np.ndarray, end: np.ndarray) -> np.ndarray:
        share = part.reshape(-1, *[1] * (start.ndim - 1))
        return ((1 - share) * start + share * end).astype(np.float32)

    return jax.tree.map(mix, low, high)
