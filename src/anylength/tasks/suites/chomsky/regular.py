"""The four regular tasks of the Chomsky benchmark, with its symbols and classes in its order.

The benchmark asks for one answer at the end of a word. These machines answer after every symbol, and the last answer counts.

In modular arithmetic the answer is a digit where the word is an expression. After an operator there is no value yet, and the answer
is `incomplete`. A word that no continuation turns into an expression gets `error`. The benchmark draws expressions alone, so its
words have neither of these answers at their end. Its blank symbol is left out.

Two tasks are called modular arithmetic in the literature. The Chomsky benchmark and its copies multiply first, which takes 51
states. FLaRe evaluates from left to right, which takes 19.
"""

import numpy as np

from anylength._types import Symbols
from anylength.machines import NamedMachine
from anylength.tasks.suites.building import transducer
from anylength.tasks.suites.suite import SuiteTask
from anylength.tasks.suites.tomita import BITS

SOURCE = "Delétang et al. 2022, arXiv 2207.02098"
LENGTHS = "lengths 1 to 40 in training, 41 to 500 in tests, symbols drawn uniformly; one answer at the end"

POSITIONS = 5
"""Positions on the circle of cycle navigation, as in the benchmark."""

MODULUS = 5
"""The modulus of modular arithmetic, as in the benchmark."""

DIGITS = tuple(str(digit) for digit in range(MODULUS))
EXPRESSION_SYMBOLS = (*DIGITS, "+", "-", "*")
EXPRESSION_OUTPUTS = (*DIGITS, "incomplete", "error")

Pending = tuple[bool, int, int]
"""A state of modular arithmetic: whether a number must come next, and two numbers modulo 5."""


def parity_bits() -> NamedMachine:
    """Whether the number of ones is even or odd."""
    names = ("even", "odd")

    def step(odd: int, bit: str) -> tuple[int, str]:
        after = odd ^ int(bit)
        return after, names[after]

    return transducer(BITS, names, 0, step, graded="last")


def even_pairs() -> NamedMachine:
    """Whether the number of 01s and 10s is even or odd. It is even just if the first bit equals the last."""

    def step(first: str, bit: str) -> tuple[str, str]:
        first = first or bit
        return first, "even" if first == bit else "odd"

    return transducer(BITS, ("even", "odd"), "", step, graded="last")


def cycle_navigation() -> NamedMachine:
    """The position on a circle of five after steps to the left (-1), to the right (1), or none (0)."""

    def step(position: int, move: str) -> tuple[int, str]:
        after = (position + int(move)) % POSITIONS
        return after, str(after)

    return transducer(("-1", "0", "1"), tuple(map(str, range(POSITIONS))), 0, step, graded="last")


def modular_arithmetic() -> NamedMachine:
    """An expression of digits, +, - and * modulo 5, in which * binds tighter.

    The state holds the sum of all terms but the last, and the last term with its sign. Before a number, the last term is the
    factor by which the number will be multiplied.
    """

    def step(state: Pending | None, symbol: str) -> tuple[Pending | None, str]:
        if state is None or state[0] != (symbol in DIGITS):
            return None, "error"
        _, total, term = state
        if symbol in DIGITS:
            term = term * int(symbol) % MODULUS
            return (False, total, term), str((total + term) % MODULUS)
        if symbol == "*":
            return (True, total, term), "incomplete"
        return (True, (total + term) % MODULUS, 1 if symbol == "+" else MODULUS - 1), "incomplete"

    return transducer(EXPRESSION_SYMBOLS, EXPRESSION_OUTPUTS, (True, 0, 1), step, graded="last")


def modular_arithmetic_left() -> NamedMachine:
    """An expression of digits, +, - and * modulo 5, evaluated from left to right: 1 + 2 * 3 is 9, hence 4.

    The state holds the value so far. Before a number, it holds a and b such that the value will be a + b times the number.
    """

    def step(state: Pending | None, symbol: str) -> tuple[Pending | None, str]:
        if state is None or state[0] != (symbol in DIGITS):
            return None, "error"
        _, value, factor = state
        if symbol in DIGITS:
            value = (value + factor * int(symbol)) % MODULUS
            return (False, value, 0), str(value)
        if symbol == "*":
            return (True, 0, value), "incomplete"
        return (True, value, 1 if symbol == "+" else MODULUS - 1), "incomplete"

    return transducer(EXPRESSION_SYMBOLS, EXPRESSION_OUTPUTS, (True, 0, 1), step, graded="last")


def drawn_expressions(rng: np.random.Generator, length: int, count: int) -> Symbols:
    """Random expressions `[length, count]`, one symbol shorter where the length is even, as in the benchmark."""
    symbols = rng.integers(0, len(DIGITS), (length - (length % 2 == 0), count), np.uint8)
    symbols[1::2] = rng.integers(len(DIGITS), len(EXPRESSION_SYMBOLS), symbols[1::2].shape)
    return symbols


TASKS = (
    SuiteTask("parity-bits", "whether the number of 1s is even or odd", SOURCE, parity_bits, words=LENGTHS),
    SuiteTask("even-pairs", "whether the number of 01s and 10s together is even or odd", SOURCE, even_pairs, words=LENGTHS),
    SuiteTask("cycle-navigation", "the place on a circle of 5 after steps -1, 0, 1", SOURCE, cycle_navigation, words=LENGTHS),
    SuiteTask(
        "modular-arithmetic",
        "the value modulo 5 of an expression of + - *, where * binds tighter (not FLaRe's task of this name: see "
        "modular-arithmetic-left); incomplete after an operator, error if malformed",
        SOURCE,
        modular_arithmetic,
        words=f"odd lengths only: {LENGTHS}",
        sample=drawn_expressions,
    ),
    SuiteTask(
        "modular-arithmetic-left",
        "the value modulo 5 of an expression of + - *, from left to right (not the Chomsky benchmark's task: see "
        "modular-arithmetic); incomplete after an operator, error if malformed",
        "Butoi et al. 2024 (FLaRe), arXiv 2411.07107",
        modular_arithmetic_left,
        words="FLaRe appends = and a digit, and asks whether the digit is right",
        sample=drawn_expressions,
    ),
)
"""The four regular tasks, and modular arithmetic from left to right."""
