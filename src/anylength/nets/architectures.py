"""All architectures: a recurrent net for each cell and the nets with a growing context, by the names of `--cell`; and programs."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from anylength.base import InputError, unknown_name
from anylength.cells import CELL_PREFIX, CELLS, ONE_LAYER, CellKind, Layering, NamedCell
from anylength.nets.abstract import AbstractNet
from anylength.nets.net import Net
from anylength.rules import Task

if TYPE_CHECKING:
    from anylength.attention import AbstractContextNet
    from anylength.programs import Program

Shapes = dict[str, tuple[int, ...]]
"""Shapes of tensors by their names in a weights file."""

NamedTensors = dict[str, np.ndarray]
"""Tensors by their names in a weights file."""


PROGRAM = "program"
"""The name of the architecture of nets that are programs."""


def _no_shapes(task: Task, hidden: int) -> Shapes:
    """The optional tensors of an architecture that has none."""
    del task, hidden
    return {}


@dataclass(frozen=True)
class Architecture:
    """One kind of net.

    Attributes:
        name: Its name on the command line.
        summary: One line for users.
        shapes: (task, H) → the shape of each required tensor. Raises `InputError` for an H that the architecture does not support.
        build: (tensors, task) → the net.
        tensors: net → its tensors.
        initial: (rng, task, H) → the tensors before training; None if the recipe draws them.
        optional_shapes: (task, H) → the shape of each optional tensor.
        cell: The recurrent cell; None for a net with a growing context.
        shapes_found: (tensors, task, H) → as `shapes`, where these tensors are given; None: `shapes`.
    """

    name: str
    summary: str
    shapes: Callable[[Task, int], Shapes]
    build: Callable[[NamedTensors, Task], AbstractNet]
    tensors: Callable[[Any], dict[str, Any]]
    initial: Callable[[np.random.Generator, Task, int], NamedTensors] | None = None
    optional_shapes: Callable[[Task, int], Shapes] = _no_shapes
    cell: CellKind | None = None
    shapes_found: Callable[[NamedTensors, Task, int], Shapes] | None = None

    @property
    def has_fixed_size_state(self) -> bool:
        """Whether the net has a state whose size is the same at every word length. No other can be proved by boxes of states."""
        return self.cell is not None and self.cell.has_fixed_size_state


@cache
def _recurrent(name: str, cell: CellKind) -> Architecture:
    """The architecture of a one-hot encoding, this cell and a linear read-out."""

    def shapes(task: Task, hidden: int) -> Shapes:
        return with_readout(cell.shapes(task.encoding_size, hidden), task, hidden)

    def shapes_found(named: NamedTensors, task: Task, hidden: int) -> Shapes:
        found = {name.removeprefix(CELL_PREFIX): value for name, value in named.items()}
        of_kind = cell.shapes_found if isinstance(cell, type) and issubclass(cell, NamedCell) else None
        return with_readout(of_kind(found, task.encoding_size, hidden), task, hidden) if of_kind else shapes(task, hidden)

    def with_readout(cell_shapes: Shapes, task: Task, hidden: int) -> Shapes:
        return _with_prefix(cell_shapes) | {"readout.weight": (task.classes, hidden), "readout.bias": (task.classes,)}

    def build(named: NamedTensors, task: Task) -> Net:
        fields = {name.removeprefix(CELL_PREFIX): value for name, value in named.items() if name.startswith(CELL_PREFIX)}
        return Net(cell(**fields), named["readout.weight"], named["readout.bias"], base=task.letters, tapes=task.tapes)

    def tensors(net: Net) -> dict[str, Any]:
        return {**net.cell.named_tensors(), "readout.weight": net.weight, "readout.bias": net.bias}

    def optional_shapes(task: Task, hidden: int) -> Shapes:
        return _with_prefix(cell.optional_shapes(task.encoding_size, hidden))

    return Architecture(
        name, cell.summary, shapes, build, tensors, optional_shapes=optional_shapes, cell=cell, shapes_found=shapes_found
    )


def _with_prefix(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a cell by their names in a weights file."""
    return {CELL_PREFIX + name: value for name, value in fields.items()}


@cache
def _with_context(kind: "type[AbstractContextNet]") -> Architecture:
    """The architecture of a net with a growing context."""

    def shapes(task: Task, hidden: int) -> Shapes:
        return kind.shapes(task.encoding_size, task.classes, hidden)

    def build(named: NamedTensors, task: Task) -> "AbstractContextNet":
        return kind(named, base=task.letters, tapes=task.tapes)

    def tensors(net: "AbstractContextNet") -> dict[str, Any]:
        return dict(net.weights)

    def initial(rng: np.random.Generator, task: Task, hidden: int) -> NamedTensors:
        return kind.initial(rng, task.encoding_size, task.classes, hidden)

    return Architecture(kind.name, kind.summary, shapes, build, tensors, initial)


def program_architecture(program: "Program") -> Architecture:
    """The architecture of the nets that take this step. Their size is the program's, whatever the task."""

    def shapes(task: Task, hidden: int) -> Shapes:
        del task, hidden
        return dict(program.shapes)

    def build(named: NamedTensors, task: Task) -> Net:
        return program_net(program, named, base=task.letters, tapes=task.tapes)

    def tensors(net: Net) -> dict[str, Any]:
        return {**net.cell.named_tensors(), program.weight: net.weight, program.bias: net.bias}

    return Architecture(PROGRAM, "a step program: layers, or a net from elsewhere", shapes, build, tensors)


def program_net(program: "Program", named: Mapping[str, Any], *, base: int, tapes: int) -> Net:
    """The net that takes this step.

    Args:
        program: The step.
        named: Its tensors by name, float32.
        base: The values of a digit on one tape.
        tapes: The digits that are read at each step.

    Raises:
        InputError: The program reads another number of inputs.
    """
    if program.encoded != base * tapes:
        expected = f"a step that reads {base * tapes} inputs ({tapes} tapes, one-hot in base {base})"
        raise InputError(expected, f"one that reads {program.encoded}", "name another task, or encode its symbols one-hot")
    from anylength.cells import ProgramCell

    weights = {name: named[name] for name, _ in program.shapes if name not in (program.weight, program.bias)}
    return Net(ProgramCell(weights, program), named[program.weight], named[program.bias], base=base, tapes=tapes)


class _Architectures(Mapping[str, Architecture]):
    """The architectures by the names of `--cell`. Each is made, and its cell imported, when it is looked up."""

    def __getitem__(self, name: str) -> Architecture:
        if name in CELLS:
            return _recurrent(name, CELLS[name])
        from anylength.attention import CONTEXT_NETS

        return _with_context(CONTEXT_NETS[name])

    def __iter__(self) -> Iterator[str]:
        from anylength.attention import CONTEXT_NETS

        return iter((*CELLS, *CONTEXT_NETS))

    def __len__(self) -> int:
        return len(list(iter(self)))


ARCHITECTURES: Mapping[str, Architecture] = _Architectures()


def architecture_named(name: str, layers: Layering = ONE_LAYER) -> Architecture:
    """The architecture of this name with these layers.

    Raises:
        InputError: There is no such architecture. The error suggests the nearest name. Or it cannot have so many layers.
    """
    if name not in ARCHITECTURES:
        raise unknown_name("cell", name, ARCHITECTURES)
    if layers.count == 1:
        return ARCHITECTURES[name]
    if name not in CELLS or not CELLS[name].has_fixed_size_state:
        expected = f"one layer of {name}, whose state or context grows with the word"
        raise InputError(expected, f"{layers.count} layers", "leave --layers out, or take another --cell")
    return _recurrent(name, layers.of(CELLS[name]))


def architecture_of(net: AbstractNet) -> Architecture:
    """The architecture of this net."""
    from anylength.cells import LayeredCell, ProgramCell

    if not isinstance(net, Net):
        from anylength.attention import CONTEXT_NETS

        return ARCHITECTURES[CONTEXT_NETS.name_of(type(net)) or ""]
    if isinstance(net.cell, ProgramCell):
        return program_architecture(net.cell.steps)
    if isinstance(net.cell, LayeredCell):
        return _recurrent(CELLS.name_of(net.cell.kind.kind) or "", net.cell.kind)
    return ARCHITECTURES[CELLS.name_of(type(net.cell)) or ""]
