"""A step program as readable equations, one line for each part of the new state and for each value that is used more than once.

What is used once is written where it is used. `a₁`, `a₂`, … are blocks of equally many rows; `a[0:8]` are the rows 0 to 7. Sums and
products are in the program's order.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from anylength.programs.notation import ATOM, POWER, level_needed, level_of, listed, short_names, subscript
from anylength.programs.operations import LEAVES, OPERATIONS
from anylength.programs.program import Instruction, Program
from anylength.programs.state_names import StateNames

LONGEST = 90
"""Characters of the longest expression that has no name. A longer line does not fit on a screen."""

ROWS = ("slice", "take")
"""Operations that take rows of a value."""

LETTERS = "agmpqruvwyzdefknjilt"
"""Names of values, in this order. Later values are called v1, v2, …."""

HOLE = re.compile(r"\{(\w+)\}")


def equations(program: Program) -> tuple[str, ...]:
    """The equations of a program, one a line: the state, the step, the logits."""
    step = _Writer(program, program.step, StateNames.of(program))
    lines = [step.states.line(program), *step.lines(), ""]
    answer = _Writer(program, program.answer, step.states, primed=True, taken=frozenset(step.names.values()))
    lines[-1:] = answer.lines()
    features, weight, bias = (
        answer.operand(len(program.answer) - 1, POWER),
        step.tensors[program.weight],
        step.tensors[program.bias],
    )
    return (*lines, f"logits = {weight} {features} + {bias}")


def signs(program: Program) -> str:
    """What the signs of a program's equations mean, in one sentence."""
    used = {item.op for item in (*program.step, *program.answer)} | {"matmul"}
    meanings = dict.fromkeys(operation.meaning for name, operation in OPERATIONS.items() if name in used and operation.meaning)
    return f"Signs: {'; '.join(meanings)}."


def value_names(program: Program) -> Mapping[int, str]:
    """The names that the equations give to values of the step, by number."""
    return _Writer(program, program.step, StateNames.of(program)).names


@dataclass
class _Writer:
    """Writes one list of instructions.

    Attributes:
        program: The program.
        instructions: Its step or its answer.
        states: The names of the state's parts.
        primed: Whether `state` is the new state, as in an answer.
        taken: Names that are taken.
    """

    program: Program
    instructions: tuple[Instruction, ...]
    states: StateNames
    primed: bool = False
    taken: frozenset[str] = frozenset()
    names: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tensors = short_names(self.program)
        self.slices: dict[int, set[tuple[int, int]]] = {}
        self._sizes: dict[int, int] = {}
        uses: Counter[int] = Counter()
        for item in self.instructions:
            argument = self._origin(item.arguments[0]) if item.arguments else -1
            if item.op == "slice":
                self.slices.setdefault(argument, set()).add((item["start"], item["stop"]))
            if item.op in ROWS and not self._is_plain(item):
                uses[argument] += 2  # rows are taken of a value with a name
            elif not self._is_plain(item):
                uses.update(self._origin(n) for n in self._mentioned(item))
        self._name(uses)

    def _name(self, uses: Counter[int]) -> None:
        """Names the parts of the new state, what is used twice, and what is too long."""
        free = iter(self._free_names())
        parts = self._parts() if not self.primed else {}
        for number, item in enumerate(self.instructions):
            is_short = item.op in ROWS and not self._is_nested(item) and not (item.op == "take" and uses[number] > 1)
            if item.op in LEAVES or self._is_plain(item) or is_short:
                continue
            if number in parts:
                self.names[number] = f"{parts[number]}'"
            elif number == len(self.instructions) - 1:
                continue
            elif uses[number] > 1 or len(self._expression(number)[0]) > LONGEST:
                self.names[number] = next(free)

    def _is_nested(self, item: Instruction) -> bool:
        """Whether the value is rows of rows, which may go on for ever."""
        return self.instructions[self._origin(item.arguments[0])].op in ROWS

    def _parts(self) -> dict[int, str]:
        """The values that are parts of the new state, with their names."""
        last = self.instructions[-1]
        numbers = last.arguments if last.op == "concatenate" else (len(self.instructions) - 1,)
        return {number: name for number, (name, _, _) in reversed(list(zip(numbers, self.states.parts, strict=True)))}

    def _free_names(self) -> Iterator[str]:
        taken = self.taken | set(self.tensors.values()) | {name for name, _, _ in self.states.parts} | {"s", "x"}
        yield from (letter for letter in LETTERS if letter not in taken)
        yield from (name for k in range(1, len(self.instructions) + 1) if (name := f"v{k}") not in taken)

    def _is_plain(self, item: Instruction) -> bool:
        """Whether the value has the text of its argument: a stored value, or one row repeated."""
        return item.op == "stored" or (item.op == "take" and self.instructions[item.arguments[0]].rows == 1)

    def _origin(self, number: int) -> int:
        """The value whose text a value has."""
        while self._is_plain(self.instructions[number]):
            number = self.instructions[number].arguments[0]
        return number

    def _mentioned(self, item: Instruction) -> list[int]:
        """The arguments as often as the text mentions them."""
        if item.op == "concatenate":
            return list(item.arguments)
        return [item.arguments[int(hole)] for hole in HOLE.findall(_text(item)) if hole.isdigit()]

    def lines(self) -> list[str]:
        """A line for each name, and for parts of the new state that are old values."""
        written = [f"{name} = {self._expression(number)[0]}{self._blocks(number)}" for number, name in sorted(self.names.items())]
        if self.primed or self.instructions[-1].op != "concatenate":
            return written if self.names or self.primed else [f"h' = {self.operand(len(self.instructions) - 1, 0)}"]
        pairs = zip(self.instructions[-1].arguments, self.states.parts, strict=True)
        others = [(f"{name}'", number) for number, (name, _, _) in pairs if self.names.get(number) != f"{name}'"]
        return written + [f"{name} = {self.operand(number, 0)}" for name, number in others]

    def operand(self, number: int, level: int) -> str:
        """The text of a value where signs that bind less than `level` need parentheses."""
        number = self._origin(number)
        text, own = (self.names[number], ATOM) if number in self.names else self._expression(number)
        return text if own >= level else f"({text})"

    def _expression(self, number: int) -> tuple[str, int]:
        """The text of an operation, and how strongly its signs bind."""
        item = self.instructions[number]
        if item.op == "state":
            return self.states.text(0, item.rows, "'" if self.primed else ""), ATOM
        if item.op in ROWS:
            return self._rows(item), ATOM
        text = "({all})" if item.op == "concatenate" else _text(item)
        return HOLE.sub(lambda hole: self._filled(item, hole, text), text), level_of(text)

    def _filled(self, item: Instruction, hole: re.Match[str], text: str) -> str:
        """What stands for a placeholder."""
        name = hole[1]
        if name == "all":
            return ", ".join(self.operand(number, 0) for number in item.arguments)
        if name.isdigit():
            return self.operand(item.arguments[int(name)], level_needed(text[: hole.start()], text[hole.end() :]))
        if name == "name":
            return self.tensors[item["name"]]
        if name == "weight":
            whole = (item["start"], item["stop"]) == (0, dict(self.program.shapes)[item["weight"]][0])
            return self.tensors[item["weight"]] + ("" if whole else f"[{item['start']}:{item['stop']}]")
        return str(np.float32(item[name])).removesuffix(".0").replace("-", "−")

    def _rows(self, item: Instruction) -> str:
        """Rows of a value."""
        number = self._origin(item.arguments[0])
        source = self.instructions[number]
        if item.op == "take":
            return f"{self.operand(number, ATOM)}[{listed(item['rows'], source.rows)}]"
        if source.op == "state":
            return self.states.text(item["start"], item["stop"], "'" if self.primed else "")
        size = self._block_size(number)
        rows = subscript(item["start"] // size + 1) if size else f"[{item['start']}:{item['stop']}]"
        return f"{self.operand(number, ATOM)}{rows}"

    def _block_size(self, number: int) -> int:
        """The rows of a block, where all slices of a value are blocks of equally many rows; else 0."""
        if self.names.get(number, "'").endswith("'"):
            return 0
        if number not in self._sizes:
            sizes = {stop - start for start, stop in self.slices.get(number, ())}
            size = sizes.pop() if len(sizes) == 1 else 0
            self._sizes[number] = size if size and all(start % size == 0 for start, _ in self.slices[number]) else 0
        return self._sizes[number]

    def _blocks(self, number: int) -> str:
        size = self._block_size(number)
        return (
            f"    (blocks of {size} row{'s' if size > 1 else ''}: {self.names[number]}₁, {self.names[number]}₂, …)" if size else ""
        )


def _text(item: Instruction) -> str:
    """The text of an operation; a factor of −1 is a sign."""
    return "−{0}" if item.op == "scale" and item["factor"] == -1.0 else OPERATIONS[item.op].text
