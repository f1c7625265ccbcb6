"""The commands on nets from elsewhere and for elsewhere."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from anylength.cli.command import Command, Outcome


def _import_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="a .safetensors with PyTorch's names, or an .onnx")
    parser.add_argument(
        "--task", required=True, metavar="TASK", help="what the net is to do: see anylength tasks; or a machine file"
    )
    parser.add_argument("--base", type=int, default=10, help="base of the digits, 2 to 36 (a machine file says its own)")
    parser.add_argument(
        "--cell", default=None, help="relu for an nn.RNN with rectifiers: PyTorch's names do not tell (default: tanh)"
    )
    parser.add_argument("--out", type=Path, default=None, metavar="RUN", help="run folder (default: runs/ and the file's name)")


def _import(options: Namespace) -> Outcome:
    from anylength import experiments
    from anylength.cli import show

    task = experiments.TrainOptions(task=options.task, base=options.base).task_itself
    out = options.out or experiments.free_name(Path("runs") / options.file.stem)
    result = experiments.import_net(options.file, task, out, cell=options.cell)
    return Outcome(result.to_json(), lambda: show.imported(result))


FORMS = ("onnx", "torch", "json", "js", "c")
"""Those of `interchange.EXPORTS`, known here without what they import."""


def _export_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", type=Path, help="the folder of a finished run")
    parser.add_argument(
        "--to", choices=FORMS, required=True, help="ONNX, a PyTorch state_dict, readable JSON, a JavaScript module, a C file"
    )
    parser.add_argument("--out", type=Path, default=None, metavar="FILE", help="the file (default: model.… in the run)")


def _export(options: Namespace) -> Outcome:
    from anylength import experiments
    from anylength.cli import show

    result = experiments.export(options.run, options.to, out=options.out)
    return Outcome(result.to_json(), lambda: show.exported(result))


COMMANDS = {
    "import": Command("a net from PyTorch or ONNX as a run", _import_arguments, _import),
    "export": Command("the net as a file for other programs, and whether its proof holds there", _export_arguments, _export),
}
