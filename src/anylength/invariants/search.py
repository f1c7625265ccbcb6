"""The untrusted search for boxes: iterate the net's own images from the start until nothing grows, then let `certify` judge.

Whatever is found here is believed only after `certify.check`, so the search may widen, guess and give up as it likes.
"""

import math
import time

import numpy as np

from anylength import intervals
from anylength.certify import Cover, check, images
from anylength.intervals import Interval
from anylength.invariants.graph import Graph, graph
from anylength.machines import Machine
from anylength.nets import Net

ROUNDS = 300
LEAST = 2.0**-300
LATE = 50
"""After so many rounds a bound that still grows is moved further than it asks for."""


def find_cover(
    net: Net,
    machine: Machine,
    *,
    epsilon: float,
    eta: float,
    memories: tuple[int, ...] = (0, 1, 2),
    until: float = math.inf,
) -> Cover | None:
    """A cover that passes the check for these epsilon and eta, or None. Coarser graphs and less extra noise are tried first.

    `until` is a time of `time.monotonic` at which the search gives up.
    """
    for memory in memories:
        nodes = graph(machine, memory)
        if nodes is None:
            return None
        for extra in (0.0, 0.02 * epsilon + 1e-4, 1e-2):
            cover = _iterate(net, nodes, epsilon + extra, until)
            if cover and check(net, machine, cover, epsilon=epsilon, eta=eta).holds:
                return cover
    return None


def _iterate(net: Net, nodes: Graph, epsilon: float, until: float) -> Cover | None:
    """Joins images into their targets until nothing grows; None where boxes still grow at the end."""
    origin = net.cell.message(intervals, Interval.exact(np.zeros((net.cell.state_size, 1))))
    shape = (origin.shape[0], len(nodes.states))
    low, high = np.full(shape, np.inf), np.full(shape, -np.inf)
    low[:, [0]], high[:, [0]] = _coarse(origin.low, origin.high)
    with np.errstate(all="ignore"):
        for turn in range(ROUNDS):
            if time.monotonic() > until:
                return None
            known = np.flatnonzero(np.isfinite(low[0]))
            _, messages = images(net, Interval.between(low[:, known], high[:, known]), epsilon)
            targets = nodes.after[known].ravel()
            lower, upper = low.copy(), high.copy()
            np.minimum.at(lower.T, targets, messages.low.T)
            np.maximum.at(upper.T, targets, messages.high.T)
            if not (np.isfinite(upper[:, known]).all() and np.isfinite(lower[:, known]).all()):
                return None
            falls, rises = lower < low, upper > high
            if not (falls.any() or rises.any()):
                return Cover(nodes.states, nodes.after, 0, Interval.between(low, high))
            pad = 1e-9 + (1e-3 * (upper - lower) if turn > LATE else 0.0)
            low, high = _coarse(np.where(falls, lower - pad, low), np.where(rises, upper + pad, high))
    return None


def _coarse(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same bounds moved outward to 0 or at least to ±`LEAST`, the smallest number that a certificate spells."""
    low = np.where(np.abs(low) < LEAST, np.where(low < 0, -LEAST, 0.0), low)
    return low, np.where(np.abs(high) < LEAST, np.where(high > 0, LEAST, 0.0), high)
