"""The report of a run with stacks: its boxes, the check in the page, the right answers; and other commands on such a run."""

import json
from pathlib import Path

import pytest

from anylength.experiments.options import TrainOptions
from anylength.experiments.proving import prove
from anylength.experiments.quantise import quantise
from anylength.experiments.report import report
from anylength.experiments.results import explain
from anylength.experiments.run_view import run_view
from anylength.experiments.train import train
from anylength.nets.grids import grid_named
from anylength.records import Proved
from anylength.rules import task_named
from tests.in_node import NODE, in_node

needs_node = pytest.mark.skipif(NODE is None, reason="the pages' modules need node: apt install nodejs")


@pytest.fixture(scope="module")
def proved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of brackets of two kinds, proved."""
    out = tmp_path_factory.mktemp("stacks") / "run"
    train(TrainOptions(task="dyck-2", cell="stack-rnn", recipe="constructed", seed=1), out)
    assert prove(out).verdict == "PROVED"
    return out


def test_the_view_has_the_boxes_of_states_and_of_letters(proved):
    view = run_view(proved, "run")
    assert view.certificate is not None
    assert view.certificate.valid
    assert isinstance(view.verdict, Proved)
    proof = view.certificate.proofs[0]
    assert len(proof.boxes) + len(proof.letters) == view.verdict.regions
    assert [box.state for box in proof.letters] == [f"letter {number}" for number in (1, 2, 3, 4)]
    assert {box.state for box in proof.boxes} == {"balanced", "reject"}
    fields = json.loads((proved / "certificate.json").read_text())
    assert view.net is not None
    assert view.net.task.stack_machine == fields["machine"]
    assert [float.fromhex(x) for x in fields["proofs"][0]["letters"][0][2]["high"]] == proof.letters[2].high


@needs_node
def test_the_page_checks_actions_and_letters_and_knows_the_right_answers(proved):
    view = json.loads(run_view(proved, "run").to_json())
    others = []
    for change in ({"letters": 9}, {"actions": [[[0]]]}, {"delta": [[0]]}):
        task = view["net"]["task"]
        others.append(view | {"net": view["net"] | {"task": task | {"stack_machine": task["stack_machine"] | change}}})
    body = """
    const { resultOf } = await module("report/check-here.js");
    const { makeTask } = await module("shared/task.js");
    const { right } = makeTask(given.views[0].net.task);
    return [given.views.map((run) => resultOf(run)), given.words.map((word) => [...right(word)])];"""
    words = [[0, 2, 3, 1], [0, 2, 1, 3], [1], [0, 0, 2, 3, 1, 1, 2, 3]]
    results, rights = in_node(body, {"views": [view, *others], "words": words})
    assert [result["valid"] for result in results] == [True, False, False, False]
    assert results[0]["lines"] == view["certificate"]["lines"]
    assert {result["reason"] for result in results[1:]} == {"the certificate is of another machine than that of the task dyck-2"}
    machine = task_named("dyck-2").memory
    assert machine is not None
    assert rights == [machine.run(word) for word in words]


def test_it_is_explained_in_a_line_and_quantised_without_a_claim_about_coarser_states(proved, tmp_path):
    (finding,) = explain(proved).findings
    assert finding.failure_mode == "NOT APPLICABLE"
    result = quantise(proved, tmp_path / "int8", grid_named("int8"))
    assert result.state_spacing is None


@pytest.mark.slow
def test_the_report_shows_the_proof_and_checks_it(proved, tab, tmp_path):
    page_path = tmp_path / "report.html"
    report([proved], out=page_path)
    page = tab(page_path.as_uri(), width=390)
    page.get_by_role("img", name="a vector on a stack is in one of these boxes").wait_for()
    assert "A machine with 1 stack can" in page.locator("#proof").inner_text()
    page.get_by_role("button", name="Check it in this page").click()
    page.get_by_text("word for word as the checker in Python said").wait_for()
    assert "right" in page.locator(".answer").first.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
