"""Which number formats a proof covers: upper bounds of what rounding may do, as exact fractions.

Weights, states and logits are stored in the format; products and sums are float32 (u = 2^-24), in any order, with or
without fused multiply-add; tanh is float32 within 8 units in the last place; subnormals are kept or flushed to zero.
Storing x errs by at most v|x| + t. For float32 itself v = 0, and t = 2^-126 (a flushed weight or product).

With gamma(k) = ku / (1 - ku), h = 1 + epsilon the largest state, and the largest sums of magnitudes
S = max over units and symbols of sum |W_ih x_s| + |b| + h sum |W_hh|, T = max over classes of |c| + h sum |W|:

    dot(k, X) = (v + gamma(k) (1 + v)) X + k (t h (1 + gamma(k)) + 2^-126)       error of a sum of k stored terms
    step      = dot(E + H + 1, S) + 8 * 2^-23 + v (1 + 2^-20) + t                (tanh does not enlarge an error)
    read-out  = dot(H + 1, T) + v (T + dot(H + 1, T)) + t

A format is covered if step <= epsilon and 2 * read-out < eta, no weight is over 2^60, and for float16 neither T nor a
weight is over 2^15.
"""

from fractions import Fraction

from anylength_check.dyadic import BOX_BITS, WEIGHT_BITS
from anylength_check.strict import require
from anylength_check.weights import Weights

STORING = {"bfloat16": (Fraction(1, 2**8), Fraction(1, 2**126)), "float16": (Fraction(1, 2**11), Fraction(1, 2**14))}
STORING["float32"] = (Fraction(0), Fraction(1, 2**126))  # v and t


def require_covered(name: str, net: Weights, base: int, epsilon: int, eta: int) -> None:
    """Refuses unless the format is covered for epsilon and eta (units of 2^-352)."""
    (v, t), h, hidden = STORING[name], 1 + Fraction(epsilon, 1 << BOX_BITS), len(net.bias)
    inputs = [sum(max(map(abs, row[k : k + base])) for k in range(0, len(row), base)) for row in net.input]
    units = zip(inputs, net.bias, net.recurrent, strict=True)
    steps = max(x + abs(b) + h * sum(map(abs, row)) for x, b, row in units) / (1 << WEIGHT_BITS)
    classes = zip(net.readout_bias, net.readout, strict=True)
    logits = max(abs(c) + h * sum(map(abs, row)) for c, row in classes) / (1 << WEIGHT_BITS)
    tables = (*net.input, *net.recurrent, net.bias, *net.readout, net.readout_bias)
    largest = Fraction(max(max(map(abs, row)) for row in tables), 1 << WEIGHT_BITS)
    small = name != "float16" or max(largest, logits) <= 2**15
    require(largest <= 2**60 and small, f"{name} is not covered: a weight or a sum of the read-out is too large")

    def dot(terms: int, magnitude: Fraction) -> Fraction:
        gamma = Fraction(terms, 2**24 - terms)
        return (v + gamma * (1 + v)) * magnitude + terms * (t * h * (1 + gamma) + Fraction(1, 2**126))

    step = dot(len(net.input[0]) + hidden + 1, steps) + Fraction(8, 2**23) + v * (1 + Fraction(1, 2**20)) + t
    readout = dot(hidden + 1, logits) + v * (logits + dot(hidden + 1, logits)) + t
    require(step <= h - 1, f"{name} is not covered: a step may err by more than epsilon")
    require(2 * readout < Fraction(eta, 1 << BOX_BITS), f"{name} is not covered: a logit may err by eta / 2")
