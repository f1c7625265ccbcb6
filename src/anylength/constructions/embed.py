"""A constructed net inside a larger one: a start for training."""

import dataclasses

import numpy as np

from anylength.cells import Rnn
from anylength.errors import InputError
from anylength.nets import Net


def embedded(net: Net, hidden: int, rng: np.random.Generator, scale: float) -> Net:
    """The net with further units, whose weights and those of the read-out from them are normal with the deviation `scale`.

    The first units are those of the net, and what they see of the further units is small if the scale is. With a scale of 0 the
    answers are the net's.

    Args:
        net: A net of an `rnn` cell of one layer and one bias.
        hidden: The units of the new net.
        rng: Draws the weights.
        scale: The standard deviation; all weights from, to and between further units have it.

    Raises:
        InputError: The net is no such net, or has more units.
    """
    if not isinstance(net.cell, Rnn) or net.cell.bias_hh is not None:
        raise InputError("a net of an rnn cell with one bias", type(net.cell).__name__, "construct the net from its machine")
    if hidden < net.hidden:
        raise InputError(f"at least the net's {net.hidden:,} units", f"{hidden:,}", "ask for more units")
    cell = dataclasses.replace(
        net.cell,
        weight_ih=_grown(net.cell.weight_ih, (hidden, net.cell.weight_ih.shape[1]), rng, scale),
        weight_hh=_grown(net.cell.weight_hh, (hidden, hidden), rng, scale),
        bias=_grown(net.cell.bias, (hidden,), rng, scale),
    )
    return dataclasses.replace(net, cell=cell, weight=_grown(net.weight, (net.classes, hidden), rng, scale))


def _grown(tensor: np.ndarray, shape: tuple[int, ...], rng: np.random.Generator, scale: float) -> np.ndarray:
    """The tensor in the corner of a larger one that is drawn."""
    larger = (scale * rng.standard_normal(shape)).astype(np.float32)
    larger[tuple(slice(0, length) for length in tensor.shape)] = tensor
    return larger
