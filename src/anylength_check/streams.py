"""Certificates about one recurrent layer that reads real vectors: its state stays bounded, a held input makes it grow, it forgets.

A layer has n units, weights `weight_ih` [gates * n, inputs], `weight_hh` [gates * n, n] and `bias` [gates * n], all float32. The
step of an lstm, gates in the order i, o, f, c as ONNX has them, is, of the state (h, c) and the input x,

    i, o, f = sigmoid(...),  g = tanh(...),  each of  weight_ih x + weight_hh h + bias,
    c' = leak (f c + i g),   h' = o tanh(f c + i g).

`bounded`. For every input, sigmoids lie in [0, 1] and |g| <= 1. So |c| <= B gives |c'| <= leak (B + 1), and this is at most B if B
(1 - leak) >= leak. In float32 each of the two products, the sum and the product with the leak errs by a factor within 1 +- 2^-24,
or by 2^-149 where it is subnormal: |c'| <= leak (1 + 2^-24)^3 (B + 1) + 2^-140 <= B is required. This takes for granted that the
runtime's sigmoid lies in [0, 1], its tanh in [-1, 1], and that it rounds to nearest. So that no pre-activation overflows, inputs
lie in a box for which the magnitudes of its terms sum to 2^100 or less, with |h| <= 1. In real numbers a box is not needed; with
one, f <= F, the sigmoid of the largest pre-activation over the box and |h| <= 1, and |c'| <= leak (F B + 1) <= B is required. The
step of a gru, h' = (1 - z) n + z h with z in [0, 1] and |n| <= 1, and that of an rnn, h' = tanh(...), keep |h| <= 1 in real
numbers.

`grows`. After a step |h| <= 1, whatever the state before it. For a held input x, over all such h, let i >= I, f >= F, and g >= G >
0 or g <= -G. Take g > 0 (else turn signs): with leak 1, c' = f c + i g >= c + I G where c <= 0, and c' >= F c + I G where c > 0.
While |c| <= B, c' - c >= I G - (1 - F) B, in both cases. If this is at least `growth` > 0, c passes B after finitely many steps,
from any state with |h| <= 1.

`forgets` is in the file `forgetting`.
"""

from math import prod
from typing import Any

from anylength_check.dyadic import BOX_BITS, GRID_BITS, GRID_SHIFT, ONE, UNIT, from_hex, sigmoid_bounds, tanh_bounds
from anylength_check.forgetting import FIELDS, forgets
from anylength_check.onnx_file import source_lines
from anylength_check.program import canonical_sha256
from anylength_check.strict import fields, integer, items, parse, require
from anylength_check.weights import Tensors, read_shapes, read_tensors

GATES = {"lstm": 4, "gru": 3, "rnn": 1}
INPUT, OUTPUT, FORGET, CELL = range(4)
UNITS, INPUTS = 2048, 8192  # the most
PREFIX = b'{"stream":'  # how the file of such a certificate begins
WEIGHT_BITS = 149  # float32 numbers are multiples of 2^-149
LARGEST = 100  # no pre-activation whose terms have magnitudes that sum to 2^100 overflows in float32
BOUNDED = (
    "Of the {cell} layer with {units} units and tensors SHA-256 {tensors}, every state that a reset and {inputs} lead to, after "
    "any number of steps{leak}, has {what} within its bound, of which the largest is {largest}; {arithmetic}."
)
GROWS = (
    "Of the {cell} layer with {units} units and tensors SHA-256 {tensors}, the held input SHA-256 {input} moves the cell of unit "
    "{unit} by at least {growth} a step, always in the same direction, from any state whose numbers h are within [-1, 1], as they "
    "are after any step, until its magnitude passes {beyond}; in real numbers."
)
ARITHMETIC = {
    "float32": "in float32 arithmetic that rounds to nearest, with a sigmoid in [0, 1] and a tanh in [-1, 1]",
    "real": "in real numbers",
}


def check_stream(certificate: bytes, weights: bytes, onnx: bytes | None = None) -> tuple[str, tuple[str, ...]]:
    """The claim that was proved and in lines what was checked, or Refused. With an ONNX file its tensors are compared, too."""
    top = parse(certificate)
    kind = top.get("stream") if type(top) is dict else None
    require(kind in list(KINDS), "the certificate is about neither `bounded` nor `grows` nor `forgets`")
    own, shown = KINDS[str(kind)]
    fields(top, "the certificate", "stream", "format", "claim", "cell", "units", "tensors", "source", *own, "digest")
    integer(top["format"], "the format", 1, 1)
    without_digest = {name: value for name, value in top.items() if name != "digest"}
    require(top["digest"] == canonical_sha256(without_digest), "the digest does not fit the certificate")
    require(top["cell"] in GATES, "the cell is none of lstm, gru, rnn")
    units = integer(top["units"], "units", 1, UNITS)
    shapes, raw = read_shapes(weights)
    rows = GATES[top["cell"]] * units
    require(set(shapes) == {"weight_ih", "weight_hh", "bias"}, "the tensors are not weight_ih, weight_hh and bias")
    require(shapes["weight_hh"] == [rows, units] and prod(shapes["bias"]) == rows, "the weights do not fit the units")
    require(len(shapes["weight_ih"]) == 2 and shapes["weight_ih"][0] == rows, "the weights do not fit the units")
    tensors = read_tensors(shapes, raw, top["tensors"])
    claim, line = shown(top, units, tensors)
    require(top["claim"] == claim, "the claim is not what the certificate shows")
    return claim, (
        f"Claim: {claim}",
        "Files: the digest fits the certificate, the SHA-256 fits the tensors, every weight is finite.",
        line,
        *source_lines(top["source"], onnx, raw, GATES[top["cell"]]),
    )


def bounded(top: dict[str, Any], units: int, tensors: Tensors) -> tuple[str, str]:
    """The claim of a bound, and what was checked."""
    bounds = [from_hex(text, "a bound") for text in items(top["bound"], "bound", units, units)]
    leaks = [from_hex(text, "a leak", 24) for text in items(top["leak"], "leak", units, units)]
    require(all(0 < leak <= UNIT for leak in leaks), "a leak is not above 0 and at most 1")
    require(top["arithmetic"] in ARITHMETIC, "the arithmetic is neither float32 nor real")
    box = top["inputs"]
    if top["cell"] != "lstm":
        plain = box is None and all(leak == UNIT for leak in leaks) and top["arithmetic"] == "real"
        require(plain, "of a gru or an rnn only the plain step is known, in real numbers, for every input")
        require(all(bound >= UNIT for bound in bounds), "a bound is below 1")
    else:
        ranges = [] if box is None else read_box(box, len(tensors["weight_ih"][0]))
        is_real = top["arithmetic"] == "real"
        require(is_real or no_overflow(tensors, ranges), "without a box of inputs, or in this one, a pre-activation may overflow")
        gates = forget_gates(tensors, units, ranges) if is_real and ranges else [UNIT] * units
        for bound, leak, gate in zip(bounds, leaks, gates, strict=True):
            require(bound >= 0 and returns(bound, leak, gate, top["arithmetic"]), "a bound does not hold after a step")
    inputs = "any inputs" if box is None else f"inputs in the box SHA-256 {digest(box)}"
    leak = (
        ""
        if all(leak == UNIT for leak in leaks)
        else f", each of which multiplies the cells by the leaks SHA-256 {digest(top['leak'])}"
    )
    largest = top["bound"][bounds.index(max(bounds))]
    what = "the magnitude of each cell" if top["cell"] == "lstm" else "the magnitude of each number"
    common = {name: top[name] for name in ("cell", "units", "tensors")}
    claim = BOUNDED.format(**common, inputs=inputs, leak=leak, what=what, largest=largest, arithmetic=ARITHMETIC[top["arithmetic"]])
    return claim, f"Bounds: {units} of them hold after a reset and after any step from within them, under {within(box)}."


def returns(bound: int, leak: int, gate: int, arithmetic: str) -> bool:
    """Whether |c| <= bound gives |c'| <= bound, all in units of 2^-352: leak (gate * bound + 1), with the errors of float32."""
    most = leak * (gate * bound + UNIT * UNIT)  # in units of 2^-1056
    if arithmetic == "real":
        return most <= bound << 2 * BOX_BITS
    wider = most * ((1 << 24) + 1) ** 3  # in units of 2^-(1056 + 72)
    tiny = 1 << 3 * BOX_BITS + 72 - 140
    return wider + tiny <= bound << 2 * BOX_BITS + 72


def read_box(box: Any, inputs: int) -> list[tuple[int, int]]:
    """The ranges of the inputs in units of 2^-352."""
    ranges = [items(pair, "a range", 2, 2) for pair in items(box, "inputs", inputs, inputs)]
    found = [(from_hex(low, "a range"), from_hex(high, "a range")) for low, high in ranges]
    require(all(low <= high for low, high in found), "a range of the inputs is crossed")
    return found


def within(box: Any) -> str:
    """The inputs in words: the widest range of a box, as the file spells it."""
    if box is None:
        return "any inputs"
    lows, highs = zip(*box, strict=True)
    low, high = (pick(ends, key=lambda text: from_hex(text, "a range")) for pick, ends in ((min, lows), (max, highs)))
    return f"inputs from {low} to {high}, or in narrower ranges of the box"


def no_overflow(tensors: Tensors, box: list[tuple[int, int]]) -> bool:
    """Whether the magnitudes of all terms of each pre-activation sum to 2^LARGEST or less, over a box of inputs and |h| <= 1."""
    sizes, limit = [max(-low, high) for low, high in box], 1 << LARGEST + WEIGHT_BITS + BOX_BITS
    rows = zip(flat(tensors["bias"]), tensors["weight_hh"], tensors["weight_ih"], strict=True)
    return box != [] and all(
        (abs(own) + sum(map(abs, inner)) << BOX_BITS) + sum(abs(w) * size for w, size in zip(outer, sizes, strict=True)) <= limit
        for own, inner, outer in rows
    )


def forget_gates(tensors: Tensors, units: int, box: list[tuple[int, int]]) -> list[int]:
    """Of each unit, the largest forget gate over the box and |h| <= 1, in units of 2^-352."""
    found = []
    for unit in range(units):
        row = FORGET * units + unit
        most = (flat(tensors["bias"])[row] + sum(map(abs, tensors["weight_hh"][row]))) << BOX_BITS
        most += sum(max(w * low, w * high) for w, (low, high) in zip(tensors["weight_ih"][row], box, strict=True))
        found.append(sigmoid_bounds(-(-most >> WEIGHT_BITS + BOX_BITS - GRID_BITS))[1] << GRID_SHIFT)
    return found


def grows(top: dict[str, Any], units: int, tensors: Tensors) -> tuple[str, str]:
    """The claim of growth, and what was checked."""
    require(top["cell"] == "lstm", "only cells of an lstm are known to grow")
    unit = integer(top["unit"], "unit", 0, units - 1)
    inputs = len(tensors["weight_ih"][0])
    values = [from_hex(text, "an input", 24) for text in items(top["input"], "input", inputs, inputs)]
    growth, beyond = from_hex(top["growth"], "growth"), from_hex(top["beyond"], "beyond")
    require(growth > 0 and beyond > 0, "growth or the magnitude is not positive")
    gate = {part: pre_activation(tensors, part * units + unit, values) for part in (INPUT, FORGET, CELL)}
    low_i, low_f = (sigmoid_bounds(gate[part][0])[0] for part in (INPUT, FORGET))
    low, high = gate[CELL]
    require(low > 0 or high < 0, "the sign of the cell's input depends on the state")
    push = low_i * (tanh_bounds(low)[0] if low > 0 else tanh_bounds(-high)[0])  # in units of 2^-192
    lost = (ONE - low_f) * beyond  # in units of 2^-(96 + 352)
    moved = (push << BOX_BITS + GRID_BITS - 2 * GRID_BITS) - lost
    require(moved >= growth << GRID_BITS, "the cell does not move by the growth in every state")
    claim = GROWS.format(
        **{name: top[name] for name in ("cell", "units", "tensors", "unit", "growth", "beyond")}, input=digest(top["input"])
    )
    return claim, f"Growth: over all |h| <= 1 the gates of unit {unit} and the sign of its input are fixed by the held input."


def pre_activation(tensors: Tensors, row: int, values: list[int]) -> tuple[int, int]:
    """The range of a pre-activation over |h| <= 1, in units of 2^-96, rounded outward."""
    middle = (flat(tensors["bias"])[row] << BOX_BITS) + sum(w * v for w, v in zip(tensors["weight_ih"][row], values, strict=True))
    spread = sum(map(abs, tensors["weight_hh"][row])) << BOX_BITS
    shift = WEIGHT_BITS + BOX_BITS - GRID_BITS
    return middle - spread >> shift, -(-(middle + spread) >> shift)


def flat(rows: list[list[int]]) -> list[int]:
    """The numbers of a tensor in one list."""
    return [number for row in rows for number in row]


def digest(value: Any) -> str:
    """The SHA-256 of a value's canonical JSON."""
    return canonical_sha256(value)


KINDS = {
    "bounded": (("leak", "inputs", "bound", "arithmetic"), bounded),
    "grows": (("unit", "input", "growth", "beyond"), grows),
    "forgets": (FIELDS, forgets),
}
