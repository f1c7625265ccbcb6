"""Whether rounding explains that a net and its original answer differently.

A net that keeps its states in place rounds by a millionth, and answers as its original does. One that stretches them may round by
more and more, and then answers differently now and then. The net's own rounding is measured: it runs in float32 and in float64.
"""

import jax
import numpy as np
from numpy.typing import NDArray

from anylength._types import Symbols
from anylength.nets import Net, encoded_alphabet
from anylength.ops import numpy_arrays

FACTOR = 1000
"""How many times the net's own rounding two logits may lie apart where the original answers differently.

Other runtimes have other orders of sums and other formulas for tanh. Their errors are of the same kind, not of the same size.
"""

LEAST = 1e-7
"""The least rounding error that is assumed, relative to the largest logit plus 1: about half a last bit of float32."""


def beyond_rounding(net: Net, words: Symbols, theirs: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Where an original answers differently, and no rounding explains it: `[T, B]`.

    A step at which the net's float32 logits are no numbers is explained: no proof covers such a net.

    Args:
        net: The net, of a state of fixed size.
        words: Words `[T, B]`.
        theirs: The original's output classes on them `[T, B]`; negative where its answer is left out.
    """
    single, precise = _logits(net, words, np.float32), _logits(net, words, np.float64)
    finite, answered = np.isfinite(single).all(axis=1) & np.isfinite(precise).all(axis=1), theirs >= 0
    chosen = np.take_along_axis(single, np.where(answered, theirs, 0)[:, None].astype(np.int64), axis=1)[:, 0]
    with np.errstate(invalid="ignore", over="ignore"):
        apart = single.max(axis=1) - chosen
        own = np.abs(single - precise).max(axis=1) + LEAST * (1 + np.abs(precise).max(axis=1))
    so_far = np.maximum.accumulate(np.where(finite, own, np.inf), axis=0)
    return answered & finite & (apart > FACTOR * so_far)


def _logits(net: Net, words: Symbols, number: type) -> NDArray[np.floating]:
    """The net's logits `[T, C, B]` in a number format."""
    stored = jax.tree.map(lambda leaf: np.asarray(leaf, number), net)
    alphabet = encoded_alphabet(net).astype(number)
    state, logits = stored.numpy_start(words.shape[1]), []
    with np.errstate(over="ignore", invalid="ignore"):
        for symbols in words:
            state = stored.cell.step(numpy_arrays, alphabet[:, symbols], state)
            logits.append(stored.readout(state, numpy_arrays))
    return np.stack(logits)
