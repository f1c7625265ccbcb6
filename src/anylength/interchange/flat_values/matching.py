"""Looks at what made a value, through slices and repetitions, so that a pattern is found however its parts were cut."""

from anylength.programs import Traced

ELEMENTWISE = ("add", "subtract", "multiply", "maximum", "minimum", "scale", "exp", "sigmoid", "softplus", "absolute", "square")
"""Operations of which rows are the operation of rows, as far as the patterns look through them."""


def arguments(value: Traced, op: str) -> list[Traced] | None:
    """The arguments of the operation that made a value, or made the value that it is rows of; None for another operation."""
    tracer, item = value.tracer, value.instruction
    if item.op == op:
        return [Traced(tracer, number) for number in item.arguments]
    if item.op in ("slice", "take") and op in ELEMENTWISE:
        source = tracer.instructions[item.arguments[0]]
        rows = range(item["start"], item["stop"]) if item.op == "slice" else item["rows"]
        if source.op == op:
            return [tracer.take(Traced(tracer, number), rows) for number in source.arguments]
    return None


def argument(value: Traced, op: str) -> Traced | None:
    """The first argument of such an operation."""
    found = arguments(value, op)
    return found[0] if found else None


def pairs(value: Traced, op: str) -> list[tuple[Traced, Traced]]:
    """The two arguments of an operation in both orders; none for another operation."""
    found = arguments(value, op)
    return [(found[0], found[1]), (found[1], found[0])] if found else []


def constant_of(value: Traced) -> float | None:
    """The number in every row of a constant; None for other values."""
    return value.instruction["value"] if value.instruction.op == "constant" else None


def is_constant(value: Traced, number: float) -> bool:
    """Whether a value is this number in every row."""
    return constant_of(value) == number


def repeated_row(value: Traced) -> Traced | None:
    """The one row that a value repeats; None where it is made of several."""
    item = value.instruction
    if value.rows == 1:
        return value
    if item.op != "take" or len(set(item["rows"])) != 1:
        return None
    return value.tracer.take(Traced(value.tracer, item.arguments[0]), item["rows"][:1])


def scaled(value: Traced) -> tuple[Traced, float]:
    """A value as one number times another one. Beside signs only the last factor is taken off: a product before it may overflow."""
    base, factor = _last_factor(value)
    if factor == -1:
        base, inner = _last_factor(base)
        return base, -inner
    before, sign = _last_factor(base)
    return (before, -factor) if sign == -1 else (base, factor)


def _last_factor(value: Traced) -> tuple[Traced, float]:
    if value.instruction.op == "scale":
        return Traced(value.tracer, value.instruction.arguments[0]), value.instruction["factor"]
    for one, inverse in pairs(value, "multiply"):
        divisor = argument(inverse, "reciprocal")
        number = None if divisor is None else constant_of(divisor)
        if number:
            return one, 1 / number
    return value, 1.0


def is_gate(value: Traced) -> bool:
    """Whether every row of a value provably lies in [0, 1]."""
    tracer, item = value.tracer, value.instruction
    if item.op in ("slice", "take", "concatenate"):
        return all(is_gate(Traced(tracer, number)) for number in item.arguments)
    if item.op == "subtract":
        return is_constant(Traced(tracer, item.arguments[0]), 1) and is_gate(Traced(tracer, item.arguments[1]))
    number = constant_of(value)
    return item.op in ("sigmoid", "softmax") or (number is not None and 0 <= number <= 1)


def complement(value: Traced) -> Traced | None:
    """z of 1 − z, for z in [0, 1]."""
    found = arguments(value, "subtract")
    return found[1] if found and is_constant(found[0], 1) and is_gate(found[1]) else None
