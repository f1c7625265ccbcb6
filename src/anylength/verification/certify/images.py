"""The images of boxes under a step program, and where each of its values lies on the way."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from anylength.nets import Net, encoded_alphabet
from anylength.ops.intervals import Interval, intervals
from anylength.programs import ancestors, cut_parts, run_in_order, run_symbol_values, stacked_cut

COARSEST_RELATIVE_ERROR, COARSEST_ABSOLUTE_ERROR = 2.0**-7, 2.0**-13
"""A start state that is a tensor is stored like all tensors: it errs by at most half of this, in bfloat16 and in float16."""


@dataclass(frozen=True)
class Ranges:
    """Where the values of a step and of an answer lie, over all nodes of a cover: `[rows, A]` for each number of a value.

    Attributes:
        states: `[D, 1]`: all states that a step may start from.
        step: The values of the step that were computed, and those of the cut.
        answer: The values of the answer.
    """

    states: Interval
    step: Mapping[int, Interval]
    answer: Mapping[int, Interval]

    def grown(self, fraction: float) -> "Ranges":
        """A guess for somewhat larger boxes: each range wider by this fraction of its width on both sides. Signs stay."""
        step, answer = ({n: _grown(value, fraction) for n, value in values.items()} for values in (self.step, self.answer))
        return Ranges(_grown(self.states, fraction), step, answer)


class StepImages:
    """The step and the answer of one net over boxes. What no box changes is computed once."""

    def __init__(self, net: Net) -> None:
        self.program = net.program
        tensors = net.cell.named_tensors()
        self._tensors = {name: np.asarray(value, np.float64) for name, value in tensors.items()}
        alphabet = Interval.exact(encoded_alphabet(net))
        self._of_symbol = run_symbol_values(self.program, intervals, self._tensors, alphabet)
        self._symbols, self._last = alphabet.shape[1], len(self.program.step) - 1
        self._repeated_for, self._repeated_values = 1, self._of_symbol
        known = [*self._of_symbol, *self.program.cut]
        self._step_order = ancestors(self.program.step, [self._last], known)
        self._cut_order = ancestors(self.program.step, self.program.cut)
        self._answer_order = ancestors(self.program.answer, [len(self.program.answer) - 1])

    def images(self, boxes: Interval, epsilon: float) -> tuple[Interval, Interval]:
        """One step from every box under every symbol: the states, widened by epsilon, and their recurrent terms.

        boxes `[M, N]` → states `[D, N·A]` and recurrent terms `[M, N·A]`, node by node and within a node symbol by symbol. Where a
        value on the way has no bound, neither have they: a reciprocal of 0 is not defined, though its tanh would be bounded.
        """
        values = self.step_values(boxes)
        states = _without_bound(values[self._last].widened(epsilon), values)
        return states, self.recurrent_terms(states)

    def recurrent_terms(self, states: Interval) -> Interval:
        """The values of the cut, stacked: states `[D, K]` → `[M, K]`."""
        values = run_in_order(self.program.step, self._cut_order, intervals, self._tensors, {"state": states})
        return stacked_cut(self.program, intervals, values)

    def features(self, states: Interval) -> Interval:
        """The features `[F, K]` of boxes of states `[D, K]`; no bound where a value on the way has none."""
        values = self.answer_values(states)
        return _without_bound(values[len(self.program.answer) - 1], values)

    def answer_values(self, states: Interval) -> dict[int, Interval]:
        """All values of the answer, `[rows, K]`."""
        return run_in_order(self.program.answer, self._answer_order, intervals, self._tensors, {"state": states})

    def step_values(self, boxes: Interval) -> dict[int, Interval]:
        """All values of the step that its result needs behind the cut, `[rows, N·A]`."""
        nodes = boxes.shape[1]
        given = self._repeated(nodes) | cut_parts(self.program, boxes[:, np.repeat(np.arange(nodes), self._symbols)])
        return run_in_order(self.program.step, self._step_order, intervals, self._tensors, {}, given=given)

    def _repeated(self, nodes: int) -> dict[int, Interval]:
        """What the symbols fix, once for each node: `[rows, N·A]`. A search asks for the same number of nodes again and again."""
        if self._repeated_for != nodes:
            columns = np.tile(np.arange(self._symbols), nodes)
            self._repeated_values = {number: value[:, columns] for number, value in self._of_symbol.items()}
            self._repeated_for = nodes
        return self._repeated_values


def _without_bound(result: Interval, values: Mapping[int, Interval]) -> Interval:
    """The result, with no bound in the columns in which one of the values has none."""
    if all(math.isfinite(value.high.sum() - value.low.sum()) for value in values.values()):
        return result
    unbounded = np.zeros(result.shape[1], bool)
    for value in values.values():
        unbounded |= ~(np.isfinite(value.low) & np.isfinite(value.high)).all(axis=0)
    return Interval(np.where(unbounded, -np.inf, result.low), np.where(unbounded, np.inf, result.high))


def ranges_of(net: Net, boxes: Interval, epsilon: float) -> Ranges:
    """Where the values lie, if the recurrent terms lie in the boxes `[M, N]` and states are widened by epsilon."""
    step_images, nodes = StepImages(net), boxes.shape[1]
    values = step_images.step_values(boxes)
    states = values[len(net.program.step) - 1].widened(epsilon)
    answer = step_images.answer_values(states)
    hull = stored_start(net).hull(Interval(states.low.min(axis=1, keepdims=True), states.high.max(axis=1, keepdims=True)))
    step = {number: _over_nodes(value, nodes) for number, value in values.items()}
    return Ranges(hull, step, {number: _over_nodes(value, nodes) for number, value in answer.items()})


def stored_start(net: Net) -> Interval:
    """The start state `[D, 1]` as any of the formats may store it. Zeros are stored exactly."""
    start = np.asarray(net.numpy_start(1), np.float64)
    if net.cell.start_state() is None:
        return Interval.exact(start)
    error = COARSEST_RELATIVE_ERROR * np.abs(start) + COARSEST_ABSOLUTE_ERROR
    return Interval.exact(start) + Interval.between(-error, error)


def _grown(value: Interval, fraction: float) -> Interval:
    margin = fraction * (value.high - value.low)
    low, high = value.low - margin, value.high + margin
    low = np.where(value.low > 0, np.maximum(low, value.low / 2), low)
    return Interval(low, np.where(value.high < 0, np.minimum(high, value.high / 2), high))


def _over_nodes(value: Interval, nodes: int) -> Interval:
    """The hull over nodes of `[rows, N·A]`: `[rows, A]`."""
    shape = (value.shape[0], nodes, value.shape[1] // nodes)
    return Interval(value.low.reshape(shape).min(axis=1), value.high.reshape(shape).max(axis=1))
