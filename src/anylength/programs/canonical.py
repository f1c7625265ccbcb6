"""The canonical form of a program: two programs that compute the same in the same way have the same one.

Tensors are named by the hash of their numbers. An instruction is known by the hash of what it computes; the arguments of a sum, a
product, a maximum or a minimum come in the order of their hashes. Instructions follow in the order in which the result needs them.
"""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from anylength.programs.program import Instruction, Program

COMMUTATIVE = ("add", "multiply", "maximum", "minimum")
"""Operations whose two arguments may change places."""

NAME_DIGITS = 32
"""Hexadecimal digits of a tensor's name: two of 2^60 tensors share one with probability 2^-8."""


def canonical(program: Program, tensors: Mapping[str, Any]) -> tuple[Program, dict[str, Any]]:
    """The program in canonical form, and its tensors under their canonical names."""
    names = {name: _tensor_name(tensors[name]) for name, _ in program.shapes}
    step, places = _ordered(program.step, names)
    answer, _ = _ordered(program.answer, names)
    renamed = dataclasses.replace(
        program, start=None if program.start is None else names[program.start], step=step, answer=answer,
        cut=tuple(sorted({places[value] for value in program.cut})), weight=names[program.weight], bias=names[program.bias],
        shapes=tuple(sorted({(names[name], shape) for name, shape in program.shapes})),
    )  # fmt: skip
    return renamed, {names[name]: tensors[name] for name in names}


def _tensor_name(tensor: Any) -> str:
    """A name that depends on shape and numbers alone."""
    array = np.ascontiguousarray(tensor, np.float32)
    return hashlib.sha256(repr(array.shape).encode() + array.tobytes()).hexdigest()[:NAME_DIGITS]


def _ordered(instructions: tuple[Instruction, ...], names: Mapping[str, str]) -> tuple[tuple[Instruction, ...], dict[int, int]]:
    """The instructions in canonical order, each once, and the new number of each."""
    renamed = [_renamed(item, names) for item in instructions]
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


def _renamed(item: Instruction, names: Mapping[str, str]) -> Instruction:
    attributes = tuple((key, names[value] if key in ("name", "weight") else value) for key, value in item.attributes)
    return dataclasses.replace(item, attributes=attributes)
