"""Eigenvalues with their right and left eigenvectors, and the Jacobian over one period of a cycle."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.dynamics.maps import HeldMap, States


@dataclass(frozen=True, eq=False)
class Direction:
    """J·right = eigenvalue·right and left·J = eigenvalue·left, with left·right = 1 and right of length 1.

    For a state h near h*, left·(h − h*) is the coordinate of h along `right`.

    Attributes:
        eigenvalue: A complex number.
        right: `[D]` complex.
        left: `[D]` complex.
    """

    eigenvalue: complex
    right: NDArray[np.complex128]
    left: NDArray[np.complex128]


def jacobian_over_period(held_map: HeldMap, states: States) -> NDArray[np.float64]:
    """D F^p `[D, D]` at the first of the p consecutive states `[D, p]` of a cycle."""
    product = np.eye(held_map.size)
    for jacobian in held_map.jacobians(states):
        product = jacobian @ product
    return product


def largest_first(eigenvalues: NDArray[np.complex128]) -> NDArray[np.intp]:
    """The order of eigenvalues: the largest modulus first, then the largest real part, then the largest imaginary part."""
    # moduli that agree in 12 decimals count as equal: conjugate pairs differ by rounding only
    return np.lexsort((-eigenvalues.imag, -eigenvalues.real, -np.abs(eigenvalues).round(12)))


def directions(jacobian: NDArray[np.float64]) -> list[Direction]:
    """All directions of a matrix `[D, D]`, the largest modulus first.

    The eigenvector of a real eigenvalue is real, and its largest entry is positive.
    """
    from scipy.linalg import eig

    solution: Any = eig(jacobian, left=True, right=True)
    values, left, right = solution
    return [_direction(values[k], left[:, k].conj(), right[:, k]) for k in largest_first(values)]


def _direction(value: complex, left: NDArray[np.complex128], right: NDArray[np.complex128]) -> Direction:
    right = right.astype(np.complex128)
    largest = right[np.argmax(np.abs(right))]
    right = right * (np.abs(largest) / largest) / np.linalg.norm(right)
    scale = left @ right
    with np.errstate(divide="ignore", invalid="ignore"):
        return Direction(complex(value), right, (left / scale).astype(np.complex128))
