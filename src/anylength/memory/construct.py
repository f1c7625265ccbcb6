"""A net with stacks that is made from a machine, without training: one saturated unit for each merged rule.

A merged rule is a product of sets, of nodes, symbols and letters on top of each stack, all of whose steps lead to one node of the
fine graph, which knows what was just done. Its unit is 1 after such a step and -1 after all others; one more unit is 1 after every
step, and 0 before the first. So the unit that is 1 tells the node, hence the answer and the actions. A vector on a stack has a 1 at
its letter and at place 0, which tells it from the bottom, and else -1, all of them times `HELD`.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from anylength.cells import StackRnn
from anylength.nets import Net
from anylength.stack_machines import BOTTOM, FREE, POP, Graph, StackMachine, graph

GAIN, PUSH_GAIN = 10.0, 1.5
"""Twice the least pre-activation of a unit, and that of a pushed number: tanh(5) is 0.9999, tanh(1.5) 0.905. Rounding errors grow
with both: with 20 and 20 float32 was not covered for `count-natural` in base 10."""

HELD = float(np.tanh(PUSH_GAIN))
"""A pushed number."""

TRIES = 20
"""Greedy covers that are tried; the one with the fewest rules is kept."""

Tensor = NDArray[np.float64]


class Merged(NamedTuple):
    """A merged rule: for each dimension (node, symbol, tops) the values that it takes, and the node that it leads to."""

    takes: tuple[NDArray[np.bool_], ...]
    after: int


def merged_rules(found: Graph, machine: StackMachine, seed: int = 0) -> list[Merged]:
    """Few merged rules, of which each step of the graph has exactly one; what no word leads to may have any."""
    steps = np.array([[edge.node, edge.symbol, *edge.tops] for edge in found.edges])
    after = np.array([edge.after for edge in found.edges])
    sizes = [len(found.states), machine.symbols, *[machine.letters] * machine.stacks]
    rng = np.random.default_rng(seed)
    return min((_greedy(steps, after, sizes, rng) for _ in range(TRIES)), key=len)


def _greedy(steps: NDArray[np.int64], after: NDArray[np.int64], sizes: list[int], rng: np.random.Generator) -> list[Merged]:
    free, rules, order = np.ones(len(steps), bool), list[Merged](), rng.permutation(len(sizes))
    while free.any():
        chosen = rng.choice(np.flatnonzero(free))
        foreign = ~(free & (after == after[chosen]))
        takes = [np.arange(size) == value for size, value in zip(sizes, steps[chosen], strict=True)]
        for dimension in order:
            others = [takes[d][steps[:, d]] for d in range(len(sizes)) if d != dimension]
            takes[dimension] = ~np.isin(np.arange(sizes[dimension]), steps[np.all(others, axis=0) & foreign, dimension])
        free &= ~np.all([takes[d][steps[:, d]] for d in range(len(sizes))], axis=0)
        rules.append(Merged(tuple(takes), int(after[chosen])))
    return rules


@dataclass
class _Design:
    """The tensors of the net while they are filled in: those of `StackRnn`, without their prefix."""

    tensors: dict[str, Tensor]

    def lift(self, name: str, at: object, value: float) -> None:
        """Adds a number to some entries of a tensor."""
        self.tensors[name][at] += value  # type: ignore[index]


def construct(machine: StackMachine, *, base: int, tapes: int, classes: int) -> Net:
    """The net that does what a machine with stacks does.

    Args:
        machine: The machine, over base^tapes symbols.
        base: The values of a digit on one tape.
        tapes: The digits that are read at each step; 1.
        classes: C.
    """
    found = graph(machine, fine=True)
    rules = merged_rules(found, machine)
    units, width, stacks = len(rules) + 1, machine.letters, machine.stacks
    design = _Design({
        "weight_ih": np.zeros((units, base * tapes)), "weight_hh": np.zeros((units, units)), "bias": np.zeros(units),
        "weight_top": np.zeros((units, stacks * width)), "weight_action": np.zeros((2 * stacks, units)),
        "bias_action": np.zeros(2 * stacks), "weight_push": np.zeros((stacks * width, units)),
        "bias_push": np.full(stacks * width, -PUSH_GAIN),
    })  # fmt: skip
    design.lift("bias", units - 1, GAIN)
    design.lift("bias_push", slice(None, None, width), 2 * PUSH_GAIN)
    targets = np.array([rule.after for rule in rules])
    for unit, rule in enumerate(rules):
        _recognise(design, unit, rule, targets, width)
    done = {edge.after: edge.rule for edge in found.edges}
    weight, bias = np.zeros((classes, units)), np.zeros(classes)
    for unit, target in enumerate(targets):
        _act(design, unit, done[target].actions, width)
        if done[target].output != FREE:
            weight[done[target].output, unit] += 2
            bias[done[target].output] += 2
    tensors: dict[str, Any] = {name: value.astype(np.float32) for name, value in design.tensors.items()}
    cell = StackRnn(**tensors)
    return Net(cell, weight.astype(np.float32), bias.astype(np.float32), base=base, tapes=tapes)


def _recognise(design: _Design, unit: int, rule: Merged, targets: NDArray[np.int64], width: int) -> None:
    """Each dimension that does not take everything adds `GAIN` where it holds, else nothing; all of them are needed."""
    nodes, symbols, *tops = rule.takes
    needed, last = 0, len(targets)
    if not nodes.all():
        needed += 1
        before = nodes[targets]
        sign = 1 if 2 * before.sum() <= last else -1  # the smaller set is added up: those that hold, or those that do not
        chosen = np.flatnonzero(before == (sign > 0))
        design.lift("weight_hh", (unit, chosen), sign * GAIN / 2)
        design.lift(
            "weight_hh", (unit, last), sign * GAIN / 2 * len(chosen) + (GAIN if sign < 0 else 0) - (GAIN if nodes[0] else 0)
        )
        design.lift("bias", unit, GAIN if nodes[0] else 0)  # before the first step all units are 0
    if not symbols.all():
        needed += 1
        design.lift("weight_ih", (unit, np.flatnonzero(symbols)), GAIN)
    for stack, letters in enumerate(tops):
        if not letters.all():
            needed += 1
            held, first = np.flatnonzero(letters[1:]) + 1, stack * width
            design.lift("weight_top", (unit, first + held), GAIN / 2 / HELD)
            design.lift("weight_top", (unit, first), (GAIN / 2 * len(held) - (GAIN if letters[BOTTOM] else 0)) / HELD)
            design.lift("bias", unit, GAIN if letters[BOTTOM] else 0)
    design.lift("bias", unit, GAIN * (0.5 - needed))


def _act(design: _Design, unit: int, actions: tuple[int, ...], width: int) -> None:
    """The gates' numbers are 2 or -2, as the unit's rule acts; what it pushes is its letter."""
    for stack, action in enumerate(actions):
        for gate, sign in ((2 * stack, 1 if action > POP else -1), (2 * stack + 1, 1 if action == POP else -1)):
            design.lift("weight_action", (gate, unit), sign)
            design.lift("bias_action", gate, sign)
        if action > POP:
            design.lift("weight_push", (stack * width + action - 1, unit), PUSH_GAIN)
            design.lift("bias_push", stack * width + action - 1, PUSH_GAIN)
