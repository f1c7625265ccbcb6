"""Boxes of numpy arrays, for operations over forms that keep no dependence."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from anylength.ops import numpy_arrays
from anylength.ops.boxes import AbstractBox


@dataclass(frozen=True)
class NumpyBox(AbstractBox):
    """All x with |x − centre| ≤ radius, elementwise: two numpy arrays of one shape."""

    arrays: ClassVar[Any] = numpy_arrays
    zeros_like: ClassVar[Callable[[Any], Any]] = staticmethod(np.zeros_like)
