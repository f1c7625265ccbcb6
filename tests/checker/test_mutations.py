"""Every change of a certificate or of its weights is REJECTED, or makes a different claim; none crashes or hangs."""

import copy
import json
import math
import random
import struct

import cells
import pytest
from handmade import adder, box_of, canonical, certify, make_proof, pack, safetensors, seal, with_header
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from programs import certify as certify_program
from programs import proof as proof_of
from programs import sealed, two_layers

NAN = float("nan")
RETYPED = [None, True, False, 1.5, 1, 0, -1, 10**8, 10**30, "", "x", [], {}, [[]], NAN, math.inf, "NaN", "inf", "0x0.0p+0"]


def paths(value, prefix=()):
    """The path of every value in a JSON object, itself excluded."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield (*prefix, key)
        yield from paths(child, (*prefix, key))


def parent(certificate, path):
    for key in path[:-1]:
        certificate = certificate[key]
    return certificate


@pytest.fixture(scope="module", params=["a counter", "two layers"])
def proved(request, tiny):
    """A net, its certificate with two proofs, and the number of its classes: a cell of one layer, or two with a start state."""
    if request.param == "a counter":
        return *tiny, 3
    made = two_layers()
    return made, certify_program(made, [proof_of(made, 0.01, ["float32"]), proof_of(made, 0.03)]), 2


def levels(certificate, classes):
    """The mutated certificate as it is; with a fresh digest; with a fresh claim and digest."""
    yield certificate
    yield sealed(copy.deepcopy(certificate))
    if isinstance(certificate, dict) and "claim" in certificate:
        yield sealed(copy.deepcopy(certificate), classes)


def refused_or_different(judge, certificate, original, net, classes):
    for number, mutated in enumerate(levels(certificate, classes)):
        if mutated != original:
            result = judge(mutated, net)
            assert not result.valid or (number == 2 and result.claim != original["claim"]), mutated


@pytest.mark.parametrize("every", [11, pytest.param(1, marks=pytest.mark.slow)])
def test_every_field_dropped_retyped_and_repeated(judge, proved, every):
    net, original, classes = proved
    for path in list(paths(original))[::every]:
        changes = [("retype", x) for x in RETYPED] + [("drop", None), ("repeat", None)]
        chance = random.Random(str(path))
        for kind, value in chance.sample(changes, 4) if len(path) > 4 else changes:
            certificate = copy.deepcopy(original)
            holder, key = parent(certificate, path), path[-1]
            if kind == "retype":
                if path == ("machine",) or (type(holder[key]) is type(value) and holder[key] == value):
                    value = [value]
                holder[key] = value
            elif kind == "drop":
                del holder[key]
            elif isinstance(holder, list):
                holder.insert(key, copy.deepcopy(holder[key]))
            else:
                continue
            refused_or_different(judge, certificate, original, net, classes)


def test_every_key_doubled(judge, tiny):
    """A doubled key is refused whatever it holds: here the very same value."""
    net, original = tiny
    weights = safetensors(net.tensors())
    for path in paths(original):
        if isinstance(path[-1], str):
            certificate = copy.deepcopy(original)
            holder = parent(certificate, path)
            holder["@"] = holder[path[-1]]
            text = json.dumps(certificate).replace('"@"', json.dumps(path[-1]))
            result = judge(text.encode(), weights)
            assert "same key twice" in result.reason, path


def test_unknown_fields_at_every_level(judge, proved):
    net, original, classes = proved
    places = [(), ("encoding",), ("machine",), ("program",), ("program", "readout"), ("program", "step", 1), ("proofs", 0)]
    node = ("proofs", 1, "nodes", 0)
    for path in [*places, node, (*node, "region"), (*node, "region", "box")]:
        certificate = copy.deepcopy(original)
        parent(certificate, (*path, ""))["note"] = "harmless"
        for mutated in levels(certificate, classes):
            assert not judge(mutated, net).valid, path


@pytest.mark.parametrize(
    "text",
    ["0x1p+0", "0x1.0p+0", "0X1.0000000000000P+0", "0x1.0000000000000p0", "0x1.0000000000000p+00", "1.0", "nan", "inf",
     "-inf", "-0x0.0p+0", "+0x1.0000000000000p+0", " 0x1.0000000000000p+0", "0x1.0000000000000p+0\n", "0x1.0000000000000p-0",
     "0x2.0000000000000p-1", "0x0.0000000000001p-1022", "0x1.0000000000000p-301", "0x1.0000000000001p+300",
     "0x1.0000000000000p+301", "0x1.0000000000000p+999", "0x1.00000000000000p+0", "0x1.000000000000Ap+0", "1e999",
     "0x1.\u0660000000000000p+0", "0x1.0000000000000p+\u0661", ""],
)  # fmt: skip
def test_other_spellings_of_numbers(judge, tiny, text):
    net, original = tiny
    bound = ("proofs", 0, "nodes", 0, "region", "box", "high", 0)
    for path in [("noise_budget",), ("proofs", 0, "epsilon"), ("proofs", 0, "eta"), bound]:
        certificate = copy.deepcopy(original)
        parent(certificate, path)[path[-1]] = text
        refused_or_different(judge, certificate, original, net, 3)


def test_boxes_shrunk_swapped_crossed_exchanged(judge, tiny):
    net, original = tiny
    for proof in range(2):
        for node in range(2):
            for change in range(6):
                certificate = copy.deepcopy(original)
                boxes = [box_of(each) for each in certificate["proofs"][proof]["nodes"]]
                box = boxes[node]
                low, high = ([float.fromhex(x) for x in box[end]] for end in ("low", "high"))
                if change == 0:
                    box["low"], box["high"] = box["high"], box["low"]
                elif change == 1:
                    box["high"] = [(a + 0.5 * (b - a)).hex() for a, b in zip(low, high)]
                elif change == 2:
                    box["low"] = [(b - 0.5 * (b - a)).hex() for a, b in zip(low, high)]
                elif change == 3:
                    boxes[0]["low"], boxes[1]["low"] = boxes[1]["low"], boxes[0]["low"]
                elif change == 4:
                    box["low"][1], box["high"][1] = (1.0).hex(), (-1.0).hex()
                else:
                    box["low"], box["high"] = [(-1e9).hex()] * len(low), (1e9).hex()
                    box["high"] = [(1e9).hex()] * len(low)
                assert not judge(seal(certificate), net).valid, (proof, node, change)


def test_each_bound_moved_inwards(judge, proved):
    net, original, _ = proved
    for path in paths(original):
        if len(path) == 8 and path[6] in ("low", "high"):
            certificate = copy.deepcopy(original)
            box, row = parent(certificate, path[:7]), path[7]
            width = float.fromhex(box["high"][row]) - float.fromhex(box["low"][row])
            box[path[6]][row] = (float.fromhex(box[path[6]][row]) + (0.5 if path[6] == "low" else -0.5) * width).hex()
            assert not judge(sealed(certificate), net).valid, path


def test_stronger_claims_are_refused_and_weaker_are_other_claims(judge, tiny):
    net, original = tiny
    for proof, field, factor, truth in [(0, "epsilon", 3, False), (1, "epsilon", 1.5, False), (0, "eta", 1.2, False),
                                        (1, "eta", 1.2, False), (0, "epsilon", 0.5, True), (1, "eta", 0.5, True)]:  # fmt: skip
        certificate = copy.deepcopy(original)
        certificate["proofs"][proof][field] = (float.fromhex(certificate["proofs"][proof][field]) * factor).hex()
        certificate["noise_budget"] = max((p["epsilon"] for p in certificate["proofs"]), key=float.fromhex)
        assert not judge(seal(copy.deepcopy(certificate)), net).valid
        result = judge(seal(certificate, net), net)
        assert result.valid == truth and result.claim != original["claim"], (proof, field, factor)
    for proof, formats in [(0, ["bfloat16"]), (1, ["float32", "float32"]), (1, ["float32", "bfloat16"]), (1, ["float64"]),
                           (1, ["float32", 1])]:  # fmt: skip
        certificate = copy.deepcopy(original)
        certificate["proofs"][proof]["formats"] = formats
        refused_or_different(judge, certificate, original, net, 3)
        assert not judge(seal(certificate, net), net).valid


def test_proofs_dropped_repeated_and_nodes_for_show(judge, tiny):
    net, original = tiny
    for change in ("drop", "repeat", "reorder", "extra node", "same node twice"):
        certificate = copy.deepcopy(original)
        proofs = certificate["proofs"]
        if change == "drop":
            proofs.pop(0)
        elif change == "repeat":
            proofs.append(copy.deepcopy(proofs[0]))
        elif change == "reorder":
            proofs.reverse()
        else:
            proofs[0]["nodes"].append(copy.deepcopy(proofs[0]["nodes"][0]))
            if change == "same node twice":
                proofs[0]["nodes"][0]["next"] = [2 if k == 0 else k for k in proofs[0]["nodes"][0]["next"]]
        result = judge(seal(certificate, net), net)
        assert result.valid == (change in ("drop", "reorder", "same node twice")), change
        assert change == "same node twice" or result.claim != original["claim"]


def test_truncated_files(judge, tiny):
    net, original = tiny
    text, weights = json.dumps(original).encode(), safetensors(net.tensors())
    for k in range(20):
        assert not judge(text[: len(text) * k // 20], weights).valid
        assert not judge(text, weights[: len(weights) * k // 20]).valid
    assert not judge(text[:-1], weights).valid and not judge(text, weights[:-1]).valid
    assert not judge(text + b"x", weights).valid and not judge(text, weights + b"\0").valid
    assert not judge(text + text, weights).valid
    assert judge(b" \n" + text + b"\t\r\n ", weights).valid


def test_hostile_texts_are_refused(judge, tiny):
    net, original = tiny
    weights, text = safetensors(net.tensors()), json.dumps(original)
    hostile = ["[" * 100_000, '{"a":' * 100_000, "[" * 100_000 + "]" * 100_000, "", "null", "1", '"x"', "[]", "{}", "\ufeff{}",
               '"' + "\\" * 99_999, '"' * 1_000_001, '\\"' * 100_000 + "[" * 100_000, "9" * 1_000_000, "-" * 1_000_000,
               "[" + "[]," * 1_000_000 + "[]]", "NaN", "Infinity", "1e999", '{"\\ud800":1}', '["' + '\\u0000' * 99_999 + '"]',
               text.replace('"format": 1', '"format": 1.0'), text.replace('"format": 1', '"format": 1e0'),
               text.replace('"format": 1', '"format": -0'), text.replace('"start": 0', '"start": -0'),
               text.replace('"start": 0', '"start": NaN'), text.replace('"start": 0', '"start": 1e999'),
               text.replace('"start": 0', '"start": ' + "9" * 10_000),
               text.replace('"start": 0', '"start": ' + "[" * 50_000)]  # fmt: skip
    for case in hostile:
        assert not judge(case.encode("utf-8", "surrogatepass"), weights).valid, case[:50]
    for raw in (b"\xff\xfe{\0}\0", b"\xed\xa0\x80", json.dumps(original).encode("utf-16"), b"\0" * 1000):
        assert not judge(raw, weights).valid
    assert not judge(b" " * ((64 << 20) + 1), weights).valid
    assert not judge(text.encode(), b"\0" * ((64 << 20) + 1)).valid


def test_other_weights(judge, tiny):
    """Another net, or one bit of one weight: refused, and with its own SHA-256 only as another claim."""
    net, original = tiny
    weights = safetensors(net.tensors())
    assert not judge(original, adder(3, 1, gain=25.0)).valid
    assert not judge(original, adder(3, 1, idle=1)).valid
    assert not judge(original, adder(10, 1)).valid
    start = 8 + int.from_bytes(weights[:8], "little")
    for k in range(start, len(weights)):
        for bit in (0, 6, 7):
            changed = bytearray(weights)
            changed[k] ^= 1 << bit
            assert not judge(original, bytes(changed)).valid
    for name, rows in net.tensors().items():  # noqa: B007
        for value in (math.nan, math.inf, -math.inf, 1e38, 0.0):
            other = copy.deepcopy(net)
            table = {"cell.weight_ih": other.w_ih, "cell.weight_hh": other.w_hh, "readout.weight": other.readout,
                     "cell.bias": [other.bias], "readout.bias": [other.readout_bias]}[name]  # fmt: skip
            was, table[-1][2] = table[-1][2], value
            result = judge(certify(other, original["proofs"]), other)
            assert not result.valid or (value == 0.0 and result.claim != original["claim"]), (name, value, was)


def test_safetensors_that_break_the_rules(judge, tiny):
    net, original = tiny
    good = safetensors(net.tensors())
    length = int.from_bytes(good[:8], "little")
    text, body = good[8 : 8 + length].decode(), good[8 + length :]
    header = json.loads(text)
    assert judge(original, with_header(text + "   ", body)).valid
    assert judge(original, safetensors(net.tensors(), {"note": '{"deep": [[[[[[["\\"]]]]]]]}'})).valid
    shuffled = dict(sorted(net.tensors().items(), key=lambda x: x[0][::-1]))
    assert judge(original, safetensors(shuffled)).valid

    def spoilt(change):
        copied = copy.deepcopy(header)
        change(copied)
        return with_header(json.dumps(copied), body)

    cases = [with_header(" " + text, body), with_header("\ufeff" + text, body), with_header("[]", body), with_header("", body)]
    cases += [with_header(text.replace("}}", '}, "cell.bias": ' + json.dumps(header["cell.bias"]) + "}"), body)]
    cases += [with_header(text, b"\0" + body), with_header(text, body + b"\0"), b"", good[:7], b"\xff" * 8 + good[8:]]
    cases += [with_header(text + " " * (1 << 20), body), with_header("{" + '"a":{' * 50_000, body)]
    cases += [spoilt(lambda h, n=n: h.pop(n)) for n in header]
    cases += [spoilt(lambda h, n=n: h[n].pop(f)) for n in header for f in ("dtype", "shape", "data_offsets")]  # noqa: B023
    for key, values in {"dtype": ["F64", "F16", "I32", "f32", None], "shape": [[], [12], [1, 12], [3, 4.0], [True, 3], [0], [-3]],
                        "data_offsets": [[0, 12], [12, 0], [0], [-4, 8], [0, 10**12], [1.0, 2], "x", None]}.items():  # fmt: skip
        cases += [spoilt(lambda h, n=n, v=v: h[n].update({key: v})) for n in header for v in values if h_differs(header[n], key, v)]  # noqa: B023
    cases += [spoilt(lambda h: h.update(extra={"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}))]
    cases += [spoilt(lambda h: h.update(__metadata__=m)) for m in ([], {"a": 1}, None, {"a": ["b"]})]  # noqa: B023
    names = list(header)
    cases += [spoilt(lambda h: h[names[0]].update(data_offsets=h[names[-1]]["data_offsets"]))]
    for raw in cases:
        assert not judge(original, raw).valid, raw[:300]
    double = struct.pack(f"<{len(body) // 4}d", *struct.unpack(f"<{len(body) // 4}f", body))
    assert not judge(original, with_header(text, double)).valid
    assert pack(net.bias) in body


def h_differs(entry, key, value):
    return entry[key] != value


def test_swapped_transposed_and_renamed_tensors(judge, tiny):
    net, original = tiny
    tensors = net.tensors()
    turned = tensors | {"cell.weight_hh": [list(row) for row in zip(*tensors["cell.weight_hh"])]}
    swapped = tensors | {"cell.weight_hh": tensors["cell.weight_ih"], "cell.weight_ih": tensors["cell.weight_hh"]}
    for other in (turned, swapped):
        assert not judge(original, safetensors(other)).valid
    turned_net = copy.deepcopy(net)
    turned_net.w_hh = turned["cell.weight_hh"]
    assert not judge(certify(turned_net, original["proofs"]), turned_net).valid


def test_a_wrong_machine_or_net_is_never_valid(judge, proved):
    """Each transition and each output of the machine changed, each next node swapped, freshly sealed."""
    net, original, classes = proved
    for table, q, s in ((t, q, s) for t in ("delta", "output") for q in range(2) for s in range(3)):
        certificate = copy.deepcopy(original)
        entry = certificate["machine"][table][q][s]
        certificate["machine"][table][q][s] = (entry + 1) % (2 if table == "delta" else classes)
        assert not judge(sealed(certificate, classes), net).valid
    certificate = copy.deepcopy(original)
    certificate["machine"]["start"] = 1
    assert not judge(sealed(certificate, classes), net).valid
    for place, node, s in [(p, n, s) for p in range(2) for n in range(2) for s in range(3)]:
        certificate = copy.deepcopy(original)
        after = certificate["proofs"][place]["nodes"][node]["next"]
        after[s] = 1 - after[s]
        assert not judge(sealed(certificate, classes), net).valid


def test_a_tie_in_the_readout_is_refused(judge):
    net = adder(2, 1)
    proof = make_proof(net)
    net.readout, net.readout_bias = [net.readout[0]] * 2, [net.readout_bias[0]] * 2
    for eta in (0.0, 2.0**-300, 2.0**-60):
        assert not judge(certify(net, [proof | {"eta": eta.hex()}]), net).valid


@settings(max_examples=800, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_random_changes_of_bytes(judge, tiny, data):
    """Changed bytes are never VALID, unless they spell the same object."""
    net, original = tiny
    files = [json.dumps(original).encode(), safetensors(net.tensors())]
    which = data.draw(st.integers(0, 1))
    raw = bytearray(files[which])
    for _ in range(data.draw(st.integers(1, 3))):
        place, kind = data.draw(st.integers(0, len(raw) - 1)), data.draw(st.integers(0, 3))
        if kind == 0:
            raw[place] ^= 1 << data.draw(st.integers(0, 7))
        elif kind == 1:
            raw[place] = data.draw(st.sampled_from(b'"[]{}:,0123456789.-+epx \\\0\xff'))
        elif kind == 2:
            del raw[place : place + data.draw(st.integers(1, 8))]
        else:
            raw[place:place] = data.draw(st.binary(min_size=1, max_size=4))
    files[which] = bytes(raw)
    result = judge(*files)
    if result.valid:
        assert result.claim == original["claim"]
        assert which == 1 or canonical(json.loads(files[0])) == canonical(original)


@pytest.mark.parametrize(
    "path,value,reason",
    [
        (("tensors",), "0" * 64, "tensors"),
        (("noise_budget",), "0x0.0p+0", "noise_budget"),
        (("proofs", 0, "epsilon"), (-0.001).hex(), "epsilon is negative"),
        (("proofs", 0, "eta"), "0x0.0p+0", "eta is not positive"),
        (("proofs", 0, "start"), 2, "start is not an integer from 0 to 1"),
        (("proofs", 1, "nodes", 1, "next", 0), 2, "a row of next is not an integer from 0 to 1"),
        (("proofs", 1, "nodes", 1, "region", "box", "low", 0), (1e9).hex(), "above its high"),
        (("program",), "mlp", "the program is not an object"),
        (("program",), cells.program_of("gru", False, 3, 3, 3), "are not those of the program"),
        (("program",), cells.program_of("lstm", False, 3, 3, 3), "are not those of the program"),
        (("program", "step", 7, "op"), "mlp", "has no known operation"),
        (("program", "step", 7, "op"), "relu", "leaves the box"),
        (("machine", "output", 1, 2), 3, "no class"),
        (("machine", "delta", 1, 2), 2, "a row of delta is not an integer from 0 to 1"),
        (("encoding", "base"), 0, "base"),
        (("encoding", "tapes"), 2, "a row of delta is not a list of 9 items"),
    ],
)
def test_each_guard_gives_its_own_reason(judge, tiny, path, value, reason):
    """One bad field, claim and digest fresh but for `tensors`: the reason names it."""
    net, original = tiny
    certificate = copy.deepcopy(original)
    parent(certificate, path)[path[-1]] = value
    if path[0] == "proofs":
        certificate["noise_budget"] = max((p["epsilon"] for p in certificate["proofs"]), key=float.fromhex)
    result = judge(seal(certificate, net if path != ("tensors",) else None), net)
    assert not result.valid and reason in result.reason, result
