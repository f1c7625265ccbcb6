(* Intervals as numbers: every operation of a step, and that its result holds the exact result.
   The arithmetic is that of the library Interval: bounds are floats of a chosen precision, rounded outward. *)

From Coq Require Import ZArith Reals List Bool Lra Lia Psatz.
From Flocq Require Import Core.
From Interval Require Import Float.Sig Interval.Interval Interval.Float_full Real.Xreal.
From Anylength Require Import Numbers Agreement Silu Gelu Basic NormalIntervals GeluBounds.
Import ListNotations.
Local Open Scope R_scope.

(* Facts about the functions of a step. *)
Lemma root_is_positive q c : 0 <= q -> 0 < c -> 0 < sqrt (q + c).
Proof. intros; apply sqrt_lt_R0; lra. Qed.

(* x / sqrt (x x / n + c) rises with x. *)
Lemma unit_rises n c x y : 0 < n -> 0 < c -> x <= y -> x / sqrt (x * x / n + c) <= y / sqrt (y * y / n + c).
Proof.
  intros Hn Hc L.
  assert (Q : forall z, 0 <= z * z / n) by (intros; apply Rmult_le_pos; [nra | left; now apply Rinv_0_lt_compat]).
  assert (P : forall z, 0 < sqrt (z * z / n + c)) by (intros; now apply root_is_positive).
  assert (up : forall u v, 0 <= u <= v -> u / sqrt (u * u / n + c) <= v / sqrt (v * v / n + c)).
  { intros u v [U V]. apply Rmult_le_reg_r with (sqrt (u * u / n + c) * sqrt (v * v / n + c)); [now apply Rmult_lt_0_compat|].
    replace (u / _ * _) with (u * sqrt (v * v / n + c)) by (field; specialize (P u); lra).
    replace (v / _ * _) with (v * sqrt (u * u / n + c)) by (field; specialize (P v); lra).
    assert (pull : forall a b, 0 <= a -> a * sqrt b = sqrt (a * a * b)).
    { intros a b A. rewrite sqrt_mult_alt by nra. now rewrite sqrt_square. }
    rewrite !pull by lra. apply sqrt_le_1_alt. unfold Rdiv. assert (0 <= / n) by (left; now apply Rinv_0_lt_compat).
    assert (u * u <= v * v) by nra. nra. }
  assert (odd : forall z, - z / sqrt (- z * - z / n + c) = - (z / sqrt (z * z / n + c))).
  { intros z. replace (- z * - z) with (z * z) by ring. unfold Rdiv. ring. }
  assert (sign : forall z, 0 <= z -> 0 <= z / sqrt (z * z / n + c)).
  { intros z Z. apply Rmult_le_pos; [exact Z | left; now apply Rinv_0_lt_compat]. }
  destruct (Rle_lt_dec 0 x) as [X|X]; [now apply up|]. destruct (Rle_lt_dec 0 y) as [Y|Y].
  - pose proof (sign (- x)) as A. pose proof (sign y) as B. rewrite odd in A. lra.
  - pose proof (up (- y) (- x)) as A. rewrite !odd in A. lra.
Qed.

Module Intervals (F : FloatOps with Definition sensible_format := true).
Module Export Bell := NormalIntervals F.

(* A function that is largest at an end, and least at an end, too, where it only rises or only falls. Else its least value is known. *)
Section OneValley.
Variables (f : R -> R) (f_at : I.type -> I.type) (only_rises_or_falls : I.type -> bool) (least_of : I.type) (least : R).

Definition valley_of (i : I.type) : I.type :=
  if I.bounded i
  then let at_ends := hull (f_at (left_end i)) (f_at (right_end i)) in
       if only_rises_or_falls i then at_ends else hull at_ends least_of
  else f_at i.

Hypothesis at_holds : forall i x, holds i x -> holds (f_at i) (f x).
Hypothesis below_ends : forall l x u, l <= x <= u -> f x <= f l \/ f x <= f u.
Hypothesis above_an_end : forall i x l u, l <= x <= u -> holds (left_end i) l -> holds (right_end i) u ->
  only_rises_or_falls i = true -> f l <= f x \/ f u <= f x.
Hypothesis least_of_holds : holds least_of least.
Hypothesis above_least : forall x, least <= f x.

Lemma valley_holds i x : holds i x -> holds (valley_of i) (f x).
Proof.
  intros X. unfold valley_of. destruct (I.bounded i) eqn:B; [|now apply at_holds].
  destruct (ends i x X B) as (l & u & L & HL & HU). cbv zeta.
  set (at_ends := hull (f_at (left_end i)) (f_at (right_end i))).
  assert (EL : holds at_ends (f l)) by (apply I.join_correct; left; now apply at_holds).
  assert (EU : holds at_ends (f u)) by (apply I.join_correct; right; now apply at_holds).
  pose proof (below_ends l x u L) as T. destruct (only_rises_or_falls i) eqn:M.
  - destruct (above_an_end i x l u L HL HU M) as [G|G], T as [T|T];
      [apply between with (f l) (f l) | apply between with (f l) (f u)
      | apply between with (f u) (f l) | apply between with (f u) (f u)]; auto.
  - pose proof (above_least x).
    destruct T as [T|T]; [apply (hull_holds _ _ _ _ _ EL least_of_holds) | apply (hull_holds _ _ _ _ _ EU least_of_holds)]; lra.
Qed.
End OneValley.

(* x sigmoid(x). *)
Definition silu_at (i : I.type) : I.type := times i (sigmoid_of i).
Definition slope_factor_of (i : I.type) : I.type := plus (plus (exponential i) (integer 1)) i.
Definition least_of_silu : I.type := over (integer (-27846454276107386)) (integer 100000000000000000).
Definition rises_or_falls (i : I.type) : bool :=
  is_not_below_zero (slope_factor_of (left_end i)) || is_not_below_zero (I.neg (slope_factor_of (right_end i))).
Definition silu_of : I.type -> I.type := valley_of silu_at rises_or_falls least_of_silu.

Lemma silu_at_holds i x : holds i x -> holds (silu_at i) (silu x).
Proof. intros X. apply times_holds; auto. now apply sigmoid_holds. Qed.

Lemma slope_factor_holds i x : holds i x -> holds (slope_factor_of i) (slope_factor x).
Proof. intros X. apply plus_holds; auto. apply plus_holds; [now apply exponential_holds | apply integer_holds]. Qed.

Lemma least_holds : holds least_of_silu silu_least.
Proof.
  unfold silu_least. replace (- (27846454276107386 / 100000000000000000)) with (IZR (-27846454276107386) / IZR 100000000000000000) by lra.
  apply over_holds; apply integer_holds.
Qed.

Lemma rises_or_falls_correct i x l u : l <= x <= u -> holds (left_end i) l -> holds (right_end i) u -> rises_or_falls i = true ->
  silu l <= silu x \/ silu u <= silu x.
Proof.
  intros L HL HU M. apply orb_true_iff in M. destruct M as [M|M].
  - left. apply silu_rises; [|lra]. exact (is_not_below_zero_correct _ _ (slope_factor_holds _ _ HL) M).
  - right. apply silu_falls; [|lra].
    pose proof (is_not_below_zero_correct _ (- slope_factor u) (I.neg_correct _ _ (slope_factor_holds _ _ HU)) M). lra.
Qed.

Lemma silu_holds i x : holds i x -> holds (silu_of i) (silu x).
Proof. exact (valley_holds silu _ _ _ _ silu_at_holds silu_below_ends rises_or_falls_correct least_holds silu_above_least i x). Qed.

(* x normal_distribution(x). *)
Definition least_of_gelu : I.type := over (integer (-16997120748)) (integer 100000000000).
Definition gelu_rises_or_falls (i : I.type) : bool :=
  if is_above_zero (steepness_of (left_end i)) then true else is_not_below_zero (I.neg (steepness_of (right_end i))).
Definition gelu_of : I.type -> I.type := valley_of gelu_at gelu_rises_or_falls least_of_gelu.

Lemma least_of_gelu_holds : holds least_of_gelu gelu_least.
Proof.
  unfold gelu_least. replace (- (16997120748 / 100000000000)) with (IZR (-16997120748) / IZR 100000000000) by lra.
  apply over_holds; apply integer_holds.
Qed.

Lemma gelu_rises_or_falls_correct i x l u : l <= x <= u -> holds (left_end i) l -> holds (right_end i) u -> gelu_rises_or_falls i = true ->
  gelu l <= gelu x \/ gelu u <= gelu x.
Proof.
  intros L HL HU M. unfold gelu_rises_or_falls in M. destruct (is_above_zero (steepness_of (left_end i))) eqn:E.
  - left. apply gelu_rises; [|lra]. exact (is_above_zero_correct _ _ (steepness_holds _ _ HL) E).
  - right. apply gelu_falls; [|lra].
    pose proof (is_not_below_zero_correct _ (- steepness u) (negative_holds _ _ (steepness_holds _ _ HU)) M). lra.
Qed.

Lemma gelu_holds i x : holds i x -> holds (gelu_of i) (gelu x).
Proof. exact (valley_holds gelu _ _ _ _ gelu_at_holds gelu_below_ends gelu_rises_or_falls_correct least_of_gelu_holds gelu_above_least i x). Qed.

Definition interval_binary (f : binary) :=
  match f with Add => sparse_plus | Subtract => minus | Multiply => times | Maximum => larger | Minimum => smaller end.

Definition interval_unary (f : unary) :=
  match f with
  | Tanh => tanh_of
  | Sigmoid => sigmoid_of
  | Relu => larger I.zero
  | Exp => exponential
  | Absolute => I.abs
  | Square => I.sqr precision
  | Reciprocal => inverse
  | Rsqrt => fun i => inverse (root i)
  | Softplus => softplus_of
  | Silu => silu_of
  | Gelu => gelu_of
  end.

(* (1 - z) a + z b is linear in z, so it lies between its values at the two ends of z. *)
Definition mixed z a b := plus (times (minus number_1 z) a) (times z b).
Definition interval_lerp z a b :=
  if I.bounded z then hull (mixed (left_end z) a b) (mixed (right_end z) a b) else mixed z a b.

Lemma mixed_holds i j k z a b : holds i z -> holds j a -> holds k b -> holds (mixed i j k) ((1 - z) * a + z * b).
Proof. intros. apply plus_holds; apply times_holds; auto. apply minus_holds; auto. apply integer_holds. Qed.

Lemma interval_lerp_holds i j k z a b : holds i z -> holds j a -> holds k b ->
  holds (interval_lerp i j k) ((1 - z) * a + z * b).
Proof.
  intros Z A B. unfold interval_lerp. destruct (I.bounded i) eqn:E; [|now apply mixed_holds].
  destruct (ends i z Z E) as (l & u & L & HL & HU).
  eapply hull_holds; [now apply mixed_holds; eauto | now apply mixed_holds; eauto |].
  destruct (Rle_lt_dec a b); [left | right]; split; nra.
Qed.

(* x / sqrt ((x x + s) / n + e) rises with x, so it lies between its values at the two ends of x. *)
Definition unit_of x s n e := over x (root (plus (over (plus (I.sqr precision x) s) (integer (Z.of_nat n))) e)).
Definition interval_normalized x s n e :=
  if I.bounded x && (0 <? n)%nat && is_above_zero (plus (over s (integer (Z.of_nat n))) e)
  then hull (unit_of (left_end x) s n e) (unit_of (right_end x) s n e)
  else unit_of x s n e.

Lemma count_holds n : holds (integer (Z.of_nat n)) (INR n).
Proof. rewrite INR_IZR_INZ. apply integer_holds. Qed.

Lemma unit_of_holds i j k n x s e : holds i x -> holds j s -> holds k e -> holds (unit_of i j n k) (x / sqrt ((x * x + s) / INR n + e)).
Proof.
  intros X S E. apply over_holds; auto. apply root_holds, plus_holds; auto. apply over_holds; [|apply count_holds].
  apply plus_holds; auto. now apply square_holds.
Qed.

Lemma interval_normalized_holds i j k n x s e : holds i x -> holds j s -> holds k e ->
  holds (interval_normalized i j n k) (x / sqrt ((x * x + s) / INR n + e)).
Proof.
  intros X S E. unfold interval_normalized. destruct (I.bounded i) eqn:B; [|now apply unit_of_holds].
  destruct (0 <? n)%nat eqn:P; [|now apply unit_of_holds]. apply Nat.ltb_lt, lt_0_INR in P.
  destruct (is_above_zero (plus (over j (integer (Z.of_nat n))) k)) eqn:C; [|now apply unit_of_holds]. cbn [andb].
  assert (0 < s / INR n + e).
  { apply (is_above_zero_correct _ _ (plus_holds _ _ _ _ (over_holds _ _ _ _ S (count_holds n)) E) C). }
  destruct (ends i x X B) as (l & u & L & HL & HU).
  eapply hull_holds; [apply (unit_of_holds _ _ _ n _ _ _ HL S E) | apply (unit_of_holds _ _ _ n _ _ _ HU S E) | left].
  assert (split_sum : forall z, z / sqrt ((z * z + s) / INR n + e) = z / sqrt (z * z / INR n + (s / INR n + e))).
  { intros z. do 2 f_equal. unfold Rdiv. ring. }
  rewrite !split_sum. split; apply unit_rises; lra.
Qed.

Definition intervals : numbers := {|
  number := I.type;
  exactly := point;
  apply2 := interval_binary;
  apply1 := interval_unary;
  lerp := interval_lerp;
  divided := fun i n => over i (integer (Z.of_nat n));
  normalized := interval_normalized
|}.

Theorem intervals_hold : @agreement intervals reals holds.
Proof.
  split; simpl.
  - exact point_holds.
  - intros []; simpl; intros; [apply sparse_plus_holds | apply minus_holds | apply times_holds | apply larger_holds | apply smaller_holds]; auto.
  - intros []; simpl; intros x x' X.
    + now apply tanh_holds.
    + now apply sigmoid_holds.
    + apply larger_holds; auto. apply zero_holds.
    + now apply exponential_holds.
    + now apply absolute_holds.
    + now apply square_holds.
    + now apply inverse_holds.
    + now apply inverse_holds, root_holds.
    + now apply softplus_holds.
    + now apply silu_holds.
    + now apply gelu_holds.
  - intros; now apply interval_lerp_holds.
  - intros; apply over_holds; auto. apply count_holds.
  - intros; now apply interval_normalized_holds.
Qed.
End Intervals.
