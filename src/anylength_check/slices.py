"""Slices of an ellipsoid c + L u, |u| <= 1, by the first number of u, and an ellipsoid around each. All nodes share them."""

from typing import Any, NamedTuple

from anylength_check.forms import FORM_UNIT, Form, Value, down, slips
from anylength_check.strict import items, require

SLICES = 64


class Slice(NamedTuple):
    """The states with u_1 from the last slice's end, or -1, to this end. All is in units of 2^-32.

    They are among the states with u_1 = shift + along w_1, and u_k = across w_k for the others, |w| <= 1.
    """

    end: int
    shift: int
    along: int
    across: int


def read_slices(rows: Any) -> list[Slice]:
    """The slices, if they leave no state out, or Refused.

    In a slice |w|^2 is at most (u_1 - shift)^2 / along^2 + (1 - u_1^2) / across^2. As along <= across, no number between the ends
    gives more than both ends. So it suffices that these give 1 or less.
    """
    start, slices = -FORM_UNIT, list[Slice]()
    for row in items(rows, "the list of slices", 2, SLICES):
        end, shift, along, across = items(row, "a slice", 4, 4, 2 * FORM_UNIT, -FORM_UNIT)
        require(start < end <= FORM_UNIT and 0 < along <= across, "slices do not follow each other, or are no slices")
        for first in (start, end):
            most = (across * (first - shift)) ** 2 + along**2 * (FORM_UNIT**2 - first**2)
            require(most <= (along * across) ** 2, "a slice does not lie in its ellipsoid")
        slices.append(Slice(end, shift, along, across))
        start = end
    require(start == FORM_UNIT, "the slices do not end at 1")
    return slices


def forms_of_slice(whole: Value, piece: Slice) -> Value:
    """All states of a slice, and some beside it: a form for each number of a state, given those of the whole ellipsoid."""
    found = []
    for form in whole:
        first, *others = form.linear
        linear = [down(first * piece.along), *(down(x * piece.across) for x in others)]
        found.append(Form(form.center + down(first * piece.shift), linear, [], form.error + slips(len(linear), 0), 0))
    return found
