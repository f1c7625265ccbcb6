"""`anylength extract`: the machine that the net computes."""

from argparse import ArgumentParser, Namespace

from anylength.cli.command import DONE, UNKNOWN, Command, Outcome, run_argument
from anylength.cli.show import plain


def _arguments(parser: ArgumentParser) -> None:
    run_argument(parser)
    parser.add_argument("--budget", type=float, default=20.0, metavar="SECONDS", help="time to spend")
    parser.add_argument("--format", choices=("text", "dot", "mermaid", "python"), default="text", help="print the machine as this")


def _run(options: Namespace) -> Outcome:
    from anylength.cli import inside
    from anylength.experiments import Run
    from anylength.machine_formats import format_machine

    run = Run(options.run)
    result = run.extract(budget=options.budget)
    code = UNKNOWN if result.machine is None else DONE
    if options.format == "text" or result.machine is None:
        return Outcome(result.to_json(), lambda: inside.extraction(options.run, result), code)
    text = format_machine(run.config.task, result.machine, options.format)
    return Outcome(result.to_json(), lambda: plain(text), code)


COMMAND = Command("the machine that the net computes, and whether it is the task's", _arguments, _run)
