"""Records of benchmarks: the table of a suite, one row for each task, with scores under each convention."""

from anylength.base import Record
from anylength.records.lengths import Share
from anylength.records.summaries import SurvivalCurve


class Interval(Record, frozen=True):
    """A mean over nets with its 95 % confidence interval (Student's t over the seeds, cut off at 0 and 1).

    Attributes:
        mean: The mean.
        low: Lower end of the interval; null for one net.
        high: Upper end, likewise.
        nets: Number of nets.
    """

    mean: float
    low: float | None
    high: float | None
    nets: int


class ConventionView(Record, frozen=True):
    """What a convention says.

    Attributes:
        name: Its name with its version.
        training: The words of training, in a sentence.
        test: The words of the test, in a sentence.
        score: Where answers are graded and how the score counts, in a sentence.
        source: Where it comes from.
    """

    name: str
    training: str
    test: str
    score: str
    source: str


class ScorePoint(Record, frozen=True):
    """The accuracy at one length.

    Attributes:
        length: Length in symbols.
        accuracy: Mean over the nets.
    """

    length: int
    accuracy: Interval


class ConventionScore(Record, frozen=True):
    """The score of a row under one convention. The score of a net is its mean accuracy over the test lengths.

    Attributes:
        convention: The convention's name.
        score: Mean over the nets of what the convention counts.
        best: The best net's score.
        worst: The worst net's score.
        tokens: Mean over the nets of the share of graded outputs that are right.
        words: Mean over the nets of the share of words whose graded outputs are all right.
        curve: What the convention counts, by length; training lengths are included.
    """

    convention: str
    score: Interval
    best: float
    worst: float
    tokens: Interval
    words: Interval
    curve: list[ScorePoint]


class WrongWord(Record, frozen=True):
    """A word that a net answers wrongly.

    Attributes:
        word: The word as people write it, one text for each tape.
        shown: The word with repeated symbols counted, for a table.
        symbols: Its length in symbols.
        seed: The net's seed.
        learned: Whether the net was right on all training and validation words.
        nets: Number of nets with a wrong word.
    """

    word: list[str]
    shown: str
    symbols: int
    seed: int
    learned: bool
    nets: int


class BenchmarkRow(Record, frozen=True):
    """The nets of one kind on one task.

    Attributes:
        task: The task's name.
        kind: What the nets are: cell, layers, hidden units and recipe.
        nets: Number of nets.
        diverged: How many trainings diverged. Those nets count in `learned` alone.
        trained_by: The convention whose words the nets trained on.
        data: The data set.
        batch: Words of an update; null where the recipe has no batches.
        most_updates: Updates of a training at most; null likewise.
        mean_updates: Updates of the trainings, on average; null likewise.
        learned: Share of nets that were right on all training and validation words after training.
        scores: The score under each convention that scores the task.
        worst_families: By range of lengths the mean over nets of the accuracy on the net's worst family of stress inputs.
        worst_family_names: By range of lengths the family that is most often the worst.
        horizon: Survival curve of the horizons; null where the task has no held inputs.
        verdicts: Number of nets by verdict.
        worst_word: The shortest wrong word that was found; null where none was.
        certified_horizons: The steps that nets are PROVED UP TO, in order; None where none is.
        not_applicable: Why verdicts are NOT APPLICABLE: the reason of most of these nets; None where none is.
    """

    task: str
    kind: str
    nets: int
    diverged: int
    trained_by: str
    data: str
    batch: int | None
    most_updates: int | None
    mean_updates: float | None
    learned: Share
    scores: list[ConventionScore]
    worst_families: dict[str, Interval]
    worst_family_names: dict[str, str]
    horizon: SurvivalCurve | None
    verdicts: dict[str, int]
    worst_word: WrongWord | None
    not_applicable: str | None = None
    certified_horizons: list[int] | None = None


class Benchmark(Record, frozen=True):
    """The table of a benchmark. It has no times: it is the same on every run.

    Attributes:
        suite: The suite.
        kind: The kind of net.
        seeds: Seeds of each task.
        first_seed: The first seed.
        limit: The longest sampled word, in symbols.
        stress_limit: The longest stress word, in symbols.
        words: Sampled words of each length.
        verdict_steps: Steps of the attack behind each verdict; null without verdicts.
        conventions: The conventions of the scores.
        rows: One row for each task.
        format: The format number.
    """

    suite: str
    kind: str
    seeds: int
    first_seed: int
    limit: int
    stress_limit: int
    words: int
    verdict_steps: int | None
    conventions: list[ConventionView]
    rows: list[BenchmarkRow]
    format: int = 1
