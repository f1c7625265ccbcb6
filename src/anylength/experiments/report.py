"""The report of one run, or of several side by side: one HTML file from their records."""

from pathlib import Path

from anylength.errors import InputError
from anylength.experiments import folder
from anylength.experiments.explain import EXPLANATION, explain
from anylength.experiments.extract import MACHINE, extract
from anylength.experiments.runs.files import write_atomic
from anylength.experiments.prove import prove
from anylength.experiments.shown_run import shown_run
from anylength.lengths import stress
from anylength.web import report_page

REPORT = "report.html"

MOST_RUNS = 8
"""So many runs stand side by side in one report."""


def report(paths: list[Path], *, out: Path | None = None, complete: bool = False) -> Path:
    """Writes the report of finished runs, one HTML file, and returns its path.

    Args:
        paths: The runs, side by side where there are several.
        out: The file; None: `report.html` in the run, or for several runs in the current folder.
        complete: Whether to make first what the runs lack: stress test, verdict, explanation, machine.

    Raises:
        InputError: A run is not whole, there are none or too many, or the file cannot be written.
    """
    if not 1 <= len(paths) <= MOST_RUNS:
        raise InputError(f"1 to {MOST_RUNS} runs", str(len(paths)), "name fewer: anylength report RUN RUN")
    for path in paths:
        folder.open_run(path)  # a run that is not whole is told before any work
    if complete:
        for path in paths:
            make_what_lacks(path)
    target = out or (paths[0] / REPORT if len(paths) == 1 else Path(REPORT))
    if target.is_dir():
        raise InputError("a file for the report", f"{str(target)!r}, a folder", "pass for example --out report.html")
    write_atomic(target, report_html(paths).encode())
    return target


def make_what_lacks(path: Path) -> None:
    """Makes the records that a finished run lacks: verdict, stress test, explanation, machine."""
    if not (path / folder.VERDICT).is_file():
        prove(path)
    if not (path / folder.STRESS).is_file():
        net, task = folder.open_run(path)
        folder.write(path, folder.STRESS, stress(net, task))
    if not (path / EXPLANATION).is_file():
        explain(path)
    if not (path / MACHINE).is_file():
        extract(path)


def report_html(paths: list[Path]) -> str:
    """The report of some runs as one HTML text."""
    return report_page([shown_run(path, str(path)) for path in paths])
