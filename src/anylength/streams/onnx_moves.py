"""A graph for one stream without branches, and which numbers of the state a value is made of."""

import numpy as np
from onnx import ModelProto, NodeProto, helper

from anylength.base import InputError
from anylength.streams.onnx_graph import copied, part_of, reads, session, value_of, with_fixed

MOST_BRANCHES = 64

SHAPES = {"Shape", "Size"}
"""Operators whose result depends on shapes alone."""

MOVING = {"Slice", "Gather", "Squeeze", "Unsqueeze", "Transpose", "Reshape", "Split", "Identity", "Concat", "Expand", "Flatten"}
"""Operators that move numbers and compute nothing."""


def straight(model: ModelProto, fixed: dict[str, float], shapes: dict[str, list[int]]) -> ModelProto:
    """The model for one stream without branches: each is replaced by the side that it takes with inputs of these shapes.

    Raises:
        InputError: A branch depends on more than the shapes of the inputs.
    """
    model = with_fixed(model, fixed)
    rng = np.random.default_rng(0)
    feeds = {name: rng.normal(0, 0.1, shape).astype(np.float32) for name, shape in shapes.items()}
    for count in range(MOST_BRANCHES):
        node = next((node for node in model.graph.node if node.op_type == "If"), None)
        if node is None:
            return model
        side = None if _needs_values(model, node.input[0]) else value_of(model, node.input[0], feeds)
        if side is None:
            break
        model = _inlined(model, node, "then_branch" if bool(side.ravel()[0]) else "else_branch", f"inlined{count}/")
    raise InputError("a graph whose branches can be resolved", "too many, or one that depends on values", "export the net again")


def _needs_values(model: ModelProto, name: str) -> bool:
    """Whether a value depends on an input by more than its shape."""
    needed = {name}
    for node in reversed(model.graph.node):
        if needed & set(node.output) and node.op_type not in SHAPES:
            needed |= set(reads(node))
    return bool(needed & {value.name for value in model.graph.input})


def _inlined(model: ModelProto, branch: NodeProto, side: str, prefix: str) -> ModelProto:
    """The model with a branch replaced by one of its sides, whose values get a prefix."""
    graph = next(attribute.g for attribute in branch.attribute if attribute.name == side)
    own = {name for node in graph.node for name in node.output} | {tensor.name for tensor in graph.initializer}
    names = {name: prefix + name for name in own if name}
    nodes = [_renamed(node, names) for node in graph.node]
    nodes += [
        helper.make_node("Identity", [names.get(value.name, value.name)], [output])
        for value, output in zip(graph.output, branch.output, strict=True)
        if output
    ]
    result = copied(model)
    position = next(index for index, node in enumerate(model.graph.node) if node is branch or node == branch)
    kept = list(result.graph.node)
    del result.graph.node[:]
    result.graph.node.extend([*kept[:position], *nodes, *kept[position + 1 :]])
    for tensor in graph.initializer:
        weight = result.graph.initializer.add()
        weight.CopyFrom(tensor)
        weight.name = names[tensor.name]
    return result


def _renamed(node: NodeProto, names: dict[str, str]) -> NodeProto:
    """A node with other names of values, those of its branches included."""
    result = NodeProto()
    result.CopyFrom(node)
    result.input[:] = [names.get(name, name) for name in node.input]
    result.output[:] = [names.get(name, name) for name in node.output]
    for attribute in result.attribute:
        for inner in [attribute.g] if attribute.HasField("g") else attribute.graphs:
            renamed = [_renamed(part, names) for part in inner.node]
            del inner.node[:]
            inner.node.extend(renamed)
            for value in inner.output:
                value.name = names.get(value.name, value.name)
    return result


def moved(
    model: ModelProto,
    given: list[str],
    wanted: str,
    values: dict[str, np.ndarray],
    zeros: dict[str, np.ndarray],
    *,
    others: bool = False,
) -> np.ndarray | None:
    """A value that is made of some numbers by moving them: the value where these are given. None: it needs other values.

    Args:
        model: The model, with all shapes known.
        given: Names of values that stand in for numbers.
        wanted: The value.
        values: The numbers, by name.
        zeros: Each input of the model, filled with zeros.
        others: Whether other values may stand beside them; they are then −1.
    """
    nodes: list[NodeProto] = []
    needed, stands_for = {wanted}, set(given)
    weights = {tensor.name for tensor in model.graph.initializer}
    free: list[str] = []
    for node in reversed(model.graph.node):
        if needed & set(node.output) and not needed & stands_for & set(node.output):
            if node.op_type in MOVING:
                nodes.append(node)
                needed |= set(reads(node)) - {""}
            else:
                free += [name for name in node.output if name in needed]
    made = {name for node in nodes for name in node.output}
    loose = [name for name in needed if name not in made | weights | stands_for and (name in free or name != wanted)]
    if wanted in stands_for or (loose and not others):
        return values.get(wanted) if wanted in values else None
    feeds = dict(values)
    part = part_of(model, nodes[::-1], [*given, *loose], [wanted])
    for name in loose:
        like = value_of(model, name, zeros)
        if like is None or like.dtype != np.float32:
            return None
        feeds[name] = np.full(like.shape, -1, np.float32)
    running = session(part)
    taken = {value.name for value in running.get_inputs()}
    return np.asarray(running.run([wanted], {name: value for name, value in feeds.items() if name in taken})[0])
