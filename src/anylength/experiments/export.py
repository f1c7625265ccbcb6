"""Export: a run's net as a file for other programs, with a statement of whether its proof holds there."""

import os
from pathlib import Path

from anylength.errors import InputError
from anylength.files import exists, is_folder
from anylength.interchange import export_bytes, export_format
from anylength.nets import PROGRAM, Net
from anylength.programs import OPERATIONS
from anylength.records import Exported
from anylength.runs import Run
from anylength.verification.certify import RUNTIMES, RuntimeCoverage, runtime_coverage


def export(path: Path | Run, to: str, *, out: Path | None = None) -> Exported:
    """Writes the net of a finished run in one of the formats of `interchange.EXPORT_FORMATS`, in place of an older export.

    Args:
        path: The run.
        to: The format.
        out: The file; None: the format's own name in the run folder.

    Raises:
        InputError: The run is not finished, the format is not known or cannot express the net, or the file cannot be written.
    """
    form = export_format(to)
    run = Run.open(path)
    net, config = run.net, run.net_config
    content = export_bytes(net, config, to)
    assert isinstance(net, Net)  # no format can express another
    target = _target(run.path, out or run.path / form.file, form.file)
    run.write_beside(target, content)
    coverage = _coverage(run, net, form.runtime)
    return Exported(
        run=str(run.path), path=str(target), target=to, covered=coverage.covered, statement=coverage.statement,
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
