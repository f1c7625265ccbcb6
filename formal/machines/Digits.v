(* Numbers and their digits in base b, the least significant digit first. *)

From Coq Require Import List Arith NArith ZArith Lia.
From Anylength.machines Require Import Tables.
Import ListNotations.
Local Open Scope Z_scope.

(* The sum of f s over a word's symbols s, each with the weight of its place: 1, b, b^2, ... *)
Fixpoint total (b : nat) (f : nat -> Z) (w : list nat) : Z :=
  match w with
  | [] => 0
  | s :: rest => f s + Z.of_nat b * total b f rest
  end.

(* The number that a word of digits writes. *)
Definition value (b : nat) (w : list nat) : Z := total b Z.of_nat w.

(* The last k digits of x. Below zero they are the complement: the last 3 decimal digits of -1 are 999. *)
Fixpoint padded (b k : nat) (x : Z) : list nat :=
  match k with
  | O => []
  | S k => Z.to_nat (x mod Z.of_nat b) :: padded b k (x / Z.of_nat b)
  end.

(* The digits of n without leading zeros; one zero for the number 0. *)
Fixpoint written (fuel : nat) (b n : N) : list nat :=
  if (n <? b)%N then [N.to_nat n]
  else match fuel with
       | O => []
       | S fuel => N.to_nat (n mod b) :: written fuel b (n / b)
       end.

Definition digits (b : nat) (n : N) : list nat := written (N.to_nat (N.size n)) (N.of_nat b) n.

(* A word of digits without its leading zeros; one zero stays. *)
Fixpoint trimmed (w : list nat) : list nat :=
  match w with
  | [] => []
  | d :: rest => match trimmed rest with
                 | [O] => [d]
                 | t => d :: t
                 end
  end.

(* Values *)

Lemma value_cons b d w : value b (d :: w) = Z.of_nat d + Z.of_nat b * value b w.
Proof. reflexivity. Qed.

Lemma value_bound b w : over b w -> 0 <= value b w < Z.of_nat b ^ Z.of_nat (length w).
Proof.
  induction 1 as [|d w Hd _ IH]; [cbn; lia|].
  rewrite value_cons. cbn [length]. rewrite Nat2Z.inj_succ, Z.pow_succ_r by lia. nia.
Qed.

Lemma total_app b f u v : total b f (u ++ v) = total b f u + Z.of_nat b ^ Z.of_nat (length u) * total b f v.
Proof.
  induction u as [|d u IH]; cbn [app total length]; [lia|].
  rewrite IH, Nat2Z.inj_succ, Z.pow_succ_r by lia. ring.
Qed.

Lemma total_zeros b f t : f 0%nat = 0 -> total b f (repeat 0%nat t) = 0.
Proof. intros Z0; induction t as [|t IH]; cbn [repeat total]; [|rewrite IH]; lia. Qed.

(* Leading zeros do not change a number. *)
Lemma total_pad b f w t : f 0%nat = 0 -> total b f (w ++ repeat 0%nat t) = total b f w.
Proof. intros Z0. rewrite total_app, total_zeros by assumption. lia. Qed.

Lemma value_pad b w t : value b (w ++ repeat 0%nat t) = value b w.
Proof. now apply total_pad. Qed.

Lemma total_map b f g w : total b f (map g w) = total b (fun s => f (g s)) w.
Proof. induction w as [|s w IH]; cbn [map total]; [|rewrite IH]; reflexivity. Qed.

(* The last k digits *)

Lemma padded_over b k : (0 < b)%nat -> forall x, over b (padded b k x).
Proof.
  intros B; induction k as [|k IH]; intros x; constructor; [|apply IH].
  pose proof (Z.mod_pos_bound x (Z.of_nat b)). lia.
Qed.

Lemma value_padded b k : (0 < b)%nat -> forall x, value b (padded b k x) = x mod Z.of_nat b ^ Z.of_nat k.
Proof.
  intros B; induction k as [|k IH]; intros x; [cbn; now rewrite Z.mod_1_r|].
  cbn [padded]. pose proof (Z.mod_pos_bound x (Z.of_nat b)).
  rewrite value_cons, IH, Z2Nat.id, Nat2Z.inj_succ, Z.pow_succ_r by lia.
  rewrite Z.rem_mul_r; lia.
Qed.

(* The digits of n *)

Lemma written_same b : (2 <= b)%N -> forall f g n, (n < 2 ^ N.of_nat f)%N -> (n < 2 ^ N.of_nat g)%N ->
  written f b n = written g b n.
Proof.
  intros B. assert (less : forall k n, (n < 2 ^ N.of_nat (S k) -> n / b < 2 ^ N.of_nat k)%N).
  { intros k n H. rewrite Nat2N.inj_succ, N.pow_succ_r' in H. apply N.Div0.div_lt_upper_bound. nia. }
  induction f as [|f IH]; intros [|g] n F G; cbn [written]; destruct (N.ltb_spec n b); try reflexivity.
  1,2: cbn in F, G; lia.
  f_equal. auto.
Qed.

Lemma digits_small b n : (n < N.of_nat b)%N -> digits b n = [N.to_nat n].
Proof. intros H. unfold digits. destruct (N.to_nat (N.size n)); cbn; apply N.ltb_lt in H; now rewrite H. Qed.

Lemma digits_step b n : (2 <= b)%nat -> (N.of_nat b <= n)%N ->
  digits b n = N.to_nat (n mod N.of_nat b) :: digits b (n / N.of_nat b).
Proof.
  intros B H. unfold digits. pose proof (N.size_gt n) as size. rewrite <- (N2Nat.id (N.size n)) in size.
  destruct (N.to_nat (N.size n)) as [|f]; [cbn in size; lia|].
  cbn [written]. destruct (N.ltb_spec n (N.of_nat b)); [lia|]. f_equal.
  apply written_same; [lia| |rewrite N2Nat.id; apply N.size_gt].
  rewrite Nat2N.inj_succ, N.pow_succ_r' in size. apply N.Div0.div_lt_upper_bound. nia.
Qed.

(* One digit more in front of the digits of v. *)
Lemma digits_cons b d v : (2 <= b)%nat -> (d < b)%nat -> (0 < v)%N ->
  digits b (N.of_nat d + N.of_nat b * v) = d :: digits b v.
Proof.
  intros B D V. rewrite digits_step by nia.
  rewrite (N.mul_comm (N.of_nat b)), N.Div0.mod_add, N.mod_small, N.div_add, N.div_small, Nat2N.id by lia. reflexivity.
Qed.

Lemma digits_ind b (P : N -> list nat -> Prop) : (2 <= b)%nat ->
  (forall n, (n < N.of_nat b)%N -> P n [N.to_nat n]) ->
  (forall d v, (d < b)%nat -> (0 < v)%N -> P v (digits b v) -> P (N.of_nat d + N.of_nat b * v)%N (d :: digits b v)) ->
  forall n, P n (digits b n).
Proof.
  intros B small step n. induction n as [n IH] using (well_founded_induction N.lt_wf_0).
  destruct (N.lt_ge_cases n (N.of_nat b)) as [lt|ge]; [rewrite digits_small by assumption; auto|].
  set (v := (n / N.of_nat b)%N). set (d := N.to_nat (n mod N.of_nat b)).
  assert (D : (d < b)%nat) by (subst d; pose proof (N.mod_lt n (N.of_nat b)); lia).
  assert (V : (0 < v)%N) by (apply N.div_str_pos; lia).
  assert (E : n = (N.of_nat d + N.of_nat b * v)%N) by (subst d v; rewrite N2Nat.id, N.add_comm; apply N.div_mod; lia).
  rewrite E, digits_cons by assumption. apply step; auto. apply IH. subst v. apply N.div_lt; lia.
Qed.

Lemma digits_over b n : (2 <= b)%nat -> over b (digits b n).
Proof. intros B. apply digits_ind with (P := fun _ w => over b w); auto; intros; repeat constructor; auto; lia. Qed.

(* The digits of n write n. *)
Theorem value_digits b n : (2 <= b)%nat -> value b (digits b n) = Z.of_N n.
Proof.
  intros B. apply digits_ind with (P := fun n w => value b w = Z.of_N n); auto.
  - intros m _. cbn. lia.
  - intros d v _ _ IH. rewrite value_cons, IH. lia.
Qed.

Lemma digits_not_empty b n : (2 <= b)%nat -> digits b n <> [].
Proof. intros B. apply digits_ind with (P := fun _ w => w <> []); auto; discriminate. Qed.

Lemma digits_positive b n : (2 <= b)%nat -> (0 < length (digits b n))%nat.
Proof. intros B. pose proof (digits_not_empty b n B). destruct (digits b n); [easy|cbn; lia]. Qed.

(* Trimming a word gives the digits of its number. *)
Theorem trimmed_digits b w : (2 <= b)%nat -> over b w -> w <> [] -> trimmed w = digits b (Z.to_N (value b w)).
Proof.
  intros B. induction 1 as [|d w Hd Hw IH]; intros NE; [now destruct NE|].
  rewrite value_cons. pose proof (value_bound b w Hw) as [low _].
  destruct w as [|e w]; [cbn; rewrite digits_small; [f_equal|]; lia|].
  set (r := e :: w) in *. specialize (IH ltac:(discriminate)).
  assert (R : trimmed (d :: r) = match trimmed r with [O] => [d] | t => d :: t end) by reflexivity.
  rewrite R, IH. destruct (Z.eq_dec (value b r) 0) as [zero|more].
  - rewrite zero, Z.mul_0_r. rewrite (digits_small b (Z.to_N 0)) by lia. rewrite digits_small by lia. cbn. f_equal; lia.
  - replace (Z.to_N (Z.of_nat d + Z.of_nat b * value b r)) with (N.of_nat d + N.of_nat b * Z.to_N (value b r))%N by nia.
    rewrite digits_cons by lia.
    destruct (digits b (Z.to_N (value b r))) as [|[|x] [|y t]] eqn:E; try reflexivity.
    exfalso. pose proof (value_digits b (Z.to_N (value b r)) B) as V. rewrite E, Z2N.id in V by lia.
    change (value b [0%nat]) with (0 + Z.of_nat b * 0) in V. lia.
Qed.

(* Where k digits are enough for x, the last k digits of x write x, and trimmed they are its digits. *)
Lemma value_enough b k x : (0 < b)%nat -> 0 <= x < Z.of_nat b ^ Z.of_nat k -> value b (padded b k x) = x.
Proof. intros B X. rewrite value_padded by assumption. now apply Z.mod_small. Qed.

Lemma trimmed_enough b k x : (2 <= b)%nat -> (0 < k)%nat -> 0 <= x < Z.of_nat b ^ Z.of_nat k ->
  trimmed (padded b k x) = digits b (Z.to_N x).
Proof.
  intros B K X. rewrite (trimmed_digits b), value_enough; auto; [lia|apply padded_over; lia|destruct k; [lia|discriminate]].
Qed.

(* With t zeros behind it, a number of k digits is read as a word of k + t digits. *)
Lemma power_pad b k t : Z.of_nat b ^ Z.of_nat (k + t) = Z.of_nat b ^ Z.of_nat k * Z.of_nat b ^ Z.of_nat t.
Proof. rewrite Nat2Z.inj_add, Z.pow_add_r; lia. Qed.

Lemma length_pad (w : list nat) t : length (w ++ repeat 0%nat t) = (length w + t)%nat.
Proof. now rewrite length_app, repeat_length. Qed.

Lemma over_pad b w t : (0 < b)%nat -> over b w -> over b (w ++ repeat 0%nat t).
Proof. intros; apply over_app, over_zeros; assumption. Qed.
