"""The laboratory in a real browser: nets of several cells learn, are proved, broken, saved and opened; errors are said in place."""

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save as safetensors

from anylength.experiments.options import TrainOptions
from anylength.experiments.train import train
from anylength.nets import load
from anylength_check import check
from tests.looking import fits, missed_by_tab, serious_findings
from tests.selection import thorough

expect = pytest.importorskip("playwright.sync_api", reason="tests in a browser need playwright").expect

HALF = {"symbols": ["a", "b"], "labels": ["reject", "accept"], "start": "one", "states": {"one": {"a": ["one", "accept"]}}}
"""A machine with a missing transition."""

STAMP = "#result .stamp"
TURNED = "#turned .stamp"


@pytest.fixture
def laboratory(tab: Any, site_address: str) -> Callable[..., Any]:
    """Opens the page with settings in its address."""
    return lambda settings="", **options: tab(
        f"{site_address}laboratory.html#{settings}", **({"reduced_motion": "reduce"} | options)
    )


def finished(page: Any, verdict: str) -> None:
    """Waits until the page has this verdict, and has tried how far the net goes."""
    expect(page.locator(STAMP)).to_have_text(verdict)
    expect(page.locator("#stress .plot")).to_be_visible()


def saved(page: Any, folder: Path) -> None:
    """Saves the files of the proof."""
    for name in ("certificate.json", "model.safetensors"):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Save {name}").click()
        download.value.save_as(folder / name)


def test_it_trains_and_proves_a_net_by_itself(laboratory):
    page = laboratory()
    finished(page, "PROVED")
    expect(page.locator("#says")).to_contain_text("Right on every word of every length")
    expect(page.locator("#losses .plot")).to_be_visible()
    expect(page.locator("#viewer .answer")).to_contain_text("right")
    assert page.locator("#stress tbody tr").count() == 2


@pytest.mark.parametrize(("cell", "layers"), thorough([("rnn", 1), ("gru", 1), ("lstm", 1), ("slstm", 1), ("rnn", 2)], unpack=True))
def test_the_files_of_each_cell_are_accepted_by_the_checker_in_python(laboratory, cell, layers, tmp_path):
    page = laboratory(f"cell={cell}&layers={layers}&task=(ab)*")
    finished(page, "PROVED")
    saved(page, tmp_path)
    result = check(tmp_path / "certificate.json", tmp_path / "model.safetensors")
    assert result.valid, result.reason
    page.get_by_text("What the checker said").click()
    assert page.locator(".said-line").all_inner_texts() == list(result.lines)


@pytest.mark.slow
def test_a_saved_net_opens_in_python_and_in_the_page(laboratory, tmp_path):
    page = laboratory("cell=gru&task=.*abb.*")
    finished(page, "PROVED")
    saved(page, tmp_path)
    net, config = load(tmp_path / "model.safetensors")
    assert (config.cell, config.task_name, net.hidden) == ("gru", "regex:.*abb.*", config.hidden)
    assert config.task.machine.symbols == 2
    page.get_by_label("Task: a pattern").fill("(ab)*")
    page.get_by_role("button", name="Train", exact=True).click()
    finished(page, "PROVED")
    page.get_by_text("Open a net of your own").click()
    page.locator("#open").set_input_files(tmp_path / "model.safetensors")
    expect(page.locator("#progress")).to_have_text("A net out of a file. It is not in the address.")
    finished(page, "PROVED")
    expect(page.get_by_label("Task: a pattern")).to_have_value(".*abb.*")


@pytest.mark.slow
def test_a_run_of_python_is_dropped_on_the_page_and_proved(laboratory, certified_run):
    page = laboratory()
    finished(page, "PROVED")
    content = list((certified_run / "model.safetensors").read_bytes())
    drop = """(content) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(content)], "model.safetensors"));
      document.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }"""
    page.evaluate(drop, content)
    expect(page.locator("#progress")).to_have_text("A net out of a file. It is not in the address.")
    finished(page, "PROVED")
    expect(page.locator("#cell")).to_have_value("rnn")
    expect(page.locator("#viewer")).to_contain_text("A number of any length")


@pytest.mark.slow
def test_a_pattern_learned_in_python_is_opened_with_its_machine_as_a_table(laboratory, tmp_path):
    train(TrainOptions(task="regex:(ab)*", recipe="certified", hidden=8), tmp_path / "run")
    page = laboratory()
    finished(page, "PROVED")
    page.get_by_text("Open a net of your own").click()
    page.locator("#open").set_input_files(tmp_path / "run" / "model.safetensors")
    table = "table: q0 a q1, q0 b q2, q1 a q2, q1 b q0, q2 a q2, q2 b q2; accept q0"
    expect(page.get_by_label("Task: a pattern")).to_have_value(table)
    finished(page, "PROVED")


def small(metadata: dict[str, str] | None, units: int = 4) -> bytes:
    """An rnn of four units for two letters, as a file."""
    shapes = {
        "cell.weight_ih": (4, 2),
        "cell.weight_hh": (4, units),
        "cell.bias": (4,),
        "readout.weight": (2, 4),
        "readout.bias": (2,),
    }
    return safetensors({name: np.zeros(shape, np.float32) for name, shape in shapes.items()}, metadata=metadata)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "expected a safetensors file of float32 numbers"),
        (small(None), "expected a file that names its task, its cell and up to 256 units, got one that names none"),
        (small({"anylength": "{"}), "expected a file that names its task"),
        (
            small({"anylength": '{"task": "regex:(ab)*", "cell": "no-such-cell", "hidden": 4}'}),
            "expected plain layers, as the page has them, of rnn, gru, lstm",
        ),
        (small({"anylength": '{"task": "regex:(ab", "cell": "rnn", "hidden": 4}'}), "expected balanced brackets"),
        (small({"anylength": '{"task": "own", "machine": "{", "cell": "rnn", "hidden": 4}'}), "expected a machine as JSON"),
        (small({"anylength": '{"task": "own", "machine": "{}", "cell": "rnn", "hidden": 4}'}), "an acceptor of named symbols"),
        (
            small({"anylength": json.dumps({"task": "own", "machine": json.dumps(HALF), "cell": "rnn", "hidden": 4})}),
            "expected a transition for each state and letter, got none for one and b",
        ),
        (small({"anylength": '{"task": "regex:(ab)*", "cell": "rnn", "hidden": 5}'}), "of 5"),
        (
            small({"anylength": '{"task": "regex:(ab)*", "cell": "rnn", "hidden": 4}'}, units=3),
            "cell.weight_hh of 4 × 4 numbers",
        ),
    ],
)
def test_a_file_that_is_no_such_run_is_refused_in_place(laboratory, tmp_path, content, message):
    page = laboratory()
    finished(page, "PROVED")
    (tmp_path / "other.safetensors").write_bytes(content)
    page.locator("#open").set_input_files(tmp_path / "other.safetensors")
    expect(page.locator("#open-said")).to_contain_text(message)
    expect(page.locator("#open")).to_have_value("")
    expect(page.locator(STAMP)).to_have_text("PROVED")


@pytest.mark.slow
def test_a_net_that_learns_from_words_is_refuted_and_its_mistake_is_played(laboratory):
    page = laboratory("task=(b|ab*a)*&cell=mingru&recipe=words")
    finished(page, "REFUTED")
    expect(page.locator("#viewer .answer")).to_contain_text("wrong")
    expect(page.locator("#take-away")).to_have_text("A certificate and the weights, where the net is proved.")
    page.get_by_role("button", name="Play the mistake").first.click()
    expect(page.locator("#viewer .answer")).to_contain_text("wrong")


@pytest.mark.slow
def test_a_cell_that_only_shifts_its_errors_is_told_so_and_proved_where_the_task_forgets(laboratory):
    page = laboratory("task=(b|ab*a)*&cell=mingru")
    expect(page.locator("#limit")).to_contain_text("no proof at all lengths exists")
    expect(page.locator("#limit")).to_contain_text("no proof at all lengths exists")
    finished(page, "REFUTED")
    page.get_by_label("Task: a pattern").fill(".*ab")
    page.get_by_role("button", name="Train").click()
    expect(page.locator("#limit")).to_have_text("")
    finished(page, "PROVED")


def test_a_turned_weight_ends_the_proof_and_turned_back_it_holds_again(laboratory):
    page = laboratory("cell=gru")
    finished(page, "PROVED")
    page.get_by_label("Tensor", exact=True).select_option("readout.bias")
    expect(page.locator(TURNED)).to_have_text("PROVED")
    page.get_by_label("Add to the weight").fill("20")
    assert page.locator(STAMP).count() == 0
    expect(page.locator("#says")).to_contain_text("One weight is turned.")
    expect(page.locator("#take-away button")).to_have_count(0)
    expect(page.locator(TURNED)).to_have_text("REFUTED")
    expect(page.locator("#inside-note")).to_have_text("This is the net with one weight turned.")
    assert re.search(r"turn=readout\.bias%3A\d%3A20", page.url)
    page.reload()
    expect(page.locator(TURNED)).to_have_text("REFUTED")
    page.get_by_role("button", name="Turn it back").click()
    expect(page.locator(TURNED)).to_have_text("PROVED")
    expect(page.locator("#inside-note")).to_be_empty()
    expect(page.locator(STAMP)).to_have_text("PROVED")
    expect(page.get_by_role("button", name="Save certificate.json")).to_be_visible()


@pytest.mark.parametrize("kind", ["memory", "attention"])
def test_an_address_of_a_net_brings_it_into_view(tab, site_address, kind):
    net = {"memory": "reverse-stack-rnn", "attention": "reverse-transformer-learned"}[kind]
    page = tab(f"{site_address}laboratory.html#cell=rnn&{kind}={net}")
    finished(page, "PROVED")
    expect(page.locator("#held .portrait svg").first).to_be_attached()
    expect(page.locator(f"#{kind} .net-place > p").first).to_be_in_viewport()


@pytest.mark.slow
def test_another_address_trains_another_net_with_its_weight_turned(laboratory):
    page = laboratory("cell=rnn")
    finished(page, "PROVED")
    page.evaluate("location.hash = 'cell=gru&turn=readout.bias:0:20'")
    expect(page.locator(TURNED)).to_have_text("REFUTED")
    expect(page.locator("#cell")).to_have_value("gru")
    page.get_by_role("button", name="Train", exact=True).click()
    finished(page, "PROVED")
    expect(page.locator("#turned")).to_be_empty()
    assert "turn" not in page.url


@pytest.mark.slow
def test_gates_are_shown_while_the_net_reads(laboratory):
    page = laboratory("cell=lstm&n=abab")
    finished(page, "PROVED")
    expect(page.get_by_label("A word of symbols")).to_have_value("abab")
    gate, candidate = page.locator(".gates svg").nth(1), page.locator(".gates svg").nth(2)
    expect(page.locator(".gates dt").nth(1)).to_have_text("f, forget gate: keep")
    said, last = gate.get_attribute("aria-label"), candidate.get_attribute("aria-label")
    assert said.startswith("f, forget gate: keep: ")
    assert len(said.removeprefix("f, ").split(",")) == 14  # units
    expect(page.locator("#cell-figure")).to_contain_text("Step 4 reads b")
    page.get_by_role("button", name="One step back").click()
    expect(page.locator("#cell-figure")).to_contain_text("Step 3 reads a")
    expect(candidate).not_to_have_attribute("aria-label", last)
    page.get_by_text("The cell as equations").click()
    expect(page.locator(".equations")).to_contain_text("c′ = σ(a₂) · c + σ(a₁) · tanh(a₃)")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("task", "(ab", "expected balanced brackets"),
        (
            "task",
            "table: 0 a 1, 0 b 0, 1 a 0; accept 1",
            "expected a transition for each state and letter, got none for 1 and b",
        ),
        ("task", "[ab]*a[ab]{5}", "expected a machine of up to 26 states, got 64"),
        ("units", "1000", "expected units: a whole number from 2 to 64, got 1000"),
        ("seed", "-3", "expected seed: a whole number from 1"),
    ],
)
def test_what_is_wrong_with_a_setting_is_said_in_place_and_the_page_goes_on(laboratory, field, value, message):
    page = laboratory()
    finished(page, "PROVED")
    page.locator(f"#{field}").fill(value)
    page.locator("#settings").evaluate("(form) => form.dispatchEvent(new Event('submit', { cancelable: true }))")
    expect(page.locator("#error")).to_contain_text(message)
    page.locator(f"#{field}").fill("" if field == "units" else "2" if field == "seed" else "(ab)*")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.locator("#error")).to_be_empty()
    finished(page, "PROVED")


@pytest.mark.slow
def test_settings_are_in_the_address(laboratory):
    page = laboratory()
    finished(page, "PROVED")
    page.get_by_label("Cell", exact=True).select_option("rnn")
    page.get_by_label("It learns from").select_option("words")
    page.get_by_label("Symbols of a training word").fill("6")
    page.get_by_label("Seed").fill("5")
    page.get_by_role("button", name="÷ 3").click()
    expect(page.locator("body")).to_have_attribute("data-verdict", re.compile("REFUTED|PROVED|UNKNOWN"))
    page.reload()
    for field, value in {"task": "(0|1(01*0)*1)*", "cell": "rnn", "recipe": "words", "steps": "6", "seed": "5"}.items():
        expect(page.locator(f"#{field}")).to_have_value(value)


@pytest.mark.slow
def test_a_worker_that_cannot_be_loaded_is_said_in_place(tab, site_address):
    page = tab("about:blank", reduced_motion="reduce")
    script = "throw new Error('no memory');"
    page.route("**/laboratory-worker.js", lambda route: route.fulfill(body=script, content_type="text/javascript"))
    page.goto(f"{site_address}laboratory.html")
    expect(page.locator(STAMP)).to_have_text("STOPPED")
    expect(page.locator("#says")).to_contain_text("no memory")
    page.unroute("**/laboratory-worker.js")
    page.get_by_role("button", name="Train", exact=True).click()
    finished(page, "PROVED")


@pytest.mark.slow
def test_it_can_be_used_by_keyboard_alone(laboratory):
    page = laboratory()
    finished(page, "PROVED")
    page.locator("#task").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("(ab)*")
    page.keyboard.press("Enter")
    expect(page.locator("#result .stamp")).to_be_hidden()
    finished(page, "PROVED")
    page.locator("#turn-by").focus()
    page.keyboard.press("End")
    expect(page.locator("#turned")).to_contain_text(re.compile("PROVED|REFUTED|UNKNOWN"))


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_is_accessible(laboratory, width, scheme):
    page = laboratory("cell=gru&recipe=words", width=width, color_scheme=scheme)
    expect(page.locator("body")).to_have_attribute("data-verdict", re.compile("REFUTED|PROVED|UNKNOWN"))
    expect(page.locator("#stress .plot")).to_be_visible()
    for summary in ("Open a net of your own", "The cell as equations"):
        page.get_by_text(summary).click()
    assert fits(page)
    assert serious_findings(page) == []
    assert missed_by_tab(page) == []


@pytest.mark.slow
def test_motion_plays_the_mistake_step_by_step(laboratory):
    page = laboratory("task=(b|ab*a)*&cell=mingru&recipe=words", reduced_motion="no-preference")
    finished(page, "REFUTED")
    expect(page.locator("#viewer .answer")).to_contain_text("wrong")


@pytest.mark.slow
def test_nothing_but_its_own_files_is_asked_for_and_little(laboratory, site_folder):
    page = laboratory()
    finished(page, "PROVED")
    asked = page.evaluate("performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname)")
    own = {f"/laboratory{name}" for name in (".css", ".js", "-worker.js")}
    assert set(asked) <= own
    files = [(site_folder / name).read_bytes() for name in ("laboratory.html", *(path[1:] for path in own))]
    assert sum(len(gzip.compress(content)) for content in files) < 250_000
