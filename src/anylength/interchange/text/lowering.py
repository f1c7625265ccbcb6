"""The code of a net's step in C or JavaScript: straight-line code, an array and a statement for each value of its program.

A tensor may be written as integers: an array of the tensor's own name, and one of a scale for each of its rows.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from anylength.interchange.text.description import NetDescription
from anylength.interchange.text.language import CALLS, Language
from anylength.programs import Instruction

MOVED = ("slice", "take", "stored")
"""Operations whose rows are rows of their argument."""

STACK_NUMBERS = 1 << 16
"""Numbers in the arrays of a function: 256 KiB of float32. Larger ones do not fit every stack."""


@dataclass(frozen=True)
class Place:
    """Where a value lies: from row `first` of an array on."""

    array: str
    first: int = 0


@dataclass
class Lowering:
    """The statements of a list of instructions, made at once.

    Attributes:
        net: The net.
        language: The language.
        instructions: The list: the step or the answer of the net's program.
        names: Names for values, by number.
        prefix: What the names of its arrays begin with.
        integers: The variables of the tensors that are written as integers.
        statements: The statements.
        arrays: The rows of each array that they fill.
        tables: Numbers of rows that they look up.
        operations: The operations that they compute, and `columns`.
        value: The array of the last value.
    """

    net: NetDescription
    language: Language
    instructions: tuple[Instruction, ...]
    names: Mapping[int, str] = field(default_factory=dict)
    prefix: str = ""
    integers: Collection[str] = ()
    statements: list[str] = field(default_factory=list)
    arrays: dict[str, int] = field(default_factory=dict)
    tables: dict[str, tuple[int, ...]] = field(default_factory=dict)
    operations: set[str] = field(default_factory=set)
    value: str = field(init=False)

    def __post_init__(self) -> None:
        self._places: dict[int, Place] = {}
        self._owners: dict[str, int] = {}
        self._last_uses = last_uses(self.instructions)
        for number, item in enumerate(self.instructions):
            if item.op not in ("symbol", "constant"):  # these get an array where an operation needs one
                self._places[number] = self._placed(number, item)
        self.value = self._array(len(self.instructions) - 1)

    def _placed(self, number: int, item: Instruction) -> Place:
        """Where a value lies, after a statement that puts it there if it is not there already."""
        if item.op == "state":
            return Place("state")
        if item.op == "tensor":
            return Place(self.net.variables[item["name"]])
        if item.op in ("slice", "stored"):
            place = self._place(item.arguments[0])
            return Place(place.array, place.first + (item["start"] if item.op == "slice" else 0))
        place = self._destination(number, item)
        if item.op == "concatenate":
            first = 0
            for argument in item.arguments:
                rows = self.instructions[argument].rows
                self._loop(Place(place.array, first), rows, self._row(argument, rows))
                first += rows
        elif item.op in CALLS:
            self._call(item, place)
        else:
            self._loop(place, item.rows, self._expression(number, item))
        return place

    def _destination(self, number: int, item: Instruction) -> Place:
        """An array for a new value: one whose value is no longer needed, where the language shares arrays, or a new one."""
        free = [array for array, owner in self._owners.items() if self.arrays[array] >= item.rows and self._is_free(owner, number)]
        if free:
            array = min(free, key=lambda name: self.arrays[name])
        else:
            own = self.names.get(number, f"{self.prefix}t{number}")
            array = f"{self.prefix}v{len(self._owners)}" if self.language.shares_arrays else own
            self.arrays[array] = item.rows
        if self.language.shares_arrays:
            self._owners[array] = number
        return Place(array)

    def _is_free(self, owner: int, number: int) -> bool:
        """Whether a new value may overwrite an old one: after its last use, or row by row while it is used for the last time."""
        item = self.instructions[number]
        if self._last_uses[owner] != number:
            return self._last_uses[owner] < number
        used = [argument for argument in item.arguments if root(self.instructions, argument) == owner]
        return item.op in self.language.rows and all(self.instructions[argument].rows == item.rows for argument in used)

    def _place(self, number: int) -> Place:
        """Where a value lies."""
        if number not in self._places:
            self._places[number] = self._placed(number, self.instructions[number])
        return self._places[number]

    def _call(self, item: Instruction, place: Place) -> None:
        """Adds the call that fills an array."""
        name, arguments = item.op, item.arguments
        values = [] if name == "columns" else [self._array(argument) for argument in arguments if not self._is_lookup(item)]
        columns = self.instructions[arguments[-1]].rows if arguments else item.rows
        if item.op == "matmul":
            name = "columns" if self._is_lookup(item) else "matmul"
            weight = self.net.variables[item["weight"]]
            values.insert(0, self._from(Place(weight, item["start"] * columns)))
            if weight in self.integers:
                name, values[0] = f"{name}_int8", f"{values[0]}, {self._from(Place(scales_of(weight), item['start']))}"
        self.operations.add(name)
        self.statements.append(CALLS[name].format(*values, out=place.array, rows=item.rows, columns=columns))
        memory = self.net.program.memory
        if item.op == "symbol" and memory is not None:
            self._loop(Place(place.array, item.rows - memory.rows), memory.rows, "tops[k]")

    def _is_lookup(self, item: Instruction) -> bool:
        """Whether an operation is a matrix times the encoded symbol without tops of stacks: a sum of columns."""
        is_symbol = item.op == "matmul" and self.instructions[item.arguments[0]].op == "symbol"
        return is_symbol and self.net.program.memory is None

    def _loop(self, place: Place, rows: int, expression: str) -> None:
        """Adds the loop that fills rows of an array."""
        out = f"{place.array}[{self._index(place.first)}]"
        self.statements.append(self.language.loop.format(rows=rows, out=out, expression=expression))

    def _expression(self, number: int, item: Instruction) -> str:
        """Row k of a value."""
        if item.op == "constant":
            return self.language.number(item["value"])
        if item.op == "take":
            return self._taken(number, item)
        operands = [self._row(argument, item.rows) for argument in item.arguments]
        numbers = {name: self.language.number(value) for name, value in item.attributes if isinstance(value, float)}
        self.operations.add(item.op)
        return self.language.rows[item.op].format(*operands, **numbers)

    def _row(self, number: int, rows: int) -> str:
        """Row k of an argument of an operation with so many rows: its one row if it has one."""
        item = self.instructions[number]
        if item.op == "constant":
            return f"({self._expression(number, item)})"
        place = self._place(number)
        return self._element(place.array, str(place.first) if item.rows < rows else self._index(place.first))

    def _taken(self, number: int, item: Instruction) -> str:
        """Row k of rows in another order."""
        place, rows = self._place(item.arguments[0]), item["rows"]
        count = self.instructions[item.arguments[0]].rows
        if len(set(rows)) == 1:
            index = str(place.first + rows[0])
        elif is_repeated(rows, count, each=True):
            index = self._index(place.first, self.language.quotient.format(len(rows) // count))
        elif is_repeated(rows, count, each=False):
            index = self._index(place.first, f"k % {count}")
        else:
            table = f"{self.prefix}rows{number}"
            self.tables[table] = rows
            index = self._index(place.first, f"{table}[k]")
        return self._element(place.array, index)

    def _index(self, first: int, row: str = "k") -> str:
        return f"{first} + {row}" if first else row

    def _element(self, array: str, index: str) -> str:
        """An element of an array."""
        return element(array, index, self.integers)

    def _array(self, number: int) -> str:
        """A value as an argument of a function; of integers, the floats that they stand for."""
        if self._place(number).array in self.integers:
            place, rows = Place(f"{self.prefix}t{number}"), self.instructions[number].rows
            self.arrays[place.array] = rows
            self._loop(place, rows, self._row(number, rows))
            self._places[number] = place
        return self._from(self._place(number))

    def _from(self, place: Place) -> str:
        return self.language.part.format(name=place.array, start=place.first) if place.first else place.array


def root(instructions: Sequence[Instruction], number: int) -> int:
    """The value in whose array a value lies."""
    while instructions[number].op in ("slice", "stored"):
        number = instructions[number].arguments[0]
    return number


def last_uses(instructions: Sequence[Instruction]) -> list[int]:
    """The number of the last instruction that uses each value's array."""
    last = list(range(len(instructions)))
    for number, item in enumerate(instructions):
        for argument in item.arguments:
            last[root(instructions, argument)] = number
    return last


def scales_of(variable: str) -> str:
    """The array of the scales of a tensor that is written as integers."""
    return f"scale_of_{variable}"


def element(array: str, index: str, integers: Collection[str]) -> str:
    """An element of an array, which may be a vector of integers."""
    return f"({scales_of(array)}[0] * (float){array}[{index}])" if array in integers else f"{array}[{index}]"


def is_repeated(rows: tuple[int, ...], count: int, *, each: bool) -> bool:
    """Whether these are all rows of a value of so many, each several times in sequence, or all of them several times."""
    times = len(rows) // count
    one_by_one = [row for row in range(count) for _ in range(times)] if each else list(range(count)) * times
    return times > 1 and list(rows) == one_by_one


@dataclass(frozen=True)
class StepCode:
    """The code of a step.

    Attributes:
        step: The statements that compute the new state from the array `state`, its arrays, and where it lies.
        answer: The same for the features, from the array `state`, which holds the new state.
    """

    step: Lowering
    answer: Lowering

    @property
    def tables(self) -> dict[str, tuple[int, ...]]:
        """Numbers of rows that the statements look up, by name."""
        return self.step.tables | self.answer.tables

    @property
    def operations(self) -> set[str]:
        """The operations that the statements compute."""
        return self.step.operations | self.answer.operations

    @property
    def is_large(self) -> bool:
        """Whether the arrays are too large for a stack."""
        return sum(self.step.arrays.values()) + sum(self.answer.arrays.values()) > STACK_NUMBERS


def step_code(net: NetDescription, language: Language, integers: Collection[str] = ()) -> StepCode:
    """The code of a net's step; `integers` are the variables of the tensors that are written as integers."""
    step = Lowering(net, language, net.program.step, net.names, integers=integers)
    return StepCode(step, Lowering(net, language, net.program.answer, prefix="answer_", integers=integers))
