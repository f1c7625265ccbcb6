"""Ellipsoids c + L u, |u| <= 1, as regions of states, and what it takes to show that one holds all numbers of some forms."""

from collections.abc import Sequence
from math import isqrt
from operator import mul
from typing import NamedTuple

from anylength_check.forms import Form, Value, Vector

SHARE_BITS, CHOLESKY_BITS, KEPT_BITS, SPARE = 10, 40, 56, 1 << 20


class Ellipsoid(NamedTuple):
    """A region. The spread says how the room for errors is shared out among the numbers of a state: any shares are sound."""

    center: Vector
    shape: list[Vector]  # the rows of L, in units of 2^-32
    gram: list[Vector]  # L L^T, in units of 2^-64
    spread: Vector


def ellipsoid(center: Vector, shape: list[Vector], spread: Vector) -> Ellipsoid:
    """The region of a center and a shape."""
    return Ellipsoid(center, shape, [[sum(map(mul, a, b)) for b in shape] for a in shape], spread)


def forms_of(region: Ellipsoid) -> Value:
    """All its states: a form for each number of a state."""
    return [Form(center, row, [], 0, 0) for center, row in zip(region.center, region.shape, strict=True)]


def is_positive_definite(matrix: list[Vector]) -> bool:
    """Whether this symmetric matrix surely is: it differs from some G G^T by one whose diagonal outweighs its rows.

    G is about the Cholesky factor of the matrix less a little, in integers; whatever it is, the conclusion holds.
    """
    factor: list[Vector] = []
    left = [0] * len(matrix)
    for i, row in enumerate(matrix):
        line: Vector = []
        for j, known in enumerate(factor):
            number, rest = divmod((row[j] << CHOLESKY_BITS) - sum(map(mul, line, known)), known[j])
            line.append(number)
            left[i] -= rest
            left[j] -= rest
        square = (row[i] << CHOLESKY_BITS) - sum(map(mul, line, line))
        root = isqrt(max(0, square - (SPARE << CHOLESKY_BITS)))
        if not root:
            return False
        left[i] += square - root * root
        factor.append([*line, root])
    return min(left) > 0


def holds(region: Ellipsoid, value: Value, weights: Sequence[int]) -> bool:
    """Whether the region surely holds all numbers of the forms: in any direction a it reaches |a L|, further than all their parts.

    With v for what the centers differ by, G for the linear parts, and B_k for the k-th curved vectors, the forms reach a . v +
    |a G| + sum |a B_k| / 2 + sum |a_i| e_i or less. For positive p with sum 1, the square of a sum x_1 + x_2 + ... is at most the
    sum of x^2 / p. So it suffices that L L^T - v v^T / p_v - G G^T / p_g - sum B_k B_k^T / 4 p_k - the diagonal of e_i^2 / p_i is
    positive definite. The p are the weights' shares in their sum; the last one is shared out as `spread` times the errors.
    """
    if all(form[:4] == (own, [0] * len(value), [], 0) for form, own in zip(value, region.center, strict=True)):
        return True  # a point, which a region without extent may hold, too
    none = [0] * len(value)
    whole = [[[form.center - own] for form, own in zip(value, region.center, strict=True)], [form.linear for form in value]]
    quarters = [[form.curved[k] if form.curved else none for form in value] for k in range(len(weights) - 3)]
    inverse = [-((-sum(weights) << SHARE_BITS) // weight) for weight in weights]  # 1 / p, rounded up
    parts = list(zip([4 * x for x in inverse[:2]] + inverse[2:-1], whole + quarters, strict=True))
    scales = [scale for scale, part in parts for _ in part[0]]
    rows = [[x for _, part in parts for x in part[i]] for i in range(len(value))]
    matrix = []
    for i, gram in enumerate(region.gram):
        left = list(map(mul, scales, rows[i]))
        matrix.append(
            [(own << SHARE_BITS + 2) - sum(map(mul, left, right)) for own, right in zip(gram, rows[: i + 1], strict=False)]
        )
    reach = sum(form.error * share for form, share in zip(value, region.spread, strict=True))
    for i, (form, share) in enumerate(zip(value, region.spread, strict=True)):
        matrix[i][i] -= 4 * inverse[-1] * form.error * -(-reach // share)
    return is_positive_definite(scaled(matrix))


def scaled(matrix: list[Vector]) -> list[Vector]:
    """The matrix divided by a power of 2 and rounded; what roundings by less than 1 may change is taken from the diagonal."""
    shift = max(0, max(abs(row[-1]) for row in matrix).bit_length() - KEPT_BITS)
    return [[*(x >> shift for x in row[:-1]), (row[-1] >> shift) - len(matrix)] for row in matrix]
