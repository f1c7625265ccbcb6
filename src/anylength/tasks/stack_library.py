"""Machines with stacks by name, as functions of a state, a symbol and the letters on top."""

import re
from collections.abc import Hashable, Sequence
from typing import Any

from anylength.base import InputError, brief
from anylength.stack_machines import FREE, KEEP, POP, StackMachine, Tops, push, stack_machine

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
