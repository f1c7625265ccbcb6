"""The noise budget: the largest epsilon for which a cover was found and checked, by doubling and halving."""

from anylength.machines import Machine
from anylength.nets import Net
from anylength.verification.certify import Cover
from anylength.verification.invariants.search import find_cover

STEPS = 10


def noise_budget(net: Net, machine: Machine, *, epsilon: float, eta: float, cover: Cover) -> tuple[float, Cover]:
    """The budget and its cover, from an epsilon whose cover is known. Every epsilon returned has passed the full check.

    The answer is the largest epsilon tried that passed; within 1 part in 1,000 of the first one that did not.
    """
    memory = (_memory(cover, machine),)
    best, best_cover, above = epsilon, cover, None
    trial = max(2 * epsilon, 0.02)
    for _ in range(STEPS * 3):
        found = find_cover(net, machine, epsilon=trial, eta=eta, memories=memory, within=best_cover)
        if found:
            best, best_cover = trial, found
        else:
            above = trial
        if above is not None and above - best <= 1e-3 * best:
            break
        trial = 2 * trial if above is None else (best + above) / 2
        if trial > 4.0:
            break
    return best, best_cover


def _memory(cover: Cover, machine: Machine) -> int:
    """How many recent symbols the cover's nodes remember: 0 where there is one node per machine state."""
    if len(cover.states) <= machine.states:
        return 0
    return 1 if len(cover.states) <= machine.states * machine.symbols + 1 else 2
