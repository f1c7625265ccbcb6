"""A graph cut in two: the front end, which needs no state, and the recurrence."""

import msgspec
from onnx import GraphProto, ModelProto, NodeProto

from anylength.streams.onnx_graph import part_of, reads


class Recurrence(msgspec.Struct, frozen=True):
    """A graph that is cut in two.

    Attributes:
        front_end: The nodes that need no state. Its outputs are what the recurrence reads.
        core: The nodes that need the state.
        cut: Names of the values between them.
    """

    front_end: ModelProto
    core: ModelProto
    cut: list[str]


def cut(model: ModelProto, states: list[str], keep_whole: set[str]) -> Recurrence:
    """Cuts a graph in front of the nodes that need a state.

    Args:
        model: The model, with fixed inputs made constants.
        states: The state inputs.
        keep_whole: Values that the front end must not hand over, because they are no numbers for each frame. The recurrence
            computes them by itself.
    """
    graph = model.graph
    needing: set[str] = set(states)
    core: list[NodeProto] = []
    for node in graph.node:
        if needing & set(reads(node)) or keep_whole & set(node.output):
            core.append(node)
            needing |= set(node.output) - keep_whole
    core = _with_sources(graph, core, keep_whole)
    made = {name for node in core for name in node.output}
    weights = {tensor.name for tensor in graph.initializer}
    needed = dict.fromkeys(name for node in core for name in reads(node))
    given = [name for name in needed if name and name not in made and name not in weights and name not in states]
    outputs = [value.name for value in graph.output]
    front_end = [node for node in graph.node if not set(node.output) & needing]
    return Recurrence(
        front_end=part_of(model, front_end, [], given), core=part_of(model, core, [*given, *states], outputs), cut=given
    )


def _with_sources(graph: GraphProto, core: list[NodeProto], values: set[str]) -> list[NodeProto]:
    """The nodes of the core, with those that compute the values it must not be handed."""
    chosen = {id(node) for node in core}
    for node in graph.node:
        if values & set(node.output):
            chosen.add(id(node))
    return [node for node in graph.node if id(node) in chosen]
