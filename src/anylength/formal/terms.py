"""A step program's instructions as terms: the name of a constructor of formal/Program.v, and its arguments."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from anylength.base import InputError
from anylength_check.dyadic import BOX_BITS, from_hex


class Number(NamedTuple):
    """The number numerator * 2^shift."""

    numerator: int
    shift: int


class Rows(NamedTuple):
    """Rows of a tensor. A vector is one row, taken as it is."""

    tensor: str
    start: int
    stop: int
    vector: bool


class Function(NamedTuple):
    """A function of one or two numbers."""

    name: str


Argument: TypeAlias = int | list[int] | Number | Rows | Function
LEAVES = {"symbol": "Symbol", "state": "State"}
BINARY = ("add", "subtract", "multiply", "maximum", "minimum")
UNARY = ("tanh", "sigmoid", "relu", "exp", "absolute", "square", "reciprocal", "rsqrt", "softplus", "silu", "gelu")
NAMES = {
    "mean": "Mean", "mean_square": "MeanSquare", "center": "Center", "softmax": "Softmax", "stored": "Stored", "lerp": "Lerp",
    "matvec": "Matvec",
}  # fmt: skip
"""Operations whose arguments are values and nothing else."""


def number_of(text: str) -> Number:
    """A number of the certificate, which spells it in hexadecimal."""
    return Number(from_hex(text, "a number"), -BOX_BITS)


OTHERS: dict[str, Callable[[dict[str, Any]], list[Argument]]] = {
    "tensor": lambda one: [Rows(one["name"], 0, 1, True)],
    "constant": lambda one: [number_of(one["value"]), one["rows"]],
    "concatenate": lambda one: [one["of"]],
    "slice": lambda one: [*one["of"], one["start"], one["stop"]],
    "take": lambda one: [*one["of"], one["rows"]],
    "matmul": lambda one: [Rows(one["weight"], one["start"], one["stop"], False), *one["of"]],
    "scale": lambda one: [number_of(one["factor"]), *one["of"]],
    "normalize": lambda one: [number_of(one["epsilon"]), one["of"][0]],
}
"""The arguments of all other operations."""


def term_of(one: dict[str, Any]) -> tuple[str, list[Argument]]:
    """The term of one instruction.

    Args:
        one: The instruction, as the certificate has it.

    Raises:
        InputError: The theorems do not know the operation.
    """
    op, of = one["op"], one["of"]
    if op in LEAVES:
        return LEAVES[op], []
    if op in NAMES:
        return NAMES[op], of
    if op in BINARY or op in UNARY:
        return ("Apply2" if op in BINARY else "Apply1"), [Function(op), *of]
    if op in OTHERS:
        return op.capitalize(), OTHERS[op](one)
    raise InputError("a step whose operations the theorems know", f"the operation {op}", "check it with anylength check instead")
