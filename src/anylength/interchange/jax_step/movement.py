"""Primitives that only move entries: they are applied to the numbers of the entries.

Each entry of the operands gets a number of its own. The primitive, evaluated by JAX itself, says which numbers its result holds.
"""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.interchange.flat_values import NO_ERF, Condition, ErfTerm, Flat, FlatArithmetic, Operand

MOVED: Mapping[str, tuple[int, ...] | None] = {
    "broadcast_in_dim": (0,), "concatenate": None, "copy": (0,), "copy_p": (0,), "dynamic_slice": (0,),
    "dynamic_update_slice": (0, 1), "expand_dims": (0,), "gather": (0,), "pad": (0, 1), "reshape": (0,), "rev": (0,),
    "scatter": (0, 2), "slice": (0,), "split": (0,), "squeeze": (0,), "stack": None, "name": (0,),
    "stop_gradient": (0,), "tile": (0,), "transpose": (0,), "unstack": (0,),
}  # fmt: skip
"""The operands whose entries each primitive moves (None: all). The others say where to, and must be known."""


def moved(arithmetic: FlatArithmetic, equation: Any, operands: Sequence[Operand]) -> list[Flat]:
    """The results of a primitive of `MOVED`.

    Raises:
        ValueError: An operand that says where to move entries depends on the state, or lies outside of the array.
    """
    places = MOVED[equation.primitive.name]
    data = range(len(operands)) if places is None else places
    ends = np.cumsum([math.prod(operands[at].shape) for at in data]).tolist()
    arguments: list[Any] = list(operands)
    for at, start, end in zip(data, [0, *ends[:-1]], ends, strict=True):
        arguments[at] = np.arange(start, end, dtype=np.int32).reshape(operands[at].shape)
    if any(isinstance(argument, Flat) for argument in arguments):
        raise ValueError("an index that depends on the state")
    results = equation.primitive.bind(*arguments, **_with_integer_fill(equation.params))
    results = [np.asarray(result) for result in (results if equation.primitive.multiple_results else [results])]
    if any((result < 0).any() or (result >= ends[-1]).any() for result in results):
        raise ValueError("an index outside of the array")
    return [_selected(arithmetic, [operands[at] for at in data], ends, result) for result in results]


def moved_condition(arithmetic: FlatArithmetic, equation: Any, operands: Sequence[Any]) -> list[Condition]:
    """The results of a primitive of `MOVED` whose first operand is a condition."""
    condition, *others = operands
    sides = (moved(arithmetic, equation, [side, *others]) for side in (condition.left, condition.right))
    return [Condition(left, right) for left, right in zip(*sides, strict=True)]


def moved_erf(equation: Any, term: ErfTerm) -> list[ErfTerm]:
    """A term with the error function in another shape.

    Raises:
        ValueError: Its entries would be moved or repeated.
    """
    shape = equation.outvars[0].aval.shape
    if equation.primitive.name not in SAME_ORDER or math.prod(shape) != math.prod(term.shape):
        raise ValueError(NO_ERF)
    return [dataclasses.replace(term, shape=shape)]


SAME_ORDER = ("broadcast_in_dim", "copy", "copy_p", "expand_dims", "reshape", "squeeze", "stop_gradient")
"""Primitives that keep the order of the entries, where they keep their number."""


def _with_integer_fill(params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a gather that marks a place outside of the array with −1."""
    return {**params, "fill_value": -1} if "fill_value" in params else dict(params)


def _selected(arithmetic: FlatArithmetic, parts: list[Operand], ends: list[int], numbers: NDArray[Any]) -> Flat:
    """The entries with these numbers, counted through all parts."""
    used = np.unique(np.searchsorted(ends, numbers.ravel(), side="right")).tolist()
    if len(used) == 1:
        part = arithmetic.flat(parts[used[0]])
        return part.reshape((-1,))[numbers - (ends[used[0]] - part.size)]
    columns = [arithmetic.flat(part).reshape((-1,)) for part in parts]
    return arithmetic.concatenate(columns, 0)[numbers]
