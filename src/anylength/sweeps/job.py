"""What goes to a worker and what comes back: plain values, sent as JSON and bytes. No JAX: a worker settles first."""

import importlib.metadata
from dataclasses import dataclass

from anylength.records import BlockTimes, RunConfig
from anylength.records.record import Record


class BlockJob(Record, frozen=True):
    """One block to be done.

    Attributes:
        block: The block's number.
        setting: The number of its setting.
        first: Its first row.
        first_seed: That row's seed.
        rows: How many rows.
        config: The setting.
        stress: As in `SweepPlan`, as are the next two.
        versions: The packages that the driver has: a worker with others refuses.
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


@dataclass(frozen=True)
class BlockResult:
    """One block done.

    Attributes:
        block: The block's number.
        first: Its first row.
        lines: A line of JSON for each row.
        weights: The safetensors file of its nets.
        times: How long it took.
    """

    block: int
    first: int
    lines: list[str]
    weights: bytes
    times: BlockTimes


PACKAGES = ("anylength", "jax", "jaxlib", "numpy")
"""Packages of which another version may give other bits."""


def versions() -> dict[str, str]:
    """The versions that this process has."""
    return {name: importlib.metadata.version(name) for name in PACKAGES}
