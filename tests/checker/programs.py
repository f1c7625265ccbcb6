"""Step programs made by hand, and certificates for them, by code that shares nothing with src.

`Made` writes instructions; `values` computes them in floating point over intervals of one's own; `proof` iterates boxes of the cut.
"""

import contextlib
import math
from dataclasses import dataclass, field

from handmade import claim_of, f32, seal, shape, tensors_sha


@dataclass
class Made:
    """A net: a program under construction, its tensors, and the machine whose outputs it should give."""

    encoded: int
    state: int
    named: dict
    machine: dict
    base: int
    tapes: int = 1
    start: str = ""
    step: list = field(default_factory=list)
    answer: list = field(default_factory=list)
    cut: list = field(default_factory=list)

    def op(self, name, /, *of, at="step", **attributes):
        """Adds an instruction; its number."""
        part = getattr(self, at)
        numbers = {key: x.hex() if isinstance(x, float) else x for key, x in attributes.items()}
        part.append({"op": name, "of": list(of), **numbers})
        return len(part) - 1

    def tensors(self):
        return self.named

    def program(self):
        return {
            "encoded": self.encoded, "state": self.state, "start": self.start, "step": self.step, "cut": self.cut,
            "answer": self.answer, "tensors": {name: shape(rows) for name, rows in self.named.items()},
            "readout": {"weight": "out.weight", "bias": "out.bias"},
        }  # fmt: skip


def singles(rows):
    return [[f32(x) for x in row] if isinstance(row, list) else f32(row) for row in rows]


def two_layers():
    """A latch of two layers: an rnn cell that holds the last set or reset, a second one that follows it, and a biased read-out."""
    named = {
        "w1": singles([[-12, 12, 0]]), "u1": singles([[6]]), "b1": singles([0]), "w2": singles([[5]]), "u2": singles([[0.25]]),
        "out.weight": singles([[-4], [4]]), "out.bias": singles([0.5, 0.25]), "first": singles([-1, -1]),
    }  # fmt: skip
    machine = {"start": 0, "delta": [[0, 1, 0], [0, 1, 1]], "output": [[0, 1, 0], [0, 1, 1]]}
    made = Made(3, 2, named, machine, 3, start="first")
    old = made.op("state")
    one = made.op("matmul", made.op("slice", old, start=0, stop=1), weight="u1", start=0, stop=1)
    two = made.op("matmul", made.op("take", old, rows=[1]), weight="u2", start=0, stop=1)
    made.cut = [one, two]
    given = made.op("add", made.op("matmul", made.op("symbol"), weight="w1", start=0, stop=1), made.op("tensor", name="b1"))
    low = made.op("tanh", made.op("add", given, one))
    high = made.op("tanh", made.op("add", made.op("matmul", made.op("stored", low), weight="w2", start=0, stop=1), two))
    made.op("concatenate", low, high)
    made.op("slice", made.op("state", at="answer"), start=1, stop=2, at="answer")
    return made


def bounds(one, values, named):
    """The interval of each row, in floating point: only what `two_layers` uses."""
    op = one["op"]
    if op == "slice":
        return values[0][one["start"] : one["stop"]]
    if op == "take":
        return [values[0][row] for row in one["rows"]]
    if op == "concatenate":
        return [row for value in values for row in value]
    if op == "tensor":
        return [(x, x) for x in named[one["name"]]]
    if op == "matmul":
        rows = named[one["weight"]][one["start"] : one["stop"]]
        ends = [[sum(w * x[end if w >= 0 else 1 - end] for w, x in zip(row, values[0])) for end in (0, 1)] for row in rows]
        return [tuple(pair) for pair in ends]
    rule = {
        "add": lambda a, b: (a[0] + b[0], a[1] + b[1]),
        "tanh": lambda a: (math.tanh(a[0]), math.tanh(a[1])),
        "stored": lambda a: a,
    }[op]
    return [rule(*rows) for rows in zip(*values)]


def values(made, at, leaves, given=None):
    found = dict(given or {})
    for number, one in enumerate(getattr(made, at)):
        if number not in found and one["op"] in leaves:
            found[number] = leaves[one["op"]]
        elif number not in found and one["op"] not in ("symbol", "state") and all(earlier in found for earlier in one["of"]):
            found[number] = bounds(one, [found[earlier] for earlier in one["of"]], made.named)
    return found


def cut_of(made, state):
    found = values(made, "step", {"state": state})
    return [row for number in made.cut for row in found[number]]


def image(made, box, symbol, epsilon):
    """The box of states after a step, widened."""
    given, left = {}, list(box)
    rows = {number: len(value) for number, value in values(made, "step", {"state": [(0.0, 0.0)] * made.state}).items()}
    for number in made.cut:
        given[number], left = left[: rows[number]], left[rows[number] :]
    hot = [symbol // made.base**tape % made.base for tape in range(made.tapes)]
    leaf = [(float(digit == at),) * 2 for digit in hot for at in range(made.base)]
    last = values(made, "step", {"symbol": leaf}, given)[len(made.step) - 1]
    return [(low - epsilon - 1e-12, high + epsilon + 1e-12) for low, high in last], leaf


def margin(made, state, leaf, answer):
    features = values(made, "answer", {"state": state, "symbol": leaf})[len(made.answer) - 1]
    weight, bias = made.named["out.weight"], made.named["out.bias"]
    leads = []
    for other, row in enumerate(weight):
        if other != answer:
            difference = [a - b for a, b in zip(weight[answer], row)]
            least = sum(w * (low if w >= 0 else high) for w, (low, high) in zip(difference, features))
            leads.append(least + bias[answer] - bias[other])
    return min(leads)


def proof(made, epsilon=0.01, formats=(), pad=1e-3):
    """One node for each state of the machine, by iterating boxes of the cut from the start state."""
    start = [(x, x) for x in (made.named[made.start] if made.start else [0.0] * made.state)]
    machine, boxes, least = made.machine, {made.machine["start"]: cut_of(made, start)}, math.inf
    for _ in range(200):
        grown, least = dict(boxes), math.inf
        for q, box in boxes.items():
            for symbol, after in enumerate(machine["delta"][q]):
                state, leaf = image(made, box, symbol, epsilon)
                least = min(least, margin(made, state, leaf, machine["output"][q][symbol]))
                found, into = cut_of(made, state), grown.get(after)
                if into is None:
                    grown[after] = found
                elif not all(a <= x and y <= b for (a, b), (x, y) in zip(into, found)):
                    grown[after] = [(min(a, x - pad), max(b, y + pad)) for (a, b), (x, y) in zip(into, found)]
        if grown == boxes:
            break
        boxes = grown
    order = sorted(boxes)
    nodes = []
    for q in order:
        box = {"low": [low.hex() for low, _ in boxes[q]], "high": [high.hex() for _, high in boxes[q]]}
        nodes.append({"state": q, "region": {"box": box}, "next": [order.index(x) for x in machine["delta"][q]]})
    first = order.index(machine["start"])
    return {"epsilon": float(epsilon).hex(), "eta": (0.9 * least).hex(), "formats": list(formats), "start": first, "nodes": nodes}


def sealed(certificate, classes=None):
    """Fresh claim (where the classes are given and the fields allow one) and fresh digest."""
    if classes is not None:
        with contextlib.suppress(KeyError, TypeError, AttributeError, ValueError, IndexError):
            certificate["claim"] = claim_of(certificate, classes)
    return seal(certificate)


def certify(made, proofs):
    certificate = {
        "format": 1, "claim": "", "program": made.program(), "encoding": {"base": made.base, "tapes": made.tapes},
        "machine": made.machine, "tensors": tensors_sha(made.named), "proofs": proofs,
        "noise_budget": max((one["epsilon"] for one in proofs), key=float.fromhex), "digest": "",
    }  # fmt: skip
    return sealed(certificate, len(made.named["out.bias"]))
