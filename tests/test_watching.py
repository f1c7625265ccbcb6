"""A number that is watched in the page: the strip's texts, the legends, and a push of the state that is told and seen."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from anylength.diagnosis.principal_axes import before_running_away
from anylength.experiments.report import report
from anylength.experiments.run_view import run_view
from anylength.experiments.views import task_view
from anylength.nets import NetConfig
from anylength.rules import Task, task_named
from anylength.rules.own_tasks import machine_task
from anylength.runs import Run
from anylength.web import report_page
from tests.looking import fits
from tests.selection import thorough
from tests.test_diagnosis import written
from tests.test_engine import MODULES, drawn, plain

expect = pytest.importorskip("playwright.sync_api", reason="tests in a browser need playwright").expect

RECORD_TEXTS = """() => {
  window.written = [];
  const write = CanvasRenderingContext2D.prototype.fillText, clear = CanvasRenderingContext2D.prototype.clearRect;
  CanvasRenderingContext2D.prototype.clearRect = function (...box) { window.written = []; clear.apply(this, box); };
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    const width = this.measureText(text).width, left = this.textAlign === "center" ? x - width / 2 : x;
    window.written.push({text, left, right: left + width, y: Math.round(y)});
    write.call(this, text, x, y);
  };
}"""
"""Makes a page keep what its canvas was last written: text, left, right, y."""


@pytest.fixture(scope="module")
def script(browser: Any) -> Iterator[Callable[..., Any]]:
    """Runs a function body in a page that sees the exports of modules without a document in `js`, its arguments in `a`."""
    page = browser.new_page()

    def serve(route: Any) -> None:
        name = route.request.url.removeprefix("http://test.local/")
        kind, body = ("text/javascript", (MODULES / name).read_text()) if name else ("text/html", "<!doctype html>")
        route.fulfill(body=body, content_type=kind)

    page.route("http://test.local/**", serve)
    page.goto("http://test.local/")
    page.evaluate("""async (names) => {
      window.js = Object.assign({}, ...await Promise.all(names.map((name) => import(`/${name}.js`))));
    }""", ["task", "forgetting", "perturb", "short-names", "portrait-view"])  # fmt: skip
    yield lambda body, *arguments: page.evaluate(f"(a) => {{ {body} }}", list(arguments))
    page.close()


def shown(tab: Any, run_folder: Path, out: Path, tasks: list[Task], **options: Any) -> Any:
    """The report of untrained nets for tasks, with what their strips write."""
    runs = []
    for task in tasks:
        net = drawn("rnn" if task.transducer else "stack-rnn", task)
        config = NetConfig(task.name, task.base, "rnn" if task.transducer else "stack-rnn", 16, machine=task.description)
        folder = written(run_folder, out / task.name, net, config)
        settings = json.loads((folder / "config.json").read_bytes()) | {"machine": task.description}
        (folder / "config.json").write_text(json.dumps(settings))
        runs.append(run_view(folder, task.name))
    (out / "report.html").write_text(report_page(runs))
    page = tab("about:blank", reduced_motion="reduce", **options)
    page.add_init_script(f"({RECORD_TEXTS})()")
    page.goto((out / "report.html").as_uri())
    page.locator("canvas.strip").first.wait_for()
    return page


def even_or_odd(state: str, digits: tuple[int, ...]) -> tuple[str, str]:
    """A machine of one's own whose answers are long words."""
    following = "after an odd digit" if digits[0] % 2 else "after an even digit"
    return following, following


# The strip and its legend.


@pytest.mark.parametrize("width", thorough([360, 1280]))
@pytest.mark.parametrize("name", thorough(["parity", "subtract", "multiply-12", "count-natural", "own"]))
def test_no_text_of_a_strip_covers_another(name, width, tab, run_folder, tmp_path):
    own = machine_task(
        even_or_odd, start="after an even digit", name="own", labels=["after an even digit", "after an odd digit"]
    )  # fmt: skip
    page = shown(tab, run_folder, tmp_path, [own if name == "own" else task_named(name)], width=width)
    texts = page.evaluate("window.written")
    assert len(texts) > 20
    for text in texts:
        beside = [other for other in texts if other["y"] == text["y"] and other["left"] > text["left"]]
        assert all(other["left"] >= text["right"] for other in beside), text
    assert fits(page)


def test_two_numbers_are_read_in_two_rows(tab, run_folder, tmp_path):
    page = shown(tab, run_folder, tmp_path, [task_named("add")])
    texts = page.evaluate("window.written")
    rows = {text["text"]: text["y"] for text in texts if text["text"].startswith("number ")}
    assert sorted(rows) == ["number 1", "number 2"]
    read = [[each["text"] for each in texts if abs(each["y"] - y) < 3 and len(each["text"]) == 1] for y in sorted(rows.values())]
    assert read[0].count("9") == 12
    assert set(read[1]) == {"0", "1"}


def test_the_legends_name_every_state_and_every_short_answer(tab, run_folder, tmp_path):
    page = shown(tab, run_folder, tmp_path, [task_named("multiply-7")])
    legend = page.locator(".viewer .legend").first
    for carry in range(7):
        expect(legend.get_by_text(f"state “carry {carry}”")).to_be_visible()


def test_the_marks_that_a_net_reads_besides_digits_are_explained(tab, run_folder, tmp_path):
    page = shown(tab, run_folder, tmp_path, [task_named("count-natural")])
    legend = page.locator(".viewer .legend").first
    assert legend.locator("li").all_inner_texts() == ["? instead of a digit: time to answer", "… instead of a digit: time to work"]


@pytest.mark.slow
def test_the_legend_of_a_trained_nets_portrait_names_every_state(tab, whole_certified_run, tmp_path):
    page = tab(report([whole_certified_run], out=tmp_path / "report.html"))
    for legend in page.locator("#watch .legend, figure.portrait .legend").all():
        names = Run(whole_certified_run).task.machine.names
        assert all(f"state “{name}”" in legend.inner_text() for name in names)


def test_names_get_letters_that_tell_them_apart(script):
    names = [["carry", "none"], ["carry 0", "carry 1"], [f"carry {k}" for k in range(12)], ["even", "odd"], ["shut it", "open it"]]
    assert script("return a[0].map(js.lettersFor)", names) == [
        ["c", "n"], ["0", "1"], [str(k) for k in range(12)], ["e", "o"], ["s", "o"],
    ]  # fmt: skip
    assert script("return a[0].map(js.namesForColumns)", names[-2:]) == [["even", "odd"], ["s", "o"]]


# The push.

STEP = """
const task = js.makeTask(a[0]), symbols = task.word(task.parse(a[1]));
const trueStates = task.trace(symbols).states?.subarray(1) ?? null;
return js.stepToPush({task, symbols, trueStates, rightOutputs: task.right(symbols)});
"""


@pytest.mark.parametrize(
    ("name", "numbers", "step"),
    [
        ("count", ["999999999999"], 3), ("count", ["8999999"], 1), ("count", ["5"], 0), ("add", ["999999999999", "1"], 3),
        ("parity", ["7"], -1), ("parity", ["77777"], 1), ("reverse", ["123"], 2), ("count-natural", ["123"], 6),
    ],
)  # fmt: skip
def test_a_push_starts_where_a_later_answer_depends_on_the_state(name, numbers, step, script):
    assert script(STEP, plain(task_view(task_named(name))), numbers) == step


def test_the_step_to_push_is_never_the_last_and_always_matters(script):
    for name in ("count", "add", "subtract", "multiply-7", "divide-7", "remainder-3", "collatz"):
        task, rng = task_named(name), np.random.default_rng(3)
        for _ in range(10):
            numbers = ["".join(map(str, rng.integers(0, 10, 9))) for _ in range(task.tapes)]
            step = script(STEP, plain(task_view(task)), numbers)
            word = task.word(tuple(np.array(list(map(int, number[::-1])), np.uint8) for number in numbers)).tolist()
            assert 0 <= step < len(word) - 1
            futures = {tuple(outputs(task, state, word[step + 1 :])) for state in range(task.machine.states)}
            assert len(futures) > 1


def outputs(task: Task, state: int, word: list[int]) -> Iterator[int]:
    """What a task's machine answers to a word from a state."""
    for symbol in word:
        yield task.machine.output[state][symbol]
        state = task.machine.delta[state][symbol]


def test_a_push_is_split_by_the_plane_of_the_picture(script):
    got = script("""
        const axes = [[1, 0, 0], [0, 0.6, 0.8]], plane = {centre: [1, 1, 1], axes};
        return [js.splitPush([0, 0, 0], [3, -0.8, 0.6], axes), js.splitPush([0, 0, 0, 9], [0, 6, 8, 9], axes),
                js.distanceOffPlane([7, 1 - 4, 1 + 3], plane)];
    """)
    assert {key: round(value, 9) for key, value in got[0].items()} == {"whole": round(10**0.5, 9), "off": 1}
    assert got[1]["off"] == pytest.approx(0, abs=1e-9)
    assert got[2] == pytest.approx(5)


@pytest.fixture
def refuted(tab: Any, whole_blog_run: Path, tmp_path: Path) -> Any:
    """The page of the post's net, asked twelve nines."""
    page = tab(report([whole_blog_run], out=tmp_path / "report.html"), reduced_motion="reduce")
    page.add_init_script(f"({RECORD_TEXTS})()")
    page.reload()
    page.get_by_role("button", name="12 nines").click()
    return page


def push(page: Any) -> str:
    """Pushes the state by noise and returns what the page says of it."""
    page.get_by_label("Size of the noise").fill("0.9")
    page.get_by_role("button", name="Add random noise").click()
    told = page.get_by_text("the state was pushed by").first
    told.wait_for()
    return told.inner_text()


def test_the_push_says_how_much_of_it_the_picture_cannot_show_and_what_the_net_reads(refuted):
    told = push(refuted)
    found = re.search(
        r"^After step 4 the state was pushed by (\S+), (\S+) of it off the picture, and "
        r"(?:the net reads it as “none”, not as “carry”|no state can be read from it \(right: “carry”\)|"
        r"the net still reads it as “carry”)\. (?:All later answers are right|The answer at step \d+ is wrong)\.$",
        told,
    )
    assert found, told
    assert 0 < float(found[2]) <= float(found[1])


@pytest.mark.slow
def test_the_ring_has_the_colour_of_what_is_read_after_the_push(refuted):
    handle, colours = refuted.get_by_role("application"), {"carry": "c0", "none": "c1", "?": "cn"}
    expect(handle).to_have_class("handle c0")
    for _ in range(6):
        told = push(refuted)
        name = re.search("as “(\\w+)”", told)
        expect(handle).to_have_class(f"handle {colours[name[1] if name else '?']}")


def test_after_a_push_the_later_steps_stay_and_the_path_goes_on(refuted):
    push(refuted)
    expect(refuted.locator(".viewer output").first).to_have_text("4 of 13")
    answers = [text["text"] for text in refuted.evaluate("window.written") if text["y"] == max(
        each["y"] for each in refuted.evaluate("window.written") if each["text"] == "answers") + 1]  # fmt: skip
    assert len(answers) == 13
    expect(refuted.locator(".answer").first).to_contain_text("(after the change of its state)")
    assert refuted.locator(".plane path[stroke-dasharray='6 3']").count() == 1
    assert refuted.locator(".plane circle.fill.ci").count() >= 10
    refuted.get_by_role("button", name="Undo the change").click()
    assert refuted.locator(".plane path[stroke-dasharray='6 3']").count() == 0
    assert refuted.locator(".push").count() == 0


def test_at_the_end_of_a_number_the_ring_is_a_state_that_can_still_be_forgotten(refuted):
    expect(refuted.locator(".viewer output").first).to_have_text("13 of 13")
    expect(refuted.get_by_text("The ring is the state after step 4.")).to_be_visible()
    assert "The state after step 4." in refuted.get_by_role("application").get_attribute("aria-label")


# The portrait.


def test_an_orbit_that_runs_away_ends_where_it_leaves():
    core = np.array([[0.0, 1.0, 2.0], [0.0, 1.0, 0.0]])
    orbit = np.array([2.0 ** np.arange(12), np.zeros(12)])
    kept = before_running_away(orbit, core)
    assert kept.shape == (2, 4)
    assert np.array_equal(kept, orbit[:, :4])
    assert np.array_equal(before_running_away(core, core), core)
    assert np.array_equal(before_running_away(orbit, core[:, :1]), orbit)


def test_a_path_that_leaves_a_portrait_does_not_make_it_a_sliver(script):
    got = script("""
        const picture = {corners: [[0, 0], [4, 1]], orbits: [], marks: []};
        const view = js.portraitView(picture, [[1, 500], [-300, 0.5], [NaN, 1]]);
        return [view.x([4, 0]) - view.x([0, 0]), view.y([0, 0]) - view.y([0, 1]), view.inside([1, 500])];
    """)
    assert got[0] >= 460 / 2
    assert got[1] >= 400 / 2
    assert 14 <= got[2][1] <= 400
