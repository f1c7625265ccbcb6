"""The options of a training: what a user may leave open, and how it is resolved into a complete configuration."""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from anylength.base import InputError
from anylength.cells import DEFAULT_BETWEEN, STACK_CELLS, Layering
from anylength.experiments.candidates import check_candidates
from anylength.nets import architecture_named
from anylength.nets.weights import shapes
from anylength.records import RunConfig
from anylength.rules import Task, check_base, task_named, without_machine
from anylength.runs import net_config
from anylength.training import (
    REFUSE,
    AbstractRecipe,
    LearnedInvariant,
    cell_limit,
    default_cell,
    default_recipe,
    recipe_named,
    with_unseen,
)
from anylength.training.start import check_arguments, check_recipe, units

MACHINE_FILES = (".json", ".toml")
"""Endings of a file that holds a user's own machine, in place of a task's name."""


@dataclass(frozen=True)
class TrainOptions:
    """The options of `train`. None stands for the default that works best with the other options."""

    task: str = "count"
    base: int = 10
    cell: str | None = None
    hidden: int | None = None
    recipe: str | None = None
    data: str | None = None
    seed: int = 0
    epochs: int | None = None
    candidates: int = 1
    layers: int = 1
    between: str | None = None
    alphabet: str | None = None
    unseen: str = REFUSE

    def config(self) -> RunConfig:
        """The complete configuration.

        Raises:
            InputError: A name, size or seed that does not exist; examples from which the recipe cannot infer a machine.
        """
        task, layers = self.load_task(), self.layering
        cell, name, data = self.defaults_for(task)
        recipe = with_unseen(recipe_named(name, task, cell, layers), self.unseen)
        check_fits_task(task, cell, recipe)
        check_recipe(recipe, cell)
        hidden = units(task, recipe, data=data, seed=self.seed) if self.hidden is None else self.hidden
        epochs = recipe.epochs if self.epochs is None else self.epochs
        check_arguments(task, hidden=hidden, data=data, seed=self.seed, epochs=epochs)
        if isinstance(recipe, LearnedInvariant):
            recipe.check_size(task, hidden)
        check_candidates(self.candidates, cell)
        config = RunConfig(
            task=task.name, base=task.base, cell=cell, hidden=hidden, recipe=name, data=data,
            seed=self.seed, epochs=epochs, settings=recipe.settings(), candidates=self.candidates, machine=task.description,
        )  # fmt: skip
        if layers.count > 1:
            config = msgspec.structs.replace(config, layers=layers.count, between=layers.between)
        shapes(net_config(config))
        return config

    @property
    def layering(self) -> Layering:
        """How many layers, and what lies between them.

        Raises:
            InputError: A number or a name that does not exist, or `between` for a net of one layer.
        """
        if self.between is not None and self.layers == 1:
            raise InputError("two layers or more beside between", "one layer", "pass for example --layers 2")
        return Layering(self.layers, self.between or DEFAULT_BETWEEN)

    def defaults_for(self, task: Task) -> tuple[str, str, str]:
        """Cell, recipe and data set by name: as given, else the best for the task."""
        cell = self.cell or default_cell(task)
        return cell, self.recipe or default_recipe(task, cell), self.data or next(iter(task.data))

    def known_limit(self) -> str | None:
        """What theory says against this training, in one line for people; None where it says nothing."""
        task = self.load_task()
        return cell_limit(task, self.defaults_for(task)[0])

    def load_task(self) -> Task:
        """The task: by its name, or from a machine file.

        Raises:
            InputError: No such task or file, or a file that holds no complete machine.
        """
        if self.alphabet is None and self.task.lower().endswith(MACHINE_FILES):
            from anylength.rules import machine_file

            return machine_file(Path(self.task))
        return task_named(self.task, check_base(self.base), alphabet=self.alphabet)

    def default_folder(self) -> Path:
        """The run folder where none is named."""
        task = self.load_task()
        cell, recipe, data = self.defaults_for(task)
        layers = [f"{self.layers}layers"] if self.layers != 1 else []
        return Path("runs") / "-".join([task.name, cell, *layers, recipe, data, f"seed{self.seed}"])


def check_fits_task(task: Task, cell: str, recipe: AbstractRecipe) -> None:
    """Checks that a cell and a recipe can learn a task.

    Raises:
        InputError: No such cell; or the task is not finite-state, and the cell has no memory or the recipe needs a machine.
    """
    architecture = architecture_named(cell)
    if task.transducer is not None:
        return
    if architecture.has_fixed_size_state and not task.any_net:
        got = f"{cell}: its state has a fixed size, and the whole number must be kept"
        raise InputError(f"a cell with memory for {task.name}", got, "pass --cell stack-rnn")
    if not recipe.any_task and task.memory is not None and cell not in STACK_CELLS:
        got = f"{cell}: proofs of these tasks need a net with stacks"
        raise InputError(f"a cell with stacks for {recipe.name} on {task.name}", got, "pass --cell stack-rnn")
    if not recipe.any_task:
        none = f": {without_machine(task.name)}" if task.memory is None else ""
        got = f"{recipe.name}, which grades every output or needs a machine{none}"
        raise InputError(f"a recipe for tasks beyond finite state for {task.name}", got, "pass --recipe memory")
