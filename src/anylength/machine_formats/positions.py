"""The automaton of positions of a regular expression (Glushkov 1961): which characters of the pattern may come after which.

A position is one character class of the pattern, after repetitions are written out. Sets of positions are the bits of a number.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from greenery import Charclass, Pattern
from greenery.rxelems import Conc, Mult

from anylength.base import InputError

MAX_PARTS = 8_192
"""Most characters, classes and groups of a pattern whose repetitions are written out. An alternation of all symbols has 4,097."""


@dataclass(frozen=True)
class Ends:
    """Where the words of a part of a pattern begin and end.

    Attributes:
        first: The positions of their first characters.
        last: The positions of their last characters.
        empty: Whether the part matches the empty word.
    """

    first: int = 0
    last: int = 0
    empty: bool = False


EMPTY_WORD = Ends(empty=True)
"""The ends of a part that matches the empty word alone."""


@dataclass
class Positions:
    """The positions of a pattern.

    Attributes:
        source: The pattern, for errors.
        of_class: The positions of each character class.
        follow: The positions that may come after each position.
        first: The positions of first characters.
        last: The positions of last characters.
        parts: How many parts of the pattern have been seen, each copy counted.
    """

    source: str
    of_class: dict[Charclass, int] = field(default_factory=dict)
    follow: list[int] = field(default_factory=list)
    first: int = 0
    last: int = 0
    parts: int = 0

    @classmethod
    def of(cls, pattern: Pattern, source: str) -> "Positions":
        """The positions of a pattern.

        Raises:
            InputError: The pattern has more than `MAX_PARTS` parts.
        """
        positions = cls(source)
        ends = positions._pattern(pattern)
        positions.first, positions.last = ends.first, ends.last
        return positions

    def reading(self, charclass: Charclass) -> int:
        """The positions of a class."""
        return self.of_class.get(charclass, 0)

    def after(self, positions: int) -> int:
        """The positions that may come after any of the given ones."""
        following = 0
        for position in _bits(positions):
            following |= self.follow[position]
        return following

    def _pattern(self, pattern: Pattern) -> Ends:
        first, last, empty = 0, 0, False
        for conc in pattern.concs:
            ends = self._conc(conc)
            first, last, empty = first | ends.first, last | ends.last, empty or ends.empty
        return Ends(first, last, empty)

    def _conc(self, conc: Conc) -> Ends:
        return self._chain([self._mult(mult) for mult in conc.mults])

    def _mult(self, mult: Mult) -> Ends:
        """A part repeated: as many copies as it must have, then those that it may have, or one that repeats."""
        least, most = mult.multiplier.min.v or 0, mult.multiplier.max.v
        copies = [self._one(mult.multiplicand) for _ in range(max(least, 1) if most is None else most)]
        if most is None:
            copies[-1] = self._repeated(copies[-1])
        return self._chain([Ends(ends.first, ends.last, ends.empty or copy >= least) for copy, ends in enumerate(copies)])

    def _one(self, multiplicand: Charclass | Pattern) -> Ends:
        self.parts += 1
        if self.parts > MAX_PARTS:
            remedy = "a net has at most 1,024 states; take smaller counts"
            raise InputError(f"at most {MAX_PARTS:,} parts, repetitions written out", f"more in {self.source}", remedy)
        if isinstance(multiplicand, Pattern):
            return self._pattern(multiplicand)
        bit = 1 << len(self.follow)
        self.follow.append(0)
        self.of_class[multiplicand] = self.reading(multiplicand) | bit
        return Ends(bit, bit)

    def _repeated(self, ends: Ends) -> Ends:
        for position in _bits(ends.last):
            self.follow[position] |= ends.first
        return ends

    def _chain(self, parts: list[Ends]) -> Ends:
        """Parts one after the other. Chained from the end, so that each part has few last positions."""
        whole = EMPTY_WORD
        for part in reversed(parts):
            for position in _bits(part.last):
                self.follow[position] |= whole.first
            first = part.first | whole.first if part.empty else part.first
            last = part.last | whole.last if whole.empty else whole.last
            whole = Ends(first, last, part.empty and whole.empty)
        return whole


def _bits(number: int) -> Iterator[int]:
    """The positions of the ones of a number, the lowest first."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest
