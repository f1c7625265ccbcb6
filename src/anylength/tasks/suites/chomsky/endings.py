"""Answers of unequal length: bits, the end, then zeros as padding up to the length that the input's length asks for."""

import numpy as np

from anylength.tasks.suites.chomsky.regular import BITS

END = 2
"""The output class that ends an answer."""

ENDED_BITS = (*BITS, "$")
"""The output classes of answers that end before their last step: $ is the end."""


def ended(bits: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """The answers `[A, N]` whose bits are the first `lengths` `[N]` of `bits` `[A, N]`."""
    rows = np.arange(len(bits))[:, None]
    return np.where(rows < lengths, bits, np.where(rows == lengths, np.uint8(END), np.uint8(0)))
