"""What a rule gets: the arithmetic of one traced step, and arguments of an operation as arrays."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from anylength.interchange.flat_values import Condition, Flat, FlatArithmetic, Operand
from anylength.interchange.flat_values.erf_term import NO_ERF, ErfTerm
from anylength.interchange.pytorch.known import Known, Names


@dataclass(frozen=True)
class Scope:
    """One traced step.

    Attributes:
        arithmetic: Its operations.
        names: The names of parameters.
    """

    arithmetic: FlatArithmetic
    names: Names

    def array(self, value: Any) -> Flat:
        """An argument as an array.

        Raises:
            ValueError: It is a condition, a part of a GELU, or no array.
        """
        operand = self.operand(value)
        return operand if isinstance(operand, Flat) else self.arithmetic.known(operand)

    def operand(self, value: Any) -> Operand:
        """An argument as an array; known numbers that are all the same stay numbers."""
        match value:
            case Flat():
                return value
            case bool() | int() | float():
                return np.array(value, np.float32)
            case Known():
                numbers = value.numbers()
                if np.unique(numbers).size <= 1:
                    return numbers
                return self.arithmetic.known(numbers, value.name)
            case Condition():
                raise ValueError("a condition on the state as a number: it jumps")
            case ErfTerm():
                raise ValueError(NO_ERF)
            case _:
                raise ValueError(f"an argument of type {type(value).__name__}")

    def unary(self, op: str, value: Any) -> Flat:
        """An operation on each entry."""
        return self.arithmetic.unary(op, self.array(value))

    def binary(self, op: str, left: Any, right: Any) -> Any:
        """An operation on pairs of entries."""
        first, second = (value if isinstance(value, ErfTerm) else self.operand(value) for value in (left, right))
        return self.arithmetic.binary(op, first, second)

    def times(self, value: Any, factor: Any) -> Any:
        """A product; the value itself for the factor 1."""
        return value if factor == 1 and not isinstance(factor, Flat | Known) else self.binary("multiply", value, factor)


def number(value: Any) -> float | None:
    """An argument as one number; None where it is none."""
    if isinstance(value, Known):
        numbers = value.numbers()
        return float(numbers.flat[0]) if numbers.size and (numbers == numbers.flat[0]).all() else None
    return float(value) if isinstance(value, int | float) else None
