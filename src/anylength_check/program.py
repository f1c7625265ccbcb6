"""A step program, read strictly: two straight-line lists of operations, whose instructions refer to earlier values by number.

The last value of `step` is the new state, computed from the old `state` and the `symbol`; through the values in `cut` alone, which
depend on no symbol, do the others see the old state. The last value of `answer`, computed from the new state and the same symbol,
is what the read-out reads.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from anylength_check.dyadic import from_hex
from anylength_check.strict import Refused, fields, integer, items, require
from anylength_check.weights import AXIS, Shapes, Tensors

INSTRUCTIONS, ROWS, ALL_ROWS, CLASSES = 10_000, 65_536, 500_000, 4096  # the most of each
PICKING = {"slice": ("start", "stop"), "take": ("rows",), "concatenate": ()}
ATTRIBUTES = {"tensor": ("name",), "constant": ("value", "rows"), "matmul": ("weight", "start", "stop"), "scale": ("factor",)}
ATTRIBUTES |= {"normalize": ("epsilon",), **PICKING}
FUNCTIONS = ("tanh", "sigmoid", "relu", "exp", "softplus", "silu", "gelu", "absolute", "square", "reciprocal", "rsqrt", "stored")
ARGUMENTS = dict.fromkeys(("symbol", "state", "tensor", "constant"), 0) | dict.fromkeys((*FUNCTIONS, *PICKING), 1) | {"lerp": 3}
ARGUMENTS |= dict.fromkeys(("matmul", "scale", "mean", "center", "mean_square", "softmax"), 1)  # concatenate: 1 or more
ARGUMENTS |= dict.fromkeys(("add", "subtract", "multiply", "maximum", "minimum", "normalize", "matvec"), 2)


Values = dict[int, Any]  # of instructions, by their numbers: intervals, forms, or bounds of errors


class Instruction(NamedTuple):
    """An operation on earlier values."""

    op: str
    of: list[int]
    tensor: str
    number: int  # a float32 number in units of 2^-352
    picked: Sequence[int]  # rows of the tensor, or of the arguments on top of each other
    rows: int  # of the result
    leaves: set[str]  # `state` and `symbol`, if the result depends on them


class Memory(NamedTuple):
    """The stacks of a program: the end of the symbol are their tops, that of the state what may be pushed."""

    weight: str  # of the gates' numbers, two for each stack
    bias: str
    stacks: int
    width: int


class Program(NamedTuple):
    """A program in three parts: what the cut needs, what the new state needs beside the cut, and what the answer needs."""

    fields: dict[str, Any]  # the JSON object
    parts: tuple[list[Instruction], ...]
    orders: tuple[list[int], ...]  # the numbers of the instructions of each part
    after: int  # the number of the new state in a step
    features: int  # the number of what the read-out reads in an answer
    classes: int
    memory: Memory | None = None

    def start(self, net: Tensors) -> list[int]:
        """The numbers of the start state, in units of 2^-149."""
        return net[self.fields["start"]][0] if self.fields["start"] else [0] * self.fields["state"]

    def read_out(self, net: Tensors) -> list[list[int]]:
        """The weights of each class and, last, its bias."""
        return _rows(net, *(self.fields["readout"][name] for name in ("weight", "bias")))

    def stacks(self) -> Memory:
        """The stacks of a program that has some, or Refused."""
        if self.memory is None:
            raise Refused("the program has no stacks")
        return self.memory

    def gates(self, net: Tensors) -> list[list[int]]:
        """The weights of each gate's number and, last, its bias: to push and to pop, stack by stack."""
        return _rows(net, self.memory.weight, self.memory.bias) if self.memory else []


def _rows(net: Tensors, weight: str, bias: str) -> list[list[int]]:
    return [[*row, own] for row, own in zip(net[weight], net[bias][0], strict=True)]


def differences(weights: list[list[int]], right: int) -> list[list[int]]:
    """The weights of the right class minus those of each other one."""
    others = weights[:right] + weights[right + 1 :]
    return [[x - y for x, y in zip(weights[right], other, strict=True)] for other in others]


def canonical_sha256(value: Any) -> str:
    """The SHA-256 of the canonical JSON text."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def read_program(value: Any) -> Program:
    """The program that a JSON value spells, or Refused."""
    names = ("encoded", "state", "start", "tensors", "step", "cut", "answer", "readout")
    known = ["memory"] if type(value) is dict and "memory" in value else []
    encoded, state, start, shapes, *lists, readout = fields(value, "the program", *names, *known)[: len(names)]
    require(type(shapes) is dict, "the program's tensors are no object")
    for name, shape in shapes.items():
        require(1 <= len(name) <= 200 and name.isascii() and name.isprintable(), "a tensor's name is not 1 to 200 ASCII characters")
        require(0 not in items(shape, f"the shape of {name}", 1, 2, AXIS), f"the shape of {name} has a 0")
    leaves = {"symbol": integer(encoded, "encoded", 1, ROWS), "state": integer(state, "the program's state", 1, ROWS)}
    require(start == "" or shape_of(start, shapes) == [state], "the start has not the shape of a state")
    step, answer = _read_list(lists[0], "step", shapes, leaves), _read_list(lists[2], "answer", shapes, leaves)
    require(len(step + answer) <= INSTRUCTIONS, f"the program has more than {INSTRUCTIONS} instructions")
    require(sum(one.rows for one in step + answer) <= ALL_ROWS, f"the program's values have more than {ALL_ROWS} rows")
    require(step[-1].rows == state, "the step's result has not the rows of a state")
    weight, bias = (shape_of(name, shapes) for name in fields(readout, "the read-out", "weight", "bias"))
    require(weight == [bias[0], answer[-1].rows] and len(bias) == 1, "the read-out does not fit the answer")
    require(2 <= bias[0] <= CLASSES, f"the read-out has not 2 to {CLASSES} classes")
    memory = _read_memory(value["memory"], shapes, answer[-1].rows, min(encoded, state)) if known else None
    cut = set(items(lists[1], "the cut", 0, len(step), len(step) - 1))
    require(len(cut) == len(lists[1]), "the cut has a value twice")
    require(all(step[number].leaves == {"state"} for number in cut), "a value of the cut does not depend on the old state alone")
    after, features = len(step) - 1, len(answer) - 1
    orders = _needed(step, cut, set()), _needed(step, {after}, cut), _needed(answer, {features}, set())
    require(all(step[number].op != "state" for number in orders[1]), "the step sees the old state past the cut")
    return Program(value, (step, step, answer), orders, after, features, bias[0], memory)


def _read_memory(value: Any, shapes: Shapes, features: int, rows: int) -> Memory:
    weight, bias, width = fields(value, "the memory", "weight", "bias", "width")
    gates = shape_of(bias, shapes)
    require(len(gates) == 1 and gates[0] % 2 == 0, "the gates' biases are not two for each stack")
    require(shape_of(weight, shapes) == [gates[0], features], "the gates' weights do not fit the answer")
    stacks = gates[0] // 2
    require(stacks * integer(width, "the width of a stack", 1, ROWS) < rows, "the stacks do not fit the symbol and the state")
    return Memory(weight, bias, stacks, width)


def shape_of(name: Any, shapes: Shapes) -> list[int]:
    """The shape of a tensor of the program."""
    require(type(name) is str and name in shapes, "a name is that of no tensor of the program")
    return shapes[name]


def _read_list(value: Any, which: str, shapes: Shapes, leaves: dict[str, int]) -> list[Instruction]:
    earlier: list[Instruction] = []
    for number, item in enumerate(items(value, f"the {which}", 1, INSTRUCTIONS)):
        op, where = item.get("op") if type(item) is dict else None, f"instruction {number} of the {which}"
        if type(op) is not str or op not in ARGUMENTS:
            raise Refused(f"{where} has no known operation")
        _, of, *_ = fields(item, where, "op", "of", *ATTRIBUTES.get(op, ()))
        items(of, f"of in {where}", ARGUMENTS[op], INSTRUCTIONS if op == "concatenate" else ARGUMENTS[op], number - 1)
        earlier.append(_read(item, where, [earlier[one] for one in of], shapes, leaves))
    return earlier


def _read(item: dict[str, Any], where: str, given: list[Instruction], shapes: Shapes, leaves: dict[str, int]) -> Instruction:
    op, of, rows, picked = item["op"], item["of"], [one.rows for one in given], range(0)
    tensor = item.get("name", item.get("weight", ""))
    shape = shape_of(tensor, shapes) if tensor != "" or op in ("tensor", "matmul") else []
    number = sum(from_hex(item[name], f"{name} in {where}", 24) for name in ("value", "factor", "epsilon") if name in item)
    if op in PICKING or op == "matmul":
        ends = [integer(item[name], f"{name} in {where}", 0, ROWS) for name in ("start", "stop") if name in item]
        picked = items(item["rows"], f"rows in {where}", 1, ROWS, ROWS) if op == "take" else range(*ends or [sum(rows)])
        fits = max(picked, default=ROWS) < (shape[0] if shape else sum(rows)) and shape[1:] == rows * (op == "matmul")
        own = len(picked)
    elif op in ("tensor", "constant") or op in leaves:
        own = leaves[op] if op in leaves else shape[0] if shape else integer(item["rows"], f"rows in {where}", 1, ROWS)
        fits = len(shape) < 2
    elif op == "matvec":
        own, fits = rows[0] // rows[1], rows[0] % rows[1] == 0
    elif op == "normalize":
        own, fits = rows[0], (given[1].op, given[1].of) == ("mean_square", of[:1]) and number > 0
    else:
        own, fits = 1 if op in ("mean", "mean_square") else rows[0], len(set(rows)) == 1
    require(fits and 1 <= own <= ROWS, f"{where} does not fit its arguments, or has not 1 to {ROWS} rows")
    reads = {op}.intersection(leaves).union(*(one.leaves for one in given))
    return Instruction(op, of, tensor, number, picked, own, reads)


def _needed(part: list[Instruction], wanted: set[int], given: set[int]) -> list[int]:
    """The numbers of all values that the wanted ones need, but for the given ones and what only they need."""
    found = wanted - given
    for number in range(len(part) - 1, -1, -1):
        found |= set(part[number].of) - given if number in found else set()
    return sorted(found)


def picked(step: Instruction, values: list[list[Any]]) -> list[Any]:
    """The rows that an instruction takes from its arguments."""
    rows = [row for value in values for row in value]
    return [rows[row] for row in step.picked]


def fixed(rule: Callable, program: Program, which: int, symbol: Any) -> Values:
    """The values of a part that the symbol alone fixes, or nothing does."""
    numbers = [number for number in program.orders[which] if "state" not in program.parts[which][number].leaves]
    return _computed(rule, program.parts[which], numbers, {}, {"symbol": symbol})


def run(rule: Callable, program: Program, which: int, given: Values, state: Any = None) -> Values:
    """The values that a part needs, from given ones and the state: `given` has what the symbol fixes, and of a step the cut."""
    numbers = [number for number in program.orders[which] if number not in given]
    return _computed(rule, program.parts[which], numbers, given, {"state": state})


def _computed(rule: Callable, part: list[Instruction], numbers: list[int], given: Values, leaves: dict[str, Any]) -> Values:
    values = dict(given)
    for number in numbers:
        one = part[number]
        values[number] = leaves[one.op] if one.op in leaves else rule(number, one, [values[earlier] for earlier in one.of])
    return values
