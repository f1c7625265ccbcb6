"""Fixed points and cycles of the map of a held symbol, and what is proved about them. Frozen values; nothing is computed here."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class ExistenceProof:
    """The exact map has exactly one cycle near the computed one. Proved in outward-rounded interval arithmetic.

    The statement is about the real-number map of the net's float32 weights. Every state of the exact cycle is within `tight` of
    the computed one in each coordinate. No other cycle of the same period visits the boxes of half width `radius` in turn.

    Attributes:
        tight: Half the width of the smallest boxes in which existence was proved.
        radius: Half the width of the largest boxes in which uniqueness was proved (at least `tight`).
        attracting: Whether all eigenvalues of D F^p at the exact cycle are proved to lie inside the unit circle.
        repelling: Whether one of them is proved to lie outside. Both are false if the eigenvalues are too near the circle.
    """

    tight: float
    radius: float
    attracting: bool
    repelling: bool


@dataclass(frozen=True)
class Unproved:
    """No proof was found. This says nothing about the cycle.

    Attributes:
        reason: Why, in plain words.
    """

    reason: str


@dataclass(frozen=True, eq=False)
class Cycle:
    """Points h_0 … h_(p−1) with F(h_k) = h_(k+1) and F(h_(p−1)) = h_0. A fixed point is a cycle with p = 1.

    Attributes:
        states: `[D, p]`, the points in order.
        eigenvalues: `[D]` complex, those of D F^p (the same at every point), the largest modulus first.
        residual: Largest |F(h_k) − h_(k+1)| of any coordinate, as computed.
        proof: What is proved about the cycle, or why nothing is.
    """

    states: NDArray[np.float64]
    eigenvalues: NDArray[np.complex128]
    residual: float
    proof: ExistenceProof | Unproved

    @property
    def period(self) -> int:
        """The number of points, p."""
        return self.states.shape[1]

    @property
    def radius(self) -> float:
        """The spectral radius of D F^p."""
        return float(np.abs(self.eigenvalues[0]))

    @property
    def unstable(self) -> int:
        """The number of eigenvalues outside the unit circle: 0 at an attractor, 1 at most saddles between two attractors."""
        return int((np.abs(self.eigenvalues) > 1).sum())

    @property
    def stable(self) -> bool:
        """Whether all eigenvalues lie inside the unit circle, as computed."""
        return self.radius < 1

    def index(self, period: int) -> int:
        """The fixed-point index of F^period at a point: the sign of det(1 − D F^period).

        It is −1 if the number of real eigenvalues above 1 is odd, else 1.

        Args:
            period: A multiple of the cycle's own period.
        """
        powers = self.eigenvalues ** (period // self.period)
        real = powers[np.abs(powers.imag) <= 1e-12 * np.abs(powers)].real  # up to rounding of float64
        return -1 if (real > 1).sum() % 2 else 1
