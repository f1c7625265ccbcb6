"""Forms: numbers that depend on a vector u, |u| ≤ 1, linearly, quadratically in part, up to an error; numpy or JAX arrays."""

from dataclasses import dataclass
from typing import Any

from anylength.pytrees import pytree


@pytree
@dataclass(frozen=True)
class Form:
    """The numbers within `error` of center + linear·u + ½ Σₖ curvedₖ·vₖ for any vectors |vₖ| ≤ 1.

    With vₖ = 2uₖu − eₖ, which is no longer than 1, these are what is left of products uₖu = ½(eₖ + vₖ) without their mean. The
    rules are those of `docs/certificate.md`, *Ellipsoids*, without its rounding.

    Attributes:
        center: `[R, B]`.
        linear: `[R, B, N]`.
        curved: `[R, B, K, N]` for K blocks, at least one.
        error: `[R, B]`.
    """

    center: Any
    linear: Any
    curved: Any
    error: Any

    __array_ufunc__ = None  # numpy arrays on the left leave +, − and * to this class

    @property
    def shape(self) -> tuple[int, ...]:
        """`[R, B]`."""
        return self.center.shape

    @property
    def radius(self) -> Any:
        """The most that a number differs from its center `[R, B]`."""
        return length(self.linear) + 0.5 * length(self.curved).sum(-1) + self.error

    def widened(self, error: Any) -> "Form":
        """The form with a larger error."""
        return Form(self.center, self.linear, self.curved, self.error + error)

    def scaled(self, factor: Any) -> "Form":
        """The product with exact numbers `[R, B]`, `[R, 1]` or a number."""
        factor = self.center * 0 + factor
        curved = factor[..., None, None] * self.curved
        return Form(factor * self.center, factor[..., None] * self.linear, curved, abs(factor) * self.error)

    def __getitem__(self, rows: Any) -> "Form":
        return Form(self.center[rows], self.linear[rows], self.curved[rows], self.error[rows])

    def __add__(self, other: Any) -> "Form":
        if not isinstance(other, Form):
            return Form(self.center + other, self.linear, self.curved, self.error)
        curved = self.curved + other.curved
        return Form(self.center + other.center, self.linear + other.linear, curved, self.error + other.error)

    __radd__ = __add__

    def __neg__(self) -> "Form":
        return Form(-self.center, -self.linear, -self.curved, self.error)

    def __sub__(self, other: Any) -> "Form":
        return self + (-other)

    def __rsub__(self, other: Any) -> "Form":
        return (-self) + other

    def __mul__(self, other: Any) -> "Form":
        if not isinstance(other, Form):
            return self.scaled(other)
        mixed = self._beside().scaled(other.center) + other._beside().scaled(self.center)
        rest = self.radius * other.radius - length(self.linear) * length(other.linear)
        return (mixed + bent(self, other) + self.center * other.center).widened(rest)

    __rmul__ = __mul__

    def _beside(self) -> "Form":
        """What is beside the center."""
        return Form(0 * self.center, self.linear, self.curved, self.error)


def length(vectors: Any) -> Any:
    """The lengths of vectors along the last axis. Their gradient is finite at 0."""
    arrays = vectors.__array_namespace__()
    return arrays.sqrt((vectors * vectors).sum(-1) + arrays.finfo(vectors.dtype).tiny)


def bent(left: Form, right: Form) -> Form:
    """(g·u)(h·u) for the linear parts g and h of two forms of the same columns."""
    g, h, blocks = left.linear, right.linear, left.curved.shape[-2]
    arrays = g.__array_namespace__()
    rest = arrays.concatenate([0 * g[..., :blocks], g[..., blocks:]], -1)
    curved = arrays.stack([g[..., k, None] * h + h[..., k, None] * rest for k in range(blocks)], -2)
    error = 0.5 * length(g[..., blocks:]) * length(h[..., blocks:])
    return Form(0.5 * (g * h).sum(-1), 0 * g, curved, error)
