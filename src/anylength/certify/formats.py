"""What rounding may do: the step and read-out errors of the number formats that a certificate can cover.

The model is that of `docs/certificate.md`: products and sums in float32 in any order, with or without fused multiply-add,
subnormals kept or flushed, tanh within 8 units in the last place; `bfloat16` and `float16` mean that weights, states and logits
are *stored* so. Computed in float64 with a relative safety of 1e-9.
"""

from dataclasses import dataclass

import numpy as np

from anylength.certify.cover import encoded
from anylength.nets import Net

_U = 2.0**-24
_SMALL = 2.0**-126
_FUNCTION = 8 * 2.0**-23
_SAFETY = 1 + 1e-9
_LARGEST = 2.0**60


@dataclass(frozen=True)
class Format:
    """A storage format: relative error v and absolute error t of storing a number, and the largest it may be asked to hold."""

    v: float
    t: float
    largest: float


FORMATS = {
    "bfloat16": Format(2.0**-8, 2.0**-126, _LARGEST),
    "float16": Format(2.0**-11, 2.0**-14, 2.0**15),
    "float32": Format(0.0, 2.0**-126, _LARGEST),
}


def _dot(form: Format, terms: int, magnitude: float, reach: float) -> float:
    """The error of a sum of `terms` stored products whose magnitudes add up to at most `magnitude`."""
    gamma = terms * _U / (1 - terms * _U)
    return (form.v + gamma * (1 + form.v)) * magnitude + terms * (form.t * reach * (1 + gamma) + _SMALL)


def step_error(net: Net, form: Format, epsilon: float) -> float:
    """How far a computed step of the rnn may be from the exact one, in each coordinate, when states stay within 1 + epsilon."""
    reach = 1 + epsilon
    cell = net.cell
    drive = np.abs(np.asarray(cell.weight_ih, np.float64)) @ encoded(net)  # type: ignore[attr-defined]
    recurrent = np.abs(np.asarray(cell.weight_hh, np.float64)).sum(axis=1)  # type: ignore[attr-defined]
    magnitude = float((drive.max(axis=1) + np.abs(np.asarray(cell.bias, np.float64)) + reach * recurrent).max())  # type: ignore[attr-defined]
    terms = drive.shape[0] + encoded(net).shape[0] + 1
    return _SAFETY * (_dot(form, terms, magnitude, reach) + _FUNCTION + form.v * (1 + 2.0**-20) + form.t)


def readout_error(net: Net, form: Format, epsilon: float) -> float:
    """How far a computed logit may be from the exact one on the same computed state."""
    magnitude = _logits(net, epsilon)
    error = _dot(form, net.hidden + 1, magnitude, 1 + epsilon)
    return _SAFETY * (error + form.v * (magnitude + error) + form.t)


def _logits(net: Net, epsilon: float) -> float:
    weight, bias = np.abs(np.asarray(net.weight, np.float64)), np.abs(np.asarray(net.bias, np.float64))
    return float((bias + (1 + epsilon) * weight.sum(axis=1)).max())


def covered(net: Net, *, epsilon: float, eta: float) -> list[str]:
    """The formats, in alphabetical order, whose step error is at most epsilon and whose logits cannot lose a lead of eta."""
    return [name for name, form in FORMATS.items() if _fits(net, form, epsilon, eta)]


def _fits(net: Net, form: Format, epsilon: float, eta: float) -> bool:
    import jax

    largest = max(float(np.abs(np.asarray(leaf)).max()) for leaf in jax.tree.leaves(net))
    held = largest <= form.largest and _logits(net, epsilon) * _SAFETY <= form.largest
    return held and step_error(net, form, epsilon) <= epsilon and 2 * readout_error(net, form, epsilon) < eta


def needed(net: Net, name: str) -> tuple[float, float]:
    """A pair (epsilon, eta) that covers the format: the step error where it reproduces itself, and twice the read-out error."""
    form, epsilon = FORMATS[name], 0.0
    with np.errstate(all="ignore"):  # a net of huge weights overflows to infinity, which no check accepts
        for _ in range(60):
            epsilon = step_error(net, form, epsilon * _SAFETY) * _SAFETY
        return epsilon * (1 + 1e-6), 2 * readout_error(net, form, epsilon * (1 + 1e-6)) * (1 + 1e-6)
