"""The playground in a real browser before a real server: a net is trained, watched, asked, perturbed, listed, toured."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.looking import fits, missed_by_tab, serious_findings
from tests.patience import PATIENCE
from tests.selection import thorough

expect = pytest.importorskip("playwright.sync_api", reason="tests in a browser need playwright").expect

LATER = 1000 * PATIENCE
"""Milliseconds after which a training is given up."""

POST = "count-rnn-blog-post-h12-seed15"
VIEWS = {"settings": "?task=count", "run": "?run=proved", "tour": "?tour=5&run=proved", "gallery": "?view=gallery"}


@dataclass(frozen=True)
class Served:
    """A server over a folder of runs."""

    url: str
    root: Path
    process: subprocess.Popen[str]

    def end(self) -> None:
        """Interrupts it, as Ctrl-C does."""
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=PATIENCE)


def served(root: Path) -> Served:
    """A server of its own, on any free port."""
    command = [sys.executable, "-m", "anylength", "serve", str(root), "--port", "0", "--no-browser", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ)
    assert process.stdout is not None
    return Served(json.loads(process.stdout.readline())["url"], root, process)


@pytest.fixture(scope="module")
def server(whole_certified_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The server of this file; a proved run is there already, as `proved`."""
    root = tmp_path_factory.mktemp("served")
    shutil.copytree(whole_certified_run, root / "proved")
    made = served(root)
    yield made
    made.end()


@pytest.fixture(scope="module", autouse=True)
def trained(server: Served, browser: Any) -> dict[str, Any]:
    """The post's net, trained, watched and judged in the first page that is opened, before any test; what was seen meanwhile."""
    context = browser.new_context()
    context.set_default_timeout(LATER)
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text))
    context.on("weberror", lambda error: said.append(str(error.error)))
    page, other = context.new_page(), context.new_page()
    page.goto(f"{server.url}?task=count&cell=rnn&hidden=12&recipe=blog&data=post&seed=15")
    page.get_by_role("button", name="Train", exact=True).click()
    page.locator("#live").wait_for()
    other.goto(page.url)
    slider = page.locator(".film input[type=range]")
    expect(slider).to_have_attribute("max", re.compile(r"^([4-9]|\d\d+)$"))
    seen = {"frames while training": int(slider.get_attribute("max") or 0), "url": page.url}
    for each in (page, other):
        each.locator("#live .status", has_text="Done").wait_for()
        each.locator("#ask .answer", has_text="wrong").wait_for()
        each.locator("#verdict", has_text="explanation").wait_for()  # it comes after the verdict, to each tab in its own time
    seen["both tabs"] = [each.locator("#verdict").inner_text() for each in (page, other)]
    seen["frames"] = [1 + int(each.locator(".film input[type=range]").get_attribute("max")) for each in (page, other)]
    seen["said"] = said
    context.close()
    return seen


@pytest.fixture
def opened(tab: Any, server: Served) -> Callable[..., Any]:
    """Opens the page at a query."""

    def open_(query: str = "", **options: Any) -> Any:
        page = tab(server.url + query, **options)
        page.locator("#setting-task option").first.wait_for(state="attached")
        return page

    return open_


def settings(page: Any) -> dict[str, str]:
    """What the form says."""
    return {name: page.locator(f"#setting-{name}").input_value() for name in ("task", "cell", "hidden", "recipe", "data", "seed")}


def test_a_net_is_trained_and_watched_live_in_two_tabs(trained):
    assert trained["frames while training"] > 3
    assert trained["url"].endswith(f"run={POST}&hidden=12&seed=15")
    assert trained["both tabs"][0] == trained["both tabs"][1]
    assert "REFUTED" in trained["both tabs"][0]
    assert trained["frames"][0] == trained["frames"][1] >= 20
    assert trained["said"] == []


@pytest.mark.slow
def test_a_link_fills_the_form_and_the_form_changes_the_link(opened):
    page = opened("?task=count&cell=rnn&hidden=16&seed=3")
    assert settings(page) == {"task": "count", "cell": "rnn", "hidden": "16", "recipe": "", "data": "post", "seed": "3"}
    page.get_by_label("Task").select_option("add")
    page.get_by_label("Seed").fill("4")
    page.get_by_label("Seed").blur()
    expect(page).to_have_url(re.compile(r"\?task=add&cell=rnn&data=\w+&hidden=16&seed=4$"))
    expect(page.locator("#setting-note")).to_contain_text("Recipe")
    page.reload()
    expect(page.get_by_label("Seed")).to_have_value("4")
    assert settings(page)["task"] == "add"


@pytest.mark.slow
def test_back_and_forward_lead_through_the_views(opened, trained):
    page = opened()
    page.get_by_role("link", name="Gallery").click()
    page.get_by_role("link", name=POST, exact=True).click()
    expect(page.locator("#verdict .stamp")).to_have_text("REFUTED")
    page.get_by_role("link", name="Guided tour").click()
    expect(page.get_by_role("heading", name="step 1 of 5")).to_be_visible()
    page.go_back()
    expect(page.locator("#tour")).to_be_hidden()
    expect(page.locator("#verdict .stamp")).to_have_text("REFUTED")
    page.go_back()
    expect(page.locator("#gallery")).to_be_visible()
    expect(page.locator("#verdict")).to_be_hidden()
    page.go_forward()
    expect(page.locator("#verdict .stamp")).to_have_text("REFUTED")


@pytest.mark.slow
def test_a_finished_run_plays_its_counterexample_step_by_step_and_its_film(opened, trained):
    page = opened(f"?run={POST}")
    expect(page.get_by_role("button", name="Pause").last).to_be_visible()
    answer = page.locator("#ask .answer")
    expect(answer).to_contain_text("steps read")
    expect(answer).to_contain_text(re.compile(r"✗ wrong, should be \d+; the first wrong step is \d+"))
    slider = page.get_by_label("Point in the training")
    slider.fill("0")
    expect(page.locator(".film output")).to_contain_text("epoch 0")
    page.get_by_role("button", name="Play the film").click()
    expect(page.locator(".film output")).to_contain_text("epoch 2")
    expect(page.get_by_label("Seed")).to_have_value("15")
    page.get_by_label("A number of any length").fill("99")
    page.get_by_role("button", name="Watch").click()
    expect(page).to_have_url(re.compile("&n=99$"))
    page.reload()
    expect(answer).to_contain_text("count 99 → ")


@pytest.mark.slow
def test_the_report_opens_under_its_policy_and_works(opened, trained, tab):
    page = opened(f"?run={POST}")
    with page.context.expect_page() as new:
        page.get_by_role("link", name="Open the report").click()
    report = new.value
    expect(report.locator("#verdict .stamp")).to_have_text("REFUTED")
    report.get_by_label("A number of any length").fill("41")
    report.get_by_role("button", name="Watch").click()
    expect(report.locator(".answer")).to_have_text("count 41 → 42 ✓ right")
    expect(report.get_by_role("heading", name="The training as a film")).to_be_visible()
    assert tab.said == []


def test_a_report_that_is_served_saves_its_files(opened, tab, server):
    page = tab(f"{server.url}runs/proved/report")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save certificate.json").click()
    assert saved.value.suggested_filename == "certificate.json"


@pytest.mark.slow
def test_the_gallery_is_sorted_by_every_column_and_opens_runs(opened, server):
    page = opened("?view=gallery")
    rows = page.locator("#gallery tbody tr")
    expect(rows).to_have_count(sum((folder / "config.json").is_file() for folder in server.root.iterdir()))
    heads = page.locator("#gallery th button")
    for at in range(heads.count()):
        for order, sign in (("ascending", "▲"), ("descending", "▼")):
            heads.nth(at).click()
            expect(heads.nth(at)).to_be_focused()
            expect(heads.nth(at)).to_contain_text(sign)
            sorted_by = page.locator("#gallery th[aria-sort=ascending], #gallery th[aria-sort=descending]")
            expect(sorted_by).to_have_count(1)
            expect(sorted_by).to_have_attribute("aria-sort", order)
    page.locator("#sort-hidden").click()
    assert "12" in rows.nth(0).inner_text()
    page.locator("#sort-hidden").click()
    assert "16" in rows.nth(0).inner_text()
    proved = rows.filter(has=page.get_by_role("link", name="proved", exact=True))
    assert proved.get_by_role("link", name="Report of proved").get_attribute("href") == "/runs/proved/report"
    proved.get_by_role("link", name="proved", exact=True).click()
    expect(page.locator("#verdict .stamp")).to_have_text("PROVED")


def test_chosen_runs_of_the_gallery_are_compared_side_by_side(opened, server, whole_blog_run):
    shutil.copytree(whole_blog_run, server.root / "posted")
    page = opened("?view=gallery")
    compare = page.get_by_text("Compare the chosen runs")
    assert compare.get_attribute("href") is None
    for name in ("proved", "posted"):
        page.get_by_role("checkbox", name=f"Choose {name} for a comparison").check()
    page.locator("#sort-task").click()
    expect(page.get_by_role("checkbox", name="Choose posted for a comparison")).to_be_checked()
    with page.context.expect_page() as new:
        compare.click()
    report = new.value
    expect(report.get_by_label("A number of any length")).to_have_count(1)
    expect(report.locator("#verdict .stamp")).to_have_text(["PROVED", "REFUTED"])
    page.get_by_role("checkbox", name="Choose posted for a comparison").uncheck()
    assert compare.get_attribute("href") is None
    refused = report.request.get(f"{server.url}compare?run=proved")
    assert refused.status == 400
    assert "expected 2 to 8 runs to compare, got 1" in refused.text()


@pytest.mark.slow
def test_the_gallery_is_read_on_a_phone(opened):
    page = opened("?view=gallery", width=360, height=740)
    card = page.locator("#gallery tbody tr").first
    expect(card).to_be_visible()
    assert fits(page)
    assert page.locator("#gallery .scroll").evaluate("(own) => own.scrollWidth <= own.clientWidth")
    expect(page.locator("#sort-verdict")).to_be_visible()


@pytest.mark.slow
def test_the_colours_that_somebody_chose_outlast_a_reload_also_in_a_report_that_is_served(opened, server, tab):
    for address in ("?view=gallery", "runs/proved/report"):
        page = tab(f"{server.url}{address}", color_scheme="light")
        page.get_by_role("button", name="Switch to dark colours").click()
        page.reload()
        expect(page.get_by_role("button", name="Switch to light colours")).to_be_visible()
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"


@pytest.mark.slow
def test_the_tour_goes_from_end_to_end(opened, trained):
    page = opened("?tour=1")
    title, tour = page.locator("#tour-title"), page.locator("#tour")
    following = page.get_by_role("button", name="Next")
    page.get_by_role("button", name="Train the post's net").click()
    expect(tour).to_contain_text(re.compile(r"100 % of training and validation numbers right after \d epochs"))
    following.click()
    expect(title).to_have_text("Guided tour, step 2 of 5: It goes beyond")
    expect(tour).to_contain_text("random numbers of 20 digits it gets all right (100 %)")
    page.get_by_role("button", name="Ask it 20 random digits").click()
    expect(page.locator("#ask .answer")).to_contain_text("✓ right")
    following.click()
    expect(tour).to_contain_text("no shorter number is wrong")
    page.get_by_role("button", name="Watch it fail on").click()
    expect(page.locator("#ask .answer")).to_contain_text("✗ wrong")
    following.click()
    expect(tour).to_contain_text("No fixed point stores the carry")
    page.get_by_role("button", name="Play the film").first.click()
    expect(page.locator(".film").get_by_role("button", name="Pause")).to_be_visible()
    page.get_by_role("button", name="Perturb its state").click()
    expect(page.locator("#ask h2")).to_be_in_viewport()
    following.click()
    page.get_by_role("button", name="Train it on 0…100, to be proved").click()
    expect(tour).to_contain_text("PROVED")
    expect(page).to_have_url(re.compile("run=count-rnn-certified-hundred-h16-seed0.*tour=5"))  # `proved` has no film
    expect(page.get_by_role("button", name="Play the film").last).to_be_visible()
    page.get_by_role("button", name="Ask it 10,000 nines").click()
    expect(page.locator("#ask .answer")).to_contain_text("✓ right")
    with page.context.expect_page() as new:
        page.get_by_role("button", name="Open the report").click()
    expect(new.value.locator("#verdict .stamp")).to_have_text("PROVED")
    for step, words in ((1, "It learns"), (3, "It breaks"), (5, "The cure")):
        tour.get_by_role("button", name=f"{step}. {words}").click()
        expect(title).to_contain_text(f"step {step} of 5")
    page.get_by_role("button", name="Back", exact=True).click()
    expect(title).to_contain_text("step 4 of 5")


@pytest.mark.slow
def test_a_training_is_stopped_and_gone_on_with(opened):
    page = opened("?task=decrement&cell=rnn&hidden=16&recipe=certified&seed=1")
    page.get_by_role("button", name="Train", exact=True).click()
    status = page.locator("#live .status")
    expect(status).to_contain_text("Training")
    page.get_by_role("button", name="Stop").click()
    expect(status).to_have_text("Stopped.")
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    page.get_by_role("button", name="Resume the training").click()
    expect(status).to_contain_text("Training")
    page.get_by_role("button", name="Stop").click()
    expect(status).to_have_text("Stopped.")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("task", "cell"),
    [("reverse", "stack-rnn"), ("multiply", "transformer-rotary"), ("count-natural", "stack-rnn")],
)
def test_a_task_gets_a_cell_that_can_learn_it_until_another_is_chosen(task, cell, opened):
    page = opened(f"?task={task}")
    note, chosen = page.locator("#setting-note"), page.get_by_label("Cell")
    assert chosen.locator("option:checked").inner_text() == f"best ({cell})"
    expect(note).to_contain_text(f"Cell {cell}:")
    if task == "multiply":
        expect(note).to_contain_text("No cell here learns it beyond numbers of one digit.")
    page.get_by_label("Task").select_option("count")
    assert chosen.locator("option:checked").inner_text() == "best (rnn)"
    chosen.select_option("rnn")
    page.get_by_label("Task").select_option("add")
    expect(chosen).to_have_value("rnn")
    page.get_by_label("Task").select_option(task)
    expect(chosen).to_have_value("")
    expect(note).to_contain_text(f"Cell {cell}:")


@pytest.mark.slow
def test_bad_values_in_the_address_are_told_in_one_line_with_what_is_allowed(opened):
    page = opened("?task=cuont&seed=-3&hidden=129&colour=red&n=5")
    told = page.locator("#trouble")
    expect(told).to_have_text(re.compile(
        r"^The page leaves out what is not allowed in its address: task='cuont' \(allowed: count, decrement, .*\); "
        r"seed='-3' \(allowed: 0 to 2,147,483,647 for the seed\); hidden='129' \(allowed: 1 to 128 hidden units\); "
        r"colour='red' \(there are task, cell, .* and n\)\.$"
    ))  # fmt: skip
    assert settings(page) == {"task": "count", "cell": "", "hidden": "", "recipe": "", "data": "post", "seed": "0"}
    for query, says in (
        ("?view=galery", "view='galery' (allowed: gallery)"),
        ("?tour=6", "tour='6' (allowed: 1 to 5 for a step of the tour)"),
        ("?task=add&data=hundred", "data='hundred' (allowed: post"),
        ("?colour=red", "colour='red' (there are task, cell,"),
        (f"?run=proved&n={'9' * 501}", "a number of more than 500 digits"),
    ):
        page.goto(re.sub(r"\?.*", query, page.url))
        expect(told).to_contain_text(says)
    page.goto(re.sub(r"\?.*", "?task=count&seed=1%2C000&hidden=16", page.url))
    expect(page.get_by_label("Seed")).to_have_value("1000")
    expect(told).to_be_empty()


@pytest.mark.slow
def test_a_bad_number_in_the_address_of_a_run_is_told_and_another_one_is_shown(opened):
    page = opened("?run=proved&n=12x")
    told = "The number in the address is left out: expected digits only, got '12x'"
    expect(page.locator("#ask .message").first).to_contain_text(told.replace("digits only", "digits of base 10"))
    expect(page.locator("#ask .answer")).to_contain_text("✓ right")
    page = opened("?run=proved&n=1,999")
    expect(page.locator("#ask .answer")).to_have_text("count 1999 → 2000 ✓ right")


@pytest.mark.slow
def test_settings_take_numbers_with_separators_and_say_what_is_allowed(opened):
    page = opened("?task=count")
    page.get_by_label("Seed").fill("1,000")
    page.get_by_label("Seed").blur()
    expect(page).to_have_url(re.compile("&seed=1000$"))
    page.get_by_label("Hidden units").fill("1e9")
    page.get_by_label("Hidden units").blur()
    expect(page.locator("#trouble")).to_have_text("expected 1 to 128 hidden units, got '1e9': write a whole number")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.locator("#live")).to_be_hidden()
    page.get_by_label("Hidden units").fill("16")
    page.get_by_label("Hidden units").blur()
    expect(page.locator("#trouble")).to_be_empty()


def test_what_cannot_be_is_said(opened, tab):
    page = opened("?task=multiply&cell=rnn&recipe=certified")
    expect(page.locator("#setting-note")).to_contain_text("the cell rnn cannot learn it; choose another one")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.locator("#trouble")).to_contain_text(re.compile("expected .+, got .+: .+"))
    page.goto(re.sub(r"\?.*", "?run=nothing-of-this-name", page.url))
    expect(page.locator("#live .status")).to_contain_text("expected the name of a run, got 'nothing-of-this-name'")
    page.context.close()  # no message comes later
    tab.said[:] = [text for text in tab.said if "Failed to load resource" not in text]


@pytest.mark.slow
def test_a_server_that_does_not_answer_is_told(opened, tab):
    page = opened()
    page.context.set_offline(True)
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.locator("#trouble")).to_have_text("the server does not answer: is anylength serve still running?")
    tab.said[:] = [text for text in tab.said if "ERR_INTERNET_DISCONNECTED" not in text]


@pytest.mark.slow
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_for_phones_too(view, opened):
    page = opened(VIEWS[view], width=360, height=740, reduced_motion="reduce")
    if "run=" in VIEWS[view]:
        page.locator("#ask .answer", has_text="right").wait_for()
    assert fits(page)


@pytest.mark.parametrize("view", thorough(VIEWS))
def test_in_every_view_a_keyboard_reaches_every_control_and_axe_finds_nothing_serious(view, opened):
    page = opened(VIEWS[view], reduced_motion="reduce")
    if "run=" in VIEWS[view]:
        page.locator("#ask .answer", has_text="right").wait_for()
        page.wait_for_load_state("networkidle")  # the sentences have come, and the charts are drawn for the last time
    assert missed_by_tab(page) == []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert serious_findings(page) == [], scheme
