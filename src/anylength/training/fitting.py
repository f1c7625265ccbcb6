"""Fitting: the loop over epochs around the compiled program, for one seed (`blocks` has it for many).

Every random draw comes from numpy generators keyed by (seed, purpose, epoch), so a run continues from a checkpoint exactly as
it would have gone on, and a seed draws the same data, start and order alone or in a block.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import jax
import numpy as np

from anylength.errors import InputError
from anylength.nets import AbstractNet, architecture_named
from anylength.records import Epoch
from anylength.tasks import IGNORE_INDEX, Task
from anylength.training.program import Examples, Measured, TrainState, chunk, evaluation, single
from anylength.training.recipe import AbstractRecipe

MAX_HIDDEN, MAX_EPOCHS = 1024, 1_000_000

Progress = Callable[[Epoch], None]
"""Called after every epoch."""


class Purpose(IntEnum):
    """What a random generator is for: part of its key."""

    DATA = 0
    START = 1
    ORDER = 2


def generator(seed: int, purpose: Purpose, epoch: int = 0) -> np.random.Generator:
    """The generator of one purpose of one seed (and, for the order, one epoch)."""
    return np.random.default_rng([seed, int(purpose), epoch])


@dataclass(frozen=True)
class TrainResult:
    """A trained net and its epochs; where training `diverged`, those before it, and the net as it was then, finite or not."""

    net: AbstractNet
    epochs: list[Epoch]
    diverged: bool = False

    @property
    def perfect_at(self) -> int | None:
        """The first epoch with 100 % on training and validation, or None."""
        return next((epoch.epoch for epoch in self.epochs if epoch.perfect), None)


@dataclass(frozen=True)
class Snapshot:
    """A net in the midst of its training.

    Attributes:
        update: Updates so far.
        epoch: The same in epochs.
        loss: The mean loss of the piece that ended here.
        net: The bare net as numpy arrays.
    """

    update: int
    epoch: float
    loss: float
    net: AbstractNet


OnSnapshot = Callable[[Snapshot], None]
"""Called after every piece of an epoch."""


class Session:
    """One training in progress: `step()` runs an epoch. Its `state` is all that a checkpoint must keep."""

    def __init__(self, task: Task, *, cell: str, hidden: int, recipe: AbstractRecipe, data: str, seed: int, epochs: int) -> None:
        check(task, hidden=hidden, data=data, seed=seed, epochs=epochs)
        self.recipe, self.seed, self.limit = recipe.with_epochs(epochs), seed, epochs
        self._machine = task.transducer
        self._train, self._validation = examples(task, data, seed)
        self._at: tuple[TrainState, list[Epoch]] = (initial_state(task, recipe, cell=cell, hidden=hidden, seed=seed), [])

    @property
    def state(self) -> TrainState:
        """The state after the epochs `done`."""
        return self._at[0]

    @property
    def done(self) -> list[Epoch]:
        """The epochs so far."""
        return self._at[1]

    @property
    def finished(self) -> bool:
        """Whether the recipe's stopping rule or the epoch limit has been met."""
        return bool(self.done) and (len(self.done) >= self.limit or self.recipe.finished(self.done[-1]))

    def step(self, on_snapshot: OnSnapshot | None = None, chunks: int = 1) -> Epoch:
        """Runs one epoch.

        Args:
            on_snapshot: Gets a snapshot after each chunk of updates. The updates are the same, to the bit.
            chunks: Number of equal chunks in an epoch; rounded down to a divisor of the number of updates.

        Raises:
            FloatingPointError: The loss is no longer finite; the state stays as it was before the epoch.
        """
        started = time.perf_counter()
        number = len(self.done) + 1
        order = self._order(number)
        if on_snapshot is None:
            state, measured = single(self.recipe, self._machine, self.state, order, self._train, self._validation)
        else:
            state, measured = self._watched(order, on_snapshot, _evenly(len(order), chunks))
        measured = jax.device_get(measured)
        record = epoch_record(number, measured, (self._train, self._validation), time.perf_counter() - started)
        self._at = (state, [*self.done, record])  # one assignment: an interrupt comes before it or after it
        return record

    def chunks(self, most: int) -> int:
        """In how many equal pieces an epoch can be run, `most` at most."""
        return _evenly(len(self._order(1)), most)

    def _order(self, epoch: int) -> np.ndarray:
        return self.recipe.order(generator(self.seed, Purpose.ORDER, epoch), len(self._train.symbols))

    def _watched(self, order: np.ndarray, on_snapshot: OnSnapshot, chunks: int) -> tuple[TrainState, Measured]:
        """An epoch in pieces. What is seen of one is handed out while the next one runs."""
        state, losses, train, seen = self.state, [], jax.device_put(self._train), None
        for at, rows in enumerate(np.split(order, chunks), start=1):
            state, found = chunk(self.recipe, self._machine, state, rows, train)
            losses.append(found)
            if seen is not None:
                on_snapshot(self._glimpse(*seen))
            seen = len(self.done) + at / chunks, len(order), found, state.net
        assert seen is not None
        on_snapshot(self._glimpse(*seen))
        measured = evaluation(self.recipe, self._machine, state.net, np.concatenate(losses), self._train, self._validation)
        return state, measured

    def _glimpse(self, epoch: float, updates: int, losses: Any, net: Any) -> Snapshot:
        """What is seen after so many epochs of so many updates each."""
        without_aux = self.recipe.without_aux(jax.tree.map(np.asarray, net), self._machine)
        return Snapshot(round(epoch * updates), epoch, float(np.asarray(losses).mean()), without_aux)

    def start_from(self, net: AbstractNet) -> None:
        """Starts from the weights of `net` instead of a drawn net."""
        self._at = (_state_of(net, self.recipe), [])

    def restore(self, state: TrainState, done: list[Epoch]) -> None:
        """Continues from a checkpoint taken after the epochs `done`."""
        self._at = (state, list(done))

    @property
    def net(self) -> AbstractNet:
        """The net as it is now, as numpy arrays."""
        return jax.tree.map(np.asarray, self.recipe.without_aux(self.state.net, self._machine))


def _evenly(updates: int, chunks: int) -> int:
    """The largest number of equal pieces, `chunks` at most."""
    return next(count for count in range(max(1, min(chunks, updates)), 0, -1) if updates % count == 0)


def fit(
    task: Task,
    *,
    cell: str = "rnn",
    hidden: int | None = None,
    recipe: AbstractRecipe,
    data: str = "post",
    seed: int = 0,
    epochs: int | None = None,
    progress: Progress | None = None,
) -> TrainResult:
    """Trains one net until the recipe is satisfied or the epoch limit is reached.

    Raises:
        InputError: A size, seed, data set or cell that does not exist.
    """
    size, limit = recipe.hidden if hidden is None else hidden, recipe.epochs if epochs is None else epochs
    session = Session(task, cell=cell, hidden=size, recipe=recipe, data=data, seed=seed, epochs=limit)
    while not session.finished:
        record = session.step()
        if progress:
            progress(record)
    return TrainResult(session.net, session.done)


def check(task: Task, *, hidden: int, data: str, seed: int, epochs: int) -> None:
    """Checks what a user may have got wrong.

    Raises:
        InputError: Names what was expected, what came and what to do.
    """
    if not 1 <= hidden <= MAX_HIDDEN:
        raise InputError(f"1 to {MAX_HIDDEN} hidden units", str(hidden), "pass for example --hidden 16")
    if not 1 <= epochs <= MAX_EPOCHS:
        raise InputError(f"1 to {MAX_EPOCHS:,} epochs", str(epochs), "pass for example --epochs 20")
    if seed < 0:
        raise InputError("a seed of 0 or more", str(seed), "pass for example --seed 0")
    task.data_named(data)


def examples(task: Task, data: str, seed: int) -> tuple[Examples, Examples]:
    """Training and validation examples of one seed."""
    drawn = task.data_named(data)(generator(seed, Purpose.DATA), task.base)
    return tuple(Examples(side, task.targets(side.T).T) for side in (drawn.train, drawn.validation))  # type: ignore[return-value]


def initial_state(task: Task, recipe: AbstractRecipe, *, cell: str, hidden: int, seed: int) -> TrainState:
    """The state before the first epoch, as numpy arrays."""
    kind, rng = architecture_named(cell), generator(seed, Purpose.START)
    if kind.cell is not None:
        return _state_of(recipe.initial(rng, task, kind.cell, hidden), recipe)
    check_recipe(recipe, cell)
    assert kind.initial is not None
    return _state_of(kind.build(kind.initial(rng, task, hidden), task), recipe)


def check_recipe(recipe: AbstractRecipe, cell: str) -> None:
    """Checks that a recipe can train nets of this kind.

    Raises:
        InputError: The cell does not exist, or the recipe is for recurrent cells alone.
    """
    if architecture_named(cell).cell is None and not recipe.any_net:
        raise InputError(f"a recipe for a net whose context grows ({cell})", recipe.name, "pass --recipe plain")


def _state_of(net: AbstractNet, recipe: AbstractRecipe) -> TrainState:
    weights: Any = net
    return TrainState(net, _numpy(recipe.optimiser().init(weights)), _numpy(recipe.schedule_state()))


def _numpy(tree: Any) -> Any:
    return jax.tree.map(np.asarray, tree)


def epoch_record(number: int, measured: Measured, sets: tuple[Examples, Examples], seconds: float) -> Epoch:
    """The record of one epoch.

    Raises:
        FloatingPointError: The loss is not finite.
    """
    if not np.isfinite(measured.loss):
        raise FloatingPointError(f"the loss of epoch {number} is not finite: training diverged")
    (train, train_digits), (validation, validation_digits) = (
        (int(right[0]) / side.symbols.shape[0], int(right[1]) / int((side.targets != IGNORE_INDEX).sum()))
        for right, side in zip((measured.train, measured.validation), sets, strict=True)
    )
    return Epoch(
        epoch=number,
        loss=float(measured.loss),
        train_accuracy=train,
        validation_accuracy=validation,
        train_digits=train_digits,
        validation_digits=validation_digits,
        seconds=seconds,
    )
