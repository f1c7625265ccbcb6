"""Worst cases over boxes: what training with bounds descends (interval bound propagation, Gowal et al. 2018), and the boxes."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Integer

from anylength.machines import Machine
from anylength.nets import Net
from anylength.ops import ibp
from anylength.ops.ibp import Box


def worst_cross_entropy(
    net: Net, states: Box, targets: Integer[Array, " K"], power: float
) -> tuple[Float[Array, ""], Float[Array, ""]]:
    """Cross-entropy when every wrong logit has its largest possible lead over the right one on its box of states `[D, K]`.

    The mean over boxes is a power mean: a power above 1 attends to the hardest ones. Beside it the verified error: the share of
    boxes on which some wrong logit may lead.
    """
    hidden = states[: net.hidden]
    right = jax.nn.one_hot(targets, net.classes, axis=0)
    gap = jnp.abs(net.weight[:, None] - net.weight)
    spread = (gap.reshape(-1, net.hidden) @ hidden.radius).reshape(net.classes, net.classes, -1)
    logits = net.weight @ hidden.centre + net.bias[:, None] + jnp.einsum("yck,yk->ck", spread, right)
    loss = -(jax.nn.log_softmax(logits, axis=0) * right).sum(axis=0)
    wrong = jnp.where(right > 0, -jnp.inf, logits).max(axis=0) >= (logits * right).sum(axis=0)
    return jnp.mean((loss + 1e-6) ** power) ** (1 / power), wrong.mean()


def word_boxes(net: Net, symbols: Integer[Array, "T B"], noise: Float[Array, ""], first: Float[Array, ""]) -> Box:
    """The boxes of states along words when every state may be off by `noise` (the start by `first`): `[T, D, B]`."""

    def advance(box: Box, encoded: Array) -> tuple[Box, Box]:
        box = net.cell.step(ibp, encoded, box).widened(noise)
        return box, box

    start = net.start(symbols.shape[1])
    return lax.scan(advance, Box(start, jnp.zeros_like(start) + first), net.encode(symbols))[1]


def machine_boxes(
    net: Net, machine: Machine, noise: Float[Array, ""], opened: Float[Array, ""] | None, depth: int
) -> tuple[Box, np.ndarray, np.ndarray]:
    """The prover's own iteration, `depth` steps from the start: a box of messages per machine state, joined from all before.

    Where `opened` is given only that part of a joined box's radius counts: at 0 a machine state has one message, the box's middle.

    Returns the boxes of states met on the way, `[D, K]`, the right answer on each, `[K]`, and the machine's next state, `[K]`: one
    for every step, machine state reached by then, and symbol.
    """
    delta, output = np.asarray(machine.delta), np.asarray(machine.output)
    symbols = net.encode(jnp.arange(machine.symbols))
    origin = net.cell.recurrent_term(ibp, net.start(1))
    reached, boxes = [machine.start], Box(origin, jnp.zeros_like(origin))
    states, answers, afters = [], [], []
    for _ in range(depth):
        spread = np.repeat(np.arange(len(reached)), machine.symbols)
        after = net.cell.update(ibp, jnp.tile(symbols, (1, len(reached))), boxes[:, spread]).widened(noise)
        states.append(after)
        answers.append(output[reached].ravel())
        afters.append(delta[reached].ravel())
        recurrent_term = net.cell.recurrent_term(ibp, after)
        reached, boxes = _joined(recurrent_term, afters[-1], origin, machine.start)
        boxes = boxes if opened is None else Box(boxes.centre, opened * boxes.radius)
    every = jax.tree.map(lambda *leaves: jnp.concatenate(leaves, axis=1), *states)
    return every, np.concatenate(answers), np.concatenate(afters)


def _joined(recurrent_term: Box, targets: np.ndarray, origin: Array, start: int) -> tuple[list[int], Box]:
    """The hull of the messages of each target state, the start's own message joined into the start state."""
    reached = sorted({start, *targets.tolist()})
    lows, highs = [], []
    for state in reached:
        here = np.flatnonzero(targets == state)
        parts = ([recurrent_term.low[:, here]], [recurrent_term.high[:, here]]) if here.size else ([], [])
        own = [origin] if state == start else []
        lows.append(jnp.concatenate([*parts[0], *own], axis=1).min(axis=1))
        highs.append(jnp.concatenate([*parts[1], *own], axis=1).max(axis=1))
    return reached, Box.between(jnp.stack(lows, axis=1), jnp.stack(highs, axis=1))
