"""A wrong input made shorter: stretches left out, then zeros in place of digits, then all shorter inputs, where they are few."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, product

from anylength.black_boxes.examinee import Allowance, Asked, Examinee
from anylength.black_boxes.script import Columns

ALL_CUTS, PLACES = 40, 32
"""Any stretch of a word of up to so many digits is left out; of longer ones those of 1, 2, 4, … digits at so many places."""

SHORTER = 20_000
"""So many shorter inputs are all asked, where that settles whether the word is a shortest one."""


def shortened(examinee: Examinee, wrong: Asked, allowance: Allowance, known: int) -> tuple[Asked, bool]:
    """A wrong input no longer than `wrong`, and whether every shorter one was asked and is right.

    Args:
        examinee: The function.
        wrong: The input.
        allowance: What may be spent.
        known: Every input of up to so many digits is known to be right.
    """
    shorter = wrong
    while shorter is not None:
        wrong = shorter
        shorter = _first_wrong(examinee, _cuts(wrong.columns), allowance).wrong
    wrong = _plainer(examinee, wrong, allowance)
    symbols, length = examinee.script.task.base**examinee.script.task.tapes, len(wrong.columns)
    if known >= length - 1 or sum(symbols**size for size in range(known + 1, length)) > SHORTER:
        return wrong, known >= length - 1
    every = (columns for size in range(known + 1, length) for columns in product(range(symbols), repeat=size))
    tried = _first_wrong(examinee, every, allowance)
    return tried.wrong or wrong, tried.wrong is not None or tried.all


@dataclass(frozen=True)
class _Tried:
    """The first of some inputs that was answered wrongly, if any, and whether all of them were asked."""

    wrong: Asked | None
    all: bool


def _first_wrong(examinee: Examinee, inputs: Iterable[Columns], allowance: Allowance) -> _Tried:
    """Asks inputs in their order until one is answered wrongly, or the allowance is spent."""
    left = iter(inputs)
    while room := int(min(examinee.at_once, allowance.left(examinee.asked))):
        part = list(islice(left, room))
        found = next((asked for asked in examinee.ask(part) if not asked.good), None)
        if found or not part:
            return _Tried(found, not part)
    return _Tried(None, next(left, None) is None)


def _cuts(word: Columns) -> Iterator[Columns]:
    """The word with one stretch left out, the shortest first."""
    length = len(word)
    if length <= ALL_CUTS:
        places, sizes = range(length), range(length - 1, 0, -1)
    else:
        places = range(0, length, -(-length // PLACES))
        sizes = [1 << bit for bit in reversed(range(length.bit_length())) if 1 << bit < length]
    for size in sizes:
        yield from dict.fromkeys(word[:place] + word[place + size :] for place in places if place + size <= length)


def _plainer(examinee: Examinee, wrong: Asked, allowance: Allowance) -> Asked:
    """The same with zeros in place of as many columns as stay wrong; the one in front is left."""
    for place in range(len(wrong.columns) - 1):
        if wrong.columns[place]:
            plainer = (*wrong.columns[:place], 0, *wrong.columns[place + 1 :])
            wrong = _first_wrong(examinee, [plainer], allowance).wrong or wrong
    return wrong
