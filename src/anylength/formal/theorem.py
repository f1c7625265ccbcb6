"""Proved.v, and Float32.v and its like: what is proved of the net, and the kernel's computations that prove it."""

from anylength.formal.some_words import SomeWords
from anylength.formal.spelling import remark
from anylength.formal.statements import Statement

IMPORTS = """From Coq Require Import List NArith ZArith Reals Lia.
From Anylength Require Import Machine Numbers Net Certificate Answers {kernel}{modules} Statements Languages.
From Anylength Require Import machines.Tables machines.Digits machines.Equivalent machines.Regex machines.Acceptor.
From Anylength Require machines.Count machines.Affine machines.Division machines.Parity machines.TwoNumbers machines.Groups.
From Run Require Import Given.
Import ListNotations."""

IMPORTS_OF_WORDS = "From Anylength Require Import {some} SomeWords."

CHECKED = """(* The kernel computes the check of the certificate. *)
Lemma checked : {kernel}.check net machine certificate = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

(* `writes w out`: the net reads the word w and writes `out`, whichever states it computes
   with errors of up to {noise} a step{then}. *)
Notation writes := ({writes} (real_of ({noise} certificate))).

(* For every word, of any length: the net writes what the machine says. *)
Theorem writes_what_the_machine_says : writes_as writes {symbols} machine.
Proof.
  intros w _. apply {says}.
  exact ({kernel}.answers_as_the_machine net machine certificate checked).
Qed."""

CHECKED_WITH_STACKS = """(* The kernel computes the check of the certificate. *)
Lemma checked : {kernel}.check net machine certificate = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

(* `writes w out`: the net reads the word w and writes `out`, where this has an answer, whichever states it computes
   with errors of up to epsilon a step. *)
Notation errors := (real_of (epsilon (of_nodes certificate))).
Notation writes := (always_writes_with_stacks net errors).

(* For every word, of any length, and however deep the stacks become: the net writes what the machine says. *)
Theorem writes_what_the_machine_says : forall w, over {symbols} w -> writes w (stack_outputs machine w).
Proof.
  intros w _. apply writes_what_the_machine_says_with_stacks.
  exact ({kernel}.answers_as_the_machine net machine certificate checked).
Qed.

(* After every word each of the net's stacks is as high as the machine's. *)
Theorem as_high_as_the_machine : always_as_high net errors machine.
Proof. exact ({kernel}.as_high_as_the_machine net machine certificate checked). Qed."""

CHECKED_ON_WORDS = """(* The kernel computes the check of the certificate, and that it speaks of the words of the claim. *)
Lemma checked : {some}.check_some net machine certificate = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Lemma words_of_the_claim : {computed}.
Proof. vm_cast_no_check (eq_refl true). Qed.

(* `writes w out`: the net reads the word w and writes `out`, whichever states it computes with errors of up to {noise} a step. *)
Notation writes := (always_writes net (real_of ({noise} certificate))).

(* For every word {words}: the net writes what the machine says. *)
Theorem writes_what_the_machine_says : forall w, over {symbols} w -> {premise} -> writes w (outputs machine w).
Proof.
  intros w O L. apply (writes_on_words net machine _ (speaks_of {paths})).
  - exact (speaks_of_beginnings {paths}).
  - exact ({some}.answers_on_words net machine certificate checked).
  - exact ({reason} w O L).
Qed."""

OF_THE_TASK = """(* The machine's table is that of the task. *)
Lemma machine_of_the_task : {computed}.
Proof. vm_cast_no_check (eq_refl true). Qed."""

COVERED = """From Anylength Require Import Storage {module32} Answers32{modules32}.
From Run Require Import Proved.

(* The kernel computes that the rounding errors of a step are no larger than {noise}. *)
Lemma covered : {coverage}.{covers} {given} = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

(* `writes32 w out`: a machine with binary32 numbers{storing} runs the net; it reads the word w and writes `out`. *)
Notation writes32 := ({writes32})."""

SAYS = """(* For every word, of any length: whatever such a machine writes is what the finite machine says. *)
Theorem writes32_what_the_machine_says : writes_as writes32 {symbols} machine.
Proof.
  intros w _. apply {says32}.
  exact ({coverage}.covered_says {evidence} covered).
Qed."""

SAYS_ON_WORDS = """(* For every word {words}: whatever such a machine writes is what the finite machine says. *)
Theorem writes32_what_the_machine_says : forall w, over {symbols} w -> {premise} -> writes32 w (outputs machine w).
Proof.
  intros w O L. apply (writes_on_words32 {form} net machine (speaks_of {paths})).
  - exact (speaks_of_beginnings {paths}).
  - exact ({coverage}.covered_says_of_words {form} net machine certificate{within} covered (speaks_of {paths})
      (speaks_of_beginnings {paths}) ({some}.bounded_on_words net machine certificate checked)
      ({some}.right_on_words net machine certificate checked)).
  - exact ({reason} w O L).
Qed."""

STORING = {
    "float32": "",
    "bfloat16": ", which stores weights, states and logits in bfloat16,",
    "float16": ", which stores weights, states and logits in binary16,",
}
"""What a machine does in each number format."""

RIGHT = """{remark}
Theorem {name} : {formula}.
Proof.
  {proof}.
Qed."""


EXACT = {
    "net": "The net",
    "modules": "",
    "modules32": "",
    "then": "",
    "writes": "always_writes net",
    "says": "Answers.writes_what_the_machine_says",
    "given": "{form} net certificate{within}",
    "evidence": "{form} net machine certificate{within} checked",
    "writes32": "always_writes32 {form} net",
    "says32": "writes_what_the_machine_says32",
}
"""What is said of states as they are computed."""

AFTER_ROUNDING = {
    "net": "The net, with states rounded to multiples,",
    "modules": " Rounded",
    "module32": "RoundedKernel32",
    "modules32": " RoundedMachine32",
    "then": " before they are rounded to multiples",
    "writes": "always_writes_rounded net (fraction_bits certificate)",
    "says": "writes_what_the_machine_says_rounded",
    "given": "net machine certificate",
    "evidence": "net machine certificate",
    "writes32": "always_writes32_rounded (fraction_bits certificate) net",
    "says32": "writes_what_the_machine_says32_rounded",
    "noise": "step_error",
}
"""What is said of states that are rounded after every step."""

BOXES = EXACT | {
    "kernel": "Kernel",
    "some": "SomeKernel",
    "noise": "epsilon",
    "coverage": "Kernel32",
    "module32": "Kernel32",
    "covers_some": "covers",
    "within": " (Kernel32.one_box certificate)",
}
LARGE = EXACT | {
    "kernel": "ProcessorKernel",
    "some": "SomeProcessorKernel",
    "noise": "epsilon",
    "coverage": "ProcessorKernel32",
    "module32": "ProcessorKernel32",
    "covers_some": "covers",
    "within": " (ProcessorKernel32.one_box certificate)",
}
ELLIPSOIDS = EXACT | {
    "kernel": "FloatKernel",
    "some": "FloatKernel",
    "noise": "noise",
    "coverage": "FloatKernel32",
    "module32": "FloatKernel32",
    "covers_some": "covers_some",
    "within": " state_box",
}
STACKS = {"net": "The net", "kernel": "StackKernel", "modules": " StackMachine StackNet StackCertificate Dyck CountNatural"}
LARGE_STACKS = STACKS | {"kernel": "StackProcessorKernel"}
ROUNDED = AFTER_ROUNDING | {"kernel": "RoundedKernel", "coverage": "RoundedKernel32"}
LARGE_ROUNDED = AFTER_ROUNDING | {"kernel": "RoundedProcessorKernel", "coverage": "RoundedProcessorKernel32"}
"""The module whose check the kernel computes, and that of proofs about some words; the certificate's field of errors; and the same
for the check of number formats. The checks of a large net, and the visit of many rounded states, run on the processor's floats."""


def theorem_file(symbols: str, regions: dict[str, str], statement: Statement | None, words: SomeWords | None = None) -> str:
    """The text of Proved.v: the net with any errors of up to the certificate's.

    Args:
        symbols: How many symbols there are, as a term.
        regions: `BOXES`, `LARGE`, `STACKS`, `LARGE_STACKS`, `ELLIPSOIDS`, `ROUNDED` or `LARGE_ROUNDED`.
        statement: What to prove of the task; None: only that the net writes what the machine says.
        words: The words of the claim; None: all. Of some words it is only proved that the net writes what the machine says.
    """
    whole = CHECKED_WITH_STACKS if regions in (STACKS, LARGE_STACKS) else CHECKED
    checked = (IMPORTS, whole) if words is None else (IMPORTS, IMPORTS_OF_WORDS, CHECKED_ON_WORDS)
    parts = [part.format(symbols=symbols, **regions, **_terms(words)) for part in checked]
    if statement is None or words is not None:
        return _ended(parts, "writes_what_the_machine_says")
    parts += [OF_THE_TASK.format(computed=statement.computed), _right(statement, regions["net"], "writes", "net_is_right")]
    return _ended(parts, "net_is_right")


def format_file(
    form: str, symbols: str, regions: dict[str, str], statement: Statement | None, words: SomeWords | None = None
) -> str:
    """The text of Float32.v, Bfloat16.v or Float16.v: the net as a machine with such numbers runs it.

    Args:
        form: The number format, a key of `STORING`.
        symbols: How many symbols there are, as a term.
        regions: As for `theorem_file`.
        statement: The same.
        words: The same.
    """
    named = {"form": form.capitalize(), "within": regions.get("within", "")}
    terms = {name: text.format(**named) for name, text in regions.items()}
    values = {"storing": STORING[form], "symbols": symbols, **named, **terms, **_terms(words)}
    values["covers"] = "covers" if words is None else regions["covers_some"]
    covered = (IMPORTS, COVERED, SAYS) if words is None else (IMPORTS, IMPORTS_OF_WORDS, COVERED, SAYS_ON_WORDS)
    parts = [part.format(**values) for part in covered]
    if statement is None or words is not None:
        return _ended(parts, "writes32_what_the_machine_says")
    name = f"net_is_right_in_{form}"
    return _ended([*parts, _right(statement, regions["net"], "writes32", name)], name)


def _terms(words: SomeWords | None) -> dict[str, str]:
    """The terms that the text about some words needs."""
    return {} if words is None else words._asdict()


def _right(statement: Statement, net: str, writes: str, name: str) -> str:
    """The theorem about the task, and about the net that is called so."""
    return RIGHT.format(
        remark=remark(f"{net} {statement.words}."), name=name, formula=statement.about(writes),
        proof=statement.proved_by(f"{writes}_what_the_machine_says"),
    )  # fmt: skip


def _ended(parts: list[str], name: str) -> str:
    """The parts, and what prints the last theorem and its axioms."""
    return "\n\n".join([*parts, f"Check {name}.\nPrint Assumptions {name}."]) + "\n"
