"""The record of a test of a black box. Nothing is ever proved about a function that can only be called."""

from typing import Literal

from anylength.records.lengths import Mistake
from anylength.records.record import Record

BOX_REFUTED, NOT_REFUTED, NOT_DETERMINISTIC = "REFUTED", "NOT REFUTED", "NOT DETERMINISTIC"

KEYS = {
    "queries": "questions",
    "longest_query": "longest",
    "exhaustive_up_to": "every_up_to",
    "conformance_states": "machines_up_to",
    "shortest_confirmed": "shortest",
}
"""JSON keys of the fields of `BlackBoxVerdict` whose names differ."""


class BlackBoxVerdict(Record, frozen=True, rename=KEYS):
    """The result of a search for a wrong answer.

    Attributes:
        task: The task's name.
        base: Digits are 0…base−1.
        verdict: REFUTED, NOT REFUTED, or NOT DETERMINISTIC: a wrong answer was right when the function was called again.
        reason: Why, in one sentence.
        queries: Number of inputs tried. JSON key: `questions`.
        longest_query: Digits of the longest input. JSON key: `longest`.
        exhaustive_up_to: Length in digits up to which every input was tried before the first wrong answer. JSON key: `every_up_to`.
        conformance_states: K, or 0. All words of the W-method for K states were answered right: if the function is a machine of at
            most K states, it answers every input right. JSON key: `machines_up_to`.
        counterexample: The shortest wrong input found, one number per tape; None for NOT REFUTED.
        mistake: The counterexample with the function's wrong answer and the right one.
        shortest_confirmed: REFUTED: whether every shorter input was tried and answered right. JSON key: `shortest`.
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
