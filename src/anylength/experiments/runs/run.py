"""A run: a folder with a trained net, and the commands that compute results about it.

Command line, server, report and sweeps all use `Run`.
"""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from anylength import diagnosis, extraction, lengths
from anylength.digits import digits_of
from anylength.errors import InputError
from anylength.experiments.runs import layout
from anylength.experiments.runs.environment import environment
from anylength.experiments.runs.folder import RunFolder, make_folder
from anylength.machine_formats import MACHINE_FORMATS
from anylength.nets import Net
from anylength.records import Answers, Environment, Explanation, Extraction, RunConfig, Stress, Verdict
from anylength.records import Sequence as CountSequence
from anylength.verification.certify import covers_original, parse_certificate
from anylength.verification.refutation import replay
from anylength.verification.verdicts import verify
from anylength_check import check

MIN_BUDGET, MAX_BUDGET = 0.1, 86_400.0
"""Seconds that a search may be given. Below the minimum no search gets anywhere; the maximum is one day."""

PROVE_SECONDS, EXTRACT_SECONDS = 60.0, 20.0
"""Default budgets in seconds."""


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
        run.result()
        _ = run.net  # loading checks the weights
        return run

    @staticmethod
    def create(path: str | Path, config: RunConfig, *, made_with: Environment | None = None) -> "Run":
        """A new run folder with its configuration and environment.

        Args:
            path: The folder to make.
            config: The configuration.
            made_with: Versions and processor; None: those of this process.

        Raises:
            InputError: The folder exists, or cannot be made.
        """
        make_folder(Path(path), config, made_with or environment())
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
        result = lengths.stress(run.net, run.task, limit=limit, seed=seed)
        run.save(result)
        return result

    def prove(self, *, budget: float = PROVE_SECONDS) -> Verdict:
        """Searches for a proof or a wrong answer, and writes `verdict.json`. PROVED also writes `certificate.json`.

        Args:
            budget: Seconds to spend, about.

        Raises:
            InputError: The run is not finished, or the budget is not a time.
        """
        check_budget(budget)
        run = Run.open(self)
        run.remove(layout.CERTIFICATE)
        run.remove(layout.VERDICT)
        verification = verify(run.net, run.task, run.net_config, budget=budget)
        verdict = verification.verdict
        if verification.certificate is not None:
            run.write(layout.CERTIFICATE, verification.certificate)
            verdict = msgspec.structs.replace(verdict, holds_for_original=run.covers_imported_file(verification.certificate))
        run.save(verdict)
        return verdict

    def explain(self) -> Explanation:
        """Why the net keeps or loses what it must remember. Writes `explain.json`.

        Raises:
            InputError: The run is not finished.
        """
        run = Run.open(self)
        result = diagnosis.explain(run.net, run.task, run.counterexample_word())
        run.save(result)
        return result

    def extract(self, *, budget: float = EXTRACT_SECONDS) -> Extraction:
        """The machine that the net computes. Writes `machine.json`, and the machine as Graphviz, Mermaid and Python.

        A certificate in the run makes the machine a theorem at once.

        Args:
            budget: Seconds to spend, about.

        Raises:
            InputError: The run is not finished, or the budget is not a time.
        """
        check_budget(budget)
        run = Run.open(self)
        certificate = run.accepted_certificate()
        result = extraction.extract(run.net, run.task, run.net_config, certificate=certificate, budget=budget)
        run.write_machine(result)
        return result

    def complete(self) -> None:
        """Makes the results that the run lacks: verdict, stress test, explanation, machine."""
        if not self.has(layout.VERDICT):
            self.prove()
        if not self.has(layout.STRESS):
            self.stress()
        if not self.has(layout.EXPLANATION):
            self.explain()
        if not self.has(layout.MACHINE):
            self.extract()

    def accepted_certificate(self) -> bytes | None:
        """The certificate, if the independent checker accepts it for the run's weights."""
        certificate = self.certificate
        if certificate is None or not check(self.path / layout.CERTIFICATE, self.path / layout.MODEL).valid:
            return None
        return certificate

    def covers_imported_file(self, certificate: bytes) -> bool | None:
        """Whether a proof also holds for the net in the imported file; None where that is the same net."""
        imported, net = self.imported, self.net
        if imported is None or not imported.folding_error or not isinstance(net, Net):
            return None
        return covers_original(net, parse_certificate(certificate).proofs, imported.folding_error)

    def counterexample_word(self) -> tuple[int, ...] | None:
        """The verdict's counterexample as symbols, up to the first wrong answer; None without one."""
        verdict, net, task = self.verdict, self.net, self.task
        if verdict is None or verdict.counterexample is None or not isinstance(net, Net) or task.transducer is None:
            return None
        word = task.word(tuple(digits_of(number, task.base) for number in verdict.counterexample))
        return replay(net, task.machine, tuple(np.asarray(word).tolist()))

    def write_machine(self, result: Extraction) -> None:
        """Writes a machine in every format. Where there is none, older files of a machine are removed."""
        for file, text_of in MACHINE_FORMATS.values():
            if result.machine is None:
                self.remove(file)
            else:
                self.write(file, text_of(self.task.name, result.machine).encode())
        self.save(result)


def check_budget(budget: float) -> None:
    """Checks a time to spend.

    Raises:
        InputError: It is too short, too long, or no number.
    """
    if not MIN_BUDGET <= budget <= MAX_BUDGET:
        raise InputError(f"a budget of {MIN_BUDGET} to {MAX_BUDGET:.0f} seconds", f"{budget}", "pass for example --budget 60")
