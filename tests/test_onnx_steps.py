"""ONNX: stacks of layers, one step with its state as input and output, and Scan become programs that answer as the runtime does."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnx", reason="ONNX files need onnx: pip install .[onnx]")
pytest.importorskip("onnxruntime", reason="what is read is compared with onnxruntime: pip install .[onnx]")

from anylength.base import InputError
from anylength.cells import ProgramCell
from anylength.experiments.imports import import_net
from anylength.interchange import read_net
from anylength.interchange.agreement import hard_words
from anylength.interchange.onnx.arrays import StepArray, reshaped
from anylength.interchange.onnx.importer import read_onnx
from anylength.interchange.onnx.own_export import OWN
from anylength.nets import Net, NetConfig, build
from anylength.nets.weights import shapes
from anylength.programs import Program, parse_program, program_json
from anylength.rules import Task, task_named
from anylength.runs import Run
from tests.onnx_graphs import (
    Graph,
    TensorProto,
    after,
    another_state,
    between,
    bias_on_a_dead_end,
    dynamo_like,
    helper,
    keras_like,
    more_input,
    numpy_helper,
    onnx,
    plain,
    two_layers,
    weights,
)
from tests.selection import thorough

COUNT, ADD = task_named("count"), task_named("add")
RNG = np.random.default_rng(0)
UNITS = 6


def drawn(*shape: int, scale: float = 0.5) -> np.ndarray:
    return (RNG.normal(size=shape) * scale).astype(np.float32)


def read(graph: Graph, path: Path, task: Task = COUNT, words: int = 300, steps: int = 12) -> Program:
    """The program of a graph, after a comparison with onnxruntime on hard words."""
    imported = read_onnx(graph.at(path / "net.onnx"), task)
    assert isinstance(imported.net.cell, ProgramCell) and imported.cell == "program"
    assert imported.runtime is not None and imported.runtime.startswith("onnxruntime ")
    words_of_task = hard_words(task)[:steps]
    chosen = words_of_task[:, np.linspace(0, words_of_task.shape[1] - 1, words).astype(int)]
    assert imported.compared(task, chosen).agreement.different == 0
    program = imported.net.cell.steps
    assert parse_program(program_json(program), "a test") == program
    return program


def norm_and_head() -> Graph:
    """A GRU, then x + W·gelu(V·norm(x)), then the read-out; GELU by the error function."""
    graph = plain().hold(scale=1 + drawn(UNITS), shift=drawn(UNITS), V1=drawn(UNITS, 9), V2=drawn(9, UNITS), half=np.float32(0.5))
    graph.hold(root=np.float32(np.sqrt(2)), unit=np.float32(1))
    graph.nodes[2].input[0] = "residual"
    more = [
        helper.make_node("LayerNormalization", ["h", "scale", "shift"], ["normal"], axis=-1),
        helper.make_node("Gemm", ["flat", "V1"], ["wide"]), helper.make_node("Div", ["wide", "root"], ["u"]),
        helper.make_node("Erf", ["u"], ["e"]), helper.make_node("Add", ["e", "unit"], ["e1"]),
        helper.make_node("Mul", ["wide", "e1"], ["g2"]), helper.make_node("Mul", ["g2", "half"], ["g"]),
        helper.make_node("MatMul", ["g", "V2"], ["n"]), helper.make_node("Reshape", ["n", "like"], ["back"]),
        helper.make_node("Add", ["h", "back"], ["residual"]),
    ]  # fmt: skip
    more[1:1] = [helper.make_node("Reshape", ["normal", "merge"], ["flat"]), helper.make_node("Shape", ["h"], ["like"])]
    graph.hold(merge=np.array([-1, UNITS]))
    graph.nodes[2:2] = more
    return graph


def last_step_of_layers() -> Graph:
    """An acceptor: the logits of the last step."""
    graph = two_layers().hold(last=np.array(-1))
    graph.nodes[4].input[0] = "end"
    graph.nodes.insert(4, helper.make_node("Gather", ["h2", "last"], ["end"], axis=0))
    graph.output_axes = 2
    return graph


def last_state() -> Graph:
    graph = plain().hold(zero=np.array([0]))
    graph.nodes[0].output.append("last")
    graph.nodes[1] = helper.make_node("Squeeze", ["last", "zero"], ["h"])
    graph.output_axes = 2
    return graph


def embedded_layers() -> Graph:
    graph = Graph(input=("x", TensorProto.INT64, ["T", "B"])).hold(**weights("LSTM", inputs=5), table=drawn(10, 5), one=[1])
    graph.add("Gather", ["table", "x"], ["e"]).add("LSTM", ["e", "W", "R", "B"], ["s"], hidden_size=UNITS)
    graph.add("Squeeze", ["s", "one"], ["h"]).add("Relu", ["h"], ["r"]).add("MatMul", ["r", "V"], ["l"])
    return (
        graph.add("Add", ["l", "c"], ["y"])
        .add("LogSoftmax", ["y"], ["p"], axis=-1)
        .add("ArgMax", ["p"], ["a"], axis=-1, keepdims=0)
    )


def classes_of_layers() -> Graph:
    graph = embedded_layers()
    graph.outputs, graph.output_type, graph.output_axes = ("a",), TensorProto.INT64, 2
    return graph


def scan() -> Graph:
    """A loop over the steps whose body is a residual RNN: h' = tanh(W x + U h) + h/2, logits V h'."""
    body = helper.make_graph(
        [
            helper.make_node("MatMul", ["x1", "W"], ["p"]), helper.make_node("MatMul", ["old", "U"], ["q"]),
            helper.make_node("Add", ["p", "q"], ["a"]), helper.make_node("Tanh", ["a"], ["t"]),
            helper.make_node("Mul", ["old", "half"], ["kept"]), helper.make_node("Add", ["t", "kept"], ["new"]),
            helper.make_node("MatMul", ["new", "V"], ["logits"]),
        ],
        "body",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, size]) for name, size in (("old", UNITS), ("x1", 10))],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, size]) for name, size in (("new", UNITS), ("logits", 10))],
        [numpy_helper.from_array(np.float32(0.5), "half")],
    )  # fmt: skip
    graph = Graph(opset=17).hold(W=drawn(10, UNITS), U=drawn(UNITS, UNITS), V=drawn(UNITS, 10), i1=[1], i2=[2], units=[UNITS])
    graph.add("Shape", ["x"], ["sizes"]).add("Slice", ["sizes", "i1", "i2"], ["b"]).add("Concat", ["b", "units"], ["s"], axis=0)
    graph.add("ConstantOfShape", ["s"], ["h0"])
    return graph.add("Scan", ["h0", "x"], ["last", "y"], body=body, num_scan_inputs=1)


def keras_like_layers() -> Graph:
    graph = keras_like(weights("GRU"))
    at = [node.op_type for node in graph.nodes].index("MatMul")
    graph.nodes[at].input[0] = "positive"
    graph.nodes.insert(at, helper.make_node("Relu", ["flat"], ["positive"]))
    return graph


def dynamo_like_layers() -> Graph:
    graph = dynamo_like(weights("LSTM"))
    at = [node.op_type for node in graph.nodes].index("MatMul")
    graph.nodes[at].input[0] = "positive"
    graph.nodes.insert(at, helper.make_node("Softplus", ["b"], ["positive"]))
    return graph


NETS: dict[str, Callable[[], Graph]] = {
    "two layers": two_layers, "norm and head": norm_and_head, "last step": last_step_of_layers, "last state": last_state,
    "embedding": embedded_layers, "classes": classes_of_layers, "Scan": scan, "initial state": another_state,
    "peepholes": more_input(7, drawn(1, 3 * UNITS)), "relu": between("Relu"), "dropout": between("Dropout"),
    "Keras": keras_like_layers, "dynamo": dynamo_like_layers,
    "dead bias": bias_on_a_dead_end, "sigmoid of logits": after("Sigmoid"),
}  # fmt: skip


@pytest.mark.parametrize("name", thorough(list(NETS)))
def test_a_graph_answers_as_its_runtime_does(name: str, tmp_path: Path) -> None:
    read(NETS[name](), tmp_path)


def test_a_start_state_becomes_a_tensor_and_an_operator_of_the_vocabulary_one_instruction(tmp_path: Path) -> None:
    program = read(another_state(), tmp_path, words=20, steps=4)
    assert program.start is not None
    answer = [item.op for item in read(norm_and_head(), tmp_path, words=20, steps=4).answer]
    assert [op for op in answer if op != "tensor"] == [
        "state", "center", "mean_square", "normalize", "multiply", "add", "matmul", "gelu", "matmul", "add",
    ]  # fmt: skip


def one_step(*, batch: Any = "B", swapped: bool = False) -> Any:
    """Two LSTM-like states h and c, their new values named after them; the state that comes first may be the other one."""
    size = [("h", UNITS), ("c", UNITS)]
    held = {"W": drawn(10, 2 * UNITS), "U": drawn(UNITS, 2 * UNITS), "V": drawn(UNITS, 10), "cut": np.array([UNITS, UNITS])}
    nodes = [
        helper.make_node("MatMul", ["x", "W"], ["p"]), helper.make_node("MatMul", ["h", "U"], ["q"]),
        helper.make_node("Add", ["p", "q"], ["a"]), helper.make_node("Split", ["a", "cut"], ["a1", "a2"], axis=1),
        helper.make_node("Sigmoid", ["a1"], ["z"]), helper.make_node("Tanh", ["a2"], ["n"]),
        helper.make_node("Sub", ["one", "z"], ["rest"]), helper.make_node("Mul", ["rest", "n"], ["in"]),
        helper.make_node("Mul", ["z", "c"], ["kept"]), helper.make_node("Add", ["in", "kept"], ["new_c"]),
        helper.make_node("Tanh", ["new_c"], ["new_h"]), helper.make_node("MatMul", ["new_h", "V"], ["logits"]),
    ]  # fmt: skip
    info = lambda name, n: helper.make_tensor_value_info(name, TensorProto.FLOAT, [batch, n])
    states = [info(name, n) for name, n in (size[::-1] if swapped else size)]
    graph = helper.make_graph(
        nodes, "step", [*states, info("x", 10)], [info("logits", 10), info("new_h", UNITS), info("new_c", UNITS)],
        [numpy_helper.from_array(value, name) for name, value in {**held, "one": np.float32(1)}.items()],
    )  # fmt: skip
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


@pytest.mark.parametrize(("batch", "swapped"), [("B", False), (1, True)])
def test_one_step_with_its_state_as_input_and_output(batch: Any, swapped: bool, tmp_path: Path) -> None:
    path = tmp_path / "step.onnx"
    path.write_bytes(one_step(batch=batch, swapped=swapped).SerializeToString())
    imported = read_onnx(path, COUNT)
    assert imported.compared(COUNT, hard_words(COUNT)[:8, :100]).agreement.different == 0
    assert isinstance(imported.net.cell, ProgramCell)
    assert [item.op for item in imported.net.cell.steps.step].count("lerp") == 1
    assert imported.origin.startswith("an ONNX graph of one step (version 17)")


@pytest.mark.slow
@pytest.mark.parametrize("name", NETS)
def test_a_graph_answers_as_its_runtime_does_on_10000_hard_inputs(name: str, tmp_path: Path) -> None:
    imported = read_onnx(NETS[name]().at(tmp_path / "net.onnx"), COUNT)
    agreement = imported.compared(COUNT).agreement
    assert agreement.compared >= 10_000 and agreement.different <= 5


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("last", [False, True])
def test_what_torch_exports_of_two_layers_a_norm_and_a_head(kind: str, batch_first: bool, last: bool, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="what PyTorch exports needs torch: pip install .[oracle]")

    class Module(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.core = getattr(torch.nn, kind)(20, UNITS, 2, batch_first=batch_first)
            self.norm, self.head = torch.nn.LayerNorm(UNITS), torch.nn.Sequential(torch.nn.Linear(UNITS, 8), torch.nn.GELU())
            self.read = torch.nn.Linear(8, 10)

        def forward(self, digits: Any) -> Any:
            states = self.core(digits)[0]
            states = (states[:, -1] if batch_first else states[-1]) if last else states
            return self.read(self.head(states + self.norm(states)))

    torch.manual_seed(0)
    path = tmp_path / "net.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        axes = {"x": {0: "B", 1: "T"} if batch_first else {0: "T", 1: "B"}}
        torch.onnx.export(Module().eval(), (torch.zeros(3, 2, 20),), str(path), input_names=["x"], dynamic_axes=axes, dynamo=False)
    imported = read_onnx(path, ADD)
    agreement = imported.compared(ADD).agreement
    assert agreement.compared >= 10_000 and agreement.different <= 5


def test_an_imported_stack_is_a_run_like_any_other(tmp_path: Path) -> None:
    result = import_net(two_layers().at(tmp_path / "net.onnx"), COUNT, tmp_path / "run")
    assert (result.cell, result.inputs_differing, result.separate_biases) == ("program", 0, False)
    run = Run.open(tmp_path / "run")
    assert isinstance(run.net, Net) and isinstance(run.net.cell, ProgramCell)
    assert run.net_config.program == program_json(run.net.cell.steps)


def test_a_file_of_anylength_is_recognised_until_a_weight_changes(tmp_path: Path) -> None:
    from anylength.interchange.onnx.write import onnx_bytes

    config = NetConfig("count", 10, "gru", UNITS)
    net = build(config, {name: drawn(*shape) for name, shape in shapes(config).items()})
    assert isinstance(net, Net)
    path = tmp_path / "net.onnx"
    path.write_bytes(onnx_bytes(net, config))
    own = read_net(path, COUNT)
    assert own.cell == "gru" and own.origin.startswith(OWN)
    model = onnx.load(str(path))
    changed = numpy_helper.to_array(model.graph.initializer[0]).copy()
    changed.flat[0] += 1
    model.graph.initializer[0].CopyFrom(numpy_helper.from_array(changed, model.graph.initializer[0].name))
    path.write_bytes(model.SerializeToString())
    assert not read_net(path, COUNT).origin.startswith(OWN)


# Refused


def _scan_backwards() -> Graph:
    graph = scan()
    graph.nodes[-1].attribute.append(helper.make_attribute("scan_input_directions", [1]))
    return graph


def _scan_within_scan() -> Graph:
    graph = scan()
    body = next(entry.g for entry in graph.nodes[-1].attribute if entry.name == "body")
    inner = helper.make_node("Scan", ["old", "x1"], ["l", "m"], body=scan().nodes[-1].attribute[0].g, num_scan_inputs=1)
    body.node.append(inner)
    return graph


def _last_at_every_step() -> Graph:
    graph = last_state()
    graph.nodes[0].output[0] = "all"
    graph.nodes.insert(2, helper.make_node("Add", ["all", "last"], ["sum"]))
    graph.hold(one=[1]).nodes.insert(3, helper.make_node("Squeeze", ["sum", "one"], ["both"]))
    graph.nodes[4].input[0] = "both"
    return graph


def _growing() -> Graph:
    graph = scan()
    body = next(entry.g for entry in graph.nodes[-1].attribute if entry.name == "body")
    body.node.append(helper.make_node("Concat", ["new", "old"], ["longer"], axis=1))
    body.output[0].CopyFrom(helper.make_tensor_value_info("longer", TensorProto.FLOAT, [None, 2 * UNITS]))
    return graph


def _best(axis: int | None) -> Graph:
    graph = classes_of_layers()
    graph.nodes[-1] = helper.make_node("ArgMax", ["p"], ["a"], keepdims=0, **({} if axis is None else {"axis": axis}))
    return graph


def _class_of_class() -> Graph:
    graph = classes_of_layers().add("ArgMax", ["a"], ["a2"], axis=-1, keepdims=0)
    graph.outputs, graph.output_axes = ("a2",), 1
    return graph


REFUSED: dict[str, tuple[Callable[[], Graph], str]] = {
    "an unknown operator": (between("Sin", name="wave"), "the operator 'Sin' in the node 'wave'"),
    "the last step at every step": (_last_at_every_step, "which reads the last step at every step"),
    "a sum over steps": (between("ReduceSum", keepdims=1, noop_with_empty_axes=0), "'ReduceSum', over steps or words"),
    "a mean of logarithms": (between("Log"), r"'Log', a logarithm other than log\(1 \+ eˣ\)"),
    "a lone erf": (between("Erf"), "the error function outside of"),
    "Scan backwards": (_scan_backwards, "which runs backwards"),
    "Scan within Scan": (_scan_within_scan, "one with a loop"),
    "a growing state": (_growing, r"a new state|grows from \[1, 6\] to \[1, 12\]"),
    "the class of a class": (_class_of_class, "the operator 'ArgMax', along another axis than the classes"),
    "the best step": (lambda: _best(0), "the operator 'ArgMax', along another axis than the classes"),
    "the best step by default": (lambda: _best(None), "the operator 'ArgMax', along another axis than the classes"),
    "a double": (lambda: between("Relu")().hold(V=np.ones((6, 10))), "float64 in 'V'"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_other_graphs_are_refused_with_a_message(name: str, tmp_path: Path) -> None:
    make, words = REFUSED[name]
    with pytest.raises(InputError, match=words) as refused:
        read_onnx(make().at(tmp_path / "net.onnx"), COUNT)
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 400


def test_a_reshape_that_is_accepted_keeps_steps_words_and_units_in_their_places() -> None:
    array = StepArray(np.arange(6).reshape(1, 1, 6), (("t",), ("b",), ()))
    merged = reshaped(array, [(-1, ()), (6, ())])
    assert merged.marks == (("t", "b"), ()) and merged.shape == (1, 6)
    assert reshaped(merged, [(1, ("t",)), (1, ("b",)), (2, ()), (3, ())]).marks == (("t",), ("b",), (), ())
    for wrong in ([(1, ("b",)), (1, ("t",)), (6, ())], [(2, ()), (1, ("t",)), (1, ("b",)), (3, ())], [(6, ("t", "b"))]):
        with pytest.raises(ValueError, match="which mixes steps"):
            reshaped(merged, wrong)
