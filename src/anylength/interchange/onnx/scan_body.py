"""A step program as the body of an ONNX `Scan`: one step of a batch, `(state [B, D], x [B, E]) → (state [B, D], logits [B, C])`.

Values are `[B, rows]`; what depends on tensors alone has one row for all words, `[1, rows]`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from anylength.interchange.text.arrays import MOVED
from anylength.programs import Instruction, Program

ONE_OPERATOR: Mapping[str, str] = {
    "add": "Add", "subtract": "Sub", "multiply": "Mul", "maximum": "Max", "minimum": "Min", "tanh": "Tanh", "sigmoid": "Sigmoid",
    "relu": "Relu", "exp": "Exp", "softplus": "Softplus", "gelu": "Gelu", "absolute": "Abs", "reciprocal": "Reciprocal",
}  # fmt: skip
"""Operations that are one operator of the same arguments."""

TENSOR = "net."
"""What the names of the net's tensors begin with in the file, so that they differ from all others."""


@dataclass
class ScanBody:
    """The nodes of the body, made at once.

    Attributes:
        program: The program.
        make_node: `onnx.helper.make_node`.
        nodes: The nodes.
        constants: Arrays that the nodes use beside the tensors, by name.
    """

    program: Program
    make_node: Callable[..., Any]
    nodes: list[Any] = field(default_factory=list)
    constants: dict[str, np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._node("Identity", [self._values(self.program.step, {"symbol": "x", "state": "state"}, "step")], "new_state")
        features = self._values(self.program.answer, {"state": "new_state"}, "answer")
        self._node("Gemm", [features, TENSOR + self.program.weight, TENSOR + self.program.bias], "step_logits", transB=1)

    def _values(self, instructions: tuple[Instruction, ...], leaves: Mapping[str, str], prefix: str) -> str:
        """Adds the nodes of a list of instructions; the name of its last value, which has a row for each word."""
        names: list[str] = []
        self._rows = [item.rows for item in instructions]
        self._has_batch: list[bool] = []
        for number, item in enumerate(instructions):
            arguments = [names[argument] for argument in item.arguments]
            has_batch = item.op in (*leaves, "concatenate") or any(self._has_batch[argument] for argument in item.arguments)
            self._has_batch.append(has_batch)
            if item.op == "concatenate":
                whole = [self._whole(name, argument) for name, argument in zip(arguments, item.arguments, strict=True)]
                names.append(self._node("Concat", whole, f"{prefix}.{number}", axis=1))
            else:
                names.append(leaves.get(item.op) or self._value(item, arguments, f"{prefix}.{number}"))
        return self._whole(names[-1], len(instructions) - 1)

    def _whole(self, name: str, number: int) -> str:
        """A value with a row for each word of the batch."""
        if self._has_batch[number]:
            return name
        words = self._node("Shape", ["x"], f"{name}.words", start=0, end=1)
        shape = self._node("Concat", [words, self._whole_numbers(self._rows[number])], f"{name}.shape", axis=0)
        return self._node("Expand", [name, shape], f"{name}.whole")

    def _value(self, item: Instruction, of: list[str], out: str) -> str:
        """Adds the nodes of an operation; the name of its result."""
        if item.op in ONE_OPERATOR:
            return self._node(ONE_OPERATOR[item.op], of, out)
        if item.op in MOVED:
            return self._moved(item, of[0], out)
        make = getattr(self, f"_{item.op}")
        return make(item, *of, out)

    def _moved(self, item: Instruction, value: str, out: str) -> str:
        if item.op == "stored":
            return value
        if item.op == "take":
            return self._node("Gather", [value, self._whole_numbers(*item["rows"])], out, axis=1)
        return self._sliced(value, item["start"], item["stop"], 1, out)

    def _sliced(self, value: str, start: int, stop: int, axis: int, out: str) -> str:
        return self._node("Slice", [value, *map(self._whole_numbers, (start, stop, axis))], out)

    def _tensor(self, item: Instruction, out: str) -> str:
        return self._node("Unsqueeze", [TENSOR + item["name"], self._whole_numbers(0)], out)

    def _constant(self, item: Instruction, out: str) -> str:
        return self._constant_array(out, np.full((1, item.rows), item["value"], np.float32))

    def _matmul(self, item: Instruction, value: str, out: str) -> str:
        weight, rows = TENSOR + item["weight"], dict(self.program.shapes)[item["weight"]][0]
        if (item["start"], item["stop"]) != (0, rows):
            weight = self._sliced(weight, item["start"], item["stop"], 0, f"{out}.rows")
        return self._node("Gemm", [value, weight], out, transB=1)

    def _matvec(self, item: Instruction, matrix: str, vector: str, out: str) -> str:
        columns = self._rows[item.arguments[1]]
        shape = self._whole_numbers(0, item.rows, columns)
        cube = self._node("Reshape", [matrix, shape], f"{out}.matrix")
        column = self._node("Unsqueeze", [vector, self._whole_numbers(2)], f"{out}.vector")
        return self._node("Squeeze", [self._node("MatMul", [cube, column], f"{out}.product"), self._whole_numbers(2)], out)

    def _scale(self, item: Instruction, value: str, out: str) -> str:
        return self._node("Mul", [self._number(item["factor"]), value], out)

    def _square(self, _: Instruction, value: str, out: str) -> str:
        return self._node("Mul", [value, value], out)

    def _silu(self, _: Instruction, value: str, out: str) -> str:
        return self._node("Mul", [value, self._node("Sigmoid", [value], f"{out}.share")], out)

    def _rsqrt(self, _: Instruction, value: str, out: str) -> str:
        return self._node("Reciprocal", [self._node("Sqrt", [value], f"{out}.root")], out)

    def _mean(self, _: Instruction, value: str, out: str) -> str:
        return self._node("ReduceMean", [value, self._whole_numbers(1)], out, keepdims=1)

    def _mean_square(self, item: Instruction, value: str, out: str) -> str:
        return self._mean(item, self._square(item, value, f"{out}.squares"), out)

    def _center(self, item: Instruction, value: str, out: str) -> str:
        return self._node("Sub", [value, self._mean(item, value, f"{out}.mean")], out)

    def _normalize(self, item: Instruction, value: str, mean_square: str, out: str) -> str:
        total = self._node("Add", [mean_square, self._number(item["epsilon"])], f"{out}.sum")
        return self._node("Div", [value, self._node("Sqrt", [total], f"{out}.root")], out)

    def _softmax(self, _: Instruction, value: str, out: str) -> str:
        return self._node("Softmax", [value], out, axis=1)

    def _lerp(self, _: Instruction, share: str, zero: str, one: str, out: str) -> str:
        rest = self._node("Sub", [self._number(1.0), share], f"{out}.rest")
        parts = [self._node("Mul", [rest, zero], f"{out}.zero"), self._node("Mul", [share, one], f"{out}.one")]
        return self._node("Add", parts, out)

    def _node(self, operator: str, inputs: list[str], out: str, **attributes: Any) -> str:
        self.nodes.append(self.make_node(operator, inputs, [out], name=out, **attributes))
        return out

    def _number(self, value: float) -> str:
        return self._constant_array(f"number {value.hex()}", np.array(value, np.float32))

    def _whole_numbers(self, *values: int) -> str:
        text = ",".join(map(str, values)) if len(values) < 5 else f"rows {len(self.constants)}"
        return self._constant_array(f"numbers {text}", np.array(values, np.int64))

    def _constant_array(self, name: str, array: np.ndarray) -> str:
        self.constants[name] = array
        return name
