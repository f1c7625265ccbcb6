"""Formalise: a run's proof as a theorem for a proof assistant's kernel."""

import shutil
from pathlib import Path
from typing import Any

from anylength.base import InputError, exists, new_folder, write_atomic
from anylength.formal import (
    TOMITA,
    Files,
    Statement,
    formal_files,
    read_files,
    some_words,
    statement_of,
    statement_of_group,
    statement_of_language,
    statement_of_stacks,
)
from anylength.memory.images import machine_beside
from anylength.records import Formalised
from anylength.records.verdicts import PROVED_UP_TO
from anylength.rules import Task, pattern_of
from anylength.runs import Run, layout

PROOFS = ("all", "within", "up-to", "rounded")
"""The proofs that a run may have: of all words, within a language, up to a number of steps, of rounded states."""

EXPECTED = {
    "all": "a run whose net is proved", "within": "a run that is proved within a language",
    "up-to": "a run that is proved up to a number of steps", "rounded": "a run that is proved with its states rounded",
}  # fmt: skip
OPTIONS = {"all": "", "within": " --within LANGUAGE", "up-to": "", "rounded": " --rounded BITS"}
"""What `anylength prove` needs to look for each of them."""


def formalise(path: Path | Run, out: Path, *, proof: str | None = None) -> Formalised:
    """Writes the theorem that a run's certificate proves, with all that it rests on, into a new folder. `make` there checks it.

    Args:
        path: The run, whose certificate proves its net right.
        out: The new folder.
        proof: Which of the run's proofs, a name in `PROOFS`; None: the first of them that the run has.

    Raises:
        InputError: The run has no such proof that holds for its net and task, the theorems do not know an operation of its step, or
            the folder exists or cannot be written.
    """
    if exists(out):
        raise InputError("a new folder for the theorem", f"{str(out)!r}, which exists", "remove it, or pass another --out")
    run = Run.open(path)
    files = read_files(_accepted_certificate(run, proof), run.weights)
    beside = machine_beside(run.net, run.task)
    of_the_task = beside is None or run.proof.machine == beside.completed
    statement, chosen = task_statement(run.task) if of_the_task else None, chosen_proof(files)
    texts = formal_files(files, chosen, statement)
    with new_folder(out) as temporary:
        for name, text in texts.items():
            (temporary / name).parent.mkdir(exist_ok=True, parents=True)
            write_atomic(temporary / name, text.encode())
    return Formalised(
        run=str(run.path), path=str(out), statement=sentence(statement, files), noise=float.fromhex(chosen["epsilon"]),
        installed=shutil.which("coqc") is not None,
    )  # fmt: skip


def _accepted_certificate(run: Run, proof: str | None) -> bytes:
    """The certificate of a proof that holds for the net and task of a run: the one that is asked for, or the first in `PROOFS`.

    Raises:
        InputError: There is none.
    """
    if proof is not None and proof not in PROOFS:
        raise InputError(f"a proof: {', '.join(PROOFS)}", repr(proof), "leave it out for the first of them that the run has")
    judgement = run.proof
    proved = {
        "all": (judgement.reason is None, layout.CERTIFICATE),
        "within": (run.verdict_within is not None, layout.WITHIN_CERTIFICATE),
        "up-to": (run.verdict is not None and run.verdict.verdict == PROVED_UP_TO, layout.HORIZON_CERTIFICATE),
        "rounded": (run.verdict_rounded is not None, layout.ROUNDED_CERTIFICATE),
    }
    held = [name for name in PROOFS if proved[name][0]]
    wanted = proof or next(iter(held), "all")
    content = run.read(proved[wanted][1]) if wanted in held else None
    if content is None:
        got = f"the run has only: {', '.join(held)}" if held else judgement.reason
        raise InputError(EXPECTED[wanted], f"{str(run.path)!r}: {got}", f"try anylength prove {run.path}{OPTIONS[wanted]}")
    return content


def task_statement(task: Task) -> Statement | None:
    """What is to be proved of a task; None where there is nothing but its machine's table."""
    pattern = TOMITA.get(task.name) or pattern_of(task)
    if pattern is not None and task.names is not None:
        return statement_of_language(pattern, task.names)
    of_digits = statement_of(task.name, task.base)
    return statement_of_stacks(task.name, task.base) or statement_of_group(task.name) or of_digits


def chosen_proof(files: Files) -> dict[str, Any]:
    """The proof with the most noise, of those that cover float32 if there are any."""
    proofs = files.top["proofs"]
    covering = [proof for proof in proofs if "float32" in proof["formats"]]
    return max(covering or proofs, key=lambda proof: float.fromhex(proof["epsilon"]))


def sentence(statement: Statement | None, files: Files) -> str:
    """What the theorem says, for people."""
    words = some_words(files, chosen_proof(files), "")
    net = "the net"
    if "rounding" in files.top:
        unit = f"1/{1 << files.top['rounding']['fraction_bits']}"
        net = f"the net, each number of its state rounded to a multiple of {unit} at every step,"
    if statement is not None and words is None:
        return f"{net} {statement.words}"
    which = "of any length" if words is None else words.words
    machine = f"machine of {len(files.top['machine']['delta'])} states"
    if files.program.memory is not None:
        machine, which = f"{machine} with stacks", f"{which}, however deep the stacks become"
    return f"{net} writes what its {machine} says, for every word {which}"
