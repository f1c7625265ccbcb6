"""Newton's method for covers with forks: its model is right to first order, and its steps lower what they are to lower."""

import time

import jax
import numpy as np
import pytest
from scipy.optimize import minimize
from test_forks_search import evaluated_endings

from anylength.verification.forks.held import Held, assigned, farthest
from anylength.verification.forks.images import Ellipsoids
from anylength.verification.forks.levels import loudness
from anylength.verification.forks.linear import FAR_OUT, LinearModel, Rows
from anylength.verification.forks.newton import NEAR, Aim, Newton, near_open, outside, states_in
from anylength.verification.forks.sampling import sampled_states
from anylength.verification.forks.slopes import parameters_of, slopes_of_margins, slopes_of_rooms, spectra
from anylength.verification.forks.training import unpacked

NODES, NUMBERS = 5, 3


def rows(rng: np.random.Generator, order: int, pieces: int, size: float = 0.02) -> Rows:
    """Pieces between nodes, some of them loops."""
    entries = order * (order + 1) // 2
    source, target = (np.repeat(rng.integers(0, NODES, pieces), entries) for _ in range(2))
    slopes = rng.normal(size=(pieces * entries, 2, NUMBERS)).astype(np.float32)
    return Rows(order, source, target, slopes, rng.normal(size=pieces * entries) * size)


def model(seed: int) -> LinearModel:
    """What is far out differs by the seed."""
    rng = np.random.default_rng(seed)
    return LinearModel(NODES, [rows(rng, 1, 12), rows(rng, 2, 6), rows(rng, 3, 4)], FAR_OUT / (1 + seed % 2))


def plain_sum(own: LinearModel, numbers: np.ndarray) -> float:
    """Half the sum, piece by piece."""
    total = 0.0
    for part in own.lists:
        entries = part.values.copy()
        for k, (source, target) in enumerate(zip(part.source, part.target, strict=True)):
            entries[k] += part.slopes[k, 0] @ numbers[source] + part.slopes[k, 1] @ numbers[target]
        count = part.size * (part.size + 1) // 2
        for piece in entries.reshape(-1, count):
            matrix = np.zeros((part.size, part.size))
            matrix[np.tril_indices(part.size)] = piece
            matrix = matrix + matrix.T - np.diag(np.diag(matrix))
            total += 0.5 * loudness(np.linalg.eigvalsh(matrix), own.far_out).sum()
    return float(total)


@pytest.mark.parametrize("seed", range(4))
def test_the_least_sum_is_found(seed):
    own, rng = model(seed), np.random.default_rng(seed)
    damping = rng.uniform(0.1, 1.0, NODES)
    numbers, entries, value = own.least(damping)

    def damped(flat):
        moved = flat.reshape(NODES, NUMBERS)
        return plain_sum(own, moved) + 0.5 * float(damping @ (moved**2).sum(1))

    other = minimize(damped, np.zeros(NODES * NUMBERS), tol=1e-12)
    assert value == pytest.approx(plain_sum(own, numbers), rel=1e-5)
    assert damped(numbers.ravel()) <= other.fun * 1.01 < damped(np.zeros(NODES * NUMBERS))
    np.testing.assert_allclose(own.bent(entries).value, value, rtol=1e-6)


def test_what_an_eigenvalue_counts_is_a_square_and_then_linear():
    np.testing.assert_allclose(loudness(np.array([-1.0, 0.0, 0.5 * FAR_OUT, FAR_OUT]), FAR_OUT), [0, 0, FAR_OUT**2 / 4, FAR_OUT**2])
    far = loudness(np.array([1.0, 2.0, 3.0]), FAR_OUT)
    assert far[2] - far[1] == pytest.approx(far[1] - far[0]) and far[2] - far[1] == pytest.approx(2 * FAR_OUT)


@pytest.mark.parametrize("seed", range(3))
def test_slope_and_bend_are_those_of_the_sum(seed):
    own, rng = model(seed), np.random.default_rng(10 + seed)
    along = rng.normal(size=len(own.values))
    for size in (0.3, 3.0):
        values, step = own.values * size, 1e-6
        bent, more, less = (own.bent(values + by * along) for by in (0.0, step, -step))
        assert bent.slope @ along == pytest.approx((more.value - less.value) / (2 * step), rel=1e-3, abs=1e-7)
        if size < 1:  # far out the bend is that of a model above the sum
            change = (more.slope - less.slope) / (2 * step)
            np.testing.assert_allclose(own.bend(bent, along), change, atol=1e-3 * np.abs(change).max())


@pytest.mark.slow
def test_slopes_are_those_of_rooms_and_margins():
    cover, rng = evaluated_endings(), np.random.default_rng(0)
    first, own = jax.device_put(cover.ellipsoids), cover.found.at(cover.found.pieces.source > 0)
    count, size = first.center.shape
    numbers = np.zeros((count, size + size * (size + 1) // 2), np.float32)
    numbers[1:] = 1e-3 * rng.normal(size=numbers[1:].shape)
    measure = lambda by: spectra(cover.setting, cover.given, unpacked(parameters_of(by, size), first), own.logits, own.pieces)
    now, more, less = measure(0 * numbers), measure(numbers), measure(-numbers)
    axis = now.axes[:, :, -1]
    slopes = slopes_of_rooms(cover.setting, cover.given, first, own.logits, axis, axis, own.pieces)
    of_margins = slopes_of_margins(cover.setting, cover.given, first, own.pieces)
    moved = np.stack([numbers[own.pieces.source], numbers[own.pieces.target]], 1)
    change = (more.squares[:, -1] - less.squares[:, -1]) / 2
    simple = np.asarray(now.squares[:, -1] > 1.05 * now.squares[:, -2])  # else the largest has no slope
    expected = (slopes * moved).sum((1, 2))
    assert simple.sum() > 10
    np.testing.assert_allclose(np.asarray(change)[simple], expected[simple], atol=0.03 * np.abs(expected).max())
    of_margins, change = (of_margins * moved).sum((1, 2)), (more.margin - less.margin) / 2
    np.testing.assert_allclose(change, of_margins, atol=0.1 * np.abs(of_margins).max() + 1e-6)


def test_slopes_of_states_are_those_of_how_far_they_are_out():
    rng, size = np.random.default_rng(3), 3
    center, shape = rng.normal(size=(4, size)), np.eye(size) + 0.1 * rng.normal(size=(4, size, size))
    first = Ellipsoids(center, shape, np.linalg.inv(shape))
    held = Held(rng.normal(size=(50, size)), rng.integers(0, 4, 50))
    rows, near, count = states_in(held, first), outside(held, first) > NEAR, size + size * (size + 1) // 2
    assert 10 < near.sum() < 50
    numbers = 1e-3 * rng.normal(size=(4, count)).astype(np.float32)
    more, less = (outside(held, unpacked(parameters_of(by * numbers, size), first)) for by in (1, -1))
    np.testing.assert_allclose((more - less)[near] / 2, (rows.slopes[:, 0] * numbers[held.node[near]]).sum(1), atol=2e-5)
    np.testing.assert_allclose(rows.values, outside(held, first)[near])
    assert not rows.slopes[:, 1].any() and np.array_equal(rows.source, held.node[near])


@pytest.mark.slow
def test_steps_lower_the_sum_and_close_steps():
    cover = evaluated_endings()
    open_before, start = len(cover.open_pieces), cover.nodes.at(np.array([0]))
    held = assigned(cover.nodes, *sampled_states(cover.problem, cover.kinds, seed=0))
    newton = Newton(cover, held, time.monotonic() + 600)

    def total() -> float:
        ellipsoids = jax.device_put(cover.ellipsoids)
        return newton._sum(
            newton._spectra(ellipsoids, np.flatnonzero(cover.matters)), outside(farthest(held, ellipsoids), ellipsoids)
        )

    before = total()
    assert newton.steps(6) > 0
    assert total() < 0.5 * before and len(cover.open_pieces) < open_before
    assert np.array_equal(cover.nodes.center[0], start.center[0]) and not np.abs(cover.nodes.shape[0]).any()
    levels = cover.found.level.copy()
    cover.look_again(cover.found, cover.ellipsoids, np.arange(len(levels)))
    np.testing.assert_allclose(cover.found.level[cover.matters], levels[cover.matters], atol=2e-3)


@pytest.mark.slow
def test_what_is_known_of_pieces_is_what_would_be_measured():
    cover = evaluated_endings()
    newton = Newton(cover, assigned(cover.nodes, *sampled_states(cover.problem, cover.kinds, seed=0)), time.monotonic() + 600)
    assert newton.steps(2) == 2 and newton.known is not None
    rows, known = newton._measured(jax.device_put(cover.ellipsoids))
    fresh = newton._spectra(jax.device_put(cover.ellipsoids), rows)
    np.testing.assert_allclose(known.squares, fresh.squares, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(known.margin, fresh.margin, rtol=1e-4, atol=1e-4)


@pytest.mark.slow
def test_a_nearer_goal_asks_for_less():
    cover = evaluated_endings()
    held = assigned(cover.nodes, *sampled_states(cover.problem, cover.kinds, seed=0))
    far, near = (Newton(cover, held, time.monotonic() + 600, Aim(goal, 0.04)) for goal in (-0.05, -0.005))
    ellipsoids = jax.device_put(cover.ellipsoids)
    totals = [each._sum(each._measured(ellipsoids)[1], outside(held, ellipsoids, each.aim.goal)) for each in (far, near)]
    assert totals[1] < totals[0]


@pytest.mark.slow
def test_no_step_is_made_after_the_end_or_where_nothing_is_open():
    cover = evaluated_endings()
    held, before = assigned(cover.nodes, *sampled_states(cover.problem, cover.kinds, seed=0)), cover.nodes.center.copy()
    assert Newton(cover, held, time.monotonic() - 1).steps(3) == 0
    cover.found.level[:], cover.found.margin[:] = -1, 1
    assert Newton(cover, held, time.monotonic() + 600).steps(3) == 0
    assert np.array_equal(cover.nodes.center, before)


@pytest.mark.slow
def test_only_what_is_near_open_pieces_moves_if_so_wanted():
    cover = evaluated_endings()
    held, before = assigned(cover.nodes, *sampled_states(cover.problem, cover.kinds, seed=0)), cover.nodes
    found, rows = cover.found, cover.open_pieces
    found.level[rows[1:]], found.margin[rows[1:]] = -1.0, 9.0  # one is left
    free, own = near_open(cover), found.pieces.at(rows[:1])
    assert free[own.source[0]] and free[own.target[0]] and not free.all()
    newton = Newton(cover, held, time.monotonic() + 600, Aim(-0.004, 0.04), free)
    assert newton.step()
    apart = np.abs(cover.nodes.center - before.center).max(1), np.abs(cover.nodes.shape - before.shape).max((1, 2))
    changed = np.maximum(*apart) > 1e-6  # all are rounded to float32
    assert changed.any() and not changed[~free | (np.arange(len(free)) == 0)].any()
    assert newton.known is not None
    measured = found.pieces.at(newton.known[0])
    assert (free[measured.source] | free[measured.target]).all()
