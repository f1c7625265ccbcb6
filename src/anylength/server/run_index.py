"""The index of a folder of runs, two levels deep and without symbolic links. Only this module turns names into paths."""

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

NEVER = -1e9
"""A time on the monotonic clock long before any scan, in seconds."""

NANOSECONDS = 1e9
"""Nanoseconds of a second."""

SEPARATOR = ":"
"""Separates the name of a folder from the name of a run in it."""

Kind = TypeVar("Kind", bound=Record)


class GalleryRow(msgspec.Struct, frozen=True, kw_only=True):
    """A run in the gallery. A field is None if its result does not exist yet."""

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
class _CachedRun:
    """What was read from a run folder, and its time of change in nanoseconds."""

    changed: int
    row: GalleryRow
    config: RunConfig


class RunIndex:
    """The runs in a folder. The methods read the disk, so they must not be called on the event loop."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._paths: tuple[float, dict[str, Path]] = (NEVER, {})
        self._cache: dict[str, _CachedRun] = {}

    def paths(self) -> dict[str, Path]:
        """Every run by name."""
        scanned_at, paths = self._paths
        if time.monotonic() - scanned_at > SCAN_SECONDS:
            paths = dict(_runs_below(self.root))
            self._paths = (time.monotonic(), paths)
        return paths

    def changed(self) -> None:
        """Forgets the last scan, after a run was added."""
        self._paths = (NEVER, {})

    def path(self, name: str) -> Path | None:
        """The folder of the run of this name."""
        return self.paths().get(name)

    def rows(self) -> list[GalleryRow]:
        """Every readable run, the latest change first."""
        rows = [run.row for name, path in self.paths().items() if (run := self._read(name, path))]
        return sorted(rows, key=lambda row: -row.changed)

    def find(self, config: RunConfig) -> str | None:
        """The name of the run with exactly this configuration; None without one."""
        for name, path in self.paths().items():
            run = self._read(name, path)
            if run and run.config == config:
                return name
        return None

    def unfinished(self) -> list[str]:
        """The names of the runs that are marked as unfinished."""
        return [name for name, path in self.paths().items() if (path / MARKER).is_file()]

    def _read(self, name: str, path: Path) -> _CachedRun | None:
        try:
            changed = path.stat().st_mtime_ns
            run = self._cache.get(name)
            if run is None or run.changed != changed:
                config = Run(path).config
                run = self._cache[name] = _CachedRun(changed, _row(name, path, config, changed / NANOSECONDS), config)
        except (InputError, OSError):
            return None
        return run


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
    """A record of a run; None if the file is missing or damaged."""
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
    """The runs in a folder and in the folders in it, with their names."""
    runs: list[tuple[str, Path]] = []
    for entry in _folders(root):
        if _is_run(entry):
            runs.append((entry.name, entry))
        else:
            runs += [(f"{entry.name}{SEPARATOR}{below.name}", below) for below in _folders(entry) if _is_run(below)]
        if len(runs) >= MAX_RUNS:
            break
    return runs[:MAX_RUNS]


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
