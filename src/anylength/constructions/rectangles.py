"""Sets of symbols as unions of rectangles: a rectangle is a set of digits for each tape, and holds every way to combine them.

A net adds up what it reads tape by tape, so one unit recognises one rectangle. With one tape every set is a rectangle.
"""

from collections.abc import Iterable

Rectangle = tuple[frozenset[int], ...]
"""The digits that are allowed on each tape, the tape of the least significant digit of a symbol first."""

Word = tuple[int, ...]
"""The digits of one symbol, one for each tape."""


def digits_of(symbol: int, base: int, tapes: int) -> Word:
    """The digits of a symbol, one for each tape."""
    return tuple(symbol // base**tape % base for tape in range(tapes))


def rectangles(symbols: Iterable[int], base: int, tapes: int) -> list[Rectangle]:
    """A partition of a set of symbols into rectangles, as small as two greedy ways make it.

    Digits of one tape with the same rest are put together, then the rests are split alike. The first tape is taken first, or the
    last one; the smaller partition is kept.
    """
    words = {digits_of(symbol, base, tapes) for symbol in symbols}
    forward = _partition(words)
    if len(forward) == 1 or tapes == 1:
        return forward
    backward = [rectangle[::-1] for rectangle in _partition({word[::-1] for word in words})]
    return min(forward, backward, key=len)


def _partition(words: set[Word]) -> list[Rectangle]:
    """Rectangles that hold each of these words once: first digits with equal rests are put together."""
    if len(next(iter(words))) == 1:
        return [(frozenset(digit for (digit,) in words),)]
    rests: dict[int, set[Word]] = {}
    for first, *rest in sorted(words):
        rests.setdefault(first, set()).add(tuple(rest))
    digits: dict[frozenset[Word], set[int]] = {}
    for first, rest in rests.items():
        digits.setdefault(frozenset(rest), set()).add(first)
    return [(frozenset(firsts), *tail) for rest, firsts in digits.items() for tail in _partition(set(rest))]
