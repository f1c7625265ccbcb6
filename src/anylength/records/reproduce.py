"""Records of the post's claims, measured."""

from anylength.records.answers import Baseline
from anylength.records.record import Record
from anylength.records.runs import Environment


class PostNet(Record, frozen=True):
    """One seed of one part.

    Attributes:
        seed: The seed.
        epochs: Epochs trained.
        perfect_at: The first epoch with 100 % on training and validation, or None.
        validation: Share of validation numbers answered right at the end.
        curve: Share of random numbers answered right, by length in digits (as text: JSON keys are).
        worst: Share of the stress families' numbers answered right, by length.
        horizon: The nines that a carry survives; None where it never broke up to the part's limit.
        mistake: The shortest number that the stress test saw answered wrongly, or None.
        verdict: PROVED, REFUTED, …, where the part asks for one.
    """

    seed: int
    epochs: int
    perfect_at: int | None
    validation: float
    curve: dict[str, float]
    worst: dict[str, float]
    horizon: int | None
    mistake: str | None
    verdict: str | None = None


class PostPart(Record, frozen=True):
    """The same training over many seeds.

    Attributes:
        name: What it is called.
        limit: The longest number that its stress test tries.
        stress: Whether it is stress-tested.
        verdicts: Whether each net gets a verdict.
        nets: The seeds so far, in order.
    """

    name: str
    task: str
    cell: str
    recipe: str
    data: str
    hidden: int
    epochs: int
    settings: dict[str, float | int | str | bool]
    limit: int
    stress: bool
    verdicts: bool
    nets: list[PostNet]
    seconds: float


class PostResults(Record, frozen=True):
    """All parts, and the post's linear baseline."""

    seeds: int
    parts: list[PostPart]
    baselines: list[Baseline]
    environment: Environment
    format: int = 1

    def part(self, name: str) -> PostPart:
        """The part of this name.

        Raises:
            KeyError: There is none.
        """
        found = next((part for part in self.parts if part.name == name), None)
        if found is None:
            raise KeyError(name)
        return found
