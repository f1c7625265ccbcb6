"""Classes of symbols: a context may leave open which of several symbols its oldest one was. A class is a number, too.

Symbols have numbers from 0 on, `START` has −1. The class of some symbols is −2 less the sum of their powers of 2.
"""

from collections.abc import Iterable
from functools import cache

START = -1
"""The beginning of the word, in place of an older symbol."""

MOST_SYMBOLS = 28
"""In larger alphabets there are no classes: their numbers would need more than 32 bits."""


def class_of(symbols: Iterable[int]) -> int:
    """The number of the class of some symbols; of one symbol its own."""
    several = sorted(symbols)
    return several[0] if len(several) == 1 else START - 1 - sum(1 << symbol for symbol in several)


def is_class(number: int) -> bool:
    """Whether a number stands for several symbols."""
    return number < START


@cache
def members(number: int) -> tuple[int, ...]:
    """The symbols that a number stands for: those of a class, or one."""
    if not is_class(number):
        return (number,)
    return tuple(symbol for symbol in range(MOST_SYMBOLS) if (START - 1 - number) >> symbol & 1)


def holds(number: int, other: int) -> bool:
    """Whether a number stands for all symbols that another one stands for."""
    return set(members(other)) <= set(members(number))
