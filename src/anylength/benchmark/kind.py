"""What a kind of net is to a benchmark: how its nets are configured, trained and stored."""

import abc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from anylength.benchmark.options import BenchmarkOptions
from anylength.records import RunConfig
from anylength.rules import Task
from anylength.sweeps.job import BlockJob
from anylength.training import TrainResult


class AbstractKind(abc.ABC):
    """A kind of net.

    Attributes:
        name: Its name on the command line.
    """

    name: str

    most_block: ClassVar[int] = 16
    """Nets that are trained and stored together, at most: two groups of the compiled width. A killed run loses one block."""

    @abc.abstractmethod
    def config(self, task: Task, data: str, options: BenchmarkOptions) -> RunConfig:
        """The complete configuration of the nets of one task. Its `cell` is the kind's name.

        Args:
            task: The task.
            data: The name of the data set that they train on.
            options: What the user asks for.

        Raises:
            InputError: Such nets cannot be trained on the task.
        """

    @abc.abstractmethod
    def train(self, job: BlockJob, task: Task) -> list[TrainResult]:
        """A trained net for each seed of a block.

        Raises:
            InputError: They cannot be trained.
        """

    @contextmanager
    def running(self) -> Iterator[None]:
        """What holds while a block of these nets is trained and tested."""
        yield

    @abc.abstractmethod
    def pack(self, nets: list[TrainResult], config: RunConfig) -> bytes:
        """The weights file of a block's nets."""
