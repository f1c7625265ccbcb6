"""The page of attention: from what the net reads now, an arc goes to each position that it attends to."""

import base64
import re
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from anylength.attention import CONTEXT_NETS, AbstractSeq2Seq, AbstractTransformer, transformer
from anylength.experiments.opened_templates import attention_templates, task_views
from anylength.experiments.views import net_view
from anylength.nets import answers, load
from anylength.nets.weights import describe, to_bytes
from anylength.rules import IGNORE_INDEX, Task, numbers_of_length, task_named
from anylength.web.files import ROOT, weights
from tests.in_node import NODE, in_node
from tests.looking import assert_fits_and_is_accessible
from tests.selection import thorough

NETS = ROOT / "attention"
TITLES = {"reverse-transformer-learned": "write it backwards", "count-transformer-none": "add 1, read from the right"}
LEARNED_FROM = 10  # digits
NETS_IN_ALL = 80_000  # bytes
CLOSE, LEAD = 1e-4, 1e-3
needs_node = pytest.mark.skipif(NODE is None, reason="the pages' modules need node: apt install nodejs")


def numbers(task: Task, length: int, count: int) -> np.ndarray:
    """Words of random numbers `[T, B]`."""
    drawn = numbers_of_length(np.random.default_rng(length), np.full(count, length), task.base, length)
    return np.stack([task.word((number,)) for number in drawn], axis=1)


@pytest.mark.parametrize("name", thorough(TITLES))
def test_a_shipped_net_is_right_on_the_numbers_that_it_learned_from(name):
    net, config = load(NETS / f"{name}.safetensors")
    for length in range(1, LEARNED_FROM + 1):
        symbols = numbers(config.task, length, 100)
        targets = config.task.targets(symbols)
        assert ((answers(net, symbols) == targets) | (targets == IGNORE_INDEX)).all()


def test_the_shipped_nets_are_small():
    assert sum(len(weights("attention")[name]) for name in TITLES) <= NETS_IN_ALL


OPENED = """
const { attentionRecord } = await module("attention/attention-nets.js");
const { makeNet } = await module("shared/net.js");
const file = Uint8Array.from(atob(given.file), (sign) => sign.charCodeAt(0));
const task = given.tasks[given.config.task][given.config.base];
const net = makeNet(attentionRecord(file, given.config, { cells: given.cells, task }));
return given.words.map((symbols) => [...net.run(symbols).outputs]);
"""


@pytest.mark.slow
@needs_node
@pytest.mark.parametrize("name", TITLES)
def test_the_page_answers_as_python_does(name):
    file = (NETS / f"{name}.safetensors").read_bytes()
    net, config = load(NETS / f"{name}.safetensors")
    given = {"task": config.task_name, "base": config.task.base, "cell": config.cell, "hidden": config.hidden}
    words = [numbers(config.task, length, 4) for length in (1, 5, 10, 11, 15, 30)]
    known = {"cells": attention_templates(), "tasks": task_views()}
    columns = [word[:, b].tolist() for word in words for b in range(word.shape[1])]
    found = iter(in_node(OPENED, {"file": base64.b64encode(file).decode(), "config": given, "words": columns} | known))
    compared = 0
    for word in words:
        logits = np.asarray(jax.device_put(net).logits(jnp.asarray(word)))
        best = np.sort(logits, axis=1)
        sure = best[:, -1] - best[:, -2] >= LEAD
        for b in range(word.shape[1]):
            outputs = np.array(next(found))
            assert (outputs == answers(net, word[:, [b]])[:, 0])[sure[:, b]].all()
            compared += int(sure[:, b].sum())
    assert compared > 0.95 * sum(map(len, columns))


ATTENDED = """
const { attentionReader } = await module("attention/attention-trace.js");
return given.records.map((record) => {
  const { rows, lead } = attentionReader(record)(given.symbols);
  return { lead, rows: rows.map((steps) => steps.map((shares) => [...shares])) };
});
"""


def untrained(name: str, task: Task) -> Any:
    """A net with weights as before a training, small ones in place of zeros."""
    rng, kind = np.random.default_rng(3), CONTEXT_NETS[name]
    named = kind.initial(rng, task.base * task.tapes, task.classes, 16)
    moved = {tensor: (value + rng.normal(0, 0.2, value.shape)).astype(np.float32) for tensor, value in named.items()}
    return jax.device_put(kind(moved, task.base, task.tapes))


def shares_in_python(net: Any, symbols: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    """The shares `[heads, steps, tokens]`. Those of a transformer are what its attention makes of values that are the identity."""
    if isinstance(net, AbstractSeq2Seq):
        return np.asarray(net.logits_and_alignments(jnp.asarray(symbols[:, None]))[1])[None, :, :, 0]
    seen, attention = [], transformer._attention

    def watched(query: Any, key: Any, value: Any) -> Any:
        heads, _, tokens, columns = query.shape
        identity = jnp.broadcast_to(jnp.eye(tokens)[None, :, :, None], (heads, tokens, tokens, columns))
        seen.append(np.asarray(attention(query, key, identity))[:, :, 1:, 0])
        return attention(query, key, value)

    monkeypatch.setattr(transformer, "_attention", watched)
    net.logits(jnp.asarray(symbols[:, None]))
    return np.concatenate(seen).transpose(0, 2, 1)


@needs_node
def test_the_shares_are_those_of_python(monkeypatch):
    task = task_named("count", 3)
    symbols = np.random.default_rng(2).integers(0, 3, 12)
    nets = [untrained(name, task) for name in CONTEXT_NETS]
    records = [net_view(net, task).to_json() for net in nets]
    body = ATTENDED.replace("given.records", "given.records.map(JSON.parse)")
    found = in_node(body, {"records": records, "symbols": symbols.tolist()})
    for net, attention in zip(nets, found, strict=True):
        expected = shares_in_python(net, symbols, monkeypatch)
        assert attention["lead"] == (1 if isinstance(net, AbstractTransformer) else 0)
        assert len(attention["rows"]) == len(expected)
        for steps, head in zip(attention["rows"], expected, strict=True):
            for shares, row in zip(steps, head, strict=True):
                padded = np.pad(shares, (0, len(row) - len(shares)))  # a transformer does not see what is still to be read
                assert np.abs(padded - row).max() <= CLOSE * max(1, row.max()), net.name


@needs_node
def test_the_shapes_of_any_size_are_those_of_python():
    body = """const { between } = await module("shared/growing.js");
      const { sizedShapes } = await module("learning/opened-net.js");
      return Object.values(given).map(({ shapes: [few, more], units: [least, next] }) =>
        sizedShapes(between(few, more, (40 - least) / (next - least)), { encoded: 7, classes: 5 }));"""
    for kind, shapes in zip(CONTEXT_NETS.values(), in_node(body, attention_templates()), strict=True):
        assert {name: tuple(shape) for name, shape in shapes.items()} == kind.shapes(7, 5, 40)


@pytest.fixture
def opened(tab: Any, site_address: str) -> Callable[..., Any]:
    """Opens the page with a shipped net."""
    pytest.importorskip("playwright.sync_api", reason="tests in a browser need playwright")

    def page_of(net: str, number: str, **options: Any) -> Any:
        page = tab(f"{site_address}attention.html#net={net}&n={number}", **({"reduced_motion": "reduce"} | options))
        page.wait_for_selector("#net .attention")
        return page

    return page_of


def told(page: Any) -> str:
    """What the picture of the attention says."""
    text = page.locator("#net .attention svg").get_attribute("aria-label")
    assert text == page.locator("#net .attention-told").inner_text()
    return text


@pytest.mark.slow
def test_a_head_looks_at_the_digit_that_is_to_be_written(opened):
    page = opened("reverse-transformer-learned", "1101001")
    part = page.locator("#net")
    assert "1001011 ✓ right" in part.locator(".answer").inner_text()
    part.get_by_role("slider", name="Step").fill("8")
    assert told(page).startswith("Layer 2, head 2. 1 at step 7: ")
    widths = part.locator(".arcs path").evaluate_all("paths => paths.map((path) => Number(path.getAttribute('stroke-width')))")
    assert max(widths) > 3 * min(widths)
    part.get_by_role("button", name="One step on").press("Enter")
    assert "0 at step 6" in told(page)
    assert part.locator("rect.now").count() == 1


@pytest.mark.slow
def test_another_head_is_chosen_by_keyboard_and_is_in_the_address(opened):
    page = opened("reverse-transformer-learned", "1101001")
    before = told(page)
    head = page.get_by_role("button", name="layer 1, head 3", exact=True)
    head.press("Enter")
    assert head.get_attribute("aria-pressed") == "true"
    assert told(page) != before
    assert told(page).startswith("Layer 1, head 3. ")
    assert "head=1.3" in page.url
    page.reload()
    page.wait_for_selector("#net .attention")
    assert told(page).startswith("Layer 1, head 3. ")


@pytest.mark.slow
def test_it_says_from_which_length_on_the_net_is_wrong(opened):
    page = opened("reverse-transformer-learned", "1101001")
    part = page.locator("#net")
    part.locator(".lengths-tried").get_by_text("all right up to 10 digits, the first mistake has 11").wait_for()
    part.get_by_role("button", name="Play it").click()
    part.locator(".answer").get_by_text("wrong, should be").wait_for()
    first = re.search(r"the first wrong step is (\d+)", part.locator(".answer").inner_text())
    assert first
    assert part.locator(".attention .wrong").count() >= 1
    assert 11 < int(first[1]) <= 22


@pytest.mark.slow
def test_the_share_of_a_zero_falls_with_each_one_that_is_read_after_it(opened):
    page = opened("count-transformer-none", "111111101111111")
    part = page.locator("#net")
    shares = []
    for step in range(9, 15):
        part.get_by_role("slider", name="Step").fill(str(step))
        found = re.search(r"0 at step 8: (\d+) %", told(page))
        assert found
        shares.append(int(found[1]))
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] < shares[0] - 5


@pytest.mark.slow
def test_a_run_of_ones_own_is_opened_and_what_cannot_be_is_refused_in_place(opened, tmp_path):
    page = opened("reverse-transformer-learned", "1101001")
    page.locator("#open").set_input_files(NETS / "count-transformer-none.safetensors")
    part = page.locator("#net")
    part.get_by_text("A transformer-none of 16 units.").wait_for()
    assert "net=" not in page.url
    task = task_named("add", 3)
    net = untrained("transformer-rotary", task)
    (tmp_path / "own.safetensors").write_bytes(to_bytes(net, describe(net, task)))
    page.locator("#open").set_input_files(tmp_path / "own.safetensors")
    part.get_by_text("A transformer-rotary of 16 units.").wait_for()
    content = (NETS / "count-transformer-none.safetensors").read_bytes()
    (tmp_path / "wider.safetensors").write_bytes(content.replace(b'hidden\\": 16', b'hidden\\": 20'))
    page.locator("#open").set_input_files(tmp_path / "wider.safetensors")
    page.locator("#open-said").get_by_text("expected units of a transformer-none in multiples of 8, got 20").wait_for()
    assert "A transformer-rotary of 16 units." in part.inner_text()


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_is_accessible(opened, width, scheme):
    page = opened("reverse-transformer-learned", "11010011101010", width=width, color_scheme=scheme)
    page.locator("#net .lengths-tried").get_by_text("the first mistake").wait_for()
    assert_fits_and_is_accessible(page)


@pytest.mark.slow
def test_motion_plays_the_first_number_to_its_end(opened):
    page = opened("reverse-transformer-learned", "10", reduced_motion="no-preference")
    page.locator("#net .answer").get_by_text("right").wait_for()
