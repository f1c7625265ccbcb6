"""`anylength check`: the independent checker's result on a certificate."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from anylength.cli.command import DONE, REJECTED, Command, Outcome, json_of
from anylength.cli.show import console
from anylength.errors import InputError
from anylength.records import CheckedCertificate


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("certificate", metavar="CERTIFICATE", type=Path, help="a certificate.json")
    parser.add_argument("--weights", type=Path, required=True, help="the model.safetensors that it is about")
    parser.add_argument("--show", action="store_true", help="also print the net's step as equations")


def _run(options: Namespace) -> Outcome:
    from anylength_check import announce, check

    try:
        checked = check(options.certificate, options.weights, (lambda _: None) if options.quiet else announce)
    except (OSError, ValueError) as error:
        remedy = "give the paths of a certificate.json and its model.safetensors"
        raise InputError("two readable files", str(getattr(error, "strerror", None) or error), remedy) from None
    result = CheckedCertificate(
        valid=checked.valid, claim=checked.claim, reason=checked.reason, lines=list(checked.lines),
        machine=list(checked.machine),
    )  # fmt: skip
    shown = _equations(options) if options.show and checked.valid else ()
    keys = {"valid": result.valid, "claim": result.claim, "reason": result.reason, "machine": result.machine}
    return Outcome(json_of(keys), lambda: _show(result, shown), DONE if result.valid else REJECTED)


def _equations(options: Namespace) -> Sequence[str]:
    """The program that the checker has read, as equations."""
    from anylength.programs import equations, parse_program, signs
    from anylength_check.certificate import CERTIFICATE_LIMIT, read_certificate
    from anylength_check.program import program_of_cell
    from anylength_check.strict import read_file
    from anylength_check.weights import WEIGHTS_LIMIT, read_shapes

    top = read_certificate(read_file(options.certificate, CERTIFICATE_LIMIT))
    shapes, _ = read_shapes(read_file(options.weights, WEIGHTS_LIMIT))
    fields = program_of_cell(top, shapes).fields if top["format"] == 1 else top["program"]
    program = parse_program(json.dumps(fields), options.certificate.name)
    return (*equations(program), signs(program))


def _show(result: CheckedCertificate, shown: Sequence[str]) -> None:
    """The claim, the equations, the result, the machine, and what was checked."""
    claim, *details = result.lines or [""]
    for line in (claim, *(f"  {line}" for line in shown)) if result.valid else ():
        console().print(line)
    console().print(Text("VALID", style="bold green") if result.valid else Text(f"REJECTED: {result.reason}", style="bold red"))
    for line in (*result.machine, *details):
        console().print(line)


COMMAND = Command("the independent checker's result on a certificate", _arguments, _run)
