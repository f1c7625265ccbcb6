"""A user's own machine with stacks, as a file or a function, with names for all. Every mistake gives one `InputError`.

In a file each state has a row `symbol = [next state, an action for each stack, output]`. Where that depends on what lies on top,
the row has a table in its place: the letter on top of each stack, joined by commas, = the same list. `empty` is the top of an empty
stack, and `*` is any; what names more tops goes first. An action is `keep`, `pop` or `push LETTER`. `docs/how-to/machines.md` has
examples.
"""

import json
import re
import warnings
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from anylength.base import InputError, brief, quoted, unknown_name
from anylength.rules.machine_files import FORMAT, MAX_STATES, MAX_TEXT, listed, others_key, read_keys, read_labels, whole_number
from anylength.rules.notation import Names
from anylength.rules.stack_machines import KEEP, MAX_COLUMNS, MAX_STACKS, POP, StackMachine, Tops, push, stack_machine

KEYS = ("format", "name", "summary", "symbols", "labels", "letters", "stacks", "graded", "start", "states")
DEFAULTS: Mapping[str, Any] = {"stacks": 1, "graded": "last"}

ANY, EMPTY = "*", "empty"
"""How a file writes any top, and that of an empty stack."""

ACTIONS = {"keep": KEEP, "pop": POP}
PUSH = "push "

Found = tuple[str, tuple[int, ...], int]
"""Next state, actions, output class."""


@dataclass(frozen=True)
class StackMachineFile:
    """The content of a file.

    Attributes:
        name: The task's name.
        summary: One line for people.
        symbols: A names.
        labels: C names of outputs.
        letters: Names of the letters 1, 2, …
        machine: The rule, with names of its states; every output is graded.
        graded: Which outputs are the answer: the "last" or "all".
    """

    name: str
    summary: str
    symbols: tuple[str, ...]
    labels: tuple[str, ...]
    letters: tuple[str, ...]
    machine: StackMachine
    graded: Literal["last", "all"]

    def text(self) -> str:
        """The file as canonical JSON on one line; `*` stands for the most frequent rule of a state under a symbol.

        Raises:
            InputError: The text is too long to be stored with the weights.
        """
        names = self.machine.names
        keys: dict[str, Any] = {
            "format": FORMAT, "name": self.name, "summary": self.summary, "symbols": list(self.symbols),
            "labels": list(self.labels), "letters": list(self.letters), "stacks": self.machine.stacks, "graded": self.graded,
            "start": names[self.machine.start],
            "states": {name: {s: self._rules(q, at) for at, s in enumerate(self.symbols)} for q, name in enumerate(names)},
        }  # fmt: skip
        text = json.dumps(keys, separators=(",", ":"))
        length = len(json.dumps(json.dumps(text)))
        if length > MAX_TEXT:
            remedy = "it is kept beside the weights; take fewer states, symbols or letters, or shorter names"
            raise InputError(f"a machine of at most {MAX_TEXT:,} characters in the weights file", f"{length:,}", remedy)
        return text

    def _rules(self, state: int, symbol: int) -> dict[str, list[str]]:
        """What is done in a state under a symbol, for all tops that a word may lead to."""
        machine, found = self.machine, dict[str, list[str]]()
        for column, rule in enumerate(machine.rules[state]):
            at, tops = machine.context(column)
            if at == symbol and rule is not None:
                actions = [self._action(action) for action in rule.actions]
                found[_tops_text(tops, self.letters)] = [machine.names[rule.after], *actions, self.labels[rule.output]]
        common = list(Counter(map(tuple, found.values())).most_common(1)[0][0])
        return {tops: rule for tops, rule in found.items() if rule != common} | {ANY: common}

    def _action(self, action: int) -> str:
        return PUSH + self.letters[action - 2] if action > POP else "pop" if action == POP else "keep"


@dataclass(frozen=True)
class Alphabets:
    """The names that a machine's rules are written in. `source` names the file in errors."""

    symbols: tuple[str, ...]
    labels: tuple[str, ...]
    letters: tuple[str, ...]
    stacks: int
    source: str

    @staticmethod
    def of(symbols: Any, labels: Any, letters: Any, stacks: Any, source: str) -> "Alphabets":
        """The names, checked.

        Raises:
            InputError: One is missing, repeated or misspelt; or there are too many.
        """
        for kind, names in (("symbols", symbols), ("letters", letters)):
            if not isinstance(names, list) or not names or any(type(name) is not str for name in names):
                raise InputError(
                    f"{kind} as a list of names", f"{brief(names)} in {source}", f'write for example {kind} = ["a", "b"]'
                )
        named = read_labels(labels, source)
        if named is None:
            raise InputError(f"labels in {source}", "none", 'name the outputs, for example ["reject", "accept"]')
        bad = next((name for name in letters if not re.fullmatch(r"[^\s,*]{1,40}", name) or name == EMPTY), None)
        if bad is not None:
            expected = f"letters of 1 to 40 characters without spaces, commas and *, none of them {EMPTY}"
            raise InputError(expected, f"{quoted(bad)} in {source}", "rename it")
        if len(set(letters)) < len(letters):
            raise InputError("letters that differ", f"{brief(letters)} in {source}", "name each letter once")
        count = whole_number({"stacks": stacks}, "stacks", 1, MAX_STACKS, source)
        columns = len(symbols) * (len(letters) + 1) ** count
        if columns > MAX_COLUMNS:
            got = f"{len(symbols)} times {len(letters) + 1} to the power of {count} = {columns:,} in {source}"
            raise InputError(f"at most {MAX_COLUMNS:,} symbols times combinations of tops", got, "take fewer stacks or letters")
        return Alphabets(Names(tuple(symbols)).names, named, tuple(letters), count, source)

    def rule(self, found: Any, where: str) -> tuple[Any, tuple[int, ...], int]:
        """What a list says: the next state as it is, the actions, the output class."""
        if not isinstance(found, list | tuple) or len(found) < 2:
            raise self._misshapen(found, where)
        after, *actions, output = found
        if len(actions) > self.stacks:
            got = f"{len(actions)} ({', '.join(map(brief, actions))}) in {self.source}"
            remedy = f"write as many as there are stacks, or the key stacks = {len(actions)}"
            raise InputError(f"{self.stacks} action{'s' * (self.stacks > 1)} {where}", got, remedy)
        if len(actions) < self.stacks:
            raise self._misshapen(found, where)
        if output not in self.labels:
            raise unknown_name(f"output ({where}) in {self.source}", str(output), self.labels)
        return after, tuple(self._action(action, where) for action in actions), self.labels.index(output)

    def _misshapen(self, found: Any, where: str) -> InputError:
        actions = "action" if self.stacks == 1 else f"{self.stacks} actions"
        shown = [list(found) if isinstance(found, tuple) else found]
        return InputError(f"[next state, {actions}, output] {where}", f"{brief(*shown)} in {self.source}", "write all of them")

    def _action(self, action: Any, where: str) -> int:
        if isinstance(action, str) and action in ACTIONS:
            return ACTIONS[action]
        if not isinstance(action, str) or not action.startswith(PUSH):
            raise InputError(
                f"an action {where} as keep, pop or push LETTER", f"{brief(action)} in {self.source}", "write one of them"
            )
        letter = action.removeprefix(PUSH)
        if letter not in self.letters:
            known = f"add it to letters, which are {', '.join(self.letters)}"
            raise InputError(f"a letter to push {where}", f"{quoted(letter)} in {self.source}", known)
        return push(self.letters.index(letter) + 1)


def read_stack_machine(raw: Mapping[str, Any], source: str = "the machine") -> StackMachineFile:
    """The content of a parsed file.

    Raises:
        InputError: A key is missing, unknown or of the wrong kind; a rule that a word leads to is missing, or two fit; or one names
            a state, letter, stack or output that is not there.
    """
    keys = {**DEFAULTS, **read_keys(raw, source, KEYS)}
    if keys["graded"] not in ("last", "all"):
        raise InputError('graded = "last" or "all"', f"{brief(keys['graded'])} in {source}", "say which outputs are the answer")
    names = Alphabets.of(keys.get("symbols"), keys["labels"], keys.get("letters"), keys["stacks"], source)
    states, start = keys["states"], keys["start"]
    if not isinstance(states, dict) or not 1 <= len(states) <= MAX_STATES:
        raise InputError(f"states as a table of 1 to {MAX_STATES:,} states", f"{brief(states)} in {source}", "write [states.NAME]")
    if start not in states:
        raise unknown_name(f"start state in {source}", str(start), states)
    rows = {name: _Row(name, row, names, states) for name, row in states.items()}
    machine = stack_machine(
        lambda state, symbol, tops: rows[state].rule(symbol, tops), start, symbols=len(names.symbols),
        letters=len(names.letters) + 1, stacks=names.stacks,
    )  # fmt: skip
    left_out = [name for name in states if name not in machine.names]
    if left_out:
        warnings.warn(f"{source}: no word leads to {listed(left_out)}: left out", stacklevel=2)
    return StackMachineFile(keys["name"], keys["summary"], names.symbols, names.labels, names.letters, machine, keys["graded"])


class _Row:
    """What a file says of a state: for each symbol, rules for patterns of tops."""

    def __init__(self, state: str, row: Any, names: Alphabets, states: Mapping[str, Any]) -> None:
        if not isinstance(row, dict):
            got = f"{brief(row)} in {names.source}"
            raise InputError(f"a table of rules for the state {state!r}", got, "write symbol = [next state, action, output]")
        self._state, self._names, self._others = state, names, others_key(names.symbols)
        self._rules: dict[str, list[tuple[tuple[str, ...], Found]]] = {}
        for symbol, entry in row.items():
            if symbol not in (*names.symbols, self._others):
                raise unknown_name(f"symbol in the state {state!r} of {names.source}", symbol, names.symbols)
            where, entries = f"of {state!r} under {symbol}", entry if isinstance(entry, dict) else {ANY: entry}
            self._rules[symbol] = [(self._pattern(tops, where), self._found(rule, states, where)) for tops, rule in entries.items()]

    def _pattern(self, text: str, where: str) -> tuple[str, ...]:
        names = self._names
        pattern = tuple(part.strip() for part in text.split(",")) if text != ANY else (ANY,) * names.stacks
        if len(pattern) != names.stacks:
            expected = f"what lies on top of {names.stacks} stacks {where}, joined by commas"
            raise InputError(expected, f"{quoted(text)} in {names.source}", f"name a letter, {EMPTY} or {ANY} for each stack")
        unknown = next((part for part in pattern if part not in (*names.letters, ANY, EMPTY)), None)
        if unknown is not None:
            raise unknown_name(f"letter on top ({where}) in {names.source}", unknown, (*names.letters, EMPTY))
        return pattern

    def _found(self, entry: Any, states: Mapping[str, Any], where: str) -> Found:
        after, actions, output = self._names.rule(entry, where)
        if after not in states:
            raise unknown_name(f"next state ({where}) in {self._names.source}", str(after), states)
        return after, actions, output

    def rule(self, symbol: int, tops: Tops) -> Found:
        """The one rule for a symbol and the tops that a word leads to."""
        name, shown = self._names.symbols[symbol], _tops_text(tops, self._names.letters)
        found = [
            (pattern.count(ANY), pattern, rule)
            for pattern, rule in self._rules.get(name, self._rules.get(self._others, []))
            if all(part in (ANY, top) for part, top in zip(pattern, shown.split(","), strict=True))
        ]
        best = [(pattern, rule) for free, pattern, rule in found if free == min(free for free, _, _ in found)]
        expected = f"one rule of {self._state!r} under {name} with {shown} on top"
        if not best:
            remedy = f"a word leads there; add {quoted(shown)} or {quoted(ANY)} = [next state, action, output]"
            raise InputError(expected, f"none in {self._names.source}", remedy)
        if len(best) > 1:
            got = f"two in {self._names.source}, {' and '.join(quoted(','.join(pattern)) for pattern, _ in best[:2])}"
            raise InputError(expected, got, f"it is ambiguous; add {quoted(shown)}, or delete one")
        return best[0][1]


def _tops_text(tops: Tops, letters: Sequence[str]) -> str:
    """What lies on top, as a file writes it."""
    return ",".join((EMPTY, *letters)[top] for top in tops)


def stack_machine_of_function(
    step: Callable[[Any, str, tuple[str | None, ...]], Any], start: Hashable, names: Alphabets
) -> StackMachine:
    """The machine of a function of (state, name of a symbol, letter on top of each stack or None) with the names of its states.

    Raises:
        InputError: The function does not return (next state, an action for each stack, output), or reaches too many states.
    """
    states = {start}

    def numbered(state: Hashable, symbol: int, tops: Tops) -> tuple[Hashable, Sequence[int], int]:
        name, shown = names.symbols[symbol], _tops_text(tops, names.letters)
        found = step(state, name, tuple((None, *names.letters)[top] for top in tops))
        after, actions, output = names.rule(found, f"of {str(state)!r} under {name} with {shown} on top")
        try:
            states.add(after)
        except TypeError:
            got = f"{type(after).__name__} after the state {str(state)!r}"
            raise InputError("states that can be hashed", got, "use numbers, strings or tuples of them") from None
        if len(states) > MAX_STATES:
            raise InputError(f"at most {MAX_STATES:,} states", "a function that reaches more", "keep on the stacks what grows")
        return after, actions, output

    made = stack_machine(numbered, start, symbols=len(names.symbols), letters=len(names.letters) + 1, stacks=names.stacks)
    return made if all(name.isprintable() for name in made.names) else replace(made, names=())
