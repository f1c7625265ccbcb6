"""The index of a folder of runs, two levels deep and without symbolic links. Only this module turns names into paths."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from anylength.errors import InputError
from anylength.experiments import Run, layout
from anylength.files import Folder
from anylength.records import RunConfig
from anylength.server.gallery import GalleryRow, gallery_row, readable
from anylength.server.marks import FOREIGN, MARKER, OURS, Marks

STAGES = (layout.DONE, layout.VERDICT, layout.EXPLANATION, layout.STRESS)
"""The files of a complete run."""

SHOWN = (*STAGES, layout.CONFIG, layout.MODEL, layout.CERTIFICATE, layout.HORIZON_CERTIFICATE, layout.IMPORT, MARKER)
"""The files that the gallery depends on."""

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

FileState = tuple[int, int, int, int] | None
"""Inode, size, and times of the last change of content and of anything, in nanoseconds; None for a file that is not there."""


@dataclass(frozen=True)
class _CachedRun:
    """What was read from a run folder, and the state of its files at that time."""

    state: list[FileState]
    row: GalleryRow
    config: RunConfig


class RunIndex:
    """The runs in a folder. The methods read the disk, so they must not be called on the event loop."""

    def __init__(self, root: Path, marks: Marks) -> None:
        self.root, self.marks = root, marks
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
        """The name of a run with exactly this configuration that is unfinished or has a film; None without one.

        A finished run without a film is from the command line: it was not watched, or its net was changed after the training.
        """
        for name, path in self.paths().items():
            run = self._read(name, path)
            if run and run.config == config and (run.row.epochs is None or has(path, layout.FILM)):
                return name
        return None

    def unfinished(self) -> list[str]:
        """The names of the runs that a server of this user has left unfinished in this folder."""
        return [name for name, path in self.paths().items() if self.marks.kind(path) == OURS]

    def status(self, path: Path) -> str:
        """The status of a run that is not in work: done, stopped, or interrupted (unfinished, and not started by this server)."""
        if complete(path):
            return "done"
        if self.marks.kind(path) == FOREIGN:
            return "interrupted"
        return "done" if has(path, layout.DONE) else "stopped"

    def _read(self, name: str, path: Path) -> _CachedRun | None:
        try:
            state = [_state(path / file) for file in SHOWN]
            cached = self._cache.get(name)
            if cached is None or cached.state != state:
                run, changed = Run(path), path.stat().st_mtime_ns / NANOSECONDS
                row = gallery_row(name, run, self.status(path), changed)
                cached = self._cache[name] = _CachedRun(state, row, run.config)
        except (InputError, OSError):
            return None
        return cached


def complete(path: Path) -> bool:
    """Whether a run has all results."""
    return all(has(path, name) for name in STAGES)


def has(path: Path, name: str) -> bool:
    """Whether a run folder holds a regular file of this name."""
    return bool(readable(lambda: Folder(path).has(name)))


def _state(path: Path) -> FileState:
    try:
        status = path.lstat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _runs_below(root: Path) -> list[tuple[str, Path]]:
    """The runs in a folder and in the folders in it, with their names."""
    runs: list[tuple[str, Path]] = []
    for entry in _folders(root):
        if has(entry, layout.CONFIG):
            runs.append((entry.name, entry))
        else:
            runs += [(f"{entry.name}{SEPARATOR}{below.name}", below) for below in _folders(entry) if has(below, layout.CONFIG)]
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
