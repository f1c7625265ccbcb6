"""Forms: numbers that depend on a vector u, |u| ≤ 1, linearly, quadratically in part, up to an error; numpy or JAX arrays."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from anylength.base import pytree


@pytree
@dataclass(frozen=True)
class Form:
    """The numbers within `error` of center + linear·u + ½ Σₖ curvedₖ·vₖ for any vectors |vₖ| ≤ 1.

    With vₖ = 2uₖu − eₖ, which is no longer than 1, these are what is left of products uₖu = ½(eₖ + vₖ) without their mean. The
    rules are those of `docs/reference/certificate-ellipsoids.md`, without its rounding.

    Attributes:
        center: `[R, B]`.
        linear: `[R, B, N]`.
        curved: `[R, B, K, N]` for K blocks, at least one.
        error: `[R, B]`.
        bound: `[R, B]`, what the curved part is at most; its product with f·u is within ½ bound |f| of `leaning`.
        straight: Whether the curved part is 0, and so the bound.
    """

    center: Any
    linear: Any
    curved: Any
    error: Any
    bound: Any
    straight: bool = field(default=False, metadata={"static": True})

    __array_ufunc__ = None  # numpy arrays on the left leave +, − and * to this class

    @property
    def shape(self) -> tuple[int, ...]:
        """`[R, B]`."""
        return self.center.shape

    @property
    def parts(self) -> tuple[Any, ...]:
        """Center, linear part, curved part, error and bound."""
        return self.center, self.linear, self.curved, self.error, self.bound

    def by_parts(self, function: Callable[[Any], Any]) -> "Form":
        """The form whose parts are those of this one by a function that moves rows."""
        center, linear, curved, error, bound = map(function, self.parts)
        return Form(center, linear, curved, error, bound, self.straight)

    @property
    def radius(self) -> Any:
        """The most that a number differs from its center `[R, B]`."""
        return length(self.linear) + self.bend + self.error

    @property
    def bend(self) -> Any:
        """The most that the curved part is `[R, B]`: the bound, or half the sum of its vectors' lengths."""
        if self.straight:
            return self.bound
        return self.center.__array_namespace__().minimum(self.bound, 0.5 * length(self.curved).sum(-1))

    def widened(self, error: Any) -> "Form":
        """The form with a larger error."""
        return replace(self, error=self.error + error)

    def scaled(self, factor: Any) -> "Form":
        """The product with exact numbers `[R, B]`, `[R, 1]` or a number."""
        factor = self.center * 0 + factor
        curved = self.curved if self.straight else factor[..., None, None] * self.curved
        error, bound = (abs(factor) * part for part in (self.error, self.bound))
        return Form(factor * self.center, factor[..., None] * self.linear, curved, error, bound, self.straight)

    def __getitem__(self, rows: Any) -> "Form":
        return self.by_parts(lambda part: part[rows])

    def __add__(self, other: Any) -> "Form":
        if not isinstance(other, Form):
            return replace(self, center=self.center + other)
        center, linear, curved, error, bound = (own + others for own, others in zip(self.parts, other.parts, strict=True))
        return Form(center, linear, curved, error, bound, self.straight and other.straight)

    __radd__ = __add__

    def __neg__(self) -> "Form":
        return Form(-self.center, -self.linear, -self.curved, self.error, self.bound, self.straight)

    def __sub__(self, other: Any) -> "Form":
        return self + (-other)

    def __rsub__(self, other: Any) -> "Form":
        return (-self) + other

    def __mul__(self, other: Any) -> "Form":
        if not isinstance(other, Form):
            return self.scaled(other)
        mixed = self._beside().scaled(other.center) + other._beside().scaled(self.center)
        return (mixed + bent(self, other) + self.center * other.center).widened(beyond(self, other))

    __rmul__ = __mul__

    def _beside(self) -> "Form":
        """What is beside the center."""
        return replace(self, center=0 * self.center)


def length(vectors: Any) -> Any:
    """The lengths of vectors along the last axis. Their gradient is finite at 0."""
    arrays = vectors.__array_namespace__()
    return arrays.sqrt((vectors * vectors).sum(-1) + arrays.finfo(vectors.dtype).tiny)


def bent(left: Form, right: Form) -> Form:
    """The products (g·u)(h·u) of the linear parts, and of each with the other's curved part, up to `beyond`."""
    g, h, blocks = left.linear, right.linear, left.curved.shape[-2]
    arrays = g.__array_namespace__()
    rest = arrays.concatenate([0 * g[..., :blocks], g[..., blocks:]], -1)
    curved = g[..., :blocks, None] * h[..., None, :] + h[..., :blocks, None] * rest[..., None, :]
    error = 0.5 * length(g[..., blocks:]) * length(h[..., blocks:])
    linear = sum((leaning(own, other.curved) for own, other in ((g, right), (h, left)) if not other.straight), arrays.zeros_like(g))
    return Form(0.5 * (g * h).sum(-1), linear, curved, error, 0.5 * length(g) * length(h) + error)


def leaning(g: Any, curved: Any) -> Any:
    """The linear part `[R, B, N]` near the product of g·u and a curved part: ¼ Σₖ gₖBₖ + (g·Bₖ)eₖ − Bₖₖg."""
    arrays, blocks = g.__array_namespace__(), curved.shape[-2]
    trace = (curved[..., :blocks] * arrays.eye(blocks, dtype=curved.dtype)).sum((-2, -1))
    turned = arrays.concatenate([(curved * g[..., None, :]).sum(-1), 0 * g[..., blocks:]], -1)
    return 0.25 * ((curved * g[..., :blocks, None]).sum(-2) + turned - trace[..., None] * g)


def beyond(left: Form, right: Form) -> Any:
    """How far the product of all that is beside the centers is from `bent` `[R, B]`."""
    (p, s, d), (q, t, e) = ((length(form.linear), form.bend, form.error) for form in (left, right))
    return 0.5 * (p * t + q * s) + p * e + q * d + (s + d) * (t + e)
