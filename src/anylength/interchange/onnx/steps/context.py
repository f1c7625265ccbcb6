"""What the rules for the operators of one graph share: the operations, the parts of the state, the axis of time."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from anylength.interchange.flat_values import Flat, FlatArithmetic, flat
from anylength.programs import Traced


@dataclass
class StepContext:
    """The state of the interpretation of a graph.

    Attributes:
        arithmetic: The operations.
        letters: The letters on each tape.
        time: The label of the axis of time; None while no operator has one.
        starts: The start of each part of the state.
        new_state: The new value of each part.
        rows: The rows of the state that are in use.
    """

    arithmetic: FlatArithmetic
    letters: int
    time: str | None = None
    starts: list[NDArray[np.float32]] = field(default_factory=list)
    new_state: dict[int, Traced] = field(default_factory=dict)
    rows: int = 0

    def state_part(self, start: NDArray[np.float32]) -> tuple[int, Flat]:
        """A new part of the state with this start, in the start's shape: its number and its old value.

        Raises:
            ValueError: The state is too large, or the start is not finite.
        """
        if not np.isfinite(start).all():
            raise ValueError(f"{'NaN' if np.isnan(start).any() else 'an infinity'} in the start state")
        first, self.rows = self.rows, self.rows + start.size
        if self.rows > self.arithmetic.state:
            raise ValueError(f"a state of more than {self.arithmetic.state:,} numbers")
        self.starts.append(np.asarray(start, np.float32))
        rows = np.arange(first, self.rows).reshape(start.shape)
        return len(self.starts) - 1, Flat(flat(self.arithmetic.tracer.state()).source, rows)

    def at_time(self, label: str) -> None:
        """Notes the axis of time.

        Raises:
            ValueError: Another axis is the axis of time.
        """
        if self.time not in (None, label):
            raise ValueError("over another axis than the recurrence before it")
        self.time = label
