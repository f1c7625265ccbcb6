"""ONNX graphs for `test_onnx.py` and `test_onnx_steps.py`: like those of exporters, and graphs that must be refused."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}


@dataclass
class Graph:
    """A graph under construction: nodes in order, and initialisers by name."""

    nodes: list[Any] = field(default_factory=list)
    tensors: dict[str, np.ndarray] = field(default_factory=dict)
    input: tuple[str, int, Sequence[Any]] = ("x", TensorProto.FLOAT, ["T", "B", 10])
    outputs: tuple[str, ...] = ("y",)
    output_type: int = TensorProto.FLOAT
    output_axes: int = 3
    opset: int = 20

    def add(self, kind: str, inputs: Sequence[str], outputs: Sequence[str], **attributes: Any) -> "Graph":
        self.nodes.append(helper.make_node(kind, list(inputs), list(outputs), **attributes))
        return self

    def hold(self, **tensors: Any) -> "Graph":
        self.tensors |= {name: np.asarray(value) for name, value in tensors.items()}
        return self

    def model(self) -> Any:
        name, kind, shape = self.input
        outputs = [helper.make_tensor_value_info(name, self.output_type, [None] * self.output_axes) for name in self.outputs]
        held = [numpy_helper.from_array(value, name) for name, value in self.tensors.items()]
        graph = helper.make_graph(self.nodes, "g", [helper.make_tensor_value_info(name, kind, shape)], outputs, held)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)], ir_version=8)

    def at(self, path: Path) -> Path:
        path.write_bytes(self.model().SerializeToString())
        return path


def weights(
    kind: str, *, inputs: int = 10, hidden: int = 6, classes: int = 10, seed: int = 0, biases: bool = True
) -> dict[str, np.ndarray]:
    """Random W, R, B of an operator and V, c of a read-out `[H, C]`, float32."""
    rng, rows = np.random.default_rng(seed), GATES[kind] * hidden
    shapes = {"W": (1, rows, inputs), "R": (1, rows, hidden), "V": (hidden, classes), "c": (classes,)} | (
        {"B": (1, 2 * rows)} if biases else {}
    )
    scale = {"W": 1.5, "R": 0.4, "c": 0.2}
    return {name: (rng.normal(size=shape) * scale.get(name, 1.0)).astype(np.float32) for name, shape in shapes.items()}


def plain(kind: str = "GRU", *, held: dict[str, np.ndarray] | None = None, **attributes: Any) -> Graph:
    """Operator, Squeeze, MatMul, Add: time first, or batch first where the layout says so."""
    held = weights(kind) if held is None else held
    layout = attributes.get("layout", 0)
    graph = Graph(input=("x", TensorProto.FLOAT, ["B", "T", held["W"].shape[2]] if layout else ["T", "B", held["W"].shape[2]]))
    graph.hold(**held, one=np.array([2 if layout else 1]))
    names = ["x", "W", "R", *(["B"] if "B" in held else [])]
    graph.add(kind, names, ["s"], hidden_size=held["R"].shape[2], **attributes)
    return graph.add("Squeeze", ["s", "one"], ["h"]).add("MatMul", ["h", "V"], ["l"]).add("Add", ["l", "c"], ["y"])


def keras_like(held: dict[str, np.ndarray]) -> Graph:
    """As tf2onnx converts Keras: batch first by Transposes, a zero state of the batch's size, Dense over merged axes, softmax."""
    graph = Graph(input=("x", TensorProto.FLOAT, ["N", "steps", 10]), opset=15).hold(**held)
    hidden, classes = held["V"].shape
    graph.hold(first=[0], second=[1], one=[1], h=[hidden], wide=[-1, hidden], c10=[classes], zero=np.float32(0))
    graph.add("Transpose", ["x"], ["t"], perm=[1, 0, 2])
    graph.add("Shape", ["x"], ["size"]).add("Cast", ["size"], ["size32"], to=TensorProto.INT32)
    graph.add("Slice", ["size32", "first", "second"], ["n32"]).add("Cast", ["n32"], ["n"], to=TensorProto.INT64)
    graph.add("Concat", ["one", "n", "h"], ["start"], axis=0).add("Expand", ["zero", "start"], ["h0"])
    graph.add(
        "GRU", ["t", "W", "R", "B", "", "h0"], ["s"], hidden_size=hidden, linear_before_reset=1, activations=["Sigmoid", "Tanh"]
    )
    graph.add("Squeeze", ["s", "one"], ["u"]).add("Transpose", ["u"], ["b"], perm=[1, 0, 2])
    graph.add("Reshape", ["b", "wide"], ["flat"]).add("MatMul", ["flat", "V"], ["l"])
    graph.add("Slice", ["size", "first", "two"], ["nt"]).hold(two=[2])
    graph.add("Concat", ["nt", "c10"], ["back"], axis=0).add("Reshape", ["l", "back"], ["r"])
    return graph.add("Add", ["r", "c"], ["z"]).add("Softmax", ["z"], ["y"], axis=-1)


def dynamo_like(held: dict[str, np.ndarray]) -> Graph:
    """What torch's newer exporter makes of batch_first: declared for 3 steps, directions and units merged by a computed shape."""
    graph = Graph(input=("x", TensorProto.FLOAT, ["B", 3, 10]), opset=20).hold(**held)
    hidden = held["V"].shape[0]
    graph.hold(i0=[0], i1=[1], i2=[2], i3=[3], i4=[4], h=[hidden], free=[-1], zero=np.float32(0))
    graph.add("Shape", ["x"], ["n"], start=0, end=1).add("Concat", ["i1", "n", "h"], ["start"], axis=0)
    graph.add("Expand", ["zero", "start"], ["zeros"]).add("Slice", ["zeros", "i0", "i1", "i0"], ["h0"])
    graph.add("Transpose", ["x"], ["t"], perm=[1, 0, 2])
    graph.add(
        "LSTM", ["t", "W", "R", "B", "", "h0", "h0"], ["s"], hidden_size=hidden, direction="forward", input_forget=0, layout=0
    )
    graph.add("Transpose", ["s"], ["q"], perm=[0, 2, 1, 3]).add("Shape", ["q"], ["z"], start=0)
    for at, name in enumerate(("zt", "zb", "zd", "zh")):
        graph.add("Slice", ["z", f"i{at}", f"i{at + 1}"], [name])
    graph.add("Mul", ["zd", "zh"], ["p"]).add("Reshape", ["p", "free"], ["pf"], allowzero=0)
    graph.add("Concat", ["zt", "zb", "pf"], ["to"], axis=0).add("Reshape", ["q", "to"], ["w"], allowzero=0)
    graph.add("Transpose", ["w"], ["b"], perm=[1, 0, 2])
    return graph.add("MatMul", ["b", "V"], ["l"]).add("Add", ["l", "c"], ["y"])


def of_digits(kind: str, held: dict[str, np.ndarray], *, table: np.ndarray | None, tapes: int, base: int) -> Graph:
    """Integers `[B, T]` or `[B, T, tapes]`, as one-hot vectors or rows of an embedding."""
    shape = ["B", "T"] + ([tapes] if tapes > 1 else [])
    graph = Graph(input=("x", TensorProto.INT64, shape), opset=17).hold(**held, one=[1], merge=[0, 0, -1])
    if table is None:
        graph.hold(depth=np.int64(base), values=np.array([0, 1], np.float32)).add(
            "OneHot", ["x", "depth", "values"], ["e"], axis=-1
        )
    else:
        graph.hold(table=table).add("Gather", ["table", "x"], ["e"], axis=0)
    if tapes > 1:
        graph.add("Reshape", ["e", "merge"], ["m"])
    graph.add("Transpose", ["m" if tapes > 1 else "e"], ["t"], perm=[1, 0, 2])
    graph.add(kind, ["t", "W", "R", "B"], ["s"], hidden_size=held["R"].shape[2])
    return graph.add("Squeeze", ["s", "one"], ["h"]).add("MatMul", ["h", "V"], ["l"]).add("Add", ["l", "c"], ["y"])


def between(kind: str, **attributes: Any) -> Callable[[], Graph]:
    """One more operator between the states and the read-out."""

    def make() -> Graph:
        graph = plain()
        graph.nodes[2].input[0] = "n"
        graph.nodes.insert(2, helper.make_node(kind, ["h"], ["n"], **attributes))
        return graph

    return make


def more_input(at: int, value: np.ndarray, kind: str = "LSTM") -> Callable[[], Graph]:
    """One more input of the operator."""

    def make() -> Graph:
        graph = plain(kind).hold(more=value)
        graph.nodes[0].input.extend([""] * (at - 4) + ["more"])
        return graph

    return make


def two_layers() -> Graph:
    graph = plain("RNN").hold(W2=np.ones((1, 6, 6), np.float32))
    graph.nodes.insert(2, helper.make_node("RNN", ["h", "W2", "R"], ["s2"], hidden_size=6))
    graph.nodes.insert(3, helper.make_node("Squeeze", ["s2", "one"], ["h2"]))
    graph.nodes[4].input[0] = "h2"
    return graph


def another_state() -> Graph:
    graph = plain().hold(h0=np.full((1, 1, 6), 0.5, np.float32))
    graph.nodes[0].input.extend(["", "h0"])
    return graph


def bias_on_a_dead_end() -> Graph:
    graph = plain()
    graph.nodes[-1].output[0] = "z"
    graph.outputs = ("l",)
    return graph


def after(kind: str, **attributes: Any) -> Callable[[], Graph]:
    """One more operator after the logits."""

    def make() -> Graph:
        graph = plain()
        graph.nodes[-1].output[0] = "z"
        return graph.add(kind, ["z"], ["y"], **attributes)

    return make


__all__ = [
    "Graph", "TensorProto", "after", "another_state", "between", "bias_on_a_dead_end", "dynamo_like", "helper", "keras_like",
    "more_input", "numpy_helper", "of_digits", "onnx", "plain", "two_layers", "weights",
]  # fmt: skip
