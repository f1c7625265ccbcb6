"""`anylength import`: a net of PyTorch or ONNX as a run."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from anylength.cli.command import Command, Outcome, whole_number
from anylength.cli.show import console, facts_table
from anylength.records import Imported

PROGRAM = "program"
"""The cell's name of a net that is a step program."""


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="a .safetensors with PyTorch's names, or an .onnx")
    parser.add_argument("--task", required=True, metavar="TASK", help="the net's task: see anylength tasks; or a machine file")
    parser.add_argument("--base", type=whole_number, default=10, help="base of the digits, 2 to 36 (a machine file has its own)")
    parser.add_argument(
        "--cell", default=None, help="relu if the nn.RNN uses ReLU, which a state_dict does not tell (default: tanh)"
    )
    parser.add_argument("--out", type=Path, default=None, metavar="RUN", help="run folder (default: runs/ and the file's name)")


def _run(options: Namespace) -> Outcome:
    from anylength.base import free_name
    from anylength.experiments.imports import import_net
    from anylength.experiments.options import TrainOptions

    task = TrainOptions(task=options.task, base=options.base).load_task()
    out = options.out or free_name(Path("runs") / options.file.stem)
    result = import_net(options.file, task, out, cell=options.cell)
    return Outcome(result.to_json(), lambda: _show(result))


def _show(result: Imported) -> None:
    table = facts_table()
    biases = ", its two biases kept apart" if result.separate_biases else ", one bias"
    table.add_row("net", f"{result.origin}: {result.parameters:,} parameters{'' if result.cell == PROGRAM else biases}")
    if result.cell == PROGRAM:
        table.add_row("read as", "a step program")
    if result.folding_error:
        bound = f"no pre-activation of the original is further off than {result.folding_error:.1e}"
        table.add_row("embedding", f"folded into the input weights: {bound}")
    table.add_row("compared", _compared(result))
    table.add_row("run", result.run)
    table.add_row("its verdict", f"anylength prove {result.run}")
    console().print(table)


def _compared(result: Imported) -> str:
    if result.runtime is None:
        return "not compared: the library that runs the original is not installed"
    same = (
        "the same answers"
        if not result.inputs_differing
        else f"different answers on {result.inputs_differing:,}, because of rounding"
    )
    return f"with {result.runtime} on {result.inputs_compared:,} hard inputs: {same}"


COMMAND = Command("a net from PyTorch or ONNX as a run", _arguments, _run)
