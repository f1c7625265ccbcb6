"""The verdict on a net with stacks: boxes of its states and of what its stacks hold; else a wrong answer to a deep or long word.

Where neither is found, the net may use its stacks in another way than the task's machine. Then boxes are sought along the machine
that the net is seen to use, and PROVED is said only where this one is found to answer as the task's on every input.
"""

import time
from collections.abc import Iterator

import msgspec
import numpy as np

from anylength.base import Symbols
from anylength.lengths import mistake_on, truncate
from anylength.memory.closing import Open, StackProof, find_stack_proofs
from anylength.memory.equivalence import does
from anylength.memory.used import used_machine
from anylength.nets import Net, NetConfig, answers, to_bytes
from anylength.records import Refuted, Unknown, Verdict
from anylength.rules import IGNORE_INDEX, StackMachine, Task
from anylength.verification.certify import parse_certificate
from anylength.verification.certify.stack_certificate import stack_certificate_bytes
from anylength.verification.verdicts.checker import check_shared_out
from anylength.verification.verdicts.evidence import by_machine, proved_verdict

LENGTHS = (*range(1, 13), 16, 24, 40, 64, 100, 160, 250)
"""Lengths of the inputs of an attack, in symbols. Short ones come first, so that a short wrong answer is found."""

WORDS = 100
"""Words of each length, as the task draws them."""

ATTACK_SHARE = 0.5
"""The share of the budget for the attack; it comes after the search for boxes, which takes a second or so."""

SEED = 0
"""Draws the words of the attack."""


def verdict_on_stacks(
    net: Net, task: Task, machine: StackMachine, config: NetConfig, budget: float
) -> tuple[Verdict, bytes | None, bytes | None]:
    """The verdict, and where it is PROVED the bytes of the certificate and of the weights file."""
    started, stacks = time.monotonic(), getattr(net.cell, "stacks", 0)
    too_few = Open(f"the task's machine needs {machine.stacks} stacks, and the net has {stacks}")
    found = find_stack_proofs(net, machine, started + budget) if machine.stacks == stacks else too_few
    if not isinstance(found, Open):
        return _checked(net, task, machine, found, config)
    refuted = attack(net, task, started + budget * ATTACK_SHARE)
    if refuted is not None:
        return refuted, None, None
    used = used_machine(net, task, SEED)
    of_used = used if isinstance(used, Open) else find_stack_proofs(net, used, started + budget)
    if isinstance(used, Open) or isinstance(of_used, Open):
        tried = f"no wrong answer was found to {WORDS} words of each of {len(LENGTHS)} lengths"
        of_own = f"for what the net does with its stacks: {getattr(of_used, 'reason', '')}"
        return Unknown(reason=f"no proof was found: for the task's machine, {found.reason}; {of_own}; {tried}"), None, None
    if not does(used, machine, task):
        return Unknown(reason=NOT_SHOWN.format(used.states)), None, None
    return _checked(net, task, used, of_used, config)


NOT_SHOWN = (
    "boxes close for the machine of {} states that the net uses; that it answers as the task's machine is not shown, and no wrong "
    "answer was found"
)


def _checked(
    net: Net, task: Task, machine: StackMachine, found: list[StackProof], config: NetConfig
) -> tuple[Verdict, bytes | None, bytes | None]:
    """PROVED with its files, if the independent checker accepts them."""
    certificate, weights = stack_certificate_bytes(net, machine, found), to_bytes(net, config)
    result = check_shared_out(certificate, weights)
    if not result.valid:
        return Unknown(reason=f"the independent checker rejects the proof that was found: {result.reason}"), None, None
    parsed = parse_certificate(certificate)
    verdict = by_machine(proved_verdict(net, parsed.proofs), parsed.machine, net, task)
    return msgspec.structs.replace(verdict, margin=found[0].margin), certificate, weights


def attack(net: Net, task: Task, until: float) -> Verdict | None:
    """REFUTED, if one of the task's own words is answered wrongly; shorter words are tried first."""
    rng = np.random.default_rng(SEED)
    for words in _batches(task, rng):
        targets = task.scored(words)
        wrong = (answers(net, words) != targets) & (targets != IGNORE_INDEX)
        if wrong.any():
            column = int(np.flatnonzero(wrong.any(axis=0))[0])
            step = int(wrong[:, column].argmax())
            word = words[: step + 1, column] if task.names is not None and task.markers == 0 else words[:, column]
            mistake = mistake_on(net, task, truncate(task, word, step))
            if mistake.answer != mistake.expected:
                reason = f"an input of {len(word)} steps is answered wrongly (the shortest of those that were tried)"
                return Refuted(reason=reason, counterexample=mistake.numbers, mistake=mistake)
        if time.monotonic() > until:
            break
    return None


def _batches(task: Task, rng: np.random.Generator) -> Iterator[Symbols]:
    for length in LENGTHS:
        yield task.random_words(rng, length, WORDS)
