"""The numbers of `certified` and `unrolled` that suit a machine and a cell, found by trial.

`docs/research-log/recipes.md` gives the trials. Both recipes may look at the
machine. The choice depends on its properties, not on the task's name.
"""

import dataclasses
from typing import TypeVar

from anylength.cells import ONE_LAYER, Layering
from anylength.constructions import holds_construction
from anylength.machines import Machine
from anylength.nets import PROGRAM, architecture_named
from anylength.tasks import Task
from anylength.training.constructed import Constructed, constructed_net
from anylength.training.learned_invariant import LearnedInvariant
from anylength.training.recipe import AbstractRecipe
from anylength.training.rnn_start import LARGE_STEPS, starts_from_rnn
from anylength.training.robust import Robust
from anylength.training.units import units_for
from anylength.training.unrolled import Unrolled

FEW_STATES, FEW_SYMBOLS = 3, 36
"""Machines with at most this many states and symbols count as small. `count` has 2 states, `add` in base 10 has 100 symbols."""

WARM_UP = {"worst_weight": 0.8, "noise": 0.05, "ramp": 0.125, "box_warmup": 2.0}
"""Boxes that grow from points, less noise and more weight on the worst case: for all machines that are not small and resetting."""

PERMUTING = WARM_UP | {"noise": 0.1, "ramp": 0.25, "box_warmup": 1.0, "epochs": 30}
"""For machines with a symbol that permutes their states: more noise, a longer run."""

WIDE = {"hidden": 32, "epochs": 20}
"""Few states, many symbols. 24 units proved 6 or 7 of 8 subtracting nets, 32 units all 8."""

WIDE_LSTM = {"hidden": 16, "epochs": 12}
"""Few states, many symbols, LSTM. It proved 8 of 8 adding nets."""

MANY_STATES = {"hidden": 40, "epochs": 20}
"""Many states, no permutation. For multiply-9, 24 units proved 2 of 8 nets, 40 units all 8."""

REVEALED = {"hidden": 64}
"""Many states, a permutation, and outputs that show the state: proved 8 of 8 for remainder-7."""

HIDDEN_STATES = {"hidden": 96, "state_weight": 1.0}
"""The same where outputs do not show the state. For divide-7, 64 units proved 3 of 4 nets, 96 units all 4.

Without a state head no net of 8 was proved.
"""

LSTM_FORGET_BIAS = -2.0
"""With −1 only 4 of 8 counting LSTMs were proved, with −2 all 8.

With −1 the bounds of c still grew after the steps that the loss sees.
"""

CLOSED_BIAS, CLOSURE = -4.0, 10.0
"""For layers, and for the newer gated cells: gates that start closed, and the weight that keeps them from holding the state.

Two layers of a GRU, 8 nets each: counting 4 proved with a bias of −1, 7 with −2, 8 with −4; parity 0 with any bias, because one
unit held the bit through a gate that was 1 up to a rounding error; 8 with the weight. With the same weight on all that a step
passes on, not only on what its gates do, no net learned the task."""

GATED = frozenset({"slstm"})
"""Cells of one layer that train as layers do. The older cells train as in earlier versions, to the bit."""

SMALL_LAYERED = {"hidden": 16, "epochs": 15}
"""Size and epochs of layers for machines with few states and few symbols. 32 units were not better and cost four times as much."""

SMALL_PERMUTING_WEIGHT = 0.5
"""Weight of the worst case for small machines that permute their states. Larger weights helped only on larger machines."""


PROGRAM_SETTINGS = {"closure": CLOSURE, "learning_rate": 0.01, "box_warmup": 1.0, "ramp": 0.25, "epochs": 30}
"""For programs, whose parts are not known: smaller steps, boxes that grow from points, and gates that must not hold the state.

A mambapy block on multiply-2 was REFUTED with the numbers of a cell, and PROVED with these."""

Invariant = TypeVar("Invariant", bound=LearnedInvariant)

FEW_PAIRS = 24
"""With more pairs, and one tape, a learned invariant starts from the construction: multiply-9 takes 0.4 s in place of 11 s, an LSTM
for S3 0.4 s in place of 7 s, and the noise budget of each is larger."""

TAPES_PAIRS = 100
"""The same with several tapes: there the construction has many units (219 for add) or little room for noise (compare)."""

FEW_EPOCHS = {"rnn": 15, "gru": 6, "lstm": 4}
"""Epochs from random weights where pairs are few: with 10, 5 and 3, 8 of 8 nets were proved on each task tried."""

TAKE_LARGE_STEPS = frozenset({"rnn", "lstm"})
"""Cells that take large steps from random weights where symbols have several tapes: an `rnn`, or several layers of an LSTM."""

FROM_CONSTRUCTION = {"from_construction": True, "unit": 1.0, "learning_rate": 0.003, "epochs": 1}
"""From the construction: units are saturated already, so weights move little and there are few updates."""

FROM_RNN = {"from_rnn": True, "learning_rate": 0.003, "epochs": 1, "updates": 20, "word_weight": 0.0}
"""From an `rnn`, for gated cells and several tapes: a GRU for add takes 0.6 s in place of 4 s. Of two layers of a GRU for add, none
of 6 nets was proved from random weights."""

MANY_PAIRS, MANY_PAIRS_FACTOR = 60, 2
"""With more pairs a learned invariant takes twice the updates. Of 14 random machines with 60 to 96 pairs 13 were proved with 2,000
updates and all with 4,000, with noise budgets of 0.011 and 0.013 in the median."""

LAYERS_UNIT = 3.0
"""The unit of a learned invariant of more than one layer, in place of 8. The second layer's rows multiply float32's error in the
first: of two layers of a GRU with unit 8, 8 of 8 nets closed for Tomita 3 and none was proved."""

UNSATURATED = frozenset({"relu"})
"""Cells without a linear recurrence whose states do not saturate either. `unrolled` suits them: of 4 nets for count by `certified`
one was proved, and its boxes have nothing that closes them."""

HARDENED = "harden-"
"""Prefix of the name of a recipe from given weights."""

RETRAINING_UPDATES = 50
"""Updates between two attempts to prove a net that is trained from given weights at full speed."""

UNLEARNED = "No cell here learns it beyond numbers of one digit"
"""Of `multiply`. With seed 0 and default recipes, `transformer-rotary` has all products of single digits right and 5 % of those of
two digits; `stack-rnn` has 83 % and 1 %, `tape-rnn` and `content` have 38 and 40 % of those of single digits."""


def default_cell(task: Task) -> str:
    """The name of the cell that learns most of a task.

    `rnn` for a finite-state task, `stack-rnn` where one word must be kept whole (`reverse`, `count-natural`), and a transformer
    where several must (`multiply`): see `UNLEARNED`.
    """
    if task.transducer is not None:
        return "rnn"
    return "stack-rnn" if task.tapes == 1 else "transformer-rotary"


def known_limit(task: Task) -> str | None:
    """What no net here has learned of a task, in a sentence for people; None where nets learn all of it."""
    return UNLEARNED if task.transducer is None and task.tapes > 1 else None


def default_recipe(task: Task, cell: str) -> str:
    """The name of the recipe that works best for a task and cell.

    Where a proof is possible, it is `certified`; for cells whose states do not saturate it is `unrolled`.
    """
    architecture = architecture_named(cell)
    if task.transducer is None:
        return "memory" if architecture.cell is not None else "plain"
    if architecture.cell is None or not architecture.has_fixed_size_state:
        return "plain"
    return "unrolled" if architecture.cell.linear_recurrence or cell in UNSATURATED else "certified"


def tuned(recipe: AbstractRecipe, task: Task, cell: str, layers: Layering = ONE_LAYER) -> AbstractRecipe:
    """The recipe with the numbers that suit the task's machine, the cell and the layers, hidden size and epochs among them.

    For one layer, two kinds of recipe are returned unchanged: one that does not know the machine, and one for an `rnn` on a small
    machine without a permuting symbol (`count`).
    """
    if isinstance(recipe, Robust):
        return _layered(recipe, layers)
    if isinstance(recipe, LearnedInvariant) and task.transducer is not None:
        return sized(recipe, task, cell, layers)
    if isinstance(recipe, Constructed) and task.transducer is not None:
        return dataclasses.replace(recipe, hidden=constructed_net(task).hidden)
    if not isinstance(recipe, Unrolled):
        return recipe
    closes_gates = layers.count > 1 or cell in GATED
    if closes_gates:
        recipe = dataclasses.replace(recipe, forget_bias=CLOSED_BIAS, closure=CLOSURE)
    if task.transducer is None:
        return recipe
    if cell == "lstm" and not closes_gates:
        recipe = dataclasses.replace(recipe, forget_bias=LSTM_FORGET_BIAS)
    changes = _changes(task.transducer, cell)
    if closes_gates and _is_small(task.transducer):
        changes = changes | SMALL_LAYERED
    return dataclasses.replace(recipe, **changes) if changes else recipe


def sized(recipe: LearnedInvariant, task: Task, cell: str, layers: Layering = ONE_LAYER) -> LearnedInvariant:
    """The recipe with the units and the updates that a task needs: about one unit for each state and row of an encoded symbol.

    For large machines it starts from the construction, with as many units as this needs. A gated cell starts from an `rnn` where
    this one would start from random weights, and symbols have several tapes.
    """
    pairs, kind = task.machine.states * task.encoding_size, architecture_named(cell, layers).cell
    if pairs > (FEW_PAIRS if task.tapes == 1 else TAPES_PAIRS) and holds_construction(kind):
        return dataclasses.replace(recipe, hidden=constructed_net(task).hidden, **FROM_CONSTRUCTION)
    if task.tapes > 1 and pairs > FEW_PAIRS:
        from_rnn = starts_from_rnn(kind)
        recipe = dataclasses.replace(recipe, **FROM_RNN) if from_rnn else _with_tapes(recipe, cell, layers)
    else:
        epochs = recipe.epochs if pairs <= MANY_PAIRS else MANY_PAIRS_FACTOR * recipe.epochs
        if layers.count == 1 and pairs <= FEW_PAIRS:
            epochs = FEW_EPOCHS.get(cell, epochs)
        recipe = dataclasses.replace(recipe, epochs=epochs)
    return _layered(dataclasses.replace(recipe, hidden=units_for(task)), layers)


def _with_tapes(recipe: LearnedInvariant, cell: str, layers: Layering) -> LearnedInvariant:
    """The recipe as it suits a machine with several tapes and more than `FEW_PAIRS` pairs; layers take all its updates."""
    changes = LARGE_STEPS if cell in TAKE_LARGE_STEPS else {}
    if layers.count > 1:
        changes = changes | {"epochs": recipe.epochs, "updates": recipe.updates}
    return dataclasses.replace(recipe, **changes)


def _layered(recipe: Invariant, layers: Layering) -> Invariant:
    """The recipe as it suits these layers."""
    return dataclasses.replace(recipe, unit=LAYERS_UNIT, radius_ramp=recipe.ramp) if layers.count > 1 else recipe


def hardening(recipe: Unrolled, cell: str, layers: Layering = ONE_LAYER) -> Unrolled:
    """A recipe that starts from given weights, as it suits a net of this cell and these layers; `cell` may be a program, too."""
    return dataclasses.replace(recipe, closure=CLOSURE) if layers.count > 1 or cell in GATED or cell == PROGRAM else recipe


def retraining(recipe: Unrolled, task: Task, cell: str, layers: Layering = ONE_LAYER) -> Unrolled:
    """`unrolled` from given weights, as it suits the task's machine and the cell, which may be a program, too."""
    suited = tuned(recipe, task, cell, layers)
    assert isinstance(suited, Unrolled)
    if cell == PROGRAM:
        suited = dataclasses.replace(suited, **PROGRAM_SETTINGS)
    epochs = suited.epochs * suited.updates // RETRAINING_UPDATES
    return dataclasses.replace(suited, name=f"{HARDENED}{recipe.name}", updates=RETRAINING_UPDATES, epochs=epochs, state_weight=0.0)


def _is_small(machine: Machine) -> bool:
    """Whether a machine has few states and few symbols."""
    return machine.states <= FEW_STATES and machine.symbols <= FEW_SYMBOLS


def _changes(machine: Machine, cell: str) -> dict[str, float]:
    """The fields of `unrolled` that differ for this machine and cell."""
    few_states = machine.states <= FEW_STATES
    if permutes(machine):
        if few_states:
            return PERMUTING | {"hidden": 8 * (machine.states + 2), "worst_weight": SMALL_PERMUTING_WEIGHT}
        return PERMUTING | (REVEALED if outputs_reveal_state(machine) else HIDDEN_STATES)
    if not few_states:
        return WARM_UP | MANY_STATES
    if machine.symbols <= FEW_SYMBOLS:
        return {}
    return WARM_UP | (WIDE_LSTM if cell == "lstm" else WIDE)


def outputs_reveal_state(machine: Machine) -> bool:
    """Whether every output belongs to one next state. Then a net with right answers has learned the states too."""
    state_of: dict[int, int] = {}
    pairs = [(o, r) for q in range(machine.states) for o, r in zip(machine.output[q], machine.delta[q], strict=True)]
    return all(state_of.setdefault(output, after) == after for output, after in pairs)


def permutes(machine: Machine) -> bool:
    """Whether some symbol permutes the states, other than by the identity. Such a machine can keep its memory forever."""
    columns = list(zip(*machine.delta, strict=True))
    return any(len(set(column)) == machine.states and column != tuple(range(machine.states)) for column in columns)
