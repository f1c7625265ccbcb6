"""Number models of runtimes: how far each one's tanh and logistic function are off, and whether a certificate covers it.

All of them sum in float32, in some order, with or without fused multiply-add; they differ in their functions. The errors below were
measured (`python -m benchmarks.runtimes`, docs/results/runtimes.json): over every float32 number of the binades where the functions
bend, and a sample of all others. What was not tried may be worse, so a runtime is taken to err by `MARGIN` times as much. Where
that is within the certificate's model, and a proof covers float32, it covers the runtime. Else the noise budget decides: a step
with these errors must stay within the epsilon of some proof, and two logits together within its eta.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from anylength.nets import Net
from anylength.ops.rounding import MODEL_ERRORS, Format, FunctionErrors
from anylength.verification.certify.certificate import Proof
from anylength.verification.certify.cover import state_bound_of
from anylength.verification.certify.formats import FORMATS, fits, readout_error, step_error

MARGIN = 2.0
"""A runtime is taken to err by so many times what was measured: statements say "twice"."""

UNIT = 2.0**-24
"""A unit in the last place of float32 numbers just below 1."""

DOUBLINGS = 20
"""Errors are doubled at most so often, to see how much a proof bears."""


def _units(tanh: float, sigmoid: float) -> FunctionErrors:
    return FunctionErrors(tanh * UNIT, sigmoid * UNIT)


@dataclass(frozen=True)
class Runtime:
    """What runs an exported net.

    Attributes:
        says: What it is, with the version and the processor that were measured.
        worst: The largest errors found in it, rounded up.
        cells: The same for cells that it computes by functions of their own.
    """

    says: str
    worst: FunctionErrors
    cells: Mapping[str, FunctionErrors] = field(default_factory=dict)

    def functions(self, cell: str) -> FunctionErrors:
        """What is assumed of its functions in this cell: `MARGIN` times what was found."""
        found = self.cells.get(cell, self.worst)
        return FunctionErrors(MARGIN * found.tanh, MARGIN * found.sigmoid)


_ONNX_GRU = _units(10.10, 2.99)

RUNTIMES: Mapping[str, Runtime] = {
    "onnxruntime": Runtime(
        "onnxruntime 1.32.0 (x86-64, AVX-512)",
        _ONNX_GRU,
        {"rnn": _units(3.00, 2.99), "gru": _ONNX_GRU, "gru-reset-before": _ONNX_GRU, "lstm": _units(5.46, 2.99)},
    ),
    "PyTorch": Runtime("PyTorch 2.13.0 in float32 (x86-64, AVX-512)", _units(1.22, 1.59)),
    "C": Runtime("C with the functions of glibc, built without -ffast-math", _units(2.00, 1.50)),
    "JavaScript": Runtime("a JavaScript engine (V8, as in node and Chromium)", _units(0.51, 0.51)),
    "numpy": Runtime("numpy 2.4.6 (x86-64, AVX-512)", _units(1.02, 1.63)),
    "XLA": Runtime("XLA, jaxlib 0.10.2 (x86-64, AVX-512)", _units(4.90, 1.50)),
}
"""By name. glibc 2.41 was measured to err by 0.5 in tanhf; by their manual earlier ones err by up to 2."""


@dataclass(frozen=True)
class Coverage:
    """Whether what is proved of a net holds of it in a runtime, and that in words."""

    covered: bool
    statement: str


def coverage(net: Net, cell: str, proofs: Sequence[Proof], runtime: Runtime | None) -> Coverage:
    """Whether some proof of a certificate that is valid for this net covers a runtime; None: what keeps to the float32 model."""
    functions = MODEL_ERRORS if runtime is None else runtime.functions(cell)
    reaches = [state_bound_of(net, proof.cover, proof.epsilon) for proof in proofs]
    within = functions.tanh <= MODEL_ERRORS.tanh and functions.sigmoid <= MODEL_ERRORS.sigmoid
    if within and any("float32" in proof.formats for proof in proofs):
        more = _bearing(net, proofs, reaches)
        return Coverage(True, f"covered: {_assumed(runtime, functions)}, within the certificate's float32{more}")
    good = [_fits(net, functions, proof, state_bound) for proof, state_bound in zip(proofs, reaches, strict=True)]
    at = max(range(len(proofs)), key=lambda k: (good[k], proofs[k].epsilon))
    errors = _errors(net, functions, proofs[at], reaches[at])
    if any(good):
        return Coverage(
            True, f"covered by the noise budget: {_assumed(runtime, functions)}, {errors}{_bearing(net, proofs, reaches)}"
        )
    return Coverage(False, f"not covered: {_assumed(runtime, functions)}, {errors}")


def covers_original(net: Net, proofs: Sequence[Proof], folding: float) -> bool:
    """Whether some proof also covers, in float32, a net whose W_ih x may be `folding` from this one's."""
    form = replace(FORMATS["float32"], input_error=folding)
    return any(
        fits(net, form, epsilon=each.epsilon, eta=each.eta, state_bound=state_bound_of(net, each.cover, each.epsilon))
        for each in proofs
    )


def _float32(functions: FunctionErrors) -> Format:
    return replace(FORMATS["float32"], function_errors=functions)


def _fits(net: Net, functions: FunctionErrors, proof: Proof, state_bound: NDArray[np.float64]) -> bool:
    return fits(net, _float32(functions), epsilon=proof.epsilon, eta=proof.eta, state_bound=state_bound)


def _assumed(runtime: Runtime | None, functions: FunctionErrors) -> str:
    errors = f"tanh within {functions.tanh:.2g} and σ within {functions.sigmoid:.2g}"
    if runtime is None:
        return f"whoever computes the equations in float32 or finer, in any order, {errors}"
    return f"{runtime.says} computes {errors} (twice the largest error found)"


def _errors(net: Net, functions: FunctionErrors, proof: Proof, state_bound: NDArray[np.float64]) -> str:
    """The errors that these functions lead to, beside what a proof allows."""
    form = _float32(functions)
    step, logit = step_error(net, form, state_bound), readout_error(net, form, state_bound)
    beside = f"ε = {proof.epsilon:.2g} is proved, a logit by {logit:.2g} where η/2 = {proof.eta / 2:.2g}"
    return f"so a step errs by up to {step:.2g} where {beside}"


def _bearing(net: Net, proofs: Sequence[Proof], reaches: Sequence[NDArray[np.float64]]) -> str:
    """How much worse than the model functions may be, in words; nothing where the cell uses none."""
    borne = 0
    for doubling in range(DOUBLINGS + 1):
        functions = FunctionErrors(MODEL_ERRORS.tanh * 2**doubling, MODEL_ERRORS.sigmoid * 2**doubling)
        if not any(_fits(net, functions, proof, state_bound) for proof, state_bound in zip(proofs, reaches, strict=True)):
            break
        borne = doubling
    return f"; the proof bears functions {2**borne:,} times as far off as that model's" if 0 < borne < DOUBLINGS else ""
