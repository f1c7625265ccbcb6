"""The search for boxes: iterate the net's own images from the start until nothing grows.

Only the independent checker decides whether a cover holds, so the search may widen boxes, guess and give up as it likes.
"""

import math
import time
from dataclasses import dataclass

import numpy as np

from anylength.nets import Net
from anylength.ops.intervals import Interval
from anylength.rules import Machine
from anylength.verification.certify import Cover, StepImages, least_margin, margins, stored_start
from anylength.verification.invariants.graph import Graph, graph

MAX_ROUNDS = 300
"""Most iterations. Boxes that still grow then mostly grow for ever."""

SMALLEST_BOUND = 2.0**-300
"""The smallest number other than 0 that a certificate can spell (docs/reference/certificate.md)."""

ROUNDS_BETWEEN_LOOKS = 10
"""A search with extra noise checks once in this many rounds whether its boxes close without that noise."""

LATE_ROUNDS = 50
"""After this many rounds a bound that still grows is moved further than its image asks for, so that slow growth ends."""

PAD = 1e-9
"""A bound that grows is moved by this much more, so that growth in ever smaller steps ends."""


@dataclass(frozen=True)
class Widening:
    """One way to make boxes grow faster than their images.

    Attributes:
        noise_fraction, noise: Extra noise: a fraction of epsilon, and an absolute part.
        late_fraction: After `LATE_ROUNDS` rounds a bound that grows is moved by this fraction of the box's width more.
    """

    noise_fraction: float
    noise: float
    late_fraction: float


WIDENINGS = (
    Widening(0.0, 0.0, 1e-3),
    Widening(0.02, 1e-4, 1e-3),
    Widening(0.0, 1e-2, 1e-3),
    Widening(0.02, 1e-4, 0.0),
    Widening(0.0, 1e-2, 0.0),
)
"""Tried in turn. Late widening diverges with gated cells, whose boxes feed themselves, so the last two do without."""


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
    """A cover that is closed and answers right for these epsilon and eta, or None. Coarser graphs and less extra noise come first.

    The search gives up at the time `until` (`time.monotonic`). `within` is a cover for a smaller epsilon: boxes only grow with
    epsilon, so the search may begin with its boxes.
    """
    step_images = StepImages(net)
    for memory in memories:
        nodes = graph(machine, memory)
        if nodes is None:
            return None
        problem = CoverProblem(net, machine, nodes, epsilon, eta, step_images)
        if within is not None and len(within.machine_states) == len(nodes.machine_states):
            first = within.boxes
        else:
            first = problem.first_boxes()
        for widening in WIDENINGS:
            try:
                found = _iterate(problem, first, widening, until)
            except NoCoverError:
                break
            if found and least_margin(net, machine, found.cover, epsilon) >= eta:
                return found.cover
            if found and found.is_least:
                break
    return None


class NoCoverError(Exception):
    """The smallest possible boxes already hold a wrong answer: no cover of this graph can hold, however boxes are widened."""


@dataclass(frozen=True)
class CoverProblem:
    """The search for boxes for these nodes that are closed and answer right, for this epsilon and eta."""

    net: Net
    machine: Machine
    nodes: Graph
    epsilon: float
    eta: float
    step_images: StepImages

    def first_boxes(self) -> Interval:
        """The recurrent term of the start state in its box; all other boxes empty (low = ∞, high = −∞)."""
        start = self.step_images.recurrent_terms(stored_start(self.net))
        shape = (start.shape[0], len(self.nodes.machine_states))
        low, high = np.full(shape, np.inf), np.full(shape, -np.inf)
        low[:, [0]], high[:, [0]] = spellable(start.low, start.high)
        return Interval.between(low, high)

    def with_images(self, boxes: Interval, extra_noise: float, *, with_margin: bool) -> tuple[Interval, float]:
        """The boxes `[M, N]`, grown to hold the images of all that are not empty; and the smallest margin on them (or ∞)."""
        known = np.flatnonzero(np.isfinite(boxes.low[0]))
        states, recurrent_terms = self.step_images.images(boxes[:, known], self.epsilon + extra_noise)
        targets = self.nodes.successors[known].ravel()
        low, high = boxes.low.copy(), boxes.high.copy()
        np.minimum.at(low.T, targets, recurrent_terms.low.T)
        np.maximum.at(high.T, targets, recurrent_terms.high.T)
        if not with_margin:
            return Interval.between(low, high), math.inf
        right = np.asarray(self.machine.output)[self.nodes.machine_states[known]].ravel()
        return Interval.between(low, high), float(margins(self.net, self.step_images.features(states), right).min())

    def cover(self, boxes: Interval) -> Cover:
        """The cover with these boxes."""
        return Cover(self.nodes.machine_states, self.nodes.successors, 0, boxes)


@dataclass(frozen=True)
class Closed:
    """A cover whose boxes hold their images.

    Attributes:
        cover: The cover.
        is_least: Whether no boxes that hold their images, and the boxes that the search began with, are much smaller. If such a
            cover answers wrong, a wrong answer lies in its boxes, and other widenings only make larger ones.
    """

    cover: Cover
    is_least: bool


def _iterate(problem: CoverProblem, first: Interval, widening: Widening, until: float) -> Closed | None:
    """Grows the boxes by their images, with extra noise, until nothing grows; None where they still grow at the end.

    Now and then it looks at the images without extra noise. The boxes may be closed already. Or they may hold a wrong answer: then
    larger boxes do, too.

    Raises:
        NoCoverError: Boxes without extra noise hold a wrong answer before the late rounds.
    """
    extra_noise = widening.noise_fraction * problem.epsilon + widening.noise
    low, high = first.low, first.high
    with np.errstate(all="ignore"):
        for turn in range(MAX_ROUNDS):
            if time.monotonic() > until:
                return None
            boxes, known = Interval.between(low, high), np.isfinite(low[0])
            if turn % ROUNDS_BETWEEN_LOOKS == 0:
                grown, margin = problem.with_images(boxes, 0.0, with_margin=True)
                if not margin >= problem.eta:
                    if not extra_noise and turn <= LATE_ROUNDS:
                        raise NoCoverError
                    return None
                if known.all() and grown.inside(boxes).all():
                    return Closed(problem.cover(boxes), is_least=False)
            grown, _ = problem.with_images(boxes, extra_noise, with_margin=False)
            if not (np.isfinite(grown.high[:, known]).all() and np.isfinite(grown.low[:, known]).all()):
                return None
            falls, rises = grown.low < low, grown.high > high
            if not (falls.any() or rises.any()):
                return Closed(problem.cover(boxes), is_least=not extra_noise and turn <= LATE_ROUNDS)
            pad = PAD + (widening.late_fraction * (grown.high - grown.low) if turn > LATE_ROUNDS else 0.0)
            low, high = spellable(np.where(falls, grown.low - pad, low), np.where(rises, grown.high + pad, high))
    return None


def spellable(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The bounds, those that a certificate cannot spell moved outward: to 0, or away from 0 to ±`SMALLEST_BOUND`."""
    low = np.where(np.abs(low) < SMALLEST_BOUND, np.where(low < 0, -SMALLEST_BOUND, 0.0), low)
    return low, np.where(np.abs(high) < SMALLEST_BOUND, np.where(high > 0, SMALLEST_BOUND, 0.0), high)
