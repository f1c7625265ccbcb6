"""`anylength ask`: the net's own answers."""

import sys
from argparse import ArgumentParser, Namespace

from rich.text import Text

from anylength.base import InputError
from anylength.cli.command import Command, Outcome, run_argument
from anylength.cli.show import console
from anylength.records import Answers

MAX_INPUT = 64 << 20
"""Most characters that are read from standard input: six numbers of ten million digits."""


def _arguments(parser: ArgumentParser) -> None:
    run_argument(parser)
    parser.add_argument(
        "numbers",
        metavar="NUMBER",
        nargs="+",
        help="numbers or words of any length, such as 1000 or abba; - reads them from standard input",
    )


def _run(options: Namespace) -> Outcome:
    from anylength.runs import Run

    numbers = [number for word in options.numbers for number in (_read_numbers() if word == "-" else [word])]
    if not numbers:
        raise InputError("a number on standard input", "nothing", "write at least one, or name it in place of -")
    run = Run.open(options.run)
    tapes = run.task.tapes
    result = run.ask([numbers[first : first + tapes] for first in range(0, len(numbers), tapes)])
    return Outcome(result.to_json(), lambda: _show(run.task.name, result))


def _read_numbers() -> list[str]:
    """The numbers on standard input.

    Raises:
        InputError: It is too long, or not text.
    """
    try:
        text = "" if sys.stdin is None else sys.stdin.read(MAX_INPUT + 1)
    except UnicodeDecodeError:
        raise InputError("numbers on standard input", "bytes that are no UTF-8 text", "write digits") from None
    if len(text) > MAX_INPUT:
        raise InputError(f"at most {MAX_INPUT:,} characters on standard input", "more", "ask in several calls")
    return text.split()


def _show(task: str, result: Answers) -> None:
    """One line per question. Long numbers are printed in full, so that they can be used."""
    for question, answer, correct in zip(result.questions, result.answers, result.correct, strict=True):
        mark = Text("right", style="green") if correct else Text("wrong", style="red")
        console().print(Text(f"{task} {' '.join(question)} -> {answer}  ").append_text(mark))


COMMAND = Command("the net's own answers to numbers or words of any length", _arguments, _run)
