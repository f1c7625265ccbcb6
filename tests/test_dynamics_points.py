"""Fixed points, cycles, ghosts: known ones are found, none is missed, proofs contain the exact point and refuse all others."""

import dataclasses
from typing import Any

import gmpy2
import numpy as np
import pytest

from anylength.cells import CELLS, Rnn
from anylength.dynamics import (
    Cycle,
    ExistenceProof,
    HeldMap,
    TrappingRegion,
    Unproved,
    cycles,
    directions,
    ghosts,
    index_sum,
    trapping_region,
)
from anylength.dynamics.distinct import distinct
from anylength.dynamics.existence import Krawczyk, jacobian_bounds, with_proof
from anylength.dynamics.newton import solutions
from anylength.dynamics.norms import spectral_norm
from anylength.dynamics.spectrum import spectral_side
from anylength.nets import Net
from anylength.ops.intervals import Interval, intervals
from tests.selection import thorough

KINDS = [("rnn", 6, 2.5), ("gru", 5, 5.0), ("lstm", 4, 5.0)]
BIRTH = 2 * np.sqrt(0.5) - np.arctanh(np.sqrt(0.5))
"""Where two fixed points of tanh(2h + b) are born: its slope is 1 at tanh² = 1/2."""


def elman(weight_hh: Any, bias: Any = 0.0) -> HeldMap:
    """h' = tanh(W h + b), whatever the symbol."""
    square = np.atleast_2d(np.asarray(weight_hh, np.float32))
    units = len(square)
    cell = Rnn(np.zeros((units, 2), np.float32), square, np.broadcast_to(np.float32(bias), (units,)))
    return HeldMap.of(Net(cell, np.ones((2, units), np.float32), np.zeros(2, np.float32), base=2, tapes=1), 1)


def random_map(cell: str, units: int, gain: float, seed: int = 0) -> HeldMap:
    """A net of random weights, its recurrent ones large enough for several fixed points."""
    rng = np.random.default_rng(seed)
    scale = {"weight_hh": gain / np.sqrt(units)}
    drawn = {name: rng.normal(size=shape) * scale.get(name, 0.5) for name, shape in CELLS[cell].shapes(3, units).items()}
    tensors = {name: value.astype(np.float32) for name, value in drawn.items()}
    return HeldMap.of(Net(CELLS[cell](**tensors), np.ones((3, units), np.float32), np.zeros(3, np.float32), base=3, tapes=1), 2)


def symmetric_map(units: int, gain: float, seed: int) -> HeldMap:
    """An rnn with symmetric weights, which has many fixed points."""
    weight = np.random.default_rng(seed).normal(size=(units, units)) * gain / np.sqrt(2 * units)
    return elman(weight + weight.T, 0.1)


def points(found: list[Cycle], period: int = 1) -> np.ndarray:
    """All points of F^period among the cycles."""
    return np.concatenate([cycle.states for cycle in found if period % cycle.period == 0], axis=1)


def assert_none_missed(held: HeldMap, found: list[Cycle], *, period: int = 1, starts: int = 10_000) -> None:
    """Asserts that Newton's method from many other starts, half of them after some steps, finds nothing new."""
    rng = np.random.default_rng(12_345)
    states = rng.uniform(-1, 1, (held.size, starts))
    states[held.net.hidden :] *= np.exp(rng.normal(1, 1, (held.size - held.net.hidden, starts)))
    states[:, ::2] = held.steps(states[:, ::2], 5)
    met = distinct(solutions(held, states, period))[0]
    assert met.shape[1] >= 1
    far = [np.abs(points(found, period) - met[:, [k]]).max(axis=0).min() for k in range(met.shape[1])]
    assert max(far) < 1e-8


@pytest.mark.parametrize("weight", [0.5, 0.99])
def test_a_weak_unit_has_one_fixed_point_at_0(weight):
    (only,) = cycles(elman(weight))
    assert only.period == 1 and only.stable and abs(only.states[0, 0]) < 1e-12
    assert only.radius == pytest.approx(float(np.float32(weight)))
    assert isinstance(only.proof, ExistenceProof) and only.proof.attracting and not only.proof.repelling


def test_a_strong_unit_has_two_attractors_and_a_saddle_between():
    found = cycles(elman(2.0))
    assert [cycle.period for cycle in found] == [1, 1, 1]
    assert [cycle.unstable for cycle in found] == [0, 0, 1]
    assert np.allclose(points(found), [[-0.9575040240772687, 0.9575040240772687, 0.0]], atol=1e-12)
    assert [(c.proof.attracting, c.proof.repelling) for c in found] == [(True, False), (True, False), (False, True)]
    assert index_sum(found) == 1


def test_a_unit_that_flips_has_a_cycle_of_two():
    rest, flip = cycles(elman(-2.0))
    assert (rest.period, rest.unstable, flip.period, flip.stable) == (1, 1, 2, True)
    assert np.allclose(flip.states, [[-0.9575040240772687, 0.9575040240772687]], atol=1e-12)
    assert isinstance(flip.proof, ExistenceProof) and flip.proof.attracting


def test_a_quarter_turn_has_two_cycles_of_four():
    found = cycles(elman([[0, -2], [2, 0]]))
    assert [(cycle.period, cycle.unstable) for cycle in found] == [(1, 2), (4, 0), (4, 1)]
    assert all(isinstance(cycle.proof, ExistenceProof) for cycle in found)
    assert [index_sum(found, period) for period in (1, 2, 3, 4)] == [1, 1, 1, 1]


def test_before_two_points_are_born_there_is_a_ghost_that_says_how_long_it_takes_to_pass():
    held = elman(2.0, BIRTH + 0.005)
    assert len(cycles(held)) == 1
    (ghost,) = ghosts(held)
    assert ghost.state[0, 0] == pytest.approx(-np.sqrt(0.5), abs=0.01) and 0 < ghost.speed < 0.01
    assert ghost.slow.eigenvalue.real == pytest.approx(1, abs=1e-6)
    state, passed = np.array([[-0.99]]), 0
    while state[0, 0] < 0:
        state, passed = held.step(state), passed + 1
    assert ghost.steps == pytest.approx(passed, rel=0.2)


def test_after_their_birth_both_points_are_found_and_the_ghost_is_gone():
    held = elman(2.0, BIRTH - 1e-6)
    found = cycles(held)
    assert [cycle.unstable for cycle in found] == [0, 0, 1]
    assert all(isinstance(cycle.proof, ExistenceProof) for cycle in found)
    assert ghosts(held) == []


def test_where_nothing_can_be_proved_the_reason_is_given():
    (only,) = cycles(elman(1.0), longest=1)
    assert only.states[0, 0] == 0 and isinstance(only.proof, Unproved) and "singular" in only.proof.reason
    assert isinstance(cycles(elman(0.5), proofs=False)[0].proof, Unproved)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cell", "units", "gain", "seed"),
    [
        ("rnn", 16, 1.5, 0),
        ("gru", 8, 4.0, 0),
        ("rnn", 16, 3.0, 0),
        ("rnn", 16, 3.0, 1),
        ("lstm", 6, 4.0, 0),
        ("lstm", 6, 4.0, 1),
    ],
)
def test_no_fixed_point_is_missed(cell, units, gain, seed):
    held = random_map(cell, units, gain, seed)
    found = cycles(held, longest=1)
    assert_none_missed(held, found)
    assert index_sum(found) == 1


def test_none_of_many_fixed_points_is_missed():
    held = symmetric_map(12, 3.0, 0)
    found = cycles(held, longest=1)
    assert len(found) > 10
    assert_none_missed(held, found)
    assert index_sum(found) == 1


@pytest.mark.parametrize("period", [2, 3])
def test_no_short_cycle_is_missed(period):
    held = random_map("rnn", 8, 3.0, 4)
    assert_none_missed(held, cycles(held, longest=3), period=period, starts=3_000)


@pytest.mark.parametrize("symbol", [0, 9])
def test_no_fixed_point_of_a_trained_net_is_missed(net, symbol):
    held = HeldMap.of(net, symbol)
    found = cycles(held)
    assert all(isinstance(cycle.proof, ExistenceProof) for cycle in found)
    assert_none_missed(held, found, starts=5_000)


def test_the_order_and_the_states_are_the_same_every_time():
    held = random_map("rnn", 8, 3.0, 4)
    one, other = cycles(held, longest=2), cycles(held, longest=2)
    assert [cycle.states.tobytes() for cycle in one] == [cycle.states.tobytes() for cycle in other]
    assert [cycle.period for cycle in one] == sorted(cycle.period for cycle in one)


class Precise:
    """The operations over object arrays of 300-bit numbers."""

    @staticmethod
    def matmul(weight: Any, value: Any) -> Any:
        return np.asarray(weight).astype(object) @ value

    @staticmethod
    def tanh(value: Any) -> Any:
        return np.vectorize(gmpy2.tanh, otypes=[object])(value)

    @classmethod
    def sigmoid(cls, value: Any) -> Any:
        return (cls.tanh(value / 2) + 1) / 2

    @staticmethod
    def lerp(weight: Any, zero: Any, one: Any) -> Any:
        return zero + weight * (one - zero)

    @staticmethod
    def relu(value: Any) -> Any:
        return np.maximum(value, 0)

    @staticmethod
    def stored(value: Any) -> Any:
        return value

    @staticmethod
    def concatenate(values: Any) -> Any:
        return np.concatenate(values)


def exactly(held: HeldMap, state: np.ndarray) -> np.ndarray:
    """The fixed point near a state to about 80 digits: Newton's method with the Jacobian of float64."""
    mpfr = np.vectorize(gmpy2.mpfr, otypes=[object])
    inverse = np.linalg.inv(np.eye(held.size) - held.jacobians(state)[0]).astype(object)
    state, encoded = mpfr(state), mpfr(held.encoded)
    for _ in range(25):
        error = held.net.cell.step(Precise, encoded, state) - state
        state = state + inverse @ error
    assert np.abs(error).max() < 1e-60
    return state


@pytest.mark.parametrize(("cell", "units", "gain"), KINDS)
def test_the_box_of_a_proof_holds_the_exact_point(cell, units, gain):
    held = random_map(cell, units, gain, 1)
    found = cycles(held, longest=1)
    with gmpy2.context(gmpy2.get_context(), precision=300):
        for cycle in found:
            assert isinstance(cycle.proof, ExistenceProof) and cycle.proof.tight <= cycle.proof.radius
            assert np.abs(exactly(held, cycle.states) - cycle.states).max() <= cycle.proof.tight


@pytest.mark.parametrize(("cell", "units", "gain"), KINDS)
def test_a_box_holds_only_if_one_point_is_in_it(cell, units, gain):
    held = random_map(cell, units, gain, 1)
    known = points(cycles(held, longest=1))
    rng, held_once = np.random.default_rng(0), 0
    for _ in range(60):
        at = known[:, [rng.integers(known.shape[1])]] + rng.uniform(-1, 1, (held.size, 1)) * 10 ** rng.uniform(-8, -1)
        test = Krawczyk.at(held, at)
        radius = 10 ** rng.uniform(-9, -1)
        if test is not None and test.passes(radius):
            held_once += 1
            assert (np.abs(known - at).max(axis=0) <= radius).sum() == 1
    assert held_once > 3


def test_nan_and_infinity_prove_nothing():
    held = elman(2.0)
    good = cycles(held, longest=1)[0]
    for bad in (np.nan, np.inf, 1e300):
        assert isinstance(with_proof(held, dataclasses.replace(good, states=np.array([[bad]]))).proof, Unproved)
    test = Krawczyk.at(held, good.states)
    assert test is not None
    assert not dataclasses.replace(test, moved=Interval.exact([[np.nan]])).passes(0.1)
    assert not dataclasses.replace(test, inverse=np.array([[np.inf]])).passes(0.1) and not test.passes(float("nan"))
    assert spectral_side(Interval.exact(np.full((2, 2), np.nan))) == (False, False)
    assert not spectral_norm(Interval.exact(np.full((2, 2), np.nan))) < np.inf


@pytest.mark.parametrize(("cell", "units", "gain"), KINDS)
def test_jacobians_of_a_box_hold_those_of_its_states(cell, units, gain):
    held, rng = random_map(cell, units, gain), np.random.default_rng(0)
    for radius in (1e-6, 1e-2, 1.0):
        state = rng.uniform(-1, 1, (held.size, 1))
        bounds = jacobian_bounds(held, state, radius)
        inside = held.jacobians(state + radius * rng.choice([-1, -0.3, 0, 0.7, 1], (held.size, 200)))
        assert (bounds.low - 1e-13 <= inside).all() and (inside <= bounds.high + 1e-13).all()


def test_what_is_proved_of_a_spectrum_is_so():
    rng, sides = np.random.default_rng(0), []
    for gain in np.linspace(0.6, 1.5, 30):
        centre = rng.normal(size=(6, 6)) * gain / np.sqrt(6)
        width = 10 ** rng.uniform(-12, -2)
        sides.append(spectral_side(Interval.between(centre - width, centre + width)))
        drawn = centre + width * rng.uniform(-1, 1, (50, 6, 6))
        radii = np.abs(np.linalg.eigvals(drawn)).max(axis=1)
        assert not sides[-1][0] or (radii < 1).all()
        assert not sides[-1][1] or (radii > 1).all()
    assert sum(map(any, sides)) > 25


def test_a_bound_on_a_norm_is_above_it_and_near():
    rng = np.random.default_rng(0)
    for width in (0.0, 1e-9, 1e-2):
        centre = rng.normal(size=(7, 5))
        bound = spectral_norm(Interval.between(centre - width, centre + width))
        drawn = centre + width * rng.choice([-1.0, 1.0], (200, 7, 5))
        assert np.linalg.norm(drawn, 2, axis=(1, 2)).max() <= bound <= np.linalg.norm(centre, 2) + 8 * width + 1e-9


@pytest.mark.parametrize(
    ("cell", "units", "gain"), thorough([("rnn", 6, 1.5), ("gru", 5, 3.0), ("lstm", 4, 3.0), ("rnn", 1, -2.0)], unpack=True)
)
def test_a_trapping_region_keeps_its_states_and_draws_them_to_the_cycle(cell, units, gain):
    held = elman(gain) if units == 1 else random_map(cell, units, gain, 1)
    cycle = next(cycle for cycle in cycles(held, longest=2) if cycle.stable)
    found = trapping_region(held, cycle)
    assert isinstance(found, TrappingRegion) and found.rate < 1 and found.steps % cycle.period == 0
    rng = np.random.default_rng(0)
    directions_ = rng.normal(size=(held.size, 500))
    ball = directions_ / np.linalg.norm(directions_, axis=0) * rng.uniform(0.5, 1, 500)
    inverse = np.linalg.inv(found.shape)
    for states in (found.centre + found.shape @ ball * found.radius, found.centre + ball * found.inner):
        before = np.linalg.norm(inverse @ (states - found.centre), axis=0)
        after = np.linalg.norm(inverse @ (held.steps(states, found.steps) - found.centre), axis=0)
        assert before.max() <= found.radius * (1 + 1e-9)
        assert (after <= found.rate * before + 1e-12).all()


def test_a_saddle_has_no_trapping_region():
    saddle = cycles(elman(2.0))[-1]
    assert isinstance(trapping_region(elman(2.0), saddle), Unproved)


def test_directions_are_eigenvectors_on_both_sides():
    matrix = np.random.default_rng(0).normal(size=(7, 7))
    found = directions(matrix)
    assert [abs(each.eigenvalue) for each in found] == sorted((abs(each.eigenvalue) for each in found), reverse=True)
    for each in found:
        assert np.allclose(matrix @ each.right, each.eigenvalue * each.right)
        assert np.allclose(each.left @ matrix, each.eigenvalue * each.left)
        assert each.left @ each.right == pytest.approx(1)


@pytest.mark.parametrize(("cell", "units", "gain"), KINDS)
def test_slow_points_are_local_minima_of_the_speed(cell, units, gain):
    held, rng = random_map(cell, units, gain), np.random.default_rng(0)
    for point in ghosts(held, fastest=1.0):
        near = point.state + 1e-3 * rng.normal(size=(held.size, 300))
        assert (np.linalg.norm(held.step(near) - near, axis=0) >= point.speed * (1 - 1e-6)).all()
        assert point.slow.eigenvalue.real == pytest.approx(1, abs=1e-4)


def test_intervals_are_what_the_slopes_were_made_for():
    held, rng = random_map("lstm", 4, 5.0), np.random.default_rng(0)
    state = rng.uniform(-1, 1, (held.size, 1))
    box = held.net.cell.step(intervals, Interval.exact(held.encoded), Interval.exact(state).widened(0.1))
    images = held.step(state + rng.uniform(-0.1, 0.1, (held.size, 200)))
    assert (box.low <= images + 1e-15).all() and (images <= box.high + 1e-15).all()
