"""A net: one-hot encoding + cell + linear read-out. The one place where steps are batched and scanned over time.

The answer at each step is the argmax of the logits (the lowest class on a tie). States and logits are columns: `[D, B]`, `[C, B]`.
"""

from dataclasses import dataclass, field
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Integer

from anylength._types import Symbols, Tensor
from anylength.cells import AbstractCell, Vocabulary, over_arrays

BATCH_WIDTH, BATCH_STEPS = 256, 64
"""Batches are run in blocks of so many columns and so many steps at a time: no length needs a compilation of its own."""

SINGLE_STEPS = (64, 8192)
"""A single sequence is run in pieces of these many steps."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Net:
    """A recurrent transducer over digits.

    Attributes:
        cell: The recurrent equations with their weights.
        weight: Read-out weights `[C, H]`.
        bias: Read-out biases `[C]`.
        base: Digits of the alphabet.
        tapes: Numbers read side by side; E = base · tapes.
    """

    cell: AbstractCell
    weight: Tensor
    bias: Tensor
    base: int = field(metadata={"static": True})
    tapes: int = field(metadata={"static": True})

    @property
    def hidden(self) -> int:
        """H, the number of hidden units."""
        return self.weight.shape[-1]

    @property
    def classes(self) -> int:
        """C, the number of output classes."""
        return self.weight.shape[-2]

    @property
    def parameters(self) -> int:
        """How many numbers the net consists of."""
        return sum(int(np.prod(leaf.shape)) for leaf in jax.tree.leaves(self))

    def encode(self, symbols: Integer[Array, "*T B"]) -> Float[Array, "*T E B"]:
        """One one-hot vector per tape, concatenated, as columns."""
        digits = [symbols // self.base**tape % self.base for tape in range(self.tapes)]
        return jnp.concatenate([jax.nn.one_hot(digit, self.base, axis=-2) for digit in digits], axis=-2)

    def start(self, columns: int) -> Float[Array, "D B"]:
        """The start state, all zeros, for a batch."""
        return jnp.zeros((self.cell.state_size, columns), jnp.float32)

    def read(self, state: Any, ops: Vocabulary = over_arrays) -> Any:
        """The logits `[C, B]` of a state `[D, B]`, both values of the vocabulary `ops`."""
        return ops.matmul(self.weight, state[: self.hidden]) + self.bias[:, None]


def step(net: Net, state: Float[Array, "D B"], symbols: Integer[Array, " B"]) -> Float[Array, "D B"]:
    """One step of a batch."""
    return net.cell.step(over_arrays, net.encode(symbols), state)


def logits_and_states(net: Net, symbols: Integer[Array, "T B"]) -> tuple[Float[Array, "T C B"], Float[Array, "T D B"]]:
    """The logits and the states at every step from the start state: the pass that training differentiates."""

    def advance(state: Array, encoded: Array) -> tuple[Array, tuple[Array, Array]]:
        state = net.cell.step(over_arrays, encoded, state)
        return state, (net.read(state), state)

    return lax.scan(advance, net.start(symbols.shape[1]), net.encode(symbols))[1]


def logits(net: Net, symbols: Integer[Array, "T B"]) -> Float[Array, "T C B"]:
    """The logits at every step from the start state."""
    return logits_and_states(net, symbols)[0]


def outputs_from(
    net: Net, state: Float[Array, "D B"], symbols: Integer[Array, "T B"]
) -> tuple[Float[Array, "D B"], Integer[Array, "T B"]]:
    """The state after the symbols, and the answer (output class) at every step."""

    def advance(state: Array, symbol: Array) -> tuple[Array, Array]:
        state = step(net, state, symbol)
        return state, jnp.argmax(net.read(state), axis=0).astype(jnp.uint8)

    return lax.scan(advance, state, symbols)


_outputs_from = jax.jit(outputs_from)


def answers(net: Net, symbols: Symbols) -> Symbols:
    """The net's answers on a batch of any shape: `[T, B]` symbols to `[T, B]` output classes.

    Memory beyond the digits themselves does not grow with T; nothing is compiled per length.
    """
    width = symbols.shape[1]
    if width == 1:
        return _run(net, symbols, 1, SINGLE_STEPS)
    blocks = np.split(symbols, range(BATCH_WIDTH, width, BATCH_WIDTH), axis=1)
    return np.concatenate([_run(net, block, BATCH_WIDTH, (BATCH_STEPS,)) for block in blocks], axis=1)


def _run(net: Net, symbols: Symbols, width: int, sizes: tuple[int, ...]) -> Symbols:
    """Runs up to `width` columns in pieces of time, each padded to the smallest of `sizes` that holds it."""
    steps, columns = symbols.shape
    net, state = jax.device_put(net), net.start(width)
    out = np.empty((steps, columns), np.uint8)
    at = 0
    while at < steps:
        size = next((size for size in sizes if steps - at <= size), sizes[-1])
        piece = symbols[at : at + size]
        padded = np.zeros((size, width), symbols.dtype)
        padded[: len(piece), :columns] = piece
        state, got = _outputs_from(net, state, padded)
        out[at : at + len(piece)] = np.asarray(got)[: len(piece), :columns]
        at += size
    return out


@partial(jax.jit, static_argnames="steps")
def states_along(net: Net, symbol: int | Integer[Array, ""], steps: int) -> Float[Array, "T D"]:
    """The states from the start under one repeated symbol: row t is the state after t + 1 steps."""

    def advance(state: Array, _: None) -> tuple[Array, Array]:
        state = step(net, state, jnp.asarray([symbol]))
        return state, state[:, 0]

    return lax.scan(advance, net.start(1), None, length=steps)[1]
