"""The answers of a net, of any kind."""

import numpy as np

from anylength.base import OUTPUT, Symbols
from anylength.nets.abstract import AbstractNet
from anylength.nets.net import Net, encoded_alphabet
from anylength.ops.arrays import numpy_arrays


def answers(net: AbstractNet, symbols: Symbols, lengths: np.ndarray | None = None) -> Symbols:
    """The net's output classes `[T, B]` on a batch of words `[T, B]`.

    With a fixed-size state, no length needs its own compilation, and only the digits themselves take more memory. A cell with a
    memory gets room for the next power of two of the longest words that are run together, and each step's cost grows with it.

    Args:
        net: The net.
        symbols: The words.
        lengths: Number of steps of each word, its tail included; None means T for all. Nets that are not causal use it, and nets
            whose context or memory grows: their outputs beyond a word's length mean nothing.

    Raises:
        InputError: A word is too long for a net whose context or memory grows, or a net from elsewhere fails.
    """
    if isinstance(net, Net) and net.cell.has_fixed_size_state:
        # numpy takes some 15 to 50 microseconds a step; JAX alone takes a second to import
        if symbols.shape[1] == 1 and len(symbols) <= 4096:
            return _step_by_step(net, symbols[:, 0])[:, None]
        from anylength.nets.scan import answers_in_blocks

        return answers_in_blocks(net, symbols)
    if isinstance(net, Net):
        from anylength.nets.scan import answers_with_memory

        return answers_with_memory(net, symbols, np.full(symbols.shape[1], len(symbols)) if lengths is None else lengths)
    from anylength.attention import AbstractContextNet, context_net_answers
    from anylength.nets.foreign import AbstractForeignNet

    if isinstance(net, AbstractForeignNet):
        return net.answers(symbols, lengths)
    if not isinstance(net, AbstractContextNet):
        raise TypeError(f"expected a Net, an AbstractContextNet or an AbstractForeignNet, got {type(net).__name__}")
    return context_net_answers(net, symbols, lengths)


@np.errstate(all="ignore")  # a state may grow beyond float32
def _step_by_step(net: Net, word: Symbols) -> Symbols:
    """The output classes `[T]` on one word, by numpy."""
    codes = encoded_alphabet(net).astype(np.float32)
    state, outputs = net.numpy_start(1), np.empty(len(word), OUTPUT)
    for step, symbol in enumerate(word):
        state = net.cell.step(numpy_arrays, codes[:, symbol, None], state)
        outputs[step] = net.readout(state, numpy_arrays).argmax()
    return outputs
