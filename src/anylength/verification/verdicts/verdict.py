"""A verdict for any net: a cascade from cheap to dear within a time budget.

1. Boxes, one per machine state: milliseconds; settles nets that were trained to be provable.
2. A short attack: settles most nets that are wrong.
3. Boxes per machine state and last one or two symbols.
4. The attack again, with all the time that is left.

PROVED only after the producer's interval check and the independent checker agree; REFUTED only after a replay; else UNKNOWN.
"""

import math
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from anylength.cells import CELLS
from anylength.lengths import mistake_on, truncate
from anylength.machines import Machine
from anylength.nets import AbstractNet, Net, NetConfig, describe, to_bytes
from anylength.records import Verdict
from anylength.records.verdicts import NOT_APPLICABLE, PROVED, REFUTED, UNKNOWN
from anylength.tasks import Task
from anylength.verification.certify import certificate
from anylength.verification.refutation import Refutation, StepBudget, TimeBudget, refute_by
from anylength.verification.verdicts.families import family
from anylength.verification.verdicts.proof import Found, find_proofs
from anylength_check import check as independent_check

PROVABLE = frozenset(name for name, cell in CELLS.items() if cell.has_fixed_size_state)
"""Cells whose steps both the prover and the independent checker know: those whose states do not grow with the input."""

SHORT = 2.0
"""Seconds of the first attack."""


@dataclass(frozen=True)
class Verification:
    """A verdict, and where it is PROVED the certificate's text and the weights file that it speaks of."""

    verdict: Verdict
    certificate: bytes | None = None
    weights: bytes | None = None


def verify(
    net: AbstractNet, task: Task, config: NetConfig | None = None, *, budget: float = 60.0, steps: int | None = None
) -> Verification:
    """The verdict on a net within about `budget` seconds, and the certificate where it is PROVED.

    With `steps`, the attack is ended by a count of its own steps in place of the seconds, and the search for boxes by none (it is
    finite): the verdict is then the same wherever numpy's numbers are the same, however busy the machine.
    """
    started = time.monotonic()
    config = config or describe(net, task)
    reason = not_applicable(net, task, config)
    if reason is not None:
        return Verification(Verdict(verdict=NOT_APPLICABLE, reason=reason))
    assert isinstance(net, Net)
    clock, deadline = (TimeBudget(budget), started + budget) if steps is None else (StepBudget(steps), math.inf)
    cascade: tuple[Callable[[], Verification | None], ...] = (
        lambda: proved(net, task.machine, config, (0,), deadline),
        lambda: _attacked(net, task, clock.most(SHORT)),
        lambda: proved(net, task.machine, config, (1, 2), deadline),
        lambda: _attacked(net, task, clock),
    )
    verification = None
    for stage in cascade:
        verification = stage()
        if verification or clock.left <= 0:
            break
    seconds = time.monotonic() - started
    if verification is None:
        spent = f"{seconds:.1f} seconds" if steps is None else f"{steps:,} steps of the attack"
        reason = f"in {spent} neither boxes that close nor a wrong answer were found"
        verification = Verification(Verdict(verdict=UNKNOWN, reason=reason))
    return Verification(
        msgspec.structs.replace(verification.verdict, seconds=seconds), verification.certificate, verification.weights
    )


def not_applicable(net: AbstractNet, task: Task, config: NetConfig) -> str | None:
    """Why no machine could be followed beside this net, in words; None where one can."""
    if not isinstance(net, Net):
        return f"{config.cell} looks back on the whole word: it has no state of fixed size that boxes could hold"
    if not net.cell.has_fixed_size_state:
        return f"{config.cell} has a memory that grows with the word: it has no state of fixed size that boxes could hold"
    if task.transducer is None:
        return f"no machine of fixed size can do {task.name}, and a proof follows one beside the net"
    if config.cell not in PROVABLE:
        return f"the prover does not know the cell {config.cell!r}; it knows {', '.join(sorted(PROVABLE))}"
    return None


def proved(net: Net, machine: Machine, config: NetConfig, memories: tuple[int, ...], until: float) -> Verification | None:
    """PROVED that the net is this machine, if proofs are found and the independent checker accepts their certificate."""
    found = find_proofs(net, machine, memories, until)
    if found is None:
        return None
    text, weights = certificate(net, config.cell, machine, found.proofs), to_bytes(net, config)
    with tempfile.TemporaryDirectory() as folder:
        paths = Path(folder) / "certificate.json", Path(folder) / "model.safetensors"
        paths[0].write_bytes(text)
        paths[1].write_bytes(weights)
        outside = independent_check(*paths)
    if not outside.valid:
        reason = f"the prover found boxes, but the independent checker rejects them: {outside.reason}"
        return Verification(Verdict(verdict=UNKNOWN, reason=reason))
    return Verification(_proved_record(found), text, weights)


def _proved_record(found: Found) -> Verdict:
    first, budget = found.proofs[0], max(proof.epsilon for proof in found.proofs)
    count = len(first.cover.states)
    return Verdict(
        verdict=PROVED,
        reason=f"{count} boxes hold every state that any input of any length can lead to, and every answer on them is right",
        noise_budget=budget,
        formats=first.formats,
        margin=found.checked.margin,
        regions=count,
    )


def _attacked(net: Net, task: Task, clock: TimeBudget) -> Verification | None:
    """REFUTED, if the attack finds a wrong input that `ask` answers wrongly too."""
    found = refute_by(net, task.machine, clock) if clock.left > 0 else None
    if found is None:
        return None
    mistake = mistake_on(net, task, truncate(task, np.asarray(found.word, np.uint16), len(found.word) - 1))
    if mistake.answer == mistake.expected:
        return None
    return Verification(
        Verdict(
            verdict=REFUTED,
            reason=_reason(found),
            counterexample=mistake.numbers,
            mistake=mistake,
            shortest_proved=found.shortest_proved,
            pumped_family=family(net, task, found.word),
        )
    )


def _reason(found: Refutation) -> str:
    shortest = "no shorter input is answered wrongly" if found.shortest_proved else "the shortest that was found"
    return f"an input of {len(found.word)} steps is answered wrongly ({shortest}; found by: {found.stage})"
