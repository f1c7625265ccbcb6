"""An unfinished search kept as bytes, so that the next one goes on where it was. Nothing of it is trusted.

It is a safetensors file: the contexts as rows of integers, and those that have a center and a shape, which may be shorter ones from
before a split. Contexts are not taken as they stand: those of the machine are split until they are as long, so that a damaged file
costs time at most.
"""

import io
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from anylength.base import InputError
from anylength.nets.safetensors_file import SafetensorsFile
from anylength.verification.certify.certificate import tensors_digest
from anylength.verification.ellipsoids.classes import START, class_of, is_class, members
from anylength.verification.ellipsoids.contexts import Context, Contexts
from anylength.verification.ellipsoids.problem import Problem
from anylength.verification.ellipsoids.regions import Region

NOTHING = class_of(())
"""Fills the rows of shorter contexts: the class of no symbols."""

NET, ROUNDS, SLICED = "net", "rounds", "sliced"
"""Keys of the metadata: the digest of the net's tensors, the number of rounds so far, and whether ellipsoids are cut in slices."""


class Memory(Protocol):
    """Where an unfinished search is kept."""

    def read(self) -> bytes | None:
        """What was written last; None if nothing was."""

    def write(self, content: bytes) -> None:
        """Keeps these bytes in place of older ones."""


class NoMemory:
    """Keeps nothing."""

    def read(self) -> bytes | None:
        """None."""

    def write(self, content: bytes) -> None:
        """Forgets it."""


NO_MEMORY = NoMemory()


@dataclass(frozen=True)
class KeptSearch:
    """An unfinished search: its contexts, the ellipsoids of these or of shorter ones, its rounds, and whether it has slices."""

    contexts: Contexts
    regions: dict[Context, Region]
    rounds: int
    is_sliced: bool = False


def to_bytes(problem: Problem, search: KeptSearch) -> bytes:
    """The file of a search."""
    from safetensors.numpy import save

    names = sorted(search.regions)
    center, shape = (np.array([search.regions[name][part] for name in names], np.float64) for part in (0, 1))
    tables = {"contexts": _rows(sorted(search.contexts.leaves)), "names": _rows(names), "center": center, "shape": shape}
    return save(tables, {NET: tensors_digest(problem.net), ROUNDS: str(search.rounds), SLICED: str(int(search.is_sliced))})


def from_bytes(problem: Problem, content: bytes) -> KeptSearch | None:
    """The search of a file; None if it is damaged, of another net, or one for another machine."""
    try:
        file = SafetensorsFile(io.BytesIO(content), "the kept search")
        leaves, names, center, shape = (file.tensor(name) for name in ("contexts", "names", "center", "shape"))
        rounds, is_sliced = int(file.metadata[ROUNDS]), file.metadata.get(SLICED) == "1"
        belongs = file.metadata[NET] == tensors_digest(problem.net)
    except (InputError, KeyError, ValueError):
        return None
    size, count = problem.program.state, len(names)
    fits = center.shape == (count, size) and shape.shape == (count, size, size)
    fits = fits and all(rows.ndim == 2 and rows.dtype == np.int32 for rows in (leaves, names))
    if not (belongs and fits and rounds >= 0 and np.isfinite(center).all() and np.isfinite(shape).all()):
        return None
    wanted = set(_contexts(leaves))
    contexts = _split_as(problem, wanted)
    regions = dict(zip(_contexts(names), zip(center, shape, strict=True), strict=True))
    return KeptSearch(contexts, regions, rounds, is_sliced) if contexts.leaves == wanted else None


def _rows(names: list[Context]) -> NDArray[np.int32]:
    """The contexts as rows."""
    rows = np.full((len(names), max(map(len, names))), NOTHING, np.int32)
    for row, name in zip(rows, names, strict=True):
        row[: len(name)] = name
    return rows


def _contexts(rows: np.ndarray) -> list[Context]:
    """The contexts of rows."""
    return [tuple(number for number in row if number != NOTHING) for row in rows.tolist()]


def _split_as(problem: Problem, names: set[Context]) -> Contexts:
    """The contexts of the machine, split as far as these are, and so far that each tells what follows it."""
    contexts = Contexts(problem.machine)
    shorter = {name[:length] for name in names for length in range(1, len(name)) if name[length - 1] != START}
    groups: dict[Context, list[tuple[int, ...]]] = {}
    for name in names:
        if is_class(name[-1]):
            groups.setdefault(name[:-1], []).append(members(name[-1]))
    waiting = sorted(contexts.leaves & shorter)
    while waiting:
        for context in waiting:
            contexts.split(context, groups.get(context, ()))
        waiting = sorted(contexts.leaves & shorter)
    contexts.complete()
    return contexts
