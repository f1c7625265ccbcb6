"""Records of sweeps: the plan, one row per net, and the time of each block."""

from anylength.base import Record
from anylength.records.lengths import LengthScores, WorstFamily
from anylength.records.runs import RunConfig


class ScoringPlan(Record, frozen=True):
    """How a benchmark scores the nets of its sweep.

    Attributes:
        suite: The suite of the tasks.
        trained_by: For each setting the convention whose words its nets train on.
        scored_by: For each setting the conventions that score its nets.
        words: Sampled words of each length.
        limit: The longest of them, in symbols.
    """

    suite: str
    trained_by: list[str]
    scored_by: list[list[str]]
    words: int
    limit: int


class SweepPlan(Record, frozen=True):
    """Everything that determines the rows of a sweep: on the same machine and versions they are reproduced to the last bit.

    Row r is the net of setting r // seeds with the seed first_seed + r % seeds. A block is up to `block` rows of one setting.

    Attributes:
        settings: The nets' configurations. The seed in each is the first one.
        seeds: Seeds of each setting.
        first_seed: The first seed.
        block: Rows that are trained and stored together.
        stress: The longest word of the stress test in symbols; None: no stress test; 0: each net's default.
        verdict: Steps of the attack behind each verdict; None: no verdicts.
        explain: Whether each net is explained.
        scoring: The conventions of a benchmark; None where the sweep is none.
        format: The format number.
    """

    settings: list[RunConfig]
    seeds: int
    first_seed: int
    block: int
    stress: int | None
    verdict: int | None
    explain: bool
    scoring: ScoringPlan | None = None
    format: int = 1


class SweepRow(Record, frozen=True):
    """One net of a sweep. A field is null where the sweep did not ask for it. There are no times: a row is the same on every run.

    Attributes:
        row: The row's number, from 0.
        setting: The number of its setting, from 0.
        task: The task's name.
        base: Digits are 0…base−1.
        cell: The cell's name.
        hidden: H, hidden units.
        recipe: The recipe's name.
        data: The data set's name.
        epoch_limit: Most epochs trained.
        seed: The seed.
        diverged: Whether the loss was not finite. The net is then not tested.
        epochs: Epochs trained.
        perfect_at: The first epoch with 100 % on training and validation data.
        loss: Training loss of the last epoch.
        train_accuracy: Share of training numbers answered right as a whole, 0…1.
        validation_accuracy: Share of validation numbers answered right as a whole, 0…1.
        horizon: See `Stress`; null where no held input up to `limit` failed.
        limit: The longest word of the stress test in symbols; null where there was none.
        random_accuracy: Share of random words answered right, 0…1, by length in digits.
        worst_accuracy: Share of the stress families' words answered right, 0…1, by length in digits.
        shortest_mistake: The shortest word found answered wrongly, one number per tape.
        verdict: PROVED, REFUTED, UNKNOWN, PROVED UP TO or NOT APPLICABLE.
        counterexample: See `Verdict`.
        shortest_proved: See `Verdict`.
        noise_budget: See `Verdict`.
        formats: See `Verdict`.
        predicted_horizon: The horizon that the explanation predicts from the net's dynamics.
        failure_modes: The names of the explanation's findings, most important first.
        scores: The accuracies under each convention of a benchmark, by its name; None where the sweep is none.
        not_applicable: Why the verdict is NOT APPLICABLE; None for other verdicts.
        certified_horizon: PROVED UP TO: the net is right on every word of at most so many steps; None for other verdicts.
        worst_families: By range of lengths ("41-100") the worst family of stress inputs; None likewise.
    """

    row: int
    setting: int
    task: str
    base: int
    cell: str
    hidden: int
    recipe: str
    data: str
    epoch_limit: int
    seed: int
    diverged: bool
    epochs: int
    perfect_at: int | None = None
    loss: float | None = None
    train_accuracy: float | None = None
    validation_accuracy: float | None = None
    horizon: int | None = None
    limit: int | None = None
    random_accuracy: dict[str, float] | None = None
    worst_accuracy: dict[str, float] | None = None
    shortest_mistake: list[str] | None = None
    verdict: str | None = None
    counterexample: list[str] | None = None
    shortest_proved: bool | None = None
    noise_budget: float | None = None
    formats: list[str] | None = None
    predicted_horizon: int | None = None
    failure_modes: list[str] | None = None
    scores: dict[str, LengthScores] | None = None
    worst_families: dict[str, WorstFamily] | None = None
    not_applicable: str | None = None
    certified_horizon: int | None = None


class BlockTimes(Record, frozen=True):
    """Where a block was computed, and how long it took. Stored apart from the rows.

    Attributes:
        block: The block's number, from 0.
        setting: The number of its setting.
        rows: Number of rows in it.
        worker: The worker's name.
        threads: Threads that the worker used.
        training_seconds: Time of training.
        stress_seconds: Time of the stress tests.
        verdict_seconds: Time of the verdicts.
        explain_seconds: Time of the explanations.
        total_seconds: Time of the whole block.
    """

    block: int
    setting: int
    rows: int
    worker: str
    threads: int
    training_seconds: float
    stress_seconds: float
    verdict_seconds: float
    explain_seconds: float
    total_seconds: float


class SweepRun(Record, frozen=True):
    """The result of one call of `sweep`.

    Attributes:
        rows: Rows of the whole sweep.
        new_rows: Rows computed by this call.
        path: The sweep's folder.
        seconds: Duration of this call.
    """

    rows: int
    new_rows: int
    path: str
    seconds: float
