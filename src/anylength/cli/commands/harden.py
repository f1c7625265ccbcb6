"""`anylength harden`: the fewest certified updates that make a net provable."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from rich.text import Text

from anylength.cli.command import VERDICT_CODES, Command, Outcome, resumable, run_argument
from anylength.cli.show import VERDICT_STYLES, console, facts_table
from anylength.records import Hardening


def _arguments(parser: ArgumentParser) -> None:
    run_argument(parser)
    parser.add_argument("--out", type=Path, default=None, help="the new run's folder (default: RUN-hardened)")
    parser.add_argument(
        "--recipe", default="harden", help="harden (small steps), or unrolled (large ones) for a net that has not learned"
    )
    parser.add_argument("--resume", action="store_true", help="continue an interrupted one")


def _run(options: Namespace) -> Outcome:
    from anylength.cli.progress import epoch_progress
    from anylength.experiments.harden import harden

    out = options.out or options.run.with_name(f"{options.run.name}-hardened")
    with epoch_progress(options) as progress, resumable(out):
        result = harden(options.run, out, recipe=options.recipe, resume=options.resume, progress=progress)
    return Outcome(result.to_json(), lambda: _show(result), VERDICT_CODES[result.verdict])


def _show(result: Hardening) -> None:
    from anylength.web.words import noise_number

    table = facts_table()
    table.add_row("verdict", Text(result.verdict, style=VERDICT_STYLES.get(result.verdict, "bold yellow")))
    table.add_row("updates", f"{result.updates:,}")
    table.add_row(
        "weights moved",
        f"by {result.moved:.1%} of their Euclidean norm; the largest change of one is {result.largest_change:.3f}",
    )
    changed = f"{result.answers_changed:.1%} of stress inputs are answered differently"
    table.add_row("answers", f"{changed}: {result.answers_corrected:,} became right, {result.answers_broken:,} became wrong")
    if result.noise_budget is not None:
        table.add_row("noise budget", noise_number(result.noise_budget))
    if isinstance(result.advice, str):
        table.add_row("no proof", result.advice)
    table.add_row("run", result.run)
    console().print(table)


COMMAND = Command("the fewest certified updates that make a net provable", _arguments, _run)
