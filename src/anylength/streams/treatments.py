"""Changes of a net's step from outside: a leak, a clip, a reset on a timer, another number format of the state between steps."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import msgspec
import numpy as np
from jaxtyping import Float

from anylength.streams.net import States

Format: TypeAlias = Literal["float16", "bfloat16", "int8"]

INT8_STEPS = 127
"""Steps of an 8-bit number on each side of zero."""

NEVER = np.iinfo(np.int64).max


class Treatment(msgspec.Struct, frozen=True):
    """A change of the step. The defaults change nothing.

    Attributes:
        name: For people.
        leak: Factor on numbers of the state behind each step, with their numbers; None: all.
        clip: Largest magnitude of numbers of the state.
        timer: Steps between resets.
        storage: Number format of the state between steps. `int8` has one scale a number, from `scales`.
        numbers: The numbers of the state that leak or are clipped; None: all.
    """

    name: str = "as shipped"
    leak: float | None = None
    clip: float | None = None
    timer: int | None = None
    storage: Format | None = None
    numbers: tuple[int, ...] | None = None


class Applied:
    """Treatments of the rows of a batch.

    Args:
        rows: One treatment a row.
        size: Numbers of a state.
        start: The state after a reset.
        scales: Of each number, the largest magnitude that `int8` holds.
    """

    def __init__(
        self, rows: Sequence[Treatment], size: int, start: Float[np.ndarray, " N"], scales: Float[np.ndarray, " N"]
    ) -> None:
        self._start, self._scales = start, np.maximum(scales, np.finfo(np.float32).tiny)
        self._leak = self._column(rows, size, "leak", 1.0)
        self._clip = self._column(rows, size, "clip", np.inf)
        self._timer = np.array([row.timer or NEVER for row in rows])
        self._stored = {kind: np.array([row.storage == kind for row in rows]) for kind in ("float16", "bfloat16", "int8")}

    @staticmethod
    def _column(rows: Sequence[Treatment], size: int, field: str, neutral: float) -> Float[np.ndarray, "B N"] | None:
        """The values of one kind of treatment, or None where no row has it."""
        if all(getattr(row, field) is None for row in rows):
            return None
        values = np.full((len(rows), size), neutral, np.float32)
        for index, row in enumerate(rows):
            value = getattr(row, field)
            if value is not None:
                values[index, slice(None) if row.numbers is None else list(row.numbers)] = value
        return values

    def before(self, states: States, step: int) -> States:
        """The states before a step: reset where a timer is due."""
        due = (step % self._timer == 0) & (step > 0)
        if due.any():
            states = np.where(due[:, None], self._start, states)
        return states

    def after(self, states: States) -> States:
        """The states behind a step."""
        if self._leak is not None:
            states = states * self._leak
        if self._clip is not None:
            states = np.clip(states, -self._clip, self._clip)
        for kind, rows in self._stored.items():
            if rows.any():
                states = states.copy()
                states[rows] = self._rounded(states[rows], kind)
        return states

    def _rounded(self, states: States, kind: str) -> States:
        if kind == "int8":
            unit = self._scales / INT8_STEPS
            return (np.clip(np.round(states / unit), -INT8_STEPS, INT8_STEPS) * unit).astype(np.float32)
        import ml_dtypes

        return states.astype(np.float16 if kind == "float16" else ml_dtypes.bfloat16).astype(np.float32)
