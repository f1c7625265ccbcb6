"""Nets from PyTorch: the import keeps their weights, agrees with PyTorch's answers, and refuses other files with a message."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from anylength.base import InputError
from anylength.experiments.imports import import_net
from anylength.experiments.proving import prove
from anylength.interchange import from_torch, read_net
from anylength.interchange.agreement import stress_words
from anylength.interchange.imported_net import ImportedNet
from anylength.interchange.layer import Layer, add_biases, net_from_layer
from anylength.interchange.original import FunctionOriginal
from anylength.interchange.pytorch.state_dict import layer_from_state_dict
from anylength.nets import Net, answers, tensors
from anylength.records import Imported
from anylength.rules import IGNORE_INDEX, task_named
from anylength.runs import Run
from anylength.verification.verdicts import proved_steps
from tests.selection import thorough

COUNT = task_named("count")
MADE = [
    (kind, name, hidden)
    for name, sizes in (("count", (6, 16)), ("add", (8,)), ("parity", (5,)))
    for kind in ("RNN", "GRU", "LSTM")
    for hidden in sizes
]


def tensors_of(
    cell: str = "rnn", hidden: int = 4, *, prefix: str = "", suffix: str = "_l0", seed: int = 0
) -> dict[str, np.ndarray]:
    """Random tensors of a net for `count` by PyTorch's names."""
    rng, rows = np.random.default_rng(seed), {"rnn": 1, "gru": 3, "lstm": 4}[cell] * hidden
    shapes = {"weight_ih": (rows, 10), "weight_hh": (rows, hidden), "bias_ih": (rows,), "bias_hh": (rows,)}
    named = {f"{prefix}{kind}{suffix}": shape for kind, shape in shapes.items()}
    named |= {"fc.weight": (10, hidden), "fc.bias": (10,)}
    return {name: rng.normal(0, 0.5, shape).astype(np.float32) for name, shape in named.items()}


def saved(path: Path, named: dict[str, np.ndarray], **metadata: str) -> Path:
    """A safetensors file of these tensors."""
    save_file(named, path, metadata or None)
    return path


def different_words(net: Net, words: np.ndarray, theirs: np.ndarray) -> int:
    """The number of words with other answers than the original's. Their first difference is where two logits are nearly equal."""
    columns = np.flatnonzero((answers(net, words) != theirs).any(axis=0))
    if columns.size:
        found = np.asarray(net.logits(words[:, columns]))
        first = (found.argmax(axis=1) != theirs[:, columns]).argmax(axis=0)
        two = np.sort(found[first, :, np.arange(len(columns))], axis=1)[:, -2:]
        assert (two[:, 1] - two[:, 0] < 1e-4).all()
    return len(columns)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "name", "hidden"), MADE)
def test_a_net_that_pytorch_trained_is_imported_agrees_on_10000_hard_inputs_and_gets_a_verdict_that_is_true(
    kind, name, hidden, tmp_path
):
    torch_made = pytest.importorskip("torch_made")
    task = task_named(name)
    model = torch_made.trained(kind, task, hidden, seed=hidden)
    file = saved(tmp_path / "theirs.safetensors", {key: value.numpy() for key, value in model.state_dict().items()})
    result = import_net(file, task, tmp_path / "run")
    assert result.runtime is not None and result.runtime.startswith("torch")
    assert (result.cell, result.hidden) == (kind.lower(), hidden)
    assert result.inputs_differing <= 2
    assert result.separate_biases
    words = np.concatenate([stress_words(task, limit=80, seed=seed) for seed in (1, 2)], axis=1)[:, :10_000]
    assert words.shape[1] == 10_000
    net = Run(tmp_path / "run").net
    theirs = torch_made.predictions(model, words, task)
    assert different_words(net, words, theirs) <= 2  # rounding decides these answers
    verdict = prove(tmp_path / "run", budget=0.5)
    right = (theirs == task.targets(words)).all()
    assert verdict.verdict in ("PROVED", "REFUTED", "UNKNOWN", "PROVED UP TO")
    assert right or verdict.verdict != "PROVED"
    first, targets = slice(proved_steps(verdict) or 0), task.targets(words)
    assert ((answers(net, words) == targets) | (targets == IGNORE_INDEX))[first].all()
    if verdict.counterexample is not None:
        word = task.word(tuple(np.array([int(digit) for digit in number[::-1]], np.uint8) for number in verdict.counterexample))[
            :, None
        ]
        assert not np.array_equal(torch_made.predictions(model, word, task), task.targets(word))


def test_a_live_module_is_read_with_its_batch_first_its_embedding_and_its_rectifiers():
    torch = pytest.importorskip("torch")
    torch_made = pytest.importorskip("torch_made")

    class Embedded(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.letters, self.drop = torch.nn.Embedding(10, 3), torch.nn.Dropout(0.5)
            self.core, self.head = torch.nn.GRU(3, 5, batch_first=True), torch.nn.Linear(5, 10, bias=False)

        def forward(self, digits):
            return self.head(self.drop(self.core(self.letters(digits))[0])), "and more"

    class Looped(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.step, self.head = torch.nn.RNNCell(10, 5, nonlinearity="relu"), torch.nn.Linear(5, 10)

        def forward(self, digits):
            state, logits = None, []
            for digit in digits:
                state = self.step(digit, state)
                logits.append(self.head(state))
            return torch.stack(logits)

    torch.manual_seed(1)
    model = Embedded()
    net = from_torch(model, "count")
    assert model.training and model.drop.training  # as it was
    words = stress_words(COUNT, limit=20)
    with torch.no_grad():
        theirs = model.eval()(torch.from_numpy(words.T.astype(np.int64)))[0].argmax(dim=-1).numpy().T
    assert np.array_equal(answers(net, words), theirs)
    looped = Looped()
    net = from_torch(looped, COUNT)
    assert type(net.cell).__name__ == "Relu"
    assert np.array_equal(answers(net, words), torch_made.predictions(looped, words, COUNT))


@pytest.mark.slow
def test_a_module_with_other_parts_is_traced_and_an_unusual_forward_is_refused():
    torch = pytest.importorskip("torch")
    torch_made = pytest.importorskip("torch_made")

    class Twisted(torch_made.Model):
        def forward(self, digits):
            return -super().forward(digits)

    class Counts(torch_made.Model):
        def forward(self, digits, lengths):
            return super().forward(digits)

    model = lambda kind="RNN", **options: torch_made.Model(kind, COUNT, 4, **options)
    double = model().double()
    assert from_torch(double, COUNT).hidden == 4  # of numbers that float32 holds
    with torch.no_grad():
        double.head.bias += 1e-12
    twisted = Twisted("RNN", COUNT, 4)
    words = stress_words(COUNT, limit=20)
    assert np.array_equal(answers(from_torch(twisted, COUNT), words), torch_made.predictions(twisted, words, COUNT))
    bidirectional = torch.nn.ModuleList([torch.nn.GRU(10, 4, bidirectional=True), torch.nn.Linear(8, 10)])
    cases = [
        (
            Counts("RNN", COUNT, 4),
            "called with one step of one word, that takes one-hot x of .1, 10., got TypeError",
        ),
        (torch.nn.Linear(3, 3), "got a module of Linear"),
        (double, "which float32 would round"),
        (bidirectional, "bidirectional"),
        ("a string", "a torch.nn.Module, or a step with its initial_state, got str"),
        (lambda digits: digits, "got function"),
    ]
    for given, words in cases:
        with pytest.raises(InputError, match=words):
            from_torch(given, COUNT)


@pytest.mark.parametrize("prefix", ["", "rnn.", "model.encoder.core.", "weight_ih_l0."])
@pytest.mark.parametrize("suffix", ["", "_l0"])
@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_names_are_found_under_any_prefix(cell, prefix, suffix, tmp_path):
    named = tensors_of(cell, prefix=prefix, suffix=suffix)
    found = read_net(saved(tmp_path / "x.safetensors", named), COUNT)
    assert (found.cell, found.folding_error) == (cell, 0)
    own = tensors(found.net)
    assert own["cell.weight_ih"].tobytes() == named[f"{prefix}weight_ih{suffix}"].tobytes()
    assert own["readout.weight"].tobytes() == named["fc.weight"].tobytes()
    total = own["cell.bias"].astype(np.float64) + own["cell.bias_hh"]
    if cell == "gru":
        assert own["cell.bias_hn"].tobytes() == named[f"{prefix}bias_hh{suffix}"][-4:].tobytes()
        total[-4:] += own["cell.bias_hn"]
    assert np.array_equal(total, named[f"{prefix}bias_ih{suffix}"].astype(np.float64) + named[f"{prefix}bias_hh{suffix}"])


def test_biases_are_added_exactly_if_float32_does_not_round_the_sum():
    rng = np.random.default_rng(0)
    for _ in range(300):
        first, second = (rng.normal(0, 10.0 ** rng.integers(-6, 4), 3).astype(np.float32) for _ in range(2))
        if rng.random() < 0.5:
            first, second = (np.round(each * 64) / np.float32(64) for each in (first, second))
        total, apart = add_biases(first, second)
        exact = [Fraction(float(a)) + Fraction(float(b)) for a, b in zip(first, second, strict=True)]
        if apart is None:
            assert [Fraction(float(x)) for x in total] == exact
        else:
            assert [Fraction(float(np.float32(float(x)))) for x in exact] != exact
            assert (total is first) and (apart is second)
    minus = np.array([-0.0, 1.0], np.float32)
    assert add_biases(minus, np.zeros(2, np.float32))[0].tobytes() == minus.tobytes()
    huge = np.full(2, 3e38, np.float32)
    assert add_biases(huge, huge)[1] is huge


def test_missing_biases_are_zero_and_narrower_numbers_are_kept(tmp_path):
    named = {name: value for name, value in tensors_of("gru").items() if "bias" not in name}
    own = tensors(read_net(saved(tmp_path / "x.safetensors", named), COUNT).net)
    assert not any(own[name].any() for name in ("cell.bias", "cell.bias_hn", "readout.bias"))
    halves = {name: value.astype(np.float16) for name, value in tensors_of().items()}
    own = tensors(read_net(saved(tmp_path / "y.safetensors", halves), COUNT).net)
    assert np.array_equal(own["cell.weight_ih"], halves["weight_ih_l0"])
    relu = read_net(saved(tmp_path / "z.safetensors", tensors_of()), COUNT, cell="relu")
    assert relu.cell == read_net(saved(tmp_path / "a.safetensors", tensors_of(), nonlinearity="relu"), COUNT).cell == "relu"


@pytest.mark.slow
def test_a_net_with_relu_is_not_imported_as_one_with_tanh(tmp_path):
    torch_made = pytest.importorskip("torch_made")
    model = torch_made.trained("RNN", COUNT, 8, updates=250, nonlinearity="relu")
    file = saved(tmp_path / "x.safetensors", {name: value.numpy() for name, value in model.state_dict().items()})
    with pytest.raises(InputError, match="--cell rnn .tanh. or --cell relu"):
        read_net(file, COUNT)
    assert [read_net(file, COUNT, cell=cell).cell for cell in ("rnn", "relu")] == ["rnn", "relu"]


def test_an_embedding_is_folded_and_the_bound_on_its_error_holds():
    rng = np.random.default_rng(2)
    draw = lambda *shape: rng.normal(0, 1, shape).astype(np.float32)
    task = task_named("add")
    layer = Layer("rnn", draw(5, 14), draw(5, 5), draw(5), draw(5), draw(10, 5), None, embedding=draw(10, 7))
    net, folding = net_from_layer(layer, task)
    assert 0 < folding < 1e-4
    for a, b in rng.integers(0, 10, (50, 2)):
        given = np.concatenate([layer.embedding[a], layer.embedding[b]])
        own = net.cell.weight_ih[:, a].astype(np.longdouble) + net.cell.weight_ih[:, 10 + b]
        in_float32 = np.add.accumulate(layer.weight_ih * given, axis=1, dtype=np.float32)[:, -1]
        for theirs in (layer.weight_ih @ given.astype(np.longdouble), in_float32):
            assert np.abs(own - theirs).max() <= folding
    with pytest.raises(InputError, match="an embedding of 10 letters"):
        net_from_layer(layer, COUNT)


@pytest.mark.parametrize(("spoilt", "holds"), thorough([(0.0, True), (1e7, False)], unpack=True))
def test_a_proof_says_whether_it_holds_for_the_original_with_its_embedding(spoilt, holds, certified_run, tmp_path):
    """Two numbers of each letter cancel: the larger they are, the larger the rounding error of W_ih x in float32."""
    own = load_file(certified_run / "model.safetensors")
    turned = np.linalg.qr(np.random.default_rng(3).normal(size=(10, 10)))[0]
    embedding = np.concatenate([turned, spoilt * np.ones((10, 2))], axis=1).astype(np.float32)
    ends = np.ones((len(own["cell.bias"]), 1)) * [1.0, -1.0]
    theirs = {
        "embedding.weight": embedding,
        "rnn.weight_ih_l0": np.concatenate([own["cell.weight_ih"] @ turned, ends], axis=1).astype(np.float32),
        "rnn.weight_hh_l0": own["cell.weight_hh"], "rnn.bias_ih_l0": own["cell.bias"],
        "readout.weight": own["readout.weight"], "readout.bias": own["readout.bias"],
    }  # fmt: skip
    result = _import_without_pytorch(saved(tmp_path / "x.safetensors", theirs), tmp_path / "run")
    assert (result.folding_error > 0.1) == (not holds)
    verdict = prove(tmp_path / "run", budget=60.0)
    assert (verdict.verdict, verdict.holds_for_original) == ("PROVED", holds)
    assert prove(certified_run).holds_for_original is None


def _import_without_pytorch(file: Path, out: Path) -> Imported:
    """Imports as if PyTorch was not installed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("anylength.interchange.importing.torch_original", lambda *_: None)
        return import_net(file, COUNT, out)


def test_a_reference_with_other_answers_is_refused():
    net = read_net_of(tensors_of(hidden=8))
    own = lambda symbols: answers(net.net, symbols)
    assert ImportedNet(net.net, "rnn", "", 0.0, FunctionOriginal(own, "itself")).compared(COUNT).agreement.different == 0

    def other(symbols):
        found = own(symbols).copy()
        found[3] = (found[3] + 1) % 10
        return found

    with pytest.raises(InputError, match="first on"):
        ImportedNet(net.net, "rnn", "", 0.0, FunctionOriginal(other, "another")).compared(COUNT)


def read_net_of(named: dict[str, np.ndarray]) -> ImportedNet:
    """The net of tensors, without a file."""
    layer = layer_from_state_dict(named)
    return ImportedNet(net_from_layer(layer, COUNT)[0], layer.cell, "")


def without(*names: str):
    return lambda named: {name: value for name, value in named.items() if name not in names}


def beside(**more: np.ndarray):
    return lambda named: named | {name.replace("__", "."): np.asarray(value, np.float32) for name, value in more.items()}


BROKEN = {
    "no recurrent tensors": (
        without("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"),
        "got fc.bias [10], fc.weight [10, 4]",
    ),
    "no weight_hh": (without("weight_hh_l0"), "a matrix weight_hh_l0"),
    "no read-out": (without("fc.weight"), "got none that fits among fc.bias [10]"),
    "two read-outs": (beside(head__weight=np.ones((10, 4))), "got 2: fc.weight, head.weight"),
    "two layers": (beside(weight_ih_l1=np.ones((4, 4)), weight_hh_l1=np.ones((4, 4))), "got 2: …_l0, …_l1"),
    "only the second layer": (
        lambda named: {name.replace("_l0", "_l1"): value for name, value in named.items()},
        "got 1: …_l1",
    ),
    "two nets": (beside(b__weight_ih_l0=np.ones((4, 10)), b__weight_hh_l0=np.ones((4, 4))), "got 2: b.…_l0, …_l0"),
    "both directions": (beside(weight_ih_l0_reverse=np.ones((4, 10))), "reads forwards, got weight_ih_l0_reverse"),
    "a projection": (beside(weight_hr_l0=np.ones((2, 4))), "without a projection, got weight_hr_l0"),
    "another part": (beside(norm__weight=np.ones(4), norm__bias=np.ones(4)), "also norm.bias [4], norm.weight [4]"),
    "no known cell": (beside(weight_hh_l0=np.ones((8, 4)), weight_ih_l0=np.ones((8, 10))), "got [8, 4]"),
    "rows that do not fit": (beside(weight_ih_l0=np.ones((12, 10))), "weight_ih of [4, 10] for the cell rnn with 4 units"),
    "a bias that does not fit": (beside(bias_hh_l0=np.ones(5)), "bias_hh of [4]"),
    "another alphabet": (beside(weight_ih_l0=np.ones((4, 12))), "10 inputs for count (1 one-hot of 10), got 12"),
    "other classes": (beside(fc__weight=np.ones((2, 4)), fc__bias=np.ones(2)), "10 output classes for count, got 2"),
    "NaN": (beside(bias_ih_l0=[0, np.nan, 0, 0]), "finite weights, got NaN in bias_ih_l0"),
    "an infinity": (beside(fc__bias=np.full(10, np.inf)), "finite weights, got an infinity in fc.bias"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_tensors_that_make_no_net_are_refused_and_named(kind, tmp_path):
    change, words = BROKEN[kind]
    with pytest.raises(InputError) as refused:
        import_net(saved(tmp_path / "x.safetensors", change(tensors_of())), COUNT, tmp_path / "run")
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("suffix", [".pt", ".pth", ".bin", ".pkl", ".ckpt", ".PT", ".keras", ".h5"])
def test_files_that_can_run_code_are_refused_unopened_with_the_lines_that_convert_them(suffix, tmp_path):
    file = tmp_path / f"model{suffix}"
    file.write_bytes(b"\x80\x04not to be opened")
    with pytest.raises(InputError) as refused:
        read_net(file, COUNT)
    lines = refused.value.remedy.removeprefix("convert it: ").split("; ")
    assert len(lines) == 3
    for line in lines:
        compile(line, "the remedy", "exec")


def test_the_lines_that_convert_a_pickle_convert_it(tmp_path, monkeypatch):
    torch = pytest.importorskip("torch")
    torch_made = pytest.importorskip("torch_made")
    monkeypatch.chdir(tmp_path)
    model = torch_made.Model("LSTM", COUNT, 3)
    torch.save(model.state_dict(), "model.pt")
    with pytest.raises(InputError) as refused:
        read_net(Path("model.pt"), COUNT)
    exec(refused.value.remedy.removeprefix("convert it: "), {})
    found = read_net(Path("model.safetensors"), COUNT)
    assert found.net.cell.weight_hh.tobytes() == model.state_dict()["core.weight_hh_l0"].numpy().tobytes()


def test_damaged_and_unknown_files_are_refused(tmp_path):
    huge = tmp_path / "huge.safetensors"
    with open(huge, "wb") as file:
        file.truncate(10 << 30)
    good = saved(tmp_path / "good.safetensors", tensors_of()).read_bytes()
    double = saved(tmp_path / "double.safetensors", {name: value + 1e-12 for name, value in tensors_of().items() if value.dtype})
    save_file({name: value.astype(np.float64) + 1e-12 for name, value in tensors_of().items()}, double)
    whole = tmp_path / "whole.safetensors"
    save_file({name: np.ones_like(value, np.int64) for name, value in tensors_of().items()}, whole)
    broken = {
        "cut.safetensors": good[:-10], "empty.safetensors": b"", "junk.safetensors": b"\xff" * 100,
        "long.safetensors": (1 << 60).to_bytes(8, "little") + good[8:], "twice.safetensors": good + b"\0",
        "header.safetensors": (4).to_bytes(8, "little") + b"{}}}",
    }  # fmt: skip
    for name, data in broken.items():
        (tmp_path / name).write_bytes(data)
    cases = dict.fromkeys(broken, "a readable safetensors file") | {
        "huge.safetensors": "at most 64 MiB, got 10,240.0 MiB",
        "double.safetensors": "which float32 would round",
        "whole.safetensors": "tensors of float32",
        "nothing.safetensors": "got nothing at",
        "model.tflite": "a .safetensors or .onnx file",
        ".": "a .safetensors or .onnx file",
    }
    (tmp_path / "model.tflite").write_bytes(b"x")
    for name, words in cases.items():
        with pytest.raises(InputError) as refused:
            read_net(tmp_path / name, COUNT)
        assert words in str(refused.value), name
        assert "\n" not in str(refused.value)


def test_an_imported_run_is_a_run_and_says_where_it_is_from(tmp_path):
    file = saved(tmp_path / "x.safetensors", tensors_of("lstm"))
    import_net(file, COUNT, tmp_path / "run")
    config = json.loads((tmp_path / "run" / "config.json").read_bytes())
    assert (config["recipe"], config["cell"]) == ("import", "lstm")
    assert json.loads((tmp_path / "run" / "import.json").read_bytes())["source_file"] == "x.safetensors"
    with pytest.raises(InputError, match="a new run folder"):
        import_net(file, COUNT, tmp_path / "run")
