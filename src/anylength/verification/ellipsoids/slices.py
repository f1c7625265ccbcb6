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
from scipy.optimize import root_scalar

from anylength.verification.certify.ellipsoid_cover import UNIT

COUNT, ALONG = 4, 0.5
"""Slices, of the same width, and the length of the ellipsoid around each, as a share of the whole one's."""

ROOM = 1e-6
"""The share by which an ellipsoid is larger than its slice needs: numbers are rounded, and a theorem computes with intervals."""


WIDEST = 2.0
"""No ellipsoid around a slice is wider than this, beside the whole one."""


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
    return Slice(high, shift, (1 + ROOM) * along, (1 + ROOM) * across)


def slices_of(count: int, along: float) -> tuple[Slice, ...]:
    """Slices of the same width."""
    ends = [2 * k / count - 1 for k in range(count + 1)]
    return tuple(_around(low, high, along) for low, high in pairwise(ends))


def slices_alike(count: int, along: float) -> tuple[Slice, ...]:
    """Slices whose ellipsoids are alike, and as narrow as they can be: slices near the poles are thicker."""
    width = root_scalar(lambda width: _ends(count, along, width)[-1] + 1, bracket=(1.0, WIDEST)).root
    ends = _ends(count, along, width)
    ends = [(end - other) / 2 for end, other in zip(reversed(ends), ends, strict=True)]  # from -1 to 1, exactly
    return tuple(_around(low, high, along) for low, high in pairwise(ends))


def _ends(count: int, along: float, width: float) -> list[float]:
    """1, and the lower ends of so many slices one after the other, each as thick as an ellipsoid of this length and width allows.

    An ellipsoid whose upper rim is at h has the shift h - along √(1 - (1 - h²) / width²); both rims add up to
    2 shift width² / (width² - along²).
    """
    ends = [1.0]
    for _ in range(count):
        shift = ends[-1] - along * math.sqrt(1 - (1 - ends[-1] ** 2) / width**2)
        ends.append(2 * shift * width**2 / (width**2 - along**2) - ends[-1])
    return ends


SLICES = slices_of(COUNT, ALONG)
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
