"""The rule of each operation over forms: numbers that depend on a vector u, |u| <= 1, by a parabola in part, up to an error.

A form stands for the numbers within `error` of center + linear . u + (curved_1 . v_1 + ... + curved_b . v_b) / 2. With
v_k = 2 u_k u - e_k, whose square is 1 - 4 u_k^2 (1 - |u|^2) <= 1, these are what is left of products of u_k and u once their mean
e_k / 2 is gone: u_k u = (e_k + v_k) / 2. The result of an operation, for the same u, is within the form that its rule gives. What
looks at a form may take v_k for any vectors with |v_k| <= 1, or for just these. All is in units of 2^-32. Each center, and each
number of a vector, is rounded by less than a unit: `slips`.

The product of f . u and a curved part is of third order. It is near a number that is linear in u, too. For vectors g and h,
(f . u)(g . u)(h . u) is within |f| |g| |h| / 4 of ((g . h) f + (f . h) g + (f . g) h) . u / 4: four times the difference is f . w
for w = 4 (g . u)(h . u) u - (g . h) u - (g . u) h - (h . u) g, and |g|^2 |h|^2 - |w|^2 is no less than the determinant of Gram of
g, h and u, were u of length 1. A curved part is a sum of products (g . u)(h . u) - g . h / 2. So its product with f . u is within
s |f| / 2 of a linear one, `leaning`, where s is the sum of all |g| |h| / 2.
"""

from collections.abc import Callable
from functools import partial
from math import isqrt
from operator import add, mul, sub
from typing import NamedTuple

from anylength_check.dyadic import Box, Interval, tanh_bounds
from anylength_check.program import PICKING, Instruction, picked
from anylength_check.ranges import range_of
from anylength_check.strict import require
from anylength_check.weights import Columns, Tensors

BITS = 32
FORM_UNIT = 1 << BITS
TO_BOX, FROM_WEIGHT = 352 - BITS, 149 - BITS  # a unit of 2^-32 in units of 2^-352; a weight's unit of 2^-149
MOST = FORM_UNIT << 100  # larger sizes are refused
Vector = list[int]


class Form(NamedTuple):
    """A number that depends on u. `curved` is empty where all its vectors are 0. `bound` is at least an s of the curved part."""

    center: int
    linear: Vector
    curved: list[Vector]
    error: int
    bound: int = MOST


Value = list[Form]


def length(vector: Vector) -> int:
    """An upper bound of its length."""
    return isqrt(sum(map(mul, vector, vector))) + 1


def halved(x: int) -> int:
    """x / 2, rounded up."""
    return -(-x >> 1)


def down(x: int) -> int:
    """The product of two numbers, rounded down."""
    return x >> BITS


def up(x: int) -> int:
    """The product of two numbers, rounded up."""
    return -(-x >> BITS)


def sizes(form: Form) -> tuple[int, int, int]:
    """The most that the linear part is, an s of the curved one, and the error.

    Of the products (B_k . u) u_k, of which the curved part is the sum, an s is half the sum of |B_k|.
    """
    parts = length(form.linear), min(form.bound, halved(sum(map(length, form.curved)))), form.error
    require(abs(form.center) + sum(parts) <= MOST, "a form has numbers above 2^100")
    return parts


def size(form: Form) -> int:
    """The most that the number differs from its center."""
    return sum(sizes(form))


def slips(n: int, blocks: int) -> int:
    """Bounds what roundings by less than a unit change: of a center, of n numbers of a vector, and of those of each curved one."""
    return 1 + n + blocks * n


def interval(form: Form) -> Interval:
    """The numbers of a form, in units of 2^-352."""
    most = size(form)
    return form.center - most << TO_BOX, form.center + most << TO_BOX


def from_interval(bounds: Interval, n: int) -> Form:
    """A form that does not depend on u, for the numbers of an interval in units of 2^-352."""
    low, high = bounds[0] >> TO_BOX, -(-bounds[1] >> TO_BOX)
    center = low + high >> 1
    return Form(center, [0] * n, [], high - center, 0)


def total(a: Form, b: Form, sign: Callable[[int, int], int] = add) -> Form:
    """The sum, or with `sub` the difference."""
    zeros = [[0] * len(a.linear)] * max(len(a.curved), len(b.curved))
    curved = [list(map(sign, x, y)) for x, y in zip(a.curved or zeros, b.curved or zeros, strict=True)]
    linear = list(map(sign, a.linear, b.linear))
    return Form(sign(a.center, b.center), linear, curved, a.error + b.error, a.bound + b.bound)


def times(form: Form, factor: int) -> Form:
    """The product with an exact number."""
    linear = [x * factor >> BITS for x in form.linear]
    curved = [[x * factor >> BITS for x in vector] for vector in form.curved]
    error, bound = (up(most * abs(factor)) + slips(len(linear), len(curved)) for most in (form.error, form.bound))
    return Form(down(form.center * factor), linear, curved, error, bound)


def scaled(form: Form, factor: int) -> Form:
    """The product with a number that may be larger by less than a unit."""
    product = times(form, factor)
    return product._replace(error=product.error + up(abs(form.center) + size(form)))


def matmul(matrix: list[list[int]], value: Value) -> Value:
    """The sums of the forms times the weights of each row; weights are in units of 2^-149, and rounded down here."""
    n, blocks = len(value[0].linear), max(len(form.curved) for form in value)
    centers, errors, bounds = zip(*((form.center, form.error, form.bound) for form in value), strict=True)
    lines = list(zip(*(form.linear for form in value), strict=True))
    curves = [list(zip(*(form.curved[k] if form.curved else [0] * n for form in value), strict=True)) for k in range(blocks)]
    slack = up(sum(abs(form.center) + size(form) for form in value)) + slips(n, blocks)
    result = []
    for weights in matrix:
        row = [w >> FROM_WEIGHT for w in weights]
        linear = [sum(map(mul, row, column)) >> BITS for column in lines]
        curved = [[sum(map(mul, row, column)) >> BITS for column in columns] for columns in curves]
        error, bound = (up(sum(map(mul, map(abs, row), most))) + slack for most in (errors, bounds))
        result.append(Form(down(sum(map(mul, row, centers))), linear, curved, error, bound))
    return result


def leaning(g: Vector, curved: list[Vector]) -> Vector:
    """4 times the linear part near the product of g . u and a curved part: the sum of g_k B_k + (g . B_k) e_k - B_kk g.

    That is the rule for (g . u) (e_k . u) (B_k . u), less 2 B_kk g for the mean of the curved part. In units of 2^-64.
    """
    turned = [sum(map(mul, g, vector)) for vector in curved] + [0] * (len(g) - len(curved))
    trace = sum(vector[k] for k, vector in enumerate(curved))
    columns = zip(*curved, strict=True) if curved else [()] * len(g)
    return [sum(map(mul, g, column)) + own - trace * x for column, own, x in zip(columns, turned, g, strict=True)]


def bent(blocks: int, a: Form, b: Form) -> Form:
    """The products (g . u) (h . u) of the linear parts, and of each with the other's curved part, up to `beyond`.

    The first is the sum of u_k u . (g_k h + h_k g'), and (g' . u)(h' . u), where g' and h' have zeros in place of the first
    numbers. The last is within |g'| |h'| / 2 of g' . h' / 2. So the curved part is the difference of both, less their means.
    """
    g, h = a.linear, b.linear
    rest = [0] * blocks + g[blocks:]
    curved = [[g[k] * y + h[k] * x >> BITS for x, y in zip(rest, h, strict=True)] for k in range(blocks)]
    error = halved(up(length(g[blocks:]) * length(h[blocks:]))) + slips(len(g), blocks) + 1
    linear = [x + y >> BITS + 2 for x, y in zip(leaning(g, b.curved), leaning(h, a.curved), strict=True)]
    return Form(down(sum(map(mul, g, h))) >> 1, linear, curved, error, halved(up(length(g) * length(h))) + error)


def product(blocks: int, a: Form, b: Form) -> Form:
    """center times center, each center times what the other has beside it, and the product of both that."""
    plain = [form._replace(center=0) for form in (a, b)]
    mixed = total(times(plain[1], a.center), times(plain[0], b.center))
    both = total(mixed, bent(blocks, a, b))
    return both._replace(center=both.center + down(a.center * b.center), error=both.error + up(beyond(a, b)) + 1)


def beyond(a: Form, b: Form) -> int:
    """How far the product of all that is beside the centers is from `bent`. In units of 2^-64.

    With p, s and d for the sizes of the parts of one, and q, t and e for those of the other, it is p t / 2 + q s / 2 for the
    products of third order, and p e + q d + (s + d)(t + e) for the rest.
    """
    (p, s, d), (q, t, e) = sizes(a), sizes(b)
    return halved(p * t + q * s) + p * e + q * d + (s + d) * (t + e)


def tanh_near(x: int) -> int:
    """tanh, wrong by less than 2 units."""
    return tanh_bounds(x << 96 - BITS)[0] >> 96 - BITS


def third_derivative(least: int, most: int) -> int:
    """A bound of that of tanh, 2 (1 - w)(1 - 3w) for w = tanh^2 between two numbers.

    Its magnitude is largest at an end, or where its derivative is 0: at w = 2/3, and there it is 2/3.
    """
    ends = [2 * abs(down((FORM_UNIT - w) * (FORM_UNIT - 3 * w))) + 2 for w in (least, most)]
    return max(ends + [2 * FORM_UNIT // 3 + 1] * (3 * least < 2 * FORM_UNIT < 3 * most))


def fifth_derivative(least: int, most: int) -> int:
    """A bound of that of tanh, 8 (1 - w)(15 (w - 1/2)^2 - 7/4) for w = tanh^2 between two numbers: of each factor by itself."""
    ends = [abs(15 * down((w - FORM_UNIT // 2) ** 2) - 7 * FORM_UNIT // 4) + 16 for w in (least, most)]
    return up(8 * (FORM_UNIT - least) * max(ends + [7 * FORM_UNIT // 4] * (2 * least < FORM_UNIT < 2 * most)))


def squares(low: int, high: int) -> Interval:
    """Bounds of tanh^2 between two numbers whose tanh is given."""
    return down((min(abs(low), abs(high)) - 2) ** 2) if low > 2 or high < -2 else 0, up((max(abs(low), abs(high)) + 2) ** 2)


def tanh_form(blocks: int, form: Form) -> Form:
    """The parabola through tanh at the center and the two ends, and how far tanh may be from it: the less of two bounds.

    For the exact parabola that is |x (x^2 - r^2)| / 6 times the third derivative, at most 0.3849003 r^3 / 6 times its bound. It is
    also what a polynomial of degree 4 adds that is right half-way to the ends, too, and x (x^2 - r^2)(x^2 - r^2 / 4) / 120 times
    the fifth derivative, at most 0.1135 r^5 / 120 times its bound. If the parabola misses tanh there by a and b, it adds
    x (x^2 - r^2) (4 (b - a) / (3 r^3) - 8 (a + b) x / (3 r^4)), at most 0.5132004 |a - b| + 2/3 |a + b|. That here is wrong by d or
    less at the five points, so by 9/4 d or less between them.
    """
    r, plain = size(form) + 1 & -2, form._replace(center=0)
    points = (-r, -(r >> 1), 0, r >> 1, r)
    low, _, middle, _, high = values = [tanh_near(form.center + x) for x in points]
    slope = (high - low << BITS) // (2 * r)
    curvature = (high + low - 2 * middle << 2 * BITS) // (2 * r * r) if r >> BITS // 2 else 0  # any parabola will do
    missing = (y - middle - down(slope * x) - (curvature * x * x >> 2 * BITS) for x, y in zip(points, values, strict=True))
    first, b, _, a, last = missing
    wrong, between = max(abs(first), abs(last)) + 4, squares(low, high)
    cubic = up(up(up(r * r) * r) * third_derivative(*between)) * 3849003 // 60_000_000 + 1
    added = (5_132_004 * abs(a - b) + 6_666_667 * abs(a + b)) // 10_000_000 + 1
    left = up(up(up(up(r * r) ** 2) * r) * fifth_derivative(*between)) * 1135 // 1_200_000 + 1
    line = total(times(plain, slope), times(bent(blocks, form, form), curvature))
    missed = min(cubic, added + left) + (9 * wrong >> 2) + 1
    rest = up(abs(curvature) * up(beyond(form, form)))
    return line._replace(center=middle + line.center, error=line.error + rest + missed)


def sigmoid_form(blocks: int, form: Form) -> Form:
    """(1 + tanh(x / 2)) / 2."""
    half = times(tanh_form(blocks, times(form, FORM_UNIT >> 1)), FORM_UNIT >> 1)
    return half._replace(center=half.center + (FORM_UNIT >> 1))


def lerp(blocks: int, z: Form, a: Form, b: Form) -> Form:
    """a + z (b - a)."""
    return total(a, product(blocks, z, total(b, a, sub)))


BY_ROWS: dict[str, Callable[..., Form]] = {
    "add": lambda _, a, b: total(a, b),
    "subtract": lambda _, a, b: total(a, b, sub),
    "multiply": product,
    "square": lambda blocks, a: product(blocks, a, a),
    "tanh": tanh_form,
    "sigmoid": sigmoid_form,
    "lerp": lerp,
    "stored": lambda _, a: a,
}


def form_of(net: Tensors, columns: Columns, n: int, blocks: int, number: int, step: Instruction, values: list[Value]) -> Value:
    """The forms of an instruction's value, from those of its arguments. What has no rule here has that of its interval."""
    if step.op in BY_ROWS:
        return [BY_ROWS[step.op](blocks, *rows) for rows in zip(*values, strict=True)]
    if step.op in PICKING:
        return picked(step, values)
    if step.op == "scale":  # by a number that is rounded by less than a unit
        return [scaled(form, step.number >> TO_BOX) for form in values[0]]
    if step.op == "matmul":
        return matmul([net[step.tensor][row] for row in step.picked], values[0])
    boxes: list[Box] = [list(map(interval, value)) for value in values]
    return list(map(partial(from_interval, n=n), range_of(net, columns, number, step, boxes)))
