"""Where values come from, and operations that only choose, place and store rows."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.ops import intervals
from anylength.ops.intervals import Interval
from anylength.ops.rounding.model import SAFETY_FACTOR, SMALLEST_NORMAL, Format
from anylength.ops.rounding.rounded import Rounded, finished_value, magnitude, stored_weights, where_covered


def stored_state(number_format: Format, states: Interval) -> Rounded:
    """Every stored state within these bounds `[D, A]`, or `[D, 1]` for all symbols.

    The next step starts from the stored state, so the state's only error is a flush to zero.
    """
    size = magnitude(states)
    return finished_value(number_format, states, size, np.full(size.shape, SMALLEST_NORMAL))


def encoded_symbols(number_format: Format, table: NDArray[Any]) -> Rounded:
    """The encoded symbols `[E, A]`, one a column: 0 and 1, known exactly."""
    return replace(_exact(number_format, table), is_symbol=True)


def constant(number_format: Format, value: Any, columns: int) -> Rounded:
    """Known float32 numbers `[rows]`, kept exactly but for flushes of subnormal ones."""
    return _exact(number_format, intervals.constant(value, columns).low)


def tensor(number_format: Format, value: Any, columns: int) -> Rounded:
    """Stored weights `[rows]`, each of them one term of a sum."""
    return stored_weights(number_format, intervals.tensor(value, columns).low)


def _exact(number_format: Format, value: NDArray[Any]) -> Rounded:
    range, error = Interval.exact(value), number_format.given_error(value)
    return finished_value(number_format, range, magnitude(range) + error, error)


def take(value: Rounded, rows: Sequence[int]) -> Rounded:
    """The rows with these numbers."""
    return value[np.asarray(rows)]


def concatenate(values: Sequence[Rounded]) -> Rounded:
    """Quantities stacked along the rows. One of a single column stands for all columns."""
    columns = max(value.shape[1] for value in values)

    def stacked(parts: list[NDArray[np.float64]]) -> NDArray[np.float64]:
        return np.concatenate([np.broadcast_to(part, (len(part), columns)) for part in parts])

    range = Interval(stacked([value.range.low for value in values]), stacked([value.range.high for value in values]))
    size = stacked([value.size for value in values])
    error = stacked([value.error for value in values])
    terms = stacked([value.terms for value in values])
    is_symbol = all(value.is_symbol for value in values)
    return Rounded(values[0].number_format, range, size, error, terms, is_symbol)


def stored(value: Rounded) -> Rounded:
    """A row of the new state that the rest of the step reads, either as computed or as the format stores it."""
    finished = value.finished()
    number_format = value.number_format
    storing = number_format.storing_error(finished.size)
    size, error = finished.size + storing, finished.error + storing
    return finished_value(number_format, finished.range, size, where_covered(SAFETY_FACTOR * size <= number_format.largest, error))
