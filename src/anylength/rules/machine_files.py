"""Machine files: a user's own machine as JSON or TOML. Every mistake in a file gives one `InputError` that names it.

A file lists the states; each state has a row `symbol = [next state, output]`. A symbol is a digit, or with several tapes one digit
for each, joined by commas. The key `*` stands for every symbol that the row does not name. Outputs are digits, or names where
`labels` lists them. `docs/how-to/machines.md` has examples.
"""

import json
import re
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from anylength.base import InputError, brief, parse_json, parse_toml, quoted, unknown_name
from anylength.rules.digits import DIGIT_CHARACTERS
from anylength.rules.machines import MAX_OUTPUTS, MAX_SYMBOLS, Machine, NamedMachine, reachable
from anylength.rules.notation import AbstractLayout, InOrder, LeastFirst, MostFirst, Names


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


FORMAT = 1
"""The version of the file format, written as the key `format`."""

MAX_STATES, MAX_TAPES, MAX_TAIL = 1_024, 12, 8
"""Limits of the independent checker on states and tapes; a longer tail is most likely a mistake in the file."""

MAX_NAME = 40
"""Longest name of a task, in characters: folders are named after it."""

MAX_TEXT = 1_000_000
"""Longest machine text in characters, quoted twice, as it lies in the header of the weights. The checker reads 1 MiB of header."""

KEYS = ("format", "name", "summary", "base", "tapes", "read", "tail", "symbols", "labels", "graded", "ends", "start", "states")
REQUIRED = ("name", "start", "states")
NUMBER_KEYS = ("base", "tapes", "read", "tail")
"""Keys of a machine that reads numbers. One that reads words of named symbols has the key `symbols` in their place."""

DEFAULTS: Mapping[str, Any] = {
    "format": FORMAT, "summary": "a machine of your own", "tapes": 1, "read": "least", "tail": 0, "labels": None,
    "symbols": None, "graded": "last", "ends": False,
}  # fmt: skip


@dataclass(frozen=True)
class MachineFile:
    """The content of a machine file.

    Attributes:
        name: The task's name.
        summary: One line for people.
        base: Digits are 0…base−1; with `symbols` their number.
        tapes: How many numbers are read side by side.
        machine: The rule, without the states that no word leads to.
        layout: The order in which numbers are read. The keys `read` ("least" or "most") and `tail` (steps of symbol 0 at the end).
        labels: Names of the outputs; None where the outputs are digits.
        symbols: Names of the symbols, of a machine that reads words; None: it reads numbers.
        graded: Which labels are the answer: the "last" or "all".
        ends: Whether training grades words at their ends alone.
    """

    name: str
    summary: str
    base: int
    tapes: int
    machine: Machine
    layout: AbstractLayout
    labels: tuple[str, ...] | None
    symbols: tuple[str, ...] | None = None
    graded: Literal["last", "all"] = "last"
    ends: bool = False

    @staticmethod
    def of(named: NamedMachine, name: str, summary: str, *, ends: bool = False) -> "MachineFile":
        """The content for a machine with named symbols.

        Raises:
            InputError: The names, the labels or the number of states are out of range.
        """
        names, labels = Names(named.symbols).names, read_labels(list(named.outputs), name)
        if named.machine.states > MAX_STATES:
            raise InputError(f"at most {MAX_STATES:,} states", f"{named.machine.states:,} of {name}", "take a smaller machine")
        return MachineFile(
            name, summary, len(names), 1, named.machine, InOrder(), labels, symbols=names, graded=named.graded, ends=ends
        )

    def text(self) -> str:
        """The file as canonical JSON on one line. In each row, `others_key` stands for the most frequent transition.

        Raises:
            InputError: The text is too long to be stored with the weights.
        """
        symbols = list(self.symbols) if self.symbols else symbol_names(self.base, self.tapes)
        keys: dict[str, Any] = {
            "format": FORMAT, "name": self.name, "summary": self.summary, **self._alphabet(),
            "start": self.machine.names[self.machine.start],
            "states": {name: self._row(q, symbols) for q, name in enumerate(self.machine.names)},
        }  # fmt: skip
        text = json.dumps(keys | ({"labels": list(self.labels)} if self.labels else {}), separators=(",", ":"))
        length = len(json.dumps(json.dumps(text)))
        if length > MAX_TEXT:
            remedy = "it is kept beside the weights; take fewer states or symbols, or shorter names"
            raise InputError(f"a machine of at most {MAX_TEXT:,} characters in the weights file", f"{length:,}", remedy)
        return text

    def _alphabet(self) -> dict[str, Any]:
        """The keys that say what is read, and those of `graded` and `ends` that differ from their defaults."""
        if self.symbols:
            named: dict[str, Any] = {"symbols": list(self.symbols)}
            return named | ({"graded": "all"} if self.graded == "all" else {}) | ({"ends": True} if self.ends else {})
        order = "most" if isinstance(self.layout, MostFirst) else "least"
        return {"base": self.base, "tapes": self.tapes, "read": order, "tail": self.layout.tail}

    def _row(self, state: int, symbols: Sequence[str]) -> dict[str, list[str]]:
        outputs, names = self.labels or DIGIT_CHARACTERS, self.machine.names
        pairs = list(zip(self.machine.delta[state], self.machine.output[state], strict=True))
        common = Counter(pairs).most_common(1)[0][0]
        row = {symbols[s]: [names[q], outputs[c]] for s, (q, c) in enumerate(pairs) if (q, c) != common}
        return row | {others_key(symbols): [names[common[0]], outputs[common[1]]]}


def parse(text: str, source: str, *, toml: bool = False) -> Mapping[str, Any]:
    """The keys and values of a JSON or TOML text.

    Raises:
        InputError: The text is damaged, too long or too deep, gives a key twice, or is not a table.
    """
    raw = parse_toml(text, source) if toml else parse_json(text, source)
    if not isinstance(raw, dict):
        raise InputError("a table of keys and values", f"{source}: {type(raw).__name__}", f"write the keys {', '.join(KEYS)}")
    return raw


def read_machine(raw: Mapping[str, Any], source: str = "the machine") -> MachineFile:
    """The content of a parsed machine file.

    Raises:
        InputError: A key is missing, unknown or of the wrong kind; a transition is missing, given twice or leads nowhere.
    """
    keys = read_keys(raw, source)
    labels = read_labels(keys["labels"], source)
    if raw.get("symbols") is not None:
        return _of_words(raw, keys, labels, source)
    graded = next((key for key in ("graded", "ends") if key in raw), None)
    if graded is not None:
        raise InputError(f"{graded} beside symbols", f"{source}, which reads numbers", f"leave {graded} out")
    if "base" not in raw:
        raise InputError(f"the key 'base' or 'symbols' in {source}", f"only {', '.join(raw)}", "add one: digits, or named symbols")
    base, tapes = base_and_tapes(keys, source)
    machine = _machine(keys, symbol_names(base, tapes), labels or DIGIT_CHARACTERS[:base], named=False, source=source)
    return MachineFile(keys["name"], keys["summary"], base, tapes, machine, _layout(keys, source), labels)


def _of_words(raw: Mapping[str, Any], keys: Mapping[str, Any], labels: tuple[str, ...] | None, source: str) -> MachineFile:
    """The content of a file whose machine reads words of named symbols."""
    number_key = next((key for key in NUMBER_KEYS if key in raw), None)
    if number_key is not None:
        raise InputError("symbols, or the keys of a machine that reads numbers", f"both in {source}", f"leave {number_key} out")
    if not isinstance(keys["symbols"], list) or any(type(name) is not str for name in keys["symbols"]):
        raise InputError("symbols as a list of names", f"{brief(keys['symbols'])} in {source}", 'write for example ["a", "b"]')
    if labels is None:
        raise InputError(f"labels beside symbols in {source}", "none", 'name the outputs, for example ["reject", "accept"]')
    if keys["graded"] not in ("last", "all") or type(keys["ends"]) is not bool or (keys["ends"] and keys["graded"] == "all"):
        got = f"graded = {brief(keys['graded'])}, ends = {brief(keys['ends'])} in {source}"
        raise InputError('graded = "last" or "all", and ends = true only with "last"', got, "say which outputs are the answer")
    names = Names(tuple(keys["symbols"])).names
    machine = _machine(keys, list(names), labels, named=True, source=source)
    graded, ends = keys["graded"], keys["ends"]
    return MachineFile(
        keys["name"], keys["summary"], len(names), 1, machine, InOrder(), labels, symbols=names, graded=graded, ends=ends
    )


def read_keys(raw: Mapping[str, Any], source: str, known: Sequence[str] = KEYS) -> Mapping[str, Any]:
    """The keys with their defaults; `known` are all that there are.

    Raises:
        InputError: One is missing or unknown, or the format, the name or the summary is not as it should be.
    """
    unknown = next((key for key in raw if key not in known), None)
    if unknown is not None:
        raise unknown_name(f"key in {source}", unknown, known)
    missing = next((key for key in REQUIRED if key not in raw), None)
    if missing is not None:
        raise InputError(f"the key {missing!r} in {source}", f"only {', '.join(raw) or 'none'}", "add it")
    keys = {**DEFAULTS, **raw}
    if keys["format"] != FORMAT:
        got = f"format {brief(keys['format'])} in {source}"
        raise InputError(f"format {FORMAT}", got, "use the version that it was written for")
    name = keys["name"]
    if not isinstance(name, str) or not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name) or len(name) > MAX_NAME:
        got = f"{brief(name)} in {source}"
        raise InputError("a name of at most 40 small letters, digits and dashes", got, "write for example my-machine")
    if not isinstance(keys["summary"], str) or not keys["summary"].isprintable():
        raise InputError("summary as one line of text", f"{brief(keys['summary'])} in {source}", "say what it does in a line")
    return keys


def base_and_tapes(keys: Mapping[str, Any], source: str) -> tuple[int, int]:
    """The checked values of `base` and `tapes`.

    Raises:
        InputError: One is not a whole number or is out of range, or base**tapes exceeds `MAX_SYMBOLS`.
    """
    base, tapes = whole_number(keys, "base", 2, len(DIGIT_CHARACTERS), source), whole_number(keys, "tapes", 1, MAX_TAPES, source)
    if base**tapes > MAX_SYMBOLS:
        got = f"{base} to the power of {tapes} = {base**tapes:,} in {source}"
        remedy = "a certificate checks every state under every symbol; take fewer tapes or a smaller base"
        raise InputError(f"at most {MAX_SYMBOLS:,} symbols", got, remedy)
    return base, tapes


def symbol_names(base: int, tapes: int) -> list[str]:
    """How a file writes each symbol: one digit for each tape, joined by commas."""
    return [",".join(DIGIT_CHARACTERS[s // base**tape % base] for tape in range(tapes)) for s in range(base**tapes)]


def whole_number(keys: Mapping[str, Any], key: str, least: int, most: int, source: str) -> int:
    """The value of a key, a whole number of a range.

    Raises:
        InputError: It is not.
    """
    value = keys[key]
    if type(value) is not int or not least <= value <= most:
        got = f"{brief(value)} in {source}"
        raise InputError(f"{key} as a whole number from {least} to {most}", got, f"write for example {key} = {least}")
    return value


def _layout(keys: Mapping[str, Any], source: str) -> AbstractLayout:
    order, tail = keys["read"], whole_number(keys, "tail", 0, MAX_TAIL, source)
    if order not in ("least", "most"):
        got = f"{brief(order)} in {source}"
        raise InputError('read = "least" or read = "most"', got, "say which digit of a number is read first")
    if order == "most" and tail:
        got = f"tail = {tail} in {source}"
        raise InputError("tail = 0 where the most significant digit is read first", got, "leave tail out")
    return MostFirst() if order == "most" else LeastFirst(tail)


def read_labels(raw: Any, source: str) -> tuple[str, ...] | None:
    """Names of outputs; None where there are none.

    Raises:
        InputError: They are not 2 to `MAX_OUTPUTS` different lines of text.
    """
    if raw is None:
        return None
    good = isinstance(raw, list) and 2 <= len(raw) <= MAX_OUTPUTS
    if not good or any(type(label) is not str or not label or not label.isprintable() for label in raw):
        expected = f"labels as a list of 2 to {MAX_OUTPUTS:,} names, each one line of text"
        raise InputError(expected, f"{brief(raw)} in {source}", "name each output")
    if len(set(raw)) != len(raw):
        raise InputError("labels that differ", f"{brief(raw)} in {source}", "name each output once")
    return tuple(raw)


def _machine(keys: Mapping[str, Any], symbols: list[str], outputs: Sequence[str], *, named: bool, source: str) -> Machine:
    states = keys["states"]
    if not isinstance(states, dict) or not 1 <= len(states) <= MAX_STATES:
        got = f"{len(states):,} states in {source}" if isinstance(states, dict) else f"{brief(states)} in {source}"
        raise InputError(f"states as a table of 1 to {MAX_STATES:,} states", got, "write [states.NAME] for each")
    unprintable = next((name for name in states if not name.isprintable()), None)
    if unprintable is not None:
        raise InputError("states whose names are one line of text", f"{quoted(unprintable)} in {source}", "rename it")
    rows = Rows(symbols, states, outputs, digits=isinstance(outputs, str), named=named, source=source)
    start = rows.state("start state", keys["start"])
    table = [rows.row(name, row) for name, row in states.items()]
    machine = Machine(
        start=start,
        delta=tuple(tuple(next_state for next_state, _ in row) for row in table),
        output=tuple(tuple(output for _, output in row) for row in table),
        names=tuple(states),
    )
    return without_unreachable(machine, source)
