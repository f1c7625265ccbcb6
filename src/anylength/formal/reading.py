"""A certificate and its weights, as the independent checker reads them."""

from typing import Any, NamedTuple

from anylength_check.certificate import read_certificate, require_fit
from anylength_check.program import Program, read_program
from anylength_check.weights import Tensors, read_shapes, read_tensors


class Files(NamedTuple):
    """What a certificate and a weights file hold.

    Attributes:
        top: The certificate.
        program: Its step program.
        tensors: The weights: rows of numbers in units of 2^-149.
    """

    top: dict[str, Any]
    program: Program
    tensors: Tensors


def read_files(certificate: bytes, weights: bytes) -> Files:
    """The two files, read as strictly as by the checker. Whether a proof closes is not looked at.

    Raises:
        Refused: The files are malformed, or do not belong together.
    """
    top = read_certificate(certificate)
    shapes, raw = read_shapes(weights)
    program = read_program(top["program"])
    tensors = read_tensors(shapes, raw, top["tensors"])
    require_fit(top, program)
    return Files(top, program, tensors)
