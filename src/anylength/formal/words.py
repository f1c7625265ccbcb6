"""A certificate and its weights as the words that the verified checker reads (formal/checker/main.ml)."""

from collections.abc import Iterable, Iterator
from typing import Any

from anylength.base import InputError
from anylength.formal.ellipsoids import rows_of_weights
from anylength.formal.given import ends_of
from anylength.formal.reading import Files
from anylength.formal.some_words import nodes_after, steps_to_nodes
from anylength.formal.spelling import reduced
from anylength.formal.terms import Argument, Function, Number, Rows, number_of, term_of
from anylength_check.dyadic import WEIGHT_BITS
from anylength_check.forms import BITS as FORM_BITS


def checker_words(files: Files, proof: dict[str, Any]) -> str:
    """The kind of one proof, net, machine and the proof.

    Raises:
        InputError: The net has stacks, or its program an operation that the checker does not know.
    """
    if "letters" in proof:
        raise InputError("proofs of nets without stacks", "a net with stacks", "leave out --verified, or use anylength formalise")
    words = files.top.get("words", {})
    if "rounding" in files.top:
        kind, regions = "rounded-states", _rounded(files, proof)
    else:
        kind, regions = ("ellipsoids", _ellipsoids(proof)) if "blocks" in proof else ("boxes", _boxes(files, proof))
    if "steps" in words:
        kind, regions = f"{kind}-of-short-words", [*regions, str(words["steps"]), *_wholes(steps_to_nodes(proof))]
    elif words:
        kind, regions = f"{kind}-of-an-automaton", [*regions, *_automaton(words["automaton"], proof)]
    return " ".join([kind, *_net(files), *_machine(files.top["machine"]), *regions])


def _net(files: Files) -> Iterator[str]:
    fields, encoding = files.program.fields, files.top["encoding"]
    yield from (str(encoding["base"]), str(encoding["tapes"]))
    yield from _numbers(files.program.start(files.tensors))
    for part in ("step", "answer"):
        yield str(len(fields[part]))
        for one in fields[part]:
            name, arguments = term_of(one)
            yield name
            for argument in arguments:
                yield from _argument(argument, files)
    yield from _matrix(files.tensors[fields["readout"]["weight"]])
    yield from _numbers(files.tensors[fields["readout"]["bias"]][0])


def _argument(argument: Argument, files: Files) -> Iterable[str]:
    if isinstance(argument, Number):
        return _number(argument)
    if isinstance(argument, Function):
        return [argument.name]
    if isinstance(argument, Rows):
        rows = files.tensors[argument.tensor]
        return _numbers(rows[0]) if argument.vector else _matrix(rows[argument.start : argument.stop])
    return _wholes(argument) if isinstance(argument, list) else [str(argument)]


def _machine(machine: dict[str, Any]) -> Iterator[str]:
    yield str(machine["start"])
    for table in (machine["delta"], machine["output"]):
        yield str(len(table))
        for row in table:
            yield from _wholes(row)


def _boxes(files: Files, proof: dict[str, Any]) -> Iterator[str]:
    yield from _wholes(files.program.fields["cut"])
    yield from (str(proof["start"]), str(len(proof["nodes"])))
    for node in proof["nodes"]:
        ends = ends_of(node)
        yield from (str(node["state"]), str(len(ends)))
        for low, high in ends:
            yield from (*_number(low), *_number(high))
        yield from _wholes(nodes_after(node, len(proof["nodes"])))
    yield from _errors(proof)


def _automaton(table: list[list[int]], proof: dict[str, Any]) -> Iterator[str]:
    """The automaton, where the number of its states stands for no state, and its state at each node."""
    yield str(len(table))
    for row in table:
        yield from _wholes([state if state >= 0 else len(table) for state in row])
    yield from _wholes([node["automaton"] for node in proof["nodes"]])


def _ellipsoids(proof: dict[str, Any]) -> Iterator[str]:
    yield str(proof["blocks"])
    yield from _matrix(proof.get("slices", []), -FORM_BITS)
    yield from map(str, (proof["start"], len(proof["nodes"])))
    for node in proof["nodes"]:
        region = node["region"]["ellipsoid"]
        yield str(node["state"])
        yield from _numbers(region["center"], -FORM_BITS)
        yield from _matrix(region["shape"], -FORM_BITS)
        yield from _numbers(region["spread"], -FORM_BITS)
        yield from _wholes(nodes_after(node, len(proof["nodes"])))
        yield str(len(node["weights"]))
        for rows in rows_of_weights(node):
            yield from _matrix(rows, -FORM_BITS)
    yield from _errors(proof)


def _rounded(files: Files, proof: dict[str, Any]) -> Iterator[str]:
    yield from _wholes(files.program.fields["cut"])
    yield from map(str, (files.top["rounding"]["fraction_bits"], proof["states"], proof["steps"]))
    yield from _errors(proof)


def _errors(proof: dict[str, Any]) -> Iterator[str]:
    """Epsilon and eta."""
    yield from (*_number(number_of(proof["epsilon"])), *_number(number_of(proof["eta"])))


def _wholes(items: list[int]) -> list[str]:
    return [str(len(items)), *map(str, items)]


def _number(number: Number) -> tuple[str, str]:
    numerator, shift = reduced(*number)
    return str(numerator), str(shift)


def _numbers(row: list[int], shift: int = -WEIGHT_BITS) -> Iterator[str]:
    """Numbers in units of 2^shift."""
    yield str(len(row))
    for numerator in row:
        yield from _number(Number(numerator, shift))


def _matrix(rows: list[list[int]], shift: int = -WEIGHT_BITS) -> Iterator[str]:
    yield str(len(rows))
    for row in rows:
        yield from _numbers(row, shift)
