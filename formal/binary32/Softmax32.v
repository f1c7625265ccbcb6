(* Softmax in binary32: the machine subtracts its largest argument, and divides each exponential by their sum. *)

From Coq Require Import ZArith Reals List Lra Lia Psatz.
From Flocq Require Import Core.
From Anylength Require Import Numbers Float32 DotProducts Functions32 Quotients32.
Import ListNotations.
Local Open Scope R_scope.

(* e^(x - largest), as the machine computes it. *)
Definition exponential32 (largest x e : R) : Prop := exists t, rounds (x - largest) t /\ function32 Exp t e.

(* A quotient e / t, or e times a reciprocal r. Division errs by 2^-22 relatively. *)
Definition quotient32 (e t y : R) : Prop :=
  0 < t -> exists r, Rabs (r - / t) <= bpow radix2 (-22) * / t + tau /\ near (bpow radix2 (-22) * Rabs (e * r)) (e * r) y.

(* The relative error of an exponential whose argument errs by d. *)
Definition exponential_error (d : R) : R := (d + d * d) + bpow radix2 (-20) * (1 + (d + d * d)).

Lemma exponential_rule s size a largest x e : within s a x -> Rabs x <= size -> Rabs largest <= size -> 2 * size < overflow -> a - largest <= 1 ->
  s + u * (2 * size) + tau <= 1 -> exponential32 largest x e ->
  within (exp (a - largest) * exponential_error (s + u * (2 * size) + tau) + tau) (exp (a - largest)) e.
Proof.
  intros W X L O A D (t & R & E). destruct (within_itself _ _ _ W) as [_ Ex]. pose proof (within_positive _ _ _ W). pose proof tau_positive. pose proof u_positive.
  assert (S : Rabs (x - largest) <= 2 * size) by (unfold Rminus; eapply Rle_trans; [apply Rabs_triang|]; rewrite Rabs_Ropp; lra).
  pose proof (Rabs_pos x). set (d := s + u * (2 * size) + tau) in *. assert (P : 0 <= u * (2 * size)) by (apply Rmult_le_pos; lra).
  assert (T : within d (a - largest) t).
  { intros z Z. pose proof (rounds_flushes _ _ _ R Z) as Rz. split; [apply rounds_is_float32 with (1 := Rz); lra|].
    replace (z - (a - largest)) with ((z - (x - largest)) + (x - a)) by ring. eapply Rle_trans; [apply Rabs_triang|].
    pose proof (rounds_error _ _ Rz ltac:(lra)). assert (u * Rabs (x - largest) <= u * (2 * size)) by (apply Rmult_le_compat_l; lra). unfold d. lra. }
  assert (B : exp (a - largest) <= 3) by (pose proof exp_le_3; destruct (Req_dec (a - largest) 1) as [->|]; [auto | apply Rle_trans with (exp 1); auto; left; apply exp_increasing; lra]).
  assert (0 <= d) by (unfold d; lra). pose proof (exp_pos (a - largest)).
  apply within_more with (exp (a - largest) * (d + d * d) + bpow radix2 (-20) * (exp (a - largest) * (1 + (d + d * d))) + tau).
  - apply exp_rule with t; auto. apply Rle_lt_trans with 9; [nra | unfold overflow; simpl; lra].
  - unfold exponential_error. lra.
Qed.

(* The quotient of two numbers with small relative errors k and m, and an absolute one. *)
Theorem quotient_rule b total k m e t y : 0 <= b <= 3 -> / 3 <= total -> 0 <= k <= 1 -> 0 <= m <= / 2 -> b <= total ->
  within (b * k + tau) b e -> Rabs (t - total) <= m * total -> quotient32 e t y ->
  let p := b / total in
  let h := / (1 - m) in
  let q := h * (p * (k + m) + 3 * tau) + bpow radix2 (-22) * (h * (p * (1 + k) + 3 * tau)) + 7 * tau in
  within (q + bpow radix2 (-22) * (p + q) + tau) p y.
Proof.
  intros B T K M Bt W E Q p h q. destruct (within_itself _ _ _ W) as [_ X]. apply Rabs_le_inv in E.
  assert (Tt : (1 - m) * total <= t) by lra. assert (Pt : 0 < t) by nra. destruct (Q Pt) as (r & R & N). clear Q.
  assert (It : 0 < / t) by (apply Rinv_0_lt_compat; lra). assert (Itt : 0 < / total) by (apply Rinv_0_lt_compat; lra). pose proof tau_positive.
  assert (H0 : 0 < h) by (apply Rinv_0_lt_compat; lra).
  assert (I2 : / t <= h * / total) by (unfold h; rewrite <- Rinv_mult; apply Rinv_le_contravar; nra).
  assert (I3 : / total <= 3) by (replace 3 with (/ / 3) by field; apply Rinv_le_contravar; lra).
  assert (I4 : tau * / total <= 3 * tau) by (rewrite (Rmult_comm 3); apply Rmult_le_compat_l; lra).
  assert (Pp : 0 <= p <= 1). { unfold p, Rdiv. split; [apply Rmult_le_pos; lra|]. rewrite <- (Rinv_r total) by lra. apply Rmult_le_compat_r; lra. }
  assert (A1 : Rabs (e - b) * / t <= h * (p * k + 3 * tau)).
  { apply Rle_trans with ((b * k + tau) * (h * / total)); [apply Rmult_le_compat; auto using Rabs_pos; lra|].
    replace ((b * k + tau) * (h * / total)) with (h * (p * k + tau * / total)) by (unfold p, Rdiv; ring). apply Rmult_le_compat_l; lra. }
  assert (A2 : Rabs (b * (/ t - / total)) <= h * (p * m)).
  { replace (b * (/ t - / total)) with (p * ((total - t) * / t)) by (unfold p; field; lra). rewrite Rabs_mult, (Rabs_pos_eq p) by lra.
    rewrite Rabs_mult, (Rabs_pos_eq (/ t)) by lra. replace (h * (p * m)) with (p * (h * m)) by ring. apply Rmult_le_compat_l; [lra|].
    apply Rle_trans with (m * total * (h * / total)); [apply Rmult_le_compat; auto using Rabs_pos; try lra; apply Rabs_le; lra|]. right. field. lra. }
  assert (Se : Rabs e <= b + (b * k + tau)) by (replace e with ((e - b) + b) by ring; eapply Rle_trans; [apply Rabs_triang|]; rewrite (Rabs_pos_eq b) by lra; lra).
  assert (Et : Rabs e * / t <= h * (p * (1 + k) + 3 * tau)).
  { apply Rle_trans with ((b + (b * k + tau)) * (h * / total)); [apply Rmult_le_compat; auto using Rabs_pos; lra|].
    replace ((b + (b * k + tau)) * (h * / total)) with (h * (p * (1 + k) + tau * / total)) by (unfold p, Rdiv; ring). apply Rmult_le_compat_l; lra. }
  assert (S7 : Rabs e <= 7) by (assert (tau <= 1) by (unfold tau; simpl; lra); nra).
  assert (P22 : 0 < bpow radix2 (-22)) by apply bpow_gt_0.
  assert (D : Rabs (e * r - p) <= q).
  { replace (e * r - p) with (e * (r - / t) + ((e - b) * / t + b * (/ t - / total))) by (unfold p, Rdiv; ring).
    eapply Rle_trans; [apply Rabs_triang|]. pose proof (Rabs_triang ((e - b) * / t) (b * (/ t - / total))) as Tr.
    rewrite (Rabs_mult (e - b)), (Rabs_pos_eq (/ t)) in Tr by lra. rewrite Rabs_mult.
    assert (Rabs e * Rabs (r - / t) <= Rabs e * (bpow radix2 (-22) * / t + tau)) by (apply Rmult_le_compat_l; auto using Rabs_pos).
    assert (bpow radix2 (-22) * (Rabs e * / t) <= bpow radix2 (-22) * (h * (p * (1 + k) + 3 * tau))) by (apply Rmult_le_compat_l; lra).
    assert (Rabs e * tau <= 7 * tau) by (apply Rmult_le_compat_r; lra). unfold q. lra. }
  apply within_more with (q + bpow radix2 (-22) * Rabs (e * r) + tau); [now apply near_with_error with (e * r)|].
  assert (L : Rabs (e * r) <= p + q) by (replace (e * r) with ((e * r - p) + p) by ring; eapply Rle_trans; [apply Rabs_triang|]; rewrite (Rabs_pos_eq p) by lra; lra).
  assert (bpow radix2 (-22) * Rabs (e * r) <= bpow radix2 (-22) * (p + q)) by (apply Rmult_le_compat_l; lra). lra.
Qed.
