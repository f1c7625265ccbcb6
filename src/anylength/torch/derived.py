"""Numbers that a step computes from its parameters alone, such as the sum of two biases or the exponential of a rate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.fx.node import map_arg

from anylength.interchange.pytorch.exported import Exported


@dataclass(frozen=True)
class Derived:
    """The part of a traced graph that depends on parameters alone.

    Attributes:
        operations: Its operations in order: nodes of the graph.
        inputs: For each input node the number of a parameter, or a tensor that is not trained.
        results: The nodes whose values depend on a parameter.
    """

    operations: Sequence[Any]
    inputs: Mapping[Any, int | Tensor]
    results: Sequence[Any]

    @staticmethod
    def of(graph: Exported, parameters: Sequence[Tensor]) -> "Derived":
        """This part of a graph that was traced while no two numbers of the parameters were equal."""
        inputs = {node: _input(graph.known[node.name], parameters) for node in graph.nodes if node.name in graph.known}
        known, trained = set(inputs), {node for node, value in inputs.items() if isinstance(value, int)}
        operations, results = [], []
        for node in graph.nodes:
            if node.op != "call_function" or not all(other in known for other in node.all_input_nodes):
                continue
            known.add(node)
            operations.append(node)
            if any(other in trained for other in node.all_input_nodes):
                trained.add(node)
                results.append(node)
        tensors = [node for node in results if isinstance(node.meta.get("val"), Tensor) and node.meta["val"].is_floating_point()]
        return Derived(operations if tensors else (), inputs, tensors)

    def values(self, parameters: Sequence[Tensor]) -> list[Tensor]:
        """The results as the parameters are now."""
        values = {node: parameters[value] if isinstance(value, int) else value for node, value in self.inputs.items()}
        for node in self.operations:
            arguments, keywords = map_arg((node.args, node.kwargs), values.__getitem__)
            values[node] = node.target(*arguments, **keywords)
        return [values[node] for node in self.results]


NOTHING = Derived((), {}, ())
"""No numbers are computed from parameters."""


def _input(tensor: Any, parameters: Sequence[Tensor]) -> int | Tensor:
    """The number of the parameter that a tensor of a graph is; the tensor itself where it is none."""
    for number, parameter in enumerate(parameters):
        if tensor.shape == parameter.shape and torch.equal(tensor, parameter):
            return number
    return tensor.detach()
