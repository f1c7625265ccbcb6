"""The record of a test of a black box. Nothing is ever proved about a function that can only be called."""

from typing import Literal

from anylength.base import Record
from anylength.records.lengths import Mistake

BOX_REFUTED, NOT_REFUTED, NOT_DETERMINISTIC = "REFUTED", "NOT REFUTED", "NOT DETERMINISTIC"


class BlackBoxVerdict(Record, frozen=True):
    """The result of a search for a wrong answer.

    Attributes:
        task: The task's name.
        base: Digits are 0…base−1.
        verdict: REFUTED, NOT REFUTED, or NOT DETERMINISTIC: a wrong answer was right when the function was called again.
        reason: Why, in one sentence.
        queries: Number of inputs tried.
        longest_query: Digits of the longest input.
        exhaustive_up_to: Length in digits up to which every input was tried before the first wrong answer.
        conformance_states: K, or 0. All words of the W-method for K states were answered right: if the function is a machine of at
            most K states, it answers every input right.
        counterexample: The shortest wrong input found, one number per tape; None for NOT REFUTED.
        mistake: The counterexample with the function's wrong answer and the right one.
        shortest_confirmed: REFUTED: whether every shorter input was tried and answered right.
        seconds: Time spent.
        format: The format number.
    """

    task: str
    base: int
    verdict: Literal["REFUTED", "NOT REFUTED", "NOT DETERMINISTIC"]
    reason: str
    queries: int
    longest_query: int
    exhaustive_up_to: int
    conformance_states: int
    counterexample: list[str] | None = None
    mistake: Mistake | None = None
    shortest_confirmed: bool = False
    seconds: float = 0.0
    format: int = 1
