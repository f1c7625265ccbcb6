"""What a certificate and a stored verdict are worth for one net. Whatever shows a verdict of a run goes through here.

A certificate proves something of a net if the independent checker accepts it for the net's weights file, if it names the net's
cell, alphabet and tensors, and if it covers a number format: without one it is about exact arithmetic, in which no net runs. It
proves that the net does a task if its machine is the task's, or one with stacks that is found to answer every input alike. Only
then a verdict is PROVED, with the numbers of the certificate. A stored verdict is REFUTED only if the net answers its
counterexample wrongly. A verdict that states the digest of other tensors is not shown.
"""

from dataclasses import dataclass, replace

import msgspec

from anylength.base import InputError
from anylength.cells import StackCell
from anylength.lengths import answer_to
from anylength.memory.equivalence import does
from anylength.memory.images import controller, machine_beside
from anylength.nets import AbstractNet, Net
from anylength.programs import program_fields
from anylength.records import (
    Mistake,
    Proved,
    ProvedOfItsStep,
    ProvedRounded,
    ProvedUpTo,
    ProvedWithin,
    PumpedFamily,
    Refuted,
    RefutedRounded,
    Unknown,
    Verdict,
)
from anylength.rules import Machine, ReadBy, Rounded, Scope, StackMachine, Task, UpTo
from anylength.verification.certify import (
    Cover,
    EllipsoidCover,
    ParsedCertificate,
    Proof,
    covered_formats,
    covers_original,
    parse_certificate,
    ranges_of,
    state_bound_of,
)
from anylength.verification.certify.certificate import tensors_digest
from anylength.verification.certify.formats import ROUNDED_UP
from anylength.verification.certify.stack_fields import StackCover
from anylength.verification.certify.visited import Visited
from anylength.verification.verdicts.checker import check_bytes_once

REMEDY = "run anylength prove"
"""What to do about a verdict that does not hold for its net."""


MAX_REPLAYED_DIGITS = 100_000
"""Longest counterexample that is replayed, in digits: about a second. The search for wrong answers finds none that is as long."""

REPLAYED_WORDS = 2
"""Words of a stored family of wrong inputs that are replayed."""


@dataclass(frozen=True)
class Subject:
    """The net that a certificate or verdict must be about.

    Attributes:
        net: The net.
        cell: Its cell by name.
        weights: The bytes of its weights file.
        task: Its task.
        folding_error: For an imported net, how far its W_ih x may differ from that of the net in the imported file; else 0.
    """

    net: AbstractNet
    cell: str
    weights: bytes
    task: Task
    folding_error: float = 0.0


@dataclass(frozen=True)
class Judgement:
    """What a certificate proves of a net.

    Attributes:
        reason: Why it proves nothing; None where it is accepted.
        claim: The proved claim in words; None where it is not accepted.
        lines: The checker's report, line by line.
        machine: The machine whose work the net does; None where it is not accepted.
        proofs: The proofs; empty where it is not accepted.
        scope: The words that they are about; None: all.
    """

    reason: str | None
    claim: str | None = None
    lines: tuple[str, ...] = ()
    machine: Machine | StackMachine | None = None
    proofs: tuple[Proof, ...] = ()
    scope: Scope = None


def judge_certificate(content: bytes, subject: Subject) -> Judgement:
    """Whether a certificate proves that this net does the work of some machine, on every word."""
    judgement = _judged(content, subject)
    if judgement.reason is None and judgement.scope is not None:
        about = "rounded states" if isinstance(judgement.scope, Rounded) else "some words only"
        return Judgement(f"the run's certificate is about {about}")
    return judgement


def judge_some_words(content: bytes, subject: Subject) -> Judgement:
    """Whether a certificate proves that this net does its task on some words; on which ones, its scope says."""
    judgement = _of_task(_judged(content, subject), subject)
    if judgement.reason is None and judgement.scope is None:
        return Judgement("the run's certificate is about all words")
    return judgement


def _judged(content: bytes, subject: Subject) -> Judgement:
    checked = check_bytes_once(content, subject.weights)
    if not checked.valid:
        return Judgement(f"the checker rejects the run's certificate ({checked.reason})")
    certificate = parse_certificate(content)
    difference = _other_net(certificate, subject)
    if difference is not None:
        return Judgement(f"the run's certificate is of {difference}")
    if not any(proof.formats for proof in certificate.proofs):
        return Judgement("the run's certificate covers no number format: it is about exact arithmetic alone")
    return Judgement(None, checked.claim, checked.lines, certificate.machine, certificate.proofs, certificate.scope)


def judge_proof(content: bytes, subject: Subject) -> Judgement:
    """Whether a certificate proves that this net does its task on every input of every length."""
    return _of_task(judge_certificate(content, subject), subject)


def _of_task(judgement: Judgement, subject: Subject) -> Judgement:
    """The judgement, if it is of the task's machine, or of one that answers as this."""
    if judgement.reason is None and not _does(judgement.machine, subject.net, subject.task):
        return Judgement(f"the run's certificate is of another machine than that of the task {subject.task.name}")
    return judgement


def _does(machine: Machine | StackMachine | None, net: AbstractNet, task: Task) -> bool:
    """Whether who does the work of this machine does the task."""
    beside = machine_beside(net, task)
    if beside is None:
        return machine == task.transducer
    return machine == beside.completed or (isinstance(machine, StackMachine) and does(machine, beside, task))


def by_machine(verdict: Verdict, machine: Machine | StackMachine | None, net: AbstractNet, task: Task) -> Verdict:
    """The verdict with the machine of the certificate in words, where this is another one with stacks than the task's."""
    beside = machine_beside(net, task)
    if not isinstance(machine, StackMachine) or beside is None or machine == beside.completed:
        return verdict
    return msgspec.structs.replace(verdict, reason=f"{verdict.reason}{BY_MACHINE.format(machine.states)}")


BY_MACHINE = (
    ". The certificate's machine is not the task's but one of {} states that the net uses: anylength, not the checker, shows that "
    "it answers as the task's on every input"
)


def _other_net(certificate: ParsedCertificate, subject: Subject) -> str | None:
    """What another net the certificate is of, in words; None where it is of this one."""
    net = subject.net
    if not isinstance(net, Net):
        return f"a recurrent net, and {subject.cell} is none"
    if certificate.step != program_fields(controller(net) if isinstance(net.cell, StackCell) else net.program):
        return "another step"
    if (certificate.base, certificate.tapes) != (net.base, net.tapes):
        return f"a net over another alphabet (base {certificate.base}, {certificate.tapes} tapes)"
    return None if certificate.tensors == tensors_digest(net) else "other weights"


def judge_verdict(
    stored: Verdict | None, certificate: bytes | None, subject: Subject, horizon_certificate: bytes | None = None
) -> Verdict | None:
    """What is known about a net, as far as the evidence beside it shows.

    Args:
        stored: The verdict that lies with the net; None without one.
        certificate: The certificate that lies with the net; None without one.
        subject: The net.
        horizon_certificate: The certificate for words of some steps that lies with the net; None without one.

    Returns:
        PROVED with an accepted certificate, whatever `stored` says; else the stored verdict if it holds for this net, else UNKNOWN
        with the reason; None without either. A stored PROVED UP TO needs its own certificate, which says up to what length.
    """
    judgement = None if certificate is None else judge_proof(certificate, subject)
    if judgement is not None and judgement.reason is None:
        verdict = proved_verdict(subject.net, judgement.proofs, stored=stored)
        verdict = by_machine(verdict, judgement.machine, subject.net, subject.task)
        original = holds_for_original(judgement.proofs, subject)
        return msgspec.structs.replace(verdict, holds_for_original=original, tensors=tensors_digest(subject.net))
    if stored is None:
        return None
    if stored.tensors not in (None, tensors_digest(subject.net)):
        return _unknown("the stored verdict is of other weights")
    if isinstance(stored, Proved | ProvedOfItsStep):
        missing = "there is no certificate" if judgement is None else judgement.reason
        return _unknown(f"the stored verdict has no proof here: {missing}")
    if isinstance(stored, ProvedUpTo):
        return _up_to(stored, horizon_certificate, subject)
    if isinstance(stored, ProvedWithin):
        return _unknown("the stored verdict is about the words of a language")
    if isinstance(stored, ProvedRounded | RefutedRounded):
        return _unknown("the stored verdict is about the net with rounded states")
    return _replayed(stored, subject) if isinstance(stored, Refuted) else _without_evidence(stored)


def _without_evidence(stored: Verdict) -> Verdict:
    return msgspec.structs.replace(stored, counterexample=None, noise_budget=None)


def _up_to(stored: ProvedUpTo, certificate: bytes | None, subject: Subject) -> Verdict:
    """PROVED UP TO what the certificate says, if it is accepted."""
    judgement = Judgement("there is no certificate") if certificate is None else judge_some_words(certificate, subject)
    if judgement.reason is None and isinstance(judgement.scope, UpTo):
        verdict = proved_verdict(subject.net, judgement.proofs, judgement.scope, stored)
        return msgspec.structs.replace(verdict, tensors=tensors_digest(subject.net))
    return _unknown(f"the stored verdict has no proof here: {judgement.reason or 'its certificate is about a language'}")


def judge_within(stored: Verdict | None, certificate: bytes | None, words: ReadBy | None, subject: Subject) -> Verdict | None:
    """What is known about a net within a language, as far as the evidence shows; None where nothing is.

    Args:
        stored: The verdict within the language.
        certificate: Its certificate: about the words of the language, or about all words.
        words: The automaton of the language that the verdict names; None where it cannot be read.
        subject: The net.
    """
    if not isinstance(stored, ProvedWithin) or certificate is None:
        return None
    judgement = _of_task(_judged(certificate, subject), subject)
    if judgement.reason is not None or words is None or judgement.scope not in (None, words):
        return None
    if judgement.scope is None:
        verdict = msgspec.structs.replace(within_all_words(proved_verdict(subject.net, judgement.proofs)), seconds=stored.seconds)
    else:
        verdict = proved_verdict(subject.net, judgement.proofs, judgement.scope, stored)
    return msgspec.structs.replace(verdict, within=stored.within, tensors=tensors_digest(subject.net))


def judge_rounded(stored: Verdict | None, certificate: bytes | None, subject: Subject) -> Verdict | None:
    """What is known about a net with rounded states, as far as the evidence shows; None where nothing is."""
    if not isinstance(stored, ProvedRounded) or certificate is None:
        return None
    judgement = judge_some_words(certificate, subject)
    if judgement.reason is not None or not isinstance(judgement.scope, Rounded):
        return None
    verdict = proved_verdict(subject.net, judgement.proofs, judgement.scope, stored)
    return msgspec.structs.replace(verdict, tensors=tensors_digest(subject.net))


def proved_verdict(net: AbstractNet, proofs: tuple[Proof, ...], scope: Scope = None, stored: Verdict | None = None) -> Verdict:
    """The verdict that accepted proofs give. Time and margin are the stored ones, the margin only if it agrees with the proofs.

    A verdict with a scope has no noise budget, formats or margin: these say something of every input and every state. A net that
    was read from one with a softmax at its end is proved only where float32 keeps the order of the shares.
    """
    if isinstance(net, Net) and net.least_margin:
        proofs = tuple(of_shares(net, proof) for proof in proofs)
        if not any(proof.formats for proof in proofs):
            return Unknown(reason=SHARES_TIE.format(max(proof.eta for proof in proofs), net.least_margin))
    first = next((proof for proof in proofs if proof.formats), proofs[0])
    regions, reason = _held(first, _words_of(scope))
    about = f"{reason}; storage formats: {', '.join(first.formats) or 'none'}"
    match scope:
        case UpTo(steps):
            verdict = ProvedUpTo(reason=about, regions=regions, horizon=steps)
        case ReadBy():
            verdict = ProvedWithin(reason=about, regions=regions)
        case Rounded(fraction_bits):
            verdict = ProvedRounded(reason=about, regions=regions, fraction_bits=fraction_bits)
        case None:
            margin = stored.margin if isinstance(stored, Proved) and stored.margin is not None else first.eta
            margin = margin if first.eta <= margin <= first.eta * ROUNDED_UP**2 else first.eta
            budget = max(proof.epsilon for proof in proofs)
            verdict = Proved(reason=reason, regions=regions, noise_budget=budget, formats=first.formats, margin=margin)
    seconds = stored.seconds if stored is not None and type(stored) is type(verdict) else 0.0
    return msgspec.structs.replace(verdict, seconds=seconds)


SHARES_TIE = (
    "the right logit leads by {:.2g} at least, and the net returns a softmax of its logits, or classes: "
    "float32 may tie what leads by less than {:.2g}, beside rounding"
)


def of_shares(net: Net, proof: Proof) -> Proof:
    """The proof, covering float32 if its margin less `net.least_margin` exceeds the rounding of logits, and no coarser format.

    Coarser formats store shares with too few digits.
    """
    if "float32" not in proof.formats or isinstance(proof.cover, Visited):
        return replace(proof, formats=())
    bound = state_bound_of(net, proof.cover, proof.epsilon)
    ranges = ranges_of(net, proof.cover.boxes, proof.epsilon) if isinstance(proof.cover, Cover) else None
    covered = covered_formats(net, epsilon=proof.epsilon, eta=proof.eta - net.least_margin, state_bound=bound, ranges=ranges)
    return replace(proof, formats=("float32",) if "float32" in covered else ())


def within_all_words(proved: Verdict) -> Verdict:
    """PROVED WITHIN a language, for a net that is PROVED on all words. The certificate is the one about all words."""
    if not isinstance(proved, Proved):
        return proved
    reason = f"the net is proved on all words: {proved.reason}"
    return ProvedWithin(**(msgspec.structs.asdict(proved) | {"reason": reason}))  # type: ignore[arg-type]


def of_its_step(verdict: Verdict, looped: int) -> Verdict:
    """The verdict on a net that was read from a module with a loop of its own: see `Net.looped`."""
    if not looped or not isinstance(verdict, Proved | ProvedUpTo):
        return verdict
    fields = msgspec.structs.asdict(verdict)
    fields.pop("open", None)
    return ProvedOfItsStep(**(fields | {"reason": OF_ITS_STEP.format(looped, verdict.reason), "compared": looped}))


OF_ITS_STEP = (
    "the proof is of the module's step, not of the module, whose own loop in Python nobody can follow: "
    "the two answered alike on words of up to {:,} symbols. Of the step: {}"
)


def _held(proof: Proof, words: str) -> tuple[int, str]:
    """How many regions or states a proof has, and what it says of them."""
    if isinstance(proof.cover, Visited):
        states = proof.cover.states
        return (
            states,
            f"all {states:,} rounded states that any input can lead to were visited, and every answer on the way is right",
        )
    if isinstance(proof.cover, StackCover):
        nodes, letters = len(proof.cover.nodes), sum(map(len, proof.cover.letters))
        held = f"{nodes} boxes hold every state, and {letters} boxes every vector on a stack, that any input {words} can lead to"
        return nodes + letters, f"{held}, however deep the stacks become; every answer on them is right"
    regions, kind = len(proof.cover.machine_states), "ellipsoids" if isinstance(proof.cover, EllipsoidCover) else "boxes"
    return regions, f"{regions} {kind} hold every state that any input {words} can lead to, and every answer on them is right"


def _words_of(scope: Scope) -> str:
    """The words that a proof is about."""
    if isinstance(scope, UpTo):
        return f"of at most {scope.steps} step{'s' * (scope.steps != 1)}"
    return "within the language" if isinstance(scope, ReadBy) else "of any length"


def holds_for_original(proofs: tuple[Proof, ...], subject: Subject) -> bool | None:
    """Whether proofs of a net also hold for the net in the imported file; None where that is the same net."""
    if not subject.folding_error or not isinstance(subject.net, Net):
        return None
    return covers_original(subject.net, proofs, subject.folding_error)


def _replayed(stored: Refuted, subject: Subject) -> Verdict:
    """A refutation with the answer that the net gives now. A mistake of other days proves no family and is not the shortest."""
    mistake = _mistake(stored.counterexample or [], subject)
    if mistake is None:
        return _unknown("this net does not answer the stored counterexample wrongly")
    reason = "the stored counterexample is answered wrongly"
    verdict = Refuted(reason=reason, counterexample=mistake.numbers, mistake=mistake, seconds=stored.seconds)
    family = stored.pumped_family
    if mistake != stored.mistake or not (family is None or _is_wrong_on(family, subject)):
        return verdict
    return msgspec.structs.replace(
        verdict, reason=stored.reason, shortest_proved=stored.shortest_proved, pumped_family=family, tensors=stored.tensors
    )


def _is_wrong_on(family: PumpedFamily, subject: Subject) -> bool:
    """Whether the net answers the first words of a family wrongly. A proof of the family is none of another cell or task."""
    if not 0 <= family.least <= MAX_REPLAYED_DIGITS or not len(family.before) == len(family.digit) == len(family.after):
        return False
    between = family.separator if isinstance(family.separator, str) else ""
    for times in range(family.least, family.least + REPLAYED_WORDS):
        tapes = zip(family.before, family.digit, family.after, strict=True)
        words = [between.join(part for part in (before, *[digit] * times, after) if part) for before, digit, after in tapes]
        if _mistake(words, subject) is None:
            return False
    return True


def _mistake(counterexample: list[str], subject: Subject) -> Mistake | None:
    """The net's wrong answer to numbers; None where the answer is right, or they are no question of the task or too long."""
    task = subject.task
    if len(counterexample) != task.tapes or max(map(len, counterexample)) > MAX_REPLAYED_DIGITS:
        return None
    try:
        numbers = tuple(map(task.notation.read, counterexample))
    except InputError:
        return None
    mistake = answer_to(subject.net, task, numbers)
    return None if mistake.answer == mistake.expected else mistake


def _unknown(why: str) -> Verdict:
    return Unknown(reason=f"{why}: {REMEDY}")
