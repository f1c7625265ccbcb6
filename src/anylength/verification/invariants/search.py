"""The untrusted search for boxes: iterate the net's own images from the start until nothing grows, then let `certify` judge.

Whatever is found here is believed only after `certify.check`, so the search may widen, guess and give up as it likes.
"""

import math
import time
from dataclasses import dataclass

import numpy as np

from anylength.machines import Machine
from anylength.nets import Net
from anylength.ops import intervals
from anylength.ops.intervals import Interval
from anylength.verification.certify import Cover, check, images, leads
from anylength.verification.invariants.graph import Graph, graph

ROUNDS = 300
LEAST = 2.0**-300
LOOK = 10
"""So often a search with extra noise looks whether its boxes would do without it."""

PATIENCE = 50
"""After so many rounds a bound that still grows is moved further than it asks for."""


@dataclass(frozen=True)
class Start:
    """One way to iterate.

    Attributes:
        part, noise: Extra noise: a part of epsilon, and so much more.
        late: After `PATIENCE` rounds a bound that grows is moved by this part of the box's width more than it asks for.
    """

    part: float
    noise: float
    late: float


STARTS = (Start(0.0, 0.0, 1e-3), Start(0.02, 1e-4, 1e-3), Start(0.0, 1e-2, 1e-3), Start(0.02, 1e-4, 0.0), Start(0.0, 1e-2, 0.0))
"""Tried in turn. Widening that multiplies late runs away with gated cells, whose boxes feed themselves: the last do without."""


def find_cover(
    net: Net,
    machine: Machine,
    *,
    epsilon: float,
    eta: float,
    memories: tuple[int, ...] = (0, 1, 2),
    until: float = math.inf,
    within: Cover | None = None,
) -> Cover | None:
    """A cover that passes the check for these epsilon and eta, or None. Coarser graphs and less extra noise are tried first.

    `until` is a time of `time.monotonic` at which the search gives up. `within` is a cover for a smaller epsilon: boxes only grow
    with epsilon, so the search may begin with its boxes.
    """
    for memory in memories:
        nodes = graph(machine, memory)
        if nodes is None:
            return None
        aim = Aim(net, machine, nodes, epsilon, eta)
        first = within.boxes if within is not None and len(within.states) == len(nodes.states) else aim.first()
        for start in STARTS:
            try:
                cover = _iterate(aim, first, start, until)
            except HopelessError:
                break
            if cover and check(net, machine, cover, epsilon=epsilon, eta=eta).holds:
                return cover
    return None


class HopelessError(Exception):
    """Boxes without anything extra are wide enough to answer wrongly: no way of widening them helps."""


@dataclass(frozen=True)
class Aim:
    """What is searched for: boxes for these nodes that are closed and answer rightly, for this epsilon and eta."""

    net: Net
    machine: Machine
    nodes: Graph
    epsilon: float
    eta: float

    def first(self) -> Interval:
        """The start's own message in its box, all other boxes crossed."""
        origin = self.net.cell.recurrent_term(intervals, Interval.exact(np.zeros((self.net.cell.state_size, 1))))
        shape = (origin.shape[0], len(self.nodes.states))
        low, high = np.full(shape, np.inf), np.full(shape, -np.inf)
        low[:, [0]], high[:, [0]] = _coarse(origin.low, origin.high)
        return Interval.between(low, high)

    def joined(self, boxes: Interval, extra: float, *, look: bool) -> tuple[Interval, float]:
        """The boxes `[M, N]` (crossed where nothing leads yet) with all images joined in; on a look the least lead too."""
        known = np.flatnonzero(np.isfinite(boxes.low[0]))
        states, messages = images(self.net, boxes[:, known], self.epsilon + extra)
        targets = self.nodes.after[known].ravel()
        low, high = boxes.low.copy(), boxes.high.copy()
        np.minimum.at(low.T, targets, messages.low.T)
        np.maximum.at(high.T, targets, messages.high.T)
        right = np.asarray(self.machine.output)[self.nodes.states[known]].ravel()
        return Interval.between(low, high), float(leads(self.net, states, right).min()) if look else math.inf


def _iterate(aim: Aim, first: Interval, start: Start, until: float) -> Cover | None:
    """Joins images, widened by extra noise, into their targets until nothing grows; None where boxes still grow at the end.

    Now and then it looks what the boxes would do without the extra noise: they may be closed already, or wide enough to answer
    wrongly, which no wider ones mend. Raises `HopelessError` where they are so with nothing extra.
    """
    nodes, extra = aim.nodes, start.part * aim.epsilon + start.noise
    low, high = first.low, first.high
    with np.errstate(all="ignore"):
        for turn in range(ROUNDS):
            if time.monotonic() > until:
                return None
            boxes, known = Interval.between(low, high), np.isfinite(low[0])
            if turn % LOOK == 0:
                grown, lead = aim.joined(boxes, 0.0, look=True)
                if not lead >= aim.eta:
                    if not extra and turn <= PATIENCE:
                        raise HopelessError
                    return None
                if known.all() and grown.inside(boxes).all():
                    return Cover(nodes.states, nodes.after, 0, boxes)
            grown, _ = aim.joined(boxes, extra, look=False)
            if not (np.isfinite(grown.high[:, known]).all() and np.isfinite(grown.low[:, known]).all()):
                return None
            falls, rises = grown.low < low, grown.high > high
            if not (falls.any() or rises.any()):
                return Cover(nodes.states, nodes.after, 0, boxes)
            pad = 1e-9 + (start.late * (grown.high - grown.low) if turn > PATIENCE else 0.0)
            low, high = _coarse(np.where(falls, grown.low - pad, low), np.where(rises, grown.high + pad, high))
    return None


def _coarse(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same bounds moved outward to 0 or at least to ±`LEAST`, the smallest number that a certificate spells."""
    low = np.where(np.abs(low) < LEAST, np.where(low < 0, -LEAST, 0.0), low)
    return low, np.where(np.abs(high) < LEAST, np.where(high > 0, LEAST, 0.0), high)
