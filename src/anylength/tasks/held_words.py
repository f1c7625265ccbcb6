"""The words for the held inputs of a task: "nines" for `count` in base 10, "ones" in base 2, else "repetitions"."""

from dataclasses import dataclass

from anylength.digits import DIGIT_CHARACTERS
from anylength.tasks.layout import LeastFirst
from anylength.tasks.task import Task

DIGIT_NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
DIGIT_PLURALS = ("zeros", "ones", "twos", "threes", "fours", "fives", "sixes", "sevens", "eights", "nines")
"""The digits of bases up to 10 in words. Larger bases say "digits b"."""


@dataclass(frozen=True)
class HeldWords:
    """The words for the held inputs of one task.

    A horizon is about inputs of the kind `alone`. Other inputs hold the symbol too, and a net can be wrong on them sooner.

    Attributes:
        digit: The one digit that is held; None where the carry chains hold several symbols, or have a prefix.
        one: One repetition: "nine".
        many: Several of them: "nines".
        alone: A label of the inputs that a horizon is about: "nines alone".
        alone_subject: The same as the subject of a sentence: "Numbers of nines alone".
        followed_subject: The inputs in which another symbol follows the repeated one: "Nines after another digit".
        preceded_subject: The inputs in which another symbol is read before: "Nines in front of another digit".
    """

    digit: str | None
    one: str
    many: str
    alone: str
    alone_subject: str
    followed_subject: str
    preceded_subject: str

    def counted(self, count: int) -> str:
        """A number of repetitions: "16 nines"."""
        return f"{count:,} {self.one if count == 1 else self.many}"

    def measured(self, steps: int | None, limit: int) -> str:
        """A measured horizon: `steps` repetitions are right; None: all up to `limit`. Its subject is `alone`."""
        if steps is None:
            return f"right up to {self.counted(limit)}, all that were tried"
        if steps == 0:
            return f"wrong at 1 {self.one} already"
        return f"right up to {self.counted(steps)}, wrong at {steps + 1:,}"


def held_words(task: Task) -> HeldWords | None:
    """The words for the held inputs that a task's horizon is about; None where the task has no horizon."""
    if not task.carry_chains:
        return None
    first = task.carry_chains[0]
    if task.tapes > 1 or len(task.carry_chains) > 1 or first.prefix or not isinstance(task.layout, LeastFirst):
        return _words_of_any_symbol(task.notation.unit if task.tapes == 1 else "symbol")
    digit = first.symbol
    return _words_of_digit(DIGIT_CHARACTERS[digit], many=digit_plural(digit, task.base), one=digit_name(digit, task.base))


def digit_name(digit: int, base: int) -> str:
    """A digit in words: "nine", or "digit b" in a base above 10."""
    return DIGIT_NAMES[digit] if base <= len(DIGIT_NAMES) else f"digit {DIGIT_CHARACTERS[digit]}"


def digit_plural(digit: int, base: int) -> str:
    """A digit in the plural: "nines", or "digits b" in a base above 10."""
    return DIGIT_PLURALS[digit] if base <= len(DIGIT_PLURALS) else f"digits {DIGIT_CHARACTERS[digit]}"


def _words_of_digit(digit: str, *, many: str, one: str) -> HeldWords:
    capital = f"{many[0].upper()}{many[1:]}"
    return HeldWords(
        digit=digit,
        one=one,
        many=many,
        alone=f"{many} alone",
        alone_subject=f"Numbers of {many} alone",
        followed_subject=f"{capital} after another digit",
        preceded_subject=f"{capital} in front of another digit",
    )


def _words_of_any_symbol(thing: str) -> HeldWords:
    followed = f"Inputs in which another {thing} comes after the repeated one"
    return HeldWords(
        digit=None,
        one="repetition",
        many="repetitions",
        alone=f"one {thing} repeated to the end",
        alone_subject=f"Inputs that repeat one {thing} to their end",
        followed_subject=followed,
        preceded_subject=followed,
    )
