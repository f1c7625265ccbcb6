"""Proving the net of a run: the search for a verdict, and the files that keep what it found."""

from pathlib import Path

import msgspec

from anylength.base import InputError, brief, is_whole
from anylength.experiments.budget import PROVE_SECONDS, check_budget
from anylength.experiments.original import confirmed
from anylength.lengths import word_of
from anylength.records import Verdict
from anylength.records.verdicts import PROVED, PROVED_UP_TO, REFUTED, UNKNOWN
from anylength.rules import MOST_FRACTION_BITS, Rounded, words_of_language
from anylength.runs import Run, layout
from anylength.verification.certify.certificate import parse_certificate, tensors_digest
from anylength.verification.ellipsoids import Progress, no_progress
from anylength.verification.refutation import Word
from anylength.verification.verdicts import Verification, holds_for_original, proved_steps, verify, verify_rounded, verify_within


class KeptInRun:
    """Keeps an unfinished search in a run's folder (`anylength.verification.ellipsoids.Memory`)."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def read(self) -> bytes | None:
        """The search of the run."""
        return self._run.read(layout.SEARCH)

    def write(self, content: bytes) -> None:
        """Keeps it, unless it is longer than a file that is read."""
        if len(content) <= layout.LIMITS[layout.SEARCH]:
            self._run.write(layout.SEARCH, content)


def prove(run: Run | Path | str, *, budget: float = PROVE_SECONDS, progress: Progress = no_progress) -> Verdict:
    """Searches for a proof or a wrong answer, and writes `verdict.json`. PROVED also writes `certificate.json`.

    PROVED UP TO some steps writes `horizon-certificate.json`. An unfinished search for ellipsoids is kept in
    `search.safetensors`, and the next one goes on from there.

    Older results stay until the new ones are whole. An accepted certificate also stays where the search finds nothing.

    Args:
        run: The run, or its folder.
        budget: Seconds to spend, about.
        progress: Called after each round of the search for ellipsoids, with their number, that of steps, and of open steps.

    Raises:
        InputError: The run is not finished or in use, or the budget is not a time.
    """
    check_budget(budget)
    run = Run.open(run)
    with run.locked():
        memory = KeptInRun(run)
        suspects = _tested_wrong(run)
        found = verify(run.net, run.task, run.net_config, budget=budget, progress=progress, memory=memory, suspects=suspects)
        verdict = save_verification(run, confirmed(run, found))
        if verdict.verdict in (PROVED, REFUTED):
            run.remove(layout.SEARCH)
        return verdict


def _tested_wrong(run: Run) -> list[Word]:
    """The words that the run's last stress test found answered wrongly."""
    test = run.stress_test
    if test is None or run.task.transducer is None:
        return []
    mistakes = [test.shortest_mistake, *(family.shortest_mistake for family in test.families)]
    return [word_of(run.task, mistake.numbers) for mistake in mistakes if mistake is not None]


def save_verification(run: Run, verification: Verification) -> Verdict:
    """Writes a verdict on this net, and its certificate where it is PROVED.

    Whenever the process is killed, the files prove what they proved before or what they prove now: a certificate is written
    before its verdict and removed after the verdict that replaces it, and `verdict` believes an accepted certificate.
    """
    verdict = msgspec.structs.replace(verification.verdict, tensors=tensors_digest(run.net))
    before = run.verdict
    if before is not None and _says_less(verdict, before):
        return before
    name = layout.HORIZON_CERTIFICATE if verdict.verdict == PROVED_UP_TO else layout.CERTIFICATE
    if verification.certificate is not None:
        proofs = parse_certificate(verification.certificate).proofs
        verdict = msgspec.structs.replace(verdict, holds_for_original=holds_for_original(proofs, run.subject))
        run.write(name, verification.certificate)
    run.save(verdict)
    for other in (layout.CERTIFICATE, layout.HORIZON_CERTIFICATE):
        if verification.certificate is None or other != name:
            run.remove(other)
    return verdict


def prove_within(
    run: Run | Path | str, language: str, *, budget: float = PROVE_SECONDS, progress: Progress = no_progress
) -> Verdict:
    """Searches for a proof on the words of a language. PROVED WITHIN writes `within.json` and `within-certificate.json`.

    What the run's certificate proves on all words needs no search: the certificate within the language is the same one.

    Older files stay where the search finds nothing. A wrong answer within the language refutes the net, too: it is kept as the
    net's verdict, unless that is REFUTED already.

    Args:
        run: The run, or its folder.
        language: The words, as the net reads them: a regular expression, or `9<=7` for runs of nines of at most 7.
        budget: Seconds to spend, about.
        progress: As in `prove`.

    Raises:
        InputError: The run is not finished or in use, the budget is not a time, or the language is none of the task's symbols.
    """
    check_budget(budget)
    run = Run.open(run)
    words = words_of_language(language, run.task)
    with run.locked():
        proved = run.accepted_certificate()
        found = verify_within(run.net, run.task, words, language, budget=budget, progress=progress, of_all_words=proved)
        verification = confirmed(run, found)
        verdict = _keep_scoped(run, verification, layout.WITHIN, layout.WITHIN_CERTIFICATE)
        known = run.verdict
        if verdict.verdict == REFUTED and (known is None or known.verdict != REFUTED):
            save_verification(run, Verification(msgspec.structs.replace(verdict, within=None)))
        return verdict


def prove_rounded(run: Run | Path | str, fraction_bits: int, *, budget: float = PROVE_SECONDS) -> Verdict:
    """Visits all states of the net with each number of its state rounded to multiples of 2^-`fraction_bits` after every step.

    PROVED ROUNDED writes `rounded.json` and `rounded-certificate.json`. Older files stay where there is no proof.

    Args:
        run: The run, or its folder.
        fraction_bits: 1 to 20.
        budget: Seconds for the visit; the check of a proof takes its own time.

    Raises:
        InputError: The run is not finished or in use, the budget is not a time, or there are too few or too many bits.
    """
    check_budget(budget)
    if not is_whole(fraction_bits, 1, MOST_FRACTION_BITS):
        raise InputError(f"1 to {MOST_FRACTION_BITS} fractional bits", brief(fraction_bits), "try --rounded 4")
    run = Run.open(run)
    with run.locked():
        verification = verify_rounded(run.net, run.task, Rounded(fraction_bits), budget=budget)
        return _keep_scoped(run, verification, layout.ROUNDED, layout.ROUNDED_CERTIFICATE)


def _keep_scoped(run: Run, verification: Verification, record: str, certificate: str) -> Verdict:
    """Keeps a proof about some words or rounded states in files of its own; the verdict, with the net's tensors."""
    verdict = msgspec.structs.replace(verification.verdict, tensors=tensors_digest(run.net))
    if verification.certificate is not None:
        run.write(certificate, verification.certificate)
        run.write(record, verdict.to_file())
    return verdict


def _says_less(verdict: Verdict, before: Verdict) -> bool:
    """Whether a search found less than what is proved already."""
    of_some_words = verdict.verdict in (UNKNOWN, PROVED_UP_TO)
    return of_some_words and (before.verdict == PROVED or (proved_steps(before) or 0) > (proved_steps(verdict) or 0))


def verification_of(run: Run, verdict: Verdict) -> Verification:
    """A verdict on this net with the files that prove it, if it is PROVED."""
    certificate = run.accepted_certificate()
    return Verification(verdict, certificate, run.weights if certificate else None)
