"""`anylength sweep`: trains many nets over a grid of settings and seeds."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from anylength.cli.command import Command, Outcome, whole_number
from anylength.cli.show import command_seconds, show_facts
from anylength.cli.streams import say
from anylength.records import SweepRun


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("config", metavar="CONFIG.toml", type=Path, help="what to sweep: see docs/how-to/sweeps.md and examples/")
    parser.add_argument("--out", type=Path, default=None, help="the sweep's folder (default: sweeps/… by the file's name)")
    parser.add_argument("--yes", action="store_true", help="run a sweep of more than 100,000 nets")
    parser.add_argument(
        "--scheduler", default=None, metavar="ADDRESS", help="a Dask scheduler whose workers train the nets: tcp://…"
    )
    parser.add_argument(
        "--workers", type=whole_number, default=None, metavar="N", help="number of processes of this machine that train the nets"
    )


def _run(options: Namespace) -> Outcome:
    from anylength.cli.progress import remaining_progress
    from anylength.sweeps.run import sweep

    out = options.out or Path("sweeps") / options.config.stem
    with remaining_progress(options, "nets") as progress:
        try:
            result = sweep(
                options.config, out, yes=options.yes, scheduler=options.scheduler, workers=options.workers, progress=progress
            )
        except KeyboardInterrupt:
            say("anylength: stopped; the same command continues")
            raise
    return Outcome(result.to_json(), lambda: _show(result))


def _show(result: SweepRun) -> None:
    show_facts(
        {
            "nets": f"{result.rows:,} ({result.new_rows:,} of them in this run)",
            "seconds": command_seconds(),
            "sweep": result.path,
            "next": f"anylength summary {result.path}",
        }
    )


COMMAND = Command("train many nets: a grid of settings and seeds; resumable, on one machine or many", _arguments, _run)
