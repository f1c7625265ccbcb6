"""A user's own finite-state task: from a JSON or TOML file, or from a Python function of (state, symbol)."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from anylength.digits import DIGIT_CHARACTERS
from anylength.errors import InputError
from anylength.machines import explore
from anylength.tasks import machine_files
from anylength.tasks.data import words, words_of
from anylength.tasks.finite import finite_task
from anylength.tasks.machine_files import MOST_STATES, MachineFile, parsed, symbol_names
from anylength.tasks.task import Task

Step = Callable[[Any, tuple[int, ...]], tuple[Hashable, Any]]
"""(state, digits of the tapes) → (next state, output)."""


def from_file(path: str | Path) -> Task:
    """The task of a machine file, TOML where its name ends in `.toml`, else JSON; or of a run's `config.json` that carries one.

    Raises:
        InputError: The file cannot be read, or what it says is no complete, unambiguous machine.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or ("not UTF-8 text" if isinstance(error, UnicodeError) else str(error))
        raise InputError("a readable machine file", f"{str(path)!r}: {reason}", "give the path of a .json or .toml file") from None
    raw = parsed(text, path.name, toml=path.suffix.lower() == ".toml")
    if isinstance(raw.get("machine"), str):
        return from_description(raw["machine"])
    return from_mapping(raw, path.name)


def from_description(text: str) -> Task:
    """The task that a run keeps as text (`Task.description`).

    Raises:
        InputError: It is damaged.
    """
    return from_mapping(parsed(text, "the run's machine"), "the run's machine")


def from_mapping(raw: Mapping[str, Any], source: str = "the machine") -> Task:
    """The task of a parsed machine file.

    Raises:
        InputError: What it says is no complete, unambiguous machine.
    """
    return _task(machine_files.read(raw, source))


def from_function(
    step: Step,
    *,
    start: Hashable,
    name: str = "own",
    summary: str = "a machine of your own",
    base: int = 10,
    tapes: int = 1,
    read: str = "least",
    tail: int = 0,
    labels: Sequence[str] | None = None,
) -> Task:
    """The task of a function (state, digits of the tapes) → (next state, output), explored from the start.

    The output is a digit, or one of `labels`. States are any hashable values; what `str` makes of them are their names. The
    function is called once for every state and symbol.

    Raises:
        InputError: More than 1,024 states are reached, or anything that a file would be refused for.
    """
    keys: dict[str, Any] = {"name": name, "summary": summary, "base": base, "tapes": tapes, "read": read, "tail": tail}
    keys |= {"labels": None if labels is None else list(labels)}
    written = symbol_names(*machine_files.size(keys, "the machine"))
    rows = _rows(step, start, base, tapes)
    names = {state: str(state) for state in rows}
    if len(set(names.values())) != len(rows) or not all(name.isprintable() for name in names.values()):
        names = {state: f"q{q}" for q, state in enumerate(rows)}
    states = {
        names[state]: {
            symbol: [names[after], _said(output, base, labels)] for symbol, (after, output) in zip(written, row, strict=True)
        }
        for state, row in rows.items()
    }
    return from_mapping(keys | {"start": names[start], "states": states})


def _rows(step: Step, start: Hashable, base: int, tapes: int) -> dict[Hashable, list[tuple[Hashable, Any]]]:
    """Each reachable state with its (next state, output) under every symbol."""
    digits = [tuple(s // base**tape % base for tape in range(tapes)) for s in range(base**tapes)]
    rows: dict[Hashable, list[tuple[Hashable, Any]]] = {}
    met = {start}

    def follow(state: Hashable, symbol: int) -> Hashable:
        pair = step(state, digits[symbol])
        if not isinstance(pair, tuple) or len(pair) != 2:
            got = f"{type(pair).__name__} for the state {str(state)!r} and the digits {digits[symbol]}"
            raise InputError("a function that returns (next state, output)", got, "return both")
        try:
            met.add(pair[0])
        except TypeError:
            got = f"{type(pair[0]).__name__} after the state {str(state)!r}"
            raise InputError("states that can be hashed", got, "use numbers, strings or tuples of them") from None
        if len(met) > MOST_STATES:
            remedy = "a finite machine must come back to states that it has been in"
            raise InputError(f"at most {MOST_STATES:,} states", "a function that reaches more", remedy)
        rows.setdefault(state, []).append(pair)
        return pair[0]

    for _ in explore(start, range(len(digits)), follow):
        pass
    return rows


def _said(output: Any, base: int, labels: Sequence[str] | None) -> Any:
    """An output as a file says it: a digit by its sign."""
    if not isinstance(output, int | np.integer | np.bool_):
        return output
    return DIGIT_CHARACTERS[int(output)] if labels is None and 0 <= output < base else int(output)


def _task(own: MachineFile) -> Task:
    """The task that a machine file describes."""
    task = finite_task(
        own.name,
        own.summary,
        own.base,
        own.machine,
        lambda numbers: task.answer(np.asarray(own.machine.run(task.word(numbers).tolist()), np.uint8)),
        own.layout,
        tapes=own.tapes,
        labels=own.labels,
        data=words(own.tapes, own.layout.tail),
        data_up_to=lambda most: words_of(most, own.tapes, own.layout.tail),
        description=own.text(),
    )
    return task
