"""Blocks: the rows of a plan cut into units of work, by arithmetic alone, so that ten million rows take no memory."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from anylength.experiments.runs import net_config
from anylength.nets.weights import shapes
from anylength.records import RunConfig, SweepPlan
from anylength.sweeps.job import BlockJob, versions
from anylength.tasks import task_named
from anylength.training import VMAP_WIDTH
from anylength.training.start import Purpose, generator

USUAL = 64
"""Rows of a block where memory allows: some 10 to 100 seconds of work, of which at most one a worker is lost when it is killed."""

SHARE = 0.25
"""The part of the memory left that the blocks of all workers may fill."""

COPIES_A_SEED = 8
"""A program of eight lanes keeps about so many numbers for every state and logit of a batch, for its gradient."""


@dataclass(frozen=True)
class Block:
    """Rows `first` to `first + rows - 1` of a plan, all of one setting.

    Attributes:
        number: The block's own number.
        setting: The number of its setting.
        first: Its first row.
        first_seed: That row's seed.
        rows: How many there are.
    """

    number: int
    setting: int
    first: int
    first_seed: int
    rows: int

    @property
    def seeds(self) -> range:
        """The seeds of its rows."""
        return range(self.first_seed, self.first_seed + self.rows)


def rows(plan: SweepPlan) -> int:
    """Rows of the whole sweep."""
    return len(plan.settings) * plan.seeds


def blocks(plan: SweepPlan) -> int:
    """Blocks of the whole sweep."""
    return len(plan.settings) * blocks_per_setting(plan)


def blocks_per_setting(plan: SweepPlan) -> int:
    """Blocks of one setting."""
    return -(-plan.seeds // plan.block)


def block_at(plan: SweepPlan, number: int) -> Block:
    """The block of this number."""
    setting, at = divmod(number, blocks_per_setting(plan))
    first = at * plan.block
    count = min(plan.block, plan.seeds - first)
    return Block(number, setting, setting * plan.seeds + first, plan.first_seed + first, count)


def block_of(plan: SweepPlan, row: int) -> Block:
    """The block that holds this row."""
    setting, at = divmod(row, plan.seeds)
    return block_at(plan, setting * blocks_per_setting(plan) + at // plan.block)


def job_of(plan: SweepPlan, block: Block, count: int) -> BlockJob:
    """The job of a block's first `count` rows."""
    return BlockJob(
        block=block.number, setting=block.setting, first=block.first, first_seed=block.first_seed, rows=count,
        config=plan.settings[block.setting], stress=plan.stress, verdict=plan.verdict, explain=plan.explain, versions=versions(),
    )  # fmt: skip


def block_size(settings: Sequence[RunConfig], *, workers: int) -> int:
    """Rows of a block: `USUAL`, or as many lanes as the dearest setting's blocks fit into the memory that `workers` share."""
    room = SHARE * free_memory() / workers
    dearest = max(map(memory_of_a_net, settings))
    widths = int(room / dearest) // VMAP_WIDTH
    return max(VMAP_WIDTH, min(USUAL, widths * VMAP_WIDTH))


def memory_of_a_net(config: RunConfig) -> float:
    """About the bytes that one net of a block needs while it trains: its examples, its weights, its part of the program's work."""
    task = task_named(config.task, config.base, config.machine)
    drawn = task.data_named(config.data)(generator(0, Purpose.DATA), config.base)
    words = sum(side.size * (side.itemsize + 1) for side in (drawn.train, drawn.validation))
    steps = drawn.train.shape[1]
    named = shapes(net_config(config))
    weights = 4 * sum(math.prod(shape) for shape in named.values())
    batch = int(config.settings.get("batch", 100))
    gradient = 4 * COPIES_A_SEED * steps * max(batch, 1) * (config.hidden + task.encoding_size + task.classes)
    evaluated = 4 * steps * len(drawn.train) * (config.hidden + task.classes)
    return 3.0 * words + 6.0 * weights + gradient + evaluated


def free_memory() -> float:
    """Bytes that may still be used: what Linux calls available, within the limit of a container; elsewhere half a gigabyte."""
    found = [_available(), *_container()]
    known = [value for value in found if value is not None]
    return float(min(known)) if known else float(512 << 20)


def _available() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable")), None)


def _container() -> list[int]:
    try:
        most, used = ((Path("/sys/fs/cgroup") / name).read_text().strip() for name in ("memory.max", "memory.current"))
    except OSError:
        return []
    return [int(most) - int(used)] if most.isdigit() else []
