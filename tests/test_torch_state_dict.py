"""Weights back into the user's own module: the same keys, and the module answers as the net."""

import dataclasses
import sys

import jax
import numpy as np
import pytest

import anylength
from anylength.interchange.onnx.write import onnx_bytes
from anylength.interchange.pytorch.write import torch_bytes
from anylength.nets import describe, tensors
from anylength.records import Unknown
from anylength.rules import task_named
from anylength.training import UNROLLED
from anylength.verification.verdicts import Verification

torch = pytest.importorskip("torch")
from anylength.torch import state_dict_of  # noqa: E402

TASK = "parity-bits"


class Tagger(torch.nn.Module):
    """A user's module: names of its own, an embedding with an extra row for padding, any number of layers."""

    def __init__(self, kind="GRU", layers=1, *, embedded=True, norm=False):
        super().__init__()
        torch.manual_seed(0)
        self.vocabulary = torch.nn.Embedding(3, 6, padding_idx=2) if embedded else torch.nn.Identity()
        self.encoder = torch.nn.ModuleDict({"core": getattr(torch.nn, kind)(6 if embedded else 2, 5, layers, batch_first=True)})
        self.norm = torch.nn.LayerNorm(5) if norm else torch.nn.Identity()
        self.head = torch.nn.Linear(5, 2)

    def forward(self, words):
        return self.head(self.norm(self.encoder["core"](self.vocabulary(words))[0]))


class Step(torch.nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.into, self.back, self.head = torch.nn.Linear(2, 4), torch.nn.Linear(4, 4, bias=False), torch.nn.Linear(4, 2)
        self.rate = torch.nn.Parameter(torch.linspace(-1, 0, 4))

    def forward(self, state, x):
        state = torch.tanh(self.into(x) + self.back(state))
        return state, self.head(state)


class Decaying(Step):
    def forward(self, state, x):
        state = torch.tanh(self.into(x) + torch.exp(self.rate) * state)
        return state, self.head(state)


def moved(net):
    """The net after a training: every number is another one."""
    rng = np.random.default_rng(0)
    return jax.tree.map(lambda leaf: np.asarray(leaf) + rng.normal(0, 0.01, np.shape(leaf)).astype(np.float32), net)


def contents(module):
    return {name: value.clone() for name, value in module.state_dict().items()}


MODULES = {
    "one layer on an embedding": Tagger,
    "two layers on an embedding": lambda: Tagger("LSTM", 2),
    "a norm with equal numbers": lambda: Tagger("GRU", 2, norm=True),
    "an RNN on one-hot words": lambda: Tagger("RNN", embedded=False),
    "an LSTM on one-hot words": lambda: Tagger("LSTM", embedded=False),
    "two layers on one-hot words": lambda: Tagger("GRU", 2, embedded=False),
}


TRACED = "two layers", "one layer", "a norm"


@pytest.mark.parametrize("kind", [pytest.param(kind, marks=[pytest.mark.slow] * kind.startswith(TRACED)) for kind in MODULES])
def test_a_trained_nets_weights_go_back_into_the_module_that_it_was_read_from(kind):
    module = MODULES[kind]()
    before, net = contents(module), moved(anylength.from_torch(module, TASK))
    found = state_dict_of(net, module, TASK)
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())  # it is not changed itself
    assert {name: (value.shape, value.dtype) for name, value in found.items()} == {
        name: (value.shape, value.dtype) for name, value in before.items()
    }
    fresh = MODULES[kind]()
    fresh.load_state_dict(found)
    read = tensors(anylength.from_torch(fresh, TASK))
    assert all(np.array_equal(read[name], value) for name, value in tensors(net).items())
    assert not any(torch.equal(found[name], before[name]) for name in found if "norm" not in name)
    if "vocabulary.weight" in found:
        assert torch.equal(found["vocabulary.weight"][2], before["vocabulary.weight"][2])  # no symbol reads this row


@pytest.mark.slow
def test_a_steps_weights_go_back_too():
    module, start = Step(), torch.zeros(1, 4)
    step = lambda before, x: module(before, x.float())
    net = moved(anylength.from_torch(step, TASK, initial_state=start))
    module.load_state_dict(state_dict_of(net, step, TASK, initial_state=start))
    read = tensors(anylength.from_torch(step, TASK, initial_state=start))
    assert all(np.array_equal(read[name], value) for name, value in tensors(net).items())


@pytest.mark.slow
def test_a_saved_run_gives_its_weights_back(tmp_path):
    module = Tagger("LSTM", 2)
    anylength.save(moved(anylength.from_torch(module, TASK)), TASK, tmp_path / "run")
    net, task = anylength.open_run(tmp_path / "run")
    Tagger("LSTM", 2).load_state_dict(state_dict_of(net, module, task))


@pytest.fixture
def three_updates(monkeypatch):
    """A hardening of three updates, whose net is kept."""
    made = sys.modules["anylength.experiments.harden"]
    monkeypatch.setattr(made, "hardening_named", lambda *_: dataclasses.replace(UNROLLED, epochs=1, updates=3))
    undecided = Verification(Unknown(reason="not tried"))
    monkeypatch.setattr(made, "_better_of", lambda given, trained, *_: (trained, undecided))


@pytest.mark.slow
@pytest.mark.parametrize("embedded", [True, False])
def test_a_hardened_module_takes_its_weights_back(three_updates, embedded):
    """A product with the embedding could not be taken apart, and the candidate of a GRU has two biases in PyTorch."""
    module = Tagger("GRU", embedded=embedded)
    if embedded:
        module.vocabulary = torch.nn.Embedding(2, 6)
    net = anylength.harden(module, TASK).net
    before = contents(module)
    module.load_state_dict(state_dict_of(net, module, TASK))
    assert not torch.equal(module.encoder["core"].bias_ih_l0, before["encoder.core.bias_ih_l0"])


@pytest.mark.parametrize("written", [torch_bytes, onnx_bytes])
def test_a_gru_with_three_biases_in_its_candidate_is_not_written_without_one(written):
    task = task_named(TASK)
    net = moved(anylength.from_torch(Tagger("GRU", embedded=False), task))
    with pytest.raises(anylength.InputError, match="a gru whose candidate has two biases, got one with three"):
        written(net, describe(net, task))


def folded():
    module = Tagger()
    module.vocabulary = torch.nn.Embedding(2, 6)
    return module


def without_bias():
    module = Tagger("LSTM", embedded=False)
    module.head = torch.nn.Linear(5, 2, bias=False)
    return module


REFUSED = {
    "a product": (folded, folded, "a net that has the embedding apart from the input weights", {}),
    "no place for a bias": (without_bias, without_bias, "weights of the net, got one whose readout.bias differs", {}),
    "another module": (lambda: Tagger("GRU", 2), lambda: Tagger("LSTM", 2), "a module with the net's step, got one with", {}),
    "another layer": (lambda: Tagger("RNN", embedded=False), lambda: Tagger("GRU", embedded=False), "the tensors of a rnn", {}),
    "a function of weights": (Decaying, Decaying, "one whose rate.exp differs", {"initial_state": torch.zeros(1, 4)}),
}


READ_TWICE = ("another module", "a function of weights")


@pytest.mark.parametrize("kind", [pytest.param(kind, marks=[pytest.mark.slow] * (kind in READ_TWICE)) for kind in REFUSED])
def test_weights_that_a_module_cannot_hold_are_refused(kind):
    source, target, words, options = REFUSED[kind]
    net = moved(anylength.from_torch(source(), TASK, **options))
    with pytest.raises(anylength.InputError, match=words):
        state_dict_of(net, target(), TASK, **options)


def test_a_step_that_uses_no_module_is_refused():
    net = anylength.from_torch(Tagger("RNN", embedded=False), TASK)
    with pytest.raises(anylength.InputError, match="a step that uses one module, got 0 modules"):
        state_dict_of(net, lambda state, x: (state, x), TASK)
