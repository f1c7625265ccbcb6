"""The index of a folder of runs, two levels deep and without symbolic links. Only here a name becomes a path."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from anylength.errors import InputError
from anylength.experiments import Run, layout
from anylength.files import write_atomic
from anylength.records import Record, RunConfig, Stress, Training, Verdict

MARKER = "serving.json"
"""The file that marks an unfinished run. This server or the next one in the same folder completes it."""

STAGES = (layout.DONE, layout.VERDICT, layout.EXPLANATION, layout.STRESS)
"""The files of a complete run."""

SCAN_SECONDS = 0.3
"""Seconds between scans of the folder. Requests in between use the last scan; a new run appears after this time at the latest."""

MAX_RUNS = 5_000
"""Runs that are indexed; further ones are ignored."""

SEPARATOR = ":"
"""Separates the name of a folder from the name of a run in it."""

Kind = TypeVar("Kind", bound=Record)


class GalleryRow(msgspec.Struct, frozen=True, kw_only=True):
    """A run in the gallery. None where a result is not there yet."""

    name: str
    task: str
    cell: str
    hidden: int
    recipe: str
    data: str
    seed: int
    status: str
    epochs: int | None
    validation_accuracy: float | None
    verdict: str | None
    counterexample: list[str] | None
    horizon: int | None
    limit: int | None
    noise_budget: float | None
    parameters: int | None
    changed: float


@dataclass(frozen=True)
class _Known:
    changed: int
    row: GalleryRow
    config: RunConfig


class RunIndex:
    """The runs in a layout. Its methods read the disk: not for an event loop."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._paths: tuple[float, dict[str, Path]] = (-1e9, {})
        self._known: dict[str, _Known] = {}

    def paths(self) -> dict[str, Path]:
        """Every run by name."""
        looked, paths = self._paths
        if time.monotonic() - looked > SCAN_SECONDS:
            paths = dict(_runs_below(self.root))
            self._paths = (time.monotonic(), paths)
        return paths

    def changed(self) -> None:
        """Forgets the last scan, after a run was added."""
        self._paths = (-1e9, {})

    def path(self, name: str) -> Path | None:
        """The folder of the run of this name."""
        return self.paths().get(name)

    def rows(self) -> list[GalleryRow]:
        """Every readable run, the latest change first."""
        found = [known.row for name, path in self.paths().items() if (known := self._read(name, path))]
        return sorted(found, key=lambda row: -row.changed)

    def same(self, config: RunConfig) -> str | None:
        """The name of the run with exactly this configuration."""
        for name, path in self.paths().items():
            known = self._read(name, path)
            if known and known.config == config:
                return name
        return None

    def unfinished(self) -> list[str]:
        """The names of the runs that are marked as unfinished."""
        return [name for name, path in self.paths().items() if (path / MARKER).is_file()]

    def _read(self, name: str, path: Path) -> _Known | None:
        try:
            changed = path.stat().st_mtime_ns
            known = self._known.get(name)
            if known is None or known.changed != changed:
                config = Run(path).config
                known = self._known[name] = _Known(changed, _row(name, path, config, changed / 1e9), config)
        except (InputError, OSError):
            return None
        return known


def complete(path: Path) -> bool:
    """Whether a run has all results."""
    return all((path / name).is_file() for name in STAGES)


def mark(path: Path) -> None:
    """Marks a run as unfinished."""
    write_atomic(path / MARKER, b'{"format": 1}\n')


def unmark(path: Path) -> None:
    """Removes the mark."""
    (path / MARKER).unlink(missing_ok=True)


def read(path: Path, name: str, kind: type[Kind]) -> Kind | None:
    """A record of a run; None where the file is missing or damaged."""
    try:
        return kind.from_json((path / name).read_bytes(), name)
    except (OSError, InputError):
        return None


def _row(name: str, path: Path, config: RunConfig, changed: float) -> GalleryRow:
    training, verdict = read(path, layout.DONE, Training), read(path, layout.VERDICT, Verdict)
    stress = read(path, layout.STRESS, Stress)
    return GalleryRow(
        name=name,
        task=config.task,
        cell=config.cell,
        hidden=config.hidden,
        recipe=config.recipe,
        data=config.data,
        seed=config.seed,
        status="done" if training else "stopped",
        epochs=training and training.epochs,
        validation_accuracy=training and training.validation_accuracy,
        verdict=verdict and verdict.verdict,
        counterexample=verdict and verdict.counterexample,
        horizon=stress and stress.horizon,
        limit=stress and stress.limit,
        noise_budget=verdict and verdict.noise_budget,
        parameters=training and training.parameters,
        changed=changed,
    )


def _runs_below(root: Path) -> list[tuple[str, Path]]:
    found: list[tuple[str, Path]] = []
    for entry in _folders(root):
        if _is_run(entry):
            found.append((entry.name, entry))
        else:
            found += [(f"{entry.name}{SEPARATOR}{below.name}", below) for below in _folders(entry) if _is_run(below)]
        if len(found) >= MAX_RUNS:
            break
    return found[:MAX_RUNS]


def _folders(path: Path) -> list[Path]:
    """The folders in a folder, without hidden ones and symbolic links."""
    try:
        with os.scandir(path) as entries:
            return sorted(
                Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False) and not entry.name.startswith(".")
            )
    except OSError:
        return []


def _is_run(path: Path) -> bool:
    file = path / layout.CONFIG
    return file.is_file() and not file.is_symlink()
