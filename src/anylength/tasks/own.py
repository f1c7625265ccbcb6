"""A user's own finite-state task: from a JSON or TOML file, or from a Python function of (state, symbol).

A file names its states; each state has a row `symbol = [next state, output]`. A symbol is a digit, with several tapes the digits
joined by commas; `"*"` stands for all symbols that the row does not name. Outputs are digits, or names where `labels` lists them.
`docs/machines.md` shows examples.
"""

import json
import re
import tomllib
import warnings
from collections.abc import Callable, Hashable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from anylength.digits import SIGNS, check_base
from anylength.errors import InputError, shown, unknown_name
from anylength.machines import Machine, explore, reachable
from anylength.tasks.data import words
from anylength.tasks.layout import AbstractLayout, LeastFirst, MostFirst
from anylength.tasks.stress import holds, machine_families
from anylength.tasks.task import Task

FORMAT = 1
MOST_SYMBOLS, MOST_STATES, MOST_TAIL = 4_096, 1_024, 8
"""A certificate checks every state under every symbol; these are the limits of what its checker reads."""

KEYS = ("format", "name", "summary", "base", "tapes", "read", "tail", "labels", "start", "states")
READS = ("least", "most")
ELSE = "*"


def from_file(path: Path) -> Task:
    """The task of a machine file, `.json` or `.toml`.

    Raises:
        InputError: The file cannot be read, or what it says is no complete, unambiguous machine.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise InputError("a readable machine file", f"{str(path)!r}: {reason}", "give the path of a .json or .toml file") from None
    return from_mapping(_parsed(text, path.suffix.lower() == ".toml", path.name), path.name)


def from_description(text: str) -> Task:
    """The task that a run keeps as text (canonical JSON, as in `Task.description`).

    Raises:
        InputError: It is damaged.
    """
    return from_mapping(_parsed(text, False, "the run's machine"), "the run's machine")


def _parsed(text: str, toml: bool, source: str) -> Mapping[str, Any]:
    try:
        raw = tomllib.loads(text) if toml else json.loads(text, object_pairs_hook=_unique)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        kind = "TOML" if toml else "JSON"
        raise InputError(f"{kind} without a key given twice", f"{source}: {error}", "correct the file") from None
    if not isinstance(raw, dict):
        raise InputError("a table of keys and values", f"{source}: {type(raw).__name__}", f"write the keys {', '.join(KEYS)}")
    return raw


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"the key {twice!r} is given twice, which is ambiguous")
    return dict(pairs)


def from_mapping(raw: Mapping[str, Any], source: str = "the machine") -> Task:
    """The task of a parsed machine file.

    Raises:
        InputError: A key is missing, unknown or of the wrong kind; a transition is missing, given twice or leads nowhere.
    """
    unknown = next((key for key in raw if key not in KEYS), None)
    if unknown is not None:
        raise unknown_name(f"key in {source}", unknown, KEYS)
    missing = next((key for key in ("name", "base", "start", "states") if key not in raw), None)
    if missing is not None:
        raise InputError(f"the key {missing!r} in {source}", f"only {', '.join(raw) or 'none'}", "add it")
    if raw.get("format", FORMAT) != FORMAT:
        raise InputError(f"format {FORMAT}", f"format {raw['format']!r} in {source}", "use the version that it was written for")
    base, tapes = check_base(_whole(raw, "base", 2, 36, source)), _whole({"tapes": 1, **raw}, "tapes", 1, 12, source)
    tail = _whole({"tail": 0, **raw}, "tail", 0, MOST_TAIL, source)
    read = raw.get("read", "least")
    if read not in READS:
        raise InputError('read = "least" or read = "most"', f"{read!r} in {source}", "say which digit of a number is read first")
    if read == "most" and tail:
        raise InputError("tail = 0 where the most significant digit is read first", f"tail = {tail}", "leave tail out")
    name = str(raw["name"])
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", name):
        raise InputError("a name of small letters, digits and dashes", shown(name), "pass for example my-machine")
    labels = _labels(raw.get("labels"), source)
    machine = _machine(raw, base, tapes, labels, source)
    layout = MostFirst() if read == "most" else LeastFirst(tail)
    return _task(name, str(raw.get("summary", "a machine of your own")), base, tapes, machine, layout, labels)


def _whole(raw: Mapping[str, Any], key: str, least: int, most: int, source: str) -> int:
    value = raw[key]
    if type(value) is not int or not least <= value <= most:
        raise InputError(
            f"{key} as a whole number from {least} to {most}", f"{value!r} in {source}", f"write for example {key} = {least}"
        )
    return value


def _labels(raw: Any, source: str) -> tuple[str, ...] | None:
    if raw is None:
        return None
    if not isinstance(raw, list) or not 2 <= len(raw) <= len(SIGNS) or any(type(x) is not str or not x for x in raw):
        raise InputError(f"labels as a list of 2 to {len(SIGNS)} names", f"{shown(repr(raw))} in {source}", "name each output")
    if len(set(raw)) != len(raw):
        raise InputError("labels that differ", f"{shown(repr(raw))} in {source}", "name each output once")
    return tuple(raw)


def _alphabet(base: int, tapes: int) -> list[str]:
    """How each symbol is written in a row."""
    size = base**tapes
    if size > MOST_SYMBOLS:
        remedy = "a certificate checks every state under every symbol; take fewer tapes or a smaller base"
        raise InputError(f"at most {MOST_SYMBOLS:,} symbols", f"{base} to the power of {tapes} = {size:,}", remedy)
    return [",".join(SIGNS[s // base**tape % base] for tape in range(tapes)) for s in range(size)]


def _machine(raw: Mapping[str, Any], base: int, tapes: int, labels: tuple[str, ...] | None, source: str) -> Machine:
    written = _alphabet(base, tapes)
    states = raw["states"]
    if not isinstance(states, dict) or not 1 <= len(states) <= MOST_STATES:
        raise InputError(
            f"states as a table of 1 to {MOST_STATES:,} states", f"{source} without one", "write [states.NAME] for each"
        )
    index = {name: q for q, name in enumerate(states)}
    if raw["start"] not in index:
        raise unknown_name(f"start state in {source}", str(raw["start"]), index)
    outputs = {name: c for c, name in enumerate(labels or SIGNS[:base])}
    rows = [_row(name, row, written, index, outputs, source) for name, row in states.items()]
    machine = Machine(
        start=index[raw["start"]],
        delta=tuple(tuple(after for after, _ in row) for row in rows),
        output=tuple(tuple(output for _, output in row) for row in rows),
        names=tuple(states),
    )
    return _without_unreachable(machine, source)


def _row(
    state: str, row: Any, written: list[str], index: Mapping[str, int], outputs: Mapping[str, int], source: str
) -> list[tuple[int, int]]:
    """The transitions of one state, one for every symbol."""
    if not isinstance(row, dict):
        raise InputError(f"a table of transitions for the state {state!r}", f"{row!r} in {source}", "write symbol = [next, output]")
    named = {}
    for key, entry in row.items():
        symbol = key.replace(" ", "").lower()
        if symbol in named:
            raise InputError(f"one transition of {state!r} under {symbol}", f"two in {source}", "delete one: it is ambiguous")
        if symbol != ELSE and symbol not in written:
            raise InputError(f"symbols such as {written[-1]!r}", f"{key!r} in the state {state!r}", "write one digit for each tape")
        named[symbol] = _entry(state, key, entry, index, outputs, source)
    missing = [symbol for symbol in written if symbol not in named and ELSE not in named]
    if missing:
        few = ", ".join(missing[:5]) + (", …" if len(missing) > 5 else "")
        remedy = f'add them, or "{ELSE}" = [next, output] for all the others'
        raise InputError(f"a transition of {state!r} under every symbol", f"none under {few} in {source}", remedy)
    return [named.get(symbol) or named[ELSE] for symbol in written]


def _entry(state: str, key: str, entry: Any, index: Mapping[str, int], outputs: Mapping[str, int], source: str) -> tuple[int, int]:
    if not isinstance(entry, list) or len(entry) != 2:
        raise InputError(f"[next state, output] for {state!r} under {key}", f"{shown(repr(entry))} in {source}", "write both")
    after, output = str(entry[0]), str(entry[1])
    if after not in index:
        raise unknown_name(f"state (next after {state!r} under {key})", after, index)
    if output not in outputs:
        raise unknown_name(f"output (of {state!r} under {key})", output, outputs)
    return index[after], outputs[output]


def _without_unreachable(machine: Machine, source: str) -> Machine:
    """The machine without the states that no word leads to; each of them is worth a warning."""
    kept = sorted(reachable(machine))
    lost = [machine.names[q] for q in range(machine.states) if q not in kept]
    if not lost:
        return machine
    warnings.warn(f"{source}: no word leads to {', '.join(map(repr, lost))}: left out", stacklevel=2)
    index = {q: at for at, q in enumerate(kept)}
    return Machine(
        start=index[machine.start],
        delta=tuple(tuple(index[r] for r in machine.delta[q]) for q in kept),
        output=tuple(machine.output[q] for q in kept),
        names=tuple(machine.names[q] for q in kept),
    )


def from_function(
    step: Callable[[Any, tuple[int, ...]], tuple[Hashable, int | str]],
    *,
    start: Hashable,
    name: str = "own",
    summary: str = "a machine of your own",
    base: int = 10,
    tapes: int = 1,
    read: str = "least",
    tail: int = 0,
    labels: tuple[str, ...] | None = None,
) -> Task:
    """The task of a function (state, digits of the tapes) → (next state, output), explored from the start.

    The output is a digit, or one of `labels`. States are any hashable values; their `str` are their names.

    Raises:
        InputError: More than 1,024 states are reached, or anything that a file would be refused for.
    """
    written = _alphabet(check_base(base), tapes)
    digits = [tuple(s // base**tape % base for tape in range(tapes)) for s in range(len(written))]
    found: list[Hashable] = []
    for state, _ in explore(start, range(len(written)), lambda state, s: step(state, digits[s])[0]):
        found.append(state)
        if len(found) > MOST_STATES:
            remedy = "a finite machine must come back to states that it has been in"
            raise InputError(f"at most {MOST_STATES:,} states", "a function that reaches more", remedy)
    names = {state: f"{state}" for state in found}
    if len(set(names.values())) != len(found):
        names = {state: f"q{q}" for q, state in enumerate(found)}
    steps = {state: [step(state, digits[s]) for s in range(len(written))] for state in found}
    rows = {
        names[state]: {written[s]: [names[after], _said(output, labels)] for s, (after, output) in enumerate(steps[state])}
        for state in found
    }
    keys: dict[str, Any] = {"name": name, "summary": summary, "base": base, "tapes": tapes, "read": read, "tail": tail}
    return from_mapping(keys | {"labels": list(labels) if labels else None, "start": names[start], "states": rows})


def _said(output: int | str, labels: tuple[str, ...] | None) -> str:
    return SIGNS[output] if labels is None and isinstance(output, int) and 0 <= output < len(SIGNS) else str(output)


def _task(
    name: str, summary: str, base: int, tapes: int, machine: Machine, layout: AbstractLayout, labels: tuple[str, ...] | None
) -> Task:
    task = Task(
        name=name,
        summary=summary,
        base=base,
        tapes=tapes,
        transducer=machine,
        exact=lambda numbers: task.answer(np.asarray(machine.run(task.word(numbers).tolist()), np.uint8)),
        data=words(tapes, layout.tail),
        stress=machine_families(machine, layout.tail),
        layout=layout,
        labels=labels,
        ripples=tuple(holds(machine)),
        description=_description(name, summary, base, tapes, machine, layout, labels),
    )
    return task


def _description(
    name: str, summary: str, base: int, tapes: int, machine: Machine, layout: AbstractLayout, labels: tuple[str, ...] | None
) -> str:
    """The canonical text of a machine: what a run keeps of it."""
    written, said = _alphabet(base, tapes), labels or SIGNS
    keys: dict[str, Any] = {
        "format": FORMAT, "name": name, "summary": summary, "base": base, "tapes": tapes,
        "read": "most" if isinstance(layout, MostFirst) else "least", "tail": layout.tail, "start": machine.names[machine.start],
        "states": {
            machine.names[q]: {
                written[s]: [machine.names[machine.delta[q][s]], said[machine.output[q][s]]] for s in range(machine.symbols)
            }
            for q in range(machine.states)
        },
    }  # fmt: skip
    return json.dumps(keys | ({"labels": list(labels)} if labels else {}), separators=(",", ":"))
