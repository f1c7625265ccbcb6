"""Trackio: a database on the user's own disk, unless the library's own settings (`TRACKIO_SPACE_ID`) name a place elsewhere."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anylength.trackers.tracker import AbstractTracker, Facts

PROJECT = "anylength"


class Trackio(AbstractTracker):
    """Scalars by epoch; facts in one row after the last of them."""

    def __init__(self, trackio: Any, *, quiet: bool) -> None:
        del quiet  # what it says goes where `RunLogger` lets it
        self._library, self._run = trackio, None

    def start(self, folder: Path, name: str, config: Facts) -> None:
        """Begins a run of the project `anylength`."""
        del folder  # it has a place of its own
        self._run = self._library.init(project=PROJECT, name=name, config=dict(config))

    def scalars(self, values: Mapping[str, float], step: int) -> None:
        """One row."""
        assert self._run is not None
        self._run.log(dict(values), step=step)

    def facts(self, values: Facts, step: int) -> None:
        """One row more."""
        assert self._run is not None
        self._run.log(dict(values), step=step + 1)

    def finish(self, *, failed: bool) -> None:
        """Ends the run, by the library's own function: it would end it once more at exit, and say so on standard output."""
        del failed  # it has no word for it
        if self._run is not None:
            self._library.finish()
