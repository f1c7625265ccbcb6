"""A proof by ellipsoids that covers float32, if the search finds one in time."""

import math
import time

import numpy as np

from anylength.machines import Machine
from anylength.nets import Net
from anylength.verification.certify import EllipsoidCover, Proof, required_epsilon_and_eta
from anylength.verification.ellipsoids.problem import Problem
from anylength.verification.ellipsoids.search import Progress, Search, first_size, too_large

LEAST_SECONDS = 15.0
"""A search that has less time is not begun: its programs alone take some ten seconds to compile."""

EPSILON_FACTOR = 1.5
"""Ellipsoids reach beyond ±1, where float32 errs by more than where states are."""

LEAST_ETA = 1e-3
"""The least margin of the machine's output."""

CLAIMED_SHARE = 0.98
"""The claimed margin as a share of the one that was found: the checker rounds."""


def find_ellipsoid_proof(
    net: Net, machine: Machine, until: float, progress: Progress = lambda *_: None
) -> Proof[EllipsoidCover] | None:
    """A proof that holds as far as the search can tell, or None. The search gives up at `until` (`time.monotonic`)."""
    epsilon, eta = required_epsilon_and_eta(net, "float32")
    usable = math.isfinite(epsilon) and math.isfinite(eta) and not too_large(net.program.state, *first_size(machine))
    if not usable or until - time.monotonic() < LEAST_SECONDS:
        return None
    problem = Problem(net, machine, EPSILON_FACTOR * epsilon, max(EPSILON_FACTOR * eta, LEAST_ETA))
    try:
        with np.errstate(all="ignore"):
            search = Search(problem, until, progress)
            cover = search.cover()
    except np.linalg.LinAlgError:  # numbers without bound
        return None
    return Proof(cover, problem.epsilon, CLAIMED_SHARE * search.margin, ("float32",)) if cover else None
