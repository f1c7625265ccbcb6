"""Eigenvalues with both their eigenvectors: the directions in which a map is slow or leaves, and how far a state lies along one."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.dynamics.maps import HeldMap, States


@dataclass(frozen=True, eq=False)
class Direction:
    """J·right = eigenvalue·right and left·J = eigenvalue·left, with left·right = 1 and right of length 1.

    So left·(h − h*) is how far a state h is from h* along `right`.

    Attributes:
        eigenvalue: A complex number.
        right: `[D]` complex.
        left: `[D]` complex.
    """

    eigenvalue: complex
    right: NDArray[np.complex128]
    left: NDArray[np.complex128]


def jacobian_around(held: HeldMap, states: States) -> NDArray[np.float64]:
    """D F^p `[D, D]` at the first of p states `[D, p]` that follow each other."""
    product = np.eye(held.size)
    for each in held.jacobians(states):
        product = each @ product
    return product


def directions(jacobian: NDArray[np.float64]) -> list[Direction]:
    """All directions of a matrix `[D, D]`, the largest modulus first.

    Eigenvectors are real where the eigenvalue is, and their largest entry is then positive.
    """
    from scipy.linalg import eig

    solution: Any = eig(jacobian, left=True, right=True)
    values, left, right = solution
    order = np.lexsort((-values.imag, -values.real, -np.abs(values).round(12)))
    return [_direction(values[k], left[:, k].conj(), right[:, k]) for k in order]


def _direction(value: complex, left: NDArray[np.complex128], right: NDArray[np.complex128]) -> Direction:
    right = right.astype(np.complex128)
    largest = right[np.argmax(np.abs(right))]
    right = right * (np.abs(largest) / largest) / np.linalg.norm(right)
    scale = left @ right
    with np.errstate(divide="ignore", invalid="ignore"):
        return Direction(complex(value), right, (left / scale).astype(np.complex128))
