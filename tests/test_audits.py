"""Audits: nets with a planted slow cell are found out, healthy ones are left in peace, and figures are their definitions."""

import json
import re
import subprocess
import sys
import time

import msgspec
import numpy as np
import pytest

import anylength
from anylength.audits import black_boxes, cures, figures, words
from anylength.audits import run as whole_audit
from anylength.audits.cures import candidates, chosen
from anylength.audits.parts import Parts
from anylength.audits.plan import Plan
from anylength.audits.remaining import Remaining
from anylength.base import InputError
from anylength.cli.commands.audit import _code
from anylength.cli.main import main
from anylength.records import Audit, Cells, Culprit, Treatment
from anylength.streams import Feeding
from anylength.streams.black_box import BlackBoxNet
from anylength.streams.models import Model
from anylength.streams.sounds import Sound, made_noise
from anylength.streams.step_net import StepNet
from anylength.streams.treatments import Treatment as Change

RATE, FRAME, UNITS = 400, 20, 6
SECONDS = 40.0
FEEDING = {"rate": RATE, "frame": FRAME}


class Detector:
    """A detector of loud frames: fast averages of the energy, and, where `slow` is a unit, one that hardly forgets.

    The slow unit lowers the answer when it is full of background, as a voice detector goes deaf.
    """

    def __init__(self, seed, slow):
        rng = np.random.default_rng(seed)
        self.keep = rng.uniform(0.1, 0.6, UNITS).astype(np.float32)
        self.feeding = Feeding(rate=RATE, frame=FRAME)
        self.start = np.zeros(UNITS, np.float32)
        self.read = rng.uniform(0.5, 1.5, UNITS).astype(np.float32)
        if slow is not None:
            self.keep[slow], self.read[slow] = 0.9995, -0.05

    def step(self, state, x):
        loud = np.sqrt((x**2).mean(axis=1, keepdims=True))
        new = self.keep * state + (1 - self.keep) * loud * np.where(self.keep > 0.99, 400, 1)
        logit = 60 * (new @ self.read / UNITS - 0.02)
        return new, 1 / (1 + np.exp(-logit))[:, None]


def clips(count=5, seed=0):
    """Bursts of noise between silence, five seconds each."""
    rng = np.random.default_rng(seed)
    gate = np.repeat(np.tile([0, 1, 0, 1, 1], 2), RATE // 2)
    return [(0.1 * rng.normal(size=gate.size) * gate).astype(np.float32) for _ in range(count)]


def audited(model, **options):
    settings = {"seconds": SECONDS, "snr": (10.0,), "made": ("white", "pink"), **FEEDING}
    return anylength.audit(model, clips(), **(settings | options))


@pytest.mark.parametrize("seed", range(10))
def test_a_planted_slow_cell_is_named_and_cured(seed):
    slow = seed % UNITS
    result = audited(Detector(seed, slow))
    assert result.drift.found and result.cells is not None
    assert [culprit.name for culprit in result.cells.culprits] == [f"state[{slow}]"]
    assert result.cells.culprits[0].seconds is None or result.cells.culprits[0].seconds > 20
    assert result.cures is not None and result.cures.chosen is not None and "leak" in result.cures.chosen


@pytest.mark.parametrize("seed", range(10))
def test_a_net_without_a_slow_cell_does_not_drift_and_none_is_named(seed):
    result = audited(Detector(seed, None))
    assert not result.drift.found
    assert result.cells is None and result.cures is None


@pytest.mark.parametrize("seed", range(50))
def test_the_same_healthy_net_never_drifts_whatever_is_drawn(seed):
    result = anylength.audit(Detector(3, None), clips(3, seed), seconds=6, snr=(10.0, 0.0), made=("white",), seed=seed, **FEEDING)
    assert not result.drift.found


def test_a_cache_of_a_convolution_and_a_state_space_is_a_state():
    """A selective state space as in Mamba: a window of the last three inputs, and two decays for each of two channels."""
    torch = pytest.importorskip("torch")
    decay = torch.tensor([[-2.0, -1.0], [-2.0, -2e-3]])  # the last hardly forgets

    def step(cache, x):
        loud = (x**2).mean(dim=1, keepdim=True).sqrt()
        window = torch.cat([cache["conv"][:, :, 1:], torch.stack([loud, 4 * loud], dim=1)], dim=2)
        inner = torch.nn.functional.silu(window.mean(dim=2))  # [B, D]
        rate = torch.nn.functional.softplus(inner)[:, :, None]  # chosen by the input
        state = torch.exp(rate * decay) * cache["ssm"] + rate * inner[:, :, None]
        heard = state[:, :, 0].sum(dim=1, keepdim=True) - 0.08
        return {"conv": window, "ssm": state}, torch.sigmoid(60 * heard - 0.3 * state[:, 1, 1:])

    start = {"conv": torch.zeros(2, 3), "ssm": torch.zeros(2, 2)}
    result = audited(step, start=start)
    assert result.setup.state == {"state['conv']": 6, "state['ssm']": 4}
    assert result.drift.found and [culprit.name for culprit in result.cells.culprits] == ["state['ssm'][3]"]


class Spread(Detector):
    """A detector that goes deaf by forty slow units, each a little."""

    def __init__(self):
        super().__init__(0, None)
        self.start = np.zeros(UNITS + 40, np.float32)

    def step(self, state, x):
        fast, answer = super().step(state[:, :UNITS], x)
        loud = np.sqrt((x**2).mean(axis=1, keepdims=True))
        slow = 0.9995 * state[:, UNITS:] + 0.0005 * loud * 400
        logit = np.log(answer / (1 - answer + 1e-12) + 1e-12) - 6 * slow.mean(axis=1, keepdims=True)
        return np.concatenate([fast, slow], axis=1), 1 / (1 + np.exp(-logit))


def test_a_drift_that_is_spread_over_many_cells_names_none():
    result = audited(Spread())
    assert result.drift.found and result.cells is not None
    assert result.cells.culprits == [] and len(result.cells.curve) == 1


class Fed:
    """The detector as a black box."""

    feeding = Feeding(rate=RATE, frame=FRAME)
    slow: int | None = None

    def __init__(self):
        self.net = Detector(0, self.slow)
        self.state = self.net.start[None]

    def feed(self, frame):
        self.state, answer = self.net.step(self.state, frame[None])
        return answer[0]


@pytest.mark.parametrize("slow", [None, 2])
def test_a_black_box_is_audited_by_its_answers(slow):
    kind = type("Box", (Fed,), {"slow": slow})
    result = audited(kind)
    assert result.drift.found is (slow is not None)
    assert result.growth is None and result.cells is None and result.rest is None and result.bounds == []


def test_a_quiet_net_that_never_finds_anything_does_not_drift():
    class Quiet(Detector):
        def step(self, state, x):
            return super().step(state, x)[0], np.zeros((len(x), 1))

    result = audited(Quiet(0, None))
    assert not result.drift.found and all(probe.found is None for probe in result.drift.probes)
    assert "nothing to be found in the clips" in words.headline(result)


@pytest.mark.filterwarnings("error")
def test_a_net_that_is_always_on_is_undecided():
    class On(Detector):
        def step(self, state, x):
            return super().step(state, x)[0], np.ones((len(x), 1))

    result = audited(On(0, None))
    assert not result.drift.found and _code(result) == 3
    assert "the same answer in every frame" in words.headline(result)


def test_false_alarms_that_grow_are_a_drift(tmp_path):
    class Upward(Detector):
        def step(self, state, x):
            new, _ = super().step(state, x)
            return new, 1 / (1 + np.exp(-60 * (new @ abs(self.read) / UNITS - 0.05)))[:, None]

    result = audited(Upward(0, 2), out=tmp_path)
    assert result.drift.found and _code(result) == 1 and result.drift.measure == "share of false alarms"
    assert re.search(r"drifts: at 10 dB its false alarms go from \d+\.\d% after a reset to \d+\.\d% after", words.headline(result))
    assert result.cells is None and "false alarms grow" in words.cells(result)
    page = (tmp_path / "report.html").read_text()
    assert "false alarms go from" in page and "no drift" not in page.lower()


@pytest.mark.parametrize("missing", ["onnx", "onnxruntime"])
def test_without_the_extra_one_sentence_says_what_to_install(missing, tmp_path):
    hidden = f"import sys; sys.modules[{missing!r}] = None; from anylength.cli.main import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run([sys.executable, "-c", hidden, "audit", "net.onnx"], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 2 and "the extra `audit`" in done.stderr and "pip install '.[audit]'" in done.stderr


def test_a_folder_that_cannot_be_is_refused_first(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="a folder for the results"):
        audited(Detector(0, None), out=tmp_path / "file" / "out")


FLICKERING = """
import numpy as np
class Net:
    def __init__(self):
        self.rng = np.random.default_rng(0)
    def feed(self, frame):
        return float(self.rng.random() < 0.8 and (frame**2).mean() > 0.003)
"""


def test_wide_intervals_of_a_black_box_are_undecided(tmp_path, capsys):
    (tmp_path / "net.py").write_text(FLICKERING)
    for index, signal in enumerate(clips()):
        np.save(tmp_path / f"{index}.npy", signal)
    feeding = ["--rate", str(RATE), "--frame", str(FRAME), "--for", "20s", "--snr", "10", "--made", "white"]
    code = main(["audit", f"{tmp_path / 'net.py'}:Net", "--inputs", str(tmp_path), *feeding, "--quiet"])
    shown = " ".join(capsys.readouterr().out.split())
    assert code == 3 and "A change of 1 point of the frames is not ruled out by 5 clips" in shown


def test_one_clip_is_undecided():
    result = anylength.audit(Detector(0, 2), clips(1), seconds=SECONDS, snr=(10.0,), **FEEDING)
    assert not result.drift.found and result.drift.changes[0].change.low is None


def test_an_audit_is_the_same_again_and_is_kept(tmp_path):
    first, second = (audited(Detector(1, 4), out=tmp_path / name) for name in ("a", "b"))
    assert first.drift == second.drift and first.cells == second.cells and first.cures == second.cures
    kept = Audit.from_json((tmp_path / "a" / "audit.json").read_bytes(), "audit.json")
    assert kept.drift == first.drift
    keys = {"drift", "cells", "growth", "forgetting", "rest", "storage", "cures", "bounds"}
    assert keys <= set(json.loads((tmp_path / "a" / "audit.json").read_text()))


def kept_audit(model, out):
    """The `audit.json` of two scenes, but for the time that the audit took."""
    made = [made_noise(name, 0, model.feeding) for name in ("white", "pink")]
    sounds = [Sound(str(index), signal[:, None]) for index, signal in enumerate(clips())]
    whole_audit.audit(model, whole_audit.Inputs(sounds, [], made), Plan(snrs=(10.0,), seconds=SECONDS), out=out)
    record = Audit.from_json((out / "audit.json").read_bytes(), "audit.json")
    return msgspec.structs.replace(record, setup=msgspec.structs.replace(record.setup, seconds=0))


STAGES = ["stream", "culprits", *["_run_all"] * 5, "forgetting"]
"""What runs the net in an audit of two scenes with eight streams at once, in order."""


@pytest.mark.parametrize("finished", range(len(STAGES)))
def test_an_audit_that_was_stopped_continues_after_its_finished_parts(finished, tmp_path, monkeypatch):
    calls = []

    def counted(module, name):
        function = getattr(module, name)

        def call(*arguments):
            if stopping and len(calls) == finished:
                raise KeyboardInterrupt
            calls.append(name)
            return function(*arguments)

        monkeypatch.setattr(module, name, call)

    net, stopping = Detector(0, 2), False
    model = Model(StepNet(net.step, net.start), net.feeding, "net", digest="0")
    monkeypatch.setattr(cures, "ROWS", 8)
    whole = kept_audit(model, tmp_path / "whole")
    for module, name in [(whole_audit, "stream"), (whole_audit, "culprits"), (cures, "_run_all"), (whole_audit, "forgetting")]:
        counted(module, name)
    stopping = True
    with pytest.raises(KeyboardInterrupt):
        kept_audit(model, tmp_path / "stopped")
    assert len(list((tmp_path / "stopped" / "parts").glob("*"))) == finished
    stopping = False
    assert kept_audit(model, tmp_path / "stopped") == whole
    assert calls == STAGES
    assert not (tmp_path / "stopped" / "parts").exists()


def test_an_audit_of_a_black_box_that_was_stopped_continues_after_its_finished_times(tmp_path, monkeypatch):
    calls, after = [], black_boxes._after

    def stopped_once(*arguments):
        calls.append(arguments[-1])
        if len(calls) == 6:
            raise KeyboardInterrupt
        return after(*arguments)

    model = Model(BlackBoxNet(Fed), Fed.feeding, "box", digest="0")
    whole = kept_audit(model, tmp_path / "whole")
    monkeypatch.setattr(black_boxes, "_after", stopped_once)
    with pytest.raises(KeyboardInterrupt):
        kept_audit(model, tmp_path / "stopped")
    assert kept_audit(model, tmp_path / "stopped") == whole
    assert calls == [0, 0, 80, 80, 240, 240, 240, 240, 800, 800]


def test_a_part_is_found_again_only_for_the_same_net_and_facts_and_undamaged(tmp_path):
    def has_to_compute(digest, fact, about):
        calls = []
        part = Parts(tmp_path).of(digest, fact)(about, list[np.ndarray], lambda: calls.append(1) or [np.arange(3)])
        assert len(part) == 1 and part[0].tolist() == [0, 1, 2]
        return bool(calls)

    same = ("0", np.zeros(2), "a")
    assert [has_to_compute(*same) for _ in range(2)] == [True, False]
    assert has_to_compute("1", np.zeros(2), "a") and has_to_compute("0", np.ones(2), "a") and has_to_compute("0", np.zeros(2), "b")
    assert all(has_to_compute(None, np.zeros(2), "a") for _ in range(2))
    for path in tmp_path.glob("*.part"):
        path.write_bytes(path.read_bytes()[:-1])
    assert has_to_compute(*same)


def test_the_seconds_of_found_parts_count(tmp_path):
    for _ in range(2):
        parts = Parts(tmp_path)
        parts.of("0")("a", int, lambda: time.sleep(0.01) or 1)
    assert parts.seconds >= 0.01


def test_the_time_left_is_told_at_the_rate_of_what_was_run(monkeypatch):
    now, told = [0.0], []
    monkeypatch.setattr("anylength.audits.remaining.time.monotonic", lambda: now[0])
    remaining = Remaining(told.append, "streams", 100)
    for done in range(50, 100):  # 50 of them were kept
        now[0] += 4
        remaining.step(done)
    assert told[0] == "streams: 53%, 3.13 min left" and len(told) == 12


def test_labels_of_people_are_used():
    sounds = {f"clip{index}": signal for index, signal in enumerate(clips())}
    result = anylength.audit(Detector(0, None), sounds, seconds=6, snr=(10.0,), made=("white",), **FEEDING)
    assert "own answers" in result.drift.labels


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rate": -1}, "a positive rate"),
        ({"seconds": 1}, "at least 5 s"),
        ({"snr": ()}, "a ratio"),
        ({"made": ("brown",)}, "a known noise"),
        ({"made": ()}, "clips and a background"),
        ({"cure": "auto"}, "an ONNX file for --cure"),
        ({"background": [np.zeros(4_000, np.float32)]}, "silence"),
    ],
)
def test_bad_input_is_one_line(options, message):
    with pytest.raises(InputError, match=message) as error:
        audited(Detector(0, 2), **options)
    assert "\n" not in str(error.value)


def marked(rng, clips_=4, steps=200):
    found = np.repeat(rng.random((clips_, steps // 10)) < 0.4, 10, axis=1)
    return figures.Marks(found, ~figures._widened(found, 2), "test")


def test_the_area_is_the_chance_that_a_frame_to_be_found_is_answered_above_a_gap():
    rng = np.random.default_rng(0)
    marks = marked(rng)
    answers = rng.normal(size=(3, *marks.found.shape)) + marks.found
    found, gaps = answers[:, marks.found].ravel(), answers[:, marks.gaps].ravel()
    assert np.isclose(figures.area(answers, marks), (found[:, None] > gaps[None]).mean(), atol=1e-12)


def test_the_share_at_equal_alarms_is_taken_where_five_percent_of_gaps_are_above():
    rng = np.random.default_rng(1)
    marks = marked(rng)
    answers = rng.normal(size=(3, *marks.found.shape)) + marks.found
    threshold = np.quantile(answers[:, marks.gaps], 0.95)
    assert np.isclose(figures.at_equal_alarms(answers, marks), (answers[:, marks.found] > threshold).mean())


def test_onset_delays_are_from_the_first_frame_to_be_found_to_the_first_found():
    feeding = Feeding(rate=1, frame=1)
    found = np.array([[0, 1, 1, 1, 0, 0, 1, 1]], bool)
    answers = np.array([[1, 0, 0.9, 0.1, 0, 0, 0, 0]])
    assert figures.onset_delays(answers, figures.Marks(found, ~found, ""), feeding).tolist() == [1, 2]


def test_the_distortion_ratio_is_that_of_its_definition():
    rng = np.random.default_rng(2)
    target = rng.normal(size=(1, 50, 3))
    noise = rng.normal(size=target.shape)
    noise -= (noise * target).sum() / (target**2).sum() * target
    noise *= np.sqrt((target**2).sum() / (noise**2).sum() / 10)
    assert np.isclose(figures.distortion_ratio(5 * (target + noise), target, 0)[0], 10, atol=1e-9)


def test_an_estimate_is_students_interval():
    from scipy import stats

    values = np.random.default_rng(3).normal(size=9)
    low, high = stats.t.interval(0.95, 8, values.mean(), stats.sem(values))
    found = figures.estimate(values)
    assert np.isclose([found.low, found.high], [low, high]).all()
    assert figures.estimate(values, tests=4).low < found.low


def cells_of(net, numbers):
    names = net.names()
    culprits = [Culprit(name=names[number], restored=1.0, early=0.0, late=1.0, seconds=None) for number in numbers]
    return Cells(background="", snr=0, early=1, late=0, culprits=culprits, curve=[], size=net.size)


def test_candidates_are_leaks_on_all_and_on_the_few_clips_and_timers():
    net = StepNet(lambda state, x: (state, x), np.zeros(UNITS, np.float32))
    options = candidates(net, cells_of(net, [1, 3]), 0.032)
    leaks = [item for item in options.treatments if item.leak is not None]
    assert options.treatments[0] == Change() and len(options.needs) == len(options.treatments)
    assert {item.leak for item in leaks} == {0.999, 0.998, 0.995, 0.99, 0.98}
    assert {item.numbers for item in leaks} == {tuple(range(UNITS)), (1, 3)}


def tried(name, kind, value, *, works, numbers=2):
    nothing = dict.fromkeys(("held_out", "false_alarms", "held_out_alarms", "at_equal_alarms", "held_out_at_equal_alarms"))
    return Treatment(
        name=name, kind=kind, value=value, numbers=["n"] * numbers, found=(1, 1), clean_changes=0, largest=1,
        works=works, needs="", **nothing
    )  # fmt: skip


def test_the_weakest_leak_on_all_cells_that_works_is_chosen_and_a_timer_only_without_one():
    shipped = tried("as shipped", "as shipped", 0, works=True)
    leaks = [
        tried(name, "leak", value, works=value < 0.999) for name, value in (("weak", 0.999), ("good", 0.995), ("strong", 0.98))
    ]
    few, timer = tried("few", "leak", 0.999, works=True, numbers=1), tried("timer", "timer", 30, works=True)
    assert chosen([shipped, *leaks, few, timer]).name == "good"
    assert chosen([shipped, few, timer]).name == "few"
    assert chosen([shipped, timer]).name == "timer"
    assert chosen([shipped]) is None
