"""The interface of an experiment tracker. Each adapter wraps one library, which it receives as an imported module."""

import abc
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

Value: TypeAlias = float | int | str | bool
Values: TypeAlias = Mapping[str, Value]
"""Named values that a tracker stores."""


class AbstractTracker(abc.ABC):
    """One run in one tracker. Any method may raise any exception: `RunLogger` catches it and goes on without the tracker."""

    @abc.abstractmethod
    def start(self, folder: Path, name: str, config: Values) -> None:
        """Starts a run.

        Args:
            folder: The run's folder, for trackers that write files.
            name: The run's name.
            config: The configuration of the run.
        """

    @abc.abstractmethod
    def log_metrics(self, values: Mapping[str, float], step: int) -> None:
        """Logs the metrics of one epoch. Steps increase from call to call."""

    @abc.abstractmethod
    def log_summary(self, values: Values, step: int) -> None:
        """Logs results of the whole run. `step` is the number of epochs trained."""

    @abc.abstractmethod
    def finish(self, *, failed: bool) -> None:
        """Ends the run. `failed`: it was interrupted or raised an exception."""
