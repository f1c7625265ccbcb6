"""`read_onnx`: reads a recurrent net from an ONNX file, and prepares the file's own runtime for a comparison.

One recurrent operator with a linear read-out becomes the cell that it is, by name. Every other graph becomes a step program.
"""

from pathlib import Path

from anylength.errors import InputError
from anylength.interchange.heads import LOGITS, Head
from anylength.interchange.imported_net import ImportedNet
from anylength.interchange.layer import Layer, net_from_layer
from anylength.interchange.onnx.abstract_interpretation import interpret_graph
from anylength.interchange.onnx.abstract_values import EMBEDDING, LETTER, input_axis
from anylength.interchange.onnx.loader import Model, load_model, opset_version
from anylength.interchange.onnx.own_export import OWN, is_own, own_net
from anylength.interchange.onnx.recurrent_graph import RecurrentGraph
from anylength.interchange.onnx.recurrent_ops import GATE_ORDERS
from anylength.interchange.onnx.runner import onnx_runner
from anylength.interchange.onnx.steps.program import read_onnx_steps
from anylength.interchange.onnx.steps.runner import steps_runner
from anylength.nets import architecture_of, program_net
from anylength.tasks import Task

SOFTMAXES = ("Softmax", "LogSoftmax")

ANOTHER_TASK = "import it for the task it was trained on, with its --base"

MAX_PRODUCER = 60
"""Characters of the producer's name that the description of the origin repeats."""


def read_onnx(path: Path, task: Task) -> ImportedNet:
    """The net of an ONNX file, with the file's own runtime as the original.

    Raises:
        InputError: The file is damaged, an operator has no counterpart, or its alphabet is not the task's.
    """
    model = load_model(path)
    try:
        return _read_cell(model, path.name, task)
    except InputError:
        return _read_steps(model, path.name, task)


def _read_cell(model: Model, name: str, task: Task) -> ImportedNet:
    """The net of a graph with one recurrent operator and one linear read-out.

    Raises:
        InputError: The graph is another one.
    """
    graph = interpret_graph(model)
    _check_encoding(graph, task)
    layer = _layer(graph)
    net, folding_error = net_from_layer(layer, task)
    own = OWN if is_own(model, net) else ""
    original = onnx_runner(model, graph, task)
    return ImportedNet(net, layer.cell, own + _origin(model, name), folding_error, original, _head(model))


def _read_steps(model: Model, name: str, task: Task) -> ImportedNet:
    """The net of any other graph, as a step program.

    Raises:
        InputError: The graph has no step program.
    """
    steps = read_onnx_steps(model, task)
    own = own_net(model, steps.program, steps.tensors)
    net = program_net(steps.program, steps.tensors, base=task.letters, tapes=task.tapes) if own is None else own
    origin = _origin(model, name) if own is None else OWN + _origin(model, name)
    return ImportedNet(net, architecture_of(net).name, origin, 0.0, steps_runner(model, steps, task), _head(model))


def _head(model: Model) -> Head | None:
    """What a graph returns for its logits: these, or classes made of them, if no softmax is in it; else it is found by trying."""
    return None if any(node.op_type in SOFTMAXES for node in model.graph.node) else LOGITS


def _layer(graph: RecurrentGraph) -> Layer:
    """The weights of the graph, in PyTorch's order."""
    assert graph.recurrent is not None and graph.weight is not None
    return Layer(
        cell=graph.recurrent.cell, weight_ih=graph.recurrent.weight_ih, weight_hh=graph.recurrent.weight_hh,
        bias_ih=graph.recurrent.biases[0], bias_hh=graph.recurrent.biases[1], readout=graph.weight, readout_bias=graph.bias,
        embedding=graph.embedding if EMBEDDING in graph.encoding else None,
    )  # fmt: skip


def _check_encoding(graph: RecurrentGraph, task: Task) -> None:
    """Checks that an encoded symbol is one vector for each tape, tape after tape.

    Raises:
        InputError: It has other axes, or axes of other sizes.
    """
    expected = _expected_encoding(graph, task)
    vectors = f"{task.tapes} one-hot of {task.letters}"
    if EMBEDDING in graph.encoding:
        vectors = f"a vector for the digit of each of {task.tapes} tapes"
    sizes = [graph.size(label) for label in graph.encoding]
    if expected is None:
        got = f"{' × '.join(map(str, sizes))} numbers a step"
        raise InputError(f"the symbols of {task.name} ({vectors})", got, "encode one vector for each digit, tape after tape")
    if any(size not in (None, right) for size, right in zip(sizes, expected, strict=True)):
        got, right = (" × ".join(map(str, numbers)) for numbers in (sizes, expected))
        raise InputError(f"{right} inputs for {task.name} ({vectors})", got, ANOTHER_TASK)


def _expected_encoding(graph: RecurrentGraph, task: Task) -> list[int | None] | None:
    """The sizes of the axes of an encoded symbol; None if a symbol of the task has other axes."""
    given = [label for label in graph.encoding if input_axis(label) is not None]
    created = graph.encoding[len(given) :]
    if not created:
        one_hot: dict[int, list[int | None]] = {1: [task.encoding_size], 2: [task.tapes, task.letters]}
        return one_hot.get(len(given))
    if created in ((LETTER,), (EMBEDDING,)) and len(given) == (task.tapes > 1):
        return [*[task.tapes] * len(given), task.letters if created == (LETTER,) else graph.size(EMBEDDING)]
    return None


def _origin(model: Model, name: str) -> str:
    """A description of the original."""
    producer = " ".join(f"{model.producer_name} {model.producer_version}".split())[:MAX_PRODUCER]
    operators = [node.op_type for node in model.graph.node if node.op_type in (*GATE_ORDERS, "Scan")]
    made_by = f", made by {producer}" if producer else ""
    if len(operators) == 1:
        return f"the ONNX operator {operators[0]} (version {opset_version(model)}) in {name}{made_by}"
    what = f"of {len(operators)} layers" if operators else "of one step"
    return f"an ONNX graph {what} (version {opset_version(model)}) in {name}{made_by}"
