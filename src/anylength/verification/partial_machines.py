"""A machine along the words that an automaton reads: pairs of states, and no next state where the automaton reads no further."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from anylength.machines import Machine, Table, explore
from anylength.verification.certify.words import END, ReadBy


@dataclass(frozen=True)
class PartialMachine(Table):
    """What `Machine` is, but a next state may be `END`.

    Attributes:
        start: The start state.
        delta: `[Q][A]` next states, or `END`.
        output: `[Q][A]` output classes; they mean nothing where there is no next state.
        parts: `[Q]` the machine's state and the automaton's.
    """

    start: int
    delta: tuple[tuple[int, ...], ...]
    output: tuple[tuple[int, ...], ...]
    parts: tuple[tuple[int, int], ...]

    @property
    def outside(self) -> int:
        """The state of `total` that words come to where there is no next state."""
        return self.states

    @cached_property
    def total(self) -> Machine:
        """The same with one more state, `outside`, that no word leaves; the outputs there mean nothing either."""
        delta = [[self.outside if after == END else after for after in row] for row in self.delta]
        return Machine(self.start, (*map(tuple, delta), (self.outside,) * self.symbols), (*self.output, (0,) * self.symbols))

    def followed(self, word: Sequence[int]) -> tuple[int, ...]:
        """The longest beginning of a word that the machine follows."""
        states = self.total.trace(word)
        return tuple(symbol for symbol, after in zip(word, states[1:], strict=True) if after != self.outside)


def along(machine: Machine, words: ReadBy) -> PartialMachine:
    """The machine along the words that an automaton reads."""

    def follow(pair: tuple[int, int], symbol: int) -> tuple[int, int]:
        following = words.next_states[pair[1]][symbol] if pair[1] != END else END
        return (machine.delta[pair[0]][symbol], following) if following != END else (END, END)

    symbols = range(machine.symbols)
    pairs = [pair for pair, _ in explore((machine.start, 0), symbols, follow) if pair[1] != END]
    number = {pair: k for k, pair in enumerate(pairs)}
    delta = tuple(tuple(number.get(follow(pair, symbol), END) for symbol in symbols) for pair in pairs)
    return PartialMachine(0, delta, tuple(machine.output[q] for q, _ in pairs), tuple(pairs))
