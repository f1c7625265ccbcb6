"""Slices of an ellipsoid c + L u, |u| <= 1, by the first number of u, and an ellipsoid around each. All nodes share a few cuts."""

from collections.abc import Sequence
from operator import mul
from typing import Any, NamedTuple

from anylength_check.forms import BITS, FORM_UNIT, Form, Value, slips
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


Cutting = tuple[tuple[Sequence[int], Slice], ...]  # of a piece: axes and slices, the first cut first


def read_cuts(rows: Any) -> dict[int, list[Slice]]:
    """The slices of each cut, by their number, if they leave no state out, or Refused. A new cut begins after one that ends at 1.

    In a slice |w|^2 is at most (u_1 - shift)^2 / along^2 + (1 - u_1^2) / across^2. As along <= across, no number between the ends
    gives more than both ends. So it suffices that these give 1 or less.
    """
    start, cuts, slices = -FORM_UNIT, dict[int, list[Slice]](), list[Slice]()
    for row in items(rows, "the list of slices", 2, SLICES):
        end, shift, along, across = items(row, "a slice", 4, 4, 2 * FORM_UNIT, -FORM_UNIT)
        require(start < end <= FORM_UNIT and 0 < along <= across, "slices do not follow each other, or are no slices")
        for first in (start, end):
            most = (across * (first - shift)) ** 2 + along**2 * (FORM_UNIT**2 - first**2)
            require(most <= (along * across) ** 2, "a slice does not lie in its ellipsoid")
        slices.append(Slice(end, shift, along, across))
        start = end
        if end == FORM_UNIT:
            require(len(slices) > 1 and len(slices) not in cuts, "a cut has one slice, or as many as another")
            cuts[len(slices)] = slices
            start, slices = -FORM_UNIT, []
    require(not slices, "the slices do not end at 1")
    return cuts


def cuttings(after: Any, count: int, cuts: dict[int, list[Slice]]) -> list[Cutting]:
    """How each piece of an ellipsoid is cut out of it, given the next node or the fork, and how many rows of weights there are."""
    if type(after) is dict:
        axis, parts = tuple(after["axis"]), zip(cuts[len(after["nodes"])], after["nodes"], strict=True)
        return [((axis, piece), *cutting) for piece, part in parts for cutting in cuttings(part, 1, cuts)]
    return [(((), piece),) for piece in cuts[count]] if count > 1 else [()]


def forms_of_slice(forms: Value, axis: Sequence[int], piece: Slice) -> Value:
    """All states of a slice, and some beside it: a form for each number of a state, given those of what is cut.

    With an axis v, u is H u' for another vector u', which is no longer: H = 1 - 2 v v^T / |v|^2 is a reflection. The slices are by
    the first number of u', and a row of L becomes one of L H.
    """
    square, found = sum(map(mul, axis, axis)), []
    unit = max(1, square) << BITS
    for form in forms:
        twice = 2 * sum(map(mul, form.linear, axis))
        first, *others = [x * square - twice * v for x, v in zip(form.linear, axis, strict=True)] if square else form.linear
        linear = [first * piece.along // unit, *(x * piece.across // unit for x in others)]
        found.append(Form(form.center + first * piece.shift // unit, linear, [], form.error + slips(len(linear), 0), 0))
    return found
