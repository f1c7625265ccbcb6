"""Records of answers: a net's own, and those of the linear baseline."""

from anylength.base import Record


class Answers(Record, frozen=True):
    """A net's answers to a list of questions.

    Attributes:
        questions: One entry a question: its numbers as people write them, one per tape.
        answers: One entry a question: the answer as people write it.
        correct: Whether each answer is right.
    """

    questions: list[list[str]]
    answers: list[str]
    correct: list[bool]


class Sequence(Record, frozen=True):
    """A net that counts on: each answer is its next question.

    Attributes:
        sequence: The start, then each answer, as people write them.
        first_error: The index in `sequence` of the first wrong entry, or None.
    """

    sequence: list[str]
    first_error: int | None


class Baseline(Record, frozen=True):
    """The post's linear regression a·x + b, fitted and evaluated in one number format.

    Attributes:
        dtype: The number format.
        slope: a.
        intercept: b.
        longest_right: The largest length in digits up to which every number tried was answered right.
        first_mistake: The first wrong answer: question, answer, expected answer.
    """

    dtype: str
    slope: float
    intercept: float
    longest_right: int
    first_mistake: list[str]
