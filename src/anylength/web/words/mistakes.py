"""Numbers and wrong answers in words."""

import re
from itertools import groupby

from anylength.records import Mistake, PumpedFamily
from anylength.rules import DIGIT_CHARACTERS, digit_plural
from anylength.web.words.shortening import length_of, shortened_answer, shortened_question, symbols_of

OPERATORS = re.compile(r"[][(){}*+?|.\\^$]")
"""Characters that mean something in a regular expression, so that a symbol of this name gets a backslash."""


def numbers_text(mistake: Mistake) -> str:
    """The question of a mistake: its numbers, or its word."""
    return " and ".join(shortened_question(number, mistake.separator) for number in mistake.numbers)


def mistake_length(mistake: Mistake) -> int:
    """The digits of the longest number of a question, or the symbols of its word."""
    return max(length_of(number, mistake.separator) for number in mistake.numbers)


def mistake_text(mistake: Mistake) -> str:
    """A mistake in one line."""
    answer, expected = (shortened_answer(text, mistake.separator) for text in (mistake.answer, mistake.expected))
    return f"{numbers_text(mistake)} is answered {answer}, not {expected}"


def family_text(family: PumpedFamily) -> str:
    """A proved family of wrong inputs. One of words is given as a regular expression."""
    if family.separator is not None:
        return _words_text(family, family.separator)
    parts = zip(family.before, family.digit, family.after, strict=True)
    words = " and ".join(_pumped(before, digit, after) for before, digit, after in parts)
    return f"{words}: answered wrongly for every k of {family.least:,} or more (proved)"


def _words_text(family: PumpedFamily, separator: str) -> str:
    """A family of words."""
    before, symbol, after = (parts[0] for parts in (family.before, family.digit, family.after))
    starred = f"({_escaped(symbol, separator)})*"
    expression = separator.join(part for part in (_escaped(before, separator), starred, _escaped(after, separator)) if part)
    times = f"{family.least:,} times" if family.least != 1 else "once"
    return f"{expression} with {symbol} at least {times}: every such word is answered wrongly (proved)"


def _escaped(word: str, separator: str) -> str:
    """A word as a regular expression, its middle left out where it is long."""
    symbols = [OPERATORS.sub(r"\\\g<0>", symbol) for symbol in symbols_of(word, separator)] if word else []
    return shortened_question(separator.join(symbols), separator) if symbols else ""


def _pumped(before: str, digit: str, after: str) -> str:
    return ", then ".join(part for part in (before, f"k times {digit}", after) if part)


def groups_of(number: str) -> list[tuple[str, int]]:
    """The groups of equal digits of a number as people write it: each digit with its count."""
    return [(digit, len(list(group))) for digit, group in groupby(number)]


def composition(number: str, base: int) -> str | None:
    """What a number is made of: "8 and 6 nines". None if it has too many groups of digits, or only one."""
    groups = groups_of(number)
    # a description of more groups is harder to read than the number
    if not 1 < len(groups) <= 4:
        return None
    parts = [digit if count == 1 else f"{count:,} {digit_plural(DIGIT_CHARACTERS.index(digit), base)}" for digit, count in groups]
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
