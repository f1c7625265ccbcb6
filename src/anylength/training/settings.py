"""The numbers of the recipes that suit a kind of machine and a cell, found by trial.

`docs/research-log/recipes.md` gives the trials. The recipes may look at the machine. The choice depends on its properties, not on
the task's name. `NUMBERS` is the whole table: of the rows for a recipe, a kind of machine and a cell, the first one holds.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from anylength.cells import ONE_LAYER, STACK_CELLS, Layering
from anylength.constructions import holds_construction
from anylength.nets import PROGRAM, architecture_named
from anylength.rules import Machine, Task
from anylength.training.constructed import Constructed, constructed_net, constructed_stack_net
from anylength.training.defaults import CERTIFIED_NAME, HARDENED
from anylength.training.learned_invariant import LearnedInvariant
from anylength.training.recipe import AbstractRecipe
from anylength.training.rnn_start import LARGE_STEPS, starts_from_rnn
from anylength.training.units import units_for
from anylength.training.unrolled import Unrolled

FEW_STATES, FEW_SYMBOLS = 3, 36
"""Machines with at most this many states and symbols count as small. `count` has 2 states, `add` in base 10 has 100 symbols."""

FEW_PAIRS, TAPES_PAIRS, MANY_PAIRS = 24, 100, 60
"""Pairs of a state and a row of an encoded symbol. With more than the first (with several tapes, the second), a learned invariant
starts from the construction where the cell holds it: multiply-9 takes 0.4 s in place of 11 s. With several tapes the construction
has many units (219 for add) or little room for noise (compare)."""

CLOSURE = 10.0
"""Weight that keeps gates from holding the state: for layers, newer gated cells and programs. Of 8 nets of two layers of a GRU for
parity none was proved with any bias and no weight, because one unit held the bit through a gate that was 1 up to a rounding error;
all 8 were with it. With the same weight on all that a step passes on, not only on what its gates do, no net learned the task."""

GATED = frozenset({"slstm"})
"""Cells of one layer that train as layers do."""

LAYERS_UNIT = 3.0
"""The unit of a learned invariant of more than one layer, in place of 8. The second layer's rows multiply float32's error in the
first: of two layers of a GRU with unit 8, 8 of 8 nets closed for Tomita 3 and none was proved."""

RETRAINING_UPDATES = 50
"""Updates between two attempts to prove a net that is trained from given weights at full speed."""

WARM_UP = {"worst_weight": 0.8, "noise": 0.05, "ramp": 0.125, "box_warmup": 2.0}
"""Boxes that grow from points, less noise and more weight on the worst case: for all machines that are not small and resetting."""

PERMUTING = WARM_UP | {"noise": 0.1, "ramp": 0.25, "box_warmup": 1.0, "epochs": 30}
"""For machines with a symbol that permutes their states: more noise, a longer run."""

FEW_PERMUTING = PERMUTING | {"worst_weight": 0.5}
"""The same for few states, where a larger weight of the worst case did not help."""

Cells = frozenset[str]


@dataclass(frozen=True)
class Row:
    """One row of the table.

    Attributes:
        recipe: "unrolled" or "certified".
        kind: The kind of machine (`kind_of`, `size_of`), or what else the numbers are for.
        cells: The cells that it is for; None: all others.
        numbers: The fields of the recipe that differ.
        source: Where the numbers came from.
    """

    recipe: str
    kind: str
    cells: Cells | None
    numbers: Mapping[str, Any]
    source: str


NUMBERS = (
    Row("unrolled", "small", None, {}, "the recipe's own numbers, for count"),
    Row("unrolled", "layers, small", None, {"hidden": 16, "epochs": 15}, "32 units were not better and cost four times as much"),
    Row("unrolled", "many symbols", frozenset({"lstm"}), WARM_UP | {"hidden": 16, "epochs": 12}, "8 of 8 adding nets proved"),
    Row("unrolled", "many symbols", None, WARM_UP | {"hidden": 32, "epochs": 20}, "subtract: 24 units 6 or 7 of 8, 32 units 8"),
    Row("unrolled", "many states", None, WARM_UP | {"hidden": 40, "epochs": 20}, "multiply-9: 24 units 2 of 8, 40 units 8"),
    Row("unrolled", "permuting, 2 states", None, FEW_PERMUTING | {"hidden": 32}, "parity"),
    Row("unrolled", "permuting, 3 states", None, FEW_PERMUTING | {"hidden": 40}, "remainder-3"),
    Row("unrolled", "permuting, states shown", None, PERMUTING | {"hidden": 64}, "remainder-7: 8 of 8"),
    Row(
        "unrolled", "permuting, states hidden", None, PERMUTING | {"hidden": 96, "state_weight": 1.0},
        "divide-7: 64 units 3 of 4, 96 units 4; without a state head no net of 8",
    ),
    Row(
        "unrolled", "gates", frozenset({"lstm"}), {"forget_bias": -2.0},
        "count: −1 proved 4 of 8 LSTMs, −2 all 8; with −1 the bounds of c still grew after the steps that the loss sees",
    ),
    Row(
        "unrolled", "closed gates", None, {"forget_bias": -4.0, "closure": CLOSURE},
        "two layers of a GRU for count, 8 nets each: −1 proved 4, −2 7, −4 8",
    ),
    Row(
        "unrolled", PROGRAM, None, {"closure": CLOSURE, "learning_rate": 0.01, "box_warmup": 1.0, "ramp": 0.25, "epochs": 30},
        "a mambapy block on multiply-2: REFUTED with a cell's numbers, PROVED with these",
    ),
    Row("certified", "few pairs", frozenset({"rnn"}), {"epochs": 15}, "10 epochs proved 8 of 8 on each task tried"),
    Row("certified", "few pairs", frozenset({"gru"}), {"epochs": 6}, "5 epochs proved 8 of 8 on each task tried"),
    Row("certified", "few pairs", frozenset({"lstm"}), {"epochs": 4}, "3 epochs proved 8 of 8 on each task tried"),
    Row("certified", "few pairs", None, {}, "the recipe's own numbers"),
    Row("certified", "pairs", None, {}, "the recipe's own numbers"),
    Row(
        "certified", "many pairs", None, {"epochs": 40},
        "of 14 random machines with 60 to 96 pairs 2,000 updates proved 13, 4,000 all, with noise budgets of 0.011 and 0.013",
    ),
    Row(
        "certified", "construction", None, {"from_construction": True, "unit": 1.0, "learning_rate": 0.003, "epochs": 1},
        "units are saturated already, so weights move little and there are few updates",
    ),
    Row(
        "certified", "from an rnn", None,
        {"from_rnn": True, "learning_rate": 0.003, "epochs": 1, "updates": 20, "word_weight": 0.0},
        "a GRU for add takes 0.6 s in place of 4 s; of two layers none of 6 was proved from random weights",
    ),
    Row("certified", "tapes", frozenset({"rnn", "lstm"}), LARGE_STEPS, "see `LARGE_STEPS`; an rnn, or layers of an LSTM"),
    Row("certified", "tapes", None, {}, "the recipe's own numbers"),
)  # fmt: skip
"""The table."""

Recipe = TypeVar("Recipe", bound=AbstractRecipe)
Invariant = TypeVar("Invariant", bound=LearnedInvariant)


def numbers_for(recipe: str, kind: str, cell: str) -> Mapping[str, Any]:
    """The numbers of a recipe for a kind of machine and a cell."""
    return next(row.numbers for row in NUMBERS if (row.recipe, row.kind) == (recipe, kind) and (not row.cells or cell in row.cells))


def _with(recipe: Recipe, name: str, kind: str, cell: str) -> Recipe:
    """A recipe with the numbers of a row; the same object where there are none."""
    numbers = numbers_for(name, kind, cell)
    return dataclasses.replace(recipe, **numbers) if numbers else recipe  # type: ignore[type-var]


def tuned(recipe: AbstractRecipe, task: Task, cell: str, layers: Layering = ONE_LAYER) -> AbstractRecipe:
    """The recipe with the numbers that suit the task's machine, the cell and the layers, hidden size and epochs among them.

    For one layer, two kinds of recipe are returned unchanged: one that does not know the machine, and one for an `rnn` on a small
    machine without a permuting symbol (`count`).
    """
    if isinstance(recipe, LearnedInvariant) and task.memory is not None and cell in STACK_CELLS:
        from anylength.training.stack_invariant import ROBUST_STACKS, certified_stacks, memory_of

        return certified_stacks(memory_of(task)) if recipe.name == CERTIFIED_NAME else ROBUST_STACKS
    if isinstance(recipe, LearnedInvariant) and recipe.unseen is not None:
        return _layered(recipe, layers)
    if isinstance(recipe, LearnedInvariant) and task.transducer is not None:
        return sized(recipe, task, cell, layers)
    if isinstance(recipe, Constructed) and task.memory is not None:
        return dataclasses.replace(recipe, hidden=constructed_stack_net(task).hidden)
    if isinstance(recipe, Constructed) and task.transducer is not None:
        return dataclasses.replace(recipe, hidden=constructed_net(task).hidden)
    return _unrolled(recipe, task, cell, layers) if isinstance(recipe, Unrolled) else recipe


def _unrolled(recipe: Unrolled, task: Task, cell: str, layers: Layering) -> Unrolled:
    """`unrolled` with the numbers that suit the task's machine and the cell."""
    closes_gates = layers.count > 1 or cell in GATED
    if closes_gates:
        recipe = _with(recipe, "unrolled", "closed gates", cell)
    elif cell == "lstm" and task.transducer is not None:
        recipe = _with(recipe, "unrolled", "gates", cell)
    if task.transducer is None:
        return recipe
    recipe = _with(recipe, "unrolled", kind_of(task.transducer), cell)
    small = task.transducer.states <= FEW_STATES and task.transducer.symbols <= FEW_SYMBOLS
    return _with(recipe, "unrolled", "layers, small", cell) if closes_gates and small else recipe


def sized(recipe: LearnedInvariant, task: Task, cell: str, layers: Layering = ONE_LAYER) -> LearnedInvariant:
    """The recipe with the units and the updates that a task needs: about one unit for each state and row of an encoded symbol.

    For large machines it starts from the construction, with as many units as this needs. A gated cell starts from an `rnn` where
    this one would start from random weights, and symbols have several tapes.
    """
    size = size_of(task, cell, layers)
    suited = _with(recipe, "certified", size, cell if layers.count == 1 or size == "tapes" else "")
    if size == "construction":
        return dataclasses.replace(suited, hidden=constructed_net(task).hidden)
    if size == "tapes" and layers.count > 1:  # layers take all of the recipe's updates
        suited = dataclasses.replace(suited, epochs=recipe.epochs, updates=recipe.updates)
    return _layered(dataclasses.replace(suited, hidden=units_for(task)), layers)


def size_of(task: Task, cell: str, layers: Layering) -> str:
    """The kind of a machine and a net for a learned invariant."""
    pairs, kind = task.machine.states * task.encoding_size, architecture_named(cell, layers).cell
    if pairs > (FEW_PAIRS if task.tapes == 1 else TAPES_PAIRS) and holds_construction(kind):
        return "construction"
    if task.tapes > 1 and pairs > FEW_PAIRS:
        return "from an rnn" if starts_from_rnn(kind) else "tapes"
    if pairs > MANY_PAIRS:
        return "many pairs"
    return "few pairs" if pairs <= FEW_PAIRS else "pairs"


def kind_of(machine: Machine) -> str:
    """The kind of a machine for `unrolled`."""
    few_states = machine.states <= FEW_STATES
    if permutes(machine):
        if few_states:
            return f"permuting, {machine.states} states"
        return "permuting, states shown" if outputs_reveal_state(machine) else "permuting, states hidden"
    if not few_states:
        return "many states"
    return "small" if machine.symbols <= FEW_SYMBOLS else "many symbols"


def _layered(recipe: Invariant, layers: Layering) -> Invariant:
    """The recipe as it suits these layers."""
    return dataclasses.replace(recipe, unit=LAYERS_UNIT, radius_ramp=recipe.ramp) if layers.count > 1 else recipe


def hardening(recipe: Unrolled, cell: str, layers: Layering = ONE_LAYER) -> Unrolled:
    """A recipe that starts from given weights, as it suits a net of this cell and these layers; `cell` may be a program, too."""
    return dataclasses.replace(recipe, closure=CLOSURE) if layers.count > 1 or cell in GATED or cell == PROGRAM else recipe


def retraining(recipe: Unrolled, task: Task, cell: str, layers: Layering = ONE_LAYER) -> Unrolled:
    """`unrolled` from given weights, as it suits the task's machine and the cell, which may be a program, too."""
    suited = _unrolled(recipe, task, cell, layers)
    if cell == PROGRAM:
        suited = _with(suited, "unrolled", PROGRAM, cell)
    epochs = suited.epochs * suited.updates // RETRAINING_UPDATES
    return dataclasses.replace(suited, name=f"{HARDENED}{recipe.name}", updates=RETRAINING_UPDATES, epochs=epochs, state_weight=0.0)


def outputs_reveal_state(machine: Machine) -> bool:
    """Whether every output belongs to one next state. Then a net with right answers has learned the states too."""
    state_of: dict[int, int] = {}
    pairs = [(o, r) for q in range(machine.states) for o, r in zip(machine.output[q], machine.delta[q], strict=True)]
    return all(state_of.setdefault(output, after) == after for output, after in pairs)


def permutes(machine: Machine) -> bool:
    """Whether some symbol permutes the states, other than by the identity. Such a machine can keep its memory forever."""
    columns = list(zip(*machine.delta, strict=True))
    return any(len(set(column)) == machine.states and column != tuple(range(machine.states)) for column in columns)
