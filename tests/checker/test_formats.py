"""The rounding bounds agree with a naive transcription of the contract, at the last double before and after."""

import math
import random
from fractions import Fraction

import pytest
from handmade import adder

from anylength_check.formats import require_covered
from anylength_check.strict import Refused
from anylength_check.weights import Weights

V = {"bfloat16": Fraction(1, 2**8), "float16": Fraction(1, 2**11)}
T = {"bfloat16": Fraction(1, 2**126), "float16": Fraction(1, 2**14)}


def contract(net, name, eps, eta):
    """Section "Number formats" of the contract, word by word."""
    eps, eta, u = Fraction(eps), Fraction(eta), Fraction(1, 2**24)
    hidden, inputs = len(net.bias), net.base * net.tapes
    n, m, h = inputs + hidden + 1, hidden + 1, 1 + eps
    gamma = lambda k: k * u / (1 - k * u)
    absolute = lambda x: abs(Fraction(x))
    tiny = Fraction(1, 2**126)
    flat = [absolute(x) for rows in (net.w_ih, net.w_hh, net.readout) for row in rows for x in row]
    flat += [absolute(x) for x in net.bias + net.readout_bias]
    tees = [absolute(c) + h * sum(map(absolute, row)) for row, c in zip(net.readout, net.readout_bias)]
    sums = []
    for i in range(hidden):
        drive = max(
            sum(absolute(net.w_ih[i][t * net.base + s // net.base**t % net.base]) for t in range(net.tapes))
            for s in range(net.base**net.tapes)
        )
        sums.append(drive + absolute(net.bias[i]) + h * sum(map(absolute, net.w_hh[i])))
    if max(flat) > 2**60 or (name == "float16" and max(flat + tees) > 2**15):
        return False
    if name == "float32":
        step = max(gamma(n) * s + n * tiny + Fraction(8, 2**23) for s in sums)
        err = max(gamma(m) * t + m * tiny for t in tees)
    else:
        v, t = V[name], T[name]
        last = Fraction(8, 2**23) + v * (1 + Fraction(1, 2**20)) + t
        step = max((v + gamma(n) * (1 + v)) * s + n * (t * h * (1 + gamma(n)) + tiny) + last for s in sums)
        e = [(v + gamma(m) * (1 + v)) * x + m * (t * h * (1 + gamma(m)) + tiny) for x in tees]
        err = max(a + v * (x + a) + t for a, x in zip(e, tees))
    return step <= eps and 2 * err < eta


def exact(net):
    units = lambda x: int(Fraction(x) * 2**149)
    table = lambda rows: [[units(x) for x in row] for row in rows]
    bias, readout_bias = table([net.bias])[0], table([net.readout_bias])[0]
    return Weights("", table(net.w_ih), table(net.w_hh), bias, table(net.readout), readout_bias)


def verdict(weights, net, name, eps, eta):
    try:
        require_covered(name, weights, net.base, int(Fraction(eps) * 2**352), int(Fraction(eta) * 2**352))
    except Refused:
        return False
    return True


@pytest.mark.parametrize("name", ["bfloat16", "float16", "float32"])
@pytest.mark.parametrize("base,tapes", [(2, 1), (3, 2), (10, 1)])
def test_both_edges_are_the_contract_s(name, base, tapes):
    net = adder(base, tapes, gain=20.0, idle=1)
    chance = random.Random(base)
    net.w_hh = [[x + chance.choice([0, 2**-20, -0.5]) for x in row] for row in net.w_hh]
    weights = exact(net)

    def edge(ok):
        low, high = 0.0, 2.0**40
        while math.nextafter(low, high) < high:
            middle = (low + high) / 2
            low, high = (low, middle) if ok(middle) else (middle, high)
        return high

    eps = edge(lambda x: contract(net, name, x, 2.0**60))
    eta = edge(lambda x: contract(net, name, eps, x))
    for e in (0.0, math.nextafter(eps, 0), eps, math.nextafter(eps, 9e9), 2.0**41):
        for t in (0.0, math.nextafter(eta, 0), eta, math.nextafter(eta, 9e9), 2.0**299):
            assert verdict(weights, net, name, e, t) == contract(net, name, e, t)


def test_large_weights_are_not_covered():
    net = adder(2, 1)
    for size, names in ((2.0**15, ["bfloat16", "float16", "float32"]), (2.0**16, ["bfloat16", "float32"]), (2.0**61, [])):
        net.w_ih[0][0] = size
        weights = exact(net)
        for name in ("bfloat16", "float16", "float32"):
            assert verdict(weights, net, name, 2.0**80 if name != "float16" else 2.0**8, 2.0**100) == (name in names)


def test_a_read_out_of_the_size_of_underflow_is_refused():
    """Here alone the checker is stricter than the contract: with flush to zero a sum may lose more than m 2^-126."""
    net = adder(2, 1)
    net.readout, net.readout_bias = [[0.0] * 2] * 2, [2.0**-122, 0.0]
    assert contract(net, "float32", 1.0, 2.0**-123 + 2.0**-124)
    assert not verdict(exact(net), net, "float32", 1.0, 2.0**-123 + 2.0**-124)
