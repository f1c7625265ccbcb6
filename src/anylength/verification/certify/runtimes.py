"""Number models of runtimes: the errors of each one's tanh and logistic function, and whether a certificate covers them.

All runtimes sum in float32, in some order, with or without fused multiply-add, but their functions differ. The errors below were
measured (`python -m benchmarks.runtimes`, docs/results/runtimes.json) over every float32 number of the binades where the functions
bend, and over a sample of all others. Numbers that were not tried may be worse, so a runtime is assumed to err by `ASSUMED_FACTOR`
times as much. If that is within the certificate's model and a proof covers float32, it covers the runtime. Else the noise budget
decides: a step with these errors must stay within the epsilon of some proof, and two logits together within its eta.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from anylength.cells import StackCell
from anylength.nets import Net
from anylength.ops.rounding import MODEL_ERRORS, Format, FunctionErrors
from anylength.ops.rounding.model import UNIT_ROUNDOFF
from anylength.verification.certify.certificate import Proof
from anylength.verification.certify.cover import state_bound_of
from anylength.verification.certify.formats import FORMATS, format_fits, readout_error, step_error

ASSUMED_FACTOR = 2.0
"""A runtime is assumed to err by this many times what was measured (docs/design/certificates.md); the statements say "twice"."""

MAX_DOUBLINGS = 20
"""Most doublings of the model's errors. A proof that tolerates them all uses no functions."""


def _units(tanh: float, sigmoid: float) -> FunctionErrors:
    return FunctionErrors(tanh * UNIT_ROUNDOFF, sigmoid * UNIT_ROUNDOFF)


@dataclass(frozen=True)
class Runtime:
    """What runs an exported net.

    Attributes:
        description: Its name, with the version and the processor that were measured.
        largest: The largest errors found, rounded up.
        by_cell: The same for cells that it computes with functions of their own.
    """

    description: str
    largest: FunctionErrors
    by_cell: Mapping[str, FunctionErrors] = field(default_factory=dict)

    def functions(self, cell: str) -> FunctionErrors:
        """The assumed errors of its functions in this cell: `ASSUMED_FACTOR` times those found."""
        largest = self.by_cell.get(cell, self.largest)
        return FunctionErrors(ASSUMED_FACTOR * largest.tanh, ASSUMED_FACTOR * largest.sigmoid)


_ONNX_GRU = _units(10.10, 2.99)

RUNTIMES: Mapping[str, Runtime] = {
    "onnxruntime": Runtime(
        "onnxruntime 1.32.0 (x86-64, AVX-512)",
        _ONNX_GRU,
        {"rnn": _units(3.00, 2.99), "gru": _ONNX_GRU, "gru-reset-before": _ONNX_GRU, "lstm": _units(5.46, 2.99)},
    ),
    "PyTorch": Runtime("PyTorch 2.13.0 in float32 (x86-64, AVX-512)", _units(1.22, 1.59)),
    "C": Runtime("exported C built without -ffast-math", _units(1.51, 1.50)),
    "JavaScript": Runtime("a JavaScript engine (V8, as in node and Chromium)", _units(0.51, 0.51)),
    "numpy": Runtime("numpy 2.4.6 (x86-64, AVX-512)", _units(1.02, 1.63)),
    "XLA": Runtime("XLA, jaxlib 0.10.2 (x86-64, AVX-512)", _units(4.90, 1.50)),
}
"""By name."""


@dataclass(frozen=True)
class RuntimeCoverage:
    """Whether what is proved of a net holds for it in a runtime, and that in words."""

    covered: bool
    statement: str


def runtime_coverage(net: Net, cell: str, proofs: Sequence[Proof], runtime: Runtime | None) -> RuntimeCoverage:
    """Whether some proof of a certificate that is valid for this net covers a runtime.

    None stands for any runtime whose functions are within the certificate's model of float32. A net with stacks is covered by no
    noise budget.
    """
    functions = MODEL_ERRORS if runtime is None else runtime.functions(cell)
    assumed = _assumed(runtime, functions)
    within_model = functions.tanh <= MODEL_ERRORS.tanh and functions.sigmoid <= MODEL_ERRORS.sigmoid
    is_float32 = within_model and any("float32" in proof.formats for proof in proofs)
    if isinstance(net.cell, StackCell):
        within = "within the certificate's float32, as long as no stack is full"
        return RuntimeCoverage(is_float32, f"covered: {assumed}, {within}" if is_float32 else f"not covered: {assumed}")
    bounds = [state_bound_of(net, proof.cover, proof.epsilon) for proof in proofs]
    if is_float32:
        return RuntimeCoverage(True, f"covered: {assumed}, within the certificate's float32{_tolerance(net, proofs, bounds)}")
    fits = [_fits(net, functions, proof, state_bound) for proof, state_bound in zip(proofs, bounds, strict=True)]
    best = max(range(len(proofs)), key=lambda k: (fits[k], proofs[k].epsilon))
    errors = _errors(net, functions, proofs[best], bounds[best])
    if fits[best]:
        tolerance = _tolerance(net, proofs, bounds)
        return RuntimeCoverage(True, f"covered by the noise budget: {assumed}, {errors}{tolerance}")
    return RuntimeCoverage(False, f"not covered: {assumed}, {errors}")


def covers_original(net: Net, proofs: Sequence[Proof], folding: float) -> bool:
    """Whether some proof also covers, in float32, a net whose W_ih x may differ by `folding` from this one's."""
    form = replace(FORMATS["float32"], input_error=folding)
    for proof in proofs:
        state_bound = state_bound_of(net, proof.cover, proof.epsilon)
        if format_fits(net, form, epsilon=proof.epsilon, eta=proof.eta, state_bound=state_bound):
            return True
    return False


def _float32(functions: FunctionErrors) -> Format:
    return replace(FORMATS["float32"], function_errors=functions)


def _fits(net: Net, functions: FunctionErrors, proof: Proof, state_bound: NDArray[np.float64]) -> bool:
    return format_fits(net, _float32(functions), epsilon=proof.epsilon, eta=proof.eta, state_bound=state_bound)


def _assumed(runtime: Runtime | None, functions: FunctionErrors) -> str:
    errors = f"tanh within {functions.tanh:.2g} and σ within {functions.sigmoid:.2g}"
    if runtime is None:
        return f"any program that computes the equations in float32 or finer, in any order, with {errors}"
    return f"{runtime.description} computes {errors} (twice the largest error found)"


def _errors(net: Net, functions: FunctionErrors, proof: Proof, state_bound: NDArray[np.float64]) -> str:
    """The errors that these functions lead to, beside what a proof allows."""
    form = _float32(functions)
    step, logit = step_error(net, form, state_bound), readout_error(net, form, state_bound)
    logits = f"a logit by {logit:.2g} where η/2 = {proof.eta / 2:.2g}"
    return f"so a step errs by up to {step:.2g} where ε = {proof.epsilon:.2g} is proved, {logits}"


def _tolerance(net: Net, proofs: Sequence[Proof], bounds: Sequence[NDArray[np.float64]]) -> str:
    """How many times the model's errors some proof tolerates, in words; nothing where the cell uses no functions."""
    tolerated = 0
    for doubling in range(MAX_DOUBLINGS + 1):
        functions = FunctionErrors(MODEL_ERRORS.tanh * 2**doubling, MODEL_ERRORS.sigmoid * 2**doubling)
        if not any(_fits(net, functions, proof, state_bound) for proof, state_bound in zip(proofs, bounds, strict=True)):
            break
        tolerated = doubling
    if not 0 < tolerated < MAX_DOUBLINGS:
        return ""
    return f"; the proof holds even if these functions err {2**tolerated:,} times as much"
