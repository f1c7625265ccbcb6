"""Which runtimes a proof covers: the table of measured errors, and which proof decides."""

import dataclasses

import numpy as np
import pytest
from by_hand import echo, echoing_net
from exact_proof import proved

from anylength.ops.rounding import MODEL_ERRORS, FunctionErrors
from anylength.verification.certify import runtimes
from anylength.verification.certify.cover import state_bound_of
from anylength.verification.certify.formats import FORMATS, format_fits, step_error
from anylength.verification.certify.runtimes import RUNTIMES, Runtime, covers_original, runtime_coverage
from anylength.verification.verdicts import find_proofs

MEASURED = {
    ("onnxruntime", "linear"): (10.10, 2.99),
    ("onnxruntime", "rnn"): (3.00, 2.99),
    ("onnxruntime", "gru"): (10.10, 2.99),
    ("onnxruntime", "gru-reset-before"): (10.10, 2.99),
    ("onnxruntime", "lstm"): (5.46, 2.99),
    ("PyTorch", "rnn"): (1.22, 1.59),
    ("C", "rnn"): (1.51, 1.50),
    ("JavaScript", "rnn"): (0.51, 0.51),
    ("numpy", "rnn"): (1.02, 1.63),
    ("XLA", "rnn"): (4.90, 1.50),
}
"""The largest errors found (docs/results/runtimes.json, rounded up), in units in the last place just below 1."""


@pytest.mark.parametrize(("name", "cell"), MEASURED)
def test_twice_the_largest_error_found_is_assumed(name, cell):
    tanh, sigmoid = MEASURED[name, cell]
    assert RUNTIMES[name].functions(cell) == FunctionErrors(2 * tanh * 2.0**-24, 2 * sigmoid * 2.0**-24)


def test_the_runtimes_and_the_constants():
    assert set(RUNTIMES) == {name for name, _ in MEASURED}
    assert set(RUNTIMES["onnxruntime"].by_cell) == {cell for name, cell in MEASURED if name == "onnxruntime"} - {"linear"}
    assert (runtimes.ASSUMED_FACTOR, runtimes.UNIT_ROUNDOFF, runtimes.MAX_DOUBLINGS) == (2.0, 2.0**-24, 20)


def half(tanh, sigmoid):
    """A runtime of which these errors are assumed."""
    return Runtime("r", FunctionErrors(tanh / 2, sigmoid / 2))


def test_both_functions_must_be_within_the_model():
    net, proofs = proved()
    tanh, sigmoid = MODEL_ERRORS.tanh, MODEL_ERRORS.sigmoid
    for functions, within in (((1, 1), True), ((2, 1), False), ((1, 2), False), ((2, 2), False)):
        found = runtime_coverage(net, "relu", proofs, half(functions[0] * tanh, functions[1] * sigmoid))
        assert found.covered
        assert found.statement.startswith("covered: r computes" if within else "covered by the noise budget: r computes")
    unlisted = [dataclasses.replace(proof, formats=("bfloat16",)) for proof in proofs]
    assert runtime_coverage(net, "relu", unlisted, half(tanh, sigmoid)).statement.startswith("covered by the noise budget")


def test_the_proof_that_fits_decides_and_of_those_the_one_of_the_largest_epsilon():
    """Of proofs that do not fit, likewise: epsilons of 1/4, 1/2 and 1/8, with an eta that is too small or not."""
    net, (wide, _) = proved()
    proof = lambda epsilon, eta: dataclasses.replace(wide, epsilon=epsilon, eta=eta, formats=())
    for proofs, said, epsilon in (
        ([proof(0.25, 0.25), proof(0.5, 0.25), proof(0.125, 0.25)], "covered by the noise budget", 0.5),
        ([proof(0.25, 0.25), proof(0.5, 1e-9), proof(0.125, 0.25)], "covered by the noise budget", 0.25),
        ([proof(0.25, 1e-9), proof(0.5, 1e-9), proof(0.125, 1e-9)], "not covered", 0.5),
    ):
        found = runtime_coverage(net, "relu", proofs, RUNTIMES["C"])
        assert found.covered == (said != "not covered")
        assert found.statement.startswith(said)
        assert f"where ε = {epsilon:.2g} is proved" in found.statement


@pytest.fixture(scope="module")
def gated():
    net = echoing_net("gru")
    found = find_proofs(net, echo(), (0,))
    assert found is not None
    return net, found.proofs


def fits(net, proof, tanh, sigmoid):
    form = dataclasses.replace(FORMATS["float32"], function_errors=FunctionErrors(tanh, sigmoid))
    return format_fits(net, form, epsilon=proof.epsilon, eta=proof.eta, state_bound=state_bound_of(net, proof.cover, proof.epsilon))


@pytest.mark.slow
def test_how_many_times_the_models_errors_a_proof_tolerates(gated):
    net, proofs = gated
    for chosen in (proofs, proofs[:1], proofs[-1:]):
        tolerated = lambda k, chosen=chosen: any(fits(net, proof, 2.0 ** (k - 20), 2.0 ** (k - 21)) for proof in chosen)
        doublings = max(k for k in range(21) if all(map(tolerated, range(k + 1))))
        assert 0 < doublings < 20
        words = f"; the proof holds even if these functions err {2**doublings:,} times as much"
        assert runtime_coverage(net, "gru", chosen, None).statement.endswith(words)
        found = runtime_coverage(net, "gru", chosen, RUNTIMES["onnxruntime"])
        assert found.covered and found.statement.endswith(words)
    exact, loose = proved()
    assert "times as much" not in runtime_coverage(exact, "relu", loose, None).statement


def test_a_tolerance_of_the_models_own_errors_is_not_worth_a_word(gated):
    net, proofs = gated
    first = proofs[0]
    reach = state_bound_of(net, first.cover, first.epsilon)
    for doublings, words in (
        (0, ""),
        (1, "; the proof holds even if these functions err 2 times as much"),
        (2, "err 4 times as much"),
    ):
        functions = FunctionErrors(2.0 ** (doublings - 20), 2.0 ** (doublings - 21))
        least = step_error(net, dataclasses.replace(FORMATS["float32"], function_errors=functions), reach)
        barely = [dataclasses.replace(first, epsilon=least * (1 + 1e-6))]
        said = runtime_coverage(net, "gru", barely, None).statement
        assert said.endswith(words or "within the certificate's float32")


def test_a_proof_that_does_not_even_tolerate_the_models_errors_is_said_to_tolerate_nothing(gated):
    net, proofs = gated
    said = runtime_coverage(net, "gru", [dataclasses.replace(proofs[0], epsilon=1e-9)], None).statement
    assert said.endswith("within the certificate's float32")


def test_the_errors_are_said_beside_what_is_proved(gated):
    net, proofs = gated
    hopeless = [dataclasses.replace(proofs[0], epsilon=1e-9, formats=())]
    reach = state_bound_of(net, proofs[0].cover, 1e-9)
    form = dataclasses.replace(FORMATS["float32"], function_errors=RUNTIMES["onnxruntime"].functions("gru"))
    found = runtime_coverage(net, "gru", hopeless, RUNTIMES["onnxruntime"])
    assert not found.covered
    assert f"so a step errs by up to {step_error(net, form, reach):.2g} where ε = 1e-09 is proved" in found.statement
    assert np.isfinite(reach).all()


def test_any_proof_may_cover_the_original():
    net, (wide, tight) = proved()
    assert covers_original(net, [dataclasses.replace(tight, epsilon=1e-9), wide], 0.1)
    assert covers_original(net, [wide, dataclasses.replace(tight, epsilon=1e-9)], 0.1)
    assert covers_original(net, [dataclasses.replace(tight, epsilon=1e-9)], 0.1) is False
