"""`anylength ask`: the net's own answers."""

import sys
from argparse import ArgumentParser, Namespace

from rich.text import Text

from anylength.cli.command import Command, Outcome, run_argument
from anylength.cli.show import console
from anylength.errors import InputError
from anylength.records import Answers


def _arguments(parser: ArgumentParser) -> None:
    run_argument(parser)
    parser.add_argument("numbers", metavar="NUMBER", nargs="+", help="numbers of any length: 1000 or 1,000; - reads them from standard input")


def _run(options: Namespace) -> Outcome:
    from anylength.experiments import Run

    numbers = [number for word in options.numbers for number in (sys.stdin.read().split() if word == "-" else [word])]
    if not numbers:
        raise InputError("a number on standard input", "nothing", "write at least one, or name it in place of -")
    run = Run.open(options.run)
    tapes = run.task.tapes
    result = run.ask([numbers[first : first + tapes] for first in range(0, len(numbers), tapes)])
    return Outcome(result.to_json(), lambda: _show(run.task.name, result))


def _show(task: str, result: Answers) -> None:
    """One line per question. Long numbers are printed in full, so that they can be used."""
    for question, answer, correct in zip(result.questions, result.answers, result.correct, strict=True):
        mark = Text("right", style="green") if correct else Text("wrong", style="red")
        console().print(Text(f"{task} {' '.join(question)} -> {answer}  ").append_text(mark))


COMMAND = Command("the net's own answers to numbers of any length", _arguments, _run)
