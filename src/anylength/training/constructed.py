"""The recipe `constructed`: a net made from the task's machine, without training. It learns nothing from data."""

import dataclasses
from functools import lru_cache
from typing import Any

import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Integer

from anylength.base import InputError
from anylength.cells import CellKind, StackRnn
from anylength.constructions import construct, embedded, holds_construction, in_gates
from anylength.memory.construct import construct as construct_stacks
from anylength.nets import Net, logits
from anylength.records.runs import LearnsFrom, StartsFrom
from anylength.rules import Machine, StackMachine, Task
from anylength.training.optimisation import cross_entropy
from anylength.training.recipe import AbstractRecipe, Loss


@dataclasses.dataclass(frozen=True)
class Constructed(AbstractRecipe):
    """No training: the first net is the construction. One epoch of one update leaves it as it is, and measures it like any net."""

    name: str = "constructed"
    summary: str = "no training: makes a net from the task's machine, one unit for each target and its predecessors"
    hidden: int = 1
    epochs: int = 1

    @property
    def learns_from(self) -> LearnsFrom:
        """The machine."""
        return "machine"

    @property
    def starts_from(self) -> StartsFrom:
        """The net is the construction, and stays it."""
        return "the construction"

    def initial(self, rng: np.random.Generator, task: Task, cell: CellKind, hidden: int) -> Net:
        """The constructed net.

        Raises:
            InputError: Another cell than one layer of `rnn`, `gru` or `lstm`, or another number of units than the machine needs.
        """
        del rng
        if task.memory is not None:
            return self._with_stacks(task, cell, hidden)
        needed = constructed_net(task).hidden
        if needed != hidden:
            raise InputError(f"{needed} units for the machine of {task.name}", str(hidden), "leave --hidden out")
        return in_cell(constructed_net(task), cell)

    def _with_stacks(self, task: Task, cell: CellKind, hidden: int) -> Net:
        net = constructed_stack_net(task)
        if cell is not StackRnn:
            raise InputError(f"the cell stack-rnn for {self.name} on {task.name}", "another cell", "pass --cell stack-rnn")
        if net.hidden != hidden:
            raise InputError(f"{net.hidden} units for the machine of {task.name}", str(hidden), "leave --hidden out")
        return net

    def optimiser(self) -> optax.GradientTransformation:
        """None: every update is 0."""
        return optax.set_to_zero()

    @property
    def any_task(self) -> bool:  # type: ignore[override]
        """Also where a machine with stacks is needed; `initial` refuses tasks that have none."""
        return True

    def loss(
        self, net: Any, machine: Machine | None, symbols: Integer[Array, "T B"], targets: Integer[Array, "T B"], schedule_state: Any
    ) -> Loss:
        """Cross-entropy over the graded outputs, for the record."""
        del machine
        return cross_entropy(logits(net, jnp.asarray(symbols)), targets), schedule_state


def constructed_net(task: Task) -> Net:
    """The net that is constructed from a task's machine."""
    return _constructed(task.machine, task.letters, task.tapes, task.classes)


def constructed_stack_net(task: Task) -> Net:
    """The net that is constructed from a task's machine with stacks."""
    assert task.memory is not None
    return _with_stacks(task.memory, task.letters, task.tapes, task.classes)


@lru_cache(maxsize=8)
def _with_stacks(machine: StackMachine, base: int, tapes: int, classes: int) -> Net:
    return construct_stacks(machine, base=base, tapes=tapes, classes=classes)


@lru_cache(maxsize=8)
def _constructed(machine: Machine, base: int, tapes: int, classes: int) -> Net:
    """The constructed net. The size of a training and its start ask for the same one."""
    return construct(machine, base=base, tapes=tapes, classes=classes)


def constructed_start(rng: np.random.Generator, task: Task, cell: CellKind, hidden: int) -> Net:
    """The constructed net in a cell of this kind and size, as the start of a training.

    Raises:
        InputError: The net cannot stand in such a cell, or needs more units.
    """
    return in_cell(embedded(constructed_net(task), hidden, rng, 0.01), cell)


def in_cell(net: Net, cell: CellKind) -> Net:
    """A constructed net in a cell of this kind.

    Raises:
        InputError: No constructed net stands in such a cell.
    """
    if not holds_construction(cell):
        raise InputError("one layer of rnn, gru or lstm for a constructed net", cell.summary, "pass --cell rnn, without --layers")
    return in_gates(net, cell)


CONSTRUCTED = Constructed()
