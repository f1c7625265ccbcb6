"""The interpreter in one number format."""

from dataclasses import dataclass
from typing import Any

from anylength.ops.rounding import functions, rows, shares, sums
from anylength.ops.rounding.model import Format
from anylength.ops.rounding.rounded import Rounded


@dataclass(frozen=True)
class Rounding:
    """The operations of a step over `Rounded` values. The format says how weights are stored."""

    number_format: Format

    def constant(self, value: Any, columns: int) -> Rounded:
        """Known float32 numbers `[rows]`, kept exactly but for flushes of subnormal ones."""
        return rows.constant(self.number_format, value, columns)

    def tensor(self, value: Any, columns: int) -> Rounded:
        """Stored weights `[rows]`."""
        return rows.tensor(self.number_format, value, columns)

    take = staticmethod(rows.take)
    concatenate = staticmethod(rows.concatenate)
    stored = staticmethod(rows.stored)

    matmul = staticmethod(sums.matmul)
    matvec = staticmethod(sums.matvec)
    mean = staticmethod(sums.mean)
    center = staticmethod(sums.center)
    mean_square = staticmethod(sums.mean_square)

    normalize = staticmethod(shares.normalize)
    softmax = staticmethod(shares.softmax)

    scale = staticmethod(functions.scale)
    maximum = staticmethod(functions.maximum)
    minimum = staticmethod(functions.minimum)
    absolute = staticmethod(functions.absolute)
    square = staticmethod(functions.square)
    reciprocal = staticmethod(functions.reciprocal)
    rsqrt = staticmethod(functions.rsqrt)
    lerp = staticmethod(functions.lerp)
    tanh = staticmethod(functions.tanh)
    sigmoid = staticmethod(functions.sigmoid)
    relu = staticmethod(functions.relu)
    exp = staticmethod(functions.exp)
    softplus = staticmethod(functions.softplus)
    silu = staticmethod(functions.silu)
    gelu = staticmethod(functions.gelu)
