"""How far rounding alone may carry the answers of a net and its original apart.

A net that keeps its states in place rounds by a millionth, and answers as its original does. One that stretches them may round by
more and more, and then answers differently now and then. The net's own rounding is measured: it runs in float32 and in float64.
All errors are relative to the terms of a logit, so logits of any scale are compared alike.
"""

from dataclasses import dataclass

import jax
import numpy as np
from numpy.typing import NDArray

from anylength.base import Symbols
from anylength.interchange.heads import Head
from anylength.nets import Net, encoded_alphabet
from anylength.ops.arrays import numpy_arrays

FACTOR = 1000
"""How many times the net's own rounding an original's answers may lie apart.

Other runtimes have other orders of sums and other formulas for tanh. Their errors are of the same kind, not of the same size.
"""

LEAST = 1e-7
"""The least rounding error that is assumed, relative to the terms of a logit: about half a last bit of float32."""

SMALLEST_NORMAL = 2.0**-126
"""The smallest normal float32 number: smaller ones may be flushed to zero."""

CHUNK = 500
"""Words that run side by side: their values stay in the processor's cache."""

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Measured:
    """A net's logits in two number formats.

    Attributes:
        single: In float32, `[T, B, C]`.
        precise: In float64, `[T, B, C]`.
        size: Σ|w·f| + |b| of each logit, in float64, `[T, B, C]`.
    """

    single: Floats
    precise: Floats
    size: Floats

    def rounding(self, head: Head) -> Floats:
        """The net's own rounding in what a head returns, the largest up to each step: `[T, B]`. Infinite from an overflow on."""
        finite = np.isfinite(self.single).all(axis=2) & np.isfinite(self.precise).all(axis=2)
        with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
            single, precise = head.of_logits(self.single), head.of_logits(self.precise)
            own = np.abs(single - precise).max(axis=2)
            least = LEAST * (2 * self.size.max(axis=2) + np.abs(precise).max(axis=2)) + SMALLEST_NORMAL
        return np.maximum.accumulate(np.where(finite & np.isfinite(own), own + least, np.inf), axis=0)


def measure(net: Net, words: Symbols) -> Measured:
    """Runs a net of a state of fixed size on words `[T, B]`."""
    single, (precise, size) = logits_of(net, words), _logits_and_sizes(net, words, np.float64)
    return Measured(single, precise, size)


def logits_of(net: Net, words: Symbols) -> NDArray[np.float32]:
    """The net's float32 logits `[T, B, C]`, by numpy."""
    chunks = [words[:, first : first + CHUNK] for first in range(0, words.shape[1], CHUNK)]
    return np.concatenate([_logits_and_sizes(net, chunk, np.float32)[0] for chunk in chunks], axis=1)


def beyond_rounding(net: Net, words: Symbols, theirs: NDArray[np.integer], head: Head) -> NDArray[np.bool_]:
    """Where an original answers differently, and no rounding explains it: `[T, B]`.

    A step at which the net's float32 logits are no numbers is explained: no proof covers such a net.

    Args:
        net: The net, of a state of fixed size.
        words: Words `[T, B]`.
        theirs: The original's output classes on them `[T, B]`; negative where its answer is left out.
        head: What the original returns.
    """
    measured, answered = measure(net, words), theirs >= 0
    with np.errstate(invalid="ignore", over="ignore"):
        apart = head.margin(head.of_logits(measured.single), np.where(answered, theirs, 0))
    return answered & (apart > FACTOR * measured.rounding(head))


def _logits_and_sizes(net: Net, words: Symbols, number: type) -> tuple[Floats, Floats]:
    """The net's logits `[T, B, C]` in a number format, and Σ|w·f| + |b| of each."""
    stored = jax.tree.map(lambda leaf: np.asarray(leaf, number), net)
    alphabet = encoded_alphabet(net).astype(number)
    state, logits, sizes = stored.numpy_start(words.shape[1]), [], []
    with np.errstate(over="ignore", invalid="ignore"):
        for symbols in words:
            state = stored.cell.step(numpy_arrays, alphabet[:, symbols], state)
            features = stored.cell.features(numpy_arrays, state)
            logits.append((stored.weight @ features + stored.bias[:, None]).T)
            if number is np.float64:
                sizes.append((np.abs(stored.weight) @ np.abs(features) + np.abs(stored.bias)[:, None]).T)
    return np.stack(logits), np.stack(sizes) if sizes else np.zeros(())
