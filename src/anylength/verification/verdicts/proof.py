"""From a net to the proofs that its certificate will hold, cheap ones first."""

import math
import time
from dataclasses import dataclass

from anylength.nets import Net
from anylength.rules import Machine
from anylength.verification.certify import (
    Cover,
    Proof,
    Ranges,
    covered_formats,
    epsilon_and_eta_within,
    least_margin,
    ranges_of,
    required_epsilon_and_eta,
    state_bound_of,
)
from anylength.verification.certify.formats import ATTEMPTS, ROUNDED_UP
from anylength.verification.invariants import find_cover, noise_budget, sampled_ranges, unrolled_cover

GROWTH = 0.05
"""The next guess of the ranges is what the last cover reached, wider by this fraction of its width on both sides: more noise makes
states a little larger."""

LARGEST_FIRST_EPSILON = 1e-3
"""If a guess of the state bound alone asks for more, or for no finite eta, the first guess is made from sampled ranges: some
operations need them."""

NOISE_SHARE = 0.2
"""The share of the time left in which the noise budget is looked for."""


@dataclass(frozen=True)
class FoundProofs:
    """The proofs for one net: the first covers number formats, a second one (where it differs) the noise budget.

    The margin is the least one of the right answer in the first proof.
    """

    proofs: list[Proof[Cover]]
    margin: float


def find_proofs(net: Net, machine: Machine, memories: tuple[int, ...], until: float = math.inf) -> FoundProofs | None:
    """Proofs that cover float32 at least, or None. The search for the first one gives up at `until` (`time.monotonic`).

    The noise budget is looked for during a share of the time that is left: the checker needs time for each proof, too.
    """
    float32_proof = find_format_proof(net, machine, memories, "float32", until=until)
    if float32_proof is None:
        return None
    ranges = ranges_of(net, float32_proof.cover.boxes, float32_proof.epsilon).grown(GROWTH)
    first = _coarsest_format_proof(net, machine, memories, ranges) or float32_proof
    if "float32" not in first.formats:
        return None
    now = time.monotonic()
    budget, cover, eta = find_noise_budget(net, machine, first, now + NOISE_SHARE * (until - now))
    proofs = [first, _proof(net, machine, cover, budget, eta)] if budget > first.epsilon else [first]
    return FoundProofs(proofs, least_margin(net, machine, first.cover, first.epsilon))


def _coarsest_format_proof(net: Net, machine: Machine, memories: tuple[int, ...], ranges: Ranges) -> Proof | None:
    """A proof for the coarsest number format that can be covered; `ranges` is the first guess."""
    for name in ("bfloat16", "float16"):
        proof = find_format_proof(net, machine, memories, name, ranges)
        if proof:
            return proof
    return None


def find_noise_budget(net: Net, machine: Machine, proof: Proof, until: float = math.inf) -> tuple[float, Cover, float]:
    """The noise budget from a proof that covers float32, its cover, and the eta that both are for: what float32 requires.

    The search for a larger one ends at `until` (`time.monotonic`).
    """
    eta = epsilon_and_eta_within(net, "float32", ranges_of(net, proof.cover.boxes, proof.epsilon))[1]
    budget, cover = noise_budget(net, machine, epsilon=proof.epsilon, eta=eta, cover=proof.cover, until=until)
    return budget, cover, eta


def find_format_proof(
    net: Net,
    machine: Machine,
    memories: tuple[int, ...],
    name: str,
    ranges: Ranges | None = None,
    until: float = math.inf,
) -> Proof | None:
    """A proof that covers a number format, or None.

    The format requires an epsilon and an eta that depend on how large the values of a step are, and that depends on the cover. So
    their ranges are guessed first, and guessed again where the cover's values are larger.
    """
    for _ in range(ATTEMPTS):
        epsilon, eta = _first_guess(net, name) if ranges is None else epsilon_and_eta_within(net, name, ranges)
        cover = find_cover(net, machine, epsilon=epsilon, eta=eta, memories=memories, until=until)
        if cover is None:
            return None
        proof = _proof(net, machine, cover, epsilon, eta)
        if name in proof.formats:
            return proof
        ranges = ranges_of(net, proof.cover.boxes, epsilon).grown(GROWTH)
    return None


@dataclass(frozen=True)
class HorizonProof:
    """A proof for words of at most so many steps."""

    proof: Proof[Cover]
    steps: int


def find_horizon_proof(net: Net, machine: Machine, until: float = math.inf) -> HorizonProof | None:
    """A proof by boxes that covers float32, for words of as many steps as these allow; None if there is not one."""
    ranges = None
    for _ in range(ATTEMPTS):
        epsilon, eta = _first_guess(net, "float32") if ranges is None else epsilon_and_eta_within(net, "float32", ranges)
        if not (math.isfinite(epsilon) and math.isfinite(eta)):
            return None
        found = unrolled_cover(net, machine, epsilon=epsilon, eta=eta, until=until)
        if found is None:
            return None
        state_bound, ranges = state_bound_of(net, found.cover, epsilon), ranges_of(net, found.cover.boxes, epsilon)
        formats = covered_formats(net, epsilon=epsilon, eta=eta, state_bound=state_bound, ranges=ranges)
        if "float32" in formats:
            return HorizonProof(Proof(found.cover, epsilon, eta, tuple(formats)), found.steps)
        ranges = ranges.grown(GROWTH)
    return None


def _first_guess(net: Net, name: str) -> tuple[float, float]:
    """Epsilon and eta for a format before there is a cover. A normalisation has no error bound before its ranges are known."""
    epsilon, eta = required_epsilon_and_eta(net, name)
    usable = epsilon <= LARGEST_FIRST_EPSILON and eta < math.inf
    return (epsilon, eta) if usable else epsilon_and_eta_within(net, name, sampled_ranges(net))


def _proof(net: Net, machine: Machine, cover: Cover, epsilon: float, eta: float) -> Proof[Cover]:
    """The proof, its eta raised to just under the margin that the cover has."""
    largest_eta = max(eta, least_margin(net, machine, cover, epsilon) / ROUNDED_UP)
    state_bound, ranges = state_bound_of(net, cover, epsilon), ranges_of(net, cover.boxes, epsilon)
    formats = covered_formats(net, epsilon=epsilon, eta=largest_eta, state_bound=state_bound, ranges=ranges)
    return Proof(cover, epsilon, largest_eta, tuple(formats))
