"""What stops the nets that `benchmarks.plain_nets` left open. Writes `docs/results/open-nets.json`.

    python -m benchmarks.open_nets

Each net is trained, and its ellipsoids for one round. All levels are computed with float32's noise and without it. Then random
words that the search has not seen are followed, and the states that are outside the ellipsoids of their contexts are counted.
"""

import time
from dataclasses import replace
from typing import Any

import numpy as np

from anylength.rules import task_named
from anylength.verification.certify import required_epsilon_and_eta
from anylength.verification.ellipsoids.contexts import START
from anylength.verification.ellipsoids.find import EPSILON_FACTOR, LEAST_ETA, SEARCHED_FACTOR
from anylength.verification.ellipsoids.levels import levels_of
from anylength.verification.ellipsoids.outcomes import Round
from anylength.verification.ellipsoids.problem import Problem
from anylength.verification.ellipsoids.samples import states_at
from anylength.verification.ellipsoids.search import Search
from benchmarks.plain_nets import KINDS, Kind
from benchmarks.results_file import RESULTS, save_part

FILE = RESULTS / "open-nets.json"

PART, SEEDS = "12 units, seeds 0 to 99", (6, 26, 36, 41, 54, 71)
"""The nets."""

WORST = 5
"""How many of the worst steps are listed."""

MOST_STATES, FRESH = 3_000, 99
"""States of a context that are looked at, and the seed of the words: that of no round of a search."""

MOST_SECONDS = 600.0
"""A round ends by itself long before."""


def problem_of(kind: Kind, seed: int) -> Problem:
    """A net as the search sees it first."""
    net = kind.net(seed)
    epsilon, eta = required_epsilon_and_eta(net, "float32")
    noise = SEARCHED_FACTOR * EPSILON_FACTOR * epsilon
    return Problem(net, task_named(kind.task).machine, noise, max(EPSILON_FACTOR * eta, LEAST_ETA))


def first_round(problem: Problem) -> dict[str, Any]:
    """What is open after one round, with noise and without."""
    with np.errstate(all="ignore"):
        now = Search(problem, time.monotonic() + MOST_SECONDS).round(0)
        silent = levels_of(replace(problem, epsilon=0.0), now.ellipsoids, now.edges, now.found.shares)
    worst, (count, outside) = np.argsort(-now.found.level)[:WORST], states_outside(problem, now)
    return {
        "epsilon": problem.epsilon, "contexts": len(now.names), "steps": len(now.edges), "open": now.open,
        "open_without_noise": int((~silent.closes(problem.eta)).sum()),
        "states": count, "states_outside": outside, "wrong_answers": int((~now.found.right(problem.eta)).sum()),
        "worst": [
            {
                "context": list(now.names[now.edges[k, 0]]), "symbol": int(now.edges[k, 1]),
                "level": float(now.found.level[k]), "without_noise": float(silent.level[k]),
            }
            for k in worst
        ],
    }  # fmt: skip


def states_outside(problem: Problem, now: Round) -> tuple[int, int]:
    """How many states of random words are looked at, and how many are outside the ellipsoid of their context."""
    count = outside = 0
    found = states_at(problem, now.contexts, MOST_STATES, seed=FRESH)
    for place, name in enumerate(now.names):
        if name in found and name[-1] != START:
            beside = (found[name] - now.ellipsoids.center[place]).T
            far = np.linalg.norm(np.linalg.solve(now.ellipsoids.shape[place], beside), axis=0)
            count, outside = count + len(far), outside + int((far > 1).sum())
    return count, outside


def main() -> None:
    nets = []
    for seed in SEEDS:
        nets.append({"seed": seed, **first_round(problem_of(KINDS[PART], seed))})
        save_part(FILE, PART, {"nets": nets})
        print(nets[-1], flush=True)


if __name__ == "__main__":
    main()
