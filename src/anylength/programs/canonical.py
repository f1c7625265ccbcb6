"""The canonical form of a program: two programs that compute the same in the same way have the same one.

Tensors are named by the hash of their numbers, and used whole: a product with some rows of a matrix is a product with the matrix of
these rows. Rows of rows are rows of the value itself. An instruction is known by the hash of what it computes; the arguments of a
sum, a product, a maximum or a minimum come in the order of their hashes. Instructions follow in the order in which the result needs
them.
"""

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from anylength.programs.program import Instruction, Program

COMMUTATIVE = ("add", "multiply", "maximum", "minimum")
"""Operations whose two arguments may change places."""


def canonical(program: Program, tensors: Mapping[str, Any]) -> tuple[Program, dict[str, Any]]:
    """The program in canonical form, and its tensors under their canonical names."""
    used = _Tensors({name: np.asarray(tensors[name], np.float32) for name, _ in program.shapes})
    step, places = _ordered(_whole(program.step, used))
    answer, _ = _ordered(_whole(program.answer, used))
    start, weight, bias = (None if name is None else used.name(name) for name in (program.start, program.weight, program.bias))
    assert weight is not None and bias is not None
    needed = {value for item in (*step, *answer) for key, value in item.attributes if key in ("name", "weight")}
    named = {name: array for name, array in used.named.items() if name in needed | {start, weight, bias}}
    form = dataclasses.replace(
        program, start=start, step=step, answer=answer, cut=tuple(sorted({places[value] for value in program.cut})), weight=weight,
        bias=bias, shapes=tuple(sorted((name, array.shape) for name, array in named.items())),
    )  # fmt: skip
    return form, named


@dataclasses.dataclass
class _Tensors:
    """The tensors of a program, and those that its canonical form uses."""

    tensors: dict[str, Any]
    named: dict[str, Any] = dataclasses.field(default_factory=dict)

    def name(self, name: str, start: int = 0, stop: int | None = None) -> str:
        """The canonical name of rows start to stop of a tensor: it depends on their shape and numbers alone."""
        array = np.ascontiguousarray(self.tensors[name][start:stop])
        # two of 2^60 tensors share a name of 32 hexadecimal digits with probability 2^-8
        digest = hashlib.sha256(repr(array.shape).encode() + array.tobytes()).hexdigest()[:32]
        self.named[digest] = array
        return digest


def _whole(instructions: tuple[Instruction, ...], used: _Tensors) -> list[Instruction]:
    """The instructions with whole tensors, and with rows of values that are no rows of others themselves."""
    result: list[Instruction] = []
    for item in instructions:
        result.append(_rewritten(item, result, used))
    return [_named(item, used) for item in result]


def _rewritten(item: Instruction, before: list[Instruction], used: _Tensors) -> Instruction:
    """An instruction after these. A tensor keeps its name, with rows start and stop where it is a part of one."""
    if item.op == "matmul":
        return _made(item, weight=used.name(item["weight"], item["start"], item["stop"]), start=0, stop=item.rows)
    source = before[item.arguments[0]] if item.op in MOVED else item
    if item.op == "slice" and source.op == "tensor":
        return Instruction("tensor", (), (("name", (source["name"], item["start"], item["stop"])),), item.rows)
    if item.op not in MOVED or source.op not in MOVED:
        return item
    rows = tuple(_rows(source)[row] for row in _rows(item))
    if rows == tuple(range(rows[0], rows[-1] + 1)):
        return Instruction("slice", source.arguments, (("start", rows[0]), ("stop", rows[-1] + 1)), item.rows)
    return Instruction("take", source.arguments, (("rows", rows),), item.rows)


MOVED = ("slice", "take")
"""Operations that select rows."""


def _rows(item: Instruction) -> Sequence[int]:
    """The rows that an instruction selects."""
    return range(item["start"], item["stop"]) if item.op == "slice" else item["rows"]


def _made(item: Instruction, **attributes: Any) -> Instruction:
    return dataclasses.replace(item, attributes=tuple(sorted(attributes.items())))


def _named(item: Instruction, used: _Tensors) -> Instruction:
    """A tensor, or rows of one, under its canonical name; other instructions as they are."""
    if item.op != "tensor":
        return item
    rows = item["name"] if isinstance(item["name"], tuple) else (item["name"],)
    return _made(item, name=used.name(*rows))


def _ordered(renamed: list[Instruction]) -> tuple[tuple[Instruction, ...], dict[int, int]]:
    """The instructions in canonical order, each once, and the new number of each."""
    hashes: list[str] = []
    for number, item in enumerate(renamed):
        arguments = sorted(item.arguments, key=lambda value: hashes[value]) if item.op in COMMUTATIVE else item.arguments
        renamed[number] = dataclasses.replace(item, arguments=tuple(arguments))
        content = [item.op, [hashes[value] for value in arguments], repr(item.attributes), item.rows]
        hashes.append(hashlib.sha256(json.dumps(content).encode()).hexdigest())
    order: dict[str, int] = {}
    result: list[Instruction] = []
    for number in _needed_in_order(renamed):
        if hashes[number] not in order:
            order[hashes[number]] = len(result)
            arguments = tuple(order[hashes[value]] for value in renamed[number].arguments)
            result.append(dataclasses.replace(renamed[number], arguments=arguments))
    return tuple(result), {number: order[digest] for number, digest in enumerate(hashes) if digest in order}


def _needed_in_order(instructions: list[Instruction]) -> list[int]:
    """The instructions that the last one needs, each after its arguments, which come from left to right."""
    order: list[int] = []
    waiting, seen = [(len(instructions) - 1, False)], set()
    while waiting:
        number, ready = waiting.pop()
        if ready:
            order.append(number)
        elif number not in seen:
            seen.add(number)
            waiting.append((number, True))
            waiting += [(argument, False) for argument in reversed(instructions[number].arguments)]
    return order
