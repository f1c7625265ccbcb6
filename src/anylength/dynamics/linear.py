"""Systems of linear equations in searches that may come across a singular one."""

import numpy as np
from numpy.typing import NDArray


def solved(matrices: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """The solutions of systems of linear equations. All are NaN where a matrix is singular: no search goes on from NaN."""
    try:
        return np.asarray(np.linalg.solve(matrices, right), np.float64)
    except np.linalg.LinAlgError:
        return np.full(right.shape, np.nan)
