"""A net with stacks that is made from a machine, without training: one saturated unit for each merged rule.

A merged rule is a product of sets, of nodes of the machine's graph, symbols and letters on top of each stack, in all of which
the machine does the same. Its unit is 1 after such a step and -1 after all others; one more unit is 1 after every step, and 0
before the first. So the unit that is 1 tells what was just done, hence the node, the answer and the actions. A vector on a stack
has a 1 at its letter and at place 0, which tells it from the bottom, and else -1, all of them times the size that is held.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from anylength.cells import StackRnn
from anylength.nets import Net
from anylength.rules import FREE, POP, Graph, Rule, StackMachine, graph

GAIN, DECIDED = 10.0, 4.0
"""Twice the least pre-activation of a unit, tanh(5) is 0.9999; and the size of the gates' numbers."""

PUSH_GAIN, MANY = 1.5, 8
"""The pre-activation of a pushed number where there are at most `MANY` units; of more it is less in proportion: the rounding errors
of all units add up in what is pushed, and small numbers, read with large weights, have small errors. Else float32 is not covered
from some 60 units on."""

TRIES, FEW_EDGES = 20, 500
"""Greedy covers that are tried for each graph, of which the one with the fewest rules is kept; and the most edges of a machine
whose fine graph is tried, too: it saves a rule here and there."""

Tensor = NDArray[np.float64]
Chosen = NDArray[np.bool_]


class Merged(NamedTuple):
    """A merged rule: for each dimension (node, symbol, tops) the values that it takes; what is done, and the node after it."""

    takes: tuple[Chosen, ...]
    rule: Rule
    after: int


def merged_rules(machine: StackMachine, seed: int = 0) -> list[Merged]:
    """Few merged rules, of which each step of the machine has exactly one; what no word leads to may have any."""
    graphs = [graph(machine)]
    graphs += [graph(machine, fine=True)] if len(graphs[0].edges) <= FEW_EDGES else []
    draws = [(found, np.random.default_rng(seed)) for found in graphs]
    return min((_greedy(found, machine, rng) for found, rng in draws for _ in range(TRIES)), key=len)


def _greedy(found: Graph, machine: StackMachine, rng: np.random.Generator) -> list[Merged]:
    edges = found.edges
    sizes = [len(found.states), machine.symbols, *[machine.letters] * machine.stacks]
    steps = np.array([[edge.node, edge.symbol, *edge.tops] for edge in edges])
    numbers = {rule: number for number, rule in enumerate(dict.fromkeys(edge.rule for edge in edges))}
    done = np.array([numbers[edge.rule] for edge in edges])
    free, rules, order = np.ones(len(steps), bool), list[Merged](), rng.permutation(len(sizes))
    while free.any():
        chosen = rng.choice(np.flatnonzero(free))
        foreign = ~(free & (done == done[chosen]))
        takes = [np.arange(size) == value for size, value in zip(sizes, steps[chosen], strict=True)]
        for dimension in order:
            others = [takes[d][steps[:, d]] for d in range(len(sizes)) if d != dimension]
            takes[dimension] = ~np.isin(np.arange(sizes[dimension]), steps[np.all(others, axis=0) & foreign, dimension])
        free &= ~np.all([takes[d][steps[:, d]] for d in range(len(sizes))], axis=0)
        rules.append(Merged(tuple(takes), edges[chosen].rule, edges[chosen].after))
    return rules


@dataclass
class _Design:
    """The net while it is filled in.

    Attributes:
        tensors: Those of `StackRnn`, without their prefix, and the read-out.
        push: The pre-activation of a pushed number.
    """

    tensors: dict[str, Tensor]
    push: float

    @property
    def held(self) -> float:
        """A pushed number."""
        return float(np.tanh(self.push))

    def lift(self, name: str, at: object, value: Any) -> None:
        """Adds numbers to some entries of a tensor."""
        self.tensors[name][at] += value  # type: ignore[index]


def construct(machine: StackMachine, *, base: int, tapes: int, classes: int) -> Net:
    """The net that does what a machine with stacks does.

    Args:
        machine: The machine, over base^tapes symbols.
        base: The values of a digit on one tape.
        tapes: The digits that are read at each step; 1.
        classes: C.
    """
    rules = merged_rules(machine)
    units, width, stacks = len(rules) + 1, machine.letters, machine.stacks
    design = _Design({
        "weight_ih": np.zeros((units, base * tapes)), "weight_hh": np.zeros((units, units)), "bias": np.zeros(units),
        "weight_top": np.zeros((units, stacks * width)), "weight_action": np.zeros((2 * stacks, units)),
        "bias_action": np.zeros(2 * stacks), "weight_push": np.zeros((stacks * width, units)),
        "bias_push": np.zeros(stacks * width), "weight": np.zeros((classes, units)), "bias_answer": np.zeros(classes),
    }, PUSH_GAIN * min(1.0, MANY / units))  # fmt: skip
    design.lift("bias", units - 1, GAIN)
    targets = np.array([rule.after for rule in rules])
    for unit, rule in enumerate(rules):
        _recognise(design, unit, rule, targets, width)
    for stack, actions in enumerate(np.array([rule.rule.actions for rule in rules]).T):
        _act(design, stack, actions, width)
    outputs = np.array([rule.rule.output for rule in rules])
    for output in range(classes):
        _tell(design, ("weight", "bias_answer"), output, outputs == output, (outputs != output) & (outputs != FREE), 2.0)
    tensors: dict[str, Any] = {name: value.astype(np.float32) for name, value in design.tensors.items()}
    weight, bias = tensors.pop("weight"), tensors.pop("bias_answer")
    return Net(StackRnn(**tensors), weight, bias, base=base, tapes=tapes)


def _recognise(design: _Design, unit: int, rule: Merged, targets: NDArray[np.int64], width: int) -> None:
    """Each dimension that does not take everything adds `GAIN` where it holds, else nothing; all of them are needed."""
    nodes, symbols, *tops = rule.takes
    if not symbols.all():
        design.lift("weight_ih", (unit, np.flatnonzero(symbols)), GAIN)
    if not nodes.all():  # before the first step all units are 0
        _add(design, "weight_hh", unit, np.arange(len(targets)), len(targets), nodes[targets], is_empty=bool(nodes[0]))
    for stack, letters in enumerate(tops):
        if not letters.all():
            first = stack * width
            _add(
                design,
                "weight_top",
                unit,
                first + np.arange(1, width),
                first,
                letters[1:],
                is_empty=bool(letters[0]),
                size=design.held,
            )
    design.lift("bias", unit, GAIN * (0.5 - sum(not taken.all() for taken in rule.takes)))


def _add(
    design: _Design,
    name: str,
    unit: int,
    places: NDArray[np.int64],
    always: int,
    taken: Chosen,
    *,
    is_empty: bool,
    size: float = 1.0,
) -> None:
    """Adds `GAIN` where the place that is `size` is one of those taken, or where all are 0, if that is, too; else nothing.

    All other places are -`size` then, and the place `always` is `size`. The smaller set is added up: those taken, or those not.
    """
    sign = 1 if 2 * taken.sum() <= len(taken) else -1
    fewer = taken == (sign > 0)
    design.lift(name, (unit, places[fewer]), sign * GAIN / 2 / size)
    design.lift(name, (unit, always), (sign * GAIN / 2 * fewer.sum() + GAIN * (int(sign < 0) - int(is_empty))) / size)
    design.lift("bias", unit, GAIN * is_empty)


def _act(design: _Design, stack: int, actions: NDArray[np.int64], width: int) -> None:
    """The gates' numbers are `DECIDED` or minus that, as each unit's rule acts; what it pushes is its letter."""
    pushes, action = actions > POP, ("weight_action", "bias_action")
    _tell(design, action, 2 * stack, pushes, ~pushes, DECIDED)
    _tell(design, action, 2 * stack + 1, actions == POP, actions < POP, DECIDED)
    design.lift("bias_push", stack * width, design.push)
    for letter in range(1, width):
        is_pushed = actions == letter + 1
        _tell(design, ("weight_push", "bias_push"), stack * width + letter, is_pushed, pushes & ~is_pushed, design.push)


def _tell(design: _Design, names: tuple[str, str], row: int, yes: Chosen, no: Chosen, size: float) -> None:
    """A row's number is `size` after the units `yes`, and minus that after the units `no`. The smaller set is added up."""
    sign = 1 if yes.sum() <= no.sum() else -1
    fewer = np.flatnonzero(yes if sign > 0 else no)
    design.lift(names[0], (row, fewer), sign * size)
    design.lift(names[1], row, sign * size * (len(fewer) - 1))
