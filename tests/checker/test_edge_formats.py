"""Rounding errors on the edge: each rule of the document, with exact fractions, and what a format can just hold."""

import functools
import math
import random
from fractions import Fraction
from types import SimpleNamespace

import gmpy2
import pytest
from handmade import certify, safetensors
from test_edge_proofs import exact_net, tight
from test_programs import with_step

from anylength_check import program, ranges, rounding, weights
from anylength_check.rounding import FORMATS, Entering, Row, Under, require_covered, stored, summed
from anylength_check.strict import Refused

UNIT = 1 << 352
U, TAU, E20 = Fraction(1, 2**24), Fraction(1, 2**126), Fraction(1, 2**20)
V = {"bfloat16": Fraction(1, 2**8), "float16": Fraction(1, 2**11), "float32": Fraction(0)}
T = {"bfloat16": TAU, "float16": Fraction(1, 2**14), "float32": TAU}
HAIR = Fraction(1, 2**340)
"""More than all roundings up of a rule."""


def row(size, slack, terms=0):
    return Row(math.ceil(Fraction(size) * UNIT), math.ceil(Fraction(slack) * UNIT), terms)


def number(x):
    return Fraction(x, UNIT)


def near(found, wanted):
    assert 0 <= number(found) - wanted <= HAIR * (1 + wanted), (float(number(found)), float(wanted))


def done(a):
    """Size and slack of a row once its sum is made."""
    size, slack, n = number(a.size), number(a.slack), a.terms
    off = slack + 2 * n * TAU
    error = off + n * U / (1 - n * U) * (size + off)
    return (size + error, error) if n else (size, slack)


ROWS = [row(1, 0), row(3, Fraction(1, 8)), row(Fraction(1, 2), TAU), row(2, Fraction(1, 4), 3), row(5, 0, 1)]
WIDE = (-(UNIT << 99), UNIT << 99)


def test_a_sum_that_is_made():
    assert summed(ROWS[1]) == ROWS[1]
    for a in (row(2, Fraction(1, 4), 3), row(5, 0, 1), row(1, 1, 1000)):
        found = summed(a)
        near(found.size, done(a)[0]), near(found.slack, done(a)[1])
        assert found.terms == 0
    summed(Row(1, 1, (1 << 23) - 1))
    with pytest.raises(Refused, match="too many terms"):
        summed(Row(1, 1, 1 << 23))


@pytest.mark.parametrize("coarser", ["bfloat16", "float16"])
def test_what_is_stored_in_a_coarser_format_errs_by_no_less_than_in_float32(coarser):
    """So a proof that covers a coarser format covers float32: no rule gives a smaller bound for larger ones."""
    rng = random.Random(0)
    sizes = [0, 1, 2, 255, 256, 257, UNIT, UNIT << 100, *(rng.getrandbits(rng.randint(1, 450)) for _ in range(500))]
    for size in sizes:
        fine, coarse = (stored(Row(size, 7), FORMATS[name]) for name in ("float32", coarser))
        assert coarse.size >= fine.size and coarse.slack >= fine.slack
        weight = rng.choice([-1, 1]) * (size % (1 << 250))
        assert rounding.weight_slack(weight, FORMATS[coarser]) >= rounding.weight_slack(weight, FORMATS["float32"])


def test_a_range_lowers_the_size():
    assert summed(row(5, 1), (-2 * UNIT, UNIT)) == row(3, 1) == summed(row(5, 1), (-UNIT, 2 * UNIT))
    assert summed(row(2, 1), (-2 * UNIT, UNIT)) == row(2, 1)


def rule(op, *arguments, given=None, result=WIDE, name="float32", net=None, **fields):
    """The first row of a result; the ranges of arguments and result are wide where nothing else is said."""
    one = SimpleNamespace(op=op, tensor="w" if net else "", number=0, picked=range(2), **{"rows": 1} | {})
    vars(one).update(fields)
    given = given or [[WIDE] * len(a) for a in arguments]
    results = [result] * max([1, *map(len, arguments)])
    return rounding.rows_of(one, list(arguments), net or {}, FORMATS[name], [*given, results])[0]


@pytest.mark.parametrize("a", ROWS)
@pytest.mark.parametrize("b", ROWS)
def test_rules_row_by_row(a, b):
    (sa, da), (sb, db) = done(a), done(b)
    for op in ("add", "subtract"):
        assert rule(op, [a], [b]) == Row(a.size + b.size, a.slack + b.slack, max(a.terms, 1) + max(b.terms, 1))
    for op in ("relu", "absolute"):
        assert rule(op, [a]) == summed(a)
    for op in ("maximum", "minimum"):
        near(rule(op, [a], [b]).size, max(sa, sb)), near(rule(op, [a], [b]).slack, max(da, db))
    wanted = {
        "tanh": (1 + E20 + TAU, da + E20 + TAU), "sigmoid": (1 + E20 / 2 + TAU, da / 4 + E20 / 2 + TAU),
        "softplus": (None, da + E20 * (1 + sa) + TAU),
        "silu": (None, Fraction(11, 10) * da + E20 * sa + TAU), "gelu": (None, Fraction(113, 100) * da + E20 * sa + TAU),
        "square": (sa * sa * (1 + U) + TAU, 2 * da * sa + U * sa * sa + TAU),
    }  # fmt: skip
    for op, (size, slack) in wanted.items():
        found = rule(op, [a])
        near(found.slack, slack)
        assert found.size == rounding.ANY if size is None else near(found.size, size) is None
    found = rule("multiply", [a], [b])
    near(found.size, sa * sb * (1 + U) + TAU), near(found.slack, da * sb + sa * db + U * sa * sb + TAU)
    found = rule("scale", [a], number=-3 * UNIT // 4)
    near(found.size, Fraction(3, 4) * sa * (1 + U) + TAU), near(found.slack, Fraction(3, 4) * (da + U * sa) + TAU)
    for z in ROWS:
        dz = done(z)[1]
        slack = max(da, db) + dz * (sa + sb) + (1 + dz) * (7 * U * (sa + sb) + 16 * TAU)
        found = rule("lerp", [z], [a], [b], given=[[(0, UNIT)], [WIDE], [WIDE]])
        near(found.slack, slack), near(found.size, max(sa, sb) + slack)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("a", ROWS)
@pytest.mark.parametrize("b", ROWS)
def test_rules_of_weights(name, a, b):
    """3 + 2^-20 has 22 significant bits, so only float32 holds it exactly; all formats hold 1/4."""
    (sa, da), (sb, db), v, t = done(a), done(b), V[name], T[name]
    odd, units = 3 + Fraction(1, 2**20), (3 << 149) + (1 << 129)
    off = 0 if name == "float32" else odd * v + t
    found = rule("matmul", [a, b, row(0, 0)], net={"w": [[units, -(1 << 147), 1], []]}, name=name, picked=range(1))
    near(found.size, odd * sa + sb / 4), near(found.slack, off * sa + odd * da + db / 4)
    assert found.terms == 2
    found = rule("matmul", [a, b, row(0, 0)], net={"w": [[0, units, 1], []]}, name=name, picked=range(1))
    near(found.size, odd * sb), near(found.slack, off * sb + odd * db)
    assert found.terms == 1
    assert rule("matmul", [a, b], net={"w": [[0, 0], []]}, name=name, picked=range(1)) == Row(0, 0)
    found = rule("tensor", net={"w": [[-units]]}, name=name)
    near(found.size, odd + off), near(found.slack, off)
    assert rule("tensor", net={"w": [[-(3 << 149)]]}, name=name) == row(3, 0)
    found = rule("stored", [a], name=name)
    near(found.size, sa + v * sa + t), near(found.slack, da + v * sa + t)
    assert rule("constant", number=-5 * UNIT) == row(5, 0)


def test_a_subnormal_number_of_the_program_may_be_flushed():
    """A machine that flushes has 0 for 2^-130: times 2^90 it errs by 2^-40, which is no small matter."""
    least = UNIT >> 126
    for x in (least, -least, 0):
        assert rule("constant", number=x) == Row(abs(x), 0)
    for x in (least >> 1, -(least >> 4), 1 << 203):
        assert rule("constant", number=x) == Row(abs(x) + least, least)
    found = rule("scale", [row(2**90, 0)], number=UNIT >> 130)
    assert number(found.slack) >= Fraction(1, 2**40)
    near(found.slack, TAU * 2**90 + U * (TAU + TAU / 16) * 2**90 + TAU)


def test_lerp_needs_a_share():
    """An error of a counts |1 - z| times, so twice for z = 3, and one of b three times. Forms give such a z, boxes do not."""
    one = [row(1, 0)], [row(1, 0)]
    for pair in ((0, UNIT), (UNIT, UNIT), (UNIT // 3, UNIT // 2)):
        rule("lerp", [row(1, 0)], *one, given=[[pair], [WIDE], [WIDE]])
    for pair in ((-1, UNIT), (0, UNIT + 1), (3 * UNIT, 3 * UNIT)):
        with pytest.raises(Refused, match="z in lerp may be outside 0 to 1"):
            rule("lerp", [row(3, 0)], *one, given=[[pair], [WIDE], [WIDE]])


def walked(instructions, ranges_of):
    """The rows of a step that the given instructions make of a state, and the ranges that are left."""
    step = [program.Instruction("state", [], "", 0, range(0), 1, {"state"})]
    for op, of, chosen in instructions:
        step.append(program.Instruction(op, of, "", 0, chosen, 1, {"state"}))
    read = program.Program({}, (step,), (list(range(len(step))),), len(step) - 1, 0, 2)
    return rounding.computed("float32", read, {}, 0, {}, ranges_of, [], ranges_of[0])


def test_the_range_of_a_sigmoid_ends_at_0_and_1_where_forms_go_on():
    wide = [(-UNIT // 8, 9 * UNIT // 8)]
    gate, one, share = [("sigmoid", [0], range(0))], [(-UNIT, UNIT)], [(0, UNIT)]
    values, known = walked([*gate, ("slice", [1], range(1)), ("lerp", [2, 0, 0], range(0))], {0: one, 1: wide, 2: wide, 3: one})
    assert known[1] == known[2] == share and values[3][0].size > 0
    inside = [(UNIT // 8, UNIT // 4)]
    assert walked([*gate, ("take", [1], [0])], {0: one, 1: inside, 2: wide})[1][2] == inside
    assert walked([("tanh", [0], range(0))], {0: one, 1: wide})[1][1] == wide
    with pytest.raises(Refused, match="z in lerp may be outside 0 to 1"):
        walked([("tanh", [0], range(0)), ("lerp", [1, 0, 0], range(0))], {0: one, 1: wide, 2: one})


@pytest.mark.parametrize(("name", "bits", "least"), [("bfloat16", 8, -126), ("float16", 11, -14), ("float32", 24, -126)])
def test_a_weight_that_a_format_holds_exactly_is_stored_without_error(name, bits, least):
    weight = lambda mantissa, exponent: rounding.weight_slack(mantissa << 149 + exponent, FORMATS[name])
    assert rounding.weight_slack(0, FORMATS[name]) == 0
    for exponent in (least, -3, 5):
        assert weight(2**bits - 1, exponent) == weight(1 - 2**bits, exponent) == 0
        assert name == "float32" or weight(2**bits + 1, exponent) > 0
    assert weight(1, least) == 0 < weight(1, least - 1)


def averaged(pairs):
    n, size, slack = len(pairs), *map(sum, zip(*pairs))
    off = slack + 2 * n * TAU
    error = off + n * U / (1 - n * U) * (size + off)
    return (size + error) / n * (1 + 6 * U) + TAU, error / n + 6 * U * (size + error) / n + TAU


@pytest.mark.parametrize("a", ROWS)
@pytest.mark.parametrize("b", ROWS)
def test_rules_of_whole_values(a, b):
    pairs = [done(a), done(b), done(a)]
    (sa, da), (sb, db) = pairs[:2]
    size, slack = averaged(pairs)
    found = rule("mean", [a, b, a])
    near(found.size, size), near(found.slack, slack)
    found = rule("center", [a, b, a])
    near(found.size, sa + size), near(found.slack, da + slack)
    assert found.terms == 2
    found = rule("mean_square", [a, b, a])
    size, slack = averaged([(s * s, 2 * s * d) for s, d in pairs])
    near(found.size, size), near(found.slack, slack)
    found = rule("matvec", [a, b, b, b], [b, a])
    near(found.size, sa * sb + sb * sa), near(found.slack, 2 * (da * sb + sa * db))
    assert found.terms == 2


SMALL = [row(1, 0), row(3, Fraction(1, 80)), row(Fraction(1, 2), TAU), row(2, Fraction(1, 400), 3)]


@pytest.mark.parametrize("a", SMALL)
@pytest.mark.parametrize("low", [Fraction(1, 4), Fraction(3), Fraction(40)])
def test_rules_of_ranges(a, low):
    size, s = done(a)
    pair, top = (int(low * UNIT), 50 * UNIT), UNIT * 7
    near(rule("exp", [a], given=[[pair]], result=(0, top)).slack, 7 * (s + s * s) * (1 + 2 * E20) + 7 * 2 * E20 + TAU)
    near(rule("reciprocal", [a], given=[[pair]]).slack, s / (low * (low - s)) + E20 / 4 / (low - s) + TAU)
    near(rule("reciprocal", [a], given=[[(-pair[1], -pair[0])]]).slack, s / (low * (low - s)) + E20 / 4 / (low - s) + TAU)
    near(rule("rsqrt", [a], given=[[pair]], result=(0, top)).slack, 7 * s / low + 14 * E20 + TAU)
    m, y = row(low, Fraction(1, 1000)), (-UNIT // 2, UNIT // 4)
    for e, flushed in ((Fraction(1, 8), 0), (TAU / 2, TAU)):
        d = Fraction(1, 1000) + flushed + U * (low + Fraction(1, 1000) + e + flushed) + 2 * TAU
        rho = d / (low + e) + 2 * E20
        with gmpy2.context(precision=800):
            r = Fraction(gmpy2.mpq(1 / gmpy2.sqrt(gmpy2.mpfr(gmpy2.mpq(low + e)))))
        grown = s * r * (1 + rho) + rho / 2 + (size + s) * TAU
        found = rule("normalize", [a], [m], given=[[WIDE], [pair]], result=y, number=int(e * UNIT))
        near(found.slack, grown + 4 * U * (Fraction(1, 2) + grown) + TAU)
    d = s + 2 * U * max(size, 1) + TAU
    k = (d + d * d) * (1 + E20) + E20
    m = k + 2 * U / (1 - 2 * U) * (1 + k) + 36 * TAU
    rho = (k + m + E20 / 2) / (1 - m) + E20
    near(rule("softmax", [a, row(1, 0)], result=(0, UNIT // 2)).slack, rho / 2 + 16 * TAU)


NOT_COVERED = {
    "exp": ([row(2, Fraction(5, 4))], (0, UNIT)),
    "reciprocal": ([row(2, Fraction(51, 100))], (UNIT, UNIT)),
    "reciprocal ": ([row(2, 0)], (-UNIT, UNIT)),
    "rsqrt": ([row(2, Fraction(26, 100))], (UNIT, UNIT)),
    "softmax": ([row(2, Fraction(37, 100))], (UNIT, UNIT)),
}


@pytest.mark.parametrize("kind", NOT_COVERED)
def test_what_a_rule_needs_and_does_not_have(kind):
    value, pair = NOT_COVERED[kind]
    with pytest.raises(Refused):
        rule(kind.strip(), value, given=[[pair]], result=pair)


def test_a_mean_square_that_errs_by_too_much_is_not_covered():
    with pytest.raises(Refused):
        rule("normalize", [row(1, 0)], [row(1, Fraction(1, 4))], given=[[WIDE], [(UNIT // 2, UNIT)]], number=UNIT // 8)


def test_the_slopes_and_growths_that_the_rules_use():
    """silu and gelu have slopes up to 1.1 and 1.13; e^s - 1 <= s + s^2 up to 1; 1 / sqrt(1 - q) <= 1 + q up to 1/4."""
    phi = lambda x: math.erfc(-x / math.sqrt(2)) / 2
    for k in range(-1000, 1001):
        x = k / 100
        s = 1 / (1 + math.exp(-x))
        assert abs(s * (1 + x * (1 - s))) <= 1.1
        assert abs(phi(x) + x * math.exp(-x * x / 2) / math.sqrt(2 * math.pi)) <= 1.13
    assert all(math.exp(k / 1000) - 1 <= k / 1000 + (k / 1000) ** 2 for k in range(1001))
    assert all(1 / math.sqrt(1 - k / 4000) <= 1 + k / 4000 for k in range(1001))


def test_the_formats():
    assert list(FORMATS) == ["bfloat16", "float16", "float32"]
    assert FORMATS == {"bfloat16": (8, UNIT >> 126), "float16": (11, UNIT >> 14), "float32": (3200, UNIT >> 126)}


def ready(net):
    shapes, raw = weights.read_shapes(safetensors(net.tensors()))
    fields = certify(net, [tight()])
    return program.read_program(fields["program"]), weights.read_tensors(shapes, raw, fields["tensors"])


def covered(name, net, epsilon, eta, state_bound):
    """Why a format is not covered for states up to these bounds, whatever the node; empty where it is. Numbers are fractions."""
    read, tensors = ready(net)
    state = [(-math.ceil(Fraction(x) * UNIT), math.ceil(Fraction(x) * UNIT)) for x in state_bound]
    rule = functools.partial(ranges.range_of, tensors, {name: weights.filled(rows) for name, rows in tensors.items()})
    for symbol in range(net.base**net.tapes):
        leaf = [(UNIT, UNIT) if symbol // net.base**tape % net.base == digit else (0, 0)
                for tape in range(net.tapes) for digit in range(net.base)]  # fmt: skip
        before = program.run(rule, read, 0, {}, state)
        cut = {number: before[number] for number in read.fields["cut"]}
        step = program.run(rule, read, 1, program.fixed(rule, read, 1, leaf) | cut)
        answer = program.run(rule, read, 2, program.fixed(rule, read, 2, leaf), state)
        try:
            units = [math.floor(Fraction(x) * UNIT) for x in (epsilon, eta)]
            require_covered(name, read, tensors, *units, Entering(state, before), [Under(leaf, step, state, answer)])
        except Refused as error:
            return str(error)
    return ""


LARGE = [
    ("float32", {}, 2**30, True),
    ("float32", {}, 2**30 + Fraction(1, 2**300), False),
    ("float16", {}, 2**15, True),
    ("float16", {}, 2**15 + Fraction(1, 2**300), False),
    ("float32", {}, 2**15 + Fraction(1, 2**300), True),
    ("float16", {"w_hh": [[2.0**15]]}, 1, True),
    ("float16", {"w_hh": [[-(2.0**15)]]}, 1, True),
    ("float16", {"w_hh": [[-(2.0**15) - 2.0**-8]]}, 1, False),
    ("float16", {"readout": [[-0.5], [0.0]], "readout_bias": [2.0**14, 0.0]}, 2**15, True),
    ("float16", {"readout": [[-0.5], [0.0]], "readout_bias": [2.0**14 + 2.0**-9, 0.0]}, 2**15, False),
    ("float32", {"bias": [-(2.0**60)]}, 1, True),
    ("float32", {"bias": [-(2.0**60) - 2.0**37]}, 1, False),
]
"""A format, changed tensors, the size of the states, and whether the format can hold all of them."""


@pytest.mark.parametrize(("name", "change", "size", "fits"), LARGE)
def test_how_large_weights_states_and_logits_may_be(name, change, size, fits):
    net = exact_net()
    net.readout, net.readout_bias = [[0.0], [0.0]], [0.0, 0.0]
    for field, value in change.items():
        setattr(net, field, value)
    said = covered(name, net, 1 << 200, 1 << 200, [size])
    assert said == ("" if fits else f"{name} is not covered: a weight, state or sum is too large")


@pytest.mark.parametrize("name", FORMATS)
def test_the_edges_of_epsilon_and_eta(name):
    """A step may err by epsilon, two logits together by less than eta; weights of a symbol count, not the largest of all."""
    net, v, t = exact_net(), V[name], T[name]
    net.w_ih = [[0.5, 2.0]]
    product, bias, recurrent = row(2, 0, 1), row(0, 0), row(Fraction(3, 2), TAU / 2, 1)  # all formats hold the weights exactly
    terms = Row(*map(sum, zip(product[:2], bias[:2], recurrent[:2])), 3)
    size, slack = done(terms)
    size = min(size, Fraction(7, 2) + slack)
    epsilon = slack + v * size + t
    logits = done(row(3, TAU, 1)), done(row(4, 0, 1))
    eta = 2 * max(slack + v * size + t for size, slack in logits)
    hair = Fraction(1, 2**330)
    for epsilons, etas, said in (
        (hair, hair, ""),
        (-hair, hair, "a step may err by more than epsilon"),
        (hair, -hair, "a logit may err by eta / 2"),
    ):
        found = covered(name, net, epsilon + epsilons, eta + etas, [3])
        assert found == (said and f"{name} is not covered: {said}")


def test_rounding_up():
    chance = random.Random(2)
    for _ in range(200):
        x, bits = chance.randint(-(1 << 90), 1 << 90), chance.randint(0, 80)
        assert rounding.up(x, bits) == math.ceil(Fraction(x, 1 << bits))


def test_a_number_of_the_program_may_be_flushed():
    assert [rounding.given(x) for x in (0, 1, -UNIT)] == [Row(0, 0), Row(1 + (UNIT >> 126), UNIT >> 126), Row(UNIT, 0)]


def test_a_mean_square_may_err_by_a_quarter_of_the_least_one():
    m, e = row(1, Fraction(1, 8)), UNIT >> 10
    error = m.slack + -(-(m.size + m.slack + e) >> 24) + (UNIT >> 125)
    rounding.normalize([row(1, 0)], m, 4 * error, e, [(0, UNIT)])
    with pytest.raises(Refused, match="may err by too much"):
        rounding.normalize([row(1, 0)], m, 4 * error - 1, e, [(0, UNIT)])


@pytest.mark.parametrize("least", [2, 3, 5, 6, 7, 8, 10, 11])
def test_a_normalized_number_errs_by_no_more_than_its_bound(least):
    """Its argument errs by so much that the root that it is multiplied by must not be rounded down."""
    m, x = Row(0, least << 340), Row(UNIT << 70, UNIT << 69)
    e = least << 345
    error = Fraction(m.slack + -(-(m.slack + e) >> 24), UNIT) + 2 * TAU
    rho = error / least + 2 * E20
    root = Fraction(math.isqrt((UNIT**3 << 2000) // (least * UNIT)), UNIT << 1000)  # rounded down, by less than 2^-1352
    grown = number(x.slack) * root * (1 + rho) + rho + number(x.size + x.slack) * TAU
    (found,) = rounding.normalize([x], m, least * UNIT, e, [(-UNIT, UNIT)])
    assert number(found.slack) >= grown + (1 + grown) / 2**22 + TAU


def test_softmax_wants_its_errors_below_a_half():
    """An error d of an argument makes one of some d + d^2 of all of them."""
    rule("softmax", [row(1, Fraction(36, 100)), row(0, 0)], result=(0, UNIT))
    with pytest.raises(Refused, match="the arguments of softmax may err by too much"):
        rule("softmax", [row(1, Fraction(37, 100)), row(0, 0)], result=(0, UNIT))


@pytest.mark.parametrize(
    ("op", "x", "most"),
    [
        ("exp", (0, UNIT), UNIT),
        ("reciprocal", (UNIT, 2 * UNIT), UNIT // 2),
        ("reciprocal", (-2 * UNIT, -UNIT), UNIT // 2),
        ("reciprocal", (1, 1), 0),
        ("rsqrt", (UNIT, 2 * UNIT), UNIT // 4),
    ],
)
def test_how_much_an_argument_may_err(op, x, most):
    rule(op, [Row(2 * UNIT, most)], given=[[x]], result=(UNIT, UNIT))
    with pytest.raises(Refused, match="may err|may come too close"):
        rule(op, [Row(2 * UNIT, most + 1)], given=[[x]], result=(UNIT, UNIT))


def test_the_reciprocal_of_0_is_refused():
    with pytest.raises(Refused, match="may come too close to 0"):
        rule("reciprocal", [Row(UNIT, 0)], given=[[(0, UNIT)]])


def rows_stored(largest, place):
    """The rows of a state of two numbers that is stored as float32; one of them may be as large as that."""
    read, values, box = program.read_program(with_step({"op": "stored", "of": [0]})), {}, [(0, UNIT), (0, UNIT)]
    box[place] = 0, largest
    for which in (0, 1):  # the state itself, and what is stored
        values, _ = rounding.computed("float32", read, {}, which, values, {0: box, 1: box}, [], box)
    return values[1]


@pytest.mark.parametrize("place", [0, 1])
def test_each_row_is_as_large_as_its_format_allows_or_smaller(place):
    """That is 2^100. What is stored as float32 may be flushed, and a unit is added where it is rounded up."""
    largest = (UNIT << 100) - (UNIT >> 126) - 1
    assert rows_stored(largest, place)[place].size == UNIT << 100
    with pytest.raises(Refused, match="too large"):
        rows_stored(largest + 1, place)
