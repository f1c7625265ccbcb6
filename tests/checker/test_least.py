"""The least of a read-out's sums over an ellipsoid: all sums are above it, and it is no lower than the forms of all sums say."""

import numpy as np
import pytest
from test_forms import N, drawn, units

from anylength_check import regions
from anylength_check.dyadic import UNIT, WEIGHT_BITS
from anylength_check.forms import FORM_UNIT, TO_BOX, Form, from_interval, matmul, size
from anylength_check.regions import Ellipsoids

ROWS, CLASSES = 5, 6


def ellipsoids() -> Ellipsoids:
    """What the bound needs to know of regions: how many numbers a state has."""
    found = Ellipsoids.__new__(Ellipsoids)
    found.n = N
    return found


def weights(values: np.ndarray) -> list[list[int]]:
    """Weights, in units of 2^-149."""
    return [[units(x) << WEIGHT_BITS - 32 for x in row] for row in values]


def numbers(rng: np.random.Generator, reach: float) -> list[Form]:
    """Random forms that share u."""
    return [drawn(rng, reach, curved=True) for _ in range(ROWS)]


def of_all_rows(rows: list[list[int]], value: list[Form]) -> int:
    """The least of the bounds that the forms of all sums give."""
    return min(form.center - size(form) << TO_BOX for form in matmul(rows, [*value, from_interval((UNIT, UNIT), N)]))


@pytest.mark.parametrize("reach", [1e-4, 0.01, 0.2, 2.0])
def test_it_is_the_least_bound_of_all_forms(reach):
    rng = np.random.default_rng(5)
    for _ in range(100):
        value, rows = numbers(rng, reach), weights(rng.normal(size=(CLASSES, ROWS + 1)))
        assert ellipsoids().least(rows, value) == of_all_rows(rows, value)


@pytest.mark.parametrize("reach", [0.01, 0.2, 2.0])
def test_it_is_below_all_sums_where_numbers_err_by_themselves(reach):
    rng = np.random.default_rng(6)
    for _ in range(100):
        value = [Form(units(rng.normal()), [0] * N, [], units(abs(rng.normal()) * reach)) for _ in range(ROWS)]
        scales = rng.normal(size=(CLASSES, ROWS + 1))
        ends = np.array([[form.center - form.error, form.center + form.error] for form in value]) / FORM_UNIT
        least = (np.minimum(*(scales[:, :-1] * end for end in ends.T)).sum(1) + scales[:, -1]).min()
        found = ellipsoids().least(weights(scales), value) / 2**352
        assert least - 1e-6 < found <= least + 1e-8


def test_only_sums_that_may_be_the_least_are_computed(monkeypatch):
    computed = []
    monkeypatch.setattr(regions, "matmul", lambda rows, value: computed.extend(rows) or matmul(rows, value))
    value = [Form(0, units([1] + [0] * (N - 1)), [], 0), Form(0, units([-1] + [0] * (N - 1)), [], 0)]
    # x and y are from -1 to 1, and x + y is 0: the bounds are 2.5, 5 and 2; the rough ones are 1.5, 5 and 2
    both, far, one = rows = weights(np.array([[0.5, 0.5, 2.5], [1, 0, 6], [0, 1, 3]]))
    assert ellipsoids().least(rows, value) == of_all_rows(rows, value)
    assert len(computed) == 2 and far not in computed and both in computed and one in computed


def test_no_sum_at_all_has_no_bound():
    with pytest.raises(ValueError, match="empty"):
        ellipsoids().least([], numbers(np.random.default_rng(7), 0.1))
