"""Layers of a cell: their equations, their files and configurations, and the commands that use them."""

import dataclasses
import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from anylength.base import InputError
from anylength.cells import BETWEEN, CELLS, ONE_LAYER, LayeredCell, Layering
from anylength.cells.layers import NORM_EPSILON
from anylength.experiments.options import TrainOptions
from anylength.experiments.train import train
from anylength.nets import Net, NetConfig, answers, architecture_named, describe, from_bytes, logits_and_states, tensors, to_bytes
from anylength.ops.arrays import numpy_arrays
from anylength.programs import run as run_program
from anylength.rules import task_named
from anylength.runs import Run, train_command
from anylength.sweeps.compare import LEFT_OUT, differing_axes, value_on
from anylength.sweeps.config import plan_of
from anylength.sweeps.summary import name_of
from anylength.training import fit, recipe_named, worst_case
from anylength.training.worst_case import leakage
from anylength.verification.verdicts import verify
from tests.selection import thorough

E, H, B = 10, 5, 4
CLOSE = {"rtol": 1e-6, "atol": 1e-6}  # the weights are float32, and some are squared before they meet float64
FIXED = [name for name, cell in CELLS.items() if cell.has_fixed_size_state]


def drawn(name: str, layers: Layering) -> LayeredCell:
    """A cell with random weights."""
    kind, rng = layers.of(CELLS[name]), np.random.default_rng(0)
    cell = kind(**{field: (0.5 * rng.normal(size=shape)).astype(np.float32) for field, shape in kind.shapes(E, H).items()})
    assert isinstance(cell, LayeredCell)
    return cell


def by_hand(cell: LayeredCell, symbol: np.ndarray, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The new state and the features: layer after layer."""
    states, features, first = [], None, 0
    for k, layer in enumerate(cell.layers):
        read = symbol if features is None else features
        if k and "norm" in cell.kind.layering.between:
            read = read / np.sqrt((read**2).mean(axis=0) + NORM_EPSILON) * cell.norms[k - 1][:, None]
        states.append(layer.step(numpy_arrays, read, state[first : first + layer.state_size]))
        own = layer.features(numpy_arrays, states[-1])
        features = own + features if features is not None and "residual" in cell.kind.layering.between else own
        first += layer.state_size
    return np.concatenate(states), features


@pytest.mark.parametrize("between", BETWEEN)
@pytest.mark.parametrize("name", thorough(FIXED, quick=5))
def test_each_layer_reads_the_features_of_the_one_below_in_the_same_step(name, between):
    cell, rng = drawn(name, Layering(3, between)), np.random.default_rng(1)
    symbol, state = rng.normal(size=(E, B)), rng.uniform(-1, 1, (cell.state_size, B))
    right, features = by_hand(cell, symbol, state)
    after = cell.step(numpy_arrays, symbol, state)
    np.testing.assert_allclose(after, right, **CLOSE)
    np.testing.assert_allclose(cell.features(numpy_arrays, after), features, **CLOSE)
    np.testing.assert_allclose(cell.update(numpy_arrays, symbol, cell.recurrent_term(numpy_arrays, state)), right, **CLOSE)
    program = cell.program(3)
    values = run_program(program.step, numpy_arrays, cell.named_tensors(), {"symbol": symbol, "state": state})
    np.testing.assert_allclose(values[len(program.step) - 1], right, **CLOSE)


def test_the_cut_holds_the_recurrent_images_of_every_layer():
    program = drawn("lstm", Layering(2)).program(3)
    assert [(program.step[number].op, program.step[number].rows) for number in program.cut] == [("matmul", 4 * H), ("slice", H)] * 2


@pytest.mark.parametrize(("layers", "between"), [(2, "plain"), (4, "residual-norm")])
def test_a_file_keeps_the_layers(layers, between):
    task, layering = task_named("count", 10), Layering(layers, between)
    architecture, rng = architecture_named("gru", layering), np.random.default_rng(2)
    named = {name: rng.normal(size=shape).astype(np.float32) for name, shape in architecture.shapes(task, H).items()}
    net = architecture.build(named, task)
    config = describe(net, task)
    again, config_again = from_bytes(to_bytes(net, config), "file")
    assert config_again == config
    assert config.layering == layering
    assert {name: value.tobytes() for name, value in tensors(again).items()} == {n: v.tobytes() for n, v in named.items()}
    assert sorted(named)[0] == "cell.0.bias"
    word = rng.integers(0, 10, (6, 3)).astype(np.uint16)
    np.testing.assert_array_equal(answers(again, word), answers(net, word))


def test_a_net_of_one_layer_says_nothing_of_layers():
    config = NetConfig("count", 10, "gru", 5)
    assert config.layering == ONE_LAYER
    assert set(config.to_dict()) == {"task", "base", "cell", "hidden", "format"}
    assert TrainOptions().config().layers is None
    assert ONE_LAYER.of(CELLS["gru"]) is CELLS["gru"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"layers": 0}, "1 to 4 layers, got 0"),
        ({"layers": 5}, "1 to 4 layers, got 5"),
        ({"layers": 2, "between": "norms"}, "one of plain, residual, norm, residual-norm, got 'norms'"),
        ({"between": "norm"}, "two layers or more beside between, got one layer"),
        ({"layers": 2, "cell": "stack-rnn"}, "one layer of stack-rnn"),
        ({"layers": 2, "cell": "transformer-rotary"}, "one layer of transformer-rotary"),
    ],
)
def test_layers_that_do_not_exist_are_refused_in_one_line(options, said):
    with pytest.raises(InputError, match=said):
        TrainOptions(**({"recipe": "plain"} | options)).config()


@pytest.mark.parametrize("change", [{"layers": 9}, {"layers": "2"}, {"layers": 2, "between": 3}, {"layers": 2, "between": "x"}])
def test_a_damaged_file_is_refused(change):
    task = task_named("count", 10)
    architecture = architecture_named("rnn", Layering(2))
    net = architecture.build({n: np.zeros(s, np.float32) for n, s in architecture.shapes(task, H).items()}, task)
    config = describe(net, task)
    content = to_bytes(net, config)
    text = json.dumps(config.to_dict() | change, sort_keys=True)
    from safetensors.numpy import load, save

    with pytest.raises(InputError):
        from_bytes(save(load(content), metadata={"anylength": text}), "file")


def test_a_run_of_two_layers_is_trained_continued_and_shown(tmp_path, called):
    out = tmp_path / "run"
    options = TrainOptions(cell="gru", layers=2, between="residual-norm", hidden=4, recipe="plain", epochs=1)
    train(options, out)
    run = Run(out)
    assert (run.config.layers, run.config.between) == (2, "residual-norm")
    assert isinstance(run.net.cell, LayeredCell)
    train(options, out, resume=True)
    with pytest.raises(InputError, match="between norm"):
        train(TrainOptions(cell="gru", layers=2, between="norm", hidden=4, recipe="plain", epochs=1), out, resume=True)
    assert "--layers 2 --between residual-norm" in train_command(run.config, out)
    assert called("ask", str(out), "19").code == 0


def gated(name: str, bias: float, layers: int = 2) -> Net:
    """A net of layers whose retaining gates have this bias, with weights that hardly move them."""
    task, kind = task_named("parity", 10), CELLS[name]
    recipe = dataclasses.replace(recipe_named("unrolled"), forget_bias=bias, gain=0.01)
    return recipe.initial(np.random.default_rng(0), task, Layering(layers).of(kind), H)


@pytest.mark.parametrize(
    ("name", "bias", "expected"),
    [
        ("gru", 20.0, 0.5),
        *(pytest.param(name, bias, 0.0, marks=pytest.mark.slow) for name, bias in (("gru", -20.0), ("lstm", -20.0), ("rnn", 0.0))),
        pytest.param("slstm", -20.0, 0.0, marks=pytest.mark.slow),
    ],
)
def test_leakage_is_what_open_gates_pass_on_beyond_a_half(name, bias, expected):
    net, symbols = gated(name, bias), jnp.asarray(np.random.default_rng(1).integers(0, 10, (4, 3)))
    net = jax.tree.map(jnp.asarray, net)
    assert float(leakage(net, logits_and_states(net, symbols)[1], symbols)) == pytest.approx(expected, abs=0.01)


@pytest.mark.slow
def test_an_lstm_with_open_forget_gates_leaks():
    net, symbols = jax.tree.map(jnp.asarray, gated("lstm", 20.0)), jnp.zeros((4, 3), jnp.int32)
    assert float(leakage(net, logits_and_states(net, symbols)[1], symbols)) > 0.2


@pytest.mark.parametrize("depth", [2, *(pytest.param(depth, marks=pytest.mark.slow) for depth in (1, 5))])
def test_boxes_of_long_steps_are_scanned_to_the_same_boxes(depth, monkeypatch):
    net, task = jax.tree.map(jnp.asarray, gated("gru", -1.0)), task_named("parity", 10)
    found = []
    for longest in (0, 10**6):
        monkeypatch.setattr(worst_case, "LONG_STEP", longest)
        found.append(worst_case.machine_boxes(net, task.machine, jnp.float32(0.1), jnp.float32(0.7), depth))
    (scanned, answers, states), (unrolled, right, after) = found
    np.testing.assert_allclose(scanned.low, unrolled.low, atol=1e-5)
    np.testing.assert_allclose(scanned.high, unrolled.high, atol=1e-5)
    np.testing.assert_array_equal(answers, right)
    np.testing.assert_array_equal(states, after)


def test_only_layers_have_a_closure_in_their_configuration():
    for cell, layers, has in (("gru", 1, False), ("gru", 2, True), ("lstm", 1, False), ("slstm", 1, True)):
        assert (TrainOptions(task="parity", cell=cell, layers=layers, recipe="unrolled").config().settings["closure"] > 0) is has


@pytest.mark.slow
@pytest.mark.parametrize(("cell", "task"), [("gru", "parity"), ("lstm", "parity"), ("gru", "count"), ("lstm", "count")])
def test_two_layers_are_trained_to_a_proof(cell, task):
    layers, known = Layering(2), task_named(task, 10)
    trained = fit(known, cell=cell, layers=layers, recipe=recipe_named("unrolled", known, cell, layers), seed=0)
    assert verify(trained.net, known, budget=30.0).verdict.verdict == "PROVED"


def test_a_sweep_varies_the_number_of_layers():
    plan = plan_of({"seeds": 2, "grid": {"cell": ["rnn"], "layers": [1, 2], "recipe": "plain", "hidden": 4}})
    assert {"layers": ONE_LAYER.count, "between": ONE_LAYER.between} == LEFT_OUT
    assert [value_on(config, "layers") for config in plan.settings] == [1, 2]
    assert differing_axes(plan) == ["layers"]
    assert [name_of(plan, setting) for setting in (0, 1)] == ["layers 1", "layers 2"]


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["gru", "lstm", "mingru"])
def test_reports_and_explanations_of_layers_do_not_fail(cell, tmp_path, called):
    out = tmp_path / "run"
    train(TrainOptions(cell=cell, layers=2, hidden=6, recipe="plain", epochs=3), out)
    for command in (["stress", "--limit", "50"], ["explain"], ["report"]):
        assert called(command[0], str(out), *command[1:]).code in (0, 3, 4)
