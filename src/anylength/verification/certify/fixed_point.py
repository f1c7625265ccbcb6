"""How coarse the states of a proved net may be: fixed-point numbers whose rounding the noise budget pays for."""

import math
from dataclasses import dataclass

from anylength.nets import Net
from anylength.verification.certify.certificate import parsed
from anylength.verification.certify.cover import state_bound_of
from anylength.verification.certify.formats import FORMATS, step_error

FINEST = 2.0**-30
"""No finer spacing is looked for."""


@dataclass(frozen=True)
class FixedPoint:
    """States as multiples of a power of two.

    Attributes:
        spacing: The power of two p.
        values: How many multiples of p a coordinate may be: 2·⌊reach / p⌋ + 1.
    """

    spacing: float
    values: int


def coarsest_states(net: Net, certificate: bytes) -> FixedPoint | None:
    """The largest power of two p to whose multiples each state may be rounded after its step in float32, and the proof still holds.

    A step in float32 errs by at most δ, rounding to the nearest multiple by p/2: the proof of the largest ε covers both where
    δ + p/2 ≤ ε. None where even `FINEST` is too coarse, or that proof does not cover the float32 read-out.
    """
    widest = max(parsed(certificate).proofs, key=lambda proof: proof.epsilon)
    if "float32" not in widest.formats:
        return None
    state_bound = state_bound_of(net, widest.cover, widest.epsilon)
    left = 2 * (widest.epsilon - step_error(net, FORMATS["float32"], state_bound))
    if left < FINEST:
        return None
    spacing = 2.0 ** (math.frexp(left)[1] - 1)
    return FixedPoint(spacing, 2 * math.floor(float(state_bound.max()) / spacing) + 1)
