"""Unfold what remains open: a step that leaves the ellipsoid of the next context goes to an ellipsoid of its own, its image.

From there each symbol goes to the usual context if that holds the image, to a loop if the symbol is repeated and the loop's
ellipsoid holds it, or to one more image. Where a repeated symbol converges slowly, its images fall into the loop in the end, and
the graph closes. Where it does not close, it is a proof for words of some steps: the shortest ones that need a missing step.
"""

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import cycle, islice

import numpy as np
from numpy.typing import NDArray

from anylength.verification.ellipsoids.contexts import EMPTY, Context, Contexts, repeated_in
from anylength.verification.ellipsoids.levels import Ellipsoids, Levels, levels_of, spread_of
from anylength.verification.ellipsoids.loops import Loop, loops_of, turn_of
from anylength.verification.ellipsoids.problem import Array, Problem
from anylength.verification.ellipsoids.regions import Goal, Region, image_of
from anylength.verification.ellipsoids.slices import WHOLE, Slice

LONG_AGO = 200
"""How often a symbol is repeated to name the context of its loop."""

MOST_JOINED = 3
"""Ellipsoids of other words with the same repeated symbol into which an image may fall: so many are tried."""

Edge = tuple[int, int]
"""A node, and a symbol."""


@dataclass
class Unfolding:
    """A graph of ellipsoids that grows until it closes, or has so many nodes, or it is too late.

    Attributes:
        problem: What is to be proved.
        contexts: The contexts of the first nodes.
        nodes: The context of each node: the first ones stand for all words that end so, the others for some of them.
        given: The ellipsoids of the first nodes.
        after: The next node of each edge that closes.
        avoided: First nodes that no edge goes to: an edge that would do so gets an image of its own.
        slices: The slices in which ellipsoids are cut whose images do not lie in the next one.
        known_loops: The loops of repeated symbols that were found before, by the machine's state and the symbol.
        is_cut: Whether it grew until it had too many nodes, or it was too late.
    """

    problem: Problem
    contexts: Contexts
    nodes: list[Context]
    given: Ellipsoids
    after: dict[Edge, int] = field(default_factory=dict)
    avoided: frozenset[int] = frozenset()
    slices: tuple[Slice, ...] = WHOLE
    known_loops: dict[Edge, list[Loop]] = field(default_factory=dict)
    is_cut: bool = False

    def __post_init__(self) -> None:
        self.regions: list[Region] = list(zip(self.given.center, self.given.shape, strict=True))
        self.spreads: list[Array] = list(self.given.spread)
        self.numbers = {context: number for number, context in enumerate(self.nodes)}
        self.start = self.numbers[EMPTY]
        self.roots = list(range(len(self.nodes)))
        self._loops: dict[Edge, list[int]] = {}
        self.first_shares: dict[tuple[int, int, int], Array] = {}
        self._goals: dict[Edge, Goal] = {}
        self._chains: dict[Edge, list[int]] = {}

    def grow(self, edges: NDArray[np.int64], found: Levels, most: int, until: float) -> None:
        """Goes on from the levels of all edges of the first nodes, with so many more nodes at most. Short words come first."""
        closed = found.closes(self.problem.eta) & ~np.isin(edges[:, 2], list(self.avoided))
        self.after.update({(a, symbol): b for (a, symbol, b, _) in edges[closed].tolist()})
        self.first_shares.update(
            {(a, symbol, b): share for (a, symbol, b, _), share in zip(edges.tolist(), found.shares, strict=True)}
        )
        self._goals.update({(a, symbol): Goal(self.spreads[b], share) for (a, symbol, b), share in self.first_shares.items()})
        waiting = [(a, symbol) for a, symbol, _, _ in edges[~closed & found.right(self.problem.eta)].tolist()]
        first = len(self.nodes)
        while waiting and time.monotonic() < until:
            self.is_cut = (len(self.nodes) - first) / 2 > most
            now, later = self._nearest(waiting)
            if self.is_cut or not now:
                return
            fresh = self._fall_into_loops(now)
            self._join_chains([edge for edge in now if edge not in self.after])
            images = self._follow(edge for edge in now if edge not in self.after)
            fresh += [edge for nodes in images.values() for node in nodes for edge in self.edges_of(node)]
            waiting = later + self._close(fresh, images)
        self.is_cut = bool(waiting)

    def _nearest(self, edges: list[Edge]) -> tuple[list[Edge], list[Edge]]:
        """The edges that the shortest words lead to, and the others; none of the former where no word leads to any."""
        depths = self.depths()
        least = min((depths[node] for node, _ in edges if node in depths), default=-1)
        now = [edge for edge in edges if depths.get(edge[0]) == least]
        return now, [edge for edge in edges if depths.get(edge[0]) != least]

    def state(self, node: int) -> int:
        """The machine's state at a node."""
        return self.contexts.state(self.nodes[node])

    def usual(self, edge: Edge) -> int:
        """The first node that stands for all words of the next context."""
        return self.numbers[self.contexts.next(self.nodes[edge[0]], edge[1])]

    def edges_of(self, node: int) -> list[Edge]:
        """A node with each symbol that a word may go on with."""
        return [(node, symbol) for symbol in self.contexts.symbols_after(self.nodes[node])]

    def add(self, usual: int, region: Region, spread: Array, root: int) -> int:
        """Adds a node with the context of another one, and an ellipsoid of its own."""
        self.nodes.append(self.nodes[usual])
        self.roots.append(root)
        self.regions.append(region)
        self.spreads.append(spread)
        return len(self.nodes) - 1

    def levels(self, steps: list[tuple[int, int, int]]) -> Levels:
        """The levels of steps: a node, a symbol, and the next node."""
        output = self.problem.machine.output
        nodes = list({node: None for a, _, b in steps for node in (a, b)})
        place = {node: number for number, node in enumerate(nodes)}
        table = np.array([(place[a], symbol, place[b], output[self.state(a)][symbol]) for a, symbol, b in steps], np.int64)
        unknown = np.full(self.problem.blocks + 3, np.nan)
        first = [self.first_shares.get((a, symbol, b), unknown) for a, symbol, b in steps]
        return levels_of(self.problem, self.ellipsoids(nodes), table, np.array(first), slices=self.slices)

    def ellipsoids(self, nodes: Iterable[int]) -> Ellipsoids:
        """The ellipsoids of these nodes."""
        regions, spreads = zip(*((self.regions[node], self.spreads[node]) for node in nodes), strict=True)
        center, shape = (np.array([region[part] for region in regions]) for part in (0, 1))
        return Ellipsoids(center, shape, np.array(spreads))

    def _close(self, edges: list[Edge], images: dict[Edge, list[int]]) -> list[Edge]:
        """Chooses one of the images of each edge, and closes the edges that the usual nodes hold; the others, if they are right."""
        if not edges:
            return []
        usual = [self.usual(edge) for edge in edges]
        found = self.levels([(*edge, target) for edge, target in zip(edges, usual, strict=True)])
        closed, right = found.closes(self.problem.eta) & ~np.isin(usual, list(self.avoided)), found.right(self.problem.eta)
        self._goals.update({edge: Goal(self.spreads[b], share) for edge, b, share in zip(edges, usual, found.shares, strict=True)})
        worst = dict.fromkeys((node for node, _ in edges), 0.0)
        for (node, _), level, is_right in zip(edges, found.level, right, strict=True):
            worst[node] = max(worst[node], level if is_right else np.inf)
        losers = set[int]()
        for edge, nodes in images.items():
            self.after[edge] = min(nodes, key=lambda node: worst.get(node, 0.0))
            losers.update(set(nodes) - {self.after[edge]})
            if self._is_repeated(edge):
                self._chains.setdefault((self.state(edge[0]), edge[1]), []).append(self.after[edge])
        self.after.update({edge: self.usual(edge) for edge, closes in zip(edges, closed, strict=True) if closes})
        return [edge for edge, wait in zip(edges, ~closed & right, strict=True) if wait and edge[0] not in losers]

    def _fall_into_loops(self, edges: list[Edge]) -> list[Edge]:
        """Closes the edges that repeat a symbol and whose image a loop holds. The edges of loops that are new."""
        fresh, steps = list[Edge](), list[tuple[int, int, int]]()
        for node, symbol in edges:
            q = self.state(node)
            if self._is_repeated((node, symbol)):
                if (q, symbol) not in self._loops:
                    fresh += self._add_loop(q, symbol, self.regions[node][0])
                steps += [(node, symbol, target) for target in self._loops[self.problem.machine.delta[q][symbol], symbol]]
        if steps:
            found = self.levels(steps)
            closed = found.closes(self.problem.eta)
            self.after.update({(a, symbol): b for (a, symbol, b), closes in zip(steps, closed, strict=True) if closes})
            self._goals.update(
                {(a, symbol): Goal(self.spreads[b], share) for (a, symbol, b), share in zip(steps, found.shares, strict=True)}
            )
        return fresh

    def _is_repeated(self, edge: Edge) -> bool:
        """Whether an edge reads a symbol once more, and the machine keeps its state or comes back to it."""
        (node, symbol), context = edge, self.nodes[edge[0]]
        return len(context) > 1 and context[1] == symbol and bool(turn_of(self.problem.machine, self.state(node), symbol))

    def _join_chains(self, edges: list[Edge]) -> None:
        """Closes the edges that repeat a symbol and whose image lies in one that was made so before."""
        steps = list[tuple[int, int, int]]()
        for node, symbol in edges:
            after = self.problem.machine.delta[self.state(node)][symbol]
            loop = self._loops.get((after, symbol), []) if self._is_repeated((node, symbol)) else []
            chain = self._chains.get((self.state(node), symbol), [])
            if loop and chain:
                given = self.ellipsoids(chain)
                inverse = np.linalg.inv(self.regions[loop[0]][1])
                image = self.problem.step(self.regions[node][0][:, None], np.array([symbol]))[:, 0]
                far = np.linalg.norm((given.center - image) @ inverse.T, axis=1) / np.linalg.norm(
                    inverse @ given.shape, axis=(1, 2)
                )
                steps += [(node, symbol, chain[place]) for place in np.argsort(far)[:MOST_JOINED]]
        if steps:
            closed = self.levels(steps).closes(self.problem.eta)
            self.after.update({(a, symbol): b for (a, symbol, b), closes in zip(steps, closed, strict=True) if closes})

    def _add_loop(self, q: int, symbol: int, near: Array) -> list[Edge]:
        """Adds the loop of a symbol that takes the machine from state q back to it, if there is one; the edges that leave it."""
        turn = turn_of(self.problem.machine, q, symbol)
        states = [[turn[(place - back) % len(turn)] for back in range(1, LONG_AGO)] for place in range(len(turn))]
        contexts = [self.contexts.found(repeated_in(each, symbol)) for each in states]
        usual = [self.numbers[context] for context in contexts if context is not None]
        loop = self._loop(usual, symbol, near) if len(usual) == len(turn) else None
        targets = list[int]()
        if loop is not None:
            each = zip(cycle(usual), loop.centers, loop.shapes, spread_of(loop.shapes), strict=False)
            targets = [self.add(root, (center, shape), spread, root) for root, center, shape, spread in each]
        for place, state in enumerate(turn):
            self._loops[state, symbol] = targets[place :: len(turn)]
        for place, node in enumerate(targets):
            self.after[node, symbol] = targets[(place + 1) % len(targets)]
        return [edge for node in targets for edge in self.edges_of(node) if edge[1] != symbol]

    def _loop(self, usual: list[int], symbol: int, near: Array) -> Loop | None:
        """A loop with the fewest edges that leave it and do not close: these have to be unfolded again.

        The largest of such loops catches most. Where some do not close, it is one of middle size: their images are smaller.
        """
        best, fewest, q = list[Loop](), math.inf, self.state(usual[0])
        if not self.known_loops.get((q, symbol)):
            outputs = [self.problem.machine.output[self.state(node)][symbol] for node in usual]
            self.known_loops[q, symbol] = loops_of(self.problem, near, symbol, outputs)
        for loop in self.known_loops[q, symbol]:
            is_open = self._open_exits(usual, symbol, loop)
            if not is_open:
                return loop
            best = [*(best if is_open == fewest else []), loop] if is_open <= fewest else best
            fewest = min(fewest, is_open)
        return best[len(best) // 2] if best else None

    def _open_exits(self, usual: list[int], symbol: int, loop: Loop) -> int:
        """How many edges that leave a loop do not close."""
        count, output = len(loop.centers), self.problem.machine.output
        nodes = enumerate(islice(cycle(usual), count))
        exits = [(place, edge) for place, node in nodes for edge in self.edges_of(node) if edge[1] != symbol]
        if not exits:
            return 0
        targets = [self.usual(edge) for _, edge in exits]
        given, own = self.ellipsoids(targets), Ellipsoids(loop.centers, loop.shapes, spread_of(loop.shapes))
        both = Ellipsoids(
            *(np.concatenate([getattr(each, name) for each in (own, given)]) for name in ("center", "shape", "spread"))
        )
        table = [
            (place, read, count + number, output[self.state(node)][read]) for number, (place, (node, read)) in enumerate(exits)
        ]
        closed = levels_of(self.problem, both, np.array(table, np.int64)).closes(self.problem.eta)
        return int((~closed | np.isin(targets, list(self.avoided))).sum())

    def _follow(self, edges: Iterable[Edge]) -> dict[Edge, list[int]]:
        """Two ellipsoids around the image of each edge: a small one, and one that lies in the goal if any does.

        The goal is a loop where the symbol is repeated, else the usual node.
        """
        images = dict[Edge, list[int]]()
        for node, symbol in edges:
            usual = self.usual((node, symbol))
            goals = None, self._goals[node, symbol]
            found = [image_of(self.problem, self.regions[node], symbol, goal) for goal in goals]
            images[node, symbol] = [self.add(usual, image.region, image.spread, self.roots[node]) for image in found]
            for image, target in zip(found, images[node, symbol], strict=True):
                self.first_shares[node, symbol, target] = image.shares
        return images

    def depths(self) -> dict[int, int]:
        """The nodes that the start leads to, and the least number of symbols that leads there."""
        depths, waiting = {self.start: 0}, [self.start]
        for node in waiting:
            fresh = [after for after in map(self.after.get, self.edges_of(node)) if after is not None and after not in depths]
            depths.update((after, depths[node] + 1) for after in fresh)
            waiting += dict.fromkeys(fresh)
        return depths

    def _ends(self) -> list[tuple[int, int]]:
        """The nodes that the start leads to and that lack an edge, and the least number of symbols that leads there."""
        return [each for each in self.depths().items() if any(edge not in self.after for edge in self.edges_of(each[0]))]

    def steps(self) -> int | None:
        """The most steps of words that never need a missing edge; None if none is missing."""
        return min((depth for _, depth in self._ends()), default=None)

    def blamed(self) -> frozenset[int]:
        """The first nodes that lack an edge, or from which one came to a node that does."""
        return frozenset(self.roots[node] for node, _ in self._ends())

    def checked(self) -> tuple[NDArray[np.int64], Levels] | None:
        """All edges `[K, 3]` between nodes that the start leads to, and their levels; None if there are none.

        Edges that do not close are given up.
        """
        while edges := self._edges_reached():
            found = self.levels(edges)
            failed = np.flatnonzero(~found.closes(self.problem.eta))
            if not failed.size:
                return np.array(edges), found
            for number in failed:
                del self.after[edges[number][:2]]
        return None

    def _edges_reached(self) -> list[tuple[int, int, int]]:
        """The edges between nodes that the start leads to."""
        depths = self.depths()
        return [(*edge, after) for edge, after in self.after.items() if edge[0] in depths]
