"""The page of stacks: what is typed becomes a net whose certificate both checkers accept, and a stranger can watch the net."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from anylength.rules import graph, task_named
from anylength.rules.stack_tasks import read_turing, turing_machine
from anylength.verification.certify.stack_fields import machine_fields
from anylength_check import check
from tests.in_node import NODE, in_node
from tests.looking import assert_fits_and_is_accessible, assert_saved_proof_is_valid

needs_node = pytest.mark.skipif(NODE is None, reason="the pages' modules need node: apt install nodejs")

TASKS = {
    "()": "dyck-1", "()[]{}": "dyck-3", "[]{}x": "json-brackets", "a^n b^n": "anbn", "aⁿ bⁿ cⁿ": "anbncn",
    "A0 -> 1RB, A1 -> 1LB; B0 -> 1LA, B1 -> 1RZ": "turing:bb2", "1RB1LB_1LA0LC_1RZ1LD_1RD0RA": "turing:bb4",
    "1RB---_0LA1RA": "turing:1RB---_0LA1RA",
}  # fmt: skip
"""What is typed, and the task in Python whose machine it is."""

PROVED = """
const { taskOfText } = await module("stacks/typed-machine.js");
const { provedNet } = await module("stacks/proof.js");
const { StackNet } = await module("stacks/stack-net.js");
return given.texts.map((text) => {
  const task = taskOfText(text);
  const proved = provedNet(task);
  const net = new StackNet({ net: proved.net, machine: task.machine });
  const runs = (given.words ?? []).map((word) => {
    const moments = [net.start()];
    for (const symbol of word) moments.push(net.step(moments.at(-1), symbol % task.symbols.length));
    return moments.slice(1).map(({ said, isRight, stacks }) => [said, isRight, stacks.map((top) => top?.depth ?? 0)]);
  });
  const [certificate, weights] = ["certificate", "weights"].map((name) => Buffer.from(proved.files[name]).toString("base64"));
  return { certificate, weights, runs, formats: proved.formats };
});
"""

REFUSED = """
const { taskOfText } = await module("stacks/typed-machine.js");
return given.map((text) => {
  try { taskOfText(text); } catch (error) { return [error.name, error.message]; }
  return null;
});
"""


def written(folder: Path, made: dict[str, Any]) -> tuple[Path, Path]:
    """The certificate and the weights that the page makes, as files."""
    paths = folder / "certificate.json", folder / "model.safetensors"
    for path, name in zip(paths, ("certificate", "weights"), strict=True):
        path.write_bytes(base64.b64decode(made[name]))
    return paths


@needs_node
def test_the_checker_in_python_accepts_what_the_page_makes_for_the_machines_that_python_has(tmp_path):
    words = np.random.default_rng(5).integers(0, 60, (8, 40)).tolist()
    made = in_node(PROVED, {"texts": list(TASKS), "words": words})
    for (text, name), found in zip(TASKS.items(), made, strict=True):
        machine = task_named(name).memory
        assert machine is not None
        paths = written(tmp_path, found)
        result = check(*paths)
        assert result.valid, (text, result.reason)
        assert "however deep the stacks become" in (result.claim or "")
        assert "float32" in found["formats"]
        assert json.loads(paths[0].read_text())["machine"] == machine_fields(machine)
        for word, run in zip(words, found["runs"], strict=True):
            steps = machine.trace([symbol % machine.symbols for symbol in word])
            assert run == [[rule.output, True, [len(stack) for stack in stacks]] for stacks, rule in steps]


@needs_node
def test_more_letters_than_stacks_take_turns(tmp_path):
    """a^n b^n c^n d^n on two stacks; Python has no such task, so the answers are compared with the words themselves."""
    words = [[i for i in range(4) for _ in range(n)] for n in range(1, 6)]
    others = (
        [word[:-1] for word in words] + [[*word, 3] for word in words] + [[0, 1, 0, 1, 2, 3], [0, 1, 3, 2], [0, 0, 1, 1, 2, 3, 3]]
    )
    (made,) = in_node(PROVED, {"texts": ["a^n b^n c^n d^n"], "words": words + others})
    assert check(*written(tmp_path, made)).valid
    assert [run[-1][0] for run in made["runs"]] == [1] * len(words) + [0] * len(others)


def random_table(rng: np.random.Generator, states: int, symbols: int) -> str:
    """The rules of a Turing machine; some lead to a state that has none, and halt."""
    after = [chr(65 + state) for state in range(states)] + ["Z"]
    rule = lambda: f"{rng.integers(symbols)}{'LR'[rng.integers(2)]}{after[rng.integers(len(after))]}"
    return "_".join("".join(rule() for _ in range(symbols)) for _ in range(states))


@needs_node
@pytest.mark.slow
def test_random_turing_machines_are_proved(tmp_path):
    rng = np.random.default_rng(58)
    tables = (random_table(rng, int(rng.integers(2, 6)), int(rng.integers(2, 4))) for _ in range(1000))
    texts = [text for text in tables if len(graph(turing_machine(read_turing(text, "")), fine=True).edges) >= 20][:12]
    assert len(texts) == 12
    for text, made in zip(texts, in_node(PROVED, {"texts": texts, "words": [[0] * 200]}), strict=True):
        result = check(*written(tmp_path, made))
        assert result.valid, (text, result.reason)
        assert all(is_right for _, is_right, _ in made["runs"][0])


@needs_node
def test_bad_input_gives_one_clear_line():
    rule = lambda state, read: f"{(2 * read + state + 1) % 6}{'LRR'[(state + read) % 3]}{chr(65 + (state + read + 1) % 12)}"
    large = "_".join("".join(rule(state, read) for read in range(6)) for state in range(12))
    cases = {
        "": "kinds of brackets, each once, as in ()[]{}", "(": "kinds of brackets, each once", "()()": "each once",
        "(]": "each once", "a^n": "2 to 5 different letters", "a^n a^n": "different letters", "a^n b": "2 to 5 different letters",
        "A0 -> 1RB, A0 -> 1LA": "expected one rule for A0, got two: a machine must be deterministic",
        "A0 -> xRB": "rules such as A0 -> 1RB, got 'A0 -> xRB'", "A0 -> 1UB": "rules such as A0 -> 1RB",
        "1RB_1LA1RZ": "rows of the same length", "1RB2LB_1LA1RZ": "symbols 0 to 1, got 'A1 -> 2LB'",
        "------": "a step, got one without rules", large: "got more: take fewer states",
    }  # fmt: skip
    for (text, message), found in zip(cases.items(), in_node(REFUSED, list(cases)), strict=True):
        assert found is not None, text
        assert found[0] == "BadInput"
        assert message in found[1]
        assert "\n" not in found[1]


@pytest.fixture
def stacks(tab: Any, site_address: str) -> Callable[..., Any]:
    """Opens the page with a proved net."""
    pytest.importorskip("playwright.sync_api", reason="tests in a browser need playwright")

    def page_of(hash_: str = "", **options: Any) -> Any:
        page = tab(f"{site_address}stacks.html{hash_}", **({"reduced_motion": "reduce"} | options))
        page.locator("#said .big-stamp").get_by_text("PROVED", exact=True).wait_for()
        return page

    return page_of


def test_brackets_become_a_proved_net_and_the_stack_is_seen(stacks):
    page = stacks("#w=([()])")
    assert "however deep" in page.locator("#said").inner_text()
    page.get_by_role("slider", name="Step").fill("3")
    assert page.get_by_label("The stack, from the left: (, [, (").count() == 1
    assert "push gate 1" in page.locator(".gates .done").inner_text()
    page.get_by_role("button", name="One step on").press("Enter")
    assert page.get_by_label("The stack, from the left: (, [").count() == 1
    assert "pop gate 1" in page.locator(".gates .done").inner_text()
    page.get_by_label("A word for the net").fill("()x")
    page.locator("#word-error").get_by_text("expected symbols out of ( ) [ ] { }, got 'x'").wait_for()
    page.get_by_label("A word for the net").fill("(())")
    assert page.locator(".cell").last.get_attribute("aria-label") == "): yes"
    assert "w=%28%28%29%29" in page.url.replace("(", "%28").replace(")", "%29")


@pytest.mark.slow
def test_a_turing_machine_runs_on_its_tape_and_a_long_run_is_right(stacks, tmp_path):
    page = stacks("#p=1RB1LB_1LA1RZ")
    assert page.get_by_label("How many steps the machine does").input_value() == "7"
    assert "The net says: runs (step 4)" in page.locator("#figure").inner_text()
    page.get_by_role("button", name="To the end").click()
    assert "The net says: halted" in page.locator("#figure").inner_text()
    assert page.locator(".memory svg").first.get_attribute("aria-label").endswith("state none: halted.")
    page.get_by_role("button", name="Run 100,000 steps").click()
    page.locator("#deep-said").get_by_text("every answer right, every gate exactly 0 or 1").wait_for()
    assert_saved_proof_is_valid(page, tmp_path)


@pytest.mark.slow
def test_a_word_of_100000_symbols_is_50000_deep_and_right(stacks):
    page = stacks()
    page.get_by_role("button", name="A word of 100,000 symbols").click()
    page.locator("#deep-said").get_by_text("a stack up to 50,000 deep: every answer right").wait_for(timeout=120_000)


@pytest.mark.slow
def test_bad_input_withdraws_the_verdict_and_the_page_goes_on(stacks):
    page = stacks()
    field = page.get_by_label("Kinds of brackets")
    field.fill("A0 -> 1RB, A0 -> 1LA")
    page.locator("#error").get_by_text("a machine must be deterministic").wait_for()
    assert page.locator("#said .big-stamp").count() == 0
    assert page.locator("#after").get_attribute("inert") is not None
    field.fill("a^n b^n")
    page.locator("#said").get_by_text("whether it is a^n b^n").wait_for()
    page.reload()
    page.locator("#said").get_by_text("whether it is a^n b^n").wait_for()


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_is_accessible(stacks, width, scheme):
    assert_fits_and_is_accessible(stacks("#w=([{}])", width=width, color_scheme=scheme))
