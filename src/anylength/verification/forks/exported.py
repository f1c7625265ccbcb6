"""A cover with forks in the whole numbers of a certificate, and the levels of its pieces with these, in float64."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from anylength.ops.forms import Form, in_numpy
from anylength.verification.certify import EllipsoidCover, Fork
from anylength.verification.certify.ellipsoid_cover import UNIT
from anylength.verification.certify.ellipsoid_images import cut_forms, image_forms, state_forms
from anylength.verification.certify.words import END
from anylength.verification.ellipsoids.exported import in_whole_numbers
from anylength.verification.ellipsoids.joint import (
    SHARE_OF_WHOLE,
    ImageParts,
    as_rows,
    joint_rows,
    levels_with,
    parts_of_images,
    weights_of,
)
from anylength.verification.ellipsoids.levels import (
    CLOSED,
    Ellipsoids,
    best_shares,
    grams_of,
    margins_of,
    sizes_of,
    spread_of,
)
from anylength.verification.ellipsoids.problem import Array, Problem
from anylength.verification.ellipsoids.slices import as_integers
from anylength.verification.forks.cover import ForkedCover
from anylength.verification.forks.found import Found
from anylength.verification.forks.nodes import Nodes
from anylength.verification.forks.pieces import ALL_CUTS, AXIS_UNIT, DEPTH, WIDTHS, Pieces, axes_of

CHUNK = 512
"""Pieces at a time."""

ROUNDS = 30
"""Rounds of the search for separate weights."""


@dataclass(frozen=True)
class Checked:
    """What holds for the pieces of a cover in whole numbers.

    Attributes:
        level: `[K]`.
        margin: `[K]`.
        is_joint: `[K]` whether a piece needs joint weights: separate ones take a fifth of the time to check.
        separate: `[K, B + 3]` separate weights.
        joint: `[K, 2 J + 4]` joint ones.
    """

    level: Array
    margin: Array
    is_joint: NDArray[np.bool_]
    separate: NDArray[np.int64]
    joint: NDArray[np.int64]

    def closes(self, eta: float) -> NDArray[np.bool_]:
        """Which pieces close, with room for rounding."""
        return (self.level < CLOSED) & (self.margin > 2 * eta)

    def at(self, rows: NDArray[np.int64]) -> "Checked":
        """Some of them."""
        return Checked(*(getattr(self, part.name)[rows] for part in fields(self)))

    def put(self, numbers: NDArray[np.int64], others: "Checked") -> None:
        """Puts others in place of some pieces."""
        for part in fields(self):
            getattr(self, part.name)[numbers] = getattr(others, part.name)

    def weights(self) -> list[list[int]]:
        """Those of each piece."""
        pairs = zip(self.separate.tolist(), self.joint.tolist(), self.is_joint.tolist(), strict=True)
        return [joint if is_joint else separate for separate, joint, is_joint in pairs]


def rounded_nodes(nodes: Nodes) -> Nodes:
    """The nodes in the units of a certificate."""
    return Nodes(np.rint(nodes.center / UNIT) * UNIT, np.rint(nodes.shape / UNIT) * UNIT, nodes.kind)


def checked(problem: Problem, blocks: int, nodes: Nodes, found: Found) -> Checked:
    """The levels in float64, with separate weights where these suffice. What does not close gets joint weights anew."""
    regions, inverse = Ellipsoids(nodes.center, nodes.shape, spread_of(nodes.shape)), np.linalg.pinv(nodes.shape).astype(np.float64)
    joint, chunks = as_rows(weights_of(*found.logits)), list[Checked]()
    with np.errstate(all="ignore"):
        for at in range(0, len(joint), CHUNK):
            rows = np.arange(at, min(at + CHUNK, len(joint)))
            pieces = found.pieces.at(rows)
            sources = _sources(nodes, pieces)
            own = _with_separate_weights(problem, regions, inverse, sources, pieces, joint[rows])
            left = np.flatnonzero(~own.closes(problem.eta))
            if left.size:
                sources = sources[0][left], sources[1][left]
                own.put(left, _with_joint_weights(problem, blocks, regions, inverse, sources, pieces.at(left), own.at(left)))
            chunks.append(own)
    return Checked(*(np.concatenate([getattr(own, part.name) for own in chunks]) for part in fields(Checked)))


def _with_separate_weights(
    problem: Problem, regions: Ellipsoids, inverse: Array, sources: tuple[Array, Array], pieces: Pieces, joint: NDArray[np.int64]
) -> Checked:
    image, target = _image(problem, problem.blocks, sources, pieces), pieces.target
    grams = grams_of(image, regions.center[target], inverse[target], regions.spread[target])
    sizes = sizes_of(grams)
    level, shares = best_shares(grams, sizes / sizes.sum(1, keepdims=True), ROUNDS)
    weights = np.ceil(shares * SHARE_OF_WHOLE).astype(np.int64)
    return Checked(level, margins_of(problem, image, _edges(pieces)), np.zeros(len(level), bool), weights, joint)


def _with_joint_weights(
    problem: Problem, blocks: int, regions: Ellipsoids, inverse: Array, sources: tuple[Array, Array], pieces: Pieces, own: Checked
) -> Checked:
    image, target = _image(problem, blocks, sources, pieces), pieces.target
    parts = parts_of_images(image, regions.center[target], inverse[target], regions.spread[target])
    level, joint = levels_with(parts, own.joint), own.joint.copy()
    again = np.flatnonzero(~(level < CLOSED))
    if again.size:
        rest = ImageParts(*(each[again] for each in parts))
        better = joint_rows(rest)
        new = levels_with(rest, better)
        is_better = new < level[again]
        joint[again[is_better]], level[again[is_better]] = better[is_better], new[is_better]
    margin = margins_of(problem, image, _edges(pieces))
    return Checked(level, margin, np.ones(len(level), bool), own.separate, joint)


def _image(problem: Problem, blocks: int, sources: tuple[Array, Array], pieces: Pieces) -> Form:
    """The images of pieces, with noise."""
    cut = cut_forms(problem.program, in_numpy, problem.tensors, state_forms(*sources, blocks))
    symbol = problem.symbols[:, pieces.symbol]
    image = image_forms(problem.program, in_numpy, problem.tensors, cut, np.arange(len(pieces.source)), symbol)
    return image.widened(problem.epsilon)


def _edges(pieces: Pieces) -> NDArray[np.int64]:
    """Source, symbol, target and answer `[K, 4]`."""
    return np.stack([pieces.source, pieces.symbol, pieces.target, pieces.answer], 1)


def _sources(nodes: Nodes, pieces: Pieces) -> tuple[Array, Array]:
    """The ellipsoids of pieces, reflected along axes in whole numbers, and cut, again and again."""
    center, shape = nodes.center[pieces.source], nodes.shape[pieces.source]
    for depth in range(DEPTH):
        axis = axes_of(np.asarray(pieces.direction[:, depth], np.float64)) * AXIS_UNIT
        square = np.maximum((axis * axis).sum(1), AXIS_UNIT**2)
        turned = shape - 2 * (shape @ axis[:, :, None]) * (axis / square[:, None])[:, None, :]
        shift, along, across = WIDTHS.astype(np.float64)[pieces.slice[:, depth]].T
        widths = np.concatenate([along[:, None], np.repeat(across[:, None], shape.shape[2] - 1, 1)], 1)
        center, shape = center + shift[:, None] * turned[:, :, 0], turned * widths[:, None, :]
    return center, shape


def exported(cover: ForkedCover, own: Checked) -> EllipsoidCover:
    """The cover of a certificate, of the nodes that the start leads to."""
    assert cover.found is not None
    symbols, kept = cover.problem.machine.symbols, cover.led_to(np.array([0]))
    number = np.full(len(cover.nodes), END)
    number[kept] = np.arange(len(kept))
    rows = np.flatnonzero(np.isin(cover.found.pieces.source, kept))
    found = cover.found.at(rows)
    order = np.lexsort((*found.pieces.slice.T[::-1], found.step))
    found, own = found.at(order), own.at(rows[order])
    of_pieces = own.weights()
    axes = axes_of(np.asarray(found.pieces.direction, np.float64))
    successors, is_joint = np.zeros((len(kept), symbols), np.int64), np.zeros((len(kept), symbols, 1), bool)
    separate, joint = (np.ones((*is_joint.shape, part.shape[1]), np.int64) for part in (own.separate, own.joint))
    forks, weights = dict[tuple[int, int], Fork](), dict[tuple[int, int], list[list[int]]]()
    for of_step in np.split(np.arange(len(order)), np.flatnonzero(np.diff(found.step)) + 1):
        place = int(number[found.pieces.source[of_step[0]]]), int(found.pieces.symbol[of_step[0]])
        fork = _tree(found.pieces.slice[of_step], axes[of_step], number[found.pieces.target[of_step]], 0)
        successors[place] = number[found.pieces.target[of_step[0]]]
        if isinstance(fork, Fork):
            forks[place], weights[place] = fork, [of_pieces[row] for row in of_step.tolist()]
        else:
            is_joint[place], separate[place], joint[place] = (part[of_step] for part in (own.is_joint, own.separate, own.joint))
    center, of_shape = cover.nodes.center[kept], cover.nodes.shape[kept]
    return EllipsoidCover(
        machine_states=cover.kinds.states[cover.nodes.kind[kept]], successors=successors, start=0,
        **in_whole_numbers(center, of_shape, spread_of(of_shape)),
        weights=separate, joint=joint if own.is_joint.any() else None, is_joint=is_joint if own.is_joint.any() else None,
        forks=forks, fork_weights=weights,
        slices=np.concatenate([as_integers(cut) for cut in ALL_CUTS[1:]]) if forks else None,
    )  # fmt: skip


def _tree(slices: NDArray[np.int64], axes: NDArray[np.int64], targets: NDArray[np.int64], depth: int) -> Fork | int:
    """The fork of pieces that are alike up to a depth, in order; or the node of one piece, if it is cut no further."""
    if depth == DEPTH or slices[0, depth] == 0:
        return int(targets[0])
    parts = np.split(np.arange(len(slices)), np.flatnonzero(np.diff(slices[:, depth])) + 1)
    return Fork(tuple(axes[0, depth].tolist()), tuple(_tree(slices[own], axes[own], targets[own], depth + 1) for own in parts))
