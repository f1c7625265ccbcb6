(* Interval arithmetic: operations and functions on intervals, and that their results hold the exact results.
   The arithmetic is that of the library Interval: bounds are floats of a chosen precision, rounded outward. *)

From Coq Require Import ZArith Reals List Bool Lra Lia Psatz.
From Flocq Require Import Core.
From Interval Require Import Float.Sig Interval.Interval Interval.Float_full Real.Xreal.
From Anylength Require Import Numbers.
Local Open Scope R_scope.

(* Facts about the functions of a step. *)
Lemma tanh_by_exp x : tanh x = 1 - 2 / (exp (2 * x) + 1).
Proof.
  unfold tanh, sinh, cosh. replace (2 * x) with (x + x) by ring. rewrite exp_plus, exp_Ropp.
  pose proof (exp_pos x). generalize dependent (exp x); intros e He. field. assert (0 < e * e) by nra. repeat split; nra.
Qed.

Lemma tanh_opposite x : tanh (- x) = - tanh x.
Proof.
  unfold tanh, sinh, cosh. rewrite Ropp_involutive. pose proof (exp_pos x). pose proof (exp_pos (- x)). field. lra.
Qed.

Lemma exp_64_is_large : 2 * 18446744073709551616 <= exp 64.
Proof.
  assert (squared : forall a b, 0 <= b <= exp a -> b * b <= exp (a + a)) by (intros a b B; rewrite exp_plus; nra).
  assert (B : 3 / 2 <= exp (/ 2)) by (pose proof (exp_ineq1_le (/ 2)); lra).
  assert (B1 : 9 / 4 <= exp 1) by (replace 1 with (/ 2 + / 2) by lra; specialize (squared (/ 2) (3 / 2)); lra).
  assert (B2 : 5 <= exp 2) by (replace 2 with (1 + 1) by lra; specialize (squared 1 (9 / 4)); lra).
  assert (B4 : 25 <= exp 4) by (replace 4 with (2 + 2) by lra; specialize (squared 2 5); lra).
  assert (B8 : 625 <= exp 8) by (replace 8 with (4 + 4) by lra; specialize (squared 4 25); lra).
  assert (B16 : 390625 <= exp 16) by (replace 16 with (8 + 8) by lra; specialize (squared 8 625); lra).
  assert (B32 : 152587890625 <= exp 32) by (replace 32 with (16 + 16) by lra; specialize (squared 16 390625); lra).
  replace 64 with (32 + 32) by lra. specialize (squared 32 152587890625). lra.
Qed.

(* Beyond 32, tanh is 1 up to 2^-64. *)
Lemma tanh_beyond_32 x : 32 <= x -> 1 - / 18446744073709551616 <= tanh x <= 1.
Proof.
  intros L. rewrite tanh_by_exp. assert (M : exp 64 <= exp (2 * x)).
  { destruct (Req_dec 64 (2 * x)) as [->|N]; [lra|]. left. apply exp_increasing. lra. }
  pose proof exp_64_is_large as E.
  set (e := exp (2 * x)) in *. assert (P : 0 < e + 1) by lra. assert (Q : 0 < 2 / (e + 1)) by (apply Rdiv_lt_0_compat; lra). split; [|lra].
  enough (2 / (e + 1) <= / 18446744073709551616) by lra. apply Rmult_le_reg_r with (e + 1); auto. unfold Rdiv.
  rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.

Module Basic (F : FloatOps with Definition sensible_format := true).
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

(* Whether an interval holds 0 and nothing else. *)
Definition is_just_zero (i : I.type) : bool := match I.sign_large i with Xeq => true | _ => false end.

Lemma is_just_zero_correct i x : holds i x -> is_just_zero i = true -> x = 0.
Proof.
  intros X H. unfold is_just_zero in H. pose proof (I.sign_large_correct i) as S. destruct (I.sign_large i); try discriminate.
  specialize (S (Xreal x) X). now inversion S.
Qed.

(* Arithmetic. *)
Definition plus := I.add precision.
Definition minus := I.sub precision.
Definition times := I.mul precision.
Definition over := I.div precision.
Definition integer := I.fromZ precision.

Lemma plus_holds i j x y : holds i x -> holds j y -> holds (plus i j) (x + y).
Proof. intros X Y. exact (I.add_correct precision _ _ _ _ X Y). Qed.

(* A sum of which one with 0 is exact, and costs nothing: many weights are 0. *)
Definition sparse_plus (i j : I.type) : I.type := if is_just_zero i then j else if is_just_zero j then i else plus i j.

Lemma sparse_plus_holds i j x y : holds i x -> holds j y -> holds (sparse_plus i j) (x + y).
Proof.
  intros X Y. unfold sparse_plus. destruct (is_just_zero i) eqn:I0.
  { rewrite (is_just_zero_correct _ _ X I0). now rewrite Rplus_0_l. }
  destruct (is_just_zero j) eqn:J0; [|now apply plus_holds].
  rewrite (is_just_zero_correct _ _ Y J0). now rewrite Rplus_0_r.
Qed.

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

(* Whether no number of an interval is below 0. *)
Definition is_not_below_zero (i : I.type) : bool := match I.sign_large i with Xgt | Xeq => true | _ => false end.

Lemma is_not_below_zero_correct i x : holds i x -> is_not_below_zero i = true -> 0 <= x.
Proof.
  intros X H. unfold is_not_below_zero in H. pose proof (I.sign_large_correct i) as S. destruct (I.sign_large i); try discriminate.
  - specialize (S (Xreal x) X). inversion S; subst; lra.
  - destruct (S (Xreal x) X) as [_ P]. exact P.
Qed.

(* Whether all numbers of an interval are above 0. *)
Definition is_above_zero (i : I.type) : bool := match I.sign_strict i with Xgt => true | _ => false end.

Lemma is_above_zero_correct i x : holds i x -> is_above_zero i = true -> 0 < x.
Proof.
  intros X H. unfold is_above_zero in H. pose proof (I.sign_strict_correct i) as S. destruct (I.sign_strict i); try discriminate.
  destruct (S (Xreal x) X) as [_ P]. exact P.
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

(* Beyond 32 the exponential needs not be computed. *)
Definition number_32 : I.type := integer 32.
Definition nearly_1 : I.type := hull (point (2 ^ 64 - 1, -64)%Z) number_1.
Definition tanh_of (i : I.type) : I.type :=
  if is_not_below_zero (minus i number_32) then nearly_1
  else if is_not_below_zero (minus (I.neg i) number_32) then I.neg nearly_1
  else minus number_1 (over number_2 (plus (exponential (times number_2 i)) number_1)).

Lemma nearly_1_holds x : 32 <= x -> holds nearly_1 (tanh x).
Proof.
  intros L. apply hull_holds with (real_of (2 ^ 64 - 1, -64)%Z) 1; [apply point_holds | apply integer_holds | left].
  pose proof (tanh_beyond_32 x L) as T. unfold real_of. simpl fst. simpl snd. change (bpow radix2 (-64)) with (/ 18446744073709551616). lra.
Qed.

Lemma tanh_holds i x : holds i x -> holds (tanh_of i) (tanh x).
Proof.
  intros X. unfold tanh_of.
  destruct (is_not_below_zero (minus i number_32)) eqn:U.
  { apply nearly_1_holds. pose proof (is_not_below_zero_correct _ _ (minus_holds _ _ _ _ X (integer_holds 32)) U). lra. }
  destruct (is_not_below_zero (minus (I.neg i) number_32)) eqn:D.
  { replace x with (- - x) by ring. rewrite tanh_opposite. apply (I.neg_correct nearly_1 (Xreal (tanh (- x)))), nearly_1_holds.
    pose proof (is_not_below_zero_correct _ _ (minus_holds _ _ _ _ (I.neg_correct i (Xreal x) X) (integer_holds 32)) D). lra. }
  rewrite tanh_by_exp.
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

End Basic.
