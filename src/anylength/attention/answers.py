"""Answers of nets with a growing context, computed in padded blocks.

Words are padded to powers of two of their lengths, so few sizes are compiled. Padding is masked and changes no answer.
"""

import jax
import numpy as np
from jaxtyping import Array, Integer

from anylength.attention.net import MAX_STEPS, AbstractContextNet
from anylength.base import OUTPUT, InputError, Symbols

MAX_COLUMNS = 256
"""Most words in a block."""

MAX_ALIGNMENT_ENTRIES = 2**20
"""Most entries in all square alignments (T × T per word) of a block: 4 MiB in float32. It bounds memory for long words."""


@jax.jit
def _outputs(net: AbstractContextNet, symbols: Integer[Array, "T B"], lengths: Integer[Array, " B"]) -> Integer[Array, "T B"]:
    return net.logits(symbols, lengths).argmax(axis=1).astype(OUTPUT)


def context_net_answers(net: AbstractContextNet, symbols: Symbols, lengths: np.ndarray | None = None) -> Symbols:
    """The output classes `[T, B]` on a batch of words `[T, B]`; 0 beyond the length of each word.

    Args:
        net: The net.
        symbols: The words.
        lengths: Number of steps of each word, its tail included; None means T for all.

    Raises:
        InputError: A word has more than `MAX_STEPS` steps.
    """
    steps, columns = symbols.shape
    lengths = np.full(columns, steps) if lengths is None else lengths
    longest = int(lengths.max(initial=0))
    if longest > MAX_STEPS:
        remedy = "the cost grows with the square of the length; use shorter numbers"
        raise InputError(f"at most {MAX_STEPS - 1} digits for a net whose context grows", f"{longest - 1} digits", remedy)
    net = jax.device_put(net)
    outputs = np.zeros((steps, columns), OUTPUT)
    # shorter sizes than 16 would save little time and cost compilations
    padded_steps = np.maximum(16, 2 ** np.ceil(np.log2(np.maximum(lengths, 1))).astype(int))
    for size in np.unique(padded_steps).tolist():
        width = 1 if columns == 1 else max(1, min(MAX_COLUMNS, MAX_ALIGNMENT_ENTRIES // size**2))
        of_this_size = np.flatnonzero(padded_steps == size)
        for start in range(0, len(of_this_size), width):
            block = of_this_size[start : start + width]
            block_outputs = _block_outputs(net, symbols[:, block], lengths[block], (size, width))
            outputs[: len(block_outputs), block] = block_outputs
    return outputs


def _block_outputs(net: AbstractContextNet, symbols: Symbols, lengths: np.ndarray, padded_shape: tuple[int, int]) -> Symbols:
    """The output classes of one block, computed at the padded shape; 0 beyond the length of each word."""
    size, width = padded_shape
    columns = len(lengths)
    steps = min(size, len(symbols))
    padded_symbols = np.zeros(padded_shape, symbols.dtype)
    padded_symbols[:steps, :columns] = symbols[:steps]
    padded_lengths = np.full(width, size)
    padded_lengths[:columns] = lengths
    outputs = np.asarray(_outputs(net, padded_symbols, padded_lengths))[:steps, :columns]
    return np.where(np.arange(steps)[:, None] < lengths, outputs, 0)
