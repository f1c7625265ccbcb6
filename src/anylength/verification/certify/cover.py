"""Covers by boxes. The search says what it expects of one; only the independent checker says whether one holds.

A node stands for a state of the machine. Its box holds the recurrent terms (all that the next step takes from a state) of all
states that the net may be in there. A cover is closed if every image of every node under every symbol lies in the next node's box.
The answers are right if on every image the machine's output has a positive margin. Then, by induction over the word, the net is
right at every length.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.nets import Net
from anylength.ops.intervals import Interval
from anylength.rules import Machine
from anylength.verification.certify.ellipsoid_cover import EllipsoidCover
from anylength.verification.certify.ellipsoid_images import state_bound_of_images
from anylength.verification.certify.images import StepImages, stored_start


@dataclass(frozen=True)
class Cover:
    """Boxes of recurrent terms, and how symbols lead from one to the next.

    Attributes:
        machine_states: `[N]` the machine's state at each node.
        successors: `[N, A]` the next node under each symbol; `END` where words of interest go no further.
        start: The node of the start state.
        boxes: `[M, N]` intervals.
        automaton_states: `[N]` where a proof is about the words that an automaton reads, the state of that.
    """

    machine_states: NDArray[np.int64]
    successors: NDArray[np.int64]
    start: int
    boxes: Interval
    automaton_states: NDArray[np.int64] | None = None


def state_bound_of(net: Net, cover: Cover | EllipsoidCover, epsilon: float) -> NDArray[np.float64]:
    """The largest magnitude of each coordinate of a state `[D]`, over the start state and all images, widened by epsilon."""
    if isinstance(cover, EllipsoidCover):
        return state_bound_of_images(net, cover, epsilon)
    with np.errstate(all="ignore"):
        states, _ = StepImages(net).images(cover.boxes, epsilon)
        start = stored_start(net)
        largest = np.maximum(np.abs(states.low), np.abs(states.high)).max(axis=1)
        return np.maximum(largest, np.maximum(np.abs(start.low), np.abs(start.high))[:, 0])


def margins(net: Net, features: Interval, right: NDArray[np.int64]) -> NDArray[np.float64]:
    """Lower bounds `[K]` on the logit of class right[k] minus any other, on each box of features `[F, K]`.

    The two logits share the features, so the difference of their weights is multiplied by the features' box.
    """
    weight, bias = np.asarray(net.weight, np.float64), np.asarray(net.bias, np.float64)
    least = np.full(right.shape, np.inf)
    for answer in range(net.classes):
        columns = np.flatnonzero(right == answer)
        if columns.size and net.classes > 1:
            others = np.delete(np.arange(net.classes), answer)
            difference = features[:, columns].times(weight[answer] - weight[others])
            least[columns] = (difference + (Interval.exact(bias[answer]) - bias[others])[:, None]).low.min(axis=0)
    return least


def least_margin(net: Net, machine: Machine, cover: Cover, epsilon: float) -> float:
    """A lower bound on the margin of the right answer over all images of a closed cover; NaN or −∞ where there is none."""
    step_images, output = StepImages(net), np.asarray(machine.output)
    with np.errstate(all="ignore"):
        states, _ = step_images.images(cover.boxes, epsilon)
        return float(margins(net, step_images.features(states), output[cover.machine_states].ravel()).min())
