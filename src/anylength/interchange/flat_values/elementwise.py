"""The operations on each entry of arrays, by name: each makes one value of the program of others."""

from collections.abc import Callable, Mapping

from anylength.interchange.flat_values import factors, sums
from anylength.interchange.flat_values.matching import argument, is_constant
from anylength.interchange.flat_values.overflow import while_at_most
from anylength.programs import Traced

Unary = Callable[[Traced], Traced]
Binary = Callable[[Traced, Traced], Traced]


def _own(op: str) -> Unary:
    """An operation of a program."""
    return lambda value: value.tracer.add(op, value)


def _relu(value: Traced) -> Traced:
    """max(0, value): the value itself where it is never negative."""
    never_negative = ("mean_square", "square", "exp", "sigmoid", "softmax", "relu", "softplus", "absolute")
    return value if value.instruction.op in never_negative else value.tracer.relu(value)


def _log(value: Traced) -> Traced:
    """log(1 + e^t) and log σ(t)."""
    power, gate = factors.exponent_beside_one(value), argument(value, "sigmoid")
    if power is not None:
        return _softplus_of(power)
    if gate is not None:
        return -_softplus_of(sums.negative(gate))
    raise ValueError("a logarithm other than log(1 + eˣ)")


def _log1p(value: Traced) -> Traced:
    """log(1 + e^t)."""
    power = argument(value, "exp")
    if power is None:
        raise ValueError("a logarithm other than log(1 + eˣ)")
    return _softplus_of(power)


def _softplus_of(power: Traced) -> Traced:
    """log(1 + e^t) where e^t is computed: never too large for t = −|d|, the stable form."""
    value = power.tracer.softplus(power)
    opposite = argument(power, "scale")
    if opposite is not None and opposite.instruction.op == "absolute" and sums.negative(power) == opposite:
        return value
    return while_at_most(_relu(power), value)


def _expm1(value: Traced) -> Traced:
    return sums.difference(value.tracer.exp(value), value.tracer.value(1.0, value.rows))


def _extreme(op: str) -> Binary:
    def take(left: Traced, right: Traced) -> Traced:
        if left == right:
            return left
        for one, zero in ((left, right), (right, left)):
            if op == "maximum" and is_constant(zero, 0):
                return _relu(one)
        return left.tracer.add(op, left, right)

    return take


UNARY: Mapping[str, Unary] = {
    **{op: _own(op) for op in ("tanh", "sigmoid", "exp", "softplus", "silu", "gelu", "absolute", "square", "rsqrt")},
    "relu": _relu, "negative": sums.negative, "reciprocal": factors.inverse_of, "sqrt": factors.root_of, "log": _log,
    "log1p": _log1p, "expm1": _expm1,
}  # fmt: skip
"""The operations on each entry by name. PyTorch, JAX and ONNX have most of them under the same name."""

BINARY: Mapping[str, Binary] = {
    "add": sums.total, "subtract": sums.difference, "multiply": factors.product, "divide": factors.quotient,
    "maximum": _extreme("maximum"), "minimum": _extreme("minimum"),
}  # fmt: skip
"""The operations on two arrays, entry by entry, by name."""
