"""How words come from the net's start to the ellipsoids of a late start.

After each step images that are near each other get one ellipsoid, a cell, whatever words they come from, until all lie in those of
contexts. Cells grow from step to step, as far as the last ones may be wide.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.verification.ellipsoids.classes import START
from anylength.verification.ellipsoids.hulls import hull
from anylength.verification.ellipsoids.problem import Array
from anylength.verification.ellipsoids.regions import Image, image_of
from anylength.verification.ellipsoids.transients import LateStart
from anylength.verification.ellipsoids.unfolding import Edge, Unfolding

WIDTHS = (10.0, 5.0, 2.5)
"""Widths of the last cells that are tried, as multiples of the median length of the contexts' ellipsoids."""

GROWTH, DECLINE = 1.2, 2.0
"""How much wider cells are from step to step, and how much narrower once states from the start are near to late ones."""

MORE_STEPS = 24
"""Steps until all states have arrived, after those that bring them near."""

MOST_CELLS = 8_000
"""So many cells at most."""

TRIED = 4
"""Contexts that an image may lie in: so many are tried, the nearest first."""


@dataclass
class Arrival:
    """Cells on the way from the net's start to a closed graph.

    Attributes:
        unfolding: The graph. Cells become nodes of it.
        late: The late start that it begins at.
        until: The time (`time.monotonic`) to give up.
    """

    unfolding: Unfolding
    late: LateStart
    until: float

    def __post_init__(self) -> None:
        contexts, nodes = self.unfolding.contexts, self.unfolding.nodes
        self._goals: dict[tuple[int, int], list[int]] = {}
        for node in self.unfolding.depths():
            if nodes[node][-1] != START:
                self._goals.setdefault((contexts.state(nodes[node]), nodes[node][1]), []).append(node)
        goals = [node for nodes in self._goals.values() for node in nodes]
        self._inverse = dict(zip(goals, np.linalg.pinv(self.unfolding.ellipsoids(goals).shape), strict=True))
        self._length = float(np.median(np.linalg.norm(self.unfolding.ellipsoids(goals).shape, 2, axis=(1, 2))))

    def succeeds(self) -> bool:
        """Whether cells were found for all words: the graph begins at the net's start then."""
        return any(self._succeeds_with(width * self._length) for width in WIDTHS)

    def _succeeds_with(self, width: float) -> bool:
        unfolding, first = self.unfolding, len(self.unfolding.nodes)
        point = unfolding.problem.own_start, np.zeros_like(unfolding.regions[0][1])
        layer = [unfolding.add(unfolding.start, point, np.ones(len(point[0])), unfolding.start)]
        for step in range(self.late.steps + MORE_STEPS):
            left = self._left([edge for node in layer for edge in unfolding.edges_of(node)])
            if not left:
                unfolding.start = first
                return True
            if len(unfolding.nodes) - first > MOST_CELLS or time.monotonic() > self.until:
                return False
            more = self.late.steps - 1 - step
            layer = self._cells(left, width / (GROWTH**more if more > 0 else DECLINE**-more))
            if not unfolding.levels([(*edge, unfolding.after[edge]) for edge in left]).closes(unfolding.problem.eta).all():
                return False  # an answer is wrong, or numbers are too large
        return False

    def _left(self, edges: list[Edge]) -> list[Edge]:
        """Closes the edges whose image lies in the ellipsoid of a context; the others."""
        steps = list(self._tried(edges))
        closes = self.unfolding.levels(steps).closes(self.unfolding.problem.eta) if steps else []
        closed = {(node, symbol): goal for (node, symbol, goal), is_closed in zip(steps, closes, strict=True) if is_closed}
        self.unfolding.after.update(closed)
        return [edge for edge in edges if edge not in closed]

    def _tried(self, edges: list[Edge]) -> Iterator[tuple[int, int, int]]:
        """Steps into the contexts that hold the image of a cell's center, the nearest first."""
        unfolding, delta = self.unfolding, self.unfolding.problem.machine.delta
        centers = np.array([unfolding.regions[node][0] for node, _ in edges])
        images = unfolding.problem.step(centers.T, np.array([symbol for _, symbol in edges])).T
        for (node, symbol), image in zip(edges, images, strict=True):
            goals = self._goals.get((delta[unfolding.state(node)][symbol], symbol), [])
            far = [np.linalg.norm(self._inverse[goal] @ (image - unfolding.regions[goal][0])) for goal in goals]
            yield from ((node, symbol, goals[place]) for place in np.argsort(far)[:TRIED] if far[place] < 1)

    def _cells(self, edges: list[Edge], width: float) -> list[int]:
        """Cells around the images of edges, each of images that are within a width and have the machine's state in common."""
        problem, unfolding, cells = self.unfolding.problem, self.unfolding, list[int]()
        images = [image_of(problem, unfolding.regions[node], symbol) for node, symbol in edges]
        after = np.array([problem.machine.delta[unfolding.state(node)][symbol] for node, symbol in edges])
        for state in np.unique(after):
            own = np.flatnonzero(after == state)
            labels = _labels(np.array([images[place].region[0] for place in own]), width)
            cells += [self._cell(edges, images, own[labels == label]) for label in np.unique(labels)]
        return cells

    def _cell(self, edges: list[Edge], images: list[Image], places: NDArray[np.intp]) -> int:
        """A cell around some images, which its edges lead to."""
        unfolding, usual = self.unfolding, self.unfolding.usual(edges[places[0]])
        found = hull([images[place].region for place in places])
        cell = unfolding.add(usual, found.region, images[places[0]].spread, usual)
        for place in places:
            shares = (1 - found.share) * images[place].shares
            unfolding.after[edges[place]] = cell
            unfolding.first_shares[*edges[place], cell] = shares + found.share * (np.arange(len(shares)) == 0)
        return cell


def _labels(points: Array, width: float) -> NDArray[np.int64]:
    """Groups of points `[n, D]`: each is within a width of one of its group, and those are farther than that from each other."""
    labels, far, count = np.zeros(len(points), np.int64), np.linalg.norm(points - points[0], axis=1), 1
    while far.max() > width:
        beside = np.linalg.norm(points - points[far.argmax()], axis=1)
        labels[beside < far], far, count = count, np.minimum(far, beside), count + 1
    return labels
