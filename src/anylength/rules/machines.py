"""Finite transducers (Mealy machines): the exact rule of every finite-state task. Standard library only.

A `Machine` is checked at construction and immutable. Reachability, minimisation and comparison all use the breadth-first search
`explore`.
"""

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

ACCEPTOR_OUTPUTS = ("reject", "accept")
"""The outputs of an acceptor: whether the word read so far is in the language."""

MAX_SYMBOLS, MAX_OUTPUTS = 4_096, 1_024
"""Most symbols, the checker's limit, and most outputs of a task."""

MAX_NAME = 40
"""Longest name of a symbol or an output, in characters: a word of a few symbols must fit on a line."""

State = TypeVar("State", bound=Hashable)


class Table:
    """Something with a row of next states for each state, and in it a column for each symbol."""

    delta: tuple[tuple[int, ...], ...]

    @property
    def states(self) -> int:
        """Q, the number of states."""
        return len(self.delta)

    @property
    def symbols(self) -> int:
        """A, the number of symbols."""
        return len(self.delta[0])


@dataclass(frozen=True)
class Machine(Table):
    """A complete deterministic transducer. In state q, on symbol s, it emits `output[q][s]` and moves to `delta[q][s]`.

    Attributes:
        start: The start state.
        delta: `[Q][A]` next states.
        output: `[Q][A]` output classes, 0 or more.
        names: A name for each state; `q0`, `q1`, … by default. Comparison ignores them.

    Raises:
        ValueError: A table is empty or ragged, or contains a state or an output class that does not exist.
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
        """Raises ValueError unless the tables have one shape and valid entries."""
        states, symbols = len(self.delta), len(self.delta[0]) if self.delta else 0
        if not states or not symbols:
            raise ValueError("a machine needs at least one state and one symbol")
        for table in (self.delta, self.output):
            if len(table) != states or any(len(row) != symbols for row in table):
                raise ValueError(f"delta and output must both have {states} rows of {symbols} entries")
        if len(self.names) != states:
            raise ValueError(f"expected {states} state names, got {len(self.names)}")
        if any(min(row) < 0 or max(row) >= states for row in (*self.delta, (self.start,))):
            raise ValueError(f"states are numbered 0 to {states - 1}: an entry of delta or the start lies outside")
        if any(min(row) < 0 for row in self.output):
            raise ValueError("output classes are numbered from 0: a negative one was given")

    @property
    def classes(self) -> int:
        """C, one more than the largest output class."""
        return 1 + max(max(row) for row in self.output)

    def step(self, state: int, symbol: int) -> tuple[int, int]:
        """The next state and the output on one symbol."""
        return self.delta[state][symbol], self.output[state][symbol]

    def run(self, word: Iterable[int]) -> list[int]:
        """The outputs on `word`, one per symbol."""
        state, outputs = self.start, []
        for symbol in word:
            state, output = self.step(state, symbol)
            outputs.append(output)
        return outputs

    def trace(self, word: Iterable[int]) -> list[int]:
        """The states on `word`: the start state, then the state after each symbol."""
        states = [self.start]
        for symbol in word:
            states.append(self.delta[states[-1]][symbol])
        return states


@dataclass(frozen=True)
class NamedMachine:
    """A machine whose symbols and outputs have names.

    Attributes:
        machine: The machine.
        symbols: A names, one for each symbol, no two alike.
        outputs: C names, one for each output class.
        graded: Which outputs are the answer to a word: the "last" one (an acceptor), or "all" of them (a transducer).

    Raises:
        ValueError: There are not as many names as symbols, or fewer names than output classes, or two names are alike.
    """

    machine: Machine
    symbols: tuple[str, ...]
    outputs: tuple[str, ...]
    graded: Literal["last", "all"] = "last"

    def __post_init__(self) -> None:
        if len(self.symbols) != self.machine.symbols or len(self.outputs) < self.machine.classes:
            raise ValueError(f"{self.machine.symbols} symbols and {self.machine.classes} outputs need as many names")
        if len(set(self.symbols)) != len(self.symbols) or len(set(self.outputs)) != len(self.outputs):
            raise ValueError("two names are alike")


def explore(start: State, symbols: Sequence[int], follow: Callable[[State, int], State]) -> Iterator[tuple[State, tuple[int, ...]]]:
    """Breadth-first search: yields every state reachable from `start`, with the first shortest word that leads to it.

    `follow(state, symbol)` is the next state. Words of equal length are ordered by `symbols`. The search ends only if finitely many
    states are reachable.
    """
    visited = {start}
    queue: deque[tuple[State, tuple[int, ...]]] = deque([(start, ())])
    while queue:
        state, word = queue.popleft()
        yield state, word
        for symbol in symbols:
            next_state = follow(state, symbol)
            if next_state not in visited:
                visited.add(next_state)
                queue.append((next_state, (*word, symbol)))


def reachable(machine: Machine) -> dict[int, tuple[int, ...]]:
    """Each reachable state, in breadth-first order, with a shortest word that leads to it."""
    return dict(explore(machine.start, range(machine.symbols), lambda q, s: machine.delta[q][s]))


def reachable_states(machine: Machine) -> list[int]:
    """The states of `reachable`, in the same order, without the words.

    The words of a chain of n states have n²/2 symbols in all, so this function alone suits machines of many states.
    """
    states = [machine.start]
    visited = set(states)
    for state in states:
        for next_state in machine.delta[state]:
            if next_state not in visited:
                visited.add(next_state)
                states.append(next_state)
    return states


def minimise(machine: Machine) -> Machine:
    """The smallest equivalent machine. Its states are numbered in breadth-first order, so equivalent machines become identical.

    Partition refinement: states are split by their outputs, then by the blocks of their next states, until nothing changes. All
    states are compared in each round (Moore 1956) as long as the number of blocks doubles. From then on only the states that lead
    to a new block are compared, and the largest part of a split block keeps its number (Hopcroft 1971). That takes about n·log n
    steps for n transitions.
    """
    states = reachable_states(machine)
    coarse, block = {}, _number(states, {q: machine.output[q] for q in states})
    while len(set(block.values())) >= 2 * len(set(coarse.values())):
        coarse, label = block, block.__getitem__
        block = _number(states, {q: (label(q), *map(label, machine.delta[q])) for q in states})
    block = _number(states, _refined(machine, coarse, block))
    # Blocks are numbered in order of first appearance, so their numbers are breadth-first state numbers. Each block is represented
    # by its first state.
    representative = {block[q]: q for q in reversed(states)}
    blocks = range(len(representative))
    return Machine(
        start=0,
        delta=tuple(tuple(map(block.__getitem__, machine.delta[representative[b]])) for b in blocks),
        output=tuple(machine.output[representative[b]] for b in blocks),
        names=tuple(machine.names[representative[b]] for b in blocks),
    )


def _number(states: list[int], key: Mapping[int, Hashable]) -> dict[int, int]:
    """Gives states with equal keys equal numbers: 0, 1, … in order of first appearance."""
    numbers: dict[Hashable, int] = {}
    return {q: numbers.setdefault(key[q], len(numbers)) for q in states}


def _refined(machine: Machine, coarse: Mapping[int, int], fine: Mapping[int, int]) -> dict[int, int]:
    """The block of each state in the coarsest stable partition. `fine` is one round of refinement after `coarse`."""
    partition = _Partition(coarse)
    new_blocks = partition.split(_groups(coarse, fine).values())
    arrows = _arrows(machine, coarse) if new_blocks else {}
    while new_blocks:
        changes: dict[int, list[tuple[int, int]]] = {}
        for block in new_blocks:
            for state in partition.members[block]:
                for source, symbol in arrows[state]:
                    changes.setdefault(source, []).append((symbol, block))
        # The states of one block led to the same blocks before the last split. The symbols that now lead to a new block, with that
        # block, tell them apart.
        key = {state: (partition.block[state], *sorted(pairs)) for state, pairs in changes.items()}
        new_blocks = partition.split(_groups(changes, key).values())
    return partition.block


class _Partition:
    """A partition of states: `block[q]` is the block of the state q, `members[b]` are the states of the block b."""

    def __init__(self, block: Mapping[int, int]) -> None:
        self.block = dict(block)
        self.members = {b: set(states) for b, states in _groups(block, block).items()}

    def split(self, parts: Iterable[list[int]]) -> list[int]:
        """Splits blocks into the given parts, and the rest if it is not empty. Returns the numbers of the new blocks.

        The largest part of each block keeps its number, so each state is renumbered at most log n times.
        """
        first = len(self.members)
        by_block: dict[int, list[list[int]]] = {}
        for part in parts:
            by_block.setdefault(self.block[part[0]], []).append(part)
        for block, parts_of_block in by_block.items():
            for part in self._smaller(self.members[block], parts_of_block):
                self.members[block].difference_update(part)
                self.block.update(dict.fromkeys(part, len(self.members)))
                self.members[len(self.members)] = set(part)
        return list(range(first, len(self.members)))

    @staticmethod
    def _smaller(states: set[int], parts: list[list[int]]) -> list[list[int]]:
        """The parts of a block, and the rest of it, without the largest."""
        largest, rest = max(range(len(parts)), key=lambda i: len(parts[i])), len(states) - sum(map(len, parts))
        if rest > len(parts[largest]):
            return parts
        others = parts[:largest] + parts[largest + 1 :]
        return [*others, list(states.difference(*parts))] if rest else others


def _arrows(machine: Machine, states: Iterable[int]) -> dict[int, list[tuple[int, int]]]:
    """For each state the transitions that lead to it, as (state that they leave, symbol)."""
    arrows: dict[int, list[tuple[int, int]]] = {state: [] for state in states}
    for source in arrows:
        for symbol, target in enumerate(machine.delta[source]):
            arrows[target].append((source, symbol))
    return arrows


def _groups(items: Iterable[int], key: Mapping[int, Hashable]) -> dict[Any, list[int]]:
    """The items by key."""
    groups: dict[Hashable, list[int]] = {}
    for item in items:
        groups.setdefault(key[item], []).append(item)
    return groups


def distinguishing_word(first: Machine, second: Machine) -> tuple[int, ...] | None:
    """A shortest word on which the outputs of the two machines differ at the last symbol, or None if they are equivalent.

    Raises:
        ValueError: The machines have different numbers of symbols.
    """
    if first.symbols != second.symbols:
        raise ValueError(f"machines over {first.symbols} and {second.symbols} symbols cannot be compared")

    def follow(pair: tuple[int, int], symbol: int) -> tuple[int, int]:
        return first.delta[pair[0]][symbol], second.delta[pair[1]][symbol]

    for (p, q), word in explore((first.start, second.start), range(first.symbols), follow):
        for symbol in range(first.symbols):
            if first.output[p][symbol] != second.output[q][symbol]:
                return (*word, symbol)
    return None


def equivalent(first: Machine, second: Machine) -> bool:
    """Whether the two machines have the same outputs on every word."""
    return distinguishing_word(first, second) is None
