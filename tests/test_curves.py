"""The pictures of accuracy over length are drawn from the committed results, and show every task and kind."""

import re

import pytest

from docs.figures.concepts import WIDTH
from docs.figures.curves import COLOURS, HERE, curves_of, picture, results_of_suites
from docs.figures.kinds import short_name

SUITES = results_of_suites()

COLOURS_AND_MORE = len(COLOURS) + 1
"""More kinds than one panel shows."""


@pytest.mark.parametrize("suite", SUITES)
def test_the_picture_is_what_the_script_draws_from_the_results_files(suite):
    assert (HERE / f"curves-{suite}.svg").read_text(encoding="utf-8") == picture(SUITES[suite])
    page = (HERE.parent / "results" / "benchmark.md").read_text(encoding="utf-8")
    assert f"(../figures/curves-{suite}.svg)" in page


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


@pytest.mark.parametrize("tasks", [2, COLOURS_AND_MORE + 1])
def test_more_kinds_than_colours_have_panels_of_their_own(tasks):
    rows = [
        {
            "task": f"t{task}", "kind": f"k{kind}, 4 units, plain", "trained_by": "a",
            "scores": [{"convention": "a", "curve": [[10, 0.5, 0.25, 0.75], [500, 0.5, None, None]]}],
        }
        for task in range(tasks)
        for kind in range(COLOURS_AND_MORE)
    ]  # fmt: skip
    drawn = picture([{"suite": "s", "rows": rows}])
    assert drawn.count("fill-opacity") == drawn.count('stroke-width="1.6"') == tasks * COLOURS_AND_MORE
    assert drawn.count("<rect") == tasks * COLOURS_AND_MORE + 1  # and the ground
    assert all(
        f">{name}</text>" in drawn for name in [row["task"] for row in rows] + [f"k{kind}" for kind in range(COLOURS_AND_MORE)]
    )
    places = re.findall(r'<rect x="([\d.]+)" y="(\d+)" width="([\d.]+)" height="(\d+)" fill="none"', drawn)
    assert len(set(places)) == len(rows)
    assert all(float(x) + float(width) < WIDTH for x, _, width, _ in places)


def test_a_kind_is_named_with_its_recipe_where_it_is_not_the_usual_one():
    assert short_name("rnn, 32 units, plain") == "rnn"
    assert short_name("lstm, 2 layers, 16 units, certified") == "lstm, certified"
