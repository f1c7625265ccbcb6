"""Weights & Biases. Runs are offline and send nothing, unless the user's environment variable `WANDB_MODE` says otherwise."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anylength.trackers.tracker import AbstractTracker, Values

PROJECT = "anylength"
"""The project's name where `WANDB_PROJECT` names none."""


class WeightsAndBiases(AbstractTracker):
    """Metrics go to the run's history, results to its summary. Its files are in the folder `wandb` of the run's folder."""

    def __init__(self, wandb: Any, *, quiet: bool) -> None:
        self._library, self._quiet, self._run = wandb, quiet, None

    def start(self, folder: Path, name: str, config: Values) -> None:
        """Starts a run. `WANDB_PROJECT` and `WANDB_MODE` override the project and the offline mode."""
        self._run = self._library.init(
            project=os.environ.get("WANDB_PROJECT") or PROJECT,
            mode=os.environ.get("WANDB_MODE") or "offline",
            dir=str(folder),
            name=name,
            config=dict(config),
            settings={"console": "off", "silent": self._quiet},
        )

    def log_metrics(self, values: Mapping[str, float], step: int) -> None:
        """One row of the run's history."""
        assert self._run is not None
        self._run.log(dict(values), step=step)

    def log_summary(self, values: Values, step: int) -> None:
        """Entries of the run's summary."""
        del step  # a summary has no steps
        assert self._run is not None
        self._run.summary.update(dict(values))

    def finish(self, *, failed: bool) -> None:
        """Ends the run with exit code 0, or 1 if `failed`."""
        if self._run is not None:
            self._run.finish(exit_code=int(failed))
