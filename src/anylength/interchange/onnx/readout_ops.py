"""The operators that read states out: a linear layer, its bias, softmax and argmax."""

import dataclasses
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from anylength.interchange.onnx.abstract_values import CLASS, UNIT, AbstractValue, Activation, Axis, Constant, Stage, flat_labels
from anylength.interchange.onnx.encoding_ops import activation_at, one_hot
from anylength.interchange.onnx.node import Node
from anylength.interchange.onnx.recurrent_graph import RecurrentGraph
from anylength.interchange.onnx.recurrent_ops import float32_constant

OPSET_OF_SINGLE_AXIS_SOFTMAX = 13
"""From this version on, Softmax works along one axis; before, along all axes from the given one on."""


def _matmul(node: Node, graph: RecurrentGraph) -> AbstractValue:
    """MatMul: states times read-out weights, or weights times states."""
    weight_right = isinstance(node.input(1), Constant)
    states = activation_at(node, 0 if weight_right else 1, Stage.STATES)
    weight = float32_constant(node, 1 if weight_right else 0)
    unit_axis = len(states.axes) - (1 if weight_right else 2)
    return _read_out(node, graph, states, unit_axis, weight.T if weight_right else weight)


def _gemm(node: Node, graph: RecurrentGraph) -> AbstractValue:
    """Gemm: α·A'·B' + β·C, with the states as A or as B."""
    weight_right = isinstance(node.input(1), Constant)
    states = activation_at(node, 0 if weight_right else 1, Stage.STATES)
    if len(states.axes) != 2:
        raise node.unsupported(f"whose input has {len(states.axes)} axes")
    transposed = [bool(node.attributes.get(name, 0)) for name in ("transA", "transB")]
    weight = float32_constant(node, 1 if weight_right else 0)
    if transposed[0 if weight_right else 1]:
        states = states.with_axes(states.axes[::-1])
    weight = weight.T if transposed[1 if weight_right else 0] else weight
    weight = _scaled(node, weight.T if weight_right else weight, node.attributes.get("alpha", 1.0))
    logits = _read_out(node, graph, states, 1 if weight_right else 0, weight)
    if node.input(2) is None:
        return logits
    bias = _class_bias(node, logits, float32_constant(node, 2), graph)
    graph.bias = _scaled(node, bias, node.attributes.get("beta", 1.0))
    return dataclasses.replace(logits, biased=True)


def _scaled(node: Node, array: NDArray[np.float32], factor: float) -> NDArray[np.float32]:
    """Weights times a factor.

    Raises:
        InputError: float32 would round a product.
    """
    exact = array.astype(np.float64) * np.float64(factor)
    rounded = exact.astype(np.float32)
    if not np.array_equal(rounded.astype(np.float64), exact):
        reason = "whose alpha or beta cannot be folded into its weights without rounding"
        raise node.unsupported(reason, "export it with alpha = beta = 1")
    return rounded if factor != 1 else array


def _read_out(node: Node, graph: RecurrentGraph, states: Activation, unit_axis: int, weight: NDArray[np.float32]) -> Activation:
    """The logits: the axis of the units becomes the axis of the classes of weight `[C, H]`."""
    if graph.weight is not None:
        raise node.unsupported("a second read-out")
    if weight.ndim != 2 or unit_axis < 0 or states.axes[unit_axis] != (UNIT,) or weight.shape[1] != graph.size(UNIT):
        raise node.unsupported("which does not read the units")
    graph.weight = weight
    graph.axis_sizes.sizes[CLASS] = weight.shape[0]
    return Activation(Stage.LOGITS, (*states.axes[:unit_axis], (CLASS,), *states.axes[unit_axis + 1 :]))


def _add(node: Node, graph: RecurrentGraph) -> AbstractValue:
    """Add: logits plus the read-out's bias."""
    bias_right = isinstance(node.input(1), Constant)
    logits = activation_at(node, 0 if bias_right else 1, Stage.LOGITS)
    if graph.bias is not None:
        raise node.unsupported("a second bias of the read-out")
    graph.bias = _class_bias(node, logits, float32_constant(node, 1 if bias_right else 0), graph)
    return dataclasses.replace(logits, biased=True)


def _class_bias(node: Node, logits: Activation, bias: NDArray[np.float32], graph: RecurrentGraph) -> NDArray[np.float32]:
    """A bias that ONNX broadcasts over the logits, as one number for each class `[C]`.

    Raises:
        InputError: The bias depends on another axis than the classes.
    """
    if bias.ndim > len(logits.axes):
        raise node.unsupported("whose bias has more axes than the logits")
    class_axis = logits.axes.index((CLASS,)) - (len(logits.axes) - bias.ndim) if (CLASS,) in logits.axes else -1
    other_sizes = [size for axis, size in enumerate(bias.shape) if axis != class_axis]
    class_size = bias.shape[class_axis] if 0 <= class_axis < bias.ndim else 1
    if any(size != 1 for size in other_sizes) or class_size not in (1, graph.classes) or (CLASS,) not in logits.axes:
        raise node.unsupported("whose bias is not one number for each class")
    return np.ascontiguousarray(np.broadcast_to(bias.ravel(), (graph.classes,)))


def _softmax(node: Node, graph: RecurrentGraph) -> AbstractValue:
    """Softmax or LogSoftmax: logits → scores in the same order, so the argmax is the same."""
    del graph
    logits = activation_at(node, 0, Stage.LOGITS)
    single_axis = node.opset >= OPSET_OF_SINGLE_AXIS_SOFTMAX
    axis = node.axis_index(int(node.attributes.get("axis", -1 if single_axis else 1)), len(logits.axes))
    if flat_labels(logits.axes[axis : axis + 1] if single_axis else logits.axes[axis:]) != (CLASS,):
        raise node.unsupported("over other axes than the classes")
    return dataclasses.replace(logits, stage=Stage.SCORES)


def _argmax(node: Node, graph: RecurrentGraph) -> AbstractValue:
    """ArgMax: logits or scores → classes, the lowest one on a tie."""
    del graph
    logits = activation_at(node, 0, Stage.LOGITS, Stage.SCORES)
    axis = node.axis_index(int(node.attributes.get("axis", 0)), len(logits.axes))
    if logits.axes[axis] != (CLASS,):
        raise node.unsupported("over another axis than the classes")
    if node.attributes.get("select_last_index", 0):
        remedy = "export it with select_last_index=0: anylength takes the first class on a tie"
        raise node.unsupported("which takes the last class on a tie", remedy)
    class_axes: tuple[Axis, ...] = ((),) if node.attributes.get("keepdims", 1) else ()
    return dataclasses.replace(logits, stage=Stage.CLASSES, axes=(*logits.axes[:axis], *class_axes, *logits.axes[axis + 1 :]))


NET_OPS: Mapping[str, Callable[[Node, RecurrentGraph], AbstractValue]] = {
    "Add": _add,
    "ArgMax": _argmax,
    "Gemm": _gemm,
    "LogSoftmax": _softmax,
    "MatMul": _matmul,
    "OneHot": one_hot,
    "Softmax": _softmax,
}
"""The operators that encode digits or read states out."""
