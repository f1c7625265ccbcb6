(* x / sqrt (m + e) in binary32, for a mean square m: times a reciprocal root, or divided by a root. *)

From Coq Require Import ZArith Reals List Lra Lia Psatz.
From Flocq Require Import Core.
From Anylength Require Import Numbers Float32 DotProducts Functions32 Quotients32.
Import ListNotations.
Local Open Scope R_scope.

(* A machine has r for 1 / sqrt w. A quotient by a computed root q is a product with r = 1 / q, which need not be a number of the format.
   It multiplies or divides; division errs by 2^-22 relatively. *)
Definition scales32 (x w y : R) : Prop :=
  0 < w -> exists r, Rabs (r - / sqrt w) <= bpow radix2 (-20) * / sqrt w + tau /\
  (Rabs (x * r) < overflow -> near (bpow radix2 (-22) * Rabs (x * r)) (x * r) y).

(* Division by a root that errs by 2^-22 relatively is such a way. *)
Lemma quotient_scales x w q y : tau <= bpow radix2 (-22) * sqrt w -> 0 < w -> near (bpow radix2 (-22) * sqrt w) (sqrt w) q ->
  near (bpow radix2 (-22) * Rabs (x / q)) (x / q) y -> scales32 x w y.
Proof.
  intros T P Q N _. exists (/ q). split; [|intros _; exact N]. destruct (within_itself _ _ _ Q) as [_ E]. pose proof (sqrt_lt_R0 w P) as S.
  generalize dependent (sqrt w); intros s T Q E S. clear Q N. apply Rabs_le_inv in E.
  assert (P22 : bpow radix2 (-22) = / 4194304) by (simpl; lra). assert (P20 : bpow radix2 (-20) = / 1048576) by (simpl; lra). rewrite P22, P20 in *.
  assert (Qp : s / 2 <= q) by lra. assert (Iq : 0 < / q) by (apply Rinv_0_lt_compat; lra). assert (Is : 0 < / s) by (apply Rinv_0_lt_compat; lra).
  assert (L : / q <= 2 * / s) by (replace (2 * / s) with (/ (s / 2)) by (field; lra); apply Rinv_le_contravar; lra).
  replace (/ q - / s) with ((s - q) * (/ q * / s)) by (field; lra). rewrite Rabs_mult, (Rabs_pos_eq (/ q * / s)) by (apply Rmult_le_pos; lra).
  assert (A : Rabs (s - q) <= 2 * / 4194304 * s) by (apply Rabs_le; lra).
  assert (B : Rabs (s - q) * / q <= / 1048576).
  { apply Rle_trans with (2 * / 4194304 * s * (2 * / s)); [apply Rmult_le_compat; auto using Rabs_pos; lra|]. right. field. lra. }
  rewrite <- Rmult_assoc. pose proof tau_positive. assert (Rabs (s - q) * / q * / s <= / 1048576 * / s) by (apply Rmult_le_compat_r; lra). lra.
Qed.

(* The rule. v is the exact m + e, which the machine has up to d. *)
Theorem scales_rule da a x d v w y : within da a x -> 0 < v -> 4 * d <= v -> Rabs (w - v) <= d ->
  (Rabs a + da) * (3 * / sqrt v + 1) < overflow -> scales32 x w y ->
  let rho := d / v + bpow radix2 (-19) in
  let grown := da * (/ sqrt v * (1 + rho)) + Rabs (a * / sqrt v) * rho + (Rabs a + da) * tau in
  within (grown + bpow radix2 (-22) * (Rabs (a * / sqrt v) + grown) + tau) (a * / sqrt v) y.
Proof.
  intros W V D E O H rho grown. destruct (within_itself _ _ _ W) as [_ X]. destruct (inverse_root_near d v w V D E) as (P & B & L).
  destruct (H P) as (r & R & N). clear H. pose proof (within_positive _ _ _ W) as Pa. pose proof (Rabs_pos a) as A. pose proof tau_positive.
  pose proof (Rinv_0_lt_compat _ (sqrt_lt_R0 v V)) as S.
  assert (Av : Rabs (a * / sqrt v) = Rabs a * / sqrt v) by (rewrite Rabs_mult, (Rabs_pos_eq (/ sqrt v)) by lra; reflexivity). unfold grown. rewrite Av. clear grown.
  set (grown := da * (/ sqrt v * (1 + rho)) + Rabs a * / sqrt v * rho + (Rabs a + da) * tau).
  assert (P19 : bpow radix2 (-19) = 2 * bpow radix2 (-20)) by (simpl; lra). assert (Tau1 : tau <= / 2) by (unfold tau; simpl; lra).
  assert (P20 : 0 < bpow radix2 (-20) <= / 1048576) by (simpl; lra).
  assert (Q : d / v <= / 4) by (apply Rmult_le_reg_r with v; auto; unfold Rdiv; rewrite Rmult_assoc, Rinv_l by lra; lra).
  assert (Qp : 0 <= d / v). { pose proof (Rabs_pos (w - v)). apply Rmult_le_pos; [lra | left; now apply Rinv_0_lt_compat]. }
  assert (Rho : 0 <= rho <= 1) by (unfold rho; lra).
  assert (Er : Rabs (r - / sqrt v) <= rho * / sqrt v + tau).
  { replace (r - / sqrt v) with ((r - / sqrt w) + (/ sqrt w - / sqrt v)) by ring. eapply Rle_trans; [apply Rabs_triang|].
    assert (bpow radix2 (-20) * / sqrt w <= bpow radix2 (-20) * (2 * / sqrt v)) by (apply Rmult_le_compat_l; lra). unfold rho. rewrite P19. lra. }
  assert (Sr : Rabs r <= / sqrt v * (1 + rho) + tau).
  { replace r with ((r - / sqrt v) + / sqrt v) by ring. eapply Rle_trans; [apply Rabs_triang|]. rewrite (Rabs_pos_eq (/ sqrt v)) by lra. lra. }
  assert (G : Rabs (x * r - a * / sqrt v) <= grown).
  { replace (x * r - a * / sqrt v) with ((x - a) * r + a * (r - / sqrt v)) by ring. eapply Rle_trans; [apply Rabs_triang|]. rewrite !Rabs_mult.
    assert (Rabs (x - a) * Rabs r <= da * (/ sqrt v * (1 + rho) + tau)) by (apply Rmult_le_compat; auto using Rabs_pos).
    assert (Rabs a * Rabs (r - / sqrt v) <= Rabs a * (rho * / sqrt v + tau)) by (apply Rmult_le_compat_l; lra). unfold grown. lra. }
  assert (Sx : Rabs x <= Rabs a + da) by (replace x with ((x - a) + a) by ring; eapply Rle_trans; [apply Rabs_triang|]; lra).
  assert (Bound : Rabs (x * r) < overflow).
  { rewrite Rabs_mult. apply Rle_lt_trans with ((Rabs a + da) * (3 * / sqrt v + 1)); auto. apply Rmult_le_compat; auto using Rabs_pos.
    assert (/ sqrt v * (1 + rho) <= / sqrt v * 2) by (apply Rmult_le_compat_l; lra). lra. }
  specialize (N Bound).
  assert (Lr : Rabs (x * r) <= Rabs a * / sqrt v + grown).
  { replace (x * r) with ((x * r - a * / sqrt v) + a * / sqrt v) by ring. eapply Rle_trans; [apply Rabs_triang|]. rewrite Av. lra. }
  apply (within_more (grown + bpow radix2 (-22) * Rabs (x * r) + tau)); [now apply near_with_error with (x * r)|].
  assert (bpow radix2 (-22) * Rabs (x * r) <= bpow radix2 (-22) * (Rabs a * / sqrt v + grown)) by (apply Rmult_le_compat_l; [apply bpow_ge_0 | auto]). lra.
Qed.

(* The machine adds epsilon to the mean square that it has. *)
Theorem added_epsilon dm m t de e t' w : within dm m t -> within de e t' -> Rabs (m + e) + dm + de < overflow -> rounds (t + t') w ->
  Rabs (w - (m + e)) <= dm + de + u * (Rabs (m + e) + dm + de) + tau.
Proof.
  intros W V O R. destruct (within_itself _ _ _ W) as [_ A], (within_itself _ _ _ V) as [_ B].
  assert (S : Rabs (t + t' - (m + e)) <= dm + de).
  { replace (t + t' - (m + e)) with ((t - m) + (t' - e)) by ring. eapply Rle_trans; [apply Rabs_triang|]. lra. }
  assert (L : Rabs (t + t') <= Rabs (m + e) + dm + de).
  { replace (t + t') with ((t + t' - (m + e)) + (m + e)) by ring. eapply Rle_trans; [apply Rabs_triang|]. lra. }
  replace (w - (m + e)) with ((w - (t + t')) + (t + t' - (m + e))) by ring. eapply Rle_trans; [apply Rabs_triang|].
  pose proof (rounds_error _ _ R ltac:(lra)). assert (u * Rabs (t + t') <= u * (Rabs (m + e) + dm + de)) by (apply Rmult_le_compat_l; [pose proof u_positive; lra | auto]). lra.
Qed.
