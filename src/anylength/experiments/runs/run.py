"""A run: a folder with a trained net, and the commands that compute results about it.

Command line, server, report and sweeps all use `Run`.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import msgspec
import numpy as np

from anylength import diagnosis, extraction, lengths
from anylength.errors import InputError, brief, is_real, is_whole
from anylength.experiments.runs import layout
from anylength.experiments.runs.creation import make_folder
from anylength.experiments.runs.environment import environment
from anylength.experiments.runs.folder import RunFolder
from anylength.experiments.runs.original import confirmed
from anylength.files import write_atomic
from anylength.machine_formats import MACHINE_FORMATS
from anylength.nets import Net
from anylength.records import Answers, Environment, Epoch, Explanation, Extraction, RunConfig, Stress, Training, Verdict
from anylength.records import Sequence as CountSequence
from anylength.records.verdicts import PROVED, PROVED_UP_TO, REFUTED, UNKNOWN
from anylength.verification.certify.certificate import parse_certificate, tensors_digest
from anylength.verification.certify.words import MOST_FRACTION_BITS, Rounded
from anylength.verification.ellipsoids import Progress as ProofProgress
from anylength.verification.ellipsoids import no_progress
from anylength.verification.languages import words_of_language
from anylength.verification.refutation import replay
from anylength.verification.verdicts import Verification, holds_for_original, proved_steps, verify, verify_rounded, verify_within

MIN_BUDGET, MAX_BUDGET = 0.1, 86_400.0
"""Seconds that a search may be given. Below the minimum no search gets anywhere; the maximum is one day."""

PROVE_SECONDS, EXTRACT_SECONDS, EXPLAIN_SECONDS = 60.0, 20.0, 60.0
"""Default budgets in seconds."""


class KeptInRun:
    """Keeps an unfinished search in a run's folder (`anylength.verification.ellipsoids.Memory`)."""

    def __init__(self, run: RunFolder) -> None:
        self._run = run

    def read(self) -> bytes | None:
        """The search of the run."""
        return self._run.read(layout.SEARCH)

    def write(self, content: bytes) -> None:
        """Keeps it, unless it is longer than a file that is read."""
        if len(content) <= layout.LIMITS[layout.SEARCH]:
            self._run.write(layout.SEARCH, content)


class Run(RunFolder):
    """A run folder and the commands on it.

    `Run.open(path)` takes a finished run, `Run.create(path, config)` makes a new folder, and `Run(path)` takes a folder in any
    state.
    """

    @staticmethod
    def open(path: "str | Path | Run") -> "Run":
        """A finished run, with its net loaded and checked.

        Raises:
            InputError: The run is missing, damaged or unfinished, or its files do not belong together.
        """
        run = path if isinstance(path, Run) else Run(path)
        _require_own_result(run.result(), run.epochs)
        _ = run.net  # loading checks the weights
        return run

    @staticmethod
    def create(
        path: str | Path, config: RunConfig, *, made_with: Environment | None = None, files: Mapping[str, bytes] | None = None
    ) -> "Run":
        """A new run folder with its configuration and environment, and with other files. It appears whole, or not at all.

        Args:
            path: The folder to make.
            config: The configuration.
            made_with: Versions and processor; None: those of this process.
            files: The content of other files, by name.

        Raises:
            InputError: The folder exists, or cannot be made.
        """
        make_folder(Path(path), config, made_with or environment(), files or {})
        return Run(path)

    def ask(self, questions: Sequence[Sequence[str]]) -> Answers:
        """The net's answers to questions, one number per tape each.

        Raises:
            InputError: The run is not finished, or a text is not a number.
        """
        run = Run.open(self)
        return lengths.ask(run.net, run.task, [list(question) for question in questions])

    def count_on(self, *, start: str = "1", steps: int = 20) -> CountSequence:
        """The numbers that follow when the net reads its own answers.

        Raises:
            InputError: The run is not finished, or the net does not count.
        """
        run = Run.open(self)
        return lengths.count_on(run.net, run.task, start=start, steps=steps)

    def stress(self, *, limit: int | None = None, seed: int = 0) -> Stress:
        """Tests random and worst-case lengths, and writes `stress.json`.

        Args:
            limit: The longest number in digits; None: 2000, or 200 where the context grows.
            seed: Draws the random numbers.

        Raises:
            InputError: The run is not finished, or the limit cannot be tested.
        """
        run = Run.open(self)
        with run.locked():
            result = lengths.stress(run.net, run.task, limit=limit, seed=seed)
            run.save(result)
        return result

    def prove(self, *, budget: float = PROVE_SECONDS, progress: ProofProgress = no_progress) -> Verdict:
        """Searches for a proof or a wrong answer, and writes `verdict.json`. PROVED also writes `certificate.json`.

        PROVED UP TO some steps writes `horizon-certificate.json`. An unfinished search for ellipsoids is kept in
        `search.safetensors`, and the next one goes on from there.

        Older results stay until the new ones are whole. An accepted certificate also stays where the search finds nothing.

        Args:
            budget: Seconds to spend, about.
            progress: Called after each round of the search for ellipsoids, with their number, that of steps, and of open steps.

        Raises:
            InputError: The run is not finished or in use, or the budget is not a time.
        """
        check_budget(budget)
        run = Run.open(self)
        with run.locked():
            memory = KeptInRun(run)
            found = verify(run.net, run.task, run.net_config, budget=budget, progress=progress, memory=memory)
            verdict = run.save_verification(confirmed(run, found))
            if verdict.verdict in (PROVED, REFUTED):
                run.remove(layout.SEARCH)
            return verdict

    def save_verification(self, verification: Verification) -> Verdict:
        """Writes a verdict on this net, and its certificate where it is PROVED.

        Whenever the process is killed, the files prove what they proved before or what they prove now: a certificate is written
        before its verdict and removed after the verdict that replaces it, and `verdict` believes an accepted certificate.
        """
        verdict = msgspec.structs.replace(verification.verdict, tensors=tensors_digest(self.net))
        before = self.verdict
        if before is not None and _says_less(verdict, before):
            return before
        name = layout.HORIZON_CERTIFICATE if verdict.verdict == PROVED_UP_TO else layout.CERTIFICATE
        if verification.certificate is not None:
            proofs = parse_certificate(verification.certificate).proofs
            verdict = msgspec.structs.replace(verdict, holds_for_original=holds_for_original(proofs, self.subject))
            self.write(name, verification.certificate)
        self.save(verdict)
        for other in (layout.CERTIFICATE, layout.HORIZON_CERTIFICATE):
            if verification.certificate is None or other != name:
                self.remove(other)
        return verdict

    def prove_within(self, language: str, *, budget: float = PROVE_SECONDS, progress: ProofProgress = no_progress) -> Verdict:
        """Searches for a proof on the words of a language. PROVED WITHIN writes `within.json` and `within-certificate.json`.

        What the run's certificate proves on all words needs no search: the certificate within the language is the same one.

        Older files stay where the search finds nothing. A wrong answer within the language refutes the net, too: it is kept as the
        net's verdict, unless that is REFUTED already.

        Args:
            language: The words, as the net reads them: a regular expression, or `9<=7` for runs of nines of at most 7.
            budget: Seconds to spend, about.
            progress: As in `prove`.

        Raises:
            InputError: The run is not finished or in use, the budget is not a time, or the language is none of the task's symbols.
        """
        check_budget(budget)
        run = Run.open(self)
        words = words_of_language(language, run.task)
        with run.locked():
            proved = run.accepted_certificate()
            found = verify_within(run.net, run.task, words, language, budget=budget, progress=progress, of_all_words=proved)
            verification = confirmed(run, found)
            verdict = run._keep_scoped(verification, layout.WITHIN, layout.WITHIN_CERTIFICATE)
            known = run.verdict
            if verdict.verdict == REFUTED and (known is None or known.verdict != REFUTED):
                run.save_verification(Verification(msgspec.structs.replace(verdict, within=None)))
            return verdict

    def prove_rounded(self, fraction_bits: int, *, budget: float = PROVE_SECONDS) -> Verdict:
        """Visits all states of the net with each number of its state rounded to multiples of 2^-`fraction_bits` after every step.

        PROVED ROUNDED writes `rounded.json` and `rounded-certificate.json`. Older files stay where there is no proof.

        Args:
            fraction_bits: 1 to 20.
            budget: Seconds for the visit; the check of a proof takes its own time.

        Raises:
            InputError: The run is not finished or in use, the budget is not a time, or there are too few or too many bits.
        """
        check_budget(budget)
        if not is_whole(fraction_bits, 1, MOST_FRACTION_BITS):
            raise InputError(f"1 to {MOST_FRACTION_BITS} fractional bits", brief(fraction_bits), "try --rounded 4")
        run = Run.open(self)
        with run.locked():
            verification = verify_rounded(run.net, run.task, Rounded(fraction_bits), budget=budget)
            return run._keep_scoped(verification, layout.ROUNDED, layout.ROUNDED_CERTIFICATE)

    def _keep_scoped(self, verification: Verification, record: str, certificate: str) -> Verdict:
        """Keeps a proof about some words or rounded states in files of its own; the verdict, with the net's tensors."""
        verdict = msgspec.structs.replace(verification.verdict, tensors=tensors_digest(self.net))
        if verification.certificate is not None:
            self.write(certificate, verification.certificate)
            self.write(record, verdict.to_file())
        return verdict

    def explain(self, *, budget: float = EXPLAIN_SECONDS, progress: Callable[[str], None] = lambda part: None) -> Explanation:
        """Why the net keeps or loses what it must remember. Writes `explain.json`.

        Args:
            budget: Seconds to spend, about. Parts that do not end in time are left out, and named in `left_out`.
            progress: Called with the name of each part before its work.

        Raises:
            InputError: The run is not finished, or the budget is not a time.
        """
        check_budget(budget)
        run = Run.open(self)
        with run.locked():
            result = diagnosis.explain(run.net, run.task, run.counterexample_word(), budget=budget, progress=progress)
            run.save(result)
        return result

    def extract(self, *, budget: float = EXTRACT_SECONDS) -> Extraction:
        """The machine that the net computes. Writes `machine.json`, and the machine as Graphviz, Mermaid and Python.

        A certificate in the run makes the machine a theorem at once. Another proof is written to `machine-certificate.json`.

        Args:
            budget: Seconds to spend, about.

        Raises:
            InputError: The run is not finished, or the budget is not a time.
        """
        check_budget(budget)
        run = Run.open(self)
        with run.locked():
            certificate = run.accepted_certificate()
            result = extraction.extract_with_proof(run.net, run.task, run.net_config, certificate=certificate, budget=budget)
            run.write_machine(result.record, None if result.certificate == certificate else result.certificate)
        return result.record

    def complete(self) -> None:
        """Makes the results that the run lacks, or that are of another net: verdict, stress test, explanation, machine."""
        stored, verdict = self.stored_verdict, self.verdict
        if stored is None or verdict is None or (verdict.verdict == UNKNOWN and verdict != stored):
            self.prove()
        if not self.has(layout.STRESS):
            self.stress()
        if not self.has(layout.EXPLANATION):
            self.explain()
        machine, extracted = self.stored_extraction, self.extraction
        if machine is None or extracted is None or extracted.status != machine.status:
            self.extract()

    def accepted_certificate(self) -> bytes | None:
        """The certificate, if it proves that this net does the run's task (`proof`)."""
        return self.certificate if self.proof.reason is None else None

    def verification_of(self, verdict: Verdict) -> Verification:
        """A verdict on this net with the files that prove it, if it is PROVED."""
        certificate = self.accepted_certificate()
        return Verification(verdict, certificate, self.weights if certificate else None)

    def counterexample_word(self) -> tuple[int, ...] | None:
        """The verdict's counterexample as symbols, up to the first wrong answer; None without one."""
        verdict, net, task = self.verdict, self.net, self.task
        if verdict is None or verdict.counterexample is None or not isinstance(net, Net) or task.transducer is None:
            return None
        word = task.word(tuple(map(task.notation.read, verdict.counterexample)))
        return replay(net, task.machine, tuple(np.asarray(word).tolist()))

    def write_beside(self, target: Path, content: bytes) -> None:
        """Writes a file made from the run. In the run's folder it is written under the run's lock.

        Raises:
            InputError: The file cannot be written, or another process works in the run.
        """
        with self.lock_of(target):
            write_atomic(target, content)

    def lock_of(self, target: Path) -> AbstractContextManager[None]:
        """Holds the run while something is written in its folder; does nothing elsewhere.

        Raises:
            InputError: Another process works in the run.
        """
        within = os.path.realpath(target.parent) == os.path.realpath(self.path)
        return self.locked() if within else nullcontext()

    def write_machine(self, result: Extraction, certificate: bytes | None = None) -> None:
        """Writes a machine in every format, with its proof. Where there is none, older files of a machine are removed."""
        if certificate is not None:
            self.write(layout.MACHINE_CERTIFICATE, certificate)
        for file, text_of in MACHINE_FORMATS.values():
            if result.machine is None:
                self.remove(file)
            else:
                self.write(file, text_of(self.task.name, result.machine).encode())
        self.save(result)
        if certificate is None:
            self.remove(layout.MACHINE_CERTIFICATE)


def _says_less(verdict: Verdict, before: Verdict) -> bool:
    """Whether a search found less than what is proved already."""
    of_some_words = verdict.verdict in (UNKNOWN, PROVED_UP_TO)
    return of_some_words and (before.verdict == PROVED or (proved_steps(before) or 0) > (proved_steps(verdict) or 0))


def check_budget(budget: float) -> None:
    """Checks a time to spend.

    Raises:
        InputError: It is too short, too long, or no number.
    """
    if not is_real(budget, MIN_BUDGET, MAX_BUDGET):
        raise InputError(f"a budget of {MIN_BUDGET} to {MAX_BUDGET:.0f} seconds", brief(budget), "pass for example --budget 60")


def _require_own_result(result: Training, epochs: Sequence[Epoch]) -> None:
    """Checks the numbers of `DONE` that the metrics have too. A net that was saved or rounded has no metrics.

    Raises:
        InputError: They differ.
    """
    if not epochs:
        return
    measured = {"epochs": len(epochs)} | {key: getattr(epochs[-1], key) for key in ("train_accuracy", "validation_accuracy")}
    for key, expected in measured.items():
        got = getattr(result, key)
        if expected != got:
            remedy = "one of the two files was changed, or is from another run"
            raise InputError(f"the {key} of {layout.METRICS}, {expected}", f"{got} in {layout.DONE}", remedy)
