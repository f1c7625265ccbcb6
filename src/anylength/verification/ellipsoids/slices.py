"""Slices of an ellipsoid c + L u, |u| ≤ 1, by the first number of u, and an ellipsoid around each.

An image bends along the longest axis of a source. A slice bends less, so the bound of its image is tighter, though the ellipsoid
around it is wider in the other directions. If the image of each slice lies in the next ellipsoid, so does that of the whole.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.verification.certify.ellipsoid_cover import UNIT

COUNT, ACROSS = 4, math.sqrt(1.25)
"""Slices, of the same width, and how much wider their ellipsoids are in the directions across."""

ROOM = 1e-6
"""The share by which an ellipsoid is longer than its slice needs: numbers are rounded, and a theorem computes with intervals."""


@dataclass(frozen=True)
class Slice:
    """The states with u₁ up to `end`, and an ellipsoid that holds these: u₁ = shift + along · w₁, and across · w otherwise."""

    end: float
    shift: float
    along: float
    across: float


WHOLE = (Slice(1.0, 0.0, 1.0, 1.0),)
"""The ellipsoid itself."""


def _slices(count: int, across: float) -> tuple[Slice, ...]:
    """The shortest ellipsoids that hold slices of the same width."""
    ends = [2 * k / count - 1 for k in range(count + 1)]
    lengths = [math.sqrt(max(0.0, 1 - (1 - end**2) / across**2)) for end in ends]
    found = []
    for low, high, below, above in zip(ends, ends[1:], lengths, lengths[1:], strict=False):
        along = (high - low) / (below + above)
        found.append(Slice(high, low + along * below, (1 + ROOM) * along, across))
    return tuple(found)


SLICES = _slices(COUNT, ACROSS)
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
