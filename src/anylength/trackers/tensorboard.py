"""TensorBoard event files, written by tensorboardX, which needs neither TensorFlow nor PyTorch."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anylength.trackers.tracker import AbstractTracker, Values

FOLDER = "tensorboard"
"""The folder of event files in a run's folder."""


class TensorBoard(AbstractTracker):
    """Metrics are scalars by epoch; results are scalars or texts at the last epoch."""

    def __init__(self, tensorboardx: Any, *, quiet: bool) -> None:
        del quiet  # tensorboardX prints nothing
        self._library, self._writer = tensorboardx, None

    def start(self, folder: Path, name: str, config: Values) -> None:
        """Opens a new event file. `purge_step=0` makes TensorBoard hide older event files of the same folder."""
        self._writer = self._library.SummaryWriter(logdir=str(folder / FOLDER), purge_step=0)
        rows = [f"| {key} | {value} |" for key, value in config.items()]
        self._writer.add_text("config", "\n".join([f"| {name} | |", "|---|---|", *rows]), 0)

    def log_metrics(self, values: Mapping[str, float], step: int) -> None:
        """One scalar for each metric."""
        assert self._writer is not None
        for name, value in values.items():
            self._writer.add_scalar(name, value, step)

    def log_summary(self, values: Values, step: int) -> None:
        """A text for each string, a scalar for any other value."""
        assert self._writer is not None
        for name, value in values.items():
            if isinstance(value, str):
                self._writer.add_text(name, value, step)
            else:
                self._writer.add_scalar(name, float(value), step)

    def finish(self, *, failed: bool) -> None:
        """Flushes and closes the event file."""
        del failed  # event files have no status
        if self._writer is not None:
            self._writer.close()
