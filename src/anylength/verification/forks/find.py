"""A proof of all words by ellipsoids with forks, which covers float32, if the search finds one in time."""

import math
import time
from dataclasses import replace

import numpy as np

from anylength.machines import Machine
from anylength.nets import Net
from anylength.verification.certify import Proof, required_epsilon_and_eta, state_bound_of
from anylength.verification.ellipsoids.find import (
    CLAIMED_SHARE,
    EPSILON_FACTOR,
    LEAST_ETA,
    NEXT_FACTOR,
    SEARCHED_FACTOR,
    FoundEllipsoids,
)
from anylength.verification.ellipsoids.kept import NO_MEMORY, Memory
from anylength.verification.ellipsoids.problem import Problem
from anylength.verification.ellipsoids.search import Progress, no_progress
from anylength.verification.forks.search import DEFAULT, ForkSearch, Plan

LEAST_FORK_SECONDS, FORK_SHARE = 3_600.0, 0.8
"""With so many seconds left, a search for forks gets this share of them: it takes hours."""


def find_forked_proof(
    net: Net, machine: Machine, until: float, progress: Progress = no_progress, memory: Memory = NO_MEMORY, plan: Plan = DEFAULT
) -> FoundEllipsoids | None:
    """A proof for all words, as far as the search can tell.

    It gives up at `until` (`time.monotonic`), and goes on where the one in `memory` was.
    """
    epsilon, eta = required_epsilon_and_eta(net, "float32")
    if not (math.isfinite(epsilon) and math.isfinite(eta)):
        return None
    problem = Problem(net, machine, SEARCHED_FACTOR * EPSILON_FACTOR * epsilon, max(EPSILON_FACTOR * eta, LEAST_ETA))
    search = ForkSearch(problem, until, plan, progress, memory)
    while time.monotonic() < until:
        try:
            outcome = search.run()
        except np.linalg.LinAlgError:  # numbers without bound
            return None
        if outcome is None:
            return None
        claimed = search.problem.epsilon / SEARCHED_FACTOR
        needed, _ = required_epsilon_and_eta(net, "float32", state_bound_of(net, outcome.cover, claimed))
        if needed <= claimed:
            return FoundEllipsoids(Proof(outcome.cover, claimed, CLAIMED_SHARE * outcome.margin, ("float32",)), None)
        search.problem = replace(search.problem, epsilon=SEARCHED_FACTOR * NEXT_FACTOR * needed)
    return None
