"""Recurrent nets of one layer that read real vectors and answer with one number: rnn, gru and lstm, gates in ONNX's order.

A state is h, and (h, c) of an lstm. The gru resets the state before the recurrent matrix: ONNX's `linear_before_reset` is 0.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from anylength.streams.layers import Layer

Cell: TypeAlias = Literal["rnn", "gru", "lstm"]
CELLS: tuple[Cell, ...] = ("rnn", "gru", "lstm")
GATES: dict[Cell, int] = {"rnn": 1, "gru": 3, "lstm": 4}


class Net(NamedTuple):
    """Weights.

    Attributes:
        weight_ih: [gates * n, F].
        weight_hh: [gates * n, n].
        bias: [gates * n].
        read_out: [n]; the answer is read_out . h + offset.
        offset: [].
    """

    weight_ih: Array
    weight_hh: Array
    bias: Array
    read_out: Array
    offset: Array


def draw(cell: Cell, units: int, key: Array, *, scale: float = 1.0, inputs: int = 1) -> Net:
    """A fresh net. `scale` multiplies the recurrent weights; an lstm's forget biases are 1."""
    keys, rows = jax.random.split(key, 3), GATES[cell] * units
    bias = jnp.zeros(rows)
    return Net(
        weight_ih=0.7 * jax.random.normal(keys[0], (rows, inputs)),
        weight_hh=scale * jax.random.normal(keys[1], (rows, units)) / jnp.sqrt(units),
        bias=bias.at[2 * units : 3 * units].set(1.0) if cell == "lstm" else bias,
        read_out=jax.random.normal(keys[2], (units,)) / jnp.sqrt(units),
        offset=jnp.zeros(()),
    )


def start(cell: Cell, net: Net) -> Float[Array, " S"]:
    """The state after a reset."""
    units = net.weight_hh.shape[-1]
    return jnp.zeros(2 * units if cell == "lstm" else units)


def step(cell: Cell, net: Net, state: Float[Array, " S"], x: Float[Array, " F"]) -> Float[Array, " S"]:
    """One step."""
    units = net.weight_hh.shape[-1]
    hidden, fed = state[:units], net.weight_ih @ x + net.bias
    if cell == "rnn":
        return jnp.tanh(fed + net.weight_hh @ hidden)
    if cell == "gru":
        z, r = jnp.split(jax.nn.sigmoid(fed[: 2 * units] + net.weight_hh[: 2 * units] @ hidden), 2)
        new = jnp.tanh(fed[2 * units :] + net.weight_hh[2 * units :] @ (r * hidden))
        return (1 - z) * new + z * hidden
    i, o, f, g = jnp.split(fed + net.weight_hh @ hidden, 4)
    memory = jax.nn.sigmoid(f) * state[units:] + jax.nn.sigmoid(i) * jnp.tanh(g)
    return jnp.concatenate([jax.nn.sigmoid(o) * jnp.tanh(memory), memory])


def run(
    cell: Cell, net: Net, state: Float[Array, " S"], inputs: Float[Array, "T F"]
) -> tuple[Float[Array, " S"], Float[Array, " T"]]:
    """The last state and all answers along a stream."""

    def one(state: Array, x: Array) -> tuple[Array, Array]:
        state = step(cell, net, state, x)
        return state, net.read_out @ state[: net.weight_hh.shape[-1]] + net.offset

    return jax.lax.scan(one, state, inputs)


def batched_step(cell: Cell, net: Net) -> Callable[[Array, Array], tuple[Array, Array]]:
    """The step as `anylength.audit` takes it: (states [B, S], inputs [B, F]) → (new states [B, S], answers [B])."""
    return jax.jit(jax.vmap(lambda state, x: run(cell, net, state, x[None])))


def layer_of(cell: Cell, net: Net) -> Layer:
    """The net's layer, as audits and certificates take it."""
    units = net.weight_hh.shape[-1]
    memory = np.arange(units, 2 * units) if cell == "lstm" else np.zeros(0, int)
    weights = (np.asarray(tensor, np.float32) for tensor in (net.weight_ih, net.weight_hh, net.bias))
    return Layer(cell, *weights, hidden=np.arange(units), memory=memory, reads_features=True)
