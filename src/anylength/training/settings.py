"""Which numbers of a recipe go with which machine and cell: found by trial (`docs/decisions/0008-recipes-for-every-machine.md`).

Only `certified` is adapted, for only it may look at the machine. What counts is what the machine is like, not the task's name.
"""

import dataclasses

from anylength.machines import Machine
from anylength.nets import architecture_named
from anylength.tasks import Task
from anylength.training.provable import Provable
from anylength.training.recipe import AbstractRecipe

FEW_STATES = 3
FEW_SYMBOLS = 36
MANY, MOST = 64, 96
"""Hidden units for larger machines that permute their states: where outputs show the state, and where they do not."""

LSTM_FORGET = -2.0
"""With −1 the bounds of an LSTM's own state, which only the forget gate closes, still grow after the steps that the loss sees."""


def default_recipe(task: Task, cell: str) -> str:
    """The name of the recipe that works best for a task and cell: `certified` wherever a proof is possible."""
    kind = architecture_named(cell)
    if task.transducer is None:
        return "memory" if kind.cell is not None else "plain"
    return "certified" if kind.cell is not None and kind.cell.has_fixed_size_state else "plain"


def tuned(recipe: AbstractRecipe, task: Task, cell: str) -> AbstractRecipe:
    """The recipe with the numbers that suit the task's machine and the cell, its hidden size and epochs among them.

    Unchanged: a recipe that does not know the machine, and an `rnn` on a small machine whose symbols mostly reset it (`count`).
    """
    if not isinstance(recipe, Provable) or not recipe.machine_known or task.transducer is None:
        return recipe
    machine = task.transducer
    if cell == "lstm":
        recipe = dataclasses.replace(recipe, forget=LSTM_FORGET)
    permuting = permutes(machine)
    if not permuting and machine.states <= FEW_STATES and machine.symbols <= FEW_SYMBOLS:
        return recipe
    opened = dataclasses.replace(recipe, worst=0.8, noise=0.05, ramp=0.125, box_warmup=2.0)
    if not permuting and machine.states <= FEW_STATES:
        hidden, epochs = (16, 12) if cell == "lstm" else (32, 20)
        return dataclasses.replace(opened, hidden=hidden, epochs=epochs)
    if not permuting:
        return dataclasses.replace(opened, hidden=40, epochs=20)
    slow = dataclasses.replace(opened, noise=0.1, ramp=0.25, box_warmup=1.0, epochs=30)
    if machine.states <= FEW_STATES:
        return dataclasses.replace(slow, hidden=8 * (machine.states + 2), worst=0.5)
    if outputs_reveal_state(machine):
        return dataclasses.replace(slow, hidden=MANY)
    return dataclasses.replace(slow, hidden=MOST, states=1.0)


def outputs_reveal_state(machine: Machine) -> bool:
    """Whether every output names the next state: then a net that answers right has learned the states too."""
    named: dict[int, int] = {}
    pairs = [(o, r) for q in range(machine.states) for o, r in zip(machine.output[q], machine.delta[q], strict=True)]
    return all(named.setdefault(output, after) == after for output, after in pairs)


def permutes(machine: Machine) -> bool:
    """Whether some symbol moves states about without merging any two: what the machine remembers then never comes to rest."""
    columns = list(zip(*machine.delta, strict=True))
    return any(len(set(column)) == machine.states and column != tuple(range(machine.states)) for column in columns)
