"""Which held inputs are examined: each symbol with each machine state on its cycles, entered through several prefixes.

The state of a net depends on the whole word so far. So one machine state under one symbol has several starts: after each symbol
that leads into it, and after long runs of other symbols.
"""

from dataclasses import dataclass
from typing import TypeVar

from anylength.rules import Machine, evenly_chosen, reachable

MAX_PAIRS = 24
"""Pairs of a machine state and a held symbol at most. More pairs find more failures and cost linear time, as for the next two."""

MAX_STARTS_PER_PAIR = 27
"""Prefixes for one pair at most. `count` has 27 for nines without a carry, and all of them are examined."""

MAX_STARTS = 40
"""Held inputs of a task at most, all pairs together."""

LONG_RUN = 6
"""Repetitions of a symbol that stand for a long run in a prefix."""

Item = TypeVar("Item")


@dataclass(frozen=True)
class HeldInputStart:
    """One start of a held input.

    Attributes:
        prefix: The word before the held symbol.
        symbol: The held symbol.
        state: The machine's state after the prefix. It lies on a cycle under the held symbol.
        remembers: Whether the machine must tell this state from another one for as long as the symbol repeats.
    """

    prefix: tuple[int, ...]
    symbol: int
    state: int
    remembers: bool


def held_input_starts(machine: Machine) -> list[HeldInputStart]:
    """The starts of the machine's held inputs, those that must remember first."""
    words = reachable(machine)
    pairs = [(q, s) for s in range(machine.symbols) for q in words if _lies_on_cycle(machine, q, s)]
    remembers = {s: len({q for q, t in pairs if t == s}) > 1 for s in range(machine.symbols)}
    remembering = evenly_chosen([pair for pair in pairs if remembers[pair[1]]], MAX_PAIRS)
    others = evenly_chosen([pair for pair in pairs if not remembers[pair[1]]], MAX_PAIRS - len(remembering) + machine.states)
    share = max(1, (MAX_STARTS - len(others)) // max(1, len(remembering)))
    starts = [
        HeldInputStart(prefix, symbol, state, True)
        for state, symbol in remembering
        for prefix in evenly_chosen(_prefixes(machine, words, state, symbol), min(MAX_STARTS_PER_PAIR, share))
    ]
    return starts + [
        HeldInputStart(prefix, symbol, state, False)
        for state, symbol in others
        for prefix in _prefixes(machine, words, state, symbol)[:1]
    ]


def _lies_on_cycle(machine: Machine, state: int, symbol: int) -> bool:
    """Whether a state lies on a cycle under a symbol."""
    current = state
    for _ in range(machine.states):
        current = machine.delta[current][symbol]
        if current == state:
            return True
    return False


def _prefixes(machine: Machine, words: dict[int, tuple[int, ...]], state: int, symbol: int) -> list[tuple[int, ...]]:
    """Prefixes that lead to the state.

    There is one for each last symbol, one for each long run of another symbol, and for each last symbol one in which it follows a
    long run of the held symbol.
    """
    prefixes = [words[state]] if state == machine.start else []
    last = [(p, s) for p in words for s in range(machine.symbols) if s != symbol and machine.delta[p][s] == state]
    shortest = {s: (*words[p], s) for p, s in reversed(last)}
    prefixes += [shortest[s] for s in sorted(shortest)]
    prefixes += [(run,) * LONG_RUN for run in range(machine.symbols) if run != symbol]
    prefixes += [(*(symbol,) * LONG_RUN, s) for s in sorted(shortest)]
    return [prefix for prefix in dict.fromkeys(prefixes) if machine.trace(prefix)[-1] == state]
