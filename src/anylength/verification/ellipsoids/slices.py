"""Slices of an ellipsoid c + L u, |u| ≤ 1, by the first number of u, and an ellipsoid around each.

An image bends along the longest axis of a source. A slice bends less, so the bound of its image is tighter, though the ellipsoid
around it is wider in the other directions. If the image of each slice lies in the next ellipsoid, so does that of the whole.
"""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.verification.certify.ellipsoid_cover import UNIT
from anylength.verification.certify.formats import ROUNDED_UP

COUNT = 4
"""Slices of the same width. The ellipsoid around each is twice as long."""


@dataclass(frozen=True)
class Slice:
    """The states with u₁ up to `end`, and an ellipsoid that holds these: u₁ = shift + along · w₁, and across · w otherwise."""

    end: float
    shift: float
    along: float
    across: float


WHOLE = (Slice(1.0, 0.0, 1.0, 1.0),)
"""The ellipsoid itself."""


def _around(low: float, high: float, along: float) -> Slice:
    """The narrowest ellipsoid of this length around the slice with u₁ from `low` to `high`: both of its rims lie on it.

    So (end - shift)² / along² + (1 - end²) / across² = 1 at both ends, which is a quadratic equation for the shift.
    """
    both, product = low + high, 1 + low * high
    shift = 0.0 if both == 0.0 else (product - math.sqrt(product**2 - both**2 * (1 - along**2))) / both
    end = min(low, high, key=abs)
    across = math.sqrt((1 - end**2) / (1 - ((end - shift) / along) ** 2))
    return Slice(high, shift, ROUNDED_UP * along, ROUNDED_UP * across)


def _slices(count: int) -> tuple[Slice, ...]:
    """Slices of the same width."""
    ends = [2 * k / count - 1 for k in range(count + 1)]
    return tuple(_around(low, high, high - low) for low, high in pairwise(ends))


SLICES = _slices(COUNT)
"""The slices of every proof."""


def cut_in(slices: tuple[Slice, ...], center: Any, shape: Any) -> tuple[Any, Any]:
    """The ellipsoids around all slices, one slice after the other: centers `[R · N, D]` and shapes `[R · N, D, D]`."""
    arrays = center.__array_namespace__()
    across = [[part.along] + [part.across] * (shape.shape[-1] - 1) for part in slices]
    centers = [center + part.shift * shape[:, :, 0] for part in slices]
    return arrays.concatenate(centers), arrays.concatenate([shape * arrays.asarray(row, dtype=shape.dtype) for row in across])


def as_integers(slices: tuple[Slice, ...]) -> NDArray[np.int64]:
    """The slices in the units of a certificate `[R, 4]`."""
    rows = np.array([[part.end, part.shift, part.along, part.across] for part in slices])
    return np.rint(rows / UNIT).astype(np.int64)
