"""A step program: one step of a recurrent net as data, a straight-line list of operations.

The net reads one symbol a step. `step` computes the new state from the state and the encoded symbol; `answer` computes the features
from the new state alone; the logits are W·features + b for the read-out's tensors. Each list refers to its earlier
values by number, and its last value is its result. See `operations` for the table of operations.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from anylength.programs.operations import LEAVES, OPERATIONS

MAX_INSTRUCTIONS = 10_000
"""Most instructions of a program. A stack of four large cells has a few hundred; a longer list takes minutes to check."""

Shapes = Mapping[str, tuple[int, ...]]
"""The shape of each tensor by name."""


@dataclass(frozen=True)
class Instruction:
    """One operation on earlier values.

    Attributes:
        op: Its name in `OPERATIONS`.
        arguments: The numbers of the earlier values.
        attributes: Its attributes, in the order of their names.
        rows: The rows of its result.
    """

    op: str
    arguments: tuple[int, ...]
    attributes: tuple[tuple[str, Any], ...]
    rows: int

    def __getitem__(self, name: str) -> Any:
        """The attribute of this name."""
        return dict(self.attributes)[name]


@dataclass(frozen=True)
class Memory:
    """The stacks that a step reads and writes.

    The symbol ends with the tops of all stacks, zeros where one is empty; the state ends with the values that may be pushed. From
    the features come two numbers z for each stack: where the first is ½ or more, its value is pushed; else, where the second is
    ½ or more, the top is popped; where the first, or the second, is −½ or less, not. A proof shows that no other z is met.

    Attributes:
        weight: The tensor `[2·K, F]` of the weights of z.
        bias: The tensor `[2·K]` of its biases.
        stacks: K.
        width: M, the numbers of a vector on a stack.
    """

    weight: str
    bias: str
    stacks: int
    width: int

    @property
    def rows(self) -> int:
        """The rows of all tops, and of all values that may be pushed."""
        return self.stacks * self.width


@dataclass(frozen=True)
class Program:
    """One step of a net. Immutable and hashable; the tensors lie elsewhere.

    Attributes:
        encoded: E, the rows of an encoded symbol.
        state: D, the rows of a state.
        start: The tensor `[D]` that holds the start state; None for zeros.
        step: The instructions that compute the new state.
        cut: Values of `step` that depend on the old state alone, and are all that the others need of it. Proofs keep their boxes.
        answer: The instructions that compute the features from the new state.
        weight: The tensor `[C, F]` of the read-out's weights.
        bias: The tensor `[C]` of its biases.
        shapes: Name and shape of each tensor, in the order of the names.
        memory: The stacks of the net, if it has any.
    """

    encoded: int
    state: int
    start: str | None
    step: tuple[Instruction, ...]
    cut: tuple[int, ...]
    answer: tuple[Instruction, ...]
    weight: str
    bias: str
    shapes: tuple[tuple[str, tuple[int, ...]], ...]
    memory: Memory | None = None

    @property
    def features(self) -> int:
        """F, the rows that the read-out reads."""
        return self.answer[-1].rows

    @property
    def classes(self) -> int:
        """C, the output classes."""
        return dict(self.shapes)[self.weight][0]

    @property
    def rows_read(self) -> tuple[int, ...]:
        """The rows of the state that a step reads, in order. Others are features, kept for the answer alone."""
        read: set[int] = set()
        for number in ancestors(self.step, [len(self.step) - 1]):
            item = self.step[number]
            if any(self.step[argument].op == "state" for argument in item.arguments):
                read |= set(_rows_taken(item) or range(self.state))
        return tuple(sorted(read))

    @property
    def boxed(self) -> int:
        """M, the rows of the cut's values together."""
        return sum(self.step[value].rows for value in self.cut)


def _rows_taken(item: Instruction) -> Iterable[int] | None:
    """The rows that an instruction takes of its argument; None where it may take all."""
    if item.op == "slice":
        return range(item["start"], item["stop"])
    return item["rows"] if item.op == "take" else None


def instruction(
    op: str, arguments: Iterable[int], attributes: Mapping[str, Any], argument_rows: list[int], rows: int = 0
) -> Instruction:
    """An instruction whose rows follow from its arguments and attributes; `rows` gives those of a leaf.

    Raises:
        ValueError: The operation is unknown, or arguments, attributes and rows do not fit it.
    """
    if op not in OPERATIONS:
        raise ValueError(f"an unknown operation {op!r}")
    operation, numbers = OPERATIONS[op], tuple(arguments)
    if set(attributes) != set(operation.attributes):
        raise ValueError(f"{op} with the attributes {', '.join(sorted(attributes)) or 'none'}")
    if len(numbers) != operation.arguments and not (operation.arguments is None and numbers):
        raise ValueError(f"{op} of {len(numbers)} values")
    known = {"rows": rows, **attributes} if op in LEAVES else attributes
    return Instruction(op, numbers, tuple(sorted(attributes.items())), operation.rows(argument_rows, known))


def ancestors(instructions: tuple[Instruction, ...], wanted: Iterable[int], given: Iterable[int] = ()) -> list[int]:
    """The numbers of all values that the wanted ones need, in ascending order; nothing behind a given value is needed."""
    known, needed, waiting = set(given), set(), list(wanted)
    while waiting:
        value = waiting.pop()
        if value not in needed and value not in known:
            needed.add(value)
            waiting += instructions[value].arguments
    return sorted(needed)
