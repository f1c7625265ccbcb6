"""Newton's method for a cover that is nearly closed: all nodes and all pieces near their goals at once, where Adam looks at a part.

The model is linear in centers and shapes (`linear.py`). Where it was wrong, the nodes move less next time: each has a damping.
"""

import time
from dataclasses import dataclass, field
from typing import NamedTuple

import jax
import numpy as np
from numpy.typing import NDArray

from anylength.verification.ellipsoids.problem import Array
from anylength.verification.ellipsoids.training import WANTED_MARGIN
from anylength.verification.forks.cover import ForkedCover
from anylength.verification.forks.found import WITHOUT, numbers_of
from anylength.verification.forks.held import Held, farthest, places
from anylength.verification.forks.images import Ellipsoids
from anylength.verification.forks.levels import loudness
from anylength.verification.forks.linear import FAR_OUT, LinearModel, Rows
from anylength.verification.forks.slopes import Spectra, parameters_of, slopes_of_margins, slopes_of_rooms, spectra
from anylength.verification.forks.training import GOAL, moved_to, unpacked

NEAR, MOST = -0.05, 4
"""What is in the model: eigenvalues that are so near to the goal, so many of a piece at most."""

NEAR_MARGIN = 3 * WANTED_MARGIN
"""Smaller margins are in the model."""

DAMPING, LEAST_DAMPING, MOST_DAMPING = 0.3, 0.02, 1e4
"""The first damping of a node, and its bounds."""

WRONG, RIGHT, MORE, LESS = 0.006, 0.002, 4.0, 0.5
"""Damping grows where the model was wrong by so much, or far out by more, and shrinks where it was not; by these factors."""

ACCEPTED, TRIES = 0.1, 8
"""A step is made if it lowers the sum by this share of what the model says; else it is tried again, so often."""

MARGIN_WEIGHT = 5.0
"""What a margin lacks counts so much beside what a level is above the goal."""

BAD = 1e6
"""The square of a level that is larger, or not a number."""

WEIGHT_UPDATES = 10
"""Updates of the joint weights before each step."""

BARELY_CLOSED = -0.002
"""Pieces whose levels have larger logarithms close barely, if they do."""


class Aim(NamedTuple):
    """What steps aim at.

    Attributes:
        goal: The logarithm of the level from which on a piece asks for nothing more.
        far_out: From so far above it on a piece asks no louder.
    """

    goal: float
    far_out: float


AT_FIRST, AT_LAST = Aim(GOAL, FAR_OUT), Aim(-0.004, 0.01)
"""At last most of what is above the first goal closes already, and what is far out should not keep the rest open."""


def above_goal(squares: Array, goal: float = GOAL) -> Array:
    """How far squares of levels are above the goal: as logarithms of levels, to first order."""
    return 0.5 * (np.exp(-2 * goal) * squares - 1)


def outside(held: Held, ellipsoids: Ellipsoids, goal: float = GOAL) -> Array:
    """How far states are out of where they are to be, as logarithms."""
    return np.log(np.linalg.norm(places(held, ellipsoids), axis=1) + 1e-9) - goal


def lacking(margin: Array) -> Array:
    """How far margins are below what is wanted, as much as it counts."""
    return MARGIN_WEIGHT * (WANTED_MARGIN - margin)


def states_in(held: Held, ellipsoids: Ellipsoids, goal: float = GOAL) -> Rows:
    """How far those near to leaving are out, for a node that moves by s, and whose shape L becomes LT: z is then T⁻¹(z − s)."""
    out = outside(held, ellipsoids, goal)
    near = out > NEAR
    held, out = Held(*(part[near] for part in held)), out[near]
    place = np.asarray(places(held, ellipsoids))
    i, j = np.tril_indices(place.shape[1])
    slopes = np.zeros((len(place), 2, place.shape[1] + len(i)), np.float32)
    slopes[:, 0] = -np.concatenate([place, place[:, i] * place[:, j]], axis=1) / (place**2).sum(1, keepdims=True).clip(1e-9)
    return Rows(1, held.node, held.node, slopes, out)


def near_open(cover: ForkedCover) -> NDArray[np.bool_]:
    """The nodes that open pieces lead from or to, and those one piece away from these that closes barely `[N]`."""
    found, is_near = cover.found, np.zeros(len(cover.nodes), bool)
    assert found is not None
    source, target = found.pieces.source, found.pieces.target
    rows = cover.open_pieces
    is_near[source[rows]] = is_near[target[rows]] = True
    barely = cover.matters & (found.level > BARELY_CLOSED) & (is_near[source] | is_near[target])
    is_near[source[barely]] = is_near[target[barely]] = True
    return is_near


@dataclass
class Newton:
    """Steps of Newton's method on one cover.

    Attributes:
        cover: What is moved.
        held: States that are to stay in their nodes.
        until: The time (`time.monotonic`) to give up.
        aim: What its steps aim at.
        free: `[N]` the nodes that move; None for all. With few of them a step takes a fraction of the time.
        damping: `[N]` how much each node resists.
    """

    cover: ForkedCover
    held: Held
    until: float
    aim: Aim = AT_FIRST
    free: NDArray[np.bool_] | None = None
    damping: Array = field(init=False)

    def __post_init__(self) -> None:
        self.damping = np.full(len(self.cover.nodes), DAMPING)
        self.moves = np.ones(len(self.cover.nodes), bool) if self.free is None else self.free.copy()
        self.moves[0] = False  # the start stays
        self.known: tuple[NDArray[np.int64], Spectra] | None = None

    def steps(self, most: int) -> int:
        """Makes so many steps, or fewer if nothing is open any more or one fails. How many were made."""
        made = 0
        while made < most and self.cover.open_steps.size and self.step():
            made += 1
        return made

    def step(self) -> bool:
        """Moves all nodes; False if no step that was tried lowers the sum."""
        cover, first = self.cover, jax.device_put(self.cover.ellipsoids)
        assert cover.found is not None
        rows, before = self._measured(first)
        held = farthest(self.held, first)
        model, own = self._model(first, rows, before, held)
        if not model.lists:
            return False
        total, start = self._sum(before, outside(held, first, self.aim.goal)), 2 * model.bent(model.values).value
        for _ in range(TRIES):
            if time.monotonic() > self.until:
                return False
            numbers, entries, half = model.least(self.damping)
            parameters = parameters_of(self._padded(numbers, len(first.center)), first.center.shape[1])
            ellipsoids = unpacked(parameters, first)
            after = self._spectra(ellipsoids, rows)
            lowered = total - self._sum(after, outside(held, ellipsoids, self.aim.goal))
            self._damp(rows, before, after, own, model.largest(entries)[: len(own)])
            if lowered > ACCEPTED * (start - 2 * half):
                self._accept(ellipsoids, rows, after)
                return True
        return False

    def _measured(self, ellipsoids: Ellipsoids) -> tuple[NDArray[np.int64], Spectra]:
        """The pieces from or to what moves, with better weights, and their spectra: those of the last step if known."""
        cover = self.cover
        assert cover.found is not None
        found, pieces = cover.found, cover.found.pieces
        own = cover.matters & (self.moves[pieces.source] | self.moves[pieces.target])
        changed = cover.lower_weights(own & (found.level > self.aim.goal + NEAR / 5), WEIGHT_UPDATES)
        if self.known is None:
            rows = np.flatnonzero(own & (np.maximum(found.level, -found.margin) < WITHOUT))
            return rows, self._spectra(ellipsoids, rows)
        rows, before = self.known
        again = np.flatnonzero(np.isin(rows, changed))
        if again.size:
            for part, new in zip(before, self._spectra(ellipsoids, rows[again]), strict=True):
                part[again] = new
        return rows, before

    def _padded(self, numbers: Array, count: int) -> NDArray[np.float32]:
        """Numbers for all places; the start stays where it is."""
        padded = np.zeros((count, numbers.shape[1]), np.float32)
        padded[1 : len(numbers)] = numbers[1:]
        return padded

    def _spectra(self, ellipsoids: Ellipsoids, rows: NDArray[np.int64]) -> Spectra:
        cover = self.cover
        assert cover.found is not None
        own = cover.found.at(rows)
        found = cover.in_batches(
            lambda pieces, logits: spectra(cover.setting, cover.given, ellipsoids, logits, pieces), own.pieces, own.logits
        )
        squares = np.minimum(np.nan_to_num(found.squares.astype(np.float64), nan=BAD), BAD)
        return Spectra(squares, found.axes, numbers_of(0.0, found.margin)[1])

    def _sum(self, measured: Spectra, out: Array) -> float:
        """What is lowered."""
        above = above_goal(measured.squares, self.aim.goal)
        return float(sum(loudness(part, self.aim.far_out).sum() for part in (above, lacking(measured.margin), out)))

    def _model(
        self, first: Ellipsoids, rows: NDArray[np.int64], measured: Spectra, held: Held
    ) -> tuple[LinearModel, list[NDArray[np.int64]]]:
        """The model of the pieces near their goals, and the numbers of each list's pieces among the rows."""
        above, size = above_goal(measured.squares, self.aim.goal), measured.squares.shape[1]
        count = np.minimum((above > NEAR).sum(1), min(MOST, size))
        lists, numbers = list[Rows](), list[NDArray[np.int64]]()
        for order in range(1, MOST + 1):
            own = np.flatnonzero(count == order)
            if own.size:
                lists.append(self._rooms(first, rows[own], order, above[own], measured.axes[own]))
                numbers.append(own)
        small = np.flatnonzero(measured.margin < NEAR_MARGIN)
        if small.size:
            lists.append(self._margins(first, rows[small], measured.margin[small]))
        states = states_in(Held(*(part[self.moves[held.node]] for part in held)), first, self.aim.goal)
        if states.values.size:
            lists.append(states)
        return LinearModel(len(self.cover.nodes), lists, self.aim.far_out), numbers

    def _rooms(self, first: Ellipsoids, rows: NDArray[np.int64], order: int, above: Array, axes: Array) -> Rows:
        """The parts of matrices on their largest eigenvalues."""
        cover, size = self.cover, above.shape[1]
        assert cover.found is not None
        i, j = np.tril_indices(order)
        each, i, j = np.repeat(np.arange(len(rows)), len(i)), np.tile(i, len(rows)), np.tile(j, len(rows))
        own, least = cover.found.at(rows[each]), size - order
        given = own.logits, axes[each, :, least + i], axes[each, :, least + j]
        slopes = cover.in_batches(
            lambda pieces, of: slopes_of_rooms(cover.setting, cover.given, first, *of, pieces), own.pieces, given
        )
        values = np.where(i == j, above[each, least + i], 0.0)
        return self._rows(order, rows[each], 0.5 * np.exp(-2 * self.aim.goal) * slopes, values)

    def _margins(self, first: Ellipsoids, rows: NDArray[np.int64], margin: Array) -> Rows:
        """What small margins lack."""
        cover = self.cover
        assert cover.found is not None
        slopes = cover.in_batches(
            lambda pieces, _: slopes_of_margins(cover.setting, cover.given, first, pieces), cover.found.pieces.at(rows), ()
        )
        return self._rows(1, rows, -MARGIN_WEIGHT * slopes, lacking(margin))

    def _rows(self, order: int, rows: NDArray[np.int64], slopes: Array, values: Array) -> Rows:
        """Rows without slopes by what stays where it is, and by what is not a number."""
        assert self.cover.found is not None
        pieces = self.cover.found.pieces
        source, target = pieces.source[rows], pieces.target[rows]
        given = np.nan_to_num(np.asarray(slopes, np.float32), posinf=0.0, neginf=0.0)
        given[~self.moves[source], 0] = given[~self.moves[target], 1] = 0
        return Rows(order, source, target, given, values)

    def _damp(
        self, rows: NDArray[np.int64], before: Spectra, after: Spectra, own: list[NDArray[np.int64]], modelled: list[Array]
    ) -> None:
        """Changes the damping of the nodes of pieces by how wrong the model was."""
        assert self.cover.found is not None
        pieces = self.cover.found.pieces
        expected = np.full(len(rows), NEAR)
        for numbers, largest in zip(own, modelled, strict=True):
            expected[numbers] = np.maximum(largest, NEAR)
        level = (above_goal(after.squares[:, -1], self.aim.goal) - expected) / (1 + np.maximum(expected, 0) / self.aim.far_out)
        margin = np.maximum(lacking(after.margin), 0) - np.maximum(lacking(before.margin), 0) - WANTED_MARGIN
        wrong, found = np.zeros(len(self.damping)), np.maximum(level, margin)
        for end in (pieces.source[rows], pieces.target[rows]):
            np.maximum.at(wrong, end, found)
        factor = np.where(wrong > WRONG, MORE, np.where(wrong < RIGHT, LESS, 1.0))
        self.damping = np.clip(self.damping * factor, LEAST_DAMPING, MOST_DAMPING)

    def _accept(self, ellipsoids: Ellipsoids, rows: NDArray[np.int64], after: Spectra) -> None:
        cover = self.cover
        assert cover.found is not None
        level = 0.5 * np.log(np.maximum(after.squares[:, -1], 1e-12))
        cover.found.level[rows], cover.found.margin[rows] = numbers_of(level, after.margin)
        cover.nodes, self.known = moved_to(cover.nodes, ellipsoids), (rows, Spectra(*map(np.array, after)))
