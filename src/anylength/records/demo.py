"""Records of the demo."""

from anylength.base import Record
from anylength.records.answers import Answers, Baseline, Sequence
from anylength.records.lengths import Share
from anylength.records.runs import Training
from anylength.records.verdicts import AnyVerdict


class DemoRun(Record, frozen=True):
    """One net of the demo: how it was trained, and up to which length it is right.

    Attributes:
        run: The run's folder.
        recipe: The training recipe.
        data: The training data set.
        training: Epochs and accuracies.
        accuracy_20_digits: Share of random 20-digit numbers answered right.
        example: The net's answer to the example in the post.
        counting: The net counts on across a carry that is in no training data.
        horizon: The longest run of nines that a carry passes; None where none up to `limit` failed.
        limit: The longest number tried, in digits.
        verdict: What is known about the net on every input of every length.
    """

    run: str
    recipe: str
    data: str
    training: Training
    accuracy_20_digits: Share
    example: Answers
    counting: Sequence
    horizon: int | None
    limit: int
    verdict: AnyVerdict


class Demo(Record, frozen=True):
    """The result of `demo`.

    Attributes:
        runs: The nets.
        baselines: The post's linear baseline in two number formats.
        report: The path of the page that shows both nets side by side.
        seconds: Time spent.
    """

    runs: list[DemoRun]
    baselines: list[Baseline]
    report: str
    seconds: float
