"""The cut's values as one stack of rows, the form in which boxes are kept, and back."""

from collections.abc import Mapping
from typing import Any

from anylength.ops import Ops
from anylength.programs.program import Program


def stacked_cut(program: Program, ops: Ops, values: Mapping[int, Any]) -> Any:
    """The values of the cut among the values of a step by number, stacked: `[M, B]`."""
    cut = [values[number] for number in program.cut]
    return cut[0] if len(cut) == 1 else ops.concatenate(cut)


def cut_parts(program: Program, stack: Any) -> dict[int, Any]:
    """The values of the cut by number, from their stack `[M, B]`."""
    if len(program.cut) == 1:
        return {program.cut[0]: stack}
    parts, first = {}, 0
    for number in program.cut:
        rows = program.step[number].rows
        parts[number] = stack[first : first + rows]
        first += rows
    return parts
