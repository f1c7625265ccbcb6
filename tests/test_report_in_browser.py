"""The report in a real browser, opened from disk: it fetches nothing, its net is the run's own, and every control works."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from anylength.experiments.report import report
from anylength.experiments.run_view import run_view
from anylength.nets import ARCHITECTURES, NetConfig, logits_and_states
from anylength.rules import digits_of, task_named
from anylength.runs import Run
from anylength.web import report_page
from tests.looking import fits, missed_by_tab, serious_findings
from tests.test_diagnosis import written
from tests.test_engine import drawn

expect = pytest.importorskip("playwright.sync_api", reason="tests in a browser need playwright").expect

SECTIONS = [
    "The verdict", "Type a number and watch", "Why it remembers or forgets", "The machine and the proof",
    "How it learned, and up to which length it is right", "Settings",
]  # fmt: skip
SHARED = "Put one number to all nets and watch"
BOTH = ("blog", "certified")


@pytest.fixture(scope="module")
def reports(whole_blog_run: Path, whole_certified_run: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The reports of both runs, and of both side by side."""
    out = tmp_path_factory.mktemp("reports")
    runs = {"blog": [whole_blog_run], "certified": [whole_certified_run], "both": [whole_blog_run, whole_certified_run]}
    return {name: report(paths, out=out / f"{name}.html") for name, paths in runs.items()}


@pytest.fixture
def opened(tab: Any, reports: dict[str, Path]) -> Callable[..., Any]:
    """Opens a report."""
    return lambda name, **options: tab(reports[name], **options)


def ask(page: Any, number: str, at: int = 0) -> None:
    """Types a number and lets the net read it to the end."""
    page.get_by_label("A number of any length").nth(at).fill(number)
    page.get_by_role("button", name="Watch").nth(at).click()
    page.get_by_role("button", name="To the end").nth(at).click()


def answer(page: Any) -> Any:
    """The answer's line."""
    return page.locator(".answer").first


def steps(page: Any) -> list[str]:
    """The table of steps, a row each."""
    if not page.locator(".viewer details").first.evaluate("(own) => own.open"):
        page.get_by_text("the steps as a table").first.click()
    page.locator(".viewer details td").first.wait_for()
    return [row.split("\t") for row in page.locator(".viewer details").first.locator("tbody tr").all_inner_texts()]


def test_it_opens_from_disk_and_asks_for_nothing(tab, reports):
    page = tab("about:blank")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(reports["both"].as_uri())
    page.get_by_role("button", name="10,000 nines").first.click()
    expect(answer(page)).to_contain_text("10,000 digits")
    assert [url for url in asked if not url.startswith("data:")] == [reports["both"].as_uri()]


def test_its_policy_lets_nothing_be_fetched_or_run(tab, reports):
    page = tab(reports["blog"])
    blocked = page.evaluate(
        """async () => {
          const broken = [];
          document.addEventListener("securitypolicyviolation", (event) => broken.push(event.effectiveDirective));
          await fetch("https://example.org/").catch(() => {});
          const script = document.createElement("script");
          script.textContent = "window.ran = true";
          document.head.append(script, Object.assign(new Image(), {src: "https://example.org/x.png"}));
          document.body.append(Object.assign(document.createElement("iframe"), {src: "https://example.org/"}));
          const started = Date.now();  // the browser says what it blocked when it gets to it: four times, or the test fails
          while (broken.length < 4 && Date.now() - started < 20000) await new Promise((done) => setTimeout(done, 50));
          await new Promise((done) => setTimeout(done, 50));
          return [broken.sort(), window.ran === undefined];
        }"""
    )
    assert blocked == [["connect-src", "frame-src", "img-src", "script-src-elem"], True]
    assert all("Content Security Policy" in text for text in tab.said)
    tab.said.clear()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["certified", "both", "blog"])
def test_its_sections_stand_in_order_and_the_contents_lead_to_them(name, opened):
    page = opened(name)
    sections = [SHARED if name == "both" and section == SECTIONS[1] else section for section in SECTIONS]
    assert page.locator("h2").all_inner_texts() == sections
    links = page.get_by_role("navigation", name="Sections").get_by_role("link")
    assert links.all_inner_texts() == sections
    links.last.click()
    expect(page.locator("#settings h2")).to_be_in_viewport()


def test_the_verdict_leads_with_its_evidence(opened):
    proved, refuted = opened("certified"), opened("blog")
    expect(proved.locator("#verdict .verdict")).to_have_text("PROVED" + "This net is right on every input of every length.")
    expect(proved.locator("#verdict")).to_contain_text("VALID, checked again when this page was made")
    expect(refuted.locator("#verdict .stamp")).to_have_text("REFUTED")
    expect(refuted.locator("#verdict")).to_contain_text("also wrong")
    expect(refuted.locator("#verdict")).to_contain_text("128 of 128 right")
    expect(refuted.locator("#verdict")).to_contain_text("The post's own recipe")


def test_a_term_is_explained_where_it_first_stands_and_two_epochs_make_a_sentence(opened):
    page = opened("blog")
    assert sorted(page.locator("dfn").all_inner_texts()) == sorted(set(page.locator("dfn").all_inner_texts()))
    expect(page.locator("#watch .terms")).to_contain_text("logit: the net's score of one answer")
    expect(page.locator("#why .terms")).to_contain_text("slow point: a state that a step hardly changes")
    expect(page.locator("#curves")).to_contain_text(re.compile(r"After epoch 2, \d+ % of training"))
    expect(page.locator("#curves figure")).to_have_count(1)


def test_a_phone_shows_it_in_at_most_6000_pixels(opened):
    page = opened("blog", width=390, height=844)
    assert page.evaluate("document.documentElement.scrollHeight") <= 6000


PIXELS = r"""(canvas, at) => {
  const pen = canvas.getContext("2d"), probe = canvas.parentElement.appendChild(document.createElement("i"));
  const colours = ["neutral", "warm", "cold"].map((name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color.match(/\d+/g).map(Number);
  });
  probe.remove();
  const {data, width} = pen.getImageData(0, 0, canvas.width, canvas.height);
  return [colours, at.map(([x, y]) => [...data.slice(4 * (y * width + x), 4 * (y * width + x) + 3)])];
}"""


def drawn_states(page: Any, steps: int, units: int) -> np.ndarray:
    """`[T, H]`: what the heat map shows of a short number, read from its pixels. Digits run from the right."""
    wide, left, top, tall = 30, 74, 30, min(11, 150 / units)
    at = [
        (int(left + (steps - 1 - step + 0.5) * wide), int(top + (unit + 0.5) * tall))
        for step in range(steps)
        for unit in range(units)
    ]
    colours, seen = page.locator("canvas.strip").first.evaluate(PIXELS, at)
    neutral, warm, cold = (np.asarray(colour, float) for colour in colours)
    candidates = []
    for colour, sign in ((warm, 1), (cold, -1)):
        along = colour - neutral
        share = (np.asarray(seen) - neutral) @ along / (along @ along)
        candidates.append((np.abs(np.asarray(seen) - neutral - share[:, None] * along).sum(axis=1), sign * share))
    (warm_error, warm_value), (cold_error, cold_value) = candidates
    return np.where(warm_error <= cold_error, warm_value, cold_value).reshape(steps, units)


@pytest.mark.slow
@pytest.mark.parametrize("name", BOTH)
def test_what_the_page_shows_of_a_number_is_what_was_recorded(name, opened, request):
    run = Run(request.getfixturevalue(f"whole_{name}_run"))
    net, task = run.net, run.task
    number = "8" + "9" * 18
    symbols = task.word((digits_of(number, 10),))
    logits, states = (np.asarray(each)[:, :, 0] for each in logits_and_states(jax.device_put(net), jnp.asarray(symbols[:, None])))
    page = opened(name)
    ask(page, number)
    assert np.abs(drawn_states(page, len(symbols), net.hidden) - states).max() < 0.02
    rows = steps(page)
    assert [int(row[1]) for row in rows] == symbols.tolist()
    assert [int(row[4]) for row in rows] == logits.argmax(axis=1).tolist()
    assert [row[2] for row in rows] == [task.machine.names[q] for q in task.machine.trace(symbols.tolist())[1:]]
    slider = page.get_by_label("Step", exact=True)
    for step in (1, len(symbols) - 1, len(symbols)):
        slider.fill(str(step))
        shown = page.locator(".logits .quiet").inner_text()
        best = int(logits[step - 1].argmax())
        found = re.search(r"the net says (\d) \((\S+?)\)", shown)
        assert found, shown
        assert int(found[1]) == best
        assert float(found[2]) == pytest.approx(logits[step - 1, best], rel=0.006)


def test_a_number_is_answered_right_or_wrong_and_a_bad_one_is_told_what_to_do(opened):
    page = opened("blog")
    expect(answer(page)).to_contain_text(re.compile(r"✗ wrong, should be 30+.*the first wrong step is \d+"))
    ask(page, "1999")
    expect(answer(page)).to_have_text("count 1999 → 2000 ✓ right")
    ask(page, "007")
    expect(answer(page)).to_have_text("count 007 → 8 ✓ right")
    message = page.locator(".message").first
    for bad, says in (
        ("1 2", "expected digits only, got '1 2': leave out signs and points; write for example 1000 or 1,000"),
        ("12a", "expected digits of base 10, got '12a': leave out 'a', a digit of base 11 and up"),
        ("", "expected a number, got an empty string: write at least one digit"),
        ("<img src=x>", "expected digits only, got '<img src=x>': leave out signs and points; write for example 1000 or 1,000"),
    ):
        page.get_by_label("A number of any length").fill(bad)
        page.get_by_role("button", name="Watch").click()
        expect(message).to_have_text(says)
        expect(answer(page)).to_have_text("count 007 → 8 ✓ right")
    ask(page, "5")
    expect(message).to_have_text("")
    assert page.url.endswith("#n=5")
    page.reload()
    expect(answer(page)).to_have_text("count 5 → 6 ✓ right")


@pytest.mark.slow
def test_steps_are_played_paused_and_gone_through(opened):
    page = opened("certified")
    place, slider = page.locator(".viewer output").first, page.get_by_label("Step", exact=True)
    button = lambda name: page.get_by_role("button", name=name, exact=True)
    button("To the start").click()
    expect(place).to_have_text("0 of 13")
    expect(page.get_by_text("Before the first step")).to_be_visible()
    button("One step on").click()
    button("One step on").click()
    button("One step back").click()
    expect(place).to_have_text("1 of 13")
    button("Play").click()
    button("Pause").click()
    expect(button("Play")).to_be_visible()
    page.get_by_label("Speed").fill("5")
    button("Play").click()
    expect(place).to_have_text("13 of 13")
    expect(answer(page)).to_have_text("count 999999999999 → 1000000000000 ✓ right")
    slider.fill("4")
    expect(page.get_by_role("heading", name="Step 4 reads 9")).to_be_visible()
    expect(answer(page)).to_have_text("999999999999: 4 of 13 steps read")
    slider.press("ArrowRight")
    expect(place).to_have_text("5 of 13")
    page.locator("canvas.strip").click(position={"x": 74 + 15, "y": 40})
    expect(place).to_have_text("13 of 13")


@pytest.mark.slow
def test_every_example_is_asked_and_a_long_one_is_not_animated(opened):
    page = opened("blog")
    page.get_by_label("Speed").fill("5")
    group = page.get_by_role("group", name="Examples")
    assert group.get_by_role("button").all_inner_texts() == [
        "its counterexample", "12 nines", "60 nines", "20 random digits", "200 random digits", "10,000 nines",
    ]  # fmt: skip
    for name, steps in (("12 nines", 13), ("20 random digits", 21), ("10,000 nines", 10_001)):
        group.get_by_role("button", name=name).click()
        expect(page.locator(".viewer output").first).to_have_text(f"{steps:,} of {steps:,}")
        expect(answer(page)).to_contain_text("→")
    page.get_by_label("Speed").fill("0")  # slow enough to be seen on a busy machine
    for name in ("60 nines", "200 random digits", "its counterexample"):
        group.get_by_role("button", name=name).click()
        expect(page.get_by_role("button", name="Pause")).to_be_visible()


@pytest.mark.slow
def test_a_state_is_perturbed_by_noise_dragged_and_moved_by_keys_and_the_change_is_undone(opened):
    page = opened("certified")
    undo = page.get_by_role("button", name="Undo the change")
    page.get_by_label("Step", exact=True).fill("0")
    page.get_by_role("button", name="Add random noise").click()
    expect(page.get_by_text("After step 4 the state was pushed by")).to_be_visible()
    undo.click()
    page.get_by_label("Step", exact=True).fill("6")
    page.get_by_label("Size of the noise").fill("0.1")
    page.get_by_role("button", name="Add random noise").click()
    expect(page.get_by_text("All later answers are right.")).to_be_visible()
    expect(undo).to_be_enabled()
    undo.click()
    expect(undo).to_be_disabled()
    expect(page.get_by_text("the state was pushed by")).to_have_count(0)
    handle = page.get_by_role("application")
    handle.scroll_into_view_if_needed()
    box, picture = handle.locator("circle").last.bounding_box(), handle.locator("xpath=ancestor::*[name()='svg']").bounding_box()
    across = -1 if box["x"] > picture["x"] + picture["width"] / 2 else 1  # towards the other state
    page.mouse.move(box["x"] + 2, box["y"] + 2)
    page.mouse.down()
    page.mouse.move(box["x"] + across * 250, box["y"], steps=3)
    page.mouse.up()
    expect(page.get_by_text(re.compile(r"The answer at step \d+ is wrong\."))).to_be_visible()
    undo.click()
    handle.focus()
    for _ in range(12):
        page.keyboard.press("Shift+ArrowRight" if across > 0 else "Shift+ArrowLeft")
    expect(page.get_by_text(re.compile(r"The answer at step \d+ is wrong\."))).to_be_visible()
    expect(handle).to_be_focused()
    undo.click()
    page.get_by_label("Step", exact=True).fill("13")
    expect(answer(page)).to_have_text("count 999999999999 → 1000000000000 ✓ right")


@pytest.mark.slow
def test_there_is_a_table_behind_every_plot(opened):
    page = opened("certified")
    for summary in page.get_by_text("the figures as a table").all():
        summary.click()
    for figure in page.locator("figure:has(details)").all():
        assert figure.locator("td").count() >= 2
        assert figure.locator("svg:not([aria-hidden])").get_attribute("aria-label")
    curve = page.locator("figure", has_text="Numbers right by length")
    assert "100 % (" in curve.locator("table").inner_text()


def test_the_files_that_it_saves_are_accepted_by_the_independent_checker(opened, tmp_path):
    page = opened("certified")
    for name in ("certificate.json", "model.safetensors"):
        with page.expect_download() as saved:
            page.get_by_role("button", name=f"Save {name}").click()
        saved.value.save_as(tmp_path / name)
    command = page.locator("#proof pre").first.inner_text().split()
    assert command[0] == "python"
    done = subprocess.run([sys.executable, *command[1:]], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_checks_the_files_itself(opened):
    page = opened("certified")
    page.get_by_role("button", name="Check it in this page").click()
    page.locator("#proof").get_by_text(
        re.compile("VALID: checked in this page in .* s, word for word as the checker in Python said.")
    ).wait_for()


def test_it_refuses_a_changed_file_that_it_checks_itself(tab, reports, tmp_path):
    text = reports["certified"].read_text(encoding="utf-8")
    changed = re.sub(r'(\\"digest\\": ?\\")(.)', lambda found: found[1] + ("1" if found[2] == "0" else "0"), text)
    assert changed != text
    (tmp_path / "changed.html").write_text(changed, encoding="utf-8")
    page = tab(tmp_path / "changed.html")
    page.get_by_role("button", name="Check it in this page").click()
    page.get_by_text("REJECTED: the digest does not fit the certificate.").wait_for()


@pytest.mark.slow
def test_light_and_dark_are_the_systems_choice_until_somebody_chooses(opened):
    page = opened("blog", color_scheme="dark")
    paper = lambda: page.evaluate("getComputedStyle(document.body).backgroundColor")
    dark = paper()
    page.get_by_role("button", name="Switch to light colours").click()
    light = paper()
    assert light != dark
    page.emulate_media(color_scheme="light")
    page.get_by_role("button", name="Switch to dark colours").click()
    assert paper() == dark
    ask(page, "5")
    page.reload()
    assert paper() == dark
    expect(page.get_by_role("button", name="Switch to light colours")).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["both", "blog", "certified"])
def test_it_is_read_on_a_phone(name, opened):
    page = opened(name, width=360, height=740)
    for summary in page.locator("summary").all():
        summary.click()
    assert fits(page)
    page.get_by_role("button", name="200 random digits").first.click()
    assert fits(page)
    small = page.evaluate("[...document.querySelectorAll('figure.chart text')].map((own) => own.getBoundingClientRect().height)")
    assert min(height for height in small if height) >= 9


CUT = """() => [...document.querySelectorAll(".scroll, pre")].filter((own) => own.checkVisibility())
  .filter((own) => own.scrollWidth > own.clientWidth + 1 || own.scrollHeight > own.clientHeight + 1)
  .map((own) => own.outerHTML.slice(0, 90))"""


@pytest.mark.slow
def test_on_paper_all_words_are_open_the_plots_stand_for_their_tables_and_nothing_is_cut(opened):
    page = opened("both", width=760, color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("details:not([open], .unprinted)").count() == 0
    expect(page.get_by_text("Each column is one step.").first).to_be_visible()
    expect(page.get_by_text("the figures as a table").first).to_be_hidden()
    assert fits(page)
    assert page.evaluate(CUT) == []
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for hidden in ("Watch", "Play", "12 nines", "Add random noise"):
        expect(page.get_by_role("button", name=hidden).first).to_be_hidden()
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 0


@pytest.mark.slow
@pytest.mark.parametrize(("name", "most"), [("certified", 5), ("both", 8)])
def test_printed_it_has_few_pages(name, most, opened):
    printed = opened(name).pdf(format="A4")
    assert 1 < len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) <= most


@pytest.mark.slow
def test_who_wants_no_motion_gets_none(opened):
    page = opened("certified", reduced_motion="reduce")
    page.clock.install(time=0)
    page.clock.pause_at(1)  # no timer ends, and no frame comes, from here on
    page.get_by_label("A number of any length").fill("19")
    page.get_by_role("button", name="Watch").click()
    expect(answer(page)).to_have_text("count 19 → 20 ✓ right")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


@pytest.mark.slow
def test_a_keyboard_reaches_every_control_and_sees_where_it_is(opened):
    assert missed_by_tab(opened("certified")) == []


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["certified", "both"])
def test_axe_finds_nothing_serious(name, scheme, opened):
    page = opened(name, color_scheme=scheme)
    for summary in page.locator("summary").all():
        summary.click()
    assert serious_findings(page) == []


@pytest.mark.slow
def test_side_by_side_one_number_is_put_to_all_nets_and_each_answers_for_itself(opened):
    page = opened("both", reduced_motion="reduce")
    field = page.get_by_label("A number of any length")
    expect(field).to_have_count(1)
    counterexample = field.input_value()
    for _ in range(2):
        expect(page.locator(".answer").nth(0)).to_contain_text("✗ wrong")
        expect(page.locator(".answer").nth(1)).to_contain_text("✓ right")
        ask(page, "41")
        expect(page.locator(".answer").nth(0)).to_have_text("count 41 → 42 ✓ right")
        expect(page.locator(".answer").nth(1)).to_have_text("count 41 → 42 ✓ right")
        page.get_by_role("button", name="counterexample of net 1").click()
        expect(field).to_have_value(counterexample)
    assert page.url.endswith(f"#n={counterexample}")
    ask(page, "4 1 x")
    for place in (0, 1):
        expect(page.locator("#watch article").nth(place).locator(".message").first).to_contain_text("expected digits only")
    columns = [page.locator("#watch article").nth(i).bounding_box() for i in (0, 1)]
    assert columns[0]["y"] == columns[1]["y"]
    assert columns[0]["x"] + columns[0]["width"] <= columns[1]["x"]


@pytest.mark.slow
def test_side_by_side_the_nets_are_called_what_they_are(opened):
    page = opened("both")
    names = ["The post's own recipe", "Learned from the rule, together with its proof"]
    assert page.title() == f"anylength: {names[0]} (REFUTED) | {names[1]} (PROVED)"
    assert page.locator("#verdict h3").all_inner_texts() == [f"1. {names[0]}", f"2. {names[1]}"]
    expect(page.get_by_role("heading", level=1)).to_have_text("Have these nets learned to count, or only their training lengths?")
    assert (
        opened("blog").title()
        == "anylength: count, rnn with 12 units, trained with recipe blog on data post (10,000 random inputs), seed 2 (REFUTED)"
    )


def test_no_page_denies_its_own_verdict(opened):
    proved, refuted = opened("certified"), opened("blog")
    text = proved.locator("main").inner_text()
    assert "no proof" not in text
    assert "anylength prove" not in text
    expect(proved.locator("#why")).to_contain_text("The proof covers all other inputs too.")
    alone = "nines alone"
    refuted.get_by_text("the evidence", exact=True).click()
    for part in ("#verdict", "#why"):
        expect(refuted.locator(part)).to_contain_text(alone)
        expect(refuted.locator(part).get_by_role("row", name="how these agree")).to_contain_text(
            "Numbers of nines alone are right up to"
        )


@pytest.mark.slow
def test_hard_numbers_have_no_interval_for_all_of_them_were_tried(opened):
    curve = opened("certified").locator("figure", has_text="Numbers right by length")
    expect(curve.locator("path.band")).to_have_count(1)
    expect(curve.locator("xpath=..")).to_contain_text(
        "Hard numbers are a list of their own for each length, all of which was tried"
    )
    curve.get_by_text("the figures as a table").click()
    last = curve.locator("tbody tr").last.locator("td").all_inner_texts()
    assert re.fullmatch(r"100 % \(.* to 100 %\)", last[1])
    assert re.fullmatch(r"100 % of \d+", last[2])


@pytest.mark.slow
def test_a_run_without_further_records_says_what_would_make_them(tab, run_folder, tmp_path):
    run = Path(shutil.copytree(run_folder, tmp_path / "run"))
    page = tab(report([run]))
    for command in ("prove", "stress", "explain"):
        expect(page.locator("code", has_text=f"anylength {command} {run}")).to_be_visible()
    expect(page.locator("#verdict .stamp")).to_have_text("NO VERDICT")
    ask(page, "41")
    expect(answer(page)).to_have_text("count 41 → 42 ✓ right")
    assert json.loads(page.locator("#data").text_content())[0]["stress"] is None


def untrained(run_folder: Path, out: Path, cell: str, name: str) -> Any:
    """The shown run of a net before training, of any kind, for any task."""
    task = task_named(name)
    config = NetConfig(name, task.base, cell, 16)
    return run_view(written(run_folder, out / f"{cell}-{name}", drawn(cell, task), config), f"{cell} {name}")


NETS = {
    "every architecture": [(cell, "count") for cell in ARCHITECTURES],
    "every kind of task": [
        ("rnn", "add"), ("gru", "compare"), ("rnn", "divide-7"), ("lstm", "remainder-3"), ("linear", "subtract"), ("rnn", "parity"),
        ("stack-rnn", "count-natural"), ("tape-rnn", "reverse"), ("transformer-rotary", "multiply"), ("content", "collatz"),
    ],
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("kind", NETS)
def test_every_kind_of_net_and_task_has_a_report_in_which_it_answers(kind, tab, run_folder, tmp_path):
    runs = [untrained(run_folder, tmp_path, cell, name) for cell, name in NETS[kind]]
    (tmp_path / "report.html").write_text(report_page(runs))
    page = tab(tmp_path / "report.html", reduced_motion="reduce")
    for form in page.locator("#watch .asking").all():
        for field in form.locator("input").all():
            field.fill("17")
        form.get_by_role("button", name="Watch", exact=True).click()
    for at, run in enumerate(runs):
        watch = page.locator("#watch article").nth(at)
        expect(watch.locator(".message").first).to_have_text("")
        expect(watch.locator(".answer")).to_contain_text(re.compile(r"17 → -?\S+"))
        watch.get_by_role("button", name="One step back").click()
        recurrent = ARCHITECTURES[run.config.cell].cell is not None
        expect(watch.get_by_role("button", name="Add random noise")).to_have_count(int(recurrent))
        if recurrent:
            watch.get_by_role("button", name="Add random noise").click()
            expect(watch).to_contain_text("the state was pushed by")
    assert fits(page)
