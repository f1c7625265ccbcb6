"""An unfinished search for forks kept as bytes, so that the next one goes on where it was. Nothing of it is trusted.

It is a safetensors file: the nodes, the targets of their steps, in what pieces these are cut, and the number of trainings.
"""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.errors import InputError
from anylength.nets import Net
from anylength.nets.safetensors_file import SafetensorsFile
from anylength.verification.certify.certificate import tensors_digest
from anylength.verification.ellipsoids.joint import Logits
from anylength.verification.ellipsoids.problem import Problem
from anylength.verification.forks.images import blocks_of
from anylength.verification.forks.nodes import Nodes
from anylength.verification.forks.pieces import DEPTH, leave_none_out

NET, TRAININGS, JOINED = "forks of", "trainings", "joined"
"""Keys of the metadata: the digest of the net's tensors, how many trainings there were, and that pieces were joined."""


@dataclass(frozen=True)
class KeptForks:
    """An unfinished search.

    Attributes:
        nodes: Its nodes.
        targets: `[N, A]`.
        counts: `[N, A]` the number of pieces of each step.
        branches: `[K]` the targets of all pieces, step by step.
        slices: `[K, DEPTH]` how they are cut, as pieces say it.
        directions: `[K, DEPTH, D]` along what.
        logits: `[K, 4]` and `[K, J]` of their joint weights.
        trainings: How many there were.
        is_joined: Whether pieces were joined where fewer close.
    """

    nodes: Nodes
    targets: NDArray[np.int64]
    counts: NDArray[np.int64]
    branches: NDArray[np.int64]
    slices: NDArray[np.int64]
    directions: NDArray[np.float32]
    logits: Logits
    trainings: int
    is_joined: bool


def to_bytes(problem: Problem, kept: KeptForks) -> bytes:
    """The file of a search."""
    from safetensors.numpy import save

    nodes = kept.nodes
    tables = {
        "center": nodes.center, "shape": nodes.shape, "kind": nodes.kind, "targets": kept.targets, "counts": kept.counts,
        "branches": kept.branches, "slices": kept.slices, "directions": _directions(kept), "logits": kept.logits[0],
        "turns": kept.logits[1],
    }  # fmt: skip
    tables = {name: np.ascontiguousarray(table) for name, table in tables.items()}  # it would write others as they lie in memory
    metadata = {NET: tensors_digest(problem.net), TRAININGS: str(kept.trainings)}
    return save(tables, metadata | ({JOINED: "yes"} if kept.is_joined else {}))


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
        center, shape, kind, targets, counts = (file.tensor(name) for name in ("center", "shape", "kind", "targets", "counts"))
        branches, slices, directions, logits, turns = (
            file.tensor(name) for name in ("branches", "slices", "directions", "logits", "turns")
        )
        trainings, belongs = int(file.metadata[TRAININGS]), file.metadata[NET] == tensors_digest(problem.net)
    except (InputError, KeyError, ValueError):
        return None
    count, size, symbols = len(kind), problem.program.state, problem.machine.symbols
    numbers, whole = (center, shape, directions, logits, turns), (kind, targets, counts, branches, slices)
    fits = (center.shape, shape.shape, directions.shape[1:]) == ((count, size), (count, size, size), (size,))
    fits = fits and kind.shape == (count,) and targets.shape == counts.shape == (count, symbols) and count > 0 and trainings >= 0
    fits = fits and all(part.dtype == np.int64 for part in whole) and all(np.isfinite(part).all() for part in numbers)
    if not (belongs and fits and kind[0] == 0 and (kind >= 0).all() and (kind < kinds).all()):
        return None
    blocks, pieces = blocks_of(problem.program), len(branches)
    fits = (counts > 0).all() and counts.sum() == pieces and slices.shape == (pieces, DEPTH)
    fits = fits and (logits.shape, turns.shape) == ((pieces, 4), (pieces, blocks))
    in_range = all((part > 0).all() and (part < count).all() for part in (targets, branches))
    if not (fits and in_range and leave_none_out(step_of_pieces(counts), slices)):
        return None
    expanded = _expanded(counts, slices, directions.astype(np.float32))
    if expanded is None:
        return None
    nodes, is_joined = Nodes(center, shape, kind), JOINED in file.metadata
    return KeptForks(nodes, targets, counts, branches, slices, expanded, (logits, turns), trainings, is_joined)


def step_of_pieces(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The step of each piece `[K]`, given how many each step has `[N, A]`."""
    return np.repeat(np.arange(counts.size), counts.ravel())


def _cut(counts: NDArray[np.int64], slices: NDArray[np.int64], depth: int) -> tuple[Any, Any, Any]:
    """The pieces that are cut at a depth; of all of the same slice one's place among them; and the slice of each."""
    rows = np.flatnonzero(slices[:, depth] > 0)
    cut = np.concatenate([step_of_pieces(counts)[rows, None], slices[rows, :depth]], 1)
    _, first, number = np.unique(cut, axis=0, return_index=True, return_inverse=True)
    return rows, first, number.reshape(-1)


def _directions(kept: KeptForks) -> NDArray[np.float32]:
    """The directions of all that is cut `[C, D]`, once each: what is cut once comes first."""
    found = [kept.directions[:0, 0]]
    for depth in range(DEPTH):
        rows, first, _ = _cut(kept.counts, kept.slices, depth)
        found.append(kept.directions[rows[first], depth])
    return np.concatenate(found)


def _expanded(counts: NDArray[np.int64], slices: NDArray[np.int64], directions: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """The directions of all pieces `[K, DEPTH, D]`; None if there are too few or too many."""
    found, at = np.tile(np.eye(1, directions.shape[1], dtype=np.float32), (len(slices), DEPTH, 1)), 0
    for depth in range(DEPTH):
        rows, first, number = _cut(counts, slices, depth)
        if at + len(first) > len(directions):
            return None
        found[rows, depth] = directions[at + number]
        at += len(first)
    return found if at == len(directions) else None
