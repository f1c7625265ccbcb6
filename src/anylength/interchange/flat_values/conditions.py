"""Conditions on values, and the choices by them that a step program has: the larger, the smaller, rectifiers."""

from dataclasses import dataclass

from anylength.interchange.flat_values.flat import Flat
from anylength.interchange.flat_values.matching import constant_of
from anylength.programs import Traced

NO_CHOICE = "a choice by a condition on the state, which is no maximum, minimum or rectifier"


@dataclass(frozen=True, eq=False)
class Condition:
    """left > right, entry by entry, where it makes no difference which one is taken of two equal ones.

    Attributes:
        left: An array.
        right: An array of the same shape.
    """

    left: Flat
    right: Flat

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array of conditions."""
        return self.left.shape

    def negated(self) -> "Condition":
        """left ≤ right."""
        return Condition(self.right, self.left)

    def broadcast_to(self, shape: tuple[int, ...]) -> "Condition":
        """The conditions repeated to a shape."""
        return Condition(self.left.broadcast_to(shape), self.right.broadcast_to(shape))


def chosen(condition: Condition, yes: Traced, no: Traced) -> Traced:
    """`yes` where the condition holds, else `no`.

    Raises:
        ValueError: The choice is not continuous, or of another form.
    """
    tracer, left, right = yes.tracer, condition.left.vector(), condition.right.vector()
    if (yes, no) == (left, right):
        return _larger(left, right)
    if (yes, no) == (right, left):
        return tracer.minimum(left, right)
    if yes == right and _is_clipped(no, left, right):
        return tracer.minimum(no, right)
    if _is_zero(right):
        return _rectifier(left, yes, no)
    if _is_zero(left):
        return _rectifier(right, no, yes)
    raise ValueError(NO_CHOICE)


def _larger(left: Traced, right: Traced) -> Traced:
    return left.tracer.relu(left) if _is_zero(right) else left.tracer.maximum(left, right)


def _rectifier(value: Traced, positive: Traced, negative: Traced) -> Traced:
    """`positive` where the value is above 0, else `negative`: relu, leaky relu or ELU.

    Raises:
        ValueError: It is none of them.
    """
    tracer = value.tracer
    if positive == value and _is_multiple(negative, value):
        larger = negative.instruction["factor"] <= 1
        return tracer.maximum(value, negative) if larger else tracer.minimum(value, negative)
    if positive == value and _is_zero(negative):
        return tracer.relu(value)
    if positive == value and _vanishes_above_zero(negative, value):
        return tracer.relu(value) + negative
    raise ValueError(NO_CHOICE)


def _is_zero(value: Traced) -> bool:
    return value.instruction.op == "constant" and value.instruction["value"] == 0


def _is_clipped(value: Traced, of: Traced, high: Traced) -> bool:
    """Whether a value is max(x, c) for a number c, and `high` is a number from c on. For a larger c the choice jumps."""
    most = constant_of(high)
    arguments = [Traced(value.tracer, number) for number in value.instruction.arguments]
    lows = [low for low in map(constant_of, arguments) if low is not None]
    return value.instruction.op == "maximum" and of in arguments and most is not None and bool(lows) and max(lows) <= most


def _is_multiple(value: Traced, of: Traced) -> bool:
    return value.instruction.op == "scale" and value.instruction.arguments == (of.number,)


def _vanishes_above_zero(value: Traced, of: Traced) -> bool:
    """Whether a value is a multiple of e^min(x, 0) − 1, as ELU has it below 0."""
    tracer, item = value.tracer, value.instruction
    if item.op == "scale":
        return _vanishes_above_zero(Traced(tracer, item.arguments[0]), of)
    if item.op != "subtract":
        return False
    power, one = (tracer.instructions[number] for number in item.arguments)
    if power.op != "exp" or one.op != "constant" or one["value"] != 1:
        return False
    least = tracer.instructions[power.arguments[0]]
    arguments = [Traced(tracer, number) for number in least.arguments]
    return least.op == "minimum" and of in arguments and any(_is_zero(argument) for argument in arguments)
