"""What a theorem says of a net's task, in words and in Rocq."""

import re
from typing import NamedTuple


class Statement(NamedTuple):
    """A statement about all inputs of a task.

    Attributes:
        words: The statement, for people.
        symbols: How many symbols the task's words have, as a term.
        machine: The task's machine, as a term of the theorems about machines.
        formula: The statement as a term; `writes` is the net.
        reason: The theorem that leads from the machine to the statement, as a term.
    """

    words: str
    symbols: str
    machine: str
    formula: str
    reason: str


ONE_NUMBER = "forall n : N, {given}exists out, writes {word} out /\\ {result}"
TWO_NUMBERS = "forall n m : N, {given}exists out, writes {word} out /\\ {result}"
SIDE_BY_SIDE = "(TwoNumbers.side_by_side {b} (digits {b} n) (digits {b} m){tail})"


def statement_of(task: str, base: int) -> Statement | None:
    """The statement about a task's numbers; None where there is none but the machine's table.

    Args:
        task: The task's name.
        base: The base of its digits.
    """
    name, _, number = task.partition("-")
    factor = int(number) if re.fullmatch(r"[1-9][0-9]{0,2}", number) else None
    makers = WITH_NUMBER if number else WITHOUT_NUMBER
    if name not in makers or (number and factor is None):
        return None
    words, machine, formula, reason = makers[name]
    symbols = f"({base} * {base})" if "TwoNumbers" in formula else str(base)
    values = {"b": base, "K": factor}
    return Statement(words.format(**values), symbols, machine.format(**values), formula.format(**values), reason.format(**values))


def _one(word: str, result: str, given: str = "") -> str:
    return ONE_NUMBER.replace("{given}", given).replace("{word}", word).replace("{result}", result)


def _two(tail: str, result: str, given: str = "") -> str:
    word = SIDE_BY_SIDE.replace("{tail}", tail)
    return TWO_NUMBERS.replace("{given}", given).replace("{word}", word).replace("{result}", result)


BEHIND = "(digits {b} n ++ repeat 0 (Affine.affine_tail {factor} {b}))"
WITHOUT_NUMBER = {
    "count": (
        "reads the digits of n and writes those of n + 1, for every natural number n", "Count.count {b}",
        _one("(digits {b} n ++ [0])", "trimmed out = digits {b} (n + 1)"), "counts _ {b} two",
    ),
    "decrement": (
        "reads the digits of n and writes those of n - 1, for every natural number n from 1 on", "Count.decrement {b}",
        _one("(digits {b} n ++ [0])", "trimmed out = digits {b} (n - 1)", "(1 <= n)%N -> "), "decrements _ {b} two",
    ),
    "collatz": (
        "reads the digits of n and writes those of 3 n + 1, for every natural number n", "Affine.collatz {b}",
        _one(BEHIND.replace("{factor}", "3"), "trimmed out = digits {b} (3 * n + 1)"), "computes_collatz _ {b} two",
    ),
    "parity": (
        "reads the digits of n and writes last whether their sum is odd, for every natural number n", "Parity.parity {b}",
        _one("(digits {b} n)", "last out 0 = Parity.digit_sum (digits {b} n) mod 2"), "computes_parity _ {b} two",
    ),
    "add": (
        "reads the digits of n and m side by side and writes those of n + m, for all natural numbers n and m", "TwoNumbers.add {b}",
        _two(" ++ [0]", "trimmed out = digits {b} (n + m)"), "adds _ {b} two",
    ),
    "subtract": (
        "reads the digits of n and m side by side and writes those of n - m, for all natural numbers m <= n",
        "TwoNumbers.subtract {b}", _two(" ++ [0]", "trimmed out = digits {b} (n - m)", "(m <= n)%N -> "), "subtracts _ {b} two",
    ),
    "compare": (
        "reads the digits of n and m side by side and writes last which is larger, for all natural numbers n and m",
        "TwoNumbers.compare {b}", _two("", "last out 0 = TwoNumbers.order (Z.of_N n) (Z.of_N m)"), "compares _ {b} two",
    ),
}  # fmt: skip
"""Task: words, machine, formula, theorem of Statements.v."""

WITH_NUMBER = {
    "multiply": (
        "reads the digits of n and writes those of {K} n, for every natural number n", "Affine.multiply {K} {b}",
        _one(BEHIND.replace("{factor}", "{K}"), "trimmed out = digits {b} ({K} * n)"), "multiplies _ {b} two {K} ltac:(lia)",
    ),
    "divide": (
        "reads the digits of n from the left and writes those of n / {K}, for every natural number n", "Division.divide {K} {b}",
        _one("(rev (digits {b} n))", "trimmed (rev out) = digits {b} (n / {K})"), "divides _ {b} two {K} ltac:(lia)",
    ),
    "remainder": (
        "reads the digits of n from the left and writes last the remainder of n / {K}, for every natural number n",
        "Division.remainder {K} {b}",
        _one("(rev (digits {b} n))", "N.of_nat (last out 0) = (n mod {K})%N"), "computes_remainder _ {b} two {K} ltac:(lia)",
    ),
}  # fmt: skip
"""The same for tasks with a number K in their names."""
