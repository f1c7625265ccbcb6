"""The certificate file, read strictly: exactly its fields, each of its type and within its limit, its digest, and its claim.

Nothing else here is believed: what the numbers say is for `check` to find out. Boxes are read to units of 2^-352. The claim must
be CLAIM and then, for each proof in the file's order, PROVED, letter by letter: epsilon and eta are the file's own hex strings, and
the machine's SHA-256, that of the canonical JSON of the field `machine`, fixes its start, transitions and outputs.
"""

import hashlib
import json
from types import SimpleNamespace

from anylength_check.dyadic import from_hex
from anylength_check.formats import STORING
from anylength_check.strict import parse, read, require
from anylength_check.weights import BLOCKS, Weights

FILE_LIMIT, DEPTH_LIMIT, NODE_LIMIT = 64 << 20, 8, 100_000
STATE, INDEX, BOX, ROW = range(1024), range(NODE_LIMIT), (from_hex, 1, 5 * 1024), (range(4096), 2, 4096)
NODE = {"state": STATE, "low": BOX, "high": BOX, "next": (INDEX, 2, 4096)}
PROOF = {"epsilon": None, "eta": None, "formats": (None, 0, 3), "start": INDEX, "nodes": (NODE, 1, NODE_LIMIT)}
MACHINE = {"start": STATE, "delta": (ROW, 1, 1024), "output": (ROW, 1, 1024)}
ENCODING = {"base": range(2, 4097), "tapes": range(1, 13)}
CERTIFICATE = {"format": range(1, 2), "claim": None, "cell": None, "encoding": ENCODING, "machine": MACHINE}
CERTIFICATE |= {"tensors": None, "proofs": (PROOF, 1, 8), "noise_budget": from_hex, "digest": None}
CLAIM = (
    "The {cell} net with tensors SHA-256 {tensors} (hidden units: {hidden}, output classes: {classes}) does the work of the "
    "machine SHA-256 {machine} (states: {states}) on every input of every length, in base {base} (tapes: {tapes}). For every non-"
    "empty word over the alphabet, of any length: if the state starts at the net's start state and every step's computed state "
    "differs from the exact real-number step (from the computed state before it) by at most epsilon in each coordinate, then at "
    "every step the logit of the machine's output leads every other logit, taken exactly on the computed state, by at least eta."
)
PROVED = " Proved for epsilon {} and eta {}; number formats covered, under the rounding model of certificate format 1: {}."


def read_certificate(data: bytes) -> SimpleNamespace:
    """The fields as attributes, and `machine_sha256`; in each proof also epsilon and eta in units of 2^-352."""
    require(len(data) <= FILE_LIMIT, f"the certificate is over {FILE_LIMIT} bytes")
    top = parse(data, DEPTH_LIMIT)
    certificate = read(CERTIFICATE, top, "the certificate")
    require(certificate.cell in list(BLOCKS), f"the cell is none of {', '.join(BLOCKS)}")
    top.pop("digest")
    canonical = (json.dumps(value, sort_keys=True, separators=(",", ":")).encode() for value in (top, top["machine"]))
    digest, certificate.machine_sha256 = (hashlib.sha256(text).hexdigest() for text in canonical)
    require(certificate.digest == digest, "the digest does not fit the certificate")
    for proof in certificate.proofs:
        proof.epsilon_units, proof.eta_units = from_hex(proof.epsilon, "epsilon"), from_hex(proof.eta, "eta")
        ascending = [name for name in sorted(STORING) if name in proof.formats]
        require(proof.formats == ascending, f"formats is no ascending list out of {', '.join(STORING)}")
    return certificate


def require_fit(certificate: SimpleNamespace, net: Weights) -> None:
    """Refuses unless rows, boxes, states, nodes and classes fit each other and the net, and the claim is the right one."""
    machine, proofs, code = certificate.machine, certificate.proofs, certificate.encoding
    nodes, symbols, inputs = [node for proof in proofs for node in proof.nodes], code.base**code.tapes, len(net.input[0])
    require(code.base * code.tapes == inputs and symbols <= 4096, f"the encoding does not fit {inputs} inputs")
    lengths = {len(row) for row in (*machine.delta, *machine.output, *(node.next for node in nodes))}
    require(lengths == {symbols}, f"a row of delta, output or next is not of {symbols} symbols")
    states = max(machine.start, *map(max, machine.delta), *(node.state for node in nodes))
    require(states < len(machine.delta) == len(machine.output), "delta or output lacks a state's row, or has too many")
    require(max(map(max, machine.output)) < len(net.readout), "an output is no class of the read-out")
    require(len(nodes) <= NODE_LIMIT, f"there are more than {NODE_LIMIT} nodes")
    size = BLOCKS[net.cell][2] * net.hidden
    require(all(len(node.low) == len(node.high) == size for node in nodes), f"a box is not of {size} intervals")
    inside = all(max(proof.start, *(max(node.next) for node in proof.nodes)) < len(proof.nodes) for proof in proofs)
    require(inside, "a start or a next is no node")
    numbers = {(proof.epsilon_units, proof.eta_units) for proof in proofs}
    require(len(numbers) == len(proofs), "two proofs are for the same epsilon and eta")
    require(certificate.noise_budget == max(numbers)[0], "noise_budget is not the largest epsilon")
    require(certificate.tensors == net.sha256, "tensors is not the SHA-256 of these weights")
    require(certificate.claim == _sentence(certificate, net), "the claim is not the sentence that the other fields make")


def _sentence(certificate: SimpleNamespace, net: Weights) -> str:
    names = {"cell": certificate.cell, "tensors": net.sha256, "machine": certificate.machine_sha256}
    sizes = {"hidden": net.hidden, "classes": len(net.readout), "states": len(certificate.machine.delta)}
    proved = (PROVED.format(proof.epsilon, proof.eta, ", ".join(proof.formats) or "none") for proof in certificate.proofs)
    return "".join((CLAIM.format(**names, **sizes, **vars(certificate.encoding)), *proved))
