"""Theorem.v: what is proved of the net, and the kernel's computation that proves it."""

from anylength.formal.statements import Statement

IMPORTS = """From Coq Require Import List NArith ZArith Reals Lia.
From Anylength Require Import Machine Numbers Net Certificate Answers Kernel Statements.
From Anylength Require Import machines.Tables machines.Digits machines.Equivalent.
From Anylength Require machines.Count machines.Affine machines.Division machines.Parity machines.TwoNumbers.
From Run Require Import Given.
Import ListNotations."""

CHECKED = """(* The kernel computes the check of the certificate. *)
Lemma checked : Kernel.check net machine certificate = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

(* `writes w out`: the net reads the word w and writes `out`, whichever states it computes with errors of up to epsilon a step. *)
Notation writes := (always_writes net (real_of (epsilon certificate)))."""

BY_MACHINE = """(* For every word, of any length: the net writes what the machine says. *)
Theorem writes_what_the_machine_says : writes_as writes {symbols} machine.
Proof.
  intros w _. apply Answers.writes_what_the_machine_says.
  exact (Kernel.answers_as_the_machine net machine certificate checked).
Qed."""

BY_TASK = """Lemma two : (2 <= {base})%nat.
Proof. lia. Qed.

(* The machine's table says the same as the machine of the task. *)
Lemma machine_of_the_task : equivalent machine ({machine}) {symbols} = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

(* The net {words}. *)
Theorem net_is_right : {formula}.
Proof.
  apply ({reason}), (writes_as_equivalent _ _ machine); [exact writes_what_the_machine_says | exact machine_of_the_task].
Qed."""


def theorem_file(symbols: int, base: int, statement: Statement | None) -> str:
    """The text of Theorem.v.

    Args:
        symbols: The symbols of a word.
        base: The base of the digits.
        statement: What to prove of the task's numbers; None: only that the net writes what the machine says.
    """
    parts = [IMPORTS, CHECKED, BY_MACHINE.format(symbols=statement.symbols if statement else symbols)]
    if statement is not None:
        parts.append(BY_TASK.format(base=base, **statement._asdict()))
    name = "writes_what_the_machine_says" if statement is None else "net_is_right"
    return "\n\n".join([*parts, f"Check {name}.\nPrint Assumptions {name}."]) + "\n"
