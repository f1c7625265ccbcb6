"""One step of a net between the coordinates of a certificate, as a feedforward ONNX network.

    X [1, M + E + D] = (m, x, e)  →  Y [1, M + C] = (m', logits)

m holds the values of the cut before the step, x is the encoded symbol, and e is the error of the step. The new state is the exact
step from m and x, plus e; m' holds the values of the cut of the new state, and the logits are the net's answer on it. Operators are
standard, without control flow. A verifier that knows affine layers and the cell's own functions can read a plain cell's file: the
parts of X are taken by products with matrices of zeros and ones.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from anylength.interchange.onnx.loader import onnx_package
from anylength.interchange.onnx.program_nodes import TENSOR, ProgramNodes
from anylength.nets import Net, tensors
from anylength.programs import Program

OPSET, IR_VERSION = 13, 7
"""Versions of the operators and of the file format: verifiers are slow to follow newer ones."""

NEWER_OPSET, NEWER_IR_VERSION = 20, 9
"""The same for a program with one of the operations in `NEWER`."""

NEWER = ("gelu", "mean", "mean_square", "center", "normalize")
"""Operations that need `ReduceMean` with axes as an input, or `Gelu`."""

Arrays = dict[str, np.ndarray]


def step_network(net: Net) -> bytes:
    """The ONNX file of a step of a net.

    Raises:
        InputError: The package onnx is not installed.
    """
    onnx, program = onnx_package(), net.program
    graph = _nodes(program, onnx.helper.make_node)
    constants = {TENSOR + name: value for name, value in tensors(net).items()} | graph.constants
    nodes, constants = _folded(graph.nodes, constants)
    helper, number = onnx.helper, onnx.TensorProto.FLOAT
    size = program.boxed + program.encoded + program.state
    body = helper.make_graph(
        nodes, "step",
        [helper.make_tensor_value_info("X", number, [1, size])],
        [helper.make_tensor_value_info("Y", number, [1, program.boxed + program.classes])],
        [onnx.numpy_helper.from_array(value, name) for name, value in constants.items()],
    )  # fmt: skip
    is_newer = any(item.op in NEWER for item in (*program.step, *program.answer))
    opset, ir_version = (NEWER_OPSET, NEWER_IR_VERSION) if is_newer else (OPSET, IR_VERSION)
    model = helper.make_model(
        body, opset_imports=[helper.make_opsetid("", opset)], ir_version=ir_version, producer_name="anylength"
    )
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString(deterministic=True)


def _nodes(program: Program, make_node: Callable[..., Any]) -> ProgramNodes:
    """The nodes of the network."""
    graph = ProgramNodes(program, make_node, words=None)
    first, given = 0, {}
    for number in program.cut:
        rows = program.step[number].rows
        given[number] = _part(graph, f"cut.{number}.before", first, rows)
        first += rows
    symbol = _part(graph, "symbol", program.boxed, program.encoded)
    error = _part(graph, "error", program.boxed + program.encoded, program.state)
    (exact,) = graph.values(program.step, {"symbol": symbol}, "step", given=given)
    graph.add("Add", [exact, error], "state")
    after = graph.values(program.step, {"state": "state"}, "cut", wanted=program.cut)
    graph.logits("state", "logits")
    graph.add("Concat", [*after, "logits"], "Y", axis=1)
    return graph


def _part(graph: ProgramNodes, name: str, first: int, rows: int) -> str:
    """Adds the node that takes some rows of the input."""
    size = graph.program.boxed + graph.program.encoded + graph.program.state
    matrix = graph.array(f"{name}.rows", np.eye(size, dtype=np.float32)[first : first + rows])
    return graph.add("Gemm", ["X", matrix], name, transB=1)


def _folded(nodes: list[Any], constants: Arrays) -> tuple[list[Any], Arrays]:
    """The same without nodes that take parts of constants, and without constants that nothing reads."""
    left, known = [], dict(constants)
    for node in nodes:
        if node.op_type in ("Slice", "Unsqueeze") and all(name in known for name in node.input):
            value, *numbers = (known[name] for name in node.input)
            known[node.output[0]] = _part_of(value, *numbers)
        else:
            left.append(node)
    read = {name for node in left for name in node.input}
    return left, {name: value for name, value in known.items() if name in read}


def _part_of(value: np.ndarray, *numbers: np.ndarray) -> np.ndarray:
    """The rows of a matrix from a start to a stop along an axis, or a vector as a matrix of one row."""
    if len(numbers) == 1:
        return value[None]
    start, stop, axis = (int(number[0]) for number in numbers)
    return np.ascontiguousarray(np.moveaxis(np.moveaxis(value, axis, 0)[start:stop], 0, axis))
