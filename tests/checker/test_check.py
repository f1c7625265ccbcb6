"""Nets that are right everywhere are VALID; the verdict is that of exact arithmetic, to 2^-70."""

import json
import random
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import gmpy2
import pytest
from handmade import CELLS, KEEPS_S, MEMORY, Net, adder, box_of, boxed, certify, f32, make_proof, safetensors

from tests.selection import thorough

SRC = Path(__file__).parents[2] / "src"


@pytest.mark.parametrize("base", thorough([2, 3, 10], quick=2))
@pytest.mark.parametrize("tapes,carry", [(1, True), (2, False), (2, True)])
def test_hand_made_nets_are_valid(judge, base, tapes, carry):
    net = adder(base, tapes, carry_at_start=carry, idle=2)
    one = make_proof(net, 0.005, ["float32"])
    both = [make_proof(net, 0.0), make_proof(net, 0.01)]
    for proofs in ([one], both):
        result = judge(certify(net, proofs), net)
        assert result.valid, result.reason
        assert f"in base {base} (tapes: {tapes}; output classes: {base})" in result.claim


def test_all_formats_can_be_covered(judge):
    net = adder(2, 1, gain=20.0)
    result = judge(certify(net, [make_proof(net, 0.2, ["bfloat16", "float16", "float32"])]), net)
    assert result.valid, result.reason
    assert "bfloat16, float16, float32." in result.claim


@pytest.mark.parametrize("form", ["bfloat16", "float16", "float32"])
def test_a_format_that_is_not_covered_is_refused(judge, form):
    net = adder(10, 1)
    result = judge(certify(net, [make_proof(net, 1e-5, [form])]), net)
    assert not result.valid and form in result.reason


def test_the_answers_are_those_of_arithmetic(tiny):
    """The helper itself: the machine adds, and the net run in floating point agrees on every short word."""
    import itertools
    import math

    net, _ = tiny
    for word in itertools.product(range(3), repeat=6):
        state, q, value = [0.0] * len(net.bias), 0, sum(d * 3**i for i, d in enumerate(word)) + 1
        for i, digit in enumerate(word):
            state = [
                math.tanh(net.w_ih[k][digit] + net.bias[k] + sum(w * h for w, h in zip(net.w_hh[k], state)))
                for k in range(len(net.bias))
            ]
            logits = [sum(w * h for w, h in zip(row, state)) + c for row, c in zip(net.readout, net.readout_bias)]
            assert logits.index(max(logits)) == net.machine["output"][q][digit] == value // 3**i % 3
            q = net.machine["delta"][q][digit]


def reference(net, proof):
    """The least slack of all inclusions and margins, by 400-bit arithmetic: positive means that the proof holds."""
    slack = []
    number = lambda text: Fraction(float.fromhex(text))
    eps, eta = number(proof["epsilon"]), number(proof["eta"])
    with gmpy2.context(precision=400):
        tanh = lambda x: Fraction(gmpy2.mpq(gmpy2.tanh(gmpy2.mpfr(gmpy2.mpq(x.numerator, x.denominator)))))
        for node in proof["nodes"]:
            for s in range(net.base):
                ends = []
                for end in ("low", "high"):
                    z = [number(box_of(node)[end][i]) + Fraction(net.w_ih[i][s]) + Fraction(b) for i, b in enumerate(net.bias)]
                    ends.append([tanh(x) for x in z])
                low, high = [x - eps for x in ends[0]], [x + eps for x in ends[1]]
                dot = lambda row, a, b: sum(w * (x if w >= 0 else y) for w, x, y in zip(row, a, b))
                target = box_of(proof["nodes"][node["next"][s]])
                for i, row in enumerate(net.w_hh):
                    row = [Fraction(w) for w in row]
                    slack.append(dot(row, low, high) - number(target["low"][i]))
                    slack.append(number(target["high"][i]) - dot(row, high, low))
                o = net.machine["output"][node["state"]][s]
                for c, row in enumerate(net.readout):
                    if c != o:
                        row = [Fraction(a) - Fraction(b) for a, b in zip(net.readout[o], row)]
                        margin = dot(row, low, high) + Fraction(net.readout_bias[o]) - Fraction(net.readout_bias[c])
                        slack.append(margin - eta)
    start = box_of(proof["nodes"][proof["start"]])
    zero = all(number(a) <= 0 <= number(b) for a, b in zip(start["low"], start["high"]))
    return min(slack) if zero else Fraction(-1)


def test_verdicts_are_exact_at_the_edge(judge):
    """Random nets with boxes and eta a hair inside or outside: VALID exactly if 400-bit arithmetic says so."""
    chance, seen = random.Random(5), {True: 0, False: 0}
    for _ in range(200):
        hidden = chance.choice([1, 2, 3])
        draw = lambda n, scale: [f32(chance.gauss(0, scale)) for _ in range(n)]
        machine = {"start": 0, "delta": [[0, 0]], "output": [[1, 1]]}
        net = Net(
            2,
            1,
            [draw(2, 0.5) for _ in range(hidden)],
            [draw(hidden, 0.2) for _ in range(hidden)],
            draw(hidden, 0.5),
            [draw(hidden, 0.1), draw(hidden, 0.1)],
            [0.0, 1.5],
            machine,
        )
        proof = make_proof(net, 0.01)
        proof = tighten(net, proof)
        end, i = chance.choice(["low", "high"]), chance.randrange(hidden)
        value = float.fromhex(box_of(proof["nodes"][0])[end][i])
        box_of(proof["nodes"][0])[end][i] = (value + chance.choice([-1, 1]) * 2.0 ** -chance.randrange(30, 50)).hex()
        if chance.random() < 0.3 and reference(net, proof | {"eta": (2.0**-99).hex()}) > 0:
            box = box_of(proof["nodes"][0])
            for end, by in (("low", -1e-6), ("high", 1e-6)):
                box[end] = [(float.fromhex(x) + by).hex() for x in box[end]]
            margin = float(Fraction(1) + reference(net, proof | {"eta": (1.0).hex()}))
            proof["eta"] = (margin + chance.choice([-1, 1]) * 2.0 ** -chance.randrange(30, 48)).hex()
        exact = reference(net, proof)
        if abs(exact) > 2.0**-70:
            assert judge(certify(net, [proof]), net).valid == (exact > 0)
            seen[exact > 0] += 1
    assert min(seen.values()) > 20, seen


def tighten(net, proof):
    """Boxes a little wider than their own images: close to the smallest that are closed."""
    from handmade import product, step

    box = box_of(proof["nodes"][0])
    low, high = ([float.fromhex(x) for x in box[end]] for end in ("low", "high"))
    for _ in range(60):
        images = [[product(row, step(net, low, high, s, 0.01)) for row in net.w_hh] for s in range(net.base)]
        low = [min(0.0, *(im[i][0] for im in images)) - 1e-11 for i in range(len(low))]
        high = [max(0.0, *(im[i][1] for im in images)) + 1e-11 for i in range(len(high))]
    box["low"], box["high"] = [x.hex() for x in low], [x.hex() for x in high]
    return proof


def run(*arguments, **options):
    command = [
        sys.executable,
        "-I",
        "-c",
        f"import sys; sys.path.insert(0, {str(SRC)!r}); "
        "import runpy; runpy.run_module('anylength_check', run_name='__main__', alter_sys=True)",
        *arguments,
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, **options)


def test_command_line(tmp_path, tiny):
    net, certificate = tiny
    good, bad, weights = tmp_path / "good.json", tmp_path / "bad.json", tmp_path / "w.safetensors"
    good.write_text(json.dumps(certificate))
    bad.write_text("[" * 100_000)
    weights.write_bytes(safetensors(net.tensors()))
    done = run(str(good), str(weights))
    assert (done.returncode, done.stderr) == (0, "") and "\nVALID\n" in done.stdout
    assert certificate["claim"] in done.stdout
    done = run(str(good), str(weights), "--json")
    said = json.loads(done.stdout)
    assert (said["valid"], said["claim"], said["reason"]) == (True, certificate["claim"], None)
    done = run(str(bad), str(weights))
    assert done.returncode == 4 and done.stderr == "" and done.stdout.startswith("REJECTED: ")
    done = run("--json", str(weights), str(good))
    assert done.returncode == 4 and json.loads(done.stdout)["valid"] is False
    for arguments in (
        [],
        ["one"],
        ["a", "b", "c"],
        ["--jsn", "a", "b"],
        [str(good), "missing"],
        [str(tmp_path), str(good)],
        [str(good), str(weights), "--json", "--json"],
    ):
        done = run(*arguments)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert run("--help").returncode == 0


def test_an_undelivered_verdict_is_no_success(tmp_path, tiny):
    net, certificate = tiny
    (tmp_path / "c").write_text(json.dumps(certificate))
    (tmp_path / "w").write_bytes(safetensors(net.tensors()))
    full = f"{sys.executable} -m anylength_check {tmp_path}/c {tmp_path}/w > /dev/full"
    done = subprocess.run(["bash", "-c", full], env={"PYTHONPATH": str(SRC)}, capture_output=True, text=True)
    assert done.returncode == 4 and "Traceback" not in done.stderr


def test_a_large_net_is_valid(judge):
    """32 units, 100 symbols, two proofs: 3 s on a good machine."""
    net = adder(10, 2, carry_at_start=False, idle=13)
    assert judge(certify(net, [make_proof(net, 0.001), make_proof(net, 0.01, ["float32"])]), net).valid


@pytest.mark.parametrize("cell", thorough(CELLS, quick=2))
def test_a_large_net_of_every_cell_is_valid(judge, cell):
    """32 units, 100 symbols, 2 nodes, a format: a few seconds. Weights so small that every machine of one answer is done."""
    chance = random.Random(6)
    draw = lambda rows, columns: [[f32(chance.gauss(0, 0.02)) for _ in range(columns)] for _ in range(rows)]
    gates, term_rows = {"rnn": 1, "relu": 1, "lstm": 4}.get(cell, 3), 32 * MEMORY.get(cell, 1)
    machine = {"start": 0, "delta": [[0, 1] * 50] * 2, "output": [[1] * 100] * 2}
    tensors = draw(gates * 32, 20), draw(32 if cell in KEEPS_S else gates * 32, 32), draw(1, gates * 32)[0]
    net = Net(10, 2, *tensors, draw(10, 32), [0.0, 9.0] + [0.0] * 8, machine, cell, draw(1, 32)[0])
    sizes = [0.5 if cell == "lstm" else 2.0] * (term_rows - 32) + [4.0 if cell == "linear-signed" else 2.0] * 32
    nodes = [boxed(q, [(-size).hex() for size in sizes], [size.hex() for size in sizes], [0, 1] * 50) for q in (0, 1)]
    proof = {"epsilon": (0.01).hex(), "eta": (0.5).hex(), "formats": ["float32"], "start": 0, "nodes": nodes}
    result = judge(certify(net, [proof]), net)
    assert result.valid, result.reason


def test_too_much_work_is_refused_at_once(judge):
    """A certificate within every other limit that would take days."""
    hidden, base = 512, 64
    net = Net(
        base, 2, [[0.0] * 128] * hidden, [[0.0] * hidden] * hidden, [0.0] * hidden, [[0.0] * hidden] * 64, [1.0] + [0.0] * 63, {}
    )
    net.machine = {"start": 0, "delta": [[0] * 4096], "output": [[0] * 4096]}
    zero = ["0x0.0p+0"] * hidden
    nodes = [boxed(0, zero, zero, [(k + 1) % 40] * 4096) for k in range(40)]
    proof = {"epsilon": "0x0.0p+0", "eta": (0.5).hex(), "formats": [], "start": 0, "nodes": nodes}
    result = judge(certify(net, [proof]), net)
    assert "too much work" in result.reason


def test_the_package_is_small_plain_and_alone():
    """At most 1,380 lines are about words, 100 more about stacks, 320 about streams; functions of at most 31, no float."""
    import ast

    total = {"words": 0, "stacks": 0, "streams": 0}
    for path in (SRC / "anylength_check").glob("*.py"):
        text = path.read_text()
        tree = ast.parse(text)
        lines = {number for number, line in enumerate(text.splitlines(), 1) if line.strip() and not line.strip().startswith("#")}
        for node in ast.walk(tree):
            documented = isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) and ast.get_docstring(node) is not None
            lines -= set(range(node.body[0].lineno, node.body[0].end_lineno + 1)) if documented else set()
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno < 32, node.name
                assert ast.get_docstring(node) or node.name.startswith("_") or len(node.body) < 3, node.name
            if isinstance(node, ast.ImportFrom | ast.Import):
                names = [node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
                assert all(n.split(".")[0] in sys.stdlib_module_names | {"anylength_check"} for n in names)
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), path
            assert not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)), path
            assert not isinstance(node, ast.Assert), path
            assert not (isinstance(node, ast.Name) and node.id in {"float", "eval", "exec"}), path
        subject = {"forgetting": "streams", "onnx_file": "streams"}.get(path.stem, path.stem)
        total[subject if subject in total else "words"] += len(lines) if path.stem not in ("__main__", "report") else 0
    assert total["words"] <= 1_380 and total["stacks"] <= 100 and total["streams"] <= 320, total
