(* The tasks `multiply-K` (K n) and `collatz` (3 n + 1), in any base, from the right. State q is the carry q.

   Where K is larger than the base, Python leaves out carries that cannot occur and numbers the others as they are met.
   `Equivalent` proves such a table equal to this one. *)

From Coq Require Import List Arith NArith ZArith Lia.
From Anylength Require Import Machine.
From Anylength.machines Require Import Tables Digits Carry.
Import ListNotations.

Definition affine (K constant b : nat) : machine :=
  by_rule K b constant (fun carry d => (K * d + carry) / b) (fun carry d => (K * d + carry) mod b).

Definition multiply (K b : nat) : machine := affine K 0 b.
Definition collatz (b : nat) : machine := affine 3 1 b.

(* How many zeros are read behind the number: as many as the largest carry K - 1 has digits. *)
Definition affine_tail (K b : nat) : nat := length (digits b (N.of_nat (K - 1))).

Local Open Scope Z_scope.

Lemma affine_carries K constant b : (1 <= b)%nat ->
  carries (affine K constant b) K b b Z.of_nat (fun d => Z.of_nat K * Z.of_nat d).
Proof.
  intros B q d Q D. unfold affine. rewrite next_by_rule, said_by_rule by assumption.
  pose proof (Nat.div_mod_eq (K * d + q) b). pose proof (Nat.mod_upper_bound (K * d + q) b).
  repeat split; [apply Nat.Div0.div_lt_upper_bound; nia | lia | nia].
Qed.

Lemma total_times b K w : total b (fun d => Z.of_nat K * Z.of_nat d) w = Z.of_nat K * value b w.
Proof. induction w as [|d w IH]; [cbn; lia|]. cbn [total]. rewrite IH, value_cons. ring. Qed.

(* Every word of digits: the outputs are the last digits of K n + constant. *)
Theorem affine_outputs K constant b w : (constant < K)%nat -> (1 <= b)%nat -> over b w ->
  outputs (affine K constant b) w = padded b (length w) (Z.of_nat K * value b w + Z.of_nat constant).
Proof.
  intros C B W. rewrite <- total_times. now apply (carried _ _ _ _ _ _ (affine_carries K constant b B) w W constant).
Qed.

Theorem affine_padded K constant b w t : (constant < K)%nat -> (1 <= b)%nat -> over b w ->
  outputs (affine K constant b) (w ++ repeat 0%nat t) =
  padded b (length w + t) (Z.of_nat K * value b w + Z.of_nat constant).
Proof. intros C B W. rewrite affine_outputs, length_pad, value_pad by (try apply over_pad; assumption). reflexivity. Qed.

Lemma tail_enough K b : (2 <= b)%nat -> (1 <= K)%nat -> Z.of_nat K <= Z.of_nat b ^ Z.of_nat (affine_tail K b).
Proof.
  intros B P. pose proof (value_bound b _ (digits_over b (N.of_nat (K - 1)) B)) as V.
  rewrite value_digits in V by assumption. unfold affine_tail. lia.
Qed.

Lemma affine_fits K constant b w : (constant < K)%nat -> (2 <= b)%nat -> over b w ->
  0 <= Z.of_nat K * value b w + Z.of_nat constant < Z.of_nat b ^ Z.of_nat (length w + affine_tail K b).
Proof.
  intros C B W. pose proof (value_bound b w W). pose proof (tail_enough K b B). rewrite power_pad. nia.
Qed.

Lemma affine_value K constant b w : (constant < K)%nat -> (2 <= b)%nat -> over b w ->
  value b (outputs (affine K constant b) (w ++ repeat 0%nat (affine_tail K b))) = Z.of_nat K * value b w + Z.of_nat constant.
Proof. intros C B W. rewrite affine_padded by (assumption || lia). apply value_enough; [lia|now apply affine_fits]. Qed.

Lemma affine_digits K constant b n : (constant < K)%nat -> (2 <= b)%nat ->
  trimmed (outputs (affine K constant b) (digits b n ++ repeat 0%nat (affine_tail K b))) =
  digits b (N.of_nat K * n + N.of_nat constant).
Proof.
  intros C B. pose proof (digits_over b n B) as D. pose proof (affine_fits K constant b _ C B D) as F.
  pose proof (digits_positive b n B).
  rewrite affine_padded, trimmed_enough, value_digits by (assumption || lia). f_equal; lia.
Qed.

(* multiply-K: K n, for every number of digits, every word of digits, every natural number. *)
Theorem multiply_outputs K b w : (1 <= K)%nat -> (1 <= b)%nat -> over b w ->
  outputs (multiply K b) w = padded b (length w) (Z.of_nat K * value b w).
Proof. intros. unfold multiply. rewrite affine_outputs by assumption. f_equal; lia. Qed.

Theorem multiply_value K b w : (1 <= K)%nat -> (2 <= b)%nat -> over b w ->
  value b (outputs (multiply K b) (w ++ repeat 0%nat (affine_tail K b))) = Z.of_nat K * value b w.
Proof. intros. unfold multiply. rewrite affine_value by assumption. lia. Qed.

Theorem multiply_digits K b n : (1 <= K)%nat -> (2 <= b)%nat ->
  trimmed (outputs (multiply K b) (digits b n ++ repeat 0%nat (affine_tail K b))) = digits b (N.of_nat K * n).
Proof. intros. unfold multiply. rewrite affine_digits by assumption. f_equal; lia. Qed.

(* collatz: 3 n + 1. *)
Theorem collatz_outputs b w : (1 <= b)%nat -> over b w ->
  outputs (collatz b) w = padded b (length w) (3 * value b w + 1).
Proof. intros. unfold collatz. rewrite affine_outputs by (assumption || lia). f_equal; lia. Qed.

Theorem collatz_value b w : (2 <= b)%nat -> over b w ->
  value b (outputs (collatz b) (w ++ repeat 0%nat (affine_tail 3 b))) = 3 * value b w + 1.
Proof. intros. unfold collatz. rewrite affine_value by (assumption || lia). lia. Qed.

Theorem collatz_digits b n : (2 <= b)%nat ->
  trimmed (outputs (collatz b) (digits b n ++ repeat 0%nat (affine_tail 3 b))) = digits b (3 * n + 1).
Proof. intros. unfold collatz. rewrite affine_digits by (assumption || lia). f_equal; lia. Qed.
