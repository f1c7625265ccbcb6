"""The kinds of nets of a benchmark by name."""

from anylength.base import InputError
from anylength.benchmark.fresh_words import FRESH, fit, on_fresh_words
from anylength.benchmark.kind import AbstractKind
from anylength.benchmark.options import BenchmarkOptions
from anylength.experiments.options import TrainOptions
from anylength.nets import architecture_named
from anylength.records import RunConfig
from anylength.rules import Task
from anylength.runs import net_config
from anylength.sweeps.job import BlockJob
from anylength.sweeps.run_block import train
from anylength.sweeps.weights import pack_block
from anylength.training import TrainResult


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
    """The kind of this name: a cell or net of ours, or a user's own nets of PyTorch, `module:factory`.

    Raises:
        InputError: There is none, or its factory cannot be loaded.
    """
    return _module_kind(name) if ":" in name else OwnKind(name)


def _module_kind(name: str) -> AbstractKind:
    """The kind of a factory. PyTorch is loaded only here.

    Raises:
        InputError: PyTorch is not installed, or the factory cannot be loaded.
    """
    try:
        import torch  # noqa: F401
    except ImportError:
        remedy = "pip install 'torch>=2.13,<2.16'"
        raise InputError(f"PyTorch for the nets of {name}", "an installation without it", remedy) from None
    from anylength.benchmark.module_kind import ModuleKind

    return ModuleKind(name)
