"""The baseline that the post names: the linear regressor a·x + b, which counts perfectly until its number format ends."""

from typing import Literal

import numpy as np

from anylength.records import Baseline


def linear_baseline(dtype: Literal["float32", "float64"], seed: int = 0, tries: int = 200) -> Baseline:
    """Fits a·x + b to the post's numbers by least squares in the given format, then looks for the length where it breaks.

    For each length from 1 digit on, `tries` random numbers of that length and its two ends are answered and rounded; the first
    length with a wrong answer ends the search.
    """
    rng = np.random.default_rng(seed)
    kind = np.dtype(dtype).type
    numbers = [int(rng.integers(0, 10 ** int(length))) for length in rng.integers(1, 11, 9_000)]
    x = np.array(numbers, kind)
    y = np.array([number + 1 for number in numbers], kind)
    centred = x - x.mean(dtype=kind)
    slope = kind((centred * (y - y.mean(dtype=kind))).sum(dtype=kind) / (centred * centred).sum(dtype=kind))
    intercept = kind(np.median(y - slope * x))
    for length in range(1, 400):
        low, high = 10 ** (length - 1) if length > 1 else 0, 10**length - 1
        drawn = [low + _below(rng, high - low + 1) for _ in range(tries)]
        for number in sorted({low, high, *drawn}):
            with np.errstate(over="ignore"):
                value = slope * kind(number) + intercept
            answer = int(np.rint(value)) if np.isfinite(value) else -1
            if answer != number + 1:
                mistake = [str(number), str(answer) if answer >= 0 else "infinity", str(number + 1)]
                return Baseline(dtype=dtype, slope=float(slope), intercept=float(intercept), digits=length - 1, mistake=mistake)
    raise AssertionError("no float format holds 400 digits")


def _below(rng: np.random.Generator, limit: int) -> int:
    """A random integer of any size below `limit`."""
    return int.from_bytes(rng.bytes((limit.bit_length() + 7) // 8 + 8), "little") % limit
