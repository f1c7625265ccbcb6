"""A net whose states are rounded, each number to a multiple of 2^-m, is a finite machine: a proof visits all of its states.

The claim: at every step of every word the machine's output leads by eta, if each computed state is a multiple of 2^-m nearest to a
number that differs by at most epsilon from the exact step. `nearest` finds those of the start state. `after` takes a
state and a symbol, computes the step from that very state, rounded outward and widened by epsilon, and finds all that are nearest
to a number in there: several where a border between two multiples is that close. So the computed next state is one of them. At each
the machine's output leads by eta, and each, beside the machine's next state, is visited in turn. There are no others.
"""

from collections.abc import Iterator
from functools import partial
from itertools import product
from math import prod
from typing import Any

from anylength_check.dyadic import UNIT, WEIGHT_SHIFT, Box, from_hex
from anylength_check.program import Program, Values, differences, fixed, run
from anylength_check.ranges import grid, matmul, range_of
from anylength_check.report import Checked
from anylength_check.rounding import Entering, Under, require_covered
from anylength_check.strict import require
from anylength_check.weights import Columns, Tensors, filled

State = tuple[int, ...]  # in units of 2^-m
EXACT = 1 << 24  # units: a float32 holds every multiple up to here
ALTERNATIVES = 1 << 16  # the most states that one step may lead to


class Rounded:
    """A proof, and the states that it is about."""

    counts = "there are not as many states and steps as the proof says"

    def __init__(self, top: dict[str, Any], program: Program, net: Tensors, columns: Columns, proof: dict[str, Any]) -> None:
        self.program, self.net, self.proof, self.machine = program, net, proof, top["machine"]
        self.rule, self.spacing = partial(range_of, net, columns), UNIT >> top["rounding"]["fraction_bits"]
        self.epsilon, self.eta = (from_hex(proof[name], name) for name in ("epsilon", "eta"))
        self.leaves = [encoded(top["encoding"], symbol) for symbol in range(len(self.machine["delta"][0]))]
        self.steps, self.answers = ([fixed(self.rule, program, which, leaf) for leaf in self.leaves] for which in (1, 2))
        self.weights = program.read_out(net)

    def checked(self, _: object = map) -> Checked:
        """Visits all states, one after the other, or Refused."""
        require(self.epsilon >= 0 and self.eta > 0, "epsilon is negative or eta is not positive")
        states, delta, steps, least = self.proof["states"], self.machine["delta"], 0, UNIT << 300
        waiting = [(self.machine["start"], state) for state in self.nearest(self.start())]
        visited = set(waiting)
        for machine_state, state in waiting:
            cut = self.cut(state)
            for symbol in range(len(self.leaves)):
                for after in self.after(cut, symbol):
                    steps, least = steps + 1, min(least, self.margin(machine_state, symbol, after))
                    require(len(visited) <= states and steps <= self.proof["steps"], self.counts)
                    pair = delta[machine_state][symbol], after
                    if pair not in visited:
                        visited.add(pair)
                        waiting.append(pair)
        require((len(visited), steps) == (states, self.proof["steps"]), self.counts)
        self.require_formats({state for _, state in visited})
        return Checked(f"rounded states visited: {states}; steps", steps, "", steps, least)

    def start(self) -> Box:
        """The start state."""
        return [(w << WEIGHT_SHIFT, w << WEIGHT_SHIFT) for w in self.program.start(self.net)]

    def nearest(self, box: Box) -> Iterator[State]:
        """All multiples, in their units, that are nearest to a point of the box: at most half a unit away in each row."""
        half, unit = self.spacing >> 1, self.spacing
        rows = [range(-((half - low) // unit), (high + half) // unit + 1) for low, high in box]
        require(prod(row.stop - row.start for row in rows) <= ALTERNATIVES, f"a step leads to more than {ALTERNATIVES} states")
        return product(*rows)

    def cut(self, state: State) -> Values:
        """The cut's values of a state."""
        values = run(self.rule, self.program, 0, {}, [(k * self.spacing, k * self.spacing) for k in state])
        return {number: values[number] for number in self.program.fields["cut"]}

    def after(self, cut: Values, symbol: int) -> Iterator[State]:
        """All states that may follow under a symbol."""
        exact = run(self.rule, self.program, 1, self.steps[symbol] | cut)[self.program.after]
        return self.nearest([grid(low - self.epsilon, high + self.epsilon) for low, high in exact])

    def margin(self, machine_state: int, symbol: int, after: State) -> int:
        """By how much the machine's output leads, at least; refused below eta."""
        values = run(self.rule, self.program, 2, self.answers[symbol], [(k * self.spacing, k * self.spacing) for k in after])
        by = differences(self.weights, self.machine["output"][machine_state][symbol])
        margin = min(low for low, _ in matmul(by, filled(by), [*values[self.program.features], (UNIT, UNIT)]))
        require(margin >= self.eta, f"under symbol {symbol} the machine's output does not lead by eta at a state: {after}")
        return margin

    def require_formats(self, states: set[State]) -> None:
        """Refuses unless the formats are covered on a box that holds all states, before a step and after it."""
        rows = [(min(row), max(row)) for row in zip(*states, strict=True)]
        box = [(low * self.spacing, high * self.spacing) for low, high in rows]
        for name in self.proof["formats"]:
            require(name == "float32", f"{name} is not covered: states are rounded")
            require(all(low >= -EXACT and high <= EXACT for low, high in rows), "float32 is not covered: it cannot hold a state")
            before, each = run(self.rule, self.program, 0, {}, box), list[Under]()
            cut = {number: before[number] for number in self.program.fields["cut"]}
            for leaf, in_step, in_answer in zip(self.leaves, self.steps, self.answers, strict=True):
                step = run(self.rule, self.program, 1, in_step | cut)
                each.append(Under(leaf, step, box, run(self.rule, self.program, 2, in_answer, box)))
            require_covered(name, self.program, self.net, self.epsilon, self.eta, Entering(box, before), each)


def encoded(encoding: dict[str, int], symbol: int) -> Box:
    """A symbol as the program reads it."""
    base = encoding["base"]
    digits = [symbol // base**tape % base for tape in range(encoding["tapes"])]
    return [(UNIT, UNIT) if digit == at else (0, 0) for digit in digits for at in range(base)]
