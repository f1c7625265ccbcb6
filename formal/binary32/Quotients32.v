(* Exponentials, reciprocals, reciprocal roots and means in binary32. *)

From Coq Require Import ZArith Reals List Lra Lia Psatz.
From Flocq Require Import Core.
From Coquelicot Require Import Coquelicot.
From Anylength Require Import Numbers Float32 DotProducts Functions32.
Import ListNotations.
Local Open Scope R_scope.

(* The result of a function of the machine's x, which is not the exact a. *)
Lemma near_with_error e d fx fa y : near e fx y -> Rabs (fx - fa) <= d -> within (d + e + tau) fa y.
Proof.
  intros N D z Z. destruct (N z Z) as [F E]. split; auto. replace (z - fa) with ((z - fx) + (fx - fa)) by ring.
  eapply Rle_trans; [apply Rabs_triang|]. lra.
Qed.

Lemma exp_below d : 0 <= d <= 1 -> exp d <= 1 + d + d * d.
Proof.
  intros [L U]. destruct (Req_dec d 0) as [->|N]; [rewrite exp_0; lra|].
  destruct (MVT_cor2 (fun s => (1 + s + s * s) * exp (- s)) (fun s => (s - s * s) * exp (- s)) 0 d) as (c & E & C); [lra| |].
  - intros c _. apply is_derive_Reals. auto_derive; auto. ring.
  - rewrite Ropp_0, exp_0 in E. pose proof (exp_pos (- c)). assert (0 <= (c - c * c) * exp (- c)) by (apply Rmult_le_pos; nra).
    assert (1 <= (1 + d + d * d) * exp (- d)) by nra. pose proof (exp_pos d). pose proof (exp_pos (- d)).
    assert (exp d * exp (- d) = 1) by (rewrite <- exp_plus, Rplus_opp_r; apply exp_0). nra.
Qed.

Lemma exp_near_zero d t : d <= 1 -> Rabs t <= d -> Rabs (exp t - 1) <= d + d * d.
Proof.
  intros U T. apply Rabs_le_inv in T. pose proof (exp_below d ltac:(lra)). pose proof (exp_ineq1_le t).
  assert (exp t <= exp d) by (destruct (Req_dec t d) as [->|]; [lra | left; apply exp_increasing; lra]). apply Rabs_le. nra.
Qed.

(* The rule of exp. *)
Theorem exp_rule d a x y : d <= 1 -> within d a x -> exp a * (1 + (d + d * d)) < overflow -> function32 Exp x y ->
  within (exp a * (d + d * d) + bpow radix2 (-20) * (exp a * (1 + (d + d * d))) + tau) (exp a) y.
Proof.
  intros U W O N. destruct (within_itself _ _ _ W) as [_ E]. pose proof (exp_pos a). pose proof (exp_near_zero d (x - a) U E) as G.
  assert (S : exp x = exp a * exp (x - a)) by (rewrite <- exp_plus; f_equal; ring).
  assert (L : exp x <= exp a * (1 + (d + d * d))) by (rewrite S; apply Rabs_le_inv in G; apply Rmult_le_compat_l; lra).
  apply near_with_error with (exp x); [|rewrite S; replace (exp a * exp (x - a) - exp a) with (exp a * (exp (x - a) - 1)) by ring;
    rewrite Rabs_mult, Rabs_pos_eq by lra; apply Rmult_le_compat_l; lra].
  specialize (N ltac:(lra)). apply within_more with (1 := N). pose proof (bpow_gt_0 radix2 (-20)). nra.
Qed.

(* The rule of 1 / x. *)
Theorem reciprocal_rule d a x y : within d a x -> 0 < Rabs a - d -> / (Rabs a - d) < overflow -> function32 Reciprocal x y ->
  within (d / (Rabs a * (Rabs a - d)) + bpow radix2 (-22) * / (Rabs a - d) + tau) (/ a) y.
Proof.
  intros W P O N. destruct (within_itself _ _ _ W) as [_ E]. pose proof (within_positive _ _ _ W).
  assert (X : Rabs a - d <= Rabs x) by (pose proof (Rabs_triang_inv a (a - x)) as T; replace (a - (a - x)) with x in T by ring; rewrite (Rabs_minus_sym a x) in T; lra).
  assert (Xn : x <> 0) by (intros ->; rewrite Rabs_R0 in X; lra). assert (An : a <> 0) by (intros ->; rewrite Rabs_R0 in P; lra).
  assert (I : / Rabs x <= / (Rabs a - d)) by (apply Rinv_le_contravar; lra).
  cbn [function32] in N. specialize (N ltac:(lra) ltac:(lra)). apply near_with_error with (/ x).
  - apply within_more with (1 := N). apply Rplus_le_compat_r. apply Rmult_le_compat_l; [apply bpow_ge_0 | auto].
  - replace (/ x - / a) with ((a - x) * (/ a * / x)) by (field; auto). rewrite !Rabs_mult, !Rabs_inv, (Rabs_minus_sym a x).
    unfold Rdiv. rewrite Rinv_mult. assert (0 < / Rabs a) by (apply Rinv_0_lt_compat; lra). assert (0 < / Rabs x) by (apply Rinv_0_lt_compat; lra).
    apply Rmult_le_compat; auto using Rabs_pos; [apply Rmult_le_pos; lra|]. apply Rmult_le_compat_l; lra.
Qed.

(* 1 / sqrt t near 1. *)
Lemma inverse_root_near_one q t : q <= / 4 -> Rabs (t - 1) <= q -> Rabs (/ sqrt t - 1) <= q.
Proof.
  intros Q T. apply Rabs_le_inv in T. assert (P : 0 < t) by lra. pose proof (sqrt_lt_R0 t P) as S. pose proof (sqrt_sqrt t ltac:(lra)) as E.
  generalize dependent (sqrt t); intros s S E. assert (Q0 : 0 <= q) by lra.
  assert (low : 1 <= (1 + q) * (1 + q) * t).
  { apply Rle_trans with ((1 + q) * (1 + q) * (1 - q)); [|apply Rmult_le_compat_l; nra]. assert (0 <= q * (1 - q - q * q)) by (apply Rmult_le_pos; nra). lra. }
  assert (high : (1 - q) * (1 - q) * t <= 1).
  { apply Rle_trans with ((1 - q) * (1 - q) * (1 + q)); [apply Rmult_le_compat_l; nra|]. assert (0 <= q * (1 + q - q * q)) by (apply Rmult_le_pos; nra). lra. }
  assert (U : 1 <= (1 + q) * s).
  { apply Rnot_lt_le. intros L. assert ((1 + q) * s * ((1 + q) * s) < 1 * 1) by (apply Rmult_le_0_lt_compat; nra). nra. }
  assert (L : (1 - q) * s <= 1).
  { apply Rnot_lt_le. intros L. assert (1 * 1 < (1 - q) * s * ((1 - q) * s)) by (apply Rmult_le_0_lt_compat; lra). nra. }
  apply Rabs_le. split; apply Rmult_le_reg_r with s; auto; rewrite Rmult_minus_distr_r, Rinv_l by lra; lra.
Qed.

Lemma inverse_root_near d a x : 0 < a -> 4 * d <= a -> Rabs (x - a) <= d ->
  0 < x /\ Rabs (/ sqrt x - / sqrt a) <= / sqrt a * (d / a) /\ / sqrt x <= 2 * / sqrt a.
Proof.
  intros A D X. pose proof (Rinv_0_lt_compat a A) as I. pose proof (sqrt_lt_R0 a A) as S. pose proof (Rinv_0_lt_compat _ S) as J.
  assert (Q : d / a <= / 4) by (apply Rmult_le_reg_r with a; auto; unfold Rdiv; rewrite Rmult_assoc, Rinv_l by lra; lra).
  assert (T : Rabs (x / a - 1) <= d / a).
  { replace (x / a - 1) with ((x - a) * / a) by (field; lra). rewrite Rabs_mult, (Rabs_pos_eq (/ a)) by lra. apply Rmult_le_compat_r; lra. }
  assert (P : 0 < x) by (apply Rabs_le_inv in X; lra). pose proof (inverse_root_near_one _ _ Q T) as R.
  assert (E : / sqrt x = / sqrt a * / sqrt (x / a)) by (rewrite <- Rinv_mult, <- sqrt_mult by (try lra; apply Rmult_le_pos; lra); do 2 f_equal; field; lra).
  rewrite E. split; auto. split.
  - replace (/ sqrt a * / sqrt (x / a) - / sqrt a) with (/ sqrt a * (/ sqrt (x / a) - 1)) by ring. rewrite Rabs_mult, (Rabs_pos_eq (/ sqrt a)) by lra.
    apply Rmult_le_compat_l; lra.
  - apply Rabs_le_inv in R. rewrite (Rmult_comm 2). apply Rmult_le_compat_l; lra.
Qed.

(* The rule of 1 / sqrt x. *)
Theorem rsqrt_rule d a x y : within d a x -> 0 < a -> 4 * d <= a -> function32 Rsqrt x y ->
  within (/ sqrt a * (d / a) + bpow radix2 (-19) * / sqrt a + tau) (/ sqrt a) y.
Proof.
  intros W A D N. destruct (within_itself _ _ _ W) as [_ E]. destruct (inverse_root_near d a x A D E) as (P & B & L).
  apply near_with_error with (/ sqrt x); auto. specialize (N P). apply within_more with (1 := N). apply Rplus_le_compat_r.
  replace (bpow radix2 (-19) * / sqrt a) with (bpow radix2 (-20) * (2 * / sqrt a)) by (simpl; lra). apply Rmult_le_compat_l; [apply bpow_ge_0 | auto].
Qed.

(* A sum divided by n: as a quotient, or times a quotient 1 / n. Division errs by 2^-22 relatively. *)
Definition divides32 (n : nat) (t y : R) : Prop :=
  near (bpow radix2 (-22) * Rabs (t / INR n)) (t / INR n) y \/
  exists r, near (bpow radix2 (-22) * / INR n) (/ INR n) r /\ rounds (t * r) y.

Theorem divided_rule n D s t x y : within D x t -> Rabs t <= s -> (0 < n)%nat -> INR n <= 8388608 -> 2 * s + 1 < overflow -> divides32 n t y ->
  within (D * / INR n + 6 * u * (s * / INR n) + tau) (x / INR n) y.
Proof.
  intros W S Pos L O H. destruct (within_itself _ _ _ W) as [_ E]. apply (le_INR 1) in Pos. simpl INR in Pos. pose proof (Rabs_pos t).
  assert (I : 0 < / INR n) by (apply Rinv_0_lt_compat; lra). assert (I1 : / INR n <= 1) by (rewrite <- Rinv_1; apply Rinv_le_contravar; lra).
  assert (Small : tau <= / 1000000 * u * / INR n).
  { apply Rle_trans with (/ 1000000 * u * / 8388608); [unfold tau, u; simpl; lra|]. apply Rmult_le_compat_l; [pose proof u_positive; lra|].
    apply Rinv_le_contravar; lra. }
  pose proof u_positive. pose proof tau_positive. pose proof u_value.
  assert (P22 : bpow radix2 (-22) = 4 * u) by (unfold u; simpl; lra). unfold divides32 in H. rewrite P22 in H.
  assert (Sn : Rabs t * / INR n <= s * / INR n) by (apply Rmult_le_compat_r; lra). assert (0 <= Rabs t * / INR n) by (apply Rmult_le_pos; lra).
  assert (Ss : s * / INR n <= s) by (rewrite <- (Rmult_1_r s) at 2; apply Rmult_le_compat_l; lra).
  assert (G : Rabs (t / INR n) <= s * / INR n) by (unfold Rdiv; rewrite Rabs_mult, (Rabs_pos_eq (/ INR n)) by lra; lra).
  assert (Q : forall z, flushes y z -> is_float32 z /\ Rabs (z - t / INR n) <= 6 * u * (s * / INR n) + tau).
  { intros z Z. destruct H as [H|(r & R & H)].
    - destruct (H z Z) as [F B]. split; auto. assert (4 * u * Rabs (t / INR n) <= 4 * u * (s * / INR n)) by (apply Rmult_le_compat_l; lra). nra.
    - apply (rounds_flushes _ _ z) in H; auto. destruct (within_itself _ _ _ R) as [_ B].
      assert (B' : Rabs (r - / INR n) <= 401 / 100 * u * / INR n) by nra.
      assert (A : Rabs (t * r - t / INR n) <= 401 / 100 * u * (s * / INR n)).
      { replace (t * r - t / INR n) with (t * (r - / INR n)) by (unfold Rdiv; ring). rewrite Rabs_mult.
        replace (401 / 100 * u * (s * / INR n)) with (s * (401 / 100 * u * / INR n)) by ring. apply Rmult_le_compat; auto using Rabs_pos. }
      assert (K : Rabs (t * r) <= 101 / 100 * (s * / INR n)).
      { replace (t * r) with ((t * r - t / INR n) + t / INR n) by ring. eapply Rle_trans; [apply Rabs_triang|]. nra. }
      split; [apply rounds_is_float32 with (1 := H); lra|]. replace (z - t / INR n) with ((z - t * r) + (t * r - t / INR n)) by ring.
      eapply Rle_trans; [apply Rabs_triang|]. pose proof (rounds_error _ _ H ltac:(lra)). nra. }
  intros z Z. destruct (Q z Z) as [F B]. split; auto. replace (z - x / INR n) with ((z - t / INR n) + (t - x) * / INR n) by (unfold Rdiv; ring).
  eapply Rle_trans; [apply Rabs_triang|]. rewrite Rabs_mult, (Rabs_pos_eq (/ INR n)) by lra.
  assert (Rabs (t - x) * / INR n <= D * / INR n) by (apply Rmult_le_compat_r; lra). lra.
Qed.
