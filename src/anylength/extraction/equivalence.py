"""The equivalence query by testing: the net and a hypothesis run on many words, to find one on which their outputs differ.

Words are chosen to find differences. Held words repeat one symbol from every state, then read two more symbols. Random words start
in a random state, repeat one symbol, then read random symbols; many of these repeat often, or use two symbols only.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.extraction.batched_net import BatchedNet, States, Word
from anylength.extraction.observation_table import ObservationTable
from anylength.rules import Machine

HELD_STEPS = 500
"""Most repetitions of a symbol. A carry that fades over more steps is not found this way; the cost is linear in this number."""

RANDOM_WORDS, RANDOM_LENGTH = 2048, 100
"""Number of random words, and their length in symbols. Larger numbers find more differences; the cost is linear in both."""

STICKY = (0.0, 0.5, 0.9, 0.97)
"""Probabilities that a random word repeats its last symbol, each for a quarter of the words."""

MAX_MULTIPLICATIONS = 2e9
"""Approximate limit of multiplications for the repeated symbols, and again for the symbols after them. It bounds the time."""


@dataclass(frozen=True)
class Comparison:
    """The result of comparing a net with a hypothesis.

    Attributes:
        counterexample: A word whose last output differs, or None.
        words: Number of words on which they agreed.
        longest: Length of the longest of them, in symbols.
    """

    counterexample: Word | None
    words: int = 0
    longest: int = 0


class Product:
    """The net and a machine side by side, over columns of state pairs."""

    def __init__(self, net: BatchedNet, machine: Machine) -> None:
        self.net = net
        self._delta, self._output = np.asarray(machine.delta), np.asarray(machine.output)

    def step(
        self, net_states: States, machine_states: NDArray[np.int64], symbols: NDArray[np.int64]
    ) -> tuple[States, NDArray, NDArray[np.bool_]]:
        """The net's states `[D, B]` and the machine's `[B]` after one symbol each, and whether their outputs differ `[B]`."""
        net_states, outputs = self.net.step(net_states, symbols)
        return net_states, self._delta[machine_states, symbols], outputs != self._output[machine_states, symbols]


def compare(table: ObservationTable, hypothesis: Machine, rng: np.random.Generator) -> Comparison:
    """Compares the net with the hypothesis of its table, on held words, then on random words."""
    held = compare_on_held_words(table, hypothesis, rng)
    if held.counterexample is not None:
        return held
    random = compare_on_random_words(table, hypothesis, rng)
    return Comparison(random.counterexample, held.words + random.words, max(held.longest, random.longest))


def compare_on_held_words(table: ObservationTable, hypothesis: Machine, rng: np.random.Generator) -> Comparison:
    """Up to `HELD_STEPS` repetitions of each symbol from every state, then every two symbols.

    Of a large alphabet a random choice is tried, to stay within `MAX_MULTIPLICATIONS`.
    """
    product, symbols = Product(table.net, hypothesis), table.net.symbols
    columns = int(MAX_MULTIPLICATIONS / table.net.multiplications)
    chosen = _choose(rng, len(table.access_strings) * symbols, max(64, columns // HELD_STEPS))
    # all 100 pairs of a 10-symbol alphabet, a random choice of larger ones
    tails = np.stack(np.divmod(_choose(rng, symbols**2, 128), symbols))
    origins, held = chosen // symbols, chosen % symbols
    net_states, machine_states = table.states[:, origins], origins
    branch_steps = _branch_steps(columns // (2 * len(chosen) * tails.shape[1]))
    for step in range(1, HELD_STEPS + 1):
        net_states, machine_states, differ = product.step(net_states, machine_states, held)
        if differ.any():
            column = int(differ.argmax())
            return Comparison(_held_word(table, int(origins[column]), int(held[column]), step))
        wrong = _compare_on_tails(product, net_states, machine_states, tails) if step in branch_steps else None
        if wrong is not None:
            column, tail = wrong
            return Comparison((*_held_word(table, int(origins[column]), int(held[column]), step), *tail))
    longest = max(map(len, table.access_strings)) + max(branch_steps) + len(tails)
    return Comparison(None, len(branch_steps) * len(chosen) * tails.shape[1], longest)


def _compare_on_tails(
    product: Product, net_states: States, machine_states: NDArray[np.int64], tails: NDArray[np.int64]
) -> tuple[int, Word] | None:
    """The first column of states `[D, B]` that differs on one of the tails `[T, N]`, and that tail up to the difference."""
    count = tails.shape[1]
    net_states, machine_states = np.repeat(net_states, count, axis=1), np.repeat(machine_states, count)
    for t, symbols in enumerate(tails):
        repeated = np.tile(symbols, len(machine_states) // count)
        net_states, machine_states, differ = product.step(net_states, machine_states, repeated)
        if differ.any():
            column, tail = divmod(int(differ.argmax()), count)
            return column, _word(tails[: t + 1, tail])
    return None


def _held_word(table: ObservationTable, state: int, symbol: int, steps: int) -> Word:
    """The access string of a state, then `steps` repetitions of a symbol."""
    return (*table.access_strings[state], *[symbol] * steps)


def _branch_steps(count: int) -> set[int]:
    """The numbers of repetitions after which tails are tried: all if `count` allows, else about `count`, log-uniformly."""
    if count >= HELD_STEPS:
        return {*range(1, HELD_STEPS + 1)}
    return {int(step) for step in np.geomspace(1, HELD_STEPS, max(3, count)).round()}


def _choose(rng: np.random.Generator, count: int, most: int) -> NDArray[np.int64]:
    """All of 0 … count − 1, or a random choice of `most` of them, in order."""
    return np.arange(count) if count <= most else np.sort(rng.choice(count, most, replace=False))


def compare_on_random_words(table: ObservationTable, hypothesis: Machine, rng: np.random.Generator) -> Comparison:
    """`RANDOM_WORDS` words of `RANDOM_LENGTH` symbols, each from a random state of the table."""
    product, words = Product(table.net, hypothesis), random_words(rng, table.net.symbols)
    origins = rng.integers(len(table.access_strings), size=RANDOM_WORDS)
    net_states, machine_states = table.states[:, origins], origins
    for t, symbols in enumerate(words):
        net_states, machine_states, differ = product.step(net_states, machine_states, symbols)
        if differ.any():
            column = int(differ.argmax())
            return Comparison((*table.access_strings[int(origins[column])], *_word(words[: t + 1, column])))
    return Comparison(None, RANDOM_WORDS, max(map(len, table.access_strings)) + RANDOM_LENGTH)


def random_words(rng: np.random.Generator, symbols: int) -> NDArray[np.int64]:
    """Words as columns `[RANDOM_LENGTH, RANDOM_WORDS]`: a quarter for each of `STICKY`, every second one of two symbols only.

    Each word starts with a repeated symbol.
    """
    shape = RANDOM_LENGTH, RANDOM_WORDS
    pairs = rng.integers(symbols, size=(2, RANDOM_WORDS))
    words = np.where(
        np.arange(RANDOM_WORDS) % 2, rng.integers(symbols, size=shape), pairs[rng.integers(2, size=shape), np.arange(RANDOM_WORDS)]
    )
    repeats = rng.random(shape) < np.repeat(STICKY, RANDOM_WORDS // len(STICKY))
    # the first symbol is repeated up to 60 times; the number is drawn log-uniformly
    repeats |= np.arange(RANDOM_LENGTH)[:, None] < np.exp(rng.uniform(0, np.log(60), RANDOM_WORDS))
    for t in range(1, RANDOM_LENGTH):
        words[t] = np.where(repeats[t], words[t - 1], words[t])
    return words


def _word(symbols: NDArray[np.int64]) -> Word:
    return tuple(int(symbol) for symbol in symbols)
