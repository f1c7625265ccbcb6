"""The same net as a module of PyTorch, an ONNX graph and a JAX function has the same program and the same verdict."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

pytest.importorskip("torch", reason="one of the doors is PyTorch: pip install .[oracle]")
pytest.importorskip("onnx", reason="one of the doors is ONNX: pip install .[onnx]")

import torch

import anylength
from anylength.interchange.flat_values import Alphabet
from anylength.interchange.jax_step import read_jax_step
from anylength.interchange.onnx.importer import read_onnx
from anylength.interchange.onnx.loader import load_model
from anylength.interchange.onnx.program import read_onnx_steps
from anylength.interchange.pytorch.whole_module import module_program
from anylength.nets import tensors
from anylength.programs.canonical import canonical
from anylength.rules import task_named
from anylength.runs import Run
from anylength.verification.verdicts import verify
from tests.onnx_graphs import Graph

COUNT = task_named("count")


class Stack(torch.nn.Module):
    """Two recurrent layers and a linear read-out."""

    def __init__(self, kind: str, units: int) -> None:
        super().__init__()
        self.core, self.read = getattr(torch.nn, kind)(10, units, 2), torch.nn.Linear(units, 10)

    def forward(self, digits: Any) -> Any:
        return self.read(self.core(digits)[0])


def held_by(module: Any) -> dict[str, np.ndarray]:
    return {name: value.detach().numpy().copy() for name, value in module.state_dict().items()}


def gru(held: dict[str, np.ndarray], number: int, x: Any, hidden: Any) -> Any:
    """h' = (1 − z)·n + z·h."""
    weight = lambda name: jnp.asarray(held[f"core.{name}_l{number}"])
    inputs = jnp.split(weight("weight_ih") @ x + weight("bias_ih"), 3)
    own = jnp.split(weight("weight_hh") @ hidden + weight("bias_hh"), 3)
    reset, update = (jax.nn.sigmoid(inputs[at] + own[at]) for at in (0, 1))
    return (1 - update) * jnp.tanh(inputs[2] + reset * own[2]) + update * hidden


def rnn(held: dict[str, np.ndarray], number: int, x: Any, hidden: Any) -> Any:
    """h' = tanh(W x + b + U h + c)."""
    weight = lambda name: jnp.asarray(held[f"core.{name}_l{number}"])
    return jnp.tanh(weight("weight_ih") @ x + weight("bias_ih") + (weight("weight_hh") @ hidden + weight("bias_hh")))


def jax_step(layer: Callable[..., Any], held: dict[str, np.ndarray]) -> Callable[[Any, Any], Any]:
    def step(state: Any, x: Any) -> Any:
        first = layer(held, 0, x, state[0])
        second = layer(held, 1, first, state[1])
        return (first, second), held["read.weight"] @ second + held["read.bias"]

    return step


def onnx_graph(kind: str, held: dict[str, np.ndarray], units: int, **attributes: Any) -> Graph:
    order = lambda rows: np.concatenate([rows[units : 2 * units], rows[:units], rows[2 * units :]])  # ONNX: z, r, h
    order = order if kind == "GRU" else lambda rows: rows
    graph = Graph().hold(one=[1], V=held["read.weight"].T.copy(), c=held["read.bias"])
    for number, source in enumerate(("x", "h0")):
        names = [f"{name}{number}" for name in ("W", "R", "B")]
        ih, hh, bih, bhh = (order(held[f"core.{name}_l{number}"]) for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
        graph.hold(**dict(zip(names, (ih[None], hh[None], np.concatenate([bih, bhh])[None]))))
        graph.add(kind, [source, *names], [f"s{number}"], hidden_size=units, **attributes)
        graph.add("Squeeze", [f"s{number}", "one"], [f"h{number}"])
    return graph.add("MatMul", ["h1", "V"], ["l"]).add("Add", ["l", "c"], ["y"])


@pytest.mark.slow
def test_a_gru_of_two_layers_has_the_same_program_through_all_three(tmp_path: Path) -> None:
    torch.manual_seed(0)
    module, units = Stack("GRU", 5).eval(), 5
    held = held_by(module)
    doors = [
        read_jax_step(jax_step(gru, held), COUNT, (jnp.zeros(units), jnp.zeros(units))),
        read_onnx_steps(load_model(onnx_graph("GRU", held, units, linear_before_reset=1).at(tmp_path / "net.onnx")), COUNT),
        module_program(module, Alphabet(10, 1), None)[0],
    ]
    forms = [canonical(door.program, door.tensors) for door in doors]
    assert forms[0][0] == forms[1][0] == forms[2][0]
    for _, named in forms:
        assert {name: value.tobytes() for name, value in named.items()} == {n: v.tobytes() for n, v in forms[0][1].items()}


@pytest.mark.slow
def test_an_rnn_of_two_layers_is_proved_through_all_three(certified_run: Path, tmp_path: Path) -> None:
    """The second layer repeats the first, a certified one, almost as it is."""
    units = 16
    own, module = tensors(Run(certified_run).net), Stack("RNN", units).eval()
    second = np.eye(units, dtype=np.float32)
    parts = {
        "core.weight_ih_l0": own["cell.weight_ih"], "core.weight_hh_l0": own["cell.weight_hh"], "core.bias_ih_l0": own["cell.bias"],
        "core.weight_ih_l1": 2 * second, "core.weight_hh_l1": second / 64, "read.weight": own["readout.weight"],
        "read.bias": own["readout.bias"],
    }  # fmt: skip
    zeros = {name: np.zeros(units, np.float32) for name in ("core.bias_hh_l0", "core.bias_ih_l1", "core.bias_hh_l1")}
    module.load_state_dict({name: torch.from_numpy(np.array(value)) for name, value in {**parts, **zeros}.items()})
    held = held_by(module)
    start = (jnp.zeros(units), jnp.zeros(units))
    results = [
        anylength.prove(jax_step(rnn, held), "count", initial_state=start),
        verify(read_onnx(onnx_graph("RNN", held, units).at(tmp_path / "net.onnx"), COUNT).net, COUNT),
        anylength.prove(module, "count"),
    ]
    assert [result.verdict.verdict for result in results] == ["PROVED"] * 3
    assert len({result.verdict.noise_budget for result in results}) == 1
    for number, result in enumerate(results):
        certificate, weights = tmp_path / f"{number}.json", tmp_path / f"{number}.safetensors"
        assert result.certificate is not None and result.weights is not None
        certificate.write_bytes(result.certificate)
        weights.write_bytes(result.weights)
        assert anylength.check(certificate, weights).valid
        assert json.loads(result.certificate)["format"] == 2
