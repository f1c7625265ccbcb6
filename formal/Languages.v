(* From machines to languages: if a net always writes what an acceptor says, its last answer tells which words belong to the language. *)

From Coq Require Import List Arith.
From Anylength Require Import Machine Statements.
From Anylength Require Import machines.Tables machines.Regex machines.Acceptor.
Import ListNotations.

Section Languages.
Variable writes : list nat -> list nat -> Prop.

(* After every word of one symbol or more the net says 1 if the word is in the language, and something else if it is not. *)
Definition recognises (A : nat) (language : list nat -> Prop) : Prop :=
  forall w, over A w -> w <> [] -> exists out, writes w out /\ (last out 0 = 1 <-> language w).

(* A machine whose answers are known, by any proof. *)
Theorem recognises_as A M language : writes_as writes A M ->
  (forall w, over A w -> w <> [] -> (answer M w = 1 <-> language w)) -> recognises A language.
Proof. intros W L w O NE. exists (outputs M w). split; [now apply W | now apply L]. Qed.

(* A machine that the check of an expression accepts. *)
Theorem recognises_matches A M r : writes_as writes A M -> accepts_exactly M A r = true -> recognises A (matches r).
Proof. intros W C. apply (recognises_as A M); [exact W | now apply accepts_exactly_right]. Qed.

End Languages.
