"""`anylength check`: the independent checker's result on a certificate."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from rich.text import Text

from anylength.cli.command import DONE, REJECTED, Command, Outcome, json_of
from anylength.cli.show import console
from anylength.errors import InputError
from anylength.records import CheckedCertificate


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("certificate", metavar="CERTIFICATE", type=Path, help="a certificate.json")
    parser.add_argument("--weights", type=Path, required=True, help="the model.safetensors that it is about")


def _run(options: Namespace) -> Outcome:
    from anylength_check import check

    try:
        checked = check(options.certificate, options.weights)
    except (OSError, ValueError) as error:
        remedy = "give the paths of a certificate.json and its model.safetensors"
        raise InputError("two readable files", str(getattr(error, "strerror", None) or error), remedy) from None
    result = CheckedCertificate(valid=checked.valid, claim=checked.claim, reason=checked.reason, lines=list(checked.lines))
    keys = {"valid": result.valid, "claim": result.claim, "reason": result.reason}
    return Outcome(json_of(keys), lambda: _show(result), DONE if result.valid else REJECTED)


def _show(result: CheckedCertificate) -> None:
    for line in result.lines:
        console().print(line)
    console().print(Text("VALID", style="bold green") if result.valid else Text(f"REJECTED: {result.reason}", style="bold red"))


COMMAND = Command("the independent checker's result on a certificate", _arguments, _run)
