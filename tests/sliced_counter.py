"""A counter whose proof has ellipsoids that are cut in slices, as the search sees it."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anylength.nets import Net, load
from anylength.rules import task_named
from anylength.verification.certify import EllipsoidCover, Proof, parse_certificate
from anylength.verification.certify.ellipsoid_cover import UNIT
from anylength.verification.ellipsoids.find import LEAST_ETA
from anylength.verification.ellipsoids.levels import Ellipsoids
from anylength.verification.ellipsoids.problem import Problem

FOLDER = Path(__file__).parent / "fixtures" / "slices"


class SlicedCounter(NamedTuple):
    """A net of 12 units, its proof, the proof's ellipsoids, and those of its steps that are cut in slices `[K, 4]`."""

    problem: Problem
    proof: Proof[EllipsoidCover]
    regions: Ellipsoids
    edges: NDArray[np.int64]


def sliced_counter() -> SlicedCounter:
    """It has some more noise than its proof is about, and the least margin of a search."""
    net, proof = load(FOLDER / "model.safetensors")[0], parse_certificate((FOLDER / "certificate.json").read_bytes()).proofs[0]
    cover, machine = proof.cover, task_named("count").machine
    assert isinstance(net, Net) and cover.is_sliced is not None
    source, symbol = np.nonzero(cover.is_sliced)
    output = np.array(machine.output)[cover.machine_states[source], symbol]
    return SlicedCounter(
        Problem(net, machine, 1.01 * proof.epsilon, LEAST_ETA),
        proof,
        Ellipsoids(cover.center * UNIT, cover.shape * UNIT, cover.spread / cover.spread.max(1, keepdims=True)),
        np.stack([source, symbol, cover.successors[source, symbol], output], 1),
    )
