"""Instructions of a step program as ONNX nodes.

Values are `[B, rows]`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from anylength.interchange.text.lowering import MOVED
from anylength.interchange.text.written import WRITTEN
from anylength.programs import Instruction, Program, ancestors

ONE_OPERATOR = {name: written.onnx for name, written in WRITTEN.items() if written.onnx}
"""Operations that are one operator of the same arguments."""

TENSOR = "net."
"""What the names of the net's tensors begin with in the file, so that they differ from all others."""


@dataclass
class ProgramNodes:
    """The nodes of a graph that computes values of a program.

    Attributes:
        program: The program.
        make_node: `onnx.helper.make_node`.
        words: A value with a row for each word of the batch; None where the batch is one word.
        nodes: The nodes so far.
        constants: Arrays that the nodes use beside the tensors, by name.
    """

    program: Program
    make_node: Callable[..., Any]
    words: str | None
    nodes: list[Any] = field(default_factory=list)
    constants: dict[str, np.ndarray] = field(default_factory=dict)

    def logits(self, state: str, out: str) -> None:
        """Adds the nodes of the answer and of the read-out, from a new state of this name to logits of that name."""
        features = self.values(self.program.answer, {"state": state}, "answer")[-1]
        self.add("Gemm", [features, TENSOR + self.program.weight, TENSOR + self.program.bias], out, transB=1)

    def values(
        self,
        instructions: tuple[Instruction, ...],
        leaves: Mapping[str, str],
        prefix: str,
        *,
        wanted: Iterable[int] | None = None,
        given: Mapping[int, str] | None = None,
    ) -> list[str]:
        """Adds the nodes that some values need; the names of these values, each with a row for each word.

        Args:
            instructions: The step or the answer of the program.
            leaves: The names of `symbol` and `state`.
            prefix: What the names of the new values begin with.
            wanted: The numbers of the values; None means the last one.
            given: The names of values that are there already, each with a row for each word. Nothing behind them is computed.
        """
        numbers = [len(instructions) - 1] if wanted is None else list(wanted)
        known = given or {}
        names, self._rows = dict(known), [item.rows for item in instructions]
        for number in ancestors(instructions, numbers, known):
            item = instructions[number]
            arguments = [names[argument] for argument in item.arguments]
            names[number] = leaves.get(item.op) or self._value(item, arguments, f"{prefix}.{number}")
        return [names[number] for number in numbers]

    def add(self, operator: str, inputs: list[str], out: str, **attributes: Any) -> str:
        """Adds a node with one result; its name."""
        self.nodes.append(self.make_node(operator, inputs, [out], name=out, **attributes))
        return out

    def array(self, name: str, value: np.ndarray) -> str:
        """Adds a constant; its name."""
        self.constants[name] = value
        return name

    def _for_each_word(self, name: str, rows: int, out: str) -> str:
        """A row of numbers, repeated for each word of the batch."""
        if self.words is None:
            return name
        words = self.add("Shape", [self.words], f"{out}.words", start=0, end=1)
        shape = self.add("Concat", [words, self._whole_numbers(rows)], f"{out}.shape", axis=0)
        return self.add("Expand", [name, shape], f"{out}.whole")

    def _value(self, item: Instruction, of: list[str], out: str) -> str:
        """Adds the nodes of an operation; the name of its result."""
        if item.op == "concatenate":
            return self.add("Concat", of, out, axis=1)
        if item.op in ONE_OPERATOR:
            return self.add(ONE_OPERATOR[item.op], of, out)
        if item.op in MOVED:
            return self._moved(item, of[0], out)
        make = getattr(self, f"_{item.op}")
        return make(item, *of, out)

    def _moved(self, item: Instruction, value: str, out: str) -> str:
        if item.op == "stored":
            return value
        if item.op == "take":
            return self.add("Gather", [value, self._whole_numbers(*item["rows"])], out, axis=1)
        return self._sliced(value, item["start"], item["stop"], 1, out)

    def _sliced(self, value: str, start: int, stop: int, axis: int, out: str) -> str:
        return self.add("Slice", [value, *map(self._whole_numbers, (start, stop, axis))], out)

    def _tensor(self, item: Instruction, out: str) -> str:
        row = self.add("Unsqueeze", [TENSOR + item["name"], self._whole_numbers(0)], out)
        return self._for_each_word(row, item.rows, out)

    def _constant(self, item: Instruction, out: str) -> str:
        row = self.array(out, np.full((1, item.rows), item["value"], np.float32))
        return self._for_each_word(row, item.rows, out)

    def _matmul(self, item: Instruction, value: str, out: str) -> str:
        weight, rows = TENSOR + item["weight"], dict(self.program.shapes)[item["weight"]][0]
        if (item["start"], item["stop"]) != (0, rows):
            weight = self._sliced(weight, item["start"], item["stop"], 0, f"{out}.rows")
        return self.add("Gemm", [value, weight], out, transB=1)

    def _matvec(self, item: Instruction, matrix: str, vector: str, out: str) -> str:
        columns = self._rows[item.arguments[1]]
        shape = self._whole_numbers(0, item.rows, columns)
        cube = self.add("Reshape", [matrix, shape], f"{out}.matrix")
        column = self.add("Unsqueeze", [vector, self._whole_numbers(2)], f"{out}.vector")
        return self.add("Squeeze", [self.add("MatMul", [cube, column], f"{out}.product"), self._whole_numbers(2)], out)

    def _scale(self, item: Instruction, value: str, out: str) -> str:
        return self.add("Mul", [self._number(item["factor"]), value], out)

    def _square(self, _: Instruction, value: str, out: str) -> str:
        return self.add("Mul", [value, value], out)

    def _silu(self, _: Instruction, value: str, out: str) -> str:
        return self.add("Mul", [value, self.add("Sigmoid", [value], f"{out}.share")], out)

    def _rsqrt(self, _: Instruction, value: str, out: str) -> str:
        return self.add("Reciprocal", [self.add("Sqrt", [value], f"{out}.root")], out)

    def _mean(self, _: Instruction, value: str, out: str) -> str:
        return self.add("ReduceMean", [value, self._whole_numbers(1)], out, keepdims=1)

    def _mean_square(self, item: Instruction, value: str, out: str) -> str:
        return self._mean(item, self._square(item, value, f"{out}.squares"), out)

    def _center(self, item: Instruction, value: str, out: str) -> str:
        return self.add("Sub", [value, self._mean(item, value, f"{out}.mean")], out)

    def _normalize(self, item: Instruction, value: str, mean_square: str, out: str) -> str:
        total = self.add("Add", [mean_square, self._number(item["epsilon"])], f"{out}.sum")
        return self.add("Div", [value, self.add("Sqrt", [total], f"{out}.root")], out)

    def _softmax(self, _: Instruction, value: str, out: str) -> str:
        return self.add("Softmax", [value], out, axis=1)

    def _lerp(self, _: Instruction, share: str, zero: str, one: str, out: str) -> str:
        rest = self.add("Sub", [self._number(1.0), share], f"{out}.rest")
        parts = [self.add("Mul", [rest, zero], f"{out}.zero"), self.add("Mul", [share, one], f"{out}.one")]
        return self.add("Add", parts, out)

    def _number(self, value: float) -> str:
        return self.array(f"number {value.hex()}", np.array(value, np.float32))

    def _whole_numbers(self, *values: int) -> str:
        text = ",".join(map(str, values)) if len(values) < 5 else f"rows {len(self.constants)}"
        return self.array(f"numbers {text}", np.array(values, np.int64))
