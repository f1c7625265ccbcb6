"""Ellipsoids c + L u, |u| <= 1, as regions of states, and what it takes to show that one holds all numbers of some forms."""

from collections.abc import Sequence
from math import isqrt
from operator import mul
from typing import NamedTuple

from anylength_check.forms import Form, Value, Vector

SHARE_BITS, CHOLESKY_BITS, KEPT_BITS, SPARE = 10, 40, 56, 1 << 20
SHIFT_BITS, HALF = 10, 1 << 9  # a shift of joint weights is in units of 2^-10, and at most a half


class Ellipsoid(NamedTuple):
    """A region. The spread says how the room for errors is shared out among the numbers of a state: any shares are sound."""

    center: Vector
    shape: list[Vector]  # the rows of L, in units of 2^-32
    gram: list[Vector]  # L L^T, in units of 2^-64
    spread: Vector


class Parts(NamedTuple):
    """What there is of some forms beside a region's center, in a direction a.

    If scale |a G|^2 summed over the parts, and `errors` times the most that errors add, squared, is less than |a L|^2 << bits, then
    the region reaches further than all numbers of the forms. A part is a scale and the rows of its G, in units of 2^-32.
    """

    bits: int
    parts: list[tuple[int, list[Vector]]]
    errors: int


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


def holds(region: Ellipsoid, value: Value, weights: Sequence[int], *, joint: bool = False) -> bool:
    """Whether the region surely holds all numbers of the forms: in any direction a it reaches |a L|, further than all their parts.

    That is so if L L^T less all squares G G^T of parts, each times its scale, and less a diagonal for the errors, is positive
    definite. In a direction errors add up to sum |a_i| e_i or less. The square of that is at most the sum of (a_i e_i)^2 / p_i for
    positive p with sum 1; they are shares of `spread` times the errors. The weights give the scales, in one of two ways.
    """
    if all(form[:4] == (own, [0] * len(value), [], 0) for form, own in zip(value, region.center, strict=True)):
        return True  # a point, which a region without extent may hold, too
    beside = [form.center - own for form, own in zip(value, region.center, strict=True)]
    bits, parts, errors = (joint_parts if joint else separate_parts)(value, beside, weights)
    scales = [scale for scale, part in parts for _ in part[0]]
    rows = [[x for _, part in parts for x in part[i]] for i in range(len(value))]
    matrix = []
    for i, gram in enumerate(region.gram):
        left = list(map(mul, scales, rows[i]))
        matrix.append([(own << bits) - sum(map(mul, left, right)) for own, right in zip(gram, rows[: i + 1], strict=False)])
    reach = sum(form.error * share for form, share in zip(value, region.spread, strict=True))
    for i, (form, share) in enumerate(zip(value, region.spread, strict=True)):
        matrix[i][i] -= errors * form.error * -(-reach // share)
    return is_positive_definite(scaled(matrix))


def curves(value: Value, blocks: int) -> list[list[Vector]]:
    """For each k the rows of B_k: the k-th curved vectors of the forms."""
    none = [0] * len(value)
    return [[form.curved[k] if form.curved else none for form in value] for k in range(blocks)]


def ratio(total: int, weight: int) -> int:
    """The total over the weight, in units of 2^-10, rounded up."""
    return -((-total << SHARE_BITS) // weight)


def separate_parts(value: Value, beside: Vector, weights: Sequence[int]) -> Parts:
    """The parts, each with a room of its own. Weights are of `beside` v, the linear part G, each curved part B_k, and the errors.

    In a direction a the forms reach a . v + |a G| + sum |a B_k| / 2 + sum |a_i| e_i or less. For positive p with sum 1, the square
    of a sum x_1 + x_2 + ... is at most the sum of x^2 / p. The p are the weights' shares in their sum.
    """
    inverse = [ratio(sum(weights), weight) for weight in weights]
    whole = [[[x] for x in beside], [form.linear for form in value]]
    scales = [4 * x for x in inverse[:2]] + inverse[2:-1]
    return Parts(SHARE_BITS + 2, list(zip(scales, whole + curves(value, len(weights) - 3), strict=True)), 4 * inverse[-1])


def joint_parts(value: Value, beside: Vector, weights: Sequence[int]) -> Parts:
    """The parts, with one room for all: |u| <= 1 bounds the numbers of u and their products together.

    With C_kj, the j-th numbers of all k-th curved vectors, the forms are center + G u + the sum of C_kj u_k u_j - C_kk / 2. Weights
    are m of the misfit, d of u, s of products, e of errors, w_k of each square u_k^2; and, times 2^10, its shift t_k. The
    parts are `beside` + sum (t_k - 1/2) C_kk, times 1, with the weight m; G times u, with d; C_kk times u_k^2 - t_k, with w_k;
    C_kj + C_jk times u_k u_j, with w_k + w_j, where j is one of the b blocks; C_kj times u_k u_j, with w_k + s, for all other j;
    and the errors, times 1, with e.

    The square of a sum of c y is at most the sum of c^2 / W times the sum of W y^2. The latter is at most
    T = m + d + s + e + sum w_k t_k^2. For let x_k = u_k^2, let X be the sum of the first b of them and Z that of the others. Then
    all W y^2 but those of m, d and e add up to (X + Z) sum w_k x_k + s X Z + sum w_k (t_k^2 - 2 t_k x_k). As X + Z <= 1, this is at
    most sum w_k (1 - 2 t_k) x_k + s X Z + sum w_k t_k^2. As w_k (1 - 2 t_k) <= s, which `read_weights` demands, it is at most
    s X (1 + Z) + sum w_k t_k^2. And X (1 + Z) <= (1 - Z) (1 + Z) <= 1.
    """
    misfit, own, products, errors, *others = weights
    blocks = len(others) // 2
    squares, shifts, bent = others[:blocks], others[blocks:], curves(value, blocks)
    total = (misfit + own + products + errors << 2 * SHIFT_BITS) + sum(w * t * t for w, t in zip(squares, shifts, strict=True))
    # in units of 2^-42, and so its square is in those of 2^-84
    moved = [[(x << SHIFT_BITS) + sum((t - HALF) * bent[k][i][k] for k, t in enumerate(shifts))] for i, x in enumerate(beside)]
    parts = [(ratio(total, misfit << 2 * SHIFT_BITS), moved), (ratio(total, own), [form.linear for form in value])]
    for k, weight in enumerate(squares):
        parts.append((ratio(total, weight), [[row[k]] for row in bent[k]]))
        parts.append((ratio(total, weight + products), [row[blocks:] for row in bent[k]]))
        for j in range(k):
            parts.append((ratio(total, weight + squares[j]), [[a[j] + b[k]] for a, b in zip(bent[k], bent[j], strict=True)]))
    return Parts(SHARE_BITS + 2 * SHIFT_BITS, parts, ratio(total, errors))


def scaled(matrix: list[Vector]) -> list[Vector]:
    """The matrix divided by a power of 2 and rounded; what roundings by less than 1 may change is taken from the diagonal."""
    shift = max(0, max(abs(row[-1]) for row in matrix).bit_length() - KEPT_BITS)
    return [[*(x >> shift for x in row[:-1]), (row[-1] >> shift) - len(matrix)] for row in matrix]
