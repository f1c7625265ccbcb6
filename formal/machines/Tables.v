(* Machines written by a rule: in state q, on symbol s, go to `move q s` and say `say q s`. *)

From Coq Require Import List Arith Lia.
From Anylength Require Import Machine.
Import ListNotations.

(* A word over the symbols 0, 1, ..., A - 1. *)
Definition over (A : nat) (w : list nat) : Prop := Forall (fun s => s < A) w.

Lemma over_app A u v : over A u -> over A v -> over A (u ++ v).
Proof. intros; now apply Forall_app. Qed.

Lemma over_zeros A t : 0 < A -> over A (repeat 0 t).
Proof. intros; induction t; simpl; constructor; auto. Qed.

(* The rows of a table with Q rows of A entries. *)
Definition table (Q A : nat) (f : nat -> nat -> nat) : list (list nat) :=
  map (fun q => map (f q) (seq 0 A)) (seq 0 Q).

Definition by_rule (Q A first : nat) (move say : nat -> nat -> nat) : machine :=
  {| start := first; delta := table Q A move; output := table Q A say |}.

Lemma nth_map_seq {T} (f : nat -> T) d n i : i < n -> nth i (map f (seq 0 n)) d = f i.
Proof.
  intros H. rewrite (nth_indep _ d (f 0)) by (rewrite length_map, length_seq; lia).
  now rewrite map_nth, seq_nth.
Qed.

Lemma entry_table Q A f q s : q < Q -> s < A -> entry (table Q A f) q s = f q s.
Proof. intros; unfold entry, table. now rewrite !nth_map_seq. Qed.

Lemma next_by_rule Q A first move say q s : q < Q -> s < A -> next (by_rule Q A first move say) q s = move q s.
Proof. apply entry_table. Qed.

Lemma said_by_rule Q A first move say q s : q < Q -> s < A -> said (by_rule Q A first move say) q s = say q s.
Proof. apply entry_table. Qed.

(* The answer of a machine that is asked about the whole word: what it says at the last step. *)
Definition answer (M : machine) (w : list nat) : nat := last (outputs M w) 0.

Lemma outputs_from_snoc M w s : forall q,
  outputs_from M q (w ++ [s]) = outputs_from M q w ++ [said M (fold_left (next M) w q) s].
Proof. induction w as [|t w IH]; intros q; simpl; [reflexivity | now rewrite IH]. Qed.

Lemma outputs_snoc M w s : outputs M (w ++ [s]) = outputs M w ++ [said M (after M w) s].
Proof. apply outputs_from_snoc. Qed.

Lemma answer_snoc M w s : answer M (w ++ [s]) = said M (after M w) s.
Proof. unfold answer. now rewrite outputs_snoc, last_last. Qed.

(* Every output is the answer to the word read so far. *)
Lemma answer_of_prefix M w s rest : nth (length w) (outputs M (w ++ s :: rest)) 0 = answer M (w ++ [s]).
Proof. now rewrite outputs_nth, answer_snoc. Qed.
