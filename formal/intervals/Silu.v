(* The function x sigmoid(x): it falls while e^x + 1 + x < 0, rises from there on, and never goes below -0.27846454276107386. *)

From Coq Require Import ZArith Reals Lra Psatz.
From Coquelicot Require Import Coquelicot.
From Interval Require Import Float.Specific_ops Float.Specific_stdz Interval.Interval Interval.Float_full Real.Xreal.
From Anylength Require Import Numbers.
Local Open Scope R_scope.

Definition silu (x : R) : R := x * sigmoid x.
Definition slope_factor (x : R) : R := exp x + 1 + x.

Lemma slope_factor_rises x y : x <= y -> slope_factor x <= slope_factor y.
Proof. intros [L|E]; [|subst; lra]. unfold slope_factor. pose proof (exp_increasing x y L). lra. Qed.

Definition slope (x : R) : R := slope_factor x * exp (- x) / ((1 + exp (- x)) * (1 + exp (- x))).

Lemma silu_slope x : is_derive silu x (slope x).
Proof.
  unfold silu, sigmoid, slope, slope_factor. pose proof (exp_pos (- x)). auto_derive; [lra|].
  replace ((exp x + 1 + x) * exp (- x)) with (1 + exp (- x) + x * exp (- x)); [field; lra|].
  transitivity (exp x * exp (- x) + exp (- x) + x * exp (- x)); [|ring].
  rewrite <- exp_plus, Rplus_opp_r, exp_0. ring.
Qed.

Lemma silu_between x y : x <= y -> exists c, x <= c <= y /\ silu y - silu x = slope c * (y - x).
Proof.
  intros L. destruct (MVT_gen silu x y slope) as (c & C & E).
  - intros; apply silu_slope.
  - intros z _. apply continuity_pt_filterlim, (ex_derive_continuous silu). eexists. apply silu_slope.
  - exists c. rewrite Rmin_left, Rmax_right in C by exact L. split; auto.
Qed.

Lemma silu_rises x y : 0 <= slope_factor x -> x <= y -> silu x <= silu y.
Proof.
  intros T L. destruct (silu_between x y L) as (c & C & E). pose proof (slope_factor_rises x c). pose proof (exp_pos (- c)).
  assert (0 <= slope c); [|nra].
  apply Rmult_le_pos; [apply Rmult_le_pos; lra | left; apply Rinv_0_lt_compat; nra].
Qed.

Lemma silu_falls x y : slope_factor y <= 0 -> x <= y -> silu y <= silu x.
Proof.
  intros T L. destruct (silu_between x y L) as (c & C & E). pose proof (slope_factor_rises c y). pose proof (exp_pos (- c)).
  assert (slope c <= 0); [|nra].
  unfold slope, Rdiv. assert (I : 0 < / ((1 + exp (- c)) * (1 + exp (- c)))) by (apply Rinv_0_lt_compat; nra).
  assert (N : slope_factor c * exp (- c) <= 0) by nra. generalize dependent (slope_factor c * exp (- c)).
  generalize dependent (/ ((1 + exp (- c)) * (1 + exp (- c)))). intros; nra.
Qed.

(* Between two ends it is nowhere above both. *)
Lemma silu_below_ends l x u : l <= x <= u -> silu x <= silu l \/ silu x <= silu u.
Proof.
  intros [L U]. destruct (Rle_lt_dec 0 (slope_factor x)); [right; now apply silu_rises | left; apply silu_falls; lra].
Qed.

Definition silu_least : R := - (27846454276107386 / 100000000000000000).

(* By computation with intervals over Z: 1 + c + ln c is not below zero for c = -silu_least. *)
Module Floats := SpecificFloat StdZRadix2.
Module I := FloatIntervalFull Floats.
Definition precision := Floats.PtoP 100.
Definition c_holder : I.type := I.div precision (I.fromZ precision 27846454276107386) (I.fromZ precision 100000000000000000).
Definition sum_holder : I.type := I.add precision (I.add precision (I.fromZ precision 1) c_holder) (I.ln precision c_holder).

Lemma sum_is_positive : I.sign_large sum_holder = Xgt.
Proof. vm_compute. reflexivity. Qed.

Lemma sum_not_below_zero : 0 <= 1 + - silu_least + ln (- silu_least).
Proof.
  assert (C : contains (I.convert c_holder) (Xreal (- silu_least))).
  { pose proof (I.div_correct precision _ _ _ _ (I.fromZ_correct precision 27846454276107386) (I.fromZ_correct precision 100000000000000000)) as D.
    cbv beta iota delta [Xbind2 Xdiv'] in D. rewrite is_zero_false in D by lra.
    unfold silu_least. now rewrite Ropp_involutive. }
  assert (P : 0 < - silu_least) by (unfold silu_least; lra).
  pose proof (I.ln_correct precision _ _ C) as L. cbv beta iota delta [Xbind Xln'] in L. rewrite is_positive_true in L by exact P.
  pose proof (I.add_correct precision _ _ _ _ (I.add_correct precision _ _ _ _ (I.fromZ_correct precision 1) C) L) as S.
  pose proof (I.sign_large_correct sum_holder) as G. rewrite sum_is_positive in G. destruct (G _ S) as [_ H]. exact H.
Qed.

Lemma silu_above_least x : silu_least <= silu x.
Proof.
  unfold silu, sigmoid. set (c := - silu_least). assert (P : 0 < c) by (unfold c, silu_least; lra).
  pose proof sum_not_below_zero as N. fold c in N.
  assert (T : 1 + (- x + ln c) <= c * exp (- x)).
  { rewrite <- (exp_ln c P) at 2. rewrite <- exp_plus, (Rplus_comm (ln c)). apply exp_ineq1_le. }
  pose proof (exp_pos (- x)). replace silu_least with (- c) by (unfold c; ring).
  apply Rmult_le_reg_r with (1 + exp (- x)); [lra|]. rewrite Rmult_assoc, Rinv_l by lra. nra.
Qed.
