(* A finite machine (a Mealy machine), as a certificate holds it: rows of numbers, one row for each state. *)

From Coq Require Import List Arith Lia.
Import ListNotations.

Record machine := { start : nat; delta : list (list nat); output : list (list nat) }.

Definition entry (table : list (list nat)) (q s : nat) : nat := nth s (nth q table []) 0.

(* The state that follows q when the symbol s is read, and what is said at that step. *)
Definition next (M : machine) (q s : nat) : nat := entry (delta M) q s.
Definition said (M : machine) (q s : nat) : nat := entry (output M) q s.

(* The state after a word, read from the start. *)
Definition after (M : machine) (w : list nat) : nat := fold_left (next M) w (start M).

(* All that is said along a word, read from the state q. *)
Fixpoint outputs_from (M : machine) (q : nat) (w : list nat) : list nat :=
  match w with
  | [] => []
  | s :: rest => said M q s :: outputs_from M (next M q s) rest
  end.

Definition outputs (M : machine) (w : list nat) : list nat := outputs_from M (start M) w.

Lemma after_snoc M w s : after M (w ++ [s]) = next M (after M w) s.
Proof. unfold after. now rewrite fold_left_app. Qed.

Lemma outputs_from_length M w : forall q, length (outputs_from M q w) = length w.
Proof. induction w as [|s w IH]; intros q; simpl; auto. Qed.

Lemma outputs_from_nth M w s rest : forall q,
  nth (length w) (outputs_from M q (w ++ s :: rest)) 0 = said M (fold_left (next M) w q) s.
Proof. induction w as [|t w IH]; intros q; simpl; [reflexivity | apply IH]. Qed.

(* What is said when s is read after w does not depend on what comes later. *)
Lemma outputs_nth M w s rest : nth (length w) (outputs M (w ++ s :: rest)) 0 = said M (after M w) s.
Proof. apply outputs_from_nth. Qed.
