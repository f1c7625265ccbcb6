"""Certificates of forgetting at their edges: images and changes are the exact ones, rounded outward; the last accepted numbers."""

import hashlib
import json
from fractions import Fraction
from math import ceil, floor

import gmpy2
import pytest
from gmpy2 import mpfr

from anylength_check import forgetting
from anylength_check.dyadic import ONE, sigmoid_bounds, tanh_bounds
from anylength_check.strict import Refused

UNITS, INPUTS, GATES = 2, 2, {"rnn": 1, "gru": 3, "lstm": 4}
LEAST = 2.0**-96
ULPS = 64  # of 2^-96: what a step may be rounded outward


@pytest.fixture(autouse=True)
def precise():
    with gmpy2.context(precision=300):
        yield


def weights(cell, seed, scale):
    """Multiples of 1/64, by a formula, as floats: W, U and b."""
    rows = GATES[cell] * UNITS
    value = lambda at: scale * ((37 * at * at + 11 * at + 5 * seed) % 129 - 64) / 64
    cut = lambda start, width: [[value(start + row * width + column) for column in range(width)] for row in range(rows)]
    return cut(0, INPUTS), cut(100, UNITS), [row[0] for row in cut(200, 1)]


def tensors(w, u, b):
    whole = lambda rows: [[int(Fraction(number) * 2**149) for number in row] for row in rows]
    return {"weight_ih": whole(w), "weight_hh": whole(u), "bias": whole([b])}


def grid(number):
    return int(Fraction(number) * ONE)


def sigmoid(a):
    return tuple(1 / (1 + gmpy2.exp(-end)) for end in a)


def tanh(a):
    return tuple(gmpy2.tanh(end) for end in a)


def slope(a):
    return 1 - gmpy2.tanh(max(a[0], -a[1], 0)) ** 2


def most(a):
    return max(map(abs, a))


def peak(q, at_0, at_1, bow):
    value = lambda q: at_0 * (1 - q) + at_1 * q + bow * q * (1 - q)
    top = (at_1 - at_0 + bow) / (2 * bow) if bow else q[0]
    return max(value(end) for end in (*q, min(max(top, q[0]), q[1])))


def product(a, b):
    ends = [x * y for x in a for y in b]
    return min(ends), max(ends)


def exact(cell, w, u, b, box, inputs, d):
    """Image and change in 300 bits."""
    n = UNITS

    def before(gate, hidden):
        rows = range(gate * n, (gate + 1) * n)
        pairs = [([*w[row], *u[row]], mpfr(b[row])) for row in rows]
        ranges = [*inputs, *hidden]
        low = [bias + sum(mpfr(v) * ends[v < 0] for v, ends in zip(row, ranges)) for row, bias in pairs]
        high = [bias + sum(mpfr(v) * ends[v > 0] for v, ends in zip(row, ranges)) for row, bias in pairs]
        return list(zip(low, high))

    moved = lambda gate, c: [sum(abs(v) * e for v, e in zip(row, c)) for row in u[gate * n : (gate + 1) * n]]
    if cell == "rnn":
        pre = before(0, box)
        return [tanh(a) for a in pre], [slope(a) * m for a, m in zip(pre, moved(0, d))]
    if cell == "gru":
        z, r = ([sigmoid(a) for a in before(gate, box)] for gate in (0, 1))
        reset = [peak(r[j], 0, d[j], most(box[j]) * moved(1, d)[j]) for j in range(n)]
        pre, new = before(2, [product(r[j], box[j]) for j in range(n)]), moved(2, reset)
        image, change = [], []
        for j in range(n):
            fresh = tanh(pre[j])
            low, high = ([q * kept + (1 - q) * f for q in z[j]] for kept, f in zip(box[j], fresh))
            image.append((min(low), max(high)))
            distance = max(box[j][1] - fresh[0], fresh[1] - box[j][0])
            change.append(peak(z[j], slope(pre[j]) * new[j], d[j], distance * moved(0, d)[j]))
        return image, change
    pre = [before(gate, box[:n]) for gate in range(4)]
    hidden, memory, hidden_change, memory_change = [], [], [], []
    for j in range(n):
        (i, o, f), g, c = (sigmoid(pre[gate][j]) for gate in range(3)), tanh(pre[3][j]), box[n + j]
        m_i, m_o, m_f, m_g = (moved(gate, d[:n])[j] for gate in range(4))
        after = tuple(a + e for a, e in zip(product(f, c), product(i, g)))
        change = peak(f, 0, d[n + j], most(c) * m_f) + peak(i, 0, slope(pre[3][j]) * m_g, most(g) * m_i)
        memory, memory_change = [*memory, after], [*memory_change, change]
        hidden.append(product(o, tanh(after)))
        hidden_change.append(peak(o, 0, slope(after) * change, most(tanh(after)) * m_o))
    return hidden + memory, hidden_change + memory_change


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("cell", GATES)
def test_images_and_changes_are_the_exact_ones_rounded_outward(cell, seed):
    w, u, b = weights(cell, seed, 2.0 ** (seed % 3 - 1))
    count = UNITS * (2 if cell == "lstm" else 1)
    box = [(-0.75 / (j + 1 + seed), 0.5 + j / 4 + seed / 2) for j in range(count)]
    inputs, d = [(-0.5, 1.0), (0.25, 0.75)], [0.125 * (j + 1) for j in range(count)]
    layer = forgetting.Layer(UNITS, tensors(w, u, b), [tuple(map(grid, ends)) for ends in inputs])
    found = getattr(forgetting, cell)(layer, [tuple(map(grid, ends)) for ends in box], list(map(grid, d)))
    image, change = exact(cell, w, u, b, [tuple(map(mpfr, ends)) for ends in box], inputs, list(map(mpfr, d)))
    assert len(found[0]) == len(found[1]) == count
    for (low, high), (least, largest) in zip(found[0], image, strict=True):
        assert 0 <= least * ONE - low <= ULPS and 0 <= high - largest * ONE <= ULPS
    for moved, most_moved in zip(found[1], change, strict=True):
        assert 0 <= moved - most_moved * ONE <= ULPS


def certificate(**changes):
    """Of an rnn with h' = tanh(h / 2) on [-1, 1]: the rate is 1/2, answers are 2^(1 - k) apart after k steps."""
    top = {
        "cell": "rnn", "units": 1, "tensors": "t", "inputs": [[(-1.0).hex(), (1.0).hex()]], "low": [(-1.0).hex()],
        "high": [(1.0).hex()], "norm": [(0.25).hex()], "rate": (0.5).hex(), "answer": [(-1.0).hex()], "apart": (0.125).hex(),
        "steps": 4,
    }  # fmt: skip
    return top | changes


def refusal(hidden=0.5, bias=0.0, fed=0.0, **changes):
    """Why it is refused; empty where it is accepted."""
    try:
        forgetting.forgets(certificate(**changes), 1, tensors([[fed]], [[hidden]], [bias]))
    except Refused as reason:
        return str(reason)
    return ""


FED = {"inputs": [[(1.0).hex()] * 2], "rate": (0.25).hex()}  # far from 0 the slope of tanh is small
below = lambda number: (number - 2.0**-53).hex()


APART, RATE, TOGETHER = "the answers may differ by more", "the rate is not between 0 and 1", "two states do not come together"
RESET, NORM = "does not hold the reset state", "a weight of the norm"
NOTHING, SAME = {"hidden": 0.0}, [[(1.0).hex()] * 2]


@pytest.mark.parametrize(
    ("holds", "fails", "reason"),
    [
        ({"rate": (0.5).hex()}, {"rate": below(0.5)}, TOGETHER),
        ({"rate": (1 - 2.0**-50).hex(), "apart": (8.0).hex()}, {"rate": (1.0).hex(), "apart": (8.0).hex()}, RATE),
        ({"rate": LEAST.hex(), **NOTHING}, {"rate": "0x0.0p+0", **NOTHING}, RATE),
        ({"apart": (0.125).hex()}, {"apart": below(0.125)}, APART),
        ({"steps": 4}, {"steps": 3}, APART),
        ({"steps": 0, "apart": (2.0).hex()}, {"steps": 0, "apart": (2 - 2.0**-52).hex()}, APART),
        ({"steps": 0, "apart": (8.0).hex()}, {"steps": -1, "apart": (8.0).hex()}, "steps is"),
        ({"steps": 10**9}, {"steps": 10**9 + 1}, "steps is"),
        ({"answer": [(1.0).hex()]}, {"answer": [(1 + 2.0**-23).hex()]}, APART),
        ({"answer": [(0.5).hex()]}, {"answer": [(0.1).hex()]}, "no float32 number"),
        ({"answer": ["0x0.0p+0"], "apart": LEAST.hex()}, {"answer": ["0x0.0p+0"], "apart": "0x0.0p+0"}, RATE),
        ({"answer": ["0x0.0p+0"]}, {"answer": ["0x0.0p+0"] * 2}, "answer is"),
        ({"norm": [(0.5).hex()]}, {"norm": [(0.75).hex()]}, APART),  # 2 / 0.75 is rounded up
        ({"norm": [LEAST.hex()], **NOTHING}, {"norm": ["0x0.0p+0"], **NOTHING}, NORM),
        ({"norm": [(0.25).hex()]}, {"norm": [(-0.25).hex()]}, NORM),
        ({"norm": [(0.25).hex()]}, {"norm": [(0.25).hex()] * 2}, "norm is"),
        ({"high": ["0x0.0p+0"], "bias": -0.5}, {"high": [(-LEAST).hex()], "bias": -0.5}, RESET),
        ({"low": ["0x0.0p+0"], "bias": 0.5}, {"low": [LEAST.hex()], "bias": 0.5}, RESET),
        ({"low": [(-1.0).hex()]}, {"low": []}, "low is"),
        ({"rate": (0.5).hex()}, {"rate": (LEAST / 2).hex()}, "rate is no multiple"),
        ({"apart": (0.125).hex()}, {"apart": (LEAST / 2).hex()}, "apart is no multiple"),
        ({"inputs": SAME}, {"inputs": [[(1.0).hex(), below(1.0)]]}, "crossed"),
        ({"inputs": SAME}, {"inputs": [[(1.0).hex()]]}, "a range of inputs"),
        ({"inputs": SAME}, {"inputs": SAME * 2}, "inputs is"),
        ({"inputs": [[LEAST.hex()] * 2]}, {"inputs": [[(LEAST / 2).hex()] * 2]}, "no multiple of 2^-96"),
        ({"hidden": 0.5}, {"hidden": 0.5 + 2.0**-24}, TOGETHER),
        ({"hidden": -0.5}, {"hidden": -0.5 - 2.0**-24}, TOGETHER),
        ({"fed": 2.0, **FED}, {"fed": 0.5, **FED}, TOGETHER),
    ],
)
def test_the_last_numbers_are_accepted_and_the_next_are_not(holds, fails, reason):
    assert refusal(**holds) == "" and reason in refusal(**fails)


TWO = {
    "units": 2, "inputs": SAME * 2, "low": [(-1.0).hex()] * 2, "high": [(1.0).hex()] * 2, "norm": [(0.25).hex()] * 2,
    "answer": [(1.0).hex()] * 2, "apart": (8.0).hex(),
}  # fmt: skip


@pytest.mark.parametrize("second", [False, True])
@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("low", LEAST.hex(), RESET), ("norm", "0x0.0p+0", NORM), ("inputs", [(1.0).hex(), (0.5).hex()], "crossed"),
        ("high", (0.25).hex(), "is left in a step"), ("norm", (0.125).hex(), TOGETHER),
    ],
)  # fmt: skip
def test_each_number_is_looked_at(field, value, reason, second):
    """The two units read each other, by 0.5, and are near 0.38 where both are 0.8."""
    weights = tensors([[0.0] * 2] * 2, [[0.0, 0.5], [0.5, 0.0]], [0.0] * 2)
    forgetting.forgets(certificate(**TWO), 2, weights)
    with pytest.raises(Refused, match=reason):
        forgetting.forgets(certificate(**TWO | {field: [TWO[field][0], value] if second else [value, TWO[field][1]]}), 2, weights)


def test_the_least_weight_reaches_a_wide_input():
    low, high = -(2**60) * ONE, 2**61 * ONE
    layer = lambda least: forgetting.Layer(1, tensors([[least]], [[least]], [0.0]), [(low, high)])
    assert layer(2.0**-149).before(0, [(low, high)]) == [(-(2**8), 2**9)]
    assert layer(-(2.0**-149)).before(0, [(low, high)]) == [(-(2**9), 2**8)]


@pytest.mark.parametrize(("cell", "expected"), [("gru", [2]), ("lstm", [1, 2])])
def test_closed_gates_leave_the_least_change(cell, expected):
    """A gate at -400 is at most 2^-96: each product with it is rounded up to one unit."""
    bias = {"gru": [-400.0, -400.0, 0.0], "lstm": [-400.0, -400.0, -400.0, 0.0]}[cell]
    rows = len(bias)
    layer = forgetting.Layer(1, tensors([[0.0]] * rows, [[1.0]] * rows, bias), [(0, 0)])
    count = len(expected)
    assert getattr(forgetting, cell)(layer, [(-ONE // 2, ONE // 2)] * count, [ONE // 4] * count)[1] == expected


@pytest.mark.parametrize("ends", [(-1.0, 2.0), (0.5, 0.5), (-3.0, -3.0)])
def test_sigmoid_and_tanh_are_bounded_at_each_end(ends):
    low, high = map(grid, ends)
    assert forgetting.sigmoid((low, high)) == (sigmoid_bounds(low)[0], sigmoid_bounds(high)[1])
    assert forgetting.tanh((low, high)) == (tanh_bounds(low)[0], tanh_bounds(high)[1])


@pytest.mark.parametrize("sign", [1, -1])
def test_a_box_that_ends_at_its_image_is_accepted_and_a_smaller_one_is_not(sign):
    low, high = tanh_bounds(grid(2.0**-50))
    end = Fraction(max(-low, high), ONE)
    sides = lambda end: dict(zip(("low", "high")[::sign], (["0x0.0p+0"], [float(sign * end).hex()])))
    assert refusal(0.0, sign * 2.0**-50, **sides(end)) == ""
    assert "is left in a step" in refusal(0.0, sign * 2.0**-50, **sides(end - Fraction(1, ONE)))


def claimed_for(cell, units, **changes):
    count, rows = units * (2 if cell == "lstm" else 1), GATES[cell] * units
    numbers = lambda value, count=count: [value.hex()] * count
    top = certificate(
        cell=cell, units=units, low=numbers(-1.0), high=numbers(2.0), norm=numbers(0.25), answer=numbers(1.0, units),
        rate=(0.75).hex(), steps=100, **changes,
    )  # fmt: skip
    nothing = tensors([[0.0]] * rows, [[0.0] * units] * rows, [0.0] * rows)
    return top, forgetting.forgets(top, units, nothing)


@pytest.mark.parametrize(
    ("cell", "kind"), [("rnn", ""), ("gru", ", with the reset gate on the state (linear_before_reset 0)"), ("lstm", "")]
)
def test_the_claim_names_what_was_checked(cell, kind):
    top, (claim, checked) = claimed_for(cell, 2)
    digest = lambda value: hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    assert claim == (
        f"Of the {cell} layer with 2 units and tensors SHA-256 t{kind}, under inputs in the box SHA-256 {digest(top['inputs'])}, "
        f"no run leaves the box of states SHA-256 {digest([top['low'], top['high']])}, which holds the reset state; under the same "
        f"inputs two runs from any two of its states differ after k steps by at most {top['rate']}^k max((high - low) / d) d, d "
        f"SHA-256 {digest(top['norm'])}; so their answers, read from h by the weights SHA-256 {digest(top['answer'])}, differ by "
        f"at most {top['apart']} from step 100 on; in real numbers."
    )
    assert top.keys() == {"cell", "units", "tensors", *forgetting.FIELDS}
    assert f"{4 if cell == 'lstm' else 2} numbers" in checked


def test_the_widest_number_of_the_state_counts_and_every_answer_is_added():
    wide = {"low": [(-1.0).hex()] * 2, "high": [(1.0).hex(), (3.0).hex()], "norm": [(0.5).hex(), (0.25).hex()], "steps": 1}
    answer = {"answer": [(-1.0).hex(), (2.0).hex()]}
    apart = Fraction(4, 1) / Fraction(1, 4) * (Fraction(1, 2) + 2 * Fraction(1, 4)) / 2
    nothing = tensors([[0.0]] * 2, [[0.0] * 2] * 2, [0.0] * 2)
    forgetting.forgets(certificate(**wide, **answer, apart=float(apart).hex()), 2, nothing)
    with pytest.raises(Refused, match="the answers may differ by more"):
        forgetting.forgets(certificate(**wide, **answer, apart=(float(apart) - 2.0**-46).hex()), 2, nothing)


NUMBERS = [0, 1, -1, ONE, ONE - 1, -ONE, 3 * ONE // 7, -5 * ONE // 3]


@pytest.mark.parametrize("a", NUMBERS)
@pytest.mark.parametrize("b", NUMBERS)
def test_products_are_rounded_outward_by_less_than_one(a, b):
    whole = Fraction(a * b, ONE)
    assert forgetting.times(a, b) == ceil(whole)
    assert forgetting.product((a, a), (b, b)) == (floor(whole), ceil(whole))
    q = abs(a) % (ONE + 1)
    assert forgetting.mixed(q, b, 3 * b) == floor(Fraction(q * b + (ONE - q) * 3 * b, ONE))
    assert forgetting.most((min(a, b), max(a, b))) == max(abs(a), abs(b))
    ends = [floor(whole), ceil(whole)]
    assert forgetting.product((min(a, 0), max(a, 0)), (b, b)) == (min(0, ends[0]), max(0, ends[1]))


@pytest.mark.parametrize("rate", [ONE // 2, ONE - 1, 2 * ONE // 3, 1])
@pytest.mark.parametrize("steps", [0, 1, 2, 3, 6, 11, 100])
def test_powers_are_rounded_up_by_little(rate, steps):
    whole = Fraction(rate, ONE) ** steps * ONE
    assert whole <= forgetting.power_up(rate, steps) <= whole + 2 * steps
    assert forgetting.power_up(ONE // 2, 5) == ONE // 32


@pytest.mark.parametrize(
    "q", [(0, ONE), (ONE // 4, ONE // 2), (ONE // 3, ONE // 3), (ONE // 2, 3 * ONE // 4), (ONE // 5, ONE // 4)]
)
@pytest.mark.parametrize("at_0", [0, ONE // 3, 5 * ONE])
@pytest.mark.parametrize("at_1", [0, ONE // 7, 3 * ONE])
@pytest.mark.parametrize("bow", [0, 1, ONE // 2, 7 * ONE])
def test_peaks_are_rounded_up_by_less_than_two(q, at_0, at_1, bow):
    whole = peak(tuple(mpfr(end) / ONE for end in q), *(mpfr(value) / ONE for value in (at_0, at_1, bow))) * ONE
    assert -(mpfr(2) ** -100) <= forgetting.peak(q, at_0, at_1, bow) - whole < 2


@pytest.mark.parametrize("ends", [(-1.0, 2.0), (0.0, 1.0), (-1.0, 0.0), (0.5, 1.0), (-3.0, -0.25)])
def test_slopes_are_taken_where_the_range_is_nearest_to_zero(ends):
    found = forgetting.slope(tuple(map(grid, ends)))
    assert 0 <= found - slope(tuple(map(mpfr, ends))) * ONE <= 4
