"""Covers by ellipsoids of states, in the exact numbers of a certificate. Only the independent checker says whether one holds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

UNIT = 2.0**-32
"""Centers and shapes are integers in this unit."""


@dataclass(frozen=True)
class EllipsoidCover:
    """Ellipsoids c + L u, |u| <= 1, and how symbols lead from one to the next.

    Attributes:
        machine_states: `[N]` the machine's state at each node.
        successors: `[N, A]` the next node under each symbol; `END` where words of interest go no further.
        start: The node of the start state.
        center: `[N, D]` c.
        shape: `[N, D, D]` L.
        spread: `[N, D]` how the room for errors is shared out among the coordinates, above 0. Any numbers are sound.
        weights: `[N, A, R, B + 3]` shares of each step, above 0: of the misfit of centers, of the linear part, of each of B
            quadratic parts, and of the errors. Any numbers are sound. A row for each slice; of a whole ellipsoid the first one.
        automaton_states: `[N]` where a proof is about the words that an automaton reads, the state of that.
        slices: `[R, 4]` end, shift, length and width of each slice, in units of 2⁻³²; None if no ellipsoid is cut.
        is_sliced: `[N, A]` with slices, whether the ellipsoid is cut for a step.
    """

    machine_states: NDArray[np.int64]
    successors: NDArray[np.int64]
    start: int
    center: NDArray[np.int64]
    shape: NDArray[np.int64]
    spread: NDArray[np.int64]
    weights: NDArray[np.int64]
    automaton_states: NDArray[np.int64] | None = None
    slices: NDArray[np.int64] | None = None
    is_sliced: NDArray[np.bool_] | None = None

    @property
    def blocks(self) -> int:
        """B, how many quadratic parts are kept."""
        return self.weights.shape[3] - 3
