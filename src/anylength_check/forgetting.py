"""Certificates that a recurrent layer forgets: under the same inputs, runs from any two states of a box come together.

Layers are those of `streams`. The state s is h, and (h, c) of an lstm. With the input x, gates in ONNX's order,

    rnn    h' = tanh(W x + U h + b)
    gru    z, r = sigmoid(...), n = tanh(W x + U (r h) + b), h' = (1 - z) n + z h   (ONNX's linear_before_reset = 0)
    lstm   i, o, f = sigmoid(...), g = tanh(...), c' = f c + i g, h' = o tanh(c').

A certificate names a box X of inputs, a box S of states, a norm d > 0 for the state's numbers, and a rate < 1. It is checked that

(B) the image of S x X under the step, in intervals, lies in S. So S is never left.
(F) for s, t in S with |s - t| <= d in every number, the next states s', t' under one x of X have |s' - t'| <= rate d.

Let D(s, t) = max |s_i - t_i| / d_i. The step is differentiable and S is convex. So (F), shown for its derivative at all points of
S in all directions |v| <= d, gives D(s', t') <= rate D(s, t) along the segment from s to t. After k steps, by (B), D is at most
rate^k max (high - low) / d, and an answer v . h differs by at most that times the sum of |v_i| d_i. From `steps` on this is at
most `apart`.

The derivative (F). For each gate A = |U| d bounds how much its pre-activation changes. A sigmoid q changes by at most q (1 - q) A,
and tanh by at most A times its largest slope on the range of its pre-activation. A product q u with |u| <= m, where u changes by at
most e, changes by at most q e + q (1 - q) m A. The gru's h' changes by at most z d + (1 - z) e + z (1 - z) m A, where m is the
largest |h - n| and e the change of n. Each is a value of e0 (1 - q) + e1 q + p q (1 - q); `peak` is its maximum over a range of q.

Numbers are integers in units of 2^-96; all roundings go outward. The claims are about real numbers.
"""

from typing import Any

from anylength_check.dyadic import BOX_BITS, GRID_BITS, GRID_SHIFT, ONE, Interval, from_hex, outward, sigmoid_bounds, tanh_bounds
from anylength_check.program import canonical_sha256
from anylength_check.strict import integer, items, require
from anylength_check.weights import Tensors

FIELDS = ("inputs", "low", "high", "norm", "rate", "answer", "apart", "steps")  # of such a certificate
WEIGHT_BITS = 149  # float32 numbers are multiples of 2^-149
STEPS = 10**9  # the most
FORGETS = (
    "Of the {cell} layer with {units} units and tensors SHA-256 {tensors}{kind}, under inputs in the box SHA-256 {inputs}, no run "
    "leaves the box of states SHA-256 {states}, which holds the reset state; under the same inputs two runs from any two of its "
    "states differ after k steps by at most {rate}^k max((high - low) / d) d, d SHA-256 {norm}; so their answers, read from h by "
    "the weights SHA-256 {answer}, differ by at most {apart} from step {steps} on; in real numbers."
)
RESET = {"gru": ", with the reset gate on the state (linear_before_reset 0)", "rnn": "", "lstm": ""}


def forgets(top: dict[str, Any], units: int, tensors: Tensors) -> tuple[str, str]:
    """The claim of forgetting, and what was checked."""
    count = units * (2 if top["cell"] == "lstm" else 1)
    low, high, norm = (numbers(top[name], name, count) for name in ("low", "high", "norm"))
    require(all(a <= 0 <= b for a, b in zip(low, high, strict=True)), "the box of states does not hold the reset state")
    require(all(d > 0 for d in norm), "a weight of the norm is not positive")
    rate, apart = grid(top["rate"], "rate"), grid(top["apart"], "apart")
    require(0 < rate < ONE and apart > 0, "the rate is not between 0 and 1, or the difference of answers not positive")
    layer = Layer(units, tensors, ranges(top["inputs"], len(tensors["weight_ih"][0])))
    box = list(zip(low, high, strict=True))
    image, change = {"rnn": rnn, "gru": gru, "lstm": lstm}[top["cell"]](layer, box, norm)
    inside = all(a <= c and d <= b for (a, b), (c, d) in zip(box, image, strict=True))
    require(inside, "the box of states is left in a step")
    require(all(c * ONE <= rate * d for c, d in zip(change, norm, strict=True)), "two states do not come together at the rate")
    steps = integer(top["steps"], "steps", 0, STEPS)
    width = max(-((a - b) * ONE // d) for a, b, d in zip(low, high, norm, strict=True))
    answer = [from_hex(text, "an answer's weight", 24) for text in items(top["answer"], "answer", units, units)]
    reach = sum(abs(v) * d for v, d in zip(answer, norm[:units], strict=True))  # in units of 2^-(352 + 96)
    difference = power_up(rate, steps) * width * reach  # in units of 2^-(352 + 3 * 96)
    require(difference <= apart << BOX_BITS + 2 * GRID_BITS, "the answers may differ by more after these steps")
    claim = FORGETS.format(
        **{name: top[name] for name in ("cell", "units", "tensors", "rate", "apart", "steps")},
        kind=RESET[top["cell"]],
        states=canonical_sha256([top["low"], top["high"]]),
        **{name: canonical_sha256(top[name]) for name in ("inputs", "norm", "answer")},
    )
    return claim, f"Forgetting: the box of {count} numbers is kept by a step, and the derivative contracts it in every direction."


class Layer:
    """The weights of a layer, and the box of its inputs."""

    def __init__(self, units: int, tensors: Tensors, inputs: list[Interval]) -> None:
        self.units, self.inputs = units, inputs
        self.weight_ih, self.weight_hh = tensors["weight_ih"], tensors["weight_hh"]
        self.bias = [number for row in tensors["bias"] for number in row]

    def before(self, gate: int, hidden: list[Interval]) -> list[Interval]:
        """The ranges of a gate's pre-activations, for h in a box, or r h."""
        found = []
        for row in range(gate * self.units, (gate + 1) * self.units):
            terms = [*zip(self.weight_ih[row], self.inputs, strict=True), *zip(self.weight_hh[row], hidden, strict=True)]
            low = sum(w * (a if w > 0 else b) for w, (a, b) in terms)
            high = sum(w * (b if w > 0 else a) for w, (a, b) in terms)
            bias = self.bias[row] << GRID_BITS
            found.append(outward((low + bias, high + bias), WEIGHT_BITS))
        return found

    def moved(self, gate: int, change: list[int]) -> list[int]:
        """How much a gate's pre-activations change at most where h, or r h, changes by at most this."""
        rows = self.weight_hh[gate * self.units : (gate + 1) * self.units]
        return [up(sum(abs(w) * c for w, c in zip(row, change, strict=True)), WEIGHT_BITS) for row in rows]


def rnn(layer: Layer, box: list[Interval], d: list[int]) -> tuple[list[Interval], list[int]]:
    """The image of the box, and the most that a step changes if the state changes by at most d."""
    before, moved = layer.before(0, box), layer.moved(0, d)
    return [tanh(a) for a in before], [times(slope(a), m) for a, m in zip(before, moved, strict=True)]


def gru(layer: Layer, box: list[Interval], d: list[int]) -> tuple[list[Interval], list[int]]:
    """As `rnn`."""
    z, r = ([sigmoid(a) for a in layer.before(gate, box)] for gate in (0, 1))
    moved_z, moved_r = layer.moved(0, d), layer.moved(1, d)
    units = range(layer.units)
    change = [peak(r[j], 0, d[j], times(most(box[j]), moved_r[j])) for j in units]  # of r h
    before, moved = layer.before(2, [product(r[j], box[j]) for j in units]), layer.moved(2, change)
    image, changes = [], []
    for j in units:
        (low, high), (n_low, n_high) = box[j], tanh(before[j])
        image.append((min(mixed(q, low, n_low) for q in z[j]), max(-mixed(q, -high, -n_high) for q in z[j])))
        distance = max(high - n_low, n_high - low)
        changes.append(peak(z[j], times(slope(before[j]), moved[j]), d[j], times(distance, moved_z[j])))
    return image, changes


def lstm(layer: Layer, box: list[Interval], d: list[int]) -> tuple[list[Interval], list[int]]:
    """As `rnn`; h comes first, then c."""
    units, n = range(layer.units), layer.units
    before = [layer.before(gate, box[:n]) for gate in range(4)]
    moved = [layer.moved(gate, d[:n]) for gate in range(4)]
    hidden, memory, hidden_change, memory_change = [], [], [], []
    for j in units:
        i, o, f = (sigmoid(before[gate][j]) for gate in range(3))
        g, c = tanh(before[3][j]), box[n + j]
        kept, new = product(f, c), product(i, g)
        after = (kept[0] + new[0], kept[1] + new[1])
        change = peak(f, 0, d[n + j], times(most(c), moved[2][j]))
        change += peak(i, 0, times(slope(before[3][j]), moved[3][j]), times(most(g), moved[0][j]))
        memory.append(after)
        memory_change.append(change)
        hidden.append(product(o, tanh(after)))
        hidden_change.append(peak(o, 0, times(slope(after), change), times(most(tanh(after)), moved[1][j])))
    return hidden + memory, hidden_change + memory_change


def peak(q: Interval, at_0: int, at_1: int, bow: int) -> int:
    """The largest at_0 (1 - q) + at_1 q + bow q (1 - q), rounded up, for bow >= 0. Its top is at q = rise / 2 bow."""
    rise = at_1 - at_0 + bow
    low, high = q
    if 2 * bow * low < rise * ONE < 2 * bow * high:
        return at_0 - (-rise * rise // (4 * bow))
    return at_0 + max(up(rise * q * ONE - bow * q * q, 2 * GRID_BITS) for q in (low, high))


def product(a: Interval, b: Interval) -> Interval:
    """The products of two ranges."""
    ends = [x * y for x in a for y in b]
    return outward((min(ends), max(ends)), GRID_BITS)


def mixed(q: int, at_1: int, at_0: int) -> int:
    """q at_1 + (1 - q) at_0, rounded down."""
    return q * at_1 + (ONE - q) * at_0 >> GRID_BITS


def sigmoid(a: Interval) -> Interval:
    """The range of the sigmoid."""
    return sigmoid_bounds(a[0])[0], sigmoid_bounds(a[1])[1]


def tanh(a: Interval) -> Interval:
    """The range of tanh."""
    return tanh_bounds(a[0])[0], tanh_bounds(a[1])[1]


def slope(a: Interval) -> int:
    """The largest slope of tanh, 1 - tanh^2 where |a| is least."""
    least = tanh_bounds(max(a[0], -a[1], 0))[0]
    return ONE - (least * least >> GRID_BITS)


def most(a: Interval) -> int:
    """The largest magnitude."""
    return max(abs(a[0]), abs(a[1]))


def times(a: int, b: int) -> int:
    """A product, rounded up."""
    return up(a * b, GRID_BITS)


def up(number: int, shift: int) -> int:
    """The number divided by 2^shift, rounded up."""
    return -(-number >> shift)


def power_up(rate: int, steps: int) -> int:
    """rate^steps, rounded up."""
    result = ONE
    for bit in f"{steps:b}":
        result = times(result, result)
        if bit == "1":
            result = times(result, rate)
    return result


def grid(text: Any, where: str) -> int:
    """A double that is a multiple of 2^-96, in units of that."""
    number = from_hex(text, where)
    require(number % (1 << GRID_SHIFT) == 0, f"{where} is no multiple of 2^-96")
    return number >> GRID_SHIFT


def numbers(value: Any, where: str, count: int) -> list[int]:
    """So many numbers."""
    return [grid(text, where) for text in items(value, where, count, count)]


def ranges(value: Any, count: int) -> list[Interval]:
    """The box of inputs."""
    found = [numbers(pair, "a range of inputs", 2) for pair in items(value, "inputs", count, count)]
    require(all(low <= high for low, high in found), "a range of the inputs is crossed")
    return [(low, high) for low, high in found]
