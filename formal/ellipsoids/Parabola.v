(* tanh near a point: the parabola through it and two points beside it, and how far tanh may be from that. *)

From Coq Require Import Reals Lra Lia Psatz.
From Coquelicot Require Import Coquelicot.
From Anylength Require Import Numbers Basic Intervals Vectors.
Local Open Scope R_scope.

(* Between two zeros of a function lies one of its derivative; among four zeros one of its third. *)
Lemma zero_between g g' a b : (forall s, derivable_pt_lim g s (g' s)) -> a < b -> g a = 0 -> g b = 0 -> exists c, a < c < b /\ g' c = 0.
Proof.
  intros D L A B. destruct (MVT_cor2 g g' a b L (fun c _ => D c)) as (c & E & C). exists c. split; auto.
  rewrite A, B, Rminus_diag in E. symmetry in E. apply Rmult_integral in E. destruct E; lra.
Qed.

Lemma zero_of_third g g1 g2 g3 a b c d :
  (forall s, derivable_pt_lim g s (g1 s)) -> (forall s, derivable_pt_lim g1 s (g2 s)) -> (forall s, derivable_pt_lim g2 s (g3 s)) ->
  a < b -> b < c -> c < d -> g a = 0 -> g b = 0 -> g c = 0 -> g d = 0 -> exists x, a < x < d /\ g3 x = 0.
Proof.
  intros D1 D2 D3 L1 L2 L3 A B C D.
  destruct (zero_between _ _ a b D1 L1 A B) as (p & P & Zp). destruct (zero_between _ _ b c D1 L2 B C) as (q & Q & Zq).
  destruct (zero_between _ _ c d D1 L3 C D) as (r & R & Zr).
  destruct (zero_between _ _ p q D2 ltac:(lra) Zp Zq) as (s & S & Zs). destruct (zero_between _ _ q r D2 ltac:(lra) Zq Zr) as (t & T & Zt).
  destruct (zero_between _ _ s t D3 ltac:(lra) Zs Zt) as (x & X & Zx). exists x. split; auto. lra.
Qed.

Section Third.
Variables f f1 f2 f3 : R -> R.
Hypothesis d0 : forall x, is_derive f x (f1 x).
Hypothesis d1 : forall x, is_derive f1 x (f2 x).
Hypothesis d2 : forall x, is_derive f2 x (f3 x).
Variables y r : R.
Hypothesis positive : 0 < r.

(* The parabola through f at y - r, y and y + r. *)
Definition slope : R := (f (y + r) - f (y - r)) / (2 * r).
Definition curvature : R := (f (y + r) - f y + (f (y - r) - f y)) / (2 * (r * r)).
Definition parabola (t : R) : R := f y + slope * t + curvature * (t * t).
Definition cubic (t : R) : R := t * (t * t - r * r).

Lemma derivative (g g' p : R -> R) s p' : is_derive g (y + s) (g' (y + s)) -> is_derive p s p' ->
  derivable_pt_lim (fun t => g (y + t) - p t) s (g' (y + s) - p').
Proof.
  intros G P. apply is_derive_Reals. apply (is_derive_minus (fun t => g (y + t)) p); auto.
  replace (g' (y + s)) with (scal 1 (g' (y + s))) by apply Rmult_1_l.
  apply (is_derive_comp g (fun t => y + t)); auto. auto_derive; auto.
Qed.

Theorem near_parabola t : Rabs t <= r -> exists x, Rabs (x - y) <= r /\ f (y + t) = parabola t + f3 x / 6 * cubic t.
Proof.
  intros T. apply between_abs in T.
  assert (I : forall z, Rabs z <= r -> cubic z = 0 -> f (y + z) = parabola z ->
    exists x, Rabs (x - y) <= r /\ f (y + z) = parabola z + f3 x / 6 * cubic z).
  { intros z _ C E. exists y. rewrite Rminus_diag, Rabs_R0, C, E. split; lra. }
  assert (E0 : f (y + 0) = parabola 0) by (unfold parabola; rewrite Rplus_0_r; ring).
  assert (E1 : f (y + r) = parabola r) by (unfold parabola, slope, curvature; field; lra).
  assert (E2 : f (y + - r) = parabola (- r)) by (unfold parabola, slope, curvature; replace (y + - r) with (y - r) by ring; field; lra).
  destruct (Req_dec t 0) as [->|N0]; [apply I; [rewrite Rabs_R0; lra | unfold cubic; ring | auto]|].
  destruct (Req_dec t r) as [->|N1]; [apply I; [apply Rabs_le; lra | unfold cubic; ring | auto]|].
  destruct (Req_dec t (- r)) as [->|N2]; [apply I; [apply Rabs_le; lra | unfold cubic; ring | auto]|].
  assert (C : cubic t <> 0).
  { unfold cubic. replace (t * t - r * r) with ((t - r) * (t + r)) by ring. repeat apply Rmult_integral_contrapositive_currified; lra. }
  set (k := (f (y + t) - parabola t) / cubic t).
  set (g := fun s => f (y + s) - (parabola s + k * cubic s)).
  set (g1 := fun s => f1 (y + s) - (slope + 2 * curvature * s + k * (3 * (s * s) - r * r))).
  set (g2 := fun s => f2 (y + s) - (2 * curvature + 6 * k * s)).
  set (g3 := fun s => f3 (y + s) - 6 * k).
  assert (D1 : forall s, derivable_pt_lim g s (g1 s)).
  { intros s. apply (derivative f f1 (fun s => parabola s + k * cubic s) s _ (d0 _)). unfold parabola, cubic. auto_derive; auto. ring. }
  assert (D2 : forall s, derivable_pt_lim g1 s (g2 s)).
  { intros s. apply (derivative f1 f2 (fun s => slope + 2 * curvature * s + k * (3 * (s * s) - r * r)) s _ (d1 _)). auto_derive; auto. ring. }
  assert (D3 : forall s, derivable_pt_lim g2 s (g3 s)).
  { intros s. apply (derivative f2 f3 (fun s => 2 * curvature + 6 * k * s) s _ (d2 _)). auto_derive; auto. ring. }
  assert (Z0 : g 0 = 0) by (unfold g, cubic; rewrite E0; ring).
  assert (Z1 : g r = 0) by (unfold g, cubic; rewrite E1; ring).
  assert (Z2 : g (- r) = 0) by (unfold g, cubic; rewrite E2; ring).
  assert (Z : g t = 0) by (unfold g, k; field; auto).
  assert (exists x, - r < x < r /\ g3 x = 0) as (x & X & G).
  { destruct (Rle_lt_dec 0 t).
    - apply (zero_of_third g g1 g2 g3 (- r) 0 t r); auto; lra.
    - apply (zero_of_third g g1 g2 g3 (- r) t 0 r); auto; lra. }
  exists (y + x). split; [apply Rabs_le; lra|]. unfold g3 in G. replace (f3 (y + x)) with (6 * k) by lra. unfold k. field. auto.
Qed.
End Third.

(* The derivatives of tanh are polynomials in tanh. *)
Lemma tanh_derivative x : is_derive tanh x (1 - tanh x * tanh x).
Proof.
  apply is_derive_ext with (fun x => 1 - 2 / (exp (2 * x) + 1)); [intros; now rewrite tanh_by_exp|].
  pose proof (exp_pos (2 * x)). auto_derive; [lra|]. rewrite tanh_by_exp. field. lra.
Qed.

(* The third one: 2/3 - 6 (p p - 2/3)^2, with p p in it once. *)
Definition tanh3 (p : R) : R := 2 / 3 - 6 * ((p * p - 2 / 3) * (p * p - 2 / 3)).

Theorem tanh_near y r t : 0 < r -> Rabs t <= r ->
  exists x, Rabs (x - y) <= r /\ tanh (y + t) = parabola tanh y r t + tanh3 (tanh x) / 6 * cubic r t.
Proof.
  intros P T.
  apply (near_parabola tanh (fun x => 1 - tanh x * tanh x) (fun x => - 2 * (tanh x * (1 - tanh x * tanh x))) (fun x => tanh3 (tanh x)));
    auto; intros x; unfold tanh3.
  - apply tanh_derivative.
  - auto_derive; [repeat split; eexists; apply tanh_derivative|]. rewrite (is_derive_unique (fun x : R => tanh x) _ _ (tanh_derivative x)). ring.
  - auto_derive; [repeat split; eexists; apply tanh_derivative|]. rewrite (is_derive_unique (fun x : R => tanh x) _ _ (tanh_derivative x)). field.
Qed.

(* The square of t (r r - t t) is at most 4/27 of that of r r r: the rest is (t t - r r / 3)^2 (4/3 r r - t t). *)
Lemma cubic_below r t : Rabs t <= r -> Rabs (cubic r t) <= 3849003 / 10000000 * (r * r * r).
Proof.
  intros T. apply between_abs in T. unfold cubic.
  assert (R0 : 0 <= r * r * r) by (repeat apply Rmult_le_pos; lra).
  apply below_product; auto; [lra|].
  assert (S : t * t <= r * r) by nra. assert (0 <= t * t) by apply Rle_0_sqr.
  assert (0 <= (t * t - r * r / 3) * (t * t - r * r / 3) * (4 / 3 * (r * r) - t * t)).
  { apply Rmult_le_pos; [apply Rle_0_sqr | lra]. }
  assert (Q : t * (t * t - r * r) * (t * (t * t - r * r)) <= 4 / 27 * (r * r * r * (r * r * r))) by lra.
  assert (0 <= r * r * r * (r * r * r)) by (apply Rmult_le_pos; auto). lra.
Qed.
