"""Theorem.v: what is proved of the net, and the kernel's computation that proves it."""

from anylength.formal.spelling import remark
from anylength.formal.statements import Statement

IMPORTS = """From Coq Require Import List NArith ZArith Reals Lia.
From Anylength Require Import Machine Numbers Net Certificate Answers {kernel} Statements Languages.
From Anylength Require Import machines.Tables machines.Digits machines.Equivalent machines.Regex machines.Acceptor.
From Anylength Require machines.Count machines.Affine machines.Division machines.Parity machines.TwoNumbers.
From Run Require Import Given.
Import ListNotations."""

CHECKED = """(* The kernel computes the check of the certificate. *)
Lemma checked : {kernel}.check net machine certificate = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

(* `writes w out`: the net reads the word w and writes `out`, whichever states it computes with errors of up to {noise} a step. *)
Notation writes := (always_writes net (real_of ({noise} certificate)))."""

BY_MACHINE = """(* For every word, of any length: the net writes what the machine says. *)
Theorem writes_what_the_machine_says : writes_as writes {symbols} machine.
Proof.
  intros w _. apply Answers.writes_what_the_machine_says.
  exact ({kernel}.answers_as_the_machine net machine certificate checked).
Qed."""

BY_TASK = """(* The machine's table is that of the task. *)
Lemma machine_of_the_task : {computed}.
Proof. vm_cast_no_check (eq_refl true). Qed.

{remark}
Theorem net_is_right : {formula}.
Proof.
  {proof}.
Qed."""


BOXES = {"kernel": "Kernel", "noise": "epsilon"}
ELLIPSOIDS = {"kernel": "FloatKernel", "noise": "noise"}
"""The module whose check the kernel computes, and the certificate's field of errors."""


def theorem_file(symbols: str, regions: dict[str, str], statement: Statement | None) -> str:
    """The text of Theorem.v.

    Args:
        symbols: How many symbols there are, as a term.
        regions: `BOXES` or `ELLIPSOIDS`.
        statement: What to prove of the task; None: only that the net writes what the machine says.
    """
    parts = [part.format(symbols=symbols, **regions) for part in (IMPORTS, CHECKED, BY_MACHINE)]
    if statement is not None:
        parts.append(BY_TASK.format(remark=remark(f"The net {statement.words}."), **statement._asdict()))
    name = "writes_what_the_machine_says" if statement is None else "net_is_right"
    return "\n\n".join([*parts, f"Check {name}.\nPrint Assumptions {name}."]) + "\n"
