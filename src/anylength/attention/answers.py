"""Answers of nets whose context grows: words of any lengths in padded blocks, compiled per power of two, padding masked."""

import jax
import numpy as np
from jaxtyping import Array, Integer

from anylength._types import Symbols
from anylength.attention.net import MAX_STEPS, AbstractContextNet
from anylength.errors import InputError

MIN_PADDED_STEPS = 16
"""The shortest padded word."""

MAX_COLUMNS, MAX_ALIGNMENT_ENTRIES = 256, 2**20
"""A block has at most so many columns, and at most so many entries in all its square alignments."""


@jax.jit
def _outputs(net: AbstractContextNet, symbols: Integer[Array, "T B"], lengths: Integer[Array, " B"]) -> Integer[Array, "T B"]:
    return net.logits(symbols, lengths).argmax(axis=1).astype(np.uint8)


def context_net_answers(net: AbstractContextNet, symbols: Symbols, lengths: np.ndarray | None = None) -> Symbols:
    """The answers on a batch: `[T, B]` symbols to `[T, B]` output classes, 0 beyond each word's own length.

    Args:
        net: The net.
        symbols: The words.
        lengths: Steps of each word, its tail included; None: all T.

    Raises:
        InputError: A word of more than `MAX_STEPS` steps.
    """
    steps, columns = symbols.shape
    lengths = np.full(columns, steps) if lengths is None else lengths
    longest = int(lengths.max(initial=0))
    if longest > MAX_STEPS:
        remedy = "its cost grows with the square of the length; ask for less"
        raise InputError(f"at most {MAX_STEPS - 1} digits for a net whose context grows", f"{longest - 1} digits", remedy)
    out, net = np.zeros((steps, columns), np.uint8), jax.device_put(net)
    sizes = np.maximum(MIN_PADDED_STEPS, 2 ** np.ceil(np.log2(np.maximum(lengths, 1))).astype(int))
    for size in np.unique(sizes).tolist():
        width = 1 if columns == 1 else max(1, min(MAX_COLUMNS, MAX_ALIGNMENT_ENTRIES // size**2))
        same = np.flatnonzero(sizes == size)
        for at in range(0, len(same), width):
            here = same[at : at + width]
            padded, own = np.zeros((size, width), symbols.dtype), np.full(width, size)
            own[: len(here)] = lengths[here]
            held = min(size, steps)
            padded[:held, : len(here)] = symbols[:held, here]
            found = np.asarray(_outputs(net, padded, own))[:held, : len(here)]
            out[:held, here] = np.where(np.arange(held)[:, None] < lengths[here], found, 0)
    return out
