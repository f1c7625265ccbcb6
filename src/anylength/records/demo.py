"""The record of the demo."""

from anylength.records.answers import Answers, Baseline, Sequence
from anylength.records.lengths import Mistake, Share
from anylength.records.record import Record
from anylength.records.runs import Training


class DemoRun(Record, frozen=True):
    """One net of the demo: what it learned, how far it goes.

    Attributes:
        run: Its folder.
        training: Epochs and accuracies.
        twenty: Exact answers on random 20-digit numbers.
        example: The post's own example.
        counted: Counting on across a carry that it was never shown.
        horizon: The nines that a carry survives; None where it never broke up to `limit`.
        limit: The longest number tried.
        mistake: The shortest wrong answer found.
    """

    run: str
    training: Training
    twenty: Share
    example: Answers
    counted: Sequence
    horizon: int | None
    limit: int
    mistake: Mistake | None


class Demo(Record, frozen=True):
    """The demo's nets and the post's linear baseline."""

    runs: list[DemoRun]
    baselines: list[Baseline]
    seconds: float
