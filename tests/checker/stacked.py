"""The committed net with a stack and its certificate; its claim, its check and its arithmetic written again, apart from src."""

import contextlib
import copy
import hashlib
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from handmade import canonical, tensors_sha

FOLDER = Path(__file__).parents[2] / "docs" / "results" / "dyck-2"
SLACK = 1e-9


def read() -> tuple[dict[str, Any], dict[str, Any]]:
    """The certificate and the tensors as lists of rows."""
    raw = (FOLDER / "model.safetensors").read_bytes()
    size = int.from_bytes(raw[:8], "little")
    tensors = {}
    for name, about in json.loads(raw[8 : 8 + size]).items():
        if name != "__metadata__":
            first, last = about["data_offsets"]
            tensors[name] = np.frombuffer(raw[8 + size + first : 8 + size + last], "<f4").reshape(about["shape"]).tolist()
    return json.loads((FOLDER / "certificate.json").read_text()), tensors


def one_proof(certificate, number=1) -> dict[str, Any]:
    """The certificate with one of its proofs only."""
    changed = copy.deepcopy(certificate)
    changed["proofs"] = [changed["proofs"][number]]
    return sealed(changed)


def sealed(certificate, tensors=None) -> dict[str, Any]:
    """Fresh digests, noise budget and claim, as far as the fields allow them."""
    if tensors is not None:
        certificate["tensors"] = tensors_sha(tensors)
    with contextlib.suppress(KeyError, TypeError, ValueError, IndexError, AttributeError):
        certificate["noise_budget"] = max((one["epsilon"] for one in certificate["proofs"]), key=float.fromhex)
        certificate["claim"] = claim_of(certificate)
    body = {name: value for name, value in certificate.items() if name != "digest"}
    return body | {"digest": hashlib.sha256(canonical(body)).hexdigest()}


def claim_of(certificate):
    """The sentence, written out once more."""
    sha = lambda x: hashlib.sha256(canonical(x)).hexdigest()
    program, machine, code = certificate["program"], certificate["machine"], certificate["encoding"]
    shapes, memory = program["tensors"], program["memory"]
    text = (
        f"The recurrent net with step program SHA-256 {sha(program)} and tensors SHA-256 {certificate['tensors']}, which has "
        f"{shapes[memory['bias']][0] // 2} stacks of vectors of {memory['width']} numbers, gives the outputs of the machine with "
        f"stacks SHA-256 {sha(machine)} (states: {len(machine['delta'])}), where this has one, at every step of every word, of any "
        f"length, however deep the stacks become, in base {code['base']} (tapes: {code['tapes']}; output classes: "
        f"{shapes[program['readout']['bias']][0]}). For every non-empty word over the alphabet, of any length: if the state starts "
        "at the program's start state and all stacks empty, an empty stack reads as zeros, memory does not run out, what is popped "
        "is what was pushed, a gate with number z is exactly 0 for z of -1/2 or less and exactly 1 for z of 1/2 or more, and every "
        "step's computed state, with the vectors to push, differs from the exact real-number step (from the computed state and the "
        "vectors on top before it) by at most epsilon in each coordinate, then at every step each gate is that of the machine's "
        "action, its number, taken exactly on the computed state, at least eta beyond 1/2, and the logit of the machine's output, "
        "where it has one, leads every other logit by at least eta."
    )
    for one in certificate["proofs"]:
        text += (
            f" Proved for epsilon {one['epsilon']} and eta {one['eta']}; number formats covered, under the rounding model of "
            f"certificate format 1: {', '.join(one['formats']) or 'none'}."
        )
    return text


def number(text):
    return float.fromhex(text)


def box(value):
    """Low and high ends as arrays."""
    return tuple(np.array([number(x) for x in value[end]]) for end in ("low", "high"))


def times(weight, ends):
    """The interval of a matrix times a box."""
    up, down = np.maximum(weight, 0), np.minimum(weight, 0)
    return up @ ends[0] + down @ ends[1], up @ ends[1] + down @ ends[0]


def inside(ends, outer):
    return (ends[0] >= outer[0] - SLACK).all() and (ends[1] <= outer[1] + SLACK).all()


def holds(certificate, tensors):
    """Whether all proofs about this cell with one stack show what they claim, in floating point, up to `SLACK`."""
    return all(_shows(certificate["machine"], proof, {name: np.array(rows) for name, rows in tensors.items()})
               for proof in certificate["proofs"])  # fmt: skip


def _shows(machine, proof, net):
    """Follows all pairs of a node and a letter on top, with the pairs of a letter and the one below it, until none is new."""
    epsilon, eta, nodes = number(proof["epsilon"]), number(proof["eta"]), proof["nodes"]
    letters = [(np.zeros(16), np.zeros(16)), *map(box, proof["letters"][0])]
    cuts = [box(node["region"]["box"]) for node in nodes]
    first = proof["start"]
    if nodes[first]["state"] != machine["start"] or not inside((np.zeros(16),) * 2, cuts[first]) or epsilon < 0 or eta <= 0:
        return False
    met, below, before = {(first, 0)}, {(0, 0)}, None
    while before != (len(met), len(below)):
        before = len(met), len(below)
        for node, top in sorted(met):
            for symbol in range(4):
                at, state = symbol + 4 * top, nodes[node]["state"]
                after, (action,) = nodes[node]["next"][at], machine["actions"][state][at]
                if after < 0 or nodes[after]["state"] != machine["delta"][state][at]:
                    return False
                right = machine["output"][state][at]
                if not _step(net, cuts[node], symbol, letters, (top, action, right), cuts[after], epsilon, eta):
                    return False
                below |= {(action - 1, top)} if action > 1 else set()
                seen = {top} if action == 0 else {action - 1} if action > 1 else {under for over, under in below if over == top}
                met |= {(after, letter) for letter in seen}
    return True


def _step(net, cut, symbol, letters, done, after, epsilon, eta):
    top, action, right = done
    read = times(net["cell.weight_top"], letters[top])
    fixed = net["cell.bias"] + net["cell.weight_ih"][:, symbol]
    hidden = tuple(np.tanh(fixed + cut[end] + read[end]) for end in (0, 1))
    push = tuple(np.tanh(net["cell.bias_push"] + end) for end in times(net["cell.weight_push"], hidden))
    hidden, push = ((low - epsilon, high + epsilon) for low, high in (hidden, push))
    gates = tuple(net["cell.bias_action"] + end for end in times(net["cell.weight_action"], hidden))
    is_open = action > 1, action == 1
    decided = all(gates[0][g] >= 0.5 + eta - SLACK if is_open[g] else gates[1][g] <= -0.5 - eta + SLACK
                  for g in ((0,) if action > 1 else (0, 1)))  # fmt: skip
    rows, bias = net["readout.weight"], net["readout.bias"]
    leads = [times(rows[right] - rows[other], hidden)[0] + bias[right] - bias[other] for other in (0, 1) if 0 <= right != other]
    held = action <= 1 or inside(push, letters[action - 1])
    return decided and held and min(leads, default=math.inf) >= eta - SLACK and inside(times(net["cell.weight_hh"], hidden), after)
