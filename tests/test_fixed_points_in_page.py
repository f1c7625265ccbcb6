"""Fixed points in the laboratory: the page finds those that Python finds, and two of them meet and vanish as a weight is turned."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

from anylength.cells import cell_named
from anylength.dynamics import HeldMap, cycles
from anylength.experiments.site import named_machines
from anylength.experiments.views import net_view
from anylength.nets import Net
from anylength.tasks import task_named
from tests.in_node import NODE, in_node
from tests.looking import fits, missed_by_tab, serious_findings

needs_node = pytest.mark.skipif(NODE is None, reason="the pages' modules need node: apt install nodejs")

FOUND = """
const { heldPicture } = await module("learning/fixed-points.js");
const { namedMachine } = await module("learning/named-machines.js");
const { decodedTensor } = await module("shared/tensors.js");
return given.records.map((text) => {
  const { program, tensors } = JSON.parse(text);
  const decoded = Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, decodedTensor(tensor)]));
  const net = { machine: namedMachine("s3-generators", given.machines), program, tensors: decoded };
  const { points, indices } = heldPicture(net, 1, { milliseconds: Infinity });
  return { indices, points: points.map(({ state, stable }) => ({ state: [...state], stable })) };
});
"""
TASK = task_named("s3-generators")
CLOSE = 1e-6


def drawn(cell: str, units: int, seed: int, scale: float) -> Net:
    """A net with random weights: with a large scale it has several fixed points."""
    kind: Any = cell_named(cell)
    rng = np.random.default_rng(seed)
    shapes = kind.shapes(TASK.base * TASK.tapes, units)
    own = kind(**{name: rng.normal(0, scale, shape).astype(np.float32) for name, shape in shapes.items()})
    readout = rng.normal(0, 1, (TASK.classes, units)).astype(np.float32)
    return Net(own, readout, np.zeros(TASK.classes, np.float32), base=TASK.base, tapes=TASK.tapes)


def found(nets: list[Net]) -> list[dict[str, Any]]:
    """What the page finds while the symbol 1 is held."""
    return in_node(FOUND, {"records": [net_view(net, TASK).to_json() for net in nets], "machines": named_machines()})


@needs_node
def test_the_page_finds_the_fixed_points_that_python_finds():
    nets = [drawn(cell, 5, seed, scale) for cell, scale in (("rnn", 1.2), ("gru", 2.0), ("lstm", 1.5)) for seed in range(3)]
    compared = 0
    for net, page in zip(nets, found(nets), strict=True):
        expected = cycles(HeldMap.of(net, 1), longest=1, proofs=False)
        states = np.concatenate([cycle.states for cycle in expected], axis=1)
        for point in page["points"]:
            distances = np.abs(states - np.array(point["state"])[:, None]).max(axis=0)
            assert distances.min() <= CLOSE
            assert point["stable"] == (expected[int(distances.argmin())].unstable == 0)
        if page["indices"] == 1:
            assert len(page["points"]) % 2 == 1
        compared += len(page["points"]) == len(expected)
    assert compared >= 7  # a search from other starts may miss some


def one_unit(bias: float) -> Net:
    """An rnn that does nothing but h → tanh(2 h + bias) in its first unit."""
    kind: Any = cell_named("rnn")
    shapes = kind.shapes(TASK.base * TASK.tapes, 3)
    tensors = {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}
    tensors["weight_hh"][0, 0] = 2
    tensors["bias"][0] = bias
    return Net(kind(**tensors), np.zeros((TASK.classes, 3), np.float32), np.zeros(TASK.classes, np.float32), TASK.base, TASK.tapes)


VANISHES_AT = 2 * np.sqrt(0.5) - np.arctanh(np.sqrt(0.5))
"""Where 1 = 2 (1 - h²) and h = tanh(2 h - bias): two of the three fixed points are one."""


@needs_node
@pytest.mark.parametrize("near", [1e-3, 1e-5])
@pytest.mark.parametrize("sign", [-1, 1])
def test_two_of_three_fixed_points_meet_and_vanish_at_the_bias_that_the_equations_say(sign, near):
    before, after = found([one_unit(sign * float(VANISHES_AT + change)) for change in (-near, near)])
    assert sorted(point["stable"] for point in before["points"]) == [False, True, True]
    assert [point["stable"] for point in after["points"]] == [True]
    assert before["indices"] == after["indices"] == 1
    pair = [point["state"][0] for point in before["points"] if point["state"][0] * sign < 0]
    assert len(pair) == 2
    assert abs(pair[0] - pair[1]) < 0.1


@pytest.fixture
def turning(tab: Any, site_address: str, tmp_path: Path) -> Callable[..., Any]:
    """Opens the laboratory with a net whose first unit does h → tanh(2 h + bias), whatever it reads."""
    pytest.importorskip("playwright.sync_api", reason="tests in a browser need playwright")
    tensors = {
        "cell.weight_ih": np.zeros((4, 2), np.float32), "cell.weight_hh": np.diag([2.0, 0, 0, 0]).astype(np.float32),
        "cell.bias": np.zeros(4, np.float32), "readout.weight": np.zeros((2, 4), np.float32),
        "readout.bias": np.zeros(2, np.float32),
    }  # fmt: skip
    metadata = {"anylength": '{"task": "regex:(b|ab*a)*", "cell": "rnn", "hidden": 4}'}
    (tmp_path / "own.safetensors").write_bytes(save(tensors, metadata=metadata))

    def page_of(**options: Any) -> Any:
        page = tab(f"{site_address}laboratory.html#recipe=words&cell=rnn", **({"reduced_motion": "reduce"} | options))
        page.locator("#open").set_input_files(tmp_path / "own.safetensors")
        page.get_by_text("A net out of a file.").wait_for()
        page.locator(".held-says").get_by_text("2 attracting fixed points").wait_for()
        return page

    return page_of


@pytest.mark.slow
def test_the_reader_sees_a_fixed_point_vanish(turning):
    page = turning()
    says = page.locator(".held-says")
    shapes = page.locator("#held .portrait svg").first
    assert "1 repelling fixed point" in says.inner_text()
    assert "The machine stays in 2 of its states" in says.inner_text()
    page.get_by_label("Tensor", exact=True).select_option("cell.bias")
    page.get_by_label("Add to the weight").fill("0.5")
    says.get_by_text("2 attracting fixed points").wait_for()
    page.get_by_label("Add to the weight").press("ArrowRight")
    says.get_by_text("1 attracting fixed point").wait_for()
    assert (
        "there were 2 attracting and 1 repelling ones. An attracting and a repelling one meet and vanish together: a saddle-node"
        in says.inner_text()
    )
    assert "1 attracting fixed point" in shapes.get_attribute("aria-label")
    page.get_by_role("button", name="Turn it back").press("Enter")
    says.get_by_text("2 attracting fixed points").wait_for()
    assert "vanish" not in says.inner_text()


@pytest.mark.slow
def test_another_symbol_is_held(turning):
    page = turning()
    page.get_by_label("Symbol that it reads again and again").select_option("a")
    page.locator(".held-says").get_by_text("While the net reads a again and again").wait_for()
    assert "The machine stays in 0 of its states" in page.locator(".held-says").inner_text()


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_is_accessible(turning, width, scheme):
    page = turning(width=width, color_scheme=scheme)
    page.wait_for_selector("#stress .plot")
    assert fits(page)
    assert serious_findings(page) == []
    assert missed_by_tab(page) == []
