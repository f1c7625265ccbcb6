"""A cover with forks in the whole numbers of a certificate, and the levels of its pieces with these, in float64."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.ops.forms import in_numpy
from anylength.verification.certify import EllipsoidCover, Fork
from anylength.verification.certify.ellipsoid_cover import UNIT
from anylength.verification.certify.ellipsoid_images import cut_forms, image_forms, state_forms
from anylength.verification.certify.words import END
from anylength.verification.ellipsoids.exported import in_whole_numbers
from anylength.verification.ellipsoids.joint import ImageParts, as_rows, joint_rows, levels_with, parts_of_images, weights_of
from anylength.verification.ellipsoids.levels import CLOSED, margins_of, spread_of
from anylength.verification.ellipsoids.problem import Array, Problem
from anylength.verification.ellipsoids.slices import as_integers
from anylength.verification.forks.cover import ForkedCover
from anylength.verification.forks.found import Found
from anylength.verification.forks.nodes import Nodes
from anylength.verification.forks.pieces import AXIS_UNIT, CUTS, DEPTH, WIDTHS, Pieces, axes_of

CHUNK = 512
"""Pieces at a time."""


@dataclass(frozen=True)
class Checked:
    """What holds for the pieces of a cover in whole numbers.

    Attributes:
        level: `[K]`.
        rows: `[K, 2 J + 4]` joint weights.
        margin: `[K]`.
    """

    level: Array
    rows: NDArray[np.int64]
    margin: Array

    def closes(self, eta: float) -> NDArray[np.bool_]:
        """Which pieces close, with room for rounding."""
        return (self.level < CLOSED) & (self.margin > 2 * eta)

    def put(self, numbers: NDArray[np.int64], others: "Checked") -> None:
        """Puts others in place of some pieces."""
        self.level[numbers], self.rows[numbers], self.margin[numbers] = others.level, others.rows, others.margin


def rounded_nodes(nodes: Nodes) -> Nodes:
    """The nodes in the units of a certificate."""
    return Nodes(np.rint(nodes.center / UNIT) * UNIT, np.rint(nodes.shape / UNIT) * UNIT, nodes.kind)


def checked(problem: Problem, blocks: int, nodes: Nodes, found: Found) -> Checked:
    """The levels in float64. What does not close gets joint weights anew."""
    rows = as_rows(weights_of(*found.logits))
    spread = spread_of(nodes.shape)
    inverse = np.linalg.pinv(nodes.shape)
    parts = [slice(at, at + CHUNK) for at in range(0, len(found.step), CHUNK)]
    chunks = list[tuple[Array, NDArray[np.int64], Array]]()
    with np.errstate(all="ignore"):
        for part in parts:
            pieces, own = found.pieces.at(np.arange(len(found.step))[part]), rows[part]
            symbol = problem.symbols[:, pieces.symbol]
            states = state_forms(*_sources(nodes, pieces), blocks)
            cut = cut_forms(problem.program, in_numpy, problem.tensors, states)
            image = image_forms(problem.program, in_numpy, problem.tensors, cut, np.arange(len(own)), symbol)
            image = image.widened(problem.epsilon)
            target = pieces.target
            measured = parts_of_images(image, nodes.center[target], inverse[target], spread[target])
            level = levels_with(measured, own)
            again = np.flatnonzero(~(level < CLOSED))
            if again.size:
                rest = ImageParts(*(each[again] for each in measured))
                better = joint_rows(rest)
                new = levels_with(rest, better)
                is_better = new < level[again]
                own[again[is_better]], level[again[is_better]] = better[is_better], new[is_better]
            edges = np.stack([pieces.source, pieces.symbol, target, pieces.answer], 1)
            chunks.append((level, own, margins_of(problem, image, edges)))
    level, rows, margin = (np.concatenate(each) for each in zip(*chunks, strict=True))
    return Checked(level, rows, margin)


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
    found, joint_rows = found.at(order), own.rows[rows][order]
    axes = axes_of(np.asarray(found.pieces.direction, np.float64))
    successors, joint = np.zeros((len(kept), symbols), np.int64), np.ones((len(kept), symbols, 1, own.rows.shape[1]), np.int64)
    forks, weights = dict[tuple[int, int], Fork](), dict[tuple[int, int], list[list[int]]]()
    for of_step in np.split(np.arange(len(order)), np.flatnonzero(np.diff(found.step)) + 1):
        place = int(number[found.pieces.source[of_step[0]]]), int(found.pieces.symbol[of_step[0]])
        fork = _tree(found.pieces.slice[of_step], axes[of_step], number[found.pieces.target[of_step]], 0)
        successors[place] = number[found.pieces.target[of_step[0]]]
        if isinstance(fork, Fork):
            forks[place], weights[place] = fork, joint_rows[of_step].tolist()
        else:
            joint[place] = joint_rows[of_step]
    center, of_shape = cover.nodes.center[kept], cover.nodes.shape[kept]
    return EllipsoidCover(
        machine_states=cover.kinds.states[cover.nodes.kind[kept]], successors=successors, start=0,
        **in_whole_numbers(center, of_shape, spread_of(of_shape)),
        weights=np.ones((*successors.shape, 1, 4), np.int64), joint=joint, is_joint=np.ones(joint.shape[:3], bool),
        forks=forks, fork_weights=weights,
        slices=np.concatenate([as_integers(cut) for cut in CUTS[1:]]) if forks else None,
    )  # fmt: skip


def _tree(slices: NDArray[np.int64], axes: NDArray[np.int64], targets: NDArray[np.int64], depth: int) -> Fork | int:
    """The fork of pieces that are alike up to a depth, in order; or the node of one piece, if it is cut no further."""
    if depth == DEPTH or slices[0, depth] == 0:
        return int(targets[0])
    parts = np.split(np.arange(len(slices)), np.flatnonzero(np.diff(slices[:, depth])) + 1)
    return Fork(tuple(axes[0, depth].tolist()), tuple(_tree(slices[own], axes[own], targets[own], depth + 1) for own in parts))
