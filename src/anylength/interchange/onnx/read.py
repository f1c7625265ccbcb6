"""`read_onnx`: a recurrent net out of an ONNX file.

The graph is followed first (`graph`); only then is the file's own runtime made ready for questions.
"""

from pathlib import Path

from anylength.errors import InputError
from anylength.interchange.incoming import Incoming, Layer, net_of
from anylength.interchange.onnx.cells import ORDERS
from anylength.interchange.onnx.file import Model, model_of, opset_of
from anylength.interchange.onnx.graph import traced
from anylength.interchange.onnx.reading import Traced
from anylength.interchange.onnx.source import asked
from anylength.interchange.onnx.values import LETTER, PART, input_axis
from anylength.tasks import Task

ANOTHER = "import it for the task it was trained on, with its --base"


def read_onnx(path: Path, task: Task) -> Incoming:
    """The net of an ONNX file, and its runtime to compare with.

    Raises:
        InputError: The file is not whole, the graph is more than one recurrent operator and one linear read-out, or its alphabet is
            not the task's.
    """
    model = model_of(path)
    found = traced(model)
    _check_encoding(found, task)
    layer = _layer(found)
    net, folding = net_of(layer, task)
    source = asked(model, found, task)
    return Incoming(net, layer.cell, _origin(model, path.name), folding, source, source.runtime if source else None)


def _layer(found: Traced) -> Layer:
    """The tensors, in PyTorch's order."""
    assert found.net is not None and found.weight is not None
    return Layer(
        cell=found.net.cell, weight_ih=found.net.weight_ih, weight_hh=found.net.weight_hh,
        bias_ih=found.net.biases[0], bias_hh=found.net.biases[1], readout=found.weight, readout_bias=found.bias,
        embedding=found.embedding if PART in found.encoding else None,
    )  # fmt: skip


def _check_encoding(found: Traced, task: Task) -> None:
    """An encoded symbol is one vector for each tape, tape after tape.

    Raises:
        InputError: Its axes are others, or of other sizes.
    """
    given = [label for label in found.encoding if input_axis(label) is not None]
    made = found.encoding[len(given) :]
    if not made:
        wanted = {1: [task.encoding_size], 2: [task.tapes, task.letters]}.get(len(given))
    elif made in ((LETTER,), (PART,)) and len(given) == (task.tapes > 1):
        vector = task.letters if made == (LETTER,) else found.labels.sizes[PART]
        wanted = [*[task.tapes] * len(given), vector]
    else:
        wanted = None
    vectors = f"{task.tapes} one-hot of {task.letters}" if PART not in made else f"a vector for each of {task.tapes} tapes' digits"
    sizes = [found.labels.sizes[label] for label in found.encoding]
    if wanted is None:
        came = f"{' × '.join(map(str, sizes))} numbers a step"
        raise InputError(f"symbols as {task.name} has them ({vectors})", came, "encode tape by tape: a vector for each digit")
    if any(size not in (None, right) for size, right in zip(sizes, wanted, strict=True)):
        came, right = (" × ".join(map(str, each)) for each in (sizes, wanted))
        raise InputError(f"{right} inputs for {task.name} ({vectors})", came, ANOTHER)


def _origin(model: Model, name: str) -> str:
    """Where the net came from, in words."""
    producer = " ".join(f"{model.producer_name} {model.producer_version}".split())[:60]
    kind = next(node.op_type for node in model.graph.node if node.op_type in ORDERS)
    return f"the ONNX operator {kind} (version {opset_of(model)}) in {name}" + (f", made by {producer}" if producer else "")
