"""A constructed net inside a larger one, or inside a gated cell: starts for training."""

import dataclasses
from typing import TypeGuard

import jax
import jax.numpy as jnp
import numpy as np

from anylength.base import InputError
from anylength.cells import CellKind, Gru, LayeredCell, Layers, Lstm, NamedCell, Rnn
from anylength.constructions.elman import GRID
from anylength.nets import Net
from anylength.ops.jax_arrays import jax_arrays

SATURATED = 12.0
"""Bias of a gate that is shut or open: σ(12) is 1 − 6·10⁻⁶. Gates then act like the recurrence of an rnn, up to float32's noise."""


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
    cell = _rnn_cell(net)
    if hidden < net.hidden:
        raise InputError(f"at least the net's {net.hidden:,} units", f"{hidden:,}", "ask for more units")
    cell = dataclasses.replace(
        cell,
        weight_ih=_grown(cell.weight_ih, (hidden, cell.weight_ih.shape[1]), rng, scale),
        weight_hh=_grown(cell.weight_hh, (hidden, hidden), rng, scale),
        bias=_grown(cell.bias, (hidden,), rng, scale),
    )
    return dataclasses.replace(net, cell=cell, weight=_grown(net.weight, (net.classes, hidden), rng, scale))


def holds_construction(kind: CellKind | None) -> TypeGuard[type[NamedCell]]:
    """Whether a constructed net can stand in a cell of this kind and be proved: one layer of an `rnn`, a GRU or an LSTM.

    A GRU whose reset gate acts before the matrix could answer, but its proof has boxes of h itself, and these forget that of all
    units for a state one is at +1.
    """
    return kind in (Rnn, Gru, Lstm)


def layers_in_gates(net: Net, kind: Layers) -> Net:
    """The net of layers of an `rnn` cell as one of layers of a GRU, with gates as in `in_gates`.

    Args:
        net: A net of layers of an `rnn` cell of one bias.
        kind: As many layers of a GRU. In an LSTM features would be smaller, so what the next layer reads would differ.

    Raises:
        InputError: The net or the kind is not of that sort.
    """
    if kind.kind is not Gru or not isinstance(net.cell, LayeredCell):
        raise InputError("layers of a GRU for layers of an rnn", kind.summary, "take --cell gru")
    layers = [in_gates(dataclasses.replace(net, cell=layer), Gru).cell for layer in net.cell.layers]
    return dataclasses.replace(net, cell=dataclasses.replace(net.cell, layers=tuple(layers), kind=kind))


def in_gates(net: Net, kind: type[NamedCell]) -> Net:
    """The net of an `rnn` cell as one of a gated cell. The gate that retains the state is shut, the others are open.

    Its weights are rounded to bfloat16.

    Args:
        net: A net of an `rnn` cell of one layer and one bias.
        kind: A kind that `holds_construction`.

    Raises:
        InputError: The net is no such net.
    """
    rnn = _rnn_cell(net)
    if kind is Rnn:
        return net
    hidden = rnn.hidden
    tensors = {name: np.zeros(shape, np.float32) for name, shape in kind.shapes(rnn.weight_ih.shape[1], hidden).items()}
    retention = kind.retention(hidden)
    assert retention is not None
    tensors["bias"][retention.rows] = -retention.sign * SATURATED
    for gate in kind.open_rows(hidden):
        tensors["bias"][gate] = SATURATED
    candidate = _candidate_rows(kind, hidden)
    largest = _largest_state(kind, candidate, tensors)
    tensors["weight_ih"][candidate], tensors["bias"][candidate] = rnn.weight_ih, rnn.bias
    tensors["weight_hh"][candidate] = rnn.weight_hh / largest
    return GRID.nearest_net(dataclasses.replace(net, cell=kind(**tensors), weight=np.float32(net.weight / largest)))


def _rnn_cell(net: Net) -> Rnn:
    """The cell of a net of an `rnn` cell of one layer and one bias."""
    if not isinstance(net.cell, Rnn) or net.cell.bias_hh is not None:
        raise InputError("a net of an rnn cell with one bias", type(net.cell).__name__, "construct the net from its machine")
    return net.cell


def _candidate_rows(kind: type[NamedCell], hidden: int) -> slice:
    """The H rows of `bias` that are no gate's."""
    retention = kind.retention(hidden)
    gates = [*kind.open_rows(hidden), *([] if retention is None else [retention.rows])]
    firsts = range(0, kind.shapes(1, hidden)["bias"][0], hidden)
    return next(rows for first in firsts if (rows := slice(first, first + hidden)) not in gates)


def _largest_state(kind: type[NamedCell], candidate: slice, tensors: dict[str, np.ndarray]) -> np.float32:
    """The entries of h after one step from 0 where the candidate is saturated: tanh(1) in an LSTM."""
    bias = tensors["bias"].copy()
    bias[candidate] = SATURATED
    cell = kind(**jax.tree.map(jnp.asarray, tensors | {"bias": bias}))
    symbol = jnp.zeros((tensors["weight_ih"].shape[1], 1))
    return np.float32(cell.step(jax_arrays, symbol, jnp.zeros((cell.state_size, 1)))[0, 0])


def _grown(tensor: np.ndarray, shape: tuple[int, ...], rng: np.random.Generator, scale: float) -> np.ndarray:
    """The tensor in the corner of a larger one that is drawn."""
    larger = (scale * rng.standard_normal(shape)).astype(np.float32)
    larger[tuple(slice(0, length) for length in tensor.shape)] = tensor
    return larger
