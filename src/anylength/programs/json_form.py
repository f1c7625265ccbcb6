"""A program as canonical JSON, and back: the form in which certificates and weights files carry it."""

import hashlib
import json
from typing import Annotated, Any

import msgspec
import numpy as np

from anylength.base import InputError
from anylength.programs.cut import depends_on
from anylength.programs.operations import LEAVES, OPERATIONS
from anylength.programs.program import MAX_INSTRUCTIONS, Instruction, Memory, Program, ancestors, instruction

MAX_ROWS = 1 << 16
"""Most rows of a value. The matrix states of four layers with 128 × 128 numbers fill it."""

MAX_AXIS = 8192
"""Longest axis of a tensor."""

Number = Annotated[int, msgspec.Meta(ge=0, le=MAX_ROWS)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[ -~]*$")]
Axis = Annotated[int, msgspec.Meta(ge=1, le=MAX_AXIS)]
Instructions = Annotated[list[dict[str, Any]], msgspec.Meta(min_length=1, max_length=MAX_INSTRUCTIONS)]


class _ReadOut(msgspec.Struct, forbid_unknown_fields=True):
    weight: Name
    bias: Name


class _Memory(msgspec.Struct, forbid_unknown_fields=True):
    weight: Name
    bias: Name
    width: Axis


class _Program(msgspec.Struct, forbid_unknown_fields=True):
    encoded: Number
    state: Number
    start: Annotated[str, msgspec.Meta(max_length=200)]
    tensors: dict[Name, Annotated[list[Axis], msgspec.Meta(min_length=1, max_length=2)]]
    step: Instructions
    cut: list[Number]
    answer: Instructions
    readout: _ReadOut
    memory: _Memory | None = None


def program_fields(program: Program) -> dict[str, Any]:
    """The program as a JSON object."""
    memory, known = program.memory, {}
    if memory is not None:
        known = {"memory": {"weight": memory.weight, "bias": memory.bias, "width": memory.width}}
    return known | {
        "encoded": program.encoded, "state": program.state, "start": program.start or "",
        "tensors": {name: list(shape) for name, shape in program.shapes},
        "step": [instruction_fields(item) for item in program.step], "cut": list(program.cut),
        "answer": [instruction_fields(item) for item in program.answer],
        "readout": {"weight": program.weight, "bias": program.bias},
    }  # fmt: skip


def program_json(program: Program) -> str:
    """The canonical JSON text: sorted keys, no spaces, ASCII."""
    return json.dumps(program_fields(program), sort_keys=True, separators=(",", ":"))


def program_digest(program: Program) -> str:
    """The SHA-256 of the canonical JSON, as the claim of a certificate names the program."""
    return hashlib.sha256(program_json(program).encode()).hexdigest()


def parse_program(text: str | bytes, source: str) -> Program:
    """The program of a JSON text.

    Args:
        text: The text.
        source: Where it comes from, for errors.

    Raises:
        InputError: The text is no JSON of a program, or the program is not well formed.
    """
    try:
        program = _built(msgspec.json.decode(text, type=_Program))
        require_well_formed(program)
    except (msgspec.MsgspecError, RecursionError, KeyError, ValueError, TypeError) as error:
        raise InputError("a step program", f"{error} in {source}", "the file is damaged, or of another version") from None
    return program


def require_well_formed(program: Program) -> None:
    """Checks what a proof relies on, but no shape of an instruction: `instruction` has checked those.

    Raises:
        ValueError: A tensor does not fit, the cut is none, or a `normalize` is not of its own mean square.
    """
    shapes = dict(program.shapes)
    if program.step[-1].rows != program.state or shapes[program.weight][1:] != (program.features,):
        raise ValueError("a step or an answer of the wrong size")
    if shapes[program.bias] != shapes[program.weight][:1] or (program.start and shapes[program.start] != (program.state,)):
        raise ValueError("a bias or a start state of the wrong size")
    if any(item.op == "symbol" for item in program.answer):
        raise ValueError("an answer that reads the symbol")
    memory = program.memory
    if memory is not None and (
        shapes[memory.weight] != (2 * memory.stacks, program.features)
        or shapes[memory.bias] != (2 * memory.stacks,)
        or memory.rows >= min(program.encoded, program.state)
    ):
        raise ValueError("stacks that do not fit the step")
    on_state, on_symbol = depends_on(program.step, "state"), depends_on(program.step, "symbol")
    if any(not on_state[value] or on_symbol[value] for value in program.cut):
        raise ValueError("a cut that does not depend on the state alone")
    if any(program.step[n].op == "state" for n in ancestors(program.step, [len(program.step) - 1], program.cut)):
        raise ValueError("a step that reads the state beside the cut")
    for instructions in (program.step, program.answer):
        for item in instructions:
            if item.op == "normalize" and instructions[item.arguments[1]] != Instruction("mean_square", item.arguments[:1], (), 1):
                raise ValueError("a normalize that is not of its own mean square")


def instruction_fields(item: Instruction) -> dict[str, Any]:
    """An instruction as a JSON object."""
    fields = {name: value.hex() if isinstance(value, float) else value for name, value in item.attributes}
    return {"op": item.op, "of": list(item.arguments), **{n: list(v) if isinstance(v, tuple) else v for n, v in fields.items()}}


def _built(fields: _Program) -> Program:
    shapes = {name: tuple(shape) for name, shape in fields.tensors.items()}
    rows = {"symbol": fields.encoded, "state": fields.state}
    return Program(
        encoded=fields.encoded, state=fields.state, start=fields.start or None, step=_instructions(fields.step, rows, shapes),
        cut=tuple(fields.cut), answer=_instructions(fields.answer, rows, shapes), weight=fields.readout.weight,
        bias=fields.readout.bias, shapes=tuple(sorted(shapes.items())), memory=_memory(fields.memory, shapes),
    )  # fmt: skip


def _memory(fields: _Memory | None, shapes: dict[str, tuple[int, ...]]) -> Memory | None:
    return None if fields is None else Memory(fields.weight, fields.bias, shapes[fields.bias][0] // 2, fields.width)


def _instructions(items: list[dict[str, Any]], rows: dict[str, int], shapes: dict[str, tuple[int, ...]]) -> tuple[Instruction, ...]:
    result: list[Instruction] = []
    for item in items:
        op, arguments = item.pop("op"), item.pop("of")
        if op not in OPERATIONS or not all(type(n) is int and 0 <= n < len(result) for n in arguments):
            raise ValueError(f"an unknown operation {op!r}, or one of values that come later")
        attributes = {name: _attribute(value, OPERATIONS[op].attributes[name]) for name, value in item.items()}
        own_rows = _leaf_rows(op, attributes, rows, shapes) if op in LEAVES else 0
        result.append(instruction(op, arguments, attributes, [result[n].rows for n in arguments], own_rows))
        _require_matrix(result[-1], [result[n].rows for n in arguments], shapes)
    return tuple(result)


def _leaf_rows(op: str, attributes: dict[str, Any], rows: dict[str, int], shapes: dict[str, tuple[int, ...]]) -> int:
    if op == "tensor":
        (length,) = shapes[attributes["name"]]
        return length
    return attributes["rows"] if op == "constant" else rows[op]


def _require_matrix(item: Instruction, argument_rows: list[int], shapes: dict[str, tuple[int, ...]]) -> None:
    if not 1 <= item.rows <= MAX_ROWS:
        raise ValueError(f"a value of {item.rows} rows")
    if item.op == "matmul":
        height, width = shapes[item["weight"]]
        if not 0 <= item["start"] < item["stop"] <= height or width != argument_rows[0]:
            raise ValueError(f"a product with {item['weight']} that does not fit")


def _attribute(value: Any, kind: type) -> Any:
    """An attribute of a JSON object as an instruction holds it."""
    if kind is float:
        number = float.fromhex(value)
        if number != float(np.float32(number)) or not np.isfinite(number) or number.hex() != value:
            raise ValueError(f"the number {value!r}, which is no float32 number in its one spelling")
        return number
    if kind is list:
        if type(value) is not list or not all(type(row) is int for row in value) or len(value) > MAX_ROWS:
            raise ValueError("rows that are no list of numbers")
        return tuple(value)
    if type(value) is not kind:
        raise ValueError(f"the attribute {value!r}")
    return value
