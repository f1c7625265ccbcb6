"""Fixed points and cycles of a held symbol's map, and what is proved of them. Frozen values; nothing is computed here."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class ExistenceProof:
    """The exact map has exactly one cycle near the computed one: proved in outward-rounded interval arithmetic.

    It speaks of the real-number map of the net's float32 weights. Every state of that cycle is within `tight` of the computed one
    in each coordinate, and within `radius` there is no other cycle of the same period that visits these boxes in turn.

    Attributes:
        tight: Half the width of the smallest boxes in which existence was proved.
        radius: Half the width of the largest boxes in which uniqueness was proved (at least `tight`).
        attracting: Whether it is proved that all eigenvalues of D F^p at the exact cycle lie inside the unit circle.
        repelling: Whether it is proved that one of them lies outside. Neither where the eigenvalues are too near the circle.
    """

    tight: float
    radius: float
    attracting: bool
    repelling: bool


@dataclass(frozen=True)
class Unproved:
    """No proof was found, which says nothing about the cycle.

    Attributes:
        reason: Why, in plain words.
    """

    reason: str


@dataclass(frozen=True, eq=False)
class Cycle:
    """Points h_0 … h_(p−1) with F(h_k) = h_(k+1) and F(h_(p−1)) = h_0; a fixed point where p is 1.

    Attributes:
        states: `[D, p]`, the points in turn.
        eigenvalues: `[D]` complex, those of D F^p (the same at every point), the largest modulus first.
        residual: The largest |F(h_k) − h_(k+1)| of any coordinate, as computed.
        proof: What is proved of it, or why nothing is.
    """

    states: NDArray[np.float64]
    eigenvalues: NDArray[np.complex128]
    residual: float
    proof: ExistenceProof | Unproved

    @property
    def period(self) -> int:
        """P, the number of points."""
        return self.states.shape[1]

    @property
    def radius(self) -> float:
        """The spectral radius of D F^p."""
        return float(np.abs(self.eigenvalues[0]))

    @property
    def unstable(self) -> int:
        """How many eigenvalues lie outside the unit circle: 0 at an attractor, 1 at most saddles between two."""
        return int((np.abs(self.eigenvalues) > 1).sum())

    @property
    def stable(self) -> bool:
        """Whether all eigenvalues lie inside the unit circle, as computed."""
        return self.radius < 1

    def index(self, period: int) -> int:
        """The sign of det(1 − D F^period) at a point: −1 where the number of real eigenvalues above 1 is odd.

        Args:
            period: A multiple of the cycle's own.
        """
        powers = self.eigenvalues ** (period // self.period)
        real = powers[np.abs(powers.imag) <= 1e-12 * np.abs(powers)].real
        return -1 if (real > 1).sum() % 2 else 1
