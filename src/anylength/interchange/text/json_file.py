"""Writes a net as one readable JSON file: its step, how to ask a question, and its weights as exact decimals.

The step comes twice: as a step program, which a program can run, and as the equations of this program, which people can read.
"""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from anylength.interchange.text.decimals import shortest_decimal
from anylength.interchange.text.description import NetDescription, describe_net
from anylength.nets import Net, NetConfig
from anylength.programs import program_fields, signs

FORMAT = 2
"""Version of the file. Format 1 named the cell and had its equations alone."""


def json_bytes(net: Net, config: NetConfig) -> bytes:
    """The file, in UTF-8. Numbers are the shortest decimals of float32: read as doubles and rounded to float32 they are exact."""
    return (_layout(_content(describe_net(net, config)), "") + "\n").encode()


def decimal_as_double(value: float) -> float:
    """The double that `json` writes as the shortest decimal of a float32 number."""
    return float(shortest_decimal(value))


def _content(net: NetDescription) -> dict[str, Any]:
    """The file's entries."""
    task = net.task
    return {
        "what": f"a recurrent net of the task {task.name} ({task.summary}), written by anylength export",
        "format": FORMAT,
        "task": {"name": task.name, "base": task.base, "tapes": task.tapes, "labels": task.labels, "negative": task.negative}
        | ({} if task.names is None else {"names": task.names, "graded": task.graded}),
        "encoding": {
            "letters": task.letters,
            "tapes": task.tapes,
            "says": "symbol s has on tape i the letter floor(s / letters^i) mod letters; x: a one-hot vector for each tape, joined",
        },
        "cell": {
            "name": net.cell,
            "hidden": net.hidden,
            "equations": net.equations,
            "signs": signs(net.program),
            "output": "a step's output is the class of the largest logit, the lowest on a tie",
        },
        "program": program_fields(net.program),
        "asking": _question(net),
        "tensors": {name: _nested_decimals(value) for name, value in net.tensors.items()},
        "machine": _machine(net),
    }


def _question(net: NetDescription) -> dict[str, Any]:
    """How to ask the net a question. The keys belong to the file format."""
    schedule = net.schedule
    steps = "of all steps" if schedule.all_outputs else "of the last phase"
    order = "the most significant digit first" if schedule.answer_most_first else "the least significant digit first"
    if net.task.names is not None:
        which = "all outputs, a label for each symbol" if net.task.graded == "all" else "the last output"
        return {"says": "the net reads the symbols of a word in order", "answer": f"the labels of {which}"}
    answer = "labels[the last output]" if net.task.labels is not None else f"the outputs {steps}, {order}, without leading zeros"
    if net.task.negative:
        answer += "; a top digit of base - 1 stands for a negative number, the base's complement"
    return {
        "says": "L = the number of digits of the longest number; the net reads L steps of digits (shorter numbers get leading "
        "zeros), then work[0] L + work[1] steps of work_symbol, then answers[0] L + answers[1] steps of answer_symbol",
        "read_most_first": schedule.read_most_first,
        "answer_most_first": schedule.answer_most_first,
        "whole": schedule.all_outputs,
        "work": schedule.work,
        "answers": schedule.answers,
        "work_symbol": schedule.work_symbol,
        "answer_symbol": schedule.answer_symbol,
        "answer": answer,
    }


def _machine(net: NetDescription) -> dict[str, Any] | None:
    """The task's machine; None if the task has none."""
    machine = net.task.transducer
    return None if machine is None else {"start": machine.start, "delta": machine.delta, "output": machine.output}


def _nested_decimals(value: np.ndarray) -> list[Any]:
    """A tensor as nested lists."""
    return [_nested_decimals(row) if row.ndim else decimal_as_double(row) for row in value]


def _layout(value: Any, indent: str) -> str:
    """JSON with one line for each entry of an object, each list of numbers or words, and each instruction."""
    if isinstance(value, dict) and value and "op" not in value:
        return "{\n" + ",\n".join(_entries(value, indent + " ")) + f"\n{indent}}}"
    if isinstance(value, list | tuple) and any(isinstance(entry, list | tuple | dict) for entry in value):
        rows = ",\n".join(f"{indent} {_layout(row, indent + ' ')}" for row in value)
        return f"[\n{rows}\n{indent}]"
    return json.dumps(value, ensure_ascii=False)


def _entries(value: dict[str, Any], indent: str) -> Iterator[str]:
    for name, entry in value.items():
        yield f"{indent}{json.dumps(name)}: {_layout(entry, indent)}"
