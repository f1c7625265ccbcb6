"""Where a graph computes: digits are encoded, the recurrent operator runs, its states are read out, classes picked."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from anylength.interchange.onnx.cells import Recurrent, float32, recurrent
from anylength.interchange.onnx.file import onnx_package
from anylength.interchange.onnx.values import (
    CLASS,
    LETTER,
    PART,
    UNIT,
    Axis,
    Flow,
    Known,
    Labels,
    Last,
    Operator,
    Stage,
    Value,
    input_axis,
)


@dataclass
class Traced:
    """What a graph has been found to be.

    Attributes:
        input: Its input's name.
        element: The type of its elements, as onnx numbers them.
        axes: The axes of the input.
        labels: The sizes behind the labels.
        embedding: `[letters, parts]`, None where the net reads one-hot vectors.
        net: The recurrent operator.
        layout: That operator's layout.
        steps: The label of the time axis.
        batch: That of the batch axis; None where the graph reads one word at a time.
        encoding: The labels of an encoded symbol, in row-major order.
        weight: Read-out weights `[C, H]`.
        bias: Read-out biases `[C]`; None where there are none.
        output: The name of the output with the answers.
        stage: How far that output has come: logits, scores or classes.
        answers: Its axes.
    """

    input: str = ""
    element: int = 0
    axes: tuple[Axis, ...] = ()
    labels: Labels = field(default_factory=Labels)
    embedding: NDArray[np.float32] | None = None
    net: Recurrent | None = None
    layout: int = 0
    steps: str = ""
    batch: str | None = None
    encoding: Axis = ()
    weight: NDArray[np.float32] | None = None
    bias: NDArray[np.float32] | None = None
    output: str = ""
    stage: Stage = Stage.LOGITS
    answers: tuple[Axis, ...] = ()

    @property
    def classes(self) -> int:
        """C, the rows of the read-out; 0 before there is one."""
        return 0 if self.weight is None else len(self.weight)


def _flow(op: Operator, at: int, *stages: Stage) -> Flow:
    """An input that has come so far.

    Raises:
        InputError: It has not, or has come further.
    """
    value = op.input(at)
    if isinstance(value, Last):
        remedy = "read out every step (all of the first output), not only the last: the answers of all prefixes are compared"
        raise op.refused("of the state after the last step alone", remedy)
    if not isinstance(value, Flow) or value.stage not in stages:
        raise op.refused("where it does not belong")
    return value


def _check_new(op: Operator, found: Traced, label: str) -> None:
    """Digits are encoded once."""
    if label in found.labels.sizes:
        raise op.refused("a second encoding of the digits")


def _one_hot(op: Operator, found: Traced) -> Value:
    """Digits → one-hot vectors of float32 zeros and ones."""
    value = _flow(op, 0, Stage.INPUT)
    depth, fill = op.integers(1), np.ravel(op.numbers(2))
    if len(depth) != 1 or fill.tolist() != [0, 1]:
        raise op.refused("whose values are not 0 and 1")
    axis = op.place(int(op.attributes.get("axis", -1)), len(value.axes) + 1)
    _check_new(op, found, LETTER)
    found.labels.sizes[LETTER] = depth[0]
    axes = (*value.axes[:axis], (LETTER,), *value.axes[axis:])
    return Flow(Stage.CODE if fill.dtype == np.float32 else Stage.INPUT, axes, 0)


def embedded(op: Operator, found: Traced) -> Value:
    """Digits → rows of an embedding."""
    value, table = _flow(op, 1, Stage.INPUT), float32(op, 0)
    if table.ndim != 2 or int(op.attributes.get("axis", 0)) not in (0, -2):
        raise op.refused("that is no embedding of digits")
    _check_new(op, found, PART)
    found.embedding = table
    found.labels.sizes[PART] = table.shape[1]
    return Flow(Stage.CODE, (*value.axes, (PART,)))


def stepped(op: Operator, found: Traced) -> tuple[Value, ...]:
    """Encoded symbols → the states of all steps, and the last ones."""
    onnx = onnx_package()
    value = _flow(op, 0, Stage.INPUT, Stage.CODE)
    if value.stage is Stage.INPUT and value.element != onnx.TensorProto.FLOAT:
        raise op.refused("whose input is not float32", "export the net in float32: model.float()")
    if len(value.axes) != 3:
        raise op.refused(f"whose input has {len(value.axes)} axes")
    found.net, found.layout = recurrent(op), int(op.attributes.get("layout", 0))
    steps, batch, encoding = value.axes if found.layout == 0 else (value.axes[1], value.axes[0], value.axes[2])
    if len(steps) != 1 or len(batch) > 1 or any(input_axis(label) is None for label in steps + batch):
        raise op.refused("without a time axis of its own", "export it with dynamic axes, so that it reads words of any length")
    found.steps, found.batch, found.encoding = steps[0], batch[0] if batch else None, encoding
    found.labels.sizes[UNIT] = found.net.hidden
    units = (UNIT,)
    axes = (steps, (), batch, units) if found.layout == 0 else (batch, steps, (), units)
    return (Flow(Stage.STATES, axes), Last(), Last())


def _matmul(op: Operator, found: Traced) -> Value:
    """States times read-out weights, or weights times states."""
    right = isinstance(op.input(1), Known)
    value = _flow(op, 0 if right else 1, Stage.STATES)
    weight = float32(op, 1 if right else 0)
    at = len(value.axes) - (1 if right else 2)
    return _read_out(op, found, value, at, weight.T if right else weight)


def _gemm(op: Operator, found: Traced) -> Value:
    """α·A'·B' + β·C, the states on either side."""
    right = isinstance(op.input(1), Known)
    value = _flow(op, 0 if right else 1, Stage.STATES)
    if len(value.axes) != 2:
        raise op.refused(f"whose input has {len(value.axes)} axes")
    turned = [bool(op.attributes.get(name, 0)) for name in ("transA", "transB")]
    weight = float32(op, 1 if right else 0)
    if turned[0 if right else 1]:
        value = value.moved(value.axes[::-1])
    weight = weight.T if turned[1 if right else 0] else weight
    weight = _scaled(op, weight.T if right else weight, op.attributes.get("alpha", 1.0))
    result = _read_out(op, found, value, 1 if right else 0, weight)
    if op.input(2) is None:
        return result
    found.bias = _scaled(op, _spread(op, result, float32(op, 2), found), op.attributes.get("beta", 1.0))
    return dataclasses.replace(result, biased=True)


def _scaled(op: Operator, array: NDArray[np.float32], factor: float) -> NDArray[np.float32]:
    """Weights times a factor, where no product rounds."""
    exact = array.astype(np.float64) * np.float64(factor)
    rounded = exact.astype(np.float32)
    if not np.array_equal(rounded.astype(np.float64), exact):
        raise op.refused(
            "whose alpha or beta cannot be folded into its weights without rounding", "export it with alpha = beta = 1"
        )
    return rounded if factor != 1 else array


def _read_out(op: Operator, found: Traced, value: Flow, at: int, weight: NDArray[np.float32]) -> Flow:
    """The axis `at` of states, which holds the units, becomes the classes of weight `[C, H]`."""
    if found.weight is not None:
        raise op.refused("a second read-out")
    if weight.ndim != 2 or at < 0 or value.axes[at] != (UNIT,) or weight.shape[1] != found.labels.sizes[UNIT]:
        raise op.refused("that does not read the units")
    found.weight = weight
    found.labels.sizes[CLASS] = weight.shape[0]
    return Flow(Stage.LOGITS, (*value.axes[:at], (CLASS,), *value.axes[at + 1 :]))


def _add(op: Operator, found: Traced) -> Value:
    """Logits plus the read-out's bias."""
    right = isinstance(op.input(1), Known)
    value = _flow(op, 0 if right else 1, Stage.LOGITS)
    if found.bias is not None:
        raise op.refused("a second bias of the read-out")
    found.bias = _spread(op, value, float32(op, 1 if right else 0), found)
    return dataclasses.replace(value, biased=True)


def _spread(op: Operator, value: Flow, bias: NDArray[np.float32], found: Traced) -> NDArray[np.float32]:
    """A bias that is broadcast over all axes but that of the classes, `[C]`."""
    if bias.ndim > len(value.axes):
        raise op.refused("whose bias has more axes than the logits")
    classes = found.classes
    at = value.axes.index((CLASS,)) - (len(value.axes) - bias.ndim) if (CLASS,) in value.axes else -1
    alone = [size for axis, size in enumerate(bias.shape) if axis != at]
    own = bias.shape[at] if 0 <= at < bias.ndim else 1
    if any(size != 1 for size in alone) or own not in (1, classes) or (CLASS,) not in value.axes:
        raise op.refused("whose bias is not one number a class")
    return np.ascontiguousarray(np.broadcast_to(bias.ravel(), (classes,)))


def _softmax(op: Operator, found: Traced) -> Value:
    """Logits → scores in the same order: a softmax keeps the largest."""
    del found
    value = _flow(op, 0, Stage.LOGITS)
    at = op.place(int(op.attributes.get("axis", -1 if op.opset >= 13 else 1)), len(value.axes))
    over = value.axes[at : at + 1] if op.opset >= 13 else value.axes[at:]
    if [label for axis in over for label in axis] != [CLASS]:
        raise op.refused("over other axes than the classes")
    return dataclasses.replace(value, stage=Stage.SCORES)


def _argmax(op: Operator, found: Traced) -> Value:
    """Logits or scores → classes, the lowest one on a tie."""
    del found
    value = _flow(op, 0, Stage.LOGITS, Stage.SCORES)
    at = op.place(int(op.attributes.get("axis", 0)), len(value.axes))
    if value.axes[at] != (CLASS,):
        raise op.refused("over another axis than the classes")
    if op.attributes.get("select_last_index", 0):
        raise op.refused("which takes the last class on a tie", "an answer here is the first of the largest: select_last_index=0")
    kept: tuple[Axis, ...] = ((),) if op.attributes.get("keepdims", 1) else ()
    return dataclasses.replace(value, stage=Stage.CLASSES, axes=(*value.axes[:at], *kept, *value.axes[at + 1 :]))


READING: Mapping[str, Callable[[Operator, Traced], Value]] = {
    "Add": _add,
    "ArgMax": _argmax,
    "Gemm": _gemm,
    "LogSoftmax": _softmax,
    "MatMul": _matmul,
    "OneHot": _one_hot,
    "Softmax": _softmax,
}
"""Operators that encode digits or read states out."""
