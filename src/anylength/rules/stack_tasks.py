"""Tasks of words that a machine with stacks can do: `anbn`, `anbncn`, `dyck-K`, `json-brackets` and Turing machines.

The machines are functions of a state, a symbol and the letters on top. Words are drawn that make their stacks deep. Tasks of
numbers, `reverse`, `duplicate` and `count-natural`, are in `unbounded`.
"""

import re
from collections.abc import Hashable, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.base import OUTPUT, Digits, InputError, Symbols, brief, read_text
from anylength.rules.finite import POST_DIGITS, sampled_of, sampled_up_to
from anylength.rules.groups import BRACKETS
from anylength.rules.notation import InOrder, symbol_type
from anylength.rules.stack_machines import FREE, KEEP, POP, StackMachine, Tops, push, stack_machine
from anylength.rules.stress_words import SAMPLES
from anylength.rules.task import IGNORE_INDEX, SAMPLED, SAMPLED_ALL, StressFamily, Task

MACHINES = {
    "bb2": "1RB1LB_1LA1RZ",
    "bb3": "1RB1RZ_1LB0RC_1LC1LA",
    "bb4": "1RB1LB_1LA0LC_1RZ1LD_1RD0RA",
    "bb5": "1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RZ0LA",
}
"""Busy beavers of 2 to 5 states: the machines of 2 symbols that halt on an empty tape after the most steps, 6, 21, 107 and
47,176,870 (Radó 1962, Lin and Radó 1965, Brady 1983, Marxen and Buntrock 1990; the last proved in 2024)."""

UNIVERSAL = {"utm46": "3LA3LA4RA0RA2LA0RD_1LB0RB4LC4LB3RB2RB_5RA1RC3RD---2RC1RA_5LB0RD5LB---3RD2RD"}
"""Universal Turing machines, which read their tape first: UTM(4,6) of 4 states and 6 symbols (Rogozhin, Small universal Turing
machines, Theoretical Computer Science 168, 1996, section 8). Its symbols 0, 1, b, b with an arrow to the left, b with one to the
right and c are 0 to 5; q1 to q4 are A to D."""

_TURNED = "to turn a stack over takes as many steps as it has symbols"
_AT_ONCE = f"it asks for the first symbol right after the last, and {_TURNED}"
_EXPRESSION = "one stack would do, of 25 letters beside 50 states; that machine is not built here"
_SQUARE = "one action on each stack in a step is too few for any method known here"

WHY_NONE = {
    "duplicate-string": f"{_AT_ONCE}; duplicate has those steps",
    "odds-first": _AT_ONCE,
    "missing-duplicate-string": f"it compares two halves from their first symbols on, and {_TURNED}",
    "binary-addition": f"it adds from the bit that was read first, and {_TURNED}",
    "binary-multiplication": _SQUARE,
    "multiply": _SQUARE,
    "compute-sqrt": _SQUARE,
    "modular-arithmetic-brackets": _EXPRESSION,
    "solve-equation": _EXPRESSION,
    "duplicate": "in this base it has more than 65,536 symbols times combinations of tops",
}
"""Why there is no machine with stacks for a task beyond finite state."""

TuringRules = dict[tuple[str, int], tuple[int, bool, str]]
"""(state, symbol under the head) → (symbol written, whether the head moves right, next state)."""

Found = tuple[Hashable, Sequence[int], int]
"""What a step of a machine returns."""


def anbn_machine() -> StackMachine:
    """aⁿbⁿ, n ≥ 1. The first a is pushed as letter 1, so that the machine sees when it is popped."""

    def step(state: str, symbol: int, tops: Tops) -> Found:
        (top,) = tops
        if symbol == 0 and state in ("start", "a"):
            return "a", [push(2 if top else 1)], 0
        if symbol == 1 and state != "reject" and top:
            return "b", [POP], int(top == 1)
        return "reject", [KEEP], 0

    return stack_machine(step, "start", symbols=2, letters=3)


def anbncn_machine() -> StackMachine:
    """aⁿbⁿcⁿ, n ≥ 1, with two stacks: each b pops from the first and pushes on the second."""

    def step(state: str, symbol: int, tops: Tops) -> Found:
        first, second = tops
        if symbol == 0 and state in ("start", "a"):
            return "a", [push(2 if first else 1), KEEP], 0
        if symbol == 1 and state in ("a", "b") and first:
            return "b" if first == 2 else "all b", [POP, push(2 if second else 1)], 0
        if symbol == 2 and state in ("all b", "c") and second:
            return "c", [KEEP, POP], int(second == 1)
        return "reject", [KEEP, KEEP], 0

    return stack_machine(step, "start", symbols=3, letters=3, stacks=2)


def dyck_machine(kinds: int, others: int = 0) -> StackMachine:
    """Balanced brackets of K kinds, nested at any depth, and `others` symbols more that may stand anywhere.

    Symbol 2·k opens a bracket of kind k, 2·k + 1 closes it. Letters 1…K lie at the bottom, K + 1…2·K above.
    """

    def step(state: str, symbol: int, tops: Tops) -> Found:
        (top,) = tops
        kind, closes = divmod(symbol, 2)
        if state == "reject":
            return "reject", [KEEP], 0
        if symbol >= 2 * kinds:
            return "balanced", [KEEP], int(not top)
        if not closes:
            return "balanced", [push(1 + kind + (kinds if top else 0))], 0
        if top and (top - 1) % kinds == kind:
            return "balanced", [POP], int(top <= kinds)
        return "reject", [KEEP], 0

    return stack_machine(step, "balanced", symbols=2 * kinds + others, letters=2 * kinds + 1)


def reverse_machine(base: int) -> StackMachine:
    """Digits are pushed; from the first marker on each step pops one, and a marker asks for it."""

    def step(state: str, symbol: int, tops: Tops) -> Found:
        (top,) = tops
        if state == "read" and symbol < base:
            return "read", [push(symbol + 1)], FREE
        if not top:
            return "end", [KEEP], FREE
        return ("answer", [POP], top - 1 if symbol == base else FREE) if state != "end" else ("end", [KEEP], FREE)

    return stack_machine(step, "read", symbols=base + 1, letters=base + 1)


def count_natural_machine(base: int) -> StackMachine:
    """n → n + 1, the most significant digit first: read onto one stack, carry over to the other, answer from there."""

    def step(state: str, symbol: int, tops: Tops) -> Found:
        first, second = tops
        if state == "read" and symbol < base:
            return "read", [push(symbol + 1), KEEP], FREE
        if state == "read" and not first:
            return "end", [KEEP, KEEP], FREE
        if state in ("read", "carry", "copy"):
            carry = int(state != "copy")
            if not first:
                return "answer", [KEEP, push(carry + 1)], FREE
            carry, digit = divmod(first - 1 + carry, base)
            return "carry" if carry else "copy", [POP, push(digit + 1)], FREE
        if state == "answer" and second:
            return "answer", [KEEP, POP], second - 1 if symbol == base + 1 else FREE
        return "end", [KEEP, KEEP], FREE

    return stack_machine(step, "read", symbols=base + 2, letters=base + 1, stacks=2)


def duplicate_machine(base: int) -> StackMachine:
    """A string twice, with three stacks: read onto the first, turn it onto the others, answer from these in turn."""

    def step(state: str, symbol: int, tops: Tops) -> Found:
        first, second, third = tops
        if state == "read" and symbol < base:
            return "read", [push(symbol + 1), KEEP, KEEP], FREE
        if state in ("read", "turn") and first:
            return "turn", [POP, push(first), push(first)], FREE
        if state == "read":
            return "end", [KEEP, KEEP, KEEP], FREE
        is_graded = symbol == base + 1
        if state != "end" and second:
            return "answer", [KEEP, POP, KEEP], second - 1 if is_graded else FREE
        if state != "end" and third:
            return "answer", [KEEP, KEEP, POP], third - 1 if is_graded else FREE
        return "end", [KEEP, KEEP, KEEP], FREE

    return stack_machine(step, "read", symbols=base + 2, letters=base + 1, stacks=3)


def stack_manipulation_machine() -> StackMachine:
    """A stack of bits, then pops and pushes, then the stack from top to bottom and `$`. Other inputs are not graded."""
    pop, marker, end = 2, 5, 2

    def step(state: str, symbol: int, tops: Tops) -> Found:
        (top,) = tops
        if state == "answer" or (symbol == marker and state in ("bits", "actions")):
            output = FREE if symbol != marker else top - 1 if top else end
            return ("answer", [POP], output) if top else ("other", [KEEP], output)
        if symbol < pop and state in ("start", "bits"):
            return "bits", [push(symbol + 1)], FREE
        if pop <= symbol < marker and state in ("bits", "actions"):
            return "actions", [POP if symbol == pop else push(symbol - pop)], FREE
        return "other", [KEEP], FREE

    return stack_machine(step, "start", symbols=6, letters=3)


def bucket_sort_machine(size: int) -> StackMachine:
    """Digits in ascending order, with a stack for each digit, which holds one letter for each time that it was read."""

    def step(state: str, symbol: int, tops: Tops) -> Found:
        actions = [KEEP] * size
        if state == "read" and symbol < size:
            actions[symbol] = push(1)
            return "read", actions, FREE
        if state == "end" or not any(tops):
            return "end", actions, FREE
        least = tops.index(1)
        actions[least] = POP
        return "answer", actions, least if symbol == size else FREE

    return stack_machine(step, "read", symbols=size + 1, letters=2, stacks=size)


def without_machine(name: str) -> str:
    """That no machine with stacks does a task, and why."""
    return f"no machine with stacks does {name} here{': ' * (name in WHY_NONE)}{WHY_NONE.get(name, '')}"


def turing_machine(rules: TuringRules) -> StackMachine:
    """A Turing machine on an empty tape, a step of it for each symbol, which says only: go on. Output 1: it has halted.

    The first stack is the tape left of the head, the second that right of it; a bottom is blank. The state holds what is under the
    head. Letter s + 1 stands for the tape's symbol s.
    """

    def step(state: tuple[str, int] | None, symbol: int, tops: Tops) -> Found:
        return _turing_step(rules, state, tops)

    return stack_machine(step, (next(iter(rules))[0], 0), symbols=1, letters=1 + _tape_symbols(rules), stacks=2)


def reading_turing_machine(rules: TuringRules) -> StackMachine:
    """A Turing machine that reads its tape first, in bits, and then takes a step for each symbol, whichever it is.

    A cell has as many bits as the number of the tape's symbols has, the first of them the most significant one. The cells left of
    the head come first, from the left; then those from the far right up to the cell under the head. A number that is no symbol of
    the tape ends each of the two.
    """
    count = _tape_symbols(rules)
    bits = count.bit_length()

    def step(state: Any, symbol: int, tops: Tops) -> Found:
        if state is None or isinstance(state[0], str):
            return _turing_step(rules, state, tops)
        stack, read = state[0], (*state[1], symbol)
        number = sum(bit << bits - 1 - place for place, bit in enumerate(read))
        if len(read) < bits:
            return (stack, read), [KEEP, KEEP], 0
        if number < count:
            actions = [KEEP, KEEP]
            actions[stack] = push(number + 1)
            return (stack, ()), actions, 0
        return ((1, ()), [KEEP, KEEP], 0) if stack == 0 else ((next(iter(rules))[0], max(tops[1] - 1, 0)), [KEEP, POP], 0)

    return stack_machine(step, (0, ()), symbols=2, letters=1 + count, stacks=2)


def _turing_step(rules: TuringRules, state: tuple[str, int] | None, tops: Tops) -> Found:
    if state is None or state not in rules:
        return None, [KEEP, KEEP], 1
    written, moves_right, after = rules[state]
    behind, ahead = (0, 1) if moves_right else (1, 0)
    actions = [KEEP, KEEP]
    actions[behind], actions[ahead] = push(written + 1), POP
    return (after, max(tops[ahead] - 1, 0)), actions, 0


def _tape_symbols(rules: TuringRules) -> int:
    return 1 + max(max(read, written) for (_, read), (written, _, _) in rules.items())


def read_turing(text: str, source: str) -> TuringRules:
    """The rules of a Turing machine in the standard text format of the busy beaver challenge, such as `1RB1LB_1LA1RZ`.

    For each state, A first, and each symbol of the tape: what is written, R or L, and the next state; `---` halts, and so does a
    state that has no rules.

    Raises:
        InputError: The text is no such table.
    """
    rows = text.strip().split("_")
    if len({len(row) for row in rows}) > 1 or not re.fullmatch(r"((?:[0-9][LR][A-Z]|---)+_?)+", text.strip()) or len(rows) > 26:
        raise InputError("a Turing machine as 1RB1LB_1LA1RZ", f"{brief(text)} in {source}", "write, R or L, next state; --- halts")
    parts = {(chr(65 + q), s // 3): row[s : s + 3] for q, row in enumerate(rows) for s in range(0, len(row), 3)}
    symbols = len(rows[0]) // 3
    if any(part != "---" and int(part[0]) >= symbols for part in parts.values()):
        raise InputError(f"tape symbols 0 to {symbols - 1}", f"{brief(text)} in {source}", "a row has a rule for each of them")
    return {key: (int(part[0]), part[1] == "R", part[2]) for key, part in parts.items() if part != "---"}


DEAD = 0.05
"""Share of the symbols of a walk that may lead into a state that nothing leaves."""


class Tables:
    """The rules of a machine as arrays over states and columns; a context that no word leads to goes on as the first rule."""

    def __init__(self, machine: StackMachine) -> None:
        first = next(rule for row in machine.rules for rule in row if rule is not None)
        rules = [[rule or first for rule in row] for row in machine.rules]
        self.machine = machine
        self.after = np.array([[rule.after for rule in row] for row in rules])
        self.output = np.array([[rule.output for rule in row] for row in rules])
        self.actions = np.array([[rule.actions for rule in row] for row in rules])
        self.dead = np.array([all(rule is None or rule.after == q for rule in row) for q, row in enumerate(machine.rules)])
        self.weights = machine.symbols * machine.letters ** np.arange(machine.stacks)


@lru_cache(64)
def tables_of(machine: StackMachine) -> Tables:
    """The arrays of a machine, made once."""
    return Tables(machine)


class Running:
    """B runs of a machine side by side, each with its stacks."""

    def __init__(self, machine: StackMachine, count: int, steps: int) -> None:
        self.tables = tables_of(machine)
        self._state = np.full(count, machine.start)
        self._stacks = np.zeros((count, machine.stacks, steps + 1), np.int32)  # entry 0 is the bottom
        self.depth = np.zeros((count, machine.stacks), np.int64)

    @property
    def columns(self) -> NDArray[np.int64]:
        """The column of symbol 0 in each run `[B]`."""
        tops = np.take_along_axis(self._stacks, self.depth[:, :, None], axis=2)[:, :, 0]
        return tops @ self.tables.weights

    def look(self, symbol: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The next state `[B]` and the actions `[B, K]` of each run under a symbol."""
        at = self._state, self.columns + symbol
        return self.tables.after[at], self.tables.actions[at]

    def step(self, symbols: NDArray[np.int64]) -> NDArray[np.int64]:
        """Takes a step under the symbols `[B]`; returns the outputs `[B]`."""
        at = self._state, self.columns + symbols
        actions = self.tables.actions[at]
        self.depth = np.maximum(self.depth - (actions == POP), 0) + (actions > POP)
        letters = np.where(actions > POP, actions - 1, np.take_along_axis(self._stacks, self.depth[:, :, None], axis=2)[:, :, 0])
        np.put_along_axis(self._stacks, self.depth[:, :, None], letters[:, :, None], axis=2)
        self._state = self.tables.after[at]
        return self.tables.output[at]


def targets(machine: StackMachine, symbols: Symbols) -> Symbols:
    """The outputs `[T, B]` on words `[T, B]`, `IGNORE_INDEX` where none is graded."""
    running = Running(machine, symbols.shape[1], len(symbols))
    outputs = np.array([running.step(row.astype(np.int64)) for row in symbols]).reshape(symbols.shape)
    return np.where(outputs == FREE, IGNORE_INDEX, outputs).astype(OUTPUT)


def walk(machine: StackMachine, rng: np.random.Generator, length: int, count: int, *, deep: bool = False) -> Symbols:
    """Random words `[length, count]` that seldom lead into a dead end.

    If `deep`, the first half of a word prefers symbols that push, and the second half those that pop.
    """
    running = Running(machine, count, length)
    words = np.zeros((length, count), symbol_type(machine.symbols))
    for place in range(length):
        scores = rng.random((machine.symbols, count))
        for symbol in range(machine.symbols):
            after, actions = running.look(symbol)
            scores[symbol] -= 2.0 * (running.tables.dead[after] & (rng.random(count) > DEAD))
            if deep:
                wanted = (actions > POP) if place < length // 2 else (actions == POP)
                scores[symbol] += wanted.any(axis=1) & (actions != KEEP).any(axis=1)
        chosen = scores.argmax(axis=0)
        running.step(chosen)
        words[place] = chosen
    return words


ACCEPTOR = ("reject", "accept")
"""The outputs of a task that says of every prefix of a word whether it belongs to a language."""

TAPE = "010110010001110" + "000"
"""A tape of UTM(4,6), b left of the head and b 1 from the far right up to it, and three steps."""

LONGEST = 500
"""Longest stress inputs, in symbols."""


def turing(name: str) -> Task:
    """The task of following a Turing machine: `NAME` of `MACHINES` or `UNIVERSAL`, a file, or the text of the table itself.

    Raises:
        InputError: There is no such machine or file, or its text is no table.
    """
    if name in UNIVERSAL:
        machine = reading_turing_machine(read_turing(UNIVERSAL[name], name))
        summary = "a tape in bits, then steps of a universal Turing machine on that tape -> whether it has halted"
        return stack_task(f"turing:{name}", summary, ("0", "1"), ("runs", "halted"), machine, example=TAPE)
    text = (
        MACHINES[name]
        if name in MACHINES
        else name
        if "_" in name and "." not in name
        else read_text(Path(name), limit=4096, kind="a table")
    )
    machine = turing_machine(read_turing(text, name))
    summary = "steps of a Turing machine on an empty tape -> whether it has halted"
    return stack_task(f"turing:{text.strip()}", summary, ("step",), ("runs", "halted"), machine, example="step step step")


def acceptor(name: str, summary: str, symbols: Sequence[str], machine: StackMachine, example: str) -> Task:
    """The task of saying, of every prefix of a word, whether a machine with stacks accepts it."""
    return stack_task(name, summary, symbols, ACCEPTOR, machine, graded_last=True, example=example)


def stack_task(
    name: str, summary: str, symbols: Sequence[str], labels: Sequence[str], machine: StackMachine, *, graded_last: bool = False,
    example: str, description: str | None = None,
) -> Task:  # fmt: skip
    """The task of a machine with stacks that reads words of named symbols and answers at every step.

    Args:
        name: The task's name.
        summary: One line for people.
        symbols: A names.
        labels: C names of output classes.
        machine: The machine; every output is graded.
        graded_last: Whether the answer to a word is the last output alone, else all of them.
        example: A word.
        description: For a user's own task, the JSON text of its machine.
    """

    def exact(numbers: tuple[Digits, ...]) -> Digits:
        return task.answer(np.array(machine.run(task.word(numbers).tolist()), OUTPUT))

    sampler = partial(_drawn, machine)
    task = Task(
        name=name, summary=summary, base=len(symbols), tapes=1, transducer=None, exact=exact,
        data={"post": sampled_of(sampler, POST_DIGITS)}, data_up_to=partial(sampled_of, sampler),
        further_data={SAMPLED: partial(sampled_up_to, sampler), SAMPLED_ALL: partial(sampled_of, sampler)},
        stress=partial(_stress, machine), layout=InOrder(), labels=tuple(labels), graded="last" if graded_last else "all",
        names=tuple(symbols), rule=partial(targets, machine), sampler=sampler, example=example, any_net=True, memory=machine,
        description=description,
    )  # fmt: skip
    return task


def _drawn(machine: StackMachine, rng: np.random.Generator, length: int, count: int) -> Symbols:
    """Half random walks, half deep ones, in random order."""
    words = np.concatenate(
        [walk(machine, rng, length, count - count // 2), walk(machine, rng, length, count // 2, deep=True)], axis=1
    )
    return words[:, rng.permutation(count)]


def _stress(machine: StackMachine, rng: np.random.Generator, base: int, limit: int) -> list[StressFamily]:
    """Random words, and words that make the stacks as deep as half their length."""
    del base
    longest = min(limit, LONGEST)
    if longest < 1:
        return []
    families = []
    for name, description, deep in (("random", "symbols that lead on", False), ("deep", "pushes, then pops", True)):
        lengths = np.unique(np.linspace(1, longest, 32).astype(np.int64))
        count = SAMPLES // 32
        words = np.zeros((longest, count * len(lengths)), symbol_type(machine.symbols))
        for at, length in enumerate(lengths.tolist()):
            words[:length, at * count : (at + 1) * count] = walk(machine, rng, length, count, deep=deep)
        families.append(StressFamily(name, description, words, np.repeat(lengths, count)))
    return families


def anbn() -> Task:
    """Whether a word is aⁿbⁿ."""
    return acceptor("anbn", "a word of a and b -> whether it is a^n b^n", ("a", "b"), anbn_machine(), "aaabbb")


def anbncn() -> Task:
    """Whether a word is aⁿbⁿcⁿ."""
    return acceptor("anbncn", "a word of a, b and c -> whether it is a^n b^n c^n", tuple("abc"), anbncn_machine(), "aabbcc")


def dyck(kinds: int) -> Task:
    """Whether brackets of K kinds are balanced, at any depth.

    Raises:
        InputError: There are not that many kinds.
    """
    if not 1 <= kinds <= len(BRACKETS):
        raise InputError(f"dyck-1 to dyck-{len(BRACKETS)}", f"dyck-{kinds}", "pass for example dyck-2")
    brackets = "".join(BRACKETS[:kinds])
    summary = f"brackets {' '.join(BRACKETS[:kinds])} -> whether they are balanced, at any depth"
    return acceptor(
        f"dyck-{kinds}",
        summary,
        tuple(brackets),
        dyck_machine(kinds),
        "".join(pair[0] for pair in BRACKETS[:kinds]) + "".join(pair[1] for pair in reversed(BRACKETS[:kinds])),
    )


def json_brackets() -> Task:
    """Whether the brackets and braces of a text are balanced; x stands for every other character."""
    summary = "brackets and braces, x for all else -> whether they are balanced, as in JSON"
    return acceptor("json-brackets", summary, (*"[]{}", "x"), dyck_machine(2, others=1), "{x[x]x}")


NAMED = {"anbn": anbn, "anbncn": anbncn, "json-brackets": json_brackets}
"""The tasks with a fixed name."""

PATTERNS = {
    "dyck-K": f"brackets of K kinds, at any depth -> whether they are balanced; K = 1 to {len(BRACKETS)}",
    "turing:MACHINE": f"steps of a Turing machine -> whether it has halted; {', '.join([*MACHINES, *UNIVERSAL])}, "
    "a file, or 1RB1LB_1LA1RZ",
}
"""How the other names are written, and a line on each."""


@lru_cache(64)
def named(name: str) -> Task | None:
    """The task of this name; None where there is none here.

    Raises:
        InputError: There are not so many kinds of brackets, or no such Turing machine.
    """
    if name in NAMED:
        return NAMED[name]()
    if name.startswith("turing:"):
        return turing(name.removeprefix("turing:"))
    kinds = re.fullmatch(r"dyck-([0-9]{1,9})", name)
    return dyck(int(kinds[1])) if kinds else None
