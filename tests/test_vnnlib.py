"""Queries in VNN-LIB: their grammar, their numbers, and that their expected results are right where points are sampled.

The queries are read here by a reader of the few forms that are written. What other verifiers and the public parser say of them
is in `docs/results/vnnlib-queries.json`.
"""

import csv
import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from by_hand import drifting_net

from anylength.base import InputError
from anylength.cells import CELLS
from anylength.experiments.proving import prove
from anylength.experiments.save import save_net
from anylength.nets import Net, encoded_alphabet, from_bytes
from anylength.ops.arrays import numpy_arrays
from anylength.programs import run, stacked_cut
from anylength.records import Proved, Unknown
from anylength.rules import Machine, task_named
from anylength.runs import Run
from anylength.verification.certify import EllipsoidCover, Proof, parse_certificate
from anylength.verification.certify.certificate import tensors_digest
from anylength.verification.refutation import replay
from anylength.verification.verdicts import Judgement
from studies.vnnlib.export import export_queries
from studies.vnnlib.inclusions import SHARE, all_edges, inclusion_queries
from studies.vnnlib.mistakes import STEPS, mistake_queries
from studies.vnnlib.query import decimal
from studies.vnnlib.step_network import step_network

SMALLEST = Path(__file__).parent.parent / "docs" / "results" / "smallest"
NUMBER = r"-?\d+(?:\.\d+)?"
BOUND = re.compile(rf"\(assert \((>=|<=) X\[0,(\d+)\] ({NUMBER})\)\)")
LEAVES, LEADS, EQUAL = (
    re.compile(pattern)
    for pattern in (
        rf"\((<|>) Y\[0,(\d+)\] ({NUMBER})\)",
        rf"\(< \(- Y\[0,(\d+)\] Y\[0,(\d+)\]\) ({NUMBER})\)",
        r"\(<= Y\[0,(\d+)\] Y\[0,(\d+)\]\)",
    )
)


@dataclass(frozen=True)
class Read:
    """A query as this file reads it."""

    low: np.ndarray
    high: np.ndarray
    wrong: list[str]

    def holds(self, y: np.ndarray) -> bool:
        """Whether an output is wrong."""
        for text in self.wrong:
            if match := LEAVES.fullmatch(text):
                value, end = y[int(match[2])], float(match[3])
                wrong = value < end if match[1] == "<" else value > end
            elif match := LEADS.fullmatch(text):
                wrong = y[int(match[1])] - y[int(match[2])] < float(match[3])
            else:
                match = EQUAL.fullmatch(text)
                assert match is not None, text
                wrong = y[int(match[1])] <= y[int(match[2])]
            if wrong:
                return True
        return False


def read(text: str) -> Read:
    """Reads a query, and fails on any line of another form."""
    lines = [line for line in text.splitlines() if not line.startswith(";")]
    assert lines[:2] == ["(vnnlib-version <2.0>)", "(declare-network step"] and lines[4] == ")"
    declared = [re.fullmatch(r"  \(declare-(input X|output Y) real \[1,(\d+)\]\)", line) for line in lines[2:4]]
    inputs, outputs = (int(match[2]) for match in declared if match is not None)
    bounds = [BOUND.fullmatch(line) for line in lines[5 : 5 + 2 * inputs]]
    found = [(match[1], int(match[2]), float(match[3])) for match in bounds if match is not None]
    assert [item[:2] for item in found] == [(sign, i) for i in range(inputs) for sign in (">=", "<=")]
    rest = lines[5 + 2 * inputs :]
    wrong = [line.strip() for line in rest[1:-1]] if rest[0] == "(assert (or" else [rest[0][len("(assert ") : -1]]
    assert wrong and (len(rest) == 1 or rest[-1] == "))")
    assert all(int(i) < outputs for text in wrong for i in re.findall(r"Y\[0,(\d+)\]", text))
    return Read(np.array([x[2] for x in found[::2]]), np.array([x[2] for x in found[1::2]]), wrong)


def outputs_of(net: Net, x: np.ndarray) -> np.ndarray:
    """Y of an input in float64, from the program: not by way of ONNX."""
    program = net.program
    named = {name: np.asarray(value, np.float64) for name, value in net.cell.named_tensors().items()}
    before, symbol, error = np.split(x[:, None], np.cumsum([program.boxed, program.encoded]))
    given, first = {}, 0
    for number in program.cut:
        given[number] = before[first : first + program.step[number].rows]
        first += program.step[number].rows
    state = run(program.step, numpy_arrays, named, {"symbol": symbol}, given=given)[len(program.step) - 1] + error
    after = stacked_cut(program, numpy_arrays, run(program.step, numpy_arrays, named, {"state": state}, wanted=program.cut))
    features = run(program.answer, numpy_arrays, named, {"state": state})[len(program.answer) - 1]
    logits = np.asarray(net.weight, np.float64) @ features + np.asarray(net.bias, np.float64)[:, None]
    return np.concatenate([after, logits])[:, 0]


def points_of(query: Read, rng: np.random.Generator, count: int) -> np.ndarray:
    """Corners of a box, and points inside it."""
    shape = (count, len(query.low))
    inside = query.low + (query.high - query.low) * rng.random(shape)
    return np.concatenate([np.where(rng.random(shape) < 0.5, query.low, query.high), np.clip(inside, query.low, query.high)])


def smallest() -> tuple[Net, Machine, Proof]:
    """The smallest counter that was proved, and the proof with the most noise."""
    net, _ = from_bytes((SMALLEST / "model.safetensors").read_bytes(), "smallest")
    parsed = parse_certificate((SMALLEST / "certificate.json").read_bytes())
    assert isinstance(net, Net)
    return net, parsed.machine, parsed.proofs[-1]


def drawn(cell: str, hidden: int = 3) -> Net:
    """A net of random weights over two symbols."""
    rng = np.random.default_rng(5)
    fields = {field: rng.normal(0, 0.7, shape).astype(np.float32) for field, shape in CELLS[cell].shapes(2, hidden).items()}
    readout = rng.normal(0, 1, (2, hidden)).astype(np.float32)
    return Net(CELLS[cell](**fields), readout, rng.normal(0, 1, 2).astype(np.float32), base=2, tapes=1)


@pytest.mark.parametrize("cell", [name for name, kind in CELLS.items() if kind.has_fixed_size_state])
def test_the_network_computes_a_step_between_the_coordinates_of_a_certificate(cell: str) -> None:
    net, rng = drawn(cell), np.random.default_rng(0)
    session = onnxruntime.InferenceSession(step_network(net), providers=["CPUExecutionProvider"])
    size = net.program.boxed + net.program.encoded + net.program.state
    for symbol in range(2):
        x = rng.normal(0, 0.5, size)
        x[net.program.boxed : net.program.boxed + 2] = encoded_alphabet(net)[:, symbol]
        got = np.asarray(session.run(None, {"X": x.astype(np.float32)[None]})[0])
        assert got.shape == (1, net.program.boxed + net.program.classes)
        np.testing.assert_allclose(got[0], outputs_of(net, x.astype(np.float32).astype(np.float64)), rtol=1e-4, atol=1e-4)


def test_a_query_has_the_very_numbers_of_the_certificate() -> None:
    net, machine, proof = smallest()
    query = next(q for q in inclusion_queries(net, machine, proof, [(1, 9)]) if q.exact)
    got, (boxed, after) = read(query.text()), (net.program.boxed, int(proof.cover.successors[1, 9]))
    code = np.eye(10)[9]
    error = np.full(net.program.state, proof.epsilon)
    assert (got.low == np.concatenate([proof.cover.boxes.low[:, 1], code, -error])).all()
    assert (got.high == np.concatenate([proof.cover.boxes.high[:, 1], code, error])).all()
    ends = zip(proof.cover.boxes.low[:, after], proof.cover.boxes.high[:, after], strict=True)
    right = machine.output[int(proof.cover.machine_states[1])][9]
    expected = [text for i, (a, b) in enumerate(ends) for text in (f"(< Y[0,{i}] {decimal(a)})", f"(> Y[0,{i}] {decimal(b)})")]
    others = [answer for answer in range(net.classes) if answer != right]
    expected += [f"(< (- Y[0,{boxed + right}] Y[0,{boxed + other}]) {decimal(proof.eta)})" for other in others]
    assert got.wrong == expected


def test_no_sampled_point_satisfies_the_queries_of_a_certificate_and_many_satisfy_those_of_a_smaller_box() -> None:
    net, machine, proof = smallest()
    rng = np.random.default_rng(1)
    queries = inclusion_queries(net, machine, proof, all_edges(proof.cover))
    assert len(queries) == 2 * proof.cover.successors.size and {query.expected for query in queries} == {"unsat"}
    for query in queries:
        got = read(query.text())
        assert not any(got.holds(outputs_of(net, x)) for x in points_of(got, rng, 8))
        assert query.exact or np.isclose(got.high[-1], SHARE * proof.epsilon)
    widened = read(queries[0].text())
    noisy = Read(np.where(widened.low == widened.high, widened.low, 3 * widened.low), 3 * widened.high, widened.wrong)
    assert any(noisy.holds(outputs_of(net, x)) for x in points_of(noisy, rng, 50))


@pytest.mark.parametrize("value", [0.0, 1.0, -1.0, 0.1, -(2.0**-80), 12345.678, 1e-12])
def test_decimals_are_exact_and_have_a_point(value: float) -> None:
    assert re.fullmatch(r"-?\d+\.\d+", decimal(value)) and Fraction(decimal(value)) == Fraction(value)


def drifting() -> tuple[Net, Machine, tuple[int, ...]]:
    """A net that counts right up to about six nines, the machine, and a word whose last answer alone is wrong."""
    net, machine = drifting_net(6), task_named("count").machine
    word = replay(net, machine, (9,) * 20)
    assert word is not None and len(word) > 4
    return net, machine, word


def test_the_queries_of_a_counterexample_are_satisfied_at_its_last_state_and_nowhere_around_earlier_ones() -> None:
    net, machine, word = drifting()
    rng, queries = np.random.default_rng(2), {query.name: query for query in mistake_queries(net, machine, word)}
    assert {name for name, query in queries.items() if query.expected == "sat"} == {"last-point", "last-near", "last-machine-state"}
    assert [name for name, query in queries.items() if query.expected == "unsat"] == [f"step-{k + 1}" for k in range(len(word) - 1)]
    point = read(queries["last-point"].text())
    assert (point.low == point.high).all() and point.holds(outputs_of(net, point.low))
    for query in queries.values():
        got = read(query.text())
        if query.expected == "sat":
            assert (got.low <= point.low).all() and (point.high <= got.high).all()
        else:
            assert not any(got.holds(outputs_of(net, x)) for x in points_of(got, rng, 8))


def test_the_last_steps_of_a_long_word_are_those_of_the_whole_word() -> None:
    net, machine, word = drifting()
    symbols = (1,) * 40 + word
    at_the_end = mistake_queries(net, machine, word)
    assert replay(net, machine, symbols) == symbols
    queries = mistake_queries(net, machine, symbols)
    assert len([query for query in queries if query.expected == "unsat"]) == STEPS - 1
    assert queries and queries[0].outputs == at_the_end[0].outputs


def test_a_word_that_is_answered_right_gives_no_queries() -> None:
    net, machine, word = drifting()
    assert mistake_queries(net, machine, word[:-1]) == []


@pytest.fixture(scope="module")
def refuted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the net that counts to six nines, refuted."""
    out = tmp_path_factory.mktemp("drifting") / "run"
    assert prove(save_net(drifting_net(6), task_named("count"), out), budget=60.0).verdict == "REFUTED"
    return out


def test_export_writes_a_folder_as_of_the_competition(refuted: Path, tmp_path: Path) -> None:
    folder = tmp_path / "queries"
    written = export_queries(refuted, folder)
    assert written.path == folder and written.usage.startswith("solver verify")
    expected = list(csv.DictReader((folder / "expected.csv").read_text().splitlines()))
    instances = [line.split(",") for line in (folder / "instances.csv").read_text().splitlines()]
    assert [line[:2] for line in instances] == [[line["onnx"], line["vnnlib"]] for line in expected]
    assert all(int(line[2]) > 0 for line in instances)
    assert {(folder / line["vnnlib"]).name for line in expected} == {path.name for path in (folder / "vnnlib").iterdir()}
    assert [sum(line["expected"] == kind for line in expected) for kind in ("unsat", "sat")] == [written.unsat, written.sat]
    for line in expected:
        assert f"; Expected: {line['expected']}." in (folder / line["vnnlib"]).read_text()
    assert "0 expected sat" not in (folder / "README").read_text()
    with pytest.raises(InputError, match="a new folder"):
        export_queries(refuted, folder)


def test_a_proved_run_gives_exact_queries_beside_those_of_the_competition(tmp_path: Path) -> None:
    net, _, proof = smallest()
    save_net(net, task_named("count"), tmp_path / "run")
    Run(tmp_path / "run").write("certificate.json", (SMALLEST / "certificate.json").read_bytes())
    written = export_queries(tmp_path / "run", tmp_path / "queries")
    names = [line.split(",")[1] for line in (tmp_path / "queries" / "instances.csv").read_text().splitlines()]
    assert len(names) * 2 == written.unsat == 2 * proof.cover.successors.size and written.sat == 0
    assert not any("exact" in name for name in names)


def test_without_a_proof_or_a_counterexample_nothing_is_written(tmp_path: Path) -> None:
    run = save_net(drifting_net(6), task_named("count"), tmp_path / "run")
    with pytest.raises(InputError, match="anylength prove"):
        export_queries(run, tmp_path / "queries")
    run.save(Unknown(reason="no time", tensors=tensors_digest(drifting_net(6))))
    written = export_queries(run, tmp_path / "queries")
    assert written.path is None and "the verdict is UNKNOWN" in written.statement and not (tmp_path / "queries").exists()


def test_a_certificate_by_ellipsoids_gives_no_queries(refuted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, machine, proof = smallest()
    cover = EllipsoidCover(
        proof.cover.machine_states, proof.cover.successors, start=0, center=np.zeros((1, 1), np.int64),
        shape=np.zeros((1, 1, 1), np.int64), spread=np.ones((1, 1), np.int64), weights=np.ones((1, 1, 1, 4), np.int64),
    )  # fmt: skip
    judgement = Judgement(None, machine=machine, proofs=(Proof(cover, 0.0, 1.0, ()),))
    monkeypatch.setattr(Run, "proof", property(lambda run: judgement))
    monkeypatch.setattr(Run, "verdict", property(lambda run: Proved(reason="")))
    written = export_queries(Run(refuted), tmp_path / "queries")
    assert written.path is None and "ellipsoids" in written.statement and not (tmp_path / "queries").exists()
