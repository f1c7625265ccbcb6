"""Covers, and the sound check of them: the statement that is proved, on the producer's side.

A node stands for a machine state; its box holds the messages (all that the next step takes from a state) of all states that the net
may be in there. A cover is closed when every image of every node under every symbol lies in the next node's box; the answer is
right when on every image the machine's output leads. Then, by induction over the word, the net is right at every length.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.machines import Machine
from anylength.nets import Net, encoded_alphabet
from anylength.ops import intervals
from anylength.ops.intervals import Interval


@dataclass(frozen=True)
class Cover:
    """Boxes of messages and how symbols lead from one to the next.

    Attributes:
        states: `[N]` the machine state of each node.
        after: `[N, A]` the next node under each symbol.
        start: The node that holds the start.
        boxes: `[M, N]` intervals.
    """

    states: NDArray[np.int64]
    after: NDArray[np.int64]
    start: int
    boxes: Interval


@dataclass(frozen=True)
class Checked:
    """The outcome of a check: whether it holds, the least lead of the right logit (−∞ where unknown), and if not, why."""

    holds: bool
    margin: float
    reason: str


def images(net: Net, boxes: Interval, epsilon: float) -> tuple[Interval, Interval]:
    """One step from every box under every symbol: the states, widened by epsilon, and their messages.

    boxes `[M, N]` → states `[D, N·A]` and messages `[M, N·A]`, node by node and within a node symbol by symbol.
    """
    symbols = encoded_alphabet(net)
    count = boxes.shape[1]
    spread = np.repeat(np.arange(count), symbols.shape[1])
    input_term = np.tile(symbols, (1, count))
    states = net.cell.update(intervals, Interval.exact(input_term), boxes[:, spread]).widened(epsilon)
    return states, net.cell.recurrent_term(intervals, states)


def state_bound_of(net: Net, cover: Cover, epsilon: float) -> NDArray[np.float64]:
    """How far from 0 each coordinate of a state may be `[D]`: the largest over all images, widened by epsilon."""
    with np.errstate(all="ignore"):
        states, _ = images(net, cover.boxes, epsilon)
        return np.maximum(np.abs(states.low), np.abs(states.high)).max(axis=1)


def leads(net: Net, states: Interval, right: NDArray[np.int64]) -> NDArray[np.float64]:
    """The least lead of class right[k] over any other, on each box of states `[D, K]`: `[K]`.

    The two logits share the state, so it is the difference of their weights that is multiplied by the box.
    """
    hidden = states[: net.hidden]
    weight, bias = np.asarray(net.weight, np.float64), np.asarray(net.bias, np.float64)
    least = np.full(right.shape, np.inf)
    for answer in range(net.classes):
        here = np.flatnonzero(right == answer)
        if here.size and net.classes > 1:
            others = np.delete(np.arange(net.classes), answer)
            gap = intervals.matmul_of_intervals(Interval.exact(weight[answer]) - weight[others], hidden[:, here])
            gap = gap + (Interval.exact(bias[answer]) - bias[others])[:, None]
            least[here] = gap.low.min(axis=0)
    return least


def check(net: Net, machine: Machine, cover: Cover, *, epsilon: float, eta: float) -> Checked:
    """Checks a cover with nothing reused from the search for it. Any doubt (NaN, crossed bounds) ends in `holds=False`."""
    symbols, boxes = net.base**net.tapes, cover.boxes
    if not (np.isfinite(boxes.low).all() and np.isfinite(boxes.high).all() and (boxes.low <= boxes.high).all()):
        return Checked(False, -np.inf, "a box is empty or not finite")
    if machine.symbols != symbols or machine.classes > net.classes or not (epsilon >= 0 and eta > 0):
        return Checked(False, -np.inf, "the machine, the net and the numbers do not fit each other")
    delta, output = np.asarray(machine.delta), np.asarray(machine.output)
    if cover.states[cover.start] != machine.start or not (cover.states[cover.after] == delta[cover.states]).all():
        return Checked(False, -np.inf, "the nodes do not follow the machine")
    origin = net.cell.recurrent_term(intervals, Interval.exact(np.zeros((net.cell.state_size, 1))))
    if not origin.inside(boxes[:, [cover.start]]).all():
        return Checked(False, -np.inf, "the start lies outside the start's box")
    with np.errstate(all="ignore"):
        states, messages = images(net, boxes, epsilon)
        closed = messages.inside(boxes[:, cover.after.ravel()])
        margin = float(leads(net, states, output[cover.states].ravel()).min())
    if not closed.all():
        return Checked(False, margin, f"{int((~closed.all(axis=0)).sum())} of {closed.shape[1]} steps leave their box")
    if not margin >= eta:
        return Checked(False, margin, f"on some box the right answer leads only by {margin:.3g}")
    return Checked(True, margin, "")
