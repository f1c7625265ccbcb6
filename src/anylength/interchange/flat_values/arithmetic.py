"""`FlatArithmetic`: elementwise operations with broadcasting, conditions and joins of `Flat` arrays."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from anylength.interchange.flat_values.conditions import Condition, chosen
from anylength.interchange.flat_values.elementwise import BINARY, UNARY, Binary
from anylength.interchange.flat_values.erf_term import NO_ERF, ErfTerm, erf_of
from anylength.interchange.flat_values.flat import Flat, Operand, flat
from anylength.interchange.flat_values.weights import WeightStore
from anylength.programs import Traced, Tracer, ancestors
from anylength.programs.json_form import MAX_AXIS

MAX_EXPONENT = 64
"""The largest exponent of a power: a higher power of a state overflows float32 at 4."""


@dataclass
class FlatArithmetic:
    """Operations on `Flat` arrays that add instructions to one traced step.

    Attributes:
        encoded: E, the rows of an encoded symbol.
        state: D, the rows of the state.
        weights: The known arrays that became tensors of the program.
        watched: Values of which a test for NaN or infinities was read as passed.
    """

    encoded: int
    state: int
    weights: WeightStore = field(default_factory=WeightStore)
    watched: list[Traced] = field(default_factory=list)
    tracer: Tracer = field(init=False)

    def __post_init__(self) -> None:
        self.tracer = Tracer(self.weights.shapes, {"symbol": self.encoded, "state": self.state})

    def known(self, array: NDArray[np.float32], hint: str = "") -> Flat:
        """A known array: a constant where all numbers are the same, else a tensor of the program.

        A number format may store a tensor inexactly, but not a constant. So equal numbers are a constant only if it is one number,
        as in the source's text, or if every format has it.
        """
        numbers = np.asarray(array, np.float32)
        distinct = np.unique(numbers)
        if distinct.size == 1 and (numbers.size == 1 or _in_every_format(distinct[0])):
            return Flat(self.tracer.value(float(distinct[0]), 1), np.zeros(numbers.shape, np.intp))
        parts = np.split(numbers.ravel(), range(MAX_AXIS, numbers.size, MAX_AXIS))
        vectors = [self.tracer.weight(self.weights.named(part, hint)).vector() for part in parts]
        return flat(self.tracer.concatenate(vectors), numbers.shape)

    def flat(self, value: Operand) -> Flat:
        """An array as a `Flat`."""
        return value if isinstance(value, Flat) else self.known(value)

    def watch(self, value: Flat) -> None:
        """Notes that what was read holds only for a finite array."""
        self.watched.append(value.vector())

    def new_state(self, parts: Sequence[Traced], logits: Traced) -> Traced:
        """The new state of these parts. 0 times each watched value that nothing else needs is added to the first row, so that the
        program holds the value, and the checker bounds it."""
        state = self.tracer.concatenate(parts)
        for value in self.watched:
            if value.number not in ancestors(tuple(self.tracer.instructions), [state.number, logits.number]):
                first = state[:1] + self.tracer.scale(self.tracer.mean(value), 0.0)
                state = self.tracer.concatenate([first, state[1:]] if state.rows > 1 else [first])
        return state

    def unary(self, op: str, value: Flat) -> Flat:
        """An operation of `UNARY`. Entries that are the same row are computed once."""
        rows, inverse = _distinct(value.rows.ravel())
        return flat(UNARY[op](value.reshape((-1,))[rows].vector()))[inverse.reshape(value.shape)]

    def binary(self, op: str, left: Operand | ErfTerm, right: Operand | ErfTerm) -> Flat | ErfTerm:
        """An operation of `BINARY`, with numpy's broadcasting."""
        if isinstance(left, ErfTerm) or isinstance(right, ErfTerm):
            return self._with_erf(op, left, right)
        for one, other in ((left, right), (right, left)):
            if _never_taken(op, one):
                return self.flat(other).broadcast_to(np.broadcast_shapes(one.shape, other.shape))
        first, second, inverse = self._together(self.flat(left), self.flat(right))
        return flat(_by_part(BINARY[op], first, second))[inverse]

    def numbers(self, op: str, left: Operand, right: Operand) -> Flat:
        """An operation of `BINARY` on two arrays of numbers."""
        result = self.binary(op, left, right)
        assert isinstance(result, Flat)
        return result

    def power(self, value: Flat, exponent: float) -> Flat:
        """A power of each entry: a whole one, a square root or its inverse.

        Raises:
            ValueError: The exponent is another one.
        """
        if abs(exponent) == 0.5:
            return self.unary("sqrt" if exponent > 0 else "rsqrt", value)
        if not float(exponent).is_integer() or abs(exponent) > MAX_EXPONENT:
            raise ValueError(f"a power with the exponent {exponent:g}, which is no half and no whole number up to {MAX_EXPONENT}")
        return self.whole_power(value, int(exponent))

    def whole_power(self, value: Flat, exponent: int) -> Flat:
        """A whole power of each entry."""
        if exponent == 0:
            return self.known(np.ones(value.shape, np.float32))
        if exponent < 0:
            return self.unary("reciprocal", self.whole_power(value, -exponent))
        half = value if exponent < 2 else self.whole_power(value, exponent // 2)
        result = half if exponent < 2 else self.unary("square", half)
        return result if exponent < 2 or exponent % 2 == 0 else self.product(result, value)

    def product(self, left: Operand, right: Operand) -> Flat:
        """left · right of two arrays."""
        return self.numbers("multiply", left, right)

    def times_symbol(self, weight: NDArray[np.float32], first: int, hint: str = "") -> Flat:
        """A known matrix times the rows of the encoded symbol from the first one on."""
        rows = self.tracer.symbol()[first : first + weight.shape[1]]
        return flat(self.tracer.matmul(self.tracer.weight(self.weights.named(weight, hint)), rows))

    def erf(self, value: Flat) -> ErfTerm:
        """The error function of x/√2, on the way to a GELU of x."""
        return erf_of(value.vector(), value.shape)

    def above(self, left: Operand, right: Operand) -> Condition:
        """left > right, for a choice that is the same where they are equal."""
        shape = np.broadcast_shapes(left.shape, right.shape)
        return Condition(self.flat(left).broadcast_to(shape), self.flat(right).broadcast_to(shape))

    def choice(self, condition: Condition, yes: Operand, no: Operand) -> Flat:
        """`yes` where the condition holds, else `no`: a maximum, a minimum or a rectifier."""
        shape = np.broadcast_shapes(condition.shape, yes.shape, no.shape)
        values = (self.flat(value).broadcast_to(shape).vector() for value in (yes, no))
        return flat(chosen(condition.broadcast_to(shape), *values), shape)

    def blend(self, weight: Operand, zero: Operand, one: Operand) -> Flat:
        """(1 − weight)·zero + weight·one for weights in [0, 1]; with weights 0 and 1 a choice by the symbol."""
        shape = np.broadcast_shapes(weight.shape, zero.shape, one.shape)
        values = (self.flat(value).broadcast_to(shape).vector() for value in (weight, zero, one))
        return flat(self.tracer.lerp(*values), shape)

    def concatenate(self, arrays: Sequence[Operand], axis: int) -> Flat:
        """Arrays joined along an axis."""
        parts = [self.flat(array) for array in arrays]
        ends = np.cumsum([part.size for part in parts])
        numbers = [np.arange(end - part.size, end).reshape(part.shape) for part, end in zip(parts, ends, strict=True)]
        return Flat(self.tracer.concatenate([part.vector() for part in parts if part.size]), np.concatenate(numbers, axis))

    def _together(self, left: Flat, right: Flat) -> tuple[Traced, Traced, NDArray[np.intp]]:
        """Each pair of entries that an operation meets, once; and for each entry of the result the number of its pair."""
        shape = np.broadcast_shapes(left.shape, right.shape)
        first, second = (value.broadcast_to(shape).rows.ravel() for value in (left, right))
        pairs, inverse = _distinct(first * (int(second.max(initial=0)) + 1) + second)
        return Flat(left.source, first[pairs]).vector(), Flat(right.source, second[pairs]).vector(), inverse.reshape(shape)

    def _with_erf(self, op: str, left: Operand | ErfTerm, right: Operand | ErfTerm) -> Flat | ErfTerm:
        """A number plus or times a term with the error function, or the product with its value."""
        term, other, swapped = (left, right, False) if isinstance(left, ErfTerm) else (right, left, True)
        if not isinstance(term, ErfTerm) or isinstance(other, ErfTerm):
            raise ValueError(NO_ERF)
        if isinstance(other, Flat):
            if op != "multiply" or other.shape != term.shape:
                raise ValueError(NO_ERF)
            return flat(term.times(other.vector()), term.shape)
        return _changed(term, op, _number(other), swapped)


def _changed(term: ErfTerm, op: str, number: float, swapped: bool) -> ErfTerm:
    """An operation on a term and a number; swapped: on a number and a term."""
    match op, swapped:
        case ("add", _):
            return term.changed(1.0, number)
        case ("multiply", _):
            return term.changed(number, 0.0)
        case ("subtract", False):
            return term.changed(1.0, -number)
        case ("subtract", True):
            return term.changed(-1.0, number)
        case ("divide", False) if number:
            return term.changed(1 / number, 0.0)
    raise ValueError(NO_ERF)


def _number(array: NDArray[np.float32]) -> float:
    """The one number of a known array."""
    numbers = np.unique(array)
    if numbers.size != 1:
        raise ValueError(NO_ERF)
    return float(numbers[0])


def _in_every_format(number: np.float32) -> bool:
    """Whether float16 and bfloat16, the upper half of float32's bits, have a number."""
    with np.errstate(over="ignore"):
        return bool(np.float32(np.float16(number)) == number) and int(number.view(np.uint32)) % (1 << 16) == 0


def _never_taken(op: str, operand: Operand) -> bool:
    """Whether an operand is −∞ in a maximum or +∞ in a minimum."""
    endless = {"maximum": -np.inf, "minimum": np.inf}.get(op)
    return endless is not None and not isinstance(operand, Flat) and bool(np.all(operand == endless))


def _distinct(numbers: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The places at which each number comes first, ascending, and for each entry which of them holds its number."""
    _, first, inverse = np.unique(numbers, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return first[order], rank[inverse]


def _by_part(make: Binary, left: Traced, right: Traced) -> Traced:
    """An operation, part by part where an operand repeats one row in each part, as sums over groups do."""
    tracer = left.tracer
    for value in (left, right):
        parts = [Traced(tracer, number) for number in value.instruction.arguments]
        if value.instruction.op == "concatenate" and all(_repeats(part) for part in parts):
            ends = np.cumsum([part.rows for part in parts]).tolist()
            spans = list(zip([0, *ends[:-1]], ends, strict=True))
            return tracer.concatenate([make(left[start:end], right[start:end]) for start, end in spans])
    return make(left, right)


def _repeats(value: Traced) -> bool:
    return value.instruction.op == "take" and len(set(value.instruction["rows"])) == 1
