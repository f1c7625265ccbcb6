"""A user's own nets of PyTorch, `module:factory`, as a kind of net. Needs PyTorch.

Each net is trained on the words of the convention with the settings of our recipe `plain`. Where its step can be read it becomes a
net of ours, and is tested and gets a verdict as such. Every other module is tested as it is.
"""

import contextlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import ClassVar

import torch

from anylength.base import InputError
from anylength.benchmark.kind import AbstractKind
from anylength.benchmark.options import BenchmarkOptions
from anylength.interchange.pytorch.captured import one_thread
from anylength.records import RunConfig
from anylength.rules import Task
from anylength.sweeps.job import BlockJob
from anylength.torch.modules import Factory, Schedule, Unrolled, load_factory, made_net, net_of_module, train_module
from anylength.training import TrainResult
from anylength.training.start import check_arguments, draw_examples

RECIPE = "plain"
"""The recipe whose settings the training has."""

METADATA = "anylength"
"""The metadata entry with the configuration, in the weights file."""


@dataclass(frozen=True)
class ModuleResult(TrainResult):
    """A trained net, with the tensors of its module.

    Attributes:
        tensors: The `state_dict` of the user's module.
    """

    tensors: Mapping[str, torch.Tensor] = field(default_factory=dict)


class ModuleKind(AbstractKind):
    """The nets of a factory."""

    most_block: ClassVar[int] = 1
    """A file is the `state_dict` of one module."""

    def __init__(self, name: str) -> None:
        """Raises InputError if there is no such factory."""
        self.name = name
        self._factory: Factory = load_factory(name)

    def config(self, task: Task, data: str, options: BenchmarkOptions) -> RunConfig:
        """The settings of the training and the digest of the factory's source. A net is made, and called once.

        Raises:
            InputError: An option that the factory decides, or a net that cannot be made, called or trained.
        """
        _check_options(options)
        schedule = Schedule() if options.epochs is None else Schedule(epochs=options.epochs)
        check_arguments(task, hidden=None, data=data, seed=options.first_seed, epochs=schedule.epochs)
        with self.running():
            made_net(self._factory, task, seed=options.first_seed)
        return RunConfig(
            task=task.name, base=task.base, cell=self.name, hidden=0, recipe=RECIPE, data=data, seed=options.first_seed,
            epochs=schedule.epochs, machine=task.description,
            settings={
                "updates": schedule.updates, "batch": schedule.batch, "rate": schedule.learning_rate, "warm_up": schedule.warm_up,
                "clip": schedule.clip, "source": self._factory.digest,
            },
        )  # fmt: skip

    @contextmanager
    def running(self) -> Iterator[None]:
        """PyTorch has one thread, and what a user's code prints goes to standard error."""
        with one_thread(), contextlib.redirect_stdout(sys.stderr):
            yield

    def train(self, job: BlockJob, task: Task) -> list[TrainResult]:
        """One after another.

        Raises:
            InputError: The source is not that of the plan, or a net fails.
        """
        if job.config.settings["source"] != self._factory.digest:
            remedy = "restore it, or pass another --out: the rows of a table are of one version"
            raise InputError(f"the source of {self.name} with which the benchmark was begun", "another version", remedy)
        return [self._trained(job.config, task, seed) for seed in range(job.first_seed, job.first_seed + job.rows)]

    def _trained(self, config: RunConfig, task: Task, seed: int) -> ModuleResult:
        """The trained net of one seed."""
        examples = draw_examples(task, config.data, seed)
        trained = train_module(self._factory, task, examples, Schedule(epochs=config.epochs), seed=seed)
        net = net_of_module(trained.module, trained.form, task)
        module = trained.module
        own = module.own_state_dict() if isinstance(module, Unrolled) else module.state_dict()
        tensors = {name: value for name, value in own.items() if isinstance(value, torch.Tensor)}
        return ModuleResult(net, trained.epochs, trained.diverged, tensors=tensors)

    def pack(self, nets: list[TrainResult], config: RunConfig) -> bytes:
        """The `state_dict` of the block's one module, under the module's own names."""
        from safetensors.torch import save

        (result,) = nets
        assert isinstance(result, ModuleResult)
        named = {name: tensor.detach().clone().contiguous() for name, tensor in result.tensors.items()}
        return save(named, metadata={METADATA: config.to_json()})


def _check_options(options: BenchmarkOptions) -> None:
    """Checks the options that the factory decides.

    Raises:
        InputError: One of them is given.
    """
    given = {"--hidden": options.hidden is not None, "--layers": options.layers != 1, "--recipe": options.recipe is not None}
    for option, is_given in given.items():
        if is_given:
            raise InputError(f"no {option} beside module:factory", option, "leave it out: the factory makes the whole net")
