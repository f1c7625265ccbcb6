"""Nets of PyTorch in the benchmark: factories by name, how modules are called, training, and what a broken one is told."""

import importlib
import sys
import textwrap

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the factories make nets of PyTorch: pip install -e .[oracle]")

from anylength.base.errors import InputError  # noqa: E402
from anylength.lengths.stress import run_suite  # noqa: E402
from anylength.lengths.suite import build_suite  # noqa: E402
from anylength.nets import Net, answers  # noqa: E402
from anylength.rules import (  # noqa: E402
    IGNORE_INDEX,
    Task,
    task_named,
)
from anylength.torch.modules import Factory, ModuleNet, Schedule, load_factory, made_net, net_of_module, train_module  # noqa: E402
from anylength.torch.modules.module_form import looks_ahead  # noqa: E402
from anylength.training.examples import Examples  # noqa: E402

TASK = task_named("tomita-1")
"""Only the words of 1s alone are accepted: small nets learn it in some updates."""

HEADER = "import torch\nfrom torch import nn\n"

SOURCE = '''
class Layers(nn.Module):
    """An LSTM of two layers on an embedding."""

    def __init__(self, inputs, outputs, hidden=8, **options):
        super().__init__()
        self.embedding = nn.Embedding(inputs, hidden)
        self.lstm = nn.LSTM(hidden, hidden, num_layers=2, **options)
        self.readout = nn.Linear(hidden * (1 + self.lstm.bidirectional), outputs)

    def forward(self, tokens):
        return self.readout(self.lstm(self.embedding(tokens))[0])


def two_layers(inputs, outputs):
    return Layers(inputs, outputs, batch_first=True)


def time_first(inputs, outputs):
    return Layers(inputs, outputs)


def both_directions(inputs, outputs):
    return Layers(inputs, outputs, batch_first=True, bidirectional=True)


class OneHot(nn.Module):
    """A GRU on one-hot words that returns its state as well."""

    def __init__(self, inputs, outputs, hidden=8):
        super().__init__()
        self.gru, self.readout = nn.GRU(inputs, hidden, batch_first=True), nn.Linear(hidden, outputs)

    def forward(self, words):
        states, last = self.gru(words)
        return self.readout(states), last


class Attention(nn.Module):
    """One layer of causal attention."""

    def __init__(self, inputs, outputs, width=8):
        super().__init__()
        self.embedding, self.readout = nn.Embedding(inputs, width), nn.Linear(width, outputs)
        self.layer = nn.TransformerEncoderLayer(width, 2, 16, dropout=0.0, batch_first=True)

    def forward(self, tokens):
        mask = torch.full((tokens.shape[1], tokens.shape[1]), float("-inf")).triu(1)
        return self.readout(self.layer(self.embedding(tokens), src_mask=mask))


class Step(nn.Module):
    """A gated step of its own: state [1, 8] and one-hot x [1, inputs]."""

    def __init__(self, inputs, outputs, hidden=8):
        super().__init__()
        self.start = nn.Parameter(torch.full((1, hidden), 0.1))
        self.inlet, self.readout = nn.Linear(inputs + hidden, 2 * hidden), nn.Linear(hidden, outputs)

    def forward(self, state, x):
        gate, value = self.inlet(torch.cat([state, x], dim=-1)).chunk(2, dim=-1)
        state = torch.lerp(state, torch.tanh(value), torch.sigmoid(gate))
        return state, self.readout(state)


def step(inputs, outputs):
    made = Step(inputs, outputs)
    return made, made.start


def step_of_one_example(inputs, outputs):
    return Step(inputs, outputs), torch.zeros(8)


def function(inputs, outputs):
    made = Step(inputs, outputs)

    def advance(state, x):
        return made(state, x)

    return advance, torch.zeros(1, 8)
'''


@pytest.fixture
def load(tmp_path, monkeypatch, request):
    """Writes a module of its own for a test, and loads a factory of it."""
    name = f"nets_of_{abs(hash(request.node.nodeid))}"

    def loaded(function: str, source: str = SOURCE) -> Factory:
        (tmp_path / f"{name}.py").write_text(HEADER + textwrap.dedent(source))
        return load_factory(f"{name}:{function}", tmp_path)

    yield loaded
    sys.modules.pop(name, None)
    sys.path.remove(str(tmp_path)) if str(tmp_path) in sys.path else None
    importlib.invalidate_caches()


def examples_of(task: Task, words: int = 300, steps: int = 5, seed: int = 0, *, ends: bool = True) -> tuple[Examples, Examples]:
    """Random words of 1 to `steps` symbols, graded at their ends; or words of `steps` symbols, graded at each symbol."""
    sides = []
    for number in range(2):
        rng = np.random.default_rng([seed, number])
        symbols = np.where(rng.random((words, steps)) < 0.8, 1, 0).astype(np.uint8)
        lengths = rng.integers(1, steps + 1, words) if ends else None
        if lengths is not None:
            symbols[np.arange(steps) >= lengths[:, None]] = 0
        sides.append(Examples(symbols, task.targets(symbols.T, lengths).T))
    return sides[0], sides[1]


def weights(module) -> dict[str, bytes]:
    return {name: tensor.numpy().tobytes() for name, tensor in module.state_dict().items()}


FORMS = {
    "two_layers": ("tokens", True),
    "time_first": ("tokens", False),
    "OneHot": ("one-hot", True),
    "step": ("tokens", True),
    "step_of_one_example": ("tokens", True),
    "function": ("tokens", True),
    "Attention": ("tokens", True),
}
"""For each factory what the module takes, and whether the batch comes first."""


@pytest.mark.parametrize("name", FORMS)
def test_it_is_found_how_a_module_is_called(load, name):
    module, form = made_net(load(name), TASK, seed=0)
    assert (form.inputs, form.batch_first) == FORMS[name]
    words = torch.from_numpy(np.random.default_rng(0).integers(0, 2, (3, 9)))
    with torch.no_grad():
        together, alone = form.logits(module.eval(), words), form.logits(module, words[[1], :5])
    assert together.shape == (3, 9, 2)
    assert torch.allclose(together[[1], :5], alone, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["time_first", "OneHot", "step"])
def test_the_net_of_a_trained_module_answers_as_the_module_does(load, name):
    trained = train_module(load(name), TASK, examples_of(TASK), Schedule(epochs=2, updates=6, batch=50), seed=3)
    assert [epoch.epoch for epoch in trained.epochs] == [1, 2][: len(trained.epochs)]
    net = net_of_module(trained.module, trained.form, TASK)
    assert isinstance(net, Net)
    words = np.random.default_rng(0).integers(0, 2, (20, 40)).astype(np.uint8)
    with torch.no_grad():
        logits = trained.form.logits(trained.module.eval(), torch.from_numpy(words.T.astype(np.int64)))
    assert np.array_equal(answers(net, words), logits.argmax(dim=2).T.numpy())


def test_a_module_learns_until_all_words_of_both_sets_are_right(load):
    trained = train_module(
        load("two_layers"), TASK, examples_of(TASK), Schedule(epochs=40, updates=6, batch=50, learning_rate=0.02), seed=0
    )
    assert trained.epochs[-1].perfect
    assert not any(epoch.perfect for epoch in trained.epochs[:-1])
    assert len(trained.epochs) < 40


def test_all_outputs_of_a_word_are_learned_where_all_are_graded(load):
    examples = examples_of(TASK, ends=False)
    assert not (np.asarray(examples[0].targets) == IGNORE_INDEX).any()
    trained = train_module(load("OneHot"), TASK, examples, Schedule(epochs=60, updates=6, batch=50, learning_rate=0.03), seed=0)
    assert trained.epochs[-1].perfect


@pytest.mark.parametrize("name", ["two_layers", "step"])
def test_the_same_seed_gives_the_same_weights_whatever_was_drawn_before(load, name):
    factory, found = load(name), []
    for draws, seed in ((0, 1), (5, 1), (0, 2)):
        torch.rand(draws)
        before = torch.get_rng_state()
        trained = train_module(factory, TASK, examples_of(TASK, words=60), Schedule(epochs=1, updates=3, batch=20), seed=seed)
        assert torch.equal(torch.get_rng_state(), before)
        found.append(weights(trained.module))
    assert found[0] == found[1]
    assert found[0] != found[2]


@pytest.mark.slow
def test_a_module_never_sees_padding(load):
    source = """
    class Watching(nn.Module):
        seen = set()

        def __init__(self, inputs, outputs):
            super().__init__()
            self.embedding, self.readout = nn.Embedding(inputs, 4), nn.Linear(4, outputs)

        def forward(self, tokens):
            Watching.seen.add(tokens.shape[1])
            return self.readout(self.embedding(tokens))
    """
    factory = load("Watching", source)
    train_module(factory, TASK, examples_of(TASK, steps=6), Schedule(epochs=1, updates=6), seed=0)
    assert {1, 2, 3, 4, 5, 6} <= factory.function.seen


def test_a_training_that_diverges_ends_before_its_epoch(load):
    source = """
    class Diverging(nn.Embedding):
        updates = 0

        def forward(self, tokens):
            self.updates += self.training
            return super().forward(tokens) * (float("nan") if self.updates > 8 else 1.0)
    """
    trained = train_module(load("Diverging", source), TASK, examples_of(TASK), Schedule(epochs=5, updates=6), seed=0)
    assert trained.diverged
    assert len(trained.epochs) == 1
    assert trained.module.updates == 9


def test_a_start_state_that_is_a_parameter_is_trained(load):
    trained = train_module(load("step"), TASK, examples_of(TASK, words=60), Schedule(epochs=1, updates=3, batch=20), seed=0)
    assert not torch.equal(trained.module.initial_state, torch.full((1, 8), 0.1))


@pytest.mark.parametrize("name", ["step", "step_of_one_example", "function"])
def test_the_weights_of_a_step_have_the_names_of_its_own_module(load, name):
    module, _ = made_net(load(name), TASK, seed=0)
    own = load("Step").function(2, 2)
    own.load_state_dict(module.own_state_dict())
    assert torch.equal(own.inlet.weight, module.own_state_dict()["inlet.weight"])


def test_the_weights_of_several_modules_have_their_names_and_a_start_state_has_one_too(load):
    source = """
    def two(inputs, outputs):
        inlet, readout = nn.Linear(inputs + 3, 3), nn.Linear(3, outputs)

        def advance(state, x):
            state = torch.tanh(inlet(torch.cat([state, x], dim=-1)))
            return state, readout(state)

        return advance, nn.Parameter(torch.zeros(1, 3))
    """
    module, _ = made_net(load("two", source), TASK, seed=0)
    assert set(module.own_state_dict()) == {"inlet.weight", "inlet.bias", "readout.weight", "readout.bias", "initial_state.0"}


def test_a_module_that_looks_ahead_is_tested_and_named_no_step(load):
    trained = train_module(load("both_directions"), TASK, examples_of(TASK, words=60), Schedule(epochs=1, updates=6), seed=0)
    assert looks_ahead(trained.module, trained.form)
    net = net_of_module(trained.module, trained.form, TASK)
    assert isinstance(net, ModuleNet)
    assert not net.causal
    assert net.not_a_step == "not a recurrent step: its answers depend on symbols that come after them"
    words = np.zeros((6, 3), np.uint8)
    words[:, 1], words[:3, 2] = 1, 1
    alone = [answers(net, words[:length, [at]])[:, 0].tolist() for at, length in enumerate((6, 4, 3))]
    together = answers(net, words, np.array([6, 4, 3]))
    assert [together[: len(word), at].tolist() for at, word in enumerate(alone)] == alone


def test_a_module_without_a_step_takes_the_stress_test(load):
    trained = train_module(load("Attention"), TASK, examples_of(TASK, words=60), Schedule(epochs=1, updates=6), seed=0)
    net = net_of_module(trained.module, trained.form, TASK)
    assert isinstance(net, ModuleNet)
    assert net.not_a_step.startswith("not a recurrent step: expected a module with an nn.RNN, nn.GRU or nn.LSTM, or a step, got")
    stress = run_suite(net, build_suite(TASK, 20, 0))
    assert stress.curve[-1].length == 20
    assert stress.horizon is not None
    assert stress.shortest_mistake is not None


BROKEN_SOURCE = """
no_function = 3


def raises(inputs, outputs):
    return nn.Linear(inputs, 1 / 0)


def one_argument(inputs):
    return nn.Linear(inputs, 2)


def nothing(inputs, outputs):
    nn.Linear(inputs, outputs)


def ends(inputs, outputs):
    raise SystemExit(3)


class Dead(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()


def classes(inputs, outputs):
    return nn.Embedding(inputs, outputs + 3)


def alphabet(inputs, outputs):
    return nn.Embedding(inputs - 1, outputs)


class Last(nn.Embedding):
    def forward(self, x):
        return super().forward(x)[:, -1]


class Nan(nn.Embedding):
    def forward(self, x):
        return super().forward(x) / 0 * 0


class Noisy(nn.Embedding):
    def forward(self, x):
        return nn.functional.dropout(super().forward(x), 0.5, True)


class Mixed(nn.Embedding):
    def forward(self, x):
        return super().forward(x).cumsum(0).cumsum(1)


class NoGradient(nn.Embedding):
    def forward(self, x):
        return super().forward(x).detach()


def bad_step(inputs, outputs):
    return nn.Linear(inputs, outputs), torch.zeros(1, 3)


def growing_step(inputs, outputs):
    head = nn.Linear(inputs, outputs)
    return (lambda state, x: (torch.cat([state, x], -1), head(x))), torch.zeros(1, 3)
"""

BROKEN = {
    "no_function": "got int: name a function that makes a new net",
    "absent": "expected a known function of nets_of_",
    "raises": "ZeroDivisionError: division by zero at",
    "one_argument": "takes 1 positional argument but 2 were given",
    "nothing": "expected a torch.nn.Module, or (step, initial_state), from",
    "ends": "SystemExit: 3",
    "Dead": "with parameters to train",
    "classes": "expected logits [batch 3, time 7, 2] for tokens [batch 3, time 7] from",
    "alphabet": "IndexError: index out of range in self",
    "Last": "return logits of 2 classes (outputs) for each step of each word",
    "Nan": "expected finite logits from a new module from",
    "Noisy": "expected the same answers from call to call after model.eval()",
    "Mixed": "expected answers to a word that do not depend on the other words of a batch",
    "NoGradient": "expected a loss with a gradient, got RuntimeError",
    "bad_step": "expected a step(state, x) that takes",
    "growing_step": "expected a state that keeps its shape",
}
"""Broken factories, and a part of what is said about each."""


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_factory_is_described_in_one_line(load, name):
    with pytest.raises(InputError) as error:
        train_module(load(name, BROKEN_SOURCE), TASK, examples_of(TASK, words=20), Schedule(epochs=1, updates=6), seed=0)
    assert BROKEN[name] in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "source", "message"),
    [
        ("broken:net", "import nothing_of_this_name", "ModuleNotFoundError: No module named 'nothing_of_this_name' at broken.py:1"),
        ("broken:net", "def net(:\n", "SyntaxError: invalid syntax at broken.py:1"),
        ("broken:net", "raise ValueError('two\\nlines')", "ValueError: two at broken.py:1"),
        ("brokem:net", "", "expected a known Python module in the current folder, got 'brokem': did you mean 'broken'?"),
        ("else.where:net", "", "run the command in the folder of else.py"),
        ("broken.py:net", "", "got 'broken.py': did you mean 'broken'?"),
        ("broken:", "", "expected module:factory, got 'broken:'"),
    ],
)
def test_a_factory_that_cannot_be_loaded_is_described_in_one_line(tmp_path, monkeypatch, name, source, message):
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "broken.py").write_text(source)
    sys.modules.pop("broken", None)
    with pytest.raises(InputError) as error:
        load_factory(name, tmp_path)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_what_a_factory_prints_does_not_reach_standard_output(load, capsys):
    load("net", "print('imported')\ndef net(inputs, outputs):\n    print('made')\n    return nn.Embedding(inputs, outputs)").make(
        2, 2
    )
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "imported\nmade\n"
