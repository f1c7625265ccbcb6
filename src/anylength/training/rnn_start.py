"""The first net of a gated cell: an `rnn` that has learned the machine, with the gates shut and open so that they do nothing."""

import dataclasses
from typing import Any

import jax
import numpy as np

from anylength.base import InputError
from anylength.cells import CellKind, Gru, Layers, Lstm, Rnn
from anylength.constructions import layers_in_gates
from anylength.nets import Net
from anylength.rules import Task
from anylength.training.constructed import in_cell
from anylength.training.program import compiled, update_all
from anylength.training.recipe import AbstractRecipe, TrainState
from anylength.training.start import state_of

LARGE_STEPS = {"learning_rate": 0.03, "decades": 2.0, "epochs": 6, "updates": 200}
"""Numbers of a learned invariant for an `rnn` and several tapes: larger steps, and noise that grows from a hundredth.

One for add takes 0.6 s in place of 2 s, with the same noise budget. In epochs of 200 updates answers are counted half as often."""

FROM_THE_MACHINE = LARGE_STEPS | {"updates": 100, "from_rnn": False}
"""The same for an `rnn` that is only the start. It sees no words, which take up to half of the time."""

EPOCHS, LAYERED_EPOCHS = 8, 20
"""Epochs of such an `rnn`, and of one of several layers."""

TRIES = 4
"""Most random nets to learn from. After 8 epochs the boxes of 4 of 16 nets for add had not closed, and of 3 of 50 for compare."""

NO_WORDS = np.zeros((1, 1), np.uint16), np.zeros((1, 1), np.int32)
"""One word that nobody reads, and its target."""


def starts_from_rnn(kind: CellKind | None) -> bool:
    """Whether a net of this kind can start from an `rnn`: one layer of a GRU or an LSTM, or several of a GRU."""
    return kind in (Gru, Lstm) or (isinstance(kind, Layers) and kind.kind is Gru)


def rnn_start(recipe: AbstractRecipe, rng: np.random.Generator, task: Task, kind: CellKind, hidden: int) -> Net:
    """A gated net that answers like an `rnn` that has learned the machine alone. Where boxes do not close, another `rnn` is tried.

    Args:
        recipe: The recipe of a learned invariant, without words.
        rng: Draws the first weights.
        task: The task.
        kind: A kind that `starts_from_rnn`.
        hidden: The units.

    Raises:
        InputError: It is another kind.
    """
    if not starts_from_rnn(kind):
        raise InputError("a GRU, or one layer of an LSTM, to start from an rnn", kind.summary, "train from random weights")
    if isinstance(kind, Layers):
        rnn = _learned(recipe, rng, task, dataclasses.replace(kind, kind=Rnn), hidden, LAYERED_EPOCHS)
        return layers_in_gates(rnn, kind)
    return in_cell(_learned(recipe, rng, task, Rnn, hidden, EPOCHS), kind)


def _learned(recipe: Any, rng: np.random.Generator, task: Task, kind: CellKind, hidden: int, epochs: int) -> Net:
    """The first `rnn` whose boxes close, or the last that is tried."""
    learner = dataclasses.replace(recipe, **FROM_THE_MACHINE | {"epochs": epochs})
    state = _trained(learner, rng, task, kind, hidden)
    for _ in range(TRIES - 1):
        if not state.schedule_state.closed:
            state = _trained(learner, rng, task, kind, hidden)
    return learner.result(state, None)


def _trained(learner: AbstractRecipe, rng: np.random.Generator, task: Task, kind: CellKind, hidden: int) -> TrainState:
    """The state of the training of one `rnn` at its end, as numpy arrays."""
    state = state_of(learner.initial(rng, task, kind, hidden), learner, task)
    for _ in range(learner.epochs):
        state, _ = _updates(learner, None, state, learner.order(rng, 1))
    return jax.tree.map(np.array, state)


_updates = compiled(lambda recipe, machine, state, order: update_all(recipe, machine, state, order, lambda _: NO_WORDS))
"""Compiled updates without an evaluation after them."""
