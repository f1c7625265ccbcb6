"""The report of one run, or of several side by side: one self-contained HTML file."""

from collections.abc import Sequence
from pathlib import Path

from anylength.base import InputError, is_folder
from anylength.experiments.results import complete as make_missing
from anylength.experiments.run_view import run_view
from anylength.runs import Run, layout
from anylength.web.pages import report_page

MOST_RUNS = 8
"""Runs in one report at most: more columns do not fit a screen."""


def report(paths: Sequence[Path | Run], *, out: Path | None = None, complete: bool = False) -> Path:
    """Writes the report of finished runs, one HTML file, and returns its path.

    Args:
        paths: The runs, side by side where there are several.
        out: The file; None: `report.html` in the run, or for several runs in the current folder.
        complete: Whether to make first what the runs lack: stress test, verdict, explanation, machine.

    Raises:
        InputError: A run is not finished, there are none or too many, or the file cannot be written.
    """
    if not 1 <= len(paths) <= MOST_RUNS:
        raise InputError(f"1 to {MOST_RUNS} runs", str(len(paths)), "name fewer: anylength report RUN RUN")
    runs = [Run.open(path) for path in paths]
    if complete:
        for run in runs:
            make_missing(run)
    target = out or (runs[0].path / layout.REPORT if len(runs) == 1 else Path(layout.REPORT))
    if is_folder(target):
        raise InputError("a file for the report", f"{str(target)!r}, a folder", "pass for example --out report.html")
    runs[0].write_beside(target, report_html(runs).encode())
    return target


def report_html(runs: Sequence[Path | Run]) -> str:
    """The report of runs as one HTML text."""
    opened = [run if isinstance(run, Run) else Run(run) for run in runs]
    return report_page([run_view(run, str(run.path)) for run in opened])
