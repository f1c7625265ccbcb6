"""The program of a step that was traced as one function (state, symbol) → (new state, logits).

A program answers from the new state alone, so the logits are traced back until they meet parts of the new state. Where they need
the old state or the symbol otherwise, the features become a part of the new state. The last layer becomes the read-out.
"""

from typing import Any

import numpy as np

from anylength.programs.assembly import assemble
from anylength.programs.program import Program, ancestors
from anylength.programs.tracing import Traced, Tracer

ZERO_BIAS, IDENTITY = "readout.bias", "readout.weight"
"""Names of the tensors that stand for a last layer, or its bias, that the step does not have."""

Tensors = dict[str, Any]


def program_of_step(
    *, new_state: Traced, logits: Traced, tensors: Tensors, encoded: int, start: str | None
) -> tuple[Program, Tensors]:
    """The program of one traced step, and its tensors.

    Args:
        new_state: The new state `[D]`.
        logits: The logits `[C]`, by the same tracer.
        tensors: The float32 tensors by name.
        encoded: E.
        start: The tensor of the start state; None for zeros.

    Raises:
        ValueError: The program has too many instructions.
    """
    known = dict(tensors)
    features, weight, bias = _read_out(logits, known)
    answered = _answer(new_state, features)
    if answered is None:
        first = new_state.rows
        new_state = _with_room(new_state.tracer.concatenate([new_state, features]), first)
        answer = Tracer(new_state.tracer.shapes, {"state": new_state.rows})
        answered = answer.sliced(answer.state(), first, new_state.rows)
        if start:
            known[start] = np.concatenate([known[start], np.zeros(new_state.rows - first, np.float32)])
    shapes = {name: tuple(value.shape) for name, value in known.items()}
    program = assemble(
        new_state=new_state, features=answered, weight=weight, bias=bias, shapes=shapes, encoded=encoded, start=start
    )  # fmt: skip
    return program, {name: known[name] for name, _ in program.shapes}


def _with_room(new_state: Traced, rows: int) -> Traced:
    """A new state that has more rows than the old state of this many rows: traced again from an old state with as many."""
    source, wider = new_state.tracer, Tracer(new_state.tracer.shapes, {"state": new_state.rows})
    values: list[Traced] = []
    for item in source.instructions:
        arguments = [values[number] for number in item.arguments]
        if item.op == "state":
            values.append(wider.sliced(wider.state(), 0, rows))
        else:
            values.append(wider.add(item.op, *arguments, leaf_rows=item.rows, **dict(item.attributes)))
    return values[new_state.number]


def _read_out(logits: Traced, tensors: Tensors) -> tuple[Traced, str, str]:
    """The features of the logits W·features + b, and the names of W and b."""
    tracer, item = logits.tracer, logits.instruction
    terms = [logits.number] if item.op == "matmul" else list(item.arguments) if item.op == "add" else []
    products = [n for n in terms if _is_whole_product(tracer, n)]
    biases = [n for n in terms if tracer.instructions[n].op == "tensor"]
    if len(products) == 1 and len(products) + len(biases) == len(terms):
        product = tracer.instructions[products[0]]
        bias = tracer.instructions[biases[0]]["name"] if biases else _with_zeros(tensors, logits.rows)
        return Traced(tracer, product.arguments[0]), product["weight"], bias
    weight = _free_name(tensors, IDENTITY)
    tensors[weight] = np.eye(logits.rows, dtype=np.float32)
    return logits, weight, _with_zeros(tensors, logits.rows)


def _is_whole_product(tracer: Tracer, number: int) -> bool:
    item = tracer.instructions[number]
    return item.op == "matmul" and (item["start"], item["stop"]) == (0, tracer.shapes[item["weight"]][0])


def _with_zeros(tensors: Tensors, rows: int) -> str:
    name = _free_name(tensors, ZERO_BIAS)
    tensors[name] = np.zeros(rows, np.float32)
    return name


def _free_name(tensors: Tensors, name: str) -> str:
    while name in tensors:
        name += "_"
    return name


def _answer(new_state: Traced, features: Traced) -> Traced | None:
    """The features, traced from the new state; None where they need the old state or the symbol otherwise."""
    source, answer = new_state.tracer, Tracer(new_state.tracer.shapes, {"state": new_state.rows})
    places = _places(new_state)
    values: dict[int, Traced] = {}
    for number in ancestors(tuple(source.instructions), [features.number], places):
        item = source.instructions[number]
        if item.op in ("state", "symbol"):
            return None
        arguments = [_value(answer, argument, values, places) for argument in item.arguments]
        values[number] = answer.add(item.op, *arguments, leaf_rows=item.rows, **dict(item.attributes))
    return _value(answer, features.number, values, places)


def _value(answer: Tracer, number: int, values: dict[int, Traced], places: dict[int, list[int]]) -> Traced:
    """A value of the step as the answer has it: computed again, or as rows of the new state."""
    return values[number] if number in values else answer.take(answer.state(), places[number])


def _places(new_state: Traced) -> dict[int, list[int]]:
    """The rows of the new state that hold each value of the step, for the values that it holds completely."""
    tracer, rows = new_state.tracer, {}
    parts = new_state.instruction.arguments if new_state.instruction.op == "concatenate" else (new_state.number,)
    first = 0
    for number in parts:
        count = tracer.instructions[number].rows
        source, taken = _source(tracer, number)
        for place, row in enumerate(taken, first):
            rows.setdefault(source, {})[row] = place
        rows[number] = dict(enumerate(range(first, first + count)))
        first += count
    whole = {number: held for number, held in rows.items() if len(held) == tracer.instructions[number].rows}
    leaves = ("state", "symbol", "tensor", "constant")
    return {n: [held[row] for row in range(len(held))] for n, held in whole.items() if tracer.instructions[n].op not in leaves}


def _source(tracer: Tracer, number: int) -> tuple[int, list[int]]:
    """The value that a value is rows of, and these rows; the value itself with all its rows where it is none."""
    item = tracer.instructions[number]
    if item.op == "slice":
        return item.arguments[0], list(range(item["start"], item["stop"]))
    if item.op == "take":
        return item.arguments[0], list(item["rows"])
    return number, list(range(item.rows))
