"""What unfolding found, as the cover of a certificate: in whole numbers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.rules import END, PartialMachine
from anylength.verification.certify import EllipsoidCover
from anylength.verification.certify.ellipsoid_cover import UNIT
from anylength.verification.ellipsoids.levels import Levels
from anylength.verification.ellipsoids.problem import Array, Problem
from anylength.verification.ellipsoids.slices import as_integers
from anylength.verification.ellipsoids.unfolding import Unfolding

SHARE_OF_WHOLE = 20_000
"""The weights of a step add up to so much."""


def exported(problem: Problem, unfolding: Unfolding, edges: NDArray[np.int64], found: Levels) -> EllipsoidCover:
    """The cover in whole numbers, of the nodes that the start leads to."""
    kept = sorted(unfolding.depths())
    number = {node: place for place, node in enumerate(kept)}
    source, symbol, target = edges.T
    successors = np.full((len(kept), problem.machine.symbols), END, np.int64)
    slices = as_integers(unfolding.slices) if found.is_sliced.any() else None
    rows = np.where(found.is_sliced[:, None, None], found.sliced_shares, found.shares[:, None])[:, : 1 if slices is None else None]
    weights, is_sliced = np.ones((*successors.shape, *rows.shape[1:]), np.int64), np.zeros(successors.shape, bool)
    source, target = ([number[node] for node in side.tolist()] for side in (source, target))
    successors[source, symbol], weights[source, symbol] = target, np.ceil(rows * SHARE_OF_WHOLE)
    is_sliced[source, symbol] = found.is_sliced
    ellipsoids = unfolding.ellipsoids(kept)
    center, shape, spread = ellipsoids.center, ellipsoids.shape, ellipsoids.spread
    states = np.array([unfolding.contexts.state(unfolding.nodes[node]) for node in kept])
    parts = np.array(problem.machine.parts)[states].T if isinstance(problem.machine, PartialMachine) else (states, None)
    return EllipsoidCover(
        machine_states=parts[0], successors=successors, start=number[unfolding.start],
        **in_whole_numbers(center, with_zeros(shape, problem.blocks), spread), weights=weights,
        automaton_states=parts[1], slices=slices, is_sliced=None if slices is None else is_sliced,
    )  # fmt: skip


def in_whole_numbers(center: Array, shape: Array, spread: Array) -> dict[str, Any]:
    """Center, shape and spread of ellipsoids in the units of a certificate."""
    return {
        "center": np.rint(center / UNIT).astype(np.int64), "shape": np.rint(shape / UNIT).astype(np.int64),
        "spread": np.ceil(spread / spread.max(1, keepdims=True) * 2**20).astype(np.int64),
    }  # fmt: skip


def with_zeros(shape: Array, blocks: int) -> Array:
    """The same ellipsoids `[N, D, D]`, with shapes that are shorter to write: up to half of their numbers are 0.

    The first columns stay, which quadratic parts and slices are about. The others are turned until they make a triangle.
    """
    first, others = shape[:, :, :blocks], shape[:, :, blocks:]
    return np.concatenate([first, np.linalg.qr(others.swapaxes(1, 2))[1].swapaxes(1, 2)], axis=2)
