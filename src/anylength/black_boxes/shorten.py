"""Shortening a wrong input: omit parts, then replace digits by zeros, then try all shorter inputs if there are few."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, product

from anylength.black_boxes.codec import Columns
from anylength.black_boxes.system import QueryBudget, QueryResult, SystemUnderLearning

EXHAUSTIVE_DIGITS, PLACES = 40, 32
"""From a word of up to `EXHAUSTIVE_DIGITS` every contiguous part is omitted, about 800 queries a round.

From a longer one only parts of 1, 2, 4, … digits at `PLACES` places, at most that many for each size.
"""


def shorten(system: SystemUnderLearning, wrong: QueryResult, budget: QueryBudget, known_length: int) -> tuple[QueryResult, bool]:
    """A wrong input that is at most as long as `wrong`, and whether it is known that every shorter input is answered correctly.

    Args:
        system: The function.
        wrong: The result on the wrong input.
        budget: The budget that is left.
        known_length: Every input of up to this many digits is known to be answered correctly.
    """
    shorter: QueryResult | None = wrong
    while shorter is not None:
        wrong = shorter
        shorter = _first_wrong(system, _omissions(wrong.columns), budget).wrong
    wrong = _with_zeros(system, wrong, budget)
    symbols, length = system.codec.task.base**system.codec.task.tapes, len(wrong.columns)
    untested = range(known_length + 1, length)
    # in base 10 these are all inputs of up to 4 digits
    if not untested or sum(symbols**size for size in untested) > 20_000:
        return wrong, not untested
    inputs = (columns for size in untested for columns in product(range(symbols), repeat=size))
    search = _first_wrong(system, inputs, budget)
    return search.wrong or wrong, search.wrong is not None or search.complete


@dataclass(frozen=True)
class _Search:
    """The first wrong input of a sequence, if any, and whether the whole sequence was tried."""

    wrong: QueryResult | None
    complete: bool


def _first_wrong(system: SystemUnderLearning, inputs: Iterable[Columns], budget: QueryBudget) -> _Search:
    """Queries inputs in their order until an answer is wrong or the budget is spent."""
    remaining = iter(inputs)
    while room := int(min(system.batch_size, budget.remaining(system.queries))):
        batch = list(islice(remaining, room))
        wrong = next((result for result in system.query(batch) if not result.correct), None)
        if wrong or not batch:
            return _Search(wrong, not batch)
    return _Search(None, next(remaining, None) is None)


def _omissions(word: Columns) -> Iterator[Columns]:
    """The word with one contiguous part omitted, shortest results first."""
    length = len(word)
    if length <= EXHAUSTIVE_DIGITS:
        places, sizes = range(length), range(length - 1, 0, -1)
    else:
        places = range(0, length, -(-length // PLACES))
        sizes = [1 << bit for bit in reversed(range(length.bit_length())) if 1 << bit < length]
    for size in sizes:
        yield from dict.fromkeys(word[:place] + word[place + size :] for place in places if place + size <= length)


def _with_zeros(system: SystemUnderLearning, wrong: QueryResult, budget: QueryBudget) -> QueryResult:
    """The wrong input with zeros in as many columns as possible while it stays wrong. The leading column is kept."""
    for place in range(len(wrong.columns) - 1):
        if wrong.columns[place]:
            simpler = (*wrong.columns[:place], 0, *wrong.columns[place + 1 :])
            wrong = _first_wrong(system, [simpler], budget).wrong or wrong
    return wrong
