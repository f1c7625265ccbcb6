"""Proofs on the edge: equalities hold, a hair beyond them fails, and each cell's boxes are those of a second transcription."""

import copy
import functools
import math
import re
import sys
from fractions import Fraction

import pytest
from handmade import CELLS, KEEPS_S, Net, box_of, boxed, certify, f32, product, recurrent_term, safetensors, seal, update

from anylength_check import program, ranges, report, weights, work
from anylength_check.rounding import size_of

CHECK = sys.modules["anylength_check.cover"]
UNIT = 1 << 352


def exact_net():
    """h' = max(0, x + h / 2), all in exact numbers; class 1 is right as long as h < 4."""
    machine = {"start": 0, "delta": [[0, 0]], "output": [[1, 1]]}
    return Net(2, 1, [[0.0, 1.0]], [[0.5]], [0.0], [[1.0], [0.0]], [0.0, 4.0], machine, "relu")


def tight(epsilon=0.25, eta=1.5, low=-0.125, high=1.25, formats=()):
    """The smallest closed box for an epsilon of 1/4: h' is at most 1 + 1.25 + 1/4, which leaves a margin of 1.5."""
    node = boxed(0, [low.hex()], [high.hex()], [0, 0])
    return {"epsilon": epsilon.hex(), "eta": eta.hex(), "formats": list(formats), "start": 0, "nodes": [node]}


def judged(judge, proof, net=None):
    net = net or exact_net()
    return judge(certify(net, [proof]), net)


def test_equalities_hold(judge):
    result = judged(judge, tight())
    assert result.valid, result.reason
    assert result.lines[3] == (
        "Proof 1: epsilon 0x1.0000000000000p-2, eta 0x1.8000000000000p+0; nodes: 1, all reached; inclusions checked: 2, of 1 "
        "intervals each; margins checked: 2, the smallest at least 1.500000000; formats checked: none."
    )
    assert result.lines[1:3] == (
        "Files: the digest fits the certificate, the SHA-256 fits the tensors, every weight is a finite float32.",
        "Machine: 1 states, 2 symbols. Net: 1 numbers in a state, 9 operations, 2 output classes.",
    )
    assert len(result.lines) == 4


BEYOND = {
    "high": ({"high": math.nextafter(1.25, 0)}, "node 0 under symbol 1 leaves the box of node 0"),
    "low": ({"low": math.nextafter(-0.125, 0)}, "node 0 under symbol 0 leaves the box of node 0"),
    "eta": ({"eta": math.nextafter(1.5, 2)}, "node 0 under symbol 1: the machine's output does not lead by eta"),
    "epsilon": ({"epsilon": math.nextafter(0.25, 1)}, "leaves the box"),
    "negative epsilon": ({"epsilon": -(2.0**-300)}, "epsilon is negative or eta is not positive"),
    "eta 0": ({"eta": 0.0}, "epsilon is negative or eta is not positive"),
    "negative eta": ({"eta": -1.0}, "epsilon is negative or eta is not positive"),
    "crossed": ({"low": 2.0**-300, "high": 0.0}, "node 0 has a low bound above its high bound"),
    "start above": ({"low": 2.0**-300}, "the start node's box does not contain the values of the start state"),
    "start below": ({"high": -(2.0**-300)}, "the start node's box does not contain the values of the start state"),
}


@pytest.mark.parametrize("kind", BEYOND)
def test_a_hair_beyond_is_refused(judge, kind):
    change, said = BEYOND[kind]
    assert said in judged(judge, tight(**change)).reason


def test_a_point_and_no_noise_and_the_least_eta_are_allowed(judge):
    still = exact_net()
    still.w_ih, still.w_hh = [[0.0, 0.0]], [[0.0]]
    assert judged(judge, tight(epsilon=0.0, eta=2.0**-300, low=0.0, high=0.0), still).valid
    assert judged(judge, tight(epsilon=0.0, eta=4.0, low=0.0, high=0.0), still).valid
    assert judged(judge, tight(epsilon=0.0, eta=2.0, low=0.0, high=1.0)).valid


def test_the_work_is_counted_and_bounded(judge, monkeypatch):
    """A relu step of 2 units: 10 for each of the 2 rows of 9 instructions, and each weight of the three matrices.

    A node counts no weight of 0, but all of the read-out.
    """
    assert (work.WORK_LIMIT, work.FORMAT_STEPS, work.KEPT_LIMIT) == (2**32, 4, 2**21)
    net = exact_net()
    net.readout, net.readout_bias = [[1.0, 0.0], [0.0, 0.0], [1.0, 0.0]], [0.0, 4.0, -1.0]
    net.w_ih, net.w_hh, net.bias = [[0.0, 1.0], [0.0, 0.0]], [[0.5, 0.0], [0.0, 0.0]], [0.0, 0.0]
    for formats in ([], ["float32"], ["float16", "float32"]):
        proof = tight(formats=formats)
        proof["nodes"] = [boxed(0, [(-0.125).hex(), "0x0.0p+0"], [(1.25).hex(), "0x0.0p+0"], [0, 0])]
        rows, weights, filled, read_out = 9 * 20, 2 * (2 * 2), 1 + 1, 2 * 3
        expected = 2 * (rows + filled + read_out + 4 * len(formats) * (rows + weights + read_out))
        for limit, valid in ((expected, True), (expected - 1, False)):
            monkeypatch.setattr(work, "WORK_LIMIT", limit)
            result = judged(judge, proof, net)
            assert result.valid == valid, result.reason
            said = f"the proofs are too much work to check: {expected} multiplications, over the limit of {limit}"
            assert valid or result.reason == said


def test_the_ranges_for_formats_are_bounded(judge, monkeypatch):
    """Of 7 instructions for both symbols, one of two rows; without formats none is kept."""
    for limit, formats, valid in ((16, ["float32"], True), (15, ["float32"], False), (15, [], True)):
        monkeypatch.setattr(work, "KEPT_LIMIT", limit)
        assert judged(judge, tight(formats=formats)).valid == valid


def test_the_ranges_for_formats_are_bounded_where_one_of_two_proofs_has_some(judge, monkeypatch):
    monkeypatch.setattr(work, "KEPT_LIMIT", 15)
    net, plain = exact_net(), tight(epsilon=0.125, eta=1.25)
    for proofs in ([tight(formats=["float32"]), plain], [plain, tight(formats=["float32"])]):
        assert judge(certify(net, proofs), net).reason == "formats need 16 ranges, over 15"


def test_what_is_stored_is_said_of_16_bit_formats_only(judge):
    for formats in ([], ["float32"], ["bfloat16"], ["float16"], ["bfloat16", "float16", "float32"]):
        lines = judged(judge, tight(formats=formats)).lines
        assert (lines[-1] == f"Number formats: {report.STORAGE}") == (formats not in ([], ["float32"])), formats


def test_one_proof_of_a_16_bit_format_is_enough_to_say_so(judge):
    net = exact_net()
    result = judge(certify(net, [tight(formats=["bfloat16"]), tight(epsilon=0.125, eta=1.25)]), net)
    assert result.valid and result.lines[-1] == f"Number formats: {report.STORAGE}"


def least_lead(net, state, at, symbol):
    """The least lead of the machine's output on a box of states."""
    answer = net.machine["output"][at][symbol]
    leads = []
    for other, row in enumerate(net.readout):
        if other != answer:
            least = product([a - b for a, b in zip(net.readout[answer], row)], state)[0]
            leads.append(least + net.readout_bias[answer] - net.readout_bias[other])
    return min(leads)


@pytest.mark.parametrize(
    ("formats", "checked"),
    [
        ([], []),
        (["float32"], ["float32"]),
        (["bfloat16", "float32"], ["bfloat16"]),
        (["bfloat16", "float16", "float32"], ["bfloat16", "float16"]),
    ],
)
def test_every_format_is_checked_that_no_coarser_one_covers(judge, tiny, monkeypatch, formats, checked):
    net, original = tiny
    calls = []
    monkeypatch.setattr(CHECK, "require_covered", lambda *call: calls.append(call))
    judge(certify(net, [original["proofs"][0] | {"formats": formats}]), net)
    assert [name for name, *_ in calls] == checked


def test_formats_are_checked_for_the_largest_states_of_all_nodes(judge, tiny, monkeypatch):
    """For each row the largest size over nodes and symbols; both proofs. float16 covers float32, so that is not looked at."""
    net, original = tiny
    calls = []
    monkeypatch.setattr(CHECK, "require_covered", lambda *call: calls.append(call))
    result = judge(certify(net, [proof | {"formats": ["float16", "float32"]} for proof in original["proofs"]]), net)
    assert [name for name, *_ in calls] == ["float16"] * 2 and all(len(call[6]) == 3 for call in calls)
    for call, raw, line in zip(calls, original["proofs"], result.lines[3:5], strict=True):
        epsilon = float.fromhex(raw["epsilon"])
        largest, margin = [0.0] * 3, math.inf
        for node in raw["nodes"]:
            box = [(float.fromhex(low), float.fromhex(high)) for low, high in zip(*box_of(node).values())]
            for symbol in range(3):
                state = update(net, box, symbol)
                largest = [max(size, -low, high) for size, (low, high) in zip(largest, state)]
                margin = min(margin, least_lead(net, [(a - epsilon, b + epsilon) for a, b in state], node["state"], symbol))
        assert abs(float(re.search("the smallest at least ([0-9.]+);", line)[1]) - margin) < 1e-8
        wanted = [size + epsilon for size in largest]
        assert all(
            abs(Fraction(found, UNIT) - Fraction(size)) < 2**-40
            for found, size in zip(map(size_of, call[5].states), wanted, strict=True)
        )


@pytest.mark.parametrize("start", [0, 1])
def test_formats_are_checked_for_the_node_of_the_largest_states(judge, monkeypatch, start):
    """A tight box and a wider one, in either order: states up to 2.5 and 2.55, under the first symbol or the second."""
    calls = []
    monkeypatch.setattr(CHECK, "require_covered", lambda *call: calls.append(call))
    wide = tight(low=-0.25, high=1.3)["nodes"][0] | {"next": [1 - start] * 2}
    nodes = [tight()["nodes"][0] | {"next": [1 - start] * 2}, wide]
    proof = tight(eta=1.25, formats=["float32"]) | {"nodes": nodes[:: 1 - 2 * start], "start": start}
    net = exact_net()
    net.w_ih = [[0.0, 1.0]] if start else [[1.0, 0.0]]
    result = judged(judge, proof, net)
    assert result.valid, result.reason
    _, program_of_net, *_, entering, _ = calls[0]
    (cut,) = program_of_net.fields["cut"]
    assert abs(Fraction(size_of(entering.states[0]), UNIT) - Fraction(2.55)) < 2**-40
    assert abs(Fraction(size_of(entering.values[cut][0]), UNIT) - Fraction(2.55) / 2) < 2**-40  # what the next step takes from them
    assert "the smallest at least 1.45" in result.lines[3] or "the smallest at least 1.449999" in result.lines[3]


def test_the_start_state_is_a_point_where_no_format_moves_it():
    net, proof = exact_net(), tight()
    certificate = certify(net, [proof])
    shapes, raw = weights.read_shapes(safetensors(net.tensors()))
    tensors = weights.read_tensors(shapes, raw, certificate["tensors"])
    columns = {name: weights.filled(rows) for name, rows in tensors.items()}
    cover = CHECK.Cover(certificate, program.read_program(certificate["program"]), tensors, columns, proof)
    assert cover.start().states == [(0, 0)]


def test_nodes_are_reached_over_others(judge):
    """Three nodes, each of which leads to the next one only."""
    proof = tight()
    proof["nodes"] = [proof["nodes"][0] | {"next": [(k + 1) % 3] * 2} for k in range(3)]
    assert judged(judge, proof).valid
    proof["nodes"][1]["next"] = [0, 0]
    assert judged(judge, proof).reason == "a node is not reached from the start node"


def test_the_encoding_fits_the_inputs(judge):
    wide = exact_net()
    wide.w_ih = [[0.0, 1.0, 0.0]]
    assert "are not those of the program" in judged(judge, tight(), wide).reason
    two_tapes = exact_net()
    two_tapes.tapes, two_tapes.w_ih = 2, [[0.0, 0.5, 0.0, 0.5]]
    two_tapes.machine = {"start": 0, "delta": [[0] * 4], "output": [[1] * 4]}
    proof = tight()
    proof["nodes"][0]["next"] = [0] * 4
    assert judged(judge, proof, two_tapes).valid


def test_nodes_follow_the_machine_and_are_all_reached(judge, tiny):
    net, original = tiny
    for at in range(3):
        certificate = copy.deepcopy(original)
        node = certificate["proofs"][0]["nodes"][0]
        node["next"][at] = 1 - node["next"][at]
        assert (
            f"node 0 under symbol {at} goes to node {node['next'][at]}, which is of another machine state"
            in judge(seal(certificate), net).reason
            or "a node is not reached" in judge(seal(certificate), net).reason
        )
    certificate = copy.deepcopy(original)
    certificate["proofs"][0]["nodes"].append(certificate["proofs"][0]["nodes"][0])
    assert judge(seal(certificate), net).reason == "a node is not reached from the start node"
    certificate = copy.deepcopy(original)
    certificate["proofs"][0]["start"] = 1
    assert judge(seal(certificate), net).reason == "the start node is not of the machine's start state"


def weighted_net(cell):
    """Three units, two tapes in base 3, small dyadic weights that are all different, and a second bias."""
    gates, term = (
        {"rnn": 1, "relu": 1, "lstm": 4}.get(cell, 3),
        1 if cell in KEEPS_S else {"rnn": 1, "relu": 1, "lstm": 4}.get(cell, 3),
    )
    draw = lambda rows, columns, k: [[f32(((k + 7 * i + 3 * j) % 23 - 11) / 64) for j in range(columns)] for i in range(rows)]
    machine = {"start": 0, "delta": [[0] * 9], "output": [[1] * 9]}
    return Net(
        3, 2, draw(3 * gates, 6, 1), draw(3 * term, 3, 5), draw(1, 3 * gates, 2)[0], draw(3, 3, 4), [0.25, 8.0, -0.5], machine,
        cell, draw(1, 3, 9)[0] if cell == "gru" else [], draw(1, 3 * gates, 3)[0],
    )  # fmt: skip


@pytest.mark.parametrize("cell", CELLS)
def test_the_boxes_of_each_cell_are_those_of_a_second_transcription(cell):
    net = weighted_net(cell)
    shapes, raw = weights.read_shapes(safetensors(net.tensors()))
    certificate = certify(net, [tight()])
    read, tensors = program.read_program(certificate["program"]), weights.read_tensors(shapes, raw, certificate["tensors"])
    rows = len(recurrent_term(net, [(0.0, 0.0)] * (6 if cell in ("lstm", *KEEPS_S) else 3)))
    box = [(-0.5 - k / 8, 0.25 + k / 16) for k in range(rows)]
    rule = functools.partial(ranges.range_of, tensors, {name: weights.filled(rows) for name, rows in tensors.items()})
    close = lambda found, wanted: all(
        abs(Fraction(x, UNIT) - Fraction(y)) < 2**-40 for a, b in zip(found, wanted, strict=True) for x, y in zip(a, b)
    )
    for symbol in range(9):
        step, left = {}, [(int(low * UNIT), int(high * UNIT)) for low, high in box]
        for number in read.fields["cut"]:
            size = read.parts[1][number].rows
            step[number], left = left[:size], left[size:]
        assert left == []
        leaf = [(UNIT, UNIT) if symbol // 3**tape % 3 == digit else (0, 0) for tape in range(2) for digit in range(3)]
        step = program.run(rule, read, 1, program.fixed(rule, read, 1, leaf) | step)
        state, wanted = step[read.after], update(net, box, symbol)
        assert close(state, wanted)
        before = program.run(rule, read, 0, {}, state)
        assert close([row for number in read.fields["cut"] for row in before[number]], recurrent_term(net, wanted))
        answer = program.run(rule, read, 2, program.fixed(rule, read, 2, leaf), state)
        assert answer[read.features] == state[:3]
