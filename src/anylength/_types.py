"""Shared shapes: the axis letters of the whole project, and a few array aliases. No logic.

Axis letters, everywhere: `T` time, `H` hidden units, `D` state size, `A` alphabet (symbols), `E` encoded symbol,
`Q` machine states, `C` output classes, `B` batch, `S` seeds. Digits run least significant first. States and encoded
symbols are columns: one example is one column, a batch is more columns.
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Digits: TypeAlias = NDArray[np.uint8]
"""Digits of one number, least significant first, shape `[T]`."""

Symbols: TypeAlias = NDArray[np.unsignedinteger[Any]]
"""Indices of symbols, shape `[T]` or `[T, B]`."""

Tensor: TypeAlias = Any
"""A float32 weight, numpy or JAX. Pytree leaves carry their shapes in docstrings, not in types: JAX fills the same fields with
stacked arrays (a leading `S`), tracers and axis numbers."""
