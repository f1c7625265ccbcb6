"""A proof by ellipsoids that covers float32, if the search finds one in time."""

import math
import time
from dataclasses import dataclass, replace

import numpy as np

from anylength.nets import Net
from anylength.rules import END, Machine, PartialMachine, ReadBy, Scope, UpTo, along
from anylength.verification.certify import EllipsoidCover, Proof, required_epsilon_and_eta, state_bound_of
from anylength.verification.certify.formats import ATTEMPTS, CLAIMED_SHARE, GUESS_FACTOR
from anylength.verification.ellipsoids.doubts import Doubt, no_doubt
from anylength.verification.ellipsoids.kept import NO_MEMORY, Memory
from anylength.verification.ellipsoids.outcomes import Outcome
from anylength.verification.ellipsoids.problem import Problem
from anylength.verification.ellipsoids.search import MOST_SECONDS, Progress, Search, first_size, no_progress, too_large

LEAST_SECONDS = 15.0
"""A search that has less time is not begun: its programs alone take some ten seconds to compile."""

EPSILON_FACTOR = 1.2
"""The images of ellipsoids reach a little beyond ±1, and float32 errs by more there."""

LEAST_ETA = 1e-3
"""The least margin of the machine's output."""

SEARCHED_FACTOR = 1.01
"""The search allows for more noise than the proof claims: the checker rounds, and small ellipsoids feel it."""

HORIZON_SHARE = 0.15
"""The share of the time that is kept for a proof for words of some steps, of at most `MOST_SECONDS`."""


@dataclass(frozen=True)
class FoundEllipsoids:
    """A proof, as far as the search can tell, the words that it is about, and its steps that are open."""

    proof: Proof[EllipsoidCover]
    scope: Scope

    @property
    def open(self) -> int:
        """How many steps of the proof lead nowhere."""
        return int((self.proof.cover.successors == END).sum())


def find_ellipsoid_proof(
    net: Net,
    machine: Machine,
    until: float,
    progress: Progress = no_progress,
    words: ReadBy | None = None,
    memory: Memory = NO_MEMORY,
    doubt: Doubt = no_doubt,
) -> FoundEllipsoids | None:
    """A proof for all words, or of those that an automaton reads; else one for words of some steps, if there is any.

    The search gives up at `until` (`time.monotonic`), or where `doubt` finds a wrong answer. It goes on where the one in
    `memory` was.
    """
    problem = _problem_of(net, along(machine, words) if words else machine)
    left = until - time.monotonic()
    if problem is None or too_large(net.program.state, *first_size(problem.machine)) or left < LEAST_SECONDS:
        return None
    try:
        with np.errstate(all="ignore"):
            search_until = until - min(HORIZON_SHARE * left, MOST_SECONDS)
            found = _covering(Search(problem, search_until, progress, memory, doubt=doubt), until)
    except np.linalg.LinAlgError:  # numbers without bound
        return None
    if found is None or (words and found.outcome.steps is not None):
        return None
    steps = found.outcome.steps
    return FoundEllipsoids(found.proof, words or (UpTo(steps) if steps is not None else None))


def _problem_of(net: Net, machine: Machine | PartialMachine) -> Problem | None:
    """What is to be proved so that float32 is covered; None if that may overflow."""
    epsilon, eta = required_epsilon_and_eta(net, "float32")
    if not (math.isfinite(epsilon) and math.isfinite(eta)):
        return None
    return Problem(net, machine, SEARCHED_FACTOR * EPSILON_FACTOR * epsilon, max(EPSILON_FACTOR * eta, LEAST_ETA))


@dataclass(frozen=True)
class _Covering:
    """What a search found, and an epsilon for which it holds and which covers float32."""

    outcome: Outcome
    epsilon: float

    @property
    def proof(self) -> Proof[EllipsoidCover]:
        """The proof."""
        return Proof(self.outcome.cover, self.epsilon, CLAIMED_SHARE * self.outcome.margin, ("float32",))


def _covering(search: Search, until: float) -> _Covering | None:
    """The first outcome whose epsilon is enough for float32 on its ellipsoids. With more noise the search goes on from there."""
    for _ in range(ATTEMPTS):
        outcome = search.run(until)
        if outcome is None:
            return None
        claimed = search.problem.epsilon / SEARCHED_FACTOR
        bound = state_bound_of(search.problem.net, outcome.cover, claimed)
        needed, _ = required_epsilon_and_eta(search.problem.net, "float32", bound)
        if needed <= claimed:
            return _Covering(outcome, claimed)
        search.problem = replace(search.problem, epsilon=SEARCHED_FACTOR * GUESS_FACTOR * needed)
    return None
