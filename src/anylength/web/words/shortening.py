"""Questions and answers on one line: long ones are cut in the middle, and what was cut is counted in digits or symbols."""

from collections.abc import Sequence

from anylength.rules import KEPT_DIGITS, MAX_SHOWN_DIGITS, shortened

Separator = str | None
"""What stands between two symbols of a word; None for a number."""


def symbols_of(word: str, separator: str) -> list[str]:
    """The names of the symbols in a word."""
    return word.split(separator) if separator else list(word)


def length_of(text: str, separator: Separator) -> int:
    """The number of digits of a number, or of symbols of a word."""
    return len(text) if separator is None else len(symbols_of(text, separator))


def shortened_question(text: str, separator: Separator) -> str:
    """One number or word of a question. If it is long, its middle is left out and its length is told."""
    if separator is None:
        return shortened(text)
    return _shortened_parts(symbols_of(text, separator), separator, "symbols")


def shortened_answer(text: str, separator: Separator) -> str:
    """An answer. That to a word is a label, or a label for each symbol."""
    if separator is None:
        return shortened(text)
    between = " " if " " in text else ""
    return _shortened_parts(symbols_of(text, between), between, "outputs" if between else "characters")


def _shortened_parts(parts: Sequence[str], separator: str, unit: str) -> str:
    """The parts joined, or the first and the last of them where the text is long."""
    text = separator.join(parts)
    if len(text) <= MAX_SHOWN_DIGITS:
        return text
    room = max(1, len(parts) * KEPT_DIGITS // len(text))
    ends = [separator.join(some) for some in (parts[:room], parts[-room:])]
    return f"{ends[0]}{separator}…{separator}{ends[1]} ({len(parts):,} {unit})"
