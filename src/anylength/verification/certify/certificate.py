"""The certificate file of `docs/certificate.md`: exact numbers, the tensors' SHA-256, the claim in words, a digest of itself."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from anylength.machines import Machine
from anylength.nets import Net, tensors
from anylength.ops.intervals import Interval
from anylength.verification.certify.cover import Cover

FORMAT = 1

CLAIM = (
    "The {cell} net with tensors SHA-256 {tensors} (hidden units: {hidden}, output classes: {classes}) does the work of the "
    "machine SHA-256 {machine} (states: {states}) on every input of every length, in base {base} (tapes: {tapes}). For every "
    "non-empty word over the alphabet, of any length: if the state starts at the net's start state and every step's computed "
    "state differs from the exact real-number step (from the computed state before it) by at most epsilon in each coordinate, "
    "then at every step the logit of the machine's output leads every other logit, taken exactly on the computed state, by at "
    "least eta."
)
PROOF_CLAIM = (
    " Proved for epsilon {epsilon} and eta {eta}; number formats covered, under the rounding model of certificate format 1: "
    "{formats}."
)


@dataclass(frozen=True)
class Proof:
    """A cover that was checked for one epsilon and eta, and the number formats which those cover."""

    cover: Cover
    epsilon: float
    eta: float
    formats: tuple[str, ...]


def certificate(net: Net, cell: str, machine: Machine, proofs: list[Proof]) -> bytes:
    """The JSON text of the certificate."""
    table = {"start": machine.start, "delta": machine.delta, "output": machine.output}
    fields: dict[str, Any] = {
        "format": FORMAT,
        "cell": cell,
        "encoding": {"base": net.base, "tapes": net.tapes},
        "machine": table,
        "tensors": tensors_digest(net),
        "proofs": [_proof(proof) for proof in proofs],
        "noise_budget": float(max(proof.epsilon for proof in proofs)).hex(),
    }
    fields["claim"] = _claim(net, cell, machine, fields)
    return json.dumps(fields | {"digest": _digest(fields)}, sort_keys=True, indent=1).encode() + b"\n"


@dataclass(frozen=True)
class Certified:
    """What a certificate says: which machine the net is, and by which proofs."""

    machine: Machine
    proofs: tuple[Proof, ...]


def parsed(text: bytes) -> Certified:
    """The inverse of `certificate`. Nothing is checked here: ask the independent checker first."""
    fields = json.loads(text)
    table = fields["machine"]
    return Certified(Machine(table["start"], table["delta"], table["output"]), tuple(map(_parsed_proof, fields["proofs"])))


def _parsed_proof(fields: dict[str, Any]) -> Proof:
    nodes = fields["nodes"]
    low, high = (np.array([[float.fromhex(x) for x in node[end]] for node in nodes]).T for end in ("low", "high"))
    states, after = (np.array([node[name] for node in nodes], np.int64) for name in ("state", "next"))
    cover = Cover(states=states, after=after, start=fields["start"], boxes=Interval.between(low, high))
    return Proof(cover, float.fromhex(fields["epsilon"]), float.fromhex(fields["eta"]), tuple(fields["formats"]))


def _proof(proof: Proof) -> dict[str, Any]:
    cover = proof.cover
    nodes = [
        {
            "state": int(state),
            "low": [_hex(x) for x in cover.boxes.low[:, k]],
            "high": [_hex(x) for x in cover.boxes.high[:, k]],
            "next": [int(m) for m in cover.after[k]],
        }
        for k, state in enumerate(cover.states)
    ]
    numbers = {"epsilon": _hex(proof.epsilon), "eta": _hex(proof.eta)}
    return {**numbers, "formats": list(proof.formats), "start": int(cover.start), "nodes": nodes}


def _hex(value: float) -> str:
    """One spelling for each double; negative zero is written as zero."""
    return float(value + 0.0).hex()


def _claim(net: Net, cell: str, machine: Machine, fields: dict[str, Any]) -> str:
    words = CLAIM.format(
        cell=cell, tensors=fields["tensors"], hidden=net.hidden, classes=net.classes, machine=_digest(fields["machine"]),
        states=machine.states, base=net.base, tapes=net.tapes,
    )  # fmt: skip
    for proof in fields["proofs"]:
        formats = ", ".join(proof["formats"]) or "none"
        words += PROOF_CLAIM.format(epsilon=proof["epsilon"], eta=proof["eta"], formats=formats)
    return words


def tensors_digest(net: Net) -> str:
    """SHA-256 of the tensors: names, types, shapes and little-endian bytes, in ascending order of name."""
    digest = hashlib.sha256()
    for name, value in sorted(tensors(net).items()):
        shape = ",".join(map(str, value.shape))
        digest.update(b"\0".join([name.encode(), b"F32", shape.encode(), np.asarray(value, "<f4").tobytes()]))
    return digest.hexdigest()


def _digest(value: Any) -> str:
    """SHA-256 of the canonical JSON: sorted keys, no spaces, ASCII."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
