"""Sums and differences of values, with what a program has as one operation: lerp, center, softplus. x − x keeps its operand."""

from anylength.interchange.flat_values.matching import (
    argument,
    arguments,
    complement,
    is_constant,
    is_gate,
    pairs,
    repeated_row,
)
from anylength.programs import Traced


def total(left: Traced, right: Traced) -> Traced:
    """left + right."""
    if is_constant(left, 0):
        return right
    if is_constant(right, 0):
        return left
    for one, other in ((left, right), (right, left)):
        found = _blend(one, other) or _blend_of_difference(one, other) or _softplus(one, other)
        if found is not None:
            return found
    return left + right


def difference(left: Traced, right: Traced) -> Traced:
    """left − right."""
    if is_constant(right, 0):
        return left
    if is_constant(left, 0):
        return negative(right)
    if left == right:
        return left.tracer.scale(left, 0.0)
    found = _centered(left, right) or _log_sigmoid(left, right) or _step_back(left, right)
    return left - right if found is None else found


def negative(value: Traced) -> Traced:
    """−value."""
    item = value.instruction
    if item.op == "scale" and item["factor"] == -1:
        return Traced(value.tracer, item.arguments[0])
    return -value


def _blend(left: Traced, right: Traced) -> Traced | None:
    """(1 − z)·a + z·b as lerp."""
    for rest, zero in pairs(left, "multiply"):
        gate = complement(rest)
        found = None if gate is None else _other_factor(right, gate)
        if gate is not None and found is not None:
            return left.tracer.lerp(gate, zero, found)
    return None


def _other_factor(value: Traced, factor: Traced) -> Traced | None:
    """x of factor·x."""
    own = argument(value, "silu")
    if own is not None and argument(factor, "sigmoid") == own:
        return own
    return next((other for one, other in pairs(value, "multiply") if one == factor), None)


def _blend_of_difference(left: Traced, right: Traced) -> Traced | None:
    """a + z·(b − a) as lerp."""
    for gate, change in pairs(right, "multiply"):
        found = arguments(change, "subtract")
        if found and found[1] == left and is_gate(gate):
            return left.tracer.lerp(gate, left, found[0])
    return None


def _step_back(left: Traced, right: Traced) -> Traced | None:
    """a − z·(a − b) as lerp."""
    for gate, change in pairs(right, "multiply"):
        found = arguments(change, "subtract")
        if found and found[0] == left and is_gate(gate):
            return left.tracer.lerp(gate, left, found[1])
    return None


def _centered(left: Traced, right: Traced) -> Traced | None:
    """x − mean(x)."""
    row = repeated_row(right)
    mean = None if row is None else argument(row, "mean")
    return left.tracer.center(left) if mean == left and left.rows > 1 else None


def _softplus(larger: Traced, rest: Traced) -> Traced | None:
    """max(a, b) + log(1 + e^−|a − b|) is b + softplus(a − b): the stable form of log(e^a + e^b)."""
    tracer, distance = larger.tracer, _distance(rest)
    if distance is None:
        return None
    if argument(larger, "relu") == distance:
        return tracer.softplus(distance)
    found, gap = arguments(larger, "maximum"), arguments(distance, "subtract")
    if not found or not gap or set(gap) != set(found):
        return None
    return gap[1] + tracer.softplus(distance)


def _log_sigmoid(smaller: Traced, rest: Traced) -> Traced | None:
    """min(x, 0) − log(1 + e^−|x|) is −softplus(−x)."""
    value = _distance(rest)
    if value is None:
        return None
    for other, zero in pairs(smaller, "minimum"):
        if other == value and is_constant(zero, 0):
            return -smaller.tracer.softplus(negative(value))
    return None


def _distance(value: Traced) -> Traced | None:
    """d of softplus(−|d|)."""
    inner = argument(value, "softplus")
    opposite = None if inner is None else negative(inner)
    return None if opposite is None else argument(opposite, "absolute")
