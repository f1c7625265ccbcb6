"""The rule of each operation over upper bounds of rounding errors, and whether a proof covers a number format.

Weights, states and logits are stored in the format: storing x errs by at most v|x| + t, and by nothing if x is a weight that the
format holds exactly. All else is float32, u = 2^-24: sums in any order, with or without fused multiply-add, subnormals kept or
flushed to 0 (TAU; a flush in reading counts as one in writing). A state as read is exact but for a flush.
docs/reference/certificate-formats.md has the errors of functions and the reason of each rule. Bounds are integers in
units of 2^-352, rounded up. An exact value lies in its range: the hull, over all nodes, of the intervals that the check computed.
"""

from collections.abc import Callable
from math import isqrt
from typing import NamedTuple

from anylength_check.dyadic import UNIT, WEIGHT_SHIFT, Box, Interval
from anylength_check.program import PICKING, Instruction, Program, Values, fixed, picked, run
from anylength_check.strict import require
from anylength_check.weights import Tensors

U, TAU, ERROR = 24, UNIT >> 126, UNIT >> 20  # u x is x / 2^U; ERROR is that of tanh
FORMATS = {"bfloat16": (8, TAU), "float16": (11, UNIT >> 14), "float32": (3200, TAU)}  # -log2 v, or 3200 for v = 0; and t
ANY = UNIT << 2000  # a size that only the range bounds
LARGEST = UNIT << 100  # below it no sum of float32 overflows
EXACT = ((0, 0), (UNIT, UNIT))  # of an encoded symbol; what lies on a stack is read as a state is
Ranges = dict[int, Box]  # of values, by the numbers of their instructions
TOO_LARGE = "a weight, state or sum is too large"


class Entering(NamedTuple):
    """Ranges of states before a step, and of what a step computes of them alone, whatever the symbol."""

    states: Box
    values: Ranges


class Under(NamedTuple):
    """Ranges under a symbol: its encoding, all other values of a step, the computed states after it, and values of the answer."""

    symbol: Box
    step: Ranges
    states: Box
    answer: Ranges


class Row(NamedTuple):
    """Bounds on a value, or on terms that the machine has still to multiply and to sum in an unknown order."""

    size: int  # bounds the exact and the computed value; with terms, the sum of the exact terms' magnitudes
    slack: int  # bounds the difference of the two; with terms, the sum of the terms' differences
    terms: int = 0


def up(x: int, bits: int = 352) -> int:
    """x / 2^bits, rounded up: of a product of two numbers in units of 2^-352, the number in such units."""
    return -(-x >> bits)


def limit_of(name: str) -> int:
    """The largest size that is stored in a format."""
    return UNIT << 15 if name == "float16" else LARGEST


def size_of(interval: Interval) -> int:
    """The largest magnitude in an interval."""
    return max(-interval[0], interval[1])


def summed(row: Row, interval: Interval | None = None) -> Row:
    """The row after the machine has summed its k terms. Flushes of k products and k - 1 sums are like 2k terms more.

    Each term has k roundings or fewer (its product and k - 1 additions), together within 1 +- gamma, gamma = ku / (1 - ku). If the
    exact value lies in the interval, the computed one is no larger than that and the slack.
    """
    size, slack, k = row
    require(k < 1 << 23, "a sum has too many terms")
    slack += 2 * k * TAU
    slack -= -k * (size + slack) // ((1 << U) - k)
    size += slack if k else 0
    return Row(min(size, size_of(interval) + slack) if interval else size, slack)


def with_error(row: Row, error: int) -> Row:
    """The row after one more error; the bounds hold for the row before it, too."""
    return Row(row.size + error, row.slack + error)


def stored(row: Row, storage: tuple[int, int]) -> Row:
    """The row once it is stored."""
    return with_error(row, up(row.size, storage[0]) + storage[1])


def weight_slack(w: int, storage: tuple[int, int]) -> int:
    """How far a weight, in units of 2^-149, may be from its stored one; 0 if the format holds it exactly."""
    size, (bits, t) = abs(w) << WEIGHT_SHIFT, storage
    exact = w == 0 or (size >= t and abs(w) // (w & -w) < 1 << bits)
    return 0 if exact else up(size, bits) + t


def given(number: int) -> Row:
    """A float32 number of the program. A subnormal one may be flushed."""
    return with_error(Row(abs(number), 0), TAU if 0 < abs(number) < TAU else 0)


def sum_of(terms: list[Row]) -> Row:
    """The sum of terms that is still to be made."""
    return Row(sum(row.size for row in terms), sum(row.slack for row in terms), len(terms))


def times(a: Row, b: Row) -> Row:
    """A product that is still to be rounded: for computed A and B, |AB - ab| <= |A - a| |B| + |a| |B - b|."""
    return Row(up(a.size * b.size), up(a.slack * b.size + a.size * b.slack))


def rounded(row: Row, factor: int = 1) -> Row:
    """A result with that many roundings, and a flush."""
    return with_error(row, up(factor * row.size, U) + TAU)


def lerp(z: Row, a: Row, b: Row, where: Interval, *_: Interval) -> Row:
    """|(1-z)(A-a) + z(B-b) + (Z-z)(B-A)| <= the larger slack + slack of z (|A| + |B|), and no exact result is larger than a and b.

    Both need an exact z from 0 to 1. As (1-Z)A + ZB, A + Z(B-A) or A - ZA + ZB all factors are up to f = 1 + slack of z. Each way
    is a sum of few terms, and roundings are at most 7u f (|A| + |B|), flushes at most 16 TAU f (formal/Lerp32.v).
    """
    require(where[0] >= 0 and where[1] <= UNIT, "z in lerp may be outside 0 to 1")
    both = a.size + b.size
    slack = max(a.slack, b.slack) + up(z.slack * both + (UNIT + z.slack) * (up(7 * both, U) + 16 * TAU))
    return Row(max(a.size, b.size) + slack, slack)


def mean(terms: list[Row]) -> Row:
    """The mean of n terms: their sum, divided by n (4u) or multiplied by a computed 1 / n (4u, and u for the product)."""
    total, n = summed(sum_of(terms)), len(terms)
    return rounded(Row(total.size // n + 1, total.slack // n + 1), 6)


def normalize(a: list[Row], m: Row, least: int, e: int, result: Box) -> list[Row]:
    """1 / sqrt(m + e) for m + e >= least errs relatively by rho, as that of `rsqrt`, and by TAU; then comes a product.

    Or a quotient, up to 2^-22, by a root that errs by 2^-22 relatively: it is a product with an inverse that errs by no more.
    """
    own = given(e)
    d = m.slack + own.slack + up(m.size + m.slack + own.size, U) + 2 * TAU
    require(4 * d <= least, "the mean square in normalize may err by too much")
    rho, scale = d * UNIT // least + 1 + (UNIT >> 19), isqrt(UNIT**3 // least) + 1
    rows = []
    for x, size in zip(a, map(size_of, result), strict=True):
        grown = up(up(x.slack * scale) * (UNIT + rho)) + up(size * rho) + up((x.size + x.slack) * TAU)
        rows.append(Row(ANY, grown + up(size + grown, 22) + TAU))
    return rows


def softmax(a: list[Row], result: Box) -> list[Row]:
    """An argument less the largest one errs by d, its exponential relatively by k, the sum of all by m; then comes a quotient.

    The theorem is `softmax_rule` (formal/binary32/Shares.v): it counts flushes and the quotient's own errors, too.
    """
    d = max(x.slack for x in a) + up(2 * max(x.size for x in a), U) + TAU
    grown = d + up(d * d)
    k = grown + up(grown + UNIT, 20)
    m = k - -len(a) * (UNIT + k) // ((1 << U) - len(a)) + 18 * len(a) * TAU
    require(2 * m <= UNIT, "the arguments of softmax may err by too much")
    rho = (k + m + ERROR // 2) * UNIT // (UNIT - m) + 1 + ERROR
    return [Row(ANY, up(size_of(y) * rho) + 16 * TAU) for y in result]


def matmul(matrix: list[list[int]], value: list[Row], storage: tuple[int, int]) -> list[Row]:
    """Sums of products with stored weights, pending: |WX - wx| <= |W - w| |X| + |w| |X - x|. A product with a sure 0 is no term.

    A weight of 0 is stored as 0. X is finite, so 0 X is 0 or -0, and adding it rounds nothing, fused or not. It may flush the sum
    so far, as the product or addition that made this could: that flush is counted there, and happens once, as 0 stays 0.
    """
    result = []
    for weights in matrix:
        terms = [(abs(w), weight_slack(w, storage), row) for w, row in zip(weights, value, strict=True) if w and row.size]
        size, slack = sum(w * row.size for w, _, row in terms), sum(w * row.slack for w, _, row in terms)
        of_weights = sum(error * row.size for _, error, row in terms)
        result.append(Row(up(size, 149), up(slack, 149) + up(of_weights), len(terms)))
    return result


BY_ROWS: dict[str, Callable[..., Row]] = {
    "add": lambda a, b: Row(a.size + b.size, a.slack + b.slack, max(a.terms, 1) + max(b.terms, 1)),
    "multiply": lambda a, b: rounded(times(a, b)),
    "square": lambda a: rounded(times(a, a)),
    "maximum": lambda a, b: Row(max(a.size, b.size), max(a.slack, b.slack)),
    "relu": lambda a: a,
    "tanh": lambda a: with_error(Row(UNIT, a.slack), ERROR + TAU),
    "sigmoid": lambda a: with_error(Row(UNIT, up(a.slack, 2)), ERROR // 2 + TAU),
    "softplus": lambda a: Row(ANY, a.slack + up(UNIT + a.size, 20) + TAU),
    "silu": lambda a: Row(ANY, a.slack * 11 // 10 + 1 + up(a.size, 20) + TAU),  # slopes up to 1.1
    "gelu": lambda a: Row(ANY, a.slack * 113 // 100 + 1 + up(a.size, 20) + TAU),
}
BY_ROWS |= {"subtract": BY_ROWS["add"], "minimum": BY_ROWS["maximum"], "absolute": BY_ROWS["relu"]}
BY_RANGES: dict[str, Callable[..., Row]] = {  # of the arguments, their ranges, and that of the result
    "lerp": lerp,
    "exp": lambda a, _, y: (
        require(a.slack <= UNIT, "the argument of exp may err by more than 1")
        or Row(ANY, (grown := up(y[1] * (a.slack + up(a.slack**2)))) + up(grown + y[1], 19) + TAU)
    ),
    "reciprocal": lambda a, x, _: (
        require(0 < (least := max(x[0], -x[1])) >= 2 * a.slack, "x in 1 / x may come too close to 0")
        or Row(ANY, a.slack * UNIT**2 // (least * (least - a.slack)) + UNIT**2 // (least - a.slack << 22) + 2 + TAU)
    ),
    "rsqrt": lambda a, x, y: (
        require(x[0] >= 4 * a.slack, "x in 1 / sqrt(x) may come too close to 0")
        or Row(ANY, y[1] * a.slack // x[0] + 1 + up(2 * y[1], 20) + TAU)
    ),
}
BY_VALUES: dict[str, Callable[..., list[Row]]] = {  # of the number of an instruction, its ranges, and the rows of arguments
    "constant": lambda number, ranges: [given(number)] * len(ranges[-1]),
    "scale": lambda number, _, a: [rounded(times(row, given(number))) for row in a],
    "mean": lambda _, __, a: [mean(a)],
    "mean_square": lambda _, __, a: [mean([times(x, x) for x in a])],
    "center": lambda _, __, a: [sum_of([x, own]) for own in [mean(a)] for x in a],
    "matvec": lambda _, __, a, b: [sum_of(list(map(times, a[at:], b))) for at in range(0, len(a), len(b))],
    "normalize": lambda number, ranges, a, m: normalize(a, m[0], ranges[1][0][0] + number, number, ranges[-1]),
    "softmax": lambda _, ranges, a: softmax(a, ranges[-1]),
}


def rows_of(step: Instruction, values: list[list[Row]], net: Tensors, storage: tuple[int, int], ranges: list[Box]) -> list[Row]:
    """The rows of an instruction's value from those of its arguments; the ranges are those of the arguments and, last, its own."""
    if step.op in PICKING:
        return picked(step, values)
    if step.op not in ("add", "subtract"):  # all others take sums once they are made
        values = [list(map(summed, *pair)) for pair in zip(values, ranges, strict=False)]
    if step.op == "tensor":
        return [with_error(Row(abs(w) << WEIGHT_SHIFT, 0), weight_slack(w, storage)) for w in net[step.tensor][0]]
    if step.op == "stored":
        return [stored(row, storage) for row in values[0]]
    if step.op == "matmul":
        return matmul([net[step.tensor][row] for row in step.picked], values[0], storage)
    if step.op in BY_VALUES:
        return BY_VALUES[step.op](step.number, ranges, *values)
    if step.op in BY_RANGES:
        return list(map(BY_RANGES[step.op], *values, *ranges))
    return [BY_ROWS[step.op](*rows) for rows in zip(*values, strict=True)]


def computed(
    name: str, program: Program, net: Tensors, which: int, given: Values, ranges: Ranges, symbol: Box, states: Box
) -> tuple[Values, Ranges]:
    """The rows of a part of a program, from given ones, ranges of values, and those of the symbol and the states it reads.

    With them come the ranges, made smaller where rows are picked or are sigmoids.
    """
    ranges = dict(ranges)

    def rule(number: int, one: Instruction, arguments: list[list[Row]]) -> list[Row]:
        """The rows of one instruction, no larger than its range allows."""
        boxes = [ranges[value] for value in one.of]
        if one.op == "sigmoid":  # forms may go beyond
            ranges[number] = [(max(low, 0), min(high, UNIT)) for low, high in ranges[number]]
        elif one.op in PICKING:
            ranges[number] = picked(one, boxes)
        boxes.append(ranges[number])
        rows = rows_of(one, arguments, net, FORMATS[name], boxes)
        rows = [row if row.terms else summed(row, interval) for row, interval in zip(rows, boxes[-1], strict=True)]
        limit = limit_of(name) if one.op == "stored" else LARGEST
        require(all(row.size <= limit for row in rows), f"{name} is not covered: {TOO_LARGE}")
        return rows

    known = given | fixed(rule, program, which, [Row(size_of(x), 0 if x in EXACT else TAU) for x in symbol])
    return run(rule, program, which, known, [Row(size_of(x), TAU) for x in states]), ranges


def require_covered(
    name: str, program: Program, net: Tensors, epsilon: int, eta: int, entering: Entering, each: list[Under]
) -> None:
    """Refuses unless a proof for epsilon and eta covers the format, given ranges of states before a step, and for each symbol."""
    limit, storage = limit_of(name), FORMATS[name]
    weight = max(abs(w) for rows in net.values() for row in rows for w in row) << WEIGHT_SHIFT
    state = max(map(size_of, entering.states))
    require(weight <= min(UNIT << 60, limit) and state <= min(UNIT << 30, limit), f"{name} is not covered: {TOO_LARGE}")
    before, _ = computed(name, program, net, 0, {}, entering.values, [], entering.states)
    for under in each:
        step, in_step = computed(name, program, net, 1, before, under.step, under.symbol, [])
        answer, in_answer = computed(name, program, net, 2, {}, under.answer, under.symbol, under.states)
        after = zip(step[program.after], in_step[program.after], strict=True)
        errors = [stored(summed(*pair), storage).slack for pair in after]
        require(max(errors) <= epsilon, f"{name} is not covered: a step may err by more than epsilon")
        read = zip(answer[program.features], in_answer[program.features], strict=True)
        logits = matmul(program.read_out(net) + program.gates(net), [*(summed(*pair) for pair in read), Row(UNIT, 0)], storage)
        require(max(logits).size <= limit, f"{name} is not covered: {TOO_LARGE}")
        error = max(stored(summed(logit), storage).slack for logit in logits)
        require(2 * error < eta, f"{name} is not covered: a logit may err by eta / 2")
