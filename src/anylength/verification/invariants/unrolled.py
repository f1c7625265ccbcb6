"""Boxes for words of some steps: those of step t hold all states after t symbols, as long as every answer on them is right.

For nets that no closed boxes can prove. A linear recurrence shifts its errors and never corrects them, so its boxes grow for ever.
"""

import math
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.nets import Net
from anylength.ops.intervals import Interval
from anylength.rules import END, Machine
from anylength.verification.certify import Cover, StepImages, margins, stored_start
from anylength.verification.invariants.graph import Graph, graph
from anylength.verification.invariants.search import spellable

MEMORIES = (0, 1, 2)
"""How many of the last symbols a box stands for, beside the machine's state."""

MOST_NODES, MOST_NUMBERS = 2_000, 1 << 17
"""Most nodes of all steps together, and ends of intervals: a certificate of some 3 MB, checked in seconds."""


@dataclass(frozen=True)
class Unrolled:
    """A cover for words of at most so many steps."""

    cover: Cover
    steps: int


def unrolled_cover(net: Net, machine: Machine, *, epsilon: float, eta: float, until: float = math.inf) -> Unrolled | None:
    """Boxes step by step, those for the longest words that are found; None if not one step is right.

    A box stands for a machine state and the last symbols, as many as serve best.
    """
    best = None
    for memory in MEMORIES:
        nodes = graph(machine, memory)
        found = _unrolled(net, machine, nodes, epsilon, eta, until) if nodes is not None and time.monotonic() < until else None
        if found is not None and (best is None or found.steps > best.steps):
            best = found
    return best


def _unrolled(net: Net, machine: Machine, nodes: Graph, epsilon: float, eta: float, until: float) -> Unrolled | None:
    """It ends where an answer is not right by eta, at `MOST_NODES` or `MOST_NUMBERS`, or at the time `until`."""
    images, after_node, output = StepImages(net), nodes.successors, np.asarray(machine.output)[nodes.machine_states]
    start = images.recurrent_terms(stored_start(net))
    levels, boxes, count = [np.array([0])], [hulls(start, np.array([0]), 1)], 1
    while time.monotonic() < until:
        after, terms = images.images(boxes[-1], epsilon)
        margin = margins(net, images.features(after), output[levels[-1]].ravel())
        following, place = np.unique(after_node[levels[-1]].ravel(), return_inverse=True)
        count += len(following)
        usable = np.isfinite(terms.low).all() and np.isfinite(terms.high).all() and margin.min() >= eta
        if not usable or count > MOST_NODES or count * len(terms.low) * 2 > MOST_NUMBERS:
            break
        levels.append(following)
        boxes.append(hulls(terms, place, len(following)))
    steps = len(levels) - 1
    return Unrolled(_cover(levels, boxes, nodes), steps) if steps else None


def hulls(terms: Interval, place: NDArray[np.intp], count: int) -> Interval:
    """The hull of the columns of each place `[M, count]`, as a certificate can spell it."""
    low, high = np.full((len(terms.low), count), np.inf), np.full((len(terms.low), count), -np.inf)
    np.minimum.at(low.T, place, terms.low.T)
    np.maximum.at(high.T, place, terms.high.T)
    return Interval.between(*spellable(low, high))


def _cover(levels: list[NDArray[np.int64]], boxes: list[Interval], nodes: Graph) -> Cover:
    """All steps in one cover; the last one's nodes have no next nodes."""
    first = np.cumsum([0, *map(len, levels)])
    each = zip(levels, first[1:], levels[1:], strict=False)
    successors = [at + np.searchsorted(following, nodes.successors[own]) for own, at, following in each]
    successors.append(np.full((len(levels[-1]), nodes.successors.shape[1]), END))
    low, high = (np.concatenate(ends, axis=1) for ends in zip(*((box.low, box.high) for box in boxes), strict=True))
    return Cover(nodes.machine_states[np.concatenate(levels)], np.concatenate(successors), 0, Interval.between(low, high))
