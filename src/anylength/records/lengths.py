"""Records of stress tests: accuracy against length, the horizon, wrong answers."""

from anylength.base import Record
from anylength.rules import Mistake

HELD_INPUT_FAMILY = "ripple"
"""Name of the family of held inputs in `stress.json`."""


class Share(Record, frozen=True):
    """A proportion with its exact (Clopper–Pearson) 95 % confidence interval.

    Attributes:
        right: Number of successes.
        tried: Number of trials.
        low: Lower end of the interval, 0…1.
        high: Upper end, 0…1.
    """

    right: int
    tried: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """The proportion, 0…1."""
        return self.right / self.tried


class LengthPoint(Record, frozen=True):
    """Accuracy at one length.

    Attributes:
        length: Digits of the numbers.
        random: Share of random numbers answered right as a whole.
        random_digits: Share of single digits right in the answers to those numbers.
        worst: Share of the stress families' numbers answered right as a whole; None where no family has a number of this length.
    """

    length: int
    random: Share
    random_digits: Share
    worst: Share | None


class FamilyResult(Record, frozen=True):
    """The result of one family of stress inputs.

    Attributes:
        name: The family's short name.
        description: One line that says what its inputs are.
        numbers: Share of numbers answered right as a whole.
        digits: Share of single digits right.
        shortest_mistake: The shortest number answered wrongly, or None.
    """

    name: str
    description: str
    numbers: Share
    digits: Share
    shortest_mistake: Mistake | None


class Stress(Record, frozen=True):
    """A stress test.

    Attributes:
        task: The task's name.
        base: Digits are 0…base−1.
        horizon: The largest k such that every held input of up to k steps is answered right (for `count`: k nines). None where none
            up to `limit` failed, or where the task has no held inputs.
        limit: The longest number tried, in digits.
        curve: Accuracy against length.
        families: Results by family of stress inputs.
        shortest_mistake: The shortest wrong answer in the whole test, or None.
        seconds: Time spent.
        format: The format number.
    """

    task: str
    base: int
    horizon: int | None
    limit: int
    curve: list[LengthPoint]
    families: list[FamilyResult]
    shortest_mistake: Mistake | None
    seconds: float
    format: int = 1


class LengthScores(Record, frozen=True):
    """A net's accuracy on sampled words, by length in symbols. Accuracies are shares, 0…1.

    Attributes:
        tokens: Share of graded outputs that are right.
        words: Share of words all of whose graded outputs are right.
    """

    tokens: dict[str, float]
    words: dict[str, float]


class WorstFamily(Record, frozen=True):
    """The family of stress inputs on which a net does worst, among words of some lengths.

    Attributes:
        family: The family's name.
        words: Share of its words that are answered right as a whole.
    """

    family: str
    words: Share
