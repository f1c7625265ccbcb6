"""A guess of where the values of a step lie, from random words: the untrusted start of the search for a proof of a number format.

The rounding errors of some operations (exponentials, normalisation, divisions) depend on the ranges of their arguments, and those
on the cover that has yet to be found.
"""

import numpy as np
from numpy.typing import NDArray

from anylength.nets import Net, encoded_alphabet
from anylength.ops.arrays import numpy_arrays
from anylength.ops.intervals import Interval
from anylength.programs import run
from anylength.verification.certify import Ranges

WORDS = 64
"""Random words, of as many steps: a trained net has then been in all of its typical states."""

MOST_COLUMNS = 20_000
"""Most pairs of a state and a symbol that are sampled. More sharpen the guess little."""

WIDENED = 0.25
"""Sampled ranges are widened on both sides by this fraction of their width: boxes hold more than samples do."""


def sampled_ranges(net: Net) -> Ranges:
    """The guess. It draws from a fixed seed, so the same net has the same guess."""
    with np.errstate(all="ignore"):
        rng, alphabet = np.random.default_rng(0), encoded_alphabet(net)
        states = _states(net, alphabet, rng)
        symbols = alphabet.shape[1]
        kept = states[:, rng.choice(states.shape[1], min(states.shape[1], max(1, MOST_COLUMNS // symbols)), replace=False)]
        columns = np.repeat(kept, symbols, axis=1), np.tile(alphabet, (1, kept.shape[1]))
        tensors = {name: np.asarray(value, np.float64) for name, value in net.cell.named_tensors().items()}
        step = run(net.program.step, numpy_arrays, tensors, {"symbol": columns[1], "state": columns[0]})
        answer = run(net.program.answer, numpy_arrays, tensors, {"symbol": columns[1], "state": step[len(net.program.step) - 1]})
    sampled = Ranges(_hull(states[:, :, None]), _hulls(step, symbols), _hulls(answer, symbols))
    return sampled.grown(WIDENED)


def _states(net: Net, alphabet: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """States `[D, K]` along random words, the start state among them."""
    state = net.numpy_start(WORDS).astype(np.float64)
    states = [state[:, :1]]
    for _ in range(WORDS):
        drawn = rng.integers(0, alphabet.shape[1], WORDS)
        state = net.cell.step(numpy_arrays, alphabet[:, drawn], state)
        states.append(state)
    return np.concatenate(states, axis=1)


def _hulls(values: dict[int, NDArray[np.floating]], symbols: int) -> dict[int, Interval]:
    """The hull over sampled states of each value `[rows, K·A]` that has a column for each: `[rows, A]`."""
    several = {number: np.asarray(value, np.float64) for number, value in values.items() if value.shape[1] > 1}
    return {number: _hull(value.reshape(len(value), -1, symbols)) for number, value in several.items()}


def _hull(values: NDArray[np.float64]) -> Interval:
    """The range over the middle axis."""
    return Interval(values.min(axis=1), values.max(axis=1))
