"""Records of a training run: its configuration, its surroundings, its epochs, its result."""

from anylength.records.record import Record


class RunConfig(Record, frozen=True):
    """Everything that determines a run (on the same machine and versions, to the last bit).

    `machine` is the text of a user's own machine, else None.
    """

    task: str
    base: int
    cell: str
    hidden: int
    recipe: str
    data: str
    seed: int
    epochs: int
    settings: dict[str, float | int | str | bool]
    candidates: int = 1
    machine: str | None = None
    format: int = 1


class Environment(Record, frozen=True):
    """What a run was made with."""

    versions: dict[str, str]
    python: str
    platform: str
    processor: str
    features: list[str]
    device: str
    format: int = 1


class Epoch(Record, frozen=True):
    """One epoch. Accuracies are shares of whole numbers answered right, digit accuracies shares of single digits."""

    epoch: int
    loss: float
    train_accuracy: float
    validation_accuracy: float
    train_digits: float
    validation_digits: float
    seconds: float

    @property
    def perfect(self) -> bool:
        """Whether every number of both sets was answered right."""
        return self.train_accuracy == 1.0 and self.validation_accuracy == 1.0


class Training(Record, frozen=True):
    """A finished training: `DONE` of a run folder. The last two are known where there were several candidates."""

    epochs: int
    train_accuracy: float
    validation_accuracy: float
    seconds: float
    parameters: int
    kept_seed: int | None = None
    proved_candidates: int | None = None
    format: int = 1
