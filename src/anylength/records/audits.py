"""Records of an audit of a streaming net: drift, cells, growth, forgetting, rest, storage, cures, bounds."""

from typing import Literal

from msgspec import field

from anylength.base import Record
from anylength.records.lengths import Share


class Estimate(Record, frozen=True):
    """A mean over clips with Student's 95 % interval. The ends are None where there is one clip.

    Attributes:
        mean: The mean.
        low: Lower end.
        high: Upper end.
        clips: Number of clips.
    """

    mean: float
    low: float | None
    high: float | None
    clips: int


class Probe(Record, frozen=True):
    """Answers to the clips in a background, from states met after some time.

    Attributes:
        snr: Signal-to-noise ratio, dB.
        seconds: Time since the reset.
        found: Of probabilities: frames with the sound to be found whose answer is at the threshold or above.
        false_alarms: Of probabilities: other frames of the clips whose answer is there.
        found_at_equal_alarms: Share found at the threshold that gives 5 % false alarms at this point. None without probabilities.
        auc: Area under the receiver operating characteristic. None without probabilities.
        onset_delay: 90 % quantile of the time from the begin of a sound to the first frame found, s.
        agreement: Frames whose decision, or answer, is that of a net that was reset when the clip began.
        score: Mean over clips: scale-invariant signal-to-distortion ratio (dB) of a signal; of values, the share of the answer that
            differs from that of a net that was reset when the clip began. None of probabilities.
        worst: The background with the lowest share found, or lowest score.
        worst_value: This share or score.
        roc: The receiver operating characteristic, about thirty points (share of false alarms, share found). Empty without
            probabilities.
    """

    snr: float
    seconds: float
    found: Share | None
    false_alarms: Share | None
    found_at_equal_alarms: float | None
    auc: float | None
    onset_delay: float | None
    agreement: Share
    score: float | None
    worst: str
    worst_value: float
    roc: list[tuple[float, float]] = field(default_factory=list)


class Change(Record, frozen=True):
    """What changed between a reset and the end, at one signal-to-noise ratio. Of `values`, between the first seconds and the end.

    Attributes:
        snr: Signal-to-noise ratio, dB.
        change: In the share found, in the score (dB), or in the share of the answer, paired by clip. Its interval holds for all
            ratios together (Bonferroni's correction).
        at_equal_alarms: Change of the share found at 5 % false alarms. The rest of the change is a shift of the operating point.
        at_equal_alarms_by_energy: The same with frames to be found told by the energy of the clean clip, not by the net's own
            answers. None where people's labels are used.
        drifts: Whether the interval excludes no change and the mean is larger than the least change that is reported.
    """

    snr: float
    change: Estimate
    at_equal_alarms: float | None
    at_equal_alarms_by_energy: float | None
    drifts: bool


class Drift(Record, frozen=True):
    """Does the answer depend on the time since the reset?

    Attributes:
        measure: What `change` is in words.
        labels: Where the frames to be found come from.
        seconds: Longest time since the reset.
        probes: The figures, for each ratio and time.
        changes: From reset to the end, for each ratio.
        found: Whether any of them drifts.
    """

    measure: str
    labels: str
    seconds: float
    probes: list[Probe]
    changes: list[Change]
    found: bool


class Culprit(Record, frozen=True):
    """A number of the state that was set back to its value shortly after the reset.

    Attributes:
        name: The number, such as `state[1][11]`.
        restored: The share found (or the score) with this number and those before it set back.
        early: Its value shortly after the reset.
        late: Its value at the end.
        seconds: Its time constant at the end, from the net's response to a push; None where it is longer than can be measured.
    """

    name: str
    restored: float
    early: float
    late: float
    seconds: float | None


class Cells(Record, frozen=True):
    """Which numbers of the state carry the drift: greedy set-back.

    Attributes:
        background: The background where it was measured: the worst.
        snr: Its ratio, dB.
        early: The share found (or the score) from the state shortly after the reset.
        late: From the state at the end.
        culprits: The numbers, in the order in which they were chosen. Empty where no few restore half of the drift.
        curve: The share found (or the score) with 0, 1, 2 … numbers set back.
        size: Numbers of the whole state.
    """

    background: str
    snr: float
    early: float
    late: float
    culprits: list[Culprit]
    curve: list[float]
    size: int


class GrowthOf(Record, frozen=True):
    """A number of the state that grows.

    Attributes:
        name: The number.
        largest: Its largest magnitude.
        background: Where.
        like: Its growth over the last half of the time on a double-logarithmic scale: `time` (exponent at least 0.8), `root` (0.3
            to 0.8) or `slow`.
        exponent: This exponent.
    """

    name: str
    largest: float
    background: str
    like: Literal["time", "root", "slow"]
    exponent: float


class Growth(Record, frozen=True):
    """How large the state becomes.

    Attributes:
        seconds: Times at which magnitudes were taken.
        groups: Name of a group of the state → largest magnitude at each of these times.
        growing: The numbers that still grow at the end, largest first.
        heat: Largest magnitude of each number at each time over all backgrounds, times × numbers; empty for large states.
    """

    seconds: list[float]
    groups: dict[str, list[float]]
    growing: list[GrowthOf]
    heat: list[list[float]]


class ForgettingOn(Record, frozen=True):
    """How long states that differ need until the answers agree for good, under the same input.

    Attributes:
        input: The input.
        pairs: Number of states that were compared with the reset state.
        median: Seconds until the answers stay within the tolerance, median over pairs. None: more than the time that was run.
        slowest: The longest.
        never: Pairs that did not agree within the time.
        distance: Median largest difference of answers, at each of `seconds`.
        seconds: Times of the distances.
    """

    input: str
    pairs: int
    median: float | None
    slowest: float | None
    never: int
    distance: list[float]
    seconds: list[float]


class Forgetting(Record, frozen=True):
    """Forgetting, measured on states that were met.

    Attributes:
        tolerance: Largest difference of answers that counts as agreement.
        horizon: Seconds that were run.
        inputs: The results.
    """

    tolerance: float
    horizon: float
    inputs: list[ForgettingOn]


class Rest(Record, frozen=True):
    """What silence does.

    Attributes:
        seconds: Silence that was fed.
        answer_after_reset: First number of the answer to silence after a reset, at the end.
        answer_difference: Largest difference of the answers of states that were met from it, at the end.
        state_difference: Largest difference of their states.
        agree_after: Seconds until the answers of all states stay within the forgetting tolerance. None: longer.
    """

    seconds: float
    answer_after_reset: float
    answer_difference: float
    state_difference: float
    agree_after: float | None


class Treatment(Record, frozen=True):
    """A change of the net's step, and what it does to the answers.

    Attributes:
        name: For people.
        kind: `leak`, `clip`, `timer`, or `storage` (a number format of states between steps).
        value: Factor a step, bound, or seconds between resets; 0 for storage.
        numbers: The numbers of the state that are changed; empty for all.
        found: Share found (or score) from reset and at the end, on backgrounds and clips that chose the treatment.
        held_out: The same on those that did not. None where it was not chosen.
        false_alarms: Share of false alarms from reset and at the end, on the choosing ones. None without probabilities.
        held_out_alarms: The same on the others.
        at_equal_alarms: Share found at 5 % false alarms from reset and at the end, on the choosing ones. None without
            probabilities.
        held_out_at_equal_alarms: The same on the others.
        clean_changes: Share of decisions on clean clips from reset that it changes (of values: share of the answer).
        largest: Largest magnitude of the state in the run.
        works: Whether it restores the answers of the reset state.
        needs: What a user must change.
    """

    name: str
    kind: Literal["leak", "clip", "timer", "storage", "as shipped"]
    value: float
    numbers: list[str]
    found: tuple[float, float]
    held_out: tuple[float, float] | None
    false_alarms: tuple[float, float] | None
    held_out_alarms: tuple[float, float] | None
    at_equal_alarms: tuple[float, float] | None
    held_out_at_equal_alarms: tuple[float, float] | None
    clean_changes: float
    largest: float
    works: bool
    needs: str


class Cures(Record, frozen=True):
    """The treatments that were tried.

    Attributes:
        chosen_on: Backgrounds that chose among them.
        judged_on: Backgrounds that did not.
        tried: All of them; the first is the net as shipped.
        chosen: Name of the chosen one; None where nothing drifts or nothing works.
    """

    chosen_on: list[str]
    judged_on: list[str]
    tried: list[Treatment]
    chosen: str | None


class Bound(Record, frozen=True):
    """A statement for every input, of every length.

    Attributes:
        claim: The statement in words.
        net: `as shipped` or the name of a treatment.
        verdict: PROVED, REFUTED or UNKNOWN.
        reason: Why it is unknown, or how it was decided.
        numbers: The numbers of the state that it is about.
        bound: Largest magnitude that was proved; None where none was.
        growth: Least growth a step that was proved and replayed; None unless refuted.
        input: The refuting input, one period; None unless refuted.
        before: What one of two runs heard before, one period; None but where forgetting is refuted.
        certificate: File with the certificate, relative to the folder; None where there is none.
    """

    claim: str
    net: str
    verdict: Literal["PROVED", "REFUTED", "UNKNOWN"]
    reason: str
    numbers: list[str]
    bound: float | None = None
    growth: float | None = None
    input: list[float] | None = None
    before: list[float] | None = None
    certificate: str | None = None


class Setup(Record, frozen=True):
    """What was audited, and on what.

    Attributes:
        model: File or function.
        sha256: Of the file; None for a function.
        title: Name of the profile; None without one.
        rate: Samples a second.
        frame: Samples a step.
        kind: What the answer is.
        state: Group of the state → its numbers. Empty where the state is not reachable.
        clips: Names of the clips.
        backgrounds: Names of the backgrounds; `made:` stands before those that were computed.
        seed: Seed of every draw.
        audio_hours: Hours of streams that were run, all treatments together.
        seconds: Seconds that the audit took.
    """

    model: str
    sha256: str | None
    title: str | None
    rate: float
    frame: int
    kind: str
    state: dict[str, int]
    clips: list[str]
    backgrounds: list[str]
    seed: int
    audio_hours: float
    seconds: float


class Cured(Record, frozen=True):
    """The net with a cure, audited again on the same inputs.

    Attributes:
        treatment: Name of the cure.
        file: File with the cure, relative to the folder; None where none was kept.
        drift: Does it still drift?
        forgetting: How long do states that differ need until the answers agree?
    """

    treatment: str
    file: str | None
    drift: Drift
    forgetting: Forgetting


class Audit(Record, frozen=True):
    """An audit. Parts that need the state are None where it is not reachable.

    Attributes:
        setup: What was audited, and on what.
        drift: Does the answer depend on the time since the reset?
        cells: Which numbers of the state carry the drift?
        growth: How large does the state become?
        forgetting: How long do states that differ need until the answers agree?
        rest: What does silence do?
        storage: States kept in other number formats.
        cures: Changes of the step that were tried.
        bounds: Statements for every input.
        cured: The net with a cure; None without one.
    """

    setup: Setup
    drift: Drift
    cells: Cells | None
    growth: Growth | None
    forgetting: Forgetting
    rest: Rest | None
    storage: list[Treatment]
    cures: Cures | None
    bounds: list[Bound]
    cured: Cured | None = None
    format: int = 1
