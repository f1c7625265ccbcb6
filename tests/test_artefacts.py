"""The nets and figures that the repository ships: certificates that hold, and a README that says what the results files say."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from anylength.attention import CONTEXT_NETS
from anylength.benchmark.conventions import CONVENTIONS, DEFAULT
from anylength.nets import load, stored_tensors, tensors
from anylength.records import Audit
from anylength.sweeps.reproduce import post_plans
from anylength.verification.certify import RUNTIMES
from anylength_check import check
from docs.figures import tables
from docs.figures.tables import benchmark
from docs.figures.tables.forgetting import failure_modes_of
from docs.figures.tables.plain import rounded_nets
from docs.figures.tables.results import parts
from docs.figures.tables.stated import stated
from studies.audits import gallery
from studies.post import records
from studies.post.page import page

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "docs" / "results"
SMALLEST = RESULTS / "smallest"


def test_the_certificate_of_the_smallest_counter_is_valid():
    result = check(SMALLEST / "certificate.json", SMALLEST / "model.safetensors")
    assert result.valid, result.reason


def test_the_smallest_counter_is_the_smallest_that_its_results_file_tells_of():
    sizes = json.loads((SMALLEST / "smallest.json").read_text())["sizes"]
    proved = [size for size in sizes if size["proved"]["right"]]
    fewest = min(size["units"] for size in proved)
    assert json.loads((SMALLEST / "certificate.json").read_text())["program"]["state"] == fewest


def test_the_patched_file_answered_in_its_package_as_in_a_loop():
    found = json.loads((RESULTS / "audits" / "in-package.json").read_text())
    assert found["same_interface"] and found["leak"] == np.float32(0.995)
    assert all(row["finite"] and row["largest_difference_from_loop"] == 0 < row["found"] < 1 for row in found["rows"])
    page = " ".join((RESULTS / "audits" / "silero.md").read_text().split())
    assert all(f"{row['frames']:,} answers" in page for row in found["rows"]) and found["package"] in page


@pytest.mark.parametrize("name", ["int8", "fewest-bits"])
def test_a_coarse_counter_that_is_shipped_is_valid_and_its_weights_are_whole_numbers_times_powers_of_two(name):
    folder = RESULTS / name
    made = json.loads((folder / "made.json").read_text())
    result = check(folder / "certificate.json", folder / "model.safetensors")
    assert result.valid, result.reason
    assert re.search("does the work of the machine|gives the outputs of the machine", result.claim or "")
    content = (folder / "quantised.safetensors").read_bytes()
    stored, weights, bits = (
        stored_tensors(content),
        tensors(load(folder / "model.safetensors")[0]),
        int(made["to"].removeprefix("int")),
    )
    whole = {key: value for key, value in stored.items() if not key.endswith(".exponent")}
    assert whole.keys() == weights.keys()
    for key, q in whole.items():
        power = 2.0 ** stored[f"{key}.exponent"].astype(float).reshape(-1, *[1] * (q.ndim - 1))
        assert np.abs(q.astype(int)).max() <= 2 ** (bits - 1) - 1
        assert np.array_equal(q * power, weights[key].astype(float))
    shared = sum(value.size for key, value in stored.items() if key.endswith(".exponent"))
    assert made["parameters"] == sum(q.size for q in whole.values())
    assert made["bits"] == bits * made["parameters"] + 8 * shared


def test_no_proved_counter_of_the_table_has_fewer_bits_than_the_one_that_is_called_the_fewest():
    rows = json.loads((RESULTS / "bits.json").read_text())["rows"]
    held = [row for row in rows if row["task"] == "count" and (row["rounded"]["right"] or (row["tuned"] or {"right": 0})["right"])]
    assert json.loads((RESULTS / "fewest-bits" / "made.json").read_text())["bits"] <= min(row["bits"] for row in held)


def test_the_page_on_the_post_says_what_its_results_file_says():
    assert (ROOT / "docs" / "results" / "post.md").read_text(encoding="utf-8") == page(records.read(RESULTS / "post.json"))


@pytest.mark.parametrize("name", gallery.GALLERY)
def test_the_page_on_an_audited_net_says_what_its_results_file_says(name):
    path = gallery.RESULTS / f"{name}.json"
    audit, page = Audit.from_json(path.read_bytes(), path.name), gallery.PAGES / f"{name}.md"
    assert page.exists() == audit.drift.found
    assert not page.exists() or page.read_text() == gallery.page(name, audit)


def test_every_claim_of_the_post_is_measured_over_enough_seeds():
    results = records.read(RESULTS / "post.json")
    assert results.seeds >= 100
    for name, plan in post_plans().items():
        assert len(results.part(name).nets) == plan.seeds


MEASURED = json.loads((ROOT / "docs" / "results" / "runtimes.json").read_text())["runtimes"]
MEASURED_IN = {"JavaScript": ("node", "Chromium")}
CELL_IN = {"rnn": "RNN", "gru": "GRU", "gru-reset-before": "GRU", "lstm": "LSTM"}


@pytest.mark.parametrize("name", RUNTIMES)
def test_what_is_assumed_of_a_runtime_is_at_least_what_was_measured_and_no_more_than_rounded_up(name):
    rows = [row for measured in MEASURED_IN.get(name, (name,)) for row in MEASURED[measured]["functions"]]
    runtime = RUNTIMES[name]
    kinds = [(runtime.largest, rows)]
    for cell, found in runtime.by_cell.items():
        own = [row for row in rows if row["where"].startswith(CELL_IN[cell])]
        kinds.append((found, [*own, *(row for row in rows if row["function"] not in {each["function"] for each in own})]))
    for assumed, measured in kinds:
        for function in ("tanh", "sigmoid"):
            worst = max(row["absolute"] for row in measured if row["function"] == function)
            assert worst <= getattr(assumed, function) <= worst + 0.011 * 2.0**-24


def test_the_versions_that_a_statement_names_are_those_that_were_measured():
    for name in ("onnxruntime", "PyTorch", "numpy", "XLA"):
        assert MEASURED[name]["version"] in RUNTIMES[name].description


@pytest.mark.parametrize(("page", "name"), [(page, name) for page, found in tables.TABLES.items() for name in found])
def test_every_table_is_what_its_results_file_gives(page, name):
    between = re.search(f"<!-- {name} -->\n(.*?)\n<!-- /{name} -->", (ROOT / page).read_text(), re.DOTALL)
    assert between is not None
    assert between.group(1) == tables.on_page(page, name)


def test_the_published_tests_of_the_headline_are_the_conventions_of_others_that_score_the_counted_nets():
    scores = {
        score["convention"]
        for path in benchmark.FOLDER.glob("*.json")
        for row in json.loads(path.read_text())["rows"]
        for score in row["scores"]
    }
    assert scores - {DEFAULT} == set(benchmark.PUBLISHED_TESTS)
    assert "512 words of each" in CONVENTIONS["chomsky-v1"].source and "5,010 words in all" in CONVENTIONS["flare-v1"].source


@pytest.mark.parametrize(("page", "words"), list(stated()))
def test_the_prose_of_a_page_states_the_figures_of_their_results_file(page, words):
    assert words in " ".join((ROOT / page).read_text().split())


def test_two_measurements_of_the_same_nets_give_the_same_noise_budget():
    for recipe in ("certified", "robust"):
        first, second = parts("proofs")[f"{recipe}-post"], parts("zoo")[f"{recipe}/rnn/count"]
        assert abs(first["noise_budget"]["median"] - second["noise_budget"]["median"]) < 0.01, recipe


def test_rounding_is_said_to_break_right_nets_too():
    assert "| of 10 PROVED without |" in rounded_nets() and "| 1/2 | 5 | 1 |" in rounded_nets()
    assert "Rounding also breaks right nets" in (RESULTS / "partial-proofs.md").read_text()


def test_the_table_of_failure_modes_shows_what_their_summary_counts():
    from benchmarks.failure_modes import summary

    rows = [
        {"refuted": True, "way": "trips", "named": named, "shown": [True]} for named in (["trips"], ["forgets", "trips"], ["keeps"])
    ]
    table = failure_modes_of(json.loads(json.dumps(summary([*rows, {"refuted": False}]))))
    shown = dict(re.findall(r"^\| (.+?) \| (.+) \|$", table, re.MULTILINE))
    assert list(shown.values())[:3] == ["4", "3", "trips 3"]
    assert shown["the explanation names that failure mode"].startswith("2 of 3 (")
    assert shown["the explanation names it first"].startswith("1 of 3 (")
    assert shown["exceptions, listed in the file"] == "1"
    for name in re.findall(r"<!-- (\w+) -->", (ROOT / "docs" / "understand" / "why-nets-forget.md").read_text()):
        assert name in tables.TABLES["docs/understand/why-nets-forget.md"]


def test_every_kind_of_net_whose_context_grows_is_measured_over_ten_seeds():
    kinds = json.loads((RESULTS / "contexts.json").read_text())["kinds"]
    assert set(kinds) == {*CONTEXT_NETS, "rnn"}
    assert all([net["seed"] for net in kind["nets"]] == list(range(10)) for kind in kinds.values())


def test_whether_a_net_breaks_is_said_rightly_of_99_of_100():
    agreed = json.loads((RESULTS / "breaks.json").read_text())["summary"]["agreement"]["agreed"]
    assert agreed["right"] >= 0.99 * agreed["tried"]


def test_nets_with_an_open_update_gate_that_stay_unknown_drift_and_proved_ones_do_not():
    parts = json.loads((RESULTS / "open-gates.json").read_text())["parts"]
    page = (ROOT / "docs" / "research-log" / "recipes.md").read_text()
    nets = [net for part in parts.values() for net in part["nets"]]
    for name, part in parts.items():
        counts = [sum(net["verdict"] == verdict for net in part["nets"]) for verdict in ("PROVED", "UNKNOWN", "REFUTED")]
        bias = name.removeprefix("bias ").replace("-", "−")
        assert re.search(rf"^\| {bias}\b.* \| {counts[0]} \| {counts[1]} \| {counts[2]} \|$", page, re.MULTILINE), name
    unknown = [net["largest_state"] for net in nets if net["verdict"] == "UNKNOWN"]
    proved = [net["largest_state"] for net in nets if net["verdict"] == "PROVED"]
    assert f"In {sum(state > 3.5 for state in unknown)} of the {len(unknown)} UNKNOWN nets" in page
    assert max(proved) < 1.0002
    assert f"{len(proved)} PROVED nets" in page.replace("\n", " ")


def test_the_tables_of_the_pages_need_no_browser_driver():
    blocked = "import sys; sys.modules['playwright'] = None; import docs.figures.tables"
    assert subprocess.run([sys.executable, "-c", blocked], cwd=ROOT, capture_output=True, text=True, check=False).stderr == ""
