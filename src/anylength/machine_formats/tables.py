"""From the transitions that a reader has found to a `NamedMachine`: limits, names, and a sink for missing transitions."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from anylength.errors import InputError, quoted
from anylength.machine_formats.names import check_outputs, check_symbols, in_natural_order
from anylength.machines import Machine, NamedMachine, reachable_states

MAX_FILE_BYTES = 8 << 20
"""Longest machine file that is read. A table of `MAX_TRANSITIONS` needs about 5 MB."""

MAX_STATES = 10_000
"""Most states of a machine before it is minimised. The largest of MLRegTest has 612."""

MAX_TRANSITIONS = 1 << 18
"""Most states times symbols: 64 states over 4,096 symbols, or 10,000 over 26. Such a machine is read and minimised in about 1 s."""

REJECT_ACCEPT = ("reject", "accept")
"""The outputs of an acceptor."""


@dataclass
class TransitionTable:
    """Transitions between named states, collected one by one.

    Attributes:
        source: What is read, for errors.
        start: The start state.
        states: All states, in order of appearance. A dict without values.
        next_state: (state, symbol) → next state.
        output: (state, symbol) → output, for a transducer.
    """

    source: str
    start: str
    states: dict[str, None] = field(default_factory=dict)
    next_state: dict[tuple[str, str], str] = field(default_factory=dict)
    output: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, state: str, symbol: str, next_state: str, output: str) -> None:
        """Adds a transition.

        Raises:
            InputError: The table has a transition of this state on this symbol, or too many transitions.
        """
        key = state, symbol
        if key in self.next_state:
            got = f"two transitions from state {quoted(state)} on {quoted(symbol)} in {self.source}"
            raise InputError("a deterministic machine", got, "determinise it first")
        if len(self.next_state) >= MAX_TRANSITIONS:
            raise InputError(f"at most {MAX_TRANSITIONS:,} transitions", f"more in {self.source}", "take a smaller machine")
        self.states[state] = self.states[next_state] = None
        self.next_state[key], self.output[key] = next_state, output

    def symbols(self, named: Sequence[str] | None = None) -> tuple[str, ...]:
        """The symbols: those named, which must include all that occur; else those that occur, in natural order.

        Raises:
            InputError: There are none or too many, two are alike, one that occurs is missing, or one is no name.
        """
        found = {symbol for _, symbol in self.next_state}
        symbols = in_natural_order(found) if named is None else tuple(named)
        check_symbols(symbols, found, self.source)
        return symbols

    def acceptor(self, accepting: Collection[str], symbols: Sequence[str] | None = None) -> NamedMachine:
        """The acceptor of the words that lead to an accepting state. A missing transition leads to a state that rejects for ever.

        Raises:
            InputError: It exceeds a limit, a symbol is no name, or it accepts no word of one symbol or more.
        """
        alphabet, states = self.symbols(symbols), list(self.states)
        if len(self.next_state) < len(states) * len(alphabet):
            states.append(next(name for name in _sink_names() if name not in self.states))
        sink, accepted = states[-1], frozenset(accepting)
        rows = self._rows(states, alphabet, sink)
        machine = self._machine(states, rows, [[int(states[r] in accepted) for r in row] for row in rows])
        if not any(1 in machine.output[q] for q in reachable_states(machine)):
            expected = "a machine that accepts some word of one symbol or more"
            raise InputError(expected, f"none in {self.source}", "mark its accepting states")
        return NamedMachine(machine, alphabet, REJECT_ACCEPT, "last")

    def transducer(self, symbols: Sequence[str] | None = None) -> NamedMachine:
        """The transducer that answers at every step.

        Raises:
            InputError: It exceeds a limit, a symbol or an output is no name, or a transition is missing.
        """
        alphabet, states = self.symbols(symbols), list(self.states)
        missing = next(((q, s) for q in states for s in alphabet if (q, s) not in self.next_state), None)
        if missing is not None:
            got = f"none from state {quoted(missing[0])} on {quoted(missing[1])} in {self.source}"
            raise InputError("a transition from every state on every symbol of a transducer", got, "add it")
        outputs = in_natural_order(set(self.output.values()))
        check_outputs(outputs, self.source)
        number = {output: c for c, output in enumerate(outputs)}
        rows = self._rows(states, alphabet, self.start)
        machine = self._machine(states, rows, [[number[self.output[q, s]] for s in alphabet] for q in states])
        return NamedMachine(machine, alphabet, outputs, "all")

    def _rows(self, states: Sequence[str], symbols: Sequence[str], sink: str) -> list[list[int]]:
        check_size(len(states), len(symbols), self.source)
        number = {state: q for q, state in enumerate(states)}
        return [[number[self.next_state.get((state, symbol), sink)] for symbol in symbols] for state in states]

    def _machine(self, states: Sequence[str], delta: list[list[int]], output: list[list[int]]) -> Machine:
        return Machine(states.index(self.start), tuple(map(tuple, delta)), tuple(map(tuple, output)), tuple(states))


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
