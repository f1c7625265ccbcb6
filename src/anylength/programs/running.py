"""Runs the instructions of a program over any interpreter of `Ops`: the one place where an instruction becomes a computation."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from anylength.ops import Ops
from anylength.programs.program import Instruction, ancestors

NOTHING: Mapping[Any, Any] = MappingProxyType({})


def run(
    instructions: tuple[Instruction, ...],
    ops: Ops,
    tensors: Mapping[str, Any],
    leaves: Mapping[str, Any],
    *,
    wanted: Iterable[int] | None = None,
    given: Mapping[int, Any] = NOTHING,
    refined: Callable[[int, Any], Any] = lambda number, value: value,
) -> dict[int, Any]:
    """The values that the wanted ones need, by number.

    Args:
        instructions: The step or the answer of a program.
        ops: The interpreter.
        tensors: The weights by name.
        leaves: The values of `symbol` and `state`, each `[rows, B]`; one that is not needed may be missing.
        wanted: Numbers of values; None means the last one.
        given: Values that are known, by number. Nothing behind them is computed.
        refined: What is used in place of a computed value, from its number and itself.
    """
    order = ancestors(instructions, [len(instructions) - 1] if wanted is None else wanted, given)
    return run_in_order(instructions, order, ops, tensors, leaves, given=given, refined=refined)


def run_in_order(
    instructions: tuple[Instruction, ...],
    order: Iterable[int],
    ops: Ops,
    tensors: Mapping[str, Any],
    leaves: Mapping[str, Any],
    *,
    given: Mapping[int, Any] = NOTHING,
    refined: Callable[[int, Any], Any] = lambda number, value: value,
) -> dict[int, Any]:
    """The same for whoever runs a program often: `order` is what `ancestors` found, once."""
    values = dict(given)
    columns = next(iter([*leaves.values(), *given.values()])).shape[-1]
    for number in order:
        arguments = [values[argument] for argument in instructions[number].arguments]
        values[number] = refined(number, _value(instructions[number], arguments, ops, tensors, leaves, columns))
    return values


def _value(
    instruction: Instruction, arguments: list[Any], ops: Any, tensors: Mapping[str, Any], leaves: Mapping[str, Any], columns: int
) -> Any:
    """The value of one instruction."""
    match instruction.op:
        case "symbol" | "state":
            return leaves[instruction.op]
        case "tensor":
            return ops.tensor(tensors[instruction["name"]], columns)
        case "constant":
            return ops.constant(np.full(instruction.rows, instruction["value"], np.float32), columns)
        case "slice":
            return arguments[0][instruction["start"] : instruction["stop"]]
        case "matmul":
            return ops.matmul(_rows(tensors[instruction["weight"]], instruction["start"], instruction["stop"]), arguments[0])
        case "add":
            return arguments[0] + arguments[1]
        case "subtract":
            return arguments[0] - arguments[1]
        case "multiply":
            return arguments[0] * arguments[1]
        case "concatenate":
            return ops.concatenate(arguments)
        case name:
            return getattr(ops, name)(*arguments, *(value for _, value in instruction.attributes))


def _rows(weight: Any, start: int, stop: int) -> Any:
    """Rows of a matrix; the matrix itself where these are all."""
    return weight if (start, stop) == (0, weight.shape[0]) else weight[start:stop]
