"""Weights & Biases: offline, so that nothing is sent, unless the user's own `WANDB_MODE` says otherwise."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anylength.trackers.tracker import AbstractTracker, Facts

PROJECT = "anylength"


class WeightsAndBiases(AbstractTracker):
    """Scalars by epoch; facts in the run's summary. Its files lie in `wandb` in the run's folder."""

    def __init__(self, wandb: Any, *, quiet: bool) -> None:
        self._library, self._quiet, self._run = wandb, quiet, None

    def start(self, folder: Path, name: str, config: Facts) -> None:
        """Begins a run; project and mode are the user's own where `WANDB_PROJECT` and `WANDB_MODE` name them."""
        self._run = self._library.init(
            project=os.environ.get("WANDB_PROJECT") or PROJECT,
            mode=os.environ.get("WANDB_MODE") or "offline",
            dir=str(folder),
            name=name,
            config=dict(config),
            settings={"console": "off", "silent": self._quiet},
        )

    def scalars(self, values: Mapping[str, float], step: int) -> None:
        """One row of its history."""
        assert self._run is not None
        self._run.log(dict(values), step=step)

    def facts(self, values: Facts, step: int) -> None:
        """Entries of its summary."""
        del step
        assert self._run is not None
        self._run.summary.update(dict(values))

    def finish(self, *, failed: bool) -> None:
        """Ends the run as finished or failed."""
        if self._run is not None:
            self._run.finish(exit_code=int(failed))
