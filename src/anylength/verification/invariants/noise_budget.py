"""The noise budget: the largest epsilon for which a cover was found, by doubling and halving."""

import math
import time

from anylength.nets import Net
from anylength.rules import Machine
from anylength.verification.certify import Cover
from anylength.verification.invariants.search import find_cover

FIRST_EPSILON = 0.02
"""The first trial is at least this: nets that were trained to be provable bear more."""

LARGEST_EPSILON = 4.0
"""No larger epsilon is tried: states of most cells are within ±1, so that nothing would be left of them."""

PRECISION = 1e-3
"""The search ends where an epsilon that failed is within this fraction above the best one."""


def noise_budget(
    net: Net, machine: Machine, *, epsilon: float, eta: float, cover: Cover, until: float = math.inf
) -> tuple[float, Cover]:
    """The budget and its cover, from an epsilon whose cover is known.

    The budget is the largest epsilon that has a cover of those tried before `until` (`time.monotonic`). With time enough, it is
    within 1 part in 1,000 of the smallest that has none.
    """
    memories = (_memory(cover, machine),)
    best, best_cover, failed = epsilon, cover, None
    trial = max(2 * epsilon, FIRST_EPSILON)
    while trial <= LARGEST_EPSILON and (failed is None or failed - best > PRECISION * best) and time.monotonic() < until:
        trial_cover = find_cover(net, machine, epsilon=trial, eta=eta, memories=memories, within=best_cover, until=until)
        if trial_cover:
            best, best_cover = trial, trial_cover
        else:
            failed = trial
        trial = 2 * trial if failed is None else (best + failed) / 2
    return best, best_cover


def _memory(cover: Cover, machine: Machine) -> int:
    """How many recent symbols the cover's nodes remember: 0 where there is one node per machine state."""
    nodes = len(cover.machine_states)
    if nodes <= machine.states:
        return 0
    return 1 if nodes <= machine.states * machine.symbols + 1 else 2
