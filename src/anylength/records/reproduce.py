"""Records of the post's claims, measured."""

from anylength.records.lengths import Share
from anylength.records.record import Record
from anylength.records.runs import Environment


class BlogNet(Record, frozen=True):
    """One seed: epoch of 100 % on both sets, accuracy at 20 digits, horizon, the shortest mistake that the stress test found."""

    seed: int
    perfect_at: int | None
    twenty: float
    horizon: int | None
    shortest_mistake: str | None


class Width(Record, frozen=True):
    """How many seeds of one hidden size reached 100 % on both sets, in all and by epoch."""

    hidden: int
    perfect: Share
    perfect_by_epoch: list[int]


class BlogSweep(Record, frozen=True):
    """The post's RNN over many seeds, each kept as it was when it first reached 100 % on both sets.

    Attributes:
        perfect: Seeds with 100 % on training and validation within `epochs` epochs.
        perfect_by_epoch: How many had reached it after epoch 1, 2, ….
        median_epochs: The median epoch among those that reached it.
        twenty_perfect: Seeds that answered all random 20-digit numbers right.
        broke_on_nines: Seeds that lost the carry within `limit` nines.
        horizons: Their horizons, ascending; the other seeds are censored at `limit`.
        horizon_quartiles: Lower quartile, median and upper quartile of `horizons`.
        mistaken: Seeds for which the stress test found some wrong answer.
        widths: The same training with other hidden sizes.
    """

    seeds: int
    hidden: int
    epochs: int
    limit: int
    perfect: Share
    perfect_by_epoch: list[int]
    median_epochs: float | None
    twenty_perfect: Share
    broke_on_nines: Share
    horizons: list[int]
    horizon_quartiles: list[float]
    mistaken: Share
    widths: list[Width]
    environment: Environment
    nets: list[BlogNet]
    format: int = 1
