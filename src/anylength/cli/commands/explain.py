"""`anylength explain`: why the net keeps or loses what it must remember."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

from anylength.cli.command import DONE, UNKNOWN, Command, Outcome, json_of
from anylength.errors import InputError


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("runs", metavar="RUN", type=Path, nargs="+", help="the folder of a finished run; several with --compare")
    parser.add_argument("--compare", action="store_true", help="show several runs side by side")


def _run(options: Namespace) -> Outcome:
    from anylength.cli import inside
    from anylength.experiments import Run

    if options.compare != (len(options.runs) > 1):
        expected = "two runs or more" if options.compare else "one run"
        raise InputError(f"{expected} to explain", str(len(options.runs)), "for several: anylength explain --compare RUN RUN")
    runs = [Run.open(path) for path in options.runs]  # an unfinished run is refused before any work
    results = [run.explain() for run in runs]
    code = UNKNOWN if any(result.findings[0].failure_mode == "NOT APPLICABLE" for result in results) else DONE
    if options.compare:
        names = [str(path) for path in options.runs]
        keys = {"runs": [{"run": name, **json.loads(result.to_json())} for name, result in zip(names, results, strict=True)]}
        return Outcome(json_of(keys), lambda: inside.comparison(names, results), code)
    return Outcome(results[0].to_json(), lambda: inside.explanation(options.runs[0], results[0]), code)


COMMAND = Command("why the net keeps or loses what it must remember", _arguments, _run)
