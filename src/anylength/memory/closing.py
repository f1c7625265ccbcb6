"""The least boxes that a net with stacks needs, from the start state on, by iteration; and the proofs that they make."""

import math
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.memory.formats import FORMATS, required
from anylength.memory.images import Boxes, Images, StackSteps
from anylength.nets import Net
from anylength.ops.intervals import Interval
from anylength.rules import BOTTOM, StackMachine

HALF = 0.5
"""From here on a gate is closed or open."""

ITERATIONS, PATIENT, WIDENING = 200, 6, 1e-4
"""Most iterations; those before growing boxes are widened, so that they come to an end; and by which share."""

BUDGETS = tuple(float(10.0**-place) for place in np.arange(1.0, 5.01, 0.25))
"""The noise that is tried for a proof's budget."""


@dataclass(frozen=True)
class StackProof:
    """Boxes that close, for an epsilon and an eta.

    Attributes:
        boxes: The boxes.
        epsilon: The noise.
        eta: The least lead of an answer, and how far the numbers of gates are beyond ½.
        formats: The number formats that both cover.
        margin: The least lead that was found.
        fine: Of which graph of the machine the nodes are.
    """

    boxes: Boxes
    epsilon: float
    eta: float
    formats: tuple[str, ...]
    margin: float
    fine: bool


@dataclass(frozen=True)
class Open:
    """Why boxes do not close: the edges on which an answer or an action is not decided, or none where they only grow."""

    reason: str
    edges: tuple[int, ...] = ()


def close(steps: StackSteps, *, epsilon: float, eta: float, until: float = math.inf) -> Boxes | Open:
    """The least boxes that hold the start and the images of all edges, if every answer leads and every action is decided by eta.

    Args:
        steps: The net along the edges of the machine's graph.
        epsilon: By how much every new state is widened.
        eta: By how much an answer leads, and a gate's number is beyond ½.
        until: When to give up (`time.monotonic`).
    """
    edges, start = steps.edges, steps.start()
    nodes, rows = len(steps.graph.states), steps.program.encoded - len(steps.alphabet)
    boxes = Boxes(_nothing(start.shape[0], nodes), _nothing(rows, steps.machine.letters))
    for part, at, held in ((boxes.nodes, 0, start), (boxes.letters, BOTTOM, Interval.exact(np.zeros((rows, 1))))):
        part.low[:, at], part.high[:, at] = held.low[:, 0], held.high[:, 0]
    with np.errstate(all="ignore"):
        for count in range(ITERATIONS):
            which = _known(steps, boxes)
            images = steps.images(boxes, which, epsilon)
            wrong = np.flatnonzero(~(images.margins >= eta) | ~(images.decided >= HALF + eta))
            if wrong.size:
                answers = int((~(images.margins[wrong] >= eta)).sum())
                otherwise = f"{wrong.size - answers} more have a gate that is soft, or that acts otherwise than the machine"
                reason = f"of {len(which)} steps {answers} may answer wrongly, and {otherwise}"
                return Open(reason, tuple(which[wrong].tolist()))
            found = _joined(steps, boxes, which, images)
            if len(which) == len(edges.node) and _inside(found, boxes):
                return boxes
            boxes = _grown(boxes, found, WIDENING if count >= PATIENT else 0.0)
            if time.monotonic() > until:
                return Open("the boxes were still growing when the time was up")
    return Open(f"the boxes still grow after {ITERATIONS} rounds")


def _nothing(rows: int, columns: int) -> Interval:
    """Boxes that hold no vector yet."""
    return Interval(np.full((rows, columns), np.inf), np.full((rows, columns), -np.inf))


def _known(steps: StackSteps, boxes: Boxes) -> NDArray[np.int64]:
    """The edges from boxes that hold something already."""
    edges, rows = steps.edges, boxes.letters.shape[0] // steps.stacks
    known = np.isfinite(boxes.nodes.low[0])[edges.node]
    for k in range(steps.stacks):
        known &= np.isfinite(boxes.letters.low[k * rows])[edges.tops[k]]
    return np.flatnonzero(known)


def _joined(steps: StackSteps, boxes: Boxes, which: NDArray[np.int64], images: Images) -> Boxes:
    """The hulls of the boxes' starts and of all images that enter them."""
    edges, rows = steps.edges, boxes.letters.shape[0] // steps.stacks
    nodes, letters = (Interval(part.low.copy(), part.high.copy()) for part in (boxes.nodes, boxes.letters))
    _enter(nodes, edges.after[which], images.terms)
    values = images.states[-boxes.letters.shape[0] :]
    for k in range(steps.stacks):
        pushing = np.flatnonzero(edges.pushed[k, which])
        part = slice(k * rows, (k + 1) * rows)
        _enter(letters[part], edges.pushed[k, which[pushing]], values[part][:, pushing])
    return Boxes(nodes, letters)


def _enter(boxes: Interval, at: NDArray[np.int64], images: Interval) -> None:
    """Widens the box at each place until the images lie inside."""
    np.minimum.at(boxes.low.T, at, images.low.T)
    np.maximum.at(boxes.high.T, at, images.high.T)


def _inside(found: Boxes, boxes: Boxes) -> bool:
    return bool(found.nodes.inside(boxes.nodes).all() and found.letters.inside(boxes.letters).all())


def _grown(boxes: Boxes, found: Boxes, share: float) -> Boxes:
    def one(before: Interval, after: Interval) -> Interval:
        more = share * np.where(np.isfinite(after.low), after.high - after.low, 0.0) + share * 1e-5
        low = np.where(after.low < before.low, after.low - more, after.low)
        return Interval(low, np.where(after.high > before.high, after.high + more, after.high))

    return Boxes(one(boxes.nodes, found.nodes), one(boxes.letters, found.letters))


def find_stack_proofs(net: Net, machine: StackMachine, until: float = math.inf) -> list[StackProof] | Open:
    """The proofs that a net does what a machine with stacks does: the coarsest number format that closes, then the noise budget.

    A node for each state of the machine is tried first, then one for each state and what was just done.
    """
    reason = Open("")
    for fine in (False, True):
        steps = StackSteps(net, machine, fine=fine)
        found = find_proof(steps, "float32", until)
        if isinstance(found, StackProof):
            return _with_budget(steps, _coarsest(steps, until) or found, until)
        reason = found
    return reason


def find_proof(steps: StackSteps, name: str, until: float = math.inf) -> StackProof | Open:
    """The proof that covers a number format."""
    epsilon, eta = required(steps, name)
    if not (epsilon < 1 and eta < 1):
        return Open(f"{name} errs by too much")
    boxes = close(steps, epsilon=epsilon, eta=eta, until=until)
    if isinstance(boxes, Open):
        return boxes
    formats = tuple(each for each in FORMATS if each != "float32" and _covers(steps, each, epsilon, eta))
    return StackProof(boxes, epsilon, eta, (*formats, "float32"), _margin(steps, boxes, epsilon), steps.fine)


def _covers(steps: StackSteps, name: str, epsilon: float, eta: float) -> bool:
    needed = required(steps, name, epsilon)
    return needed[0] <= epsilon and needed[1] <= eta


def _coarsest(steps: StackSteps, until: float) -> StackProof | None:
    for name in ("bfloat16", "float16"):
        found = find_proof(steps, name, until)
        if isinstance(found, StackProof):
            return found
    return None


def _with_budget(steps: StackSteps, proof: StackProof, until: float) -> list[StackProof]:
    """The proof, and one for the largest noise that closes."""
    for epsilon in BUDGETS:
        if epsilon <= proof.epsilon:
            break
        _, eta = required(steps, "float32", epsilon)
        boxes = close(steps, epsilon=epsilon, eta=eta, until=until)
        if isinstance(boxes, Boxes):
            return [proof, StackProof(boxes, epsilon, eta, ("float32",), _margin(steps, boxes, epsilon), steps.fine)]
    return [proof]


def _margin(steps: StackSteps, boxes: Boxes, epsilon: float) -> float:
    """The least lead of the right answer over all edges."""
    return float(steps.images(boxes, np.arange(len(steps.edges.node)), epsilon).margins.min())
