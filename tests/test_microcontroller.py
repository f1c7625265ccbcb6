"""Exported C on an emulated microcontroller answers as the net does, and keeps nothing but its state."""

import dataclasses
import importlib

import pytest
from test_export import case

from anylength.nets import describe, from_bytes, grid_named
from anylength.rules import task_named
from anylength.training.constructed import constructed_stack_net
from benchmarks.results_file import RESULTS, read_parts


@pytest.fixture
def driver():
    """The module that asks an emulated processor."""
    for package in ("unicorn", "ziglang"):
        pytest.importorskip(package, reason="an emulated microcontroller needs packages: pip install '.[microcontroller]'")
    return importlib.import_module("studies.microcontroller.driver")


@pytest.mark.slow
@pytest.mark.sampled
@pytest.mark.parametrize("folder", ["smallest", "int8"])
def test_a_proved_net_answers_ten_thousand_words_on_a_microcontroller_as_in_python(folder, driver, tmp_path):
    net, _ = from_bytes((RESULTS / folder / "model.safetensors").read_bytes(), folder)
    code = driver.exported_code(net, describe(net, task_named("count")))
    found = driver.measure("Cortex-M4F", code, net, tmp_path, 10_000)
    assert found.alike == found.words == 10_000


@pytest.mark.slow
@pytest.mark.parametrize("processor", ["Cortex-M4F", "Cortex-M0+"])
@pytest.mark.parametrize("quantised", [False, True], ids=["float", "int8"])
@pytest.mark.parametrize("name", ["count, rnn", "add, gru", "subtract, lstm"])
def test_exported_c_of_a_random_net_is_small_and_exact_on_a_microcontroller(name, quantised, processor, driver, tmp_path):
    own = case(name)
    net = grid_named("int8").nearest_net(own.net) if quantised else own.net
    found = driver.measure(processor, driver.exported_code(net, own.config), net, tmp_path, 400)
    assert found.alike >= found.words - 2  # no proof keeps a random net's logits apart
    assert found.words == 400 and found.instructions > 100
    weights = sum(value.size for value in net.cell.named_tensors().values()) + net.weight.size
    assert found.flash < 6000 + weights * (1 if quantised else 4)
    assert found.ram < 600
    assert found.errors and max(found.errors.values()) < 2.0**-23


@pytest.mark.slow
@pytest.mark.sampled
def test_a_net_with_a_stack_answers_ten_thousand_words_on_a_microcontroller(driver, tmp_path):
    task = task_named("dyck-2")
    net = constructed_stack_net(task)
    found = driver.measure("Cortex-M4F", driver.exported_code(net, describe(net, task)), net, tmp_path, 10_000)
    assert found.alike == found.words == 10_000


@pytest.mark.slow
@pytest.mark.sampled
def test_the_emulator_tells_another_answer(driver, tmp_path):
    """A net whose weights differ from those of the code is not found alike."""
    own = case("count, rnn")
    other = dataclasses.replace(own.net, weight=-own.net.weight)
    assert driver.measure("Cortex-M4F", driver.exported_code(other, own.config), own.net, tmp_path, 100).alike < 10


def test_every_measured_net_is_proved_and_answers_as_in_python():
    for part in read_parts(RESULTS / "microcontroller.json")["parts"].values():
        assert part["verdict"] == "PROVED"
        for build, found in part["on"].items():
            assert found["covered"] and found["alike"] == found["words"] >= (10_000 if "M4F" in build else 500)
