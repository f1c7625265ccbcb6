"""Records of what a net has become."""

from typing import Literal

from anylength.records.lengths import Mistake
from anylength.records.record import Record

Status = Literal["theorem", "tested", "unfinished", "not applicable"]
THEOREM: Status = "theorem"
TESTED: Status = "tested"
UNFINISHED: Status = "unfinished"
NO_MACHINE: Status = "not applicable"


class MachineTable(Record, frozen=True):
    """A machine as plain tables: in state q under symbol s the answer is `output[q][s]`, the next state `delta[q][s]`.

    Symbols and answers are numbered; `symbols` and `answers` say how each is written.
    """

    start: int
    delta: list[list[int]]
    output: list[list[int]]
    names: list[str]
    symbols: list[str]
    answers: list[str]


class Extraction(Record, frozen=True):
    """The machine that a net has become: `machine.json` of a run folder.

    Attributes:
        states: How many states it has; None where there is no machine.
        machine: The machine, with as few states as can be.
        equivalent: Whether it is the task's machine: the same answers to every input. None where that is not known yet.
        status: `theorem`: it was proved that the net is this machine on every input of every length. `tested`: the net answered as
            the machine does to all that was tried. `unfinished`: they part somewhere, or the search was cut short.
        note: What that means, in one sentence.
        words: `tested`: so many words were compared.
        longest: `tested`: the symbols of the longest of them.
        difference: A shortest input on which the machine and the task differ, with what the net answers there and the right answer.
        wrong: Whether the net really answers it wrongly.
        seconds: Time spent.
    """

    states: int | None
    machine: MachineTable | None
    equivalent: bool | None
    status: Status
    note: str
    words: int = 0
    longest: int = 0
    difference: Mistake | None = None
    wrong: bool | None = None
    seconds: float = 0.0
    format: int = 1
