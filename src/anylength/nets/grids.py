"""Grids: the coarse numbers that quantised weights may be, and rounding of weights to them.

Every number of a grid is a float32 number, so a quantised net runs and is proved like any other net. There are two kinds of grids:

- Float grids: 16-bit floats.
- Integer grids: q · 2ᵏ with integers |q| ≤ 2ᵇ⁻¹ − 1. A row or a tensor shares the exponent k.
"""

import abc
import dataclasses
from collections.abc import Mapping
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Float
from numpy.typing import NDArray

from anylength.base import InputError, Tensor, unknown_name

EXPONENT = ".exponent"
"""Suffix of the name of a tensor's exponents in a file."""

SCALES = ("row", "tensor")
"""What may share an exponent. A tensor with one axis has one exponent in either case."""

StoredTensors = dict[str, np.ndarray]
"""Tensors in their stored form, by name."""


class AbstractGrid(abc.ABC):
    """One grid. Immutable and hashable.

    Attributes:
        name: Its name on the command line.
        bits: Bits of a weight, without shared exponents.
    """

    name: str
    bits: int

    @property
    @abc.abstractmethod
    def scales(self) -> str | None:
        """What shares an exponent, one of `SCALES`; None for floats, which each have their own."""

    @abc.abstractmethod
    def nearest(self, value: Float[Tensor, "..."]) -> Float[Tensor, "..."]:
        """The tensor rounded to the grid, in JAX or numpy; training uses it. A tensor on the grid stays as it is."""

    def nearest_net(self, net: Any) -> Any:
        """The net, or another pytree, with all its tensors rounded to the grid."""
        return jax.tree.map(self.nearest, net)

    @abc.abstractmethod
    def pack(self, name: str, value: NDArray[np.float32]) -> StoredTensors:
        """The tensor rounded to the grid, in its stored form.

        Raises:
            InputError: A number is too large for the grid.
        """

    @abc.abstractmethod
    def unpack(self, name: str, stored: StoredTensors) -> NDArray[np.float32]:
        """The float32 tensor with this name from its stored form."""

    @abc.abstractmethod
    def exponent_count(self, shape: tuple[int, ...]) -> int:
        """Number of shared exponents of a tensor of this shape."""

    def total_bits(self, shapes: Mapping[str, tuple[int, ...]]) -> int:
        """Bits of a net whose tensors have these shapes: weights and shared exponents."""
        weights = sum(int(np.prod(shape)) for shape in shapes.values())
        exponents = sum(self.exponent_count(shape) for shape in shapes.values())
        return weights * self.bits + exponents * 8  # a shared exponent is stored as int8


@dataclasses.dataclass(frozen=True)
class FloatGrid(AbstractGrid):
    """Floats, each with its own exponent. −0 stays −0."""

    name: str
    bits: int
    exponent_bits: int
    mantissa_bits: int

    @property
    def scales(self) -> str | None:
        """None: each number has its own exponent."""
        return None

    @property
    def dtype(self) -> np.dtype[Any]:
        """The format as a numpy dtype."""
        return np.dtype(jnp.dtype(self.name))

    def nearest(self, value: Float[Tensor, "..."]) -> Float[Tensor, "..."]:
        """The tensor rounded to nearest, ties to even. Subnormal numbers become 0."""
        if isinstance(value, np.ndarray):
            return self._nearest_in_numpy(value)
        return lax.reduce_precision(value, self.exponent_bits, self.mantissa_bits)

    def _nearest_in_numpy(self, value: NDArray[np.float32]) -> NDArray[np.float32]:
        """The same in numpy. XLA compiles its own operation for each shape, which takes some 50 ms."""
        with np.errstate(over="ignore", invalid="ignore"):  # a net that has diverged
            rounded = value.astype(self.dtype).astype(np.float32)
        is_subnormal = np.abs(rounded) < float(jnp.finfo(self.dtype).smallest_normal)
        return np.where(is_subnormal, np.copysign(np.float32(0), rounded), rounded)

    def pack(self, name: str, value: NDArray[np.float32]) -> StoredTensors:
        """The tensor rounded to nearest, ties to even."""
        with np.errstate(over="ignore"):
            stored = value.astype(self.dtype)
        if not np.isfinite(stored.astype(np.float32)).all():
            largest = float(jnp.finfo(self.dtype).max)
            got = f"{float(np.abs(value).max()):.6g} in {name}"
            raise InputError(f"weights of at most {largest:.6g} in magnitude for {self.name}", got, "quantise to int8")
        return {name: stored}

    def unpack(self, name: str, stored: StoredTensors) -> NDArray[np.float32]:
        """The tensor as float32: exact."""
        return stored[name].astype(np.float32)

    def exponent_count(self, shape: tuple[int, ...]) -> int:
        """0: no exponent is shared."""
        del shape
        return 0


@dataclasses.dataclass(frozen=True)
class IntegerGrid(AbstractGrid):
    """Numbers q · 2ᵏ: integers |q| ≤ max(1, 2ᵇ⁻¹ − 1), and an exponent k for a row or a tensor. There is no −0, and no 0 if b = 1.

    The exponent is the one of least squared error among four: from one above the smallest that clips no weight to two below it.
    So the largest weights may be clipped.
    """

    name: str
    bits: int
    by_row: bool = True

    OFFSETS: ClassVar[range] = range(-1, 3)
    """Exponents to try, as distances below the smallest exponent that clips no weight."""

    @property
    def scales(self) -> str | None:
        """`row` or `tensor`."""
        return SCALES[0] if self.by_row else SCALES[1]

    @property
    def max_integer(self) -> int:
        """The largest q."""
        return max(1, 2 ** (self.bits - 1) - 1)

    def nearest(self, value: Float[Tensor, "..."]) -> Float[Tensor, "..."]:
        """The nearest q · 2ᵏ for the k of least squared error."""
        xp = np if isinstance(value, np.ndarray) else jnp
        with np.errstate(over="ignore", invalid="ignore"):  # a net that has diverged
            integers, exponent = self._quantised(xp, value)
            return xp.ldexp(integers, exponent) + xp.float32(0)  # + 0 turns −0 into 0

    def pack(self, name: str, value: NDArray[np.float32]) -> StoredTensors:
        """q as int8 in the tensor's shape, and k as int8: one per row, or one."""
        integers, exponent = self._quantised(np, value)
        return {name: integers.astype(np.int8), name + EXPONENT: exponent.astype(np.int8).ravel()}

    def unpack(self, name: str, stored: StoredTensors) -> NDArray[np.float32]:
        """q · 2ᵏ as float32: exact."""
        integers = stored[name].astype(np.float32)
        one_per_row = (-1, *[1] * (integers.ndim - 1))
        exponent = stored[name + EXPONENT].astype(np.int32).reshape(one_per_row)
        return np.ldexp(integers, exponent)

    def exponent_count(self, shape: tuple[int, ...]) -> int:
        """One per row of a matrix, or one."""
        return shape[0] if self.by_row and len(shape) > 1 else 1

    def _quantised(self, xp: Any, value: Any) -> tuple[Any, Any]:
        """q, and k in a shape that broadcasts to q's. `xp` is `numpy` or `jax.numpy`."""
        first_axis = 1 if self.by_row and value.ndim > 1 else 0
        axes = tuple(range(first_axis, value.ndim))
        # The smallest exponent for which the largest weight needs no clipping, except by rounding.
        unclipped = xp.frexp(xp.abs(value).max(axis=axes, keepdims=True))[1] - (self.bits - 1)
        best = None
        for offset in self.OFFSETS:
            # with |q| ≤ 127 every q · 2ᵏ is then 0 or a normal, finite float32 number
            exponent = xp.clip(unclipped - offset, -126, 120)
            scaled = xp.ldexp(value, -exponent)
            integers = self._integers(xp, scaled)
            error = (xp.ldexp(integers - scaled, exponent - unclipped) ** 2).sum(axis=axes, keepdims=True)
            candidate = error, integers, exponent
            if best is None:
                best = candidate
            else:
                is_better = error < best[0]
                best = tuple(xp.where(is_better, new, old) for new, old in zip(candidate, best, strict=True))
        assert best is not None
        return best[1], best[2]

    def _integers(self, xp: Any, scaled: Any) -> Any:
        """The nearest q, ties to even."""
        if self.bits == 1:
            return xp.where(scaled < 0, xp.float32(-1), xp.float32(1))
        return xp.clip(xp.round(scaled), -self.max_integer, self.max_integer)


GRIDS: Mapping[str, AbstractGrid] = {
    "bfloat16": FloatGrid("bfloat16", 16, exponent_bits=8, mantissa_bits=7),
    "float16": FloatGrid("float16", 16, exponent_bits=5, mantissa_bits=10),
    **{f"int{bits}": IntegerGrid(f"int{bits}", bits) for bits in range(8, 0, -1)},
}


def grid_named(name: str, scales: str = "row") -> AbstractGrid:
    """The grid of this name. `scales` says what shares an exponent in an integer grid.

    Raises:
        InputError: There is no such grid or no such `scales`. The error suggests the nearest name.
    """
    if name not in GRIDS:
        raise unknown_name("format", name, GRIDS)
    if scales not in SCALES:
        raise unknown_name("share of an exponent", scales, SCALES)
    grid = GRIDS[name]
    if isinstance(grid, IntegerGrid):
        return dataclasses.replace(grid, by_row=scales == SCALES[0])
    return grid
