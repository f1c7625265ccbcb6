"""Records of stress tests: accuracy against length, the horizon, wrong answers as whole numbers."""

from anylength.records.record import Record


class Share(Record, frozen=True):
    """`right` of `tried`, with its exact (Clopper–Pearson) 95 % confidence interval."""

    right: int
    tried: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """The share itself."""
        return self.right / self.tried


class Mistake(Record, frozen=True):
    """A number that a net answers wrongly, all as people write them (`numbers` has one entry per tape)."""

    numbers: list[str]
    answer: str
    expected: str


class LengthPoint(Record, frozen=True):
    """Accuracy at one length: numbers with random digits, and numbers from the carry families (worst case)."""

    length: int
    random: Share
    digits: Share
    worst: Share


class FamilyResult(Record, frozen=True, rename={"description": "says"}):
    """One family of stress inputs: whole numbers right, single digits right, and the shortest mistake found."""

    name: str
    description: str
    numbers: Share
    digits: Share
    mistake: Mistake | None


class Stress(Record, frozen=True):
    """A stress test.

    Attributes:
        horizon: The largest k such that 99…9 is answered right for every length up to k; None where none failed up to `limit`.
        limit: The longest number tried.
        curve: Accuracy against length.
        families: Results by kind of input.
        shortest_mistake: The shortest wrong answer seen in all of it, or None.
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
