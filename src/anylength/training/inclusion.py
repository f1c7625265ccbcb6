"""One box for each machine state, learned together with the net, and the loss that makes the boxes a proof.

The box of a machine state holds the values of the program's cut (for an `rnn` W_hh h) that the net may have in that state. All
(state, symbol) pairs are one batch: each box takes one step, and its image must lie in the box of the next state and give the right
answer. No word is unrolled.
"""

import dataclasses
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float
from numpy.typing import NDArray

from anylength.base import pytree
from anylength.nets import Net
from anylength.ops.ibp import Box, ibp
from anylength.rules import Machine
from anylength.training.optimisation import power_mean

MARGIN, RAW_MARGIN = 0.05, 0.5
"""The share of a target's radius that images must keep free: for images of a matrix, and for rows of the state itself. A gate that
passes on more than half of such a row is pushed to close before it saturates; a saturated one has no gradient."""

TARGET_PULL = 0.1
"""The share of an inclusion's gradient that reaches the centre of the target. With all of it the boxes collapse to one point. Rows
of the state itself get all: on a loop that holds the state, less of it would drive their centre away from their image for ever."""

RAW_RADIUS = 0.5
"""Least radius of a box in rows of the state itself. In a narrow one a gate could hold the state unnoticed."""


@pytree
@dataclasses.dataclass(frozen=True)
class Pairs:
    """The K = Q·A pairs of a machine state and a symbol, Q padded.

    Attributes:
        source: `[K]` the state before.
        symbol: `[K]` the symbol.
        target: `[K]` the next state.
        output: `[K]` the right answer.
        weight: `[K]` the weight in a mean over the pairs. The weights add up to 1.
        start: The start state.
    """

    source: Any
    symbol: Any
    target: Any
    output: Any
    weight: Any
    start: Any


MANY_SYMBOLS = 64
"""Machines with so many symbols are not padded: few share an alphabet, and a state that is added costs as much as any."""


def padded_states(machine: Machine) -> int:
    """The number of states that a machine is padded to: even up to 8, then a multiple of 4, from 32 a multiple of 8.

    Machines of the same padded size and alphabet share a compiled program.
    """
    states = machine.states
    if machine.symbols >= MANY_SYMBOLS:
        return states
    step = 2 if states <= 8 else 4 if states <= 32 else 8
    return step * -(-states // step)


def pairs_of(machine: Machine) -> Pairs:
    """The pairs of a machine, as numpy arrays. Pairs of padded states repeat the first pair with a weight of 0."""
    states, symbols = machine.states, machine.symbols
    count, size = states * symbols, padded_states(machine) * symbols

    def padded(values: NDArray[Any]) -> NDArray[Any]:
        return np.concatenate([values, np.full(size - count, values[0])])

    return Pairs(
        source=padded(np.repeat(np.arange(states, dtype=np.int32), symbols)),
        symbol=padded(np.tile(np.arange(symbols, dtype=np.int32), states)),
        target=padded(np.asarray(machine.delta, np.int32).ravel()),
        output=padded(np.asarray(machine.output, np.int32).ravel()),
        weight=np.where(np.arange(size) < count, 1 / count, 0.0).astype(np.float32),
        start=np.int32(machine.start),
    )


@pytree
@dataclasses.dataclass(frozen=True)
class Boxes:
    """The learned boxes of Q states (padded) over the M values of the cut, in units (`cut_of`).

    Attributes:
        centre: `[M, Q]`. The centre of a box is the values of the start state, plus unit · (centre − centre of the start's box): so
            the start lies in the middle of its box.
        width: `[M, Q]`. The radius of a box is unit · softplus(width), and at least `RAW_RADIUS` in rows of the state itself.
    """

    centre: Any
    width: Any

    def real(self, net: Net, start: Any, cut: "Cut") -> Box:
        """The boxes `[M, Q]`, in the net's own numbers."""
        origin = net.cell.recurrent_term(ibp, net.start(1))
        centre = self.centre - lax.dynamic_slice_in_dim(self.centre, start, 1, axis=1)
        return Box(cut.units * centre + origin, cut.units * jax.nn.softplus(self.width) + np.where(cut.raw, RAW_RADIUS, 0.0))


@pytree
@dataclasses.dataclass(frozen=True)
class BoxedNet:
    """What is trained: a net and the boxes of its proof."""

    net: Net
    boxes: Boxes


@pytree
@dataclasses.dataclass(frozen=True)
class StepLoss:
    """What one step of all boxes gives.

    Attributes:
        worst: Power mean of the worst-case cross-entropies on the images, in nats.
        inclusion: How far the images stick out of their targets: the mean over the pairs of Σ v + v² over the values of the cut.
        error: The share of the images on which some wrong answer is possible.
        outside: The share of the images that do not lie in their target.
    """

    worst: Any
    inclusion: Any
    error: Any
    outside: Any


@dataclasses.dataclass(frozen=True)
class Cut:
    """The M values of a program's cut.

    Attributes:
        units: `[M, 1]` the unit of the boxes in each value.
        raw: `[M, 1]` whether it is a row of the state itself. Otherwise it is one of a matrix times a state.
    """

    units: NDArray[np.float32]
    raw: NDArray[np.bool_]


def cut_of(net: Net, unit: float) -> Cut:
    """The cut of a net's cell, with this unit for images of a matrix and 1 for rows of the state itself."""
    program = net.cell.program(1)
    kinds = [np.full(program.step[number].rows, program.step[number].op != "matmul") for number in program.cut]
    raw = np.concatenate(kinds)[:, None]
    return Cut(np.where(raw, np.float32(1), np.float32(unit)), raw)


def step_loss(trained: BoxedNet, pairs: Pairs, cut: Cut, noise: Float[Array, ""], scale: Any, power: float) -> StepLoss:
    """One step of all boxes.

    Args:
        trained: The net and its boxes.
        pairs: The machine's pairs.
        cut: The cut of the net's cell.
        noise: Half-width by which every new state is widened.
        scale: Factor of the radius of the boxes that take the step. Those that must hold the images keep theirs. Rows of the state
            itself keep theirs, too: in a narrow one a gate could come to hold the state, and saturate.
        power: Exponent of the power mean. Above 1 the hardest images weigh more.
    """
    net, boxes = trained.net, trained.boxes.real(trained.net, pairs.start, cut)
    sources, target = boxes_of_states(boxes, pairs.source), boxes_of_states(boxes, pairs.target)
    scaled = Box(sources.centre, jnp.where(cut.raw, 1.0, scale) * sources.radius)
    states = net.cell.update(ibp, net.encode(pairs.symbol), scaled).widened(noise)
    image = net.cell.recurrent_term(ibp, states)
    pull = np.where(cut.raw, 1.0, TARGET_PULL)
    followed = pull * target.centre + (1 - pull) * lax.stop_gradient(target.centre)
    room = (1 - np.where(cut.raw, RAW_MARGIN, MARGIN)) * target.radius
    excess = jax.nn.relu(jnp.abs(image.centre - followed) + image.radius - room)
    outside = (jnp.abs(image.centre - target.centre) + image.radius > target.radius).any(axis=0)
    losses, wrong = worst_cross_entropies(net, states, pairs.output)
    return StepLoss(
        worst=power_mean(losses, power, pairs.weight),
        inclusion=pairs.weight @ (excess + excess**2).sum(axis=0),
        error=pairs.weight @ wrong,
        outside=pairs.weight @ outside,
    )


def boxes_of_states(boxes: Box, states: Any) -> Box:
    """The box of each of K states, columns of Q boxes `[M, Q]`.

    With many columns to a box it is a product with one-hot columns, which has the same bits. Its gradient is a product, too, where
    that of a selection adds up columns one by one: comparing takes a fifth less time.
    """
    count = boxes.centre.shape[1]
    if len(states) < MANY_SYMBOLS * count:
        return boxes[:, states]
    selection = jax.nn.one_hot(states, count, axis=0)
    return Box(boxes.centre @ selection, boxes.radius @ selection)


def worst_cross_entropies(net: Net, states: Box, outputs: Any) -> tuple[Float[Array, " K"], Array]:
    """The worst-case cross-entropy on each box of states, in nats, and whether some wrong answer is possible there.

    Every wrong logit exceeds the right one by at most the difference at the centre plus radius · (|V_c| + |V_y|). The exact bound
    has |V_c − V_y|; this one takes one matrix product for all classes.
    """
    features = net.cell.features(ibp, states)
    right = jax.nn.one_hot(outputs, net.classes, axis=0) > 0
    spread = jnp.abs(net.weight) @ features.radius
    of_right = jnp.where(right, spread, 0.0).sum(axis=0)
    logits = net.weight @ features.centre + net.bias[:, None] + jnp.where(right, 0.0, spread + of_right)
    right_logit = jnp.where(right, logits, 0.0).sum(axis=0)
    return jax.nn.logsumexp(logits, axis=0) - right_logit, jnp.where(right, -jnp.inf, logits).max(axis=0) >= right_logit
