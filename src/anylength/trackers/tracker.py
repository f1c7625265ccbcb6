"""What a tracker of experiments is asked to do. An adapter is a thin skin over one library, which it is handed already imported."""

import abc
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

Fact: TypeAlias = float | int | str | bool
Facts: TypeAlias = Mapping[str, Fact]


class AbstractTracker(abc.ABC):
    """One run in one tracker. Any method may raise anything: `RunLogger` sees to it that nothing else is lost."""

    @abc.abstractmethod
    def start(self, folder: Path, name: str, config: Facts) -> None:
        """Begins a run.

        Args:
            folder: The run's folder, for trackers that keep files.
            name: What the run is called.
            config: What determines it.
        """

    @abc.abstractmethod
    def scalars(self, values: Mapping[str, float], step: int) -> None:
        """Numbers of one epoch; each step is larger than the one before."""

    @abc.abstractmethod
    def facts(self, values: Facts, step: int) -> None:
        """What is known at the end, after so many epochs."""

    @abc.abstractmethod
    def finish(self, *, failed: bool) -> None:
        """Ends the run; `failed` where it was cut short."""
