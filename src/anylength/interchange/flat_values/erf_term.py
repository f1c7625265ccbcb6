"""GELU as libraries write it: with the error function, which a program does not have by itself."""

import math
from dataclasses import dataclass

from anylength.interchange.flat_values.factors import times
from anylength.interchange.flat_values.matching import scaled
from anylength.programs import Traced

TOLERANCE = 2.0**-22
"""The largest relative difference of a factor from 1/√2, or of two factors: four roundings to float32."""

MAX_CHANGES, LARGEST_SLOPE = 4, 2.0**26
"""Products and sums on the way to a GELU, and its largest multiple: more of them could round by more than a GELU may."""

NO_ERF = "the error function outside of x·(1 + erf(x/√2))/2, the GELU"


@dataclass(frozen=True)
class ErfTerm:
    """offset + slope · erf(value / √2), on the way to a GELU of the value.

    Attributes:
        value: The value.
        offset: A number.
        slope: A number.
        shape: The shape of the array.
        changes: Products and sums so far.
    """

    value: Traced
    offset: float
    slope: float
    shape: tuple[int, ...]
    changes: int = 0

    def changed(self, factor: float, more: float) -> "ErfTerm":
        """factor · term + more.

        Raises:
            ValueError: The numbers are too large or too many for the rounding errors of a GELU.
        """
        offset, slope = factor * self.offset + more, factor * self.slope
        if self.changes == MAX_CHANGES or abs(offset) > 2 * abs(slope) or not 1 / LARGEST_SLOPE <= abs(slope) <= LARGEST_SLOPE:
            raise ValueError(NO_ERF)
        return ErfTerm(self.value, offset, slope, self.shape, self.changes + 1)

    def times(self, other: Traced) -> Traced:
        """The product with c·value: a multiple of GELU, as x·(1 + erf(x/√2)) is 2·gelu(x).

        Raises:
            ValueError: It is none.
        """
        base, factor = scaled(other)
        if base != self.value or not math.isclose(self.offset, self.slope, rel_tol=TOLERANCE):
            raise ValueError(NO_ERF)
        return times(other.tracer.gelu(base), 2 * self.offset * factor)


def erf_of(value: Traced, shape: tuple[int, ...]) -> ErfTerm:
    """erf of a value.

    Raises:
        ValueError: The value is no ±x/√2.
    """
    base, factor = scaled(value)
    if not math.isclose(abs(factor), math.sqrt(0.5), rel_tol=TOLERANCE):
        raise ValueError(NO_ERF)
    return ErfTerm(base, 0.0, math.copysign(1.0, factor), shape)
