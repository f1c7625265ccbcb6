"""What a step computes from the symbol alone: embeddings, input terms, gates of the input. It is computed once for each symbol.

Such a value is known (almost) exactly for each symbol, so a product with it is linear in the state.
"""

from collections.abc import Mapping
from typing import Any

from anylength.ops import Ops
from anylength.programs.cut import depends_on
from anylength.programs.program import Program, ancestors
from anylength.programs.running import run


def symbol_values(program: Program) -> list[int]:
    """The values of the step that do not depend on the state and that values which do, or the new state itself, need."""
    step = program.step
    on_state, last = depends_on(step, "state"), len(step) - 1
    needed = ancestors(step, [last], program.cut)
    wanted = {argument for number in needed if on_state[number] for argument in step[number].arguments if not on_state[argument]}
    return sorted(wanted | (set() if on_state[last] else {last}))


def run_symbol_values(program: Program, ops: Ops, tensors: Mapping[str, Any], alphabet: Any) -> dict[int, Any]:
    """These values for the encoded symbols `[E, A]`: each `[rows, A]`, by number."""
    wanted = symbol_values(program)
    values = run(program.step, ops, tensors, {"symbol": alphabet}, wanted=wanted)
    return {number: values[number] for number in wanted}
