"""An unfinished search for forks kept as bytes, so that the next one goes on where it was. Nothing of it is trusted.

It is a safetensors file: the nodes, the targets of their steps, in what pieces these are cut, and the number of trainings.
"""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.errors import InputError
from anylength.nets import Net
from anylength.nets.safetensors_file import SafetensorsFile
from anylength.verification.certify.certificate import tensors_digest
from anylength.verification.ellipsoids.joint import Logits
from anylength.verification.ellipsoids.problem import Array, Problem
from anylength.verification.forks.images import blocks_of
from anylength.verification.forks.nodes import Nodes
from anylength.verification.forks.pieces import CUTS

NET, TRAININGS = "forks of", "trainings"
"""Keys of the metadata: the digest of the net's tensors, and how many trainings there were."""


@dataclass(frozen=True)
class KeptForks:
    """An unfinished search.

    Attributes:
        nodes: Its nodes.
        targets: `[N, A]`.
        directions: `[N, A, D]` along which steps are cut, or 0.
        cuts: `[N, A]` the number of pieces of each step.
        branches: `[K]` the targets of all pieces, step by step.
        logits: `[K, 4]` and `[K, J]` of their joint weights.
        trainings: How many there were.
    """

    nodes: Nodes
    targets: NDArray[np.int64]
    directions: Array
    cuts: NDArray[np.int64]
    branches: NDArray[np.int64]
    logits: Logits
    trainings: int


def to_bytes(problem: Problem, kept: KeptForks) -> bytes:
    """The file of a search."""
    from safetensors.numpy import save

    nodes = kept.nodes
    tables = {
        "center": nodes.center, "shape": nodes.shape, "kind": nodes.kind, "targets": kept.targets, "directions": kept.directions,
        "cuts": kept.cuts, "branches": kept.branches, "logits": kept.logits[0], "turns": kept.logits[1],
    }  # fmt: skip
    tables = {name: np.ascontiguousarray(table) for name, table in tables.items()}  # it would write others as they lie in memory
    return save(tables, {NET: tensors_digest(problem.net), TRAININGS: str(kept.trainings)})


def holds_forks(net: Net, content: bytes | None) -> bool:
    """Whether a file is that of a search for forks of this net."""
    if content is None:
        return False
    try:
        return SafetensorsFile(io.BytesIO(content), "the kept search").metadata.get(NET) == tensors_digest(net)
    except (InputError, ValueError):
        return False


def from_bytes(problem: Problem, kinds: int, content: bytes | None) -> KeptForks | None:
    """The search of a file; None if there is none, or it is damaged or another net's."""
    if content is None:
        return None
    try:
        file = SafetensorsFile(io.BytesIO(content), "the kept search")
        center, shape, kind, targets, directions = (
            file.tensor(name) for name in ("center", "shape", "kind", "targets", "directions")
        )
        cuts, branches, logits, turns = (file.tensor(name) for name in ("cuts", "branches", "logits", "turns"))
        trainings, belongs = int(file.metadata[TRAININGS]), file.metadata[NET] == tensors_digest(problem.net)
    except (InputError, KeyError, ValueError):
        return None
    count, size, symbols = len(kind), problem.program.state, problem.machine.symbols
    numbers, whole = (center, shape, directions, logits, turns), (kind, targets, cuts, branches)
    fits = (center.shape, shape.shape, directions.shape) == ((count, size), (count, size, size), (count, symbols, size))
    fits = fits and kind.shape == (count,) and targets.shape == cuts.shape == (count, symbols) and count > 0 and trainings >= 0
    fits = fits and all(part.dtype == np.int64 for part in whole) and all(np.isfinite(part).all() for part in numbers)
    if not (belongs and fits and kind[0] == 0 and (kind >= 0).all() and (kind < kinds).all()):
        return None
    blocks = blocks_of(problem.program)
    fits = np.isin(cuts, [len(cut) for cut in CUTS]).all() and branches.shape == (cuts.sum(),)
    fits = fits and (logits.shape, turns.shape) == ((len(branches), 4), (len(branches), blocks))
    in_range = all((part > 0).all() and (part < count).all() for part in (targets, branches))
    if not (fits and in_range):
        return None
    return KeptForks(Nodes(center, shape, kind), targets, directions, cuts, branches, (logits, turns), trainings)
