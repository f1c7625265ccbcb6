"""The transition table of a machine file: reads each state's row, and reports the first error in it.

A row maps symbols to [next state, output]. The key `*` stands for every symbol that the row does not name.
"""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from anylength.base import InputError, brief, quoted, unknown_name
from anylength.machines import Machine, reachable


def others_key(symbols: Sequence[str]) -> str:
    """The key of a row that stands for all symbols not named in it: `*`, or `**` where a symbol is named so."""
    key = "*"
    while key in symbols:
        key += "*"
    return key


class Rows:
    """Reads the rows of one machine. Knows its symbols, states and outputs by name.

    `digits` tells that outputs are digits, and `named` that symbols are names. Case and spaces matter in names alone.
    """

    def __init__(
        self, symbols: list[str], states: Mapping[str, Any], outputs: Sequence[str], *, digits: bool, named: bool, source: str
    ) -> None:
        self._symbols, self._others, self._source = symbols, others_key(symbols), source
        self._digits, self._named, self._keys = digits, named, {*symbols, self._others}
        self._states = {name: q for q, name in enumerate(states)}
        self._outputs = {name: c for c, name in enumerate(outputs)}

    def state(self, role: str, raw: Any) -> int:
        """The number of a state given by its name. `role` names the state's part in the file, for the error."""
        name = _name(raw)
        if name not in self._states:
            raise unknown_name(f"{role} in {self._source}", name, self._states)
        return self._states[name]

    def row(self, state: str, row: Any) -> list[tuple[int, int]]:
        """The (next state, output) of one state under every symbol."""
        if not isinstance(row, dict):
            expected, got = f"a table of transitions for the state {state!r}", f"{brief(row)} in {self._source}"
            raise InputError(expected, got, "write symbol = [next state, output]")
        transitions: dict[str, tuple[int, int]] = {}
        for key, entry in row.items():
            symbol = self._symbol(state, key, transitions)
            transitions[symbol] = self._entry(state, symbol, entry)
        missing = [symbol for symbol in self._symbols if symbol not in transitions]
        if missing and self._others not in transitions:
            got = f"none under {listed(missing)} in {self._source}"
            remedy = f'add it, or "{self._others}" = [next state, output] for all the others'
            raise InputError(f"a transition of {state!r} under every symbol", got, remedy)
        return [transitions[symbol] if symbol in transitions else transitions[self._others] for symbol in self._symbols]

    def _symbol(self, state: str, key: str, transitions: Mapping[str, Any]) -> str:
        symbol = key if self._named else key.replace(" ", "").lower()
        if symbol in transitions:
            got = f"two in {self._source}"
            raise InputError(f"one transition of {state!r} under {symbol}", got, "delete one: it is ambiguous")
        if symbol not in self._keys:
            if self._named:
                raise unknown_name(f"symbol in the state {state!r} of {self._source}", key, self._symbols)
            got = f"{quoted(key)} in the state {state!r} of {self._source}"
            raise InputError(f"symbols {self._symbols[0]!r} to {self._symbols[-1]!r}", got, "write one digit for each tape")
        return symbol

    def _entry(self, state: str, symbol: str, entry: Any) -> tuple[int, int]:
        where = f"of {state!r} under {symbol}"
        if not isinstance(entry, list) or len(entry) != 2:
            remedy = "write both; a machine with stacks needs the key letters, too"
            raise InputError(f"[next state, output] {where}", f"{brief(entry)} in {self._source}", remedy)
        next_state, output = self.state(f"next state ({where})", entry[0]), _name(entry[1])
        output = output.lower() if self._digits and isinstance(entry[1], str) else output
        if output not in self._outputs:
            raise unknown_name(f"output ({where}) in {self._source}", output, self._outputs)
        return next_state, self._outputs[output]


def _name(raw: Any) -> str:
    """A name as text. An integer is its digits; any other value becomes a text that no state or output has."""
    if isinstance(raw, str):
        return raw
    return brief(raw) if type(raw) is int else f"{type(raw).__name__} {brief(raw)}"


def without_unreachable(machine: Machine, source: str) -> Machine:
    """The machine without the states that no word leads to. Warns where there are any."""
    reached = reachable(machine)
    kept = sorted(reached)
    unreachable = [name for q, name in enumerate(machine.names) if q not in reached]
    if not unreachable:
        return machine
    warnings.warn(f"{source}: no word leads to {listed(unreachable)}: left out", stacklevel=2)
    new_number = {q: number for number, q in enumerate(kept)}
    return Machine(
        start=new_number[machine.start],
        delta=tuple(tuple(new_number[next_state] for next_state in machine.delta[q]) for q in kept),
        output=tuple(machine.output[q] for q in kept),
        names=tuple(machine.names[q] for q in kept),
    )


def listed(names: list[str]) -> str:
    """The first five names."""
    return ", ".join(repr(name) for name in names[:5]) + (", …" if len(names) > 5 else "")
