"""`anylength count`: the net counts, reading its own answers."""

from argparse import ArgumentParser, Namespace

from rich.text import Text

from anylength.cli.command import Command, Outcome, run_argument, whole_number
from anylength.cli.show import console, number
from anylength.records import Sequence


def _arguments(parser: ArgumentParser) -> None:
    run_argument(parser)
    parser.add_argument("--start", default="1", help="the first number")
    parser.add_argument("--steps", type=whole_number, default=20, help="how many times to count on")


def _run(options: Namespace) -> Outcome:
    from anylength.experiments.results import count_on

    result = count_on(options.run, start=options.start, steps=options.steps)
    return Outcome(result.to_json(), lambda: _show(result))


def _show(result: Sequence) -> None:
    for index, entry in enumerate(result.sequence):
        if index == result.first_error:
            console().print(Text(f"{number(entry)}   <- the first wrong step", style="red"))
        else:
            console().print(number(entry))
    if result.first_error is None:
        console().print(Text(f"all {len(result.sequence) - 1} steps right", style="green"))


COMMAND = Command("let the net count on, reading its own answers", _arguments, _run)
