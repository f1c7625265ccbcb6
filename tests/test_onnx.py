"""ONNX: imported nets answer as the file's own runtime does, exported nets come back bit by bit, other graphs are refused."""

import ast
import dataclasses
import sys
import warnings
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnx", reason="ONNX files need onnx: pip install .[onnx]")
pytest.importorskip("onnxruntime", reason="what is read is compared with onnxruntime: pip install .[onnx]")

from anylength.base import OUTPUT, InputError
from anylength.cells import CELLS
from anylength.experiments.imports import import_net
from anylength.experiments.proving import prove
from anylength.interchange import ImportedNet, read_net
from anylength.interchange.heads import LOGITS
from anylength.interchange.onnx.importer import read_onnx
from anylength.interchange.onnx.own_export import OWN
from anylength.interchange.onnx.write import onnx_bytes
from anylength.nets import Net, NetConfig, build, describe, encoded_alphabet, tensors
from anylength.nets.weights import shapes
from anylength.ops.arrays import numpy_arrays
from anylength.rules import Task, task_named
from anylength.runs import Run
from anylength.verification.certify.certificate import tensors_digest
from tests.onnx_graphs import (
    Graph,
    TensorProto,
    after,
    between,
    dynamo_like,
    helper,
    keras_like,
    more_input,
    numpy_helper,
    of_digits,
    onnx,
    plain,
    weights,
)
from tests.selection import thorough

FIXED_SIZE = [name for name, cell in CELLS.items() if cell.has_fixed_size_state]

COUNT, ADD, PARITY = (task_named(name, 10 if name != "parity" else 2) for name in ("count", "add", "parity"))

OPERATORS = {
    "rnn": ("RNN", {"activations": ["Tanh"]}),
    "relu": ("RNN", {"activations": ["Relu"]}),
    "gru": ("GRU", {"linear_before_reset": 1}),
    "gru-reset-before": ("GRU", {}),
    "lstm": ("LSTM", {}),
}


def hard(task: Task, limit: int, most: int = 40) -> np.ndarray:
    """Stress inputs `[T, B]` of a task: `most` of each family, side by side."""
    families = task.stress(np.random.default_rng(0), task.base, limit)
    steps = max(len(family.symbols) for family in families)
    words = [np.pad(family.symbols, ((0, steps - len(family.symbols)), (0, 0))) for family in families]
    return np.concatenate([word[:, np.linspace(0, word.shape[1] - 1, most).astype(int)] for word in words], axis=1)


def float64_answers(net: Net, symbols: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The answers `[T, B]` by the cell's equations in float64, and the lead of the best logit."""
    wide = lambda value: np.asarray(value, np.float64)
    cell = type(net.cell)(**{name: None if value is None else wide(value) for name, value in vars(net.cell).items()})
    table, state = encoded_alphabet(net), np.zeros((cell.state_size, symbols.shape[1]))
    logits = np.empty((*symbols.shape, net.classes))
    for t, row in enumerate(symbols):
        state = cell.step(numpy_arrays, table[:, row], state)
        logits[t] = (wide(net.weight) @ state[: cell.hidden] + wide(net.bias)[:, None]).T
    best = np.sort(logits, axis=-1)
    return logits.argmax(axis=-1), best[..., -1] - best[..., -2]


def agree(imported_net: ImportedNet, task: Task, limit: int = 24) -> None:
    """The reference and the net agree where the best logit leads by more than rounding, which is nearly everywhere."""
    symbols = hard(task, limit)
    wanted, lead = float64_answers(imported_net.net, symbols)
    assert imported_net.original is not None
    response = imported_net.original.respond(symbols)
    got = response.classes if response.scores is None else LOGITS.classes(response.scores)
    clear = lead > 1e-4
    assert clear.mean() > 0.97
    assert got.dtype == OUTPUT and (got == wanted)[clear].all()
    assert len(np.unique(wanted)) > 1


_SCALES = {"cell.weight_ih": 1.5, "cell.weight_hh": 0.4, "readout.bias": 0.2}


def random_net(cell: str, task: Task = COUNT, hidden: int = 6) -> tuple[Net, NetConfig]:
    """A net of random weights, with a second bias where the cell may have one."""
    rng = np.random.default_rng(len(cell) + task.classes)
    config = NetConfig(task.name, task.base, cell, hidden)
    wanted = shapes(config) | {
        f"cell.{name}": shape for name, shape in CELLS[cell].optional_shapes(task.encoding_size, hidden).items()
    }
    named = {name: (rng.normal(size=shape) * _SCALES.get(name, 1.0)).astype(np.float32) for name, shape in wanted.items()}
    if cell == "gru":
        named["cell.bias_hh"][2 * hidden :] = 0
    net = build(config, named)
    assert isinstance(net, Net)
    return net, config


# In


@pytest.mark.parametrize("biases", [True, False], ids=["biases", "no-biases"])
@pytest.mark.parametrize("layout", [0, 1])
@pytest.mark.parametrize("cell", thorough(OPERATORS, quick=3))
def test_every_operator_answers_as_its_runtime_does(cell: str, layout: int, biases: bool, tmp_path: Path) -> None:
    kind, attributes = OPERATORS[cell]
    more = {"layout": 1} if layout else {}
    imported_net = read_onnx(plain(kind, held=weights(kind, biases=biases), **attributes, **more).at(tmp_path / "net.onnx"), COUNT)
    assert imported_net.cell == cell and type(imported_net.net.cell) is CELLS[cell] and imported_net.folding_error == 0
    if layout and cell == "relu":  # onnxruntime has no layout 1, onnx's own evaluator no rectifiers
        assert imported_net.original is None and imported_net.runtime is None
        before = read_onnx(plain(kind, held=weights(kind, biases=biases), **attributes).at(tmp_path / "other.onnx"), COUNT)
        assert tensors_digest(imported_net.net) == tensors_digest(before.net)
        return
    assert imported_net.runtime is not None and imported_net.runtime.startswith("onnx " if layout else "onnxruntime ")
    agree(imported_net, COUNT)


@pytest.mark.parametrize("opset", [7, 9, 12, 13, 14, 22])
def test_old_and_new_versions_of_the_operators(opset: int, tmp_path: Path) -> None:
    graph = plain("LSTM")
    graph.opset = opset
    if opset < 13:  # axes were an attribute
        del graph.tensors["one"]
        graph.nodes[1] = helper.make_node("Squeeze", ["s"], ["h"], axes=[1])
    agree(read_onnx(graph.at(tmp_path / "net.onnx"), COUNT), COUNT, limit=8)


@pytest.mark.parametrize(
    "make", [lambda: keras_like(weights("GRU")), lambda: dynamo_like(weights("LSTM"))], ids=["keras", "dynamo"]
)
def test_graphs_as_exporters_make_them(make: Callable[[], Graph], tmp_path: Path) -> None:
    agree(read_onnx(make().at(tmp_path / "net.onnx"), COUNT), COUNT)


@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
def test_what_torch_exports(kind: str, batch_first: bool, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="what PyTorch exports needs torch: pip install .[oracle]")

    class Module(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.cell, self.read = getattr(torch.nn, kind)(10, 6, batch_first=batch_first), torch.nn.Linear(6, 10)

        def forward(self, digits: Any) -> Any:
            return self.read(self.cell(digits)[0])

    torch.manual_seed(1)
    module, path = Module().eval(), tmp_path / "net.onnx"
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.mul_(3)
    axes = {"x": {0: "B", 1: "T"} if batch_first else {0: "T", 1: "B"}}
    options = {"input_names": ["x"], "dynamic_axes": axes, "dynamo": False}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own, of which it has many
        torch.onnx.export(module, (torch.zeros(3, 5, 10),), str(path), **options)
    imported_net = read_onnx(path, COUNT)
    agree(imported_net, COUNT)
    own, held = tensors(imported_net.net), {name: value.numpy() for name, value in module.state_dict().items()}
    assert np.array_equal(own["cell.weight_ih"], held["cell.weight_ih_l0"])
    assert np.array_equal(own["cell.weight_hh"], held["cell.weight_hh_l0"])
    assert np.array_equal(own["cell.bias"], held["cell.bias_ih_l0"])
    assert "pytorch" in imported_net.origin and kind in imported_net.origin


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["GRU", "LSTM"])
def test_what_torchs_present_exporter_writes_in_two_files(kind: str, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="what PyTorch exports needs torch: pip install .[oracle]")
    pytest.importorskip("onnxscript", reason="PyTorch's present exporter needs onnxscript: pip install .[oracle]")

    class Module(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            torch.manual_seed(1)
            self.embedding, self.read = torch.nn.Embedding(10, 8), torch.nn.Linear(16, 10)
            self.cell = getattr(torch.nn, kind)(8, 16, batch_first=True)

        def forward(self, tokens: Any) -> Any:
            return self.read(self.cell(self.embedding(tokens))[0])

    free = ({0: torch.export.Dim("B"), 1: torch.export.Dim("T")},)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        words = torch.zeros(3, 5, dtype=torch.long)
        torch.onnx.export(Module().eval(), (words,), tmp_path / "net.onnx", dynamic_shapes=free, dynamo=True, verbose=False)
    assert (tmp_path / "net.onnx.data").exists()
    agree(read_onnx(tmp_path / "net.onnx", COUNT), COUNT)


def beside(path: Path, **options: Any) -> Any:
    """Writes a GRU with its weights in a second file. The net that the same model is in one file."""
    model = plain().model()
    path.write_bytes(model.SerializeToString())
    whole = read_onnx(path, COUNT).net
    onnx.save(model, path, save_as_external_data=True, location="net.onnx.data", size_threshold=0, **options)
    return whole


def test_weights_beside_the_file_are_read(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    whole = tensors(beside(path))
    found = read_onnx(path, COUNT)
    assert all(np.array_equal(value, whole[name]) for name, value in tensors(found.net).items())
    agree(found, COUNT)
    assert import_net(path, COUNT, tmp_path / "run").inputs_differing == 0


def _entry(key: str, value: str) -> Callable[[Any, Path], None]:
    def change(model: Any, folder: Path) -> None:
        entries = model.graph.initializer[0].external_data
        for entry in [entry for entry in entries if entry.key == key]:
            entries.remove(entry)
        entries.add(key=key, value=value)

    return change


def _link(model: Any, folder: Path) -> None:
    (folder / "net.onnx.data").rename(folder / "elsewhere")
    (folder / "net.onnx.data").symlink_to(folder / "elsewhere")


def _large(model: Any, folder: Path) -> None:
    with open(folder / "net.onnx.data", "ab") as file:
        file.truncate(10 << 30)


def _aliased(model: Any, folder: Path) -> None:
    """Small files whose tensors together need gigabytes."""
    (folder / "net.onnx.data").write_bytes(bytes(1 << 25))
    for number in range(99):
        tensor = model.graph.initializer.add(name=f"w{number}", data_type=TensorProto.FLOAT, dims=[1 << 23])
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="net.onnx.data")


BESIDE: dict[str, tuple[Callable[[Any, Path], None], str]] = {
    "absolute": (_entry("location", "/etc/hostname"), "in a file beside the model, got the location '/etc/hostname'"),
    "above": (_entry("location", "../net.onnx.data"), "got the location '../net.onnx.data'"),
    "in a folder": (_entry("location", "in/net.onnx.data"), "got the location 'in/net.onnx.data'"),
    "nowhere": (_entry("location", ""), "got the location ''"),
    "missing": (_entry("location", "other.data"), "got no file 'other.data' there"),
    "far": (_entry("offset", "99999999"), "got offset '99999999' and length"),
    "negative": (_entry("offset", "-1"), "got offset '-1' and length"),
    "long": (_entry("length", "99999999"), "and length '99999999' of"),
    "no number": (_entry("length", "1e3"), "and length '1e3' of"),
    "a link": (_link, "a symbolic link"),
    "large": (_large, "at most 64.* MiB, got 10,240"),
    "aliased": (_aliased, "weights of at most 64 MiB, got more"),
    "short": (_entry("length", "8"), "'W'|well-formed"),
}


@pytest.mark.parametrize("name", BESIDE)
def test_weights_that_are_not_beside_the_file_are_refused(name: str, tmp_path: Path) -> None:
    change, words = BESIDE[name]
    path = tmp_path / "net.onnx"
    beside(path)
    model = onnx.load(path, load_external_data=False)
    change(model, tmp_path)
    path.write_bytes(model.SerializeToString())
    with pytest.raises(InputError, match=words) as refused:
        read_onnx(path, COUNT)
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 400


@pytest.mark.parametrize("task", [COUNT, ADD, PARITY], ids=lambda task: task.name)
@pytest.mark.parametrize("embedded", [False, True], ids=["one-hot", "embedding"])
def test_digits_may_come_as_integers(task: Task, embedded: bool, tmp_path: Path) -> None:
    parts = 4 if embedded else task.letters
    held = weights("GRU", inputs=parts * task.tapes, classes=task.classes, seed=5)
    table = np.random.default_rng(3).normal(size=(task.letters, parts)).astype(np.float32) if embedded else None
    graph = of_digits("GRU", held, table=table, tapes=task.tapes, base=task.letters)
    imported_net = read_onnx(graph.at(tmp_path / "net.onnx"), task)
    agree(imported_net, task)
    if table is None:
        assert imported_net.folding_error == 0
        return
    blocks = held["W"][0].astype(np.float64).reshape(3 * 6, task.tapes, parts)
    exact = np.concatenate([blocks[:, tape] @ table.astype(np.float64).T for tape in range(task.tapes)], axis=1)
    exact = np.concatenate([exact[6:12], exact[:6], exact[12:]])  # r, z, n
    off = np.abs(tensors(imported_net.net)["cell.weight_ih"] - exact) @ encoded_alphabet(imported_net.net)
    terms, largest = parts * task.tapes, np.abs(blocks).max() * np.abs(table).max()
    assert 0 < off.max() <= imported_net.folding_error * (1 + 1e-12)
    assert imported_net.folding_error < 2 * 2.0**-24 * terms**2 * task.tapes * largest, "twice the error of float32 sums"


def _gemm(graph: Graph, **attributes: Any) -> Graph:
    """The read-out as Gemm over merged time and batch."""
    del graph.nodes[1:]
    graph.hold(rows=[-1, 6])
    graph.output_axes = 2
    return graph.add("Reshape", ["s", "rows"], ["h"]).add("Gemm", ["h", "V", "c"], ["y"], **attributes)


def _turned(graph: Graph) -> Graph:
    graph = _gemm(graph, transB=1)
    return graph.hold(V=graph.tensors["V"].T)


def _on_the_left(graph: Graph) -> Graph:
    """Weights times states, which lie along the last axis but one."""
    del graph.nodes[2:]
    graph.hold(V=graph.tensors["V"].T, c=graph.tensors["c"][:, None])
    graph.add("Transpose", ["h"], ["q"], perm=[0, 2, 1]).add("MatMul", ["V", "q"], ["l"]).add("Add", ["c", "l"], ["z"])
    return graph.add("LogSoftmax", ["z"], ["y"], axis=1)


def _classes(graph: Graph) -> Graph:
    graph.nodes[-1] = helper.make_node("Add", ["l", "c"], ["z"])
    graph.output_type, graph.output_axes = TensorProto.INT64, 2
    return graph.add("ArgMax", ["z"], ["y"], axis=2, keepdims=0)


def _without_bias(graph: Graph) -> Graph:
    graph.nodes[-1] = helper.make_node("Identity", ["l"], ["y"])
    return graph


def _unbatched(graph: Graph) -> Graph:
    graph.input = ("x", TensorProto.FLOAT, ["T", 1, 10])
    graph.nodes.insert(2, helper.make_node("Squeeze", ["h", "one"], ["h1"]))
    graph.nodes[3] = helper.make_node("MatMul", ["h1", "V"], ["l"])
    graph.output_axes = 2
    return graph


def _batch_of_three(graph: Graph) -> Graph:
    graph.input = ("x", TensorProto.FLOAT, ["T", 3, 10])
    graph.hold(h0=np.zeros((1, 3, 6), np.float32))
    graph.nodes[0].input.extend(["", "h0"])
    return graph


def _states_too(graph: Graph) -> Graph:
    graph.nodes[0].output.append("last")
    graph.outputs = ("last", "y")
    return graph


@pytest.mark.parametrize(
    "change", [_gemm, _turned, _on_the_left, _classes, _without_bias, _unbatched, _batch_of_three, _states_too]
)
def test_all_forms_of_the_read_out_and_the_batch(change: Callable[[Graph], Graph], tmp_path: Path) -> None:
    agree(read_onnx(change(plain("GRU")).at(tmp_path / "net.onnx"), COUNT), COUNT, limit=9)


def test_two_biases_are_kept_apart_only_where_adding_them_rounds(tmp_path: Path) -> None:
    held = weights("RNN")
    apart = read_onnx(plain("RNN", held=held).at(tmp_path / "a.onnx"), COUNT)
    assert np.array_equal(tensors(apart.net)["cell.bias"], held["B"][0, :6])
    assert np.array_equal(tensors(apart.net)["cell.bias_hh"], held["B"][0, 6:])
    held["B"] = np.round(held["B"] * 8) / 8
    added = read_onnx(plain("RNN", held=held).at(tmp_path / "b.onnx"), COUNT)
    assert "cell.bias_hh" not in tensors(added.net)
    assert np.array_equal(tensors(added.net)["cell.bias"], held["B"][0, :6] + held["B"][0, 6:])


def test_without_onnxruntime_the_reference_evaluator_of_onnx_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    imported_net = read_onnx(plain("GRU").at(tmp_path / "net.onnx"), COUNT)
    assert imported_net.runtime == f"onnx {onnx.__version__} (its own evaluator)"
    agree(imported_net, COUNT, limit=8)


def test_an_evaluator_that_fails_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import onnx.reference

    def broken(*_: Any) -> None:
        raise ValueError("operands could not be broadcast together")

    monkeypatch.setattr(onnx.reference.ReferenceEvaluator, "run", broken)
    imported_net = read_onnx(plain("GRU", layout=1).at(tmp_path / "net.onnx"), COUNT)
    assert imported_net.original is None and imported_net.runtime is None


def test_without_onnx_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = plain().at(tmp_path / "net.onnx")
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(InputError, match=r"pip install '\.\[onnx\]'"):
        read_onnx(path, COUNT)
    with pytest.raises(InputError, match=r"pip install '\.\[onnx\]'"):
        onnx_bytes(*random_net("rnn"))


# Out


@pytest.mark.parametrize("second", [True, False], ids=["two-biases", "one-bias"])
@pytest.mark.parametrize("cell", OPERATORS)
def test_out_and_in_again_is_bit_identical(cell: str, second: bool, tmp_path: Path) -> None:
    net, config = random_net(cell)
    if not second:
        named = tensors(net)
        del named["cell.bias_hh"]
        named["cell.bias"][:2] = -0.0, 0.0
        net = build(config, named)
        assert isinstance(net, Net)
    path = tmp_path / "net.onnx"
    path.write_bytes(onnx_bytes(net, config))
    imported_net = read_onnx(path, COUNT)
    assert imported_net.cell == cell and tensors_digest(imported_net.net) == tensors_digest(net)
    agree(imported_net, COUNT)
    assert path.read_bytes() == onnx_bytes(imported_net.net, config)
    model = onnx.load(path)
    held = {entry.key: entry.value for entry in model.metadata_props}
    assert held["tensors_sha256"] == tensors_digest(net) and held["task"] == "count" and held["tapes"] == "1"
    assert len(model.graph.node) == 4 and "[T, B, 10]" in model.doc_string


@pytest.mark.parametrize("task", [ADD, PARITY], ids=lambda task: task.name)
def test_tapes_and_labels_go_out_too(task: Task, tmp_path: Path) -> None:
    net, config = random_net("lstm", task)
    path = tmp_path / "net.onnx"
    path.write_bytes(onnx_bytes(net, config))
    agree(read_onnx(path, task), task)


def test_a_proved_net_comes_back_with_its_answers_and_its_verdict(certified_run: Path, tmp_path: Path) -> None:
    net, task = Run(certified_run).net, Run(certified_run).task
    assert isinstance(net, Net)
    path, out = tmp_path / "net.onnx", tmp_path / "run"
    path.write_bytes(onnx_bytes(net, describe(net, task)))
    imported_net = read_net(path, task)
    agreement = imported_net.compared(task, hard(task, 60, 1250)).agreement
    assert agreement.compared >= 10_000 and agreement.different == 0
    imported = import_net(path, task, out)
    assert imported.runtime is not None and imported.runtime.startswith("onnxruntime ") and imported.inputs_differing == 0
    again = Run(out).net
    assert isinstance(again, Net) and tensors_digest(again) == tensors_digest(net)
    assert prove(out).verdict == "PROVED"
    assert (out / "certificate.json").read_bytes() == (certified_run / "certificate.json").read_bytes()
    with pytest.raises(InputError, match="an ONNX file with a relu, got a rnn"):
        read_net(path, task, "relu")


@pytest.mark.parametrize(("cell", "layers"), thorough([("deltanet", 2), *product(FIXED_SIZE, (1, 2))], unpack=True))
def test_every_cell_comes_back_as_the_cell_that_it_is(cell: str, layers: int, tmp_path: Path) -> None:
    rng, plain_config = np.random.default_rng(layers), NetConfig("count", 10, cell, 6)
    config = plain_config if layers == 1 else dataclasses.replace(plain_config, layers=layers)
    net = build(config, {name: (rng.normal(size=shape) / 2).astype(np.float32) for name, shape in shapes(config).items()})
    assert isinstance(net, Net)
    path = tmp_path / "net.onnx"
    path.write_bytes(onnx_bytes(net, config))
    again = read_net(path, COUNT)
    assert again.cell == cell and again.origin.startswith(OWN)
    assert tensors_digest(again.net) == tensors_digest(net) and again.net.program == net.program
    assert again.compared(COUNT, hard(COUNT, 8, 20)).agreement.different == 0


# Refused


def _replaced(kind: str, **attributes: Any) -> Callable[[], Graph]:
    return lambda: plain(kind, **attributes)


def _held(name: str, change: Callable[[np.ndarray], Any], kind: str = "GRU") -> Callable[[], Graph]:
    """Other weights."""

    def make() -> Graph:
        graph = plain(kind)
        graph.hold(**{name: change(graph.tensors[name])})
        return graph

    return make


def _last_step() -> Graph:
    graph = plain()
    graph.nodes[0].output.append("last")
    graph.nodes[1].input[0] = "last"
    return graph


def _mixed_up() -> Graph:
    """A Reshape that mixes time and batch: right only if the two are equally long."""
    graph = plain().hold(i0=[0], i1=[1], i2=[2], units=[6])
    graph.nodes[2].input[0] = "n"
    more = [
        helper.make_node("Shape", ["x"], ["z"]), helper.make_node("Slice", ["z", "i0", "i1"], ["t"]),
        helper.make_node("Slice", ["z", "i1", "i2"], ["b"]), helper.make_node("Concat", ["b", "t", "units"], ["to"], axis=0),
        helper.make_node("Reshape", ["h", "to"], ["n"]),
    ]  # fmt: skip
    graph.nodes[2:2] = more
    return graph


def _two_answers() -> Graph:
    graph = plain().add("Softmax", ["y"], ["p"], axis=-1)
    graph.outputs = ("y", "p")
    return graph


def _ends(**changes: Any) -> Callable[[], Graph]:
    def make() -> Graph:
        graph = plain()
        for name, value in changes.items():
            setattr(graph, name, value)
        return graph

    return make


def _letters_for_time() -> Graph:
    graph = of_digits("GRU", weights("GRU"), table=None, tapes=1, base=10)
    graph.nodes[1] = helper.make_node("Transpose", ["e"], ["t"], perm=[2, 0, 1])
    return graph


def _old() -> Graph:
    graph = plain()
    graph.opset = 6
    del graph.tensors["one"], graph.nodes[3]
    graph.nodes[1:] = [
        helper.make_node("Squeeze", ["s"], ["h"], axes=[1]), helper.make_node("MatMul", ["h", "V"], ["y"]),
    ]  # fmt: skip
    return graph


def _steps_only() -> Graph:
    graph = plain()
    graph.input = ("x", TensorProto.FLOAT, [7, "B", 10])
    graph.hold(seven=[7, -1, 6])
    graph.nodes[1] = helper.make_node("Reshape", ["s", "seven"], ["h"])
    return graph


REFUSED: dict[str, tuple[Callable[[], Graph], str]] = {
    "backwards": (_replaced("GRU", direction="reverse"), "'GRU', which reads 'reverse'"),
    "clip": (_replaced("LSTM", clip=3.0), "'LSTM', with clipped or scaled functions"),
    "functions": (_replaced("RNN", activations=["Softsign"]), "with the functions 'softsign'"),
    "hard sigmoid": (_replaced("GRU", activations=["HardSigmoid", "Tanh"]), "with the functions 'hardsigmoid, tanh'"),
    "an unknown layout": (_replaced("GRU", layout=3), "with a layout or linear_before_reset other than 0 and 1"),
    "letters for time": (_letters_for_time, "'GRU', which mixes steps, words and units"),
    "coupled gates": (_replaced("LSTM", input_forget=1), "input and forget gates are coupled"),
    "lengths": (more_input(4, np.array([3], np.int32)), "sequence_lens"),
    "no recurrence": (lambda: Graph(nodes=[helper.make_node("Relu", ["x"], ["y"])]), "no recurrent operator.*dynamo=False"),
    "an unknown operator": (between("Sin", name="wave"), "the operator 'Sin' in the node 'wave'"),
    "the last step": (_last_step, "'Squeeze', of an axis that may be longer than 1"),
    "time for batch": (_mixed_up, "'Reshape', which mixes steps, words and units"),
    "fixed steps": (_steps_only, "'Reshape', which mixes steps, words and units, or needs a fixed number of steps"),
    "two answers": (_two_answers, "one output with answers, got 'y', 'p'"),
    "softmax over time": (after("Softmax", axis=0), "'Softmax', over steps, words or several axes"),
    "argmax, last on ties": (after("ArgMax", axis=2, select_last_index=1), "'ArgMax', which takes the last"),
    "double": (_held("W", lambda value: value.astype(np.float64)), "float32 weights, got float64 in 'W'"),
    "float16": (_held("R", lambda value: value.astype(np.float16)), "float32 weights, got float16 in 'R'"),
    "NaN": (_held("B", lambda value: value * np.nan), "finite numbers in 'B', got NaN"),
    "infinity": (_held("V", lambda value: value * np.inf), "finite numbers in 'V', got an infinity"),
    "another shape": (_held("B", lambda value: value[:, 1:]), r"'B' as \[1, 36\], got \[1, 35\]"),
    "classes": (_held("V", lambda value: value[:, :7]), r"arrays \[1, 1, 7\] and \[10\], which do not fit"),
    "a base": (lambda: plain("RNN", held=weights("RNN", inputs=8)), r"10 inputs for count \(.*\), got 'x' \[any, any, 8\]"),
    "tapes": (lambda: of_digits("GRU", weights("GRU"), table=None, tapes=2, base=5), r"got 'x' \[any, any, 2\]"),
    "answers": (lambda: plain("RNN", held=weights("RNN", classes=3)), r"10 output classes for count, got 'y' \[1, 1, 3\]"),
    "too old": (_old, "version 7 to .*, got version 6"),
    "too new": (_ends(opset=999), "got version 999"),
    "two inputs": (lambda: plain().hold(), r"an output for each state among the inputs, got none of \[1, 1, 6\] for 'h0'"),
    "integers": (_ends(input=("x", TensorProto.INT64, ["T", "B", 10])), r"got 'x' \[any, any, 10\]"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_other_graphs_are_refused_with_a_message(name: str, tmp_path: Path) -> None:
    make, words = REFUSED[name]
    model = make().model()
    if name == "two inputs":
        model.graph.input.append(helper.make_tensor_value_info("h0", TensorProto.FLOAT, [1, "B", 6]))
    assert_refused(model, words, tmp_path / "net.onnx")


def assert_refused(model: Any, words: str, path: Path) -> None:
    """The model is refused in one line of at most 400 characters with these words."""
    path.write_bytes(model.SerializeToString())
    with pytest.raises(InputError, match=words) as refused:
        read_onnx(path, COUNT)
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 400


def _external(model: Any) -> None:
    node = helper.make_node("Constant", [], ["c"], value=numpy_helper.from_array(np.ones(2, np.float32), "c"))
    model.graph.node.insert(0, node)
    tensor = model.graph.node[0].attribute[0].t
    tensor.data_location = TensorProto.EXTERNAL
    tensor.ClearField("raw_data")
    tensor.external_data.add(key="location", value="/etc/hostname")


def _function(model: Any) -> None:
    node = helper.make_node("Identity", ["a"], ["b"])
    model.functions.append(helper.make_function("own", "Mine", ["a"], ["b"], [node], [helper.make_opsetid("", 20)]))


def _branch(model: Any) -> None:
    inner = helper.make_graph(
        [helper.make_node("Identity", ["y"], ["z"])], "inner", [], [helper.make_tensor_value_info("z", 1, None)]
    )
    model.graph.node.append(helper.make_node("If", ["y"], ["w"], then_branch=inner, else_branch=inner))


def _sparse(model: Any) -> None:
    values, indices = numpy_helper.from_array(np.ones(1, np.float32), "w"), numpy_helper.from_array(np.zeros(1, np.int64), "i")
    model.graph.sparse_initializer.append(helper.make_sparse_tensor(values, indices, [4]))


def _unfed(model: Any) -> None:
    model.graph.node[1].input[0] = "nobody"


FOREIGN: dict[str, tuple[Callable[[Any], Any], str]] = {
    "external": (_external, "weights of nodes inside the file, got 'c' in a separate file"),
    "function": (_function, "the function 'Mine'"),
    "branch": (_branch, "the operator 'If' with a subgraph"),
    "sparse": (_sparse, "dense weights, got sparse initialisers"),
    "training": (lambda model: model.training_info.add(), "a graph for training it"),
    "domain": (lambda model: setattr(model.graph.node[1], "domain", "com.microsoft"), "got 'com.microsoft::Squeeze'"),
    "unfed": (_unfed, "a well-formed ONNX model, got .*nobody"),
    "twice": (lambda model: model.graph.initializer.append(model.graph.initializer[0]), "got .*W"),
    "shapeless": (lambda model: model.graph.input[0].type.tensor_type.ClearField("shape"), "an input 'x' with a shape|well-formed"),
    "short": (lambda model: setattr(model.graph.initializer[0], "raw_data", b"1234"), "'W'|well-formed"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_no_flat_standard_graph_holds_is_refused(name: str, tmp_path: Path) -> None:
    change, words = FOREIGN[name]
    model = plain().model()
    change(model)
    assert_refused(model, words, tmp_path / "net.onnx")


def test_files_that_are_not_onnx_are_refused(tmp_path: Path) -> None:
    whole, path = plain().at(tmp_path / "whole.onnx").read_bytes(), tmp_path / "net.onnx"
    for content in (b"", b"hello", bytes(range(256)) * 9, whole[: len(whole) // 2], b"\x08\x08", b"PK\x03\x04" + whole):
        path.write_bytes(content)
        with pytest.raises(InputError):
            read_onnx(path, COUNT)
    with pytest.raises(InputError, match="got a folder"):
        read_onnx(tmp_path, COUNT)
    with open(path, "wb") as file:
        file.truncate(10 << 30)
    with pytest.raises(InputError, match="a file of at most 64 MiB, got 10,240.0 MiB"):
        read_onnx(path, COUNT)


def test_damaged_files_are_refused_or_still_a_net(tmp_path: Path) -> None:
    rng, path = np.random.default_rng(0), tmp_path / "net.onnx"
    whole, refused = np.frombuffer(plain("RNN").at(path).read_bytes(), np.uint8), 0
    for _ in range(60):
        damaged = whole.copy()
        damaged[rng.integers(0, len(whole), 3)] = rng.integers(0, 256, 3)
        path.write_bytes(damaged.tobytes())
        try:
            assert all(np.isfinite(value).all() for value in tensors(read_onnx(path, COUNT).net).values())
        except InputError:
            refused += 1
    assert 10 < refused < 60


def _of_steps(kind: str, *more: str, axis: int | None = None, **attributes: Any) -> Callable[[Graph], Graph]:
    """Lets an operator look at all words."""
    return lambda graph: graph.add(kind, ["x", *more], ["seen"], **({} if axis is None else {"axis": axis}), **attributes)


def _of_length(*nodes: tuple[str, list[str], dict[str, Any]]) -> Callable[[Graph], Graph]:
    """Computes something from the shape of the words."""

    def change(graph: Graph) -> Graph:
        graph.add("Shape", ["x"], ["shape"]).add("Gather", ["shape", "0"], ["steps"]).add("Unsqueeze", ["steps", "[0]"], ["size"])
        for at, (kind, inputs, attributes) in enumerate(nodes):
            graph.add(kind, inputs, ["seen" if at == len(nodes) - 1 else f"n{at}"], **attributes)
        return graph

    return change


SEEING = {
    "the length as a number": _of_length(("Cast", ["steps"], {"to": TensorProto.FLOAT})),
    "a sum of the length": _of_length(("Expand", ["1.0", "size"], {}), ("ReduceSum", ["n0"], {"keepdims": 0})),
    "a sum of a filled array": _of_length(("ConstantOfShape", ["size"], {}), ("ReduceSum", ["n0"], {"keepdims": 0})),
    "copies": _of_length(("Tile", ["[0.0]", "size"], {}), ("ReduceSum", ["n0"], {"keepdims": 0})),
    "positions": _of_length(("Range", ["0", "steps", "1"], {}), ("Cast", ["n0"], {"to": TensorProto.FLOAT})),
    "a test of the length": _of_length(("Less", ["steps", "90"], {}), ("Where", ["n0", "1.0", "[0.0]"], {})),
    "the number of entries": _of_steps("Size"),
    "a sum over steps": _of_steps("ReduceSum", "[0]"),
    "a sum over words": _of_steps("ReduceSum", "[1]"),
    "sums up to each step": _of_steps("CumSum", "0"),
    "the first symbol": _of_steps("Gather", "0", axis=0),
    "the last 100 symbols": _of_steps("Slice", "[-100]", "[9999]", "[0]"),
    "shares of steps": _of_steps("Softmax", axis=0),
    "a norm over steps": _of_steps("LayerNormalization", "[1.0]", axis=0),
    "the largest of the steps": _of_steps("ReduceMax", "[0]"),
    "the place of the largest": _of_steps("ArgMax", axis=0),
    "a longer word": _of_steps("Pad", "[1, 0, 0, 0, 0, 0]"),
    "halves of the word": _of_steps("Reshape", "[2, -1, 10]"),
    "an equation over steps": _of_steps("Einsum", equation="tbe->be"),
}


@pytest.mark.parametrize("seeing", SEEING)
def test_a_graph_that_sees_the_length_or_other_steps_is_refused(seeing: str, tmp_path: Path) -> None:
    graph = plain("GRU")
    graph.nodes[-1].output[0] = "z"
    SEEING[seeing](graph).add("Add", ["z", "seen"], ["y"])
    names = {name for node in graph.nodes for name in node.input}
    graph.hold(**{name: np.array(ast.literal_eval(name)) for name in names if name[0] in "0123456789["})
    for name in ("1.0", "[0.0]", "[1.0]"):
        graph.tensors |= {name: graph.tensors[name].astype(np.float32)} if name in graph.tensors else {}
    with pytest.raises(InputError, match="operator"):
        read_onnx(graph.at(tmp_path / "net.onnx"), COUNT)
