"""`anylength export`: the net as a file for other programs."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from rich.text import Text

from anylength.cli.command import DONE, UNKNOWN, Command, Outcome, run_argument
from anylength.cli.show import console, facts_table, plain
from anylength.records import Exported, ExportedQueries

FORMATS = ("onnx", "torch", "json", "js", "c")
"""The formats of `interchange.EXPORT_FORMATS`, repeated so that `--help` need not import JAX. A test compares the two."""

QUERIES = "vnnlib"
"""The export of a certificate or a counterexample in place of the net."""


def _arguments(parser: ArgumentParser) -> None:
    run_argument(parser)
    parser.add_argument(
        "--to", choices=(*FORMATS, QUERIES), required=True,
        help="ONNX, a PyTorch state_dict, readable JSON, a JavaScript module, a C file; or the verdict's steps as VNN-LIB queries",
    )  # fmt: skip
    where = "the file (default: model.… in the run), or the new folder of queries (default: vnnlib in the run)"
    parser.add_argument("--out", type=Path, default=None, metavar="FILE", help=where)


def _run(options: Namespace) -> Outcome:
    from anylength import experiments

    if options.to == QUERIES:
        written = experiments.export_queries(options.run, out=options.out)
        return Outcome(written.to_json(), lambda: _show_queries(written), UNKNOWN if written.path is None else DONE)
    result = experiments.export(options.run, options.to, out=options.out)
    return Outcome(result.to_json(), lambda: _show(result))


def _show(result: Exported) -> None:
    table = facts_table()
    table.add_row("file", result.path)
    table.add_row("proof", Text(result.statement, style="green" if result.covered else "yellow"))
    console().print(table)
    console().print()
    plain(result.usage)


def _show_queries(result: ExportedQueries) -> None:
    if result.path is None:
        plain(result.statement)
        return
    table = facts_table()
    table.add_row("folder", result.path)
    table.add_row("queries", f"{result.unsat:,} unsat, {result.sat:,} sat")
    table.add_row("expected", result.statement)
    console().print(table)
    console().print()
    plain(result.usage)


COMMAND = Command("the net as a file for other programs, and whether its proof holds there", _arguments, _run)
