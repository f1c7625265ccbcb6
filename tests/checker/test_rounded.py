"""Proofs about states that are rounded: all are visited, and what is changed in such a proof is refused."""

import itertools
import json
import math
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from handmade import safetensors, seal
from javascript import said_by
from programs import Made, certify, singles
from test_ellipsoid_proofs import KEEP, OFF, ON, SWITCH

from anylength.cells import Rnn
from anylength.nets import Net
from anylength.nets import tensors as tensors_of
from anylength.rules import Rounded
from anylength.verification.certify import Proof, Visited, certificate_bytes
from anylength.verification.certify.certificate import CLAIM, NEAR, PROOF_CLAIM, ROUNDED, START
from anylength_check import check, rounded
from anylength_check.__main__ import main, shared_by
from anylength_check.dyadic import UNIT
from anylength_check.rounded import Rounded as RoundedProof
from anylength_check.rounding import Entering, Under
from anylength_check.strict import Refused

EPSILON, ETA = 1e-5, 1e-2
BIAS = 0.05
"""Of the class off: a state of 0 is off."""

WEIGHTS = {KEEP: -0.01, OFF: -4.01, ON: 3.99}
"""What each symbol adds, the bias included."""


@pytest.fixture(scope="module")
def forgetful() -> Net:
    """A switch of one unit whose state fades: rounded to multiples that are not too fine it stays."""
    cell = Rnn(
        weight_ih=np.array([[0.0, -4.0, 4.0]], np.float32), weight_hh=np.array([[0.9]], np.float32),
        bias=np.array([-0.01], np.float32),
    )  # fmt: skip
    return Net(cell, np.array([[-1.0], [1.0]], np.float32), np.array([BIAS, -BIAS], np.float32), base=3, tapes=1)


def visited(bits: int, epsilon: float = EPSILON) -> tuple[set[tuple[int, int]], int, float]:
    """All pairs of the switch and a rounded state, the steps between them and the least margin, by a walk of its own."""
    known, waiting, steps, least = {(0, 0)}, [(0, 0)], 0, math.inf
    for on, state in waiting:
        for symbol in (KEEP, OFF, ON):
            exact = math.tanh(0.9 * state / 2**bits + WEIGHTS[symbol]) * 2**bits
            low, high = (math.floor(exact + sign * epsilon * 2**bits + 0.5) for sign in (-1, 1))
            after_on = {KEEP: on, OFF: 0, ON: 1}[symbol]
            for after in range(low, high + 1):
                steps, least = steps + 1, min(least, 2 * (after / 2**bits - BIAS) * (1 if after_on else -1))
                if (after_on, after) not in known:
                    known.add((after_on, after))
                    waiting.append((after_on, after))
    return known, steps, least


def certificate(net, bits, states, steps, epsilon=EPSILON, eta=ETA, formats=("float32",)):
    """The fields of a certificate with one proof."""
    return json.loads(certificate_bytes(net, SWITCH, [Proof(Visited(states, steps), epsilon, eta, formats)], Rounded(bits)))


def judged(judge, net, fields):
    """The checker's result, after the claim and the digest are made anew."""
    claim = fields["claim"].split(" Proved for")[0]
    for proof in fields["proofs"]:
        formats = ", ".join(proof["formats"]) or "none"
        claim += PROOF_CLAIM.format(epsilon=proof["epsilon"], eta=proof["eta"], formats=formats)
    sealed = seal(fields | {"claim": claim})
    return judge(sealed, safetensors({name: value.tolist() for name, value in tensors_of(net).items()}))


@pytest.mark.parametrize("bits", [1, 2, 3, 4])
def test_a_net_that_fades_is_proved_with_its_states_rounded(judge, forgetful, bits):
    known, steps, least = visited(bits)
    assert least >= ETA  # the walk finds it right
    result = judged(judge, forgetful, certificate(forgetful, bits, len(known), steps))
    assert result.valid, result.reason
    assert f"{START} and every step's computed state is {ROUNDED.format(bits)}one that {NEAR} the" in result.claim
    assert result.claim.count(ROUNDED.format(bits)) == 2 and "of any length" in result.claim
    assert f"rounded states visited: {len(known)}; steps checked: {steps};" in result.lines[-1]


def test_a_finer_rounding_under_which_it_fades_is_refused(judge, forgetful):
    known, steps, least = visited(6)
    assert least < 0  # it is wrong
    assert "does not lead by eta" in judged(judge, forgetful, certificate(forgetful, 6, len(known), steps)).reason


def test_counts_that_are_not_those_of_all_states_are_refused(judge, forgetful):
    known, steps, _ = visited(4)
    for states, own in ((-1, 0), (1, 0), (0, -1), (0, 1), (10**6, 10**6)):
        result = judged(judge, forgetful, certificate(forgetful, 4, len(known) + states, steps + own))
        assert "not as many states and steps" in result.reason
    assert "not an integer" in judged(judge, forgetful, certificate(forgetful, 4, 0, steps)).reason
    assert "not an integer" in judged(judge, forgetful, certificate(forgetful, 4, len(known), (1 << 25) + 1)).reason


def test_more_states_than_a_memory_holds_are_refused_at_once(judge):
    net = drawn(0)
    refused = judged(judge, net, certificate(net, 4, (1 << 24) + 1, 1 << 25))
    assert refused.reason == "all rounded states have more than 33554432 numbers"
    assert "too much work" in judged(judge, net, certificate(net, 4, 1 << 24, 1 << 25)).reason


def test_more_noise_visits_more_and_a_larger_margin_is_refused(judge, forgetful):
    known, steps, least = visited(4, 0.01)
    assert len(known) > len(visited(4)[0])
    fields = certificate(forgetful, 4, len(known), steps, 0.01, least * 0.99)
    assert judged(judge, forgetful, fields).valid
    assert not judged(judge, forgetful, fields | {"proofs": [fields["proofs"][0] | {"epsilon": EPSILON.hex()}]}).valid
    assert "lead by eta" in judged(judge, forgetful, certificate(forgetful, 4, len(known), steps, 0.01, least * 1.01)).reason


def test_noise_that_leads_to_more_states_than_can_be_followed_is_refused_at_once(judge, forgetful):
    known, steps, _ = visited(3)
    for epsilon in (1e5, 1e80):
        fields = certificate(forgetful, 3, len(known), steps, epsilon)
        assert "leads to more than 65536 states" in judged(judge, forgetful, fields).reason


def test_formats_that_rounding_leaves_open_are_refused(judge, forgetful):
    known, steps, _ = visited(3)
    counts = len(known), steps
    assert judged(judge, forgetful, certificate(forgetful, 3, *counts, formats=())).valid
    assert "states are rounded" in judged(judge, forgetful, certificate(forgetful, 3, *counts, formats=("bfloat16",))).reason
    exact = certificate(forgetful, 3, *counts, epsilon=1e-12)
    assert "a step may err by more" in judged(judge, forgetful, exact).reason


def by_both(judge, in_javascript, fields, weights):
    """The checker's result; the checker in JavaScript says the same."""
    result = judge(fields, weights)
    if in_javascript:
        assert in_javascript.result(json.dumps(fields).encode(), weights) == said_by(result)
    return result


@pytest.mark.parametrize("change", [{"epsilon": -(2.0**-300)}, {"epsilon": -0.25}, {"eta": 0.0}, {"eta": -1.0}])
def test_less_than_no_noise_and_no_margin_prove_nothing(judge, in_javascript, forgetful, change):
    """With a negative epsilon no state would follow a state."""
    known, steps, _ = visited(3)
    fields = certificate(forgetful, 3, len(known), steps)
    proof = fields["proofs"][0] | {name: number.hex() for name, number in change.items()}
    claim = fields["claim"].split(" Proved for")[0]
    claim += PROOF_CLAIM.format(epsilon=proof["epsilon"], eta=proof["eta"], formats="float32")
    sealed = seal(fields | {"proofs": [proof], "noise_budget": proof["epsilon"], "claim": claim})
    weights = safetensors({name: value.tolist() for name, value in tensors_of(forgetful).items()})
    assert by_both(judge, in_javascript, sealed, weights).reason == "epsilon is negative or eta is not positive"


def constant(start, after, biases, epsilon, eta, formats=("float32",)):
    """A certificate and weights of a net that goes from one state to another and stays there, in multiples of 2^-20.

    Whatever the state, its read-out is `biases`; the machine says 1.
    """
    machine, classes = {"start": 0, "delta": [[0, 0]], "output": [[1, 1]]}, len(biases)
    named = {
        "first": singles(start), "second": singles(after), "out.weight": singles([[0] * len(start)] * classes),
        "out.bias": singles(biases),
    }  # fmt: skip
    made = Made(2, len(start), named, machine, 2, start="first")
    made.op("tensor", name="second")
    made.op("state", at="answer")
    states = 1 if start == after else 2
    proof = {"epsilon": epsilon.hex(), "eta": eta.hex(), "formats": list(formats), "states": states, "steps": 2 * states}
    fields = certify(made, [proof]) | {"rounding": {"fraction_bits": 20}}
    claim = fields["claim"].replace(f"starts at {START}", f"starts at {ROUNDED.format(20)}{START}")
    claim = claim.replace(f"computed state {NEAR}", f"computed state is {ROUNDED.format(20)}one that {NEAR}")
    return seal(fields | {"claim": claim}), safetensors(named)


@pytest.mark.parametrize(
    ("start", "after", "held"),
    [
        ([16.0], [16.0], True), ([16.25], [16.25], False), ([-16.0], [-16.0], True), ([-16.25], [-16.25], False),
        ([1.0, 16.25], [1.0, 16.25], False), ([16.25, 1.0], [16.25, 1.0], False),
        ([16.25], [1.0], False), ([1.0], [16.25], False), ([-16.25], [1.0], False), ([1.0], [-16.25], False),
    ],
)  # fmt: skip
def test_float32_is_covered_only_where_it_holds_every_state(judge, in_javascript, start, after, held):
    """2^24 multiples of 2^-20 are 16."""
    result = by_both(judge, in_javascript, *constant(start, after, [0, 8], 2.0**-22, 1.0))
    assert (result.valid, result.reason) == (held, None if held else "float32 is not covered: it cannot hold a state")


@pytest.mark.parametrize(
    ("biases", "eta", "leads"),
    [
        ([0, 8], 8.0, True),
        ([0, 8], 8.0 + 2.0**-40, False),
        ([0, 8, 7.5], 1.0, False),
        ([7.5, 8, 0], 1.0, False),
        ([7, 8, 0], 1.0, True),
    ],
)
def test_the_machines_output_leads_every_other_one_by_eta(judge, in_javascript, biases, eta, leads):
    """No noise at all is an epsilon, too: nothing rounds, and no format is asked for."""
    result = by_both(judge, in_javascript, *constant([1.0], [1.0], biases, 0.0, eta, formats=()))
    assert result.valid == leads and ("does not lead by eta" in (result.reason or "")) == (not leads)


def test_formats_are_looked_at_on_all_states(monkeypatch):
    """From the least to the largest number in each place."""
    proof, seen = RoundedProof.__new__(RoundedProof), []
    proof.spacing, proof.proof, proof.leaves, proof.rule = UNIT >> 3, {"formats": ["float32"]}, [["a leaf"]], None
    proof.steps, proof.answers = [{}], [{}]
    proof.program, proof.net, proof.epsilon, proof.eta = SimpleNamespace(fields={"cut": []}), None, 0, 0
    monkeypatch.setattr(rounded, "run", lambda *_: {})
    monkeypatch.setattr(rounded, "require_covered", lambda *arguments: seen.append(arguments[-2:]))
    proof.require_formats({(-5, 2), (3, 7), (1, 1)})
    box = [(-5 * proof.spacing, 3 * proof.spacing), (proof.spacing, 7 * proof.spacing)]
    assert seen == [(Entering(box, {}), [Under(["a leaf"], {}, box, {})])]


def test_a_symbol_is_a_digit_of_each_tape():
    none, one = (0, 0), (UNIT, UNIT)
    assert rounded.encoded({"base": 3, "tapes": 2}, 5) == [none, none, one, none, one, none]


def test_a_step_may_lead_to_65536_states_and_no_more():
    proof = RoundedProof.__new__(RoundedProof)
    proof.spacing = UNIT
    assert sum(1 for _ in proof.nearest([(0, 255 * UNIT), (-255 * UNIT, 0)])) == 1 << 16
    with pytest.raises(Refused, match="a step leads to more than 65536 states"):
        proof.nearest([(0, 255 * UNIT), (-256 * UNIT, 0)])


@pytest.mark.parametrize("rounding", [{"fraction_bits": 0}, {"fraction_bits": 21}, {"fraction_bits": True}, {}, {"bits": 3}, 3])
def test_what_is_no_rounding_is_refused(judge, forgetful, rounding):
    known, steps, _ = visited(3)
    fields = certificate(forgetful, 3, len(known), steps)
    assert not judged(judge, forgetful, fields | {"rounding": rounding}).valid


def test_a_rounding_stands_alone_and_needs_counts(judge, forgetful):
    known, steps, _ = visited(3)
    fields = certificate(forgetful, 3, len(known), steps)
    assert "exactly these fields" in judged(judge, forgetful, fields | {"words": {"steps": 3}}).reason
    without = {name: value for name, value in fields.items() if name != "rounding"}
    assert "exactly these fields" in judged(judge, forgetful, without).reason
    nodes = fields["proofs"][0] | {"nodes": [], "start": 0}
    assert "exactly these fields" in judged(judge, forgetful, fields | {"proofs": [nodes]}).reason


def test_another_machine_another_number_of_bits_or_another_claim_is_refused(judge, forgetful):
    known, steps, _ = visited(3)
    fields = certificate(forgetful, 3, len(known), steps)
    weights = safetensors({name: value.tolist() for name, value in tensors_of(forgetful).items()})
    assert "not the sentence" in judge(seal(fields | {"rounding": {"fraction_bits": 4}}), weights).reason
    plain = CLAIM.split("{start}")[0]
    assert plain and not judge(seal(fields | {"claim": fields["claim"].replace(ROUNDED.format(3), "")}), weights).valid
    flipped = fields["machine"] | {"output": [row[::-1] for row in fields["machine"]["output"]]}
    assert not judge(seal(fields | {"machine": flipped}), weights).valid
    assert START in fields["claim"]


def test_a_long_check_says_how_long_it_takes(forgetful, tmp_path, monkeypatch, capsys):
    known, steps, _ = visited(3)
    paths = tmp_path / "certificate.json", tmp_path / "model.safetensors"
    paths[0].write_text(json.dumps(certificate(forgetful, 3, len(known), steps)))
    paths[1].write_bytes(safetensors({name: value.tolist() for name, value in tensors_of(forgetful).items()}))
    assert main([str(path) for path in paths]) == 0
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.modules["anylength_check.__main__"], "LONG", 0)
    assert main([str(path) for path in paths]) == 0
    out, err = capsys.readouterr()
    assert "VALID" in out and err == "about 0 seconds to go\n"


def test_a_check_of_rounded_states_is_not_shared_out(tmp_path, monkeypatch):
    """They are visited one after the other, whatever the number of processes."""
    fields, weights = constant([1.0], [1.0], [0, 8], 0.0, 8.0, formats=())
    (tmp_path / "c").write_text(json.dumps(fields))
    (tmp_path / "w").write_bytes(weights)
    monkeypatch.setattr(sys.modules["anylength_check.work"], "work_of", lambda *_: 30_000_000)
    said = []
    assert check(tmp_path / "c", tmp_path / "w", shared_by(tmp_path / "c", 2, said.append)).valid
    assert said == [6]


def test_ties_go_both_ways():
    proof = RoundedProof.__new__(RoundedProof)
    proof.spacing = UNIT >> 2
    half, near = UNIT >> 3, UNIT >> 60
    assert list(proof.nearest([(half, half)])) == [(0,), (1,)]
    assert list(proof.nearest([(-half, -half)])) == [(-1,), (0,)]
    assert list(proof.nearest([(half - near, half - near), (half + near, half + near)])) == [(0, 1)]
    assert list(proof.nearest([(-UNIT, -UNIT), (0, UNIT >> 2)])) == [(-4, 0), (-4, 1)]


def drawn(seed: int) -> Net:
    """A random net of two units for the switch."""
    rng = np.random.default_rng(seed)
    cell = Rnn(
        weight_ih=(rng.normal(size=(2, 3)) * 0.4 + [[0, -4, 4]] * 2).astype(np.float32),
        weight_hh=(rng.normal(size=(2, 2)) * 0.6 + 1.6 * np.eye(2)).astype(np.float32), bias=np.zeros(2, np.float32),
    )  # fmt: skip
    return Net(cell, np.array([[-1.0, -1.0], [1.0, 1.0]], np.float32), np.array([BIAS, -BIAS], np.float32), base=3, tapes=1)


@pytest.mark.parametrize("seed", range(12))
def test_the_checker_agrees_with_a_walk_of_its_own(judge, seed):
    """Random nets of two units: the checker says what a walk over all states with the worst errors says."""
    net, epsilon, spacing = drawn(seed), 0.02, 0.25
    cell = net.cell
    assert isinstance(cell, Rnn)
    known: set[tuple[int, ...]] = {(0, 0, 0)}
    steps, least = 0, math.inf
    waiting: list[tuple[int, ...]] = [(0, 0, 0)]
    for on, *state in waiting:
        for symbol in (KEEP, OFF, ON):
            exact = np.tanh(cell.weight_hh @ (np.array(state) * spacing) + cell.weight_ih[:, symbol].astype(np.float64)) / spacing
            after_on = {KEEP: on, OFF: 0, ON: 1}[symbol]
            rows = [range(math.ceil(x - epsilon / spacing - 0.5), math.floor(x + epsilon / spacing + 0.5) + 1) for x in exact]
            for after in itertools.product(*rows):
                steps, least = steps + 1, min(least, 2 * (sum(after) * spacing - BIAS) * (1 if after_on else -1))
                if (after_on, *after) not in known:
                    known.add((after_on, *after))
                    waiting.append((after_on, *after))
    result = judged(judge, net, certificate(net, 2, len(known), steps, epsilon, 0.05, ()))
    assert result.valid == (least > 0.05), (result.reason, least)
