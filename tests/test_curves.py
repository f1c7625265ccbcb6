"""The pictures of accuracy over length are drawn from the committed results, and show every task and kind."""

import pytest

from docs.figures.curves import HERE, curves_of, picture, results_of_suites
from docs.figures.kinds import short_name

SUITES = results_of_suites()


@pytest.mark.parametrize("suite", SUITES)
def test_the_picture_is_what_the_script_draws_from_the_results_files(suite):
    assert (HERE / f"curves-{suite}.svg").read_text(encoding="utf-8") == picture(SUITES[suite])
    page = (HERE.parent / "benchmark.md").read_text(encoding="utf-8")
    assert f"(figures/curves-{suite}.svg)" in page


@pytest.mark.parametrize("suite", SUITES)
def test_each_task_has_a_curve_of_each_kind_that_was_benchmarked(suite):
    wanted = {(row["task"], short_name(row["kind"])) for result in SUITES[suite] for row in result["rows"]}
    drawn = {(task, curve.kind) for task, curves in curves_of(SUITES[suite]).items() for curve in curves}
    assert drawn == wanted


def test_a_curve_has_the_accuracies_of_the_convention_that_trained_the_nets():
    def score(convention, mean):
        return {"convention": convention, "curve": [[10, mean, mean / 2, None]]}

    row = {"task": "t", "kind": "rnn, 4 units, plain", "trained_by": "b", "scores": [score("a", 0.25), score("b", 0.75)]}
    assert curves_of([{"suite": "s", "rows": [row]}])["t"][0].points == [(10, 0.75, 0.375, None)]
    assert ">t</text>" in picture([{"suite": "s", "rows": [row]}])


def test_a_kind_is_named_with_its_recipe_where_it_is_not_the_usual_one():
    assert short_name("rnn, 32 units, plain") == "rnn"
    assert short_name("lstm, 2 layers, 16 units, certified") == "lstm, certified"
