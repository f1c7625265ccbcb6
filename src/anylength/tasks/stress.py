"""Stress inputs for tasks with a carry: numbers on which a carry is born, kept, lost or must not be invented.

"Nine" stands for the largest digit of the base. Each family is cut to a longest number of `limit` digits. Pure nines are not
here: one scan over a single chain gives every length of them (`anylength.lengths.horizon`).
"""

import numpy as np

from anylength.tasks.task import Family

SAMPLES = 256
"""Numbers per random family."""


def carry_families(rng: np.random.Generator, base: int, limit: int) -> list[Family]:
    """The families of stress inputs for numbers of up to `limit` digits (at least 3)."""
    return [
        _nines_after_prefix(base, limit),
        _broken_chain(base, min(limit, 200)),
        _near_miss(base, min(limit, 200)),
        _rich_in_nines(rng, base, min(limit, 500)),
        _random(rng, base, min(limit, 500)),
    ]


def _family(name: str, says: str, numbers: list[np.ndarray]) -> Family:
    """Pads the numbers (digits least significant first) into one batch."""
    lengths = np.array([len(number) for number in numbers])
    symbols = np.zeros((int(lengths.max()) + 1, len(numbers)), np.uint8)
    for column, number in enumerate(numbers):
        symbols[: len(number), column] = number
    return Family(name, says, symbols, lengths)


def _ladder(limit: int) -> list[int]:
    """Lengths from 1 to `limit`: all the short ones, then ever wider steps."""
    rungs = {*range(1, min(limit, 32) + 1), limit}
    rung = 32.0
    while (rung := rung * 1.25) < limit:
        rungs.add(int(rung))
    return sorted(rungs)


def _nines_after_prefix(base: int, limit: int) -> Family:
    """Every one- and two-digit beginning that ends the carry, then nines: none of them may turn."""
    nine = base - 1
    prefixes = [(d,) for d in range(nine)] + [(nine, d) for d in range(nine)]
    numbers = [np.array([*prefix, *[nine] * (limit - len(prefix))], np.uint8) for prefix in prefixes]
    return _family("prefix", "nines after a beginning that ends the carry", numbers)


def _broken_chain(base: int, limit: int) -> Family:
    """Nines, one other digit, nines: the carry must travel to the digit and stop there."""
    nine = base - 1
    numbers = []
    for first in _ladder(limit - 2):
        for digit in range(nine):
            rest = min(first, limit - 1 - first)
            numbers.append(np.array([nine] * first + [digit] + [nine] * max(rest, 1), np.uint8))
    return _family("broken", "nines, one other digit, nines again", numbers)


def _near_miss(base: int, limit: int) -> Family:
    """Nines with one digit one too small, at every place; and nines followed by each pair of other digits."""
    nine = base - 1
    numbers = []
    for length in _ladder(limit):
        for place in {0, length // 2, length - 1}:
            number = np.full(length, nine, np.uint8)
            number[place] = nine - 1
            numbers.append(number)
    for chain in _ladder(min(limit - 2, 24)):
        for pair in range(base * base):
            numbers.append(np.array([nine] * chain + [pair % base, pair // base], np.uint8))
    return _family("near-miss", "all nines but one digit, and nines before every pair of digits", numbers)


def _rich_in_nines(rng: np.random.Generator, base: int, limit: int) -> Family:
    """Random numbers in which most digits are nines."""
    numbers = []
    for _ in range(SAMPLES):
        length = int(rng.integers(1, limit + 1))
        number = rng.integers(0, base, length, np.uint8)
        number[rng.random(length) < rng.uniform(0.3, 0.98)] = base - 1
        numbers.append(number)
    return _family("rich", "random digits, most of them nines", numbers)


def _random(rng: np.random.Generator, base: int, limit: int) -> Family:
    """Random numbers with uniform lengths."""
    numbers = [rng.integers(0, base, int(rng.integers(1, limit + 1)), np.uint8) for _ in range(SAMPLES)]
    return _family("random", "uniformly random digits", numbers)
