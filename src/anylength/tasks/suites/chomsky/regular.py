"""What the regular tasks of the Chomsky benchmark share: their source, two bits, and how expressions are drawn."""

import numpy as np

from anylength.base import Symbols

SOURCE = "Delétang et al. 2022, arXiv 2207.02098"

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
