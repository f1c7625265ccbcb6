"""Recurrent nets over time, by JAX. Steps are scanned only here."""

from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Integer

from anylength.base import OUTPUT, InputError, Symbols
from anylength.ops.jax_arrays import jax_arrays

Net: TypeAlias = Any
"""A `Net`, whose module imports this one."""

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


def outputs(net: Net, symbols: Integer[Array, "T B"]) -> Integer[Array, "T B"]:
    """The output class at every step from the start state."""
    steps, columns = symbols.shape
    net = net.configured_for(steps)
    if net.cell.has_fixed_size_state or columns % MEMORY_WIDTH:
        return outputs_from(net, net.start(columns), symbols)[1]
    blocks = symbols.reshape(steps, -1, MEMORY_WIDTH).swapaxes(0, 1)
    outputs = lax.map(lambda block: outputs_from(net, net.start(MEMORY_WIDTH), block)[1], blocks)
    return outputs.swapaxes(0, 1).reshape(symbols.shape)


_outputs_from = jax.jit(outputs_from)


def answers_in_blocks(net: Net, symbols: Symbols) -> Symbols:
    """`answers` of a cell whose state has a fixed size."""
    width = symbols.shape[1]
    if width == 1:
        return _run(net, symbols, 1, SINGLE_STEPS)
    blocks = np.split(symbols, range(BATCH_WIDTH, width, BATCH_WIDTH), axis=1)
    return np.concatenate([_run(net, block, BATCH_WIDTH, BATCH_STEPS) for block in blocks], axis=1)


def answers_with_memory(net: Net, symbols: Symbols, lengths: np.ndarray) -> Symbols:
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
