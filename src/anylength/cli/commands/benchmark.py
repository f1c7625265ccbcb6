"""`anylength benchmark`: a kind of net on every task of a suite."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

from rich.text import Text

from anylength.cli.command import Command, Outcome, json_of, whole_number
from anylength.cli.show import console, plain_table
from anylength.cli.streams import say
from anylength.records import Benchmark


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("kind", metavar="KIND", help="a cell or a net, as in anylength cells, or module:factory in PyTorch")
    parser.add_argument("--suite", required=True, metavar="NAME", help="the suite: tomita, chomsky, flip-flop, dyck, groups, …")
    parser.add_argument("--tasks", default="", metavar="A,B", help="only these tasks of the suite")
    parser.add_argument("--out", type=Path, default=None, help="the benchmark's folder (default: benchmarks/SUITE-KIND)")
    parser.add_argument("--hidden", type=whole_number, default=None, metavar="N", help="hidden units (default: the recipe's)")
    parser.add_argument("--layers", type=whole_number, default=1, metavar="N", help="layers of the cell")
    parser.add_argument("--recipe", default=None, help="how nets are trained (default: plain, or memory for a cell with a memory)")
    parser.add_argument("--epochs", type=whole_number, default=None, metavar="N", help="most epochs (default: the recipe's)")
    parser.add_argument("--seeds", type=whole_number, default=10, metavar="N", help="seeds of each task")
    parser.add_argument("--first-seed", type=whole_number, default=0, metavar="N", help="the first seed")
    parser.add_argument(
        "--convention", default="anylength-v1", metavar="NAME",
        help="whose words nets train on: anylength-v1, chomsky-v1, flare-v1, word-problem-v1; all score the nets, where they apply",
    )  # fmt: skip
    parser.add_argument(
        "--updates", type=whole_number, default=None, metavar="N",
        help="train by N updates on fresh words, as chomsky-v1 is published, in place of a data set",
    )  # fmt: skip
    parser.add_argument("--batch", type=whole_number, default=16, metavar="N", help="fresh words in an update")
    parser.add_argument(
        "--words", type=whole_number, default=None, metavar="N", help="test words of each length (default: 64, or 16)"
    )
    parser.add_argument("--limit", type=whole_number, default=500, metavar="N", help="symbols of the longest test words")
    parser.add_argument("--workers", type=whole_number, default=None, metavar="N", help="processes of this machine that train nets")
    parser.add_argument("--scheduler", default=None, metavar="ADDRESS", help="a Dask scheduler whose workers train nets: tcp://…")


def _run(options: Namespace) -> Outcome:
    from anylength.benchmark.options import BenchmarkOptions
    from anylength.benchmark.run import PAGE, benchmark
    from anylength.cli.progress import remaining_progress

    chosen = BenchmarkOptions(
        kind=options.kind, suite=options.suite, tasks=tuple(filter(None, options.tasks.split(","))), hidden=options.hidden,
        layers=options.layers, recipe=options.recipe, epochs=options.epochs, seeds=options.seeds, first_seed=options.first_seed,
        convention=options.convention, limit=options.limit, updates=options.updates, batch=options.batch, words=options.words,
    )  # fmt: skip
    out = options.out or Path("benchmarks") / f"{chosen.suite}-{chosen.kind.replace(':', '-')}"
    with remaining_progress(options, "nets") as progress:
        try:
            table = benchmark(chosen, out, scheduler=options.scheduler, workers=options.workers, progress=progress)
        except KeyboardInterrupt:
            say("anylength: stopped; the same command continues")
            raise
    return Outcome(json_of({**json.loads(table.to_json()), "path": str(out)}), lambda: _show(table, out / PAGE))


def _show(table: Benchmark, page: Path) -> None:
    """Prints the tables, what they mean, and the path of the page."""
    from anylength.benchmark.columns import budget, narrow_tables, notes

    out = console()
    for columns in narrow_tables(table):
        shown = plain_table(*(heading for heading, _ in columns))
        for cells in zip(*(texts for _, texts in columns), strict=True):
            shown.add_row(*cells)
        out.print(shown)
        out.print()
    for note in (*notes(table), *map(budget, table.rows)):
        out.print(Text(note, style="dim"))
    out.print(f"page  {page}")


COMMAND = Command("a kind of net on every task of a suite: scores, worst cases, horizons and verdicts over seeds", _arguments, _run)
"""The command."""
