"""The record of the search for a wrong answer of a black box. Nothing is ever proved of a function that can only be asked."""

from typing import Literal

from anylength.records.lengths import Mistake
from anylength.records.record import Record

BOX_REFUTED, NOT_REFUTED, NOT_DETERMINISTIC = "REFUTED", "NOT REFUTED", "NOT DETERMINISTIC"


class BlackBoxVerdict(Record, frozen=True):
    """What a search for a wrong answer came to.

    Attributes:
        verdict: REFUTED, NOT REFUTED, or NOT DETERMINISTIC: a wrong answer was right when the function was asked again.
        reason: Why, in one sentence.
        counterexample: Not for NOT REFUTED: the shortest wrong input found, one number per tape.
        mistake: The same with the function's (wrong) answer and the right one.
        shortest: REFUTED: whether every shorter input was asked too, and answered rightly.
        questions: So many inputs were asked.
        longest: The digits of the longest of them.
        every_up_to: Every input of up to so many digits was asked before the first wrong answer.
        machines_up_to: If the function is a machine of at most so many states, it gives the task's answers to everything: what
            tells each such machine from the task's was asked and answered rightly. 0: nothing of the kind is known.
        seconds: Time spent.
    """

    task: str
    base: int
    verdict: Literal["REFUTED", "NOT REFUTED", "NOT DETERMINISTIC"]
    reason: str
    questions: int
    longest: int
    every_up_to: int
    machines_up_to: int
    counterexample: list[str] | None = None
    mistake: Mistake | None = None
    shortest: bool = False
    seconds: float = 0.0
    format: int = 1
