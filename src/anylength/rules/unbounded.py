"""Tasks that are not finite-state: `count-natural`, `reverse`, `duplicate`, `multiply`. They need memory that grows with the input.

The rules over words are arithmetic. `count-natural` reads a number as people write it, the most significant digit first. Its carry
comes from the far end, so a net must store the whole number. It reads L digits, has L + 1 steps to work and answers in L + 1 steps,
again the most significant digit first. It needs the steps to work because a stack returns a sequence in reverse order: with two
stacks, or on a tape, a net reverses the number twice and adds 1 on the way. Only outputs at the answer's steps are graded.
"""

from collections.abc import Callable

import numpy as np

from anylength.base import OUTPUT, Digits, Symbols
from anylength.rules.digits import check_base, from_int, successor, to_int
from anylength.rules.finite import POST_DIGITS, POST_TRAIN, POST_VALIDATION, numbers_of_length
from anylength.rules.notation import Phases, lengths, marker
from anylength.rules.stack_machines import StackMachine
from anylength.rules.stack_tasks import count_natural_machine, duplicate_machine, reverse_machine
from anylength.rules.stress_words import SAMPLES
from anylength.rules.task import IGNORE_INDEX, DataMaker, Dataset, StressFamily, StressMaker, Task

COUNT_NATURAL = Phases(markers=2, work=(1, 1), answers=(1, 1), read_most_first=True, answer_most_first=True)
REVERSE = Phases(markers=1, work=(0, 0), answers=(1, 0), read_most_first=True, answer_most_first=True)
DUPLICATE = Phases(markers=2, work=(1, 0), answers=(2, 0), read_most_first=True, answer_most_first=True)
MULTIPLY = Phases(markers=1, work=(0, 0), answers=(2, 0), read_most_first=False, answer_most_first=False)

LARGEST_DUPLICATE = 14
"""Largest base in which `duplicate` has a machine with stacks: there are 16 symbols and 15³ combinations of tops."""

AnswerRule = Callable[[tuple[np.ndarray, ...], np.ndarray], np.ndarray]
"""(digits `[L, B]` of each number, least significant first, zeros beyond its length; lengths `[B]`) → answer digits `[A, B]`."""


def count_natural(base: int = 10) -> Task:
    """The task n → n + 1 in base 2…36, read and answered with the most significant digit first.

    Raises:
        InputError: The base is out of range.
    """

    def answer(numbers: tuple[np.ndarray, ...], length: np.ndarray) -> np.ndarray:
        digits, carry = np.pad(numbers[0], ((0, 1), (0, 0))), np.ones(len(length), np.int64)
        for place in range(len(digits)):
            carry, digits[place] = np.divmod(digits[place] + carry, base)
        return digits

    def exact(numbers: tuple[Digits, ...]) -> Digits:
        return successor(numbers[0], base)

    summary = "n -> n + 1, read and written as people do, the most significant digit first"
    return _task("count-natural", summary, base, 1, COUNT_NATURAL, exact, answer, count_natural_machine(base))


def reverse(base: int = 10) -> Task:
    """The task of writing a string of digits backwards, in base 2…36.

    Raises:
        InputError: The base is out of range.
    """

    def answer(numbers: tuple[np.ndarray, ...], length: np.ndarray) -> np.ndarray:
        place = length - 1 - np.arange(len(numbers[0]))[:, None]
        return np.take_along_axis(numbers[0], np.maximum(place, 0), axis=0)

    def exact(numbers: tuple[Digits, ...]) -> Digits:
        return numbers[0][::-1].copy()

    summary = "a string of digits -> the same string backwards"
    return _task("reverse", summary, base, 1, REVERSE, exact, answer, reverse_machine(base))


def duplicate(base: int = 10) -> Task:
    """The task of writing a string of digits twice, in base 2…36.

    Raises:
        InputError: The base is out of range.
    """

    def answer(numbers: tuple[np.ndarray, ...], length: np.ndarray) -> np.ndarray:
        place = np.arange(2 * len(numbers[0]))[:, None] % np.maximum(length, 1)
        return np.take_along_axis(numbers[0], place, axis=0)

    def exact(numbers: tuple[Digits, ...]) -> Digits:
        return np.concatenate([numbers[0], numbers[0]])

    machine = duplicate_machine(base) if base <= LARGEST_DUPLICATE else None
    return _task("duplicate", "a string of digits -> the string twice", base, 1, DUPLICATE, exact, answer, machine)


def multiply(base: int = 10) -> Task:
    """The task (a, b) → a · b in base 2…36: reads both numbers side by side, then answers, all least significant digit first.

    Raises:
        InputError: The base is out of range.
    """

    def answer(numbers: tuple[np.ndarray, ...], length: np.ndarray) -> np.ndarray:
        a, b = numbers
        digits = np.zeros((2 * len(a), len(length)), np.int64)
        for place, digit in enumerate(a):
            digits[place : place + len(b)] += digit * b
        carry = np.zeros(len(length), np.int64)
        for place in range(len(digits)):
            carry, digits[place] = np.divmod(digits[place] + carry, base)
        return digits

    def exact(numbers: tuple[Digits, ...]) -> Digits:
        digits = from_int(to_int(numbers[0], base) * to_int(numbers[1], base), base)
        return np.pad(digits, (0, 2 * len(numbers[0]) - len(digits)))

    summary = "(a, b) -> a * b, side by side and then the answer, the least significant digit first"
    return _task("multiply", summary, base, 2, MULTIPLY, exact, answer)


def _task(
    name: str,
    summary: str,
    base: int,
    tapes: int,
    layout: Phases,
    exact: Callable[[tuple[Digits, ...]], Digits],
    answer: AnswerRule,
    memory: StackMachine | None = None,
) -> Task:
    """A task of numbers in phases, with its rule as arithmetic, and as a machine with stacks if one can do it.

    Raises:
        InputError: The base is out of range.
    """
    check_base(base)
    return Task(
        name=name,
        summary=summary,
        base=base,
        tapes=tapes,
        transducer=None,
        exact=exact,
        data=_data(layout, tapes),
        stress=_stress(layout, tapes),
        layout=layout,
        markers=layout.markers,
        rule=_rule(layout, base, tapes, answer),
        memory=memory,
    )


def _rule(layout: Phases, base: int, tapes: int, answer: AnswerRule) -> Callable[[Symbols], Symbols]:
    """The rule over words. It grades the answer's steps; their number follows from the number of digits before the first marker."""
    letters = base + layout.markers
    answer_marker = marker(letters - 1, letters, tapes)

    def rule(symbols: Symbols) -> Symbols:
        length, targets = lengths(symbols, base, letters), np.full(symbols.shape, IGNORE_INDEX, OUTPUT)
        if not length.any():
            return targets
        digits = answer(_numbers(symbols, layout, length, letters, tapes), length)
        start, end = layout.answer_from(length), layout.steps(length)
        step = np.arange(len(symbols))[:, None]
        place = np.clip(end - 1 - step if layout.answer_most_first else step - start, 0, len(digits) - 1)
        graded = (start <= step) & (step < end) & (symbols == answer_marker) & (length > 0)
        targets[graded] = np.take_along_axis(digits, place, axis=0)[graded]
        return targets

    return rule


def _numbers(symbols: Symbols, layout: Phases, length: np.ndarray, letters: int, tapes: int) -> tuple[np.ndarray, ...]:
    """The digits `[L, B]` of each number in `[T, B]` symbols, least significant first, zeros beyond its length."""
    place = np.arange(int(length.max()))[:, None]
    step = length - 1 - place if layout.read_most_first else np.broadcast_to(place, (len(place), len(length)))
    read = np.take_along_axis(symbols.astype(np.int64), np.clip(step, 0, len(symbols) - 1), axis=0)
    return tuple(np.where(place < length, read // letters**tape % letters, 0) for tape in range(tapes))


def _data(layout: Phases, tapes: int) -> dict[str, DataMaker]:
    def random_numbers(rng: np.random.Generator, base: int) -> tuple[list[np.ndarray], np.ndarray]:
        length = rng.integers(1, POST_DIGITS + 1, POST_TRAIN + POST_VALIDATION)
        return [rng.integers(0, base, (len(length), POST_DIGITS), np.uint8) for _ in range(tapes)], length

    def post(rng: np.random.Generator, base: int) -> Dataset:
        """10,000 strings (pairs) of 1 to 10 digits, their lengths drawn uniformly: 9,000 to train on, 1,000 to validate on."""
        words = layout.words(*random_numbers(rng, base), base)
        return Dataset(train=words[:POST_TRAIN], validation=words[POST_TRAIN:])

    def nines(rng: np.random.Generator, base: int) -> Dataset:
        """As `post`, but half of the strings end in a random number of the largest digit."""
        digits, length = random_numbers(rng, base)
        nine_count = np.where(rng.random(len(length)) < 0.5, rng.integers(0, length + 1), 0)  # for half of the words
        digits[0][np.arange(POST_DIGITS) < nine_count[:, None]] = base - 1
        words = layout.words(digits, length, base)
        return Dataset(train=words[:POST_TRAIN], validation=words[POST_TRAIN:])

    return {"post": post, "nines": nines}


def _stress(layout: Phases, tapes: int) -> StressMaker:
    def make(rng: np.random.Generator, base: int, limit: int) -> list[StressFamily]:
        # a net's memory grows with the word, so the cost grows with the square of the digits
        longest = max((n for n in range(1, 101) if layout.steps(n) <= limit), default=0)
        if longest == 0:
            return []

        def family(name: str, description: str, digits: list[np.ndarray], length: np.ndarray) -> StressFamily:
            return StressFamily(name, description, layout.words(digits, length, base).T.copy(), layout.steps(length))

        every_length, random_lengths = np.arange(1, longest + 1), rng.integers(1, longest + 1, SAMPLES)
        nines = [np.full((longest, longest), base - 1, np.uint8) for _ in range(tapes)]
        near_miss = [np.full((SAMPLES, longest), base - 1, np.uint8) for _ in range(tapes)]
        near_miss[0][np.arange(SAMPLES), rng.integers(0, random_lengths)] = rng.integers(0, base - 1, SAMPLES)
        random = [numbers_of_length(rng, random_lengths, base, longest) for _ in range(tapes)]
        zeros = [_with_leading_zeros(rng, random_lengths, base, longest) for _ in range(tapes)]
        return [
            family("random", "random digits", random, random_lengths),
            family("zeros", "random digits with leading zeros", zeros, random_lengths),
            family("nines", "the largest digit only, every length", nines, every_length),
            family("near-miss", "the largest digit, another one in one place", near_miss, random_lengths),
        ]

    return make


def _with_leading_zeros(rng: np.random.Generator, length: np.ndarray, base: int, longest: int) -> np.ndarray:
    """Random digits `[N, longest]` below a random place, zeros from there on."""
    digits = rng.integers(0, base, (len(length), longest), np.uint8)
    digits[np.arange(longest) >= rng.integers(0, length)[:, None]] = 0
    return digits
