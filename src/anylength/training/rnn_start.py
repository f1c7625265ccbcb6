"""The first net of a gated cell: an `rnn` that has learned the machine, with the gates shut and open so that they do nothing."""

import jax
import numpy as np

from anylength.cells import Rnn
from anylength.nets import Net
from anylength.tasks import Task
from anylength.training.examples import Examples
from anylength.training.program import run_chunk
from anylength.training.recipe import AbstractRecipe, TrainState
from anylength.training.start import state_of

LARGE_STEPS = {"learning_rate": 0.03, "decades": 2.0, "epochs": 12}
"""Numbers of a learned invariant for an `rnn` and several tapes: larger steps, and noise that grows from a hundredth.

One for add takes 0.8 s in place of 2 s, with the same noise budget."""

FROM_THE_MACHINE = LARGE_STEPS | {"epochs": 8, "updates": 100, "word_weight": 0.0, "unit": 8.0, "from_rnn": False}
"""The same for an `rnn` that is only the start: fewer epochs, and no words, which take up to half of the time."""

TRIES = 4
"""Most random nets to learn from. After 8 epochs the boxes of 4 of 16 nets for add had not closed, and of 3 of 50 for compare."""

NO_WORDS = Examples(np.zeros((1, 1), np.uint16), np.zeros((1, 1), np.int32))
"""One word that nobody reads."""


def learned_rnn(learner: AbstractRecipe, rng: np.random.Generator, task: Task, hidden: int) -> Net:
    """An `rnn` that learns from the machine alone. Where its boxes do not close, another is tried.

    Args:
        learner: The recipe of a learned invariant. It reads no words.
        rng: Draws the first weights.
        task: The task.
        hidden: The units.
    """
    state = _trained(learner, rng, task, hidden)
    for _ in range(TRIES - 1):
        if state.schedule_state.closed:
            break
        state = _trained(learner, rng, task, hidden)
    return learner.result(state, None)


def _trained(learner: AbstractRecipe, rng: np.random.Generator, task: Task, hidden: int) -> TrainState:
    """The state of the training of one `rnn` at its end, as numpy arrays."""
    state = state_of(learner.initial(rng, task, Rnn, hidden), learner, task)
    for _ in range(learner.epochs):
        state, _ = run_chunk(learner, None, state, learner.order(rng, len(NO_WORDS.symbols)), NO_WORDS)
    return jax.tree.map(np.array, state)
