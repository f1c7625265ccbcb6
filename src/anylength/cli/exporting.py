"""The command that lets a net out."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from anylength.cli.command import Command, Outcome

FORMS = ("torch", "json", "js", "c")
"""Those of `interchange.EXPORTS`, known here without what they import."""


def _export_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", type=Path, help="the folder of a finished run")
    parser.add_argument("--to", choices=FORMS, required=True, help="a PyTorch state_dict, readable JSON, a JavaScript module, C")
    parser.add_argument("--out", type=Path, default=None, metavar="FILE", help="the file (default: model.… in the run)")


def _export(options: Namespace) -> Outcome:
    from anylength import experiments
    from anylength.cli import show

    result = experiments.export(options.run, options.to, out=options.out)
    return Outcome(result.to_json(), lambda: show.export(result))


COMMANDS = {
    "export": Command("the net as a file for other programs, and whether its proof holds there", _export_arguments, _export)
}
