"""A verdict for any net: attempts to prove and to refute in turn, cheap ones first, within a time budget.

1. Prove with one box per machine state. It takes milliseconds, and proves nets that were trained to be provable.
2. A short attack. It refutes most nets that are wrong.
3. Prove with one box per machine state and last one or two symbols.
4. Prove with ellipsoids, if enough of the budget is left. It proves nets that were not trained to be provable. After each round,
   words along its open steps are attacked.
5. The attack again, with all the time that remains, unless the short one had all the time that it could use.
6. If nothing was found: boxes step by step. What ellipsoids or these show for words of some steps is PROVED UP TO that length.
7. A replay of the words that tests found to be wrong, if the caller has any.

Within a language: a proof of all words, which implies it, by boxes; a short attack with its words alone; then ellipsoids, with
attacks along the open steps.

A net is PROVED only after the independent checker accepts its certificate, and REFUTED only after a replay of the wrong input.
Otherwise it is UNKNOWN.
"""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
import msgspec
import numpy as np

from anylength.base import short_repr
from anylength.cells import StackCell
from anylength.lengths import mistake_on, truncate, word_of
from anylength.memory.images import machine_beside
from anylength.nets import AbstractForeignNet, AbstractNet, Net, NetConfig, describe, to_bytes
from anylength.records import NotApplicable, ProvedUpTo, Refuted, Unknown, Verdict
from anylength.records.verdicts import PROVED, REFUTED, UNKNOWN
from anylength.rules import Machine, PartialMachine, ReadBy, Scope, Task, UpTo, along, without_machine
from anylength.verification.certify import Proof, certificate_bytes, parse_certificate
from anylength.verification.ellipsoids import (
    LEAST_SECONDS,
    NO_MEMORY,
    FoundEllipsoids,
    Memory,
    Progress,
    find_ellipsoid_proof,
    no_progress,
)  # fmt: skip
from anylength.verification.invariants import MEMORIES
from anylength.verification.refutation import (
    SHORTENING_SECONDS,
    TESTED,
    Refutation,
    StepBudget,
    TimeBudget,
    Tried,
    Word,
    refute_along,
    refute_with,
    refute_within,
)  # fmt: skip
from anylength.verification.verdicts.checker import check_shared_out as independent_check
from anylength.verification.verdicts.evidence import of_its_step, proved_verdict, within_all_words
from anylength.verification.verdicts.families import prove_family
from anylength.verification.verdicts.proof import find_horizon_proof, find_proofs
from anylength.verification.verdicts.stacks import attack, verdict_on_stacks

DECIDED = (PROVED, REFUTED)
"""The verdicts that end a search."""

FIRST_ATTACK_SECONDS = 3.0
"""Most seconds of the first attack. For nets of 16 units or less it ends by itself after 1 to 5 seconds
(docs/design/refutation.md)."""

ATTACK_SHARE, LONGEST_ATTACK_SECONDS = 0.25, 30.0
"""The share of the remaining budget that the first attack gets at most, and that the search for ellipsoids leaves to the last one;
and the most seconds of the latter."""

STEPS_SHARE, LEAST_SECONDS_AFTER = 0.1, 1.0
"""The share of the whole budget for boxes step by step, after it is spent; and the least number of seconds for these, and for the
search of a family of wrong inputs."""

BOXES = ("boxes", "boxes for the last symbol", "boxes for the last two symbols")
"""What such boxes are called, by this number."""

ELLIPSOIDS = "ellipsoids"
"""The other kind of proof."""


@dataclass(frozen=True)
class Verification:
    """A verdict, and where it is PROVED, if only of some words, the bytes of the certificate and of the weights file."""

    verdict: Verdict
    certificate: bytes | None = None
    weights: bytes | None = None

    def __repr__(self) -> str:
        """The verdict, and the sizes of the files."""
        return short_repr("Verification", vars(self).items())

    def _repr_html_(self) -> str:
        """The verdict for a notebook."""
        return self.verdict._repr_html_()


def verify(
    net: AbstractNet, task: Task, config: NetConfig | None = None, *, budget: float = 60.0, steps: int | None = None,
    progress: Progress = no_progress, memory: Memory = NO_MEMORY, suspects: Sequence[Word] = (),
) -> Verification:  # fmt: skip
    """The verdict on a net within about `budget` seconds, and the certificate where it is PROVED.

    `progress` is called after each round of the search for ellipsoids, with their number, that of steps, and of open steps. The
    search goes on where the one in `memory` was.

    With `steps`, a count of its own steps ends the attack in place of the seconds, nothing ends the search for boxes (it is
    finite), and none for ellipsoids is made. The verdict is then the same wherever numpy's numbers are the same, however busy the
    machine is.

    `suspects` are words that tests found to be answered wrongly. Where the attack finds none itself, or only longer ones, they are
    replayed, the shortest first.
    """
    started = time.monotonic()
    if isinstance(net, AbstractForeignNet):
        return Verification(NotApplicable(reason=net.not_a_step))
    config = config or describe(net, task)
    machine = machine_beside(net, task)
    if machine is not None:
        assert isinstance(net, Net)
        verdict, certificate, weights = verdict_on_stacks(net, task, machine, config, budget)
        return Verification(msgspec.structs.replace(verdict, seconds=time.monotonic() - started), certificate, weights)
    reason = not_applicable(net, task, config)
    if reason is not None:
        refuted = None
        if task.memory is not None and isinstance(net, Net):
            refuted = attack(net, task, started + ATTACK_SHARE * budget)
        return Verification(refuted or NotApplicable(reason=reason))
    assert isinstance(net, Net)
    if steps is None:
        attack_budget, deadline = TimeBudget(budget), started + budget
    else:
        attack_budget, deadline = StepBudget(steps), math.inf
    tried = Tried()
    verification = _first_success(net, task, config, attack_budget, deadline, progress, memory, tried)
    shorter = _shorter(task, suspects, verification)
    if shorter:
        shortening = TimeBudget(SHORTENING_SECONDS) if steps is None else StepBudget(steps)
        tested = refute_with(net, task.machine, shorter, TESTED, shortening)
        verification = _refuted(net, task, tested, deadline) or verification
    seconds = time.monotonic() - started
    if verification is None:
        spent = f"{seconds:.1f} seconds" if steps is None else f"{steps:,} steps of the attack"
        reason = f"in {spent} the search found neither a proof nor a wrong answer: {tried.text()}"
        verification = Verification(Unknown(reason=reason))
    verdict = msgspec.structs.replace(of_its_step(verification.verdict, net.looped), seconds=seconds)
    return Verification(verdict, verification.certificate, verification.weights)


def _shorter(task: Task, suspects: Sequence[Word], found: Verification | None) -> list[Word]:
    """The suspects that would say more than what was found: none beside a proof, shorter ones beside a wrong word."""
    longest = math.inf
    if found is not None and found.verdict.verdict in DECIDED:
        wrong = found.verdict.counterexample if isinstance(found.verdict, Refuted) else None
        longest = len(word_of(task, wrong)) if wrong else 0
    return sorted((word for word in suspects if len(word) < longest), key=len)


def _first_success(
    net: Net, task: Task, config: NetConfig, budget: TimeBudget, deadline: float, progress: Progress, memory: Memory, tried: Tried
) -> Verification | None:
    """The first attempt that succeeds before the budget is spent; else what is proved for the longest words, or a rejection."""
    started, others = time.monotonic(), list[Verification]()
    for verification in _attempts(net, task, config, budget, deadline, progress, memory, tried):
        if verification is not None and verification.verdict.verdict in DECIDED:
            return verification
        others += [verification] if verification else []
    for_steps = STEPS_SHARE * (deadline - started) if math.isfinite(deadline) else math.inf
    by_steps = _try_steps(net, task.machine, config, max(time.monotonic() + LEAST_SECONDS_AFTER, deadline + for_steps))
    others += [by_steps] if by_steps else []
    return max(others, key=lambda each: proved_steps(each.verdict) or 0, default=None)


def proved_steps(verdict: Verdict) -> int | None:
    """The steps that a net is PROVED UP TO; None for other verdicts."""
    return verdict.horizon if isinstance(verdict, ProvedUpTo) else None


def verify_within(
    net: AbstractNet, task: Task, words: ReadBy, language: str, *, budget: float = 60.0, progress: Progress = no_progress,
    of_all_words: bytes | None = None,
) -> Verification:  # fmt: skip
    """Whether a net is PROVED WITHIN the words that an automaton reads, and the certificate if it is; REFUTED by one; or UNKNOWN.

    What is PROVED on all words is PROVED within every language. The certificate is then the one about all words.

    Args:
        net: The net.
        task: Its task.
        words: The automaton.
        language: Its words as a user wrote them.
        budget: Seconds to spend, about.
        progress: As in `verify`.
        of_all_words: A certificate that is accepted for this net and task (`judge_proof`), if there is one.
    """
    started = time.monotonic()
    config = describe(net, task)
    reason = not_applicable(net, task, config)
    if reason is not None:
        return Verification(NotApplicable(reason=reason, within=language))
    assert isinstance(net, Net)
    tried = Tried()
    if of_all_words is not None:
        proved = proved_verdict(net, parse_certificate(of_all_words).proofs)
        found = _within(Verification(proved, of_all_words, to_bytes(net, config)))
    else:
        found = next(filter(None, _attempts_within(net, task, config, words, language, budget, progress, tried)), None)
    seconds = time.monotonic() - started
    neither = "neither a proof for these words nor a wrong answer to one of them"
    reason = f"in {seconds:.1f} seconds the search found {neither}: within the language, {tried.text()}"
    verification = found or Verification(Unknown(reason=reason))
    verdict = msgspec.structs.replace(verification.verdict, seconds=seconds, within=language)
    return Verification(verdict, verification.certificate, verification.weights)


def _attempts_within(
    net: Net, task: Task, config: NetConfig, words: ReadBy, language: str, budget: float, progress: Progress, tried: Tried
) -> Iterator[Verification | None]:
    """A proof of all words, an attack with those of an automaton alone, a proof of these; each runs when it is asked for."""
    deadline, machine = time.monotonic() + budget, along(task.machine, words)
    yield _within(_by_boxes(net, task, config, MEMORIES[:1], deadline, tried))
    is_searched = (1 - ATTACK_SHARE) * budget >= LEAST_SECONDS
    attack = TimeBudget(min(ATTACK_SHARE * budget, FIRST_ATTACK_SECONDS) if is_searched else budget)
    yield _refuted(net, task, refute_within(net, machine, attack, tried), deadline, language)
    yield _within(_by_boxes(net, task, config, MEMORIES[1:], deadline, tried))
    suspicion = _Suspicion(net, machine)
    tried.proofs.append(ELLIPSOIDS)
    proof = find_ellipsoid_proof(net, task.machine, deadline, progress, words, doubt=suspicion)
    yield _refuted(net, task, suspicion.refutation, deadline, language)
    yield _checked_ellipsoids(net, task.machine, config, proof)


def _within(of_all_words: Verification | None) -> Verification | None:
    """PROVED WITHIN, where PROVED on all words is found; None where the search or the checker found less."""
    if of_all_words is None or of_all_words.verdict.verdict != PROVED:
        return None
    return replace(of_all_words, verdict=within_all_words(of_all_words.verdict))


def _attempts(
    net: Net, task: Task, config: NetConfig, budget: TimeBudget, deadline: float, progress: Progress, memory: Memory, tried: Tried
) -> Iterator[Verification | None]:
    """The attempts in the order of the module's docstring; each runs when it is asked for. The first attack is always made."""
    yield _by_boxes(net, task, config, MEMORIES[:1], deadline, tried)
    attack = budget.at_most(min(ATTACK_SHARE * (deadline - time.monotonic()), FIRST_ATTACK_SECONDS))
    yield _try_to_refute(net, task, attack, deadline, tried)
    if budget.remaining <= 0:
        return
    yield _by_boxes(net, task, config, MEMORIES[1:], deadline, tried)
    left = deadline - time.monotonic()
    until = deadline - min(ATTACK_SHARE * left, LONGEST_ATTACK_SECONDS) if attack.was_short else deadline
    if (1 - ATTACK_SHARE) * left >= LEAST_SECONDS and math.isfinite(left):
        tried.proofs.append(ELLIPSOIDS)
        yield from _by_ellipsoids(net, task, config, until, deadline, progress, memory)
    if attack.was_short and budget.remaining > 0:
        yield _try_to_refute(net, task, budget, deadline, tried)


def _by_boxes(
    net: Net, task: Task, config: NetConfig, memories: tuple[int, ...], until: float, tried: Tried
) -> Verification | None:
    """The attempt to prove with boxes, which is noted."""
    tried.proofs += [BOXES[memory] for memory in memories]
    return try_to_prove(net, task.machine, config, memories, until)


def _by_ellipsoids(
    net: Net, task: Task, config: NetConfig, until: float, deadline: float, progress: Progress, memory: Memory
) -> Iterator[Verification | None]:
    """Ellipsoids, with attacks along the open steps."""
    suspicion = _Suspicion(net, task.machine)
    found = find_ellipsoid_proof(net, task.machine, until, progress, memory=memory, doubt=suspicion)
    yield _refuted(net, task, suspicion.refutation, deadline)
    yield _checked_ellipsoids(net, task.machine, config, found)


def not_applicable(net: AbstractNet, task: Task, config: NetConfig) -> str | None:
    """Why no machine can be followed beside this net, in words; None where one can."""
    if not isinstance(net, Net):
        return f"{config.cell} looks back on the whole word: it has no state of fixed size that boxes could hold"
    if isinstance(net.cell, StackCell):
        grows = (
            f"the state of {config.cell} is a controller and stacks of unbounded depth, and no finite machine is compared with it; "
            "anylength prove RUN finds boxes of the controller and of the stacks' letters, and anylength report RUN shows them"
        )
        return without_machine(task.name) if task.memory is None and task.transducer is None else grows
    if not net.cell.has_fixed_size_state:
        return f"proofs follow stacks, and {config.cell} has a tape with a head: train with --cell stack-rnn; two stacks are a tape"
    if task.memory is not None:
        return f"{task.name} needs a stack, and {config.cell} has a state of fixed size: train with --cell stack-rnn"
    if task.transducer is None:
        return f"a state of fixed size is too small for {task.name}, and {without_machine(task.name)}"
    return None


def try_to_prove(net: Net, machine: Machine, config: NetConfig, memories: tuple[int, ...], until: float) -> Verification | None:
    """PROVED that the net is this machine, if proofs are found and the independent checker accepts their certificate."""
    found = find_proofs(net, machine, memories, until)
    return checked(net, machine, config, found.proofs, found.margin) if found else None


def _checked_ellipsoids(net: Net, machine: Machine, config: NetConfig, found: FoundEllipsoids | None) -> Verification | None:
    """What the checker says of ellipsoids: PROVED, PROVED UP TO some steps, or with an automaton PROVED WITHIN what it reads."""
    if found is None:
        return None
    verification = checked(net, machine, config, [found.proof], found.proof.eta, found.scope)
    if proved_steps(verification.verdict) is None:
        return verification
    return replace(verification, verdict=msgspec.structs.replace(verification.verdict, open=found.open))


def _try_steps(net: Net, machine: Machine, config: NetConfig, until: float) -> Verification | None:
    """PROVED UP TO some steps, with boxes step by step."""
    found = find_horizon_proof(net, machine, until)
    return checked(net, machine, config, [found.proof], found.proof.eta, UpTo(found.steps)) if found else None


def checked(
    net: Net, machine: Machine, config: NetConfig, proofs: Sequence[Proof], margin: float, scope: Scope = None
) -> Verification:
    """PROVED, of all words or within a scope, if the independent checker accepts the certificate of these proofs."""
    certificate, weights = certificate_bytes(net, machine, proofs, scope), to_bytes(net, config)
    result = independent_check(certificate, weights)
    if not result.valid:
        reason = f"the prover found a proof, but the independent checker rejects it: {result.reason}"
        return Verification(Unknown(reason=reason))
    verdict = proved_verdict(net, tuple(proofs), scope)
    if verdict.verdict == UNKNOWN:
        return Verification(verdict)
    verdict = msgspec.structs.replace(verdict, margin=margin) if scope is None else verdict
    return Verification(verdict, certificate, weights)


def _try_to_refute(net: Net, task: Task, budget: TimeBudget, deadline: float, tried: Tried) -> Verification | None:
    """REFUTED, if the attack finds a wrong input that `ask` answers wrongly too."""
    return _refuted(net, task, refute_within(net, task.machine, budget, tried), deadline)


@dataclass
class _Suspicion:
    """Attacks a net along the open steps of a search for ellipsoids.

    Attributes:
        net: The net.
        machine: The machine, or the part of it along some words.
        refutation: What was found.
    """

    net: Net
    machine: Machine | PartialMachine
    refutation: Refutation | None = None

    def __call__(self, words: Sequence[Word]) -> bool:
        """Whether one of the words is answered wrongly."""
        self.refutation = refute_along(self.net, self.machine, words) if words else None
        return self.refutation is not None


def _refuted(
    net: Net, task: Task, refutation: Refutation | None, deadline: float, language: str | None = None
) -> Verification | None:
    """REFUTED, if `ask` answers the wrong input wrongly, too. No family is looked for where only a language matters."""
    if refutation is None:
        return None
    mistake = mistake_on(net, task, truncate(task, np.asarray(refutation.word, np.uint16), len(refutation.word) - 1))
    logits = _logits_after(net, refutation.word)
    if mistake.answer == mistake.expected or not _leads(net, task, refutation.word, logits):
        return None
    until = max(deadline, time.monotonic() + LEAST_SECONDS_AFTER)
    return Verification(
        Refuted(
            reason=_reason(refutation, "input" if language is None else f"input within {language}")
            + ("" if np.isfinite(logits).all() else OVERFLOWS),
            counterexample=mistake.numbers,
            mistake=mistake,
            shortest_proved=refutation.shortest_proved and language is None,
            pumped_family=None if language is not None else prove_family(net, task, refutation.word, until),
        )
    )


OVERFLOWS = "; its logits are no finite numbers there: a value has overflowed"


def _logits_after(net: Net, word: Word) -> np.ndarray:
    """The logits `[C]` after a word."""
    return np.asarray(jax.tree.map(jnp.asarray, net).logits(jnp.asarray(word, jnp.uint16)[:, None]))[-1, :, 0]


def _leads(net: Net, task: Task, word: Word, logits: np.ndarray) -> bool:
    """Whether a wrong answer leads the right one by `net.least_margin`: else the net that was read may answer rightly."""
    if not net.least_margin:
        return True
    return bool(logits.max() - logits[task.machine.run(word)[-1]] >= net.least_margin)


def _reason(refutation: Refutation, compared: str) -> str:
    shortest = f"no shorter {compared} is answered wrongly" if refutation.shortest_proved else "the shortest that was found"
    steps = f"{len(refutation.word)} step{'' if len(refutation.word) == 1 else 's'}"
    return f"an input of {steps} is answered wrongly ({shortest}; found by: {refutation.attack})"
