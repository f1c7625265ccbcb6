"""Questions to the net of a run: counting on, stress tests, explanations, the machine that it computes.

Each function imports what it needs.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from anylength.experiments.budget import EXPLAIN_SECONDS, EXTRACT_SECONDS, check_budget
from anylength.records import Explanation, Stress
from anylength.records import Sequence as CountSequence
from anylength.records.verdicts import UNKNOWN
from anylength.rules import Extraction
from anylength.runs import Run, layout


def count_on(run: Run | Path | str, *, start: str = "1", steps: int = 20) -> CountSequence:
    """The numbers that follow when the net reads its own answers.

    Raises:
        InputError: The run is not finished, or the net does not count.
    """
    from anylength import lengths

    run = Run.open(run)
    return lengths.count_on(run.net, run.task, start=start, steps=steps)


def stress(run: Run | Path | str, *, limit: int | None = None, seed: int = 0) -> Stress:
    """Tests random and worst-case lengths, and writes `stress.json`.

    Args:
        run: The run, or its folder.
        limit: The longest number in digits; None: 2000, or 200 where the context grows.
        seed: Draws the random numbers.

    Raises:
        InputError: The run is not finished, or the limit cannot be tested.
    """
    from anylength import lengths

    run = Run.open(run)
    with run.locked():
        result = lengths.stress(run.net, run.task, limit=limit, seed=seed)
        run.save(result)
    return result


def explain(
    run: Run | Path | str, *, budget: float = EXPLAIN_SECONDS, progress: Callable[[str], None] = lambda part: None
) -> Explanation:
    """Why the net keeps or loses what it must remember. Writes `explain.json`.

    Args:
        run: The run, or its folder.
        budget: Seconds to spend, about. Parts that do not end in time are left out, and named in `left_out`.
        progress: Called with the name of each part before its work.

    Raises:
        InputError: The run is not finished, or the budget is not a time.
    """
    from anylength import diagnosis

    check_budget(budget)
    run = Run.open(run)
    with run.locked():
        result = diagnosis.explain(run.net, run.task, counterexample_word(run), budget=budget, progress=progress)
        run.save(result)
    return result


def extract(run: Run | Path | str, *, budget: float = EXTRACT_SECONDS) -> Extraction:
    """The machine that the net computes. Writes `machine.json`, and the machine as Graphviz, Mermaid and Python.

    A certificate in the run makes the machine a theorem at once. Another proof is written to `machine-certificate.json`.

    Args:
        run: The run, or its folder.
        budget: Seconds to spend, about.

    Raises:
        InputError: The run is not finished, or the budget is not a time.
    """
    from anylength import extraction

    check_budget(budget)
    run = Run.open(run)
    with run.locked():
        certificate = run.accepted_certificate()
        result = extraction.extract_with_proof(run.net, run.task, run.net_config, certificate=certificate, budget=budget)
        write_machine(run, result.record, None if result.certificate == certificate else result.certificate)
    return result.record


def complete(run: Run) -> None:
    """Makes the results that the run lacks, or that are of another net: verdict, stress test, explanation, machine."""
    from anylength.experiments.proving import prove

    stored, verdict = run.stored_verdict, run.verdict
    if stored is None or verdict is None or (verdict.verdict == UNKNOWN and verdict != stored):
        prove(run)
    if not run.has(layout.STRESS):
        stress(run)
    if not run.has(layout.EXPLANATION):
        explain(run)
    machine, extracted = run.stored_extraction, run.extraction
    if machine is None or extracted is None or extracted.status != machine.status:
        extract(run)


def counterexample_word(run: Run) -> tuple[int, ...] | None:
    """The verdict's counterexample as symbols, up to the first wrong answer; None without one."""
    from anylength.nets import Net
    from anylength.verification.refutation import replay

    verdict, net, task = run.verdict, run.net, run.task
    if verdict is None or verdict.counterexample is None or not isinstance(net, Net) or task.transducer is None:
        return None
    word = task.word(tuple(map(task.notation.read, verdict.counterexample)))
    return replay(net, task.machine, tuple(np.asarray(word).tolist()))


def write_machine(run: Run, result: Extraction, certificate: bytes | None = None) -> None:
    """Writes a machine in every format, with its proof. Where there is none, older files of a machine are removed."""
    from anylength.rules import MACHINE_FORMATS

    if certificate is not None:
        run.write(layout.MACHINE_CERTIFICATE, certificate)
    for file, text_of in MACHINE_FORMATS.values():
        if result.machine is None:
            run.remove(file)
        else:
            run.write(file, text_of(run.task.name, result.machine).encode())
    run.save(result)
    if certificate is None:
        run.remove(layout.MACHINE_CERTIFICATE)
