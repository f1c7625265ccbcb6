"""The record of the demo."""

from anylength.records.answers import Answers, Baseline, Sequence
from anylength.records.lengths import Share
from anylength.records.record import Record
from anylength.records.runs import Training
from anylength.records.verdicts import Verdict


class DemoRun(Record, frozen=True):
    """One net of the demo: what it learned, how far it goes.

    Attributes:
        run: Its folder.
        recipe: How it was taught, and `data` what it was shown.
        training: Epochs and accuracies.
        twenty: Exact answers on random 20-digit numbers.
        example: The post's own example.
        counted: Counting on across a carry that it was never shown.
        horizon: The nines that a carry survives; None where it never broke up to `limit`.
        limit: The longest number tried.
        verdict: What is known of it on every input of every length.
    """

    run: str
    recipe: str
    data: str
    training: Training
    twenty: Share
    example: Answers
    counted: Sequence
    horizon: int | None
    limit: int
    verdict: Verdict


class Demo(Record, frozen=True):
    """The demo's nets, the post's linear baseline, and the page on which both nets stand side by side."""

    runs: list[DemoRun]
    baselines: list[Baseline]
    report: str
    seconds: float
