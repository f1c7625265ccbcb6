"""A net as one readable JSON file: what it is, its equations in a line each, how it is asked, its weights as exact decimals."""

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from anylength.interchange.text.decimals import number
from anylength.interchange.text.sheet import Sheet, sheet
from anylength.nets import Net, NetConfig

FORMAT = 1


def json_bytes(net: Net, config: NetConfig) -> bytes:
    """The file, in UTF-8; numbers are the shortest decimals of float32: read as doubles and rounded to float32 they are exact."""
    return (_laid_out(_content(sheet(net, config)), "") + "\n").encode()


def _content(own: Sheet) -> dict[str, Any]:
    task = own.task
    return {
        "what": f"a recurrent net of the task {task.name} ({task.summary}), written by anylength export",
        "format": FORMAT,
        "task": {"name": task.name, "base": task.base, "tapes": task.tapes, "labels": task.labels, "negative": task.negative},
        "encoding": {
            "letters": task.letters,
            "tapes": task.tapes,
            "says": "symbol s has on tape i the letter floor(s / letters^i) mod letters; x: a one-hot vector for each tape, joined",
        },
        "cell": {
            "name": own.cell,
            "hidden": own.hidden,
            "state_size": own.state_size,
            "start": "the state is 0; its first H entries are h, those behind them c or s",
            "equations": own.equations,
            "signs": "products of two vectors are row by row; σ(x) = 1 / (1 + exp(-x)); W_ih, W_hh, b … are the tensors below",
        },
        "readout": "logits = W h' + c (readout_weight, readout_bias); a step's output is the largest one's class",
        "asking": _asking(own),
        "tensors": {name: _nested(value) for name, value in own.tensors.items()},
        "machine": _machine(own),
    }


def _asking(own: Sheet) -> dict[str, Any]:
    steps = own.steps
    where = "of the last phase" if not steps.whole else "of all steps"
    order = "the most significant digit first" if steps.written else "the least significant digit first"
    answer = "labels[the last output]" if own.task.labels is not None else f"the outputs {where}, {order}, without leading zeros"
    if own.task.negative:
        answer += "; a top digit of base - 1 stands for a negative number, the base's complement"
    says = "L = the most digits of any number; L steps of digits (zeros in front of shorter ones), work[0] L + work[1] steps of "
    says += "work_symbol, answers[0] L + answers[1] steps of answer_symbol"
    return {"says": says, **dataclasses.asdict(steps), "answer": answer}


def _machine(own: Sheet) -> dict[str, Any] | None:
    """The task's machine, where there is one."""
    rule = own.task.transducer
    return None if rule is None else {"start": rule.start, "delta": rule.delta, "output": rule.output}


def _nested(value: np.ndarray) -> list[Any]:
    return [_nested(row) if row.ndim else number(row) for row in value]


def _laid_out(value: Any, margin: str) -> str:
    """JSON with a line for each entry, but lists of numbers or words in one line."""
    if isinstance(value, dict) and value:
        return "{\n" + ",\n".join(_entries(value, margin + " ")) + f"\n{margin}}}"
    if isinstance(value, list | tuple) and any(isinstance(entry, list | tuple) for entry in value):
        rows = ",\n".join(f"{margin} {_laid_out(row, margin + ' ')}" for row in value)
        return f"[\n{rows}\n{margin}]"
    return json.dumps(value, ensure_ascii=False)


def _entries(value: dict[str, Any], margin: str) -> Iterator[str]:
    for name, entry in value.items():
        yield f"{margin}{json.dumps(name)}: {_laid_out(entry, margin)}"
