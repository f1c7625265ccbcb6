"""The baseline that the post names: the linear regressor a·x + b. It counts without error until its number format ends."""

from typing import Literal

import numpy as np

from anylength.records import Baseline

MAX_LENGTH = 400
"""Digits after which the search must have ended: the largest float64 has 309."""


def linear_baseline(dtype: Literal["float32", "float64"], seed: int = 0, tries: int = 200) -> Baseline:
    """Fits a·x + b to the post's numbers by least squares, then finds the length at which it breaks.

    For each length, starting from 1 digit, it answers `tries` random numbers and the smallest and largest number of that length,
    rounded to whole numbers. The first length with a wrong answer ends the search.
    """
    rng = np.random.default_rng(seed)
    float_type = np.dtype(dtype).type
    slope, intercept = _fitted(rng, float_type)
    for length in range(1, MAX_LENGTH):
        low, high = 10 ** (length - 1) if length > 1 else 0, 10**length - 1
        drawn = [low + _below(rng, high - low + 1) for _ in range(tries)]
        for number in sorted({low, high, *drawn}):
            answer = _answer(slope, intercept, float_type, number)
            if answer != number + 1:
                mistake = [str(number), str(answer) if answer >= 0 else "infinity", str(number + 1)]
                return Baseline(
                    dtype=dtype, slope=float(slope), intercept=float(intercept), longest_right=length - 1, first_mistake=mistake
                )
    raise AssertionError(f"no float format holds {MAX_LENGTH} digits")


def _fitted(rng: np.random.Generator, float_type: type[np.floating]) -> tuple[np.floating, np.floating]:
    """Slope and intercept for n → n + 1, in the given format. The median makes the intercept robust against rounding."""
    # the post's training set
    numbers = [int(rng.integers(0, 10 ** int(length))) for length in rng.integers(1, 11, 9_000)]
    x = np.array(numbers, float_type)
    y = np.array([number + 1 for number in numbers], float_type)
    centred = x - x.mean(dtype=float_type)
    slope = float_type((centred * (y - y.mean(dtype=float_type))).sum(dtype=float_type) / (centred * centred).sum(dtype=float_type))
    return slope, float_type(np.median(y - slope * x))


def _answer(slope: np.floating, intercept: np.floating, float_type: type[np.floating], number: int) -> int:
    """The rounded answer; −1 if it is not finite."""
    with np.errstate(over="ignore"):
        value = slope * float_type(number) + intercept
    return int(np.rint(value)) if np.isfinite(value) else -1


def _below(rng: np.random.Generator, limit: int) -> int:
    """A random integer of any size below `limit`."""
    return int.from_bytes(rng.bytes((limit.bit_length() + 7) // 8 + 8), "little") % limit
