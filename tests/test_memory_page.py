"""The page of memory: the nets' stacks and tapes are drawn as they are at each step, and any run can be opened."""

import base64
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from anylength.cells import cell_named, growing_fields
from anylength.experiments.opened_templates import MEMORY_CELLS, memory_templates, task_views
from anylength.nets import answers, load
from anylength.tasks import IGNORE_INDEX, numbers_of_length
from anylength.web.files import ROOT, weights
from tests.in_node import NODE, in_node
from tests.looking import assert_fits_and_is_accessible

NETS = ROOT / "memory"
TITLES = {
    "reverse-stack-rnn": "write it backwards, with stacks", "reverse-tape-rnn": "write it backwards, on a tape",
    "count-natural-stack-rnn": "add 1, with stacks",
}  # fmt: skip
NETS_IN_ALL = 60_000  # bytes
needs_node = pytest.mark.skipif(NODE is None, reason="the pages' modules need node: apt install nodejs")


@pytest.mark.parametrize("name", TITLES)
def test_a_shipped_net_is_right_far_beyond_the_numbers_that_it_learned_from(name):
    net, config = load(NETS / f"{name}.safetensors")
    task = config.task
    numbers = numbers_of_length(np.random.default_rng(5), np.full(50, 60), task.base, 60)
    symbols = np.stack([task.word((number,)) for number in numbers], axis=1)
    targets = task.targets(symbols)
    assert ((answers(net, symbols) == targets) | (targets == IGNORE_INDEX)).all()


def test_the_shipped_nets_are_small():
    assert sum(len(weights("memory")[name]) for name in TITLES) <= NETS_IN_ALL


SIZES = [
    {"units": units, "encoded": encoded, "classes": classes} for units, encoded, classes in ((1, 3, 2), (8, 4, 2), (32, 12, 10))
]


@pytest.mark.slow
@needs_node
def test_the_programs_of_any_size_are_those_that_python_traces():
    body = """const { sizedGrowing } = await module("memory/memory-nets.js");
      return given.sizes.map((sizes) => Object.values(given.cells).map((cell) => sizedGrowing(cell, sizes)));"""
    cells = memory_templates()
    for sizes, found in zip(SIZES, in_node(body, {"sizes": SIZES, "cells": cells}), strict=True):
        for name, growing in zip(MEMORY_CELLS, found, strict=True):
            kind: Any = cell_named(name)
            shapes = kind.shapes(sizes["encoded"], sizes["units"])
            cell = kind(**{tensor: np.zeros(shape, np.float32) for tensor, shape in shapes.items()})
            assert growing == json.loads(json.dumps(growing_fields(cell, sizes["classes"]))), (name, sizes)


TRACED = """
const { memoryRecord } = await module("memory/memory-nets.js");
const { stackTrace, tapeTrace, labelsBelow, labelsWritten } = await module("memory/memory-trace.js");
const { growingCell } = await module("shared/growing.js");
const { decodedTensor } = await module("shared/tensors.js");
const { makeNet } = await module("shared/net.js");
const { makeTask } = await module("shared/task.js");
const file = Uint8Array.from(atob(given.file), (sign) => sign.charCodeAt(0));
const { cells, tasks } = given;
const record = memoryRecord(file, given.config, { cells, task: tasks[given.config.task][given.config.base] });
const [net, task] = [makeNet(record), makeTask(record.task)];
const symbols = task.word(task.parse([given.number]));
const { states, outputs } = net.run(symbols);
const weights = Object.fromEntries(Object.entries(record.tensors).map(([name, tensor]) => [name, decodedTensor(tensor)]));
const cell = growingCell(record.growing, weights, record.task);
const gatesAt = (step) => cell.gates(step ? states[step - 1] : net.start(), symbols[step]);
const word = { steps: symbols.length, symbolAt: (step) => task.symbolText(symbols[step]) };
const { stacks } = cells[given.config.cell];
const trace = stacks ? stackTrace(word, gatesAt, stacks) : tapeTrace(word, gatesAt);
const labels = trace.map((done, step) => (stacks ? done.map(({ top }) => labelsBelow(top)) : [...labelsWritten(trace, step)]));
return { trace: stacks ? null : trace, labels, states: states.map((state) => [...state]), answer: task.answer(outputs),
  isKnown: trace.at(-1).isKnown ?? trace.at(-1).every((stack) => stack.isKnown) };
"""

WIDTH = 8


def traced(name: str, number: str) -> dict[str, Any]:
    """What the page finds of a shipped net that reads a number."""
    file = (NETS / f"{name}.safetensors").read_bytes()
    _, config = load(NETS / f"{name}.safetensors")
    given = {"task": config.task_name, "base": config.task.base, "cell": config.cell, "hidden": config.hidden}
    content = base64.b64encode(file).decode()
    return (
        in_node(TRACED, {"file": content, "config": given, "number": number, "cells": memory_templates(), "tasks": task_views()})
        | given
    )


@pytest.mark.slow
@needs_node
@pytest.mark.parametrize("name", [name for name in TITLES if "stack" in name])
def test_the_labels_of_a_stack_are_those_of_its_entries(name):
    found = traced(name, "110100")
    assert found["isKnown"]
    before: list[list[Any]] = [[], []]
    for labels, state in zip(found["labels"], found["states"], strict=True):
        stacks = np.array(state[found["hidden"] :]).reshape(2, -1, WIDTH)
        for stack, own, old in zip(stacks, labels, before, strict=True):
            assert len(own) - len(old) in (-1, 0, 1)
            assert not stack[len(own) :].any()
            assert all(entry.any() for entry in stack[: len(own)])
        before = labels


@needs_node
def test_the_labels_of_a_tape_are_at_the_places_that_were_written():
    found = traced("reverse-tape-rnn", "110101")
    assert found["isKnown"]
    assert found["answer"] == "101011"
    for labels, step, state in zip(found["labels"], found["trace"], found["states"], strict=True):
        assert abs(step["at"] - step["from"]) <= 1
        tape = np.array(state[found["hidden"] :]).reshape(-1, WIDTH)
        written = {(place - step["at"]) % len(tape) for place, _ in labels}
        assert set(np.flatnonzero(tape.any(axis=1))) == written


@pytest.fixture
def opened(tab: Any, site_address: str) -> Callable[..., Any]:
    """Opens the page with a shipped net."""
    pytest.importorskip("playwright.sync_api", reason="tests in a browser need playwright")

    def page_of(net: str, number: str = "110101", **options: Any) -> Any:
        page = tab(f"{site_address}memory.html#net={net}&n={number}", **({"reduced_motion": "reduce"} | options))
        page.wait_for_selector("#net .memory")
        return page

    return page_of


def pictures(page: Any) -> list[str]:
    """What the pictures of the memory say."""
    return [picture.get_attribute("aria-label") for picture in page.locator("#net .memory svg").all()]


@pytest.mark.slow
def test_stacks_push_what_is_read_and_pop_it_again(opened):
    page = opened("reverse-stack-rnn")
    memory = page.locator("#net")
    assert "101011 ✓ right" in memory.locator(".answer").inner_text()
    memory.get_by_role("slider", name="Step").fill("6")
    assert pictures(page)[0] == "Stack 1, from its top: 1, 0, 1, 0, 1, 1"
    assert "push 100 %" in memory.locator(".actions .done").first.inner_text()
    memory.get_by_role("button", name="One step on").press("Enter")
    assert pictures(page)[0] == "Stack 1, from its top: 0, 1, 0, 1, 1"
    assert "pop 100 %" in memory.locator(".actions .done").first.inner_text()


@pytest.mark.slow
def test_mixed_actions_blur_the_entries_of_a_long_number(opened):
    page = opened("reverse-stack-rnn", "110101" * 10)
    memory = page.locator("#net")
    assert "✓ right" in memory.locator(".answer").inner_text()
    page.get_by_label("Mix the actions").press("Space")
    memory.locator(".answer").get_by_text("wrong, should be").wait_for()
    assert "mix=yes" in page.url
    memory.get_by_role("slider", name="Step").fill("50")
    assert "a mixture, a mixture" in pictures(page)[0]
    page.reload()
    memory.locator(".answer").get_by_text("wrong, should be").wait_for()
    page.get_by_label("Mix the actions").uncheck()
    memory.locator(".answer").get_by_text("✓ right").wait_for()


@pytest.mark.slow
def test_another_net_is_chosen_and_the_head_moves(tab, site_address):
    page = tab(f"{site_address}memory.html", reduced_motion="reduce")
    page.wait_for_selector("#net .memory")
    assert pictures(page)[0].startswith("Stack 1")
    page.get_by_role("button", name=TITLES["reverse-tape-rnn"]).press("Enter")
    page.wait_for_selector("#net .memory .head")
    assert "net=reverse-tape-rnn" in page.url
    before = pictures(page)
    page.locator("#net").get_by_role("button", name="One step back").click()
    assert pictures(page) != before


@pytest.mark.slow
def test_a_file_of_ones_own_is_opened_and_what_is_no_such_file_is_refused_in_place(opened, tmp_path):
    page = opened("reverse-stack-rnn")
    page.locator("#open").set_input_files(NETS / "count-natural-stack-rnn.safetensors")
    about = page.locator("#net > p").first
    page.locator("#net").get_by_text("A stack-rnn of 24 units.").wait_for()
    assert "net=" not in page.url
    content = (NETS / "count-natural-stack-rnn.safetensors").read_bytes()
    (tmp_path / "other.safetensors").write_bytes(content.replace(b"count-natural", b"count-another"))
    page.locator("#open").set_input_files(tmp_path / "other.safetensors")
    page.locator("#open-said").get_by_text("expected a task of the page: count, decrement,").wait_for()
    (tmp_path / "wider.safetensors").write_bytes(content.replace(b'hidden\\": 24', b'hidden\\": 23'))
    page.locator("#open").set_input_files(tmp_path / "wider.safetensors")
    page.locator("#open-said").get_by_text("expected cell.bias of 23 numbers, for count-natural, got 24").wait_for()
    assert about.inner_text().endswith("A stack-rnn of 24 units.")


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_is_accessible(opened, width, scheme):
    page = opened("reverse-tape-rnn", "1101001110101001", width=width, color_scheme=scheme)
    assert_fits_and_is_accessible(page)


@pytest.mark.slow
def test_motion_plays_the_first_number_to_its_end(opened):
    page = opened("reverse-stack-rnn", "10", reduced_motion="no-preference")
    page.locator("#net .answer").get_by_text("right").wait_for()
