"""Array aliases and the axis letters of the project. No logic.

Axis letters: `T` time, `H` hidden units, `D` state size, `A` alphabet (symbols), `E` encoded symbol,
`Q` machine states, `C` output classes, `B` batch, `S` seeds. Digits run least significant first. States and encoded
symbols are columns: one example is one column, a batch has more columns.
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Digits: TypeAlias = NDArray[np.unsignedinteger[Any]]
"""What stands on one tape, shape `[T]`: the digits of a number, least significant first, or the symbols of a word in order."""

Symbols: TypeAlias = NDArray[np.unsignedinteger[Any]]
"""Indices of symbols in the alphabet, shape `[T]` or `[T, B]`."""

OUTPUT = np.uint16
"""The type of output classes and targets: up to 1,024 classes, and the target of a step that is not graded."""

Tensor: TypeAlias = Any
"""A float32 weight, a numpy or JAX array. Docstrings rather than types give the shapes of weights, because JAX puts other things
into the same fields: stacked arrays (with a leading `S`), tracers and axis numbers."""
