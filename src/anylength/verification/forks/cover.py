"""A cover with forks while it is trained: nodes, steps, and what each step is made of."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import jax
import numpy as np
from numpy.typing import NDArray

from anylength.verification.ellipsoids.joint import Logits, first_logits
from anylength.verification.ellipsoids.problem import Array, Problem
from anylength.verification.ellipsoids.regions import ordered
from anylength.verification.ellipsoids.slices import WHOLE, Slice
from anylength.verification.ellipsoids.training import padded, round_size
from anylength.verification.forks.found import CLOSED, WITHOUT, Found, all_of, numbers_of
from anylength.verification.forks.images import Ellipsoids, descended, given_of, hulls, middles, setting_of
from anylength.verification.forks.kinds import Kinds
from anylength.verification.forks.nodes import Nodes
from anylength.verification.forks.pieces import CUTS, Pieces, whole_pieces

BATCHES = 64, 512
"""Pieces of a compiled program: the first number that suffices, or the last."""

FIRST_UPDATES, MORE_UPDATES = 15, 35
"""Steps of the descent of joint weights for each target that is tried, and further ones for what is kept."""

LEAST_AXIS, ROOM = 0.02, 1.02
"""Of an ellipsoid around an image: its least axis beside its target, and by how much it is larger than needed."""

THICK = 5.0
"""Its axes are longer than so many times the noise: there float32 is exact enough."""

CANDIDATES = 4
"""Targets that are tried for a piece: its own and the nearest ones."""


def enough(sizes: tuple[int, ...], count: int) -> int:
    """The first of some sizes that is as large as a count, or else the last one: programs are compiled for few sizes."""
    return next((size for size in sizes if size >= count), sizes[-1])


@dataclass
class ForkedCover:
    """Nodes, and a step from each for each symbol.

    Attributes:
        problem: The net and its machine.
        kinds: The kinds of words.
        nodes: The ellipsoids, of which the first one is the start.
        steps: `[K, 4]` source, symbol, target, answer; the symbols of a node one after the other.
        found: The pieces of all steps.
        wanted: Nodes that matter whether the start leads to them yet or not.
    """

    problem: Problem
    kinds: Kinds
    nodes: Nodes
    steps: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 4), np.int64))

    def __post_init__(self) -> None:
        self.set_problem(self.problem)
        self.whole = first_logits(0, self.setting.blocks)
        self.found: Found | None = None
        self.wanted = np.zeros(0, np.int64)
        if not len(self.steps):
            nodes, self.nodes = self.nodes, Nodes(self.nodes.center[:0], self.nodes.shape[:0], self.nodes.kind[:0])
            self.add(nodes)

    def set_problem(self, problem: Problem) -> None:
        """The same cover for another noise."""
        self.problem, self.setting, self.given = problem, setting_of(problem), given_of(problem)

    def add(self, others: Nodes) -> NDArray[np.int64]:
        """Adds nodes, and a step from each for each symbol to the node nearest to its image. The numbers of these steps."""
        first, symbols = len(self.nodes), self.problem.machine.symbols
        self.nodes = self.nodes.and_more(others)
        source = np.repeat(np.arange(first, len(self.nodes)), symbols)
        symbol = np.tile(np.arange(symbols), len(others))
        kind = self.nodes.kind[source]
        states = self.problem.step(self.nodes.center[source].T, symbol).T
        target = self.nodes.nearest(states, self.kinds.after[kind, symbol], 1)[0][:, 0]
        steps = np.stack([source, symbol, target, self.kinds.output[kind, symbol]], 1)
        numbers = np.arange(len(self.steps), len(self.steps) + len(steps))
        self.steps = np.concatenate([self.steps, steps])
        more = first_logits(len(steps), self.setting.blocks)
        self.whole = tuple(np.concatenate(pair) for pair in zip(self.whole, more, strict=True))
        return numbers

    @property
    def ellipsoids(self) -> Ellipsoids:
        """Those of the nodes in float32, padded. The start is a point with a little around it, as it has an inverse then."""
        size = round_size(len(self.nodes))
        shape = self.nodes.shape.copy()
        shape[0] += 1e-9 * np.eye(shape.shape[1])
        parts = self.nodes.center, shape, np.linalg.inv(shape)
        return Ellipsoids(*(np.asarray(padded(part, size), np.float32) for part in parts))

    def enlarge(self, numbers: NDArray[np.int64], factors: Array) -> None:
        """Makes the ellipsoids of some nodes larger, each by a factor, in all directions."""
        shape = self.nodes.shape.copy()
        shape[numbers] *= factors[:, None, None]
        self.nodes = replace(self.nodes, shape=shape)

    def prune(self) -> NDArray[np.int64]:
        """Leaves out the nodes that are not reached. The numbers that the others had."""
        assert self.found is not None
        kept, found = self.reached, self.found.at(self.matters)
        own = self.steps_of(kept)
        node, step = np.zeros(len(self.nodes), np.int64), np.zeros(len(self.steps), np.int64)
        node[kept], step[own] = np.arange(len(kept)), np.arange(len(own))
        target = self.steps[:, 2].copy()
        target[found.step] = found.pieces.target  # where it is cut, any of its targets
        self.nodes, self.steps, self.wanted = self.nodes.at(kept), self.steps[own], node[self.wanted]
        self.steps[:, 0], self.steps[:, 2] = node[self.steps[:, 0]], node[target[own]]
        self.whole = self.whole[0][own], self.whole[1][own]
        pieces = replace(found.pieces, source=node[found.pieces.source], target=node[found.pieces.target])
        self.found = replace(found, step=step[found.step], pieces=pieces)
        return kept

    def evaluate(self, numbers: NDArray[np.int64], nearly: float = CLOSED, cuts: tuple[tuple[Slice, ...], ...] = CUTS) -> None:
        """Looks for the pieces of some steps, and for joint weights, anew.

        A step is whole if its level is below `nearly`, with its own target or another one; else it is cut, in ever more slices,
        until theirs are. Pieces stay if what is found lacks more.
        """
        if not numbers.size:
            return
        pieces, logits = (
            whole_pieces(self.steps[numbers], self.problem.program.state),
            (self.whole[0][numbers], self.whole[1][numbers]),
        )
        whole = self.with_weights(pieces, logits, numbers, FIRST_UPDATES + MORE_UPDATES)
        for own, new in zip(self.whole, whole.logits, strict=True):
            own[numbers] = new
        fails = whole.is_open(self.problem.eta, nearly if cuts else np.inf)
        kept, left, longest = [whole.at(~fails)], whole.at(fails), self.longest[fails]
        for cut in cuts:
            if left.step.size:
                found = self.retargeted(left.pieces.cut(longest, cut), np.repeat(left.step, len(cut)))
                fails = np.asarray(found.is_open(self.problem.eta, nearly).reshape(-1, len(cut)).any(1)) & (cut is not cuts[-1])
                kept.append(found.at(np.repeat(~fails, len(cut))))
                if cut is WHOLE:
                    self.steps[left.step[~fails], 2] = kept[-1].pieces.target
                left, longest = left.at(fails), longest[fails]
        self._take_better(all_of(kept), numbers)

    def _take_better(self, found: Found, numbers: NDArray[np.int64]) -> None:
        """Puts what is found for some steps in place of what they had, unless that lacked less, or as much in fewer pieces."""
        if self.found is not None:
            count, eta = len(self.steps), self.problem.eta
            before, after = (each.lack_of_steps(count, eta)[numbers] for each in (self.found, found))
            fewer = np.bincount(found.step, minlength=count)[numbers] <= np.bincount(self.found.step, minlength=count)[numbers]
            is_better = (after < before) | ((after == before) & fewer)
            before = self.found.at(~np.isin(self.found.step, numbers[is_better]))
            found = all_of([before, found.at(np.isin(found.step, numbers[is_better]))])
        self.found = found

    def evaluate_reached(self, nearly: float = CLOSED) -> None:
        """Evaluates steps that have no pieces yet, and open ones of nodes that the start leads to.

        Those that are open and in the most slices then only get other targets.
        """
        new = np.setdiff1d(np.arange(len(self.steps)), () if self.found is None else self.found.step)
        self.evaluate(new, nearly)
        assert self.found is not None
        self.look_again(self.found, self.ellipsoids, np.arange(len(self.found.step)))
        self.retarget(self.open_pieces)
        looked = self.in_most_slices
        looked[new] = True
        while (numbers := self.open_steps[~looked[self.open_steps]]).size:
            self.evaluate(numbers, nearly)
            looked[numbers] = True

    def steps_of(self, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
        """The numbers of the steps of some nodes."""
        return np.flatnonzero(np.isin(self.steps[:, 0], nodes))

    @property
    def reached(self) -> NDArray[np.int64]:
        """The nodes that the start leads to, the start first, and the wanted ones with what these lead to."""
        return self.led_to(np.append(self.wanted, 0))

    def led_to(self, first: NDArray[np.int64]) -> NDArray[np.int64]:
        """Some nodes and those that these lead to, in order."""
        assert self.found is not None
        pairs = np.unique(np.stack([self.found.pieces.source, self.found.pieces.target], 1), axis=0)
        known, before = np.zeros(len(self.nodes), bool), 0
        known[first] = True
        while known.sum() > before:
            before = known.sum()
            known[pairs[known[pairs[:, 0]], 1]] = True
        return np.flatnonzero(known)

    @property
    def open_steps(self) -> NDArray[np.int64]:
        """The steps of nodes that the start leads to with a piece that does not close."""
        assert self.found is not None
        return np.unique(self.found.step[self.open_pieces])

    @property
    def is_closed(self) -> bool:
        """Whether all pieces of the nodes close that the start leads to."""
        assert self.found is not None
        own = np.isin(self.found.pieces.source, self.led_to(np.array([0])))
        return not (self.found.is_open(self.problem.eta) & own).any()

    @property
    def in_most_slices(self) -> NDArray[np.bool_]:
        """Which steps are cut in as many slices as at first they can be, or more."""
        found = np.zeros(0, np.int64) if self.found is None else self.found.step
        return np.bincount(found, minlength=len(self.steps)) >= len(CUTS[-1])

    @property
    def open_pieces(self) -> NDArray[np.int64]:
        """The pieces of these steps that do not close."""
        assert self.found is not None
        return np.flatnonzero(self.found.is_open(self.problem.eta) & self.matters)

    def open_from(self, first: int) -> NDArray[np.int64]:
        """The pieces that do not close, of the steps from one on; from the first one on those of nodes that matter.

        What was added last may matter later.
        """
        assert self.found is not None
        rows = np.flatnonzero(self.found.is_open(self.problem.eta)) if first else self.open_pieces
        return rows[self.found.step[rows] >= first]

    @property
    def matters(self) -> NDArray[np.bool_]:
        """Which pieces are of nodes that the start leads to."""
        assert self.found is not None
        return np.isin(self.found.pieces.source, self.reached)

    def look_again(self, found: Found, ellipsoids: Ellipsoids, rows: NDArray[np.int64]) -> None:
        """Puts in place the levels and margins of some pieces with the joint weights that they have, among other ellipsoids."""
        if rows.size:
            own = found.at(rows)
            _, level, margin, _ = self.in_batches(
                lambda pieces, given: descended(self.setting, 0, self.given, ellipsoids, given, pieces), own.pieces, own.logits
            )
            found.level[rows], found.margin[rows] = numbers_of(level, margin)

    def lowered(self, rows: NDArray[np.int64]) -> Array:
        """Looks for better joint weights of some pieces. The directions `[P, D]` along which these are longest."""
        assert self.found is not None
        own = self.found.at(rows)
        better, longest = self.with_weights(own.pieces, own.logits, own.step, FIRST_UPDATES + MORE_UPDATES), self.longest
        is_better = better.level < own.level
        self.found.put(rows[is_better], better.at(is_better))
        return longest

    def lower_weights(self, among: NDArray[np.bool_], updates: int) -> NDArray[np.int64]:
        """Looks for better joint weights of some pieces `[K]`. The numbers of those that have better ones."""
        assert self.found is not None
        rows = np.flatnonzero(among & (self.found.level < WITHOUT))
        if rows.size:
            own = self.found.at(rows)
            lowered = self.with_weights(own.pieces, own.logits, own.step, updates)
            better = lowered.level < own.level
            self.found.put(rows[better], lowered.at(better))
            rows = rows[better]
        return rows

    def middles(self, pieces: Pieces) -> Array:
        """The middles of images `[K, D]`."""
        ellipsoids = jax.device_put(self.ellipsoids)
        found = self.in_batches(lambda own, _: middles(self.setting, self.given, ellipsoids, own), pieces, ())
        return np.asarray(found, np.float64)

    def around_images(self, rows: NDArray[np.int64]) -> Nodes:
        """Ellipsoids around the images of some pieces, as nodes of their targets' kinds. These hold them with a little room."""
        assert self.found is not None
        own, ellipsoids = self.found.at(rows), jax.device_put(self.ellipsoids)
        center, room = self.in_batches(
            lambda pieces, logits: hulls(self.setting, self.given, ellipsoids, logits, pieces), own.pieces, own.logits
        )
        target = own.pieces.target
        squares, axes = np.linalg.eigh(np.asarray(room, np.float64))
        half = axes * np.sqrt(np.maximum(squares, LEAST_AXIS**2))[:, None] * ROOM
        shape = self.nodes.shape[target]
        center = self.nodes.center[target] + np.einsum("kij,kj->ki", shape, center)
        axes, half, _ = np.linalg.svd(shape @ half)
        thick = axes * np.hypot(half, THICK * self.problem.epsilon)[:, None]
        return Nodes(center, ordered(self.problem, center, thick), self.nodes.kind[target])

    def with_weights(self, pieces: Pieces, logits: Logits, step: NDArray[np.int64], updates: int) -> Found:
        """The pieces with joint weights that a descent finds; `longest` says along which direction each is longest."""
        ellipsoids = jax.device_put(self.ellipsoids)
        logits, level, margin, self.longest = self.in_batches(
            lambda own, given: descended(self.setting, updates, self.given, ellipsoids, given, own), pieces, logits
        )
        return Found(step, pieces, logits, *numbers_of(level, margin))

    def retargeted(self, pieces: Pieces, step: NDArray[np.int64]) -> Found:
        """The pieces with the best of the nodes that are nearest to their images."""
        count, own = len(step), pieces.target
        kinds = self.kinds.after[self.nodes.kind[pieces.source], pieces.symbol]
        near, _ = self.nodes.nearest(self.middles(pieces), kinds, CANDIDATES)
        near[:, -1] = np.where((near[:, :-1] == own[:, None]).any(1), near[:, -1], own)
        row, place = np.nonzero(near >= 0)
        tried = self.with_weights(
            pieces.at(row).with_targets(near[row, place]), first_logits(len(row), self.setting.blocks), step[row], FIRST_UPDATES
        )
        level = np.full(near.shape, np.inf)
        level[row, place] = tried.level
        best, numbers = level.argmin(1), np.full(near.shape, -1)
        numbers[row, place] = np.arange(len(row))
        chosen = numbers[np.arange(count), best]
        logits = tried.logits[0][chosen], tried.logits[1][chosen]
        return self.with_weights(pieces.with_targets(near[np.arange(count), best]), logits, step, MORE_UPDATES)

    def retarget(self, rows: NDArray[np.int64]) -> None:
        """Looks for better targets of some pieces."""
        assert self.found is not None
        if not rows.size:
            return
        others = self.retargeted(self.found.pieces.at(rows), self.found.step[rows])
        better = others.level < self.found.level[rows]
        rows, others = rows[better], others.at(better)
        whole = others.pieces.depth == 0
        self.steps[others.step[whole], 2] = others.pieces.target[whole]
        self.found.put(rows, others)

    def in_batches(self, function: Callable[[Pieces, Any], Any], pieces: Pieces, logits: Any) -> Any:
        """The results of a compiled function for all pieces, in numpy."""
        count, found = len(pieces.source), list[Any]()
        size = enough(BATCHES, count)
        for at in range(0, max(count, 1), size):
            rows = np.arange(at, min(at + size, count))
            filled = np.resize(rows, size)
            given = jax.tree.map(lambda part, filled=filled: part[filled], logits)
            result = function(jax.device_put(pieces.at(filled)), given)
            found.append(jax.tree.map(lambda part, kept=rows.size: np.asarray(part)[:kept], result))
        return jax.tree.map(lambda *parts: np.concatenate(parts), *found)
