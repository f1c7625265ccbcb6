"""Import: a net of another library as a run, which every command takes."""

import hashlib
from pathlib import Path

import numpy as np

from anylength._types import Symbols
from anylength.errors import InputError
from anylength.experiments.runs import Run, layout
from anylength.interchange import Agreement, Incoming, compared, read_net
from anylength.nets import Net, answers
from anylength.records import Imported, RunConfig, Training
from anylength.tasks import IGNORE_INDEX, Task

RECIPE = "import"


def import_net(path: Path, task: Task, out: Path, *, cell: str | None = None) -> Imported:
    """Reads a net for a task from a file of another library into a new run folder, compared with its original on hard inputs.

    Args:
        path: A safetensors file with PyTorch's names, or an ONNX file.
        task: What the net is to do.
        out: The new run folder.
        cell: Which cell it is, where the file leaves that open (`relu`).

    Raises:
        InputError: `out` exists; the file cannot be read, or holds something else than one recurrent layer and a linear read-out
            over the task's alphabet; or the original answers otherwise.
    """
    if out.exists():
        raise InputError("a new run folder", f"{str(out)!r}, which exists", "pass another --out")
    incoming = read_net(path, task, cell)
    agreement = compared(incoming, task) if incoming.source is not None else Agreement(0, 0)
    result = _record(path, out, incoming, agreement)
    _write_run(incoming, task, out, result)
    return result


def _record(path: Path, out: Path, incoming: Incoming, agreement: Agreement) -> Imported:
    net = incoming.net
    return Imported(
        run=str(out), path=str(out / layout.MODEL), file=path.name, sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        origin=incoming.origin, cell=incoming.cell, hidden=net.hidden, parameters=net.parameters,
        two_biases=net.cell.bias_hh is not None, folding=incoming.folding, runtime=incoming.runtime,
        compared=agreement.compared, different=agreement.different,
    )  # fmt: skip


def _write_run(incoming: Incoming, task: Task, out: Path, result: Imported) -> None:
    """Writes the run folder. Its accuracies are those on the task's first data set."""
    net, data = incoming.net, next(iter(task.data))
    config = RunConfig(
        task=task.name, base=task.base, cell=incoming.cell, hidden=net.hidden, recipe=RECIPE, data=data, seed=0, epochs=0,
        settings={}, machine=task.description,
    )  # fmt: skip
    found = task.data[data](np.random.default_rng([0, 0]), task.base)
    done = Training(
        epochs=0, train_accuracy=_right(net, task, found.train), validation_accuracy=_right(net, task, found.validation),
        seconds=0.0, parameters=net.parameters,
    )  # fmt: skip
    run = Run.create(out, config)
    run.save_net(net)
    run.save(result)
    run.save(done)


def _right(net: Net, task: Task, words: Symbols) -> float:
    """The share of words `[N, T]` all of whose graded outputs are right."""
    right = task.targets(words.T)
    return float(((answers(net, words.T) == right) | (right == IGNORE_INDEX)).all(axis=0).mean())
