"""Imports a net of another library as a run, so that every command can use it."""

import hashlib
from pathlib import Path

from anylength.base import InputError, exists, read_file
from anylength.experiments.save import save_net
from anylength.interchange import ComparedNet, read_net
from anylength.interchange.onnx.loader import load_model
from anylength.nets import tensors
from anylength.nets.weights import MAX_WEIGHTS_BYTES
from anylength.records import Imported
from anylength.rules import Task
from anylength.runs import layout

RECIPE = "import"
"""The recipe's name in the configuration of an imported net."""


def import_net(path: Path, task: Task, out: Path, *, cell: str | None = None) -> Imported:
    """Reads a net from a file of another library into a new run folder. Compares its answers with the original on hard inputs.

    Args:
        path: A safetensors file with PyTorch's names, or an ONNX file.
        task: The net's task.
        out: The new run folder.
        cell: The cell's name, if the file does not determine it (`relu`).

    Raises:
        InputError: `out` exists; the file cannot be read; its net is not one recurrent layer with a linear read-out over the
            task's alphabet; or the original answers differently.
    """
    if exists(out):
        raise InputError("a new run folder", f"{str(out)!r}, which exists", "pass another --out")
    compared = read_net(path, task, cell).compared(task)
    result, files = _record(path, out, compared), {}
    if compared.imported.original is not None:
        files[layout.ORIGINAL + path.suffix.lower()] = _copy(path)
    save_net(compared.net(), task, out, recipe=RECIPE, record=result, files=files)
    return result


def _copy(path: Path) -> bytes:
    """A file with all its weights in it."""
    return load_model(path).SerializeToString() if path.suffix.lower() == ".onnx" else read_file(path, limit=MAX_WEIGHTS_BYTES)


def _record(path: Path, out: Path, compared: ComparedNet) -> Imported:
    imported, agreement, content = compared.imported, compared.agreement, read_file(path, limit=MAX_WEIGHTS_BYTES)
    net = imported.net
    return Imported(
        run=str(out), path=str(out / layout.MODEL), source_file=path.name, sha256=hashlib.sha256(content).hexdigest(),
        origin=imported.origin, cell=imported.cell, hidden=net.hidden, parameters=net.parameters,
        separate_biases="cell.bias_hh" in tensors(net), folding_error=imported.folding_error, runtime=imported.runtime,
        inputs_compared=agreement.compared if agreement else 0, inputs_differing=agreement.different if agreement else 0,
    )  # fmt: skip
