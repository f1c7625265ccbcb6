"""The rules of the Chomsky benchmark's tasks from string to string: moved symbols, stacks, expressions and binary numbers.

Answers of unequal length are bits, the end, then zeros as padding up to the length that the input's length asks for.
"""

import math
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from anylength.base import Symbols
from anylength.rules.stack_tasks import bucket_sort_machine, reverse_machine, stack_manipulation_machine
from anylength.rules.strings import Letters, LetterSampler, StringRule, uniform

CHOMSKY_SOURCE = "Delétang et al. 2022, arXiv 2207.02098"

BITS = ("0", "1")

MODULUS = 5
"""The modulus of modular arithmetic, as in the benchmark."""

DIGITS = tuple(str(digit) for digit in range(MODULUS))
EXPRESSION_SYMBOLS = (*DIGITS, "+", "-", "*")


def drawn_expressions(rng: np.random.Generator, length: int, count: int) -> Symbols:
    """Random expressions `[length, count]`, one symbol shorter where the length is even, as in the benchmark."""
    symbols = rng.integers(0, len(DIGITS), (length - (length % 2 == 0), count), np.uint8)
    symbols[1::2] = rng.integers(len(DIGITS), len(EXPRESSION_SYMBOLS), symbols[1::2].shape)
    return symbols


MISSING, PADDING = 2, 3
"""Symbols of `missing-duplicate-string`: the one that stands in for a missing bit, and the last one of an odd number of symbols."""

SORTED_SYMBOLS = tuple("01234")
"""The symbols of bucket sort, as many as in the benchmark."""


def repeated(symbols: int) -> LetterSampler:
    """Draws inputs that repeat one symbol."""

    def sample(rng: np.random.Generator, length: int, count: int) -> Letters:
        return np.broadcast_to(rng.integers(0, symbols, count, np.uint8), (length, count)).copy()

    return sample


def near_miss(symbols: int) -> LetterSampler:
    """Draws inputs that repeat one symbol but in one place."""

    def sample(rng: np.random.Generator, length: int, count: int) -> Letters:
        letters, place = repeated(symbols)(rng, length, count), rng.integers(0, length, count)
        letters[place, np.arange(count)] = rng.integers(0, symbols, count)
        return letters

    return sample


def one_symbol(symbols: int) -> dict[tuple[str, str], LetterSampler]:
    """The hard inputs of tasks that take any string of these symbols."""
    return {
        ("repeated", "one symbol repeated"): repeated(symbols),
        ("near-miss", "one symbol repeated, another one in one place"): near_miss(symbols),
    }


def reverse_string() -> StringRule:
    """A string of bits → the string backwards."""
    return StringRule(
        BITS, BITS, (1, 0), lambda bits: bits[::-1], uniform(2), "011010", hard=one_symbol(2), memory=reverse_machine(2)
    )


def duplicate_string() -> StringRule:
    """A string of bits → the string twice."""
    return StringRule(BITS, BITS, (2, 0), lambda bits: np.concatenate([bits, bits]), uniform(2), "101", hard=one_symbol(2))


def odds_first() -> StringRule:
    """A string of bits → its second, fourth, sixth … bit, then its first, third, fifth … bit.

    Places are counted from 0 in the published generator, and those with odd numbers come first.
    """
    return StringRule(
        BITS, BITS, (1, 0), lambda bits: np.concatenate([bits[1::2], bits[::2]]), uniform(2), "00110101", hard=one_symbol(2)
    )


def bucket_sort() -> StringRule:
    """A string of digits 0 to 4 → the same digits in ascending order."""
    size = len(SORTED_SYMBOLS)
    return StringRule(
        symbols=SORTED_SYMBOLS, classes=SORTED_SYMBOLS, steps=(1, 0), answer=lambda digits: np.sort(digits, axis=0),
        sample=uniform(size), example="10204112", hard=one_symbol(size), memory=bucket_sort_machine(size),
    )  # fmt: skip


def missing_duplicate_string() -> StringRule:
    """A string of bits, twice, one bit of it missing → the missing bit.

    An odd number of symbols ends with a padding symbol. The one input of 1 symbol is 1, and its answer is 1.
    """
    return StringRule(
        symbols=(*BITS, "_", "."), classes=BITS, steps=(0, 1), answer=_missing_bit, sample=_with_a_gap(uniform(2)),
        example="01100_10", allows=_has_a_gap, hard={("repeated", "one bit repeated"): _with_a_gap(repeated(2))},
    )  # fmt: skip


def _with_a_gap(sample_bits: LetterSampler) -> LetterSampler:
    def sample(rng: np.random.Generator, length: int, count: int) -> Letters:
        if length == 1:
            return np.ones((1, count), np.uint8)
        bits = sample_bits(rng, length // 2, count)
        letters = np.concatenate([bits, bits, np.full((length % 2, count), PADDING, np.uint8)])
        letters[rng.integers(0, 2 * len(bits), count), np.arange(count)] = MISSING
        return letters

    return sample


def _missing_bit(letters: Letters) -> np.ndarray:
    if len(letters) == 1:
        return letters
    half = len(letters) // 2
    place = (letters == MISSING).argmax(axis=0)
    return np.take_along_axis(letters, (place + half)[None] % (2 * half), axis=0)


def _has_a_gap(letters: Letters) -> NDArray[np.bool_]:
    if len(letters) == 1:
        return letters[0] == 1
    half = len(letters) // 2
    both, first, second = letters[: 2 * half], letters[:half], letters[half : 2 * half]
    alike = ((first == second) | (first == MISSING) | (second == MISSING)).all(axis=0)
    one_missing = ((both == MISSING).sum(axis=0) == 1) & (both != PADDING).all(axis=0)
    return alike & one_missing & (letters[2 * half :] == PADDING).all(axis=0)


END = 2
"""The output class that ends an answer."""

ENDED_BITS = (*BITS, "$")
"""The output classes of answers that end before their last step: $ is the end."""


def ended(bits: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """The answers `[A, N]` whose bits are the first `lengths` `[N]` of `bits` `[A, N]`."""
    rows = np.arange(len(bits))[:, None]
    return np.where(rows < lengths, bits, np.where(rows == lengths, np.uint8(END), np.uint8(0)))


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


OPERATOR = 2
"""The symbol between two numbers."""

SHORTEST_PAIR = 3
"""Symbols of the shortest input that holds two numbers. A shorter one is a number alone."""


def binary_addition() -> StringRule:
    """Two binary numbers with + between them → their sum. An input of 1 or 2 symbols is one number, and so is its answer."""

    def answer(letters: Letters) -> np.ndarray:
        rows = len(letters) + 1
        if len(letters) < SHORTEST_PAIR:
            return _written(integers(letters), rows)
        return _written(map(int.__add__, *_pair(letters)), rows)

    return StringRule(
        symbols=(*BITS, "+"), classes=ENDED_BITS, steps=(1, 1), answer=answer, sample=_pairs(nonzero_bits), example="001+01101",
        allows=_is_a_pair, end=END, hard={("carries", "only 1s, plus 1: the carry goes through all bits"): _carries},
    )  # fmt: skip


def binary_multiplication() -> StringRule:
    """Two binary numbers with * between them → their product.

    An input of 1 or 2 symbols is one number. The benchmark then asks for no number (1 symbol) or for 0 (2 symbols).
    """

    def answer(letters: Letters) -> np.ndarray:
        rows = len(letters)
        if rows < SHORTEST_PAIR:
            return ended(np.zeros((rows, letters.shape[1]), np.uint8), np.full(letters.shape[1], rows - 1))
        return _written(map(int.__mul__, *_pair(letters)), rows)

    return StringRule(
        symbols=(*BITS, "*"), classes=ENDED_BITS, steps=(1, 0), answer=answer, sample=_pairs(nonzero_bits), example="001*01101",
        allows=_is_a_pair, end=END, hard={("ones", "only 1s"): _pairs(_ones)},
    )  # fmt: skip


def compute_sqrt() -> StringRule:
    """A binary number of L bits → its square root, rounded down, in ⌈L/2⌉ bits; the most significant bit first."""

    def answer(letters: Letters) -> np.ndarray:
        return bits_of(map(math.isqrt, integers(letters[::-1])), -(-len(letters) // 2))[::-1]

    def sample(rng: np.random.Generator, length: int, count: int) -> Letters:
        return nonzero_bits(rng, np.full(count, length), length)

    def near_squares(rng: np.random.Generator, length: int, count: int) -> Letters:
        roots = integers(nonzero_bits(rng, np.full(count, -(-length // 2)), -(-length // 2)))
        squares = [min(root**2 - less, 2**length - 1) for root, less in zip(roots, rng.integers(0, 2, count).tolist(), strict=True)]
        return bits_of(squares, length)[::-1]

    near = ("near-squares", "a square, or 1 less than a square")
    return StringRule(BITS, BITS, (0.5, 0), answer, sample, "100101", hard={near: near_squares})


def integers(bits: Letters) -> list[int]:
    """The numbers in columns of bits `[L, N]`, least significant first."""
    packed = np.packbits(bits, axis=0, bitorder="little")
    return [int.from_bytes(column.tobytes(), "little") for column in packed.T]


def bits_of(numbers: Iterable[int], rows: int) -> Letters:
    """The lowest `rows` bits of each number, `[rows, N]`, least significant first."""
    size = -(-rows // 8)
    packed = np.frombuffer(b"".join(number.to_bytes(size, "little") for number in numbers), np.uint8)
    return np.unpackbits(packed.reshape(-1, size), axis=1, bitorder="little")[:, :rows].T


def nonzero_bits(rng: np.random.Generator, lengths: np.ndarray, rows: int) -> Letters:
    """Random numbers from 1 to 2^length − 1 for each of the lengths `[N]`: their bits `[rows, N]`, zeros beyond the length."""
    bits, zero = np.zeros((rows, len(lengths)), np.uint8), np.ones(len(lengths), bool)
    while zero.any():
        bits[:, zero] = rng.integers(0, 2, (rows, int(zero.sum())), np.uint8) * (np.arange(rows)[:, None] < lengths[zero])
        zero = ~bits.any(axis=0)
    return bits


def _ones(rng: np.random.Generator, lengths: np.ndarray, rows: int) -> Letters:
    del rng
    return (np.arange(rows)[:, None] < lengths).astype(np.uint8)


def _pairs(bits: Callable[[np.random.Generator, np.ndarray, int], Letters]) -> LetterSampler:
    """Draws two numbers with the operator at a random place between them; for less than three symbols one number below 2^L − 1."""

    def sample(rng: np.random.Generator, length: int, count: int) -> Letters:
        if length < SHORTEST_PAIR:
            return bits_of(rng.integers(0, 2**length - 1, count).tolist(), length)
        place = rng.integers(1, length - 1, count)
        return _joined(bits(rng, place, length), bits(rng, length - 1 - place, length), place)

    return sample


def _carries(rng: np.random.Generator, length: int, count: int) -> Letters:
    if length < SHORTEST_PAIR:
        return _pairs(nonzero_bits)(rng, length, count)
    place = rng.integers(1, length - 1, count)
    one = np.zeros((length, count), np.uint8)
    one[0] = 1
    return _joined(_ones(rng, place, length), one, place)


def _joined(first: Letters, second: Letters, place: np.ndarray) -> Letters:
    """The first numbers, the operator at its place `[N]`, the second numbers."""
    rows = np.arange(len(first))[:, None]
    shifted = np.take_along_axis(second, np.maximum(rows - place - 1, 0), axis=0)
    return np.where(rows < place, first, np.where(rows == place, np.uint8(OPERATOR), shifted))


def _pair(letters: Letters) -> tuple[list[int], list[int]]:
    """The numbers before and after the operators."""
    rows, place = np.arange(len(letters))[:, None], (letters == OPERATOR).argmax(axis=0)
    after = rows + place + 1
    second = np.take_along_axis(letters, np.minimum(after, len(letters) - 1), axis=0)
    return integers(np.where(rows < place, letters, 0)), integers(np.where(after < len(letters), second, 0))


def _is_a_pair(letters: Letters) -> NDArray[np.bool_]:
    operators = (letters == OPERATOR).sum(axis=0)
    if len(letters) < SHORTEST_PAIR:
        return operators == 0
    return (operators == 1) & (letters[0] != OPERATOR) & (letters[-1] != OPERATOR)


def _written(numbers: Iterable[int], rows: int) -> np.ndarray:
    """Numbers without leading zeros, the end, then padding: `[rows, N]`."""
    numbers = list(numbers)
    return ended(bits_of(numbers, rows), np.array([max(number.bit_length(), 1) for number in numbers], np.int64))


ACTIONS = (*BITS, "pop", "push-0", "push-1")
"""The bits of the stack at the start, then the actions."""

POP = ACTIONS.index("pop")

PUSHES_ONE = np.array([False, True, False, False, True])
"""Whether a symbol puts a 1 on the stack."""


def stack_manipulation() -> StringRule:
    """A stack of bits from bottom to top, then actions → the stack from top to bottom. To pop from an empty stack does nothing."""

    def answer(letters: Letters) -> np.ndarray:
        count = letters.shape[1]
        stack, height = np.zeros((len(letters) + 1, count), np.uint8), np.zeros(count, np.int64)
        for row in letters:
            stack[height, np.arange(count)] = PUSHES_ONE[row]  # beyond the top, so of no effect for a pop
            height = np.where(row == POP, np.maximum(height - 1, 0), height + 1)
        place = height - 1 - np.arange(len(stack))[:, None]
        return ended(np.take_along_axis(stack, np.maximum(place, 0), axis=0), height)

    return StringRule(
        symbols=ACTIONS, classes=ENDED_BITS, steps=(1, 1), answer=answer, sample=_with_actions(POP, len(ACTIONS)),
        example="0 1 1 0 push-1 pop pop", allows=_stack_then_actions, end=END, memory=stack_manipulation_machine(),
        hard={
            ("pops", "a stack, then pops alone"): _with_actions(POP, POP + 1),
            ("pushes", "a stack, then pushes alone"): _with_actions(POP + 1, len(ACTIONS)),
        },
    )  # fmt: skip


def _with_actions(first: int, end: int) -> LetterSampler:
    """Draws a random number of bits, at least one, then one or more of the actions from `first` up to `end`, not included."""

    def sample(rng: np.random.Generator, length: int, count: int) -> Letters:
        bits = rng.integers(0, 2, (length, count), np.uint8)
        if length == 1:
            return bits
        actions = rng.integers(first, end, (length, count), np.uint8)
        return np.where(np.arange(length)[:, None] < rng.integers(1, length, count), bits, actions)

    return sample


def _stack_then_actions(letters: Letters) -> NDArray[np.bool_]:
    actions = letters >= POP
    return ~actions[0] & (actions[1:] >= actions[:-1]).all(axis=0)
