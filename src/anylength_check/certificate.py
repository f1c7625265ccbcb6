"""The certificate file, read strictly: exactly its fields, each of its type and within its limit, its digest, and its claim.

What the numbers say is for `check` to find out. The claim must be CLAIM and then, for each proof in the file's order, PROVED,
letter by letter: epsilon and eta as the file spells them, and the machine by the SHA-256 of the canonical JSON of its field.
"""

import hashlib
import json
from typing import Any, NamedTuple

from anylength_check.dyadic import Box, from_hex
from anylength_check.strict import fields, integer, items, parse, require
from anylength_check.weights import CELLS, TERM_BLOCKS, Weights

CERTIFICATE_LIMIT = 32 << 20  # bytes
NODES, PROOFS, STATES, SYMBOLS, CLASSES, TAPES = 100_000, 8, 1024, 4096, 4096, 12  # the most of each
FIELDS = ("format", "claim", "cell", "encoding", "machine", "tensors", "proofs", "noise_budget", "digest")
FORMATS = ("bfloat16", "float16", "float32")
CLAIM = (
    "The {cell} net with tensors SHA-256 {tensors} (hidden units: {hidden}, output classes: {classes}) does the work of the "
    "machine SHA-256 {machine} (states: {states}) on every input of every length, in base {base} (tapes: {tapes}). For every non-"
    "empty word over the alphabet, of any length: if the state starts at the net's start state and every step's computed state "
    "differs from the exact real-number step (from the computed state before it) by at most epsilon in each coordinate, then at "
    "every step the logit of the machine's output leads every other logit, taken exactly on the computed state, by at least eta."
)
PROVED = " Proved for epsilon {} and eta {}; number formats covered, under the rounding model of certificate format 1: {}."


class Node(NamedTuple):
    """A state of the machine, a box of recurrent terms, and the next node for each symbol."""

    state: int
    box: Box
    next: list[int]


class Proof(NamedTuple):
    """Nodes that prove the claim for one epsilon and eta, each as the file spells it and in units of 2^-352."""

    epsilon: str
    epsilon_units: int
    eta: str
    eta_units: int
    formats: list[str]
    start: int
    nodes: list[Any]  # as the file has them; `read_nodes`, the longest work, comes last and makes each a Node


class Certificate(NamedTuple):
    """The fields of a file whose digest fits. Symbol s has on tape i the digit (s // base**i) % base."""

    claim: Any
    cell: str
    base: int
    tapes: int
    machine_sha256: str
    start: int
    delta: list[list[int]]  # the machine's next state for each state (row) and symbol (column)
    output: list[list[int]]  # its output
    tensors: Any
    proofs: list[Proof]
    noise_budget: int


def read_certificate(file: bytes) -> Certificate:
    """The fields of a certificate file, or Refused."""
    require(len(file) <= CERTIFICATE_LIMIT, f"the certificate is over {CERTIFICATE_LIMIT} bytes")
    top = parse(file)
    number, claim, cell, encoding, machine, tensors, proofs, noise_budget, digest = fields(top, "the certificate", *FIELDS)
    integer(number, "the format", 1, 1)
    without_digest = {name: value for name, value in top.items() if name != "digest"}
    require(digest == _canonical_sha256(without_digest), "the digest does not fit the certificate")
    base, tapes = fields(encoding, "the encoding", "base", "tapes")
    symbols = integer(base, "the encoding's base", 2, SYMBOLS) ** integer(tapes, "the number of tapes", 1, TAPES)
    require(symbols <= SYMBOLS, f"the encoding has more than {SYMBOLS} symbols")
    start, delta, output = fields(machine, "the machine", "start", "delta", "output")
    states = len(items(delta, "delta", 1, STATES))
    integer(start, "the machine's start", 0, states - 1)
    next_states = [_integers(row, "a row of delta", symbols, states - 1) for row in delta]
    outputs = [_integers(row, "a row of output", symbols, CLASSES - 1) for row in items(output, "output", states, states)]
    checked = [_read_proof(proof) for proof in items(proofs, "the list of proofs", 1, PROOFS)]
    budget = from_hex(noise_budget, "noise_budget")
    require(type(cell) is str and cell in CELLS, f"the cell is none of {', '.join(CELLS)}")
    return Certificate(claim, cell, base, tapes, _canonical_sha256(machine), start, next_states, outputs, tensors, checked, budget)


def _canonical_sha256(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _integers(value: Any, where: str, count: int, most: int) -> list[int]:
    return [integer(item, where, 0, most) for item in items(value, where, count, count)]


def _read_proof(proof: Any) -> Proof:
    epsilon, eta, formats, start, nodes = fields(proof, "a proof", "epsilon", "eta", "formats", "start", "nodes")
    ascending = [name for name in FORMATS if name in items(formats, "formats", 0, len(FORMATS))]
    require(formats == ascending, "formats is not an ascending list out of bfloat16, float16, float32")
    integer(start, "a proof's start", 0, len(items(nodes, "the list of nodes", 1, NODES)) - 1)
    return Proof(epsilon, from_hex(epsilon, "epsilon"), eta, from_hex(eta, "eta"), formats, start, nodes)


def require_fit(certificate: Certificate, net: Weights) -> None:
    """Refuses unless the certificate fits the net, its proofs fit each other, and the claim is the right one."""
    proofs, inputs = certificate.proofs, len(net.input[0])
    require(certificate.base * certificate.tapes == inputs, f"the encoding does not fit {inputs} inputs")
    require(max(map(max, certificate.output)) < len(net.readout), "an output is no class of the read-out")
    require(sum(len(proof.nodes) for proof in proofs) <= NODES, f"there are more than {NODES} nodes")
    numbers = {(proof.epsilon_units, proof.eta_units) for proof in proofs}
    require(len(numbers) == len(proofs), "two proofs are for the same epsilon and eta")
    require(certificate.noise_budget == max(numbers)[0], "noise_budget is not the largest epsilon")
    claim = CLAIM.format(
        cell=certificate.cell, tensors=net.sha256, hidden=net.hidden, classes=len(net.readout),
        machine=certificate.machine_sha256, states=len(certificate.delta), base=certificate.base, tapes=certificate.tapes,
    )  # fmt: skip
    for proof in proofs:
        claim += PROVED.format(proof.epsilon, proof.eta, ", ".join(proof.formats) or "none")
    require(certificate.claim == claim, "the claim is not the sentence that the other fields make")


def read_nodes(certificate: Certificate, net: Weights, proof: Proof) -> Proof:
    """The proof with its nodes read, if they fit the machine, the net and each other, or Refused."""
    states, symbols, size = len(certificate.delta), len(certificate.delta[0]), TERM_BLOCKS[net.cell] * net.hidden
    nodes = []
    for node in proof.nodes:
        state, low, high, successors = fields(node, "a node", "state", "low", "high", "next")
        integer(state, "a node's state", 0, states - 1)
        low_units = [from_hex(bound, "a low bound") for bound in items(low, "a list of low bounds", size, size)]
        high_units = [from_hex(bound, "a high bound") for bound in items(high, "a list of high bounds", size, size)]
        next_nodes = _integers(successors, "a row of next", symbols, len(proof.nodes) - 1)
        nodes.append(Node(state, list(zip(low_units, high_units, strict=True)), next_nodes))
    return proof._replace(nodes=nodes)
