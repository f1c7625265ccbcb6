"""The worst-case loss in PyTorch: the same boxes as in JAX, gradients that reach the module, refusals in one line."""

import dataclasses
import runpy
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from anylength.base import InputError
from anylength.cells import CELLS
from anylength.nets import Net
from anylength.rules import task_named
from anylength.training.worst_case import machine_boxes, worst_cross_entropy

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install '.[oracle]'")

from anylength.torch import worst_case_loss  # noqa: E402 - after the test for PyTorch
from anylength.torch.live_net import LiveNet  # noqa: E402
from anylength.torch.worst_case import derived_depth, program_loss  # noqa: E402

HIDDEN = 5


def net_named(name: str, task: Any, seed: int = 0) -> Net:
    """A random net of anylength."""
    rng = np.random.default_rng(seed)
    shapes = CELLS[name].shapes(task.encoding_size, HIDDEN)
    cell = CELLS[name](**{field: jnp.asarray(rng.normal(0, 0.5, shape), jnp.float32) for field, shape in shapes.items()})
    weight = jnp.asarray(rng.normal(size=(task.classes, HIDDEN)), jnp.float32)
    return Net(cell, weight, jnp.zeros(task.classes, jnp.float32), base=task.letters, tapes=task.tapes)


def live(net: Net) -> LiveNet:
    """Its program over torch tensors."""
    named = {**net.cell.named_tensors(), net.program.weight: net.weight, net.program.bias: net.bias}
    return LiveNet(net.program, {name: torch.tensor(np.asarray(value), requires_grad=True) for name, value in named.items()})


@pytest.mark.slow
@pytest.mark.parametrize(("name", "task", "scale"), [("rnn", "count", 0.5), ("gru", "parity", 1.0), ("lstm", "add", 0.8)])
def test_the_loss_of_a_program_is_that_of_jax(name, task, scale):
    task = task_named(task)
    net = net_named(name, task)
    boxes, answers, _ = machine_boxes(net, task.machine, jnp.float32(0.05), jnp.float32(scale), 4)
    wanted, _ = worst_cross_entropy(net, boxes, answers, 2.0)
    found = program_loss(live(net), task, noise=0.05, scale=scale, depth=4, power=2.0)
    np.testing.assert_allclose(found.item(), wanted, rtol=1e-4)


class Stack(torch.nn.Module):
    """A GRU of two layers: its step is `forward`."""

    def __init__(self, classes: int = 2, hidden: int = HIDDEN):
        super().__init__()
        self.gru, self.readout = torch.nn.GRU(10, hidden, 2), torch.nn.Linear(hidden, classes)

    def forward(self, state, x):
        out, state = self.gru(x[None], state)
        return state, self.readout(out[0])


ZEROS = torch.zeros(2, 1, HIDDEN)


@pytest.mark.slow
def test_the_loss_is_at_least_the_loss_of_every_word():
    torch.manual_seed(0)
    model, task = Stack(), task_named("parity")
    rng = np.random.default_rng(0)
    largest = 0.0
    for _ in range(50):
        word = rng.integers(0, 10, (5, 1)).astype("uint8")
        state, targets = ZEROS, task.targets(word)
        for symbol, target in zip(word[:, 0], targets[:, 0]):
            state, logits = model(state, torch.eye(10)[[int(symbol)]])
            largest = max(largest, torch.nn.functional.cross_entropy(logits, torch.tensor([int(target)])).item())
    worst = worst_case_loss(model, task, noise=0.0, initial_state=ZEROS, depth=5, power=200.0)
    assert worst.item() >= 0.97 * largest  # a power mean of 200 over 90 boxes lies at most 3 % below the largest loss


@pytest.mark.slow
def test_the_loss_rises_with_noise_scale_and_depth():
    torch.manual_seed(1)
    model = Stack()

    def loss(**options: Any) -> float:
        return worst_case_loss(model, "parity", initial_state=ZEROS, **{"noise": 0.1, "power": 50.0, **options}).item()

    assert loss() > loss(noise=0.01) > loss(noise=0.0) > loss(noise=0.0, scale=0.0)
    assert loss(depth=6) > loss(depth=2)


@pytest.mark.parametrize(("name", "depth"), [("parity", 5), ("parity-bits", 5), ("tomita-7", 14)])
def test_the_default_depth_follows_the_machine(name, depth):
    assert derived_depth(task_named(name).machine) == depth
    task = task_named(name)
    net = live(net_named("rnn", task))
    losses = [program_loss(net, task, noise=0.1, **depths).item() for depths in ({}, {"depth": depth}, {"depth": depth - 1})]
    assert losses[0] == losses[1] != losses[2]


def test_every_parameter_gets_a_gradient_also_where_all_its_numbers_are_equal():
    torch.manual_seed(2)
    model = Stack()
    for name, parameter in model.named_parameters():
        if "bias" in name:
            torch.nn.init.zeros_(parameter)
    worst_case_loss(model, "parity", noise=0.1, initial_state=ZEROS).backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None and parameter.grad.abs().sum() > 0, name


@pytest.mark.slow
def test_gradients_are_those_of_finite_differences():
    torch.manual_seed(3)
    model = Stack()
    direction = {name: torch.randn_like(parameter) for name, parameter in model.named_parameters()}

    def loss() -> Any:
        return worst_case_loss(model, "parity", noise=0.05, initial_state=ZEROS, depth=3)

    loss().backward()
    slope = sum((parameter.grad * direction[name]).sum().item() for name, parameter in model.named_parameters())
    ends = []
    for size in (-1e-3, 2e-3):
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                parameter += size * direction[name]
            ends.append(loss().item())
    assert (ends[1] - ends[0]) / 2e-3 == pytest.approx(slope, rel=0.02)


@pytest.mark.slow
def test_the_first_call_keeps_parameters_modes_and_other_gradients():
    torch.manual_seed(4)
    model = Stack().train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    _, logits = model(ZEROS, torch.eye(10)[[3]])
    worst = worst_case_loss(model, "parity", noise=0.1, initial_state=ZEROS)
    (logits.sum() + worst).backward()  # the graph that was made before the first call still works
    assert model.training
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


@pytest.mark.slow
def test_a_function_reads_the_module_as_it_is_now():
    torch.manual_seed(5)
    model = Stack()

    def step(state, x):
        return model(state, x)

    first = worst_case_loss(step, "parity", noise=0.1, initial_state=ZEROS).item()
    with torch.no_grad():
        model.readout.weight *= 3
    assert worst_case_loss(step, "parity", noise=0.1, initial_state=ZEROS).item() != first


class LearnedStart(torch.nn.Module):
    """A cell with an embedding, a norm, two biases that are added, and a start state that is learned."""

    def __init__(self):
        super().__init__()
        self.embedding, self.cell = torch.nn.Embedding(10, 4), torch.nn.RNNCell(4, HIDDEN)
        self.norm, self.readout = torch.nn.LayerNorm(HIDDEN), torch.nn.Linear(HIDDEN, 2)
        self.start = torch.nn.Parameter(torch.zeros(1, HIDDEN))

    def forward(self, state, x):
        state = self.cell(self.embedding(x), state)
        return state, self.readout(torch.nn.functional.gelu(self.norm(state)))


@pytest.mark.slow
def test_embeddings_norms_and_learned_start_states_are_followed():
    torch.manual_seed(6)
    model = LearnedStart()
    worst_case_loss(model, "parity", noise=0.1, initial_state=model.start).backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None and parameter.grad.abs().sum() > 0, name


class Decay(torch.nn.Module):
    """A state that decays by a rate computed from a parameter: no number of the program is one of the parameter."""

    def __init__(self):
        super().__init__()
        self.log_rate, self.enter = torch.nn.Parameter(torch.linspace(-1, 1, HIDDEN)), torch.nn.Linear(10, HIDDEN)
        self.readout = torch.nn.Linear(HIDDEN, 2)

    def forward(self, state, x):
        state = torch.exp(-torch.exp(self.log_rate)) * state + torch.tanh(self.enter(x))
        return state, self.readout(state)


@pytest.mark.slow
def test_numbers_that_are_computed_from_parameters_are_followed():
    torch.manual_seed(7)
    model = Decay()
    worst_case_loss(model, "parity", noise=0.1, initial_state=torch.zeros(1, HIDDEN)).backward()
    assert model.log_rate.grad is not None and model.log_rate.grad.abs().sum() > 0


class Scaled(Stack):
    """A learned factor: the program holds it as a number."""

    def __init__(self):
        super().__init__()
        self.factor = torch.nn.Parameter(torch.tensor(1.5))

    def forward(self, state, x):
        state, logits = super().forward(state, x)
        return self.factor * state, logits


@pytest.mark.slow
def test_a_parameter_that_cannot_be_followed_is_refused_by_name():
    with pytest.raises(InputError, match="factor"):
        worst_case_loss(Scaled(), "parity", noise=0.1, initial_state=ZEROS)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"noise": -1.0}, "noise"),
        ({"noise": float("nan")}, "noise"),
        ({"scale": 2.0}, "scale"),
        ({"depth": 0}, "depth"),
        ({"initial_state": None}, "initial_state"),
        ({"task": "add"}, "step|numbers"),
        pytest.param({"task": "count"}, "logits", marks=pytest.mark.slow),
        ({"step": torch.nn.Identity()}, "parameters"),
    ],
)
def test_bad_input_is_refused_in_one_line(options, message):
    given = {"step": Stack(), "task": "parity", "noise": 0.1, "initial_state": ZEROS, **options}
    with pytest.raises(InputError, match=message) as refusal:
        worst_case_loss(given.pop("step"), given.pop("task"), **given)
    assert "\n" not in str(refusal.value)


@pytest.mark.slow
def test_boxes_are_float64_where_the_module_is():
    net = net_named("gru", task_named("parity"))
    double = live(net)
    double = dataclasses.replace(double, tensors={name: value.double() for name, value in double.tensors.items()})
    assert program_loss(double, task_named("parity"), noise=0.1).dtype == torch.float64


@pytest.mark.slow
def test_the_example_proves_a_gru_of_two_layers(capsys):
    runpy.run_path(str(Path(__file__).parents[1] / "examples" / "two-layer-gru.py"), run_name="__main__")
    assert capsys.readouterr().out.split() == ["PROVED"]
