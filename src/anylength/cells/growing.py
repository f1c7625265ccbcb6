"""The programs of a cell whose state grows by as many rows at each step. Those of two sizes tell those of all.

The steps of two sizes have the same operations. All that differs are numbers of rows, and these grow by as much at each step. So
does the program that moves a state into the next size.
"""

from typing import Any

from anylength.cells.cell import AbstractCell
from anylength.programs import Instruction, Tracer, instruction_fields, program_fields

SIZES = (3, 4)
"""The numbers of steps that the two sizes are for. In a smaller one, two slices of a memory are the same rows, and so one value."""


def growing_fields(cell: AbstractCell, classes: int) -> dict[str, Any]:
    """The JSON object: the sizes, and for each the program and the instructions that move a state into the next size.

    Args:
        cell: The cell, with room for any number of steps.
        classes: C, the classes of the read-out.
    """
    cells = [cell.configured_for(steps) for steps in SIZES]
    return {
        "sizes": list(SIZES),
        "programs": [program_fields(each.program(classes)) for each in cells],
        "room": [[instruction_fields(item) for item in _room(each)] for each in cells],
    }


def _room(cell: AbstractCell) -> list[Instruction]:
    """The instructions from a state to the state of the next size."""
    tracer: Any = Tracer({}, {"state": cell.state_size})
    cell.with_room(tracer, tracer.state())
    return tracer.instructions
