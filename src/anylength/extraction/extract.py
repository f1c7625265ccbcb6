"""The machine that a net has become, how sure that is, and whether it is the task's.

1. A certificate, or boxes found in a moment, prove that the net is the task's machine: the machine is read off the boxes.
2. Else the machine is learned from the net's answers, and boxes may prove that the net is what was learned, right or wrong.
3. Else the net was only tested against it.
"""

import json
import time
from dataclasses import dataclass

import msgspec
import numpy as np

from anylength.digits import DIGIT_CHARACTERS
from anylength.extraction.learn import DOUBTFUL, LIMIT, OUT_OF_TIME, STABLE, learned
from anylength.lengths import mistake_on, truncate
from anylength.machines import Machine, distinguishing_word, equivalent, minimise
from anylength.nets import AbstractNet, Net, NetConfig, describe
from anylength.records import Extraction, MachineTable, Mistake
from anylength.records.extraction import NO_MACHINE, TESTED, THEOREM, UNFINISHED, Status
from anylength.tasks import Task
from anylength.tasks.machine_files import symbol_names
from anylength.verification.verdicts import not_applicable, proved

PROOF = 0.25
"""The share of the time left that the search for boxes may take, each time."""


@dataclass(frozen=True)
class Became:
    """A machine and how it is known."""

    machine: Machine
    status: Status
    words: int = 0
    longest: int = 0
    why: str = ""


def extract(
    net: AbstractNet, task: Task, config: NetConfig | None = None, *, certificate: bytes | None = None, budget: float = 20.0
) -> Extraction:
    """The machine that a net has become, within about `budget` seconds.

    Args:
        net: The net.
        task: What it was taught.
        config: The net's description, if it is at hand.
        certificate: A certificate of this very net that the independent checker has accepted, if there is one.
        budget: Seconds to spend.
    """
    started = time.monotonic()
    config = config or describe(net, task)
    reason = not_applicable(net, task, config)
    if reason is not None:
        return Extraction(states=None, machine=None, equivalent=None, status=NO_MACHINE, note=reason)
    assert isinstance(net, Net)
    became = _became(net, minimise(task.machine), config, certificate, started + budget)
    found = _recorded(net, task, became)
    return msgspec.structs.replace(found, seconds=time.monotonic() - started)


def _became(net: Net, wanted: Machine, config: NetConfig, certificate: bytes | None, until: float) -> Became:
    def boxes(machine: Machine, memories: tuple[int, ...]) -> bytes | None:
        now = time.monotonic()
        verification = proved(net, machine, config, memories, now + PROOF * (until - now))
        return verification.certificate if verification else None

    certificate = certificate or boxes(wanted, (0,))
    if certificate is not None:
        return Became(machine_of(certificate), THEOREM)
    found = learned(net, wanted, seconds=until - time.monotonic(), limit=max(LIMIT, 2 * wanted.states))
    if found.outcome != STABLE:
        return Became(found.machine, UNFINISHED, why=found.outcome)
    certificate = boxes(found.machine, (1, 2) if equivalent(found.machine, wanted) else (0, 1, 2))
    if certificate is not None:
        return Became(machine_of(certificate), THEOREM)
    return Became(found.machine, TESTED, found.words, found.longest)


def machine_of(certificate: bytes) -> Machine:
    """The machine that the boxes of a certificate make up: a state for each box, with as few as can be."""
    raw = json.loads(certificate)
    proof, output = raw["proofs"][0], raw["machine"]["output"]
    nodes = proof["nodes"]
    delta = tuple(tuple(node["next"]) for node in nodes)
    return minimise(Machine(proof["start"], delta, tuple(tuple(output[node["state"]]) for node in nodes)))


def _recorded(net: Net, task: Task, became: Became) -> Extraction:
    """The record: the machine beside the task's."""
    word = distinguishing_word(became.machine, task.machine)
    machine = minimise(task.machine) if word is None else became.machine
    mistake = None if word is None else mistake_on(net, task, truncate(task, np.asarray(word, np.uint16), len(word) - 1))
    return Extraction(
        states=machine.states,
        machine=table_of(machine, task),
        equivalent=_equivalent(became, word is None),
        status=became.status,
        note=_note(became, mistake),
        words=became.words,
        longest=became.longest,
        difference=mistake,
        wrong=None if mistake is None else mistake.answer != mistake.expected,
    )


def _equivalent(became: Became, same: bool) -> bool | None:
    """Whether the net is the task's machine; None where that is not known. What was cut short may look the same and is not."""
    if same and became.status == UNFINISHED:
        return None if became.why == OUT_OF_TIME else False
    return same


def table_of(machine: Machine, task: Task) -> MachineTable:
    """A machine's tables, its symbols and answers written as the task writes them."""
    return MachineTable(
        start=machine.start,
        delta=[list(row) for row in machine.delta],
        output=[list(row) for row in machine.output],
        names=list(machine.names),
        symbols=symbol_names(task.base, task.tapes),
        answers=list(task.labels or DIGIT_CHARACTERS[: task.base]),
    )


def _note(became: Became, mistake: Mistake | None) -> str:
    """What the status means, and what follows."""
    own = f"{became.machine.states} state" + ("s" if became.machine.states != 1 else "")
    if became.status == UNFINISHED:
        if became.why == OUT_OF_TIME:
            return f"the time was over while states were still being told apart ({own} so far): pass a larger --budget"
        if became.why == DOUBTFUL:
            return (
                f"some answers hang on the last bits of a sum: the net is this machine ({own}) on all other words that were tried"
            )
        many = f"the net tells too many states apart (more than {LIMIT})"
        return f"{many}: it has not become a small machine, and this one is only a part of it"
    same = "it is the task's machine" if mistake is None else "it is not the task's machine"
    if became.status == THEOREM:
        return f"{same} ({own}), and that is a theorem: boxes prove that the net is this machine on every input of every length"
    tried = f"{became.words:,} words of up to {became.longest} symbols, chosen to find a difference"
    return f"{same} ({own}); the net answered as it does on {tried}: that is no proof"
