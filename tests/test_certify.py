"""What the search finds, the independent checker accepts; formats are covered as the contract says."""

import dataclasses
import itertools
import math
import sys
from fractions import Fraction

import numpy as np
import pytest
from by_hand import ECHOING, counting_net, echo, echoing_net
from safetensors.numpy import save

from anylength.cells import Rnn
from anylength.nets import Net, tensors
from anylength.ops.arrays import numpy_arrays
from anylength.rules import Machine, task_named
from anylength.verification.certify import (
    FORMATS,
    Cover,
    Proof,
    certificate_bytes,
    covered_formats,
    least_margin,
    ranges_of,
    required_epsilon_and_eta,
    state_bound_of,
)
from anylength.verification.invariants import find_cover, noise_budget
from anylength.verification.verdicts import find_proofs
from anylength.verification.verdicts.checker import check_bytes
from tests.selection import thorough

EPSILON, ETA = 0.01, 0.5


@pytest.fixture(scope="module", params=[2, 10])
def held(request: pytest.FixtureRequest) -> tuple[Net, Machine, Cover]:
    """A net by hand, its machine, and a cover that holds."""
    base = int(request.param)
    net, machine = counting_net(base), task_named("count", base).machine
    cover = find_cover(net, machine, epsilon=EPSILON, eta=ETA)
    assert cover is not None
    return net, machine, cover


def is_valid(net: Net, machine: Machine, proof: Proof) -> bool:
    """Whether the independent checker accepts the proof."""
    return check_bytes(certificate_bytes(net, machine, [proof]), save(tensors(net))).valid


def test_a_cover_that_was_found_holds(held):
    net, machine, cover = held
    assert ETA <= least_margin(net, machine, cover, EPSILON) <= 2
    assert is_valid(net, machine, Proof(cover, EPSILON, ETA, ()))


def test_the_noise_budget_is_an_epsilon_that_holds_and_not_much_more_does(held):
    net, machine, cover = held
    budget, wide = noise_budget(net, machine, epsilon=EPSILON, eta=ETA, cover=cover)
    assert budget > 0.1
    assert is_valid(net, machine, Proof(wide, budget, ETA, ()))
    assert not is_valid(net, machine, Proof(wide, 1.01 * budget, ETA, ()))
    assert find_cover(net, machine, epsilon=1.01 * budget, eta=ETA) is None


def test_the_search_for_the_noise_budget_ends_in_time(held):
    net, machine, cover = held
    assert noise_budget(net, machine, epsilon=EPSILON, eta=ETA, cover=cover, until=0.0) == (EPSILON, cover)


def test_least_boxes_that_answer_wrong_end_the_search(held, monkeypatch):
    """Wider boxes would hold the same wrong answer: no other widening is tried."""
    net, machine, _ = held
    search, tried = sys.modules["anylength.verification.invariants.search"], []
    iterate = search._iterate
    monkeypatch.setattr(search, "_iterate", lambda *arguments: tried.append(arguments[2]) or iterate(*arguments))
    assert find_cover(net, machine, epsilon=EPSILON, eta=ETA, memories=(0,)) is not None
    monkeypatch.setattr(search, "least_margin", lambda *_: 0.0)
    assert find_cover(net, machine, epsilon=EPSILON, eta=ETA, memories=(0,)) is None
    assert tried == [search.WIDENINGS[0]] * 2


def contract(net: Net, name: str, epsilon: Fraction, eta: Fraction, state_bound: Fraction) -> bool:
    """The rounding model (docs/reference/certificate-formats.md) of the rnn in exact fractions, one unit and one symbol at a time.

    A product of 0 is no term, but a whole sum of none counts as one where it is added.
    """
    v, t = {
        "bfloat16": (Fraction(1, 2**8), Fraction(1, 2**126)),
        "float16": (Fraction(1, 2**11), Fraction(1, 2**14)),
        "float32": (Fraction(0), Fraction(1, 2**126)),
    }[name]
    u, tiny = Fraction(1, 2**24), Fraction(1, 2**126)
    signed = [
        [[Fraction(float(x)) for x in row] for row in np.atleast_2d(table)]
        for table in (net.cell.weight_ih, net.cell.weight_hh, net.cell.bias, net.weight, net.bias)
    ]
    inputs, recurrent, bias, weight, offset = ([[abs(x) for x in row] for row in table] for table in signed)

    def off(size: Fraction) -> Fraction:
        """How far a weight may be from its stored one."""
        bits = {"bfloat16": 8, "float16": 11, "float32": 24}[name]
        odd = size.numerator // (size.numerator & -size.numerator or 1)
        return Fraction(0) if size == 0 or (size >= t and odd < 2**bits) else v * size + t

    def total(terms: int, magnitude: Fraction, slack: Fraction) -> Fraction:
        gamma = terms * u / (1 - terms * u)
        return slack + gamma * (magnitude + slack) + terms * tiny

    steps = []
    for unit, symbol in itertools.product(range(net.hidden), range(net.base**net.tapes)):
        hot = [tape * net.base + symbol // net.base**tape % net.base for tape in range(net.tapes)]
        magnitude = sum(inputs[unit][k] for k in hot) + bias[0][unit] + state_bound * sum(recurrent[unit])
        read, kept = sum(inputs[unit][k] > 0 for k in hot), sum(x > 0 for x in recurrent[unit])
        slack = sum(off(inputs[unit][k]) for k in hot) + off(bias[0][unit]) + state_bound * sum(map(off, recurrent[unit]))
        error = total(max(read, 1) + max(kept, 1) + 1, magnitude, slack) + 8 * 2 * u
        known = abs(sum(signed[0][unit][k] for k in hot) + signed[2][0][unit]) + state_bound * sum(recurrent[unit])
        size = min(1 + Fraction(1, 2**20), Fraction(math.tanh(known)) + error)
        steps.append(error + v * size + t)
    step = max(steps)
    sizes = [c + state_bound * sum(row) for c, row in zip(offset[0], weight, strict=True)]
    terms = [sum(x > 0 for x in row) for row in weight]
    slacks = [off(c) + state_bound * sum(map(off, row)) for c, row in zip(offset[0], weight, strict=True)]
    errors = [total(max(n, 1) + 1, size, slack) for n, size, slack in zip(terms, sizes, slacks, strict=True)]
    readout = max(error + v * (size + error) + t for size, error in zip(sizes, errors, strict=True))
    largest = max(x for table in (inputs, recurrent, bias, weight, offset) for row in table for x in row)
    small = name != "float16" or max(largest, state_bound, *sizes) <= 2**15
    return largest <= 2**60 and state_bound <= 2**30 and small and step <= epsilon and 2 * readout < eta


def random_net(seed: int, tapes: int = 1) -> Net:
    """A random net of a few units in base 3."""
    rng = np.random.default_rng(seed)
    draw = lambda *shape: rng.normal(0, 2, shape).astype(np.float32)
    return Net(Rnn(draw(4, 3 * tapes), draw(4, 4) / 5, draw(4)), draw(3, 4), draw(3), base=3, tapes=tapes)


def reaching(net: Net, state_bound: float) -> np.ndarray:
    """All coordinates reach so far."""
    return np.full(net.cell.state_size, state_bound)


@pytest.mark.slow
@pytest.mark.parametrize("state_bound", [1.0, 40.0])
@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("net", [counting_net(2), random_net(2, tapes=2), random_net(0), random_net(1)])
def test_both_edges_of_a_format_are_the_contracts_to_a_billionth(net, name, state_bound):
    """Where the producer says "covered" the contract says so too, and a hundred-millionth below its edge the contract says no."""
    low, high, exact = 0.0, 64.0, Fraction(state_bound)
    for _ in range(90):
        middle = (low + high) / 2
        low, high = (
            (low, middle)
            if name in covered_formats(net, epsilon=middle, eta=1e9, state_bound=reaching(net, state_bound))
            else (middle, high)
        )
    assert contract(net, name, Fraction(high), Fraction(10**9), exact) == (high < 64)
    assert not contract(net, name, Fraction(high) * (1 - Fraction(1, 10**8)), Fraction(10**9), exact)
    epsilon, low, top = high, 0.0, 1e4
    for _ in range(90):
        middle = (low + top) / 2
        low, top = (
            (low, middle)
            if name in covered_formats(net, epsilon=epsilon, eta=middle, state_bound=reaching(net, state_bound))
            else (middle, top)
        )
    assert contract(net, name, Fraction(epsilon), Fraction(top), exact) == (high < 64)
    assert not contract(net, name, Fraction(epsilon), Fraction(top) * (1 - Fraction(1, 10**8)), exact)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("net", [counting_net(2), random_net(0), random_net(2, tapes=2)], ids=list("abc"))
def test_what_a_format_needs_covers_it(net, name):
    epsilon, eta = required_epsilon_and_eta(net, name)
    if math.isfinite(epsilon) and epsilon < 64:
        state_bound = reaching(net, 1 + epsilon)
        assert name in covered_formats(net, epsilon=epsilon, eta=eta, state_bound=state_bound)
        assert contract(net, name, Fraction(epsilon), Fraction(eta), 1 + Fraction(epsilon))
        assert name not in covered_formats(net, epsilon=0.999 * epsilon, eta=eta, state_bound=state_bound)


@pytest.mark.parametrize("kind", thorough(ECHOING, quick=3))
@pytest.mark.parametrize("name", FORMATS)
def test_a_cover_that_reaches_no_further_than_guessed_is_covered(kind, name):
    net = echoing_net(kind)
    for state_bound in (None, np.full(net.cell.state_size, 9.0)):
        epsilon, eta = required_epsilon_and_eta(net, name, state_bound)
        least = np.full(net.cell.state_size, 1.0 if state_bound is None else 9.0)
        assert name in covered_formats(net, epsilon=epsilon, eta=eta, state_bound=least)
        assert name not in covered_formats(net, epsilon=epsilon, eta=eta, state_bound=100 * least)
    assert not covered_formats(net, epsilon=epsilon, eta=eta, state_bound=np.full(net.cell.state_size, np.nan))


@pytest.mark.parametrize(
    ("size", "names"), [(2.0**14, {"float16", "float32", "bfloat16"}), (2.0**16, {"float32", "bfloat16"}), (2.0**61, set())]
)
def test_weights_that_a_format_cannot_hold_are_not_covered(size, names):
    net = random_net(0)
    cell = dataclasses.replace(net.cell, weight_ih=net.cell.weight_ih * 0 + np.float32(size))
    large, state_bound = dataclasses.replace(net, cell=cell), reaching(net, 1.0)
    assert set(covered_formats(large, epsilon=2.0**50, eta=1e30, state_bound=state_bound)) - {"float16"} == names - {"float16"}
    found = set(covered_formats(large, epsilon=600.0, eta=1e9, state_bound=state_bound))
    assert ("float16" in found) == ("float16" in names)


@pytest.mark.parametrize(
    ("state_bound", "names"), [(2.0**14, set(FORMATS)), (2.0**16, set(FORMATS) - {"float16"}), (2.0**31, set())]
)
def test_states_that_a_format_cannot_hold_are_not_covered(state_bound, names):
    net = echoing_net("linear")
    still = dataclasses.replace(net, weight=0 * net.weight)
    far = np.array([1.0, 1.0, 1.0, state_bound])
    assert set(covered_formats(still, epsilon=2.0**50, eta=1e30, state_bound=far)) == names


@pytest.mark.parametrize("kind", ECHOING)
def test_reach_is_the_largest_coordinate_of_the_widened_images(kind):
    net, machine = echoing_net(kind), echo()
    cover = find_cover(net, machine, epsilon=EPSILON, eta=ETA)
    assert cover is not None
    state_bound, rng = state_bound_of(net, cover, EPSILON), np.random.default_rng(0)
    largest, state = np.zeros(net.cell.state_size), np.zeros((net.cell.state_size, 1))
    for digit in rng.integers(0, 2, 300):
        state = net.cell.step(numpy_arrays, np.eye(2)[:, [digit]], state)
        state = state + EPSILON * np.sign(rng.normal(size=state.shape))
        largest = np.maximum(largest, np.abs(state)[:, 0])
    assert (largest <= state_bound).all()
    assert (state_bound <= largest + 0.2 * (1 + largest)).all()


@pytest.mark.parametrize("kind", thorough(ECHOING, quick=3))
def test_a_right_net_of_any_cell_is_proved_for_number_formats_that_its_own_reach_covers(kind):
    net, machine = echoing_net(kind), echo()
    found = find_proofs(net, machine, (0,))
    assert found is not None
    assert "float32" in found.proofs[0].formats
    for proof in found.proofs:
        assert is_valid(net, machine, proof)
        state_bound, ranges = state_bound_of(net, proof.cover, proof.epsilon), ranges_of(net, proof.cover.boxes, proof.epsilon)
        assert proof.cover.boxes.shape[0] == net.cell.recurrent_term(numpy_arrays, np.zeros((net.cell.state_size, 1))).shape[0]
        numbers = {"epsilon": proof.epsilon, "eta": proof.eta, "state_bound": state_bound}
        assert covered_formats(net, **numbers, ranges=ranges) == list(proof.formats)
        assert set(covered_formats(net, **numbers)) <= set(proof.formats)
    wrong = dataclasses.replace(net, bias=np.array([20, 0], np.float32))
    assert find_proofs(wrong, machine, (0, 1)) is None


def test_a_state_that_reaches_far_is_proved_after_a_guess_that_was_too_small():
    net = echoing_net("linear")
    cell = dataclasses.replace(net.cell, weight_ih=16 * net.cell.weight_ih, bias=4 * net.cell.bias)
    far = dataclasses.replace(net, cell=cell)
    found = find_proofs(far, echo(), (0,))
    assert found is not None
    assert state_bound_of(far, found.proofs[0].cover, 0.0).max() > 60
