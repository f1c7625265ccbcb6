"""The gate of a cell that retains its state."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Retention:
    """The bias of the gate that retains the state.

    Attributes:
        rows: The gate's H rows of `bias`. `certified` and `robust` also scale these rows of `weight_ih` and `weight_hh`, whatever
            a matrix has there.
        sign: +1 if a larger bias retains more of the state, −1 if it retains less.
    """

    rows: slice
    sign: float
