"""`anylength check`: the independent checker's result on a certificate."""

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from anylength.base import InputError
from anylength.cli.command import DONE, REJECTED, UNKNOWN, Command, Outcome, json_of
from anylength.cli.show import console
from anylength.records import CheckedCertificate

if TYPE_CHECKING:
    from anylength.formal import Files

VERIFIED = "VERIFIED: every proof passes a check that formal/ proves sound; number formats are left to the other checkers"
NOT_VERIFIED = "REJECTED by the verified checker"
UNREAD = "UNKNOWN: the verified checker reads {}, and this is {}; the independent checker accepts it"


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("certificate", metavar="CERTIFICATE", type=Path, help="a certificate.json")
    parser.add_argument("--weights", type=Path, required=True, help="the model.safetensors that it is about")
    parser.add_argument(
        "--onnx", type=Path, metavar="FILE", help="of a net that an audit looked at: the file, to compare its weights"
    )
    parser.add_argument(
        "--verified", action="store_true",
        help="also ask the verified checker, which Rocq makes of a theorem (the first time takes half a minute)",
    )  # fmt: skip
    parser.add_argument("--show", action="store_true", help="also print the net's step as equations")


def _run(options: Namespace) -> Outcome:
    from anylength_check import check
    from anylength_check.__main__ import announce, machine_lines, processors, shared_by

    processes = 1 if "jax" in sys.modules else processors()  # a process with JAX in it must not be copied
    try:
        say = (lambda _: None) if options.quiet else announce
        checked = check(options.certificate, options.weights, shared_by(options.certificate, processes, say), options.onnx)
    except (OSError, ValueError) as error:
        remedy = "give the paths of a certificate.json and its model.safetensors"
        raise InputError(
            f"{'three' if options.onnx else 'two'} readable files", str(getattr(error, "strerror", None) or error), remedy
        ) from None
    result = CheckedCertificate(
        valid=checked.valid, claim=checked.claim, reason=checked.reason, lines=list(checked.lines),
        machine=list(machine_lines(checked.machine)) if checked.machine else [],
    )  # fmt: skip
    shown = _equations(options) if options.show and checked.valid else ()
    verified, unread = _verified(options) if options.verified and checked.valid else (None, None)
    keys = {"valid": result.valid, "claim": result.claim, "reason": unread or result.reason, "machine": result.machine}
    keys |= {"verified": verified} if options.verified else {}
    code = REJECTED if not result.valid or verified is False else UNKNOWN if unread else DONE
    return Outcome(json_of(keys), lambda: _show(result, shown, verified, unread), code)


def _files(options: Namespace) -> "Files":
    """The two files as the checker has read them."""
    from anylength.formal import read_files
    from anylength_check.certificate import CERTIFICATE_LIMIT
    from anylength_check.strict import read_file
    from anylength_check.weights import WEIGHTS_LIMIT

    return read_files(read_file(options.certificate, CERTIFICATE_LIMIT), read_file(options.weights, WEIGHTS_LIMIT))


def _verified(options: Namespace) -> tuple[bool | None, str | None]:
    """Whether the verified checker passes every proof; None and the reason where it cannot read one."""
    from anylength.formal import checker_words, words_pass

    files = _files(options)
    try:
        proofs = [checker_words(files, proof) for proof in files.top["proofs"]]
    except InputError as error:
        return None, UNREAD.format(error.expected, error.got)
    return all(map(words_pass, proofs)), None


def _equations(options: Namespace) -> Sequence[str]:
    """The program that the checker has read, as equations."""
    from anylength.programs import equations, parse_program, signs

    program = parse_program(json.dumps(_files(options).program.fields), options.certificate.name)
    return (*equations(program), signs(program))


def _show(result: CheckedCertificate, shown: Sequence[str], verified: bool | None, unread: str | None) -> None:
    """The claim, the equations, both results, the machine, and what was checked. What goes unread is not called valid."""
    claim, *details = result.lines or [""]
    for line in (claim, *(f"  {line}" for line in shown)) if result.valid else ():
        console().print(line)
    if unread:
        console().print(Text(unread, style="bold yellow"))
    else:
        console().print(Text("VALID", style="bold green") if result.valid else Text(f"REJECTED: {result.reason}", style="bold red"))
    if verified is not None:
        console().print(Text(VERIFIED, style="bold green") if verified else Text(NOT_VERIFIED, style="bold red"))
    for line in (*result.machine, *details):
        console().print(line)


COMMAND = Command("the independent checker's result on a certificate", _arguments, _run)
