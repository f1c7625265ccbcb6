"""Which number formats a proof covers: the operations of `cells` over upper bounds of rounding errors, as exact fractions.

Weights, states and logits are stored in the format: storing x errs by at most v|x| + t. All else is float32, u = 2^-24: sums in any
order, with or without fused multiply-add, subnormals kept or flushed to 0 (TAU; a flush in reading counts as one in writing). tanh
errs by at most 2^-20, the sigmoid by 2^-21. A state as read is exact but for a flush. h is made of a new c or s as computed or as
stored. A format is covered if no stored row of a state errs by more than epsilon, twice no stored logit by eta, and none overflows:
weights are up to 2^60, states up to 2^30, so sums below 2^104; in float16, weights, states and a logit's terms in sum up to 2^15.
"""

from fractions import Fraction
from math import lcm
from operator import mul
from typing import NamedTuple

from anylength_check.cells import recurrent_term, update
from anylength_check.certificate import Proof
from anylength_check.dyadic import UNIT, WEIGHT_BITS
from anylength_check.strict import require
from anylength_check.weights import Rows, Weights

U, TAU, TANH_ERROR, SIGMOID_ERROR = Fraction(1, 2**24), Fraction(1, 2**126), Fraction(1, 2**20), Fraction(1, 2**21)
STORAGE = {"bfloat16": (Fraction(1, 2**8), TAU), "float16": (Fraction(1, 2**11), Fraction(1, 2**14)), "float32": (Fraction(0), TAU)}


class Row(NamedTuple):
    """Bounds on a value, or on terms that the machine has still to multiply and to sum in an unknown order."""

    size: Fraction  # bounds the exact and the computed value; with terms, the sum of the exact terms' magnitudes
    slack: Fraction  # bounds the difference of the two; with terms, the sum of the terms' differences
    terms: int


def summed(row: Row) -> Row:
    """The row after the machine has summed its k terms. Flushes of k products and k - 1 sums are like 2k terms more.

    Each term has k roundings or fewer (its product and k - 1 additions), together within 1 +- gamma, gamma = ku / (1 - ku).
    """
    if row.terms == 0:
        return row
    flushed, gamma = 2 * row.terms * TAU, row.terms * U / (1 - row.terms * U)
    error = row.slack + flushed + gamma * (row.size + row.slack + flushed)
    return Row(row.size + error, error, 0)


class Rounding:
    """The operations that `cells` names, over rows of errors, in one number format. All but sums first sum their arguments."""

    one = Row(Fraction(1), Fraction(0), 0)

    def __init__(self, name: str) -> None:
        self.v, self.t = STORAGE[name]

    def add(self, left: list[Row], right: list[Row]) -> list[Row]:
        """The terms of both; a row without terms is one term."""
        pairs = zip(left, right, strict=True)
        return [Row(a.size + b.size, a.slack + b.slack, max(a.terms, 1) + max(b.terms, 1)) for a, b in pairs]

    def relu(self, value: list[Row]) -> list[Row]:
        """Slopes up to 1, and no rounding."""
        return [summed(row) for row in value]

    def tanh(self, value: list[Row]) -> list[Row]:
        """Slopes up to 1."""
        return [Row(1 + TANH_ERROR, summed(row).slack + TANH_ERROR, 0) for row in value]

    def sigmoid(self, value: list[Row]) -> list[Row]:
        """Slopes up to 1/4."""
        return [Row(1 + SIGMOID_ERROR, summed(row).slack * Fraction(1, 4) + SIGMOID_ERROR, 0) for row in value]

    def mul(self, left: list[Row], right: list[Row]) -> list[Row]:
        """For computed A and B, |AB - ab| <= |A - a| |B| + |a| |B - b|, then one rounding by u |AB| and one flush."""
        pairs = list(zip(map(summed, left), map(summed, right), strict=True))
        products = [(a.size * b.size, a.slack * b.size + a.size * b.slack) for a, b in pairs]
        return [Row(size + U * size + TAU, slack + U * size + TAU, 0) for size, slack in products]

    def lerp(self, weight: list[Row], zero: list[Row], one: list[Row]) -> list[Row]:
        """|(1-z)(A-a) + z(B-b) + (Z-z)(B-A)| <= the larger slack + slack of z (|A| + |B|). No exact result is larger than a and b.

        As (1-Z)A + ZB, A + Z(B-A) or A - ZA + ZB all factors are up to f = 1 + slack of z. The roundings that A meets, on two ways
        together if it comes twice, are at most 5, and so for B: less than 6u f (|A| + |B|). 4 flushes, less than doubled, times f.
        """
        result = []
        for z, a, b in zip(map(summed, weight), map(summed, zero), map(summed, one), strict=True):
            both = a.size + b.size
            slack = max(a.slack, b.slack) + z.slack * both + (1 + z.slack) * (6 * U * both + 8 * TAU)
            result.append(Row(max(a.size, b.size) + slack, slack, 0))
        return result

    def matmul(self, matrix: Rows, value: list[Row]) -> list[Row]:
        """Sums of products, pending: for W stored for w, |WX - wx| <= |W - w| |X| + |w| |X - x|."""
        sizes = [summed(row).size for row in value]
        slacks = [self.v * summed(row).size + summed(row).slack for row in value]
        scale = lcm(*(bound.denominator for bound in sizes + slacks))  # integers over a common denominator are fast
        whole_sizes, whole_slacks = [int(size * scale) for size in sizes], [int(slack * scale) for slack in slacks]
        underflow, unit = self.t * Fraction(sum(whole_sizes), scale), scale << WEIGHT_BITS
        sums = [(sum(map(mul, map(abs, row), whole_sizes)), sum(map(mul, map(abs, row), whole_slacks))) for row in matrix]
        return [Row(Fraction(size, unit), Fraction(slack, unit) + underflow, len(value)) for size, slack in sums]

    def stored(self, value: list[Row]) -> list[Row]:
        """The rows once they are stored; the bounds hold for the rows as computed, too."""
        rows = [(row, self.v * row.size + self.t) for row in map(summed, value)]
        return [Row(row.size + error, row.slack + error, 0) for row, error in rows]


def require_covered(name: str, net: Weights, base: int, proof: Proof, state_bound: list[int]) -> None:
    """Refuses unless the proof covers the format; `state_bound` is the size of each row of its states, in units of 2^-352."""
    ops = Rounding(name)
    state = [Row(Fraction(bound, UNIT), TAU, 0) for bound in state_bound]
    logits = ops.matmul(net.readout, [*state[: net.hidden], ops.one])
    tensors = (net.input, net.biases, net.recurrent, net.bias_hn, net.readout)
    weight = Fraction(max(abs(entry) for rows in tensors for row in rows for entry in row), 1 << WEIGHT_BITS)
    size, logit = max(row.size for row in state), max(row.size for row in logits)
    fits = weight <= 2**60 and size <= 2**30 and (name != "float16" or max(weight, size, logit) <= 2**15)
    require(fits, f"{name} is not covered: a weight, state or sum is too large")
    terms = []
    for weights, biases in zip(net.input, net.biases, strict=True):
        tapes = [weights[first : first + base] for first in range(0, len(weights), base)]
        terms.append([max(map(abs, tape)) for tape in tapes] + biases)  # all other terms of W_ih x are 0, and exact
    input_term = ops.matmul(terms, [ops.one] * len(terms[0]))
    step = update(ops, net, input_term, recurrent_term(ops, net, state))
    step_error, logit_error = (max(row.slack for row in ops.stored(rows)) * UNIT for rows in (step, logits))
    require(step_error <= proof.epsilon_units, f"{name} is not covered: a step may err by more than epsilon")
    require(2 * logit_error < proof.eta_units, f"{name} is not covered: a logit may err by eta / 2")
