(* The function x Phi(x), Phi the normal distribution: it falls, then rises; its slope lies between 1 - M and M for its slope M at sqrt 2. *)

From Coq Require Import ZArith Reals Lra Lia Psatz.
From Coquelicot Require Import Coquelicot.
From Anylength Require Import Numbers Normal.
Local Open Scope R_scope.

Definition gelu (x : R) : R := x * normal_distribution x.

Local Notation root := (sqrt (2 * PI)).
Lemma root_positive : 0 < root.
Proof. apply sqrt_lt_R0. pose proof PI_RGT_0. lra. Qed.

Lemma root_squared : root * root = 2 * PI.
Proof. apply sqrt_sqrt. pose proof PI_RGT_0. lra. Qed.

Lemma normal_slope x : is_derive normal_distribution x (gaussian x / root).
Proof.
  unfold normal_distribution. replace (gaussian x / root) with (0 + / root * gaussian x) by (unfold Rdiv; ring).
  apply (is_derive_plus (fun _ => / 2)); [apply (is_derive_const (/ 2))|].
  apply is_derive_ext with (fun x => / root * gaussian_integral x); [intros; apply Rmult_comm|]. apply (is_derive_scal gaussian_integral), gaussian_integral_slope.
Qed.

Lemma normal_opposite x : normal_distribution (- x) = 1 - normal_distribution x.
Proof. unfold normal_distribution. change (RInt gaussian 0) with gaussian_integral. rewrite gaussian_integral_odd. field. pose proof root_positive. lra. Qed.

(* 1 - Phi(x) lies between 0 and e^(-x^2/2) / 2, for x >= 0. *)
Lemma normal_tail x : 0 <= x -> 1 - gaussian x / 2 <= normal_distribution x <= 1.
Proof.
  intros X. pose proof (square_and_rest x) as S. pose proof (rest_bounds x) as [L U]. pose proof PI_RGT_0 as P. pose proof root_positive as Rp. pose proof root_squared as Rs.
  pose proof (rises_between _ _ 0 x gaussian_integral_slope (fun z _ => Rlt_le _ _ (gaussian_positive z)) X) as J. rewrite gaussian_integral_at_0 in J.
  pose proof (gaussian_positive x) as B. pose proof (gaussian_at_most_1 x) as B1.
  unfold normal_distribution. change (RInt gaussian 0) with gaussian_integral. generalize dependent (gaussian_integral x). intros j S J. set (r := root) in *. split.
  - assert (H : (1 - gaussian x) * r <= 2 * j).
    { apply Rsqr_incr_0_var; [|lra]. unfold Rsqr. assert (gaussian x * PI <= PI) by nra. nra. }
    apply Rmult_le_reg_r with r; auto. rewrite Rmult_plus_distr_r. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
  - assert (H : 2 * j <= r) by (apply Rsqr_incr_0_var; [unfold Rsqr; nra | lra]).
    apply Rmult_le_reg_r with r; auto. rewrite Rmult_plus_distr_r. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.

Lemma normal_rises x y : x <= y -> normal_distribution x <= normal_distribution y.
Proof.
  apply rises_between with (1 := normal_slope). intros z _. apply Rmult_le_pos; [left; apply gaussian_positive | left; apply Rinv_0_lt_compat, root_positive].
Qed.

Lemma normal_at_0 : normal_distribution 0 = / 2.
Proof. unfold normal_distribution. rewrite RInt_point. change (@Hierarchy.zero R_NormedModule) with 0. unfold Rdiv. rewrite Rmult_0_l. apply Rplus_0_r. Qed.

(* Its slope, and the slope of that. *)
Definition density (x : R) : R := gaussian x / root.
Definition steepness (x : R) : R := normal_distribution x + x * density x.

Lemma density_positive x : 0 < density x.
Proof. apply Rmult_lt_0_compat; [apply gaussian_positive | apply Rinv_0_lt_compat, root_positive]. Qed.

Lemma gelu_slope x : is_derive gelu x (steepness x).
Proof.
  unfold gelu, steepness. replace (normal_distribution x + x * density x) with (1 * normal_distribution x + x * (gaussian x / root)) by (unfold density; ring).
  apply (is_derive_mult (fun x => x) normal_distribution); [apply (is_derive_id x) | apply normal_slope | exact Rmult_comm].
Qed.

Lemma density_slope x : is_derive density x (- x * density x).
Proof.
  unfold density. replace (- x * (gaussian x / root)) with (/ root * (- x * gaussian x)) by (unfold Rdiv; ring).
  apply is_derive_ext with (fun x => / root * gaussian x); [intros; apply Rmult_comm|]. apply (is_derive_scal gaussian), gaussian_slope.
Qed.

Lemma steepness_slope x : is_derive steepness x (density x * (2 - x * x)).
Proof.
  unfold steepness. replace (density x * (2 - x * x)) with (gaussian x / root + (1 * density x + x * (- x * density x))) by (unfold density; ring).
  apply (is_derive_plus normal_distribution); [apply normal_slope|].
  apply (is_derive_mult (fun x => x) density); [apply (is_derive_id x) | apply density_slope | exact Rmult_comm].
Qed.

Lemma steepness_opposite x : steepness (- x) = 1 - steepness x.
Proof. unfold steepness, density. rewrite normal_opposite, gaussian_even. ring. Qed.

Lemma steepness_of_positive x : 0 <= x -> / 2 <= steepness x.
Proof. intros X. unfold steepness. pose proof (normal_rises 0 x X) as N. rewrite normal_at_0 in N. pose proof (density_positive x). nra. Qed.

Local Notation inflection := (sqrt 2).
Lemma inflection_squared : inflection * inflection = 2.
Proof. apply sqrt_sqrt. lra. Qed.
Lemma inflection_positive : 0 < inflection.
Proof. apply sqrt_lt_R0. lra. Qed.

Lemma steepness_rises x y : - inflection <= x -> x <= y -> y <= inflection -> steepness x <= steepness y.
Proof.
  intros L X U. apply rises_between with (1 := steepness_slope); auto. intros z Z. pose proof (density_positive z). pose proof inflection_squared. apply Rmult_le_pos; [lra|]. nra.
Qed.

Lemma steepness_falls x y : inflection <= x -> x <= y -> steepness y <= steepness x.
Proof.
  intros L X. apply Ropp_le_cancel. apply (rises_between (fun z => - steepness z) (fun z => - (density z * (2 - z * z)))); auto.
  - intros z. apply (is_derive_opp steepness), steepness_slope.
  - intros z Z. pose proof (density_positive z). pose proof inflection_squared. pose proof inflection_positive. assert (0 <= density z * (z * z - 2)) by (apply Rmult_le_pos; [lra | nra]). lra.
Qed.

(* Far out, x density x + Phi(x) - 1 is above zero: it falls, to nothing. *)
Lemma gaussian_at_most x : gaussian x <= 2 / (x * x + 2).
Proof.
  assert (P : 0 < x * x + 2) by nra. unfold gaussian. rewrite exp_Ropp. pose proof (exp_ineq1_le (x * x / 2)).
  replace (2 / (x * x + 2)) with (/ (1 + x * x / 2)) by (field; lra). apply Rinv_le_contravar; [nra | lra].
Qed.

Lemma steepness_above_1 x : inflection <= x -> 1 <= steepness x.
Proof.
  intros X. destruct (Rle_lt_dec 1 (steepness x)) as [|N]; auto. exfalso. set (d := 1 - steepness x). assert (D : 0 < d) by (unfold d; lra).
  pose proof inflection_positive as T. set (y := Rmax x (2 / d)). pose proof (Rmax_l x (2 / d)) as Yx. pose proof (Rmax_r x (2 / d)) as Yd. fold y in Yx, Yd.
  pose proof (steepness_falls x y X Yx) as F. destruct (normal_tail y ltac:(lra)) as [L _]. pose proof (gaussian_at_most y) as B. pose proof (density_positive y) as Dy.
  assert (Y : 0 < 2 / d) by (apply Rdiv_lt_0_compat; lra).
  assert (E : 2 <= y * d). { apply Rmult_le_compat_r with (r := d) in Yd; [|lra]. unfold Rdiv in Yd. rewrite Rmult_assoc, Rinv_l in Yd by lra. lra. }
  assert (S : 1 - gaussian y / 2 <= steepness y) by (unfold steepness; nra).
  assert (G : d <= gaussian y / 2) by (unfold d; lra).
  assert (H : d * (y * y + 2) <= 1).
  { assert (P : 0 < y * y + 2) by nra. apply Rmult_le_compat_r with (r := y * y + 2) in B; [|lra]. unfold Rdiv in B. rewrite Rmult_assoc, Rinv_l in B by lra. nra. }
  assert (y * (y * d) <= 1) by nra. assert (2 * y <= y * (y * d)) by nra. assert (y <= / 2) by lra. assert (1 < inflection) by (pose proof inflection_squared; nra). lra.
Qed.

Lemma steepness_stays x y : 0 < steepness x -> x <= y -> 0 < steepness y.
Proof.
  intros P L. destruct (Rle_lt_dec 0 y) as [Y|Y]; [pose proof (steepness_of_positive y Y); lra|].
  destruct (Rle_lt_dec (- inflection) x) as [X|X].
  - pose proof inflection_positive. pose proof (steepness_rises x y X L ltac:(lra)). lra.
  - pose proof (steepness_above_1 (- x) ltac:(lra)) as S. rewrite steepness_opposite in S. lra.
Qed.

Lemma gelu_rises x y : 0 < steepness x -> x <= y -> gelu x <= gelu y.
Proof. intros P L. apply rises_between with (1 := gelu_slope); auto. intros z Z. left. apply steepness_stays with x; lra. Qed.

Lemma gelu_falls x y : steepness y <= 0 -> x <= y -> gelu y <= gelu x.
Proof.
  intros P L. apply Ropp_le_cancel. apply (rises_between (fun z => - gelu z) (fun z => - steepness z)); auto.
  - intros z. apply (is_derive_opp gelu), gelu_slope.
  - intros z Z. destruct (Rle_lt_dec (steepness z) 0) as [|S]; [lra|]. pose proof (steepness_stays z y S ltac:(lra)). lra.
Qed.

(* Between two ends it is nowhere above both. *)
Lemma gelu_below_ends l x u : l <= x <= u -> gelu x <= gelu l \/ gelu x <= gelu u.
Proof. intros [L U]. destruct (Rle_lt_dec (steepness x) 0); [left; now apply gelu_falls | right; now apply gelu_rises]. Qed.

(* Its slope lies between 1 - M and M for M = steepness inflection. *)
Lemma steepness_at_most x : steepness x <= steepness inflection.
Proof.
  pose proof inflection_positive as T. destruct (Rle_lt_dec 0 x) as [X|X].
  - destruct (Rle_lt_dec x inflection); [apply steepness_rises; lra | apply steepness_falls; lra].
  - pose proof (steepness_of_positive (- x) ltac:(lra)) as S. rewrite steepness_opposite in S. pose proof (steepness_of_positive inflection ltac:(lra)). lra.
Qed.

Lemma steepness_at_least x : 1 - steepness inflection <= steepness x.
Proof. pose proof (steepness_at_most (- x)) as S. rewrite steepness_opposite in S. lra. Qed.

(* It lies above its tangents at all a between - inflection and inflection, but for 3 times their slopes. *)
Lemma gelu_above_tangent a x : - inflection <= a <= inflection -> gelu a - 3 * Rabs (steepness a) <= gelu x.
Proof.
  intros A. pose proof inflection_positive as T. pose proof inflection_squared as T2. assert (T3 : 2 * inflection <= 3) by nra.
  assert (inner : forall z, - inflection <= z <= inflection -> gelu a - 3 * Rabs (steepness a) <= gelu z).
  { intros z Z. assert (Tangent : gelu a + steepness a * (z - a) <= gelu z).
    { assert (D : forall y, is_derive (fun y => gelu y - steepness a * y) y (steepness y - steepness a)).
      { intros y. apply (is_derive_minus gelu); [apply gelu_slope|]. replace (steepness a) with (steepness a * 1) at 2 by ring.
        apply (is_derive_scal (fun y => y)), (is_derive_id y). }
      destruct (Rle_lt_dec a z) as [L|L].
      - pose proof (rises_between _ _ a z D (fun y Y => ltac:(pose proof (steepness_rises a y ltac:(lra) ltac:(lra) ltac:(lra)); lra)) L). simpl in *. lra.
      - pose proof (rises_between (fun y => - (gelu y - steepness a * y)) (fun y => - (steepness y - steepness a)) z a
          (fun y => is_derive_opp _ _ _ (D y)) (fun y Y => ltac:(pose proof (steepness_rises y a ltac:(lra) ltac:(lra) ltac:(lra)); lra)) ltac:(lra)). simpl in *. lra. }
    assert (Rabs (steepness a * (z - a)) <= 3 * Rabs (steepness a)).
    { rewrite Rabs_mult, Rmult_comm. apply Rmult_le_compat_r; [apply Rabs_pos|]. apply Rabs_le. lra. }
    pose proof (Rle_abs (- (steepness a * (z - a)))) as N. rewrite Rabs_Ropp in N. lra. }
  destruct (Rle_lt_dec x (- inflection)) as [X|X].
  - apply Rle_trans with (gelu (- inflection)); [apply inner; lra|]. apply gelu_falls; auto. pose proof (steepness_above_1 inflection ltac:(lra)). rewrite steepness_opposite. lra.
  - destruct (Rle_lt_dec x inflection) as [Y|Y]; [apply inner; lra|].
    apply Rle_trans with (gelu inflection); [apply inner; lra|]. apply gelu_rises; [|lra]. pose proof (steepness_of_positive inflection ltac:(lra)). lra.
Qed.
