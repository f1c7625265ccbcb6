"""The flip-flop language: a memory of one bit that is written, read and ignored.

`flip-flop` has one symbol for each instruction: `w0` and `w1` write a bit, `i0` and `i1` carry a bit that is ignored, `r` reads.
The answer to `r` is the bit written last. After the other symbols there is no question, and the answer is `none`. Sentences of the
paper begin with a write. Here a read before the first write answers 0.

`flip-flop-language` accepts the sentences as the paper's data set spells them: `w0i1r0`, each instruction followed by its bit.
"""

from anylength.machines import NamedMachine
from anylength.tasks.suites.building import acceptor, transducer
from anylength.tasks.suites.suite import Suite, SuiteTask
from anylength.tasks.suites.tomita import BITS

SOURCE = "Liu et al. 2023, arXiv 2306.00946"
WORDS = "256 instructions, the first a write: 80 % ignore and 10 % read in training, 98 % ignore and 10 % ignore in two tests"


def flip_flop() -> NamedMachine:
    """The bit written last, after each read."""

    def step(memory: str, instruction: str) -> tuple[str, str]:
        if instruction == "r":
            return memory, memory
        return (instruction[1] if instruction[0] == "w" else memory), "none"

    return transducer(("w0", "w1", "i0", "i1", "r"), (*BITS, "none"), "0", step, graded="all")


def flip_flop_language() -> NamedMachine:
    """The sentences of the flip-flop language.

    The state is the bit written last (empty before the first write) and the instruction whose bit comes next (empty before one).
    """

    def follow(state: tuple[str, str], symbol: str) -> tuple[str, str] | None:
        memory, instruction = state
        if (symbol in BITS) != bool(instruction):
            return None
        if not instruction:
            return (memory, symbol) if memory or symbol == "w" else None
        if instruction == "w":
            return symbol, ""
        return (memory, "") if instruction == "i" or symbol == memory else None

    return acceptor(("w", "r", "i", *BITS), ("", ""), follow, lambda state: not state[1])


SUITE = Suite(
    "flip-flop",
    "a memory of one bit",
    SOURCE,
    (
        SuiteTask(
            "flip-flop",
            "after each read r, the bit written last by w0 or w1 (0 before the first write); none after every other symbol",
            SOURCE,
            flip_flop,
            "all",
            WORDS,
        ),
        SuiteTask(
            "flip-flop-language",
            "sentences such as w1i0r1: a bit follows each instruction w, r, i; the first instruction is w; after r comes the bit "
            "written last",
            SOURCE,
            flip_flop_language,
            words=WORDS,
        ),
    ),
)
