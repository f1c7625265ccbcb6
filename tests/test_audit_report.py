"""The page of an audit shows the figures of its record, as text and in pictures, and loads nothing."""

import re
from html import unescape
from xml.etree import ElementTree

import msgspec
import numpy as np
import pytest

import anylength
from anylength.audits import figures, words
from anylength.audits.pictures import pictures
from anylength.audits.report import report
from anylength.audits.svg import Plot, Scale, spread
from anylength.records import (
    Audit,
    Bound,
    Cells,
    Change,
    Culprit,
    Cured,
    Cures,
    Drift,
    Estimate,
    Forgetting,
    ForgettingOn,
    Growth,
    GrowthOf,
    Probe,
    Setup,
    Share,
    Treatment,
)

HOSTILE = '<script>alert("1")</script> & <img src=x>.wav'
TIMES = (0.0, 60.0, 180.0, 600.0)
FOUND = {20.0: (98, 98, 97, 97), 0.0: (95, 90, 70, 41)}


def probe(snr, seconds, right, kind="probability"):
    share = Share(right=right, tried=100, low=0, high=1)
    nothing = dict.fromkeys(("found", "false_alarms", "found_at_equal_alarms", "auc", "onset_delay"))
    some = {
        "found": share, "false_alarms": Share(right=2, tried=100, low=0, high=1), "found_at_equal_alarms": right / 100, "auc": 0.9,
        "onset_delay": 0.1, "roc": [(0.0, 0.4 * right / 100), (0.05, right / 100), (1.0, 1.0)],
    }  # fmt: skip
    return Probe(
        snr=snr, seconds=seconds, agreement=share, worst=HOSTILE, worst_value=0.1,
        score=None if kind == "probability" else right / 10, **(some if kind == "probability" else nothing),
    )  # fmt: skip


def drift(found=FOUND, kind="probability", drifts=True, interval=True, half=0.02):
    changes = []
    for snr, row in found.items():
        mean = (row[-1] - row[0]) / (100 if kind == "probability" else 10)
        ends = (mean - half, mean + half) if interval else (None, None)
        estimate = Estimate(mean=mean, low=ends[0], high=ends[1], clips=10 if interval else 1)
        equal = 0.1 * mean if kind == "probability" else None
        changes.append(
            Change(
                snr=snr, change=estimate, at_equal_alarms=equal, at_equal_alarms_by_energy=equal, drifts=drifts and abs(mean) > 0.1
            )
        )
    probes = [probe(snr, time, right, kind) for snr, row in found.items() for time, right in zip(TIMES, row)]
    return Drift(measure="share of frames found", labels="none", seconds=600.0, probes=probes, changes=changes, found=drifts)


def treatment(name, late, works, kind="leak"):
    pair = (0.95, late)
    return Treatment(
        name=name, kind=kind, value=0.995, numbers=[], found=pair, held_out=pair, false_alarms=(0.05, 0.04), held_out_alarms=None,
        at_equal_alarms=None, held_out_at_equal_alarms=None, clean_changes=0.001, largest=12.5, works=works,
        needs="the patched file",
    )  # fmt: skip


def forgetting(median):
    times = np.geomspace(0.03, 600, 12).tolist()
    row = ForgettingOn(
        input="speech in a background at 20 dB", pairs=40, median=median, slowest=None, never=3,
        distance=np.geomspace(0.5, 1e-6, 12).tolist(), seconds=times,
    )  # fmt: skip
    return Forgetting(tolerance=0.01, horizon=600.0, inputs=[row, msgspec.structs.replace(row, input=f"{HOSTILE} alone, 0 dB")])


@pytest.fixture
def drifting():
    names = ["state[0][1]", "state[1][2]"]
    culprits = [Culprit(name=name, restored=value, early=0.1, late=9.0, seconds=70.0) for name, value in zip(names, (0.6, 0.9))]
    heat = np.geomspace(0.1, 1, 8)[:, None] * np.array([1.0, 900.0, 3.0, 0.5, 7.0, 20.0])
    setup = Setup(
        model=f"/nets/{HOSTILE}", sha256="ab" * 32, title=None, rate=8000, frame=256, kind="probability",
        state={"state[0]": 3, "state[1]": 3}, clips=[HOSTILE], backgrounds=[HOSTILE], seed=7, audio_hours=12.5, seconds=61.0,
    )  # fmt: skip
    growing = GrowthOf(name="state[0][1]", largest=900.0, background="rain, 0 dB", like="time", exponent=1.0)
    tried = [treatment("as shipped", 0.5, False, "as shipped"), treatment("leak 0.995 on state[1]", 0.96, True)]
    refuted = Bound(
        claim="no bound holds for state[1][0]", net="as shipped", verdict="REFUTED", reason="Replayed.", numbers=["state[1][0]"],
        growth=1.0, input=np.sin(np.arange(256)).tolist(),
    )  # fmt: skip
    return Audit(
        setup=setup,
        drift=drift(),
        cells=Cells(background=HOSTILE, snr=0.0, early=0.93, late=0.41, culprits=culprits, curve=[0.41, 0.6, 0.9], size=6),
        growth=Growth(seconds=np.geomspace(0.03, 600, 8).tolist(), groups={}, growing=[growing], heat=heat.tolist()),
        forgetting=forgetting(None),
        rest=None,
        storage=[treatment("state in int8", 0.9, False, "storage")],
        cures=Cures(chosen_on=["city"], judged_on=["rain"], tried=tried, chosen=tried[1].name),
        bounds=[refuted],
    )


def cured(audit):
    level = drift({snr: (row[0],) * 4 for snr, row in FOUND.items()}, drifts=False)
    again = Cured(treatment="leak 0.995 on state[1]", file="net-cured.onnx", drift=level, forgetting=forgetting(14.0))
    return msgspec.structs.replace(audit, cured=again)


def black_box(audit):
    setup = msgspec.structs.replace(audit.setup, state={}, title="Box")
    return msgspec.structs.replace(audit, setup=setup, cells=None, growth=None, cures=None, bounds=[], storage=[])


def drawn(picture):
    """The elements of a picture: its lines as lists of points, its texts, what its dots say."""
    root = ElementTree.fromstring(picture.svg)
    lines = [[tuple(map(float, point.split(","))) for point in item.get("points").split()] for item in root.iter("polyline")]
    return lines, [item.text for item in root.iter("text")], [item.find("title").text for item in root.iter("circle")]


def test_all_six_pictures_are_drawn_with_names_and_descriptions(drifting):
    for audit in (drifting, cured(drifting)):
        shown = pictures(audit)
        assert len(shown) == 6
        for picture in shown:
            root = ElementTree.fromstring(picture.svg)
            assert root.get("role") == "img"
            assert root.find("title").text and root.find("desc").text and picture.caption.endswith(".")


def test_answers_over_time_have_a_line_for_each_ratio_and_dashed_ones_of_the_cure(drifting):
    lines, texts, says = drawn(pictures(drifting)[0])
    assert [len(line) for line in lines] == [4, 4, 2] and {"20 dB", "0 dB", "cured, all"} <= set(texts)
    assert "0 dB, 10 min: 41.0%" in says and "cured, all, 10 min: 96.0%" in says
    lower = [y for _, y in lines[1]]
    assert lower == sorted(lower), "a falling share is drawn downwards"
    lines, _, says = drawn(pictures(cured(drifting))[0])
    assert [len(line) for line in lines] == [4] * 4 and "0 dB, cured, 10 min: 95.0%" in says
    assert pictures(cured(drifting))[0].svg.count("dashed") == 2


def test_the_heat_map_names_the_culprits_and_sorts_by_size(drifting):
    picture = pictures(drifting)[1]
    _, texts, _ = drawn(picture)
    assert {"state[0][1]", "state[1][2]"} <= set(texts) and picture.svg.count("culprit") == 4
    assert [row[0] for row in picture.rows][:2] == ["state[0][1]", "state[1][2]"]
    large = msgspec.structs.replace(drifting, growth=msgspec.structs.replace(drifting.growth, heat=[]))
    assert not pictures(large)[1].svg and "too many numbers" in report(large)


def test_the_greedy_curve_and_the_distances_have_all_their_points(drifting):
    lines, texts, says = drawn(pictures(drifting)[2])
    assert len(lines[0]) == 3 and "+ state[1][2]" in texts and "+ state[1][2]: 90.0%" in says
    lines, texts, _ = drawn(pictures(cured(drifting))[3])
    assert [len(line) for line in lines] == [12] * 4 and "speech" in texts
    assert "more than 10 min; with the cure after up to 14 s" in pictures(cured(drifting))[3].caption


def test_the_operating_points_lie_on_the_curves_of_reset_and_end(drifting):
    picture = pictures(cured(drifting))[4]
    lines, texts, says = drawn(picture)
    assert len(lines) == 3 and {"after reset", "after 10 min", "cured"} <= set(texts)
    assert "after 10 min: 41.0% found, 2.0% false alarms at the net's threshold" in says
    assert picture.caption.startswith("At 0 dB") and "another threshold" in picture.caption


def test_the_refuting_input_is_drawn_with_its_growth(drifting):
    picture = pictures(drifting)[5]
    lines, _, says = drawn(picture)
    assert [len(line) for line in lines] == [256, 2] and says == ["1,875 after a minute"]
    assert "1,875 a minute" in picture.caption and "for ever" not in picture.caption


def test_hostile_names_stay_text_and_nothing_is_loaded(drifting):
    page = report(cured(drifting))
    assert "<script" not in page and "<img" not in page and "&lt;script&gt;" in page
    assert not re.search(r"https?://|url\(|@import|\bsrc=|\bstyle=|\son\w+=", page.replace("&lt;img src=x&gt;", ""))
    assert "default-src 'none'" in unescape(page)


def test_the_page_answers_five_questions_and_names_its_population(drifting):
    page = report(cured(drifting))
    texts = [
        "0 dB it finds 95.0% of the frames after a reset, and 41.0% after 10 min", "Use net-cured.onnx", "2 of 6 numbers",
        "Seen after 1 min", "most of the loss at 0 dB is a shift of the threshold", "REFUTED", "12.5 hours",
        "leak 0.995 on state[1] (chosen)", "state in int8",
    ]  # fmt: skip
    for text in texts:
        assert text in page, text
    assert [item.question for item in words.in_short(drifting)] == [
        "Does it drift?",
        "From when?",
        "How much?",
        "Why?",
        "What to do?",
    ]


def test_a_black_box_has_a_page_that_says_what_is_not_known(drifting):
    page = report(black_box(drifting))
    assert "the state of the net is not reachable" in page and page.count("<figure") == 3
    assert "Not drawn" in page and "Nothing was proved or refuted" in page


def test_a_net_without_drift_gets_no_loss_and_no_cure(drifting):
    level = drift({20.0: (98, 98, 98, 98), 0.0: (95, 95, 95, 95)}, drifts=False, half=0.005)
    audit = msgspec.structs.replace(black_box(drifting), drift=level)
    assert (
        words.headline(audit)
        == "Box: no drift was found within 10 min. A loss of more than 0.5 points is ruled out (95%, mean over clips)."
    )
    assert "drifts:" not in report(audit) and "No change is surely larger than chance" in pictures(audit)[0].caption


@pytest.mark.parametrize(("half", "text"), [(0.0099, "no drift"), (0.01, "by 10 clips"), (None, "by 1 clip:")])
def test_no_drift_is_said_only_where_every_interval_is_within_a_point(drifting, half, text):
    level = drift({20.0: (98,) * 4, 0.0: (95,) * 4}, drifts=False, interval=half is not None, half=half or 0)
    audit = msgspec.structs.replace(black_box(drifting), drift=level)
    assert text in words.headline(audit) and text in words.drift(audit).lower()
    assert ("None was tried" in words.cure(audit)) is ("Pass more clips" in report(audit)) is (half != 0.0099)
    assert ("Undecided" in report(audit)) is ("Undecided" in words.headline(audit)) is (half != 0.0099)


@pytest.mark.parametrize(
    ("kind", "text"), [("signal", "score goes from 9.5 dB after a reset to 4.1 dB"), ("values", "of its answer differs")]
)
def test_signals_and_values_have_no_threshold(drifting, kind, text):
    setup = msgspec.structs.replace(drifting.setup, kind=kind)
    audit = msgspec.structs.replace(drifting, setup=setup, drift=drift(kind=kind))
    assert text in report(audit) and not pictures(audit)[4].svg


def test_an_audit_writes_its_page(tmp_path):
    def step(states, frames):
        loudness = np.abs(frames).mean(axis=1, keepdims=True)
        floor = states + 0.002 * loudness
        return floor, 1 / (1 + np.exp(-400 * (loudness - floor - 0.01)))

    times = np.arange(16_000) / 8000
    clips = [np.sin(2 * np.pi * pitch * times) * (np.sin(9 * times) > 0) for pitch in (150.0, 220.0, 330.0)]
    result = anylength.audit(
        step, clips, start=np.zeros((1,), np.float32), rate=8000, frame=400, snr=(10.0,), seconds=6, out=tmp_path
    )
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert words.headline(result) in unescape(page) and page == report(result)


def test_points_of_the_roc_are_those_of_thresholds_and_rise():
    rng = np.random.default_rng(0)
    found = np.zeros((2, 400), bool)
    found[:, :200] = True
    answers = rng.normal(size=(3, 2, 400)) + found
    points = figures.roc(answers, figures.Marks(found, ~found, ""))
    assert 25 <= len(points) <= 40 and points == sorted(points) and points[-1] == (1.0, 1.0)
    gaps, hits = np.sort(answers[:, ~found].ravel()), answers[:, found].ravel()
    alarms, share = points[10]
    threshold = gaps[round(len(gaps) * (1 - alarms)) - 1]
    assert share == pytest.approx((hits > threshold).mean(), abs=0.01)
    assert figures.roc(answers, figures.Marks(found, np.zeros_like(found), "")) == []


def test_labels_are_spread_and_ticks_are_round():
    heights = spread([100, 101, 102, 10], 17, 0, 300)
    assert min(np.diff(sorted(heights))) >= 17 and heights[3] == 10
    assert max(spread([290, 299, 300], 17, 0, 300)) <= 300
    assert Scale(0, 60, "s").ticks() == [0, 10, 20, 30, 40, 50, 60]
    assert Scale(0.03, 600, "s", log=True).ticks() == [0.1, 1, 10, 100]
    plot = Plot(Scale(0, 1, ""), Scale(0, 1, ""))
    assert plot.at((0, 1))[1] < plot.at((0, 0))[1] and plot.at((2, 0)) == plot.at((1, 0))
