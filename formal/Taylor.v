(* tanh near a point: a cubic polynomial, and the rest by the fourth derivative. *)

From Coq Require Import Reals Lra Lia Psatz.
From Coquelicot Require Import Coquelicot.
From Anylength Require Import Numbers Intervals.
Local Open Scope R_scope.

Section Fourth.
Variables f f1 f2 f3 f4 : R -> R.
Hypothesis d0 : forall x, is_derive f x (f1 x).
Hypothesis d1 : forall x, is_derive f1 x (f2 x).
Hypothesis d2 : forall x, is_derive f2 x (f3 x).
Hypothesis d3 : forall x, is_derive f3 x (f4 x).

(* What is left of f at z when the polynomial at s is gone, and k (z - s)^4 besides. *)
Definition left_over (z k s : R) : R :=
  f z - (f s + f1 s * (z - s) + f2 s / 2 * (z - s) ^ 2 + f3 s / 6 * (z - s) ^ 3 + k * (z - s) ^ 4).

Lemma left_over_derivative z k s : derivable_pt_lim (left_over z k) s (4 * k * (z - s) ^ 3 - f4 s / 6 * (z - s) ^ 3).
Proof.
  apply is_derive_Reals. unfold left_over.
  auto_derive.
  - repeat split; eexists; eauto.
  - rewrite (is_derive_unique (fun x : R => f x) _ _ (d0 s)), (is_derive_unique (fun x : R => f1 x) _ _ (d1 s)).
    rewrite (is_derive_unique (fun x : R => f2 x) _ _ (d2 s)), (is_derive_unique (fun x : R => f3 x) _ _ (d3 s)). field.
Qed.

Theorem taylor y t : exists x, Rabs (x - y) <= Rabs t /\
  f (y + t) = f y + f1 y * t + f2 y / 2 * t ^ 2 + f3 y / 6 * t ^ 3 + f4 x / 24 * t ^ 4.
Proof.
  destruct (Req_dec t 0) as [->|N]; [exists y; split; [rewrite Rminus_diag; lra | rewrite Rplus_0_r; ring]|].
  set (k := left_over (y + t) 0 y / t ^ 4). assert (T : t ^ 4 <> 0) by now apply pow_nonzero.
  assert (A : left_over (y + t) k y = 0).
  { unfold k, left_over at 1. replace (y + t - y) with t by ring. unfold left_over. replace (y + t - y) with t by ring. field. exact N. }
  assert (B : left_over (y + t) k (y + t) = 0) by (unfold left_over; ring).
  assert (C : forall x, x <> y + t -> 4 * k * (y + t - x) ^ 3 - f4 x / 6 * (y + t - x) ^ 3 = 0 -> k = f4 x / 24).
  { intros x X E. assert (P : (y + t - x) ^ 3 <> 0) by (apply pow_nonzero; lra). 
    assert ((4 * k - f4 x / 6) * (y + t - x) ^ 3 = 0) as M by lra. apply Rmult_integral in M. destruct M; lra. }
  assert (D : forall x, k = f4 x / 24 -> f (y + t) = f y + f1 y * t + f2 y / 2 * t ^ 2 + f3 y / 6 * t ^ 3 + f4 x / 24 * t ^ 4).
  { intros x <-. unfold left_over in A. replace (y + t - y) with t in A by ring. lra. }
  assert (derivative : forall s, derivable_pt_lim (left_over (y + t) k) s (4 * k * (y + t - s) ^ 3 - f4 s / 6 * (y + t - s) ^ 3)).
  { intros; apply left_over_derivative. }
  destruct (Rle_lt_dec 0 t) as [L|L].
  - destruct (MVT_cor2 _ _ y (y + t) ltac:(lra) (fun c _ => derivative c)) as (x & E & X).
    exists x. split; [rewrite !Rabs_pos_eq; lra|]. apply D, C; [lra|]. rewrite A, B in E.
    replace (y + t - y) with t in E by ring. rewrite Rminus_diag in E. symmetry in E. apply Rmult_integral in E. destruct E; [auto | lra].
  - destruct (MVT_cor2 _ _ (y + t) y ltac:(lra) (fun c _ => derivative c)) as (x & E & X).
    exists x. split; [rewrite !Rabs_left1; lra|]. apply D, C; [lra|]. rewrite A, B in E.
    rewrite Rminus_diag in E. symmetry in E. apply Rmult_integral in E. destruct E; [auto | lra].
Qed.
End Fourth.

(* The derivatives of tanh are polynomials in tanh. *)
Lemma tanh_derivative x : is_derive tanh x (1 - tanh x * tanh x).
Proof.
  apply is_derive_ext with (fun x => 1 - 2 / (exp (2 * x) + 1)); [intros; now rewrite tanh_by_exp|].
  pose proof (exp_pos (2 * x)). auto_derive; [lra|]. rewrite tanh_by_exp. field. lra.
Qed.

Definition tanh1 (p : R) : R := 1 - p * p.
Definition tanh2 (p : R) : R := - 2 * (p * tanh1 p).
Definition tanh3 (p : R) : R := tanh1 p * (6 * (p * p) - 2).
Definition tanh4 (p : R) : R := 8 * (p * (tanh1 p * (2 - 3 * (p * p)))).

Theorem tanh_near y t : exists x, Rabs (x - y) <= Rabs t /\
  tanh (y + t) = tanh y + tanh1 (tanh y) * t + tanh2 (tanh y) / 2 * t ^ 2 + tanh3 (tanh y) / 6 * t ^ 3 + tanh4 (tanh x) / 24 * t ^ 4.
Proof.
  apply (taylor tanh (fun x => tanh1 (tanh x)) (fun x => tanh2 (tanh x)) (fun x => tanh3 (tanh x)) (fun x => tanh4 (tanh x)));
    intros x; unfold tanh4, tanh3, tanh2, tanh1.
  - apply tanh_derivative.
  - auto_derive; [repeat split; eexists; apply tanh_derivative|]. rewrite (is_derive_unique (fun x : R => tanh x) _ _ (tanh_derivative x)). ring.
  - auto_derive; [repeat split; eexists; apply tanh_derivative|]. rewrite (is_derive_unique (fun x : R => tanh x) _ _ (tanh_derivative x)). ring.
  - auto_derive; [repeat split; eexists; apply tanh_derivative|]. rewrite (is_derive_unique (fun x : R => tanh x) _ _ (tanh_derivative x)). ring.
Qed.

(* On an interval around 0 the third and the fourth power are near a line and a parabola. *)
Lemma cube_near t r : Rabs t <= r -> Rabs (t ^ 3 - 3 / 4 * (r * r) * t) <= r * r * r / 4.
Proof.
  intros T. assert (L : - r <= t <= r) by (revert T; unfold Rabs; destruct (Rcase_abs t); lra). apply Rabs_le. split.
  - assert (0 <= (t + r) * ((t - r / 2) * (t - r / 2))) by (apply Rmult_le_pos; [lra | apply Rle_0_sqr]). nra.
  - assert (0 <= (r - t) * ((t + r / 2) * (t + r / 2))) by (apply Rmult_le_pos; [lra | apply Rle_0_sqr]). nra.
Qed.

Lemma fourth_near t r : Rabs t <= r -> Rabs (t ^ 4 - r * r * t ^ 2 + r * r * (r * r) / 8) <= r * r * (r * r) / 8.
Proof.
  intros T. assert (L : - r <= t <= r) by (revert T; unfold Rabs; destruct (Rcase_abs t); lra). apply Rabs_le. split.
  - assert (0 <= (t * t - r * r / 2) * (t * t - r * r / 2)) by apply Rle_0_sqr. nra.
  - assert (0 <= t * t * ((r - t) * (r + t))) by (apply Rmult_le_pos; [apply Rle_0_sqr | apply Rmult_le_pos; lra]). nra.
Qed.

Lemma fourth_below t r : Rabs t <= r -> 0 <= t ^ 4 <= r * r * (r * r).
Proof.
  intros T. assert (L : - r <= t <= r) by (revert T; unfold Rabs; destruct (Rcase_abs t); lra).
  assert (S : 0 <= t * t <= r * r) by (split; nra). replace (t ^ 4) with (t * t * (t * t)) by ring. split; nra.
Qed.
