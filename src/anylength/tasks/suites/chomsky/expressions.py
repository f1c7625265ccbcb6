"""Two tasks of the Chomsky benchmark on expressions with brackets modulo 5: their value, and an equation for an unknown digit.

The benchmark's expressions are a digit, a digit with a minus, each of them in brackets, or two expressions with an operator between
them in brackets. The rules here take any expression of digits, operators, a minus before an operand, and brackets, in which * binds
tighter.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from anylength.tasks.strings import Letters, StringRule
from anylength.tasks.suites.chomsky.regular import DIGITS, MODULUS

PLUS, MINUS, TIMES, OPEN, CLOSE, OTHER = range(MODULUS, MODULUS + 6)
"""How expressions are written inside this module, after the digits."""

SYMBOLS = (*DIGITS, "+", "-", "*", "(", ")")
EQUATION_SYMBOLS = (*DIGITS, "+", "-", "(", ")", "x", "=")

IN_EQUATION = np.array([*range(MODULUS), PLUS, MINUS, OPEN, CLOSE, OTHER, OTHER], np.uint8)
"""A symbol of an equation → the symbol of an expression."""

X, EQUALS = EQUATION_SYMBOLS.index("x"), EQUATION_SYMBOLS.index("=")

SHORTEST_EQUATION = 3
"""Symbols of the shortest equation, x=1. Shorter inputs of the benchmark are zeros alone, and the answer is 0."""

LeftSizes = Callable[[np.random.Generator, np.ndarray], np.ndarray]
"""(rng, sizes `[N]` of expressions with two operands) → `[N]`, the sizes of their left operands, from 1 to size − 4."""


def modular_arithmetic_brackets() -> StringRule:
    """An expression of digits, +, -, * and brackets → its value modulo 5."""

    def sample(rng: np.random.Generator, length: int, count: int) -> Letters:
        return expressions(rng, length, count, (PLUS, MINUS, TIMES), any_left)

    def left_nested(rng: np.random.Generator, length: int, count: int) -> Letters:
        return expressions(rng, length, count, (PLUS, MINUS, TIMES), lambda rng, sizes: sizes - 4)

    def right_nested(rng: np.random.Generator, length: int, count: int) -> Letters:
        return expressions(rng, length, count, (PLUS, MINUS, TIMES), lambda rng, sizes: np.ones_like(sizes))

    return StringRule(
        symbols=SYMBOLS, classes=DIGITS, steps=(0, 1), answer=lambda letters: evaluated(letters)[0][None], sample=sample,
        example="((1+2)*-3)", allows=lambda letters: evaluated(letters)[1],
        hard={
            ("left-nested", "brackets open as deep as can be, at once"): left_nested,
            ("right-nested", "brackets close as deep as can be, at once"): right_nested,
        },
    )  # fmt: skip


def solve_equation() -> StringRule:
    """An expression of digits, +, - and brackets, one of its digits replaced by x, with = and its value modulo 5 → the digit."""
    return StringRule(
        symbols=EQUATION_SYMBOLS, classes=DIGITS, steps=(0, 1), answer=_solution, sample=_equations, example="(1+(x-2))=3",
        allows=_is_an_equation,
    )  # fmt: skip


def any_left(rng: np.random.Generator, sizes: np.ndarray) -> np.ndarray:
    """Left operands as the benchmark draws them: every size that leaves one symbol to the right operand."""
    return rng.integers(1, sizes - 3)


def expressions(rng: np.random.Generator, length: int, count: int, operators: tuple[int, ...], left: LeftSizes) -> Letters:
    """Random expressions of the benchmark `[length, count]`, with brackets around every pair of operands."""
    letters = np.zeros((length, count), np.uint8)
    start, size, column = np.zeros(count, np.int64), np.full(count, length), np.arange(count)
    while len(start):
        pair = size >= 5  # the shortest expression with two operands is like (1+2)
        _write_one_operand(rng, letters, start[~pair], size[~pair], column[~pair])
        start, size, column = start[pair], size[pair], column[pair]
        sizes = left(rng, size)
        middle, end = start + 1 + sizes, start + size - 1
        letters[start, column], letters[end, column] = OPEN, CLOSE
        letters[middle, column] = np.asarray(operators, np.uint8)[rng.integers(0, len(operators), len(start))]
        start, size = np.concatenate([start + 1, middle + 1]), np.concatenate([sizes, end - middle - 1])
        column = np.concatenate([column, column])
    return letters


def _write_one_operand(rng: np.random.Generator, letters: Letters, start: np.ndarray, size: np.ndarray, column: np.ndarray) -> None:
    """Writes d, -d, (d) or (-d) at places of these sizes."""
    bracketed, negative = size > 2, size % 2 == 0
    letters[start[negative] + bracketed[negative], column[negative]] = MINUS
    letters[start[bracketed], column[bracketed]] = OPEN
    letters[(start + size - 1)[bracketed], column[bracketed]] = CLOSE
    letters[start + bracketed + negative, column] = rng.integers(0, MODULUS, len(start), np.uint8)


def evaluated(letters: Letters) -> tuple[np.ndarray, NDArray[np.bool_]]:
    """The values modulo 5 `[N]` of columns `[L, N]`, and which columns are expressions `[N]`.

    The whole and each open bracket have two numbers: the sum of all terms but the last, and the last term with its sign.
    Before an operand the second number is the factor by which the operand will be multiplied.
    """
    size, count = letters.shape
    columns, depth = np.arange(count), np.zeros(count, np.int64)
    outer = np.zeros((2, size + 1, count), np.int64)
    total, term = np.zeros(count, np.int64), np.ones(count, np.int64)
    wanted, valid = np.ones(count, bool), np.ones(count, bool)  # wanted: whether an operand must come next
    for letter in letters:
        digit, opens, closes, minus = letter < MODULUS, letter == OPEN, letter == CLOSE, letter == MINUS
        adds = (letter == PLUS) | minus & ~wanted
        valid &= np.where(digit | opens, wanted, minus | ~wanted) & (letter != OTHER) & ~(closes & (depth == 0))
        outer[:, depth[opens], columns[opens]] = total[opens], term[opens]
        value = np.where(closes, total + term, letter)
        depth += opens.astype(np.int64) - (closes & (depth > 0))
        factor = np.where(closes, outer[1, depth, columns], term)
        total = np.where(closes, outer[0, depth, columns], np.where(opens, 0, np.where(adds, total + term, total)))
        sign = np.where(minus, -1, 1)
        term = np.where(digit | closes, factor * value, np.where(adds | opens, sign, term * sign)) % MODULUS
        total %= MODULUS
        wanted = ~(digit | closes)
    return (total + term) % MODULUS, valid & ~wanted & (depth == 0)


def _equations(rng: np.random.Generator, length: int, count: int) -> Letters:
    """A random digit of an expression becomes x: the first digit from a random place on, going round."""
    if length < SHORTEST_EQUATION:
        return np.zeros((length, count), np.uint8)
    letters = expressions(rng, length - 2, count, (PLUS, MINUS), any_left)
    values, _ = evaluated(letters)
    ahead = (np.arange(len(letters))[:, None] - rng.integers(0, len(letters), count)) % len(letters)
    unknown = np.where(letters < MODULUS, ahead, len(letters)).argmin(axis=0)
    equations = np.concatenate([_IN_EXPRESSION[letters], np.full((1, count), EQUALS), values[None]]).astype(np.uint8)
    equations[unknown, np.arange(count)] = X
    return equations


_IN_EXPRESSION = np.array([IN_EQUATION.tolist().index(symbol) if symbol in IN_EQUATION else 0 for symbol in range(OTHER)], np.uint8)
"""A symbol of an expression → the symbol of an equation. There is no * in equations."""


def _solution(equations: Letters) -> np.ndarray:
    """The value of x, `[1, N]`. The left side is a + b·x where b is 1 or −1."""
    if len(equations) < SHORTEST_EQUATION:
        return np.zeros((1, equations.shape[1]), np.int64)
    with_0, with_1 = (_left_side(equations, value)[0] for value in (0, 1))
    return ((equations[-1].astype(np.int64) - with_0) * (with_1 - with_0) % MODULUS)[None]


def _left_side(equations: Letters, x: int) -> tuple[np.ndarray, NDArray[np.bool_]]:
    """The values of the left sides with a number in place of x, and which of them are expressions."""
    left = equations[:-2]
    return evaluated(np.where(left == X, np.uint8(x), IN_EQUATION[left]))


def _is_an_equation(equations: Letters) -> NDArray[np.bool_]:
    if len(equations) < SHORTEST_EQUATION:
        return (equations == 0).all(axis=0)
    one_x = (equations[:-2] == X).sum(axis=0) == 1
    return one_x & (equations[-2] == EQUALS) & (equations[-1] < MODULUS) & _left_side(equations, 0)[1]
