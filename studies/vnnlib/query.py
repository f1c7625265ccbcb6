"""A query about a step network (`step_network`), and its text in VNN-LIB 2.0.

Numbers are written exactly, as decimals: every double has a finite one. The element type is `real`: a query is about the network's
function over the real numbers, as a certificate is. See the standard, chapter "Query Language":
https://github.com/VNNLIB/VNNLIB-Standard
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

SAT, UNSAT = "sat", "unsat"
"""The expected results: some input satisfies all assertions, or none does."""


@dataclass(frozen=True)
class Query:
    """Is there an input in a box whose output is wrong?

    Attributes:
        name: The name of the file, without its ending.
        meaning: What is asked, in one sentence.
        low: `[N]` lower ends of the input's box.
        high: `[N]` upper ends.
        outputs: The rows of the output.
        wrong: Comparisons of the output. It is wrong if one of them holds.
        expected: `SAT` or `UNSAT`.
        exact: Whether the result holds by so little that rounding can hide it: a verifier that computes in floating point may err.
    """

    name: str
    meaning: str
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    outputs: int
    wrong: tuple[str, ...]
    expected: str
    exact: bool = False

    def text(self) -> str:
        """The query."""
        ends = zip(self.low.tolist(), self.high.tolist(), strict=True)
        box = "\n".join(
            f"(assert (>= X[0,{i}] {decimal(a)}))\n(assert (<= X[0,{i}] {decimal(b)}))" for i, (a, b) in enumerate(ends)
        )
        wrong = self.wrong[0] if len(self.wrong) == 1 else "(or\n  " + "\n  ".join(self.wrong) + "\n)"
        return (
            f"; {self.meaning}\n; Expected: {self.expected}.\n(vnnlib-version <2.0>)\n(declare-network step\n"
            f"  (declare-input X real [1,{len(self.low)}])\n  (declare-output Y real [1,{self.outputs}])\n)\n"
            f"{box}\n(assert {wrong})\n"
        )


def decimal(value: float) -> str:
    """The exact decimal of a double, without an exponent and with a point."""
    text = format(Decimal(value), "f")
    return text if "." in text else f"{text}.0"


def outside(low: NDArray[np.float64], high: NDArray[np.float64]) -> list[str]:
    """That one of the first outputs lies outside its interval."""
    ends = enumerate(zip(low.tolist(), high.tolist(), strict=True))
    return [text for i, (a, b) in ends for text in (f"(< Y[0,{i}] {decimal(a)})", f"(> Y[0,{i}] {decimal(b)})")]


def lead_below(right: int, others: Iterable[int], eta: float) -> list[str]:
    """That output `right` leads one of the others by less than `eta`."""
    return [f"(< (- Y[0,{right}] Y[0,{other}]) {decimal(eta)})" for other in others]


def no_lead(right: int, others: Iterable[int]) -> list[str]:
    """That output `right` does not lead one of the others."""
    return [f"(<= Y[0,{right}] Y[0,{other}])" for other in others]
