"""Every kind of net there is, by the name that `--cell` takes: the recurrent nets of all cells, and nets whose context grows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from anylength.attention import CONTEXT_NETS, AbstractContextNet
from anylength.cells import CELLS, AbstractCell
from anylength.errors import unknown_name
from anylength.nets.abstract import AbstractNet
from anylength.nets.net import Net
from anylength.tasks import Task

Named = dict[str, np.ndarray]
"""Tensors by the names that they have in a file."""


@dataclass(frozen=True)
class Architecture:
    """One kind of net.

    Attributes:
        name: Its name on the command line.
        summary: One line for people.
        shapes: (task, H) → the shape of each tensor; raises `InputError` where there is no such H.
        optional: (task, H) → the shape of each tensor that a net may have beside those.
        build: (tensors, task) → the net.
        tensors: Net → its tensors.
        initial: (rng, task, H) → the tensors before training; None where the recipe draws them.
        cell: The recurrent cell; None where the context grows.
    """

    name: str
    summary: str
    shapes: Callable[[Task, int], dict[str, tuple[int, ...]]]
    build: Callable[[Named, Task], AbstractNet]
    tensors: Callable[[Any], dict[str, Any]]
    initial: Callable[[np.random.Generator, Task, int], Named] | None = None
    optional_shapes: Callable[[Task, int], dict[str, tuple[int, ...]]] = lambda task, hidden: {}
    cell: type[AbstractCell] | None = None


def _recurrent(name: str, cell: type[AbstractCell]) -> Architecture:
    """The cell between a one-hot encoding and a linear read-out."""

    def shapes(task: Task, hidden: int) -> dict[str, tuple[int, ...]]:
        own = _prefixed(cell.shapes(task.encoding_size, hidden))
        return own | {"readout.weight": (task.classes, hidden), "readout.bias": (task.classes,)}

    def build(named: Named, task: Task) -> Net:
        own = {field.removeprefix("cell."): value for field, value in named.items() if field.startswith("cell.")}
        return Net(cell(**own), named["readout.weight"], named["readout.bias"], base=task.letters, tapes=task.tapes)

    def tensors(net: Net) -> dict[str, Any]:
        fields = [*cell.shapes(1, 1), *cell.optional_shapes(1, 1)]
        own = _prefixed({field: getattr(net.cell, field) for field in fields if getattr(net.cell, field) is not None})
        return own | {"readout.weight": net.weight, "readout.bias": net.bias}

    def optional_shapes(task: Task, hidden: int) -> dict[str, tuple[int, ...]]:
        return _prefixed(cell.optional_shapes(task.encoding_size, hidden))

    return Architecture(name, cell.summary, shapes, build, tensors, optional_shapes=optional_shapes, cell=cell)


def _prefixed(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a cell by the names that they have in a file."""
    return {f"cell.{field}": value for field, value in fields.items()}


def _in_context(kind: type[AbstractContextNet]) -> Architecture:
    """A net whose context grows."""

    def shapes(task: Task, hidden: int) -> dict[str, tuple[int, ...]]:
        return kind.shapes(task.encoding_size, task.classes, hidden)

    def build(named: Named, task: Task) -> AbstractContextNet:
        return kind(named, base=task.letters, tapes=task.tapes)

    def initial(rng: np.random.Generator, task: Task, hidden: int) -> Named:
        return kind.initial(rng, task.encoding_size, task.classes, hidden)

    return Architecture(kind.name, kind.summary, shapes, build, lambda net: dict(net.weights), initial)


ARCHITECTURES: Mapping[str, Architecture] = {
    **{name: _recurrent(name, cell) for name, cell in CELLS.items()},
    **{name: _in_context(kind) for name, kind in CONTEXT_NETS.items()},
}


def architecture_named(name: str) -> Architecture:
    """The kind of net of this name.

    Raises:
        InputError: No such cell (the nearest name is suggested).
    """
    if name not in ARCHITECTURES:
        raise unknown_name("cell", name, ARCHITECTURES)
    return ARCHITECTURES[name]


def architecture_of(net: AbstractNet) -> Architecture:
    """The kind of net that this one is."""
    if isinstance(net, Net):
        return next(found for found in ARCHITECTURES.values() if found.cell is type(net.cell))
    return ARCHITECTURES[next(name for name, kind in CONTEXT_NETS.items() if type(net) is kind)]
