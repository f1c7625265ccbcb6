"""What the producer writes of a proof: the file, field by field, the runtimes that it covers, and the coarsest grid of states."""

import dataclasses
import hashlib
import json
import math

import numpy as np
from exact_proof import HAIR, MACHINE, exact_net, proved

from anylength.cells import CELLS
from anylength.nets import Net, tensors
from anylength.ops.intervals import Interval
from anylength.ops.rounding import FunctionErrors
from anylength.programs import program_fields
from anylength.rules import Machine
from anylength.verification.certify import Cover, Proof, certificate_bytes, parse_certificate, state_bound_of
from anylength.verification.certify.certificate import tensors_digest
from anylength.verification.certify.formats import FORMATS, readout_error, step_error
from anylength.verification.certify.runtimes import RUNTIMES, Runtime, covers_original, runtime_coverage
from anylength.verification.certify.state_grid import StateGrid, coarsest_state_grid


def test_the_file_states_what_was_proved():
    net, proofs = proved()
    text = certificate_bytes(net, MACHINE, proofs)
    fields = json.loads(text)
    body = {name: value for name, value in fields.items() if name != "digest"}
    canonical = lambda value: hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    assert fields["digest"] == canonical(body) and text.endswith(b"}\n") and text.startswith(b'{\n "claim": "The recurrent')
    assert (fields["format"], fields["noise_budget"]) == (1, (0.5).hex())
    assert fields["encoding"] == {"base": 2, "tapes": 1}
    assert fields["machine"] == {"start": 0, "delta": [[0, 0]], "output": [[1, 1]]}
    assert fields["proofs"][0] == {
        "epsilon": (0.5).hex(), "eta": (0.25).hex(), "formats": ["bfloat16", "float32"], "start": 0,
        "nodes": [{"state": 0, "region": {"box": {"low": [(-1.0).hex()], "high": [(2.0).hex()]}}, "next": [0, 0]}],
    }  # fmt: skip
    claim = fields["claim"]
    assert fields["program"] == program_fields(net.program)
    assert claim.startswith(
        f"The recurrent net with step program SHA-256 {canonical(fields['program'])} and tensors SHA-256 {fields['tensors']} gives "
    )
    assert (
        f"machine SHA-256 {canonical(fields['machine'])} (states: 1) at every step of every word, of any length, in base 2 "
        "(tapes: 1; output classes: 2). " in claim
    )
    assert claim.endswith(
        f"at least eta. Proved for epsilon {(0.5).hex()} and eta {(0.25).hex()}; number formats covered, under the rounding model "
        f"of certificate format 1: bfloat16, float32. Proved for epsilon {(0.25).hex()} and eta {(1.0).hex()}; number formats "
        "covered, under the rounding model of certificate format 1: none."
    )
    digest = hashlib.sha256()
    for name, value in sorted(tensors(net).items()):
        digest.update(f"{name}\0F32\0{','.join(map(str, value.shape))}\0".encode() + np.asarray(value, "<f4").tobytes())
    assert fields["tensors"] == digest.hexdigest() == tensors_digest(net)


def test_the_file_is_accepted_and_read_back(tmp_path):
    from safetensors.numpy import save

    from anylength_check import check as independent_check

    net, proofs = proved()
    text = certificate_bytes(net, MACHINE, [dataclasses.replace(proofs[0], formats=())])
    (tmp_path / "c").write_bytes(text)
    (tmp_path / "w").write_bytes(save(dict(tensors(net))))
    found = independent_check(tmp_path / "c", tmp_path / "w")
    assert found.valid, found.reason
    parsed = parse_certificate(certificate_bytes(net, MACHINE, proofs))
    assert (parsed.machine.start, np.asarray(parsed.machine.delta).tolist(), np.asarray(parsed.machine.output).tolist()) == (
        0,
        [[0, 0]],
        [[1, 1]],
    )
    assert len(parsed.proofs) == 2
    for mine, theirs in zip(proofs, parsed.proofs, strict=True):
        assert (mine.epsilon, mine.eta, mine.formats, mine.cover.start) == (
            theirs.epsilon,
            theirs.eta,
            theirs.formats,
            theirs.cover.start,
        )
        for name in ("machine_states", "successors"):
            assert getattr(mine.cover, name).tolist() == getattr(theirs.cover, name).tolist()
            assert getattr(theirs.cover, name).dtype == np.int64
        assert mine.cover.boxes.low.tolist() == theirs.cover.boxes.low.tolist()
        assert mine.cover.boxes.high.tolist() == theirs.cover.boxes.high.tolist()


def test_boxes_of_several_rows_and_nodes_keep_their_order():
    boxes = Interval.between([[-0.0, 1.0], [2.0, 3.0], [4.0, 5.0]], [[10.0, 11.0], [12.0, 13.0], [14.0, 15.0]])
    two = Cover(np.array([1, 0]), np.array([[0, 1], [1, 0]]), 1, boxes)
    machine = Machine(0, ((0, 1), (1, 0)), ((1, 1), (0, 0)))
    text = certificate_bytes(exact_net(), machine, [Proof(two, 0.0, 1.0, ())])
    first, second = json.loads(text)["proofs"][0]["nodes"]
    assert first == {
        "state": 1,
        "region": {"box": {"low": ["0x0.0p+0", (2.0).hex(), (4.0).hex()], "high": [x.hex() for x in (10.0, 12.0, 14.0)]}},
        "next": [0, 1],
    }
    assert second["region"]["box"]["low"] == [x.hex() for x in (1.0, 3.0, 5.0)] and second["next"] == [1, 0]
    parsed = parse_certificate(text).proofs[0].cover
    assert (parsed.start, parsed.boxes.low.tolist(), parsed.boxes.high.tolist()) == (1, boxes.low.tolist(), boxes.high.tolist())


def test_how_coarse_a_state_grid_may_be():
    """delta + p / 2 <= epsilon for the proof of the largest epsilon, which must cover float32."""
    net, proofs = proved()
    reach = state_bound_of(net, proofs[0].cover, 0.5)
    assert np.allclose(reach, [3.5], atol=HAIR)
    assert coarsest_state_grid(net, certificate_bytes(net, MACHINE, proofs)) == StateGrid(0.5, 2 * math.floor(3.5 / 0.5) + 1)
    grid = lambda epsilon: coarsest_state_grid(
        net, certificate_bytes(net, MACHINE, [dataclasses.replace(proofs[0], epsilon=epsilon)])
    )
    for spacing in (1.0, 2.0**-5, 2.0**-12):
        bound = state_bound_of(net, proofs[0].cover, spacing / 2)[0]
        noise = step_error(net, FORMATS["float32"], np.array([bound]))
        assert grid(spacing / 2 + 2 * noise) == StateGrid(spacing, 2 * math.floor(bound / spacing) + 1)
        assert grid(spacing / 2 + noise / 2).spacing == spacing / 2
    least = step_error(net, FORMATS["float32"], state_bound_of(net, proofs[0].cover, 2.0**-20))
    assert grid(least + 2.0**-31 + 2.0**-34).spacing == 2.0**-30
    assert grid(least + 2.0**-32) is None
    for spoilt in (dataclasses.replace(proofs[0], formats=("bfloat16",)), dataclasses.replace(proofs[0], epsilon=1e-9)):
        assert coarsest_state_grid(net, certificate_bytes(net, MACHINE, [spoilt])) is None


def test_which_runtimes_a_proof_covers():
    net, proofs = proved()
    found = runtime_coverage(net, "relu", proofs, RUNTIMES["C"])
    assert found.covered
    assert found.statement == (
        "covered: exported C built without -ffast-math computes tanh within 1.8e-07 and σ within 1.8e-07 "
        "(twice the largest error found), within the certificate's float32"
    )
    assert runtime_coverage(net, "relu", proofs, None).statement == (
        "covered: any program that computes the equations in float32 or finer, in any order, with tanh within 9.5e-07 and σ within "
        "4.8e-07, within the certificate's float32"
    )
    worse = Runtime("worse", FunctionErrors(1.0, 1.0))
    step, logit = (of(net, FORMATS["float32"], np.array([3.5])) for of in (step_error, readout_error))
    assert runtime_coverage(net, "relu", proofs, worse).statement == (
        "covered by the noise budget: worse computes tanh within 2 and σ within 2 (twice the largest error found), so a step errs "
        f"by up to {step:.2g} where ε = 0.5 is proved, a logit by {logit:.2g} where η/2 = 0.12"
    )
    small = [dataclasses.replace(proof, epsilon=1e-9, formats=()) for proof in proofs]
    assert not runtime_coverage(net, "relu", small, None).covered
    assert runtime_coverage(net, "relu", small, None).statement.startswith("not covered: any program")


def test_a_runtimes_functions_are_assumed_twice_as_bad():
    runtime = Runtime("r", FunctionErrors(1.0, 2.0), {"gru": FunctionErrors(3.0, 4.0)})
    assert runtime.functions("gru") == FunctionErrors(6.0, 8.0) and runtime.functions("rnn") == FunctionErrors(2.0, 4.0)


def test_a_folded_net_covers_its_original():
    net, proofs = proved()
    delta = step_error(net, FORMATS["float32"], np.array([3.5]))
    assert covers_original(net, proofs, 0.4) and covers_original(net, proofs[::-1], 0.4)
    assert not covers_original(net, proofs, 0.5 + delta) and not covers_original(net, [], 0.0)


def test_a_state_grid_reaches_as_far_as_the_largest_coordinate():
    """A second unit that is always 0, but for noise: the first one is at most 3.5."""
    f32 = lambda table: np.array(table, np.float32)
    cell = CELLS["relu"](f32([[0.0, 1.0], [0.0, 0.0]]), f32([[0.5, 0.0], [0.0, 0.0]]), f32([0.0, 0.0]))
    net = Net(cell, f32([[1.0, 0.0], [0.0, 0.0]]), f32([0.0, 4.0]), base=2, tapes=1)
    boxes = Interval.between([[-1.0], [-1.0]], [[2.0], [1.0]])
    proof = Proof(Cover(np.array([0]), np.array([[0, 0]]), 0, boxes), 0.5, 0.25, ("float32",))
    assert coarsest_state_grid(net, certificate_bytes(net, MACHINE, [proof])) == StateGrid(0.5, 15)
