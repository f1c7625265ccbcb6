"""Records of the reproduction of the post: its claims, measured over many seeds."""

from anylength.records.answers import Baseline
from anylength.records.record import Record
from anylength.records.runs import Environment


class PostNet(Record, frozen=True):
    """The net of one seed.

    Attributes:
        seed: The seed.
        epochs: Epochs trained.
        perfect_at: The first epoch with 100 % on training and validation data, or None.
        validation_accuracy: Share of validation numbers answered right after training, 0…1.
        random_accuracy: Share of random numbers answered right, 0…1, by length in digits (as text: JSON keys are text).
        worst_accuracy: Share of the stress families' numbers answered right, 0…1, by length in digits.
        horizon: The longest run of nines that a carry passes; None where none up to the part's limit failed.
        shortest_mistake: The shortest number that the stress test found answered wrongly, or None.
        verdict: PROVED, REFUTED, …; None where the part asks for no verdicts.
    """

    seed: int
    epochs: int
    perfect_at: int | None
    validation_accuracy: float
    random_accuracy: dict[str, float]
    worst_accuracy: dict[str, float]
    horizon: int | None
    shortest_mistake: str | None
    verdict: str | None = None


class PostPart(Record, frozen=True):
    """One training configuration over many seeds.

    Attributes:
        name: The part's name.
        task: The task's name.
        cell: The cell's name.
        recipe: The recipe's name.
        data: The data set's name.
        hidden: H, hidden units.
        epochs: Most epochs trained.
        settings: The recipe's settings.
        limit: The longest number of the stress test, in digits.
        stress_tested: Whether the nets are stress-tested.
        with_verdicts: Whether each net gets a verdict.
        nets: The nets trained so far, in the order of their seeds.
        seconds: Time spent on all of them.
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
    stress_tested: bool
    with_verdicts: bool
    nets: list[PostNet]
    seconds: float


class PostResults(Record, frozen=True):
    """The result of `reproduce`.

    Attributes:
        seeds: Seeds of each part.
        parts: The parts.
        baselines: The post's linear baseline.
        environment: Versions and machine.
        format: The format number.
    """

    seeds: int
    parts: list[PostPart]
    baselines: list[Baseline]
    environment: Environment
    format: int = 1

    def part(self, name: str) -> PostPart:
        """The part of this name.

        Raises:
            KeyError: No part has this name.
        """
        match = next((part for part in self.parts if part.name == name), None)
        if match is None:
            raise KeyError(name)
        return match
