"""The check: a certificate and a weights file in, VALID or a reason out. The default answer is "rejected".

The claim: at every step of every word the machine's output leads by eta, if each computed step errs by at most epsilon in each row.
A step takes nothing from the state before it but its recurrent term (`cells`), which is 0 for the start state. A proof lists nodes:
each has a state of the machine, and a box that is meant to hold the recurrent terms of all states met there. `_check_start` finds 0
in the box of the start node, which has the machine's start state. `_check_node` takes a node and a symbol, and computes R: an
interval for each row of the next state, rounded outward and widened by epsilon. If the recurrent term was in the node's box, the
computed next state is therefore in R. On all of R the machine's output leads by eta, so this answer is right. All recurrent terms
of R lie in the box of a node that has the machine's next state, so the argument can be repeated. By induction over the word every
answer is right. `formats` shows that in the named number formats a step from any state in some R, or from 0, errs by at most
epsilon (so by the same induction the next state is in some R, too), and that two logits together err by less than eta.
"""

from os import PathLike
from typing import NamedTuple

from anylength_check.cells import recurrent_term, update
from anylength_check.certificate import CERTIFICATE_LIMIT, Certificate, Proof, read_certificate, read_nodes, require_fit
from anylength_check.dyadic import BOX_BITS, Box, Boxes, outward
from anylength_check.formats import require_covered
from anylength_check.strict import Refused, read_file, require
from anylength_check.weights import WEIGHTS_LIMIT, Weights, read_weights

WORK_LIMIT = 1 << 32  # multiplications, about
FUNCTION_WORK, FORMAT_STEPS = 50, 4  # multiplications that a tanh or sigmoid takes, and steps that a number format takes, about
STORAGE = "bfloat16 and float16 mean storage: weights, states and logits are stored in them, and all arithmetic is float32."
OPS = Boxes()


class CheckResult(NamedTuple):
    """Valid, with the proved claim and in lines what was checked; or not valid, with the reason."""

    valid: bool
    claim: str | None
    reason: str | None
    lines: tuple[str, ...]


def check(certificate_path: str | PathLike, weights_path: str | PathLike) -> CheckResult:
    """Checks a certificate against a weights file; raises OSError where a file cannot be read."""
    certificate_bytes, weights_bytes = read_file(certificate_path, CERTIFICATE_LIMIT), read_file(weights_path, WEIGHTS_LIMIT)
    try:
        return _check_files(certificate_bytes, weights_bytes)
    except Exception as error:  # whatever goes wrong, the answer is "rejected"
        reason = str(error) if isinstance(error, Refused) else f"the checker could not finish: {type(error).__name__}"
        return CheckResult(False, None, ascii(reason)[1:-1][:500], ())


def _check_files(certificate_bytes: bytes, weights_bytes: bytes) -> CheckResult:
    """The result if the claim is proved, else Refused or any other error. The cheap checks come first."""
    certificate = read_certificate(certificate_bytes)
    net = read_weights(weights_bytes, certificate.cell, certificate.tensors)
    require_fit(certificate, net)
    states, symbols, classes = len(certificate.delta), len(certificate.delta[0]), len(net.readout)
    steps = sum(len(proof.nodes) * symbols + len(proof.formats) * FORMAT_STEPS for proof in certificate.proofs)
    work = steps * (net.hidden * (len(net.recurrent) + classes) + FUNCTION_WORK * (len(net.input) + net.hidden))
    require(work <= WORK_LIMIT, f"the proofs are too much work to check: {work} multiplications, over the limit of {WORK_LIMIT}")
    lines = [
        f"Claim: {certificate.claim}",
        "Files: the digest fits the certificate, the SHA-256 fits the tensors, every weight is a finite float32.",
        f"Machine: {states} states, {symbols} symbols. Net: {net.hidden} hidden units, {classes} output classes.",
    ]
    for number, proof in enumerate(certificate.proofs, 1):
        lines.append(f"Proof {number}: {_check_proof(net, certificate, read_nodes(certificate, net, proof))}")
    if any(proof.formats not in ([], ["float32"]) for proof in certificate.proofs):
        lines.append(f"Number formats: {STORAGE}")
    return CheckResult(True, certificate.claim, None, tuple(lines))


def _check_proof(net: Weights, certificate: Certificate, proof: Proof) -> str:
    """All checks of one proof; what was checked, in words."""
    require(proof.epsilon_units >= 0 and proof.eta_units > 0, "epsilon is negative or eta is not positive")
    for number, node in enumerate(proof.nodes):
        require(all(low <= high for low, high in node.box), f"node {number} has a low bound above its high bound")
    _check_start(certificate, proof)
    margins, sizes = zip(*(_check_node(net, certificate, proof, number) for number in range(len(proof.nodes))), strict=True)
    state_bound = [max(row) for row in zip(*sizes, strict=True)]
    for name in proof.formats:
        require_covered(name, net, certificate.base, proof, state_bound)
    steps, intervals = len(proof.nodes) * len(certificate.delta[0]), len(proof.nodes[0].box)
    billionths = min(margins) * 10**9 >> BOX_BITS
    return (
        f"epsilon {proof.epsilon}, eta {proof.eta}; nodes: {len(proof.nodes)}, all reached; inclusions checked: {steps}, of "
        f"{intervals} intervals each; margins checked: {steps * (len(net.readout) - 1)}, the smallest at least "
        f"{billionths // 10**9}.{billionths % 10**9:09}; formats checked: {', '.join(proof.formats) or 'none'}."
    )


def _check_start(certificate: Certificate, proof: Proof) -> None:
    """The start node has the machine's start state, and 0 in its box; it leads to all other nodes."""
    start = proof.nodes[proof.start]
    require(start.state == certificate.start, "the start node is not of the machine's start state")
    require(all(low <= 0 <= high for low, high in start.box), "the start node's box does not contain 0")
    reached, waiting = {proof.start}, [proof.start]
    while waiting:
        fresh = set(proof.nodes[waiting.pop()].next) - reached
        reached |= fresh
        waiting += fresh
    require(len(reached) == len(proof.nodes), "a node is not reached from the start node")


def _check_node(net: Weights, certificate: Certificate, proof: Proof, number: int) -> tuple[int, list[int]]:
    """Checks one node under every symbol; the smallest margin, and the largest size of each row of the next states."""
    node, margins, largest = proof.nodes[number], [], []
    for symbol, successor in enumerate(node.next):
        where = f"node {number} under symbol {symbol}"
        follows = proof.nodes[successor].state == certificate.delta[node.state][symbol]
        require(follows, f"{where} goes to node {successor}, which is of another machine state than the machine's next")
        exact = update(OPS, net, _input_term(net, certificate, symbol), node.box)
        state = [outward((low - proof.epsilon_units, high + proof.epsilon_units)) for low, high in exact]  # R, not clipped
        for (low, high), (least, most) in zip(proof.nodes[successor].box, recurrent_term(OPS, net, state), strict=True):
            require(low <= least and most <= high, f"{where} leaves the box of node {successor}")
        margins.append(_margin(net, state, certificate.output[node.state][symbol]))
        require(margins[-1] >= proof.eta_units, f"{where}: the machine's output does not lead by eta")
        sizes = [max(-low, high) for low, high in state]
        largest = [max(pair) for pair in zip(largest, sizes, strict=True)] if largest else sizes
    return min(margins), largest


def _input_term(net: Weights, certificate: Certificate, symbol: int) -> Box:
    """W_ih x + b (+ b_hh): on each tape, only the column of the symbol's digit counts."""
    columns = [tape * certificate.base + symbol // certificate.base**tape % certificate.base for tape in range(certificate.tapes)]
    terms = [[weights[column] for column in columns] + biases for weights, biases in zip(net.input, net.biases, strict=True)]
    return OPS.matmul(terms, [OPS.one] * len(terms[0]))


def _margin(net: Weights, state: Box, answer: int) -> int:
    """The least lead of the answer's logit over any other, on all of the box: the difference of their weights times the box."""
    others = [weights for other, weights in enumerate(net.readout) if other != answer]
    differences = [[own - foreign for own, foreign in zip(net.readout[answer], weights, strict=True)] for weights in others]
    return min(low for low, _ in OPS.matmul(differences, [*state[: net.hidden], OPS.one]))
