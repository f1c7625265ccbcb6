"""A verdict on a net whose states are rounded after every step: PROVED ROUNDED or REFUTED ROUNDED, by a visit of all its states."""

import time

import msgspec
import numpy as np

from anylength.nets import AbstractNet, Net, describe
from anylength.records import NotApplicable, RefutedRounded, Unknown
from anylength.rules import Rounded, Task
from anylength.verification.certify import Proof, epsilon_and_eta_within
from anylength.verification.certify.formats import ATTEMPTS, CLAIMED_SHARE, GUESS_FACTOR
from anylength.verification.rounded_states import Visit, ranges_of_visit, rounded_answer, visit
from anylength.verification.verdicts.verdict import Verification, checked, not_applicable

MOST_STEPS = 1_000_000
"""States that are visited at most, and steps of a proof at most. The checker needs some minutes for a million steps."""

FIRST_EPSILON = 1e-6
"""The error of a step in the first visit."""


def verify_rounded(net: AbstractNet, task: Task, rounding: Rounded, *, budget: float = 60.0) -> Verification:
    """The verdict on a net with each number of its state rounded to a nearest multiple of 2^-m after every step.

    PROVED ROUNDED has a certificate that the independent checker accepts; float32 is covered, so a runtime may compute the step in
    that before it rounds. REFUTED ROUNDED has a shortest wrong word, replayed in float32. Else UNKNOWN, with the reason. None of
    them says anything of the net without rounding.

    Args:
        net: The net.
        task: Its task.
        rounding: The rounding.
        budget: Seconds for the visit. The check of a proof takes its own time, up to some minutes.
    """
    started = time.monotonic()
    reason = not_applicable(net, task, describe(net, task))
    if reason is not None:
        verification = Verification(NotApplicable(reason=reason))
    else:
        assert isinstance(net, Net)
        verification = _decided(net, task, rounding, started + budget)
    seconds, bits = time.monotonic() - started, rounding.fraction_bits
    verdict = msgspec.structs.replace(verification.verdict, seconds=seconds, fraction_bits=bits)
    return Verification(verdict, verification.certificate, verification.weights)


def _decided(net: Net, task: Task, rounding: Rounded, until: float) -> Verification:
    """Visits with the error that float32 needs on what was visited, until that is enough."""
    epsilon = FIRST_EPSILON
    for _ in range(ATTEMPTS):
        found = visit(net, task.machine, rounding, epsilon, MOST_STEPS, until)
        if found.wrong is not None:
            return _refuted(net, task, rounding, found)
        if found.stopped is not None:
            return _unknown(found.stopped)
        if found.counts.steps > MOST_STEPS:
            return _unknown(
                f"no answer is wrong; the {found.counts.steps:,} steps are too many for the checker: round to fewer bits"
            )
        needed, eta = epsilon_and_eta_within(net, "float32", ranges_of_visit(net, found))
        claimed = CLAIMED_SHARE * found.margin
        if claimed <= eta:
            return _unknown("a right answer leads by too little for float32")
        if needed <= epsilon:
            proof = Proof(found.counts, epsilon, claimed, ("float32",))
            return checked(net, task.machine, describe(net, task), [proof], claimed, rounding)
        epsilon = GUESS_FACTOR * needed
    return _unknown("float32 may err by more than a visit allows")


def _refuted(net: Net, task: Task, rounding: Rounded, found: Visit) -> Verification:
    """REFUTED ROUNDED, if the wrong word is answered wrongly in float32, too."""
    word, machine = found.wrong, task.machine
    assert word is not None
    given, right = rounded_answer(net, machine, rounding, word)
    if given == right:
        return _unknown("an answer may be wrong where a state lies close to the border of two multiples")
    numbers = [task.notation.write(number) for number in task.numbers(np.asarray(word, np.uint16))]
    on = f"on {', '.join(numbers)} the output at step {len(word)}"
    reason = f"{on} is {given}, the right one is {right}; no shorter input is wrong"
    return Verification(RefutedRounded(reason=reason, counterexample=numbers, fraction_bits=rounding.fraction_bits))


def _unknown(reason: str) -> Verification:
    return Verification(Unknown(reason=reason))
