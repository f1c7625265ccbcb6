"""Records of a training run: configuration, environment, epochs, result."""

from typing import Literal, TypeAlias

from anylength.base import Record

StartsFrom: TypeAlias = Literal["random weights", "the construction", "an rnn"]
LearnsFrom: TypeAlias = Literal["data", "machine", "both"]
"""What a net was made from: words with their answers, the exact machine of its task, or both."""


class RunConfig(Record, frozen=True):
    """Everything that determines a run: on the same machine and versions it is reproduced to the last bit.

    Attributes:
        task: The task's name.
        base: Digits are 0…base−1.
        cell: The cell's name.
        hidden: H, hidden units.
        recipe: The recipe's name.
        data: The data set's name.
        seed: The seed of data, initial weights and batches.
        epochs: Most epochs trained.
        settings: The recipe's settings.
        candidates: Nets trained from different seeds, of which the best is kept.
        machine: The JSON text of a user's own machine, else None.
        layers: The number of layers, None for 1.
        between: What lies between the layers, None for one layer.
        format: The format number.
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
    layers: int | None = None
    between: str | None = None
    format: int = 1


class Environment(Record, frozen=True):
    """The software and hardware of a run.

    Attributes:
        versions: Versions of the libraries, by name.
        python: Python's version.
        platform: The operating system.
        processor: The processor's model.
        features: The processor's instruction sets that change rounding or speed.
        device: JAX's device.
        format: The format number.
    """

    versions: dict[str, str]
    python: str
    platform: str
    processor: str
    features: list[str]
    device: str
    format: int = 1


class Epoch(Record, frozen=True):
    """The metrics of one epoch. Accuracies are shares, 0…1.

    Attributes:
        epoch: The epoch's number, from 1.
        loss: Mean training loss.
        train_accuracy: Training numbers answered right as a whole.
        validation_accuracy: Validation numbers answered right as a whole.
        train_digits: Single digits right in the answers to training numbers.
        validation_digits: Single digits right in the answers to validation numbers.
        seconds: Duration of the epoch.
    """

    epoch: int
    loss: float
    train_accuracy: float
    validation_accuracy: float
    train_digits: float
    validation_digits: float
    seconds: float

    @property
    def perfect(self) -> bool:
        """Whether every training and validation number was answered right."""
        return self.train_accuracy == 1.0 and self.validation_accuracy == 1.0


class Inferred(Record, frozen=True):
    """The machine that was inferred from the training examples, and what it rests on beside them.

    Attributes:
        states: Q, its states.
        questions: Words that the task answered beside the examples (`--ask`).
        guessed: Of a machine with a stack the states, symbols and tops that no example shows, where it does nothing and answers
            nothing.
        letters: The letters of its stack; 0: it has none.
        format: The format number.
    """

    states: int
    questions: int = 0
    guessed: int = 0
    letters: int = 0
    format: int = 1


class Training(Record, frozen=True):
    """The result of a finished training: the file `DONE` of a run folder.

    A run with metrics is opened only if they have the same epochs and accuracies.

    Attributes:
        epochs: Epochs trained.
        train_accuracy: Share of training numbers answered right as a whole, 0…1.
        validation_accuracy: Share of validation numbers answered right as a whole, 0…1.
        seconds: Training time.
        parameters: Number of the net's parameters.
        kept_seed: With several candidates: the seed of the net that was kept.
        proved_candidates: With several candidates: how many of them could be proved.
        learned_from: What the recipe learns from: words of the data, the task's machine, or both; None for a net that no recipe
            trained.
        started_from: The first weights: random, the construction from the machine, or a net of kind `rnn` that was trained first;
            None for a net that no recipe trained.
        inferred: The machine that the recipe inferred from the examples. None for other recipes.
        format: The format number.
    """

    epochs: int
    train_accuracy: float
    validation_accuracy: float
    seconds: float
    parameters: int
    kept_seed: int | None = None
    proved_candidates: int | None = None
    learned_from: LearnsFrom | None = None
    started_from: StartsFrom | None = None
    inferred: Inferred | None = None
    format: int = 1


class Origin(Record, frozen=True):
    """The run whose net was hardened or quantised: the file `origin.json` of the new run.

    Attributes:
        run: The folder of that run, as it was named.
        tensors: The SHA-256 of that net's tensors, as in a certificate.
        format: The format number.
    """

    run: str
    tensors: str
    format: int = 1
