"""Tensors as integers of 8 bits and powers of two, where these are exactly the same numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.nets import grid_named


@dataclass(frozen=True)
class Integers:
    """A tensor of numbers q · 2ᵏ.

    Attributes:
        rows: q of each row of a matrix; of a vector one row. |q| ≤ 127.
        scales: 2ᵏ of each row, at most 1: a product that underflows errs by no more than that of the number itself.
    """

    rows: list[list[int]]
    scales: NDArray[np.float32]


def integers_of(value: NDArray[np.float32]) -> Integers | None:
    """The integers of a float32 vector or matrix, as of a net quantised to integers; None if it has other numbers."""
    if not np.isfinite(value).all():
        return None
    grid = grid_named("int8")
    with np.errstate(over="ignore", under="ignore"):
        stored = grid.pack("value", value)
        integers, exponents = stored.values()
        if exponents.max() > 0 or grid.unpack("value", stored).tobytes() != value.tobytes():
            return None
    return Integers(np.atleast_2d(integers).tolist(), np.ldexp(np.float32(1), exponents.astype(np.int32)))
