"""The page of one weight: it finds the fixed points that Python finds, and two of them meet and vanish as the weight is turned."""

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
from anylength.rules import task_named
from tests.in_node import NODE, in_node
from tests.looking import assert_fits_and_is_accessible

needs_node = pytest.mark.skipif(NODE is None, reason="the pages' modules need node: apt install nodejs")

FOUND = """
const { heldPicture } = await module("turn/fixed-points.js");
const { namedMachine } = await module("learning/named-machines.js");
const { decodedTensor } = await module("shared/tensors.js");
return given.records.map((text) => {
  const { tensors } = JSON.parse(text);
  const decoded = Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, decodedTensor(tensor)]));
  const { points, indices } = heldPicture(namedMachine("s3-generators", given.machines), decoded, 1, []);
  return { indices, points: points.map(({ state, stable }) => ({ state: [...state], stable })) };
});
"""
TASK = task_named("s3-generators")
CLOSE = 1e-6


def drawn(units: int, seed: int, scale: float) -> Net:
    """An rnn with random weights: with a large scale it has several fixed points."""
    kind: Any = cell_named("rnn")
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
    nets = [drawn(5, seed, scale) for scale in (1.2, 2.0) for seed in range(4)]
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


def own_file(folder: Path) -> Path:
    """A net for counting whose first unit does h → tanh(2 h + bias), whatever it reads."""
    tensors = {
        "cell.weight_ih": np.zeros((4, 10), np.float32), "cell.weight_hh": np.diag([2.0, 0, 0, 0]).astype(np.float32),
        "cell.bias": np.zeros(4, np.float32), "readout.weight": np.zeros((10, 4), np.float32),
        "readout.bias": np.zeros(10, np.float32),
    }  # fmt: skip
    metadata = {"anylength": '{"task": "count", "base": 10, "cell": "rnn", "hidden": 4}'}
    (folder / "own.safetensors").write_bytes(save(tensors, metadata=metadata))
    return folder / "own.safetensors"


@pytest.fixture
def turning(tab: Any, site_address: str) -> Callable[..., Any]:
    """Opens the page."""
    pytest.importorskip("playwright.sync_api", reason="tests in a browser need playwright")

    def page_of(settings: str = "", **options: Any) -> Any:
        page = tab(f"{site_address}turn.html#{settings}", **({"reduced_motion": "reduce"} | options))
        page.locator("#says .stamp").wait_for()
        page.locator(".held-says").get_by_text("attracting fixed point").wait_for()
        return page

    return page_of


def test_a_turned_weight_lets_a_net_remember_and_turned_back_it_forgets_again(turning):
    page = turning()
    said, held, slider = page.locator("#says"), page.locator(".held-says"), page.get_by_label("Add to the weight")
    assert "REFUTED" in said.inner_text() and "It forgets the carry at" in said.inner_text()
    held.get_by_text("has 1 attracting fixed point (decoded as: none) and 0 repelling").wait_for()
    assert "wrong, should be" in page.locator("#viewer .answer").inner_text()
    slider.fill("0.1")
    held.get_by_text("An attracting and a repelling one appear together: a saddle-node bifurcation.").wait_for()
    assert "turn=cell.weight_hh" in page.url
    page.reload()
    held.get_by_text("appear together").wait_for()
    page.get_by_role("button", name="Turn it back").press("Enter")
    held.get_by_text("has 1 attracting fixed point (decoded as: none) and 0 repelling").wait_for()
    said.get_by_text("It forgets the carry at").wait_for()
    assert "turn" not in page.url.split("#")[1]


@pytest.mark.slow
def test_the_proved_net_stays_proved_where_a_weight_is_turned_a_little(turning):
    page = turning("net=proved")
    page.locator("#says").get_by_text("PROVED").wait_for()
    page.get_by_label("Tensor", exact=True).select_option("readout.bias")
    page.get_by_label("Add to the weight").fill("0.5")
    page.locator("#says").get_by_text("PROVED").wait_for()
    page.get_by_role("button", name="a net trained as usual").click()
    page.locator("#says").get_by_text("REFUTED").wait_for()
    assert "net=" not in page.url


@pytest.mark.slow
def test_the_reader_sees_a_fixed_point_of_an_own_net_vanish(turning, tmp_path):
    page = turning()
    page.locator("#open").set_input_files(own_file(tmp_path))
    says, shapes = page.locator(".held-says"), page.locator("#held .portrait svg").first
    says.get_by_text("2 attracting fixed points").wait_for()
    assert "1 repelling fixed point" in says.inner_text()
    assert "The machine stays in 2 of its states" in says.inner_text()
    page.get_by_label("Tensor", exact=True).select_option("cell.bias")
    page.get_by_label("Add to the weight").fill("0.5")
    says.get_by_text("2 attracting fixed points").wait_for()
    page.get_by_label("Add to the weight").press("ArrowRight")
    says.get_by_text("1 attracting fixed point").wait_for()
    assert "An attracting and a repelling one meet and vanish together: a saddle-node" in says.inner_text()
    assert "1 attracting fixed point" in shapes.get_attribute("aria-label")
    page.get_by_role("button", name="Turn it back").press("Enter")
    says.get_by_text("2 attracting fixed points").wait_for()
    page.get_by_label("Symbol that it reads again and again").select_option("0")
    says.get_by_text("While the net reads 0 again and again").wait_for()
    assert "The machine stays in 1 of its states" in says.inner_text()


@pytest.mark.slow
def test_a_file_that_is_no_such_net_is_refused_in_place(turning, tmp_path):
    page = turning()
    content = own_file(tmp_path).read_bytes()
    for other, message in {
        b"": "expected a safetensors file of float32 numbers",
        content.replace(b"rnn", b"gru"): "expected one layer of rnn",
        content.replace(b"count", b"carry"): "expected a net that counts in base 10, got 'carry' in base 10",
        content.replace(b'hidden\\": 4', b'hidden\\": 5'): "expected cell.bias of 5 numbers, for count, got 4",
    }.items():
        (tmp_path / "other.safetensors").write_bytes(other)
        page.locator("#open").set_input_files(tmp_path / "other.safetensors")
        page.locator("#open-said").get_by_text(message).wait_for()


@pytest.mark.slow
def test_a_worker_that_cannot_be_loaded_is_said_in_place(tab, site_address):
    page = tab("about:blank", reduced_motion="reduce")
    script = "throw new Error('no memory');"
    page.route("**/turn-worker.js", lambda route: route.fulfill(body=script, content_type="text/javascript"))
    page.goto(f"{site_address}turn.html")
    page.locator("#says").get_by_text("no memory").wait_for()
    page.locator(".held-says").get_by_text("no memory").wait_for()


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_is_accessible(turning, width, scheme):
    page = turning(width=width, color_scheme=scheme)
    assert_fits_and_is_accessible(page)
