"""Records of a sweep's statistics: survival curves, one summary per setting, comparisons of settings."""

from typing import Literal

from anylength.base import Record
from anylength.records.lengths import Share


class SurvivalCurve(Record, frozen=True):
    """Lengths up to which nets hold an input (Kaplan & Meier 1958). Nets that held up to the limit of the test are censored.

    Attributes:
        nets: Number of stress-tested nets.
        failed: How many of them failed.
        limit: The longest held input tried, in steps.
        median: The length in steps that half of the nets hold; null where fewer than half failed.
        median_low: Lower end of the median's 95 % interval; null where the curve's band never falls to one half.
        median_high: Upper end, likewise.
        lengths: Lengths in steps at which the curve drops.
        survival: Share of nets that hold longer than each of these lengths, 0…1.
        survival_low: Lower edge of its 95 % band (log-log).
        survival_high: Upper edge.
    """

    nets: int
    failed: int
    limit: int
    median: float | None
    median_low: float | None
    median_high: float | None
    lengths: list[float]
    survival: list[float]
    survival_low: list[float]
    survival_high: list[float]


class SettingSummary(Record, frozen=True):
    """The statistics of one setting's rows. A share is null where the sweep did not ask for it.

    Attributes:
        setting: The setting's number, from 0.
        name: What distinguishes the setting in this sweep, in words.
        settings: Its value on every axis of a sweep.
        nets: Number of rows.
        diverged: How many trainings diverged.
        learned: Share of nets that reached 100 % on training and validation data.
        faultless: Share of stress-tested nets with no wrong answer in the test.
        proved: Share of verdicts that are PROVED.
        refuted: Share of verdicts that are REFUTED.
        held_lengths: Survival curve of the horizons; null where the task has no held inputs.
        random_accuracy: Mean share of random words answered right, 0…1, by length in digits.
        worst_accuracy: Mean share of the stress families' words answered right, 0…1, by length in digits.
        failure_modes: Number of nets by the name of an explanation's finding.
        seconds_per_net: Mean time per net, on the workers that computed it.
    """

    setting: int
    name: str
    settings: dict[str, str | int]
    nets: int
    diverged: int
    learned: Share | None
    faultless: Share | None
    proved: Share | None
    refuted: Share | None
    held_lengths: SurvivalCurve | None
    random_accuracy: dict[str, float]
    worst_accuracy: dict[str, float]
    failure_modes: dict[str, int]
    seconds_per_net: float | None


class Comparison(Record, frozen=True):
    """A test of one measure of two settings that differ on one axis.

    Attributes:
        difference: What differs, in words.
        first_setting: The number of the first setting.
        second_setting: The number of the second setting.
        measure: What is compared.
        values: The measure of both settings, in words.
        test: The name of the test.
        p_value: The test's p value.
        adjusted_p_value: The p value adjusted for the number of comparisons in the summary (Holm 1979).
    """

    difference: str
    first_setting: int
    second_setting: int
    measure: Literal["learned", "faultless", "proved", "length held"]
    values: tuple[str, str]
    test: str
    p_value: float
    adjusted_p_value: float


class SweepNet(Record, frozen=True):
    """One net of a sweep, as the page of the summary shows it.

    Attributes:
        row: The row's number.
        setting: The number of its setting.
        seed: The seed.
        facts: What is known about the net: names and texts.
        run: The run folder that it was exported to; None where there is none.
        report: The report in that run, as a path from the sweep's folder; None where there is none.
    """

    row: int
    setting: int
    seed: int
    facts: list[tuple[str, str]]
    run: str | None = None
    report: str | None = None


class SweepSummary(Record, frozen=True):
    """The statistics of a sweep, finished or not.

    Attributes:
        rows: Rows computed so far.
        planned_rows: Rows of the whole sweep.
        groups: One summary per setting.
        comparisons: Tests of pairs of settings.
        omitted_pairs: Pairs of settings that are not tested because there are too many.
        format: The format number.
    """

    rows: int
    planned_rows: int
    groups: list[SettingSummary]
    comparisons: list[Comparison]
    omitted_pairs: int
    format: int = 1
