(* The tasks `divide-K` (n / K, rounded down) and `remainder-K` (n mod K), in any base, as in long division:
   the most significant digit is read first. State q is the remainder of what has been read. *)

From Coq Require Import List Arith NArith ZArith Lia.
From Anylength Require Import Machine.
From Anylength.machines Require Import Tables Digits.
Import ListNotations.

Definition divide (K b : nat) : machine :=
  by_rule K b 0 (fun q d => (b * q + d) mod K) (fun q d => (b * q + d) / K).

Definition remainder (K b : nat) : machine :=
  by_rule K b 0 (fun q d => (b * q + d) mod K) (fun q d => (b * q + d) mod K).

Local Open Scope Z_scope.

(* Words are written with the least significant digit first, so `rev w` is the order of reading. *)
Lemma after_rev M d w : after M (rev (d :: w)) = next M (after M (rev w)) d.
Proof. apply after_snoc. Qed.

(* The state of both machines after a number is its remainder. *)
Lemma remainder_state K b say w : (1 <= K)%nat -> over b w ->
  Z.of_nat (after (by_rule K b 0 (fun q d => (b * q + d) mod K)%nat say) (rev w)) = value b w mod Z.of_nat K.
Proof.
  intros P. set (M := by_rule _ _ _ _ _). induction 1 as [|d w Hd _ IH]; [reflexivity|].
  rewrite after_rev, value_cons. set (q := after M (rev w)) in *.
  assert (Q : (q < K)%nat) by (pose proof (Z.mod_pos_bound (value b w) (Z.of_nat K)); lia).
  subst M. rewrite next_by_rule by assumption. rewrite Nat2Z.inj_mod, Nat2Z.inj_add, Nat2Z.inj_mul, IH.
  rewrite <- Z.add_mod_idemp_l, Z.mul_mod_idemp_r, Z.add_mod_idemp_l by lia. f_equal. lia.
Qed.

(* Every word of digits: the outputs are the digits of n / K, as many as were read. *)
Theorem divide_outputs K b w : (1 <= K)%nat -> (1 <= b)%nat -> over b w ->
  rev (outputs (divide K b) (rev w)) = padded b (length w) (value b w / Z.of_nat K).
Proof.
  intros P B. induction 1 as [|d w Hd Hw IH]; [reflexivity|].
  cbn [rev length padded]. rewrite outputs_snoc, rev_unit, IH, value_cons.
  pose proof (remainder_state K b (fun q d => (b * q + d) / K)%nat w P Hw) as state.
  fold (divide K b) in state. set (q := after (divide K b) (rev w)) in *. set (v := value b w) in *.
  pose proof (Z.mod_pos_bound v (Z.of_nat K) ltac:(lia)) as small.
  unfold divide. rewrite said_by_rule by lia.
  assert (split : (Z.of_nat d + Z.of_nat b * v) / Z.of_nat K =
    (Z.of_nat b * Z.of_nat q + Z.of_nat d) / Z.of_nat K + (v / Z.of_nat K) * Z.of_nat b).
  { rewrite <- Z.div_add by lia. f_equal. rewrite state.
    rewrite (Z.div_mod v (Z.of_nat K)) at 1 by lia. ring. }
  assert (digit : 0 <= (Z.of_nat b * Z.of_nat q + Z.of_nat d) / Z.of_nat K < Z.of_nat b).
  { split; [apply Z.div_pos; lia|apply Z.div_lt_upper_bound; [lia|]].
    assert (Z.of_nat q <= Z.of_nat K - 1) by lia. nia. }
  rewrite split, Z.mod_add, Z.mod_small, Z.div_add by lia.
  rewrite (Z.div_small _ (Z.of_nat b)), Z.add_0_l by exact digit.
  f_equal. rewrite <- Nat2Z.inj_mul, <- Nat2Z.inj_add, <- Nat2Z.inj_div. now rewrite Nat2Z.id.
Qed.

Lemma divide_fits K b w : (1 <= K)%nat -> over b w ->
  0 <= value b w / Z.of_nat K < Z.of_nat b ^ Z.of_nat (length w).
Proof.
  intros P W. pose proof (value_bound b w W). split; [apply Z.div_pos; lia|].
  apply Z.div_lt_upper_bound; nia.
Qed.

Theorem divide_value K b w : (1 <= K)%nat -> (1 <= b)%nat -> over b w ->
  value b (rev (outputs (divide K b) (rev w))) = value b w / Z.of_nat K.
Proof. intros P B W. rewrite divide_outputs by assumption. apply value_enough; [lia|now apply divide_fits]. Qed.

(* For every natural number n: its digits are read from the left, and the digits of n / K come out from the left. *)
Theorem divide_digits K b n : (1 <= K)%nat -> (2 <= b)%nat ->
  trimmed (rev (outputs (divide K b) (rev (digits b n)))) = digits b (n / N.of_nat K).
Proof.
  intros P B. pose proof (digits_over b n B) as D. pose proof (divide_fits K b _ P D) as F.
  pose proof (digits_positive b n B).
  rewrite divide_outputs, trimmed_enough, value_digits by (assumption || lia).
  f_equal. rewrite <- nat_N_Z, <- N2Z.inj_div. apply N2Z.id.
Qed.

(* Every word of one digit or more: the last output is n mod K. *)
Theorem remainder_answer K b w : (1 <= K)%nat -> over b w -> w <> [] ->
  Z.of_nat (answer (remainder K b) (rev w)) = value b w mod Z.of_nat K.
Proof.
  intros P W NE. destruct W as [|d w Hd Hw]; [now destruct NE|].
  rewrite <- (remainder_state K b (fun q d => (b * q + d) mod K)%nat) by (assumption || now constructor).
  fold (remainder K b). rewrite after_rev. cbn [rev]. rewrite answer_snoc.
  assert (state : (after (remainder K b) (rev w) < K)%nat).
  { pose proof (remainder_state K b (fun q d => (b * q + d) mod K)%nat w P Hw) as S. fold (remainder K b) in S.
    pose proof (Z.mod_pos_bound (value b w) (Z.of_nat K)). lia. }
  unfold remainder at 1 3. now rewrite said_by_rule, next_by_rule by assumption.
Qed.

Theorem remainder_digits K b n : (1 <= K)%nat -> (2 <= b)%nat ->
  N.of_nat (answer (remainder K b) (rev (digits b n))) = (n mod N.of_nat K)%N.
Proof.
  intros P B. pose proof (remainder_answer K b _ P (digits_over b n B) (digits_not_empty b n B)) as A.
  rewrite value_digits, <- nat_N_Z, <- (nat_N_Z K), <- N2Z.inj_mod in A by assumption. now apply N2Z.inj.
Qed.
