(* The task `parity`: whether the sum of the digits is even (0) or odd (1). In base 2 that is the number of ones. *)

From Coq Require Import List Arith NArith Lia.
From Anylength Require Import Machine.
From Anylength.machines Require Import Tables Digits.
Import ListNotations.

Definition parity (b : nat) : machine := by_rule 2 b 0 (fun q d => (q + d) mod 2) (fun q d => (q + d) mod 2).

Fixpoint digit_sum (w : list nat) : nat :=
  match w with [] => 0 | d :: rest => d + digit_sum rest end.

Lemma digit_sum_snoc w d : digit_sum (w ++ [d]) = digit_sum w + d.
Proof. induction w as [|e w IH]; cbn; [|rewrite IH]; lia. Qed.

Lemma parity_state b w : over b w -> after (parity b) w = digit_sum w mod 2.
Proof.
  induction w as [|d w IH] using rev_ind; intros W; [reflexivity|].
  apply Forall_app in W as [W D]. inversion_clear D as [|? ? digit _].
  rewrite after_snoc, digit_sum_snoc, IH by assumption. unfold parity.
  rewrite next_by_rule by (assumption || apply Nat.mod_upper_bound; lia). apply Nat.Div0.add_mod_idemp_l.
Qed.

(* Every word of one digit or more: the last output is the parity of the digits' sum. *)
Theorem parity_answer b w : over b w -> w <> [] -> answer (parity b) w = digit_sum w mod 2.
Proof.
  intros W NE. destruct (exists_last NE) as (u & d & ->). apply Forall_app in W as [U D].
  inversion_clear D as [|? ? digit _]. rewrite answer_snoc, digit_sum_snoc, parity_state by assumption. unfold parity.
  rewrite said_by_rule by (assumption || apply Nat.mod_upper_bound; lia). apply Nat.Div0.add_mod_idemp_l.
Qed.

Theorem parity_digits b n : 2 <= b -> answer (parity b) (digits b n) = digit_sum (digits b n) mod 2.
Proof. intros B. apply parity_answer; [now apply digits_over|now apply digits_not_empty]. Qed.
