"""Grids: the coarse numbers that weights may be, and the nearest ones to given weights.

All of them are float32 numbers, so a net on a grid is a net like any other: it runs, and is proved, as it is. Two kinds: floats of
16 bits, and whole numbers times powers of two, q · 2ᵏ with |q| ≤ 2ᵇ⁻¹ − 1, whose exponents k are shared by a row or a tensor.
"""

import abc
import dataclasses
from collections.abc import Mapping
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float
from numpy.typing import NDArray

from anylength.errors import InputError, unknown_name

EXPONENT_BITS = 8
"""What a shared exponent takes: a byte."""

LOWEST, HIGHEST = -126, 120
"""The exponents that are used: every q · 2ᵏ is then a finite float32 number, and none below its normal ones."""

EXPONENT = ".exponent"
"""What the name of a tensor's exponents ends in."""

SCALES = ("row", "tensor")
"""What may share an exponent; a tensor of one axis has one in any case."""

Packed = dict[str, np.ndarray]
"""Tensors as they are stored, by name."""


class AbstractGrid(abc.ABC):
    """One grid. Immutable and hashable.

    Attributes:
        name: Its name on the command line.
        bits: What a weight takes.
    """

    name: str
    bits: int

    @property
    @abc.abstractmethod
    def scales(self) -> str | None:
        """What shares an exponent; None where nothing does."""

    @abc.abstractmethod
    def nearest(self, value: Float[Array, "..."]) -> Float[Array, "..."]:
        """A near tensor of the grid, in JAX: what training rounds to. Where it is on the grid already, it stays."""

    @abc.abstractmethod
    def packed(self, name: str, value: NDArray[np.float32]) -> Packed:
        """The nearest tensor of the grid as it is stored.

        Raises:
            InputError: The tensor holds numbers that the grid cannot hold.
        """

    @abc.abstractmethod
    def unpacked(self, name: str, stored: Packed) -> NDArray[np.float32]:
        """The numbers that a stored tensor stands for."""

    @abc.abstractmethod
    def exponents(self, shape: tuple[int, ...]) -> int:
        """How many shared exponents a tensor of this shape has."""

    def size(self, shapes: Mapping[str, tuple[int, ...]]) -> int:
        """The bits of a net whose tensors have these shapes: weights and exponents."""
        return sum(int(np.prod(shape)) * self.bits + self.exponents(shape) * EXPONENT_BITS for shape in shapes.values())


@dataclasses.dataclass(frozen=True)
class FloatGrid(AbstractGrid):
    """FloatGrid with an exponent each. −0 stays −0."""

    name: str
    bits: int
    exponent_bits: int
    mantissa_bits: int

    @property
    def scales(self) -> str | None:
        """Each number has an exponent of its own."""
        return None

    @property
    def dtype(self) -> np.dtype[Any]:
        """The format as numpy knows it."""
        return np.dtype(jnp.dtype(self.name))

    def nearest(self, value: Float[Array, "..."]) -> Float[Array, "..."]:
        """Rounded to nearest, ties to even; subnormal numbers to 0."""
        return lax.reduce_precision(value, self.exponent_bits, self.mantissa_bits)

    def packed(self, name: str, value: NDArray[np.float32]) -> Packed:
        """Rounded to nearest, ties to even."""
        with np.errstate(over="ignore"):
            stored = value.astype(self.dtype)
        if not np.isfinite(stored.astype(np.float32)).all():
            most = float(jnp.finfo(self.dtype).max)
            got = f"{float(np.abs(value).max()):.6g} in {name}"
            raise InputError(f"weights of at most {most:.6g} in magnitude for {self.name}", got, "quantise to int8")
        return {name: stored}

    def unpacked(self, name: str, stored: Packed) -> NDArray[np.float32]:
        """Every number of the format is one of float32."""
        return stored[name].astype(np.float32)

    def exponents(self, shape: tuple[int, ...]) -> int:
        """None: each number has its own."""
        del shape
        return 0


@dataclasses.dataclass(frozen=True)
class IntegerGrid(AbstractGrid):
    """q · 2ᵏ: whole numbers q with |q| ≤ max(1, 2ᵇ⁻¹ − 1), without 0 where b = 1, and an exponent k for a row or a tensor.

    The exponent is the one of four, from one above the largest weight's down, that leaves the least squared error; so the largest
    weights may be cut off. There is no −0.
    """

    name: str
    bits: int
    by_row: bool = True

    TRIED: ClassVar[range] = range(-1, 3)
    """Exponents are tried that are so much lower than the least one that cuts nothing off (but by rounding)."""

    @property
    def scales(self) -> str | None:
        """A row or a tensor."""
        return SCALES[0] if self.by_row else SCALES[1]

    @property
    def most(self) -> int:
        """The largest q."""
        return max(1, 2 ** (self.bits - 1) - 1)

    def nearest(self, value: Float[Array, "..."]) -> Float[Array, "..."]:
        """The nearest q · 2ᵏ for the k of least squared error."""
        whole, exponent = self._rounded(jnp, value)
        return jnp.ldexp(whole, exponent) + 0.0

    def packed(self, name: str, value: NDArray[np.float32]) -> Packed:
        """The q as int8 in the tensor's shape, and the k as int8: one a row, or one."""
        whole, exponent = self._rounded(np, value)
        return {name: whole.astype(np.int8), name + EXPONENT: exponent.astype(np.int8).ravel()}

    def unpacked(self, name: str, stored: Packed) -> NDArray[np.float32]:
        """q · 2ᵏ: exact."""
        whole = stored[name].astype(np.float32)
        exponent = stored[name + EXPONENT].astype(np.int32).reshape(-1, *[1] * (whole.ndim - 1))
        return np.ldexp(whole, exponent)

    def exponents(self, shape: tuple[int, ...]) -> int:
        """One a row of a matrix, else one."""
        return shape[0] if self.by_row and len(shape) > 1 else 1

    def _rounded(self, xp: Any, value: Any) -> tuple[Any, Any]:
        """The q, and the k in a shape that goes with them; numpy's arrays or JAX's, by `xp`."""
        axes = tuple(range(1, value.ndim)) if self.by_row and value.ndim > 1 else tuple(range(value.ndim))
        least = xp.frexp(xp.abs(value).max(axis=axes, keepdims=True))[1] - (self.bits - 1)
        best = None
        for lower in self.TRIED:
            exponent = xp.clip(least - lower, LOWEST, HIGHEST)
            scaled = xp.ldexp(value, -exponent)
            whole = self._whole(xp, scaled)
            error = (xp.ldexp(whole - scaled, exponent - least) ** 2).sum(axis=axes, keepdims=True)
            if best is None:
                best = error, whole, exponent
            else:
                better = error < best[0]
                new = error, whole, exponent
                best = tuple(xp.where(better, one, other) for one, other in zip(new, best, strict=True))
        assert best is not None
        return best[1], best[2]

    def _whole(self, xp: Any, scaled: Any) -> Any:
        """The nearest q, ties to even."""
        if self.bits == 1:
            return xp.where(scaled < 0, xp.float32(-1), xp.float32(1))
        return xp.clip(xp.round(scaled), -self.most, self.most)


GRIDS: Mapping[str, AbstractGrid] = {
    "bfloat16": FloatGrid("bfloat16", 16, exponent_bits=8, mantissa_bits=7),
    "float16": FloatGrid("float16", 16, exponent_bits=5, mantissa_bits=10),
    **{f"int{bits}": IntegerGrid(f"int{bits}", bits) for bits in range(8, 0, -1)},
}


def grid_named(name: str, scales: str = "row") -> AbstractGrid:
    """The grid of this name; for whole numbers, what shares an exponent.

    Raises:
        InputError: No such grid (the nearest name is suggested), or no such share.
    """
    if name not in GRIDS:
        raise unknown_name("format", name, GRIDS)
    if scales not in SCALES:
        raise unknown_name("share of an exponent", scales, SCALES)
    grid = GRIDS[name]
    return dataclasses.replace(grid, by_row=scales == SCALES[0]) if isinstance(grid, IntegerGrid) else grid
