"""`read_onnx`: reads a recurrent net from an ONNX file, and prepares the file's own runtime for a comparison.

Every graph becomes a step program. One recurrent operator with a linear read-out is then known by the name of its cell.
"""

from pathlib import Path

from anylength.interchange.heads import LOGITS, Head
from anylength.interchange.imported_net import ImportedNet
from anylength.interchange.onnx.loader import Model, load_model, opset_version
from anylength.interchange.onnx.named_layer import named_layer
from anylength.interchange.onnx.own_export import OWN, is_own, own_net
from anylength.interchange.onnx.program import StepsOfOnnx, read_onnx_steps
from anylength.interchange.onnx.recurrent_ops import GATE_ORDERS
from anylength.interchange.onnx.runner import steps_runner
from anylength.nets import Net, architecture_of, program_net
from anylength.rules import Task

SOFTMAXES = ("Softmax", "LogSoftmax")

MAX_PRODUCER = 60
"""Characters of the producer's name that the description of the origin repeats."""


def read_onnx(path: Path, task: Task) -> ImportedNet:
    """The net of an ONNX file, with the file's own runtime as the original.

    Raises:
        InputError: The file is damaged, an operator has no counterpart, or its alphabet is not the task's.
    """
    model = load_model(path)
    steps = read_onnx_steps(model, task)
    net, cell, folding_error = _net(model, steps, task)
    origin = (OWN if is_own(model, net) else "") + _origin(model, path.name)
    return ImportedNet(net, cell, origin, folding_error, steps_runner(model, steps, task), _head(model))


def _net(model: Model, steps: StepsOfOnnx, task: Task) -> tuple[Net, str, float]:
    """The net, the name of its cell, and a bound on the error of its W_ih x: of a file of ours, of a layer, or of a program."""
    named = named_layer(steps, task)
    if named is not None:
        return named
    net = own_net(model, steps.program, steps.tensors)
    net = program_net(steps.program, steps.tensors, base=task.letters, tapes=task.tapes) if net is None else net
    return net, architecture_of(net).name, 0.0


def _head(model: Model) -> Head | None:
    """What a graph returns for its logits: these, or classes made of them, if no softmax is in it; else it is found by trying."""
    return None if any(node.op_type in SOFTMAXES for node in model.graph.node) else LOGITS


def _origin(model: Model, name: str) -> str:
    """A description of the original."""
    producer = " ".join(f"{model.producer_name} {model.producer_version}".split())[:MAX_PRODUCER]
    operators = [node.op_type for node in model.graph.node if node.op_type in (*GATE_ORDERS, "Scan")]
    made_by = f", made by {producer}" if producer else ""
    if len(operators) == 1:
        return f"the ONNX operator {operators[0]} (version {opset_version(model)}) in {name}{made_by}"
    what = f"of {len(operators)} layers" if operators else "of one step"
    return f"an ONNX graph {what} (version {opset_version(model)}) in {name}{made_by}"
