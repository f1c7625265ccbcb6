"""Blocks: the rows of a plan, divided into units of work. Blocks are computed from their numbers, so no list of them is stored."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from anylength.nets.weights import shapes
from anylength.records import RunConfig, SweepPlan
from anylength.rules import task_named
from anylength.runs import net_config
from anylength.sweeps.job import BlockJob, versions
from anylength.training import VMAP_WIDTH
from anylength.training.start import Purpose, generator

DEFAULT_BLOCK = 64
"""Rows of a block, if memory allows: about 6 to 18 seconds of work (`docs/results/scale.json`). A killed worker loses one block."""

MEMORY_SHARE = 0.25
"""Share of the free memory that the blocks of all workers may use. The rest is a safety margin: needs are estimated."""

DEFAULT_MEMORY = 512 << 20
"""Bytes of free memory that are assumed where the system does not tell."""


@dataclass(frozen=True)
class Block:
    """Rows `first` to `first + rows - 1` of a plan. All rows of a block have the same setting.

    Attributes:
        number: The block's number.
        setting: The number of its setting.
        first: The number of its first row.
        first_seed: The seed of the first row.
        rows: Number of rows.
    """

    number: int
    setting: int
    first: int
    first_seed: int
    rows: int

    @property
    def seeds(self) -> range:
        """The seeds of the rows."""
        return range(self.first_seed, self.first_seed + self.rows)


def row_count(plan: SweepPlan) -> int:
    """Number of rows of the whole sweep."""
    return len(plan.settings) * plan.seeds


def block_count(plan: SweepPlan) -> int:
    """Number of blocks of the whole sweep."""
    return len(plan.settings) * blocks_per_setting(plan)


def blocks_per_setting(plan: SweepPlan) -> int:
    """Number of blocks of one setting."""
    return math.ceil(plan.seeds / plan.block)


def block_at(plan: SweepPlan, number: int) -> Block:
    """The block with this number."""
    setting, index = divmod(number, blocks_per_setting(plan))
    seed = index * plan.block
    count = min(plan.block, plan.seeds - seed)
    return Block(number, setting, setting * plan.seeds + seed, plan.first_seed + seed, count)


def block_of(plan: SweepPlan, row: int) -> Block:
    """The block that contains this row."""
    setting, seed = divmod(row, plan.seeds)
    return block_at(plan, setting * blocks_per_setting(plan) + seed // plan.block)


def job_of(plan: SweepPlan, block: Block, count: int) -> BlockJob:
    """The job that computes the first `count` rows of a block."""
    scoring = plan.scoring
    scored = (
        {}
        if scoring is None
        else {"scored_by": tuple(scoring.scored_by[block.setting]), "words": scoring.words, "limit": scoring.limit}
    )
    return BlockJob(
        block=block.number, setting=block.setting, first=block.first, first_seed=block.first_seed, rows=count,
        config=plan.settings[block.setting], stress=plan.stress, verdict=plan.verdict, explain=plan.explain, versions=versions(),
        **scored,
    )  # fmt: skip


def block_size(settings: Sequence[RunConfig], *, workers: int) -> int:
    """Rows of a block: `DEFAULT_BLOCK`, or less where memory is short. A multiple of `VMAP_WIDTH`.

    The setting that needs most memory counts. `workers` processes share the memory.
    """
    memory = MEMORY_SHARE * free_memory() / workers
    programs = int(memory / max(map(memory_of_a_net, settings))) // VMAP_WIDTH
    return max(VMAP_WIDTH, min(DEFAULT_BLOCK, programs * VMAP_WIDTH))


def memory_of_a_net(config: RunConfig) -> float:
    """Estimated bytes that each further net of a block needs: its data and weights.

    Gradients are left out: however many nets a block has, `VMAP_WIDTH` of them are trained at a time by each thread.
    """
    task = task_named(config.task, config.base, config.machine)
    data = task.data_named(config.data)(generator(0, Purpose.DATA), config.base)
    data_bytes = sum(words.size * (words.itemsize + 1) for words in (data.train, data.validation))
    weight_bytes = 4 * sum(math.prod(shape) for shape in shapes(net_config(config)).values())
    # copies of the training data (host, device, temporary), and of the weights (gradient, optimiser, best, temporary),
    # estimated
    return 3.0 * data_bytes + 6.0 * weight_bytes


def free_memory() -> float:
    """Bytes that may still be used: Linux's available memory, limited by the container; elsewhere `DEFAULT_MEMORY`."""
    known = [value for value in (_system_memory(), _container_memory()) if value is not None]
    return float(min(known, default=DEFAULT_MEMORY))


def _system_memory() -> int | None:
    """Available bytes of the system; None if Linux does not tell."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable")), None)


def _container_memory() -> int | None:
    """Available bytes of the container (cgroup v2); None without a limit."""
    try:
        most, used = ((Path("/sys/fs/cgroup") / name).read_text().strip() for name in ("memory.max", "memory.current"))
    except OSError:
        return None
    return int(most) - int(used) if most.isdigit() else None
