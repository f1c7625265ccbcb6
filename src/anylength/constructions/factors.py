"""Factors: smaller machines that run side by side and together say in which state the machine is.

A congruence puts states into blocks: from the states of one block, each symbol leads into one block. So its blocks are the states
of a smaller machine. Where some congruences together tell all states apart, their machines replace the whole one (Hartmanis and
Stearns 1966). S5 with 120 states and 120 symbols becomes three machines of five states and one of two.

Congruences are searched only where each symbol permutes the states, as in the word problem of a group: there the block of the start
state fixes a congruence (its blocks are the cosets of a subgroup).
"""

import math
from collections.abc import Iterator

from anylength.rules import Machine

Blocks = tuple[int, ...]
"""The number of the block of each state, in order of first appearance."""


def factors(machine: Machine) -> list[Blocks]:
    """Congruences that together tell all states apart; the one with a block for each state, if nothing coarser is found.

    Each is taken for what it adds: by how much, on a logarithmic scale, it cuts down the number of states that are not yet told
    from the start state, for each of the arrows between its blocks. The start state must be 0, and all states must be reachable.
    """
    whole = tuple(range(machine.states))
    # S5 by all its elements is 1.7 million and takes some seconds
    if machine.states**2 * machine.symbols > (1 << 22) or not _permutes(machine):
        return [whole]
    candidates = sorted({_coarsest_apart(machine, state) for state in range(1, machine.states)})
    arrows = {blocks: len(set(_arrows(machine, blocks))) for blocks in candidates}
    found: list[Blocks] = []
    left = set(range(machine.states))
    while len(left) > 1:
        rest = {blocks: {state for state in left if blocks[state] == 0} for blocks in candidates}
        best = max(candidates, key=lambda blocks: math.log(len(left) / len(rest[blocks])) / arrows[blocks])
        found, left = [*found, best], rest[best]
    return found or [whole]


def _arrows(machine: Machine, blocks: Blocks) -> Iterator[tuple[int, int]]:
    """The pairs of a block and a next block, once for each state and symbol."""
    for state, row in enumerate(machine.delta):
        for target in row:
            yield blocks[state], blocks[target]


def quotient(machine: Machine, blocks: Blocks) -> list[list[int]]:
    """The next block of each block under each symbol."""
    first = {block: state for state, block in reversed(list(enumerate(blocks)))}
    return [[blocks[state] for state in machine.delta[first[block]]] for block in range(len(first))]


def _permutes(machine: Machine) -> bool:
    """Whether each symbol permutes the states."""
    return all(len(set(column)) == machine.states for column in zip(*machine.delta, strict=True))


def _coarsest_apart(machine: Machine, state: int) -> Blocks:
    """A congruence that parts this state from state 0, and becomes no coarser by a merge of a state with state 0."""
    parents = list(range(machine.states))
    for other in (*range(state + 1, machine.states), *range(1, state)):
        if _root(parents, other) != _root(parents, 0):
            parents = _merged(machine, parents, other, state) or parents
    numbers: dict[int, int] = {}
    return tuple(numbers.setdefault(_root(parents, each), len(numbers)) for each in range(machine.states))


def _merged(machine: Machine, parents: list[int], other: int, apart: int) -> list[int] | None:
    """The finest coarser congruence (as a forest) with `other` in the block of 0; None where `apart` would be in it too."""
    parents = list(parents)
    waiting: list[tuple[int, int]] = [(0, other)]
    while waiting:
        first, second = (_root(parents, state) for state in waiting.pop())
        if first == second:
            continue
        parents[second] = first
        if _root(parents, 0) == _root(parents, apart):
            return None
        waiting.extend(zip(machine.delta[first], machine.delta[second], strict=True))
    return parents


def _root(parents: list[int], state: int) -> int:
    """The root of the tree of a state; the trees are the blocks."""
    while parents[state] != state:
        parents[state] = parents[parents[state]]
        state = parents[state]
    return state
