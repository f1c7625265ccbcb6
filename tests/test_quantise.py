"""Coarse weights: what the grids hold, files that give back the very bits, verdicts on the coarse net, and tuning on the grid."""

import dataclasses
import json
import shutil
import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from by_hand import counting_net, echoing_net

from anylength.base import InputError
from anylength.cells import CELLS
from anylength.experiments.quantise import quantise
from anylength.nets import (
    AbstractGrid,
    Net,
    architecture_named,
    build,
    describe,
    grid_named,
    load,
    packed_bytes,
    round_to_grid,
    stored_tensors,
    tensors,
    to_bytes,
    unpacked_bytes,
)
from anylength.records import Quantisation
from anylength.rules import task_named
from anylength.runs import Run
from anylength.training import TUNE
from anylength.training.recipe import TrainState
from anylength.training.unrolled import straight_through
from anylength_check import check
from tests.selection import thorough

BY_ROW, BY_TENSOR = ("int8", "int3", "int2", "int1"), ("int8", "int2")
WHOLE = [*(grid_named(name, "row") for name in BY_ROW), *(grid_named(name, "tensor") for name in BY_TENSOR)]
EVERY = [grid_named("bfloat16"), grid_named("float16"), *WHOLE]
INFINITE = {"bfloat16": 3.4e38, "float16": 65520.0}
"""The least number (or one above it) that rounds to infinity."""


def named(grid: AbstractGrid) -> str:
    return f"{grid.name}-{grid.scales}"


def drawn(shape: tuple[int, ...], scale: float = 1.0) -> np.ndarray:
    """Normal numbers, each row larger than the one before it."""
    rows = np.arange(1, shape[0] + 1).reshape(-1, *[1] * (len(shape) - 1))
    return (np.random.default_rng(0).normal(size=shape) * scale * rows).astype(np.float32)


def on(grid: AbstractGrid, value: np.ndarray) -> np.ndarray:
    return grid.unpack("w", grid.pack("w", value))


@pytest.mark.parametrize("grid", EVERY, ids=named)
def test_what_is_on_the_grid_stays_and_training_rounds_to_the_same_numbers(grid):
    for scale, shape in ((1e-30 if grid.bits < 16 else 1.0, (4, 7)), (3e3, (4, 7))):
        value = drawn(shape, scale)
        coarse = on(grid, value)
        assert (coarse.dtype, coarse.shape) == (np.float32, shape)
        assert on(grid, coarse).tobytes() == coarse.tobytes()
        assert np.array_equal(np.asarray(grid.nearest(jnp.asarray(value))), coarse)
        nearest = grid.nearest(value)
        assert nearest.dtype == np.float32 and nearest.tobytes() == coarse.tobytes()


@pytest.mark.parametrize("name", INFINITE)
def test_what_is_out_of_the_range_of_a_format_becomes_infinite_or_zero(name):
    value = np.array([-INFINITE[name], np.nan, -1e-39, 0.0], np.float32)
    found = grid_named(name).nearest(value)
    assert np.array_equal(found, np.array([-np.inf, np.nan, 0.0, 0.0], np.float32), equal_nan=True)
    assert np.signbit(found).tolist()[2:] == [True, False]


@pytest.mark.parametrize("grid", WHOLE, ids=named)
def test_whole_numbers_stay_within_their_bits_and_times_their_power_of_two_are_the_weights(grid):
    value = drawn((4, 7))
    stored = grid.pack("w", value)
    whole, exponent = stored["w"], stored["w.exponent"]
    assert whole.dtype == exponent.dtype == np.int8
    assert exponent.shape == (4 if grid.scales == "row" else 1,)
    assert np.abs(whole.astype(int)).max() <= max(1, 2 ** (grid.bits - 1) - 1)
    assert (whole != 0).all() or grid.bits > 1
    coarse = grid.unpack("w", stored)
    assert np.array_equal(coarse.astype(np.float64), whole * 2.0 ** exponent.astype(int).reshape(-1, 1))
    step = 2.0 ** exponent.astype(int).reshape(-1, 1)
    inside = np.abs(value) <= step * grid.max_integer
    assert (
        np.abs(coarse - value) <= np.where(inside, step / 2, np.abs(value) - step * grid.max_integer) * (1 + (grid.bits == 1))
    ).all()


@pytest.mark.parametrize("grid", WHOLE, ids=named)
def test_the_exponent_leaves_no_more_error_than_any_other(grid):
    value = drawn((9,))
    error = ((on(grid, value) - value) ** 2).sum()
    for exponent in range(-12, 8):
        scaled = value / 2.0**exponent
        whole = np.where(scaled < 0, -1, 1) if grid.bits == 1 else np.clip(np.round(scaled), -grid.max_integer, grid.max_integer)
        assert error <= ((whole * 2.0**exponent - value) ** 2).sum() * (1 + 1e-5)


def test_zeros_have_no_sign_in_whole_numbers_and_keep_it_in_floats():
    value = np.array([-0.0, 0.0, -1e-9, 1.0], np.float32)
    for grid in EVERY:
        if grid.bits > 1:
            assert np.signbit(on(grid, value)).tolist() == ([True, False, True, False] if grid.scales is None else [False] * 4)
    assert (on(grid_named("int8"), np.zeros(3, np.float32)) == 0).all()


@pytest.mark.parametrize("name", INFINITE)
def test_a_weight_beyond_the_format_is_refused_and_names_its_tensor(name):
    value = np.array([1.0, -INFINITE[name]], np.float32)
    with pytest.raises(InputError, match=rf"for {name}, got \S+ in cell.bias: quantise to int8"):
        grid_named(name).pack("cell.bias", value)
    assert np.isfinite(on(grid_named("int8"), value)).all()


@pytest.mark.parametrize("grid", [grid_named("bfloat16"), grid_named("int8"), grid_named("int3", "tensor")], ids=named)
@pytest.mark.parametrize("cell", thorough([*CELLS, "transformer-none"], quick=5))
def test_a_file_gives_back_the_very_bits_of_the_weights_whatever_the_cell(cell, grid):
    task, kind, rng = task_named("count"), architecture_named(cell), np.random.default_rng(0)
    shapes = kind.shapes(task, 8) | kind.optional_shapes(task, 8)
    named = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    net = kind.build(named, task)
    config = describe(net, task)
    coarse = round_to_grid(net, config, grid)
    content = packed_bytes(coarse, config, grid)
    found = unpacked_bytes(content)
    assert {name: value.tobytes() for name, value in found.items()} == {
        name: value.tobytes() for name, value in tensors(coarse).items()
    }
    counted = sum(value.size for name, value in stored_tensors(content).items() if name.endswith(".exponent"))
    assert grid.total_bits(shapes) == sum(value.size for value in named.values()) * grid.bits + 8 * counted


@pytest.mark.slow
@pytest.mark.parametrize("grid", [grid_named("int3", "tensor"), grid_named("bfloat16")], ids=named)
def test_the_gradient_of_a_recipe_on_a_grid_is_that_at_the_rounded_net(grid):
    net = jax.tree.map(lambda leaf: leaf + 0.3 * drawn(leaf.shape), echoing_net("rnn"))
    gradient = jax.grad(lambda net: sum((leaf**3).sum() for leaf in jax.tree.leaves(straight_through(net, grid))))(net)
    recipe = dataclasses.replace(TUNE, grid=grid)
    rounded = recipe.result(TrainState(net, (), ()), None)
    for got, coarse in zip(jax.tree.leaves(gradient), jax.tree.leaves(rounded), strict=True):
        assert np.allclose(got, 3 * coarse**2, rtol=1e-6)
    assert recipe.settings() == TUNE.settings()


@pytest.fixture(scope="module")
def coarse_run(certified_run, tmp_path_factory) -> tuple[Path, Quantisation]:
    """The certified run in int8."""
    out = tmp_path_factory.mktemp("coarse") / "run"
    return out, quantise(certified_run, out, grid_named("int8"))


def test_a_certified_net_is_proved_in_int8_and_the_checker_agrees(coarse_run):
    out, found = coarse_run
    assert (found.verdict, found.updates, found.weight_format, found.exponent_sharing) == ("PROVED", 0, "int8", "row")
    result = check(out / "certificate.json", out / "model.safetensors")
    assert result.valid, result.reason
    stored = stored_tensors((out / "quantised.safetensors").read_bytes())
    assert {str(value.dtype) for value in stored.values()} == {"int8"}
    assert found.parameters == sum(value.size for name, value in stored.items() if not name.endswith(".exponent"))
    assert found.exponents == sum(value.size for name, value in stored.items() if name.endswith(".exponent"))
    assert found.total_bits == 8 * (found.parameters + found.exponents)
    assert found.file_bytes == (out / "quantised.safetensors").stat().st_size
    assert Quantisation.from_json((out / "quantisation.json").read_bytes(), "quantisation.json") == found
    kept = {name: value.tobytes() for name, value in tensors(load(out / "model.safetensors")[0]).items()}
    assert kept == {name: value.tobytes() for name, value in unpacked_bytes((out / "quantised.safetensors").read_bytes()).items()}


def test_its_states_may_be_as_coarse_as_it_says(coarse_run):
    out, found = coarse_run
    assert found.state_spacing is not None
    assert found.state_values is not None
    assert found.state_spacing / 2 < found.noise_budget <= found.state_spacing * 1.01
    net, task = Run(out).net, Run(out).task
    assert isinstance(net, Net)
    rng = np.random.default_rng(0)
    words = np.concatenate(
        [rng.integers(0, 10, (200, 40)), np.where(rng.random((200, 40)) < 0.9, 9, rng.integers(0, 10, (200, 40)))], axis=1
    )
    words[:, -1] = 9
    weights = [np.asarray(x) for x in (net.cell.weight_ih, net.cell.weight_hh, net.cell.bias, net.weight, net.bias)]
    inputs, recurrent, bias, weight, readout = weights
    state, met, answers = np.zeros((net.hidden, words.shape[1]), np.float32), set(), []
    for symbols in words:
        state = np.tanh(inputs[:, symbols] + bias[:, None] + recurrent @ state)
        state = (np.round(state / found.state_spacing) * found.state_spacing).astype(np.float32)
        met |= set(np.unique(state).tolist())
        answers.append((weight @ state + readout[:, None]).argmax(axis=0))
    assert (np.array(answers) == task.targets(words.astype(np.uint8))).all()
    assert 1 < len(met) <= found.state_values


@pytest.mark.slow
@pytest.mark.parametrize("to", ["bfloat16", "float16"])
def test_the_verdict_says_in_words_whether_states_in_that_format_are_covered(called, certified_run, tmp_path, to):
    found = called("quantise", str(certified_run), "--to", to, "--out", str(tmp_path / "run"), "--quiet", "--json")
    assert (found.code, found.stderr) == (0, "")
    result = json.loads(found.stdout)
    covered = to in result["formats"]
    words = "states and logits stored in {} are covered too" if covered else "storing them in {} is not covered"
    assert words.format(to) in result["state_note"]
    certificate = json.loads((tmp_path / "run" / "certificate.json").read_bytes())
    assert certificate["proofs"][0]["formats"] == result["formats"]
    assert result["path"] == str(tmp_path / "run" / "quantised.safetensors")
    assert (result["exponent_sharing"], result["exponents"], result["total_bits"]) == (None, 0, 16 * result["parameters"])


@pytest.fixture
def shaken_run(certified_run, tmp_path) -> Path:
    """The certified run with every weight moved a little."""
    out, rng = Path(shutil.copytree(certified_run, tmp_path / "shaken")), np.random.default_rng(0)
    net, config = load(out / "model.safetensors")
    moved = {name: (value + 0.2 * rng.normal(size=value.shape)).astype(np.float32) for name, value in tensors(net).items()}
    (out / "model.safetensors").write_bytes(to_bytes(build(config, moved), config))
    return out


@pytest.mark.slow
def test_what_rounding_breaks_is_refuted_and_tuning_proves_it(called, shaken_run, tmp_path):
    given = ["quantise", str(shaken_run), "--to", "int3"]
    plain = called(*given, "--budget", "1", "--out", str(tmp_path / "plain"), "--quiet")
    assert plain.code == 1
    assert all(words in plain.stdout for words in ("REFUTED", "add --tune", "none: the weights were rounded, nothing else"))
    assert not (tmp_path / "plain" / "certificate.json").exists()
    tuned = called(*given, "--tune", "--out", str(tmp_path / "tuned"), "--json")
    found = json.loads(tuned.stdout)
    assert (tuned.code, found["verdict"]) == (0, "PROVED")
    assert found["updates"] == 10 * tuned.stderr.count("\n") > 0
    config = json.loads((tmp_path / "tuned" / "config.json").read_bytes())
    assert config["recipe"] == "quantise"
    assert config["settings"] == {"to": "int3", "scales": "row", "tune": True}
    for name, value in tensors(load(tmp_path / "tuned" / "model.safetensors")[0]).items():
        assert all(len(np.unique(row)) <= 7 for row in (value if value.ndim > 1 else [value])), name


@pytest.mark.slow
def test_tuning_what_is_proved_when_rounded_moves_nothing_more(certified_run, coarse_run, tmp_path):
    found = quantise(certified_run, tmp_path / "run", grid_named("int8"), tune=True)
    assert (found.updates, found.verdict) == (0, "PROVED")
    assert (tmp_path / "run" / "quantised.safetensors").read_bytes() == (coarse_run[0] / "quantised.safetensors").read_bytes()


@pytest.fixture
def context_run(run_folder, tmp_path) -> Path:
    """A run of a transformer that was never trained."""
    out = Path(shutil.copytree(run_folder, tmp_path / "context"))
    task, kind = task_named("count"), architecture_named("transformer-none")
    assert kind.initial is not None
    net = kind.build(kind.initial(np.random.default_rng(0), task, 8), task)
    config = json.loads((out / "config.json").read_bytes())
    (out / "config.json").write_text(json.dumps(config | {"cell": "transformer-none", "hidden": 8}))
    (out / "model.safetensors").write_bytes(to_bytes(net, describe(net, task)))
    return out


def test_a_net_whose_context_grows_is_quantised_but_not_tuned(called, context_run, tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[quantise.__module__], "STRESS_DIGITS", 4)
    found = called("quantise", str(context_run), "--to", "int4", "--out", str(tmp_path / "out"), "--quiet", "--json")
    result = json.loads(found.stdout)
    assert (found.code, result["verdict"], result["state_note"]) == (3, "NOT APPLICABLE", None)
    refused = called("quantise", str(context_run), "--to", "int4", "--tune", "--out", str(tmp_path / "tuned"), "--quiet")
    assert (refused.code, refused.stdout) == (2, "")
    assert "leave --tune out" in refused.stderr
    assert not (tmp_path / "tuned").exists()


def test_weights_beyond_float16_are_refused_and_nothing_is_written(called, run_folder, tmp_path):
    huge = Path(shutil.copytree(run_folder, tmp_path / "huge"))
    net, config = load(huge / "model.safetensors")
    values = {name: np.float32(1e6 if name == "readout.weight" else 1) * value for name, value in tensors(net).items()}
    (huge / "model.safetensors").write_bytes(to_bytes(build(config, values), config))
    found = called("quantise", str(huge), "--to", "float16", "--out", str(tmp_path / "out"))
    assert (found.code, found.stderr.count("\n")) == (2, 1)
    assert "in readout.weight" in found.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["huge"]


def test_a_net_written_by_hand_is_its_own_int8():
    net, task = counting_net(), task_named("count")
    coarse = round_to_grid(net, describe(net, task), grid_named("int8"))
    assert all(np.array_equal(value, tensors(net)[name]) for name, value in tensors(coarse).items())
