"""Trackio: a local database, unless the library's own settings (`TRACKIO_SPACE_ID`) name a remote one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anylength.trackers.tracker import AbstractTracker, Values

PROJECT = "anylength"
"""The project's name in trackio's database."""


class Trackio(AbstractTracker):
    """Metrics are rows by epoch; results are rows one step after the last epoch."""

    def __init__(self, trackio: Any, *, quiet: bool) -> None:
        del quiet  # `RunLogger` redirects what trackio prints
        self._library, self._run = trackio, None

    def start(self, folder: Path, name: str, config: Values) -> None:
        """Starts a run of the project `anylength`."""
        del folder  # trackio stores its database elsewhere
        self._run = self._library.init(project=PROJECT, name=name, config=dict(config))

    def log_metrics(self, values: Mapping[str, float], step: int) -> None:
        """One row."""
        assert self._run is not None
        self._run.log(dict(values), step=step)

    def log_summary(self, values: Values, step: int) -> None:
        """One row at the next step."""
        assert self._run is not None
        self._run.log(dict(values), step=step + 1)

    def finish(self, *, failed: bool) -> None:
        """Ends the run with `trackio.finish`. Ending the run object alone makes trackio end it again at exit, and print that."""
        del failed  # trackio has no status
        if self._run is not None:
            self._library.finish()
