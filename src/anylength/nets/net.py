"""A net: one-hot encoding + cell + linear read-out. The one place where steps are batched and scanned over time.

The answer at each step is the argmax of the logits (the lowest class on a tie). States and logits are columns: `[D, B]`, `[C, B]`.
"""

import dataclasses
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Integer
from numpy.typing import NDArray

from anylength._types import Symbols, Tensor
from anylength.attention import AbstractContextNet, context_net_answers
from anylength.cells import AbstractCell
from anylength.errors import InputError
from anylength.nets.abstract import AbstractNet
from anylength.ops import Ops, jax_arrays
from anylength.pytrees import pytree

BATCH_WIDTH, BATCH_STEPS = 256, (64, 512)
"""Batches are run in blocks of so many columns and one of so many steps at a time: no length needs a compilation of its own."""

MEMORY_WIDTH = 50
"""Columns of a large batch that are run together where the cell has a memory, so that it stays in the processor's cache."""

MIN_MEMORY_STEPS, MAX_MEMORY_STEPS = 32, 1 << 14
"""Steps for which a memory is made deep enough, at the least and at the most."""

SINGLE_STEPS = (64, 8192)
"""A single sequence is run in pieces of these many steps."""


@pytree
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

    causal: ClassVar[bool] = True

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

    def configured_for(self, steps: int) -> "Net":
        """The net as it answers words of so many steps: see `AbstractCell.configured_for`."""
        return dataclasses.replace(self, cell=self.cell.configured_for(steps))

    def start(self, columns: int) -> Float[Array, "D B"]:
        """The start state, all zeros, for a batch."""
        return jnp.zeros((self.cell.state_size, columns), jnp.float32)

    def readout(self, state: Any, ops: Ops = jax_arrays) -> Any:
        """The logits `[C, B]` of a state `[D, B]`, both values of the vocabulary `ops`."""
        return ops.matmul(self.weight, state[: self.hidden]) + self.bias[:, None]

    def logits(
        self, symbols: Integer[Array, "T B"], lengths: Integer[Array, " B"] | None = None, key: Any = None
    ) -> Float[Array, "T C B"]:
        """The logits at every step from the start state; neither the lengths nor the key make a difference."""
        del lengths, key
        return logits(self, symbols)

    def outputs(self, symbols: Integer[Array, "T B"]) -> Integer[Array, "T B"]:
        """The answer at every step from the start state."""
        steps, columns = symbols.shape
        net = self.configured_for(steps)
        if self.cell.has_fixed_size_state or columns % MEMORY_WIDTH:
            return outputs_from(net, net.start(columns), symbols)[1]
        blocks = symbols.reshape(steps, -1, MEMORY_WIDTH).swapaxes(0, 1)
        outputs = lax.map(lambda block: outputs_from(net, net.start(MEMORY_WIDTH), block)[1], blocks)
        return outputs.swapaxes(0, 1).reshape(symbols.shape)


def encoded_alphabet(net: Net) -> NDArray[np.float64]:
    """All symbols as columns: `[E, A]` with one 1 per tape."""
    symbols = np.arange(net.base**net.tapes)
    columns = np.zeros((net.base * net.tapes, len(symbols)))
    for tape in range(net.tapes):
        columns[tape * net.base + symbols // net.base**tape % net.base, symbols] = 1.0
    return columns


def step(net: Net, state: Float[Array, "D B"], symbols: Integer[Array, " B"]) -> Float[Array, "D B"]:
    """One step of a batch."""
    return net.cell.step(jax_arrays, net.encode(symbols), state)


def logits_and_states(net: Net, symbols: Integer[Array, "T B"]) -> tuple[Float[Array, "T C B"], Float[Array, "T D B"]]:
    """The logits and the states at every step from the start state: the pass that training differentiates."""

    def advance(state: Array, encoded: Array) -> tuple[Array, tuple[Array, Array]]:
        state = net.cell.step(jax_arrays, encoded, state)
        return state, (net.readout(state), state)

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
        return state, jnp.argmax(net.readout(state), axis=0).astype(jnp.uint8)

    return lax.scan(advance, state, symbols)


_outputs_from = jax.jit(outputs_from)


def answers(net: AbstractNet, symbols: Symbols, lengths: np.ndarray | None = None) -> Symbols:
    """The net's answers on a batch of any shape: `[T, B]` symbols to `[T, B]` output classes.

    A recurrent net's memory beyond the digits themselves does not grow with T, and nothing is compiled per length. Not so where the
    cell itself has a memory: it gets as deep as the next power of two, and each step costs as much.

    Args:
        net: The net.
        symbols: The words.
        lengths: Steps of each word, its tail included, None for all T: they matter to nets that look ahead.

    Raises:
        InputError: A word too long for a net whose context or memory grows.
    """
    if isinstance(net, AbstractContextNet):
        return context_net_answers(net, symbols, lengths)
    if not isinstance(net, Net):
        raise TypeError(f"{type(net).__name__} is no net of ours")
    steps, width = symbols.shape
    if not net.cell.has_fixed_size_state:
        if steps > MAX_MEMORY_STEPS:
            remedy = "a cell with memory needs as much of it at every step: ask for less"
            raise InputError(f"a word of up to {MAX_MEMORY_STEPS:,} steps", f"{steps:,}", remedy)
        net = net.configured_for(max(MIN_MEMORY_STEPS, 1 << (steps - 1).bit_length()))
    if width == 1:
        return _run(net, symbols, 1, SINGLE_STEPS)
    blocks = np.split(symbols, range(BATCH_WIDTH, width, BATCH_WIDTH), axis=1)
    return np.concatenate([_run(net, block, BATCH_WIDTH, BATCH_STEPS) for block in blocks], axis=1)


def _run(net: Net, symbols: Symbols, width: int, sizes: tuple[int, ...]) -> Symbols:
    """Runs up to `width` columns in pieces of time: each as long as the largest of `sizes` of which at most half is padding."""
    steps, columns = symbols.shape
    net = net if isinstance(net.weight, jax.Array) else jax.device_put(net)
    state: Any = np.zeros((net.cell.state_size, width), np.float32)  # the start state, without a call of JAX
    out = np.empty((steps, columns), np.uint8)
    at = 0
    while at < steps:
        size = max((size for size in sizes if size <= 2 * (steps - at)), default=sizes[0])
        piece = symbols[at : at + size]
        taken = len(piece)
        if piece.shape != (size, width):
            piece = np.pad(piece, ((0, size - taken), (0, width - columns)))
        state, got = _outputs_from(net, state, piece)
        out[at : at + taken] = np.asarray(got)[:taken, :columns]
        at += size
    return out


@partial(jax.jit, static_argnames="steps")
def states_along(net: Net, symbol: int | Integer[Array, ""], steps: int) -> Float[Array, "T D"]:
    """The states from the start under one repeated symbol: row t is the state after t + 1 steps."""

    def advance(state: Array, _: None) -> tuple[Array, Array]:
        state = step(net, state, jnp.asarray([symbol]))
        return state, state[:, 0]

    return lax.scan(advance, net.start(1), None, length=steps)[1]
