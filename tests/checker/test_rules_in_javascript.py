"""The rules of the checker in JavaScript, one by one: the same numbers, to the last unit, and the same refusals as in Python.

`judge` sends whole certificates to both. Few of these meet the edge of a rule, so here each rule gets numbers of its own.
"""

import copy
import functools
import json
import math
import random
from types import SimpleNamespace

import pytest
from javascript import NODE
from programs import two_layers
from test_edge_numbers import first
from test_mutations import parent
from test_programs import REFUSED as BAD_PROGRAMS
from test_programs import UNFIT, with_step

from anylength_check import dyadic, ellipsoids, forms, ranges, rounding, weights
from anylength_check.program import ARGUMENTS, read_program
from anylength_check.strict import Refused
from tests.in_node import in_node

pytestmark = pytest.mark.skipif(NODE is None, reason="the checker in JavaScript needs node: apt install nodejs")

UNIT = 1 << 352
ROWS, N, BLOCKS = 3, 3, 2


def refused_or(function, *arguments):
    """What a function gives, or why it refuses. Other errors are refusals, too: the checker could not finish."""
    try:
        return function(*arguments)
    except Refused as error:
        return f"refused: {error}"
    except (ValueError, IndexError, ZeroDivisionError):
        return "no result"


SHARED = """
const { Refused, parseStrict } = await module("checker/strict.js");
const big = (x) => (typeof x === "string" && /^-?[0-9]+$/.test(x) ? BigInt(x) : Array.isArray(x) ? x.map(big) : x);
const plain = (x) => (typeof x === "bigint" ? String(x) : Array.isArray(x) ? x.map(plain) : x);
const refusedOr = (work) => {
  try {
    return plain(work());
  } catch (error) {
    return error instanceof Refused ? `refused: ${error.message}` : "no result";
  }
};
"""


def texts(value):
    """Integers as texts: JSON's numbers are not exact in JavaScript."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return [texts(item) for item in value] if isinstance(value, list | tuple) else value


def in_javascript(body, given):
    return in_node(SHARED + body, given)


# Numbers and programs


def test_numbers_are_read_alike():
    spelt = [x.hex() for x in (0.0, -0.0, 1.0, -1.5, 2.0**-300, 2.0**-301, 2.0**301, math.nextafter(2.0**300, math.inf), math.inf)]
    spelt += ["0x1p+0", "0x1.8000000000000p+00", "0x1.8000000000000p0", "0X1.8000000000000p+0", "0x1.8000000000000p+0\n", "nan", ""]
    spelt += [3, None, ["0x0.0p+0"], (0.1).hex(), (2.0**128).hex(), (1.5 * 2.0**-149).hex(), (2.0**300).hex()]
    patterns = [0, 1, 0x007FFFFF, 0x00800000, 0x3F800000, 0x7F7FFFFF, 0x7F800000, 0x7FC00000, 0x7F800001]
    patterns += [pattern | 1 << 31 for pattern in patterns]
    body = """
    const { fromHex, fromFloat32 } = await module("checker/dyadic.js");
    return [
      given.spelt.flatMap((text) => [53, 24].map((bits) => refusedOr(() => fromHex(text, "it", bits)))),
      given.patterns.map((pattern) => refusedOr(() => fromFloat32(pattern))),
    ];
    """
    ours = [
        [texts(refused_or(dyadic.from_hex, text, "it", bits)) for text in spelt for bits in (53, 24)],
        [texts(refused_or(dyadic.from_float32, pattern)) for pattern in patterns],
    ]
    assert in_javascript(body, {"spelt": spelt, "patterns": patterns}) == ours
    assert sum("refused" in str(said) for said in ours[1]) == 6


def bad_programs():
    """Programs that break a rule, and one that breaks none."""
    yield two_layers().program()
    for path, value, _ in BAD_PROGRAMS.values():
        program = copy.deepcopy(two_layers().program())
        parent(program, path)[path[-1]] = value
        yield program
    yield from (with_step(*steps) for steps in UNFIT.values())
    yield with_step(*[{"op": "stored", "of": [0]}] * 9_999)
    wide = [{"op": "take", "of": [0], "rows": [0] * 65_536}, {"op": "take", "of": [1], "rows": [0, 1]}]
    yield with_step(wide[0], {"op": "concatenate", "of": [1, 0]}, {"op": "take", "of": [2], "rows": [0, 1]})
    yield with_step(wide[0], *[{"op": "stored", "of": [1]}] * 7, wide[1])
    plain = with_step({"op": "stored", "of": [0]})
    for name, value in {
        "tensors": [], "encoded": 0, "state": 65_537, "cut": [2], "answer": [], "start": 3,
        "readout": {"weight": "out.weight"},
    }.items():  # fmt: skip
        yield plain | {name: value}
    yield plain | {"tensors": plain["tensors"] | {"out.weight": [1, 2], "out.bias": [1]}}
    yield plain | {"tensors": plain["tensors"] | {"out.weight": [4097, 2], "out.bias": [4097]}}
    yield plain | {"tensors": plain["tensors"] | {"out.bias": [2, 2]}}
    yield plain | {"tensors": plain["tensors"] | {"": [2]}}
    yield plain | {"more": 1}
    yield []


def test_programs_are_refused_alike():
    body = """
    const { readProgram } = await module("checker/steps.js");
    const read = (text) => refusedOr(() => { readProgram(parseStrict(new TextEncoder().encode(text))); return "read"; });
    return given.map(read);
    """
    programs = list(bad_programs())
    ours = [refused_or(lambda program=program: "read" if read_program(program) else "") for program in programs]
    assert in_javascript(body, [json.dumps(program) for program in programs]) == ours
    assert ours.count("read") == 1 and all(said == "read" or said.startswith("refused: ") for said in ours)


ENDS = {
    "tanh": (-33.9, -20.0, 0.01, 1.0, 12.0, 33.9),
    "sigmoid": (-67.5, -66.0, -3.0, 0.5, 40.0, 67.5),
    "exp": (-67.9, -66.6, -40.0, -1.0, 0.25, 1.0, 60.0, 199.9),
    "softplus": (-67.9, -66.6, -65.0, -30.0, 0.1, 30.0, 66.6),
    "normal": (-11.9, -11.4, -11.0, -5.0, 0.2, 3.0, 11.0, 11.3, 11.4, 11.9, 11136614 / 2**20, 10907836 / 2**20),
}
"""Where bounds of a function are looked at: also where its slope is so small that a bound's error moves the place of its steps.

The last two were looked for: there even what the floors of the normal distribution's sum may come to moves a step.
"""


def first_as_large(bounds, end, x):
    """The first number from 1/8 below x on from which this end of the bounds is as large as at x."""
    wanted = bounds(x)[end]
    return first(lambda y: bounds(y)[end] >= wanted, x - dyadic.ONE // 8, x)


@pytest.mark.parametrize("name", ENDS)
def test_bounds_grow_at_the_same_numbers(name):
    """A bound grows by a unit at some number. What it allows for errors, however small, decides at which."""
    bounds = getattr(dyadic, f"{name}_bounds")
    steps = [first_as_large(bounds, end, round(x * 2**40) << 56) for x in ENDS[name] for end in (0, 1)]
    numbers = [step + more for step in steps for more in (-1, 0)]
    body = f"""
    const {{ {name}Bounds }} = await module("checker/dyadic.js");
    return big(given).map((x) => plain({name}Bounds(x)));
    """
    assert in_javascript(body, texts(numbers)) == texts([bounds(x) for x in numbers])


# Ranges and forms

NUMBERS = {"normalize": UNIT >> 17, "scale": -3 * UNIT // 4, "constant": UNIT // 3 >> 300 << 300}
PICKED = {"slice": [1, 2], "take": [2, 0, 2], "concatenate": [0, 1, 2], "matmul": [0, 1]}
MATRIX = [[3 << 146, -5 << 140, 0], [-(1 << 149), 7, (1 << 149) + 1]]
NETS = {"w": MATRIX, "v": [[1 << 149, -3 << 120, 0]]}
OPERATIONS = [op for op in ARGUMENTS if op not in ("symbol", "state")] + ["concatenate"]


def instruction(op):
    return SimpleNamespace(
        op=op, number=NUMBERS.get(op, 0), picked=PICKED.get(op, []), rows=ROWS, tensor="v" if op == "tensor" else "w"
    )


def drawn_interval(chance):
    """Ends of every size: points, intervals around 0, and some that are too large for a rule."""
    size = chance.choice([2.0**-90, 2.0**-30, 0.5, 3.0, 70.0, 250.0, 2.0**120])
    ends = sorted(int(chance.uniform(-size, size) * 2.0**100) << 252 for _ in range(2))
    ends = [abs(end) for end in ends] if chance.random() < 0.4 else ends
    shift = chance.choice([0, 0, 0, 900]) if size > 100 else 0
    return sorted(end + chance.getrandbits(40) << shift for end in ends) if chance.random() < 0.8 else [ends[0]] * 2


def drawn_arguments(op, chance):
    count = ARGUMENTS.get(op, 1)
    values = [[drawn_interval(chance) for _ in range(ROWS)] for _ in range(count)]
    if op == "matvec":
        values[0] = [drawn_interval(chance) for _ in range(2 * ROWS)]
    if op == "lerp":
        one = UNIT + chance.choice([0, 0, 0, 1])
        values[0] = [
            sorted(chance.choice([0, one, chance.randrange(UNIT), -chance.choice([0, 0, 0, 1])]) for _ in range(2))
            for _ in range(ROWS)
        ]
    return values


def test_the_range_of_every_operation_is_the_same():
    chance, cases = random.Random(3), []
    for op in OPERATIONS:
        cases += [(op, drawn_arguments(op, chance)) for _ in range(16)]
    fixed = [
        (0, UNIT),
        (0, 0),
        (-UNIT, UNIT),
        (UNIT, UNIT),
        (0, 201 * UNIT),
        (200 * UNIT, 200 * UNIT),
        (UNIT << 1000, UNIT << 1000),
    ]
    for op in ("reciprocal", "rsqrt", "exp", "square", "softmax", "stored", "normalize"):
        count = ARGUMENTS[op]
        cases += [(op, [[list(pair)] * ROWS] * count) for pair in fixed]
    cases += [("add", [[[0, UNIT << 1000]] * ROWS, [[one, one]] * ROWS]) for one in (0, 1)]
    cases += [("subtract", [[[-(UNIT << 1000), 0]] * ROWS, [[one, one]] * ROWS]) for one in (0, 1)]
    filled = {name: weights.filled(rows) for name, rows in NETS.items()}
    rule = functools.partial(ranges.range_of, NETS, filled, 0)
    ours = [texts(refused_or(lambda op=op, values=values: list(rule(instruction(op), values)))) for op, values in cases]
    body = """
    const { rangeOf } = await module("checker/ranges.js");
    const { filledColumns } = await module("checker/weights.js");
    const net = new Map(given.net.map(([name, rows]) => [name, big(rows)]));
    const columns = new Map([...net].map(([name, rows]) => [name, filledColumns(rows)]));
    return given.cases.map(([op, number, picked, tensor, values]) =>
      refusedOr(() => rangeOf(net, columns, { op, number: BigInt(number), picked, tensor, rows: given.rows }, big(values))));
    """
    theirs = in_javascript(body, sent(cases))
    for (op, values), own, other in zip(cases, ours, theirs, strict=True):
        assert own == other, (op, values)
    said = {str(own) for own in ours if isinstance(own, str)}
    assert {
        "refused: 1 / x around 0", "refused: 1 / sqrt(x) of a number not above 0", "refused: lerp by a number outside 0 to 1",
        "refused: e^x has no bound for x above 200", "refused: add gives numbers above 2^1000",
        "refused: subtract gives numbers above 2^1000",
    } <= said  # fmt: skip


def sent(cases):
    """Cases as JSON."""
    return {
        "rows": ROWS, "n": N, "blocks": BLOCKS, "net": [[name, texts(rows)] for name, rows in NETS.items()],
        "cases": [
            [op, str(NUMBERS.get(op, 0)), PICKED.get(op, []), "v" if op == "tensor" else "w", texts(values)] for op, values in cases
        ],
    }  # fmt: skip


def drawn_form(chance):
    """A form of any size, with or without a curved part."""
    reach = chance.choice([0, 1, 1 << 10, 1 << 24, 1 << 31, 1 << 34])
    vector = lambda size: [chance.randint(-size, size) for _ in range(N)]
    curved = [vector(reach >> 2) for _ in range(BLOCKS)] if chance.random() < 0.5 else []
    center = chance.choice([0, chance.randint(-(1 << 33), 1 << 33), 1 << 36, 1 << chance.choice([36, 133])])
    error, bound = (chance.choice([0, chance.randint(0, 1 + (reach >> 3))]) for _ in range(2))
    return forms.Form(center, vector(reach), curved, error, chance.choice([bound, forms.MOST]))


def test_the_form_of_every_operation_is_the_same():
    chance, cases = random.Random(4), []
    for op in OPERATIONS:
        count, rows = ARGUMENTS.get(op, 1), 2 * ROWS if op == "matvec" else ROWS
        for _ in range(10):
            values = [[drawn_form(chance) for _ in range(ROWS)] for _ in range(count)]
            if op == "matvec":
                values[0] = [drawn_form(chance) for _ in range(rows)]
            cases.append((op, values))
    filled = {name: weights.filled(rows) for name, rows in NETS.items()}
    rule = functools.partial(forms.form_of, NETS, filled, N, BLOCKS, 0)
    ours = [texts(refused_or(lambda op=op, values=values: list(rule(instruction(op), values)))) for op, values in cases]
    body = """
    const { form, formsOfStep } = await module("checker/forms.js");
    const { filledColumns } = await module("checker/weights.js");
    const net = new Map(given.net.map(([name, rows]) => [name, big(rows)]));
    const columns = new Map([...net].map(([name, rows]) => [name, filledColumns(rows)]));
    const formOf = (parts) => form(...parts.map(big));
    return given.cases.map(([op, number, picked, tensor, values]) => refusedOr(() => {
      const step = { op, number: BigInt(number), picked, tensor, rows: given.rows };
      const found = formsOfStep(net, columns, given.n, given.blocks, step, values.map((value) => value.map(formOf)));
      return found.map(({ center, linear, curved, error, bound }) => [center, linear, curved, error, bound]);
    }));
    """
    theirs = in_javascript(body, sent(cases))
    for (op, values), own, other in zip(cases, ours, theirs, strict=True):
        assert own == other, (op, values)
    assert "refused: a form has numbers above 2^100" in ours


def test_the_same_ellipsoids_hold_the_same_forms():
    """Images that are smaller than a region, about as large, and larger: both say the same, and not always one thing."""
    chance, cases = random.Random(5), []
    for _ in range(300):
        draw = lambda size: [chance.randint(-size, size) for _ in range(N)]
        shape = [[(1 << 30) * (i == j) + x for j, x in enumerate(draw(1 << 27))] for i in range(N)]
        center, spread = draw(1 << 32), [chance.randint(1, 1 << 10) for _ in range(N)]
        share = chance.choice([0, 0.3, 0.5, 0.6, 0.7])
        value = []
        for own, row in zip(center, shape, strict=True):
            linear = [int(share * x) for x in row]
            curved = [draw(int(share * (1 << 26))) for _ in range(BLOCKS)] if share and chance.random() < 0.5 else []
            error = int(share * chance.random() * (1 << 28))
            beside = chance.randint(-(1 << 20), 1 << 20) if share else chance.choice([0, 0, 0, 0, 0, 1])
            value.append([own + beside, linear, curved, error])
        cases.append((center, shape, spread, value, [chance.randint(1, 1 << chance.choice([1, 8, 30])) for _ in range(BLOCKS + 3)]))
    ours = [
        ellipsoids.holds(ellipsoids.ellipsoid(center, shape, spread), [forms.Form(*form) for form in value], shares)
        for center, shape, spread, value, shares in cases
    ]
    body = """
    const { form } = await module("checker/forms.js");
    const { ellipsoidOf, regionHolds } = await module("checker/ellipsoids.js");
    return given.map((one) => {
      const [center, shape, spread, value, shares] = one.map(big);
      return regionHolds(ellipsoidOf(center, shape, spread), value.map((own) => form(...own)), shares);
    });
    """
    assert in_javascript(body, texts(cases)) == ours
    assert 30 < sum(ours) < len(ours) - 30


# Number formats


def step_of(op):
    """A step of one operation on w h and a tensor, and as many rows as the state has."""
    one = lambda name, /, *of, **attributes: {"op": name, "of": list(of), **attributes}
    sums = [one("matmul", 0, weight="w", start=0, stop=ROWS), one("tensor", name="v"), one("add", 1, 2)]
    attributes = {
        "scale": {"factor": (-0.75).hex()}, "take": {"rows": [2, 0, 2]}, "slice": {"start": 0, "stop": 3},
        "matmul": {"weight": "w", "start": 0, "stop": 3}, "constant": {"value": (2.0**-127).hex(), "rows": ROWS},
        "tensor": {"name": "v"},
    }.get(op, {})  # fmt: skip
    if op in ("mean", "mean_square"):
        return [*sums, one(op, 3), one("take", 4, rows=[0] * ROWS)]
    if op == "normalize":
        return [*sums, one("mean_square", 3), one(op, 3, 4, epsilon=(2.0**-10).hex())]
    if op == "matvec":
        return [*sums, one("take", 3, rows=[0, 1, 2] * ROWS), one(op, 4, 1)]
    if op == "lerp":
        return [*sums, one("sigmoid", 1), one("stored", 4), one(op, 5, 3, 1)]
    if op == "concatenate":
        return [*sums, one(op, 3)]
    return [*sums, one(op, *[3, 1][: ARGUMENTS[op]], **attributes)]


def program_of(op):
    """The answer reads the top of a stack, too: the second row of the symbol."""
    tensors = {"w": [ROWS, ROWS], "v": [ROWS], "out.weight": [2, ROWS], "out.bias": [2], "act.weight": [2, ROWS], "act.bias": [2]}
    one = lambda name, /, *of, **attributes: {"op": name, "of": list(of), **attributes}
    answer = [one("state"), one("symbol"), one("take", 1, rows=[1] * ROWS), one("add", 0, 2), one("stored", 3)]
    lists = {"step": [one("state"), *step_of(op)], "cut": [0], "answer": answer}
    lists |= {"readout": {"weight": "out.weight", "bias": "out.bias"}}
    lists |= {"memory": {"weight": "act.weight", "bias": "act.bias", "width": 1}}
    return {"encoded": 2, "state": ROWS, "start": "", "tensors": tensors} | lists


def small_interval(chance, op):
    """The range of a value, as a check may find it."""
    size = chance.choice([2.0**-20, 0.5, 2.0, 8.0, 2.0**14])
    ends = sorted(int(chance.uniform(-size, size) * 2.0**60) << 292 for _ in range(2))
    if op in ("reciprocal", "rsqrt", "mean_square") and chance.random() < 0.9:
        ends = sorted(abs(end) + (UNIT >> chance.choice([0, 6, 14, 24])) for end in ends)
    if op == "lerp":
        ends = [-chance.choice([0, 0, 0, 0, 0, 1]), UNIT + chance.choice([0, 0, 0, 0, 0, 1])]
    if op == "sigmoid":
        ends = [-chance.randint(0, 1), UNIT + chance.randint(0, 1)]
    return tuple(ends)


def drawn_ranges(program, chance):
    """Ranges of all values for two symbols: before a step, in the step, in the answer."""
    ops = {number: one.op for number, one in enumerate(program.parts[1])}
    ops |= {
        one.of[0]: one.op for one in program.parts[1] if one.op in ("reciprocal", "rsqrt", "lerp")
    }  # they need ranges of a kind
    value = lambda number: [small_interval(chance, ops[number]) for _ in range(program.parts[1][number].rows)]
    state = [small_interval(chance, "") for _ in range(ROWS)]
    before = {-1: state, 0: state}
    found = []
    for _ in range(2):
        leaf = [(UNIT, UNIT), chance.choice([(0, 0), (UNIT, UNIT), (1, UNIT), (-UNIT, 0), (UNIT >> 4, UNIT >> 4)])]
        step = {-1: [], 0: state} | {number: value(number) for number in program.orders[1]}
        after = [small_interval(chance, "") for _ in range(ROWS)]
        tops = [leaf[1]] * ROWS
        sums = [(low + leaf[1][0], high + leaf[1][1]) for low, high in after]
        found.append((leaf, [before, step, {-1: after, 0: after, 1: leaf, 2: tops, 3: sums, 4: sums}]))
    return found


def as_read(kept):
    """The same ranges as the checker in Python takes them: that in JavaScript has states under -1."""
    plain = lambda values: {number: box for number, box in values.items() if number != -1}
    before = kept[0][1][0]
    each = [rounding.Under(leaf, plain(step), answer[-1], plain(answer)) for leaf, (_, step, answer) in kept]
    return rounding.Entering(before[-1], plain(before)), each


def needed(name, program, net, kept):
    """The least epsilon that covers a format, and twice the error of a logit; or why there is none."""
    storage, errors, of_logits = rounding.FORMATS[name], [], []
    entering, each = as_read(kept)
    before, _ = rounding.computed(name, program, net, 0, {}, entering.values, [], entering.states)
    for under in each:
        step, in_step = rounding.computed(name, program, net, 1, before, under.step, under.symbol, [])
        answer, in_answer = rounding.computed(name, program, net, 2, {}, under.answer, under.symbol, under.states)
        pairs = zip(step[program.after], in_step[program.after], strict=True)
        errors += [rounding.stored(rounding.summed(*pair), storage).slack for pair in pairs]
        pairs = zip(answer[program.features], in_answer[program.features], strict=True)
        rows = [rounding.summed(*pair) for pair in pairs]
        logits = rounding.matmul(program.read_out(net) + program.gates(net), [*rows, rounding.Row(UNIT, 0)], storage)
        of_logits += [rounding.stored(rounding.summed(logit), storage).slack for logit in logits]
    return max(errors), 2 * max(of_logits)


def nets_of(chance):
    """Weights that every format holds, weights that none but float32 holds, and large ones."""
    weight = lambda: chance.choice([0, 1 << 149, -3 << 147, chance.randint(-(1 << 150), 1 << 150) >> 126 << 126, 1 << 20])
    net = {"w": [[weight() for _ in range(ROWS)] for _ in range(ROWS)], "v": [[weight() for _ in range(ROWS)]]}
    for name in ("out", "act"):
        net |= {f"{name}.weight": [[weight() for _ in range(ROWS)] for _ in range(2)], f"{name}.bias": [[weight(), weight()]]}
    if chance.random() < 0.1:
        net["out.bias"][0][1] = 1 << 164  # with another term a logit is above 2^15
    if chance.random() < 0.1:
        net["v"][0][0] = chance.choice([1 << 163, 1 << 164, (1 << 164) + (1 << 141), 1 << 209, 1 << 210])
    return net


def test_every_rule_of_rounding_has_the_same_edges():
    """At the least epsilon and just above twice the error of a logit a format is covered, and a unit below it is not, in both."""
    chance, cases, ours = random.Random(6), [], []
    for op in OPERATIONS:
        program = read_program(program_of(op))
        for number in range(12):
            name, net, kept = list(rounding.FORMATS)[number % 3], nets_of(chance), drawn_ranges(program, chance)
            edges = refused_or(needed, name, program, net, kept)
            epsilon, eta = edges if isinstance(edges, tuple) else (UNIT << 200, UNIT << 200)
            for pair in ((epsilon, eta + 1), (epsilon - 1, eta + 1), (epsilon, eta)):
                cases.append([op, name, texts([[key, rows] for key, rows in net.items()]), ranges_text(kept), *texts(pair)])
                said = refused_or(rounding.require_covered, name, program, net, *pair, *as_read(kept))
                ours.append("covered" if said is None else said)
    body = """
    const { readProgram } = await module("checker/steps.js");
    const { demandCovered } = await module("checker/rounding.js");
    const programs = Object.fromEntries(
      Object.entries(given.programs).map(([op, text]) => [op, readProgram(parseStrict(new TextEncoder().encode(text)))]));
    const mapOf = (pairs) => new Map(pairs.map(([number, box]) => [Number(number), big(box)]));
    return given.cases.map(([op, name, net, kept, epsilon, eta]) => refusedOr(() => {
      const [first] = kept;
      const before = mapOf(first[1][0]);
      const own = kept.map(([leaf, [, step, answer]]) => [big(leaf), [before, mapOf(step), mapOf(answer)]]);
      demandCovered(name, programs[op], new Map(net.map(([key, rows]) => [key, big(rows)])), BigInt(epsilon), BigInt(eta), own);
      return "covered";
    }));
    """
    theirs = in_javascript(body, {"programs": {op: json.dumps(program_of(op)) for op in OPERATIONS}, "cases": cases})
    for case, own, other in zip(cases, ours, theirs, strict=True):
        assert own == other, case[:2]
    said = {str(own) for own in ours}
    assert ours.count("covered") > len(ours) // 5
    reasons = [
        "x in 1 / x",
        "x in 1 / sqrt(x)",
        "z in lerp",
        "the mean square",
        "argument of exp",
        "arguments of softmax",
        "too large",
    ]
    reasons += [f"{name} is not covered: a {what}" for name in rounding.FORMATS for what in ("step may err", "logit may err")]
    assert all(any(reason in text for text in said) for reason in reasons), said


def ranges_text(kept):
    """Ranges as JSON."""
    return [[texts(leaf), [[[str(number), texts(box)] for number, box in part.items()] for part in parts]] for leaf, parts in kept]
