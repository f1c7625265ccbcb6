(* The function x sigmoid(x): it falls while e^x + 1 + x < 0, rises from there on, and never goes below -0.27846454276107386. *)

From Coq Require Import Reals Lra Psatz.
From Coquelicot Require Import Coquelicot.
From Interval Require Import Tactic.
From Anylength Require Import Numbers.
Local Open Scope R_scope.

Definition silu (x : R) : R := x * sigmoid x.
Definition turn (x : R) : R := exp x + 1 + x.

Lemma turn_rises x y : x <= y -> turn x <= turn y.
Proof. intros [L|E]; [|subst; lra]. unfold turn. pose proof (exp_increasing x y L). lra. Qed.

Definition slope (x : R) : R := turn x * exp (- x) / ((1 + exp (- x)) * (1 + exp (- x))).

Lemma silu_slope x : is_derive silu x (slope x).
Proof.
  unfold silu, sigmoid, slope, turn. pose proof (exp_pos (- x)). auto_derive; [lra|].
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

Lemma silu_rises x y : 0 <= turn x -> x <= y -> silu x <= silu y.
Proof.
  intros T L. destruct (silu_between x y L) as (c & C & E). pose proof (turn_rises x c). pose proof (exp_pos (- c)).
  assert (0 <= slope c); [|nra].
  apply Rmult_le_pos; [apply Rmult_le_pos; lra | left; apply Rinv_0_lt_compat; nra].
Qed.

Lemma silu_falls x y : turn y <= 0 -> x <= y -> silu y <= silu x.
Proof.
  intros T L. destruct (silu_between x y L) as (c & C & E). pose proof (turn_rises c y). pose proof (exp_pos (- c)).
  assert (slope c <= 0); [|nra].
  unfold slope, Rdiv. assert (I : 0 < / ((1 + exp (- c)) * (1 + exp (- c)))) by (apply Rinv_0_lt_compat; nra).
  assert (N : turn c * exp (- c) <= 0) by nra. generalize dependent (turn c * exp (- c)).
  generalize dependent (/ ((1 + exp (- c)) * (1 + exp (- c)))). intros; nra.
Qed.

(* Between two ends it is nowhere above both. *)
Lemma silu_below_ends l x u : l <= x <= u -> silu x <= silu l \/ silu x <= silu u.
Proof.
  intros [L U]. destruct (Rle_lt_dec 0 (turn x)); [right; now apply silu_rises | left; apply silu_falls; lra].
Qed.

Definition silu_least : R := - (27846454276107386 / 100000000000000000).

Lemma silu_above_least x : silu_least <= silu x.
Proof.
  unfold silu, sigmoid. set (c := - silu_least). assert (P : 0 < c) by (unfold c, silu_least; lra).
  assert (N : 0 <= 1 + c + ln c) by (unfold c, silu_least; interval with (i_prec 100)).
  assert (T : 1 + (- x + ln c) <= c * exp (- x)).
  { rewrite <- (exp_ln c P) at 2. rewrite <- exp_plus, (Rplus_comm (ln c)). apply exp_ineq1_le. }
  pose proof (exp_pos (- x)). replace silu_least with (- c) by (unfold c; ring).
  apply Rmult_le_reg_r with (1 + exp (- x)); [lra|]. rewrite Rmult_assoc, Rinv_l by lra. nra.
Qed.
