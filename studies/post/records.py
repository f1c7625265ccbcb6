"""What was measured of the post's claims: `docs/results/post.json`. Made from the sweeps of `anylength reproduce`."""

from pathlib import Path
from typing import Any

import msgspec

from anylength.records import SweepRow
from anylength.sweeps import folder
from anylength.sweeps.reproduce import post_plans
from anylength.training import linear_baseline


class PostNet(msgspec.Struct, frozen=True):
    """The net of one seed. The fields are those of a row of a sweep."""

    seed: int
    epochs: int
    perfect_at: int | None
    validation_accuracy: float
    random_accuracy: dict[str, float]
    worst_accuracy: dict[str, float]
    horizon: int | None
    shortest_mistake: str | None
    verdict: str | None = None


class PostPart(msgspec.Struct, frozen=True):
    """One training configuration over many seeds: a sweep. `limit` is 0 where there was no stress test."""

    name: str
    task: str
    cell: str
    recipe: str
    data: str
    hidden: int
    epochs: int
    settings: dict[str, float | int | str | bool]
    limit: int
    nets: list[PostNet]
    seconds: float


class PostResults(msgspec.Struct, frozen=True):
    """All parts, and the digits up to which the post's linear baseline is right by number format."""

    seeds: int
    parts: list[PostPart]
    baselines: dict[str, int]
    environment: dict[str, Any]

    def part(self, name: str) -> PostPart:
        """The part of this name."""
        return next(part for part in self.parts if part.name == name)


def read(path: Path) -> PostResults:
    """The results in a file."""
    return msgspec.json.decode(path.read_bytes(), type=PostResults)


def write(path: Path, results: PostResults) -> None:
    """Writes results into a file."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n")


def results_of(sweeps: Path) -> PostResults:
    """The results of a folder that `anylength reproduce --out` wrote."""
    names = [name for name in post_plans() if (sweeps / name).is_dir()]
    parts = [_part(sweeps / name) for name in names]
    baselines = {dtype: linear_baseline(dtype).longest_right for dtype in ("float32", "float64")}
    environment = msgspec.to_builtins(folder.environment_of(sweeps / names[0]))
    return PostResults(max(len(part.nets) for part in parts), parts, baselines, environment)


def _part(path: Path) -> PostPart:
    plan = folder.plan_of(path)
    config, rows = plan.settings[0], sorted(folder.read_rows(path), key=lambda row: row.row)
    return PostPart(
        path.name, config.task, config.cell, config.recipe, config.data, config.hidden, config.epochs, config.settings,
        plan.stress or 0, [_net(row) for row in rows], sum(times.total_seconds for times in folder.read_times(path)),
    )  # fmt: skip


def _net(row: SweepRow) -> PostNet:
    mistake = None if row.shortest_mistake is None else " and ".join(row.shortest_mistake)
    return PostNet(
        row.seed, row.epochs, row.perfect_at, row.validation_accuracy or 0.0, row.random_accuracy or {}, row.worst_accuracy or {},
        row.horizon, mistake, row.verdict,
    )  # fmt: skip
