"""ONNX graphs written as arithmetic: `graph.add("Exp", value)` adds a node, and Python's operators do, too."""

from typing import Any

import numpy as np


class Value:
    """A value of a graph under construction."""

    def __init__(self, graph: "Written", name: str) -> None:
        self.graph, self.name = graph, name

    def __mul__(self, other: Any) -> "Value":
        return self.graph.add("Mul", self, other)

    def __rmul__(self, other: Any) -> "Value":
        return self.graph.add("Mul", other, self)

    def __add__(self, other: Any) -> "Value":
        return self.graph.add("Add", self, other)

    def __radd__(self, other: Any) -> "Value":
        return self.graph.add("Add", other, self)

    def __sub__(self, other: Any) -> "Value":
        return self.graph.add("Sub", self, other)

    def __rsub__(self, other: Any) -> "Value":
        return self.graph.add("Sub", other, self)

    def __truediv__(self, other: Any) -> "Value":
        return self.graph.add("Div", self, other)

    def __rtruediv__(self, other: Any) -> "Value":
        return self.graph.add("Div", other, self)

    def __neg__(self) -> "Value":
        return self.graph.add("Neg", self)

    def __getattr__(self, kind: str) -> Any:
        """`value.Exp(axis=1)`: the node `Exp` of this value."""
        if not kind[0].isupper():
            raise AttributeError(kind)
        return lambda *inputs, **attributes: self.graph.add(kind, self, *inputs, **attributes)


class Written:
    """A graph of one step under construction: inputs `x` and states, outputs `answer` and new states."""

    def __init__(self, opset: int = 20) -> None:
        self.opset = opset
        self.nodes: list[Any] = []
        self.held: dict[str, np.ndarray] = {}

    def add(self, kind: str, *inputs: Any, output: str = "", **attributes: Any) -> Value:
        """A node; an input may be a value, numbers (held as float32, whole arrays as they are), or None where it is left out."""
        return self.several(kind, *inputs, outputs=[output or f"v{len(self.nodes)}"], **attributes)[0]

    def several(self, kind: str, *inputs: Any, outputs: list[str], **attributes: Any) -> list[Value]:
        """A node of several outputs."""
        from onnx import helper

        self.nodes.append(helper.make_node(kind, [self._named(value) for value in inputs], outputs, **attributes))
        return [Value(self, name) for name in outputs]

    def _named(self, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, Value):
            return value.name
        name = f"c{len(self.held)}"
        given = np.asarray(value)
        self.held[name] = given if isinstance(value, np.ndarray) and given.dtype != np.float64 else given.astype(np.float32)
        return name

    def step(self, states: dict[str, int], letters: int = 2, batch: Any = "B") -> bytes:
        """The file: states by name with their sizes; each has its new state in the value `new_` + its name."""
        from onnx import TensorProto, helper, numpy_helper

        def info(name: str, size: int) -> Any:
            return helper.make_tensor_value_info(name, TensorProto.FLOAT, [batch, size])

        graph = helper.make_graph(
            self.nodes,
            "step",
            [info("x", letters), *(info(name, size) for name, size in states.items())],
            [info("answer", 2), *(info(f"new_{name}", size) for name, size in states.items())],
            [numpy_helper.from_array(value, name) for name, value in self.held.items()],
        )
        opsets = [helper.make_opsetid("", self.opset)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9).SerializeToString()
