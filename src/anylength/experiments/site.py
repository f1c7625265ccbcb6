"""The static site: the nets and machines that its pages show, written as files that any server of files can serve."""

import json
import tempfile
from collections.abc import Callable
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

import anylength_check
from anylength.base import InputError, exists, new_folder, write_atomic
from anylength.cells import Rnn
from anylength.experiments.demo import demo
from anylength.experiments.opened_templates import attention_templates, task_views
from anylength.experiments.proof_picture import proof_picture
from anylength.experiments.run_view import run_view
from anylength.nets import Net
from anylength.records import Epoch
from anylength.rules import Task, task_named
from anylength.runs import Run
from anylength.web import site_files

SEED = 15
"""The seed of the post's net that forgets the carry after some nines."""

PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide-lock.json", "python_stdlib.zip")
"""What a page needs of npm's package `pyodide`."""

NAMED_MACHINES = ("s3-generators", "count", "add")
"""The tasks that the pages offer by name."""


def write_site(
    folder: Path, *, pyodide: Path | None = None, docs: str | None = None,
    progress: Callable[[Epoch, int], None] | None = None,
) -> Path:  # fmt: skip
    """Trains the nets that the site shows and writes it into a new folder; the path of the page that opens first.

    Args:
        folder: The new folder.
        pyodide: The folder of npm's package `pyodide`: Python for the page, so that `anylength_check` itself can run there.
        docs: The address of the documentation, to which all pages link. It may start from the site's folder.
        progress: Called with each epoch of a training and the epoch limit.

    Raises:
        InputError: The folder exists, or cannot be written. The folder of `pyodide` lacks a file.
    """
    if exists(folder):
        raise InputError("a new folder for the site", f"{str(folder)!r}, which exists", "remove it, or pass another --out")
    python = {} if pyodide is None else _python_files(pyodide)
    with tempfile.TemporaryDirectory() as kept:
        demo(Path(kept) / "nets", seed=SEED, progress=progress)
        post, proved = (run_view(Path(kept) / "nets" / name, name) for name in ("post", "hundred"))
        net = Run(Path(kept) / "nets" / "hundred").net
    assert isinstance(net, Net) and isinstance(net.cell, Rnn) and proved.certificate
    made = site_files(
        post, proved, proof_picture(net.cell, proved.certificate.text), named_machines(), tasks=task_views(),
        attention=attention_templates(), about=_about(docs), python=bool(python),
    )  # fmt: skip
    files = made | python
    with new_folder(folder) as temporary:
        for name, content in files.items():
            (temporary / name).parent.mkdir(exist_ok=True)
            write_atomic(temporary / name, content)
    return folder / "index.html"


def _about(docs: str | None) -> dict[str, Any]:
    """The package's version, licence and public addresses, from its metadata, and the address of the documentation."""
    known = metadata("anylength")
    links = [str(link).split(", ", 1) for link in known.get_all("Project-URL") or []]
    return {
        "version": known["Version"],
        "license": known["License-Expression"],
        "links": dict(links) | ({} if docs is None else {"Documentation": docs}),
    }


def _python_files(pyodide: Path) -> dict[str, bytes]:
    """The files of Python, and the sources of the checker as one file."""
    missing = [name for name in PYODIDE if not (pyodide / name).is_file()]
    if missing:
        remedy = "unpack what `npm pack pyodide` gives, and pass the folder `package`"
        raise InputError("the folder of npm's package pyodide", f"{str(pyodide)!r} without {missing[0]}", remedy)
    checker = Path(anylength_check.__file__).parent
    sources = {path.name: path.read_text(encoding="utf-8") for path in sorted(checker.glob("*.py"))}
    files = {f"pyodide/{name}": (pyodide / name).read_bytes() for name in PYODIDE}
    return files | {"anylength_check.json": json.dumps(sources).encode()}


def named_machines() -> dict[str, dict[str, object]]:
    """The machines of tasks that the page of patterns has by name."""
    return {name: _machine(task_named(name)) for name in NAMED_MACHINES}


def _machine(task: Task) -> dict[str, object]:
    """A task's machine as the page reads it. Its start is state 0."""
    machine = task.machine
    assert machine is not None and machine.start == 0
    return {
        "delta": machine.delta, "output": machine.output, "letters": task.base, "tapes": task.tapes,
        "symbols": [task.symbol_name(symbol) for symbol in range(machine.symbols)], "labels": list(task.output_names),
    }  # fmt: skip
