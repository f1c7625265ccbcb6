"""The programs of a net whose state grows by as many rows at each step. Those of two sizes tell those of all.

The steps of two sizes have the same operations. All that differs are numbers of rows, and these grow by as much at each step. So
does the program that moves a state into the next size.
"""

from typing import Any, Protocol

from anylength.ops import Ops
from anylength.programs.json_form import instruction_fields, program_fields
from anylength.programs.program import Program
from anylength.programs.tracing import Tracer

SIZES = (3, 4)
"""The numbers of steps that the two sizes are for. In a smaller one, two slices of a memory are the same rows, and so one value."""


class GrowingCell(Protocol):
    """What is needed of a cell with one size of its memory."""

    @property
    def state_size(self) -> int:
        """D, the rows of a state."""
        ...

    def with_room(self, ops: Ops, state: Any) -> Any:
        """A state as one that has room for one more step."""
        ...


def growing_fields(cells: tuple[GrowingCell, GrowingCell], programs: tuple[Program, Program]) -> dict[str, Any]:
    """The JSON object: the sizes, and for each the program and the instructions that move a state into the next size.

    Args:
        cells: The cell with room for the steps in `SIZES`.
        programs: Its programs.
    """
    return {
        "sizes": list(SIZES),
        "programs": [program_fields(program) for program in programs],
        "room": [[instruction_fields(item) for item in _room(cell)] for cell in cells],
    }


def _room(cell: GrowingCell) -> tuple[Any, ...]:
    """The instructions from a state to the state of the next size."""
    tracer = Tracer({}, {"state": cell.state_size})
    cell.with_room(tracer, tracer.state())
    return tuple(tracer.instructions)
