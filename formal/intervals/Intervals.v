(* Intervals as numbers: every operation of a step, and that its result holds the exact result.
   The arithmetic is that of the library Interval: bounds are floats of a chosen precision, rounded outward. *)

From Coq Require Import ZArith Reals List Bool Lra Lia Psatz.
From Flocq Require Import Core.
From Interval Require Import Float.Sig Interval.Interval Interval.Float_full Real.Xreal.
From Anylength Require Import Numbers Agreement Silu.
Import ListNotations.
Local Open Scope R_scope.

(* Facts about the functions of a step. *)
Lemma tanh_by_exp x : tanh x = 1 - 2 / (exp (2 * x) + 1).
Proof.
  unfold tanh, sinh, cosh. replace (2 * x) with (x + x) by ring. rewrite exp_plus, exp_Ropp.
  pose proof (exp_pos x). generalize dependent (exp x); intros e He. field. assert (0 < e * e) by nra. repeat split; nra.
Qed.

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
Module I := FloatIntervalFull F.

Definition precision : F.precision := F.PtoP 64.

Definition holds (i : I.type) (x : R) : Prop := contains (I.convert i) (Xreal x).

Lemma nothing_known x : holds I.nai x.
Proof. unfold holds. now rewrite I.nai_correct. Qed.

Lemma undefined_holds_all i x : contains (I.convert i) Xnan -> holds i x.
Proof. unfold holds. destruct (I.convert i); simpl; tauto. Qed.

(* Every number between two numbers of an interval is in it. *)
Lemma between i x y z : holds i x -> holds i y -> x <= z <= y -> holds i z.
Proof. unfold holds. intros X Y Z. exact (contains_connected _ _ _ X Y z Z). Qed.

(* Arithmetic. *)
Definition plus := I.add precision.
Definition minus := I.sub precision.
Definition times := I.mul precision.
Definition over := I.div precision.
Definition integer := I.fromZ precision.

Lemma plus_holds i j x y : holds i x -> holds j y -> holds (plus i j) (x + y).
Proof. intros X Y. exact (I.add_correct precision _ _ _ _ X Y). Qed.

Lemma minus_holds i j x y : holds i x -> holds j y -> holds (minus i j) (x - y).
Proof. intros X Y. exact (I.sub_correct precision _ _ _ _ X Y). Qed.

Lemma times_holds i j x y : holds i x -> holds j y -> holds (times i j) (x * y).
Proof. intros X Y. exact (I.mul_correct precision _ _ _ _ X Y). Qed.

Lemma over_holds i j x y : holds i x -> holds j y -> holds (over i j) (x / y).
Proof.
  intros X Y. pose proof (I.div_correct precision _ _ _ _ X Y) as H. simpl in H. unfold Xdiv' in H.
  destruct (is_zero y); [now apply undefined_holds_all | exact H].
Qed.

Lemma integer_holds n : holds (integer n) (IZR n).
Proof. apply I.fromZ_correct. Qed.

(* Numbers that occur often, made once. *)
Definition number_1 : I.type := integer 1.
Definition number_2 : I.type := integer 2.

Definition scaled_by_power (m e : Z) : I.type :=
  match e with
  | Z0 => integer m
  | Zpos k => integer (m * Z.pow_pos 2 k)
  | Zneg k => over (integer m) (integer (Z.pow_pos 2 k))
  end.
Definition point (d : dyadic) : I.type :=
  match d with
  | (Z0, _) => I.zero
  | (m, e) => scaled_by_power m e
  end.

Lemma zero_holds : holds I.zero 0.
Proof. unfold holds. rewrite I.zero_correct. simpl. lra. Qed.

Lemma scaled_by_power_holds m e : holds (scaled_by_power m e) (real_of (m, e)).
Proof.
  destruct e as [|k|k]; unfold real_of, scaled_by_power; simpl fst; simpl snd.
  - rewrite Rmult_1_r. apply integer_holds.
  - change (bpow radix2 (Zpos k)) with (IZR (Z.pow_pos 2 k)). rewrite <- mult_IZR. apply integer_holds.
  - change (bpow radix2 (Zneg k)) with (/ IZR (Z.pow_pos 2 k)). apply over_holds; apply integer_holds.
Qed.

Lemma point_holds d : holds (point d) (real_of d).
Proof.
  destruct d as [[|m|m] e]; [|apply scaled_by_power_holds..]. unfold real_of. simpl fst. rewrite Rmult_0_l. apply zero_holds.
Qed.

(* Order. *)
Definition hull := I.join.
Definition at_least (i : I.type) := I.upper_extent i.
Definition at_most (i : I.type) := I.lower_extent i.
Definition larger i j := I.meet (I.meet (at_least i) (at_least j)) (hull i j).
Definition smaller i j := I.meet (I.meet (at_most i) (at_most j)) (hull i j).

Lemma hull_holds i j x y z : holds i x -> holds j y -> x <= z <= y \/ y <= z <= x -> holds (hull i j) z.
Proof.
  intros X Y Z. assert (holds (hull i j) x) by (apply I.join_correct; auto). assert (holds (hull i j) y) by (apply I.join_correct; auto).
  destruct Z; [apply between with x y | apply between with y x]; auto.
Qed.

Lemma larger_holds i j x y : holds i x -> holds j y -> holds (larger i j) (Rmax x y).
Proof.
  intros X Y. pose proof (Rmax_l x y). pose proof (Rmax_r x y). apply I.meet_correct; [apply I.meet_correct|].
  - now apply I.upper_extent_correct with x.
  - now apply I.upper_extent_correct with y.
  - apply I.join_correct. destruct (Rmax_case x y (fun m => m = x \/ m = y)) as [E|E]; auto; rewrite E; auto.
Qed.

Lemma smaller_holds i j x y : holds i x -> holds j y -> holds (smaller i j) (Rmin x y).
Proof.
  intros X Y. pose proof (Rmin_l x y). pose proof (Rmin_r x y). apply I.meet_correct; [apply I.meet_correct|].
  - now apply I.lower_extent_correct with x.
  - now apply I.lower_extent_correct with y.
  - apply I.join_correct. destruct (Rmin_case x y (fun m => m = x \/ m = y)) as [E|E]; auto; rewrite E; auto.
Qed.

(* Functions. *)
Definition exponential := I.exp precision.
Definition inverse := I.inv precision.
Definition root := I.sqrt precision.

Lemma exponential_holds i x : holds i x -> holds (exponential i) (exp x).
Proof. intros X. exact (I.exp_correct precision _ _ X). Qed.

Lemma inverse_holds i x : holds i x -> holds (inverse i) (/ x).
Proof.
  intros X. pose proof (I.inv_correct precision _ _ X) as H. simpl in H. unfold Xinv' in H.
  destruct (is_zero x); [now apply undefined_holds_all | exact H].
Qed.

Lemma root_holds i x : holds i x -> holds (root i) (sqrt x).
Proof. intros X. exact (I.sqrt_correct precision _ _ X). Qed.

Lemma square_holds i x : holds i x -> holds (I.sqr precision i) (x * x).
Proof. intros X. exact (I.sqr_correct precision _ _ X). Qed.

Lemma absolute_holds i x : holds i x -> holds (I.abs i) (Rabs x).
Proof. intros X. exact (I.abs_correct _ _ X). Qed.

Definition tanh_of (i : I.type) := minus number_1 (over number_2 (plus (exponential (times number_2 i)) number_1)).

Lemma tanh_holds i x : holds i x -> holds (tanh_of i) (tanh x).
Proof.
  intros X. rewrite tanh_by_exp.
  apply minus_holds; [apply integer_holds|]. apply over_holds; [apply integer_holds|].
  apply plus_holds; [|apply integer_holds]. apply exponential_holds, times_holds; auto. apply integer_holds.
Qed.

Definition sigmoid_of (i : I.type) := inverse (plus number_1 (exponential (I.neg i))).

Lemma sigmoid_holds i x : holds i x -> holds (sigmoid_of i) (sigmoid x).
Proof.
  intros X. apply inverse_holds, plus_holds; [apply integer_holds|]. apply exponential_holds. exact (I.neg_correct _ _ X).
Qed.

Definition softplus_of (i : I.type) := I.ln precision (plus (integer 1) (exponential i)).

Lemma softplus_holds i x : holds i x -> holds (softplus_of i) (ln (1 + exp x)).
Proof.
  intros X. assert (P : holds (plus (integer 1) (exponential i)) (1 + exp x)).
  { apply plus_holds; [apply integer_holds | now apply exponential_holds]. }
  pose proof (I.ln_correct precision _ _ P) as H. simpl in H. unfold Xln' in H.
  destruct (is_positive (1 + exp x)); [exact H | now apply undefined_holds_all].
Qed.

(* The ends of a bounded interval. *)
Definition left_end (i : I.type) := I.singleton (I.lower i).
Definition right_end (i : I.type) := I.singleton (I.upper i).

Lemma ends i x : holds i x -> I.bounded i = true -> exists l u, l <= x <= u /\ holds (left_end i) l /\ holds (right_end i) u.
Proof.
  intros X B. destruct (I.bounded_correct i B) as [L U].
  destruct (I.lower_bounded_correct i L) as [EL P]. destruct (I.upper_bounded_correct i U) as [EU _].
  exists (proj_val (I.F.toX (I.lower i))), (proj_val (I.F.toX (I.upper i))). split; [|split; apply I.singleton_correct].
  unfold holds in X. rewrite P in X; [|now exists x]. rewrite EL, EU in X. exact X.
Qed.

(* Whether no number of an interval is below 0. *)
Definition is_not_below_zero (i : I.type) : bool := match I.sign_large i with Xgt | Xeq => true | _ => false end.

Lemma is_not_below_zero_correct i x : holds i x -> is_not_below_zero i = true -> 0 <= x.
Proof.
  intros X H. unfold is_not_below_zero in H. pose proof (I.sign_large_correct i) as S. destruct (I.sign_large i); try discriminate.
  - specialize (S (Xreal x) X). inversion S; subst; lra.
  - destruct (S (Xreal x) X) as [_ P]. exact P.
Qed.

(* x sigmoid(x) is largest at an end, and least at an end, too, where it only rises or only falls. Else its least value is known. *)
Definition silu_at (i : I.type) : I.type := times i (sigmoid_of i).
Definition turn_of (i : I.type) : I.type := plus (plus (exponential i) (integer 1)) i.
Definition least_of_silu : I.type := over (integer (-27846454276107386)) (integer 100000000000000000).
Definition rises_or_falls (i : I.type) : bool :=
  is_not_below_zero (turn_of (left_end i)) || is_not_below_zero (I.neg (turn_of (right_end i))).
Definition silu_of (i : I.type) : I.type :=
  if I.bounded i
  then let at_ends := hull (silu_at (left_end i)) (silu_at (right_end i)) in
       if rises_or_falls i then at_ends else hull at_ends least_of_silu
  else silu_at i.

Lemma silu_at_holds i x : holds i x -> holds (silu_at i) (silu x).
Proof. intros X. apply times_holds; auto. now apply sigmoid_holds. Qed.

Lemma turn_holds i x : holds i x -> holds (turn_of i) (turn x).
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
  - left. apply silu_rises; [|lra]. exact (is_not_below_zero_correct _ _ (turn_holds _ _ HL) M).
  - right. apply silu_falls; [|lra].
    pose proof (is_not_below_zero_correct _ (- turn u) (I.neg_correct _ _ (turn_holds _ _ HU)) M). lra.
Qed.

Lemma silu_holds i x : holds i x -> holds (silu_of i) (silu x).
Proof.
  intros X. unfold silu_of. destruct (I.bounded i) eqn:B; [|now apply silu_at_holds].
  destruct (ends i x X B) as (l & u & L & HL & HU). cbv zeta.
  set (at_ends := hull (silu_at (left_end i)) (silu_at (right_end i))).
  assert (EL : holds at_ends (silu l)) by (apply I.join_correct; left; now apply silu_at_holds).
  assert (EU : holds at_ends (silu u)) by (apply I.join_correct; right; now apply silu_at_holds).
  pose proof (silu_below_ends l x u L) as T. destruct (rises_or_falls i) eqn:M.
  - destruct (rises_or_falls_correct i x l u L HL HU M) as [G|G], T as [T|T];
      [apply between with (silu l) (silu l) | apply between with (silu l) (silu u)
      | apply between with (silu u) (silu l) | apply between with (silu u) (silu u)]; auto.
  - pose proof (silu_above_least x).
    destruct T as [T|T]; [apply (hull_holds _ _ _ _ _ EL least_holds) | apply (hull_holds _ _ _ _ _ EU least_holds)]; lra.
Qed.

Definition interval_binary (f : binary) :=
  match f with Add => plus | Subtract => minus | Multiply => times | Maximum => larger | Minimum => smaller end.

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
Definition is_above_zero (i : I.type) : bool := match I.sign_strict i with Xgt => true | _ => false end.
Definition interval_normalized x s n e :=
  if I.bounded x && (0 <? n)%nat && is_above_zero (plus (over s (integer (Z.of_nat n))) e)
  then hull (unit_of (left_end x) s n e) (unit_of (right_end x) s n e)
  else unit_of x s n e.

Lemma is_above_zero_correct i x : holds i x -> is_above_zero i = true -> 0 < x.
Proof.
  intros X H. unfold is_above_zero in H. pose proof (I.sign_strict_correct i) as S. destruct (I.sign_strict i); try discriminate.
  destruct (S (Xreal x) X) as [_ P]. exact P.
Qed.

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
  - intros []; simpl; intros; [apply plus_holds | apply minus_holds | apply times_holds | apply larger_holds | apply smaller_holds]; auto.
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
  - intros; now apply interval_lerp_holds.
  - intros; apply over_holds; auto. apply count_holds.
  - intros; now apply interval_normalized_holds.
Qed.
End Intervals.
