"""Finite transducers (Mealy machines): the exact rule of every finite-state task. Standard library only.

A `Machine` is checked whole at construction and immutable afterwards. Everything that walks state graphs (reachability,
minimisation, comparison) calls the one engine `explore`.
"""

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

State = TypeVar("State", bound=Hashable)


@dataclass(frozen=True)
class Machine:
    """A complete deterministic transducer: in state q reading symbol s it emits `output[q][s]` and goes to `delta[q][s]`.

    Attributes:
        start: The first state.
        delta: `[Q][A]` next states.
        output: `[Q][A]` output classes, 0 or more.
        names: A readable name for each state.

    Raises:
        ValueError: A table is empty, ragged or names a state that does not exist.
    """

    start: int
    delta: tuple[tuple[int, ...], ...]
    output: tuple[tuple[int, ...], ...]
    names: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "delta", tuple(tuple(map(int, row)) for row in self.delta))
        object.__setattr__(self, "output", tuple(tuple(map(int, row)) for row in self.output))
        object.__setattr__(self, "names", tuple(self.names) or tuple(f"q{q}" for q in range(len(self.delta))))
        self._check()

    def _check(self) -> None:
        states, symbols = len(self.delta), len(self.delta[0]) if self.delta else 0
        if not states or not symbols:
            raise ValueError("a machine needs at least one state and one symbol")
        for table in (self.delta, self.output):
            if len(table) != states or any(len(row) != symbols for row in table):
                raise ValueError(f"delta and output must both have {states} rows of {symbols} entries")
        if len(self.names) != states:
            raise ValueError(f"expected {states} state names, got {len(self.names)}")
        if any(not 0 <= q < states for row in (*self.delta, (self.start,)) for q in row):
            raise ValueError(f"states are numbered 0 to {states - 1}: an entry of delta or the start lies outside")
        if any(c < 0 for row in self.output for c in row):
            raise ValueError("output classes are numbered from 0: a negative one was given")

    @property
    def states(self) -> int:
        """Q, the number of states."""
        return len(self.delta)

    @property
    def symbols(self) -> int:
        """A, the number of symbols."""
        return len(self.delta[0])

    @property
    def classes(self) -> int:
        """C, one more than the largest output class."""
        return 1 + max(max(row) for row in self.output)

    def step(self, state: int, symbol: int) -> tuple[int, int]:
        """Reads one symbol: (next state, output)."""
        return self.delta[state][symbol], self.output[state][symbol]

    def run(self, word: Iterable[int]) -> list[int]:
        """The outputs on `word`, one for each symbol."""
        state, outputs = self.start, []
        for symbol in word:
            state, output = self.step(state, symbol)
            outputs.append(output)
        return outputs

    def trace(self, word: Iterable[int]) -> list[int]:
        """The states on `word`: the start, then the state after each symbol."""
        states = [self.start]
        for symbol in word:
            states.append(self.delta[states[-1]][symbol])
        return states


def explore(start: State, symbols: Sequence[int], follow: Callable[[State, int], State]) -> Iterator[tuple[State, tuple[int, ...]]]:
    """Visits every state reachable from `start` breadth first: yields (state, the first shortest word to it).

    Words of equal length come in the order of `symbols`. Stops by itself only where finitely many states are reachable.
    """
    seen = {start}
    queue: deque[tuple[State, tuple[int, ...]]] = deque([(start, ())])
    while queue:
        state, word = queue.popleft()
        yield state, word
        for symbol in symbols:
            after = follow(state, symbol)
            if after not in seen:
                seen.add(after)
                queue.append((after, (*word, symbol)))


def reachable(machine: Machine) -> dict[int, tuple[int, ...]]:
    """Each reachable state with a shortest word that leads to it, in breadth-first order."""
    return dict(explore(machine.start, range(machine.symbols), lambda q, s: machine.delta[q][s]))


def minimise(machine: Machine) -> Machine:
    """The smallest equivalent machine, its states numbered breadth first (so equal machines become identical).

    Partition refinement (Moore 1956): states are split by their outputs, then by the blocks that they lead to, until stable.
    """
    states = list(reachable(machine))
    block = _number(states, {q: machine.output[q] for q in states})
    while True:
        finer = _number(states, {q: (block[q], *(block[r] for r in machine.delta[q])) for q in states})
        if len(set(finer.values())) == len(set(block.values())):
            break
        block = finer
    leader = {block[q]: q for q in reversed(states)}
    order = list(dict.fromkeys(block[q] for q in states))
    index = {b: i for i, b in enumerate(order)}
    return Machine(
        start=0,
        delta=tuple(tuple(index[block[r]] for r in machine.delta[leader[b]]) for b in order),
        output=tuple(machine.output[leader[b]] for b in order),
        names=tuple(machine.names[leader[b]] for b in order),
    )


def _number(states: list[int], key: Mapping[int, Hashable]) -> dict[int, int]:
    """Numbers the states by their keys, in order of first appearance."""
    numbers: dict[Hashable, int] = {}
    return {q: numbers.setdefault(key[q], len(numbers)) for q in states}


def distinguishing_word(one: Machine, other: Machine) -> tuple[int, ...] | None:
    """A shortest word on which the two machines' outputs differ (its last symbol shows it), or None if there is none.

    Raises:
        ValueError: The machines read different alphabets.
    """
    if one.symbols != other.symbols:
        raise ValueError(f"machines over {one.symbols} and {other.symbols} symbols cannot be compared")

    def follow(pair: tuple[int, int], symbol: int) -> tuple[int, int]:
        return one.delta[pair[0]][symbol], other.delta[pair[1]][symbol]

    for (p, q), word in explore((one.start, other.start), range(one.symbols), follow):
        for symbol in range(one.symbols):
            if one.output[p][symbol] != other.output[q][symbol]:
                return (*word, symbol)
    return None


def equivalent(one: Machine, other: Machine) -> bool:
    """Whether the two machines give the same outputs on every word."""
    return distinguishing_word(one, other) is None
