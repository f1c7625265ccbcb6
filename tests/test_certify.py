"""The producer's check: a cover that holds is accepted, a spoilt one never is; formats are covered as the contract says."""

import dataclasses
import itertools
import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from by_hand import counting_net

from anylength.cells import Rnn
from anylength.certify import FORMATS, Cover, check, covered, needed
from anylength.intervals import Interval
from anylength.invariants import find_cover, noise_budget
from anylength.machines import Machine
from anylength.nets import Net
from anylength.tasks import task_named

EPSILON, ETA = 0.01, 0.5


def replaced(cover: Cover, low: np.ndarray, high: np.ndarray) -> Cover:
    """The cover with other boxes."""
    return dataclasses.replace(cover, boxes=Interval.between(low, high))


def with_bound(cover: Cover, value: float, end: str) -> Cover:
    """The cover with one bound overwritten."""
    ends = {"low": cover.boxes.low.copy(), "high": cover.boxes.high.copy()}
    ends[end][3, 1] = value
    return replaced(cover, **ends)


def shrunk(cover: Cover) -> Cover:
    centre, radius = (cover.boxes.low + cover.boxes.high) / 2, (cover.boxes.high - cover.boxes.low) / 2
    return replaced(cover, centre - radius / 2, centre + radius / 2)


def elsewhere(cover: Cover) -> Cover:
    after = cover.after.copy()
    after[0, 3] = cover.start
    return dataclasses.replace(cover, after=after)


def away(cover: Cover) -> Cover:
    """The start's box without the start."""
    low = cover.boxes.low.copy()
    low[0, cover.start] = 2.0**-300
    return replaced(cover, low, np.maximum(low, cover.boxes.high))


SPOILT: dict[str, Callable[[Cover], Cover]] = {
    "shrunk": shrunk,
    "shifted up": lambda c: replaced(c, c.boxes.low + 2, c.boxes.high + 2),
    "shifted down": lambda c: replaced(c, c.boxes.low - 2, c.boxes.high - 2),
    "crossed": lambda c: replaced(c, c.boxes.high, c.boxes.low),
    "exchanged": lambda c: replaced(c, c.boxes.low[:, ::-1], c.boxes.high[:, ::-1]),
    "everything": lambda c: replaced(c, np.full_like(c.boxes.low, -1e9), np.full_like(c.boxes.low, 1e9)),
    "infinite": lambda c: replaced(c, np.full_like(c.boxes.low, -np.inf), np.full_like(c.boxes.low, np.inf)),
    "huge": lambda c: replaced(c, np.full_like(c.boxes.low, -1e308), np.full_like(c.boxes.low, 1e308)),
    "NaN": lambda c: replaced(c, c.boxes.low * np.nan, c.boxes.high),
    "one NaN low": lambda c: with_bound(c, math.nan, "low"),
    "one NaN high": lambda c: with_bound(c, math.nan, "high"),
    "one infinite bound": lambda c: with_bound(c, math.inf, "high"),
    "wrong next": elsewhere,
    "wrong states": lambda c: dataclasses.replace(c, states=1 - c.states),
    "one state for all": lambda c: dataclasses.replace(c, states=0 * c.states),
    "wrong start": lambda c: dataclasses.replace(c, start=1 - c.start),
    "start outside": away,
}
NUMBERS = {
    "epsilon too large": {"epsilon": 0.9},
    "epsilon negative": {"epsilon": -1e-9},
    "epsilon NaN": {"epsilon": math.nan},
    "epsilon infinite": {"epsilon": math.inf},
    "eta too large": {"eta": 2.5},
    "eta 0": {"eta": 0.0},
    "eta negative": {"eta": -1.0},
    "eta NaN": {"eta": math.nan},
    "eta infinite": {"eta": math.inf},
}


@pytest.fixture(scope="module", params=[2, 10])
def held(request: pytest.FixtureRequest) -> tuple[Net, Machine, Cover]:
    """A net by hand, its machine, and a cover that holds."""
    base = int(request.param)
    net, machine = counting_net(base), task_named("count", base).machine
    cover = find_cover(net, machine, epsilon=EPSILON, eta=ETA)
    assert cover is not None
    return net, machine, cover


def test_a_cover_that_was_found_holds(held):
    net, machine, cover = held
    checked = check(net, machine, cover, epsilon=EPSILON, eta=ETA)
    assert checked.holds
    assert checked.reason == ""
    assert ETA <= checked.margin <= 2


def test_less_noise_and_a_smaller_margin_hold_too(held):
    net, machine, cover = held
    for epsilon, eta in ((0.0, ETA), (EPSILON, 2.0**-300), (EPSILON / 2, ETA / 2)):
        assert check(net, machine, cover, epsilon=epsilon, eta=eta).holds


@pytest.mark.parametrize("kind", SPOILT)
def test_a_spoilt_cover_does_not_hold(held, kind):
    net, machine, cover = held
    if kind == "wrong next" and net.base == 2:
        after = cover.after.copy()
        after[0] = after[0, ::-1]
        spoilt = dataclasses.replace(cover, after=after)
    else:
        spoilt = SPOILT[kind](cover)
    checked = check(net, machine, spoilt, epsilon=EPSILON, eta=ETA)
    assert not checked.holds
    assert checked.reason


@pytest.mark.parametrize("kind", NUMBERS)
def test_numbers_that_do_not_fit_do_not_hold(held, kind):
    net, machine, cover = held
    assert not check(net, machine, cover, **({"epsilon": EPSILON, "eta": ETA} | NUMBERS[kind])).holds


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("name", ["weight_ih", "weight_hh", "bias", "weight", "readout bias"])
def test_a_weight_that_is_no_number_does_not_hold(held, name, value):
    net, machine, cover = held
    if name in ("weight_ih", "weight_hh", "bias"):
        spoilt = getattr(net.cell, name).copy()
        spoilt.ravel()[-1] = value
        other = dataclasses.replace(net, cell=dataclasses.replace(net.cell, **{name: spoilt}))
    else:
        field = "bias" if name == "readout bias" else name
        spoilt = getattr(net, field).copy()
        spoilt.ravel()[-1] = value
        other = dataclasses.replace(net, **{field: spoilt})
    with np.errstate(all="ignore"):
        checked = check(other, machine, cover, epsilon=EPSILON, eta=ETA)
    assert not checked.holds or (math.isinf(value) and name == "bias")


def test_a_machine_of_another_size_does_not_fit(held):
    net, machine, cover = held
    wide = Machine(0, ((0,) * 7, (1,) * 7), ((0,) * 7, (1,) * 7))
    assert not check(net, wide, cover, epsilon=EPSILON, eta=ETA).holds
    more = dataclasses.replace(machine, output=[[net.classes] * net.base] * 2)
    assert not check(net, more, cover, epsilon=EPSILON, eta=ETA).holds


def test_the_noise_budget_is_an_epsilon_that_holds_and_not_much_more_does(held):
    net, machine, cover = held
    budget, wide = noise_budget(net, machine, epsilon=EPSILON, eta=ETA, cover=cover)
    assert budget > 0.1
    assert check(net, machine, wide, epsilon=budget, eta=ETA).holds
    assert not check(net, machine, wide, epsilon=1.01 * budget, eta=ETA).holds
    assert find_cover(net, machine, epsilon=1.01 * budget, eta=ETA) is None


def contract(net: Net, name: str, epsilon: Fraction, eta: Fraction) -> bool:
    """Section "Number formats" of docs/certificate.md in exact fractions, one unit and one symbol at a time."""
    v, t = {
        "bfloat16": (Fraction(1, 2**8), Fraction(1, 2**126)),
        "float16": (Fraction(1, 2**11), Fraction(1, 2**14)),
        "float32": (Fraction(0), Fraction(1, 2**126)),
    }[name]
    u, tiny, reach = Fraction(1, 2**24), Fraction(1, 2**126), 1 + epsilon
    inputs, recurrent, bias, weight, offset = (
        [[abs(Fraction(float(x))) for x in row] for row in np.atleast_2d(table)]
        for table in (net.cell.weight_ih, net.cell.weight_hh, net.cell.bias, net.weight, net.bias)
    )

    def dot(terms: int, magnitude: Fraction) -> Fraction:
        gamma = terms * u / (1 - terms * u)
        return (v + gamma * (1 + v)) * magnitude + terms * (t * reach * (1 + gamma) + tiny)

    steps = []
    for unit, symbol in itertools.product(range(net.hidden), range(net.base**net.tapes)):
        hot = [tape * net.base + symbol // net.base**tape % net.base for tape in range(net.tapes)]
        steps.append(sum(inputs[unit][k] for k in hot) + bias[0][unit] + reach * sum(recurrent[unit]))
    logits = [c + reach * sum(row) for c, row in zip(offset[0], weight, strict=True)]
    step = dot(len(inputs[0]) + net.hidden + 1, max(steps)) + 8 * 2 * u + v * (1 + Fraction(1, 2**20)) + t
    readout = dot(net.hidden + 1, max(logits))
    readout += v * (max(logits) + readout) + t
    largest = max(x for table in (inputs, recurrent, bias, weight, offset) for row in table for x in row)
    small = name != "float16" or max(largest, *logits) <= 2**15
    return largest <= 2**60 and small and step <= epsilon and 2 * readout < eta


def random_net(seed: int, tapes: int = 1) -> Net:
    """A random net of a few units in base 3."""
    rng = np.random.default_rng(seed)
    draw = lambda *shape: rng.normal(0, 2, shape).astype(np.float32)
    return Net(Rnn(draw(4, 3 * tapes), draw(4, 4) / 5, draw(4)), draw(3, 4), draw(3), base=3, tapes=tapes)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("net", [counting_net(2), random_net(0), random_net(1), random_net(2, tapes=2)], ids=list("abcd"))
def test_both_edges_of_a_format_are_the_contracts_to_a_billionth(net, name):
    """Where the producer says "covered" the contract says so too, and a hundred-millionth below its edge the contract says no."""
    low, high = 0.0, 64.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if name in covered(net, epsilon=middle, eta=1e9) else (middle, high)
    assert contract(net, name, Fraction(high), Fraction(10**9)) == (high < 64)
    assert not contract(net, name, Fraction(high) * (1 - Fraction(1, 10**8)), Fraction(10**9))
    epsilon, low, top = high, 0.0, 1e4
    for _ in range(200):
        middle = (low + top) / 2
        low, top = (low, middle) if name in covered(net, epsilon=epsilon, eta=middle) else (middle, top)
    assert contract(net, name, Fraction(epsilon), Fraction(top)) == (high < 64)
    assert not contract(net, name, Fraction(epsilon), Fraction(top) * (1 - Fraction(1, 10**8)))


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("net", [counting_net(2), random_net(0), random_net(2, tapes=2)], ids=list("abc"))
def test_what_a_format_needs_covers_it(net, name):
    epsilon, eta = needed(net, name)
    if math.isfinite(epsilon) and epsilon < 64:
        assert name in covered(net, epsilon=epsilon, eta=eta)
        assert contract(net, name, Fraction(epsilon), Fraction(eta))
        assert name not in covered(net, epsilon=0.999 * epsilon, eta=eta)


@pytest.mark.parametrize(
    ("size", "names"), [(2.0**14, {"float16", "float32", "bfloat16"}), (2.0**16, {"float32", "bfloat16"}), (2.0**61, set())]
)
def test_weights_that_a_format_cannot_hold_are_not_covered(size, names):
    net = random_net(0)
    cell = dataclasses.replace(net.cell, weight_ih=net.cell.weight_ih * 0 + np.float32(size))
    assert set(covered(dataclasses.replace(net, cell=cell), epsilon=2.0**50, eta=1e30)) - {"float16"} == names - {"float16"}
    found = set(covered(dataclasses.replace(net, cell=cell), epsilon=600.0, eta=1e9))
    assert ("float16" in found) == ("float16" in names)
