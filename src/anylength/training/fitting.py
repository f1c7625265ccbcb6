"""Fitting one net: the loop over epochs around the compiled program. `blocks` does the same for many seeds."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import jax
import numpy as np

from anylength.cells import ONE_LAYER, Layering
from anylength.nets import AbstractNet
from anylength.records import Epoch, Inferred
from anylength.records.record import short_repr
from anylength.tasks import IGNORE_INDEX, Task
from anylength.training.examples import Examples
from anylength.training.program import EpochMetrics, run_epoch
from anylength.training.recipe import AbstractRecipe, TrainState
from anylength.training.start import Purpose, check_arguments, draw_examples, generator, initial_state, seen_task, state_of

Progress = Callable[[Epoch], None]
"""Called after every epoch."""


@dataclass(frozen=True)
class TrainResult:
    """A trained net and its history.

    Attributes:
        net: The net.
        epochs: The records of its epochs.
        diverged: Whether the loss became infinite or NaN. Then `epochs` ends before that epoch, and the net may hold such values.
        inferred: The machine that was inferred from the examples, if one was.
    """

    net: AbstractNet
    epochs: list[Epoch]
    diverged: bool = False
    inferred: Inferred | None = None

    def __repr__(self) -> str:
        """The net, the number of epochs and the last of them."""
        last = {"net": self.net, "epochs": len(self.epochs), "last": self.epochs[-1] if self.epochs else None}
        return short_repr("TrainResult", {**last, "diverged": self.diverged or None}.items())

    @property
    def perfect_at(self) -> int | None:
        """The first epoch with 100 % on training and validation, or None."""
        return next((epoch.epoch for epoch in self.epochs if epoch.perfect), None)


class Session:
    """A training in progress. `step()` runs one epoch; a checkpoint has to keep `state` and `history`."""

    def __init__(
        self, task: Task, *, cell: str, layers: Layering = ONE_LAYER, hidden: int | None, recipe: AbstractRecipe, data: str,
        seed: int, epochs: int, given: AbstractNet | None = None,
    ) -> None:  # fmt: skip
        """With `given`, training starts from this net instead of a random one; then `cell` and `layers` do not matter."""
        check_arguments(task, hidden=hidden, data=data, seed=seed, epochs=epochs)
        self.recipe, self.seed, self.limit = recipe.with_epochs(epochs), seed, epochs
        self._train, self._validation = draw_examples(task, data, seed)
        seen = seen_task(task, recipe, self._train, seed)
        self.inferred, self._machine = seen.inferred, recipe.compiled_for(seen.task.transducer)
        if given is None:
            state = initial_state(seen.task, recipe, cell=cell, layers=layers, hidden=hidden, seed=seed)
        else:
            state = state_of(recipe.started_from(given, seen.task), recipe, seen.task)
        self._current: tuple[TrainState, list[Epoch]] = (state, [])

    @property
    def state(self) -> TrainState:
        """The state after the epochs of `history`."""
        return self._current[0]

    @property
    def history(self) -> list[Epoch]:
        """The epochs so far."""
        return self._current[1]

    @property
    def net(self) -> AbstractNet:
        """The current net without its auxiliary parts, as numpy arrays."""
        return self.recipe.result(jax.tree.map(np.asarray, self.state), self._machine)

    @property
    def finished(self) -> bool:
        """Whether the recipe's stopping rule holds or the epoch limit is reached."""
        return bool(self.history) and (len(self.history) >= self.limit or self.recipe.finished(self.history[-1]))

    def step(self) -> Epoch:
        """Runs one epoch.

        Raises:
            FloatingPointError: The loss is no longer finite; the state stays as it was before the epoch.
        """
        started = time.perf_counter()
        number = len(self.history) + 1
        order = self._order(number)
        state, metrics = run_epoch(self.recipe, self._machine, self.state, order, self._train, self._validation)
        metrics = jax.device_get(metrics)
        record = epoch_record(number, metrics, (self._train, self._validation), time.perf_counter() - started)
        self._current = (state, [*self.history, record])  # one assignment, so an interrupt cannot separate the two
        return record

    def restore(self, state: TrainState, history: list[Epoch]) -> None:
        """Continues from a checkpoint taken after the epochs of `history`."""
        self._current = (state, list(history))

    def _order(self, epoch: int) -> np.ndarray:
        return self.recipe.order(generator(self.seed, Purpose.ORDER, epoch), len(self._train.symbols))


def fit(
    task: Task,
    *,
    cell: str = "rnn",
    layers: Layering = ONE_LAYER,
    hidden: int | None = None,
    recipe: AbstractRecipe,
    data: str = "post",
    seed: int = 0,
    epochs: int | None = None,
    progress: Progress | None = None,
) -> TrainResult:
    """Trains one net until the recipe's stopping rule holds or the epoch limit is reached.

    Args:
        task: The task to train.
        cell: Name of the cell.
        layers: How many layers, and what lies between them.
        hidden: Number of hidden units; None: those that suit the recipe and the machine that it knows or infers.
        recipe: The recipe.
        data: Name of the task's data set.
        seed: Determines the data, the initial net and the order of examples.
        epochs: Epoch limit; None: the recipe's.
        progress: Called after every epoch.

    Raises:
        InputError: A size, seed, data set or cell that does not exist.
    """
    epochs = recipe.epochs if epochs is None else epochs
    session = Session(task, cell=cell, layers=layers, hidden=hidden, recipe=recipe, data=data, seed=seed, epochs=epochs)
    while not session.finished:
        record = session.step()
        if progress:
            progress(record)
    return TrainResult(session.net, session.history, inferred=session.inferred)


def epoch_record(number: int, metrics: EpochMetrics, sets: tuple[Examples, Examples], seconds: float) -> Epoch:
    """The record of one epoch.

    Args:
        number: The epoch, counted from 1.
        metrics: Its metrics.
        sets: The training and the validation set.
        seconds: Its duration.

    Raises:
        FloatingPointError: The loss is not finite.
    """
    if not np.isfinite(metrics.loss):
        raise FloatingPointError(f"the loss of epoch {number} is not finite: training diverged")
    (train, train_digits), (validation, validation_digits) = (
        (int(correct[0]) / side.symbols.shape[0], int(correct[1]) / int((side.targets != IGNORE_INDEX).sum()))
        for correct, side in zip((metrics.train, metrics.validation), sets, strict=True)
    )
    return Epoch(
        epoch=number,
        loss=float(metrics.loss),
        train_accuracy=train,
        validation_accuracy=validation,
        train_digits=train_digits,
        validation_digits=validation_digits,
        seconds=seconds,
    )
