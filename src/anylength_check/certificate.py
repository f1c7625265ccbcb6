"""The certificate file, read strictly: exactly its fields, each of its type and within its limit, and its digest.

Nothing else here is believed: what the numbers say is for `check` to find out. Boxes are read to units of 2^-352.
"""

import hashlib
import json
from types import SimpleNamespace
from typing import Any

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


def read_certificate(data: bytes) -> SimpleNamespace:
    """The fields as attributes, and `machine_sha256`; in each proof also epsilon and eta in units of 2^-352."""
    require(len(data) <= FILE_LIMIT, f"the certificate is over {FILE_LIMIT} bytes")
    top = parse(data, DEPTH_LIMIT)
    certificate = read(CERTIFICATE, top, "the certificate")
    require(certificate.cell in list(BLOCKS), f"the cell is none of {', '.join(BLOCKS)}")
    require(top.pop("digest") == _sha256(top), "the digest does not fit the certificate")
    certificate.machine_sha256 = _sha256(top["machine"])
    for proof in certificate.proofs:
        proof.epsilon_units, proof.eta_units = from_hex(proof.epsilon, "epsilon"), from_hex(proof.eta, "eta")
        ascending = [name for name in sorted(STORING) if name in proof.formats]
        require(proof.formats == ascending, f"formats is no ascending list out of {', '.join(STORING)}")
    return certificate


def require_sizes(certificate: SimpleNamespace, net: Weights) -> None:
    """Refuses unless rows, boxes, states, nodes and classes fit each other and the net."""
    machine, proofs, code = certificate.machine, certificate.proofs, certificate.encoding
    nodes, symbols = [node for proof in proofs for node in proof.nodes], code.base**code.tapes
    inputs = len(net.input[0]) - 1
    require(code.base * code.tapes == inputs and symbols <= 4096, f"the encoding does not fit {inputs} inputs")
    rows = (*machine.delta, *machine.output, *(node.next for node in nodes))
    require(all(len(row) == symbols for row in rows), f"a row of delta, output or next is not of {symbols} symbols")
    states = max(machine.start, *map(max, machine.delta), *(node.state for node in nodes))
    require(states < len(machine.delta) == len(machine.output), "delta or output lacks a state's row, or has too many")
    require(max(map(max, machine.output)) < len(net.readout), "an output is no class of the read-out")
    require(len(nodes) <= NODE_LIMIT, f"there are more than {NODE_LIMIT} nodes")
    rows = BLOCKS[net.cell][2] * net.hidden
    require(all(len(x.low) == len(x.high) == rows for x in nodes), f"a box is not of {rows} intervals")
    for proof in proofs:
        largest = max(proof.start, *(max(node.next) for node in proof.nodes))
        require(largest < len(proof.nodes), "a start or a next is no node")
    numbers = {(proof.epsilon_units, proof.eta_units) for proof in proofs}
    require(len(numbers) == len(proofs), "two proofs are for the same epsilon and eta")
    require(certificate.noise_budget == max(numbers)[0], "noise_budget is not the largest epsilon")


def _sha256(value: Any) -> str:
    """SHA-256 of the canonical JSON: keys sorted, no spaces, ASCII."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
