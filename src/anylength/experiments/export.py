"""Export: a run's net as a file for other programs, with a statement of whether its proof holds there."""

import os
from pathlib import Path

from anylength.base import InputError, exists, is_folder
from anylength.cells import StackCell
from anylength.interchange import export_files, export_format
from anylength.nets import PROGRAM, Net
from anylength.programs import OPERATIONS
from anylength.records import Exported
from anylength.runs import Run
from anylength.verification.certify import RUNTIMES, RuntimeCoverage, runtime_coverage

EXPORTED = b"Written by anylength"
"""What every exported header says."""


def export(path: Path | Run, to: str, *, out: Path | None = None, main: bool = False) -> Exported:
    """Writes the net of a finished run in one of the formats of `interchange.EXPORT_FORMATS`, in place of an older export.

    Args:
        path: The run.
        to: The format.
        out: The file; None: the format's own name in the run folder.
        main: C only: whether the file is a program.

    Raises:
        InputError: The run is not finished, the format is not known or cannot express the net, a net with stacks has no proof, or
            the file cannot be written.
    """
    form = export_format(to, main=main)
    run = Run.open(path)
    net, config = run.net, run.net_config
    if isinstance(net, Net) and isinstance(net.cell, StackCell) and run.proof.reason is not None:
        got = f"a net with stacks without a proof: {run.proof.reason}"
        raise InputError("gates that are proved to be exactly 0 or 1", got, f"run anylength prove {run.path}")
    target = _target(run.path, out or run.path / form.file, form.file)
    contents = export_files(net, config, form, target.name)
    assert isinstance(net, Net)  # no format can express another
    files = [_beside(run.path, target, name) for name in contents]
    for path, content in zip(files, contents.values(), strict=True):
        run.write_beside(path, content)
    coverage = _coverage(run, net, form.runtime)
    return Exported(
        run=str(run.path), path=str(target), files=tuple(map(str, files)), target=to, covered=coverage.covered,
        statement=coverage.statement,
        usage=form.usage(net, config, target),
    )  # fmt: skip


def _target(path: Path, target: Path, name: str) -> Path:
    """The file to write.

    Raises:
        InputError: It is a folder, or another file of the run.
    """
    if is_folder(target):
        raise InputError("a file for the export", f"{str(target)!r}, a folder", f"pass for example --out {name}")
    if exists(target) and Path(os.path.realpath(target)).parent == Path(os.path.realpath(path)) and target.name != name:
        raise InputError("a file that is no part of the run", f"{str(target)!r}, which is", f"pass for example --out {name}")
    return target


def _beside(run: Path, target: Path, name: str) -> Path:
    """The target, or another file that is written beside the target.

    Raises:
        InputError: There is another file of this name that is not an older export.
    """
    path = target.with_name(name)
    if path == target:
        return target
    if path.is_file() and EXPORTED not in path.read_bytes():
        raise InputError("no other file in the header's place", f"{str(path)!r}", "pass another name with --out")
    return _target(run, path, name)


def _coverage(run: Run, net: Net, runtime: str) -> RuntimeCoverage:
    """Whether the run's proof holds in a runtime, and why."""
    proof, cell = run.proof, run.config.cell if run.net_config.layering.count == 1 else PROGRAM
    if proof.reason is not None:
        return RuntimeCoverage(False, f"nothing is proved of this net: {proof.reason}")
    used = {item.op for item in (*net.program.step, *net.program.answer)}
    unmeasured = [name for name, operation in OPERATIONS.items() if name in used and not operation.measured]
    if unmeasured and runtime in RUNTIMES:
        reason = f"the errors of {', '.join(unmeasured)} in {RUNTIMES[runtime].description} were not measured"
        return RuntimeCoverage(False, f"not covered: {reason}; the proof holds where they are within the certificate's model")
    return runtime_coverage(net, cell, proof.proofs, RUNTIMES.get(runtime))
