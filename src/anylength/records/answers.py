"""Records of a net's own answers."""

from anylength.records.record import Record


class Answers(Record, frozen=True):
    """The answers to some questions, in order, as people write them."""

    questions: list[list[str]]
    answers: list[str]
    correct: list[bool]


class Sequence(Record, frozen=True):
    """A net counting on its own answers.

    Attributes:
        sequence: The start, then each answer, which is the next question.
        first_error: The index in `sequence` of the first wrong entry, or None.
    """

    sequence: list[str]
    first_error: int | None


class Baseline(Record, frozen=True):
    """The linear regressor a·x + b, fitted in one number format.

    Attributes:
        dtype: The number format.
        slope: a.
        intercept: b.
        digits: The longest length at which all numbers tried, and all shorter ones, were answered right.
        mistake: The first wrong answer: question, answer, what was expected.
    """

    dtype: str
    slope: float
    intercept: float
    digits: int
    mistake: list[str]
