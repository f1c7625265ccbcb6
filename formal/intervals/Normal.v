(* The integral of e^(-t^2/2) from 0 to x: how it grows, a series for it, and how far it is from its limit. *)

From Coq Require Import ZArith Reals Lra Lia Psatz.
From Coquelicot Require Import Coquelicot.
From Anylength Require Import Numbers.
Local Open Scope R_scope.

(* Functions that rise because their derivative is not below zero. *)
Lemma rises_between f f' x y : (forall z, is_derive f z (f' z)) -> (forall z, x <= z <= y -> 0 <= f' z) -> x <= y -> f x <= f y.
Proof.
  intros D P [L|E0]; [|subst; lra]. destruct (MVT_cor2 f f' x y L) as (c & E & C); [intros; now apply is_derive_Reals|].
  assert (0 <= f' c) by (apply P; lra). nra.
Qed.

Lemma constant_function f : (forall z, is_derive f z 0) -> forall x, f x = f 0.
Proof.
  intros D x. assert (G : forall g y z, (forall w, is_derive g w 0) -> y <= z -> g y <= g z) by (intros g y z Dg; apply rises_between with (f' := fun _ => 0); auto; intros; lra).
  assert (N : forall w, is_derive (fun v => - f v) w 0) by (intros w; replace 0 with (- 0) by ring; now apply (is_derive_opp f)).
  destruct (Rle_lt_dec 0 x) as [X|X].
  - pose proof (G f 0 x D X). pose proof (G _ 0 x N X). simpl in *. lra.
  - pose proof (G f x 0 D ltac:(lra)). pose proof (G _ x 0 N ltac:(lra)). simpl in *. lra.
Qed.

Lemma gaussian_positive t : 0 < gaussian t.
Proof. apply exp_pos. Qed.

Lemma gaussian_slope t : is_derive gaussian t (- t * gaussian t).
Proof. unfold gaussian. auto_derive; auto. unfold Rdiv. field. Qed.

Lemma gaussian_at_most_1 t : gaussian t <= 1.
Proof. unfold gaussian. rewrite <- exp_0. pose proof (Rle_0_sqr t) as Q. unfold Rsqr in Q. destruct (Req_dec (t * t) 0) as [E|N]; [rewrite E; right; f_equal; lra | left; apply exp_increasing; lra]. Qed.

Lemma gaussian_even t : gaussian (- t) = gaussian t.
Proof. unfold gaussian. now replace (- t * - t) with (t * t) by ring. Qed.

(* The integral of t^2k e^(-t^2/2) from 0 to x. *)
Definition moment (k : nat) (x : R) : R := RInt (fun t => t ^ (2 * k) * gaussian t) 0 x.

Lemma integrand_continuous k t : continuous (fun t => t ^ (2 * k) * gaussian t) t.
Proof. apply (ex_derive_continuous (fun t => t ^ (2 * k) * gaussian t)). unfold gaussian. now auto_derive. Qed.

Lemma moment_slope k x : is_derive (moment k) x (x ^ (2 * k) * gaussian x).
Proof.
  apply (is_derive_RInt (fun t => t ^ (2 * k) * gaussian t) _ 0); [|apply integrand_continuous].
  apply filter_forall. intros y. apply (@RInt_correct R_CompleteNormedModule), ex_RInt_continuous. intros; apply integrand_continuous.
Qed.

Lemma moment_at_0 k : moment k 0 = 0.
Proof. unfold moment. now rewrite RInt_point. Qed.

Lemma odd_power_slope k z : is_derive (fun x => x ^ (2 * k + 1)) z ((2 * INR k + 1) * z ^ (2 * k)).
Proof.
  replace (2 * INR k + 1) with (INR (2 * k + 1)) by (rewrite plus_INR, mult_INR; simpl; ring).
  auto_derive; auto. rewrite Rmult_1_l. replace (Init.Nat.pred (k + (k + 0) + 1)) with (2 * k)%nat by lia. reflexivity.
Qed.

(* By parts. *)
Lemma moment_step k x : (2 * INR k + 1) * moment k x = x ^ (2 * k + 1) * gaussian x + moment (k + 1) x.
Proof.
  set (f := fun x => (2 * INR k + 1) * moment k x - (x ^ (2 * k + 1) * gaussian x + moment (k + 1) x)).
  assert (D : forall z, is_derive f z 0).
  { intros z. unfold f.
    assert (P : is_derive (fun x => x ^ (2 * k + 1) * gaussian x) z ((2 * INR k + 1) * z ^ (2 * k) * gaussian z + z ^ (2 * k + 1) * (- z * gaussian z))).
    { apply (is_derive_mult (fun x => x ^ (2 * k + 1)) gaussian); [|apply gaussian_slope|exact Rmult_comm]. apply odd_power_slope. }
    replace 0 with ((2 * INR k + 1) * (z ^ (2 * k) * gaussian z) - ((2 * INR k + 1) * z ^ (2 * k) * gaussian z + z ^ (2 * k + 1) * (- z * gaussian z) + z ^ (2 * (k + 1)) * gaussian z)).
    - apply (is_derive_minus (fun x => (2 * INR k + 1) * moment k x)).
      + apply (is_derive_scal (moment k)). apply moment_slope.
      + apply (is_derive_plus (fun x => x ^ (2 * k + 1) * gaussian x)); auto. apply moment_slope.
    - replace (2 * (k + 1))%nat with (2 * k + 1 + 1)%nat by lia. rewrite !pow_add. ring. }
  pose proof (constant_function f D x) as E. unfold f in E. rewrite !moment_at_0 in E. rewrite pow_i in E by lia. lra.
Qed.

Lemma even_power_positive k t : 0 <= t ^ (2 * k).
Proof. rewrite pow_mult. apply pow_le. nra. Qed.

(* The first bounds: it has the sign of x, and is no larger than the integral of t^2k. *)
Lemma moment_bounds k x : exists c, 0 <= c <= / (2 * INR k + 1) /\ moment k x = c * x ^ (2 * k + 1).
Proof.
  pose proof (pos_INR k) as K. set (m := 2 * INR k + 1). assert (M : 0 < m) by (unfold m; lra).
  set (f := fun x => x ^ (2 * k + 1) / m - moment k x).
  assert (Df : forall z, is_derive f z (z ^ (2 * k) - z ^ (2 * k) * gaussian z)).
  { intros z. apply (is_derive_minus (fun x => x ^ (2 * k + 1) / m)); [|apply moment_slope].
    replace (z ^ (2 * k)) with (/ m * (m * z ^ (2 * k))) by (field; lra). apply is_derive_ext with (fun x => / m * x ^ (2 * k + 1)); [intros; apply Rmult_comm|].
    apply (is_derive_scal (fun x => x ^ (2 * k + 1))). apply odd_power_slope. }
  assert (F0 : f 0 = 0) by (unfold f; rewrite moment_at_0, pow_i by lia; unfold Rdiv; ring).
  assert (Pf : forall z, 0 <= z ^ (2 * k) - z ^ (2 * k) * gaussian z) by (intros z; pose proof (even_power_positive k z); pose proof (gaussian_at_most_1 z); nra).
  assert (Pm : forall z, 0 <= z ^ (2 * k) * gaussian z) by (intros z; pose proof (even_power_positive k z); pose proof (gaussian_positive z); nra).
  assert (split_power : x ^ (2 * k + 1) = x ^ (2 * k) * x) by (rewrite pow_add; ring).
  destruct (Req_dec x 0) as [->|N].
  - exists 0. rewrite moment_at_0, Rmult_0_l. split; auto. split; [lra | left; now apply Rinv_0_lt_compat].
  - assert (Q : 0 < x ^ (2 * k)) by (rewrite pow_mult; apply pow_lt; nra).
    exists (moment k x / x ^ (2 * k + 1)). rewrite split_power. split; [|field; split; lra].
    destruct (Rle_lt_dec 0 x) as [X|X].
    + assert (P : 0 < x ^ (2 * k) * x) by (apply Rmult_lt_0_compat; lra).
      pose proof (rises_between _ _ 0 x Df (fun z _ => Pf z) X) as A. pose proof (rises_between _ _ 0 x (moment_slope k) (fun z _ => Pm z) X) as B.
      rewrite F0 in A. rewrite moment_at_0 in B. unfold f in A. rewrite split_power in A. split.
      * apply Rmult_le_pos; auto. left. now apply Rinv_0_lt_compat.
      * apply Rmult_le_reg_r with (x ^ (2 * k) * x); auto. unfold Rdiv in *. rewrite Rmult_assoc, Rinv_l by lra. lra.
    + assert (P : 0 < x ^ (2 * k) * - x) by (apply Rmult_lt_0_compat; lra).
      pose proof (rises_between _ _ x 0 Df (fun z _ => Pf z) ltac:(lra)) as A. pose proof (rises_between _ _ x 0 (moment_slope k) (fun z _ => Pm z) ltac:(lra)) as B.
      rewrite F0 in A. rewrite moment_at_0 in B. unfold f in A. rewrite split_power in A.
      replace (moment k x / (x ^ (2 * k) * x)) with (- moment k x / (x ^ (2 * k) * - x)) by (field; split; lra). split.
      * apply Rmult_le_pos; [lra|]. left. now apply Rinv_0_lt_compat.
      * apply Rmult_le_reg_r with (x ^ (2 * k) * - x); auto. unfold Rdiv in *. rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.

(* The integral itself. *)
Definition gaussian_integral (x : R) : R := RInt gaussian 0 x.

Lemma gaussian_integral_is x : gaussian_integral x = moment 0 x.
Proof. apply RInt_ext. intros t _. simpl. ring. Qed.

Lemma gaussian_integral_slope x : is_derive gaussian_integral x (gaussian x).
Proof.
  apply is_derive_ext with (moment 0); [intros; symmetry; apply gaussian_integral_is|]. pose proof (moment_slope 0 x) as D. simpl in D. now rewrite Rmult_1_l in D.
Qed.

Lemma gaussian_integral_at_0 : gaussian_integral 0 = 0.
Proof. rewrite gaussian_integral_is. apply moment_at_0. Qed.

Lemma gaussian_integral_odd x : gaussian_integral (- x) = - gaussian_integral x.
Proof.
  assert (D : forall z, is_derive (fun x => gaussian_integral (- x) + gaussian_integral x) z 0).
  { intros z. replace 0 with (- (1) * gaussian (- z) + gaussian z) by (rewrite gaussian_even; ring).
    apply (is_derive_plus (fun x => gaussian_integral (- x))); [|apply gaussian_integral_slope].
    apply (is_derive_comp gaussian_integral Ropp z); [apply gaussian_integral_slope|]. auto_derive; auto. }
  pose proof (constant_function _ D x) as E. simpl in E. rewrite Ropp_0, gaussian_integral_at_0 in E. lra.
Qed.

(* Its limit: the square of the integral, and twice the integral of e^(-x^2 (1 + t^2) / 2) / (1 + t^2) from 0 to 1, add up to pi / 2. *)
Definition flat (x t : R) : R := exp (- (x * x * (1 + t * t) / 2)) / (1 + t * t).
Definition flat_slope (x t : R) : R := - x * exp (- (x * x * (1 + t * t) / 2)).

Lemma above_1 t : 1 <= 1 + t * t.
Proof. nra. Qed.

Lemma flat_derives x t : is_derive (fun x => flat x t) x (flat_slope x t).
Proof. unfold flat, flat_slope. pose proof (above_1 t). auto_derive; [lra|]. unfold Rdiv. field. lra. Qed.

Lemma flat_continuous x t : continuous (flat x) t.
Proof. apply (ex_derive_continuous (flat x)). unfold flat. pose proof (above_1 t). auto_derive. lra. Qed.

Lemma flat_integrable x a b : ex_RInt (flat x) a b.
Proof. apply (@ex_RInt_continuous R_CompleteNormedModule). intros; apply flat_continuous. Qed.

Definition rest (x : R) : R := RInt (flat x) 0 1.

Lemma flat_slope_continuous x t : continuity_2d_pt flat_slope x t.
Proof.
  unfold flat_slope. apply continuity_2d_pt_mult.
  - apply continuity_2d_pt_opp, continuity_2d_pt_id1.
  - apply (continuity_1d_2d_pt_comp exp (fun u v => - (u * u * (1 + v * v) / 2))); [apply derivable_continuous_pt, derivable_pt_exp|].
    apply continuity_2d_pt_opp. apply continuity_2d_pt_ext with (fun u v => u * u * (1 + v * v) * / 2); [reflexivity|].
    apply continuity_2d_pt_mult; [|apply continuity_2d_pt_const]. apply continuity_2d_pt_mult.
    + apply continuity_2d_pt_mult; apply continuity_2d_pt_id1.
    + apply continuity_2d_pt_plus; [apply continuity_2d_pt_const|]. apply continuity_2d_pt_mult; apply continuity_2d_pt_id2.
Qed.

Lemma rest_slope x : is_derive rest x (- (gaussian x * gaussian_integral x)).
Proof.
  assert (E : RInt (fun t => Derive (fun u => flat u t) x) 0 1 = - (gaussian x * gaussian_integral x)).
  { rewrite RInt_ext with (g := fun t => scal (- gaussian x) (scal x (gaussian (x * t + 0)))).
    - assert (C : forall a b, ex_RInt gaussian a b).
      { intros. apply (@ex_RInt_continuous R_CompleteNormedModule). intros. apply (ex_derive_continuous gaussian). eexists. apply gaussian_slope. }
      assert (I : is_RInt (fun t => scal x (gaussian (x * t + 0))) 0 1 (RInt gaussian (x * 0 + 0) (x * 1 + 0))).
      { apply (is_RInt_comp_lin gaussian x 0 0 1). apply (@RInt_correct R_CompleteNormedModule), C. }
      assert (E0 : x * 0 + 0 = 0) by ring. assert (E1 : x * 1 + 0 = x) by ring. rewrite E0, E1 in I.
      apply (is_RInt_scal _ _ _ (- gaussian x)) in I. change (scal (- gaussian x) (RInt gaussian 0 x)) with (- gaussian x * RInt gaussian 0 x) in I.
      rewrite Ropp_mult_distr_l_reverse in I. exact (is_RInt_unique _ _ _ _ I).
    - intros t _. assert (D : Derive (fun u => flat u t) x = flat_slope x t) by apply is_derive_unique, flat_derives.
      rewrite D. change (flat_slope x t = - gaussian x * (x * gaussian (x * t + 0))). unfold flat_slope, gaussian.
      replace (- (x * x * (1 + t * t) / 2)) with (- (x * x / 2) + - ((x * t + 0) * (x * t + 0) / 2)) by field. rewrite exp_plus. ring. }
  rewrite <- E. apply (is_derive_RInt_param flat 0 1 x).
  - apply filter_forall. intros y t _. eexists. apply flat_derives.
  - intros t _. apply continuity_2d_pt_ext with flat_slope; [|apply flat_slope_continuous].
    intros u v. symmetry. apply is_derive_unique, flat_derives.
  - apply filter_forall. intros y. apply flat_integrable.
Qed.

Lemma arctangent : is_RInt (fun t => / (1 + t * t)) 0 1 (PI / 4).
Proof.
  replace (PI / 4) with (minus (atan 1) (atan 0)) by (unfold minus, plus, opp; simpl; rewrite atan_1, atan_0; ring).
  apply (is_RInt_derive atan (fun t => / (1 + t * t))).
  - intros t _. apply is_derive_Reals. replace (/ (1 + t * t)) with (/ (1 + t ^ 2)) by (f_equal; ring). apply derivable_pt_lim_atan.
  - intros t _. apply (ex_derive_continuous (fun t => / (1 + t * t))). pose proof (above_1 t). auto_derive. lra.
Qed.

Lemma rest_at_0 : rest 0 = PI / 4.
Proof.
  unfold rest. rewrite <- (is_RInt_unique _ _ _ _ arctangent). apply RInt_ext. intros t _. change (flat 0 t = / (1 + t * t)). unfold flat.
  replace (- (0 * 0 * (1 + t * t) / 2)) with 0 by field. rewrite exp_0. apply Rmult_1_l.
Qed.

Lemma square_and_rest x : gaussian_integral x * gaussian_integral x + 2 * rest x = PI / 2.
Proof.
  assert (D : forall z, is_derive (fun x => gaussian_integral x * gaussian_integral x + 2 * rest x) z 0).
  { intros z. replace 0 with (gaussian z * gaussian_integral z + gaussian_integral z * gaussian z + 2 * - (gaussian z * gaussian_integral z)) by ring.
    apply (is_derive_plus (fun x => gaussian_integral x * gaussian_integral x)).
    - apply (is_derive_mult gaussian_integral gaussian_integral); try apply gaussian_integral_slope. exact Rmult_comm.
    - apply (is_derive_scal rest), rest_slope. }
  pose proof (constant_function _ D x) as E. simpl in E. rewrite E, gaussian_integral_at_0, rest_at_0. field.
Qed.

Lemma rest_bounds x : 0 <= rest x <= gaussian x * (PI / 4).
Proof.
  unfold rest. split.
  - assert (Z : RInt (fun _ => 0) 0 1 = 0) by (rewrite RInt_const; apply Rmult_0_r). apply Rle_trans with (RInt (fun _ => 0) 0 1); [rewrite Z; lra|].
    apply RInt_le; [lra | apply ex_RInt_const | apply flat_integrable |]. intros t _. unfold flat. pose proof (above_1 t).
    apply Rmult_le_pos; [left; apply exp_pos | left; apply Rinv_0_lt_compat; lra].
  - pose proof (is_RInt_scal _ _ _ (gaussian x) _ arctangent) as I. apply Rle_trans with (RInt (fun t => scal (gaussian x) (/ (1 + t * t))) 0 1); [|right; exact (is_RInt_unique _ _ _ _ I)].
    apply RInt_le; [lra | apply flat_integrable | eexists; apply I |]. intros t _. change (flat x t <= gaussian x * / (1 + t * t)). unfold flat, gaussian.
    pose proof (above_1 t). apply Rmult_le_compat_r; [left; apply Rinv_0_lt_compat; lra|].
    assert (0 <= x * x) by nra. assert (0 <= t * t) by nra. assert (0 <= x * x * (t * t)) by nra.
    destruct (Req_dec (x * x * (t * t)) 0) as [Z|Z]; [right; f_equal; nra | left; apply exp_increasing; nra].
Qed.
