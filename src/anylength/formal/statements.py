"""What a theorem says of a net's task, in words and in Rocq."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from anylength.formal.expressions import regex_term


class Statement(NamedTuple):
    """A statement about all inputs of a task.

    Attributes:
        words: The statement, for people.
        computed: What the kernel computes of the net's machine: a term that is true.
        formula: The statement as a term, with `{writes}` for the net.
        proof: The tactics that go from there to the statement, with `{follows}` for the net's theorem about its machine.
    """

    words: str
    computed: str
    formula: str
    proof: str

    def about(self, writes: str) -> str:
        """The statement about the net of this name."""
        return self.formula.replace("{writes}", writes)

    def proved_by(self, follows: str) -> str:
        """The tactics, for a net whose theorem about its machine has this name."""
        return self.proof.replace("{follows}", follows)


ONE_NUMBER = "forall n : N, {given}exists out, {writes} {word} out /\\ {result}"
TWO_NUMBERS = "forall n m : N, {given}exists out, {writes} {word} out /\\ {result}"
SIDE_BY_SIDE = "(TwoNumbers.side_by_side {b} (digits {b} n) (digits {b} m){tail})"


def statement_of(task: str, base: int) -> Statement | None:
    """The statement about a digit task's numbers; None where there is none but the machine's table.

    Args:
        task: The task's name.
        base: The base of its digits.
    """
    name, _, number = task.partition("-")
    makers = WITH_NUMBER if number else WITHOUT_NUMBER
    if name not in makers or not re.fullmatch(r"|[1-9][0-9]{0,2}", number):
        return None
    words, machine, formula, reason = (part.format(b=base, K=number, writes="{writes}") for part in makers[name])
    symbols = f"({base} * {base})" if "TwoNumbers" in formula else str(base)
    computed = f"equivalent machine ({machine}) {symbols} = true"
    return Statement(words, computed, formula, BY_EQUIVALENCE.format(b=base, reason=reason, follows="{follows}"))


def statement_of_language(pattern: str, symbols: Sequence[str]) -> Statement:
    """The statement that a net's last answer tells whether a word matches a regular expression.

    Args:
        pattern: The expression.
        symbols: The character of each symbol.

    Raises:
        InputError: It is no regular expression.
    """
    term, count = regex_term(pattern, symbols), len(symbols)
    return Statement(
        words=f"says last whether a word matches {pattern}, for every word of one symbol or more",
        computed=f"accepts_exactly machine {count} {term} = true",
        formula=f"recognises {{writes}} {count} (matches {term})",
        proof=f"apply (recognises_matches _ _ machine); {BY_THE_MACHINE}",
    )


def statement_of_stacks(task: str, base: int) -> Statement | None:
    """The statement about `dyck-K` and `count-natural`, tasks for nets with stacks; None for all others.

    Args:
        task: The task's name.
        base: The base of its digits.
    """
    if task == "count-natural":
        return Statement(
            words="reads the digits of n from the left and then writes those of n + 1 from the left, for every natural number n",
            computed=f"is_count_natural machine {base} = true",
            formula=f"forall n : N, exists out answer, {{writes}} (input {base} n) out /\\\n"
            f"  skipn (length (question {base} n)) out = map Some answer /\\ trimmed (rev answer) = digits {base} (n + 1)",
            proof=f"apply (writes_successor _ machine); {BY_THE_MACHINE}",
        )
    found = re.fullmatch(r"dyck-([1-9][0-9]{0,2})", task)
    if found is None:
        return None
    kinds = found[1]
    return Statement(
        words="says last whether a word's brackets are balanced, for every word of one symbol or more, nested at any depth",
        computed=f"is_dyck machine {kinds} = true",
        formula=f"forall w, over (2 * {kinds}) w -> w <> [] ->\n"
        f"  exists out, {{writes}} w out /\\ exists o, last out None = Some o /\\ (o = 1 <-> balanced {kinds} w)",
        proof=f"apply (tells_balanced _ machine); {BY_THE_MACHINE}",
    )


BY_THE_MACHINE = "[exact {follows} | exact machine_of_the_task]"
BY_EQUIVALENCE = (
    f"assert (two : (2 <= {{b}})%nat) by lia.\n  apply ({{reason}}), (writes_as_equivalent _ _ machine); {BY_THE_MACHINE}"
)


TOMITA = {
    "tomita-1": "1*",
    "tomita-2": "(10)*",
    "tomita-3": "(0|11)*(1(1|00)*)?",
    "tomita-4": "(1|01|001)*(0|00)?",
    "tomita-5": "(00|11|(01|10)(00|11)*(01|10))*",
    "tomita-6": "(1(10)*(0|11)|0(01)*(1|00))*",
    "tomita-7": "0*1*0*1*",
}
"""Tomita's grammars as expressions. That the tasks' machines accept these, the kernel computes."""


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
