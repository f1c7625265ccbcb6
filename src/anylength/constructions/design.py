"""Which units realise a machine: those that stand for its state, and those that stand for its output."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from anylength.base import InputError
from anylength.constructions.factors import Blocks, factors, quotient
from anylength.constructions.rows import Reading
from anylength.constructions.units import AndUnit, and_units
from anylength.programs.json_form import MAX_AXIS
from anylength.rules import Machine

MOST_READ = (4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192)
"""How much noise an output unit reads at most: all are tried. Units that read less are more, and the read-out adds them up."""

READOUT_SHARE = 0.6
"""Noise in the read-out counts as this much noise in what a unit sees: units must stay in saturation, a logit must only lead."""

MAX_UNITS = MAX_AXIS
"""The recurrent weights of more units take more than 256 MiB, and no program holds them."""

WORTH_UNITS = 0.9
"""Output units are added where they cut the noise of the worst row down to this fraction at most."""


@dataclass(frozen=True)
class Design:
    """The units of a net.

    Attributes:
        states: For each factor the units that stand for its state.
        outputs: Units that stand for an output class; they read the first factor. None if the read-out reads the units of `states`.
        classes: For each class that has units, and for each factor, the targets of the units that speak for it.
        silent: The class that is answered where no unit speaks for another. None if each class has units.
    """

    states: list[list[AndUnit]]
    outputs: list[AndUnit] | None
    classes: dict[int, list[set[int]]]
    silent: int | None

    @property
    def units(self) -> list[AndUnit]:
        """All units in their order, but for the last one, which is always at +1."""
        return [*(unit for factor in self.states for unit in factor), *(self.outputs or [])]

    @property
    def speaking(self) -> list[list[AndUnit]]:
        """The units that the read-out reads."""
        return self.states if self.outputs is None else [self.outputs]

    @cached_property
    def readings(self) -> list[Reading]:
        """What units read of each factor: those of the factor itself, and of the first one also the output units."""
        readers = [self.states[0] + (self.outputs or []), *self.states[1:]]
        return [_reading(units, factor) for units, factor in zip(readers, self.states, strict=True)]

    @cached_property
    def noise(self) -> float:
        """By how much noise moves what the worst unit sees; or `READOUT_SHARE` of how much it moves a lead of 1 in the read-out."""
        spoken = [
            max(sum(unit.target in wanted for unit in units) for wanted in column)
            for units, column in zip(self.speaking, zip(*self.classes.values(), strict=True), strict=False)
        ]
        return max([READOUT_SHARE * max(spoken, default=0), *(reading.least_noise for reading in self.readings)])


def _reading(readers: list[AndUnit], factor: list[AndUnit]) -> Reading:
    """What some units read of a factor. Its start state is 0."""
    targets = np.array([unit.target for unit in factor])
    fires_after = np.zeros((len(readers), targets.max() + 1), bool)
    for row, unit in zip(fires_after, readers, strict=True):
        row[list(unit.predecessors)] = True
    always = np.array([row.all() for row in fires_after])
    return Reading(fires_after[:, targets] & ~always[:, None], fires_after[:, 0], always)


def design(machine: Machine, base: int, tapes: int) -> Design:
    """The units for a minimal machine.

    Raises:
        InputError: It needs too many units.
    """
    output_of = _output_of_targets(machine)
    if output_of is None:
        return _with_output_units(machine, base, tapes)
    plans = [_moore(machine, output_of, [tuple(range(machine.states))], base, tapes)]
    found = factors(machine)
    if len(found) > 1 and _are_boxes(output_of, found):
        plans.append(_moore(machine, output_of, found, base, tapes))
    plan = min(plans, key=lambda plan: len(plan.units))
    _require_few(plan.units)
    if len(plan.states) > 1 or plan.noise <= plan.readings[0].least_noise:
        return plan
    other = _with_output_units(machine, base, tapes)
    return other if other.noise <= WORTH_UNITS * plan.noise else plan


def _require_few(units: list[AndUnit]) -> None:
    """Refuses a machine that needs too many units. One more unit is always at +1."""
    if len(units) >= MAX_UNITS:
        remedy = "train a net, or take a smaller machine"
        raise InputError(f"a machine that needs fewer than {MAX_UNITS:,} units", f"one that needs {len(units):,}", remedy)


def _output_of_targets(machine: Machine) -> dict[int, int] | None:
    """The output of all steps to each state; None where steps to one state differ in their outputs (not a Moore machine)."""
    outputs: dict[int, int] = {}
    for targets, row in zip(machine.delta, machine.output, strict=True):
        for target, output in zip(targets, row, strict=True):
            if outputs.setdefault(target, output) != output:
                return None
    return outputs


def _moore(machine: Machine, output_of: dict[int, int], found: list[Blocks], base: int, tapes: int) -> Design:
    """The units for a machine whose states fix its outputs, as these factors side by side.

    Where there is only one, no unit speaks for the class of most units: so fewer of them, and less of their noise, add up.
    """
    states = [and_units(quotient(machine, blocks), base, tapes) for blocks in found]
    classes: dict[int, list[set[int]]] = {}
    for target, output in output_of.items():
        targets = classes.setdefault(output, [set() for _ in found])
        for blocks, each in zip(found, targets, strict=True):
            each.add(blocks[target])
    if len(found) > 1:
        return Design(states, None, classes, None)
    silent = _most_frequent([output_of[unit.target] for unit in states[0]])
    return Design(states, None, {output: targets for output, targets in classes.items() if output != silent}, silent)


def _are_boxes(output_of: dict[int, int], found: list[Blocks]) -> bool:
    """Whether the states of each output are all those whose blocks are, factor by factor, the block of one of them.

    A sum over factors can then tell them: only they have all their blocks right.
    """
    for output in set(output_of.values()):
        members = [state for state, each in output_of.items() if each == output]
        blocks = [{each[state] for state in members} for each in found]
        others = (state for state, other in output_of.items() if other != output)
        if any(all(each[state] in allowed for each, allowed in zip(found, blocks, strict=True)) for state in others):
            return False
    return True


def _with_output_units(machine: Machine, base: int, tapes: int) -> Design:
    """The design with output units that bears most noise; of nearly equal ones the one of fewest units."""
    states = and_units(machine.delta, base, tapes)
    _require_few(states)
    made = [_with_units_that_read(most, machine, states, base, tapes) for most in (np.inf, *MOST_READ)]
    plans = [plan for plan in made if len(plan.units) < MAX_UNITS] or made[:1]
    _require_few(plans[0].units)
    least = min(plan.noise for plan in plans)
    return min((plan for plan in plans if WORTH_UNITS * plan.noise <= least), key=lambda plan: len(plan.units))


def _with_units_that_read(most: float, machine: Machine, states: list[AndUnit], base: int, tapes: int) -> Design:
    """The design whose output units read at most this much noise. No unit speaks for the class that needs most."""
    weight = np.bincount([unit.target for unit in states], minlength=machine.states)

    def parts(predecessors: frozenset[int]) -> list[frozenset[int]]:
        read = weight[list(predecessors)].sum()
        if 2 * read * (1 - read / len(states)) <= most:
            return [predecessors]
        return _shared_out(predecessors, weight, most / 2)

    units = and_units(machine.output, base, tapes, parts)
    silent = _most_frequent([unit.target for unit in units])
    kept = [unit for unit in units if unit.target != silent]
    return Design([states], kept, {unit.target: [{unit.target}] for unit in kept}, silent)


def _shared_out(states: frozenset[int], weight: np.ndarray, most: float) -> list[frozenset[int]]:
    """The states in parts, each of this weight at most, or of one state."""
    parts: list[set[int]] = []
    total = np.inf
    for state in sorted(states):
        total += weight[state]
        if total > most:
            parts.append(set())
            total = weight[state]
        parts[-1].add(state)
    return [frozenset(part) for part in parts]


def _most_frequent(outputs: list[int]) -> int:
    """The output that occurs most often; the least of several."""
    return min(set(outputs), key=lambda output: (-outputs.count(output), output))
