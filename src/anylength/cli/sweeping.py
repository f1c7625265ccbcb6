"""The commands on many nets."""

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from anylength.cli.command import Command, Outcome, json_of


def _sweep_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("config", metavar="CONFIG.toml", type=Path, help="what to sweep: see docs/sweeps.md and examples/")
    parser.add_argument("--out", type=Path, default=None, help="the sweep's folder (default: sweeps/… by the file's name)")
    parser.add_argument("--yes", action="store_true", help="a very large sweep is meant")
    parser.add_argument("--scheduler", default=None, metavar="ADDRESS", help="a Dask scheduler whose workers do it: tcp://…")
    parser.add_argument("--workers", type=int, default=None, metavar="N", help="processes of this machine that do it")


def _sweep(options: Namespace) -> Outcome:
    from anylength.cli import many
    from anylength.cli.progress import remaining
    from anylength.sweeps.run import sweep

    out = options.out or Path("sweeps") / options.config.stem
    with remaining(options, "nets") as progress:
        try:
            result = sweep(
                options.config, out, yes=options.yes, scheduler=options.scheduler, workers=options.workers, progress=progress
            )
        except KeyboardInterrupt:
            print("anylength: stopped; the same command goes on", file=sys.stderr)
            raise
    return Outcome(result.to_json(), lambda: many.swept(result))


def _summary_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("sweep", metavar="SWEEP", type=Path, help="a sweep's folder, finished or not")


def _summary(options: Namespace) -> Outcome:
    from anylength.cli import many
    from anylength.sweeps.summary import summarise

    result, path = summarise(options.sweep)
    return Outcome(json_of({**json.loads(result.to_json()), "path": str(path)}), lambda: many.summary(result, path))


def _take_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("sweep", metavar="SWEEP", type=Path, help="a sweep's folder")
    parser.add_argument("row", metavar="ROW", type=int, help="the row's number: the column row of results.jsonl")
    parser.add_argument("--out", type=Path, default=None, metavar="RUN", help="run folder (default: runs/… by sweep and row)")


def _take(options: Namespace) -> Outcome:
    from anylength.cli import show
    from anylength.sweeps.take import take

    out = options.out or Path("runs") / f"{options.sweep.resolve().name}-{options.row}"
    result = take(options.sweep, options.row, out)
    return Outcome(json_of({"run": str(out), "path": str(out), **json.loads(result.to_json())}), lambda: show.training(out, result))


COMMANDS: dict[str, Command] = {
    "sweep": Command(
        "many nets: a grid of settings and seeds, a row each; resumable, on one machine or many", _sweep_arguments, _sweep
    ),
    "summary": Command(
        "the statistics of a sweep: shares, breaking lengths, comparisons; and a page", _summary_arguments, _summary
    ),
    "take": Command("one row of a sweep as a run", _take_arguments, _take),
}
