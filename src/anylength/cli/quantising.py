"""The command that makes a net's numbers coarser."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from anylength.cli.command import VERDICT_CODES, Command, Outcome


def _quantise_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", type=Path, help="the folder of a finished run")
    parser.add_argument("--to", required=True, metavar="FORMAT", help="bfloat16, float16, or int8 down to int1")
    parser.add_argument("--scales", default="row", metavar="SHARE", help="int: a power of two for each row, or for each tensor")
    parser.add_argument("--tune", action="store_true", help="move weights by certified training until the coarse net is provable")
    parser.add_argument("--budget", type=float, default=60.0, metavar="SECONDS", help="time to spend on the verdict")
    parser.add_argument("--out", type=Path, default=None, help="the new run's folder (default: RUN-FORMAT)")


def _quantise(options: Namespace) -> Outcome:
    from anylength import experiments
    from anylength.cli import show
    from anylength.cli.progress import bar
    from anylength.nets import grid_named

    grid = grid_named(options.to, options.scales)
    out = options.out or options.run.with_name(f"{options.run.name}-{options.to}")
    with bar(options) as progress:
        result = experiments.quantise(options.run, out, grid, tune=options.tune, budget=options.budget, progress=progress)
    return Outcome(result.to_json(), lambda: show.quantisation(result), VERDICT_CODES[result.verdict])


COMMANDS: dict[str, Command] = {
    "quantise": Command(
        "coarser weights (bfloat16, float16, int8 … int1) and the verdict on that net", _quantise_arguments, _quantise
    ),
}
"""The command by name."""
