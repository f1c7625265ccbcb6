"""Which number formats a proof covers: the words of `cells` over upper bounds of rounding errors, as exact fractions.

Weights, states and logits are stored in the format: storing x errs by at most v|x| + t. All else is float32, u = 2^-24: sums in any
order, with or without fused multiply-add, subnormals kept or flushed (TAU; a flush in reading counts as one in writing). tanh errs
by at most 2^-20 (8 units in the last place of 1), sigmoid by 2^-21. A row is (size, slack, terms). Without terms: size bounds the
exact and the computed value, slack their difference. With terms still to be summed: size bounds the sum of the exact terms'
magnitudes, slack that of the terms' differences, before the machine has multiplied and added.

sum:    k terms. Each has k roundings or fewer (its product and k - 1 additions), together within 1 +- gamma, gamma = ku / (1 - ku).
        Flushes of k products and k - 1 sums are like 2k terms more: error = slack + 2k TAU + gamma (size + slack + 2k TAU).
add:    the terms of both; a finished row is one term. All other words first sum their rows.
tanh:   has slopes up to 1, sigmoid up to 1/4, relu up to 1 and no rounding: so much of the slack is carried on.
mul:    for computed A and B, |AB - ab| <= |A - a| |B| + |a| |B - b|, then one rounding by u |AB| and one flush.
lerp:   |(1-z)(A-a) + z(B-b) + (Z-z)(B-A)| <= the larger slack + slack of z (|A| + |B|). As (1-Z)A + ZB, A + Z(B-A), A - ZA + ZB
        all factors are up to f = 1 + slack of z; the roundings that A meets, on two ways together if it comes twice, are at most 5,
        so for B: less than 6u f (|A| + |B|); and 4 flushes, less than doubled, times f. No exact result is larger than a and b.
matmul: for W stored for w, |WX - wx| <= |W - w| |X| + |w| |X - x|. In W_ih x all terms but one a tape are 0, and exact.

A state as read is exact but for a flush, and of size `reach`, the largest in any image. A format is covered if no stored row of a
state errs by more than epsilon, twice no stored logit by eta, and nothing overflows: with weights up to 2^60 and states up to
2^30 sums stay below 2^104; for float16 weights, states and the magnitudes of a logit's terms in all are up to 2^15.
"""

from fractions import Fraction
from math import lcm
from operator import mul
from types import SimpleNamespace

from anylength_check.cells import message, receive
from anylength_check.dyadic import BOX_BITS, WEIGHT_BITS, Value, rowwise
from anylength_check.strict import require
from anylength_check.weights import Rows, Weights

U, TAU, TANH, SIGMOID = (Fraction(1, 2**k) for k in (24, 126, 20, 21))
STORING = {"bfloat16": (Fraction(1, 2**8), TAU), "float16": (Fraction(1, 2**11), Fraction(1, 2**14)), "float32": (Fraction(0), TAU)}
Row = tuple[Fraction, Fraction, int]


def _sum(row: Row) -> Row:
    size, slack, terms = row
    flushed, gamma = 2 * terms * TAU, Fraction(terms, 2**24 - terms)
    error = slack + flushed + gamma * (size + slack + flushed)
    return (size + error, error, 0) if terms else row


def _mul(a: Row, b: Row) -> Row:
    (size_a, slack_a, _), (size_b, slack_b, _) = _sum(a), _sum(b)
    rounding = U * size_a * size_b + TAU
    return size_a * size_b + rounding, slack_a * size_b + size_a * slack_b + rounding, 0


def _lerp(z: Row, a: Row, b: Row) -> Row:
    (_, slack_z, _), (size_a, slack_a, _), (size_b, slack_b, _) = map(_sum, (z, a, b))
    both = size_a + size_b
    slack = max(slack_a, slack_b) + slack_z * both + (1 + slack_z) * (6 * U * both + 8 * TAU)
    return max(size_a, size_b) + slack, slack, 0


class Rounding:
    """The reading of the words as errors in the format that stores within v|x| + t."""

    one = (Fraction(1), Fraction(0), 0)
    add, mul = rowwise(lambda a, b: (a[0] + b[0], a[1] + b[1], max(a[2], 1) + max(b[2], 1))), rowwise(_mul)
    tanh, relu, lerp = rowwise(lambda a: (1 + TANH, _sum(a)[1] + TANH, 0)), rowwise(_sum), rowwise(_lerp)
    sigmoid = rowwise(lambda a: (1 + SIGMOID, _sum(a)[1] * Fraction(1, 4) + SIGMOID, 0))

    def __init__(self, name: str):
        self.v, self.t = STORING[name]

    def matmul(self, matrix: Rows, value: Value) -> Value:
        """Sums of products, pending, over a common denominator."""
        columns = [(size, self.v * size + slack) for size, slack, _ in map(_sum, value)]
        scale = lcm(*(x.denominator for column in columns for x in column))
        sizes, slacks = ([int(x * scale) for x in row] for row in zip(*columns, strict=True))
        least, weights = self.t * Fraction(sum(sizes), scale), (list(map(abs, row)) for row in matrix)
        dots = ([Fraction(sum(map(mul, row, column)), scale << WEIGHT_BITS) for column in (sizes, slacks)] for row in weights)
        return [(size, slack + least, len(value)) for size, slack in dots]

    def stored(self, value: Value) -> Fraction:
        """The most by which a row errs when it has been stored, in units of 2^-352."""
        return max(slack + self.v * size + self.t for size, slack, _ in map(_sum, value)) * (1 << BOX_BITS)


def require_covered(name: str, net: Weights, base: int, proof: SimpleNamespace, reach: list[int]) -> None:
    """Refuses unless the proof, whose states are of size `reach` (units of 2^-352), covers the format."""
    w, state, starts = Rounding(name), [(Fraction(x, 1 << BOX_BITS), TAU, 0) for x in reach], range(0, len(net.input[0]), base)
    logits = w.matmul(net.readout, [*state[: net.hidden], w.one])
    weights = (abs(x) for row in (*net.input, *net.biases, *net.recurrent, *net.bias_hn, *net.readout) for x in row)
    weight, size = Fraction(max(weights), 1 << WEIGHT_BITS), max(state)[0]
    small = name != "float16" or max(weight, size, max(logits)[0]) <= 2**15
    require(weight <= 2**60 and size <= 2**30 and small, f"{name} is not covered: a weight, state or sum is too large")
    worst = [[*(max(map(abs, row[k : k + base])) for k in starts), *b] for row, b in zip(net.input, net.biases, strict=True)]
    step = receive(w, net, w.matmul(worst, [w.one] * len(worst[0])), message(w, net, state))
    require(w.stored(step) <= proof.epsilon_units, f"{name} is not covered: a step may err by more than epsilon")
    require(2 * w.stored(logits) < proof.eta_units, f"{name} is not covered: a logit may err by eta / 2")
