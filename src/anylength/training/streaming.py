"""Training on fresh words: every update draws a length and new words of this length, as published benchmarks do.

A data set of fixed words pads all of them to the longest one. Here the words of some updates lie in one *bucket* of lengths, so
short words cost little. One program is compiled for each bucket.

The nets of a block train side by side. The lengths are drawn once for all of them, the words for each of them. One compiled program
trains `WIDTH` nets, whatever the block: so a net depends on its setting and its seed alone, to the bit.
"""

import dataclasses
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import jax
import numpy as np
from jaxtyping import Array, Float, Integer

from anylength.base import Symbols, check_seed
from anylength.cells import ONE_LAYER, Layering, StackCell, TapeRnn
from anylength.nets import Net, answers
from anylength.records import Epoch
from anylength.rules import IGNORE_INDEX, Task
from anylength.training.fitting import TrainResult
from anylength.training.program import processors, update_all
from anylength.training.recipe import AbstractRecipe, TrainState, stacked
from anylength.training.start import Purpose, generator, initial_state

CHUNK = 20
"""Updates on words of one bucket, one after another: one call of the compiled program."""

BUCKETS = 2
"""Buckets of lengths. More of them waste less on padding, and each is compiled once, which takes some seconds."""

WIDTH = 5
"""Nets that one call trains side by side: half of the ten seeds of a benchmark, for two processors."""

LENGTHS_SEED = 0
"""The seed of what all nets share: the lengths, and the words on which trained nets are measured."""

MEASURED = 8
"""Words of each training length on which a trained net is measured."""

DrawWords = Callable[[np.random.Generator, int, int], tuple[Symbols, Symbols]]
"""(rng, length, count) → `count` words of this length and their targets, `[T, count]` each, `IGNORE_INDEX` where none is graded."""


@dataclasses.dataclass(frozen=True)
class Stream:
    """Where fresh words come from, and how many there are.

    Attributes:
        draw: Draws words of one length.
        longest: The largest length. Every length from 1 to it is drawn with the same probability.
        updates: Updates of a training, a multiple of `CHUNK`.
        batch: Words in an update.
    """

    draw: DrawWords
    longest: int
    updates: int
    batch: int


def fit_stream(
    task: Task,
    seeds: Sequence[int],
    stream: Stream,
    *,
    cell: str,
    layers: Layering = ONE_LAYER,
    hidden: int,
    recipe: AbstractRecipe,
) -> list[TrainResult]:
    """Trains one causal net per seed on fresh words, all by the same compiled programs.

    The recipe gives initial weights, loss, optimiser and schedule. Training runs to the end of the schedule.

    Args:
        task: The task.
        seeds: The seeds.
        stream: The words.
        cell: Name of the cell.
        layers: How many layers, and what lies between them.
        hidden: Number of hidden units.
        recipe: A recipe that learns from words alone, with a field `updates`: `plain` or `memory`.

    Raises:
        InputError: A size, seed or cell that does not exist.
    """
    for seed in seeds:
        check_seed(seed)
    recipe = dataclasses.replace(recipe, epochs=1, updates=stream.updates)  # type: ignore[type-var]
    started = time.perf_counter()

    def fit_group(first: int) -> list[tuple[Any, float]]:
        group = list(seeds[first : first + WIDTH])
        start = [initial_state(task, recipe, cell=cell, layers=layers, hidden=hidden, seed=seed) for seed in _filled(group)]
        return _fit(recipe, stream, stacked(start), _filled(group))[: len(group)]

    with ThreadPoolExecutor(processors()) as pool:
        trained = [each for group in pool.map(fit_group, range(0, len(seeds), WIDTH)) for each in group]
    seconds = (time.perf_counter() - started) / len(trained)
    return [_result(net, loss, stream, seconds) for net, loss in trained]


def _filled(group: list[int]) -> list[int]:
    """`WIDTH` seeds: those of the group, then its last one again."""
    return group + group[-1:] * (WIDTH - len(group))


def _fit(recipe: AbstractRecipe, stream: Stream, state: TrainState, seeds: list[int]) -> list[tuple[Any, float]]:
    """Trains `WIDTH` nets from their stacked states. Returns each net and its mean loss over the last chunk."""
    generators, losses = [generator(seed, Purpose.ORDER) for seed in seeds], np.zeros(WIDTH)
    for lengths in _lengths(stream):
        words = [_chunk(rng, stream, lengths) for rng in generators]
        state, losses = _updates(recipe, state, *map(np.stack, zip(*words, strict=True)))
    state, losses = jax.device_get((state, losses))
    nets = [recipe.result(jax.tree.map(lambda leaf, row=row: np.array(leaf[row]), state), None) for row in range(WIDTH)]
    return [(net, float(loss)) for net, loss in zip(nets, losses, strict=True)]


def _result(net: Any, loss: float, stream: Stream, seconds: float) -> TrainResult:
    """The result of a training. Its one epoch holds the accuracies on new words, `MEASURED` of each training length."""
    if not np.isfinite(loss):
        return TrainResult(net, [], diverged=True)
    rng, words, outputs = generator(LENGTHS_SEED, Purpose.ORDER, 1), [], []
    for length in range(1, stream.longest + 1):
        symbols, targets = stream.draw(rng, length, MEASURED)
        counted = targets != IGNORE_INDEX
        right = answers(net, symbols) == targets
        words.append((right | ~counted).all(axis=0))
        outputs.append(right[counted])
    of_words, of_outputs = float(np.concatenate(words).mean()), float(np.concatenate(outputs).mean())
    epoch = Epoch(
        epoch=1, loss=loss, train_accuracy=of_words, validation_accuracy=of_words, train_digits=of_outputs,
        validation_digits=of_outputs, seconds=seconds,
    )  # fmt: skip
    return TrainResult(net, [epoch])


def _lengths(stream: Stream) -> Iterator[np.ndarray]:
    """For each chunk: a bucket, drawn uniformly, then its largest length, then the length `[CHUNK]` of each update."""
    rng = generator(LENGTHS_SEED, Purpose.DATA)
    ends = np.linspace(0, stream.longest, BUCKETS + 1).round().astype(int)
    for _ in range(stream.updates // CHUNK):
        bucket = rng.integers(BUCKETS)
        yield np.concatenate([ends[bucket + 1 : bucket + 2], rng.integers(ends[bucket] + 1, ends[bucket + 1] + 1, CHUNK)])


def _chunk(rng: np.random.Generator, stream: Stream, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The words and targets of one chunk for one net, `[CHUNK, T, B]`. T is the number of steps of the bucket's longest words."""
    longest, *drawn = lengths.tolist()
    steps = len(stream.draw(np.random.default_rng(0), longest, 1)[0])
    batches = [stream.draw(rng, length, stream.batch) for length in drawn]
    symbols = [np.pad(symbols, ((0, steps - len(symbols)), (0, 0))) for symbols, _ in batches]
    padded = [np.pad(targets, ((0, steps - len(targets)), (0, 0)), constant_values=IGNORE_INDEX) for _, targets in batches]
    return np.stack(symbols), np.stack(padded)


@partial(jax.jit, static_argnums=0)
def _updates(
    recipe: AbstractRecipe, state: TrainState, symbols: Integer[Array, "S K T B"], targets: Integer[Array, "S K T B"]
) -> tuple[TrainState, Float[Array, " S"]]:
    """K updates of S nets, and the mean loss of each."""
    return jax.vmap(partial(_update_all, recipe))(state, symbols, targets)


def _update_all(
    recipe: AbstractRecipe, state: TrainState, symbols: Integer[Array, "K T B"], targets: Integer[Array, "K T B"]
) -> tuple[TrainState, Float[Array, ""]]:
    """K updates of one net, with room for these words in its memory, and the mean loss."""
    room = jax.tree.map(partial(_with_room, steps=symbols.shape[1]), state, is_leaf=lambda tree: isinstance(tree, Net))
    after, losses = update_all(recipe, None, room, (symbols, targets), lambda batch: batch)
    return jax.tree.unflatten(jax.tree.structure(state), jax.tree.leaves(after)), losses.mean()


def _with_room(net: Any, steps: int) -> Any:
    """A net with a memory that does not overflow within `steps` steps. All else stays as it is."""
    if not (isinstance(net, Net) and isinstance(net.cell, StackCell | TapeRnn)):
        return net
    return dataclasses.replace(net, cell=net.cell.with_depth_for(steps))
