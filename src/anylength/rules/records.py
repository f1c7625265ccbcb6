"""Records of machines and of wrong answers: a table that people can read, the machine that a net became, a mistake."""

from typing import Literal

from anylength.base import Record

Status = Literal["theorem", "tested", "unfinished", "not applicable"]
THEOREM: Status = "theorem"
TESTED: Status = "tested"
UNFINISHED: Status = "unfinished"
NO_MACHINE: Status = "not applicable"


class Mistake(Record, frozen=True):
    """A wrong answer. Numbers are written as people write them.

    Attributes:
        numbers: The question, one number per tape.
        answer: The wrong answer.
        expected: The right answer.
        separator: Of a question that is a word of named symbols, what stands between two symbols. None where it is numbers.
    """

    numbers: list[str]
    answer: str
    expected: str
    separator: str | None = None


class MachineTable(Record, frozen=True):
    """A machine as tables: in state q on symbol s the answer is `output[q][s]` and the next state `delta[q][s]`.

    Attributes:
        start: The number of the start state.
        delta: `[Q][A]` next states.
        output: `[Q][A]` answers, by number.
        names: `[Q]` names of the states.
        symbols: `[A]` how each symbol is written.
        answers: `[C]` how each answer is written.
    """

    start: int
    delta: list[list[int]]
    output: list[list[int]]
    names: list[str]
    symbols: list[str]
    answers: list[str]


class Extraction(Record, frozen=True):
    """The machine that a net implements: `machine.json` of a run folder.

    Attributes:
        states: Number of states; None where there is no machine.
        machine: The machine, minimised.
        equivalent: Whether it is equivalent to the task's machine: the same answers to every input. None: not known.
        status: `theorem`: the net is proved to be this machine on every input of every length. `tested`: the net agrees with the
            machine on all words compared. `unfinished`: they differ somewhere, or the search was cut short. `not applicable`: the
            net has no state of fixed size.
        note: What the status means here, in one sentence.
        words_compared: `tested`: number of words compared.
        longest_word: `tested`: length of the longest of them, in symbols.
        difference: A shortest input on which the machine and the task differ, with the net's answer and the right answer.
        net_is_wrong: Whether the net answers that input wrongly.
        seconds: Time spent.
        format: The format number.
    """

    states: int | None
    machine: MachineTable | None
    equivalent: bool | None
    status: Status
    note: str
    words_compared: int = 0
    longest_word: int = 0
    difference: Mistake | None = None
    net_is_wrong: bool | None = None
    seconds: float = 0.0
    format: int = 1
