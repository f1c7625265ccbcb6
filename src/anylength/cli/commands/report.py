"""`anylength report`: one self-contained HTML page of runs."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from anylength.cli.command import Command, Outcome, json_of
from anylength.cli.show import show_facts


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "runs", metavar="RUN", type=Path, nargs="+", help="the folder of a finished run; several stand side by side"
    )
    parser.add_argument("--out", type=Path, default=None, metavar="FILE", help="the file (default: report.html in the run)")
    parser.add_argument("--complete", action="store_true", help="first compute missing results: prove, stress, explain, extract")


def _run(options: Namespace) -> Outcome:
    from anylength.experiments.report import report

    path = report(options.runs, out=options.out, complete=options.complete)
    return Outcome(json_of({"path": str(path)}), lambda: show_facts({"report": str(path)}))


COMMAND = Command("one self-contained HTML page of a run, or of several side by side", _arguments, _run)
