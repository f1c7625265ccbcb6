"""Joint weights: what |u| <= 1 gives for all parts of a form together, exactly, and that an ellipsoid said to hold forms does."""

from fractions import Fraction

import numpy as np
import pytest

from anylength_check.certificate import LARGEST, read_weights
from anylength_check.ellipsoids import HALF, SHIFT_BITS, Ellipsoid, ellipsoid, forms_of, holds, joint_parts
from anylength_check.forms import FORM_UNIT, Form, Value
from anylength_check.strict import Refused
from tests.selection import thorough

MANY = 1 << 30
"""A weight beside which the smallest, 1, takes next to nothing."""


def ball(radius: float, n: int = 2) -> Ellipsoid:
    """The states within a distance of 0."""
    return ellipsoid([0] * n, [[int(radius * FORM_UNIT) * (i == j) for j in range(n)] for i in range(n)], [1] * n)


def squares() -> Value:
    """u_1^2 and u_2^2: half of them is their mean. They are never farther from 0 than 1."""
    half = FORM_UNIT // 2
    return [Form(half, [0, 0], [[FORM_UNIT, 0], [0, 0]], 0), Form(half, [0, 0], [[0, 0], [0, FORM_UNIT]], 0)]


# cases by hand


def test_two_squares_need_no_more_room_than_one():
    """The sum of both is at most 1. For separate weights each may be 1, and the best of these find a distance of sqrt 2."""
    joint, separate = [1, 1, MANY, 1, MANY, MANY, 0, 0], [MANY, 1, MANY // 2, MANY // 2, 1]
    assert holds(ball(1.0001), squares(), joint, joint=True)
    assert not holds(ball(0.9999), squares(), joint, joint=True)
    assert holds(ball(1.4150), squares(), separate)
    assert not holds(ball(1.4141), squares(), separate)


def test_a_product_of_numbers_of_different_blocks_has_the_weights_of_both():
    """u_1 u_2 is at most 1/2. Without shifts T = s, and the square of the room is T / (w_1 + w_2) = 1/2.

    Squares that are shifted by a half may have any weights: T = (w_1 + w_2) / 4, and the room is what is needed.
    """
    product = [Form(0, [0, 0], [[0, FORM_UNIT], [0, 0]], 0), Form(0, [0, 0], [[0, 0], [0, 0]], 0)]
    weights = [1, 1, MANY, 1, MANY, MANY, 0, 0]
    assert holds(ball(0.7072), product, weights, joint=True) and not holds(ball(0.7071), product, weights, joint=True)
    halves = [1, 1, 1, 1, MANY, MANY, HALF, HALF]
    assert holds(ball(0.5001), product, halves, joint=True) and not holds(ball(0.4999), product, halves, joint=True)


def test_a_product_with_a_number_of_no_block_has_the_weights_of_a_square_and_of_products():
    """Without a shift T / (w_1 + s) = 1/2; with one of 1/4 it is (s + w_1 / 16) / (w_1 + s) = 3/8 for w_1 = 2 s."""
    product = [Form(0, [0, 0], [[0, FORM_UNIT]], 0), Form(0, [0, 0], [[0, 0]], 0)]
    none, quarter = [1, 1, MANY, 1, MANY, 0], [1, 1, MANY, 1, 2 * MANY, HALF // 2]
    assert holds(ball(0.7072), product, none, joint=True) and not holds(ball(0.7071), product, none, joint=True)
    assert holds(ball(0.6124), product, quarter, joint=True) and not holds(ball(0.6123), product, quarter, joint=True)


def test_each_weight_is_of_its_own_part():
    """With half of all room a part of size 1 needs sqrt 2, whatever part it is. The room of the misfit is rounded to 2^-10."""
    none = Form(0, [0, 0], [], 0)
    cases = {
        0: [Form(FORM_UNIT, [0, 0], [], 0), none], 1: [Form(0, [FORM_UNIT, 0], [], 0), none],
        3: [Form(0, [0, 0], [], FORM_UNIT), none],
    }  # fmt: skip
    for own, value in cases.items():
        for other in (place for place in (0, 1, 2, 3) if place != own):
            weights = [1] * 6
            weights[own] = weights[other] = MANY
            weights[5] = 0
            enough = 1.4143 if own else 1.4147
            assert holds(ball(enough), value, weights, joint=True) and not holds(ball(1.4142), value, weights, joint=True)


def test_errors_are_shared_out_by_the_spread():
    weights = [1, 1, 1, MANY, 1, 0]
    value = [Form(0, [0, 0], [], FORM_UNIT), Form(0, [0, 0], [], FORM_UNIT)]
    region = lambda *radii: ellipsoid(
        [0, 0], [[int(radii[0] * FORM_UNIT), 0], [0, int(radii[1] * FORM_UNIT)]], [3, 1]
    )  # three quarters and a quarter
    assert holds(region(1.1548, 2.0001), value, weights, joint=True)
    assert not holds(region(1.1546, 2.0001), value, weights, joint=True)
    assert not holds(region(1.1548, 1.9999), value, weights, joint=True)


def test_a_shift_moves_the_center_by_the_square():
    """u_1^2 lies between 0 and 1. With a shift of t the misfit is t, in units of 2^-42 exactly."""
    value = [Form(FORM_UNIT // 2, [0, 0], [[FORM_UNIT, 0]], 0), Form(7, [0, 0], [], 0)]
    for shift in (0, 1, 100, HALF):
        (_, moved), *_ = joint_parts(value, [FORM_UNIT // 2 - 5, 3], [1, 1, 1, 1, 1, shift]).parts
        assert moved == [[(FORM_UNIT // 2 - 5 << SHIFT_BITS) + (shift - HALF) * FORM_UNIT], [3 << SHIFT_BITS]]


def test_every_product_is_a_part_once():
    """Each with its scale: T over the weight. Here T is 2 + 3 + 40 + 5 + 8 / 4 = 52; numbers of u with no block come last."""
    first, second = Form(0, [1, 2, 3], [[4, 5, 6], [7, 8, 9]], 0), Form(0, [10, 20, 30], [[40, 50, 60], [70, 80, 90]], 0)
    found = joint_parts([first, second], [11, 12], [2, 3, 40, 5, 8, 12, HALF, 0])
    scale = lambda weight: -(-(52 << 30) // weight)  # in units of 2^-30, rounded up
    assert (found.bits, found.errors) == (30, scale(5))
    moved = [[11 << SHIFT_BITS], [12 << SHIFT_BITS]]
    assert found.parts[0][1] == [[moved[0][0] - 8 * HALF], [moved[1][0] - 80 * HALF]]
    assert found.parts[1:] == [
        (scale(3), [[1, 2, 3], [10, 20, 30]]),
        (scale(8), [[4], [40]]),
        (scale(8 + 40), [[6], [60]]),
        (scale(12), [[8], [80]]),
        (scale(12 + 40), [[9], [90]]),
        (scale(12 + 8), [[7 + 5], [70 + 50]]),
    ]


def test_a_region_without_extent_holds_its_center_alone():
    none = ellipsoid([5, 6], [[0, 0]] * 2, [1, 1])
    exact = [Form(center, [0, 0], [], 0) for center in none.center]
    assert holds(none, exact, [1] * 5 + [0], joint=True)
    assert not holds(none, [exact[0]._replace(error=1), exact[1]], [1] * 5 + [0], joint=True)


# what a row must be


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({2: 999}, "a square's weight, times 512 less its shift, is above 512 times the weight of products"),
        ({4: 1001}, "a square's weight, times 512"), ({5: 2000, 7: 255}, "a square's weight, times 512"),
        ({7: -1}, "the shifts of joint weights is not an integer from 0 to 512"),
        ({7: 513}, "the shifts of joint weights is not an integer from 0 to 512"),
        ({6: None}, "the shifts of joint weights is not an integer"), ({6: True}, "the shifts of joint weights is not an integer"),
        *(({place: 0}, "a row of joint weights is not an integer from 1 to") for place in range(6)),
        *(({place: LARGEST + 1}, "a row of joint weights is not an integer from 1 to") for place in range(6)),
        ({3: [1]}, "a row of joint weights is not an integer"),
    ],
)  # fmt: skip
def test_a_row_that_breaks_a_condition_is_refused(change, said):
    proof, row = {"blocks": 1, "joint": 2}, [7, 8, 1000, 9, 1000, 1000, 0, 0]
    assert read_weights(row, proof) == row
    for place, value in change.items():
        row[place] = value
    with pytest.raises(Refused, match=said):
        read_weights(row, proof)


def test_the_largest_weights_that_a_shift_allows_are_accepted():
    proof = {"blocks": 1, "joint": 2}
    for row in ([1, 1, 1, 1, LARGEST, LARGEST, HALF, HALF], [1, 1, 1000, 1, 2000, 1000, 256, 0], [1, 1, 3, 1, 1536, 3, 511, 0]):
        assert read_weights(row, proof) == row
        if row[6] < HALF:
            with pytest.raises(Refused, match="a square's weight"):
                read_weights([*row[:4], row[4] + 1, *row[5:]], proof)


@pytest.mark.parametrize("length", [0, 3, 5, 6, 7, 9, 10])
def test_a_row_of_another_length_is_refused(length):
    with pytest.raises(Refused, match="a row of weights is not a list of 4 items"):
        read_weights([1] * length, {"blocks": 1, "joint": 2})
    with pytest.raises(Refused, match="a row of weights is not a list of 4 items"):
        read_weights([1] * 8, {"blocks": 1})
    assert read_weights([1] * 4, {"blocks": 1, "joint": 2}) == [1] * 4


def test_weights_that_break_the_condition_would_show_what_is_wrong():
    """So the reader has to refuse them: no distance below 1 holds u_1^2 and u_2^2."""
    too_large = [1, 1, MANY, 1, 4 * MANY, 4 * MANY, 0, 0]
    assert holds(ball(0.6), squares(), too_large, joint=True)
    with pytest.raises(Refused, match="a square's weight"):
        read_weights(too_large, {"blocks": 2, "joint": 2})


# laws


def drawn_weights(rng: np.random.Generator, blocks: int, least: float = 0.0) -> list[int]:
    """Admissible joint weights, of sizes from 2^least to 2^30; a square's weight is often as large as its shift allows."""
    head = [int(2 ** rng.uniform(least, 30)) for _ in range(4)]
    head[2] = max(head[2], HALF)
    shifts = [int(rng.choice([0, int(rng.integers(0, HALF + 1)), HALF])) for _ in range(blocks)]
    most = [HALF * head[2] // (HALF - shift) if shift < HALF else 1 << 34 for shift in shifts]
    row = [*head, *(int(x * rng.choice([1.0, 1.0, rng.uniform(0.1, 1)])) for x in most), *shifts]
    return read_weights(row, {"blocks": blocks, "joint": blocks})


def drawn_point(rng: np.random.Generator, n: int) -> list[Fraction]:
    """A point u with |u| <= 1, mostly near the edge, where few numbers are often large."""
    u = rng.normal(size=n) * 10.0 ** rng.uniform(-2, 0, n)
    u /= np.linalg.norm(u) * (1 + 1e-12 + max(0.0, rng.uniform(-1, 1)))
    u = [Fraction(float(x)) for x in u]
    assert sum(x * x for x in u) <= 1
    return u


def drawn_forms(rng: np.random.Generator, n: int, blocks: int, reach: float) -> Value:
    """Forms whose parts are of about the same size."""
    whole = lambda *shape: np.rint(rng.normal(size=shape) * reach * FORM_UNIT).astype(np.int64).tolist()
    return [Form(whole(1)[0], whole(n), whole(blocks, n) if rng.random() < 0.8 else [], abs(whole(1)[0]) // 4) for _ in range(n)]


def number_at(form: Form, u: list[Fraction]) -> Fraction:
    """The number of a form at u, without its error: center + linear . u + (1/2) sum curved_k . (2 u_k u - e_k)."""
    curved = [sum(c * (2 * u[k] * x - (j == k)) for j, (c, x) in enumerate(zip(row, u))) for k, row in enumerate(form.curved)]
    return form.center + sum(g * x for g, x in zip(form.linear, u)) + sum(curved, Fraction(0)) / 2


def factors(u: list[Fraction], weights: list[int]) -> list[list[Fraction]]:
    """What each part of `joint_parts` is multiplied by at u."""
    blocks = (len(weights) - 4) // 2
    shifts = [Fraction(shift, 2 * HALF) for shift in weights[4 + blocks :]]
    found = [[Fraction(1, 1 << SHIFT_BITS)], u]
    for k in range(blocks):
        found += [[u[k] ** 2 - shifts[k]], [u[k] * x for x in u[blocks:]], *([u[k] * u[j]] for j in range(k))]
    return found


SIZES = [(1, 1), (2, 1), (2, 2), (3, 1), (3, 2), (4, 3), (5, 5)]
"""Numbers in a state, and blocks."""


@pytest.mark.parametrize(("n", "blocks"), thorough(SIZES, quick=2, unpack=True))
def test_the_parts_make_up_the_forms_and_their_factors_fit_in_the_room(n, blocks):
    """In exact fractions: sum W y^2 <= T, and it is more than 0.99 T somewhere."""
    rng, fullest = np.random.default_rng(n + 10 * blocks), Fraction(0)
    for _ in range(60):
        weights, value = drawn_weights(rng, blocks), drawn_forms(rng, n, blocks, 1.0)
        center = [int(x) for x in rng.integers(-FORM_UNIT, FORM_UNIT, n)]
        bits, parts, errors = joint_parts(value, [form.center - own for form, own in zip(value, center)], weights)
        for _ in range(10):
            u = drawn_point(rng, n)
            by = factors(u, weights)
            for i, (form, own) in enumerate(zip(value, center)):
                made = sum(x * y for (_, part), row in zip(parts, by, strict=True) for x, y in zip(part[i], row, strict=True))
                assert made == number_at(form, u) - own
            full = Fraction(1 << bits, errors)
            full += sum(Fraction(1 << bits, scale) * sum(y * y for y in row) for (scale, _), row in zip(parts, by, strict=True))
            assert full <= 1
            fullest = max(fullest, full)
    assert fullest > Fraction(99, 100)


@pytest.mark.parametrize(("n", "blocks"), thorough(SIZES, quick=2, unpack=True))
def test_an_ellipsoid_that_holds_forms_holds_all_their_numbers(n, blocks):
    """The forms are made as large as the weights allow. A region that is just too small for one of their numbers is refused."""
    rng, filled = np.random.default_rng(100 + n + 10 * blocks), []
    for _ in range(25):
        weights, value = drawn_weights(rng, blocks, least=rng.choice([10, 28, 29])), drawn_forms(rng, n, blocks, 0.05)
        shape = np.eye(n) + 0.3 * rng.normal(size=(n, n))
        center = [form.center + int(0.05 * FORM_UNIT * rng.normal()) for form in value]
        target = lambda size, center=center, shape=shape: ellipsoid(
            center, np.rint(shape * size * FORM_UNIT).astype(np.int64).tolist(), [1] * n
        )
        small, large = 0.0, 1000.0
        while large - small > 1e-3 * large:
            middle = (small * large) ** 0.5 if small else large / 4
            small, large = (small, middle) if holds(target(middle), value, weights, joint=True) else (middle, large)
            if large < 1e-6:
                break
        points = [drawn_point(rng, n) for _ in range(100)]
        points += [[Fraction(sign * (i == k)) for i in range(n)] for k in range(n) for sign in (-1, 1)]
        values = np.array([
            [float(number_at(form, u) - own + int(rng.choice([-1, 1])) * form.error) / FORM_UNIT
             for form, own in zip(value, center)] for u in points
        ])  # fmt: skip
        farthest = np.linalg.norm(np.linalg.solve(shape, values.T), axis=0).max()
        assert farthest <= large * (1 + 1e-9)
        assert not holds(target(farthest * (1 - 1e-6)), value, weights, joint=True)
        filled.append(farthest / large)
    assert max(filled) > 0.3  # where weights fit the forms, they say nearly what is true


@pytest.mark.parametrize(("n", "blocks"), SIZES)
def test_joint_weights_with_shifts_of_a_half_suffice_where_separate_ones_do(n, blocks):
    """A curved part with the weight q in the separate way has four times that as a square; products need nothing of their own."""
    rng, found = np.random.default_rng(200 + n + 10 * blocks), {True: 0, False: 0}
    for _ in range(60):
        value = drawn_forms(rng, n, blocks, 0.1)
        shape = (np.eye(n) + 0.3 * rng.normal(size=(n, n))) * 10 ** rng.uniform(-1.2, 0.3) * n
        center = [form.center + int(0.05 * FORM_UNIT * rng.normal()) for form in value]
        separate = [int(x) for x in rng.integers(1 << 28, 1 << 31, blocks + 3)]
        m, d, *quarters, e = separate
        nearly = ellipsoid(center, np.rint(shape * FORM_UNIT).astype(np.int64).tolist(), [1] * n)
        larger = ellipsoid(center, np.rint(shape * FORM_UNIT * (1 + 1e-6)).astype(np.int64).tolist(), [1] * n)
        suffices = holds(nearly, value, separate)
        found[suffices] += 1
        if suffices:
            assert holds(larger, value, [m, d, 1, e, *(4 * q for q in quarters), *[HALF] * blocks], joint=True)
    assert min(found.values()) > 5


def test_a_region_holds_a_smaller_one_and_not_a_larger_one():
    target = ball(1.0, 3)
    scaled = lambda factor: forms_of(ball(factor, 3))
    weights = [1, MANY, 1, 1, 1, 1, 0, 0]
    assert holds(target, scaled(0.9999), weights, joint=True) and not holds(target, scaled(1.0001), weights, joint=True)
