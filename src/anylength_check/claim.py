"""The sentence that a valid certificate proves, made from its fields; the file's own must equal it letter by letter.

It is CLAIM, then for each proof, in the file's order, a space and PROVED. Counts are plain decimals; epsilon and eta
are the file's hex strings; formats are joined by ", ", or "none". The machine's SHA-256 is that of the canonical JSON
(keys sorted, separators "," and ":") of the field `machine`, so it fixes the start, every transition, every output.
"""

from types import SimpleNamespace

from anylength_check.weights import Weights

CLAIM = (
    "The {cell} net with tensors SHA-256 {tensors} (hidden units: {hidden}, output classes: {classes}) does the work "
    "of the machine SHA-256 {machine} (states: {states}) on every input of every length, in base {base} (tapes: "
    "{tapes}). For every non-empty word over the alphabet, of any length: if the state starts at the net's start state "
    "and every step's computed state differs from the exact real-number step (from the computed state before it) by at "
    "most epsilon in each coordinate, then at every step the logit of the machine's output leads every other logit, "
    "taken exactly on the computed state, by at least eta."
)
PROVED = (
    "Proved for epsilon {epsilon} and eta {eta}; number formats covered, under the rounding model of certificate "
    "format 1: {formats}."
)


def sentence(certificate: SimpleNamespace, net: Weights) -> str:
    """The claim of a certificate for a net."""
    names = {"cell": certificate.cell, "tensors": net.sha256, "machine": certificate.machine_sha256}
    sizes = {"hidden": net.hidden, "classes": len(net.readout), "states": len(certificate.machine.delta)}
    parts = [CLAIM.format(**names, **sizes, **vars(certificate.encoding))]
    for proof in certificate.proofs:
        formats = ", ".join(proof.formats) or "none"
        parts.append(PROVED.format(epsilon=proof.epsilon, eta=proof.eta, formats=formats))
    return " ".join(parts)
