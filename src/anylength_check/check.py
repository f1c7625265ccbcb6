"""The check: a certificate and a weights file in, VALID or a reason out. The default answer is "rejected".

Why it proves the claim, by induction over the word. A step takes from the state before it nothing but its message
(`cells`). The state before the first step is zero and its message 0, which lies in the start node's box (2). If the
message of the computed state lies in a node's box and symbol s is read, then the exact next state lies in what
`receive` makes of the box and W_ih x_s + b, and the computed one, with its error of up to epsilon in each row, in R,
that widened by epsilon (3). On R the answer leads by eta (4), and the message of everything in R lies in the box of a
node of the machine's next state (3). So every step of every word is right. (1) says that the numbers make sense. (5)
says that in the named formats a step errs by at most epsilon if the state before it lies in some R or is zero, whence
`reach`: by the same induction it does; and that two logits err by less than eta.
"""

from dataclasses import dataclass
from os import PathLike
from types import SimpleNamespace

from anylength_check.boxes import Boxes, outward
from anylength_check.cells import message, receive
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
    certificate = read_certificate(certificate_bytes)
    net = read_weights(weights_bytes, certificate.cell)
    require_sizes(certificate, net)
    require(certificate.tensors == net.sha256, "tensors is not the SHA-256 of these weights")
    claim, machine = sentence(certificate, net), certificate.machine
    require(certificate.claim == claim, "the claim is not the sentence that the other fields make")
    states, symbols, hidden, classes = len(machine.delta), len(machine.delta[0]), net.hidden, len(net.readout)
    steps = sum(len(proof.nodes) for proof in certificate.proofs) * symbols
    work = steps * (hidden * (len(net.recurrent) + classes) + 50 * (hidden + len(net.input)))
    require(work <= WORK_LIMIT, "the proofs are too much work to check")
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
    closed = [_close(net, certificate, proof, node) for node in range(len(proof.nodes))]
    leads, reaches = zip(*closed, strict=True)
    for name in proof.formats:
        require_covered(name, net, certificate.encoding.base, proof, [max(row) for row in zip(*reaches, strict=True)])
    margin, images = min(leads) * 10**9 >> BOX_BITS, len(closed) * len(start.next)
    return (
        f"epsilon {proof.epsilon}, eta {proof.eta}; nodes: {len(closed)}, all reached; inclusions checked: "
        f"{images}, of {len(start.low)} intervals each; margins checked: {images * (len(net.readout) - 1)}, the "
        f"smallest at least {margin // 10**9}.{margin % 10**9:09}; formats checked: {', '.join(proof.formats) or 'none'}."
    )


def _close(net: Weights, certificate: SimpleNamespace, proof: SimpleNamespace, k: int) -> tuple[int, list[int]]:
    """Checks node k under every symbol: next state, next box, answer; the least lead, and the reach of each state row."""
    (base, tapes), machine, node, w = vars(certificate.encoding).values(), certificate.machine, proof.nodes[k], Boxes()
    received, leads, reach = list(zip(node.low, node.high, strict=True)), [], []
    for symbol, successor in enumerate(node.next):
        target, where = proof.nodes[successor], f"node {k} under symbol {symbol}"
        right = target.state == machine.delta[node.state][symbol]
        require(right, f"{where} goes to node {successor}, which is of another machine state than the machine's next")
        hot = [i * base + symbol // base**i % base for i in range(tapes)]  # the digit of each tape
        p = w.matmul([[*(row[k] for k in hot), row[-1]] for row in net.input], [w.one] * (tapes + 1))
        ends = receive(w, net, p, received)
        state = [outward(low - proof.epsilon_units, high + proof.epsilon_units) for low, high in ends]  # not clipped
        images = zip(target.low, message(w, net, state), target.high, strict=True)
        inside = all(low <= least and most <= high for low, (least, most), high in images)
        require(inside, f"{where} leaves the box of node {successor}")
        answer = net.readout[machine.output[node.state][symbol]]
        rows = [[a - b for a, b in zip(answer, row, strict=True)] for row in net.readout if row is not answer]
        leads.append(min(least for least, _ in w.matmul(rows, [*state[: net.hidden], w.one])))
        require(leads[-1] >= proof.eta_units, f"{where}: the machine's output does not lead by eta")
        sizes = [max(-low, high) for low, high in state]
        reach = [max(pair) for pair in zip(sizes, reach or sizes, strict=True)]
    return min(leads), reach
