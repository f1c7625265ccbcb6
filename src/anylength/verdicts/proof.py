"""From a net to the proofs that its certificate will hold, cheap ones first."""

import math
from dataclasses import dataclass

from anylength.certify import Checked, Cover, Proof, check, covered, needed
from anylength.invariants import find_cover, noise_budget
from anylength.machines import Machine
from anylength.nets import Net


@dataclass(frozen=True)
class Found:
    """The proofs for one net: the first covers the number formats, a second one (where it differs) the noise budget."""

    proofs: list[Proof]
    checked: Checked


def find_proofs(net: Net, machine: Machine, memories: tuple[int, ...], until: float = math.inf) -> Found | None:
    """Proofs that cover float32 at least, or None; the search for the first one gives up at `until` (`time.monotonic`)."""
    epsilon, eta = needed(net, "float32")
    cover = find_cover(net, machine, epsilon=epsilon, eta=eta, memories=memories, until=until)
    if cover is None:
        return None
    first = _widest(net, machine, memories) or _proof(net, machine, cover, epsilon, eta)
    if first is None or "float32" not in first.formats:
        return None
    budget, wide = noise_budget(net, machine, epsilon=first.epsilon, eta=eta, cover=first.cover)
    second = _proof(net, machine, wide, budget, eta) if budget > first.epsilon else None
    proofs = [first] if second is None else [first, second]
    return Found(proofs, check(net, machine, first.cover, epsilon=first.epsilon, eta=first.eta))


def _widest(net: Net, machine: Machine, memories: tuple[int, ...]) -> Proof | None:
    """A proof for the coarsest number format that can be covered."""
    for name in ("bfloat16", "float16"):
        epsilon, eta = needed(net, name)
        found = find_cover(net, machine, epsilon=epsilon, eta=eta, memories=memories)
        proof = _proof(net, machine, found, epsilon, eta) if found else None
        if proof and name in proof.formats:
            return proof
    return None


def _proof(net: Net, machine: Machine, cover: Cover, epsilon: float, eta: float) -> Proof | None:
    """The proof, its eta raised to just under the margin that the check found."""
    checked = check(net, machine, cover, epsilon=epsilon, eta=eta)
    if not checked.holds:
        return None
    lead = max(eta, checked.margin * (1 - 1e-6))
    if not check(net, machine, cover, epsilon=epsilon, eta=lead).holds:
        lead = eta
    return Proof(cover, epsilon, lead, tuple(covered(net, epsilon=epsilon, eta=lead)))
