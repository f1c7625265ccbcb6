"""`anylength export`: the net as a file for other programs."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from rich.text import Text

from anylength.cli.command import Command, Outcome, run_argument
from anylength.cli.show import console, facts_table, plain
from anylength.records import Exported

FORMATS = ("onnx", "torch", "json", "js", "c")
"""The formats of `interchange.EXPORT_FORMATS`, repeated so that `--help` need not import JAX. A test compares the two."""


def _arguments(parser: ArgumentParser) -> None:
    run_argument(parser)
    what = "ONNX, a PyTorch state_dict, readable JSON, a JavaScript module, or a C file and its header"
    parser.add_argument("--to", choices=FORMATS, required=True, help=what)
    parser.add_argument("--out", type=Path, default=None, metavar="FILE", help="the file (default: model.… in the run)")
    parser.add_argument("--main", action="store_true", help="c: add a main that answers its arguments")


def _run(options: Namespace) -> Outcome:
    from anylength.experiments.export import export

    result = export(options.run, options.to, out=options.out, main=options.main)
    return Outcome(result.to_json(), lambda: _show(result))


def _show(result: Exported) -> None:
    table = facts_table()
    for path in result.files:
        table.add_row("file", path)
    table.add_row("proof", Text(result.statement, style="green" if result.covered else "yellow"))
    console().print(table)
    console().print()
    plain(result.usage)


COMMAND = Command("the net as a file for other programs, and whether its proof holds there", _arguments, _run)
