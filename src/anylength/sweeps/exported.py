"""Which rows of a sweep were exported as runs, and where to: `exports.jsonl` in the sweep's folder. Loads no JAX."""

import os
from itertools import islice
from pathlib import Path

import msgspec

from anylength.base import Folder, InputError
from anylength.sweeps.folder import MAX_LINE_BYTES

EXPORTS = "exports.jsonl"
"""The name of the file: one line for each export."""

REPORT = "report.html"
"""The report in a run folder, as in `runs.layout`, which would load JAX."""


class Export(msgspec.Struct, frozen=True):
    """A row that was exported, and the run's folder as a path from the sweep's folder."""

    row: int
    run: str


def note_export(sweep: Path, row: int, run: Path) -> None:
    """Notes that a row was exported. A sweep that cannot be written keeps no note: the export itself is whole."""
    relative = os.path.relpath(run.resolve(), sweep.resolve())
    try:
        Folder(sweep).append(EXPORTS, msgspec.json.encode(Export(row, relative)) + b"\n")
    except InputError:
        return


def exported_runs(sweep: Path) -> dict[int, str]:
    """For each exported row the run's folder as a path from the sweep's folder, if it still exists. Damaged lines are left out."""
    decode = msgspec.json.Decoder(Export).decode
    runs: dict[int, str] = {}
    if not Folder(sweep).has(EXPORTS):
        return runs
    for line in islice(Folder(sweep).lines(EXPORTS, limit=MAX_LINE_BYTES), 100_000):  # more than there are rows in a large sweep
        try:
            export = decode(line)
        except (msgspec.DecodeError, msgspec.ValidationError):
            continue
        if not Path(export.run).is_absolute() and (sweep / export.run).is_dir():
            runs[export.row] = export.run
    return runs


def report_of(sweep: Path, run: str) -> str | None:
    """The report of an exported run as a path from the sweep's folder; None where there is none."""
    return f"{run}/{REPORT}" if Folder(sweep / run).has(REPORT) else None
