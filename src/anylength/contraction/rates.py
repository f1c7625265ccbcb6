"""How fast two runs of a net come together, for every stream of inputs in a box: bounds in float32, which training can follow.

The equations are explained where they are decided, in `anylength_check.forgetting`. Let S be a box of states and d > 0. `changes`
bounds how much the next state changes where the state changes by at most d. It is monotone in d and of degree one. So max changes /
d is a rate for any d, and iteration finds the best d, as for the largest eigenvalue of a positive matrix.
"""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax.nn import sigmoid
from jaxtyping import Array, Float

from anylength.contraction.nets import Cell, Net

SLACK = 1e-5
"""Boxes and rates are taken this much larger than float32 says; its errors here are some 1e-6."""

IMAGES = 40
"""Images of the box, each within the one before."""

NORM_STEPS = 300
"""Iterations towards the best norm."""


class Box(NamedTuple):
    """Ranges of numbers."""

    low: Array
    high: Array

    @property
    def most(self) -> Array:
        """The largest magnitude of each."""
        return jnp.maximum(-self.low, self.high)


class Contraction(NamedTuple):
    """A box of states that is never left, a norm of states, and the rate at which a step contracts; a proof only where rate < 1."""

    box: Box
    norm: Float[Array, " S"]
    rate: Float[Array, ""]

    def steps(self, read_out: Array, apart: float) -> Array:
        """Steps until the answers of any two runs differ by at most `apart`."""
        return jnp.ceil(jnp.log(apart / self.answers(read_out)) / jnp.log(self.rate))

    def answers(self, read_out: Array) -> Array:
        """How far the answers of two states of the box are apart at most."""
        width = ((self.box.high - self.box.low) / self.norm).max()
        return width * (jnp.abs(read_out) @ self.norm[: read_out.shape[0]])


@partial(jax.jit, static_argnums=0)
def contraction(cell: Cell, net: Net, inputs: Box) -> Contraction:
    """The best that is found for a net and a box of inputs [F]."""
    box = kept_box(cell, net, inputs)

    def towards(_: Array, norm: Array) -> Array:
        after = changes(cell, net, inputs, box, norm)
        return 0.5 * norm / norm.max() + 0.5 * after / after.max() + 1e-6

    norm = jax.lax.fori_loop(0, NORM_STEPS, towards, jnp.ones_like(box.low))
    return Contraction(box, norm, (changes(cell, net, inputs, box, norm) / norm).max() * (1 + SLACK))


def kept_box(cell: Cell, net: Net, inputs: Box, images: int = IMAGES) -> Box:
    """A box that no run leaves and that holds the reset state.

    If S is one, then any smaller box within S that holds 0 and the image of S is one again.
    """
    units = net.weight_hh.shape[1]
    most = jnp.ones(units)
    if cell == "lstm":
        i, _, f, g = _before(net, inputs, Box(-most, most), 4)
        memory = sigmoid(i.high) * jnp.tanh(g.most) / (1 - sigmoid(f.high))
        most = jnp.concatenate([most, memory * (1 + 10 * SLACK)])

    def smaller(_: Array, box: Box) -> Box:
        after, _ = step_bounds(cell, net, inputs, box, jnp.ones_like(most))
        low, high = jnp.minimum(after.low - SLACK, 0), jnp.maximum(after.high + SLACK, 0)
        return Box(jnp.maximum(box.low, low), jnp.minimum(box.high, high))

    return jax.lax.fori_loop(0, images, smaller, Box(-most, most))


def changes(cell: Cell, net: Net, inputs: Box, box: Box, norm: Array) -> Float[Array, " S"]:
    """How much the numbers of the state change in a step, at most, where they change by at most `norm`."""
    return step_bounds(cell, net, inputs, box, norm)[1]


def step_bounds(cell: Cell, net: Net, inputs: Box, box: Box, norm: Array) -> tuple[Box, Float[Array, " S"]]:
    """The image of a box of states, and `changes`."""
    return {"rnn": _rnn, "gru": _gru, "lstm": _lstm}[cell](net, inputs, box, norm)


def _rnn(net: Net, inputs: Box, box: Box, norm: Array) -> tuple[Box, Array]:
    (before,) = _before(net, inputs, box, 1)
    return _tanh(before), _slope(before) * (jnp.abs(net.weight_hh) @ norm)


def _gru(net: Net, inputs: Box, box: Box, norm: Array) -> tuple[Box, Array]:
    n = net.weight_hh.shape[1]
    z, r = (_sigmoid(gate) for gate in _before(net, inputs, box, 3)[:2])
    z_moved, r_moved = (jnp.abs(net.weight_hh[at : at + n]) @ norm for at in (0, n))
    reset_change = peak(r, jnp.zeros(n), norm, box.most * r_moved)
    before = _before(net, inputs, _product(r, box), 3)[2]
    new = _tanh(before)
    low = jnp.minimum(*(q * box.low + (1 - q) * new.low for q in z))
    high = jnp.maximum(*(q * box.high + (1 - q) * new.high for q in z))
    distance = jnp.maximum(box.high - new.low, new.high - box.low)
    moved = _slope(before) * (jnp.abs(net.weight_hh[2 * n :]) @ reset_change)
    return Box(low, high), peak(z, moved, norm, distance * z_moved)


def _lstm(net: Net, inputs: Box, box: Box, norm: Array) -> tuple[Box, Array]:
    n = net.weight_hh.shape[1]
    memory = Box(box.low[n:], box.high[n:])
    before = _before(net, inputs, Box(box.low[:n], box.high[:n]), 4)
    moved = jnp.split(jnp.abs(net.weight_hh) @ norm[:n], 4)
    i, o, f = (_sigmoid(gate) for gate in before[:3])
    g, nothing = _tanh(before[3]), jnp.zeros(n)
    after = Box(*map(jnp.add, _product(f, memory), _product(i, g)))
    change = peak(f, nothing, norm[n:], memory.most * moved[2]) + peak(i, nothing, _slope(before[3]) * moved[3], g.most * moved[0])
    hidden = _product(o, _tanh(after))
    hidden_change = peak(o, nothing, _slope(after) * change, _tanh(after).most * moved[1])
    return Box(*map(lambda a, b: jnp.concatenate([a, b]), hidden, after)), jnp.concatenate([hidden_change, change])


def peak(q: Box, at_0: Array, at_1: Array, bow: Array) -> Array:
    """The largest at_0 (1 - q) + at_1 q + bow q (1 - q), for bow >= 0."""
    top = jnp.clip(0.5 * (at_1 - at_0) / (bow + 1e-9) + 0.5, q.low, q.high)
    values = [at_0 * (1 - at) + at_1 * at + bow * at * (1 - at) for at in (top, q.low, q.high)]
    return jnp.maximum(values[0], jnp.maximum(values[1], values[2]))


def _before(net: Net, inputs: Box, hidden: Box, gates: int) -> list[Box]:
    """The ranges of the gates' pre-activations."""
    fed, kept = _affine(net.weight_ih, inputs), _affine(net.weight_hh, hidden)
    return [Box(*ends) for ends in zip(*(jnp.split(a + b + net.bias, gates) for a, b in zip(fed, kept, strict=True)), strict=True)]


def _affine(matrix: Array, box: Box) -> Box:
    positive, negative = jnp.maximum(matrix, 0), jnp.minimum(matrix, 0)
    return Box(positive @ box.low + negative @ box.high, positive @ box.high + negative @ box.low)


def _product(gate: Box, box: Box) -> Box:
    """The products of a gate in [0, 1] and a range."""
    return Box(jnp.minimum(gate.low * box.low, gate.high * box.low), jnp.maximum(gate.low * box.high, gate.high * box.high))


def _tanh(box: Box) -> Box:
    return Box(jnp.tanh(box.low), jnp.tanh(box.high))


def _sigmoid(box: Box) -> Box:
    return Box(sigmoid(box.low), sigmoid(box.high))


def _slope(box: Box) -> Array:
    """The largest slope of tanh."""
    return 1 - jnp.tanh(jnp.clip(0.0, box.low, box.high)) ** 2
