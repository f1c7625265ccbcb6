"""One step of a net with stacks from boxes, along all edges of a machine's graph at once."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.cells import StackCell
from anylength.nets import AbstractNet, Net, encoded_alphabet
from anylength.ops.intervals import Interval, intervals
from anylength.programs import Program, ancestors, cut_parts, run_in_order, stacked_cut
from anylength.rules import FREE, POP, Graph, StackMachine, Task, graph, without_letters

PUSHED, POPPED, NOT = 1, 1, -1
"""The sign of a gate's number for an action, or against it; 0 where it does not matter."""

SMALLEST = 2.0**-200
"""Least magnitude of a bound: certificates spell none below 2^-300."""


@dataclass(frozen=True)
class EdgeTables:
    """The edges of a graph as arrays over B edges.

    Attributes:
        node: `[B]` where an edge comes from.
        symbol: `[B]`.
        tops: `[K, B]` letters.
        after: `[B]` where it leads.
        output: `[B]` the right class, or `FREE`.
        gates: `[2·K, B]` the signs that the gates' numbers must have.
        pushed: `[K, B]` the letter that is pushed; 0: none.
    """

    node: NDArray[np.int64]
    symbol: NDArray[np.int64]
    tops: NDArray[np.int64]
    after: NDArray[np.int64]
    output: NDArray[np.int64]
    gates: NDArray[np.int64]
    pushed: NDArray[np.int64]

    @staticmethod
    def of(graph: Graph) -> "EdgeTables":
        """The arrays of a graph."""
        edges = graph.edges
        actions = np.array([edge.rule.actions for edge in edges]).T
        push = np.where(actions > POP, PUSHED, NOT)
        pop = np.where(actions > POP, 0, np.where(actions == POP, POPPED, NOT))
        return EdgeTables(
            node=np.array([edge.node for edge in edges]), symbol=np.array([edge.symbol for edge in edges]),
            tops=np.array([edge.tops for edge in edges]).T, after=np.array([edge.after for edge in edges]),
            output=np.array([edge.rule.output for edge in edges]), gates=np.stack([push, pop], axis=1).reshape(-1, len(edges)),
            pushed=np.where(actions > POP, actions - 1, 0),
        )  # fmt: skip


@dataclass(frozen=True)
class Boxes:
    """What a proof keeps.

    Attributes:
        nodes: `[M', N]` the values of the cut at each node.
        letters: `[K·M, G]` for each letter the vectors that are pushed for it, stack by stack; letter 0 is zeros.
    """

    nodes: Interval
    letters: Interval


@dataclass(frozen=True)
class Images:
    """What a step along some edges gives.

    Attributes:
        states: `[D, B]` the new states, with the values that may be pushed, widened by epsilon.
        terms: `[M', B]` the values of the cut in the next step.
        margins: `[B]` a lower bound of the lead of the right answer; ∞ where none is graded.
        decided: `[B]` a lower bound of sign · z over all gates that matter.
    """

    states: Interval
    terms: Interval
    margins: NDArray[np.float64]
    decided: NDArray[np.float64]


class StackSteps:
    """Steps of a net with stacks along the edges of a machine's graph (`fine`: see `graph`)."""

    def __init__(self, net: Net, machine: StackMachine, *, fine: bool = False) -> None:
        assert isinstance(net.cell, StackCell)
        self.net, self.machine, self.fine, self.graph = net, machine, fine, graph(machine, fine=fine)
        self.edges = EdgeTables.of(self.graph)
        self.program = net.cell.controller_program(net.classes)
        self.tensors: dict[str, Any] = {
            name: np.asarray(value, np.float64) for name, value in net.cell.named_tensors().items()
        }  # fmt: skip
        self.alphabet = encoded_alphabet(net)
        self._last = len(self.program.step) - 1
        self._step_order = ancestors(self.program.step, [self._last], self.program.cut)
        self._cut_order = ancestors(self.program.step, self.program.cut)

    @property
    def stacks(self) -> int:
        """K."""
        return len(self.edges.tops)

    def start(self) -> Interval:
        """The values of the cut in the start state `[M', 1]`, all of whose numbers are 0."""
        return self.terms(Interval.exact(np.zeros((self.program.state, 1)))).widened(SMALLEST)

    def terms(self, states: Interval) -> Interval:
        """The values of the cut: states `[D, B]` → `[M', B]`."""
        values = run_in_order(self.program.step, self._cut_order, intervals, self.tensors, {"state": states})
        return stacked_cut(self.program, intervals, values)

    def symbols(self, boxes: Boxes, which: NDArray[np.int64]) -> Interval:
        """What the edges `which` read: encoded symbols and the boxes of their tops `[E + K·M, B]`."""
        rows = boxes.letters.shape[0] // self.stacks
        tops = [boxes.letters[k * rows : (k + 1) * rows][:, self.edges.tops[k, which]] for k in range(self.stacks)]
        return Interval.stacked([Interval.exact(self.alphabet[:, self.edges.symbol[which]]), *tops])

    def step_values(self, boxes: Boxes, which: NDArray[np.int64]) -> dict[int, Interval]:
        """All values of the step along the edges `which` that its result needs, and of the cut."""
        given = cut_parts(self.program, boxes.nodes[:, self.edges.node[which]])
        leaves = {"symbol": self.symbols(boxes, which)}
        return run_in_order(self.program.step, self._step_order, intervals, self.tensors, leaves, given=given)

    def images(self, boxes: Boxes, which: NDArray[np.int64], epsilon: float) -> Images:
        """The step along the edges `which`."""
        states = self.step_values(boxes, which)[self._last].widened(epsilon)
        features = states[: self.program.features]
        numbers = self.gate_numbers(features)
        signs = self.edges.gates[:, which]
        least = np.where(signs > 0, numbers.low, np.where(signs < 0, -numbers.high, np.inf)).min(axis=0)
        return Images(states, self.terms(states), self._margins(features, self.edges.output[which]), least)

    def gate_numbers(self, features: Interval) -> Interval:
        """z of all gates `[2·K, B]`."""
        cell: Any = self.net.cell
        return features.times(np.asarray(cell.weight_action, np.float64)) + np.asarray(cell.bias_action, np.float64)[:, None]

    def _margins(self, features: Interval, right: NDArray[np.int64]) -> NDArray[np.float64]:
        weight, bias = np.asarray(self.net.weight, np.float64), np.asarray(self.net.bias, np.float64)
        least = np.full(right.shape, np.inf)
        for answer in np.unique(right[right != FREE]).tolist():
            columns, others = np.flatnonzero(right == answer), np.delete(np.arange(self.net.classes), answer)
            difference = features[:, columns].times(weight[answer] - weight[others])
            least[columns] = (difference + (Interval.exact(bias[answer]) - bias[others])[:, None]).low.min(axis=0)
        return least


def controller(net: Net) -> Program:
    """The program of a net's controller, as certificates and weights name it."""
    assert isinstance(net.cell, StackCell)
    return net.cell.controller_program(net.classes)


def machine_beside(net: AbstractNet, task: Task) -> StackMachine | None:
    """The machine of a task as one with as many stacks as the net has; None of another net, or where no machine does the task."""
    if not isinstance(net, Net) or not isinstance(net.cell, StackCell):
        return None
    if task.memory is not None:
        return task.memory.with_stacks(net.cell.stacks)
    return None if task.transducer is None else without_letters(task.transducer, net.cell.stacks)
