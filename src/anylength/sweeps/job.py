"""The messages between driver and worker: JSON and bytes. Loads no JAX, because a worker first sets its number of threads."""

import importlib.metadata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from anylength.base import Record
from anylength.records import BlockTimes, RunConfig


class BlockJob(Record, frozen=True):
    """A block that a worker must compute.

    Attributes:
        block: The block's number.
        setting: The number of its setting.
        first: The number of its first row.
        first_seed: The seed of the first row.
        rows: Number of rows.
        config: The configuration of the setting.
        stress: See `SweepPlan`.
        verdict: See `SweepPlan`.
        explain: See `SweepPlan`.
        versions: The driver's package versions. A worker with other versions refuses the job.
        scored_by: The conventions of a benchmark that score the nets.
        words: See `ScoringPlan`.
        limit: See `ScoringPlan`.
    """

    block: int
    setting: int
    first: int
    first_seed: int
    rows: int
    config: RunConfig
    stress: int | None
    verdict: int | None
    explain: bool
    versions: dict[str, str]
    scored_by: tuple[str, ...] = ()
    words: int = 0
    limit: int = 0


@dataclass(frozen=True)
class BlockResult:
    """A block that a worker has computed.

    Attributes:
        block: The block's number.
        first: The number of its first row.
        lines: One line of JSON for each row.
        weights: The safetensors file of its nets.
        times: The times of its parts.
    """

    block: int
    first: int
    lines: list[str]
    weights: bytes
    times: BlockTimes


Executor: TypeAlias = Callable[[Iterator[BlockJob]], Iterator[BlockResult]]
"""Takes jobs and yields their results in any order. It takes only a few jobs in advance."""

PACKAGES = ("anylength", "jax", "jaxlib", "numpy")
"""Packages whose versions may change the bits of a result."""


def versions() -> dict[str, str]:
    """The versions of `PACKAGES` in this process."""
    return {name: importlib.metadata.version(name) for name in PACKAGES}
