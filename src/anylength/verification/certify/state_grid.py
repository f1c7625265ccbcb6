"""How coarse the states of a proved net may be: the noise budget pays for rounding them to a grid."""

import math
from dataclasses import dataclass

from anylength.nets import Net
from anylength.verification.certify.certificate import parse_certificate
from anylength.verification.certify.cover import state_bound_of
from anylength.verification.certify.formats import FORMATS, step_error
from anylength.verification.certify.stack_fields import StackCover

FINEST_SPACING = 2.0**-30
"""A finer grid is as good as none: it would need more bits than a float32 state has."""


@dataclass(frozen=True)
class StateGrid:
    """States as multiples of a power of two.

    Attributes:
        spacing: The power of two p.
        values: How many multiples of p a coordinate can be: 2·⌊state bound / p⌋ + 1.
    """

    spacing: float
    values: int


def coarsest_state_grid(net: Net, certificate: bytes) -> StateGrid | None:
    """The largest power of two p such that each state may be rounded to multiples of p after its step in float32.

    A step in float32 errs by at most δ, rounding to the nearest multiple by p/2. The proof of the largest ε covers both if
    δ + p/2 ≤ ε. None where even `FINEST_SPACING` is too coarse, or that proof does not cover the float32 read-out,
    or is of a net with stacks.
    """
    proof = max(parse_certificate(certificate).proofs, key=lambda proof: proof.epsilon)
    if "float32" not in proof.formats or isinstance(proof.cover, StackCover):
        return None
    state_bound = state_bound_of(net, proof.cover, proof.epsilon)
    largest_spacing = 2 * (proof.epsilon - step_error(net, FORMATS["float32"], state_bound))
    if largest_spacing < FINEST_SPACING:
        return None
    spacing = 2.0 ** (math.frexp(largest_spacing)[1] - 1)
    return StateGrid(spacing, 2 * math.floor(float(state_bound.max()) / spacing) + 1)
