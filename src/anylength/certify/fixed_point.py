"""How coarse the states of a proved net may be: fixed-point numbers whose rounding the noise budget pays for."""

import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from anylength.certify.cover import Cover, reach_of
from anylength.certify.formats import FORMATS, step_error
from anylength.intervals import Interval
from anylength.nets import Net

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
    proofs = json.loads(certificate)["proofs"]
    widest = max(proofs, key=lambda proof: float.fromhex(proof["epsilon"]))
    if "float32" not in widest["formats"]:
        return None
    epsilon = float.fromhex(widest["epsilon"])
    reach = reach_of(net, _cover(widest), epsilon)
    left = 2 * (epsilon - step_error(net, FORMATS["float32"], reach))
    if left < FINEST:
        return None
    spacing = 2.0 ** (math.frexp(left)[1] - 1)
    return FixedPoint(spacing, 2 * math.floor(float(reach.max()) / spacing) + 1)


def _cover(proof: dict[str, Any]) -> Cover:
    """The boxes of a proof as a certificate spells them."""
    nodes = proof["nodes"]
    low, high = (np.array([[float.fromhex(x) for x in node[end]] for node in nodes]).T for end in ("low", "high"))
    states, after = (np.array([node[name] for node in nodes], np.int64) for name in ("state", "next"))
    return Cover(states, after, proof["start"], Interval.between(low, high))
