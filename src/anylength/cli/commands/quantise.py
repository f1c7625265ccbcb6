"""`anylength quantise`: coarser weights, and the verdict on that net."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from rich.text import Text

from anylength.cli.command import VERDICT_CODES, Command, Outcome, resumable, run_argument, seconds
from anylength.cli.show import VERDICT_STYLES, console, facts_table
from anylength.records import Quantisation


def _arguments(parser: ArgumentParser) -> None:
    run_argument(parser)
    parser.add_argument("--to", required=True, metavar="FORMAT", help="bfloat16, float16, or int8 down to int1")
    parser.add_argument("--scales", default="row", metavar="SHARE", help="int: a power of two for each row, or for each tensor")
    parser.add_argument("--tune", action="store_true", help="move weights by certified training until the coarse net is provable")
    parser.add_argument("--budget", type=seconds, default=60.0, metavar="SECONDS", help="time to spend on the verdict")
    parser.add_argument("--out", type=Path, default=None, help="the new run's folder (default: RUN-FORMAT)")
    parser.add_argument("--resume", action="store_true", help="continue an interrupted one")


def _run(options: Namespace) -> Outcome:
    from anylength.cli.progress import epoch_progress
    from anylength.experiments.quantise import quantise
    from anylength.nets import grid_named

    grid = grid_named(options.to, options.scales)
    out = options.out or options.run.with_name(f"{options.run.name}-{options.to}")
    with epoch_progress(options) as progress, resumable(out):
        result = quantise(
            options.run, out, grid, tune=options.tune, budget=options.budget, resume=options.resume, progress=progress
        )
    return Outcome(result.to_json(), lambda: _show(result), VERDICT_CODES[result.verdict])


def _show(result: Quantisation) -> None:
    from anylength.web.words import noise_number

    table = facts_table()
    table.add_row("verdict", Text(result.verdict, style=VERDICT_STYLES.get(result.verdict, "bold yellow")))
    if result.state_note is not None:
        table.add_row("states", result.state_note)
    if result.noise_budget is not None:
        table.add_row("noise budget", noise_number(result.noise_budget))
    table.add_row("size", _size(result))
    table.add_row(
        "weights moved",
        f"by {result.moved:.1%} of their Euclidean norm; the largest change of one is {result.largest_change:.3g}",
    )
    table.add_row("updates", f"{result.updates:,}" if result.updates else "none: the weights were rounded, nothing else")
    table.add_row("answers", f"{result.answers_changed:.1%} of stress inputs are answered differently")
    table.add_row("file", f"{result.path} ({result.file_bytes:,} bytes)")
    table.add_row("run", result.run)
    if result.verdict in ("REFUTED", "UNKNOWN") and not result.updates:
        table.add_row("next", f"add --tune: weights move until the {result.weight_format} net is provable")
    console().print(table)


def _size(result: Quantisation) -> str:
    exponents = f", {result.exponents:,} exponents (one a {result.exponent_sharing})" if result.exponent_sharing else ""
    return f"{result.total_bits:,} bits: {result.parameters:,} weights in {result.weight_format}{exponents}"


COMMAND = Command("coarser weights (bfloat16, float16, int8 … int1) and the verdict on that net", _arguments, _run)
