"""The worst-case loss over boxes of states (interval bound propagation, Gowal et al. 2018), and the boxes it is taken over."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Integer

from anylength.nets import Net
from anylength.ops.ibp import Box, ibp
from anylength.rules import Machine
from anylength.training.optimisation import power_mean

MANY_CLASSES = 16
"""With more classes and known targets, boxes are grouped by target: the work grows with C and not with C². With 36 classes and
2,592 boxes a step an update takes 0.4 of the time and 0.3 of the memory; up to here the difference is small."""

LONG_STEP = 28
"""A step of at least this many operations is compiled once for all steps that reach the same machine states, not once for each.
Two layers of a GRU have 42: unrolled, they compile for 20 seconds. The first cells have at most 24 and are unrolled as before, so
that they train the same nets to the bit."""

PROBE = 0.1
"""Half-width of the disturbance that `leakage` follows, in units of the state. Gates change little over it."""

KEPT = 0.5
"""Largest share of a disturbance that a step may pass on. A gate that keeps more adds up the errors of several steps."""


def worst_cross_entropy(
    net: Net, states: Box, targets: Integer[Any, " K"], power: float
) -> tuple[Float[Array, ""], Float[Array, ""]]:
    """The worst-case cross-entropy on boxes of states, and the verified error.

    On each box every wrong logit exceeds the right one by its largest possible margin.

    Args:
        net: The net, or one of its read-out heads.
        states: Boxes `[D, K]` of states.
        targets: The right class on each box. A numpy array is known while the loss is compiled.
        power: Exponent of the power mean over boxes. Above 1 the hardest boxes weigh more.

    Returns:
        The power mean of the worst-case cross-entropies, in nats, and the verified error: the fraction of boxes on which some
        wrong logit may be at least as large as the right one.
    """
    features = net.cell.features(ibp, states)
    one_hot = jax.nn.one_hot(targets, net.classes, axis=0)
    differences = jnp.abs(net.weight[:, None] - net.weight)
    if net.classes > MANY_CLASSES and isinstance(targets, np.ndarray):
        spreads = _spreads_by_target(differences, features.radius, targets)
    else:
        spread = (differences.reshape(-1, net.hidden) @ features.radius).reshape(net.classes, net.classes, -1)
        spreads = jnp.einsum("yck,yk->ck", spread, one_hot)
    logits = net.weight @ features.centre + net.bias[:, None] + spreads
    losses = -(jax.nn.log_softmax(logits, axis=0) * one_hot).sum(axis=0)
    wrong = jnp.where(one_hot > 0, -jnp.inf, logits).max(axis=0) >= (logits * one_hot).sum(axis=0)
    return power_mean(losses, power), wrong.mean()


def _spreads_by_target(differences: Float[Array, "C C H"], radius: Float[Array, "H K"], targets: np.ndarray) -> Float[Array, "C K"]:
    """differences[target] @ radius for each box: one product for each target over the boxes that have it, filled up with box 0."""
    members = [np.flatnonzero(targets == target) for target in range(len(differences))]
    columns = np.zeros((len(members), max(map(len, members))), np.int64)
    place = np.zeros(len(targets), np.int64)
    for target, boxes in enumerate(members):
        columns[target, : len(boxes)] = boxes
        place[boxes] = target * columns.shape[1] + np.arange(len(boxes))
    spreads = jnp.einsum("ych,hyn->cyn", differences, radius[:, columns])
    return spreads.reshape(len(differences), -1)[:, place]


def leakage(net: Net, states: Float[Array, "T D B"], symbols: Integer[Array, "T B"]) -> Float[Array, ""]:
    """How much of a disturbance the gates pass on from state to state along words, beyond the share `KEPT`.

    The parts of the state that a step reads as they are, or entry by entry times a number (a GRU's h, an LSTM's c), are widened to
    boxes of half-width `PROBE`; what it reads through a matrix is not. The mean over the rows of the next states that a step reads
    is taken; a state may hold features for the answer alone.
    """
    columns = jnp.moveaxis(states[:-1], 1, 0).reshape(states.shape[1], -1)
    symbol = jnp.moveaxis(net.encode(symbols[1:]), 1, 0).reshape(net.base * net.tapes, -1)
    program = net.cell.program(1)
    raw = [program.step[number].op != "matmul" for number in program.cut for _ in range(program.step[number].rows)]
    terms = net.cell.recurrent_term(ibp, Box(columns, jnp.full_like(columns, PROBE)))
    disturbed = Box(terms.centre, jnp.asarray(raw, columns.dtype)[:, None] * terms.radius)
    left = net.cell.update(ibp, symbol, disturbed).radius / PROBE
    read = program.rows_read
    return jnp.maximum((left if len(read) == program.state else left[np.asarray(read)]) - KEPT, 0.0).mean()


def machine_boxes(
    net: Net, machine: Machine, noise: Float[Array, ""], scale: Float[Array, ""] | None, depth: int
) -> tuple[Box, np.ndarray, np.ndarray]:
    """The prover's iteration from the start: each step joins the recurrent terms of each machine state into one box.

    Args:
        net: The net.
        machine: The task's machine.
        noise: Half-width by which every state is widened.
        scale: Factor, 0 to 1, of the joined boxes' radius: at 0 a box is its centre. None: full size.
        depth: Number of steps.

    Returns:
        One entry for every step, machine state reached by then, and symbol: the boxes `[D, K]` of states, the right answers `[K]`,
        and the machine's next states `[K]`.
    """
    delta, output = np.asarray(machine.delta), np.asarray(machine.output)
    symbols = net.encode(jnp.arange(machine.symbols))
    origin = net.cell.recurrent_term(ibp, net.start(1))
    reached, boxes = [machine.start], Box(origin, jnp.zeros_like(origin))
    states, answers, next_states = [], [], []

    def advance(reached: list[int], boxes: Box, _: None = None) -> tuple[Box, Box]:
        """The joined recurrent terms after one more step, and its states."""
        sources = np.repeat(np.arange(len(reached)), machine.symbols)
        after = net.cell.update(ibp, jnp.tile(symbols, (1, len(reached))), boxes[:, sources]).widened(noise)
        joined = _joined(net.cell.recurrent_term(ibp, after), delta[reached].ravel(), origin, machine.start)
        return joined if scale is None else Box(joined.centre, scale * joined.radius), after

    scanned = len(net.cell.program(1).step) >= LONG_STEP
    for done in range(depth):
        answers.append(output[reached].ravel())
        next_states.append(delta[reached].ravel())
        following = _following(next_states[-1], machine.start)
        if scanned and following == reached:
            left = depth - done - 1
            boxes, later = lax.scan(partial(advance, reached), boxes, length=left)
            states += [later.flattened(), advance(reached, boxes)[1]]
            answers += [answers[-1]] * left
            next_states += [next_states[-1]] * left
            break
        boxes, after = advance(reached, boxes)
        states.append(after)
        reached = following
    all_boxes = jax.tree.map(lambda *leaves: jnp.concatenate(leaves, axis=1), *states)
    return all_boxes, np.concatenate(answers), np.concatenate(next_states)


def _following(targets: np.ndarray, start: int) -> list[int]:
    """The machine states that have a box after a step into these."""
    return sorted({start, *targets.tolist()})


def _joined(recurrent_terms: Box, targets: np.ndarray, origin: Array, start: int) -> Box:
    """For each machine state reached the hull of its recurrent terms. The start state's hull also holds `origin`."""
    lows, highs = [], []
    for state in _following(targets, start):
        columns = np.flatnonzero(targets == state)
        low, high = ([recurrent_terms.low[:, columns]], [recurrent_terms.high[:, columns]]) if columns.size else ([], [])
        initial = [origin] if state == start else []
        lows.append(jnp.concatenate([*low, *initial], axis=1).min(axis=1))
        highs.append(jnp.concatenate([*high, *initial], axis=1).max(axis=1))
    return Box.between(jnp.stack(lows, axis=1), jnp.stack(highs, axis=1))
