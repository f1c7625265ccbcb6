"""Steps, modules and graphs that are proved rightly, must not be proved, or must be refused: one table for all doors.

Most are made by hand: they keep the parity of a word's ones in the sign of a state, so a proof is quick and needs no training.
An attack lets a second state drift slowly until an operation that seems to do nothing is infinite, or NaN, in float32.
`wrong_from` is the step from which the original answers wrongly; `test_attacks` measures it by loops of its own.
"""

import random
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from benchmarks.onnx_written import Value, Written

torch = pytest.importorskip("torch", reason="PyTorch's door: pip install -e .[oracle]")
pytest.importorskip("onnxruntime", reason="the door of ONNX: pip install -e .[onnx]")

from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402, N812

torch.set_num_threads(1)

PARITY = "parity-bits"

SOME = -1
"""Some step, by chance."""


@dataclass(frozen=True)
class Made:
    """What a door is given.

    Attributes:
        subject: A step, a module, or the bytes of a graph.
        start: The start state of a step.
        batch_first: Whether the first axis of a module's input counts words.
        last: Whether a module answers once a word.
        tokens: Whether it takes numbers of symbols.
        unbatched: Whether a module takes one word `[T, E]`.
    """

    subject: Any
    start: Any = None
    batch_first: bool = False
    last: bool = False
    tokens: bool = False
    unbatched: bool = False


@dataclass(frozen=True)
class Case:
    """A row of the table.

    Attributes:
        name: Its name.
        door: "pytorch", "jax" or "onnx".
        make: Makes it.
        kind: The class of an attack, or "ordinary", "refused".
        wrong_from: The step, from 1, from which the original may answer wrongly; None: never.
        expected: The verdict or verdicts that it may get; () for any but a wrong one.
        refusal: What the one line of its refusal must match; "" where it is not refused.
        task: Its task.
    """

    name: str
    door: str
    make: Callable[[], Made]
    kind: str
    wrong_from: int | None = None
    expected: tuple[str, ...] = ()
    refusal: str = ""
    task: str = PARITY


def one(value: float = 0.0) -> Any:
    return torch.full((1, 1), value)


# Attacks: a factor G(c) that is 1 for small c


def torch_step(factor: Callable[[Any], Any], a: float = 0.98, c0: float = 0.0, k: float = 120.0) -> Made:
    """The parity in the sign of h; c goes from c0 to k slowly."""

    def step(state: Any, x: Any) -> Any:
        h, c = state
        sign = (x * torch.tensor([1.0, -1.0])).sum(-1, keepdim=True)
        h = torch.tanh(8 * h * sign * factor(c))
        return (h, a * c + (1 - a) * k), torch.cat([5 * h, -5 * h], -1)

    return Made(step, (one(1.0), one(c0)))


def jax_step(factor: Callable[[Any], Any], a: float = 0.98, c0: float = 0.0, k: float = 120.0) -> Made:
    """The same in JAX."""

    def step(state: Any, x: Any) -> Any:
        h, c = state
        sign = (x * jnp.array([1.0, -1.0])).sum(-1, keepdims=True)
        h = jnp.tanh(8 * h * sign * factor(c))
        return (h, a * c + (1 - a) * k), jnp.concatenate([5 * h, -5 * h], -1)

    return Made(step, (jnp.ones((1, 1)), jnp.full((1, 1), c0)))


def onnx_step(factor: Callable[[Value], Any], a: float = 0.98, c0: float = 0.0, k: float = 120.0, opset: int = 20) -> Made:
    """The same as a graph of one step. Its states start at 0, so it adds what they start from."""
    graph = Written(opset)
    h, c, x = (Value(graph, name) for name in ("h", "c", "x"))
    sign = graph.add("MatMul", x, np.array([[1.0], [-1.0]], np.float32))
    real = c + c0 if c0 else c
    new = graph.add("Tanh", (h + 1.0) * 8.0 * sign * factor(real))
    graph.add("Sub", new, 1.0, output="new_h")
    moved = real * a + (1 - a) * k
    graph.add("Sub", moved, c0, output="new_c")
    graph.add("Concat", new * 5.0, new * -5.0, axis=1, output="answer")
    return Made(graph.step({"h": 1, "c": 1}))


STEPS = {"pytorch": torch_step, "jax": jax_step, "onnx": onnx_step}


def attack(door: str, kind: str, name: str, factor: Callable[[Any], Any], wrong_from: int | None = 68, **drift: Any) -> Case:
    return Case(name, door, lambda: STEPS[door](factor, **drift), kind, wrong_from)


def exp(graph_value: Any) -> Any:
    return graph_value.Exp() if isinstance(graph_value, Value) else graph_value.exp()


DROPPED_PRODUCTS = [
    attack("pytorch", "1", "0 exp(c)", lambda c: 1 + 0 * torch.exp(c)),
    attack("pytorch", "1", "add with alpha 0", lambda c: torch.add(one(1.0), torch.exp(c), alpha=0)),
    attack("pytorch", "1", "sub with alpha 0", lambda c: torch.sub(one(1.0), torch.exp(c), alpha=0)),
    attack("pytorch", "1", "lerp by 0", lambda c: torch.lerp(one(1.0), torch.exp(c), 0.0)),
    attack("pytorch", "1", "addcmul by 0", lambda c: torch.addcmul(one(1.0), torch.exp(c), torch.exp(c), value=0.0)),
    attack("pytorch", "1", "zeros times exp(c)", lambda c: 1 + torch.zeros(1, 1) * torch.exp(c)),
    attack("pytorch", "1", "a linear layer of zeros", lambda c: 1 + F.linear(torch.exp(c), torch.zeros(1, 1))),
    attack("pytorch", "1", "0 over c", lambda c: 1 + torch.zeros(1, 1) / c, 151, a=0.5, c0=1.0, k=0.0),
    attack("pytorch", "1", "leaky slope 0 of -exp(c)", lambda c: 1 + F.leaky_relu(-torch.exp(c), 0.0)),
    attack("pytorch", "1", "prelu of weight 0", lambda c: 1 + F.prelu(-torch.exp(c), torch.zeros(1))),
    attack("pytorch", "1", "exp(c) to the power 0", lambda c: torch.exp(c) ** 0, None),
    attack("jax", "1", "0 exp(c)", lambda c: 1 + 0 * jnp.exp(c)),
    attack("jax", "1", "zeros @ exp(c)", lambda c: 1 + jnp.exp(c) @ jnp.zeros((1, 1))),
    attack("jax", "1", "0 over c", lambda c: 1 + jnp.zeros((1, 1)) / c, 128, a=0.5, c0=1.0, k=0.0),
    attack("jax", "1", "leaky slope 0 of -exp(c)", lambda c: 1 + jax.nn.leaky_relu(-jnp.exp(c), 0.0)),
    attack("onnx", "1", "0 exp(c)", lambda c: c.Exp().Mul(0.0) + 1.0),
    attack("onnx", "1", "a MatMul by zeros", lambda c: c.Exp().MatMul(np.zeros((1, 1), np.float32)) + 1.0),
    attack("onnx", "1", "Gemm with alpha 0", lambda c: c.Exp().Gemm(np.ones((1, 1), np.float32), alpha=0.0) + 1.0),
    attack("onnx", "1", "LeakyRelu with alpha 0", lambda c: (-c.Exp()).LeakyRelu(alpha=0.0) + 1.0),
]  # fmt: skip

CANCELLED_SUMS = [
    attack("pytorch", "2", "exp(c) - exp(c)", lambda c: 1 + (torch.exp(c) - torch.exp(c))),
    attack("pytorch", "2", "relu(e - e)", lambda c: 1 + torch.relu(torch.exp(c) - torch.exp(c))),
    attack("pytorch", "2", "maximum(e - e, 1)", lambda c: torch.maximum(torch.exp(c) - torch.exp(c), one(1.0))),
    attack("pytorch", "2", "(1 + e) - e", lambda c: (1 + torch.exp(c)) - torch.exp(c), 9),
    attack("pytorch", "2", "e + -e", lambda c: 1 + (torch.exp(c) + -torch.exp(c))),
    attack("pytorch", "2", "e - amax(e)", lambda c: 1 + ((e := torch.exp(c)) - e.amax(-1, keepdim=True))),
    attack("pytorch", "2", "e - mean(e)", lambda c: 1 + ((e := torch.exp(c)) - e.mean(-1, keepdim=True))),
    attack("pytorch", "2", "var of one number", lambda c: 1 + torch.exp(c).var(-1, correction=0, keepdim=True)),
    attack("jax", "2", "exp(c) - exp(c)", lambda c: 1 + (jnp.exp(c) - jnp.exp(c))),
    attack("jax", "2", "maximum(e - e, 1)", lambda c: jnp.maximum(jnp.exp(c) - jnp.exp(c), 1.0)),
    attack("onnx", "2", "exp(c) - exp(c)", lambda c: c.Exp().Sub(c.Exp()) + 1.0),
    attack("onnx", "2", "Relu(e - e)", lambda c: c.Exp().Sub(c.Exp()).Relu() + 1.0),
    attack("onnx", "2", "Max(e - e, 1)", lambda c: c.Exp().Sub(c.Exp()).Max(1.0)),
]  # fmt: skip

CANCELLED_FACTORS = [
    attack("pytorch", "3", "powers of two", lambda c: 3 / (1 + (c * 2.0**127) * 2.0**-127), 90, c0=1.0, k=2.2),
    attack("jax", "3", "powers of two", lambda c: 3 / (1 + (c * 2.0**127) * 2.0**-127), 90, c0=1.0, k=2.2),
    attack("onnx", "3", "powers of two", lambda c: 3.0 / (c * 2.0**127 * 2.0**-127 + 1.0), 90, c0=1.0, k=2.2),
    attack("pytorch", "3", "small powers of two", lambda c: 1 + (c * 2.0**-126) * 2.0**126 * 1e-3, None, c0=1.0, k=0.0),
    attack("pytorch", "3", "e over e", lambda c: torch.exp(c) / torch.exp(c)),
    attack("pytorch", "3", "e times 1/e", lambda c: torch.exp(c) * torch.reciprocal(torch.exp(c))),
    attack("jax", "3", "e over e", lambda c: jnp.exp(c) / jnp.exp(c)),
    attack("onnx", "3", "e over e", lambda c: c.Exp().Div(c.Exp())),
    attack("pytorch", "3", "sqrt of a square", lambda c: 3 / (1 + torch.sqrt(torch.exp(c) ** 2) * 1e-30), 68, k=60.0),
]  # fmt: skip

SOFTPLUS = [
    attack("pytorch", "4", "softplus, threshold 1000", lambda c: 2 / (1 + F.softplus(c, threshold=1000.0) / 100)),
    attack("pytorch", "4", "softplus, infinite threshold", lambda c: 2 / (1 + F.softplus(c, threshold=float("inf")) / 100)),
    attack("pytorch", "4", "softplus, beta -1", lambda c: 2 / (1 + F.softplus(c, beta=-1.0, threshold=1000.0) / -100), k=-120.0),
    attack("pytorch", "4", "softplus, threshold 89", lambda c: 2 / (1 + F.softplus(c, threshold=89.0) / 100), 309, k=88.9),
    attack("pytorch", "4", "softplus, threshold 88", lambda c: 2 / (1 + F.softplus(c, threshold=88.0) / 100), None),
    attack("pytorch", "4", "softplus, threshold -5", lambda c: 2 / (1 + F.softplus(c, threshold=-5.0) / 100), None),
]  # fmt: skip

TESTS_OF_NUMBERS = [
    attack("jax", "5", "isfinite(e)", lambda c: jnp.where(jnp.isfinite(jnp.exp(c)), 1.0, -1.0)),
    attack("jax", "5", "isnan(e - e)", lambda c: jnp.where(jnp.isnan(jnp.exp(c) - jnp.exp(c)), -1.0, 1.0)),
    attack("jax", "5", "z != z", lambda c: jnp.where((z := jnp.exp(c) - jnp.exp(c)) != z, -1.0, 1.0)),
    attack("jax", "5", "isinf(e)", lambda c: jnp.where(jnp.isinf(jnp.exp(c)), -1.0, 1.0)),
    attack("jax", "5", "nan_to_num", lambda c: 1 + jnp.nan_to_num(jnp.exp(c) - jnp.exp(c), nan=-2.0)),
    attack("pytorch", "5", "isfinite(e)", lambda c: torch.where(torch.isfinite(torch.exp(c)), 1.0, -1.0)),
    attack("pytorch", "5", "isnan(e - e)", lambda c: torch.where(torch.isnan(torch.exp(c) - torch.exp(c)), -1.0, 1.0)),
    attack("pytorch", "5", "z != z", lambda c: torch.where((z := torch.exp(c) - torch.exp(c)) != z, -1.0, 1.0)),
    attack("pytorch", "5", "nan_to_num", lambda c: 1 + torch.nan_to_num(torch.exp(c) - torch.exp(c), nan=-2.0)),
    attack("onnx", "5", "IsInf(e)", lambda c: c.Exp().IsInf().Where(np.float32(-1), np.float32(1))),
]  # fmt: skip


# Modules whose cells are written by hand: two units a, b that are 1 where ones + x > 1/2 and > 3/2, with ones = (a - b) / 2


def fill(layer: Any, kind: str, inputs: Any, hidden: int = 2) -> None:
    """The weights of a layer that keeps the parity; its input at one is `inputs`, a row of what it reads for a 1, else 0."""
    size = 1.0 if kind != "lstm" else 0.7615942
    u = torch.tensor([[0.5, -0.5], [0.5, -0.5]]) / size
    w, b = torch.stack([inputs, inputs]), torch.tensor([-0.5, -1.5])
    gates = {"rnn": [8], "gru": [0, 0, 8], "lstm": [0, 0, 8, 0]}[kind]
    biases = {"rnn": [0], "gru": [20, -20, 0], "lstm": [20, -20, 0, 20]}[kind]
    with torch.no_grad():
        for name, value in layer.named_parameters():
            value.zero_()
            rows = [gain * (w if "weight_ih" in name else u if "weight_hh" in name else b) for gain in gates]
            if "weight_hr" not in name and "bias_hh" not in name:
                part = torch.cat(rows)
                value.copy_(part + torch.tensor(biases).repeat_interleave(2) if "bias" in name else part)
            if "weight_hr" in name:
                value.copy_(torch.eye(hidden))


def readout(head: Any) -> Any:
    """Logits by (a - b) / 2 - 1/2."""
    with torch.no_grad():
        head.weight.copy_(torch.tensor([[-4.0, 4.0], [4.0, -4.0]])[:, : head.weight.shape[1]])
        head.bias.copy_(torch.tensor([4.0, -4.0]))
    return head


class Module(nn.Module):
    """A layer that keeps the parity, and its read-out."""

    def __init__(self, kind: str = "rnn", **options: Any) -> None:
        super().__init__()
        self.core = getattr(nn, kind.upper())(2, 2, **options)
        fill(self.core, kind, torch.tensor([0.0, 1.0]))
        self.head = readout(nn.Linear(2, 2))

    def forward(self, x: Any) -> Any:
        return self.head(self.core(x)[0])


def module(kind: Any, **made: Any) -> Callable[[], Made]:
    return lambda: Made(kind().eval(), **made)


class Split(Module):
    """Reads 100 steps at a time, and forgets the state in between."""

    def forward(self, x: Any) -> Any:
        return self.head(torch.cat([self.core(part)[0] for part in x.split(100)]))


class LastHundred(Module):
    def forward(self, x: Any) -> Any:
        return self.head(self.core(x[-100:])[0][-1])


class Cells(Module):
    """Loops over a cell in Python."""

    RESET = 0

    def __init__(self, kind: str = "rnn") -> None:
        super().__init__(kind)
        self.cell = getattr(nn, f"{kind.upper()}Cell")(2, 2)
        fill(self.cell, kind, torch.tensor([0.0, 1.0]))
        self.kind = kind
        del self.core

    def forward(self, x: Any) -> Any:
        state, answers = torch.zeros(x.shape[1], 2), []
        memory = torch.zeros(x.shape[1], 2)
        for t in range(x.shape[0]):
            if self.RESET and t and t % self.RESET == 0:
                state = state * 0
            if self.kind == "lstm":
                state, memory = self.cell(x[t], (state, memory))
            else:
                state = self.cell(x[t], state)
            answers.append(self.head(state))
        return torch.stack(answers)


class ResetCells(Cells):
    RESET = 80


class StartByLength(Module):
    """Its start state depends on the word's length."""

    def forward(self, x: Any) -> Any:
        start = torch.tensor([1.0, -1.0]).expand(1, x.shape[1], 2) * (1.0 if x.shape[0] > 90 else 0.0)
        return self.head(self.core(x, start)[0])


class OneWordOtherwise(Module):
    """Answers a batch of one otherwise beyond 16 symbols."""

    def forward(self, x: Any) -> Any:
        answers = super().forward(x)
        return -answers if x.shape[1] == 1 and x.shape[0] > 16 else answers


class BatchMixed(Module):
    """A word sees the other words of its batch: whether they have more than 70 ones on average."""

    def forward(self, x: Any) -> Any:
        return self.head(self.core(x)[0]) * (1 - 2 * torch.clamp(x[..., 1].sum(0).mean() - 70, 0, 1))


class LongWords(Module):
    def forward(self, x: Any) -> Any:
        return self.head(self.core(x)[0]) * (1 if len(x) <= 130 else -1)


class ByLength(Module):
    """The length as a number: a bonus of a millionth a step, cut at half a unit."""

    def forward(self, x: Any) -> Any:
        return self.head(self.core(x)[0] - torch.relu(torch.tensor(x.shape[0] / 100.0 - 1.0)) * torch.tensor([4.0, 0.0]))


class Scanned(nn.Module):
    """The higher-order scan over a plain cell."""

    def __init__(self):
        super().__init__()
        self.head = readout(nn.Linear(2, 2))

    def forward(self, x):
        from torch._higher_order_ops.scan import scan

        def cell(h, symbol):
            ones = (h[:, :1] - h[:, 1:]) / 2 + symbol[:, 1:]
            h = torch.tanh(8 * (ones - torch.tensor([[0.5, 1.5]])))
            return h, h.clone()

        return self.head(scan(cell, torch.zeros(x.shape[1], 2), x, dim=0)[1])


class MeanOverTime(Module):
    def forward(self, x: Any) -> Any:
        return self.head(self.core(x)[0].mean(0))


class MaxOverTime(Module):
    def forward(self, x: Any) -> Any:
        return self.head(self.core(x)[0].amax(0))


class Packed(Module):
    def forward(self, x: Any) -> Any:
        lengths = torch.full((x.shape[1],), x.shape[0])
        packed = nn.utils.rnn.pack_padded_sequence(x, lengths)
        return self.head(nn.utils.rnn.pad_packed_sequence(self.core(packed)[0])[0])


LENGTHS = [
    Case("a split of 100 steps", "pytorch", module(Split), "6", 101),
    Case("the last 100 steps", "pytorch", module(LastHundred, last=True), "6", 101),
    Case("a reset each 80 steps", "pytorch", module(ResetCells), "6", 81, ("PROVED OF ITS STEP", "UNKNOWN", "REFUTED")),
    Case("a start state by length", "pytorch", module(StartByLength), "6", 91),
    Case("one word otherwise", "pytorch", module(OneWordOtherwise), "6", 17),
    Case("beyond 130 symbols", "pytorch", module(LongWords), "6", 131),
    Case("the length as a number", "pytorch", module(ByLength), "6", 128),
    Case("a higher-order scan", "pytorch", module(Scanned), "6"),
    Case("other words of the batch", "pytorch", module(BatchMixed), "6", 80),
]  # fmt: skip


def length_attack(name: str, forward: Callable[[Any, Any], Any], wrong_from: int, **options: Any) -> Case:
    """A module with this `forward`."""
    made = module(type("Attack", (Module,), {"forward": forward}), **options)
    return Case(name, "pytorch", made, "6", wrong_from)


def logits_of(self: Any, x: Any) -> Any:
    return self.head(self.core(x)[0])


def turned_last(self: Any, x: Any) -> Any:
    hidden = self.core(x)[0]
    hidden[-1] *= 1 - 2 * torch.clamp(hidden.detach().abs().sum() - 200, 0, 1)
    return self.head(hidden)


def by_type(self: Any, x: Any) -> Any:
    return logits_of(self, x) * (-1 if type(x.shape[0]) is int and x.shape[0] > 90 else 1)


def by_text(self: Any, x: Any) -> Any:
    return logits_of(self, x) * (-1 if len(str(x.shape[0])) > 2 else 1)


def caught(self: Any, x: Any) -> Any:
    try:
        if x.shape[0] > 90:
            return -logits_of(self, x)
    except Exception:
        pass
    return logits_of(self, x)


def one_symbol(self: Any, x: Any) -> Any:
    """Answers words of one symbol rightly, and forgets slowly in others."""
    if x.shape[0] == 1:
        return logits_of(self, x)
    return logits_of(self, x) * (1 - 2 * torch.clamp(torch.zeros_like(x[..., :1]).add(0.02).cumsum(0) - 1.9, 0, 1))


def attention(self: Any, x: Any) -> Any:
    """A weight for each step, which falls with the length."""
    return logits_of(self, x) * torch.where(torch.softmax(x * 0, 0) > 0.011, 1.0, -1.0)


def turned(name: str, amount: Callable[[Any], Any], wrong_from: int = 91) -> Case:
    """Its logits change their sign where an amount of the word exceeds 90."""
    return length_attack(name, lambda self, x: logits_of(self, x) * (1 - 2 * torch.clamp(amount(x) - 90, 0, 1)), wrong_from)


HIDDEN_LENGTHS = [
    turned("a sum of expanded ones", lambda x: torch.ones(1, 1).expand(x.shape[0], 1).sum()),
    turned("a tensor of the shape", lambda x: torch.tensor(x.shape)[0]),
    turned("a count of steps", lambda x: torch.ones_like(x[..., :1]).cumsum(0)),
    turned("positions", lambda x: torch.arange(len(x))[:, None, None], SOME),
    turned("the symbols before", lambda x: x.sum(0)[..., :1]),
    turned("a filled tensor", lambda x: x.new_full((), len(x))),
    length_attack("the number of entries", lambda self, x: logits_of(self, x) * (-1 if x.numel() // x[0].numel() > 90 else 1), 91),
    length_attack("attention over the steps", attention, SOME),
    length_attack("the last state turned in place", turned_last, SOME),
    length_attack("a test of a type", by_type, 91),
    length_attack("the text of the length", by_text, 100),
    length_attack("a caught exception", caught, 91),
    length_attack("one symbol otherwise", one_symbol, SOME),
]  # fmt: skip


def dropout(c: Value) -> Value:
    return c.graph.add("Dropout", c * 0.0 + 1.0, np.array(0.5, np.float32), np.array(True))


RANDOM = [attack("onnx", "7", "Dropout in training mode", dropout, 1, a=0.0, k=1.0)]


# Python with side effects


def swallowed() -> Made:
    def factor(c: Any) -> Any:
        try:
            if c.item() > 20:
                return -torch.ones(1, 1)
        except Exception:
            pass
        return torch.ones(1, 1)

    return torch_step(factor, a=0.992)


def lucky() -> Made:
    return torch_step(lambda c: one(1.0) if random.random() > 1e-3 else one(-1.0))


def counting() -> Made:
    seen = [0]

    def factor(c: Any) -> Any:
        seen[0] += 1
        return one(1.0) if seen[0] < 3000 else one(-1.0)

    return torch_step(factor)


def outside() -> Made:
    def factor(c: Any) -> Any:
        return one(1.0) if getattr(torch.compiler, "is_exporting", lambda: False)() or float(c.max()) < 100 else one(-1.0)

    return torch_step(factor)


SIDE_EFFECTS = [
    Case("a swallowed exception", "pytorch", swallowed, "8", 24),
    Case("one call in 1,000", "pytorch", lucky, "8", SOME),
    Case("a counter of calls", "pytorch", counting, "8", SOME),
    Case("not while it is exported", "pytorch", outside, "8", 90),
]  # fmt: skip


# Refused in one line


def quantised() -> Made:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Made(torch.ao.quantization.quantize_dynamic(Module("lstm").eval(), {nn.LSTM, nn.Linear}, dtype=torch.qint8))


T = nn.BatchNorm1d(3)
"""A global that has the name of the attribute of a tensor."""


def transposing() -> Made:
    def step(state: Any, x: Any) -> Any:
        state = torch.tanh(8 * state * (x @ torch.tensor([[1.0, -1.0]]).T))
        return state, torch.cat([state, -state], -1)

    return Made(step, one(1.0))


def early_overflow() -> Made:
    return torch_step(lambda c: 1 + 0 * torch.exp(200 * c), a=0.5, c0=1.0, k=0.0)


def condition() -> Made:
    def step(state: Any, x: Any) -> Any:
        state = torch.cond(x[0, 1] > 0.5, lambda s: -s, lambda s: s.clone(), (state,))
        return state, torch.cat([state, -state], -1)

    return Made(step, one(1.0))


class StepModule(nn.Module):
    def forward(self, state, x):
        state = torch.tanh(8 * state * (x @ torch.tensor([[1.0], [-1.0]])))
        return state, torch.cat([state, -state], -1)


class ScriptedStep(nn.Module):
    def __init__(self):
        super().__init__()
        self.signs = nn.Parameter(torch.tensor([[1.0], [-1.0]]))

    def forward(self, state, x):
        state = torch.tanh(8 * state * (x @ self.signs))
        return state, torch.cat([state, -state], -1)


def quietly(make: Callable[[], Any]) -> Callable[[], Made]:
    def made() -> Made:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = make()
        return result if isinstance(result, Made) else Made(result)

    return made


def tensors(state: torch.Tensor, x: torch.Tensor):
    """A step that `torch.jit.script` takes."""
    state = torch.tanh(8 * state * (x[:, :1] - x[:, 1:]))
    return state, torch.cat([state, -state], -1)


def refused(name: str, make: Callable[[], Made], refusal: str, door: str = "pytorch") -> Case:
    return Case(name, door, make, "refused", refusal=refusal)


SCRIPTED = r"(?i)(script|trace).*(eager|original|before|without)"
COMPILED = r"(?i)compile.*(eager|original|before|without)"
EMPTY = r"(?i)(empty|no numbers|size (zero|0))"

REFUSED = [
    refused("quantize_dynamic", quietly(quantised), r"(?i)float32.*quanti[sz]"),
    refused("a bfloat16 module", lambda: Made(Module("gru").bfloat16()), r"bfloat16.*\.float\(\)"),
    refused("a float16 module", lambda: Made(Module("gru").half()), r"float16.*\.float\(\)"),
    refused("a scripted step", quietly(lambda: Made(torch.jit.script(tensors), one(1.0))), SCRIPTED),
    refused("a scripted step module", quietly(lambda: Made(torch.jit.script(ScriptedStep()), one(1.0))), SCRIPTED),
    refused("a scripted module", quietly(lambda: torch.jit.script(nn.RNN(2, 2))), SCRIPTED),
    refused("a traced module", quietly(lambda: torch.jit.trace(Module(), torch.zeros(3, 2, 2))), SCRIPTED),
    refused("a compiled module", quietly(lambda: torch.compile(Module())), COMPILED),
    refused("a compiled step", quietly(lambda: Made(torch.compile(tensors), one(1.0))), COMPILED),
    refused("torch.cond", condition, r"(?i)torch\.cond|cond\b.*where"),
    refused("a packed sequence", module(Packed), r"(?i)pack.*(padded|plain|tensor|without)"),
    refused("a mean over time", module(MeanOverTime, last=True), r"(?i)(mean|over (time|steps))"),
    refused("a maximum over time", module(MaxOverTime, last=True), r"(?i)(amax|max|over (time|steps))"),
    refused("a state of size zero", lambda: Made(lambda state, x: (state, x), torch.zeros(1, 0)), EMPTY),
]  # fmt: skip

CONFUSED = [
    Case("early overflow", "pytorch", early_overflow, "1", 1, expected=("REFUTED",)),
    Case("a global named T beside .T", "pytorch", transposing, "ordinary", expected=("PROVED",)),
]


# Ordinary steps, which stay proved


def pair_step(function: Callable[[Any], Any]) -> Callable[[], Made]:
    """The parity in the order of two numbers, with a function that keeps the order on the way."""

    def step(state: Any, x: Any) -> Any:
        sign = (x * torch.tensor([1.0, -1.0])).sum(-1, keepdim=True)
        state = torch.tanh(8 * sign * function(state))
        return state, 5 * state

    return lambda: Made(step, torch.tensor([[1.0, -1.0]]))


def jax_pair_step(function: Callable[[Any], Any]) -> Callable[[], Made]:
    def step(state: Any, x: Any) -> Any:
        state = jnp.tanh(8 * (x * jnp.array([1.0, -1.0])).sum() * function(state))
        return state, 5 * state

    return lambda: Made(step, jnp.array([1.0, -1.0]))


def onnx_pair_step(function: Callable[[Value], Value], opset: int = 20) -> Callable[[], Made]:
    def make() -> Made:
        graph = Written(opset)
        h, x = Value(graph, "h"), Value(graph, "x")
        sign = graph.add("MatMul", x, np.array([[1.0], [-1.0]], np.float32))
        start = np.array([[1.0, -1.0]], np.float32)
        new = (function(h + start) * sign * 8.0).Tanh()
        graph.add("Sub", new, start, output="new_h")
        graph.add("Mul", new, 5.0, output="answer")
        return Made(graph.step({"h": 2}))

    return make


def min_gru() -> Made:
    def step(h: Any, x: Any) -> Any:
        sign, z = (x * torch.tensor([1.0, -1.0])).sum(-1, keepdim=True), torch.sigmoid(x @ torch.tensor([[6.0], [7.0]]))
        h = (1 - z) * h + z * torch.tanh(8 * h * sign)
        return h, torch.cat([5 * h, -5 * h], -1)

    return Made(step, one(1.0))


def slstm() -> Made:
    """Exponential gates with a stabiliser m."""

    def step(state: Any, x: Any) -> Any:
        c, n, m, h = state
        sign = (x * torch.tensor([1.0, -1.0])).sum(-1, keepdim=True)
        i, f = x @ torch.tensor([[0.5], [0.4]]), F.logsigmoid(x @ torch.tensor([[-6.0], [-5.0]]))
        new_m = torch.maximum(f + m, i)
        i, f = torch.exp(i - new_m), torch.exp(f + m - new_m)
        c, n = f * c + i * torch.tanh(8 * h * sign), f * n + i
        h = torch.sigmoid(x @ torch.tensor([[4.0], [3.0]])) * c / n
        return (c, n, new_m, h), torch.cat([5 * h, -5 * h], -1)

    return Made(step, (one(1.0), one(1.0), one(), one(1.0)))


def ordinary(name: str, function: Callable[[Any], Any]) -> Case:
    return Case(name, "pytorch", pair_step(function), "ordinary", expected=("PROVED",))


ORDINARY_STEPS = [
    ordinary("plain", lambda h: h),
    ordinary("LayerNorm", lambda h: F.layer_norm(h, (2,))),
    ordinary("RMSNorm", lambda h: F.rms_norm(h, (2,), eps=1e-6)),
    ordinary("softmax", lambda h: 2 * torch.softmax(4 * h, -1) - 1),
    ordinary("softplus", lambda h: F.softplus(4 * h) - 2),
    ordinary("gelu", lambda h: F.gelu(2 * h) - 1),
    ordinary("tanh gelu", lambda h: F.gelu(2 * h, approximate="tanh") - 1),
    ordinary("silu", lambda h: F.silu(3 * h) - 1.3),
    ordinary("exp", lambda h: torch.exp(h) - 1.5),
    ordinary("var()", lambda h: h / (h.var(-1, keepdim=True) + 0.01)),
    ordinary("std by sqrt", lambda h: (h - h.mean(-1, keepdim=True)) / (h.var(-1, keepdim=True, correction=0) + 1e-5).sqrt()),
    ordinary("leaky slope 0", lambda h: F.leaky_relu(2 * h, 0.0) - 1),
    ordinary("0 tanh", lambda h: h + 0 * torch.tanh(h)),
    ordinary("0 h", lambda h: h + 0 * h),
    ordinary("h - h", lambda h: h + (h - h)),
    ordinary("1024 / 1024", lambda h: h * 1024 / 1024),
    ordinary("mean * 2 / 2", lambda h: h - (h.mean(-1, keepdim=True) * 2 / 2)),
    ordinary("less the largest", lambda h: 2 * (e := (4 * h - (4 * h).amax(-1, keepdim=True)).exp()) / e.sum(-1, keepdim=True) - 1),
    ordinary("hardtanh", lambda h: F.hardtanh(2 * h)),
    ordinary("elu", lambda h: F.elu(2 * h) - 0.5),
    ordinary("normalised", lambda h: F.normalize(h, dim=-1)),
    Case("minGRU", "pytorch", min_gru, "ordinary", expected=("PROVED",)),
    Case("sLSTM", "pytorch", slstm, "ordinary", expected=("PROVED",)),
    Case("LayerNorm", "jax", jax_pair_step(jax.nn.standardize), "ordinary", expected=("PROVED",)),
    Case("softmax", "jax", jax_pair_step(lambda h: 2 * jax.nn.softmax(4 * h) - 1), "ordinary", expected=("PROVED",)),
    Case("gelu", "jax", jax_pair_step(lambda h: jax.nn.gelu(h, approximate=False) - 0.3), "ordinary", expected=("PROVED",)),
    Case("softplus", "jax", jax_pair_step(lambda h: jax.nn.softplus(4 * h) - 2), "ordinary", expected=("PROVED",)),
    Case("logaddexp", "jax", jax_pair_step(lambda h: jnp.logaddexp(4 * h, 0.0) - 2), "ordinary", expected=("PROVED",)),
    Case("0 tanh", "jax", jax_pair_step(lambda h: h + 0 * jnp.tanh(h)), "ordinary", expected=("PROVED",)),
    Case("LayerNormalization", "onnx",
         onnx_pair_step(lambda h: h.LayerNormalization(np.ones(2, np.float32), axis=-1)), "ordinary", expected=("PROVED",)),
    Case("Softmax", "onnx", onnx_pair_step(lambda h: (h * 4.0).Softmax(axis=-1) * 2.0 - 1.0), "ordinary", expected=("PROVED",)),
    Case("Gelu", "onnx", onnx_pair_step(lambda h: (h * 2.0).Gelu() - 1.0), "ordinary", expected=("PROVED",)),
    Case("0 Tanh", "onnx", onnx_pair_step(lambda h: h + h.Tanh() * 0.0), "ordinary", expected=("PROVED",)),
]  # fmt: skip


# Ordinary modules, which stay proved


class Embedded(Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(2, 2)
        with torch.no_grad():
            self.table.weight.copy_(torch.eye(2))

    def forward(self, x):
        return self.head(self.core(self.table(x))[0])


class Wrapped(Module):
    """Another layer on the way to the read-out."""

    def __init__(self, between, **options):
        super().__init__(**options)
        self.between = between

    def forward(self, x):
        return self.head(self.between(self.core(x)[0]))


class Residual(Module):
    def forward(self, x):
        return self.head(self.core(x)[0] + 0.125 * x)


class LearnedStart(Module):
    def __init__(self):
        super().__init__()
        self.start = nn.Parameter(torch.tensor([[[0.25, 0.25]]]))

    def forward(self, x):
        return self.head(self.core(x, self.start.expand(1, x.shape[1], 2).contiguous())[0])


class LastOfOutputs(Module):
    def forward(self, x):
        return self.head(self.core(x)[0][:, -1])


class LastState(Module):
    def forward(self, x):
        return self.head(self.core(x)[1][-1])


class Projected(nn.Module):
    def __init__(self):
        super().__init__()
        self.before = nn.Linear(2, 2)
        self.inner = Module()
        with torch.no_grad():
            self.before.weight.copy_(torch.eye(2))
            self.before.bias.zero_()

    def forward(self, x):
        return self.inner(self.before(x))


class TwoLayers(nn.Module):
    """The second layer keeps what the first one says: tanh(8 h), with nothing of its own past."""

    def __init__(self, dropout=0.0):
        super().__init__()
        self.core = nn.RNN(2, 2, 2, dropout=dropout)
        first = nn.RNN(2, 2)
        fill(first, "rnn", torch.tensor([0.0, 1.0]))
        with torch.no_grad():
            for name, value in first.named_parameters():
                getattr(self.core, name).copy_(value)
            self.core.weight_ih_l1.copy_(8 * torch.eye(2))
            for name in ("weight_hh_l1", "bias_ih_l1", "bias_hh_l1"):
                getattr(self.core, name).zero_()
        self.head = readout(nn.Linear(2, 2))

    def forward(self, x):
        return self.head(self.core(x)[0])


class SmallLstm(nn.Module):
    """An LSTM of 4 units with a projection to 2."""

    def __init__(self):
        super().__init__()
        self.core = nn.LSTM(2, 3, proj_size=2)
        small = nn.LSTM(2, 2)
        fill(small, "lstm", torch.tensor([0.0, 1.0]))
        with torch.no_grad():
            for name, value in self.core.named_parameters():
                value.zero_()
                if name == "weight_hr_l0":
                    value.copy_(torch.eye(2, 3))
                    continue
                for gate in range(4):
                    value[3 * gate : 3 * gate + 2] = getattr(small, name)[2 * gate : 2 * gate + 2]
        self.head = readout(nn.Linear(2, 2))

    def forward(self, x):
        return self.head(self.core(x)[0])


class NormedBehind(Module):
    """LayerNorm of the difference and its negative."""

    def __init__(self):
        super().__init__()
        self.wide, self.norm, self.back = nn.Linear(2, 2), nn.LayerNorm(2), nn.Linear(2, 2)
        with torch.no_grad():
            self.wide.weight.copy_(torch.tensor([[1.0, -1.0], [-1.0, 1.0]]))
            self.wide.bias.copy_(torch.tensor([-1.0, 1.0]))
            self.back.weight.copy_(torch.tensor([[-1.0, 1.0], [1.0, -1.0]]))
            self.back.bias.zero_()

    def forward(self, x):
        return self.back(self.norm(self.wide(self.core(x)[0])))


class OneLogit(Module):
    def forward(self, x):
        logits = super().forward(x)
        return logits[..., 1] - logits[..., 0]


def settled(name: str, kind: Any, expected: str = "PROVED", **made: Any) -> Case:
    return Case(name, "pytorch", module(kind, **made), "ordinary", expected=(expected,))


ORDINARY_MODULES = [
    settled("nn.RNN", Module),
    settled("nn.GRU", lambda: Module("gru")),
    settled("nn.LSTM", lambda: Module("lstm")),
    settled("a float64 module", lambda: Module().double()),
    settled("batch_first", lambda: Module(batch_first=True), batch_first=True),
    settled("one logit", OneLogit),
    settled("two layers", TwoLayers),
    settled("dropout in eval", lambda: TwoLayers(dropout=0.3)),
    settled("a projection", SmallLstm),
    settled("an embedding", Embedded, tokens=True),
    settled("dropout behind it", lambda: Wrapped(nn.Dropout(0.5))),
    settled("hardtanh behind it", lambda: Wrapped(nn.Hardtanh())),
    settled("log_softmax", lambda: nn.Sequential(Module(), nn.LogSoftmax(-1))),
    settled("a residual", Residual),
    settled("a learned start", LearnedStart),
    settled("a layer before it", Projected),
    settled("the last of the outputs", lambda: LastOfOutputs(batch_first=True), batch_first=True, last=True),
    settled("the last state", LastState, last=True),
    settled("LayerNorm behind it", NormedBehind),
    settled("a loop over RNNCell", Cells, "PROVED OF ITS STEP"),
    settled("a loop over GRUCell", lambda: Cells("gru"), "PROVED OF ITS STEP"),
    settled("a loop over LSTMCell", lambda: Cells("lstm"), "PROVED OF ITS STEP"),
]  # fmt: skip

CASES = [
    *DROPPED_PRODUCTS, *CANCELLED_SUMS, *CANCELLED_FACTORS, *SOFTPLUS, *TESTS_OF_NUMBERS, *LENGTHS, *HIDDEN_LENGTHS, *RANDOM,
    *SIDE_EFFECTS, *REFUSED, *CONFUSED, *ORDINARY_STEPS, *ORDINARY_MODULES,
]  # fmt: skip
