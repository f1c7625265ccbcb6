"""A run's net as a file for other programs, with a statement of whether what is proved of it holds there."""

from pathlib import Path

from anylength.errors import InputError
from anylength.experiments import folder
from anylength.experiments.files import write_atomic
from anylength.interchange import export_bytes, export_named
from anylength.nets import Net
from anylength.records import Exported
from anylength.tasks import Task
from anylength.verification.certify import RUNTIMES, Coverage, Proof, coverage, parsed
from anylength_check import check


def export(path: Path, to: str, *, out: Path | None = None) -> Exported:
    """Writes the net of a finished run in one of the forms of `interchange.EXPORTS`; an older export is replaced.

    Args:
        path: The run.
        to: The form.
        out: The file; None: the form's own name in the run folder.

    Raises:
        InputError: The run is not whole, the form is not known or cannot express the net, or the file cannot be written.
    """
    form = export_named(to)
    net, task = folder.open_run(path)
    config = folder.net_config(folder.config_of(path))
    content = export_bytes(net, config, to)
    assert isinstance(net, Net)  # no form can express another
    target = _target(path, out or path / form.file, form.file)
    write_atomic(target, content)
    found = _coverage(path, net, task, config.cell, form.runtime)
    return Exported(
        run=str(path), path=str(target), to=to, covered=found.covered, statement=found.statement, use=form.use(net, config, target)
    )


def _target(path: Path, target: Path, name: str) -> Path:
    """Where the file goes: to no folder, and over no other file of the run's.

    Raises:
        InputError: It would.
    """
    if target.is_dir():
        raise InputError("a file for the export", f"{str(target)!r}, a folder", f"pass for example --out {name}")
    if target.exists() and target.resolve().parent == path.resolve() and target.name != name:
        raise InputError("a file that is no part of the run", f"{str(target)!r}, which is", f"pass for example --out {name}")
    return target


def _coverage(path: Path, net: Net, task: Task, cell: str, runtime: str) -> Coverage:
    proofs = _proofs(path, task)
    if isinstance(proofs, str):
        return Coverage(False, f"nothing is proved of this net: {proofs}")
    return coverage(net, cell, proofs, RUNTIMES.get(runtime))


def _proofs(path: Path, task: Task) -> tuple[Proof, ...] | str:
    """The proofs of the run's certificate, where it is one that the independent checker accepts and of the task; else why not."""
    certificate = path / folder.CERTIFICATE
    if not certificate.is_file():
        return f"the run has no certificate (anylength prove {path})"
    checked = check(certificate, path / folder.MODEL)
    if not checked.valid:
        return f"the checker rejects the run's certificate ({checked.reason})"
    found = parsed(certificate.read_bytes())
    if found.machine != task.transducer:
        return f"the run's certificate is of another machine than that of the task {task.name}"
    return found.proofs
