"""The page on nets with stacks holds the figures of its results file."""

import json
from pathlib import Path

from studies import stacks

DOCS = Path(__file__).parents[1] / "docs"


def test_the_page_holds_the_tables_of_its_results():
    results, page = json.loads(stacks.RESULTS.read_text()), stacks.PAGE.read_text()
    assert stacks.table(results) in page
    assert stacks.deep_sentence(results) in page
    assert stacks.construction_sentence(results) in page
    assert stacks.words_table(results) in page
    assert stacks.smallest_table(results) in page
    assert stacks.gated_table(results) in page
    assert stacks.free_gates_sentence(results) in page


def test_every_proved_net_of_the_study_was_replayed_without_a_wrong_answer():
    results = json.loads(stacks.RESULTS.read_text())
    rows, found = results["certified"], results["deep"]
    assert set(rows) == {*stacks.ROWS, "count-natural base 10"}
    assert set(results["smallest"]) == set(stacks.SMALLEST)
    assert all(row["valid"] > 0 for row in results["smallest"].values())
    assert found["wrong"] == found["soft_gates"] == 0
    assert (found["nets"], found["deepest"] >= 100_000, found["steps"] >= 1_000_000) == (20, True, True)
    assert all(row["wrong"] == 0 and row["replayed_steps"] >= 168_000 * row["valid"] // row["seeds"] for row in rows.values())


def test_four_in_five_nets_with_a_gru_or_an_lstm_are_proved():
    rows = json.loads(stacks.RESULTS.read_text())["gated"]
    assert set(rows) == set(stacks.GATED)
    assert all((row["seeds"], row["valid"] >= 16, row["wrong"]) == (20, True, 0) for row in rows.values())


def test_a_construction_of_more_than_a_hundred_units_is_valid():
    """The 79th random machine of the study has few rules that merge."""
    machine = stacks.random_machine(stacks.FIRST_SEED + 78)
    row = stacks.constructed("", lambda: (None, machine, machine.symbols, 2))
    assert (row["valid"], row["units"] > 100) == (True, True)


def test_most_nets_that_learned_from_words_are_decided_and_every_verdict_was_judged_again():
    rows = json.loads(stacks.RESULTS.read_text())["words"]
    assert set(rows) == set(stacks.FROM_WORDS)
    for name, row in rows.items():
        assert row["seeds"] == len({run["seed"] for run in row["runs"]}) == 20
        assert min(run["seed"] for run in row["runs"]) == stacks.FIRST_SEED_OF_WORDS
        assert row["wrong"] == 0
        assert all(run["counterexample"] for run in row["runs"] if run["verdict"] == "REFUTED")
        assert row["PROVED"] + row["REFUTED"] >= 15 or name.startswith("memory")
