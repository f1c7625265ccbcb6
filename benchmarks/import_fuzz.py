"""Random steps through the three doors of an import: is a verdict ever wrong of the step as its own library runs it?

    python -m benchmarks.import_fuzz [--steps 10000] [--doors pytorch jax onnx] [--budget 0.5] [--again]

Writes `docs/results/import-fuzz.json`, after every 50 steps, and goes on from there. `--again` tries
the seeds that were wrong again after a repair, and keeps in the file what they were. A step keeps the parity of a word's ones in
the sign of its state. Random operations at scales from 1e-30 to 1e30 lie on the way to the new state and to the answer. A second
state drifts: it counts, doubles, decays or alternates, and enters by idioms that hide it, such as 0·d or a test of finiteness.
Some steps of PyTorch cheat: modules in training mode, a memory between calls, another function while the step is exported. Each
PROVED is replayed on fresh words of 500 symbols and each REFUTED on its word, eagerly, in float32, in batches of one and of many,
by this file's own loops.
"""

import argparse
import json
import re
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import anylength
from anylength.base import InputError
from anylength.interchange.onnx.importer import read_onnx
from anylength.rules import task_named
from anylength.verification.verdicts import verify

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "docs" / "results" / "import-fuzz.json"

TASK = task_named("parity-bits")
DOORS = ("pytorch", "jax", "onnx")
EVERY = 50
"""Steps after which the results are written."""

CRASHED = "crashed"
WORDS, LONGEST = 16, 500
"""Fresh words that a proved step answers, and their steps."""

OPERATIONS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "scale": lambda m, v, c: v * c,
    "divide": lambda m, v, c: v / c,
    "shift": lambda m, v, c: (v + c) - c,
    "expm1": lambda m, v, c: m.expm1(v),
    "exp - 1": lambda m, v, c: m.exp(v) - 1.0,
    "tanh": lambda m, v, c: m.tanh(v),
    "sigmoid": lambda m, v, c: m.sigmoid(v) - 0.5,
    "softplus": lambda m, v, c: m.softplus(v) - m.softplus(-1.0 * v),
    "log(1 + exp)": lambda m, v, c: m.log(1.0 + m.exp(v)) - m.log(1.0 + m.exp(-1.0 * v)),
    "rectifiers": lambda m, v, c: m.relu(v) - m.relu(-1.0 * v),
    "v·|v|": lambda m, v, c: v * m.absolute(v),
    "normalised": lambda m, v, c: v / m.sqrt(v * v + c),
    "gelu": lambda m, v, c: m.gelu(v) - m.gelu(-1.0 * v),
    "1 - (1 - v)": lambda m, v, c: 1.0 - (1.0 - v),
    "v·c/c": lambda m, v, c: v * c / c,
    "by its variance": lambda m, v, c: v / m.sqrt(_variance(m, m.pair(v, -1.0 * v)) + c),
    "leaky, slope 0": lambda m, v, c: m.relu(v) + 0.0 * v - (m.relu(-1.0 * v) - 0.0 * v),
    "where positive": lambda m, v, c: m.where(v > 0.0, v, c * v),
}  # fmt: skip
"""Odd functions of one number, or nearly: (the library's functions, the number, a constant) → a number."""


def _variance(m: Any, pair: Any) -> Any:
    """E[x²] - E[x]² of a pair of numbers."""
    mean = m.mean(pair)
    return m.mean(pair * pair) - mean * mean


DRIFTS = {
    "counts": (1.0, 1.0), "doubles": (2.0, 1.0), "decays": (0.999, 1.0), "alternates": (-1.0, 1.0), "underflows": (0.5, 1e-30),
    "overflows": (1.0, 1e37), "grows late": (1.5, 1e-30), "settles": (0.5, 1.0),
}  # fmt: skip
"""The second state d: the factors a and b of d ← a·d + b, from d = 0."""

IDIOMS: dict[str, Callable[[Any, Any, Any, Any], Any]] = {
    "not used": lambda m, v, d, c: v,
    "v + 0·d": lambda m, v, d, c: v + 0.0 * d,
    "v + (d - d)": lambda m, v, d, c: v + (d - d),
    "v·(d/d)": lambda m, v, d, c: v * (d / d),
    "where finite": lambda m, v, d, c: m.where(m.finite(d), v, -1.0 * v),
    "where d = d": lambda m, v, d, c: m.where(m.same(d - d, 0.0 * d), v, -1.0 * v),
    "where d < c": lambda m, v, d, c: m.where(d < c, v, -1.0 * v),
    "v + c·tanh(d)": lambda m, v, d, c: v + c * m.tanh(d),
    "v·sigmoid(d)": lambda m, v, d, c: v * m.sigmoid(d),
    "v·exp(-d)": lambda m, v, d, c: v * m.exp(-1.0 * d),
    "v - relu(d - c)": lambda m, v, d, c: v - m.relu(d - c),
    "v·(d·c)/(d·c)": lambda m, v, d, c: v * (d * c) / (d * c),
    "v·min(d, c)": lambda m, v, d, c: v * m.minimum(d, c + 0.0 * d),
    "v·√(d² + c)": lambda m, v, d, c: v * m.sqrt(d * d + c),
    "(v + d) - d": lambda m, v, d, c: (v + d) - d,
    "v + softmax": lambda m, v, d, c: v + m.mean(m.softmax(m.pair(d, c * d))) - 0.5,
}  # fmt: skip
"""Ways in which d enters: (the library's functions, the number, d, a constant) → a number."""

ENDS = ("logits", "softmax", "log_softmax")
TRAPS = ("none", "dropout", "batch norm", "memory", "exporting")
TRAP_SHARE = 0.2


@dataclass(frozen=True)
class RandomStep:
    """A step.

    Attributes:
        gain: The factor inside of its tanh.
        on_state: Operations on the new state, each with its constant.
        on_answer: Operations on the answer.
        drift: How d goes on.
        idiom: How d enters, with its constant.
        early: Whether d enters the new state, not the answer alone.
        end: What it returns for its logits.
        trap: How it cheats.
    """

    gain: float
    on_state: tuple[tuple[str, float], ...]
    on_answer: tuple[tuple[str, float], ...]
    drift: str
    idiom: tuple[str, float]
    early: bool
    end: str
    trap: str


def drawn(seed: int, door: str) -> RandomStep:
    """The step of a seed."""
    rng = np.random.default_rng([seed, DOORS.index(door), 66])

    def constant() -> float:
        return float(np.float32(10.0 ** rng.uniform(*(-30, 30) if rng.random() < 0.3 else (-4, 4))))

    def operations(most: int) -> tuple[tuple[str, float], ...]:
        return tuple((str(name), constant()) for name in rng.choice(list(OPERATIONS), rng.integers(0, most + 1)))

    trap = str(rng.choice(TRAPS[1:])) if rng.random() < TRAP_SHARE and door == "pytorch" else "none"
    return RandomStep(
        gain=float(rng.choice([1.5, 2.0, 4.0, 100.0])),
        on_state=operations(1),
        on_answer=operations(2),
        drift=str(rng.choice(list(DRIFTS))),
        idiom=(str(rng.choice(list(IDIOMS))), constant()),
        early=bool(rng.random() < 0.5),
        end=str(rng.choice(ENDS)),
        trap=trap,
    )


def step_of(step: RandomStep, m: Any, state: Any, drift: Any, x: Any) -> tuple[Any, Any, Any]:
    """The new state and the new second state `[B, 1]`, and what is returned `[B, 2]`, by a library's functions."""
    factor, added = DRIFTS[step.drift]
    name, constant = step.idiom
    new, drift = m.tanh(step.gain * state * m.sign_of(x)), factor * drift + added
    if step.early:
        new = IDIOMS[name](m, new, drift, constant)
    new = _through(m, new, step.on_state)
    value = _through(m, new if step.early else IDIOMS[name](m, new, drift, constant), step.on_answer)
    logits = m.pair(value, -1.0 * value)
    return new, drift, logits if step.end == "logits" else getattr(m, step.end)(logits)


def _through(m: Any, value: Any, operations: tuple[tuple[str, float], ...]) -> Any:
    for name, constant in operations:
        value = OPERATIONS[name](m, value, constant)
    return value


def torch_step(step: RandomStep) -> tuple[Any, Any, Any]:
    """(the step, its start state, its answers to words `[T, B]` in float32, eagerly: classes `[T, B]`) in PyTorch."""
    import torch
    from torch.nn import functional

    m = SimpleNamespace(
        exp=torch.exp, expm1=torch.expm1, tanh=torch.tanh, sigmoid=torch.sigmoid, softplus=functional.softplus, log=torch.log,
        relu=torch.relu, absolute=torch.abs, sqrt=torch.sqrt, gelu=functional.gelu, pair=lambda a, b: torch.cat([a, b], -1),
        softmax=lambda v: torch.softmax(v, -1), log_softmax=lambda v: torch.log_softmax(v, -1),
        sign_of=lambda x: x @ torch.tensor([[1.0], [-1.0]]), mean=lambda v: v.mean(-1, keepdim=True), where=torch.where,
        finite=torch.isfinite, same=torch.eq, minimum=torch.minimum,
    )  # fmt: skip

    class Step(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.part = {"dropout": torch.nn.Dropout(0.5), "batch norm": torch.nn.BatchNorm1d(1)}.get(
                step.trap, torch.nn.Identity()
            )
            self.calls = 0

        def forward(self, state: Any, x: Any) -> Any:
            held, drift = state
            held, drift, logits = step_of(step, m, self.part(held), drift, x)
            if step.trap == "memory":
                self.calls += 1
                logits = logits.flip(-1) if self.calls > 3 and not torch.compiler.is_exporting() else logits
            if step.trap == "exporting" and not torch.compiler.is_exporting():
                logits = logits.flip(-1)
            return (held, drift), logits

    module, start = Step(), (torch.ones(1, 1), torch.zeros(1, 1))

    def answers(words: np.ndarray) -> np.ndarray:
        state, classes = tuple(part.expand(words.shape[1], 1) for part in start), []
        with torch.no_grad():
            for row in words:
                state, logits = module(state, torch.eye(2)[torch.from_numpy(row.astype(np.int64))])
                classes.append(_classes(logits.numpy()))
        return np.stack(classes)

    return module, start, answers


def jax_step(step: RandomStep) -> tuple[Any, Any, Any]:
    """The same in JAX."""
    m = SimpleNamespace(
        exp=jnp.exp, expm1=jnp.expm1, tanh=jnp.tanh, sigmoid=jax.nn.sigmoid, softplus=jax.nn.softplus, log=jnp.log,
        relu=jax.nn.relu, absolute=jnp.abs, sqrt=jnp.sqrt, gelu=lambda v: jax.nn.gelu(v, approximate=False),
        pair=lambda a, b: jnp.concatenate([a, b], -1), softmax=jax.nn.softmax, log_softmax=jax.nn.log_softmax,
        sign_of=lambda x: x @ jnp.asarray([[1.0], [-1.0]]), mean=lambda v: v.mean(-1, keepdims=True), where=jnp.where,
        finite=jnp.isfinite, same=jnp.equal, minimum=jnp.minimum,
    )  # fmt: skip

    def made(state: Any, x: Any) -> Any:
        held, drift, logits = step_of(step, m, *state, x)
        return (held, drift), logits

    def answers(words: np.ndarray) -> np.ndarray:
        state, classes = (jnp.ones((words.shape[1], 1)), jnp.zeros((words.shape[1], 1))), []
        for row in words:
            state, logits = made(state, jnp.eye(2)[row])
            classes.append(_classes(np.asarray(logits)))
        return np.stack(classes)

    return made, (jnp.ones((1, 1)), jnp.zeros((1, 1))), answers


def _classes(logits: np.ndarray) -> np.ndarray:
    """Classes `[B]` of logits `[B, 2]`; -1 where they are no numbers."""
    return np.where(np.isnan(logits).any(-1), -1, logits.argmax(-1))


class _Node:
    """A value of an ONNX graph under construction; Python's operators add nodes."""

    def __init__(self, graph: "_Graph", name: str) -> None:
        self.graph, self.name = graph, name

    def __mul__(self, other: Any) -> "_Node":
        return self.graph.add("Mul", self, other)

    def __rmul__(self, other: Any) -> "_Node":
        return self.graph.add("Mul", other, self)

    def __add__(self, other: Any) -> "_Node":
        return self.graph.add("Add", self, other)

    def __radd__(self, other: Any) -> "_Node":
        return self.graph.add("Add", other, self)

    def __sub__(self, other: Any) -> "_Node":
        return self.graph.add("Sub", self, other)

    def __rsub__(self, other: Any) -> "_Node":
        return self.graph.add("Sub", other, self)

    def __truediv__(self, other: Any) -> "_Node":
        return self.graph.add("Div", self, other)

    def __lt__(self, other: Any) -> "_Node":
        return self.graph.add("Less", self, other)

    def __gt__(self, other: Any) -> "_Node":
        return self.graph.add("Greater", self, other)


class _Graph:
    """An ONNX graph of one step under construction."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.held: dict[str, np.ndarray] = {}

    def add(self, kind: str, *inputs: Any, output: str = "", **attributes: Any) -> _Node:
        from onnx import helper

        name = output or f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, [self.named(value) for value in inputs], [name], **attributes))
        return _Node(self, name)

    def named(self, value: Any) -> str:
        if isinstance(value, _Node):
            return value.name
        name = f"c{len(self.held)}"
        array = np.asarray(value)
        self.held[name] = array if array.dtype == np.int64 else array.astype(np.float32)
        return name

    def model(self) -> Any:
        from onnx import TensorProto, helper, numpy_helper

        def info(name: str, size: int) -> Any:
            return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["B", size])

        held = [numpy_helper.from_array(value, name) for name, value in self.held.items()]
        graph = helper.make_graph(
            self.nodes,
            "step",
            [info("x", 2), info("state", 1), info("drift", 1)],
            [info("answer", 2), info("new_state", 1), info("new_drift", 1)],
            held,
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)


def onnx_step(step: RandomStep) -> tuple[Any, Any, Any]:
    """The same as the bytes of an ONNX graph. Its state starts at 0, so the graph adds 1 to the state that it is given."""
    import onnxruntime

    graph = _Graph()
    one = {name: (lambda v, kind=kind: graph.add(kind, v)) for name, kind in (
        ("exp", "Exp"), ("tanh", "Tanh"), ("sigmoid", "Sigmoid"), ("softplus", "Softplus"), ("log", "Log"), ("relu", "Relu"),
        ("absolute", "Abs"), ("sqrt", "Sqrt"), ("gelu", "Gelu"),
    )}  # fmt: skip
    m = SimpleNamespace(
        **one, expm1=lambda v: graph.add("Exp", v) - 1.0, pair=lambda a, b: graph.add("Concat", a, b, axis=1),
        softmax=lambda v: graph.add("Softmax", v, axis=1), log_softmax=lambda v: graph.add("LogSoftmax", v, axis=1),
        sign_of=lambda x: graph.add("MatMul", x, np.array([[1.0], [-1.0]])),
        mean=lambda v: graph.add("ReduceMean", v, np.array([-1])), where=lambda *parts: graph.add("Where", *parts),
        finite=lambda v: graph.add("Not", graph.add("Or", graph.add("IsInf", v), graph.add("IsNaN", v))),
        same=lambda *parts: graph.add("Equal", *parts), minimum=lambda *parts: graph.add("Min", *parts),
    )  # fmt: skip
    new, drift, logits = step_of(step, m, _Node(graph, "state") + 1.0, _Node(graph, "drift"), _Node(graph, "x"))
    graph.add("Sub", new, 1.0, output="new_state")
    graph.add("Identity", drift, output="new_drift")
    graph.add("Identity", logits, output="answer")
    content = graph.model().SerializeToString()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])

    def answers(words: np.ndarray) -> np.ndarray:
        state = drift = np.zeros((words.shape[1], 1), np.float32)
        classes = []
        for row in words:
            given = {"x": np.eye(2, dtype=np.float32)[row], "state": state, "drift": drift}
            answer, state, drift = session.run(["answer", "new_state", "new_drift"], given)
            classes.append(_classes(np.asarray(answer)))
        return np.stack(classes)

    return content, None, answers


MAKERS = {"pytorch": torch_step, "jax": jax_step, "onnx": onnx_step}


def tried(seed: int, door: str, budget: float) -> tuple[str, str | None]:
    """The verdict on a random step, or `refused`; and what is wrong with it, or None."""
    step = drawn(seed, door)
    made, start, answers = MAKERS[door](step)
    try:
        verdict = _verdict(door, made, start, budget)
    except InputError:
        return "refused", None
    if verdict.verdict == "PROVED":
        rng = np.random.default_rng([seed, 67])
        many = rng.integers(0, 2, (LONGEST, WORDS))
        right = np.stack([TASK.machine.run(word.tolist()) for word in many.T], axis=1)
        wrong = bool((answers(many) != right).any() or (answers(many[:, :1]) != right[:, :1]).any())
        return verdict.verdict, f"PROVED and wrong: {step}" if wrong else None
    if verdict.verdict == "REFUTED":
        word = np.array([int(letter) for letter in verdict.counterexample[0]])
        right = TASK.machine.run(word.tolist())[-1]
        wrongly = [answers(np.repeat(word[:, None], width, axis=1))[-1, 0] != right for width in (1, WORDS)]
        return verdict.verdict, None if any(wrongly) else f"REFUTED by {verdict.counterexample} and right: {step}"
    return verdict.verdict, None


def _verdict(door: str, made: Any, start: Any, budget: float) -> Any:
    if door != "onnx":
        return anylength.prove(made, TASK, initial_state=start, budget=budget).verdict
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "step.onnx"
        path.write_bytes(made)
        compared = read_onnx(path, TASK).compared(TASK)
    return compared.confirmed(verify(compared.imported.net, TASK, budget=budget)).verdict


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--doors", nargs="+", choices=DOORS, default=DOORS)
    parser.add_argument("--budget", type=float, default=0.5)
    parser.add_argument("--again", action="store_true")
    options = parser.parse_args()
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    if options.again:
        _write({door: _again(kept, door, options.budget) for door, kept in results.items()})
        return
    for number in range(0, options.steps, EVERY):
        for door in options.doors:
            kept = results.setdefault(door, {"steps": 0, "verdicts": {}, "wrong": []})
            if kept["steps"] == number:
                results[door] = _more(kept, door, range(number, min(number + EVERY, options.steps)), options.budget)
                _write(results)


def _write(results: dict[str, Any]) -> None:
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")


def _more(kept: dict[str, Any], door: str, seeds: range, budget: float) -> dict[str, Any]:
    """The counts of a door after some more steps."""
    verdicts, wrong = Counter(kept["verdicts"]), list(kept["wrong"])
    for seed in seeds:
        verdict, mistake = _tried_or_crashed(seed, door, budget)
        verdicts[verdict] += 1
        wrong += [f"seed {seed}: {mistake}"] if mistake else []
    print(door, seeds.stop, dict(verdicts), f"{len(wrong)} wrong", flush=True)
    return kept | {"steps": seeds.stop, "verdicts": dict(sorted(verdicts.items())), "wrong": wrong}


def _tried_or_crashed(seed: int, door: str, budget: float) -> tuple[str, str | None]:
    """As `tried`. A crash counts as wrong."""
    try:
        return tried(seed, door, budget)
    except Exception as error:
        return CRASHED, f"{CRASHED}: {error!r}"


def _again(kept: dict[str, Any], door: str, budget: float) -> dict[str, Any]:
    """The counts of a door after its wrong steps were tried again: those that are right now become `repaired`."""
    verdicts, wrong, repaired = Counter(kept["verdicts"]), [], list(kept.get("repaired", []))
    for before in kept["wrong"]:
        seed, earlier = re.match(r"seed (\d+): ([A-Za-z]+)", before).groups()  # type: ignore[union-attr]
        verdict, mistake = _tried_or_crashed(int(seed), door, budget)
        verdicts -= Counter([earlier])
        verdicts[verdict] += 1
        if mistake:
            wrong.append(f"seed {seed}: {mistake}")
        else:
            repaired.append(f"{before}; now {verdict}")
    return kept | {"verdicts": dict(sorted(verdicts.items())), "wrong": wrong, "repaired": repaired}


if __name__ == "__main__":
    main()
