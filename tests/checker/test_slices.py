"""Slices of ellipsoids leave no state out, and the forms of a slice hold all its states."""

from fractions import Fraction

import numpy as np
import pytest

from anylength.verification.ellipsoids.slices import SLICES, as_integers
from anylength_check.ellipsoids import ellipsoid, forms_of
from anylength_check.forms import FORM_UNIT
from anylength_check.slices import Slice, forms_of_slice, read_slices
from anylength_check.strict import Refused

HALF = (72 * FORM_UNIT // 100, 11 * FORM_UNIT // 10)
HALVES = [[0, -29 * FORM_UNIT // 100, *HALF], [FORM_UNIT, 29 * FORM_UNIT // 100, *HALF]]
EARLIER = [
    [-2147483648, -2979474405, 1315494207, 4801919417],
    [0, -889516852, 1989022137, 4801919417],
    [2147483648, 889516852, 1989022137, 4801919417],
    [4294967296, 2979474405, 1315494207, 4801919417],
]
"""Those of proofs from before the search took the narrowest ones."""

OWN = as_integers(SLICES).tolist()
"""Those of the search."""


def test_no_other_ellipsoid_of_half_the_length_around_a_slice_is_narrower():
    for low, part in zip([-1.0, -0.5, 0.0, 0.5], SLICES, strict=True):
        assert part.along == pytest.approx(0.5, abs=1e-6)
        widths = []
        for shift in np.linspace(-1, 1, 4001):
            rest = [(1 - end**2, 1 - ((end - shift) / 0.5) ** 2) for end in (low, part.end)]
            if all(inside > 1e-9 or (not wanted and inside > -1e-9) for wanted, inside in rest):
                widths.append(max(np.sqrt(wanted / max(inside, 1e-9)) for wanted, inside in rest))
        assert part.across == pytest.approx(min(widths), abs=1e-3) and part.across < min(widths) + 2e-6


WHOLE = [[0, 0, FORM_UNIT, FORM_UNIT], [FORM_UNIT, 0, FORM_UNIT, FORM_UNIT]]
"""Two slices, and an ellipsoid around each that is no smaller than the whole one."""

THIN = [[1 - FORM_UNIT, 1 - FORM_UNIT, 1, 2 * FORM_UNIT], WHOLE[1]]
"""The first has the least length there is."""

MOST = [[end, 0, FORM_UNIT, FORM_UNIT] for end in np.linspace(-FORM_UNIT, FORM_UNIT, 65, dtype=int)[1:].tolist()]
"""As many as there may be."""


@pytest.mark.parametrize("rows", [HALVES, EARLIER, OWN, WHOLE, THIN, MOST])
def test_slices_are_read_as_they_stand(rows):
    assert read_slices(rows) == [Slice(*row) for row in rows]


@pytest.mark.parametrize(
    ("number", "place", "value", "said"),
    [
        (1, 0, FORM_UNIT - 1, "the slices do not end at 1"), (1, 0, FORM_UNIT + 1, "do not follow each other"),
        (0, 0, -FORM_UNIT, "do not follow each other"), (1, 0, 0, "do not follow each other"),
        (0, 2, 0, "or are no slices"), (0, 3, HALF[0] - 1, "or are no slices"),
        (0, 1, -20 * FORM_UNIT // 100, "a slice does not lie in its ellipsoid"),
        (0, 1, -32 * FORM_UNIT // 100, "a slice does not lie in its ellipsoid"),
        (1, 1, 20 * FORM_UNIT // 100, "a slice does not lie in its ellipsoid"),
        (1, 1, 32 * FORM_UNIT // 100, "a slice does not lie in its ellipsoid"),
        (1, 2, 69 * FORM_UNIT // 100, "a slice does not lie in its ellipsoid"),
        (0, 3, 105 * FORM_UNIT // 100, "a slice does not lie in its ellipsoid"),
    ],
)  # fmt: skip
def test_what_leaves_a_state_out_is_refused(number, place, value, said):
    rows = [list(row) for row in HALVES]
    rows[number][place] = value
    with pytest.raises(Refused, match=said):
        read_slices(rows)


@pytest.mark.parametrize(
    "rows", [HALVES[:1], [*MOST, MOST[-1]], None, {}, [HALVES[0], None], [HALVES[0], [*HALVES[1], 0]], [HALVES[0][:3], HALVES[1]]]
)
def test_what_is_no_list_of_slices_is_refused(rows):
    with pytest.raises(Refused, match="is not a list of"):
        read_slices(rows)


def test_no_slice_is_wider_than_2():
    with pytest.raises(Refused, match="a slice is not an integer from"):
        read_slices([[*THIN[0][:3], 2 * FORM_UNIT + 1], THIN[1]])


def test_all_states_of_accepted_slices_lie_in_their_ellipsoids():
    """Slices near those that hold their states just so; in exact fractions, at the ends and between them."""
    rng, found = np.random.default_rng(0), {True: 0, False: 0}
    for _ in range(400):
        rows = np.array(OWN) + np.rint(rng.normal(size=(4, 4)) * 10.0 ** rng.uniform(0, 7)).astype(int)
        rows[-1, 0] = FORM_UNIT
        try:
            slices = read_slices(rows.tolist())
        except Refused:
            found[False] += 1
            continue
        found[True] += 1
        start = -FORM_UNIT
        for end, shift, along, across in slices:
            for share in (0, *rng.integers(0, 1001, 3).tolist(), 1000):
                first = Fraction(start) + Fraction(share, 1000) * (end - start)
                rest = FORM_UNIT**2 - first**2
                assert ((first - shift) / along) ** 2 + rest / Fraction(across) ** 2 <= 1
            start = end
        assert start == FORM_UNIT
    assert min(found.values()) > 50


def test_the_forms_of_a_slice_hold_its_states():
    """Of an ellipsoid whose numbers are odd: what is rounded is in the forms' errors."""
    rng = np.random.default_rng(1)
    shape = [rng.integers(-(1 << 33), 1 << 33, 3).tolist() for _ in range(3)]
    region = ellipsoid(rng.integers(-(1 << 33), 1 << 33, 3).tolist(), shape, [1, 1, 1])
    slices, start = [Slice(*row) for row in OWN], -1.0
    for piece in slices:
        forms, end = forms_of_slice(forms_of(region), piece), piece.end / FORM_UNIT
        assert all(form.curved == [] and form.bound == 0 for form in forms)
        for first in np.linspace(start, end, 5):
            rest = rng.normal(size=2)
            rest *= np.sqrt(1 - first**2) / np.linalg.norm(rest)
            u = [Fraction(float(x)) for x in (first, *rest)]
            w = [(u[0] * FORM_UNIT - piece.shift) / piece.along, *(x * FORM_UNIT / piece.across for x in u[1:])]
            assert sum(x * x for x in w) <= 1
            for form, center, row in zip(forms, region.center, shape, strict=True):
                state, own = (c + sum(map(Fraction.__mul__, map(Fraction, line), by)) for c, line, by in
                              ((center, row, u), (form.center, form.linear, w)))  # fmt: skip
                assert abs(state - own) <= form.error == 4  # of a center and of three numbers, less than a unit each
        start = end
