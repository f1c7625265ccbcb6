"""Files at each limit and one beyond it: what is at the limit is read, what is beyond is refused for that reason."""

import json
import sys

import cells
import pytest
from handmade import adder, certify, make_proof, safetensors, seal, with_header

from anylength_check import certificate, program, strict, weights
from anylength_check.strict import Refused, fields, integer, items, parse, read_file, require


def reason(call, *arguments):
    """Why the call refuses; None where it does not."""
    try:
        call(*arguments)
    except Refused as error:
        return str(error)
    return None


def test_require():
    require(True, "not said")
    assert reason(require, False, "said") == "said"


def test_the_limits():
    assert (strict.STRUCTURE_LIMIT, strict.COMMA_LIMIT) == (2_000_000, 10_000_000)
    assert (weights.WEIGHTS_LIMIT, weights.HEADER_LIMIT, certificate.CERTIFICATE_LIMIT) == (20 << 20, 1 << 20, 320 << 20)


@pytest.mark.parametrize(
    ("marks", "limit"), [("[", 2_000_000), ("]", 2_000_000), ("{", 2_000_000), ("}:", 1_000_000), (",", 10_000_000)]
)
def test_structure_and_commas(marks, limit):
    """Within a string, where they cost nothing."""
    text = marks * limit
    assert parse(f'"{text}"'.encode()) == text
    assert reason(parse, f'"{text}{marks}"'.encode()).startswith("JSON has more than")


def test_letters_are_not_counted():
    text = "X" * 5_000_000
    assert parse(f'"{text}"'.encode()) == text


@pytest.mark.parametrize(
    ("text", "value"), [("0", 0), ("7", 7), ("-7", -7), ("9" * 15, 10**15 - 1), ("[]", []), ('{"a":1,"b":{}}', {"a": 1, "b": {}})]
)
def test_what_is_strict_json(text, value):
    assert parse(text.encode()) == value


@pytest.mark.parametrize(
    ("text", "said"),
    [("1" + "0" * 15, "fifteen digits"), ("-0", "fifteen digits"), ("1.0", "fifteen digits"), ("1e3", "fifteen digits"),
     ("NaN", "fifteen digits"), ("Infinity", "fifteen digits"), ("-Infinity", "fifteen digits"), ("9" * 5000, "fifteen digits"),
     ('{"a":1,"a":1}', "same key twice"), ("[" * 100_000, "not strict JSON"), ("", "not strict JSON"), ("[1", "not strict JSON"),
     ("'a'", "not strict JSON"), ("01", "not strict JSON")],
)  # fmt: skip
def test_what_is_not_strict_json(text, said):
    assert said in reason(parse, text.encode())
    assert len(reason(parse, text.encode())) < 300


def test_bytes_that_are_no_text():
    assert reason(parse, b"\xff").startswith("not strict JSON")


@pytest.mark.parametrize("value", [1, 5])
def test_integers_within(value):
    assert integer(value, "it", 1, 5) == value


@pytest.mark.parametrize("value", [0, 6, True, 2.0, "2", None, [2]])
def test_other_integers(value):
    assert reason(integer, value, "it", 1, 5) == "it is not an integer from 1 to 5"


def test_lists_and_fields():
    assert items([1], "it", 1, 2) == [1] and items([1, 2], "it", 1, 2) == [1, 2]
    for value in ([], [1, 2, 3], (1,), "a", None, {"a": 1}):
        assert reason(items, value, "it", 1, 2) == "it is not a list of 1 to 2 items"
    assert reason(items, [1], "it", 3, 3) == "it is not a list of 3 items"
    assert fields({"b": 1, "a": 2}, "it", "a", "b") == [2, 1]
    for value in ({"a": 1}, {"a": 1, "b": 2, "c": 3}, {}, ["a", "b"], None, "ab"):
        assert reason(fields, value, "it", "a", "b") == "it is not an object of exactly these fields: a, b"


def test_a_file_is_read_up_to_one_byte_beyond_its_limit(tmp_path):
    path = tmp_path / "file"
    for size, length in ((9, 9), (10, 10), (11, 11), (12, 11)):
        path.write_bytes(b"x" * size)
        assert len(read_file(path, 10)) == length
    with pytest.raises(OSError, match="not a regular file"):
        read_file("/dev/null", 10)


def changed(original, path, value, net=None):
    """The certificate with one value changed, sealed again."""
    copied = json.loads(json.dumps(original))
    at = copied
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return seal(copied, net)


ROW = [0, 1, 1]
BOX = ("proofs", 0, "nodes", 0, "region", "box")
CASES = {
    "format 0": (("format",), 0, "the format is not"),
    "format 2": (("format",), 2, "the format is not"),
    "base 0": (("encoding", "base"), 0, "base is not an integer from 1 to 4096"),
    "base 1": (("encoding", "base"), 1, "a row of delta is not a list of 1"),
    "base 4097": (("encoding", "base"), 4097, "base is not an integer from 1 to 4096"),
    "base 4096": (("encoding", "base"), 4096, "a row of delta is not a list of 4096"),
    "tapes 0": (("encoding", "tapes"), 0, "tapes is not an integer from 1 to 12"),
    "tapes 13": (("encoding", "tapes"), 13, "tapes is not an integer from 1 to 12"),
    "tapes 8": (("encoding", "tapes"), 8, "more than 4096 symbols"),
    "tapes 7": (("encoding", "tapes"), 7, "a row of delta is not a list of 2187"),
    "start 2": (("machine", "start"), 2, "the machine's start is not an integer from 0 to 1"),
    "start 1": (("machine", "start"), 1, "the start node is not of the machine's start state"),
    "no state": (("machine", "delta"), [], "delta is not a list of 1 to 1024"),
    "1025 states": (("machine", "delta"), [ROW] * 1025, "delta is not a list of 1 to 1024"),
    "1024 states": (("machine", "delta"), [ROW] * 1024, "output is not a list of 1024"),
    "class 4096": (("machine", "output", 0, 0), 4096, "a row of output is not an integer from 0 to 4095"),
    "class 4095": (("machine", "output", 0, 0), 4095, "an output is no class"),
    "class 3": (("machine", "output", 1, 2), 3, "an output is no class"),
    "class -1": (("machine", "output", 1, 2), -1, "a row of output is not an integer from 0 to 4095"),
    "next state 2": (("machine", "delta", 1, 0), 2, "a row of delta is not an integer from 0 to 1"),
    "no proof": (("proofs",), [], "the list of proofs is not a list of 1 to 8"),
    "program": (("program",), "mlp", "the program is not an object of exactly these fields"),
    "claim": (("claim",), "It is right.", "the claim is not the sentence"),
    "tensors": (("tensors",), "0" * 64, "tensors is not the SHA-256"),
    "noise budget": (("noise_budget",), "0x0.0p+0", "noise_budget is not the largest epsilon"),
    "no encoding": (("encoding",), [], "the encoding is not an object of exactly these fields: base, tapes"),
    "no machine": (("machine",), [], "the machine is not an object of exactly these fields: start, delta, output"),
    "number for a proof": (
        ("proofs", 0),
        1,
        "a proof is not an object of exactly these fields: epsilon, eta, formats, start, nodes",
    ),
    "number for a node": (("proofs", 0, "nodes", 0), 1, "a node is not an object of exactly these fields: state, next, region"),
    "no matrix": (("machine", "delta", 0), 1, "a row of delta is not a list of 3"),
    "noise budget in words": (("noise_budget",), "much", "noise_budget is not the canonical hex"),
    "epsilon in words": (("proofs", 0, "epsilon"), "much", "epsilon is not the canonical hex"),
    "eta in words": (("proofs", 0, "eta"), "much", "eta is not the canonical hex"),
    "low in words": ((*BOX, "low", 0), "much", "a low bound is not the canonical hex"),
    "high in words": ((*BOX, "high", 0), "much", "a high bound is not the canonical hex"),
    "formats in words": (("proofs", 0, "formats"), "all", "formats is not a list of 0 to 3"),
    "formats": (("proofs", 0, "formats"), ["float32", "bfloat16"], "ascending list"),
    "format float64": (("proofs", 0, "formats"), ["float64"], "ascending list"),
    "start node 2": (("proofs", 0, "start"), 2, "a proof's start is not an integer from 0 to 1"),
    "no node": (("proofs", 0, "nodes"), [], "the list of nodes is not a list of 1 to 100000"),
    "node state 2": (("proofs", 0, "nodes", 1, "state"), 2, "a node's state is not an integer from 0 to 1"),
    "next node 2": (("proofs", 1, "nodes", 1, "next", 2), 2, "a row of next is not an integer from 0 to 1"),
    "short next": (("proofs", 1, "nodes", 1, "next"), [0, 0], "a row of next is not a list of 3"),
    "short low": ((*BOX, "low"), ["0x0.0p+0"] * 2, "low bounds is not a list of 3"),
    "long high": ((*BOX, "high"), ["0x0.0p+0"] * 4, "high bounds is not a list of 3"),
}


@pytest.mark.parametrize("kind", CASES)
def test_a_field_beyond_its_limit_is_refused_for_that_reason(judge, tiny, kind):
    net, original = tiny
    path, value, said = CASES[kind]
    with_claim = net if path[0] in ("proofs", "machine") else None
    assert said in judge(changed(original, path, value, with_claim), net).reason


def test_the_digest_and_the_size_of_a_certificate(judge, tiny, monkeypatch):
    net, original = tiny
    for digest in (original["digest"].upper(), "", None):
        assert judge(original | {"digest": digest}, net).reason == "the digest does not fit the certificate"
    text = json.dumps(original).encode()
    for module in (certificate, sys.modules["anylength_check.check"]):
        monkeypatch.setattr(module, "CERTIFICATE_LIMIT", 1 << 20)
    assert judge(text + b" " * ((1 << 20) - len(text)), net).valid
    assert judge(text + b" " * ((1 << 20) + 1 - len(text)), net).reason == f"the certificate is over {1 << 20} bytes"


def test_proofs_and_nodes_are_counted(judge, tiny):
    """Eight proofs are read, nine are not; 100,000 nodes over all proofs are, one more is not."""
    net, original = tiny
    proof = original["proofs"][0]
    eight = [proof | {"epsilon": (0.001 / (k + 1)).hex()} for k in range(8)]
    assert judge(certify(net, eight), net).valid
    assert "the list of proofs is not" in judge(certify(net, [*eight, proof | {"epsilon": "0x0.0p+0"}]), net).reason
    with pytest.raises(Refused, match="two proofs are for the same"):
        certificate.require_fit(read(certify(net, [proof, proof])), read_net(net, original))
    for counts, said in (((99_999, 1), "no such claim"), ((99_999, 2), "there are more than 100000 nodes")):
        proofs = [proof | {"nodes": [0] * count, "epsilon": (0.001 * (k + 1)).hex(), "start": 0} for k, count in enumerate(counts)]
        found = reason(certificate.require_fit, read(certify(net, proofs)), read_net(net, original))
        assert (found is None) if said == "no such claim" else said in found
    assert "the list of nodes is not" in reason(read, certify(net, [proof | {"nodes": [0] * 100_001, "start": 0}]))


def read(fields):
    return certificate.read_certificate(json.dumps(fields).encode())


def read_net(net, original):
    """The program of a net, as `require_fit` takes it."""
    return program.read_program(original["program"])


def test_the_size_of_the_weights_and_of_their_header(judge, tiny):
    net, original = tiny
    good = safetensors(net.tensors())
    length = int.from_bytes(good[:8], "little")
    text, body = good[8 : 8 + length].decode(), good[8 + length :]
    assert judge(original, with_header(text.ljust(1 << 20), body)).valid
    refused = "the weights file is too short or too long, or has no header"
    for raw in (
        with_header(text.ljust((1 << 20) + 1), body),
        with_header(" " + text, body),
        b"",
        good[:7],
        good[:8],
        good[: 8 + length - 1],
    ):
        assert judge(original, raw).reason == refused
    assert judge(original, with_header(text, b"")).reason != refused
    for at in range(3, 8):
        assert judge(original, good[:at] + b"\1" + good[at + 1 :]).reason == refused
    for size, said in ((20 << 20, "the weights file has bytes after its last tensor"), ((20 << 20) + 1, refused)):
        assert judge(original, good.ljust(size, b"\0")).reason == said


def header_of(net):
    good = safetensors(net.tensors())
    length = int.from_bytes(good[:8], "little")
    return json.loads(good[8 : 8 + length]), good[8 + length :]


HEADERS = {
    "dtype": ("cell.bias", "dtype", "F64", "cell.bias is not F32"),
    "axis 0": ("cell.bias", "shape", [0], "the shape of cell.bias is not an integer from 1 to 8192"),
    "axis 8193": ("cell.bias", "shape", [8193], "the shape of cell.bias is not an integer from 1 to 8192"),
    "axis 8192": ("cell.bias", "shape", [8192], "misplaced"),
    "no axis": ("cell.bias", "shape", [], "the shape of cell.bias is not a list of 1 to 2"),
    "three axes": ("cell.bias", "shape", [3, 1, 1], "the shape of cell.bias is not a list of 1 to 2"),
    "matrix for a vector": ("cell.bias", "shape", [1, 3], "are not those of the program"),
    "vector for a matrix": ("cell.weight_ih", "shape", [9], "are not those of the program"),
    "vector read-out": ("readout.weight", "shape", [9], "are not those of the program"),
    "turned": ("readout.weight", "shape", [9, 1], "are not those of the program"),
    "one offset": ("cell.bias", "data_offsets", [0], "the span of cell.bias is not a list of 2"),
    "three offsets": ("cell.bias", "data_offsets", [72, 84, 84], "the span of cell.bias is not a list of 2"),
    "beyond the file": ("cell.bias", "data_offsets", [0, 133], "the span of cell.bias is not an integer from 0 to 132"),
    "overlap": ("cell.bias", "data_offsets", [0, 12], "misplaced"),
    "one byte on": ("readout.bias", "data_offsets", [121, 132], "misplaced"),
}


@pytest.mark.parametrize("kind", HEADERS)
def test_a_header_that_breaks_a_rule_is_refused_for_that_reason(judge, tiny, kind):
    net, original = tiny
    name, field, value, said = HEADERS[kind]
    header, body = header_of(net)
    header[name][field] = value
    assert said in judge(original, with_header(json.dumps(header), body)).reason


def test_each_tensor_has_as_many_bytes_as_its_shape_says(judge, tiny):
    """The border between two tensors moved by one number."""
    net, original = tiny
    header, body = header_of(net)
    first, second = list(header)[:2]
    header[first]["data_offsets"][1] += 4
    header[second]["data_offsets"][0] += 4
    assert "misplaced" in judge(original, with_header(json.dumps(header), body)).reason


@pytest.mark.parametrize("metadata", [[], {"a": 1}, {"a": ["b"]}, "a", None])
def test_metadata_are_a_map_of_strings(judge, tiny, metadata):
    net, original = tiny
    header, body = header_of(net)
    assert judge(original, with_header(json.dumps(header | {"__metadata__": {"a": "b"}}), body)).valid
    refused = judge(original, with_header(json.dumps(header | {"__metadata__": metadata}), body)).reason
    assert refused == "the metadata of the weights is not a map of strings"


def shapes(hidden, classes, inputs=2, blocks=(1, 1)):
    rows = blocks[0] * hidden
    return {"cell.weight_ih": [rows, inputs], "cell.weight_hh": [blocks[1] * hidden, hidden], "cell.bias": [rows],
            "readout.weight": [classes, hidden], "readout.bias": [classes]}  # fmt: skip


def zeros(table):
    """Weights of these shapes, all zero."""
    header, end = {}, 0
    for name, shape in table.items():
        begin, end = end, end + 4 * shape[0] * (shape[1] if len(shape) > 1 else 1)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [begin, end]}
    return with_header(json.dumps(header), b"\0" * end)


def test_the_tensors_are_those_of_the_program_and_the_classes_are_bounded(judge, tiny):
    """What fits gets as far as the SHA-256."""
    _, original = tiny
    for hidden, classes, fits in ((1025, 2, True), (1, 1, False), (1, 2, True), (1, 4096, True), (1, 4097, False)):
        program_of_net = cells.program_of("rnn", False, 3, hidden, classes)
        found = judge(changed(original, ("program",), program_of_net), zeros(shapes(hidden, classes, inputs=3))).reason
        assert ("SHA-256" in found) == fits and (fits or "the read-out has not 2 to 4096 classes" in found)
    for cell, blocks in {"rnn": (1, 1), "relu": (1, 1), "gru": (3, 3), "lstm": (4, 4), "gru-reset-before": (3, 3), "linear": (3, 1),
                         "linear-signed": (3, 1), "mingru": (3, 1)}.items():  # fmt: skip
        for more in ((0, 0), (1, 0), (0, 1), (-1, 0), (0, -1)):
            counts = blocks[0] + more[0], blocks[1] + more[1]
            if min(counts) > 0:
                table = shapes(2, 2, inputs=3, blocks=counts) | ({"cell.bias_hn": [2]} if cell == "gru" else {})
                found = judge(changed(original, ("program",), cells.program_of(cell, False, 3, 2, 2)), zeros(table)).reason
                assert ("SHA-256" in found) == (more == (0, 0)), (cell, found)
                assert "are not those of the program" in found or more == (0, 0)


def test_a_certificate_is_an_object_of_its_fields():
    assert reason(read, 1) == "the format is not an integer from 1 to 1"
    wanted = f"the certificate is not an object of exactly these fields: {', '.join(certificate.FIELDS)}"
    assert reason(read, {"format": 1}) == wanted


def test_a_second_bias_makes_another_program(tiny):
    net = adder(2, 1)
    net.bias_hh = [0.5, 1.5]
    found = read_net(net, certify(net, [make_proof(net, 0.0)]))
    added = [one.tensor for one in found.parts[1] if one.op == "tensor"]
    assert added == ["cell.bias", "cell.bias_hh"] and found.fields["state"] == 2 and found.fields["encoded"] == 2


def test_a_header_may_name_tensors_in_any_order():
    """What counts is where their bytes are: one after the other, from the first to the last."""
    entry = lambda shape, *span: {"dtype": "F32", "shape": shape, "data_offsets": list(span)}
    header = {"second": entry([1], 8, 12), "first": entry([2], 0, 8), "third": entry([1, 1], 12, 16)}
    shapes, raw = weights.read_shapes(with_header(json.dumps(header), bytes(range(16))))
    assert shapes == {"second": [1], "first": [2], "third": [1, 1]}
    assert raw == {"second": bytes(range(8, 12)), "first": bytes(range(8)), "third": bytes(range(12, 16))}
