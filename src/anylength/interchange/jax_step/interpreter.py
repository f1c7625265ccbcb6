"""Interprets a jaxpr with the old state and the symbol as unknowns. Everything known is computed by JAX's own primitives."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from jax.extend import source_info_util
from jax.extend.core import ClosedJaxpr, Jaxpr, Literal

from anylength.base import InputError
from anylength.interchange.flat_values import Alphabet, Condition, ErfTerm, Flat, FlatArithmetic
from anylength.interchange.jax_step.movement import MOVED, moved, moved_condition, moved_erf
from anylength.interchange.jax_step.primitives import LINEAR, RULES, linear
from anylength.interchange.jax_step.symbols import Table, as_operand
from anylength.programs import MAX_INSTRUCTIONS

CALLS = ("jaxpr", "call_jaxpr", "fun_jaxpr")
"""The parameters that hold the function of a call: of jit, of custom derivatives, of remat."""

LOOPS = ("while", "cond", "scan")
REMEDY = "write the step with sums, products and activation functions, or test it as a black box (anylength.black_boxes)"

Value = Any
"""A known array, a `Table`, a `Flat`, a `Condition` or an `ErfTerm`."""


@dataclass(frozen=True)
class JaxprInterpreter:
    """Interprets the equations of a jaxpr.

    Attributes:
        arithmetic: The operations.
        alphabet: The alphabet of the task.
    """

    arithmetic: FlatArithmetic
    alphabet: Alphabet

    def run(self, jaxpr: Jaxpr, constants: Sequence[Any], arguments: Sequence[Value], place: str = "") -> list[Value]:
        """The results of a jaxpr.

        Args:
            jaxpr: The jaxpr.
            constants: Its constants.
            arguments: Its arguments.
            place: The place in the source of the call of an inner jaxpr.

        Raises:
            InputError: An equation has no counterpart in a step program. The message names it and its place in the source.
        """
        known = [np.asarray(constant) if _is_array(constant) else constant for constant in constants]
        values: dict[Any, Value] = dict(zip((*jaxpr.constvars, *jaxpr.invars), (*known, *arguments), strict=True))
        for equation in jaxpr.eqns:
            operands = [np.asarray(v.val) if isinstance(v, Literal) else values[v] for v in equation.invars]
            own_place = source_info_util.summarize(equation.source_info) or place
            try:
                results = self._results(equation, operands, own_place)
            except InputError:
                raise
            except ValueError as error:
                got = f"{equation.primitive.name} at {own_place}{f', {error}' if str(error) else ''}"
                raise InputError("operations that a step program has", got, REMEDY) from None
            values.update(zip(equation.outvars, results, strict=True))
        return [np.asarray(v.val) if isinstance(v, Literal) else values[v] for v in jaxpr.outvars]

    def _results(self, equation: Any, operands: list[Value], place: str) -> Sequence[Value]:
        """The results of an equation: computed where all operands are known, else by the rule of the primitive."""
        name, unknown = equation.primitive.name, [value for value in operands if not isinstance(value, np.ndarray)]
        if equation.effects or "callback" in name:
            raise ValueError("a call of Python")
        if equation.params.get("accuracy") is not None:
            raise ValueError("a function with an accuracy of its own")
        if len(self.arithmetic.tracer.instructions) > MAX_INSTRUCTIONS:
            raise ValueError(f"a step of more than {MAX_INSTRUCTIONS:,} operations")
        if not unknown and all(_is_array(operand) for operand in operands):
            return _computed(equation, operands)
        inner = next((equation.params[key] for key in CALLS if key in equation.params), None)
        if name not in LOOPS and isinstance(inner, ClosedJaxpr):
            return self.run(inner.jaxpr, inner.consts, operands, place)
        if name not in LOOPS and isinstance(inner, Jaxpr):
            return self.run(inner, [], operands, place)
        _require_float32(equation)
        if all(isinstance(value, Table) for value in unknown) and _keeps_table(equation):
            return _tabulated(equation, operands)
        return self._by_rule(equation, [self._lowered(value) for value in operands])

    def _lowered(self, value: Value) -> Value:
        return as_operand(self.arithmetic, value, self.alphabet) if isinstance(value, Table) else value

    def _by_rule(self, equation: Any, operands: list[Value]) -> Sequence[Value]:
        name = equation.primitive.name
        if not any(isinstance(value, Flat | Condition | ErfTerm) for value in operands):
            return _computed(equation, operands)
        if name in MOVED:
            return _moved(self.arithmetic, equation, operands)
        if name in LINEAR:
            return [linear(self.arithmetic, equation, operands)]
        if name not in RULES:
            raise ValueError("control flow that depends on the state or the symbol" if name in LOOPS else "")
        if any(isinstance(value, Condition) for value in operands) and name not in ("select_n", "not", "convert_element_type"):
            raise ValueError("a calculation with a condition")
        return [RULES[name](self.arithmetic, equation.params, operands)]


def _moved(arithmetic: FlatArithmetic, equation: Any, operands: list[Value]) -> Sequence[Value]:
    """The results of a primitive that moves entries."""
    if isinstance(operands[0], Condition):
        return moved_condition(arithmetic, equation, operands)
    if isinstance(operands[0], ErfTerm):
        return moved_erf(equation, operands[0])
    if not all(isinstance(value, Flat | np.ndarray) for value in operands):
        raise ValueError("a calculation with a condition")
    return moved(arithmetic, equation, operands)


def _is_array(value: Any) -> bool:
    """Whether a value is an array of numbers, and no key of a random generator."""
    return isinstance(value, np.ndarray) or (hasattr(value, "dtype") and isinstance(value.dtype, np.dtype))


def _computed(equation: Any, operands: Sequence[Any]) -> list[np.ndarray]:
    """The results of an equation of known arrays, by the primitive itself."""
    results = equation.primitive.bind(*operands, **equation.params)
    return [np.asarray(result) for result in (results if equation.primitive.multiple_results else [results])]


def _keeps_table(equation: Any) -> bool:
    """Whether a function of the symbol stays a table: where it moves or chooses entries, or its result is no float."""
    moves = equation.primitive.name in (*MOVED, "select_n", "convert_element_type")
    return moves or all(not np.issubdtype(out.aval.dtype, np.floating) for out in equation.outvars)


def _tabulated(equation: Any, operands: Sequence[Any]) -> list[Table]:
    """The results of an equation for every symbol at once."""
    axes = [0 if isinstance(value, Table) else None for value in operands]
    arrays = [value.entries if isinstance(value, Table) else value for value in operands]
    results = jax.vmap(lambda *each: equation.primitive.bind(*each, **equation.params), in_axes=axes)(*arrays)
    return [Table(np.asarray(result)) for result in (results if equation.primitive.multiple_results else [results])]


def _require_float32(equation: Any) -> None:
    """Refuses numbers other than float32 where they are computed.

    Raises:
        ValueError: There are some.
    """
    for out in equation.outvars:
        dtype = out.aval.dtype
        if np.issubdtype(dtype, np.inexact) and dtype != np.float32:
            raise ValueError(f"{dtype} numbers, where a step program has float32")
