"""Fitting: one net for each seed, epoch after epoch of the compiled program."""

import dataclasses
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from anylength.base import InputError, short_repr
from anylength.cells import ONE_LAYER, Layering
from anylength.nets import AbstractNet
from anylength.records import Epoch, Inferred
from anylength.rules import IGNORE_INDEX, Task
from anylength.training.examples import Examples
from anylength.training.program import EpochMetrics, run_seeds
from anylength.training.recipe import AbstractRecipe, TrainState, stacked
from anylength.training.seen import SeenTask, shows_little
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
    """A training of one net for each seed in progress. `step()` runs one epoch; a checkpoint has to keep `state` and `histories`.

    A net that is trained in a block equals the net that is trained by itself up to the rounding of float32: the order of additions
    depends on the batch layout.
    """

    def __init__(
        self, task: Task, seeds: int | Sequence[int], *, cell: str = "rnn", layers: Layering = ONE_LAYER, hidden: int | None = None,
        recipe: AbstractRecipe, data: str = "post", epochs: int | None = None, given: AbstractNet | None = None, stop: bool = True,
        diverging: bool = False,
    ) -> None:  # fmt: skip
        """Draws the data and the nets before training.

        Args:
            task: The task to train.
            seeds: The seeds of a block, or the seed of one net, which has a compiled program of its own.
            cell: Name of the cell.
            layers: How many layers, and what lies between them.
            hidden: Number of hidden units; None: those that suit the recipe and the machine that it knows or infers.
            recipe: The recipe.
            data: Name of the task's data set.
            epochs: Epoch limit; None: the recipe's.
            given: What is trained at the start in place of what is drawn; then `cell` and `layers` do not matter.
            stop: Whether each net stops when the recipe's stopping rule holds. Otherwise all train to the epoch limit.
            diverging: Whether a seed may diverge: its result says so, and the others go on. Otherwise a diverging seed raises.

        Raises:
            InputError: A size, seed, data set or cell that does not exist, or seeds that give machines of several sizes.
        """
        epochs = recipe.epochs if epochs is None else epochs
        self.alone = isinstance(seeds, int)
        self.seeds = [seeds] if isinstance(seeds, int) else list(seeds)
        for seed in self.seeds:
            check_arguments(task, hidden=hidden, data=data, seed=seed, epochs=epochs)
        self.recipe, self.limit = dataclasses.replace(recipe, epochs=epochs), epochs  # type: ignore[type-var]
        self._stop, self._diverging = stop, diverging
        examples = [draw_examples(task, data, seed) for seed in self.seeds]
        seen = [seen_task(task, recipe, train, seed) for seed, (train, _) in zip(self.seeds, examples, strict=True)]
        _warn_of_little(seen[0], examples[0][0])
        self.inferred, self._machine = [each.inferred for each in seen], task.transducer if self.recipe.reads_machine else None
        self._sets = tuple(stacked(list(side)) for side in zip(*examples, strict=True))
        self._of_active: tuple[list[int], Any] = (list(range(len(self.seeds))), self._sets)

        def first_state(task: Task, seed: int) -> TrainState:
            if given is not None:
                return state_of(given, self.recipe, task)
            return initial_state(task, self.recipe, cell=cell, layers=layers, hidden=hidden, seed=seed)

        state = stacked(_of_one_size([first_state(each.task, seed) for seed, each in zip(self.seeds, seen, strict=True)]))
        self._current: tuple[TrainState, list[list[Epoch]], frozenset[int]] = (state, [[] for _ in self.seeds], frozenset())

    @property
    def state(self) -> TrainState:
        """The state of every net, stacked along the seeds, after the epochs of `histories`."""
        return self._current[0]

    @property
    def histories(self) -> list[list[Epoch]]:
        """The epochs of every net so far."""
        return self._current[1]

    @property
    def active(self) -> list[int]:
        """The places of the seeds whose nets still train."""
        return [place for place in range(len(self.seeds)) if place not in self._current[2] and not self._ended(place)]

    def _ended(self, place: int) -> bool:
        history = self.histories[place]
        return bool(history) and (len(history) >= self.limit or (self._stop and self.recipe.until_perfect and history[-1].perfect))

    def restore(self, state: TrainState, histories: list[list[Epoch]]) -> None:
        """Continues from a checkpoint taken after the epochs of `histories`."""
        self._current = (state, [list(history) for history in histories], frozenset())

    def step(self) -> list[Epoch]:
        """Runs one epoch of every active net. Returns its records, none for a net that diverged.

        Raises:
            FloatingPointError: A loss is not finite, and no seed may diverge. The state stays as it was before the epoch.
        """
        started = time.perf_counter()
        active, (state, histories, diverged) = self.active, self._current
        number, whole = len(histories[active[0]]) + 1, len(active) == len(self.seeds)
        train, validation = self._sets_of(active)
        count = train.symbols.shape[1]
        order = np.stack([self.recipe.order(generator(self.seeds[place], Purpose.ORDER, number), count) for place in active])
        rows = state if whole else _rows(state, np.array(active))
        rows, metrics = run_seeds(self.recipe, self._machine, rows, order, train, validation, alone=self.alone)
        seconds = (time.perf_counter() - started) / len(active)
        histories = list(histories)
        for row, place in enumerate(active):
            row_metrics, *sets = _rows((metrics, train, validation), row)
            if self._diverging and not np.isfinite(row_metrics.loss):
                diverged |= {place}
            else:
                histories[place] = [*histories[place], epoch_record(number, row_metrics, tuple(sets), seconds)]
        state = rows if whole else _with_rows(state, np.array(active), rows)
        self._current = (state, histories, diverged)  # one assignment, so an interrupt cannot separate them
        return [histories[place][-1] for place in active if place not in diverged]

    def results(self) -> list[TrainResult]:
        """The nets as they are, without auxiliary parts, and their histories."""
        return [
            TrainResult(self._net(place), self.histories[place], place in self._current[2], self.inferred[place])
            for place in range(len(self.seeds))
        ]

    @property
    def result(self) -> TrainResult:
        """That of the only seed."""
        (result,) = self.results()
        return result

    def _net(self, place: int) -> Any:
        """A copy of a net as numpy arrays."""
        state = jax.tree.map(np.array, _rows(self.state, place))
        return self.recipe.result(state, self._machine)

    def _sets_of(self, active: list[int]) -> Any:
        """Training and validation examples of the active seeds. They are copied only where the active seeds have changed."""
        if self._of_active[0] != active:
            self._of_active = (active, _rows(self._sets, np.array(active)))
        return self._of_active[1]


def fit(
    task: Task, *, cell: str = "rnn", layers: Layering = ONE_LAYER, hidden: int | None = None, recipe: AbstractRecipe,
    data: str = "post", seed: int = 0, epochs: int | None = None, progress: Progress | None = None,
) -> TrainResult:  # fmt: skip
    """Trains one net until the recipe's stopping rule holds or the epoch limit is reached. Calls `progress` after every epoch.

    Arguments and errors are those of `Session`.
    """
    session = Session(task, seed, cell=cell, layers=layers, hidden=hidden, recipe=recipe, data=data, epochs=epochs)
    while session.active:
        (epoch,) = session.step()
        if progress:
            progress(epoch)
    return session.result


def fit_block(
    task: Task, seeds: Sequence[int], *, cell: str = "rnn", layers: Layering = ONE_LAYER, hidden: int | None = None,
    recipe: AbstractRecipe, data: str = "post", epochs: int | None = None, stop: bool = True, diverging: bool = False,
) -> list[TrainResult]:  # fmt: skip
    """Trains one net per seed, all by one compiled program. Arguments and errors are those of `Session`."""
    if not seeds:
        return []
    session = Session(
        task, seeds, cell=cell, layers=layers, hidden=hidden, recipe=recipe, data=data, epochs=epochs, stop=stop,
        diverging=diverging,
    )  # fmt: skip
    while session.active:
        session.step()
    return session.results()


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


def _warn_of_little(seen: SeenTask, examples: Examples) -> None:
    """Warns of examples that show little of the machine that was inferred from them; `Session` asks for those of its first seed."""
    machine = seen.task.transducer
    little = shows_little(seen.task, machine, examples) if seen.inferred is not None and machine is not None else None
    if little is not None:
        warnings.warn(f"{little}: try other --data, or words of your own that show more", stacklevel=3)


def _of_one_size(states: list[TrainState]) -> list[TrainState]:
    """The states.

    Raises:
        InputError: What is trained differs in size: the examples of some seeds gave a larger machine than those of others.
    """
    if len({tuple(leaf.shape for leaf in jax.tree.leaves(state)) for state in states}) > 1:
        got = "some with larger machines than others"
        raise InputError("seeds whose examples give machines of one size", got, "train the seeds one by one, or on more examples")
    return states


def _rows(tree: Any, rows: int | np.ndarray) -> Any:
    """One row or some rows of every leaf."""
    return jax.tree.map(lambda leaf: leaf[rows], tree)


def _with_rows(tree: Any, rows: np.ndarray, values: Any) -> Any:
    """A copy of a tree with new values in some rows of every leaf."""

    def replaced(leaf: np.ndarray, new: np.ndarray) -> np.ndarray:
        copy = np.array(leaf)
        copy[rows] = new
        return copy

    return jax.tree.map(replaced, tree, values)
