"""The check: a certificate and a weights file in, VALID or a reason out. The default answer is "rejected".

Why it proves the claim, by induction over the word: a step takes from the state before it nothing but its message (`cells`). The
state before the first step is zero, its message is 0, and that lies in the start node's box (2). Let the message of the computed
state lie in a node's box, and symbol s be read. Then the exact next state lies in what `receive` makes of the box and W_ih x_s + b;
the computed one, which differs from it by at most epsilon in each row, lies in R, that widened by epsilon. On all of R the answer
leads by eta (4), and the messages of all of R lie in the box of a node of the machine's next state (3): so every step of every word
is right. (1) says that the numbers make sense. (5) says that, in the named formats, a step from any state in some R, or from zero,
errs by at most epsilon, so that by the same induction the next is in some R too, and that logits err by less than half of eta.
"""

from os import PathLike
from types import SimpleNamespace
from typing import NamedTuple

from anylength_check.cells import message, receive
from anylength_check.certificate import FILE_LIMIT, read_certificate, require_fit
from anylength_check.dyadic import BOX_BITS, Boxes, outward
from anylength_check.formats import require_covered
from anylength_check.strict import Refused, require
from anylength_check.weights import Weights, read_weights

WORK_LIMIT = 1 << 32  # multiplications, about: less than an hour


class CheckResult(NamedTuple):
    """Valid, with the proved claim and in lines what was checked; or not, with the reason."""

    valid: bool
    claim: str | None
    reason: str | None
    lines: tuple[str, ...]


def check(certificate_path: str | PathLike, weights_path: str | PathLike) -> CheckResult:
    """Checks a certificate against a weights file; raises OSError where a file cannot be read."""
    with open(certificate_path, "rb") as certificate_file, open(weights_path, "rb") as weights_file:
        certificate_bytes, weights_bytes = certificate_file.read(FILE_LIMIT + 1), weights_file.read(FILE_LIMIT + 1)
    try:  # the cheap checks first
        certificate = read_certificate(certificate_bytes)
        net = read_weights(weights_bytes, certificate.cell)
        require_fit(certificate, net)
        delta, hidden, classes = certificate.machine.delta, net.hidden, len(net.readout)
        images = sum(len(proof.nodes) for proof in certificate.proofs) * len(delta[0])
        work = images * (hidden * (len(net.recurrent) + classes) + 50 * (len(net.input) + hidden))
        require(work <= WORK_LIMIT, "the proofs are too much work to check")
        lines = [
            f"Claim: {certificate.claim}",
            "Files: the digest fits the certificate, the SHA-256 fits the tensors, every weight is a finite float32.",
            f"Machine: {len(delta)} states, {len(delta[0])} symbols. Net: {hidden} hidden units, {classes} output classes.",
            *(f"Proof {k}: {_prove(net, certificate, proof)}" for k, proof in enumerate(certificate.proofs, 1)),
        ]
        return CheckResult(True, certificate.claim, None, tuple(lines))
    except Exception as error:  # whatever goes wrong, the answer is "rejected"
        reason = str(error) if type(error) is Refused else f"the checker could not finish: {type(error).__name__}"
        return CheckResult(False, None, ascii(reason)[1:-1][:500], ())


def _prove(net: Weights, certificate: SimpleNamespace, proof: SimpleNamespace) -> str:
    """The five checks of one proof; what was checked, in words."""
    require(proof.epsilon_units >= 0 and proof.eta_units > 0, "epsilon is negative or eta is not positive")
    for k, node in enumerate(proof.nodes):
        node.box = list(zip(node.low, node.high, strict=True))
        require(all(low <= high for low, high in node.box), f"node {k} has a low bound above its high bound")
    start, reached, waiting = proof.nodes[proof.start], {proof.start}, [proof.start]
    require(start.state == certificate.machine.start, "the start node is not of the machine's start state")
    require(all(low <= 0 <= high for low, high in start.box), "the start node's box does not contain 0")
    while waiting:
        waiting += (fresh := set(proof.nodes[waiting.pop()].next) - reached)
        reached |= fresh
    require(len(reached) == len(proof.nodes), "a node is not reached from the start node")
    leads, reaches = zip(*(_close(net, certificate, proof, k) for k in range(len(proof.nodes))), strict=True)
    for name in proof.formats:
        require_covered(name, net, certificate.encoding.base, proof, [max(row) for row in zip(*reaches, strict=True)])
    margin, images = min(leads) * 10**9 >> BOX_BITS, len(leads) * len(start.next)
    return (
        f"epsilon {proof.epsilon}, eta {proof.eta}; nodes: {len(leads)}, all reached; inclusions checked: {images}, of "
        f"{len(start.box)} intervals each; margins checked: {images * (len(net.readout) - 1)}, the smallest at least "
        f"{margin // 10**9}.{margin % 10**9:09}; formats checked: {', '.join(proof.formats) or 'none'}."
    )


def _close(net: Weights, certificate: SimpleNamespace, proof: SimpleNamespace, k: int) -> tuple[int, list[int]]:
    """Checks node k under every symbol: next state, next box, answer; the least lead, and the reach of each row of the state."""
    node, machine, code, w, leads, reach = proof.nodes[k], certificate.machine, certificate.encoding, Boxes(), [], []
    for symbol, successor in enumerate(node.next):
        target, where = proof.nodes[successor], f"node {k} under symbol {symbol}"
        right = target.state == machine.delta[node.state][symbol]
        require(right, f"{where} goes to node {successor}, which is of another machine state than the machine's next")
        hot = [i * code.base + symbol // code.base**i % code.base for i in range(code.tapes)]  # the digit of each tape
        rows = [[*(row[k] for k in hot), *biases] for row, biases in zip(net.input, net.biases, strict=True)]
        p = w.matmul(rows, [w.one] * len(rows[0]))
        exact, epsilon = receive(w, net, p, node.box), proof.epsilon_units
        state = [outward(low - epsilon, high + epsilon) for low, high in exact]  # R, not clipped
        for (low, high), (least, most) in zip(target.box, message(w, net, state), strict=True):
            require(low <= least and most <= high, f"{where} leaves the box of node {successor}")
        best = net.readout[machine.output[node.state][symbol]]
        rows = [[a - b for a, b in zip(best, row, strict=True)] for row in net.readout if row is not best]
        leads.append(min(least for least, _ in w.matmul(rows, [*state[: net.hidden], w.one])))
        require(leads[-1] >= proof.eta_units, f"{where}: the machine's output does not lead by eta")
        sizes = [max(-low, high) for low, high in state]
        reach = [max(pair) for pair in zip(sizes, reach or sizes, strict=True)]
    return min(leads), reach
