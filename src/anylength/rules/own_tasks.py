"""A user's own task, finite-state or with stacks: from a JSON or TOML file, or from a Python function of (state, symbol)."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np

from anylength.base import OUTPUT, InputError, read_text
from anylength.rules.digits import DIGIT_CHARACTERS
from anylength.rules.finite import (
    finite_task,
    half_accepted_of,
    half_accepted_up_to,
    random_words,
    random_words_graded_at_their_ends,
    random_words_of,
)
from anylength.rules.machine_files import MAX_STATES, MachineFile, base_and_tapes, parse, read_machine, symbol_names
from anylength.rules.machines import ACCEPTOR_OUTPUTS, NamedMachine, explore, reachable
from anylength.rules.notation import Names
from anylength.rules.stack_files import Alphabets, StackMachineFile, read_stack_machine, stack_machine_of_function
from anylength.rules.stack_tasks import stack_task, walk
from anylength.rules.task import BALANCED, BALANCED_ALL, ENDS, DataMaker, Task

Step = Callable[..., tuple[Any, ...]]
"""(state, one digit of each tape or the name of a symbol) → (next state, output); of a machine with stacks (state, name of a
symbol, letter on top of each stack or None) → (next state, an action for each stack in turn, output)."""

EXAMPLE_SYMBOLS = 6
"""Length of the example of a machine with stacks."""

START = "start"
"""The name of the start state, to which the empty word leads."""


def machine_file(path: str | Path) -> Task:
    """The task of a machine file: TOML where the name ends in `.toml`, else JSON.

    The `config.json` of a run on a user's own machine is accepted too.

    Raises:
        InputError: The file cannot be read, or its machine is incomplete or ambiguous.
    """
    path = Path(path)
    # UTF-8 needs up to two bytes for each character of most alphabets
    text = read_text(path, limit=4 << 20, kind="a machine file")
    raw = parse(text, path.name, toml=path.suffix.lower() == ".toml")
    if isinstance(raw.get("machine"), str):
        return from_description(raw["machine"])
    return from_mapping(raw, path.name)


def from_description(text: str) -> Task:
    """The task of a machine text that a run stores (`Task.description`).

    Raises:
        InputError: The text is damaged.
    """
    return from_mapping(parse(text, "the run's machine"), "the run's machine")


def from_mapping(raw: Mapping[str, Any], source: str = "the machine") -> Task:
    """The task of a parsed machine file, which has stacks where it has letters. `source` names the file in errors.

    Raises:
        InputError: The machine is incomplete or ambiguous.
    """
    if "letters" in raw or "stacks" in raw:
        return _stack_task(read_stack_machine(raw, source))
    return _task(read_machine(raw, source))


def machine_task(
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
    symbols: Sequence[str] | None = None,
    graded: Literal["last", "all"] = "last",
    ends: bool = False,
    letters: Sequence[str] | None = None,
    stacks: int = 1,
) -> Task:
    """The task of a function, called once for every reachable state and symbol, and with `letters` for all tops that may be met.

    Args:
        step: (state, one digit of each tape) → (next state, output), or with `symbols` (state, a name of a symbol) → the same. The
            output is a digit, or one of `labels`. With `letters` (state, a name of a symbol, the letter on top of each stack, None
            where it is empty) → (next state, an action for each stack, output); an action is "keep", "pop" or "push LETTER".
        start: The first state. States are any hashable values; `str(state)` is a state's name.
        name: The task's name.
        summary: One line for people.
        base: Digits are 0…base−1.
        tapes: How many numbers are read side by side.
        read: Which digit of a number is read first: "least" or "most" significant.
        tail: Steps of symbol 0 after the numbers, for answers that are longer than the numbers.
        labels: Names of the outputs; None where the outputs are digits.
        symbols: Names of the symbols of a task that reads words, in place of `base`, `tapes`, `read` and `tail`.
        graded: With `symbols`: whether the answer is the "last" output or "all".
        ends: With `symbols`: whether training grades words at their ends alone.
        letters: Names of the letters of a machine with stacks, which has `symbols` and `labels`. None: it has no stacks.
        stacks: With `letters`: how many stacks there are.

    Raises:
        InputError: More than 1,024 states are reachable, or a machine file of the same content would be refused.
    """
    if letters is not None:
        given = [None if names is None else list(names) for names in (symbols, labels, letters)]
        known = Alphabets.of(given[0], given[1], given[2], stacks, "the machine")
        machine = stack_machine_of_function(step, start, known)
        content = StackMachineFile(name, summary, known.symbols, known.labels, known.letters, machine, graded)
        return from_description(content.text())
    keys: dict[str, Any] = {"name": name, "summary": summary, "labels": None if labels is None else list(labels)}
    if symbols is None:
        keys |= {"base": base, "tapes": tapes, "read": read, "tail": tail}
        written = symbol_names(*base_and_tapes(keys, "the machine"))
        inputs: list[Any] = [tuple(s // base**tape % base for tape in range(tapes)) for s in range(base**tapes)]
    else:
        keys |= {"symbols": list(symbols), "graded": graded, "ends": ends}
        written = inputs = list(Names(tuple(symbols)).names)
    rows = _rows(step, start, inputs)
    names = _names(rows)
    states = {
        names[state]: {
            symbol: [names[next_state], _output_name(output, base, labels)]
            for symbol, (next_state, output) in zip(written, row, strict=True)
        }
        for state, row in rows.items()
    }
    return from_mapping(keys | {"start": names[start], "states": states})


def _names(states: Mapping[Hashable, Any]) -> dict[Hashable, str]:
    """`str` of each state; numbered names where two are equal or one is not a line of text."""
    names = {state: str(state) for state in states}
    if len(set(names.values())) == len(states) and all(name.isprintable() for name in names.values()):
        return names
    return {state: f"q{q}" for q, state in enumerate(states)}


def _rows(step: Step, start: Hashable, inputs: Sequence[Any]) -> dict[Hashable, list[tuple[Hashable, Any]]]:
    """Each reachable state with its (next state, output) under every symbol, as the function takes it."""
    rows: dict[Hashable, list[tuple[Hashable, Any]]] = {}
    states = {start}

    def follow(state: Hashable, symbol: int) -> Hashable:
        pair = _checked(step(state, inputs[symbol]), state, inputs[symbol])
        states.add(pair[0])
        if len(states) > MAX_STATES:
            remedy = "a finite machine must come back to states that it has been in"
            raise InputError(f"at most {MAX_STATES:,} states", "a function that reaches more", remedy)
        rows.setdefault(state, []).append(pair)
        return pair[0]

    for _ in explore(start, range(len(inputs)), follow):
        pass
    return rows


def _checked(pair: Any, state: Hashable, symbol: Any) -> tuple[Hashable, Any]:
    """What a step function returned, if it is a (hashable next state, output)."""
    if not isinstance(pair, tuple) or len(pair) != 2:
        got = f"{type(pair).__name__} for the state {str(state)!r} and {_shown(symbol)}"
        raise InputError("a function that returns (next state, output)", got, "return both")
    try:
        hash(pair[0])
    except TypeError:
        got = f"{type(pair[0]).__name__} after the state {str(state)!r}"
        raise InputError("states that can be hashed", got, "use numbers, strings or tuples of them") from None
    return pair


def _shown(symbol: Any) -> str:
    """What a function was given, in words."""
    return f"the symbol {symbol!r}" if isinstance(symbol, str) else f"the digits {symbol}"


def _output_name(output: Any, base: int, labels: Sequence[str] | None) -> Any:
    """An output as a machine file writes it: digits as characters."""
    if not isinstance(output, int | np.integer | np.bool_):
        return output
    return DIGIT_CHARACTERS[int(output)] if labels is None and 0 <= output < base else int(output)


def _task(content: MachineFile) -> Task:
    """The task that a machine file describes. Its `exact` rule is the machine itself."""
    task = finite_task(
        content.name,
        content.summary,
        content.base,
        content.machine,
        lambda numbers: task.answer(np.asarray(content.machine.run(task.word(numbers).tolist()), OUTPUT)),
        content.layout,
        tapes=content.tapes,
        labels=content.labels,
        graded=content.graded,
        names=content.symbols,
        data=_data(content),
        data_up_to=lambda length: random_words_of(length, content.tapes, content.layout.tail),
        ends_up_to=random_words_graded_at_their_ends if content.symbols is not None and content.graded == "last" else None,
        further_data=_balanced(content),
        description=content.text(),
    )
    return task


def _stack_task(content: StackMachineFile) -> Task:
    """The task that a file of a machine with stacks describes. Its example is a word that makes the stacks deep."""
    deep = walk(content.machine, np.random.default_rng(0), EXAMPLE_SYMBOLS, 1, deep=True)[:, 0]
    return stack_task(
        content.name, content.summary, content.symbols, content.labels, content.machine, graded_last=content.graded == "last",
        example=Names(content.symbols).write(deep), description=content.text(),
    )  # fmt: skip


def _balanced(content: MachineFile) -> dict[str, Callable[[int], DataMaker]]:
    """The kinds of data sets of an acceptor of words of named symbols."""
    if content.symbols is None or content.graded != "last" or content.labels != ACCEPTOR_OUTPUTS:
        return {}
    return {BALANCED: partial(half_accepted_up_to, content.machine), BALANCED_ALL: partial(half_accepted_of, content.machine)}


def _data(content: MachineFile) -> dict[str, DataMaker]:
    """The data sets, the one that `ends` asks for first. Only of an acceptor the last output alone says something."""
    sets = random_words(content.tapes, content.layout.tail)
    if content.symbols is None or content.graded == "all":
        return sets
    ends = {ENDS: random_words_graded_at_their_ends()}
    return ends | sets if content.ends else sets | ends


def from_named_machine(named: NamedMachine, name: str, summary: str) -> Task:
    """The task of a machine with named symbols.

    Raises:
        InputError: It has too many states, symbols or outputs, or its text is too long to be stored with weights.
    """
    return _task(MachineFile.of(_with_state_names(named), name, summary))


def _with_state_names(named: NamedMachine) -> NamedMachine:
    """The machine with a shortest word as the name of each state, where states have numbers alone and the words are short."""
    machine, notation = named.machine, Names(named.symbols)
    if machine.names != tuple(f"q{q}" for q in range(machine.states)):
        return named
    words = {q: notation.write(np.asarray(word, np.uint16)) for q, word in reachable(machine).items()}
    names = [words[q] or START for q in range(machine.states)] if len(words) == machine.states else []
    # a picture has room for 12 characters
    if not names or len(set(names)) < len(names) or max(map(len, names)) > 12:
        return named
    return replace(named, machine=replace(machine, names=tuple(names)))
