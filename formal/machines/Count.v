(* The tasks `count` (n + 1) and `decrement` (n - 1), in any base, from the right.

   State 0 still has a 1 to add or to take away; state 1 has none and copies. *)

From Coq Require Import List Arith NArith ZArith Lia.
From Anylength Require Import Machine.
From Anylength.machines Require Import Tables Digits Carry.
Import ListNotations.
Local Open Scope bool_scope.

(* In state 0 the digit `passing` leaves the 1 to the next digit. *)
Definition next_to (b passing change : nat) : machine :=
  by_rule 2 b 0
    (fun q d => if (q =? 0) && (d =? passing) then 0 else 1)
    (fun q d => if q =? 0 then (d + change) mod b else d).

Definition count (b : nat) : machine := next_to b (b - 1) 1.
Definition decrement (b : nat) : machine := next_to b 0 (b - 1).

Local Open Scope Z_scope.

Definition waiting (change : Z) (q : nat) : Z := if (q =? 0)%nat then change else 0.

Lemma count_carries b : (2 <= b)%nat -> carries (count b) 2 b b (waiting 1) Z.of_nat.
Proof.
  intros B q d Q D. unfold count, next_to. rewrite next_by_rule, said_by_rule by assumption. unfold waiting.
  destruct q as [|[|q]]; [| |lia]; cbn [Nat.eqb andb]; [|lia].
  destruct (Nat.eqb_spec d (b - 1)) as [->|other].
  - replace (b - 1 + 1)%nat with b by lia. rewrite Nat.Div0.mod_same. cbn. lia.
  - rewrite Nat.mod_small by lia. cbn. lia.
Qed.

Lemma decrement_carries b : (2 <= b)%nat -> carries (decrement b) 2 b b (waiting (-1)) Z.of_nat.
Proof.
  intros B q d Q D. unfold decrement, next_to. rewrite next_by_rule, said_by_rule by assumption. unfold waiting.
  destruct q as [|[|q]]; [| |lia]; cbn [Nat.eqb andb]; [|lia].
  destruct (Nat.eqb_spec d 0) as [->|other].
  - rewrite Nat.mod_small by lia. cbn. lia.
  - replace (d + (b - 1))%nat with (d - 1 + 1 * b)%nat by lia. rewrite Nat.Div0.mod_add, Nat.mod_small by lia. cbn. lia.
Qed.

(* Every word of digits: the outputs are the digits of n + 1, as many as were read. *)
Theorem count_outputs b w : (2 <= b)%nat -> over b w ->
  outputs (count b) w = padded b (length w) (value b w + 1).
Proof. intros B W. apply (carried _ _ _ _ _ _ (count_carries b B) w W 0). lia. Qed.

Lemma count_fits b w : (2 <= b)%nat -> over b w -> 0 <= value b w + 1 < Z.of_nat b ^ Z.of_nat (length w + 1).
Proof. intros B W. pose proof (value_bound b w W). rewrite power_pad. nia. Qed.

(* One zero is read behind the number, because n + 1 may have one digit more. *)
Theorem count_padded b w : (2 <= b)%nat -> over b w ->
  outputs (count b) (w ++ [0%nat]) = padded b (length w + 1) (value b w + 1).
Proof.
  intros B W. change [0%nat] with (repeat 0%nat 1).
  rewrite count_outputs, length_pad, value_pad by (try apply over_pad; auto; lia). reflexivity.
Qed.

Theorem count_value b w : (2 <= b)%nat -> over b w -> value b (outputs (count b) (w ++ [0%nat])) = value b w + 1.
Proof. intros B W. rewrite count_padded by assumption. apply value_enough; [lia|now apply count_fits]. Qed.

(* For every natural number n: the digits of n go in, the digits of n + 1 come out. *)
Theorem count_digits b n : (2 <= b)%nat -> trimmed (outputs (count b) (digits b n ++ [0%nat])) = digits b (n + 1).
Proof.
  intros B. pose proof (digits_over b n B) as D. pose proof (count_fits b _ B D) as F.
  rewrite count_padded, trimmed_enough, value_digits by (assumption || lia). f_equal; lia.
Qed.

(* Every word of digits: the outputs are the last digits of n - 1. The answer to 0 is ...999, which stands for -1. *)
Theorem decrement_outputs b w : (2 <= b)%nat -> over b w ->
  outputs (decrement b) w = padded b (length w) (value b w - 1).
Proof. intros B W. apply (carried _ _ _ _ _ _ (decrement_carries b B) w W 0). lia. Qed.

Theorem decrement_padded b w : (2 <= b)%nat -> over b w ->
  outputs (decrement b) (w ++ [0%nat]) = padded b (length w + 1) (value b w - 1).
Proof.
  intros B W. change [0%nat] with (repeat 0%nat 1).
  rewrite decrement_outputs, length_pad, value_pad by (try apply over_pad; auto; lia). reflexivity.
Qed.

Lemma decrement_fits b w : (2 <= b)%nat -> over b w -> 1 <= value b w ->
  0 <= value b w - 1 < Z.of_nat b ^ Z.of_nat (length w + 1).
Proof. intros B W. pose proof (value_bound b w W). rewrite power_pad. nia. Qed.

Theorem decrement_value b w : (2 <= b)%nat -> over b w -> 1 <= value b w ->
  value b (outputs (decrement b) (w ++ [0%nat])) = value b w - 1.
Proof. intros B W P. rewrite decrement_padded by assumption. apply value_enough; [lia|now apply decrement_fits]. Qed.

(* Zero: the largest digit in every place. *)
Theorem decrement_zero b w : (2 <= b)%nat -> over b w -> value b w = 0 ->
  outputs (decrement b) (w ++ [0%nat]) = repeat (b - 1)%nat (length w + 1).
Proof.
  intros B W E. rewrite decrement_padded, E by assumption. change (0 - 1) with (-1).
  induction (length w + 1)%nat as [|k IH]; [reflexivity|]. cbn [padded repeat].
  replace (-1) with (Z.of_nat b - 1 + (-1) * Z.of_nat b) at 1 2 by lia.
  rewrite Z.mod_add, Z.mod_small, Z.div_add, Z.div_small, Z.add_0_l, IH by lia. f_equal; lia.
Qed.

(* For every natural number n from 1 on: the digits of n - 1 come out. *)
Theorem decrement_digits b n : (2 <= b)%nat -> (1 <= n)%N ->
  trimmed (outputs (decrement b) (digits b n ++ [0%nat])) = digits b (n - 1).
Proof.
  intros B P. pose proof (digits_over b n B) as D. pose proof (value_digits b n B) as V.
  pose proof (decrement_fits b _ B D) as F.
  rewrite decrement_padded, trimmed_enough by (assumption || lia). f_equal; lia.
Qed.
