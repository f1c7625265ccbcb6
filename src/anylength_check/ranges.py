"""The rule of each operation over intervals in units of 2^-352: the result holds the exact value for any numbers in the arguments.

Sums, rows that are moved or compared, and products of weights with numbers on the grid of 2^-96 are exact; all else is rounded
outward to that grid. What no rule bounds, such as 1 / x around 0, is Refused, and so are numbers above 2^1000.
"""

from collections.abc import Callable
from functools import partial
from math import isqrt
from operator import mul

from anylength_check.dyadic import (
    GRID_SHIFT,
    ONE,
    UNIT,
    WEIGHT_SHIFT,
    Box,
    Interval,
    exp_bounds,
    normal_bounds,
    outward,
    sigmoid_bounds,
    softplus_bounds,
    tanh_bounds,
)
from anylength_check.program import PICKING, Instruction, picked
from anylength_check.strict import require
from anylength_check.weights import Columns, Tensors

LARGEST = UNIT << 1000


def grid(low: int, high: int, bits: int = 352) -> Interval:
    """An interval in units of 2^-bits, rounded outward to the grid of 2^-96, in units of 2^-352."""
    low, high = outward((low, high), bits - 96)
    return low << GRID_SHIFT, high << GRID_SHIFT


def product(a: Interval, b: Interval) -> Interval:
    """A product is linear in each factor, so it is least and largest at corners; in units of 2^-704."""
    corners = a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1]
    return min(corners), max(corners)


def squared(a: Interval) -> Interval:
    """The square, in units of 2^-704."""
    return max(a[0], -a[1], 0) ** 2, max(a[0] ** 2, a[1] ** 2)


def rising(bounds: Callable[[int], Interval], a: Interval) -> Interval:
    """A function that rises."""
    return grid(bounds(a[0] >> GRID_SHIFT)[0], bounds(-(-a[1] >> GRID_SHIFT))[1], 96)


def gated(gate: Callable[[int], Interval], turn: int, a: Interval) -> Interval:
    """x g(x) for a gate g >= 0 that rises, if it falls up to a number between t = turn < 0 and t + 1 and rises from there on.

    Between these numbers it is at least t g(t + 1), all in units of 2^-96.
    """
    low, high = outward(a, GRID_SHIFT)
    corners = [x * bound for x in (low, high) for bound in gate(x)]
    corners += [turn * gate(turn + 1)[1]] if low <= turn + 1 and turn <= high else []
    return grid(min(corners), max(corners), 192)


def normalize(a: Box, e: int) -> Box:
    """y_i = x_i / sqrt(m + e), m the mean of the x_j^2, rises with x_i; its size falls with the sum S of the other squares.

    So S is least for the high end of an x_i above 0, and for the low end of one below, else largest. |y_i| 2^352 is the root of n
    x_i^2 2^704 / (x_i^2 + S + n e), where all numbers are in units of 2^-704.
    """
    squares, result = [squared(x) for x in a], []
    sums = [sum(ends) for ends in zip(*squares, strict=True)]
    for interval, square in zip(a, squares, strict=True):
        ends = []
        for x, side in zip(interval, (-1, 1), strict=True):
            inner = side * x <= 0  # then the size of y_i is rounded down
            size = isqrt(len(a) * (x * UNIT) ** 2 // (x * x + sums[inner] - square[inner] + len(a) * e))
            ends.append(-side * size if inner else side * (size + 1))
        result.append(grid(*ends))
    return result


def softmax(a: Box) -> Box:
    """1 / (1 + the sum of e^(x_j - x_i) over the others) rises with x_i and falls with each x_j."""
    ends, result = [outward(x, GRID_SHIFT) for x in a], []
    for i, (low, high) in enumerate(ends):
        others = ends[:i] + ends[i + 1 :]
        most, least = (ONE + sum(exp_bounds(x[end] - own)[end] for x in others) for end, own in ((1, low), (0, high)))
        result.append(grid(ONE * ONE // most, -(-ONE * ONE // least), 96))
    return result


def matmul(matrix: list[list[int]], columns: list[list[int]], value: Box) -> Box:
    """(sum w (low + high) -+ sum |w| (high - low)) / 2 for each row of weights w, the box first rounded to the grid.

    Products with 0 are left out: those with a 0 of the box, or those of columns where the row has a 0, whichever leaves fewer.
    """
    ends, result = [outward(interval, GRID_SHIFT) for interval in value], []
    sums, widths = [low + high for low, high in ends], [high - low for low, high in ends]
    kept = [at for at, end in enumerate(ends) if end != (0, 0)]  # a symbol has a single one for each tape
    for row, filled in zip(matrix, columns, strict=True):
        used = min(kept, filled, key=len)
        weights = [row[at] for at in used]
        center = sum(map(mul, weights, [sums[at] for at in used]))
        radius = sum(map(mul, map(abs, weights), [widths[at] for at in used]))
        result.append((center - radius << 106, center + radius << 106))  # from units of 2^-(149 + 96 + 1)
    return result


BY_ROWS: dict[str, Callable[..., Interval]] = {
    "add": lambda a, b: (a[0] + b[0], a[1] + b[1]),
    "subtract": lambda a, b: (a[0] - b[1], a[1] - b[0]),
    "multiply": lambda a, b: grid(*product(a, b), 704),
    "maximum": lambda a, b: (max(a[0], b[0]), max(a[1], b[1])),
    "minimum": lambda a, b: (min(a[0], b[0]), min(a[1], b[1])),
    "lerp": lambda z, a, b: require(z[0] >= 0 and z[1] <= UNIT, "lerp by a number outside 0 to 1") or grid(
        min((UNIT - t) * a[0] + t * b[0] for t in z),  # it rises with a and b; for fixed a and b it is linear in z
        max((UNIT - t) * a[1] + t * b[1] for t in z), 704,
    ),
    "tanh": partial(rising, tanh_bounds),
    "sigmoid": partial(rising, sigmoid_bounds),
    "relu": lambda a: (max(a[0], 0), max(a[1], 0)),
    "exp": partial(rising, exp_bounds),
    "softplus": partial(rising, softplus_bounds),
    "silu": partial(gated, sigmoid_bounds, -101290396562599003152735741617),
    "gelu": partial(gated, normal_bounds, -59563061095268295647893366582),
    "absolute": lambda a: (max(a[0], -a[1], 0), max(-a[0], a[1])),
    "square": lambda a: grid(*squared(a), 704),
    "reciprocal": lambda a: require(a[0] > 0 or a[1] < 0, "1 / x around 0") or grid(UNIT**2 // a[1], -(-(UNIT**2) // a[0])),
    "rsqrt": lambda a: require(a[0] > 0, "1 / sqrt(x) of a number not above 0")
    or grid(isqrt(UNIT**3 // a[1]), isqrt(UNIT**3 // a[0]) + 1),  # the root of a floor has the same floor
    "stored": lambda a: a,
}  # fmt: skip


def range_of(net: Tensors, columns: Columns, _: int, step: Instruction, values: list[Box]) -> Box:
    """The box of an instruction's value, from those of its arguments; `columns` has the `filled` ones of the net's tensors."""
    op, number, a = step.op, step.number, values[0] if values else []
    if op in BY_ROWS:
        box = [BY_ROWS[op](*rows) for rows in zip(*values, strict=True)]
    elif op in PICKING:
        box = picked(step, values)
    elif op == "tensor":
        box = [(w << WEIGHT_SHIFT, w << WEIGHT_SHIFT) for w in net[step.tensor][0]]
    elif op in ("constant", "scale"):
        box = [grid(*product(row, (number, number)), 704) for row in a] or [(number, number)] * step.rows
    elif op == "matmul":
        box = matmul([net[step.tensor][row] for row in step.picked], [columns[step.tensor][row] for row in step.picked], a)
    elif op in ("mean", "mean_square"):
        bits, terms = (352, a) if op == "mean" else (704, [squared(row) for row in a])
        box = [grid(sum(low for low, _ in terms) // len(a), -(-sum(high for _, high in terms) // len(a)), bits)]
    elif op == "center":  # ((n - 1) x_i - the sum of the others) / n, each x counted once
        n, low_sum, high_sum = len(a), sum(low for low, _ in a), sum(high for _, high in a)
        box = [grid((n * low - low - high_sum + high) // n, -((low_sum - low - n * high + high) // n)) for low, high in a]
    elif op == "matvec":
        sums = [zip(*map(product, a[at:], values[1]), strict=True) for at in range(0, len(a), len(values[1]))]
        box = [grid(sum(lows), sum(highs), 704) for lows, highs in sums]
    else:
        box = normalize(a, number << 352) if op == "normalize" else softmax(a)
    require(all(max(-low, high) <= LARGEST for low, high in box), f"{op} gives numbers above 2^1000")
    return box
