"""The check: a certificate and a weights file in, VALID or a reason out. The default answer is "rejected".

Why it proves the claim, by induction over the word: the state before the first step is zero, so W_hh h = 0 lies in the
start node's box (2). If W_hh h lies in a node's box and symbol s is read, then the next state, its error of up to
epsilon included, lies in R = tanh(box + W_ih x_s + b) +- epsilon, on which the answer leads by eta (4), and its W_hh h
lies in the box of a node of the machine's next state (3). So every step of every word is right. (1) says that the
numbers make sense, (5) that the named formats err by no more than epsilon and eta allow.
"""

from dataclasses import dataclass
from os import PathLike
from types import SimpleNamespace

from anylength_check.cells import least_lead, rnn_inside, rnn_step
from anylength_check.certificate import FILE_LIMIT, read_certificate, require_sizes
from anylength_check.claim import sentence
from anylength_check.dyadic import BOX_BITS
from anylength_check.formats import require_covered
from anylength_check.strict import Refused, require
from anylength_check.weights import Weights, read_weights

WORK_LIMIT = 1 << 32  # multiplications, about: less than an hour


@dataclass(frozen=True)
class CheckResult:
    """Valid, with the proved claim and in lines what was checked; or not, with the reason."""

    valid: bool
    claim: str | None
    reason: str | None
    lines: tuple[str, ...]


def check(certificate_path: str | PathLike, weights_path: str | PathLike) -> CheckResult:
    """Checks a certificate against a weights file; raises OSError where a file cannot be read."""
    with open(certificate_path, "rb") as certificate, open(weights_path, "rb") as weights:
        files = certificate.read(FILE_LIMIT + 1), weights.read(FILE_LIMIT + 1)
    try:
        return _verify(*files)
    except Refused as refusal:
        reason = str(refusal)
    except Exception as error:  # whatever goes wrong, the answer is "rejected"
        reason = f"the checker could not finish: {type(error).__name__}"
    return CheckResult(False, None, ascii(reason)[1:-1][:500], ())


def _verify(certificate_bytes: bytes, weights_bytes: bytes) -> CheckResult:
    """The claim and what was checked, cheap checks first; Refused at the first that fails."""
    net = read_weights(weights_bytes)
    certificate = read_certificate(certificate_bytes)
    require_sizes(certificate, net)
    require(certificate.tensors == net.sha256, "tensors is not the SHA-256 of these weights")
    claim, machine = sentence(certificate, net), certificate.machine
    require(certificate.claim == claim, "the claim is not the sentence that the other fields make")
    states, symbols, hidden, classes = len(machine.delta), len(machine.delta[0]), len(net.bias), len(net.readout)
    steps = sum(len(proof.nodes) for proof in certificate.proofs) * symbols
    require(steps * hidden * (hidden + classes + 50) <= WORK_LIMIT, "the proofs are too much work to check")
    lines = [
        f"Claim: {claim}",
        "Files: the digest fits the certificate, the SHA-256 fits the tensors, every weight is a finite float32.",
        f"Machine: {states} states, {symbols} symbols. Net: {hidden} hidden units, {classes} output classes.",
        *(f"Proof {k}: {_prove(net, certificate, proof)}" for k, proof in enumerate(certificate.proofs, 1)),
    ]
    return CheckResult(True, claim, None, tuple(lines))


def _prove(net: Weights, certificate: SimpleNamespace, proof: SimpleNamespace) -> str:
    """The five checks of one proof; what was checked, in words."""
    epsilon, eta = proof.epsilon_units, proof.eta_units
    require(epsilon >= 0 and eta > 0, "epsilon is negative or eta is not positive")
    for k, node in enumerate(proof.nodes):
        ordered = all(low <= high for low, high in zip(node.low, node.high, strict=True))
        require(ordered, f"node {k} has a low bound above its high bound")
    start, reached, waiting = proof.nodes[proof.start], {proof.start}, [proof.start]
    require(start.state == certificate.machine.start, "the start node is not of the machine's start state")
    zero = all(low <= 0 <= high for low, high in zip(start.low, start.high, strict=True))
    require(zero, "the start node's box does not contain 0")
    while waiting:
        fresh = set(proof.nodes[waiting.pop()].next) - reached
        reached |= fresh
        waiting += fresh
    require(len(reached) == len(proof.nodes), "a node is not reached from the start node")
    for name in proof.formats:
        require_covered(name, net, certificate.encoding.base, epsilon, eta)
    leads = [lead for k in range(len(proof.nodes)) for lead in _close(net, certificate, proof, k)]
    margin = min(leads) * 10**9 >> BOX_BITS
    return (
        f"epsilon {proof.epsilon}, eta {proof.eta}; nodes: {len(proof.nodes)}, all reached; inclusions checked: "
        f"{len(leads)}, of {len(net.bias)} intervals each; margins checked: {len(leads) * (len(net.readout) - 1)}, the "
        f"smallest at least {margin // 10**9}.{margin % 10**9:09}; formats checked: {', '.join(proof.formats) or 'none'}."
    )


def _close(net: Weights, certificate: SimpleNamespace, proof: SimpleNamespace, k: int) -> list[int]:
    """Checks node k under every symbol: next state, next box, answer; returns the leads (units of 2^-352)."""
    node, machine, base, leads = proof.nodes[k], certificate.machine, certificate.encoding.base, []
    for symbol, successor in enumerate(node.next):
        target, where = proof.nodes[successor], f"node {k} under symbol {symbol}"
        right = target.state == machine.delta[node.state][symbol]
        require(right, f"{where} goes to node {successor}, which is of another machine state than the machine's next")
        hot = [i * base + symbol // base**i % base for i in range(certificate.encoding.tapes)]  # digit of each tape
        states = rnn_step(net, node, hot, proof.epsilon_units)
        require(rnn_inside(net, states, target), f"{where} leaves the box of node {successor}")
        leads.append(least_lead(net, states, machine.output[node.state][symbol]))
        require(leads[-1] >= proof.eta_units, f"{where}: the machine's output does not lead by eta")
    return leads
