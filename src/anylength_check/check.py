"""The check: a certificate and a weights file in, VALID or a reason out. The default answer is "rejected"."""

from collections.abc import Callable
from os import PathLike
from typing import Any, NamedTuple

from anylength_check.certificate import CERTIFICATE_LIMIT, read_certificate, require_fit
from anylength_check.cover import Cover, Each
from anylength_check.onnx_file import ONNX_LIMIT
from anylength_check.program import read_program
from anylength_check.report import lines_of
from anylength_check.rounded import Rounded
from anylength_check.stacks import Stacks
from anylength_check.streams import PREFIX, check_stream
from anylength_check.strict import Refused, read_file, require
from anylength_check.weights import WEIGHTS_LIMIT, filled, read_shapes, read_tensors
from anylength_check.work import require_bounded

Sharing = Callable[[int, int, int], Each]  # of the multiplications of a check, the symbols that may be shared out, and the proofs


class CheckResult(NamedTuple):
    """Valid, with the proved claim, in lines what was checked, and the machine with its encoding; or not valid, with the reason."""

    valid: bool
    claim: str | None
    reason: str | None
    lines: tuple[str, ...]
    machine: dict[str, Any] | None = None


def check(
    certificate_path: str | PathLike, weights_path: str | PathLike, sharing: Sharing = lambda *_: map,
    onnx_path: str | PathLike | None = None,
) -> CheckResult:  # fmt: skip
    """Checks a certificate against a weights file; raises OSError where a file cannot be read.

    Before the long part `sharing` is asked what maps the check of a proof over its symbols. With the ONNX file that a certificate
    about streams names, the weights are compared with those in it, too.
    """
    certificate_bytes, weights_bytes = read_file(certificate_path, CERTIFICATE_LIMIT), read_file(weights_path, WEIGHTS_LIMIT)
    onnx = None if onnx_path is None else read_file(onnx_path, ONNX_LIMIT)
    try:
        return _check_files(certificate_bytes, weights_bytes, sharing, onnx)
    except Exception as error:  # whatever goes wrong, the answer is "rejected"
        reason = str(error) if isinstance(error, Refused) else f"the checker could not finish: {type(error).__name__}"
        return CheckResult(False, None, ascii(reason)[1:-1][:500], ())


def _check_files(certificate_bytes: bytes, weights_bytes: bytes, sharing: Sharing, onnx: bytes | None) -> CheckResult:
    """The result if the claim is proved, else Refused or any other error. The cheap checks come first."""
    if certificate_bytes.startswith(PREFIX):
        claim, lines = check_stream(certificate_bytes, weights_bytes, onnx)
        return CheckResult(True, claim, None, lines)
    require(onnx is None, "the certificate names no ONNX file")
    top = read_certificate(certificate_bytes)
    shapes, raw = read_shapes(weights_bytes)
    program = read_program(top["program"])
    require(shapes == program.fields["tensors"], "the tensors of the weights file are not those of the program, by name and shape")
    net = read_tensors(shapes, raw, top["tensors"])
    require_fit(top, program)
    symbols, proofs = top["encoding"]["base"] ** top["encoding"]["tapes"], top["proofs"]
    columns = {name: filled(rows) for name, rows in net.items()}
    work = require_bounded(program, net, columns, proofs, symbols)
    kind, shared = (Rounded, 1) if "rounding" in top else (Stacks if program.memory else Cover, symbols)
    each = sharing(work, shared, len(proofs))
    checked = [kind(top, program, net, columns, proof).checked(each) for proof in proofs]
    about = {name: top[name] for name in ("machine", "encoding")}
    return CheckResult(True, top["claim"], None, lines_of(top, program, checked), about)
