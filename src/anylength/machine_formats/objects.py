"""Objects of other libraries: AALpy's DFAs, Moore machines and Mealy machines, and pythomata's DFAs. No such library is imported.

AALpy's machines have `initial_state` and `states`; each state has `state_id`, `transitions` and one of `is_accepting`, `output` and
`output_fun`. pythomata's DFAs have `initial_state`, `states`, `alphabet`, `accepting_states` and `transition_function`. Symbols and
outputs are named by `str`. The output of a Moore machine is that of the state that a transition leads to.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from anylength.base import InputError, brief, quoted
from anylength.machine_formats.names import in_natural_order
from anylength.machine_formats.tables import MAX_STATES, TransitionTable
from anylength.machines import NamedMachine

KINDS = "a DFA, Moore machine or Mealy machine of AALpy, or a SimpleDFA of pythomata"
"""The objects that are read."""


def machine_of_object(automaton: Any, symbols: Sequence[str] | None = None) -> NamedMachine:
    """The machine of an automaton of AALpy or pythomata, which is not changed.

    Args:
        automaton: The automaton.
        symbols: The alphabet. By default the symbols of its transitions, and of pythomata's alphabet.

    Raises:
        InputError: It is no deterministic automaton of these libraries, two symbols have the same name, or it exceeds a limit.
    """
    source = f"the {type(automaton).__name__}"
    states = getattr(automaton, "states", None)
    if not isinstance(states, list | tuple | set | frozenset) or getattr(automaton, "initial_state", None) is None:
        raise InputError(KINDS, source, "convert it first")
    if not 1 <= len(states) <= MAX_STATES:
        raise InputError(f"1 to {MAX_STATES:,} states", f"{len(states):,} in {source}", "take a smaller machine")
    if isinstance(getattr(automaton, "transition_function", None), Mapping):
        return _pythomata(automaton, source, symbols)
    return _aalpy(automaton, source, symbols)


class _Names:
    """The names of values. Two different values have different names."""

    def __init__(self, kind: str, source: str) -> None:
        self._kind, self._source = kind, source
        self._values: dict[str, Any] = {}

    def __call__(self, value: Any, name: Any) -> str:
        """`str` of the name. Raises InputError if another value has the same."""
        text = str(name)
        if self._values.setdefault(text, value) != value:
            got = f"two named {quoted(text)} in {self._source}"
            raise InputError(f"{self._kind}s whose names differ", got, f"rename one {self._kind}")
        return text


def _pythomata(automaton: Any, source: str, symbols: Sequence[str] | None) -> NamedMachine:
    name_state, name_symbol = _Names("state", source), _Names("symbol", source)
    names = {state: name_state(state, state) for state in automaton.states}
    table = TransitionTable(source, names[automaton.initial_state], {name: {} for name in names.values()})
    for state, row in automaton.transition_function.items():
        for symbol, target in row.items():
            table.add(names[state], name_symbol(symbol, symbol), names[target])
    alphabet = in_natural_order(name_symbol(symbol, symbol) for symbol in automaton.alphabet)
    accepting = [names[state] for state in automaton.accepting_states]
    return table.acceptor(accepting, alphabet if symbols is None else symbols)


def _aalpy(automaton: Any, source: str, symbols: Sequence[str] | None) -> NamedMachine:
    name_state, name_symbol, name_output = (_Names(kind, source) for kind in ("state", "symbol", "output"))
    names = {id(state): name_state(id(state), getattr(state, "state_id", None)) for state in automaton.states}
    start = names.get(id(automaton.initial_state))
    if start is None:
        raise InputError("a start state that is one of the states", f"another one in {source}", "add it to the states")
    table = TransitionTable(source, start, {name: {} for name in names.values()})
    for state in automaton.states:
        for symbol, target, output in _transitions(state, names, source):
            table.add(names[id(state)], name_symbol(symbol, symbol), names[id(target)], name_output(output, output))
    accepting = [names[id(state)] for state in automaton.states if getattr(state, "is_accepting", False)]
    acceptor = all(hasattr(state, "is_accepting") for state in automaton.states)
    return table.acceptor(accepting, symbols) if acceptor else table.transducer(symbols)


def _transitions(state: Any, names: Mapping[int, str], source: str) -> Iterator[tuple[Any, Any, Any]]:
    """The transitions of a state of AALpy: symbol, next state, output. A DFA's states have no output of their own here."""
    transitions = getattr(state, "transitions", None)
    if not isinstance(transitions, Mapping):
        raise InputError(KINDS, source, "convert it first")
    outputs = getattr(state, "output_fun", None)
    for symbol, target in transitions.items():
        if id(target) not in names:
            got = f"{brief(target)} after {brief(symbol)} in {source}"
            raise InputError("a deterministic machine, whose transitions lead to its states", got, "determinise it first")
        if outputs is not None and symbol not in outputs:
            raise InputError("an output of each transition", f"none on {brief(symbol)} in {source}", "add it")
        yield symbol, target, getattr(target, "output", "") if outputs is None else outputs[symbol]
