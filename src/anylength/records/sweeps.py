"""Records of sweeps: what is swept, one row a net, how long each block took, and the statistics over the rows."""

from typing import Literal

from anylength.records.lengths import Share
from anylength.records.record import Record
from anylength.records.runs import RunConfig


class SweepPlan(Record, frozen=True):
    """Everything that determines the rows of a sweep (on the same machine and versions, to the last bit).

    Row r is the net of setting r // seeds with the seed first_seed + r % seeds. A block is up to `block` rows of one setting.

    Attributes:
        settings: The nets' configurations; the seed in them is the first one.
        seeds: Seeds of each setting.
        first_seed: The first of them.
        block: Rows that are trained, stored and lost together.
        stress: The longest word of the stress test; None: none is made; 0: the usual one of each kind of net.
        verdict: Steps of the attack behind each verdict; None: no verdicts.
        explain: Whether each net is explained.
    """

    settings: list[RunConfig]
    seeds: int
    first_seed: int
    block: int
    stress: int | None
    verdict: int | None
    explain: bool
    format: int = 1


class SweepRow(Record, frozen=True):
    """One net. What was not asked for, or makes no sense for it, is null. No times: a row is the same whenever it is made.

    Attributes:
        row: Its number.
        setting: The number of its setting.
        diverged: Whether the loss became infinite: then nothing else was tried.
        epochs: Epochs trained.
        perfect_at: The first epoch with 100 % on training and validation.
        horizon: The longest hold (for count: the nines that a carry survives); null where it never broke up to `limit`.
        limit: The longest word of the stress test; null where none was made.
        random: Share of random words answered right, by length.
        worst: Share of the hard words answered right, by length.
        mistake: The shortest word seen answered wrongly, as people write numbers.
        ways: The findings of the explanation, first things first.
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
    random: dict[str, float] | None = None
    worst: dict[str, float] | None = None
    mistake: list[str] | None = None
    verdict: str | None = None
    counterexample: list[str] | None = None
    shortest_proved: bool | None = None
    noise_budget: float | None = None
    formats: list[str] | None = None
    predicted_horizon: int | None = None
    ways: list[str] | None = None


class BlockTimes(Record, frozen=True):
    """How long one block took and where: kept apart from the rows. All times in seconds."""

    block: int
    setting: int
    rows: int
    worker: str
    threads: int
    training: float
    stress: float
    verdict: float
    explain: float
    total: float


class SweepRun(Record, frozen=True):
    """What `sweep` has done: rows of the whole sweep, those made by this call, the folder, and the seconds of this call."""

    rows: int
    made: int
    path: str
    seconds: float


class SurvivalCurve(Record, frozen=True):
    """Breaking lengths of nets, some of which never broke within the limit (Kaplan & Meier 1958).

    Attributes:
        nets: How many were stress-tested.
        broke: How many of them broke.
        limit: The longest hold tried.
        median: The length that half of the nets outlast; null where fewer than half broke.
        low: The lower end of its 95 % interval; null where the curve's band never falls under one half.
        high: The upper end.
        lengths: Where the curve steps down.
        survival: Share of nets that outlast each of these lengths.
        survival_low: Its 95 % band (log-log), lower edge.
        survival_high: Upper edge.
    """

    nets: int
    broke: int
    limit: int
    median: float | None
    low: float | None
    high: float | None
    lengths: list[float]
    survival: list[float]
    survival_low: list[float]
    survival_high: list[float]


class Group(Record, frozen=True):
    """All rows of one setting, counted. Shares are null where the sweep did not ask."""

    setting: int
    name: str
    settings: dict[str, str | int]
    nets: int
    diverged: int
    learned: Share | None
    faultless: Share | None
    proved: Share | None
    refuted: Share | None
    breaks: SurvivalCurve | None
    random: dict[str, float]
    worst: dict[str, float]
    ways: dict[str, int]
    seconds: float | None


class Comparison(Record, frozen=True):
    """Two settings that differ in one thing: a test of one measure.

    Attributes:
        what: What differs.
        first: The number of one setting.
        second: The number of the other.
        measure: What was compared.
        values: The measure of both, in words.
        test: The test's name.
        p: Its p value.
        adjusted: The same, held against the number of comparisons of this summary (Holm 1979).
    """

    what: str
    first: int
    second: int
    measure: Literal["learned", "faultless", "proved", "length held"]
    values: tuple[str, str]
    test: str
    p: float
    adjusted: float


class SweepSummary(Record, frozen=True):
    """The statistics of a sweep, finished or not."""

    rows: int
    wanted: int
    groups: list[Group]
    comparisons: list[Comparison]
    left_out: int
    format: int = 1
