"""A proof of all words by ellipsoids with forks, which covers float32, if the search finds one in time."""

from dataclasses import replace

import numpy as np

from anylength.machines import Machine
from anylength.nets import Net
from anylength.verification.certify import required_epsilon_and_eta
from anylength.verification.ellipsoids.find import SEARCHED_FACTOR, FoundEllipsoids, covering, problem_of
from anylength.verification.ellipsoids.kept import NO_MEMORY, Memory
from anylength.verification.ellipsoids.problem import Problem
from anylength.verification.ellipsoids.search import Progress, no_progress
from anylength.verification.forks.kinds import Kinds
from anylength.verification.forks.sampling import sampled_states
from anylength.verification.forks.search import DEFAULT, ForkSearch, Plan

LEAST_FORK_SECONDS, FORK_SHARE = 3_600.0, 0.8
"""With so many seconds left, a search for forks gets this share of them: it takes hours."""

REACH = 1.09
"""How far states of a cover are taken to reach beside sampled ones."""


def noisy_problem(net: Net, machine: Machine) -> Problem | None:
    """What is to be proved, with noise that is enough for float32 where sampled states go; None if float32 may overflow.

    What a cell keeps may become large, like a count: then float32 errs by more than for states of a usual size, and a search that
    hears of it at its end begins again.
    """
    problem = problem_of(net, machine)
    if problem is None:
        return None
    states, _ = sampled_states(problem, Kinds(machine), seed=0)
    needed, _ = required_epsilon_and_eta(net, "float32", REACH * np.abs(states).max(axis=0))
    return replace(problem, epsilon=max(problem.epsilon, SEARCHED_FACTOR * needed))


def find_forked_proof(
    net: Net, machine: Machine, until: float, progress: Progress = no_progress, memory: Memory = NO_MEMORY, plan: Plan = DEFAULT
) -> FoundEllipsoids | None:
    """A proof for all words, as far as the search can tell.

    It gives up at `until` (`time.monotonic`), and goes on where the one in `memory` was.
    """
    problem = noisy_problem(net, machine)
    if problem is None:
        return None
    try:
        with np.errstate(all="ignore"):
            found = covering(ForkSearch(problem, until, plan, progress, memory), until)
    except np.linalg.LinAlgError:  # numbers without bound
        return None
    return None if found is None else FoundEllipsoids(found.proof, None)
