"""Machine files: what a user's own machine looks like as text, read with one clear error for everything that may be wrong in it.

A file names its states; each state has a row `symbol = [next state, output]`. A symbol is a digit, with several tapes the digits
joined by commas; `"*"` stands for all symbols that the row does not name. Outputs are digits, or names where `labels` lists them.
`docs/machines.md` shows examples.
"""

import json
import re
import tomllib
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anylength.digits import DIGIT_CHARACTERS
from anylength.errors import InputError, quoted, unknown_name
from anylength.machines import Machine, reachable
from anylength.tasks.layout import AbstractLayout, LeastFirst, MostFirst

FORMAT = 1
MOST_SYMBOLS, MOST_STATES, MOST_TAPES, MOST_TAIL = 4_096, 1_024, 12, 8
"""A certificate checks every state under every symbol; these are the limits of what its checker reads."""

MOST_TEXT = 1_000_000
"""Characters of a machine's text as it lies, quoted twice, in the header of the weights: the checker reads a mebibyte of it."""

KEYS = ("format", "name", "summary", "base", "tapes", "read", "tail", "labels", "start", "states")
DEFAULTS: Mapping[str, Any] = {
    "format": FORMAT, "summary": "a machine of your own", "tapes": 1, "read": "least", "tail": 0, "labels": None,
}  # fmt: skip
ELSE = "*"


@dataclass(frozen=True)
class MachineFile:
    """All that a machine file says.

    Attributes:
        name: The task's name.
        summary: One line for people.
        base: Digits are 0…base−1.
        tapes: How many numbers are read side by side.
        machine: The rule, without the states that no word leads to.
        layout: How numbers lie in time.
        labels: Names of the outputs; None where they are digits.
    """

    name: str
    summary: str
    base: int
    tapes: int
    machine: Machine
    layout: AbstractLayout
    labels: tuple[str, ...] | None

    def text(self) -> str:
        """The same as canonical JSON on one line; in each row the commonest transition is written once, as "*".

        Raises:
            InputError: It is too long to be kept beside the weights.
        """
        written = symbol_names(self.base, self.tapes)
        keys: dict[str, Any] = {
            "format": FORMAT, "name": self.name, "summary": self.summary, "base": self.base, "tapes": self.tapes,
            "read": "most" if isinstance(self.layout, MostFirst) else "least", "tail": self.layout.tail,
            "start": self.machine.names[self.machine.start],
            "states": {name: self._row(q, written) for q, name in enumerate(self.machine.names)},
        }  # fmt: skip
        text = json.dumps(keys | ({"labels": list(self.labels)} if self.labels else {}), separators=(",", ":"))
        kept = len(json.dumps(json.dumps(text)))
        if kept > MOST_TEXT:
            remedy = "it is kept beside the weights; take fewer states or symbols, or shorter names"
            raise InputError(f"a machine of at most {MOST_TEXT:,} characters in the weights file", f"{kept:,}", remedy)
        return text

    def _row(self, state: int, written: Sequence[str]) -> dict[str, list[str]]:
        said, names = self.labels or DIGIT_CHARACTERS, self.machine.names
        pairs = list(zip(self.machine.delta[state], self.machine.output[state], strict=True))
        often = Counter(pairs).most_common(1)[0][0]
        row = {written[s]: [names[after], said[output]] for s, (after, output) in enumerate(pairs) if (after, output) != often}
        return row | {ELSE: [names[often[0]], said[often[1]]]}


def parsed(text: str, source: str, *, toml: bool = False) -> Mapping[str, Any]:
    """The keys and values of a JSON or TOML text.

    Raises:
        InputError: It is damaged, gives a key twice, or is no table.
    """
    try:
        raw = tomllib.loads(text) if toml else json.loads(text, object_pairs_hook=_unique)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        kind = "TOML" if toml else "JSON"
        raise InputError(f"well-formed {kind}, no key given twice", f"{source}: {error}", "correct the file") from None
    if not isinstance(raw, dict):
        raise InputError("a table of keys and values", f"{source}: {type(raw).__name__}", f"write the keys {', '.join(KEYS)}")
    return raw


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"the key {quoted(name)} is given twice, which is ambiguous")
        found[name] = value
    return found


def read(raw: Mapping[str, Any], source: str = "the machine") -> MachineFile:
    """What a parsed machine file says.

    Raises:
        InputError: A key is missing, unknown or of the wrong kind; a transition is missing, given twice or leads nowhere.
    """
    unknown = next((key for key in raw if key not in KEYS), None)
    if unknown is not None:
        raise unknown_name(f"key in {source}", unknown, KEYS)
    missing = next((key for key in ("name", "base", "start", "states") if key not in raw), None)
    if missing is not None:
        raise InputError(f"the key {missing!r} in {source}", f"only {', '.join(raw) or 'none'}", "add it")
    keys = {**DEFAULTS, **raw}
    if keys["format"] != FORMAT:
        got = f"format {_brief(keys['format'])} in {source}"
        raise InputError(f"format {FORMAT}", got, "use the version that it was written for")
    name = keys["name"]
    if not isinstance(name, str) or not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", name):
        got = f"{_brief(name)} in {source}"
        raise InputError("a name of at most 40 small letters, digits and dashes", got, "write for example my-machine")
    if not isinstance(keys["summary"], str) or not keys["summary"].isprintable():
        raise InputError("summary as one line of text", f"{_brief(keys['summary'])} in {source}", "say what it does in a line")
    base, tapes = size(keys, source)
    layout, labels = _layout(keys, source), _labels(keys["labels"], source)
    return MachineFile(name, keys["summary"], base, tapes, _machine(keys, base, tapes, labels, source), layout, labels)


def size(keys: Mapping[str, Any], source: str) -> tuple[int, int]:
    """Base and tapes.

    Raises:
        InputError: One of them is no whole number or lies outside, or they make too large an alphabet.
    """
    base, tapes = _whole(keys, "base", 2, len(DIGIT_CHARACTERS), source), _whole(keys, "tapes", 1, MOST_TAPES, source)
    if base**tapes > MOST_SYMBOLS:
        got = f"{base} to the power of {tapes} = {base**tapes:,} in {source}"
        remedy = "a certificate checks every state under every symbol; take fewer tapes or a smaller base"
        raise InputError(f"at most {MOST_SYMBOLS:,} symbols", got, remedy)
    return base, tapes


def symbol_names(base: int, tapes: int) -> list[str]:
    """How each symbol is written in a row."""
    return [",".join(DIGIT_CHARACTERS[s // base**tape % base] for tape in range(tapes)) for s in range(base**tapes)]


def _whole(keys: Mapping[str, Any], key: str, least: int, most: int, source: str) -> int:
    value = keys[key]
    if type(value) is not int or not least <= value <= most:
        got = f"{_brief(value)} in {source}"
        raise InputError(f"{key} as a whole number from {least} to {most}", got, f"write for example {key} = {least}")
    return value


def _brief(value: Any) -> str:
    """A value as it can be shown in a one-line message."""
    try:
        text = repr(value)
    except ValueError:  # Python's limit on the digits of a number
        return "a huge number"
    return text if len(text) <= 40 else quoted(text)


def _layout(keys: Mapping[str, Any], source: str) -> AbstractLayout:
    order, tail = keys["read"], _whole(keys, "tail", 0, MOST_TAIL, source)
    if order not in ("least", "most"):
        got = f"{_brief(order)} in {source}"
        raise InputError('read = "least" or read = "most"', got, "say which digit of a number is read first")
    if order == "most" and tail:
        got = f"tail = {tail} in {source}"
        raise InputError("tail = 0 where the most significant digit is read first", got, "leave tail out")
    return MostFirst() if order == "most" else LeastFirst(tail)


def _labels(raw: Any, source: str) -> tuple[str, ...] | None:
    if raw is None:
        return None
    good = isinstance(raw, list) and 2 <= len(raw) <= len(DIGIT_CHARACTERS)
    if not good or any(type(label) is not str or not label or not label.isprintable() for label in raw):
        expected = f"labels as a list of 2 to {len(DIGIT_CHARACTERS)} names, each one line of text"
        raise InputError(expected, f"{_brief(raw)} in {source}", "name each output")
    if len(set(raw)) != len(raw):
        raise InputError("labels that differ", f"{_brief(raw)} in {source}", "name each output once")
    return tuple(raw)


def _machine(keys: Mapping[str, Any], base: int, tapes: int, labels: tuple[str, ...] | None, source: str) -> Machine:
    states = keys["states"]
    if not isinstance(states, dict) or not 1 <= len(states) <= MOST_STATES:
        got = f"{len(states):,} states in {source}" if isinstance(states, dict) else f"{_brief(states)} in {source}"
        raise InputError(f"states as a table of 1 to {MOST_STATES:,} states", got, "write [states.NAME] for each")
    unprintable = next((name for name in states if not name.isprintable()), None)
    if unprintable is not None:
        raise InputError("states whose names are one line of text", f"{quoted(unprintable)} in {source}", "rename it")
    rows = _Rows(symbol_names(base, tapes), states, labels or DIGIT_CHARACTERS[:base], labels is None, source)
    start = rows.state("start state", keys["start"])
    table = [rows.row(name, row) for name, row in states.items()]
    machine = Machine(
        start=start,
        delta=tuple(tuple(after for after, _ in row) for row in table),
        output=tuple(tuple(output for _, output in row) for row in table),
        names=tuple(states),
    )
    return _without_unreachable(machine, source)


class _Rows:
    """Reads the rows of one machine: knows its symbols, states and outputs by name."""

    def __init__(self, written: list[str], states: Mapping[str, Any], outputs: Sequence[str], digits: bool, source: str) -> None:
        self._written, self._known, self._digits, self._source = written, {*written, ELSE}, digits, source
        self._states = {name: q for q, name in enumerate(states)}
        self._outputs = {name: c for c, name in enumerate(outputs)}

    def state(self, what: str, raw: Any) -> int:
        """The number of a state given by its name."""
        name = _name(raw)
        if name not in self._states:
            raise unknown_name(f"{what} in {self._source}", name, self._states)
        return self._states[name]

    def row(self, state: str, row: Any) -> list[tuple[int, int]]:
        """The transitions of one state, one for every symbol."""
        if not isinstance(row, dict):
            expected, got = f"a table of transitions for the state {state!r}", f"{_brief(row)} in {self._source}"
            raise InputError(expected, got, "write symbol = [next state, output]")
        named: dict[str, tuple[int, int]] = {}
        for key, entry in row.items():
            symbol = key.replace(" ", "").lower()
            if symbol in named:
                got = f"two in {self._source}"
                raise InputError(f"one transition of {state!r} under {symbol}", got, "delete one: it is ambiguous")
            if symbol not in self._known:
                got = f"{quoted(key)} in the state {state!r} of {self._source}"
                raise InputError(f"symbols {self._written[0]!r} to {self._written[-1]!r}", got, "write one digit for each tape")
            named[symbol] = self._entry(state, symbol, entry)
        missing = [symbol for symbol in self._written if symbol not in named]
        if missing and ELSE not in named:
            few = ", ".join(repr(symbol) for symbol in missing[:5]) + (", …" if len(missing) > 5 else "")
            remedy = f'add it, or "{ELSE}" = [next state, output] for all the others'
            raise InputError(f"a transition of {state!r} under every symbol", f"none under {few} in {self._source}", remedy)
        return [named[symbol] if symbol in named else named[ELSE] for symbol in self._written]

    def _entry(self, state: str, symbol: str, entry: Any) -> tuple[int, int]:
        where = f"of {state!r} under {symbol}"
        if not isinstance(entry, list) or len(entry) != 2:
            raise InputError(f"[next state, output] {where}", f"{_brief(entry)} in {self._source}", "write both")
        after, output = self.state(f"next state ({where})", entry[0]), _name(entry[1])
        output = output.lower() if self._digits and isinstance(entry[1], str) else output
        if output not in self._outputs:
            raise unknown_name(f"output ({where}) in {self._source}", output, self._outputs)
        return after, self._outputs[output]


def _name(raw: Any) -> str:
    """A name as text: digits may be given as numbers, nothing else may."""
    if isinstance(raw, str):
        return raw
    return _brief(raw) if type(raw) is int else f"{type(raw).__name__} {_brief(raw)}"


def _without_unreachable(machine: Machine, source: str) -> Machine:
    """The machine without the states that no word leads to; they are worth a warning."""
    found = reachable(machine)
    kept = sorted(found)
    lost = [repr(name) for q, name in enumerate(machine.names) if q not in found]
    if not lost:
        return machine
    few = ", ".join(lost[:5]) + (", …" if len(lost) > 5 else "")
    warnings.warn(f"{source}: no word leads to {few}: left out", stacklevel=2)
    index = {q: at for at, q in enumerate(kept)}
    return Machine(
        start=index[machine.start],
        delta=tuple(tuple(index[r] for r in machine.delta[q]) for q in kept),
        output=tuple(machine.output[q] for q in kept),
        names=tuple(machine.names[q] for q in kept),
    )
