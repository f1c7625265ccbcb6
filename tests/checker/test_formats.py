"""The rounding bounds agree with a naive transcription of the document, to the last double, and no simulated step errs by more."""

import math
import random
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from handmade import CELLS, KEEPS_S, adder, recurrent_term, remembering, update
from test_every_cell import random_net

from anylength_check.formats import require_covered
from anylength_check.strict import Refused
from anylength_check.weights import Weights

FORMATS = ("bfloat16", "float16", "float32")
U, TAU = Fraction(1, 2**24), Fraction(1, 2**126)
V = {"bfloat16": Fraction(1, 2**8), "float16": Fraction(1, 2**11), "float32": Fraction(0)}
T = {"bfloat16": TAU, "float16": Fraction(1, 2**14), "float32": TAU}


class DocumentedBounds:
    """Section "Number formats" of docs/certificate.md for one row at a time: (size, slack, terms), word by word."""

    def __init__(self, name):
        self.v, self.t = V[name], T[name]

    def weight(self, w):
        return abs(w), self.v * abs(w) + self.t

    def done(self, row):
        size, slack, n = row
        if n == 0:
            return size, slack
        gamma = n * U / (1 - n * U)
        error = slack + 2 * n * TAU + gamma * (size + slack + 2 * n * TAU)
        return size + error, error

    def dot(self, weights, rows):
        size = slack = Fraction(0)
        for w, row in zip(weights, rows, strict=True):
            (magnitude, off), (s, d) = self.weight(Fraction(w)), self.done(row)
            size, slack = size + magnitude * s, slack + off * s + magnitude * d
        return size, slack, len(rows)

    def plus(self, a, b):
        return a[0] + b[0], a[1] + b[1], max(a[2], 1) + max(b[2], 1)

    def times(self, a, b):
        (sa, da), (sb, db) = self.done(a), self.done(b)
        return sa * sb * (1 + U) + TAU, da * sb + sa * db + U * sa * sb + TAU, 0

    def tanh(self, a):
        return 1 + Fraction(1, 2**20), self.done(a)[1] + Fraction(8, 2**23), 0

    def sigmoid(self, a):
        return 1 + Fraction(1, 2**21), self.done(a)[1] / 4 + Fraction(4, 2**23), 0

    def lerp(self, z, a, b):
        dz, (sa, da), (sb, db) = self.done(z)[1], self.done(a), self.done(b)
        slack = max(da, db) + dz * (sa + sb) + (1 + dz) * (6 * U * (sa + sb) + 8 * TAU)
        return max(sa, sb) + slack, slack, 0

    def stored(self, row):
        """The error of a stored row."""
        size, error = self.done(row)
        return error + self.v * size + self.t

    def read_stored(self, row):
        """A new c or s of which h is made."""
        size, error = self.done(row)
        return size + self.v * size + self.t, error + self.v * size + self.t, 0

    def step(self, net, state_bound):
        """The largest error of a row of the state."""
        n, one = net.hidden, (Fraction(1), Fraction(0), 0)
        state = [(Fraction(x), TAU, 0) for x in state_bound]
        h, kept = state[:n], state[n:] if len(state) > n else state
        p = []
        for row, biases in zip(net.w_ih, net.biases):
            worst = [max(map(abs, row[k : k + net.base])) for k in range(0, len(row), net.base)]
            p.append(self.dot([*worst, *biases], [one] * (net.tapes + len(biases))))
        m = [] if net.cell in KEEPS_S else [self.dot(row, h) for row in net.w_hh]
        new_h, new_s = [], []
        for j in range(n):
            pre = lambda k, j=j: self.plus(p[k * n + j], m[k * n + j])
            if net.cell in ("rnn", "relu"):
                new_h.append(self.tanh(pre(0)) if net.cell == "rnn" else (*self.done(pre(0)), 0))
            elif net.cell == "gru":
                inner = self.plus(m[2 * n + j], self.dot([net.bias_hn[j]], [one]))
                candidate = self.tanh(self.plus(p[2 * n + j], self.times(self.sigmoid(pre(0)), inner)))
                new_h.append(self.lerp(self.sigmoid(pre(1)), candidate, h[j]))
            elif net.cell == "gru-reset-before":
                gated = [self.times(self.sigmoid(self.plus(p[k], m[k])), h[k]) for k in range(n)]
                candidate = self.tanh(self.plus(p[2 * n + j], self.dot(net.w_hh[2 * n + j], gated)))
                new_h.append(self.lerp(self.sigmoid(pre(1)), candidate, h[j]))
            elif net.cell == "lstm":
                i, f, g, o = (pre(k) for k in range(4))
                c = self.plus(self.times(self.sigmoid(f), kept[j]), self.times(self.sigmoid(i), self.tanh(g)))
                new_s.append(c)
                new_h.append(self.times(self.sigmoid(o), self.tanh(self.read_stored(c))))
            elif net.cell == "mingru":
                new_s.append(self.lerp(self.sigmoid(p[j]), kept[j], p[n + j]))
            else:
                gate = self.sigmoid if net.cell == "linear" else self.tanh
                new_s.append(self.plus(self.times(gate(p[j]), kept[j]), p[n + j]))
        if net.cell in KEEPS_S:
            read = [self.read_stored(row) for row in new_s]
            new_h = [self.tanh(self.plus(p[2 * n + j], self.dot(net.w_hh[j], read))) for j in range(n)]
        return max(map(self.stored, new_h + new_s))

    def readout(self, net, state_bound):
        """The sums of magnitudes of the logits, and the largest error of a logit."""
        rows = [(Fraction(x), TAU, 0) for x in state_bound[: net.hidden]] + [(Fraction(1), Fraction(0), 0)]
        logits = [self.dot([*row, c], rows) for row, c in zip(net.readout, net.readout_bias)]
        return max(size for size, _, _ in logits), max(map(self.stored, logits))


def contract(net, name, eps, eta, state_bound):
    documented = DocumentedBounds(name)
    flat = [abs(x) for table in net.tensors().values() for row in table for x in (row if isinstance(row, list) else [row])]
    total, error = documented.readout(net, state_bound)
    if max(flat) > 2**60 or max(state_bound) > 2**30 or (name == "float16" and max(*flat, *state_bound, total) > 2**15):
        return False
    return documented.step(net, state_bound) <= Fraction(eps) and 2 * error < Fraction(eta)


def exact(net):
    units = lambda rows: [[int(Fraction(x) * 2**149) for x in row] for row in rows]
    beside = lambda rows, column: [[*row, x] for row, x in zip(rows, column)]
    bias_hn = [[x] for x in net.bias_hn]
    tables = net.w_ih, [list(row) for row in net.biases], net.w_hh, bias_hn, beside(net.readout, net.readout_bias)
    return Weights(net.cell, "", net.hidden, *map(units, tables))


def verdict(net, name, eps, eta, state_bound):
    units = lambda x: math.ceil(Fraction(x) * 2**352)
    proof = SimpleNamespace(epsilon_units=int(Fraction(eps) * 2**352), eta_units=int(Fraction(eta) * 2**352))
    try:
        require_covered(name, exact(net), net.base, proof, [units(x) for x in state_bound])
    except Refused:
        return False
    return True


def edge(ok):
    low, high = 0.0, 2.0**80
    while math.nextafter(low, high) < high:
        middle = (low + high) / 2
        low, high = (low, middle) if ok(middle) else (middle, high)
    return high


def nets():
    for cell in CELLS:
        yield pytest.param(remembering(cell, idle=2), id=cell)
        yield pytest.param(random_net(cell, 3, random.Random(1)), id=f"{cell}, random")
    yield pytest.param(adder(3, 2, gain=20.0, idle=1), id="two tapes")


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("net", list(nets()))
def test_both_edges_are_the_documents(name, net):
    chance = random.Random(name)
    state_bound = [
        chance.choice([0.0, 0.5, 1.0078125, 2.0, 7.25]) for _ in range(net.hidden * (2 if net.cell in ("lstm", *KEEPS_S) else 1))
    ]
    documented = DocumentedBounds(name)
    step, error = documented.step(net, state_bound), documented.readout(net, state_bound)[1]
    eps, eta = edge(lambda x: Fraction(x) >= step), edge(lambda x: Fraction(x) > 2 * error)
    for e in (0.0, math.nextafter(eps, 0), eps, math.nextafter(eps, 9e9), 2.0**41):
        for t in (0.0, math.nextafter(eta, 0), eta, math.nextafter(eta, 9e9), 2.0**299):
            assert verdict(net, name, e, t, state_bound) == contract(net, name, e, t, state_bound)
    assert contract(net, name, eps, eta, state_bound)


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
    net.readout, net.readout_bias = [[0.0] * 2] * 2, [2.0**-122, 0.0]
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
@pytest.mark.parametrize("cell", CELLS)
def test_no_simulated_step_errs_by_more_than_what_is_allowed(cell, name):
    """Random nets of weights small and large, random states in the format: an epsilon or eta below what is seen is refused."""
    chance, ratios = random.Random(f"{cell} {name}"), []
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
        allowed, allowed_logit = DocumentedBounds(name).step(net, state_bound), DocumentedBounds(name).readout(net, state_bound)[1]
        assert worst <= allowed and worst_logit <= allowed_logit, turn
        assert not verdict(net, name, worst * 0.999, 2.0**99, state_bound)
        assert not verdict(net, name, 2.0**99, 2 * worst_logit, state_bound)
        ratios.append(float(allowed) / worst)
    assert min(ratios) < 100, ratios  # and not by orders of magnitude too careful
