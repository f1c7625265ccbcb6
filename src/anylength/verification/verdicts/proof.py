"""From a net to the proofs that its certificate will hold, cheap ones first."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.machines import Machine
from anylength.nets import Net
from anylength.verification.certify import Checked, Cover, Proof, check, covered, needed, state_bound_of
from anylength.verification.invariants import find_cover, noise_budget

GUESSES = 5
"""So many covers are looked for, for one number format."""

AGAIN = 1.1
"""A guess that was too small is followed by so many times what was reached."""


@dataclass(frozen=True)
class Found:
    """The proofs for one net: the first covers the number formats, a second one (where it differs) the noise budget."""

    proofs: list[Proof]
    checked: Checked


def find_proofs(net: Net, machine: Machine, memories: tuple[int, ...], until: float = math.inf) -> Found | None:
    """Proofs that cover float32 at least, or None; the search for the first one gives up at `until` (`time.monotonic`)."""
    fine = covering(net, machine, memories, "float32", until=until)
    if fine is None:
        return None
    first = _widest(net, machine, memories, AGAIN * state_bound_of(net, fine.cover, fine.epsilon)) or fine
    if "float32" not in first.formats:
        return None
    budget, wide, eta = most_noise(net, machine, first)
    second = _proof(net, machine, wide, budget, eta) if budget > first.epsilon else None
    proofs = [first] if second is None else [first, second]
    return Found(proofs, check(net, machine, first.cover, epsilon=first.epsilon, eta=first.eta))


def _widest(net: Net, machine: Machine, memories: tuple[int, ...], state_bound: NDArray[np.float64]) -> Proof | None:
    """A proof for the coarsest number format that can be covered; reach `[D]` is the first guess of how far states get."""
    for name in ("bfloat16", "float16"):
        proof = covering(net, machine, memories, name, state_bound)
        if proof:
            return proof
    return None


def most_noise(net: Net, machine: Machine, proof: Proof) -> tuple[float, Cover, float]:
    """The noise budget from a proof that covers float32, its cover, and the eta that both are for: what float32 needs there."""
    eta = needed(net, "float32", state_bound_of(net, proof.cover, proof.epsilon))[1]
    return *noise_budget(net, machine, epsilon=proof.epsilon, eta=eta, cover=proof.cover), eta


def covering(
    net: Net,
    machine: Machine,
    memories: tuple[int, ...],
    name: str,
    state_bound: NDArray[np.float64] | None = None,
    until: float = math.inf,
) -> Proof | None:
    """A proof that covers a number format, or None.

    What the format needs depends on how far the states reach, and that on the cover: a guess `[D]` comes first, and where a cover
    reaches further, the next guess is a little more than that.
    """
    for _ in range(GUESSES):
        epsilon, eta = needed(net, name, state_bound)
        cover = find_cover(net, machine, epsilon=epsilon, eta=eta, memories=memories, until=until)
        proof = _proof(net, machine, cover, epsilon, eta) if cover else None
        if proof is None or name in proof.formats:
            return proof
        state_bound = AGAIN * state_bound_of(net, proof.cover, epsilon)
    return None


def _proof(net: Net, machine: Machine, cover: Cover, epsilon: float, eta: float) -> Proof | None:
    """The proof, its eta raised to just under the margin that the check found."""
    checked = check(net, machine, cover, epsilon=epsilon, eta=eta)
    if not checked.holds:
        return None
    lead = max(eta, checked.margin * (1 - 1e-6))
    if not check(net, machine, cover, epsilon=epsilon, eta=lead).holds:
        lead = eta
    state_bound = state_bound_of(net, cover, epsilon)
    return Proof(cover, epsilon, lead, tuple(covered(net, epsilon=epsilon, eta=lead, state_bound=state_bound)))
