"""Lowers a list of instructions to statements of a programming language: straight-line code with loops over rows.

Each value becomes an array or a part of an expression. What is used once is written where it is used; products, means and the like
become calls that fill an array. Parts of the new state are written straight into its array.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from anylength.interchange.text.arrays import MOVED, arrays_needed, is_repeated, lying
from anylength.interchange.text.language import ATOM, SIGN, Language, template_of
from anylength.programs import Instruction


@dataclass(frozen=True)
class Place:
    """Where a value lies: from row `first` of an array on."""

    array: str
    first: int = 0


@dataclass(frozen=True)
class Index:
    """The number of a row: a variable plus a number; without a variable the number alone."""

    variable: str
    offset: int = 0

    def __str__(self) -> str:
        shown = [str(self.offset)] if self.offset or not self.variable else []
        return " + ".join([*shown, *([self.variable] if self.variable else [])])

    def plus(self, offset: int) -> "Index":
        """So many rows further."""
        return Index(self.variable, self.offset + offset)


@dataclass
class Lowering:
    """The statements of a list of instructions, made at once.

    Attributes:
        instructions: The list.
        language: The language.
        tensors: The name of the array of each tensor.
        columns: The columns of each matrix.
        names: Names for values, by number.
        result: The array for the last value; None: it may lie in any array.
        prefix: What the names of its other arrays begin with.
        statements: The statements.
        arrays: The rows of each array that they fill, but for `result`.
        tables: Numbers of rows that they look up.
    """

    instructions: tuple[Instruction, ...]
    language: Language
    tensors: Mapping[str, str]
    columns: Mapping[str, int]
    names: Mapping[int, str]
    result: str | None = None
    prefix: str = ""
    statements: list[str] = field(default_factory=list)
    arrays: dict[str, int] = field(default_factory=dict)
    tables: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._places: dict[int, Place] = {}
        self._last = len(self.instructions) - 1
        needed = arrays_needed(self.instructions, self.language) | (
            set() if self.result else {lying(self.instructions, self._last)}
        )
        parts = self._parts() if self.result else {}
        for number, item in enumerate(self.instructions):
            if item.op == "state":
                self._places[number] = Place("state")
            elif item.op == "tensor":
                self._places[number] = Place(self.tensors[item["name"]])
            elif number in parts and item.op not in (*MOVED, "symbol", "constant"):
                self._write(number, Place(str(self.result), parts[number]))
            elif number in needed and not (self.result and number == self._last):
                self._write(number, Place(self.names.get(number, f"{self.prefix}t{number}")))
                self.arrays[self._places[number].array] = item.rows
        if self.result:
            self._write_other_parts()

    @property
    def value(self) -> str:
        """The array of the last value."""
        return self._array(self._last)

    def _part_numbers(self) -> tuple[int, ...]:
        last = self.instructions[self._last]
        return last.arguments if last.op == "concatenate" else (self._last,)

    def _parts(self) -> dict[int, int]:
        """The first row in the result of each value that is a part of it."""
        first, parts = 0, {}
        for number in self._part_numbers():
            parts.setdefault(number, first)
            first += self.instructions[number].rows
        return parts

    def _write_other_parts(self) -> None:
        """Copies the parts of the result that are not written there: old values, the symbol, and a part that comes twice."""
        first = 0
        for number in self._part_numbers():
            if self._places.get(number) != Place(str(self.result), first):
                self._loop(number, Place(str(self.result), first), self.instructions[number].rows)
            first += self.instructions[number].rows

    def _write(self, number: int, place: Place) -> None:
        """The statement that puts a value into its place."""
        item, out = self.instructions[number], self._from(place.array, place.first)
        arguments = [self.instructions[argument].op for argument in item.arguments]
        if item.op == "concatenate":
            first = place.first
            for argument in item.arguments:
                self._loop(argument, Place(place.array, first), self.instructions[argument].rows)
                first += self.instructions[argument].rows
        elif item.op == "matmul":
            call = self.language.calls["columns" if arguments == ["symbol"] else "matmul"]
            columns = self.columns[item["weight"]]
            weights = self._from(self.tensors[item["weight"]], item["start"] * columns)
            vector = "symbol" if arguments == ["symbol"] else self._array(item.arguments[0])
            self.statements.append(call.format(weights, vector, out=out, rows=item.rows, columns=columns))
        elif item.op in self.language.calls:
            values = [self._array(argument) for argument in item.arguments]
            count = self.instructions[item.arguments[-1]].rows if item.arguments else item.rows
            self.statements.append(self.language.calls[item.op].format(*values, out=out, rows=item.rows, columns=count))
        else:
            self._loop(number, place, item.rows)
        self._places[number] = place

    def _loop(self, number: int, place: Place, rows: int) -> None:
        """Fills rows of an array, one by one."""
        index = Index("k" if rows > 1 else "")
        expression, _ = self._expression(number, index)
        text = self.language.loop if rows > 1 else self.language.single
        out = f"{place.array}[{index.plus(place.first)}]"
        self.statements.append(text.format(rows=rows, out=out, expression=self.language.outermost(expression)))

    def _array(self, number: int) -> str:
        """A value that lies in an array, as an argument of a function."""
        first = 0
        while number not in self._places:
            item = self.instructions[number]
            first += item["start"] if item.op == "slice" else 0
            number = item.arguments[0]
        place = self._places[number]
        return self._from(place.array, place.first + first)

    def _from(self, array: str, first: int) -> str:
        """An array from a row on."""
        return self.language.part.format(name=array, start=first) if first else array

    def _expression(self, number: int, index: Index) -> tuple[str, int]:
        """One row of a value, and how strongly its outermost sign binds."""
        item = self.instructions[number]
        if number in self._places:
            place = self._places[number]
            return f"{place.array}[{index.plus(place.first)}]", ATOM
        if item.op == "constant":
            return self.language.number(item["value"]), SIGN if item["value"] < 0 else ATOM
        if item.op in MOVED:
            return self._expression(item.arguments[0], self._moved(number, item, index))
        template = template_of(item, self.language)
        operands = [
            self._operand(argument, item, index, need) for argument, need in zip(item.arguments, template.needs, strict=False)
        ]
        numbers = {name: self.language.number(value) for name, value in item.attributes if isinstance(value, float)}
        return template.text.format(*operands, **numbers), template.level

    def _operand(self, number: int, item: Instruction, index: Index, need: int) -> str:
        is_one = self.instructions[number].rows == 1 and item.rows > 1
        text, level = self._expression(number, Index("") if is_one else index)
        return text if level >= need else f"({text})"

    def _moved(self, number: int, item: Instruction, index: Index) -> Index:
        """The row of its argument that a row of a slice, a stored value or rows in another order is."""
        count = self.instructions[item.arguments[0]].rows
        if item.op != "take":
            return index.plus(item["start"] if item.op == "slice" else 0)
        if count == 1:
            return Index("")
        shown = str(index) if index.offset == 0 else f"({index})"
        if is_repeated(item["rows"], count, each=True):
            return Index(self.language.quotient.format(shown, len(item["rows"]) // count))
        if is_repeated(item["rows"], count, each=False):
            return Index(f"{shown} % {count}")
        table = f"{self.prefix}rows{number}"
        self.tables[table] = item["rows"]
        return Index(f"{table}[{index}]")
