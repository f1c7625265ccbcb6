"""No simulated step errs by more than what a covered format allows, which is not by orders of magnitude too careful."""

import random
from fractions import Fraction

import numpy as np
import pytest
from handmade import CELLS, KEEPS_S, adder, recurrent_term, remembering, update
from test_edge_formats import covered
from test_every_cell import random_net

from anylength_check import rounding
from tests.selection import thorough

FORMATS = ("bfloat16", "float16", "float32")
UNIT = 1 << 352


def verdict(net, name, eps, eta, state_bound):
    """Whether a format is covered for all states up to these bounds."""
    return covered(name, net, eps, eta, state_bound) == ""


def test_large_numbers_are_not_covered():
    for size, names in ((2.0**15, FORMATS), (2.0**16, ["bfloat16", "float32"]), (2.0**61, [])):
        for where in ("w_ih", "w_hh", "readout"):
            net = adder(2, 1)
            getattr(net, where)[0][0] = size
            for name in FORMATS:
                assert verdict(net, name, 2.0**99, 2.0**120, [1.0, 1.0]) == (name in names)
    net = adder(2, 1)
    net.readout, net.readout_bias = [[2.0**14, 2.0**14], [0.0, 0.0]], [2.0**-10, 0.0]  # in sum, a logit above 2^15
    assert [verdict(net, name, 2.0**99, 2.0**99, [1.0, 1.0]) for name in ("float16", "float32")] == [False, True]
    for size, names in ((2.0**15, FORMATS), (2.0**16, ["bfloat16", "float32"]), (2.0**31, [])):
        net = remembering("linear")
        for name in FORMATS:
            assert verdict(net, name, 2.0**99, 2.0**120, [1.0, size]) == (name in names)


def test_flushes_are_counted():
    """Terms of the size of underflow: flush to zero may take k products and k - 1 sums."""
    net = adder(2, 1)
    net.readout, net.readout_bias = [[2.0**-149] * 2] * 2, [2.0**-122, 0.0]
    assert not verdict(net, "float32", 1.0, 2.0**-123 + 2.0**-124, [1.0, 1.0])
    assert verdict(net, "float32", 1.0, 2.0**-121, [1.0, 1.0])


def storing(name):
    """x as stored in the format, as a float32: rounded to nearest, ties to even."""
    if name == "float32":
        return lambda x: x.astype(np.float32)
    if name == "float16":
        return lambda x: x.astype(np.float32).astype(np.float16).astype(np.float32)

    def bfloat16(x):
        bits = x.astype(np.float32).view(np.uint32).astype(np.uint64)
        return ((bits + 0x7FFF + (bits >> 16 & 1) >> 16) << 16).astype(np.uint32).view(np.float32)

    return bfloat16


def machine_sum(terms, order):
    """float32 terms added in an order, or in halves."""
    total = np.float32(0)
    if order is None:
        halves = [machine_sum(terms[k::2], list(range(len(terms[k::2])))) for k in (0, 1)]
        return halves[0] + halves[1]
    for k in order:
        total = total + terms[k]
    return total


class Machine:
    """A step in float32 as a machine may do it: sums in random order, one of several forms, everything stored in the format.

    It makes h of a new c or s before or after that is stored.
    """

    def __init__(self, net, name, chance):
        self.store, self.chance, self.net = storing(name), chance, net
        self.read = chance.choice([self.store, lambda x: x])
        of = lambda rows: self.store(np.array(rows, np.float64).astype(np.float32))
        self.w_ih, self.w_hh, self.bias, self.readout = of(net.w_ih), of(net.w_hh), of(net.bias), of(net.readout)
        self.bias_hh = of(net.bias_hh or [0.0] * len(net.bias))
        self.bias_hn, self.readout_bias = of(net.bias_hn or [0.0] * net.hidden), of(net.readout_bias)

    def add(self, terms):
        order = list(range(len(terms)))
        self.chance.shuffle(order)
        return machine_sum(terms, None if self.chance.random() < 0.3 else order)

    def pre(self, k, symbol, h, row=None):
        return self.add([*self.w_ih[k, [symbol]], self.bias[k], self.bias_hh[k], *(self.w_hh[k if row is None else row] * h)])

    def sigmoid(self, x):
        one, half = np.float32(1), np.float32(0.5)
        return one / (one + np.exp(-x)) if self.chance.random() < 0.5 else half + half * np.tanh(half * x)

    def lerp(self, z, a, b):
        forms = [lambda: (np.float32(1) - z) * a + z * b, lambda: a + z * (b - a), lambda: a - z * a + z * b]
        return self.chance.choice(forms)()

    def step(self, state, symbol):
        net, n, tanh = self.net, self.net.hidden, np.tanh
        h, s, new_h, new_s = state[:n], state[n:], [], []
        p = lambda k: self.add([self.w_ih[k, symbol], self.bias[k], self.bias_hh[k]])
        for j in range(n):
            if net.cell in ("rnn", "relu"):
                x = self.pre(j, symbol, h)
                new_h.append(tanh(x) if net.cell == "rnn" else np.maximum(x, np.float32(0)))
            elif net.cell == "gru":
                r, z = (self.sigmoid(self.pre(k * n + j, symbol, h)) for k in range(2))
                inner = r * self.add([self.bias_hn[j], *(self.w_hh[2 * n + j] * h)])
                candidate = [self.w_ih[2 * n + j, symbol], self.bias[2 * n + j], self.bias_hh[2 * n + j], inner]
                new_h.append(self.lerp(z, tanh(self.add(candidate)), h[j]))
            elif net.cell == "gru-reset-before":
                gated = np.array([self.sigmoid(self.pre(k, symbol, h)) * h[k] for k in range(n)])
                z = self.sigmoid(self.pre(n + j, symbol, h))
                new_h.append(self.lerp(z, tanh(self.pre(2 * n + j, symbol, gated)), h[j]))
            elif net.cell == "lstm":
                i, f, g, o = (self.pre(k * n + j, symbol, h) for k in range(4))
                new_s.append(self.sigmoid(f) * s[j] + self.sigmoid(i) * tanh(g))
                new_h.append(self.sigmoid(o) * tanh(self.read(new_s[-1])))
            elif net.cell == "mingru":
                new_s.append(self.lerp(self.sigmoid(p(j)), s[j], p(n + j)))
            else:
                gate = self.sigmoid(p(j)) if net.cell == "linear" else tanh(p(j))
                new_s.append(self.add([gate * s[j], self.w_ih[n + j, symbol], self.bias[n + j], self.bias_hh[n + j]]))
        if net.cell in KEEPS_S:
            new_h = [tanh(self.pre(2 * n + j, symbol, self.read(np.array(new_s)), j)) for j in range(n)]
        return self.store(np.array(new_h + new_s, np.float32))

    def logits(self, h):
        return self.store(np.array([self.add([*(w * h), c]) for w, c in zip(self.readout, self.readout_bias)], np.float32))


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("cell", thorough(CELLS, quick=3))
def test_no_simulated_step_errs_by_more_than_what_is_allowed(cell, name):
    """Random nets of weights small and large, random states in the format: an epsilon or eta below what is seen is refused."""
    chance, enough = random.Random(f"{cell} {name}"), []
    for turn in range(12):
        net = random_net(cell, 4, chance, scale=chance.choice([0.1, 1.0, 8.0]))
        machine, size = Machine(net, name, chance), 4 * (2 if cell in ("lstm", *KEEPS_S) else 1)
        most, worst, worst_logit, states = np.zeros(size), 0.0, 0.0, []
        limit = chance.choice([0.25, 1.0, 4.0])
        for _ in range(40):
            states.append(machine.store(np.array([chance.uniform(-limit, limit) for _ in range(size)], np.float32)))
            most = np.maximum(most, np.abs(states[-1]))
        for state in states:
            symbol, point = chance.randrange(2), [(float(x), float(x)) for x in state]
            right = np.array([x for x, _ in update(net, recurrent_term(net, point), symbol)])
            worst = max(worst, np.abs(machine.step(state, symbol) - right).max())
            h = state[:4].astype(np.float64)
            logits = np.array(net.readout) @ h + np.array(net.readout_bias)
            worst_logit = max(worst_logit, np.abs(machine.logits(state[:4]) - logits).max())
        state_bound = most.tolist()
        assert not verdict(net, name, worst * 0.999, 2.0**99, state_bound), turn
        assert not verdict(net, name, 2.0**99, 2 * worst_logit, state_bound), turn
        enough.append(verdict(net, name, worst * 100, 2.0**99, state_bound))
    assert any(enough)


@pytest.mark.parametrize("name", FORMATS)
def test_no_simulated_product_with_a_sparse_matrix_errs_by_more_than_what_is_allowed(name):
    """Row k has k weights that are not 0, of many sizes. The machine also adds the products with 0, in any order."""
    chance = random.Random(name)
    for _ in range(30):
        machine, weights = Machine(adder(2, 1), name, chance), np.zeros((7, 30), np.float32)
        for k, row in enumerate(weights):
            row[chance.sample(range(30), k)] = [chance.uniform(-1, 1) * 10.0 ** chance.choice([-40, -3, 0, 1]) for _ in range(k)]
        value = np.array([chance.uniform(-1, 1) * 10.0 ** chance.choice([-40, -36, 0]) for _ in range(30)], np.float32)
        units = [[int(Fraction(float(w)) * 2**149) for w in row] for row in weights]
        rows = [rounding.Row(abs(int(Fraction(float(x)) * UNIT)), 0) for x in value]
        found = rounding.matmul(units, rows, rounding.FORMATS[name])
        assert [row.terms for row in found] == list(range(7))
        for w, row in zip(weights, found, strict=True):
            right = sum(Fraction(float(a)) * Fraction(float(b)) for a, b in zip(w, value, strict=True))
            for _ in range(4):
                off = abs(Fraction(float(machine.add(machine.store(w) * value))) - right)
                assert off <= Fraction(rounding.summed(row).slack, UNIT)


@pytest.mark.parametrize("terms", [1, 2, 3])
def test_one_term_less_would_allow_less_than_a_machine_errs(terms):
    """Factors just above 1 round by nearly u, so some sum of products errs by more than the bound for one term less."""
    chance, found = random.Random(terms), []
    for _ in range(3000):
        pairs = np.array([[1 + chance.random() / 64 for _ in range(2)] for _ in range(terms)], np.float32)
        right = sum(Fraction(float(w)) * Fraction(float(x)) for w, x in pairs)
        off = abs(Fraction(float(machine_sum(pairs[:, 0] * pairs[:, 1], range(terms)))) - right)
        (row,) = rounding.matmul(
            [[*(int(Fraction(float(w)) * 2**149) for w, _ in pairs), 0]],
            [*(rounding.Row(int(Fraction(float(x)) * UNIT), 0) for _, x in pairs), rounding.Row(UNIT, 0)],
            rounding.FORMATS["float32"],
        )
        assert off * UNIT <= rounding.summed(row).slack
        found.append(off * UNIT > rounding.summed(row._replace(terms=terms - 1)).slack)
    assert any(found)
