"""`anylength take`: writes one row of a sweep as a run folder."""

import json
import os
from argparse import ArgumentParser, Namespace
from pathlib import Path

from anylength.cli.command import Command, Outcome, json_of, whole_number
from anylength.cli.show import show_training


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("sweep", metavar="SWEEP", type=Path, help="a sweep's folder")
    parser.add_argument("row", metavar="ROW", type=whole_number, help="the row's number: the column row of results.jsonl")
    parser.add_argument("--out", type=Path, default=None, metavar="RUN", help="run folder (default: runs/… by sweep and row)")


def _run(options: Namespace) -> Outcome:
    from anylength.sweeps.export_run import export_run

    out = options.out or Path("runs") / f"{Path(os.path.realpath(options.sweep)).name}-{options.row}"
    result = export_run(options.sweep, options.row, out)
    return Outcome(json_of({"run": str(out), "path": str(out), **json.loads(result.to_json())}), lambda: show_training(out, result))


COMMAND = Command("one row of a sweep as a run folder", _arguments, _run)
