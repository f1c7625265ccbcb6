"""From the transitions that a reader has found to a `NamedMachine`: limits, names, and a sink for missing transitions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from anylength.base import InputError, quoted
from anylength.machine_formats.names import check_outputs, check_symbols, in_natural_order
from anylength.machines import Machine, NamedMachine, reachable_states

MAX_FILE_BYTES = 8 << 20
"""Longest machine file that is read. A table of `MAX_TRANSITIONS` needs about 5 MB."""

MAX_STATES = 10_000
"""Most states of a machine before it is minimised. The largest of MLRegTest has 612."""

MAX_TRANSITIONS = 1 << 18
"""Most states times symbols: 64 states over 4,096 symbols, or 10,000 over 26. Such a machine is read, minimised and drawn in
1.5 s.
"""

REJECT_ACCEPT = ("reject", "accept")
"""The outputs of an acceptor."""


@dataclass
class TransitionTable:
    """Transitions between named states, collected one by one.

    Attributes:
        source: What is read, for errors.
        start: The start state.
        rows: For each state, in order of appearance, its transitions: symbol → (next state, output). An acceptor has no outputs.
        transitions: How many transitions there are.
    """

    source: str
    start: str
    rows: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    transitions: int = 0

    def add_state(self, state: str) -> None:
        """Adds a state, unless it is there. Raises InputError if there are too many."""
        self.rows.setdefault(state, {})
        self._check_count()

    def add(self, state: str, symbol: str, next_state: str, output: str = "") -> None:
        """Adds a transition, and its states unless they are there.

        Raises:
            InputError: The table has a transition of this state on this symbol, or too many states or transitions.
        """
        row = self.rows.setdefault(state, {})
        if symbol in row:
            got = f"two transitions from state {quoted(state)} on {quoted(symbol)} in {self.source}"
            raise InputError("a deterministic machine", got, "determinise it first")
        self.transitions += 1
        self.rows.setdefault(next_state, {})
        row[symbol] = next_state, output
        self._check_count()

    def _check_count(self) -> None:
        """Raises InputError as soon as there are too many states or transitions."""
        if len(self.rows) > MAX_STATES:
            raise InputError(f"at most {MAX_STATES:,} states", f"more in {self.source}", "take a smaller machine")
        if self.transitions > MAX_TRANSITIONS:
            raise InputError(f"at most {MAX_TRANSITIONS:,} transitions", f"more in {self.source}", "take a smaller machine")

    def alphabet(self, named: Sequence[str] | None = None) -> tuple[str, ...]:
        """The symbols: those named, which must include all that occur; else those that occur, in natural order.

        Raises:
            InputError: There are none or too many, two are alike, one that occurs is missing, or one is no name.
        """
        found = set().union(*self.rows.values())
        symbols = in_natural_order(found) if named is None else tuple(named)
        check_symbols(symbols, found, self.source)
        check_size(len(self.rows), len(symbols), self.source)
        return symbols

    def acceptor(self, accepting: Iterable[str], symbols: Sequence[str] | None = None) -> NamedMachine:
        """The acceptor of the words that lead to an accepting state. A missing transition leads to a state that rejects for ever.

        Raises:
            InputError: It exceeds a limit, a symbol is no name, or it accepts no word of one symbol or more.
        """
        alphabet = self.alphabet(symbols)
        if self.transitions < len(self.rows) * len(alphabet):
            self._add_sink(alphabet)
        inside = frozenset(accepting)
        accepted = [int(state in inside) for state in self.rows]
        delta = self._delta(alphabet)
        machine = self._machine(delta, [[accepted[q] for q in row] for row in delta])
        if not any(1 in machine.output[q] for q in reachable_states(machine)):
            expected = "a machine that accepts some word of one symbol or more"
            raise InputError(expected, f"none in {self.source}", "mark its accepting states")
        return NamedMachine(machine, alphabet, REJECT_ACCEPT, "last")

    def transducer(self, symbols: Sequence[str] | None = None) -> NamedMachine:
        """The transducer that answers at every step.

        Raises:
            InputError: It exceeds a limit, a symbol or an output is no name, or a transition is missing.
        """
        alphabet = self.alphabet(symbols)
        missing = next(((state, s) for state, row in self.rows.items() for s in alphabet if s not in row), None)
        if missing is not None:
            got = f"none from state {quoted(missing[0])} on {quoted(missing[1])} in {self.source}"
            raise InputError("a transition from every state on every symbol of a transducer", got, "add it")
        outputs = in_natural_order({output for row in self.rows.values() for _, output in row.values()})
        check_outputs(outputs, self.source)
        number = {output: c for c, output in enumerate(outputs)}
        output = [[number[row[symbol][1]] for symbol in alphabet] for row in self.rows.values()]
        return NamedMachine(self._machine(self._delta(alphabet), output), alphabet, outputs, "all")

    def _add_sink(self, alphabet: Sequence[str]) -> None:
        """Adds the missing transitions of an acceptor. They lead to a new state, from which no word is accepted."""
        sink = next(name for name in _sink_names() if name not in self.rows)
        check_size(len(self.rows) + 1, len(alphabet), self.source)
        self.rows[sink] = {}
        for row in self.rows.values():
            for symbol in alphabet:
                row.setdefault(symbol, (sink, ""))

    def _delta(self, alphabet: Sequence[str]) -> list[list[int]]:
        number = {state: q for q, state in enumerate(self.rows)}
        return [[number[row[symbol][0]] for symbol in alphabet] for row in self.rows.values()]

    def _machine(self, delta: list[list[int]], output: list[list[int]]) -> Machine:
        states = tuple(self.rows)
        return Machine(states.index(self.start), tuple(map(tuple, delta)), tuple(map(tuple, output)), states)


def check_size(states: int, symbols: int, source: str) -> None:
    """Raises InputError if a machine has too many states or transitions."""
    if states > MAX_STATES:
        raise InputError(f"at most {MAX_STATES:,} states", f"{states:,} in {source}", "take a smaller machine")
    if states * symbols > MAX_TRANSITIONS:
        got = f"{states:,} states over {symbols:,} symbols in {source}"
        raise InputError(f"at most {MAX_TRANSITIONS:,} transitions, states times symbols", got, "take a smaller machine")


def _sink_names() -> Iterator[str]:
    yield "sink"
    number = 2
    while True:
        yield f"sink {number}"
        number += 1
