"""The kinds of nets of a benchmark: how they are configured, trained and stored."""

import abc

from anylength.benchmark.fresh_words import FRESH, fit, on_fresh_words
from anylength.benchmark.options import BenchmarkOptions
from anylength.experiments import TrainOptions
from anylength.experiments.runs import net_config
from anylength.nets import architecture_named
from anylength.records import RunConfig
from anylength.sweeps.job import BlockJob
from anylength.sweeps.run_block import train
from anylength.sweeps.weights import pack_block
from anylength.tasks import Task
from anylength.training import TrainResult


class AbstractKind(abc.ABC):
    """A kind of net.

    Attributes:
        name: Its name on the command line.
    """

    name: str

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

    @abc.abstractmethod
    def pack(self, nets: list[TrainResult], config: RunConfig) -> bytes:
        """The weights file of a block's nets."""


class OwnKind(AbstractKind):
    """A cell or a net of ours."""

    def __init__(self, name: str) -> None:
        """Raises InputError if there is no such cell."""
        self.name = name
        self._architecture = architecture_named(name)

    def config(self, task: Task, data: str, options: BenchmarkOptions) -> RunConfig:
        """As `anylength train` completes it, with `plain` (`memory` for a cell with a memory) as the default recipe."""
        config = TrainOptions(
            task=task.name, cell=self.name, hidden=options.hidden, layers=options.layers, recipe=options.recipe or self._recipe,
            data=data, epochs=options.epochs, seed=options.first_seed,
        ).config()  # fmt: skip
        return config if options.updates is None else on_fresh_words(config, options)

    @property
    def _recipe(self) -> str:
        has_memory = self._architecture.cell is not None and not self._architecture.has_fixed_size_state
        return "memory" if has_memory else "plain"

    def train(self, job: BlockJob, task: Task) -> list[TrainResult]:
        """By one compiled program; on fresh words by one for each bucket of lengths."""
        return fit(job, task) if job.config.data == FRESH else train(job, task)

    def pack(self, nets: list[TrainResult], config: RunConfig) -> bytes:
        """As in a sweep."""
        return pack_block(nets, net_config(config))


def kind_named(name: str) -> AbstractKind:
    """The kind of this name.

    Raises:
        InputError: There is none.
    """
    return OwnKind(name)
