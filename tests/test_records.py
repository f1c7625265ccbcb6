"""Records: JSON and back changes nothing, and what is not just such a record is refused."""

import json
from xml.etree import ElementTree

import msgspec
import pytest

from anylength import records
from anylength.diagnosis import explain
from anylength.errors import InputError
from anylength.extraction import extract
from anylength.lengths import stress
from anylength.records import (
    Answers,
    Baseline,
    BasinBoundaryResult,
    Benchmark,
    BenchmarkRow,
    BlackBoxVerdict,
    BlockTimes,
    BoxView,
    CertificateView,
    CheckedCertificate,
    Comparison,
    ConventionScore,
    ConventionView,
    Demo,
    DemoRun,
    EdgeView,
    Environment,
    Epoch,
    ExampleView,
    Explanation,
    Exported,
    Extraction,
    FamilyResult,
    Finding,
    FixedPointResult,
    Formalised,
    Hardening,
    HeldInputResult,
    Imported,
    Inferred,
    Interval,
    LayoutView,
    LengthPoint,
    LengthScores,
    MachineTable,
    MachineView,
    Mark,
    Mistake,
    NetView,
    NotApplicable,
    NumberPattern,
    Orbit,
    Origin,
    Portrait,
    PostNet,
    PostPart,
    PostResults,
    ProofView,
    Proved,
    ProvedRounded,
    ProvedUpTo,
    ProvedWithin,
    PumpedFamily,
    Quantisation,
    Record,
    Refuted,
    RefutedRounded,
    RunConfig,
    RunView,
    RunWords,
    ScorePoint,
    ScoringPlan,
    Sequence,
    SettingSummary,
    Share,
    SlowPointResult,
    Stress,
    SurvivalCurve,
    SweepNet,
    SweepPlan,
    SweepRow,
    SweepRun,
    SweepSummary,
    TableView,
    TaskView,
    TensorView,
    Training,
    Unknown,
    Verdict,
    WorstFamily,
    WrongWord,
)
from anylength.records.verdict_page import mistake_picture
from anylength.verification.verdicts import Verification, verify

SHARE = Share(right=1, tried=3, low=0.1 + 0.2, high=1.0)
MISTAKE = Mistake(numbers=["99"], answer="0", expected="100")
TRAINING = Training(epochs=2, train_accuracy=1.0, validation_accuracy=1 / 3, seconds=1e-9, parameters=406)
ANSWERS = Answers(questions=[["9" * 6000], ["007"]], answers=["1" + "0" * 6000, "8"], correct=[True, False])
SEQUENCE = Sequence(sequence=["1", "2", "4"], first_error=2)
ENVIRONMENT = Environment(
    versions={"jax": "0.10"}, python="3.11", platform="Linux", processor="Ünïcode™", features=["avx"], device="cpu"
)
PUMPED = PumpedFamily(before=["1"], digit=["9"], after=["07"], least=27)
VERDICT = Refuted(reason="an input of 6 digits is answered wrongly", counterexample=["009999"], mistake=MISTAKE,
    shortest_proved=True, pumped_family=PUMPED, seconds=0.3,
)  # fmt: skip
DEMO_RUN = DemoRun(
    run="runs/demo", recipe="blog", data="post", training=TRAINING, accuracy_20_digits=SHARE, example=ANSWERS, counting=SEQUENCE,
    horizon=None, limit=2000, verdict=VERDICT,
)  # fmt: skip
BASELINE = Baseline(dtype="float32", slope=1.0, intercept=0.1, longest_right=7, first_mistake=["1", "1", "2"])
FAMILY = FamilyResult(name="nines", description="nines only", numbers=SHARE, digits=SHARE, shortest_mistake=None)
POINT = LengthPoint(length=10, random=SHARE, random_digits=SHARE, worst=SHARE)
NET = PostNet(
    seed=0,
    epochs=2,
    perfect_at=None,
    validation_accuracy=0.5,
    random_accuracy={"10": 1.0, "20": 0.5},
    worst_accuracy={"10": 0.5},
    horizon=3,
    shortest_mistake="999",
)
PART = PostPart(
    name="rnn", task="count", cell="rnn", recipe="blog", data="post", hidden=12, epochs=10, settings={"batch": 100},
    limit=50, stress_tested=True, with_verdicts=False, nets=[NET], seconds=1.5,
)  # fmt: skip

MACHINE = MachineTable(start=0, delta=[[0, 0]], output=[[0, 1]], names=["q"], symbols=["0", "1"], answers=["0", "1"])
FIXED_POINT = FixedPointResult(
    symbol="9", period=1, states=[[0.1 + 0.2, -1.0]], eigenvalue=0.5, unstable=0, reads_as="carry", existence="proved",
    unique_within=1e-3, stability_proved=True, trapped_within=None,
)  # fmt: skip
HELD_INPUT = HeldInputResult(
    prefix="5 9", symbol="9", state="none", remembers=True, predicted=None, measured=7, limit=400, method="curve",
    mechanism="ghost", eigenvalue=1.0, speed=1e-3,
)  # fmt: skip
FINDING = Finding(
    failure_mode="trips", text="a wrong step, not a slow drift", numbers=["129999"], answer="230000", expected="130000"
)
ORBIT, MARK = Orbit(name="carry", points=[(0.0, 1 / 3)]), Mark(at=(1e-9, 2.0), stable=False, reads=None)
PORTRAIT = Portrait(symbol="9", share=0.9, orbits=[ORBIT], marks=[MARK], corners=((0.0, 0.0), (1.0, 1.0)), basins=[[0, -1]])
SLOW_POINT, BASIN_BOUNDARY = (
    SlowPointResult(symbol="3,4", speed=0.01, steps=None),
    BasinBoundaryResult(symbol="9", state="carry", distance=1.5),
)

RUN_CONFIG = RunConfig(
    task="count", base=10, cell="rnn", hidden=12, recipe="blog", data="post", seed=0, epochs=20,
    settings={"batch": 100, "learning_rate": 1.0, "name": "x", "on": True},
)  # fmt: skip
EPOCH = Epoch(epoch=1, loss=2.3, train_accuracy=0.1, validation_accuracy=0.2, train_digits=0.3, validation_digits=0.4, seconds=0.05)
EXPLANATION = Explanation(
    task="count", findings=[FINDING], fixed_points=(FIXED_POINT,), slow_points=(SLOW_POINT,), held_inputs=(HELD_INPUT,),
    basin_boundaries=(BASIN_BOUNDARY,), portraits=(PORTRAIT,), predicted_horizon=5, measured_horizon=None, limit=2000,
    counterexample="trips", seconds=1.5,
)  # fmt: skip
EXTRACTION = Extraction(
    states=1, machine=MACHINE, equivalent=False, status="tested", note="no proof", words_compared=9, longest_word=3,
    difference=MISTAKE, net_is_wrong=True,
)  # fmt: skip
STRESS = Stress(task="count", base=10, horizon=3, limit=50, curve=[POINT], families=[FAMILY], shortest_mistake=MISTAKE, seconds=0.7)
TENSOR, TABLE = TensorView(shape=[1, 2], data="AAAAAAAAgD8="), TableView(start=0, delta=[[0]], output=[[0]], names=["q"])
LAYOUT = LayoutView(kind="phases", markers=2, work=(1, 1), answers=(1, 1), read_most_first=True, answer_most_first=True)
PATTERN = NumberPattern(before="1", repeat="0")
EXAMPLE = ExampleView(label="1 and {count} zeros", numbers=[PATTERN])
TASK_VIEW = TaskView(
    name="count", summary="n -> n + 1", base=10, tapes=1, letters=10, classes=10, labels=None, negative=False, layout=LAYOUT,
    machine=TABLE, example=EXAMPLE,
)  # fmt: skip
NET_VIEW = NetView(cell="rnn", hidden=2, parameters=3, tensors={"readout.weight": TENSOR}, task=TASK_VIEW)
EDGE = EdgeView(source=0, target=0, label="0-8 / 1-9")
MACHINE_VIEW = MachineView(caption="the task's", start=0, names=["q"], edges=[EDGE])
RUN_WORDS = RunWords(
    net="count, rnn with 4 units", question="Has it learned to count?", verdict="This net is wrong.", evidence=[("why", "99")],
    findings=["It forgets."], alone="nines alone", stress_horizon="right up to 3 nines", measured_horizon=None,
    predicted_horizon="right up to 4 nines", figures=None, failure_mode=None, extraction="tested", hard_numbers=None, short="net 1",
)  # fmt: skip
BOX = BoxView(state="carry", low=[-0.5], high=[1 / 3])
PROOF_VIEW = ProofView(epsilon=0.1, eta=1e-6, formats=["float32"], boxes=[BOX])
CERTIFICATE_VIEW = CertificateView(valid=True, reason=None, lines=["Claim"], claim="right", proofs=[PROOF_VIEW], text="{}")

SURVIVAL = SurvivalCurve(
    nets=3, failed=2, limit=9, median=4.0, median_low=None, median_high=None, lengths=[2.0, 4.0], survival=[0.6, 0.3],
    survival_low=[0.1, 0.0], survival_high=[0.9, 0.8],
)  # fmt: skip
GROUP = SettingSummary(
    setting=0, name="hidden 4", settings={"task": "count", "hidden": 4}, nets=3, diverged=0, learned=SHARE, faultless=SHARE,
    proved=None, refuted=None, held_lengths=SURVIVAL, random_accuracy={"5": 0.9}, worst_accuracy={"5": 0.1},
    failure_modes={"forgets": 2}, seconds_per_net=0.1,
)  # fmt: skip
COMPARISON = Comparison(
    difference="hidden 4 or 8",
    first_setting=0,
    second_setting=1,
    measure="learned",
    values=("1 of 3", "3 of 3"),
    test="Fisher's",
    p_value=0.4,
    adjusted_p_value=0.8,
)

INTERVAL = Interval(mean=1 / 3, low=0.1, high=None, nets=3)
SCORE_POINT = ScorePoint(length=41, accuracy=INTERVAL)
CONVENTION_SCORE = ConventionScore(
    convention="flare-v1", score=INTERVAL, best=1.0, worst=0.0, tokens=INTERVAL, words=INTERVAL, curve=[SCORE_POINT]
)
CONVENTION_VIEW = ConventionView(name="flare-v1", training="short words", test="long words", score="words", source="a paper")
WRONG_WORD = WrongWord(word=["0001"], shown="0 ×3 1", symbols=4, seed=2, learned=True, nets=3)
BENCHMARK_ROW = BenchmarkRow(
    task="tomita-1", kind="rnn, 4 units, plain", nets=3, diverged=0, trained_by="flare-v1", data="balanced-40", batch=100,
    most_updates=90, mean_updates=89.5, learned=SHARE, scores=[CONVENTION_SCORE], worst_families={"1-40": INTERVAL},
    worst_family_names={"1-40": "left"}, horizon=SURVIVAL, verdicts={"REFUTED": 3}, worst_word=WRONG_WORD,
)  # fmt: skip
BENCHMARK = Benchmark(
    suite="tomita", kind="rnn", seeds=3, first_seed=0, limit=60, stress_limit=50, words=64, verdict_steps=None,
    conventions=[CONVENTION_VIEW],
    rows=[BENCHMARK_ROW],
)  # fmt: skip

INSTANCES: dict[str, Record] = {
    "Inferred": Inferred(states=2, questions=3, guessed=1),
    "BlockTimes": BlockTimes(
        block=1, setting=0, rows=8, worker="w", threads=1, training_seconds=0.1, stress_seconds=0.2, verdict_seconds=0.3,
        explain_seconds=0.0, total_seconds=0.7
    ),
    "SurvivalCurve": SURVIVAL,
    "Comparison": COMPARISON,
    "SettingSummary": GROUP,
    "SweepPlan": SweepPlan(
        settings=[RUN_CONFIG], seeds=3, first_seed=1, block=2, stress=0, verdict=None, explain=False
    ),
    "SweepRow": SweepRow(
        row=1, setting=0, task="count", base=10, cell="rnn", hidden=4, recipe="blog", data="post", epoch_limit=6, seed=2,
        diverged=False, epochs=2, loss=0.1 + 0.2, horizon=None, limit=9, random_accuracy={"5": 1.0}, shortest_mistake=["99"],
        formats=["float32"],
    ),
    "SweepRun": SweepRun(rows=3, new_rows=1, path="sweeps/a", seconds=1.5),
    "SweepSummary": SweepSummary(rows=3, planned_rows=6, groups=[GROUP], comparisons=[COMPARISON], omitted_pairs=0),
    "Benchmark": BENCHMARK,
    "BenchmarkRow": BENCHMARK_ROW,
    "ConventionScore": CONVENTION_SCORE,
    "ConventionView": CONVENTION_VIEW,
    "Interval": INTERVAL,
    "LengthScores": LengthScores(tokens={"41": 1 / 3}, words={"41": 0.0}),
    "ScorePoint": SCORE_POINT,
    "ScoringPlan": ScoringPlan(suite="tomita", trained_by=["flare-v1"], scored_by=[["chomsky-v1", "flare-v1"]], words=64, limit=60),
    "WorstFamily": WorstFamily(family="left", words=SHARE),
    "WrongWord": WRONG_WORD,
    "Answers": ANSWERS,
    "Baseline": BASELINE,
    "BlackBoxVerdict": BlackBoxVerdict(
        task="count", base=10, verdict="REFUTED", reason="an input of 2 digits is answered wrongly", counterexample=["99"],
        mistake=MISTAKE, shortest_confirmed=True, queries=12, longest_query=30, exhaustive_up_to=1, conformance_states=0,
        seconds=0.2,
    ),
    "BasinBoundaryResult": BASIN_BOUNDARY,
    "CheckedCertificate": CheckedCertificate(valid=False, claim=None, reason="JSON is nested", lines=["Claim: …"]),
    "Demo": Demo(runs=[DEMO_RUN], baselines=[BASELINE], report="runs/demo/report.html", seconds=3.5),
    "DemoRun": DEMO_RUN,
    "Environment": ENVIRONMENT,
    "Epoch": EPOCH,
    "Explanation": EXPLANATION,
    "Exported": Exported(
        run="runs/a", path="runs/a/model.c", target="c", covered=True, statement="covered: …", usage="cc model.c -lm",
    ),
    "Formalised": Formalised(
        run="runs/a", path="theorem", statement="the net reads the digits of n …", noise=0.2, installed=True,
    ),
    "Extraction": EXTRACTION,
    "PumpedFamily": PUMPED,
    "FamilyResult": FAMILY,
    "Finding": FINDING,
    "Hardening": Hardening(
        run="runs/x", verdict="PROVED", updates=30, moved=0.01, largest_change=0.2, answers_changed=0.5,
        answers_corrected=3, answers_broken=0, noise_budget=0.1, seconds=2.0,
    ),
    "HeldInputResult": HELD_INPUT,
    "Quantisation": Quantisation(
        run="runs/a-int8", path="runs/a-int8/quantised.safetensors", verdict="PROVED", weight_format="int8", exponent_sharing="row",
        parameters=110, exponents=20, total_bits=1040, file_bytes=1100, updates=0, moved=1 / 3, largest_change=0.01,
        answers_changed=0.0, noise_budget=0.1, formats=("float16", "float32"), state_note="states in float32", state_spacing=0.125,
        state_values=17, seconds=1.5,
    ),
    "Imported": Imported(
        run="runs/x", path="runs/x/model.safetensors", source_file="theirs.onnx", sha256="0" * 64, origin="an ONNX GRU", cell="gru",
        hidden=3, parameters=99, separate_biases=True, folding_error=1e-9, runtime="onnxruntime 1.30", inputs_compared=1000,
        inputs_differing=0,
    ),
    "LengthPoint": POINT,
    "MachineTable": MACHINE,
    "Mark": MARK,
    "Mistake": MISTAKE,
    "Orbit": ORBIT,
    "Portrait": PORTRAIT,
    "PostNet": NET,
    "PostPart": PART,
    "PostResults": PostResults(seeds=1, parts=[PART], baselines=[BASELINE], environment=ENVIRONMENT),
    "FixedPointResult": FIXED_POINT,
    "RunConfig": RUN_CONFIG,
    "Sequence": SEQUENCE,
    "Share": SHARE,
    "SlowPointResult": SLOW_POINT,
    "BoxView": BOX,
    "CertificateView": CERTIFICATE_VIEW,
    "EdgeView": EDGE,
    "ExampleView": EXAMPLE,
    "LayoutView": LAYOUT,
    "NumberPattern": PATTERN,
    "MachineView": MACHINE_VIEW,
    "NetView": NET_VIEW,
    "ProofView": PROOF_VIEW,
    "RunView": RunView(
        name="runs/a", config=RUN_CONFIG, environment=ENVIRONMENT, training=TRAINING, epochs=[EPOCH], net=NET_VIEW,
        model="AAAA", stress=STRESS, explanation=EXPLANATION, extraction=EXTRACTION, machine=MACHINE_VIEW, verdict=VERDICT,
        certificate=CERTIFICATE_VIEW, words=RUN_WORDS,
    ),
    "RunWords": RUN_WORDS,
    "Origin": Origin(run="runs/a", tensors="0" * 64),
    "SweepNet": SweepNet(row=3, setting=1, seed=7, facts=[("verdict", "PROVED")], run="runs/b", report=None),
    "TableView": TABLE,
    "TaskView": TASK_VIEW,
    "TensorView": TENSOR,
    "Stress": STRESS,
    "Training": TRAINING,
    "Refuted": VERDICT,
    "Proved": Proved(reason="boxes hold", regions=20, noise_budget=0.25, formats=("float32",), margin=0.5),
    "ProvedUpTo": ProvedUpTo(reason="boxes hold", regions=20, horizon=7, open=2, holds_for_original=True),
    "ProvedWithin": ProvedWithin(reason="boxes hold", regions=20, within="9<=7"),
    "ProvedRounded": ProvedRounded(reason="all were visited", regions=900, fraction_bits=4),
    "RefutedRounded": RefutedRounded(reason="one is wrong", counterexample=["9"], fraction_bits=4),
    "Unknown": Unknown(reason="nothing was found", within="9*"),
    "NotApplicable": NotApplicable(reason="its context grows"),
}  # fmt: skip
FILES = [name for name, record in INSTANCES.items() if hasattr(record, "format")]


def test_every_kind_of_record_is_tried_here():
    assert set(INSTANCES) == set(records.__all__) - {"Record", "Verdict", "AnyVerdict"}


@pytest.mark.parametrize("name", INSTANCES)
def test_to_json_and_back_is_the_identity(name):
    record = INSTANCES[name]
    for text in (record.to_json(), record.to_json().encode(), record.to_file()):
        again = type(record).from_json(text, "a.json")
        assert again == record
        assert again.to_json() == record.to_json()


@pytest.mark.parametrize("name", INSTANCES)
def test_json_is_one_line_and_a_file_is_for_people(name):
    record = INSTANCES[name]
    assert "\n" not in record.to_json()
    assert record.to_file().endswith(b"\n")
    assert record.to_file().count(b"\n") > 2
    assert json.loads(record.to_file()) == json.loads(record.to_json())


@pytest.mark.parametrize("name", INSTANCES)
def test_a_record_cannot_be_changed(name):
    record = INSTANCES[name]
    with pytest.raises(AttributeError):
        setattr(record, record.__struct_fields__[0], "other")


@pytest.mark.parametrize("name", INSTANCES)
def test_an_unknown_field_is_refused_and_named(name):
    raw = json.loads(INSTANCES[name].to_json()) | {"colour": "red"}
    with pytest.raises(InputError, match="colour"):
        type(INSTANCES[name]).from_json(json.dumps(raw), "a.json")


@pytest.mark.parametrize("name", INSTANCES)
def test_a_missing_field_is_refused_and_named(name):
    raw = json.loads(INSTANCES[name].to_json())
    field = next(iter(raw))
    del raw[field]
    with pytest.raises(InputError, match=field):
        type(INSTANCES[name]).from_json(json.dumps(raw), "a.json")


@pytest.mark.parametrize("name", INSTANCES)
def test_a_value_of_another_type_is_refused(name):
    raw = json.loads(INSTANCES[name].to_json())
    raw[next(iter(raw))] = {"not": ["this"]}
    with pytest.raises(InputError, match=rf"expected a {name}, got a\.json"):
        type(INSTANCES[name]).from_json(json.dumps(raw), "a.json")


@pytest.mark.parametrize("number", [0, 2, "1", None, 1.5, "missing"])
@pytest.mark.parametrize("name", FILES)
def test_another_format_number_is_refused_before_anything_else(name, number):
    raw = json.loads(INSTANCES[name].to_json()) | {"format": number, "from": "the future"}
    if number == "missing":
        del raw["format"]
    with pytest.raises(InputError, match=r"expected format 1, got format .* in a\.json: use the version"):
        type(INSTANCES[name]).from_json(json.dumps(raw), "a.json")


@pytest.mark.parametrize("name", INSTANCES)
def test_truncated_json_is_refused_at_every_length(name):
    text = INSTANCES[name].to_json()
    for length in {0, 1, len(text) // 3, len(text) // 2, len(text) - 1}:
        with pytest.raises(InputError, match=r"a\.json"):
            type(INSTANCES[name]).from_json(text[:length], "a.json")


@pytest.mark.parametrize(
    "content", [b"null", b"[]", b"3", b'"text"', b"\xff\xfe\x00", b"\x00" * 50, b'{"epochs": NaN}', b"[" * 100_000, b'{"a":"\xff"}']
)
def test_what_is_no_record_is_refused_in_one_line(content):
    with pytest.raises(InputError) as caught:
        Training.from_json(content, "DONE")
    assert "DONE" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", INSTANCES)
def test_a_key_that_is_given_twice_is_refused(name):
    example = INSTANCES[name]
    text = example.to_json()
    key, value = next(iter(json.loads(text).items()))
    with pytest.raises(InputError, match=f"the key '{key}' is given twice"):
        type(example).from_json(f"{text[:-1]},{json.dumps(key)}:{json.dumps(value)}}}", "a file")


def test_records_that_become_files_are_those_with_a_format_number():
    assert set(FILES) >= {"RunConfig", "Environment", "Training", "Stress", "PostResults", "Hardening", "Extraction"}
    assert all(getattr(INSTANCES[name], "format") == type(INSTANCES[name]).FORMAT for name in FILES)  # noqa: B009


def test_a_share_and_an_epoch_say_what_they_amount_to():
    assert SHARE.value == 1 / 3
    perfect = msgspec.structs.replace(INSTANCES["Epoch"], train_accuracy=1.0, validation_accuracy=1.0)
    assert perfect.perfect
    assert not msgspec.structs.replace(perfect, validation_accuracy=0.999).perfect
    assert not msgspec.structs.replace(perfect, train_accuracy=0.999).perfect


@pytest.mark.parametrize("word", ["PROVEN", "proved", "", "VALID", None])
def test_a_verdict_is_one_of_four_words(word):
    raw = json.loads(VERDICT.to_json()) | {"verdict": word}
    with pytest.raises(InputError, match="expected a Verdict, got a.json"):
        Verdict.from_json(json.dumps(raw), "a.json")


LONGEST_REPR = 900
"""Characters of a representation: ten lines of a notebook or so."""


def test_a_representation_is_short_and_leaves_out_what_is_unset(net, task, trained):
    refuted = verify(net, task, budget=5.0)
    shown = [refuted, trained, net, task, stress(net, task, limit=30), explain(net, task), extract(net, task, budget=5.0)]
    for value in [*shown, refuted.verdict]:
        assert len(repr(value)) <= LONGEST_REPR, repr(value)
        assert repr(value).startswith(f"{type(value).__name__}(") and "UNSET" not in repr(value) and "=None" not in repr(value)
    assert "Refuted(" in repr(refuted) and "name='count'" in repr(task)


def test_a_proof_shows_its_files_by_size():
    verdict = Proved(reason="boxes hold", noise_budget=0.25, formats=("float32",))
    text = "Verification(verdict=Proved(reason='boxes hold', noise_budget=0.25, "
    assert repr(Verification(verdict, b"12345", b"1234")).startswith(text)
    assert repr(Verification(verdict, b"12345", b"1234")).endswith("certificate=<5 bytes>, weights=<4 bytes>)")


def test_a_notebook_shows_a_verdict_and_its_wrong_word_in_ten_lines():
    mistake = Mistake(numbers=["9<" + "9" * 99], answer="0" * 101, expected="1" + "0" * 100)
    verdict = Refuted(reason="an input of 100 steps is wrong", counterexample=mistake.numbers, mistake=mistake)
    page = Verification(verdict)._repr_html_()
    assert page.startswith("<div><b>REFUTED</b>") and page.count("<tr>") + page.count("<svg") <= 10
    assert "9<9" not in page and "9&lt;9" in page  # what a task names is no HTML
    root = ElementTree.fromstring(mistake_picture(mistake))
    rows = {text.text for text in root if text.get("x") == "0"}
    assert rows == {"input", "net", "right"} and len(root) <= 3 * 41
    proved = Proved(reason="boxes hold", noise_budget=0.25, formats=("float32", "bfloat16"))
    assert "<td>0.25</td>" in proved._repr_html_() and "float32, bfloat16" in proved._repr_html_()


@pytest.mark.parametrize(
    ("mistake", "wrong"),
    [
        (Mistake(numbers=["99"], answer="000", expected="100"), ["0"]),
        (Mistake(numbers=["abab"], answer="accept", expected="reject", separator=""), ["accept"]),
        (Mistake(numbers=["a b"], answer="x y", expected="x z", separator=" "), ["x y"]),
    ],
)
def test_the_wrong_symbols_of_an_answer_are_marked(mistake, wrong):
    root = ElementTree.fromstring(mistake_picture(mistake))
    assert [text.text for text in root if text.get("font-weight") == "bold"] == wrong
