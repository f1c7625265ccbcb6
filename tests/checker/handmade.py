"""Nets made by hand that add right at every length, and certificates for them, by code that shares nothing with src.

Unit k = 1..K (K = tapes * (base - 1) + 1) is steep and on when the digits plus the carry reach k; unit `base` is the
carry; the answer is a weighted count of the units that are on, read out as class c with logit 2 c y - c^2.
"""

import contextlib
import hashlib
import json
import math
import struct
from dataclasses import dataclass, field


def f32(x):
    return struct.unpack("<f", struct.pack("<f", x))[0]


@dataclass
class Net:
    base: int
    tapes: int
    w_ih: list
    w_hh: list
    bias: list
    readout: list
    readout_bias: list
    machine: dict = field(default_factory=dict)

    def tensors(self):
        return {
            "cell.weight_ih": self.w_ih,
            "cell.weight_hh": self.w_hh,
            "cell.bias": self.bias,
            "readout.weight": self.readout,
            "readout.bias": self.readout_bias,
        }


def adder(base=10, tapes=1, *, carry_at_start=True, gain=40.0, idle=0):
    """A net that adds its tapes and the carry it starts with; one tape with a carry is the counter n -> n + 1."""
    units = tapes * (base - 1) + 1
    hidden = units + idle
    alpha, beta = 0.5, 0.75 if carry_at_start else 0.25
    center = tapes * (base - 1) / 2
    w_ih = [[f32(gain * (d - center / tapes)) for _ in range(tapes) for d in range(base)] for _ in range(units)]
    w_hh = [[f32(gain * alpha) if j == base - 1 else 0.0 for j in range(hidden)] for _ in range(units)]
    bias = [f32(gain * (center + beta - k + 0.5)) for k in range(1, units + 1)]
    for i in range(idle):
        w_ih.append([f32(0.1 * ((d + i) % 3 - 1)) for d in range(base * tapes)])
        w_hh.append([f32(0.01 * ((j * i) % 5 - 2)) for j in range(hidden)])
        bias.append(f32(0.05 * i))
    weight = [0.5 - (base / 2 if k == base else 0) for k in range(1, units + 1)] + [0.0] * idle
    offset = units / 2 - base / 2
    readout = [[f32(2 * c * w) for w in weight] for c in range(base)]
    readout_bias = [f32(2 * c * offset - c * c) for c in range(base)]
    carries = [1, 0] if carry_at_start else [0, 1]
    totals = [[sum(s // base**i % base for i in range(tapes)) + c for s in range(base**tapes)] for c in carries]
    machine = {
        "start": 0,
        "delta": [[carries.index(int(t >= base)) for t in row] for row in totals],
        "output": [[t % base for t in row] for row in totals],
    }
    return Net(base, tapes, w_ih, w_hh, bias, readout, readout_bias, machine)


def pack(values):
    flat = [x for row in values for x in row] if isinstance(values[0], list) else values
    return struct.pack(f"<{len(flat)}f", *flat)


def shape(values):
    return [len(values), len(values[0])] if isinstance(values[0], list) else [len(values)]


def safetensors(tensors, metadata=None):
    """The bytes of a safetensors file."""
    header, body = {} if metadata is None else {"__metadata__": metadata}, b""
    for name, values in tensors.items():
        raw = pack(values)
        header[name] = {"dtype": "F32", "shape": shape(values), "data_offsets": [len(body), len(body) + len(raw)]}
        body += raw
    return with_header(json.dumps(header), body)


def with_header(text, body):
    raw = text.encode()
    return len(raw).to_bytes(8, "little") + raw + body


def tensors_sha(tensors):
    digest = hashlib.sha256()
    for name in sorted(tensors):
        digest.update(name.encode() + b"\0F32\0" + ",".join(map(str, shape(tensors[name]))).encode() + b"\0")
        digest.update(pack(tensors[name]))
    return digest.hexdigest()


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def step(net, low, high, symbol, epsilon):
    hot = [i * net.base + symbol // net.base**i % net.base for i in range(net.tapes)]
    drive = [b + sum(row[k] for k in hot) for row, b in zip(net.w_ih, net.bias)]
    return [(math.tanh(lo + d) - epsilon - 1e-12, math.tanh(hi + d) + epsilon + 1e-12) for lo, hi, d in zip(low, high, drive)]


def product(row, box):
    low = sum(w * (lo if w >= 0 else hi) for w, (lo, hi) in zip(row, box))
    high = sum(w * (hi if w >= 0 else lo) for w, (lo, hi) in zip(row, box))
    return low, high


def make_proof(net, epsilon=0.01, formats=(), eta=None):
    """One node per machine state, by iterating boxes with slack from the start {0}."""
    hidden, machine = len(net.bias), net.machine
    symbols = range(net.base**net.tapes)
    boxes = {machine["start"]: ([0.0] * hidden, [0.0] * hidden)}
    for _ in range(60):
        grown, lead = dict(boxes), math.inf
        for q, (low, high) in boxes.items():
            for s in symbols:
                region = step(net, low, high, s, epsilon)
                image = [product(row, region) for row in net.w_hh]
                into = grown.get(machine["delta"][q][s])
                if into is None:
                    into = ([x for x, _ in image], [x for _, x in image])
                tight = all(a <= x - 1e-9 and y + 1e-9 <= b for a, b, (x, y) in zip(*into, image))
                if not tight:
                    pad = [1e-6 + 1e-3 * (y - x) for x, y in image]
                    into = (
                        [min(a, x - p) for a, (x, _), p in zip(into[0], image, pad)],
                        [max(b, y + p) for b, (_, y), p in zip(into[1], image, pad)],
                    )
                grown[machine["delta"][q][s]] = into
                answer = machine["output"][q][s]
                for c, row in enumerate(net.readout):
                    if c != answer:
                        least = product([a - b for a, b in zip(net.readout[answer], row)], region)[0]
                        lead = min(lead, least + net.readout_bias[answer] - net.readout_bias[c])
        if grown == boxes:
            break
        boxes = grown
    else:
        raise AssertionError("the boxes do not settle")
    assert lead > 0, lead
    order = sorted(boxes)
    nodes = [
        {
            "state": q,
            "low": [x.hex() for x in boxes[q][0]],
            "high": [x.hex() for x in boxes[q][1]],
            "next": [order.index(machine["delta"][q][s]) for s in symbols],
        }
        for q in order
    ]
    eta = (0.9 * lead if eta is None else eta).hex()
    start = order.index(machine["start"])
    return {"epsilon": float(epsilon).hex(), "eta": eta, "formats": list(formats), "start": start, "nodes": nodes}


def claim_of(certificate, net):
    """The sentence, written out here once more, independently of the checker's template."""
    code, machine = certificate["encoding"], certificate["machine"]
    text = (
        f"The rnn net with tensors SHA-256 {certificate['tensors']} (hidden units: {len(net.bias)}, output classes: "
        f"{len(net.readout)}) does the work of the machine SHA-256 {hashlib.sha256(canonical(machine)).hexdigest()} "
        f"(states: {len(machine['delta'])}) on every input of every length, in base {code['base']} (tapes: "
        f"{code['tapes']}). For every non-empty word over the alphabet, of any length: if the state starts at the "
        "net's start state and every step's computed state differs from the exact real-number step (from the computed "
        "state before it) by at most epsilon in each coordinate, then at every step the logit of the machine's output "
        "leads every other logit, taken exactly on the computed state, by at least eta."
    )
    for proof in certificate["proofs"]:
        text += (
            f" Proved for epsilon {proof['epsilon']} and eta {proof['eta']}; number formats covered, under the "
            f"rounding model of certificate format 1: {', '.join(proof['formats']) or 'none'}."
        )
    return text


def certify(net, proofs):
    """The certificate as a dictionary, claim and digest included."""
    certificate = {
        "format": 1,
        "claim": "",
        "cell": "rnn",
        "encoding": {"base": net.base, "tapes": net.tapes},
        "machine": net.machine,
        "tensors": tensors_sha(net.tensors()),
        "proofs": proofs,
        "noise_budget": max((p["epsilon"] for p in proofs), key=float.fromhex),
        "digest": "",
    }
    return seal(certificate, net)


def seal(certificate, net=None):
    """Fresh claim (where a net is given and the fields allow one) and fresh digest."""
    if net is not None:
        with contextlib.suppress(KeyError, TypeError, AttributeError, ValueError, IndexError):
            certificate["claim"] = claim_of(certificate, net)
    body = {name: value for name, value in certificate.items() if name != "digest"}
    if "digest" in certificate:
        certificate["digest"] = hashlib.sha256(canonical(body)).hexdigest()
    return certificate
