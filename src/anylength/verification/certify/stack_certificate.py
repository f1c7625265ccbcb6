"""The certificate of a net with stacks: that of `certificate`, with a machine with stacks, and boxes of letters."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from anylength.memory.closing import StackProof
from anylength.memory.images import SMALLEST, controller
from anylength.nets import Net
from anylength.ops.intervals import Interval
from anylength.programs import program_digest, program_fields
from anylength.rules import StackMachine, graph
from anylength.verification.certify.certificate import FORMAT, NEAR, PROOF_CLAIM, START, digest_of, hexes, tensors_digest
from anylength.verification.certify.stack_fields import machine_fields

CLAIM = (
    "The recurrent net with step program SHA-256 {program} and tensors SHA-256 {tensors}, which has {stacks} stacks of vectors "
    "of {width} numbers, gives the outputs of the machine with stacks SHA-256 {machine} (states: {states}), where this has one, "
    "at every step of every word, {words}, however deep the stacks become, in base {base} (tapes: {tapes}; output classes: "
    "{classes}). For every non-empty word over the alphabet, {words}: if the state starts at {start} and all stacks empty, an "
    "empty stack reads as zeros, memory does not run out, what is popped is what was pushed, a gate with number z is exactly 0 "
    "for z of -1/2 or less and exactly 1 for z of 1/2 or more, and every step's computed state, with the vectors to push, "
    "{near} the exact real-number step (from the computed state and the vectors on top before it) by at most epsilon in each "
    "coordinate, then at every step each gate is that of the machine's action, its number, taken exactly on the computed state, "
    "at least eta beyond 1/2, and the logit of the machine's output, where it has one, leads every other logit by at least eta."
)


def stack_certificate_bytes(net: Net, machine: StackMachine, proofs: Sequence[StackProof]) -> bytes:
    """The JSON text of the certificate."""
    fields: dict[str, Any] = {
        "format": FORMAT,
        "program": program_fields(controller(net)),
        "encoding": {"base": net.base, "tapes": net.tapes},
        "machine": machine_fields(machine),
        "tensors": tensors_digest(net),
        "proofs": [_proof_fields(machine, proof) for proof in proofs],
        "noise_budget": float(max(proof.epsilon for proof in proofs)).hex(),
    }
    fields["claim"] = _claim(net, fields)
    return json.dumps(fields | {"digest": digest_of(fields)}, sort_keys=True).encode() + b"\n"


def _proof_fields(machine: StackMachine, proof: StackProof) -> dict[str, Any]:
    found = graph(machine, fine=proof.fine)
    successors = [[-1] * len(machine.rules[0]) for _ in found.states]
    for edge in found.edges:
        successors[edge.node][machine.column(edge.symbol, edge.tops)] = edge.after
    boxes, width = proof.boxes, proof.boxes.letters.shape[0] // machine.stacks
    return {
        "epsilon": float(proof.epsilon).hex(), "eta": float(proof.eta).hex(), "formats": list(proof.formats), "start": 0,
        "nodes": [
            {"state": state, "next": successors[node], "region": {"box": _box(boxes.nodes[:, node])}}
            for node, state in enumerate(found.states)
        ],
        "letters": [
            [_box(boxes.letters[k * width : (k + 1) * width, letter]) for letter in range(1, machine.letters)]
            for k in range(machine.stacks)
        ],
    }  # fmt: skip


def _box(box: Interval) -> dict[str, list[str]]:
    """The box of a letter that is never pushed is a point."""
    box = box if np.isfinite(box.low).all() else Interval.exact(np.zeros(box.shape))
    low, high = np.where(np.abs(box.low) < SMALLEST, -SMALLEST, box.low), np.where(np.abs(box.high) < SMALLEST, SMALLEST, box.high)
    return {"low": hexes(low), "high": hexes(high)}


def _claim(net: Net, fields: dict[str, Any]) -> str:
    program = controller(net)
    assert program.memory is not None
    sentence = CLAIM.format(
        program=program_digest(program), tensors=fields["tensors"], classes=net.classes, machine=digest_of(fields["machine"]),
        states=len(fields["machine"]["delta"]), base=net.base, tapes=net.tapes, words="of any length", start=START, near=NEAR,
        stacks=program.memory.stacks, width=program.memory.width,
    )  # fmt: skip
    for proof in fields["proofs"]:
        formats = ", ".join(proof["formats"]) or "none"
        sentence += PROOF_CLAIM.format(epsilon=proof["epsilon"], eta=proof["eta"], formats=formats)
    return sentence
