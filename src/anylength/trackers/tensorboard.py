"""TensorBoard's event files, by way of tensorboardX, which needs neither TensorFlow nor PyTorch."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anylength.trackers.tracker import AbstractTracker, Facts

FOLDER = "tensorboard"
"""Event files are kept here, in the run's folder."""


class TensorBoard(AbstractTracker):
    """Scalars by epoch; texts for what is no number."""

    def __init__(self, tensorboardx: Any, *, quiet: bool) -> None:
        del quiet  # it says nothing
        self._library, self._writer = tensorboardx, None

    def start(self, folder: Path, name: str, config: Facts) -> None:
        """Opens a new event file. Whatever an older one in the same folder holds is hidden by it."""
        self._writer = self._library.SummaryWriter(logdir=str(folder / FOLDER), purge_step=0)
        rows = [f"| {key} | {value} |" for key, value in config.items()]
        self._writer.add_text("config", "\n".join([f"| {name} | |", "|---|---|", *rows]), 0)

    def scalars(self, values: Mapping[str, float], step: int) -> None:
        """One point each."""
        assert self._writer is not None
        for name, value in values.items():
            self._writer.add_scalar(name, value, step)

    def facts(self, values: Facts, step: int) -> None:
        """Numbers as one point each, anything else as text."""
        assert self._writer is not None
        for name, value in values.items():
            if isinstance(value, str):
                self._writer.add_text(name, value, step)
            else:
                self._writer.add_scalar(name, float(value), step)

    def finish(self, *, failed: bool) -> None:
        """Writes what is left and closes the file."""
        del failed  # event files have no word for it
        if self._writer is not None:
            self._writer.close()
