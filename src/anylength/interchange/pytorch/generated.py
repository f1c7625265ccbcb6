"""A step program as the source of a plain `torch.nn.Module`, made of PyTorch's functions. Values are `[…, rows]`."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from anylength.interchange.text.arrays import MOVED, arrays_needed, is_repeated
from anylength.interchange.text.description import NetDescription
from anylength.interchange.text.language import ATOM, SIGN, SUM, Language, Template, template_of
from anylength.interchange.text.written import WRITTEN
from anylength.programs import Instruction, Program, value_names

ROWS = {name: written.torch for name, written in WRITTEN.items()} | {
    "mean": Template("{0}.mean(dim=-1, keepdim=True)", ATOM, (ATOM,)),
    "mean_square": Template("{0}.square().mean(dim=-1, keepdim=True)", ATOM, (ATOM,)),
    "center": Template("{0} - {0}.mean(dim=-1, keepdim=True)", SUM, (ATOM,)),
    "softmax": Template("torch.softmax({0}, dim=-1)"),
    "matmul": Template("F.linear({0}, {weight})"),
    "matvec": Template("({0}.unflatten(-1, (-1, {columns})) @ {1}.unsqueeze(-1)).squeeze(-1)", ATOM, (ATOM, ATOM)),
    "concatenate": Template("torch.cat([{all}], dim=-1)"),
}
"""An expression for each operation."""

TORCH = Language(
    rows=ROWS, negated=Template("-{0}", SIGN, (ATOM,)), calls={}, loop="", single="", outermost=str, part="", quotient="",
    number=lambda value: str(np.float32(value)), functions={},
)  # fmt: skip
"""PyTorch."""


@dataclass
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
    names: dict[int, str]
    prefix: str
    named: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._has_batch: list[bool] = []
        for item in self.instructions:
            has_it = item.op in ("symbol", "state", "concatenate") or any(self._has_batch[number] for number in item.arguments)
            self._has_batch.append(has_it)

    def lines(self) -> Iterator[str]:
        """An assignment for each value that has a name, is used more than once, or is too long."""
        for number in sorted((arrays_needed(self.instructions, TORCH) | set(self.names)) - {len(self.instructions) - 1}):
            if self.instructions[number].op not in ("symbol", "constant"):
                text, _ = self._expression(number)
                self.named[number] = self.names.get(number, f"{self.prefix}{number}")
                yield f"{self.named[number]} = {text}"

    def last(self) -> str:
        """The last value, for every word of the batch."""
        return self._whole(len(self.instructions) - 1)

    def _whole(self, number: int) -> str:
        """A value that has the batch's axes."""
        text, level = self._expression(number)
        if self._has_batch[number]:
            return text
        return f"{text if level == ATOM else f'({text})'}.expand(*x.shape[:-1], -1)"

    def _expression(self, number: int) -> tuple[str, int]:
        """The text of a value, and how strongly its outermost sign binds."""
        item = self.instructions[number]
        if number in self.named:
            return self.named[number], ATOM
        if item.op in ("symbol", "state"):
            return {"symbol": "x", "state": "state"}[item.op], ATOM
        if item.op == "tensor":
            return f"self.{self.net.variables[item['name']]}", ATOM
        if item.op == "constant":
            return f"x.new_full(({item.rows},), {TORCH.number(item['value'])})", ATOM
        if item.op in MOVED:
            return self._moved(item)
        template = template_of(item, TORCH)
        operands = [self._operand(argument, need) for argument, need in zip(item.arguments, template.needs, strict=False)]
        numbers = {name: TORCH.number(value) for name, value in item.attributes if isinstance(value, float)}
        more = {"weight": self._matrix(item)} if item.op == "matmul" else {}
        more |= {"all": ", ".join(map(self._whole, item.arguments))} if item.op == "concatenate" else {}
        return template.text.format(*operands, columns=self._rows_of_last(item), **numbers, **more), template.level

    def _operand(self, number: int, need: int) -> str:
        text, level = self._expression(number)
        return text if level >= need else f"({text})"

    def _moved(self, item: Instruction) -> tuple[str, int]:
        """Rows of a value."""
        source, count = item.arguments[0], self.instructions[item.arguments[0]].rows
        if item.op == "stored":
            return self._expression(source)
        text = self._operand(source, ATOM)
        if item.op == "slice":
            return f"{text}[..., {item['start']}:{item['stop']}]", ATOM
        times = item.rows // count
        if is_repeated(item["rows"], count, each=True):
            return f"{text}.repeat_interleave({times}, dim=-1)", ATOM
        if is_repeated(item["rows"], count, each=False):
            return f"{text}.tile({times})", ATOM
        is_one = len(set(item["rows"])) == 1
        rows = f"[{item['rows'][0]}] * {item.rows}" if is_one else str(list(item["rows"]))
        return f"{text}[..., {rows}]", ATOM

    def _matrix(self, item: Instruction) -> str:
        """The matrix of a product, or rows of it."""
        name = f"self.{self.net.variables[item['weight']]}"
        is_whole = (item["start"], item["stop"]) == (0, dict(self.net.program.shapes)[item["weight"]][0])
        return name if is_whole else f"{name}[{item['start']}:{item['stop']}]"

    def _rows_of_last(self, item: Instruction) -> int:
        return self.instructions[item.arguments[-1]].rows


@dataclass(frozen=True)
class ModuleSource:
    """What the template of the module shows: lines of the step and of the answer, the new state, and the features."""

    program: Program
    step: list[str]
    new_state: str
    answer: list[str]
    features: str


def module_source(net: NetDescription) -> ModuleSource:
    """The parts of the module of a net."""
    signs = str.maketrans({"'": "_new", **{chr(0x2080 + digit): str(digit) for digit in range(10)}})
    names = {number: f"{name}_" if name == "x" else name.translate(signs) for number, name in value_names(net.program).items()}
    step = Source(net, net.program.step, names, "v_")
    answer = Source(net, net.program.answer, {}, "f_")
    lines, answer_lines = list(step.lines()), list(answer.lines())
    return ModuleSource(net.program, lines, step.last(), answer_lines, answer.last())
