"""The code of a net's step in a programming language: the statements of both lists of its program, and what they call."""

from dataclasses import dataclass

from anylength.interchange.text.description import NetDescription
from anylength.interchange.text.language import Language
from anylength.interchange.text.lowering import Lowering
from anylength.programs import Instruction, value_names

STACK_NUMBERS = 1 << 16
"""Numbers in the arrays of a function: 256 KiB of float32. Larger ones do not fit every stack."""


@dataclass(frozen=True)
class StepCode:
    """The code of a step.

    Attributes:
        step: The statements that fill the array `next` with the new state.
        step_arrays: The rows of the other arrays that they fill.
        answer: The statements that compute the features from the array `state`, which holds the new state.
        answer_arrays: The rows of the arrays that they fill.
        features: The array of the features.
        tables: Numbers of rows that they look up, by name.
        functions: The functions that they call.
        is_large: Whether the arrays are too large for a stack.
    """

    step: list[str]
    step_arrays: dict[str, int]
    answer: list[str]
    answer_arrays: dict[str, int]
    features: str
    tables: dict[str, tuple[int, ...]]
    functions: list[str]
    is_large: bool


def step_code(net: NetDescription, language: Language) -> StepCode:
    """The code of a net's step."""
    program = net.program
    names = {number: f"{name}_" if name in ("k", "x") else name for number, name in value_names(program).items()}
    step = _lowered(net, language, program.step, names, "next")
    answer = _lowered(net, language, program.answer, {}, None)
    tables = step.tables | answer.tables
    statements = [*step.statements, *answer.statements]
    numbers = program.state + sum(step.arrays.values()) + sum(answer.arrays.values())
    return StepCode(
        step.statements, step.arrays, answer.statements, answer.arrays, answer.value, tables,
        language.functions_in("\n".join([*statements, "times("])), numbers > STACK_NUMBERS,
    )  # fmt: skip


def _lowered(
    net: NetDescription, language: Language, instructions: tuple[Instruction, ...], names: dict[int, str], result: str | None
) -> Lowering:
    columns = {name: shape[-1] for name, shape in net.program.shapes}
    return Lowering(instructions, language, net.variables, columns, names, result, prefix="" if result else "answer_")
