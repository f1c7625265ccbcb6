"""The machine that a net has become, how certain that is, and whether it is the task's.

1. A certificate, or a quick search for one, proves that the net is the task's machine. The machine is then read off its boxes.
2. Otherwise the machine is learned from the net's outputs. A search for boxes may prove that the net is the learned machine, right
   or wrong.
3. Otherwise the learned machine was only tested.
"""

import json
import time
from dataclasses import dataclass

import msgspec
import numpy as np

from anylength.extraction.learn import DOUBTFUL, MAX_STATES, OUT_OF_TIME, STABLE, learn_machine
from anylength.lengths import mistake_on, truncate
from anylength.nets import AbstractNet, Net, NetConfig, describe
from anylength.records import Mistake
from anylength.rules import (
    NO_MACHINE,
    TESTED,
    THEOREM,
    UNFINISHED,
    Extraction,
    Machine,
    MachineTable,
    Status,
    Task,
    distinguishing_word,
    equivalent,
    minimise,
)
from anylength.verification.verdicts import not_applicable, try_to_prove


@dataclass(frozen=True)
class ExtractedMachine:
    """A machine and the evidence for it.

    Attributes:
        machine: The machine.
        status: What is known, as in `Extraction`.
        certificate: `THEOREM`: the certificate that proves it.
        words: `TESTED`: words compared.
        longest: `TESTED`: length of the longest of them, in symbols.
        outcome: `UNFINISHED`: the outcome of learning.
    """

    machine: Machine
    status: Status
    certificate: bytes | None = None
    words: int = 0
    longest: int = 0
    outcome: str = ""


@dataclass(frozen=True)
class ProvedExtraction:
    """An extraction, and where it is a theorem the certificate that proves it."""

    record: Extraction
    certificate: bytes | None = None


def extract(
    net: AbstractNet, task: Task, config: NetConfig | None = None, *, certificate: bytes | None = None, budget: float = 20.0
) -> Extraction:
    """The machine that a net has become. The arguments are those of `extract_with_proof`."""
    return extract_with_proof(net, task, config, certificate=certificate, budget=budget).record


def extract_with_proof(
    net: AbstractNet, task: Task, config: NetConfig | None = None, *, certificate: bytes | None = None, budget: float = 20.0
) -> ProvedExtraction:
    """The machine that a net has become, within about `budget` seconds, with its proof where there is one.

    Args:
        net: The net.
        task: The task it was trained on.
        config: The net's description. None: it is made here.
        certificate: A certificate that is accepted for this net and task (`judge_proof`), if there is one.
        budget: Seconds to spend.
    """
    started = time.monotonic()
    config = config or describe(net, task)
    nothing = no_machine(net, task, config)
    if nothing is not None:
        return ProvedExtraction(nothing)
    assert isinstance(net, Net)
    extracted = _extracted(net, minimise(task.machine), config, certificate, started + budget)
    record = msgspec.structs.replace(record_of(net, task, extracted), seconds=time.monotonic() - started)
    return ProvedExtraction(record, extracted.certificate)


def no_machine(net: AbstractNet, task: Task, config: NetConfig | None = None) -> Extraction | None:
    """The record of a net that no machine can be followed beside; None where one can."""
    reason = not_applicable(net, task, config or describe(net, task))
    if reason is None:
        return None
    return Extraction(states=None, machine=None, equivalent=None, status=NO_MACHINE, note=reason)


def _extracted(net: Net, task_machine: Machine, config: NetConfig, certificate: bytes | None, deadline: float) -> ExtractedMachine:
    """The net's machine, by the three ways of the module's docstring."""

    def search_boxes(machine: Machine, memories: tuple[int, ...]) -> bytes | None:
        now = time.monotonic()
        # a quarter of the remaining time for each search for boxes; the rest is for learning
        verification = try_to_prove(net, machine, config, memories, now + 0.25 * (deadline - now))
        return verification.certificate if verification else None

    certificate = certificate or search_boxes(task_machine, (0,))
    if certificate is not None:
        return ExtractedMachine(machine_of(certificate), THEOREM, certificate)
    max_states = max(MAX_STATES, 2 * task_machine.states)
    learned = learn_machine(net, task_machine, seconds=deadline - time.monotonic(), max_states=max_states)
    if learned.outcome != STABLE:
        return ExtractedMachine(learned.machine, UNFINISHED, outcome=learned.outcome)
    certificate = search_boxes(learned.machine, (1, 2) if equivalent(learned.machine, task_machine) else (0, 1, 2))
    if certificate is not None:
        return ExtractedMachine(machine_of(certificate), THEOREM, certificate)
    return ExtractedMachine(learned.machine, TESTED, words=learned.words, longest=learned.longest)


def machine_of(certificate: bytes) -> Machine:
    """The machine in a certificate: one state for each box, then minimised."""
    text = json.loads(certificate)
    proof, output = text["proofs"][0], text["machine"]["output"]
    nodes = proof["nodes"]
    delta = tuple(tuple(node["next"]) for node in nodes)
    return minimise(Machine(proof["start"], delta, tuple(tuple(output[node["state"]]) for node in nodes)))


def table_of(machine: Machine, task: Task) -> MachineTable:
    """A machine's tables, with symbols and outputs written as the task writes them."""
    return MachineTable(
        start=machine.start,
        delta=[list(row) for row in machine.delta],
        output=[list(row) for row in machine.output],
        names=list(machine.names),
        symbols=task.symbol_names,
        answers=task.output_names,
    )


def record_of(net: Net, task: Task, extracted: ExtractedMachine) -> Extraction:
    """The record: the extracted machine compared with the task's."""
    word = distinguishing_word(extracted.machine, task.machine)
    machine = minimise(task.machine) if word is None else extracted.machine
    mistake = None if word is None else mistake_on(net, task, truncate(task, np.asarray(word, np.uint16), len(word) - 1))
    return Extraction(
        states=machine.states,
        machine=table_of(machine, task),
        equivalent=_equivalent(extracted, word is None),
        status=extracted.status,
        note=_note(extracted, mistake),
        words_compared=extracted.words,
        longest_word=extracted.longest,
        difference=mistake,
        net_is_wrong=None if mistake is None else mistake.answer != mistake.expected,
    )


def _equivalent(extracted: ExtractedMachine, same: bool) -> bool | None:
    """Whether the net is the task's machine; None if unknown. A machine of unfinished learning may be the task's by accident."""
    if same and extracted.status == UNFINISHED:
        return None if extracted.outcome == OUT_OF_TIME else False
    return same


def is_unfinished_note(note: str, machine: Machine) -> bool:
    """Whether a note is one of those of an unfinished machine."""
    return any(note == _unfinished_note(outcome, _states(machine)) for outcome in (OUT_OF_TIME, DOUBTFUL, ""))


def _states(machine: Machine) -> str:
    return f"{machine.states} state" + ("s" if machine.states != 1 else "")


def _note(extracted: ExtractedMachine, mistake: Mistake | None) -> str:
    """The status in words, and what follows from it."""
    states = _states(extracted.machine)
    if extracted.status == UNFINISHED:
        return _unfinished_note(extracted.outcome, states)
    same = "it is the task's machine" if mistake is None else "it is not the task's machine"
    if extracted.status == THEOREM:
        return f"{same} ({states}), and that is a theorem: boxes prove that the net is this machine on every input of every length"
    tested = f"{extracted.words:,} words of up to {extracted.longest} symbols, chosen to find a difference"
    return f"{same} ({states}): the net gave the same answers as this machine on {tested}; that is no proof"


def _unfinished_note(outcome: str, states: str) -> str:
    """Why learning did not finish, and what the machine is worth."""
    if outcome == OUT_OF_TIME:
        return f"the time ran out while more states were being found ({states} so far): pass a larger --budget"
    if outcome == DOUBTFUL:
        depends = "some answers depend on the last bits of a floating-point sum"
        return f"{depends}: the net is this machine ({states}) on all other words that were tried"
    return f"the net has more than {MAX_STATES} states: it has not become a small machine, and this machine is only a part of it"
