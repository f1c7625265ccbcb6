"""A proof of all words by ellipsoids with forks, which covers float32, if the search finds one in time."""

import numpy as np

from anylength.machines import Machine
from anylength.nets import Net
from anylength.verification.ellipsoids.find import FoundEllipsoids, covering, problem_of
from anylength.verification.ellipsoids.kept import NO_MEMORY, Memory
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
    problem = problem_of(net, machine)
    if problem is None:
        return None
    try:
        with np.errstate(all="ignore"):
            found = covering(ForkSearch(problem, until, plan, progress, memory), until)
    except np.linalg.LinAlgError:  # numbers without bound
        return None
    return None if found is None else FoundEllipsoids(found.proof, None)
