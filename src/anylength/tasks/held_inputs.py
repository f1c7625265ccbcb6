"""Held inputs of a machine: repeated symbols under which a net must remember its state.

A symbol *holds* a state q when q lies on a cycle under the symbol and another state never merges with q under it. A net must then
remember which of the two it is in for as long as the symbol is repeated. For `count` the symbol 9 holds both states.
"""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from anylength.machines import Machine, reachable
from anylength.tasks.task import CarryChain

MAX_CARRY_CHAINS = 64
"""Carry chains kept for one machine. More test more held inputs; the cost of stress tests and horizons grows linearly with them."""

Item = TypeVar("Item")


def carry_chains_of(machine: Machine) -> list[CarryChain]:
    """Every pair of a state's shortest word and a symbol that holds the state; `MAX_CARRY_CHAINS` evenly chosen ones if more."""
    prefixes = reachable(machine)
    held = [held_states(machine, list(prefixes), s) for s in range(machine.symbols)]
    chains = [CarryChain(prefix, s) for s, states in enumerate(held) for q, prefix in prefixes.items() if q in states]
    return evenly_chosen(chains, MAX_CARRY_CHAINS)


def held_states(machine: Machine, states: Sequence[int], symbol: int) -> set[int]:
    """The states that `symbol` holds: those on its cycles, if there are two or more of them.

    Applies the symbol to all `states` until their number no longer shrinks.
    """
    image, size_before = set(states), 0
    while len(image) != size_before:
        size_before, image = len(image), {machine.delta[q][symbol] for q in image}
    return image if len(image) > 1 else set()


def reset_symbols(machine: Machine) -> dict[int, list[int]]:
    """For each state the symbols that lead to it from every reachable state; empty for a machine with one reachable state."""
    resets: dict[int, list[int]] = {}
    states = list(reachable(machine))
    for s in range(machine.symbols):
        targets = {machine.delta[q][s] for q in states}
        if len(targets) == 1 and len(states) > 1:
            resets.setdefault(targets.pop(), []).append(s)
    return resets


def evenly_chosen(items: Sequence[Item], most: int) -> list[Item]:
    """All items, or `most` of them at evenly spaced positions, first and last included; none where `most` is negative."""
    if len(items) <= most:
        return list(items)
    return [items[int(position)] for position in np.linspace(0, len(items) - 1, max(most, 0))]
