"""Functions on run folders and files: `save`, `open_run`, `quantise`, `export`, `report`, `import_net`, `check`."""

from collections.abc import Sequence
from pathlib import Path

import anylength_check
from anylength.api.subjects import Subject, as_net
from anylength.api.tasks import task as as_task
from anylength.base import InputError, exists
from anylength.experiments.export import export as _export
from anylength.experiments.imports import import_net as _import_net
from anylength.experiments.quantise import quantise as _quantise
from anylength.experiments.report import report as _report
from anylength.experiments.save import save_net
from anylength.nets import AbstractNet, grid_named
from anylength.records import Exported, Imported, Quantisation
from anylength.rules import Task
from anylength.runs import Run


def open_run(path: str | Path | Run) -> tuple[AbstractNet, Task]:
    """The net and the task of a finished run.

    Raises:
        InputError: The run is missing, damaged or unfinished, or its files do not belong together.
    """
    run = Run.open(path)
    return run.net, run.task


def save(subject: Subject, task: Task | str, path: str | Path) -> Run:
    """Writes a net as a finished run that every command accepts.

    Args:
        subject: A net, or a `torch.nn.Module`.
        task: Its task, or the task's name.
        path: The new run folder.

    Raises:
        InputError: The folder exists, the net cannot be read, or it is over another alphabet than the task's.
    """
    if exists(Path(path)):
        raise InputError("a new run folder", f"{str(path)!r}, which exists", "pass another path, or open it with open_run")
    net, task = as_net(subject, task)
    return save_net(net, task, Path(path))


def quantise(
    path: str | Path | Run, out: str | Path, to: str, *, scales: str = "row", tune: bool = False, budget: float = 60.0,
    resume: bool = False,
) -> Quantisation:  # fmt: skip
    """Rounds the weights of a finished run, and writes the net as a new run with its verdict.

    Args:
        path: The run.
        out: The new run folder.
        to: bfloat16, float16, or int8 down to int1.
        scales: For integers: a power of two for each `row` or `tensor`.
        tune: Whether certified training moves the weights on the grid until the rounded net is provable.
        budget: Seconds for the verdict.
        resume: Whether to continue where `out` exists.

    Raises:
        InputError: The run is not finished, `out` exists (without `resume`) or was made in another way (with it), there is no such
            format, or a weight lies beyond the grid.
    """
    return _quantise(Run.open(path), Path(out), grid_named(to, scales), tune=tune, budget=budget, resume=resume)


def export(path: str | Path | Run, to: str, *, out: str | Path | None = None, main: bool = False) -> Exported:
    """Writes the net of a finished run as a file for other programs: onnx, torch, json, js or c.

    C has a header beside the file, and with `main` it is a program.

    Raises:
        InputError: The run is not finished, the format is not known or cannot express the net, or the file cannot be written.
    """
    return _export(Run.open(path), to, out=None if out is None else Path(out), main=main)


def import_net(path: str | Path, task: Task | str, out: str | Path, *, cell: str | None = None) -> Imported:
    """Reads a net from a file of PyTorch or ONNX into a new run folder, and compares the two on hard inputs.

    Args:
        path: A safetensors file with PyTorch's names, or an ONNX file.
        task: The net's task, or the task's name.
        out: The new run folder.
        cell: The cell's name, if the file does not determine it (`relu`).

    Raises:
        InputError: `out` exists, the file cannot be read, or the original answers differently.
    """
    return _import_net(Path(path), as_task(task), Path(out), cell=cell)


def report(paths: Sequence[str | Path | Run] | str | Path | Run, *, out: str | Path | None = None, complete: bool = False) -> Path:
    """Writes the report of one run, or of several side by side, as one HTML file. Returns its path.

    Raises:
        InputError: A run is not finished, there are none or too many, or the file cannot be written.
    """
    several = [paths] if isinstance(paths, str | Path | Run) else list(paths)
    runs = [Run.open(path) for path in several]
    return _report(runs, out=None if out is None else Path(out), complete=complete)


def check(certificate: str | Path, weights: str | Path) -> anylength_check.CheckResult:
    """The independent checker's result on a certificate and its weights file.

    Raises:
        OSError: A file cannot be read.
    """
    return anylength_check.check(Path(certificate), Path(weights))
