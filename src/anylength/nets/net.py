"""A recurrent net: one-hot encoding, cell and linear read-out. Steps are scanned over time only here.

The output at each step is the argmax of the logits (the lowest class on a tie). States and logits are columns: `[D, B]`, `[C, B]`.
"""

import dataclasses
from dataclasses import dataclass, field
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Integer
from numpy.typing import NDArray

from anylength._types import OUTPUT, Symbols, Tensor
from anylength.attention import AbstractContextNet, context_net_answers
from anylength.cells import AbstractCell
from anylength.errors import InputError
from anylength.nets.abstract import AbstractNet
from anylength.nets.foreign import AbstractForeignNet
from anylength.ops import Ops, jax_arrays
from anylength.programs import Program
from anylength.pytrees import pytree
from anylength.records.record import short_repr

BATCH_WIDTH = 256
"""Columns of a compiled block. Narrower batches are padded, wider ones are split. A wider block wastes more on padding."""

BATCH_STEPS = (64, 512)
"""Steps of the two compiled block sizes of a batch. Fixed sizes mean that no word length needs its own compilation; the small one
keeps short words cheap, the large one saves calls."""

SINGLE_STEPS = (64, 8192)
"""Steps of the two compiled block sizes of a single word. The large one is larger than for batches, since a step costs less."""

MEMORY_WIDTH = 50
"""Columns that are run together in the evaluation of a cell with a memory: its state then fits the processor's cache."""

MIN_MEMORY_STEPS, MAX_MEMORY_STEPS = 32, 1 << 14
"""Range of the steps that a memory gets room for. The room is a power of two, so few sizes are compiled. The cost of a word grows
with the square of its length, hence the limit."""


@pytree
@dataclass(frozen=True)
class Net:
    """A recurrent transducer over digits.

    Attributes:
        cell: The recurrent cell with its weights.
        weight: Read-out weights `[C, F]` of the F = H features that the cell offers.
        bias: Read-out biases `[C]`.
        base: Number of values of a digit on one tape.
        tapes: Number of digits read at each step; E = base · tapes.
        least_margin: The lead of the right logit from which on the net that this one was read from answers rightly, too: a softmax
            at its end ties in float32 what leads by less. 0 for a net that returns its logits.
    """

    causal: ClassVar[bool] = True

    def __repr__(self) -> str:
        """The net's kind and size. Its tensors may be placeholders within JAX, so only their sizes are read."""
        sizes = {
            "parameters": sum(getattr(leaf, "size", 0) for leaf in jax.tree.leaves(self)),
            "base": self.base,
            "tapes": self.tapes,
        }
        return short_repr("Net", {"cell": type(self.cell).__name__, **sizes}.items())

    cell: AbstractCell
    weight: Tensor
    bias: Tensor
    base: int = field(metadata={"static": True})
    tapes: int = field(metadata={"static": True})
    least_margin: float = field(default=0.0, metadata={"static": True})

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
        """The number of parameters."""
        return sum(int(np.prod(leaf.shape)) for leaf in jax.tree.leaves(self))

    def encode(self, symbols: Integer[Array, "*T B"]) -> Float[Array, "*T E B"]:
        """The encoded symbols: one one-hot vector per tape, concatenated, as columns."""
        digits = [symbols // self.base**tape % self.base for tape in range(self.tapes)]
        return jnp.concatenate([jax.nn.one_hot(digit, self.base, axis=-2) for digit in digits], axis=-2)

    def configured_for(self, steps: int) -> "Net":
        """The net as it answers words of `steps` steps: see `AbstractCell.configured_for`."""
        return dataclasses.replace(self, cell=self.cell.configured_for(steps))

    @property
    def program(self) -> Program:
        """The step program: cell and read-out."""
        return self.cell.program(self.classes)

    def start(self, columns: int) -> Float[Array, "D B"]:
        """The start state for a batch."""
        start = self.cell.start_state()
        zeros = jnp.zeros((self.cell.state_size, columns), jnp.float32)
        return zeros if start is None else zeros + start[:, None]

    def numpy_start(self, columns: int) -> NDArray[Any]:
        """The start state for a batch, of the weights' type and without a call to JAX."""
        start = self.cell.start_state()
        zeros = np.zeros((self.cell.state_size, columns), self.weight.dtype)
        return zeros if start is None else zeros + np.asarray(start)[:, None]

    def readout(self, state: Any, ops: Ops = jax_arrays) -> Any:
        """The logits `[C, B]` of a state `[D, B]`, both values of the interpreter `ops`."""
        return ops.matmul(self.weight, self.cell.features(ops, state)) + self.bias[:, None]

    def logits(
        self, symbols: Integer[Array, "T B"], lengths: Integer[Array, " B"] | None = None, key: Any = None
    ) -> Float[Array, "T C B"]:
        """The logits at every step from the start state. The net is causal and deterministic, so it ignores `lengths` and `key`."""
        del lengths, key
        return logits(self, symbols)

    def outputs(self, symbols: Integer[Array, "T B"]) -> Integer[Array, "T B"]:
        """The output class at every step from the start state."""
        steps, columns = symbols.shape
        net = self.configured_for(steps)
        if self.cell.has_fixed_size_state or columns % MEMORY_WIDTH:
            return outputs_from(net, net.start(columns), symbols)[1]
        blocks = symbols.reshape(steps, -1, MEMORY_WIDTH).swapaxes(0, 1)
        outputs = lax.map(lambda block: outputs_from(net, net.start(MEMORY_WIDTH), block)[1], blocks)
        return outputs.swapaxes(0, 1).reshape(symbols.shape)


def encoded_alphabet(net: Net) -> NDArray[np.float64]:
    """The one-hot codes of all symbols as columns `[E, A]`: one 1 per tape in each column."""
    symbols = np.arange(net.base**net.tapes)
    columns = np.zeros((net.base * net.tapes, len(symbols)))
    for tape in range(net.tapes):
        columns[tape * net.base + symbols // net.base**tape % net.base, symbols] = 1.0
    return columns


def step(net: Net, state: Float[Array, "D B"], symbols: Integer[Array, " B"]) -> Float[Array, "D B"]:
    """The states after one step of a batch."""
    return net.cell.step(jax_arrays, net.encode(symbols), state)


def logits_and_states(net: Net, symbols: Integer[Array, "T B"]) -> tuple[Float[Array, "T C B"], Float[Array, "T D B"]]:
    """The logits and the states at every step from the start state. Training differentiates this function."""

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
    """The state after the symbols, and the output class at every step."""

    def advance(state: Array, symbol: Array) -> tuple[Array, Array]:
        state = step(net, state, symbol)
        return state, jnp.argmax(net.readout(state), axis=0).astype(OUTPUT)

    return lax.scan(advance, state, symbols)


_outputs_from = jax.jit(outputs_from)


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
    if isinstance(net, AbstractForeignNet):
        return net.answers(symbols, lengths)
    if isinstance(net, AbstractContextNet):
        return context_net_answers(net, symbols, lengths)
    if not isinstance(net, Net):
        raise TypeError(f"expected a Net, an AbstractContextNet or an AbstractForeignNet, got {type(net).__name__}")
    if not net.cell.has_fixed_size_state:
        return _answers_with_memory(net, symbols, np.full(symbols.shape[1], len(symbols)) if lengths is None else lengths)
    width = symbols.shape[1]
    if width == 1:
        return _run(net, symbols, 1, SINGLE_STEPS)
    blocks = np.split(symbols, range(BATCH_WIDTH, width, BATCH_WIDTH), axis=1)
    return np.concatenate([_run(net, block, BATCH_WIDTH, BATCH_STEPS) for block in blocks], axis=1)


def _answers_with_memory(net: Net, symbols: Symbols, lengths: np.ndarray) -> Symbols:
    """`answers` of a cell with a memory. Words of similar length run together, in `MEMORY_WIDTH` columns."""
    if len(symbols) > MAX_MEMORY_STEPS:
        remedy = "the cost of a cell with a memory grows with the square of the length; use a shorter word"
        raise InputError(f"a word of up to {MAX_MEMORY_STEPS:,} steps", f"{len(symbols):,}", remedy)
    outputs, by_length = np.zeros(symbols.shape, OUTPUT), np.argsort(lengths, kind="stable")
    for first in range(0, len(by_length), MEMORY_WIDTH):
        words = by_length[first : first + MEMORY_WIDTH]
        steps = max(1, int(lengths[words[-1]]))
        roomy = net.configured_for(max(MIN_MEMORY_STEPS, 1 << (steps - 1).bit_length()))
        width, block_steps = (1, SINGLE_STEPS) if symbols.shape[1] == 1 else (MEMORY_WIDTH, BATCH_STEPS)
        outputs[:steps, words] = _run(roomy, symbols[:steps, words], width, block_steps)
    return outputs


def _run(net: Net, symbols: Symbols, width: int, block_steps: tuple[int, ...]) -> Symbols:
    """The output classes `[T, B]` of at most `width` words, computed block by block over time.

    Each block has the largest of the sizes `block_steps` of which at most half is padding.
    """
    steps, columns = symbols.shape
    net = net if isinstance(net.weight, jax.Array) else jax.device_put(net)
    state: Any = net.numpy_start(width)
    outputs = np.empty((steps, columns), OUTPUT)
    position = 0
    while position < steps:
        remaining = steps - position
        size = max((size for size in block_steps if size <= 2 * remaining), default=block_steps[0])
        block = symbols[position : position + size]
        block_length = len(block)
        if block.shape != (size, width):
            block = np.pad(block, ((0, size - block_length), (0, width - columns)))
        state, block_outputs = _outputs_from(net, state, block)
        outputs[position : position + block_length] = np.asarray(block_outputs)[:block_length, :columns]
        position += size
    return outputs
