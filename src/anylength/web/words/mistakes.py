"""Numbers and wrong answers in words."""

from itertools import groupby

from anylength.digits import DIGIT_CHARACTERS, shortened
from anylength.records import Mistake, PumpedFamily
from anylength.tasks.held_words import digit_plural

MAX_GROUPS = 4
"""Groups of equal digits of a number that is described. A description of more is harder to read than the number."""


def numbers_text(mistake: Mistake) -> str:
    """The question of a mistake: its numbers."""
    return " and ".join(map(shortened, mistake.numbers))


def mistake_text(mistake: Mistake) -> str:
    """A mistake in one line."""
    return f"{numbers_text(mistake)} is answered {shortened(mistake.answer)}, not {shortened(mistake.expected)}"


def family_text(family: PumpedFamily) -> str:
    """A proved family of wrong inputs."""
    parts = zip(family.before, family.digit, family.after, strict=True)
    words = " and ".join(_pumped(before, digit, after) for before, digit, after in parts)
    return f"{words}: answered wrongly for every k of {family.least:,} or more (proved)"


def _pumped(before: str, digit: str, after: str) -> str:
    return ", then ".join(part for part in (before, f"k times {digit}", after) if part)


def groups_of(number: str) -> list[tuple[str, int]]:
    """The groups of equal digits of a number as people write it: each digit with its count."""
    return [(digit, len(list(group))) for digit, group in groupby(number)]


def composition(number: str, base: int) -> str | None:
    """What a number is made of: "8 and 6 nines". None if it has too many groups of digits, or only one."""
    groups = groups_of(number)
    if not 1 < len(groups) <= MAX_GROUPS:
        return None
    parts = [digit if count == 1 else f"{count:,} {digit_plural(DIGIT_CHARACTERS.index(digit), base)}" for digit, count in groups]
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
