"""Fitting a block of seeds: one net per seed, all trained by one compiled program."""

import time
from collections.abc import Sequence
from typing import Any

import jax
import numpy as np

from anylength.cells import ONE_LAYER, Layering
from anylength.errors import InputError
from anylength.records import Epoch
from anylength.tasks import Task
from anylength.training.fitting import TrainResult, epoch_record
from anylength.training.program import run_block
from anylength.training.recipe import AbstractRecipe, TrainState, stacked
from anylength.training.start import Purpose, check_arguments, draw_examples, generator, initial_state, seen_task


class BlockSession:
    """A training of one net per seed in progress. `step()` runs one epoch; a checkpoint has to keep `state` and `histories`.

    The results are those of `fit` up to the rounding of float32: the order of additions depends on the batch layout.
    """

    def __init__(
        self, task: Task, seeds: Sequence[int], *, cell: str, layers: Layering = ONE_LAYER, hidden: int | None,
        recipe: AbstractRecipe, data: str, epochs: int, stop: bool = True, diverging: bool = False,
    ) -> None:  # fmt: skip
        for seed in seeds:
            check_arguments(task, hidden=hidden, data=data, seed=seed, epochs=epochs)
        self.recipe, self.seeds, self.limit = recipe.with_epochs(epochs), list(seeds), epochs
        self._stop, self._diverging = stop, diverging
        examples = [draw_examples(task, data, seed) for seed in seeds]
        seen = [seen_task(task, recipe, train, seed) for seed, (train, _) in zip(seeds, examples, strict=True)]
        self.inferred, self._machine = [each.inferred for each in seen], self.recipe.compiled_for(task.transducer)
        self._sets = tuple(stacked(list(side)) for side in zip(*examples, strict=True))
        self._of_active: tuple[list[int], Any] = (list(range(len(seeds))), self._sets)
        nets = [
            initial_state(each.task, self.recipe, cell=cell, layers=layers, hidden=hidden, seed=seed)
            for seed, each in zip(seeds, seen, strict=True)
        ]
        state = stacked(_of_one_size(nets))
        self._current: tuple[TrainState, list[list[Epoch]], frozenset[int]] = (state, [[] for _ in seeds], frozenset())

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
        return bool(history) and (len(history) >= self.limit or (self._stop and self.recipe.finished(history[-1])))

    def restore(self, state: TrainState, histories: list[list[Epoch]]) -> None:
        """Continues from a checkpoint taken after the epochs of `histories`."""
        self._current = (state, [list(history) for history in histories], frozenset())

    def step(self) -> None:
        """Runs one epoch of every active net.

        Raises:
            FloatingPointError: A loss is not finite, and the block may not diverge.
        """
        started = time.perf_counter()
        active, (state, histories, diverged) = self.active, self._current
        number, whole = len(histories[active[0]]) + 1, len(active) == len(self.seeds)
        train, validation = self._sets_of(active)
        count = train.symbols.shape[1]
        order = np.stack([self.recipe.order(generator(self.seeds[place], Purpose.ORDER, number), count) for place in active])
        rows = state if whole else _rows(state, np.array(active))
        rows, metrics = run_block(self.recipe, self._machine, rows, order, train, validation)
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

    def results(self) -> list[TrainResult]:
        """The nets as they are, without auxiliary parts, and their histories."""
        histories = enumerate(zip(self.histories, self.inferred, strict=True))
        return [TrainResult(self._net(place), history, place in self._current[2], found) for place, (history, found) in histories]

    def _net(self, place: int) -> Any:
        """A copy of a net as numpy arrays."""
        state = jax.tree.map(np.array, _rows(self.state, place))
        return self.recipe.result(state, self._machine)

    def _sets_of(self, active: list[int]) -> Any:
        """Training and validation examples of the active seeds. They are copied only where the active seeds have changed."""
        if self._of_active[0] != active:
            self._of_active = (active, _rows(self._sets, np.array(active)))
        return self._of_active[1]


def fit_block(
    task: Task,
    seeds: Sequence[int],
    *,
    cell: str = "rnn",
    layers: Layering = ONE_LAYER,
    hidden: int | None = None,
    recipe: AbstractRecipe,
    data: str = "post",
    epochs: int | None = None,
    stop: bool = True,
    diverging: bool = False,
) -> list[TrainResult]:
    """Trains one net per seed, all by one compiled program.

    Args:
        task: The task to train.
        seeds: The seeds.
        cell: Name of the cell.
        layers: How many layers, and what lies between them.
        hidden: Number of hidden units; None: those that suit the recipe and the machine that it knows or infers.
        recipe: The recipe.
        data: Name of the task's data set.
        epochs: Epoch limit; None: the recipe's.
        stop: Whether each net stops when the recipe's stopping rule holds, as in `fit`. Otherwise all train to the epoch limit.
        diverging: Whether a seed may diverge: its result says so, and the others go on. Otherwise a diverging seed raises.

    Raises:
        InputError: A size, seed, data set or cell that does not exist.
        FloatingPointError: A loss is not finite, and `diverging` is false.
    """
    if not seeds:
        return []
    epochs = recipe.epochs if epochs is None else epochs
    session = BlockSession(
        task, seeds, cell=cell, layers=layers, hidden=hidden, recipe=recipe, data=data, epochs=epochs, stop=stop,
        diverging=diverging,
    )  # fmt: skip
    while session.active:
        session.step()
    return session.results()


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
