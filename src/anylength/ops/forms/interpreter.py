"""Interpreter of `Ops` over forms. Differentiable, but not rounded outward.

Linear operations, products, tanh, σ and lerp keep how their result depends on u. All others give a form that does not depend on u,
for the box that the arguments' radii make. A plain array stands for a value that is known exactly.
"""

from collections.abc import Callable, Sequence
from typing import Any

from anylength.ops.boxes import BoxInterpreter
from anylength.ops.forms.form import Form, bent, beyond

NEAR = 0.03
"""Up to this radius the parabola of tanh is that of its Taylor series: differences of float32 numbers would be inexact."""

CUBIC, QUINTIC = 0.3849003 / 6, 0.1135 / 120
"""The largest |x(x² − 1)| / 6 and |x(x² − 1)(x² − ¼)| / 120 for |x| ≤ 1, rounded up."""

APART, TOGETHER = 0.5132004, 2 / 3
"""How much of the difference and of the sum of what a parabola misses half-way to its ends it can miss anywhere between them."""


class FormInterpreter:
    """The operations over forms.

    Args:
        box: The class of boxes for operations without a rule of their own.
    """

    def __init__(self, box: Any) -> None:
        self._box, self._boxes, self._arrays = box, BoxInterpreter(box), box.arrays

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """An operation without a rule here: that of boxes."""
        operation = getattr(self._boxes, name)

        def over_boxes(*arguments: Any) -> Any:
            forms = [argument for argument in arguments if isinstance(argument, Form)]
            result = operation(*(self._boxed(argument) for argument in arguments))
            return self._independent(result, forms[0]) if forms else result

        return over_boxes

    def constant(self, value: Any, columns: int) -> Any:
        """Known numbers in each of the columns: a plain array."""
        return self._arrays.constant(value, columns)

    def tensor(self, value: Any, columns: int) -> Any:
        """A vector of weights in each of the columns: a plain array."""
        return self._arrays.tensor(value, columns)

    def take(self, value: Any, rows: Sequence[int]) -> Any:
        """The rows with these numbers."""
        return self._linear(lambda part: self._arrays.take(part, rows), value)

    def concatenate(self, values: Sequence[Any]) -> Any:
        """Forms and arrays stacked along the rows."""
        like = next((value for value in values if isinstance(value, Form)), None)
        if like is None:
            return self._arrays.concatenate(values)
        forms = [value if isinstance(value, Form) else self._exact(value, like) for value in values]
        center, linear, curved, error, bound = map(self._arrays.concatenate, zip(*(form.parts for form in forms), strict=True))
        return Form(center, linear, curved, error, bound, all(form.straight for form in forms))

    def matmul(self, weight: Any, value: Any) -> Any:
        """Weight `[M, N]` times a form or an array."""
        if not isinstance(value, Form):
            return self._arrays.matmul(weight, value)
        arrays = value.center.__array_namespace__()
        linear = arrays.tensordot(weight, value.linear, 1)
        if value.straight:
            curved = arrays.zeros((len(weight), *value.curved.shape[1:]), linear.dtype)
        else:
            curved = arrays.tensordot(weight, value.curved, 1)
        return Form(weight @ value.center, linear, curved, abs(weight) @ value.error, abs(weight) @ value.bound, value.straight)

    def scale(self, value: Any, factor: float) -> Any:
        """A known number times the value."""
        return value.scaled(factor) if isinstance(value, Form) else self._arrays.scale(value, factor)

    def square(self, value: Any) -> Any:
        """value²."""
        return value * value

    def lerp(self, weight: Any, zero: Any, one: Any) -> Any:
        """zero + z·(one − zero)."""
        return zero + weight * (one - zero)

    def tanh(self, value: Any) -> Any:
        """Hyperbolic tangent: the parabola through the center and both ends."""
        return tanh(value) if isinstance(value, Form) else self._arrays.tanh(value)

    def sigmoid(self, value: Any) -> Any:
        """½ + ½·tanh(value / 2)."""
        if not isinstance(value, Form):
            return self._arrays.sigmoid(value)
        return tanh(value.scaled(0.5)).scaled(0.5) + 0.5

    def stored(self, value: Any) -> Any:
        """The value itself: storage is exact here."""
        return value

    def _linear(self, function: Callable[[Any], Any], value: Any) -> Any:
        """A function that moves rows, of all parts of a form."""
        if not isinstance(value, Form):
            return function(value)
        return value.by_parts(function)

    def _boxed(self, value: Any) -> Any:
        """The box of a form; anything else as it is."""
        return self._box.between(value.center - value.radius, value.center + value.radius) if isinstance(value, Form) else value

    def _independent(self, box: Any, like: Form) -> Form:
        """The form of a box; it does not depend on u."""
        return self._exact(box.centre, like).widened(box.radius)

    def _exact(self, value: Any, like: Form) -> Form:
        """The form of known numbers `[R, B]`, with the blocks and the u of another form."""
        zeros = value.__array_namespace__().zeros
        linear, curved = (zeros((*value.shape, *part.shape[2:]), part.dtype) for part in (like.linear, like.curved))
        return Form(value, linear, curved, 0 * value, 0 * value, straight=True)


def tanh(value: Form) -> Form:
    """Hyperbolic tangent: T + λx + μx² for x beside the center, with the square by `bent`."""
    arrays, center, radius = value.center.__array_namespace__(), value.center, value.radius
    middle, low, high = arrays.tanh(center), arrays.tanh(center - radius), arrays.tanh(center + radius)
    slope, bend = _parabola(arrays, center, radius, middle)
    error = _remainder(arrays, value, slope, bend, (low, middle, high))
    rest = abs(bend) * beyond(value, value)
    line = (value + -center).scaled(slope)
    return (line + bent(value, value).scaled(bend) + middle).widened(error + rest)


def _remainder(arrays: Any, value: Form, slope: Any, bend: Any, known: tuple[Any, Any, Any]) -> Any:
    """How far tanh may be from the parabola: by its third derivative, or by its fifth and what is missed half-way to the ends."""
    (low, middle, high), radius = known, value.radius
    between, half = _squares(arrays, low, high), radius / 2
    cubic = CUBIC * radius**3 * _third_derivative(arrays, *between)
    missed = [arrays.tanh(value.center + x) - middle - slope * x - bend * x * x for x in (half, -half)]
    added = APART * abs(missed[0] - missed[1]) + TOGETHER * abs(missed[0] + missed[1])
    quintic = added + QUINTIC * radius**5 * _fifth_derivative(arrays, *between)
    return arrays.where(radius < NEAR, cubic, arrays.minimum(cubic, quintic))


def _parabola(arrays: Any, center: Any, radius: Any, middle: Any) -> tuple[Any, Any]:
    """λ and μ of the parabola through tanh at the center and both ends."""
    near = radius < NEAR
    far = arrays.where(near, 0 * radius + NEAR, radius)
    low, high = arrays.tanh(center - far), arrays.tanh(center + far)
    derivative = 1 - middle * middle
    slope = arrays.where(near, derivative * (1 + radius * radius * (middle * middle - 1 / 3)), (high - low) / (2 * far))
    return slope, arrays.where(near, -middle * derivative, (0.5 * (high + low) - middle) / (far * far))


def _third_derivative(arrays: Any, least: Any, most: Any) -> Any:
    """A bound of |2(1 − w)(1 − 3w)| for w = tanh² between two numbers: at an end, or ⅔ at w = ⅔."""
    ends = [abs(2 * (1 - w) * (1 - 3 * w)) for w in (least, most)]
    inside = arrays.where((least < 2 / 3) & (most > 2 / 3), 0 * most + 2 / 3, 0 * most)
    return arrays.maximum(arrays.maximum(*ends), inside)


def _fifth_derivative(arrays: Any, least: Any, most: Any) -> Any:
    """A bound of |8(1 − w)(15(w − ½)² − 7⁄4)| for w = tanh² between two numbers: of each factor by itself."""
    ends = [abs(15 * (w - 0.5) * (w - 0.5) - 1.75) for w in (least, most)]
    inside = arrays.where((least < 0.5) & (most > 0.5), 0 * most + 1.75, 0 * most)
    return 8 * (1 - least) * arrays.maximum(arrays.maximum(*ends), inside)


def _squares(arrays: Any, low: Any, high: Any) -> tuple[Any, Any]:
    """The least and the largest tanh² between two numbers whose tanh is given."""
    most = arrays.maximum(low * low, high * high)
    return arrays.where(low * high <= 0, 0 * low, arrays.minimum(low * low, high * high)), most
