"""Nets made by hand that are right at every length, and certificates for them, by code that shares nothing with src.

`adder`: unit k = 1..K (K = tapes * (base - 1) + 1) is steep and on when the digits plus the carry reach k; unit `base` is the
carry; the answer is a weighted count of the units that are on, read out as class c with logit 2 c y - c^2.
"""

import contextlib
import hashlib
import itertools
import json
import math
import struct
from dataclasses import dataclass, field

import cells


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
    cell: str = "rnn"
    bias_hn: list = field(default_factory=list)
    bias_hh: list = field(default_factory=list)

    @property
    def hidden(self):
        return len(self.readout[0])

    def tensors(self):
        tensors = {
            "cell.weight_ih": self.w_ih,
            "cell.weight_hh": self.w_hh,
            "cell.bias": self.bias,
            "readout.weight": self.readout,
            "readout.bias": self.readout_bias,
        }
        tensors |= {"cell.bias_hh": self.bias_hh} if self.bias_hh else {}
        return tensors | ({"cell.bias_hn": self.bias_hn} if self.cell == "gru" else {})

    @property
    def biases(self):
        """The biases of each row."""
        return list(zip(self.bias, self.bias_hh)) if self.bias_hh else [(b,) for b in self.bias]


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


MEMORY = {"gru": 4, "lstm": 5, "gru-reset-before": 3}
KEEPS_S = ("linear", "linear-signed", "mingru")
CELLS = ("rnn", "relu", "gru", "gru-reset-before", "lstm", *KEEPS_S)


def singles(rows):
    return [[f32(x) for x in row] for row in rows]


def remembering(cell, idle=0):
    """One unit (two in a relu) that does a small machine's work for ever, and idle ones that are stirred by it.

    The gated ones are latches: symbol 0 resets, 1 sets, 2 holds, and the answer is what is held, which is driven to one of two
    stable values. The others say the last bit but one: relu in a second unit, the linear ones as the second digit of s in base 4.
    Some have their bias in two parts.
    """
    if cell in MEMORY:
        base, machine = 3, {"start": 0, "delta": [[0, 1, 0], [0, 1, 1]], "output": [[0, 1, 0], [0, 1, 1]]}
    else:
        base, machine = 2, {"start": 0, "delta": [[0, 1], [0, 1]], "output": [[0, 0], [1, 1]]}
    blocks = {
        "rnn": ([[[-3, 3], [0, 0]]], [[[0, 0], [6, 0]]], [[0, -3]]),
        "relu": ([[[0, 1], [0, 0]]], [[[0, 0], [1, 0]]], [[0, 0]]),
        "gru": ([[[0, 1, 4]], [[-9, -9, 0]], [[-12, 12, 0]]], [[[0.5]], [[0.25]], [[4]]], [[1], [0.125], [0.25]]),
        "gru-reset-before": (
            [[[0, 1, 4]], [[-9, -9, 0]], [[-12, 12, 0]]], [[[0.5]], [[0.25]], [[4]]], [[1], [0.125], [-1.25]],
        ),
        "lstm": (
            [[[2, 2, 2]], [[-9, -9, 0]], [[-12, 12, 0]], [[0, 0, 2]]],
            [[[0.25]], [[0.5]], [[5]], [[0.125]]],
            [[0], [0.25], [-2], [2]],
        ),
        "linear": ([[[-1.125, -1]], [[0, 1]], [[-4, -24]]], [[[20]]], [[0], [0], [0.5]]),
        "linear-signed": ([[[-0.25, -0.3]], [[0, 1]], [[-3.25, 16.75]]], [[[-20]]], [[0], [0], [0.5]]),
        "mingru": ([[[1.125, 1]], [[0, 1]], [[-2.875, -17.5]]], [[[20]]], [[0], [0], [0.5]]),
    }[cell]  # fmt: skip
    units = len(blocks[2][0])
    hidden = units + idle
    stir = lambda k, i, j: ((3 * k + 2 * i + j) % 5 - 2) / 16
    ih, hh, bias = [], [], []
    for k, block in enumerate(blocks[0]):
        ih += [*block, *([stir(k, i, j) for j in range(base)] for i in range(idle))]
    for k, block in enumerate(blocks[1]):
        hh += [[*row, *[0.0] * idle] for row in block] + [[stir(k, i, j) / 2 for j in range(hidden)] for i in range(idle)]
    for k, block in enumerate(blocks[2]):
        bias += [*block, *(stir(k, i, 1) for i in range(idle))]
    weight = 8.0 if cell == "relu" else 4.0
    readout = [[0.0] * hidden, [weight if i == units - 1 else 0.0 for i in range(hidden)]]
    bias_hn = [f32(x) for x in ([-1.5] + [0.125] * idle)] if cell == "gru" else []
    bias, second = singles([bias])[0], []
    if cell in ("relu", "gru-reset-before", "lstm"):
        bias, second = [x + 1.5 for x in bias], [-1.5] * len(bias)
    return Net(
        base,
        1,
        singles(ih),
        singles(hh),
        bias,
        readout,
        [0.0, -4.0 if cell == "relu" else 0.0],
        machine,
        cell,
        bias_hn,
        second,
    )


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


def product(row, box):
    low = sum(w * (lo if w >= 0 else hi) for w, (lo, hi) in zip(row, box))
    high = sum(w * (hi if w >= 0 else lo) for w, (lo, hi) in zip(row, box))
    return low, high


def times(a, b):
    corners = [x * y for x in a for y in b]
    return min(corners), max(corners)


def plus(*spans):
    return sum(x for x, _ in spans), sum(x for _, x in spans)


def mixed(z, a, b):
    """(1 - z) a + z b for z in [0, 1]."""
    return min((1 - t) * a[0] + t * b[0] for t in z), max((1 - t) * a[1] + t * b[1] for t in z)


def recurrent_term(net, state):
    """The recurrent terms of a box of states: all that the next step takes from them."""
    h, rest = state[: net.hidden], state[net.hidden :]
    if net.cell in KEEPS_S:
        return rest
    rows = net.w_hh[: 2 * net.hidden] if net.cell == "gru-reset-before" else net.w_hh
    return [product(row, h) for row in rows] + (h if net.cell in ("gru", "gru-reset-before") else rest)


def update(net, box, symbol, lib=math):
    """The box of states after a step, by the equations of the contract; `lib` computes tanh and exp."""
    tanh = lambda a: (lib.tanh(a[0]), lib.tanh(a[1]))
    sigmoid = lambda a: (1 / (1 + lib.exp(-a[0])), 1 / (1 + lib.exp(-a[1])))
    hot, n = [i * net.base + symbol // net.base**i % net.base for i in range(net.tapes)], net.hidden
    p = [sum((*(row[k] for k in hot), *biases)) for row, biases in zip(net.w_ih, net.biases)]
    p = [(x, x) for x in p]
    h, kept = [], []
    for j in range(n):
        if net.cell == "rnn":
            h.append(tanh(plus(p[j], box[j])))
        elif net.cell == "relu":
            h.append(tuple(max(0.0, x) for x in plus(p[j], box[j])))
        elif net.cell == "gru":
            r, z = sigmoid(plus(p[j], box[j])), sigmoid(plus(p[n + j], box[n + j]))
            inner = plus(box[2 * n + j], (net.bias_hn[j],) * 2)
            h.append(mixed(z, tanh(plus(p[2 * n + j], times(r, inner))), box[3 * n + j]))
        elif net.cell == "gru-reset-before":
            gated = [times(sigmoid(plus(p[k], box[k])), box[2 * n + k]) for k in range(n)]
            z = sigmoid(plus(p[n + j], box[n + j]))
            h.append(mixed(z, tanh(plus(p[2 * n + j], product(net.w_hh[2 * n + j], gated))), box[2 * n + j]))
        elif net.cell == "lstm":
            i, f, g, o = (plus(p[k * n + j], box[k * n + j]) for k in range(4))
            kept.append(plus(times(sigmoid(f), box[4 * n + j]), times(sigmoid(i), tanh(g))))
            h.append(times(sigmoid(o), tanh(kept[-1])))
        elif net.cell == "mingru":
            kept.append(mixed(sigmoid(p[j]), box[j], p[n + j]))
        else:
            gate = (sigmoid if net.cell == "linear" else tanh)(p[j])
            kept.append(plus(times(gate, box[j]), p[n + j]))
    if net.cell in KEEPS_S:
        h = [tanh(plus(p[2 * n + j], product(net.w_hh[j], kept))) for j in range(n)]
    return h + kept


def step(net, low, high, symbol, epsilon):
    """The box of states after a step, widened by epsilon and a hair."""
    return [(a - epsilon - 1e-12, b + epsilon + 1e-12) for a, b in update(net, list(zip(low, high)), symbol)]


def answer_of(net, state):
    logits = [sum(w * x for w, (x, _) in zip(row, state)) + c for row, c in zip(net.readout, net.readout_bias)]
    return logits.index(max(logits))


def wrong_words(net, length):
    """How many words of the length the net answers wrongly, in floating point."""
    wrong = 0
    for word in itertools.product(range(net.base**net.tapes), repeat=length):
        box, q, right = recurrent_term(net, [(0.0, 0.0)] * (2 * net.hidden)), net.machine["start"], True
        for s in word:
            state = update(net, box, s)
            right &= answer_of(net, state) == net.machine["output"][q][s]
            box, q = recurrent_term(net, state), net.machine["delta"][q][s]
        wrong += not right
    return wrong


def make_proof(net, epsilon=0.01, formats=(), eta=None):
    """One node per machine state, by iterating boxes with slack from the start {0}."""
    rows, machine = net.hidden * MEMORY.get(net.cell, 1), net.machine
    symbols = range(net.base**net.tapes)
    boxes = {machine["start"]: ([0.0] * rows, [0.0] * rows)}
    for _ in range(60):
        grown, margin = dict(boxes), math.inf
        for q, (low, high) in boxes.items():
            for s in symbols:
                region = step(net, low, high, s, epsilon)
                image = recurrent_term(net, region)
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
                        margin = min(margin, least + net.readout_bias[answer] - net.readout_bias[c])
        if grown == boxes:
            break
        boxes = grown
    else:
        raise AssertionError("the boxes do not converge")
    assert margin > 0, margin
    order = sorted(boxes)
    nodes = [
        boxed(q, *([x.hex() for x in end] for end in boxes[q]), [order.index(machine["delta"][q][s]) for s in symbols])
        for q in order
    ]
    eta = (0.9 * margin if eta is None else eta).hex()
    start = order.index(machine["start"])
    return {"epsilon": float(epsilon).hex(), "eta": eta, "formats": list(formats), "start": start, "nodes": nodes}


def boxed(state, low, high, after):
    """A node with a box."""
    return {"state": state, "region": {"box": {"low": low, "high": high}}, "next": after}


def box_of(node):
    """The box of a node."""
    return node["region"]["box"]


def program_of(net):
    """The step program of a net."""
    return cells.program_of(net.cell, bool(net.bias_hh), net.base * net.tapes, net.hidden, len(net.readout))


def claim_of(certificate, classes):
    """The sentence, written out here once more, independently of the checker's template."""
    sha = lambda x: hashlib.sha256(canonical(x)).hexdigest()
    code, machine = certificate["encoding"], certificate["machine"]
    text = (
        f"The recurrent net with step program SHA-256 {sha(certificate['program'])} and tensors SHA-256 {certificate['tensors']} "
        f"gives the outputs of the machine SHA-256 {sha(machine)} (states: {len(machine['delta'])}) at every step of every word, "
        f"of any length, in base {code['base']} (tapes: {code['tapes']}; output classes: {classes}). For every non-empty word over "
        "the alphabet, of any length: if the state starts at the program's start state and every step's computed state differs "
        "from the exact real-number step (from the computed state before it) by at most epsilon in each coordinate, then at every "
        "step the logit of the machine's output, taken exactly on the computed state and the symbol, leads every other logit by at "
        "least eta."
    )
    for one in certificate["proofs"]:
        text += (
            f" Proved for epsilon {one['epsilon']} and eta {one['eta']}; number formats covered, under the rounding model of "
            f"certificate format 1: {', '.join(one['formats']) or 'none'}."
        )
    return text


def certify(net, proofs):
    """The certificate as a dictionary, claim and digest included."""
    certificate = {
        "format": 1,
        "claim": "",
        "program": program_of(net),
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
            certificate["claim"] = claim_of(certificate, len(net.readout))
    body = {name: value for name, value in certificate.items() if name != "digest"}
    if "digest" in certificate:
        certificate["digest"] = hashlib.sha256(canonical(body)).hexdigest()
    return certificate
