"""A step program as the source of a plain `torch.nn.Module`, made of PyTorch's functions: a line for each value `[…, rows]`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from anylength.interchange.text.description import NetDescription
from anylength.interchange.text.lowering import is_repeated
from anylength.interchange.text.written import WRITTEN
from anylength.programs import Instruction, Program

EXPRESSIONS: Mapping[str, str] = {name: written.torch for name, written in WRITTEN.items()} | {
    "tensor": "{tensor}.expand(*x.shape[:-1], -1)",
    "constant": "x.new_full((*x.shape[:-1], {rows}), {value})",
    "slice": "{0}[..., {start}:{stop}]",
    "stored": "{0}",
    "mean": "{0}.mean(dim=-1, keepdim=True)",
    "mean_square": "{0}.square().mean(dim=-1, keepdim=True)",
    "center": "{0} - {0}.mean(dim=-1, keepdim=True)",
    "softmax": "torch.softmax({0}, dim=-1)",
    "matmul": "F.linear({0}, {weight})",
    "matvec": "({0}.unflatten(-1, (-1, {columns})) @ {1}.unsqueeze(-1)).squeeze(-1)",
    "concatenate": "torch.cat([{all}], dim=-1)",
}
"""An expression for each operation, of arguments that are names."""


@dataclass(frozen=True)
class Source:
    """The lines of one list of instructions.

    Attributes:
        net: The net.
        instructions: Its program's step or answer.
        names: Names for values, by number.
        prefix: What the names of other values begin with.
    """

    net: NetDescription
    instructions: tuple[Instruction, ...]
    names: Mapping[int, str]
    prefix: str

    @property
    def lines(self) -> Iterator[str]:
        """An assignment for each value."""
        for number, item in enumerate(self.instructions):
            if item.op not in ("symbol", "state"):
                yield f"{self._name(number)} = {self._expression(item)}"

    @property
    def last(self) -> str:
        """The last value."""
        return self._name(len(self.instructions) - 1)

    def _name(self, number: int) -> str:
        leaves = {"symbol": "x", "state": "state"}
        return leaves.get(self.instructions[number].op) or self.names.get(number, f"{self.prefix}{number}")

    def _expression(self, item: Instruction) -> str:
        arguments = [self._name(argument) for argument in item.arguments]
        columns = self.instructions[item.arguments[-1]].rows if arguments else 0
        if item.op == "take":
            return _taken(arguments[0], item["rows"], columns)
        given = {name: str(np.float32(value)) if isinstance(value, float) else value for name, value in item.attributes}
        given |= {"weight": self._matrix(item)} if item.op == "matmul" else {}
        given |= {"tensor": f"self.{self.net.variables[item['name']]}"} if item.op == "tensor" else {}
        return EXPRESSIONS[item.op].format(
            *arguments, **given | {"rows": item.rows, "columns": columns, "all": ", ".join(arguments)}
        )

    def _matrix(self, item: Instruction) -> str:
        """The matrix of a product, or rows of it."""
        name = f"self.{self.net.variables[item['weight']]}"
        is_whole = (item["start"], item["stop"]) == (0, dict(self.net.program.shapes)[item["weight"]][0])
        return name if is_whole else f"{name}[{item['start']}:{item['stop']}]"


def _taken(name: str, rows: tuple[int, ...], count: int) -> str:
    """Rows of a value of so many."""
    if is_repeated(rows, count, each=True):
        return f"{name}.repeat_interleave({len(rows) // count}, dim=-1)"
    if is_repeated(rows, count, each=False):
        return f"{name}.tile({len(rows) // count})"
    return f"{name}[..., {f'[{rows[0]}] * {len(rows)}' if len(set(rows)) == 1 else list(rows)}]"


@dataclass(frozen=True)
class ModuleSource:
    """What the template of the module shows: the lines of the step and of the answer."""

    program: Program
    step: Source
    answer: Source


def module_source(net: NetDescription) -> ModuleSource:
    """The parts of the module of a net."""
    step = Source(net, net.program.step, net.names, "v_")
    return ModuleSource(net.program, step, Source(net, net.program.answer, {}, "f_"))
