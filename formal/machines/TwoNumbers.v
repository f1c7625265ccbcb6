(* The tasks `add`, `subtract` and `compare`, in any base: two numbers are read side by side from the right.
   The symbol s has the digit s mod b of the first number and the digit s / b of the second. *)

From Coq Require Import List Arith NArith ZArith Lia.
From Anylength Require Import Machine.
From Anylength.machines Require Import Tables Digits Carry.
Import ListNotations.

(* The two words of digits in a word of symbols. *)
Definition first (b : nat) (w : list nat) : list nat := map (fun s => s mod b) w.
Definition second (b : nat) (w : list nat) : list nat := map (fun s => s / b) w.

(* Two words of equal length as one word of symbols. *)
Fixpoint zipped (b : nat) (u v : list nat) : list nat :=
  match u, v with
  | d :: u, e :: v => d + b * e :: zipped b u v
  | _, _ => []
  end.

(* Two words of digits as one word of symbols. The shorter one gets leading zeros. *)
Definition side_by_side (b : nat) (u v : list nat) : list nat :=
  zipped b (u ++ repeat 0 (length v - length u)) (v ++ repeat 0 (length u - length v)).

(* State q is the carry, or the borrow, q. *)
Definition add (b : nat) : machine :=
  by_rule 2 (b * b) 0 (fun q s => (s mod b + s / b + q) / b) (fun q s => (s mod b + s / b + q) mod b).

Definition subtract (b : nat) : machine :=
  by_rule 2 (b * b) 0 (fun q s => if s mod b <? s / b + q then 1 else 0) (fun q s => (b + s mod b - s / b - q) mod b).

(* State 0 says that the first number read so far is smaller, 1 that the two are equal, 2 that the first is larger.
   A later digit outweighs all before it. *)
Definition relation (b q s : nat) : nat :=
  if s mod b =? s / b then q else if s / b <? s mod b then 2 else 0.

Definition compare (b : nat) : machine := by_rule 3 (b * b) 1 (relation b) (relation b).

(* Digits of a symbol *)

Lemma symbol_digits b s : s < b * b -> s mod b < b /\ s / b < b.
Proof. intros S. split; [apply Nat.mod_upper_bound; nia | now apply Nat.Div0.div_lt_upper_bound]. Qed.

Lemma pair_digits b d e : d < b -> e < b -> (d + b * e) mod b = d /\ (d + b * e) / b = e /\ d + b * e < b * b.
Proof.
  intros D E. rewrite (Nat.mul_comm b e) at 1 2.
  rewrite Nat.Div0.mod_add, Nat.mod_small, Nat.div_add, Nat.div_small by lia. nia.
Qed.

Lemma zipped_right b u : over b u -> forall v, over b v -> length u = length v ->
  over (b * b) (zipped b u v) /\ length (zipped b u v) = length u /\ first b (zipped b u v) = u /\ second b (zipped b u v) = v.
Proof.
  induction 1 as [|d u D U IH]; intros v V L.
  - destruct v; [repeat split; constructor | discriminate].
  - destruct V as [|e v E V]; [discriminate|]. injection L as L. destruct (IH v V L) as (I1 & I2 & I3 & I4).
    destruct (pair_digits b d e D E) as (P1 & P2 & P3). unfold first, second in *.
    cbn [zipped length map]. rewrite I2, I3, I4, P1, P2. repeat split. now constructor.
Qed.

Lemma side_by_side_right b u v : 0 < b -> over b u -> over b v ->
  over (b * b) (side_by_side b u v) /\
  length (side_by_side b u v) = max (length u) (length v) /\
  value b (first b (side_by_side b u v)) = value b u /\
  value b (second b (side_by_side b u v)) = value b v.
Proof.
  intros B U V. unfold side_by_side.
  destruct (zipped_right b (u ++ repeat 0 (length v - length u)) (over_pad _ _ _ B U)
    (v ++ repeat 0 (length u - length v)) (over_pad _ _ _ B V)) as (W & L & F & S); [rewrite !length_pad; lia|].
  rewrite F, S, L, !value_pad, length_pad. repeat split; [exact W | lia].
Qed.

Local Open Scope Z_scope.

Definition left_digit (b s : nat) : Z := Z.of_nat (s mod b).
Definition right_digit (b s : nat) : Z := Z.of_nat (s / b).

Lemma total_sum b w : total b (fun s => left_digit b s + right_digit b s) w = value b (first b w) + value b (second b w).
Proof.
  unfold value, first, second. rewrite !total_map. induction w as [|s w IH]; [reflexivity|].
  cbn [total]. rewrite IH. unfold left_digit, right_digit. ring.
Qed.

Lemma total_difference b w :
  total b (fun s => left_digit b s - right_digit b s) w = value b (first b w) - value b (second b w).
Proof.
  unfold value, first, second. rewrite !total_map. induction w as [|s w IH]; [reflexivity|].
  cbn [total]. rewrite IH. unfold left_digit, right_digit. ring.
Qed.

Lemma add_carries b : (1 <= b)%nat ->
  carries (add b) 2 (b * b) b Z.of_nat (fun s => left_digit b s + right_digit b s).
Proof.
  intros B q s Q S. destruct (symbol_digits b s S) as [L R]. unfold add, left_digit, right_digit.
  rewrite next_by_rule, said_by_rule by assumption. set (sum := (s mod b + s / b + q)%nat).
  pose proof (Nat.div_mod_eq sum b). pose proof (Nat.mod_upper_bound sum b).
  repeat split; [apply Nat.Div0.div_lt_upper_bound; lia | lia | nia].
Qed.

Lemma subtract_carries b : (1 <= b)%nat ->
  carries (subtract b) 2 (b * b) b (fun q => - Z.of_nat q) (fun s => left_digit b s - right_digit b s).
Proof.
  intros B q s Q S. destruct (symbol_digits b s S) as [L R]. unfold subtract, left_digit, right_digit.
  rewrite next_by_rule, said_by_rule by assumption. set (d := (s mod b)%nat) in *. set (e := (s / b)%nat) in *.
  destruct (Nat.ltb_spec d (e + q)).
  - rewrite Nat.mod_small by lia. lia.
  - replace (b + d - e - q)%nat with (d - e - q + 1 * b)%nat by lia.
    rewrite Nat.Div0.mod_add, Nat.mod_small by lia. lia.
Qed.

(* Every word of symbols: the outputs of `add` are the last digits of the sum. *)
Theorem add_outputs b w : (1 <= b)%nat -> over (b * b) w ->
  outputs (add b) w = padded b (length w) (value b (first b w) + value b (second b w)).
Proof.
  intros B W. pose proof (carried _ _ _ _ _ _ (add_carries b B) w W 0 ltac:(lia)) as all.
  rewrite total_sum, Z.add_0_r in all. exact all.
Qed.

(* The outputs of `subtract` are the last digits of the difference; below zero, of its complement: ...98 stands for -2. *)
Theorem subtract_outputs b w : (1 <= b)%nat -> over (b * b) w ->
  outputs (subtract b) w = padded b (length w) (value b (first b w) - value b (second b w)).
Proof.
  intros B W. pose proof (carried _ _ _ _ _ _ (subtract_carries b B) w W 0 ltac:(lia)) as all.
  rewrite total_difference, Z.add_0_r in all. exact all.
Qed.

(* Two words of digits, with one zero behind them. *)
Section TwoWords.

Variables (b : nat) (u v : list nat).
Hypotheses (B : (2 <= b)%nat) (U : over b u) (V : over b v).

Let places : nat := (max (length u) (length v) + 1)%nat.

Lemma pair_pad :
  over (b * b) (side_by_side b u v ++ [0%nat]) /\
  length (side_by_side b u v ++ [0%nat]) = places /\
  value b (first b (side_by_side b u v ++ [0%nat])) = value b u /\
  value b (second b (side_by_side b u v ++ [0%nat])) = value b v.
Proof.
  destruct (side_by_side_right b u v ltac:(lia) U V) as (W & L & F & S). change [0%nat] with (repeat 0%nat 1).
  rewrite length_pad, L. repeat split.
  - apply over_pad; [nia|assumption].
  - unfold value, first in *. rewrite total_map in *. rewrite total_pad; [exact F|]. now rewrite Nat.Div0.mod_0_l.
  - unfold value, second in *. rewrite total_map in *. rewrite total_pad; [exact S|]. now rewrite Nat.Div0.div_0_l.
Qed.

Theorem add_padded : outputs (add b) (side_by_side b u v ++ [0%nat]) = padded b places (value b u + value b v).
Proof. destruct pair_pad as (W & L & F & S). rewrite add_outputs, L, F, S by (assumption || lia). reflexivity. Qed.

Theorem subtract_padded : outputs (subtract b) (side_by_side b u v ++ [0%nat]) = padded b places (value b u - value b v).
Proof. destruct pair_pad as (W & L & F & S). rewrite subtract_outputs, L, F, S by (assumption || lia). reflexivity. Qed.

Lemma longer_bound w k : over b w -> (length w <= k)%nat -> 0 <= value b w < Z.of_nat b ^ Z.of_nat k.
Proof.
  intros W K. pose proof (value_bound b w W). assert (Z.of_nat b ^ Z.of_nat (length w) <= Z.of_nat b ^ Z.of_nat k); [|lia].
  apply Z.pow_le_mono_r; lia.
Qed.

Lemma add_fits : 0 <= value b u + value b v < Z.of_nat b ^ Z.of_nat places.
Proof.
  pose proof (longer_bound u (max (length u) (length v)) U ltac:(lia)).
  pose proof (longer_bound v (max (length u) (length v)) V ltac:(lia)).
  subst places. rewrite power_pad. nia.
Qed.

Lemma subtract_fits : value b v <= value b u -> 0 <= value b u - value b v < Z.of_nat b ^ Z.of_nat places.
Proof.
  intros LE. pose proof (longer_bound u places U ltac:(lia)). pose proof (value_bound b v V). lia.
Qed.

Theorem add_value : value b (outputs (add b) (side_by_side b u v ++ [0%nat])) = value b u + value b v.
Proof. rewrite add_padded. apply value_enough; [lia|exact add_fits]. Qed.

Theorem subtract_value : value b v <= value b u ->
  value b (outputs (subtract b) (side_by_side b u v ++ [0%nat])) = value b u - value b v.
Proof. intros LE. rewrite subtract_padded. apply value_enough; [lia|now apply subtract_fits]. Qed.

(* Below zero the complement: b^places is added. *)
Theorem subtract_below_zero : value b u < value b v ->
  value b (outputs (subtract b) (side_by_side b u v ++ [0%nat])) = Z.of_nat b ^ Z.of_nat places + value b u - value b v.
Proof.
  intros LT. rewrite subtract_padded, value_padded by lia.
  pose proof (value_bound b u U). pose proof (longer_bound v places V ltac:(lia)).
  rewrite <- (Z.mod_add _ 1), Z.mod_small by lia. lia.
Qed.

End TwoWords.

(* For all natural numbers n and m: the digits of n + m come out. *)
Theorem add_digits b n m : (2 <= b)%nat ->
  trimmed (outputs (add b) (side_by_side b (digits b n) (digits b m) ++ [0%nat])) = digits b (n + m).
Proof.
  intros B. pose proof (digits_over b n B) as N. pose proof (digits_over b m B) as M.
  pose proof (add_fits b _ _ B N M) as F. pose proof (digits_positive b n B).
  rewrite add_padded, trimmed_enough, !value_digits by (assumption || lia). f_equal; lia.
Qed.

(* For all natural numbers n and m with m at most n: the digits of n - m come out. *)
Theorem subtract_digits b n m : (2 <= b)%nat -> (m <= n)%N ->
  trimmed (outputs (subtract b) (side_by_side b (digits b n) (digits b m) ++ [0%nat])) = digits b (n - m).
Proof.
  intros B LE. pose proof (digits_over b n B) as N. pose proof (digits_over b m B) as M.
  pose proof (value_digits b n B). pose proof (value_digits b m B).
  pose proof (subtract_fits b _ _ B N M) as F. pose proof (digits_positive b n B).
  rewrite subtract_padded, trimmed_enough by (assumption || lia). f_equal; lia.
Qed.

(* Which of two numbers is smaller, as `compare` says it. *)
Definition order (x y : Z) : nat := match Z.compare x y with Lt => 0 | Eq => 1 | Gt => 2 end.

Lemma order_first_digits b d e x y : (d < b)%nat -> (e < b)%nat ->
  order (Z.of_nat d + Z.of_nat b * x) (Z.of_nat e + Z.of_nat b * y) =
  match order x y with
  | 1%nat => order (Z.of_nat d) (Z.of_nat e)
  | decided => decided
  end.
Proof.
  intros D E. unfold order. destruct (Z.compare_spec x y) as [->|less|more].
  - now rewrite !(Z.add_comm _ (Z.of_nat b * y)), Zcompare_plus_compat.
  - replace (_ ?= _) with Lt; [reflexivity|]. symmetry. apply Z.compare_lt_iff. nia.
  - replace (_ ?= _) with Gt; [reflexivity|]. symmetry. apply Z.compare_gt_iff. nia.
Qed.

Lemma relation_order b q s :
  relation b q s = match order (left_digit b s) (right_digit b s) with 1%nat => q | decided => decided end.
Proof.
  unfold relation, order, left_digit, right_digit. destruct (Z.compare_spec (Z.of_nat (s mod b)) (Z.of_nat (s / b))).
  - destruct (Nat.eqb_spec (s mod b) (s / b)); [reflexivity|lia].
  - destruct (Nat.eqb_spec (s mod b) (s / b)); [lia|]. destruct (Nat.ltb_spec (s / b) (s mod b)); [lia|reflexivity].
  - destruct (Nat.eqb_spec (s mod b) (s / b)); [lia|]. destruct (Nat.ltb_spec (s / b) (s mod b)); [reflexivity|lia].
Qed.

Lemma relation_small b q s : (q < 3)%nat -> (relation b q s < 3)%nat.
Proof. intros Q. unfold relation. destruct (s mod b =? s / b)%nat, (s / b <? s mod b)%nat; lia. Qed.

(* From state q on: the two words decide, and where they are equal the state stays. *)
Lemma compare_state b w : over (b * b) w -> forall q, (q < 3)%nat ->
  fold_left (next (compare b)) w q =
  match order (value b (first b w)) (value b (second b w)) with 1%nat => q | decided => decided end.
Proof.
  induction 1 as [|s w S _ IH]; intros q Q; [reflexivity|].
  cbn [fold_left]. unfold compare at 2. rewrite next_by_rule, IH by (auto using relation_small).
  destruct (symbol_digits b s S) as [L R]. unfold first, second in *. cbn [map]. rewrite !value_cons.
  rewrite order_first_digits, relation_order by assumption. fold (left_digit b s) (right_digit b s).
  destruct (order (value b _) _) as [|[|d]]; reflexivity.
Qed.

(* Every word of one symbol or more: the last output says which number is smaller. *)
Theorem compare_answer b w : over (b * b) w -> w <> [] ->
  answer (compare b) w = order (value b (first b w)) (value b (second b w)).
Proof.
  intros W NE. assert (after (compare b) w = order (value b (first b w)) (value b (second b w))) as <-.
  { unfold after. rewrite compare_state by (assumption || (cbn; lia)). cbn [start compare by_rule].
    destruct (order _ _) as [|[|d]]; reflexivity. }
  destruct (exists_last NE) as (u & s & ->). apply Forall_app in W as [U S]. inversion_clear S as [|? ? symbol _].
  rewrite answer_snoc, after_snoc. assert ((after (compare b) u < 3)%nat) as state.
  { unfold after. rewrite compare_state by (assumption || (cbn; lia)). cbn [start compare by_rule].
    unfold order. destruct (_ ?= _); cbn; lia. }
  unfold compare at 1 3. now rewrite said_by_rule, next_by_rule by assumption.
Qed.

(* For all natural numbers n and m. *)
Theorem compare_digits b n m : (2 <= b)%nat ->
  answer (compare b) (side_by_side b (digits b n) (digits b m)) = order (Z.of_N n) (Z.of_N m).
Proof.
  intros B. destruct (side_by_side_right b _ _ ltac:(lia) (digits_over b n B) (digits_over b m B)) as (W & L & F & S).
  rewrite compare_answer, F, S, !value_digits; auto.
  intros E. rewrite E in L. pose proof (digits_positive b n B). cbn in L. lia.
Qed.
