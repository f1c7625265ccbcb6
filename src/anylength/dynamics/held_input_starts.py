"""Which holds are worth a look: every symbol with every state that it leaves the machine in, entered in several ways.

A net's state depends on how it came there, so one hold of the machine has several beginnings: after each symbol that leads into
it, and from where long runs of other symbols end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from anylength.machines import Machine, reachable

MAX_PAIRS, MAX_STARTS_PER_PAIR, MAX_STARTS = 24, 27, 40
"""Pairs of state and symbol, ways into one of them, and all in all."""

LONG = 6
"""So many equal symbols stand for a long run in a prefix."""

Item = TypeVar("Item")


@dataclass(frozen=True)
class HeldInputStart:
    """One beginning of a hold.

    Attributes:
        prefix: The word before the held symbol.
        symbol: The held symbol.
        state: The machine's state after the prefix; the symbol keeps it on a cycle.
        remembers: Whether the machine must tell this state from another one for as long as the symbol is held.
    """

    prefix: tuple[int, ...]
    symbol: int
    state: int
    remembers: bool


def held_input_starts(machine: Machine) -> list[HeldInputStart]:
    """The beginnings of the machine's holds, those that must remember first."""
    words = reachable(machine)
    pairs = [(q, s) for s in range(machine.symbols) for q in words if _returns(machine, q, s)]
    kept = {s: len({q for q, t in pairs if t == s}) > 1 for s in range(machine.symbols)}
    telling = evenly_spaced([pair for pair in pairs if kept[pair[1]]], MAX_PAIRS)
    others = evenly_spaced([pair for pair in pairs if not kept[pair[1]]], MAX_PAIRS - len(telling) + machine.states)
    each = max(1, (MAX_STARTS - len(others)) // max(1, len(telling)))
    found = [
        HeldInputStart(w, s, q, True)
        for q, s in telling
        for w in evenly_spaced(_ways(machine, words, q, s), min(MAX_STARTS_PER_PAIR, each))
    ]
    return found + [HeldInputStart(w, s, q, False) for q, s in others for w in _ways(machine, words, q, s)[:1]]


def _returns(machine: Machine, state: int, symbol: int) -> bool:
    """Whether a state lies on a cycle under a symbol."""
    at = state
    for _ in range(machine.states):
        at = machine.delta[at][symbol]
        if at == state:
            return True
    return False


def _ways(machine: Machine, words: dict[int, tuple[int, ...]], state: int, symbol: int) -> list[tuple[int, ...]]:
    """Prefixes that lead to the state: one by each last symbol, long runs of another symbol, and those broken by one symbol."""
    ways = [words[state]] if state == machine.start else []
    last = [(p, s) for p in words for s in range(machine.symbols) if s != symbol and machine.delta[p][s] == state]
    first = {s: (*words[p], s) for p, s in reversed(last)}
    ways += [first[s] for s in sorted(first)]
    ways += [(run,) * LONG for run in range(machine.symbols) if run != symbol]
    ways += [(*(symbol,) * LONG, s) for s in sorted(first)]
    return [way for way in dict.fromkeys(ways) if machine.trace(way)[-1] == state]


def evenly_spaced(items: Sequence[Item], most: int) -> list[Item]:
    """At most so many of the items, evenly chosen."""
    if len(items) <= most:
        return list(items)
    return [items[int(at)] for at in np.linspace(0, len(items) - 1, max(most, 0))]
