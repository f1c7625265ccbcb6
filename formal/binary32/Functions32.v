(* Functions in binary32: what a machine may compute, and how errors of arguments grow. *)

From Coq Require Import ZArith Reals Lra Lia Psatz.
From Flocq Require Import Core.
From Coquelicot Require Import Coquelicot.
From Anylength Require Import Numbers Gelu GeluBounds Basic Float32 DotProducts.
Local Open Scope R_scope.

(* The machine has a number that errs by e or less but for a flush, and so does what a later flush leaves of it. *)
Definition near (e x y : R) : Prop := within (e + tau) x y.

(* What a machine may compute for f of the number x. Where a result could overflow, or is not defined, it may compute anything. *)
Definition function32 (f : unary) (x y : R) : Prop :=
  match f with
  | Tanh => near (bpow radix2 (-20)) (tanh x) y
  | Sigmoid => near (bpow radix2 (-21)) (sigmoid x) y
  | Softplus => near (bpow radix2 (-20) * (1 + Rabs x)) (ln (1 + exp x)) y
  | Silu => near (bpow radix2 (-20) * Rabs x) (x * sigmoid x) y
  | Gelu => near (bpow radix2 (-20) * Rabs x) (x * normal_distribution x) y
  | Exp => exp x < overflow -> near (bpow radix2 (-20) * exp x) (exp x) y
  | Reciprocal => 0 < Rabs x -> / Rabs x < overflow -> near (bpow radix2 (-22) * / Rabs x) (/ x) y
  | Rsqrt => 0 < x -> near (bpow radix2 (-20) * / sqrt x) (/ sqrt x) y
  | Relu => y = Rmax 0 x
  | Absolute => y = Rabs x
  | Square => rounds (x * x) y
  end.

Lemma within_itself D x y : within D x y -> is_float32 y /\ Rabs (y - x) <= D.
Proof. intros W. apply W, flushes_same. Qed.

Lemma within_positive D x y : within D x y -> 0 <= D.
Proof. intros W. destruct (W y (flushes_same y)). pose proof (Rabs_pos (y - x)). lra. Qed.

Lemma within_more D D' x y : within D x y -> D <= D' -> within D' x y.
Proof. intros W L z Z. destruct (W z Z). split; auto. lra. Qed.

(* A function whose slope is nowhere steeper than L. *)
Definition slope_at_most (L : R) (f : R -> R) : Prop := forall x y, Rabs (f x - f y) <= L * Rabs (x - y).

Lemma slope_by_derivative L f f' : (forall x, is_derive f x (f' x)) -> (forall x, Rabs (f' x) <= L) -> slope_at_most L f.
Proof.
  intros D B. assert (up : forall x y, x < y -> Rabs (f x - f y) <= L * Rabs (x - y)).
  { intros x y N. destruct (MVT_cor2 f f' x y N) as (c & E & _); [intros; now apply is_derive_Reals|].
    replace (f x - f y) with (f' c * (x - y)) by lra. rewrite Rabs_mult. apply Rmult_le_compat_r; [apply Rabs_pos | apply B]. }
  intros x y. destruct (Rtotal_order x y) as [N|[->|N]]; auto.
  - rewrite !Rminus_diag, Rabs_R0. lra.
  - rewrite (Rabs_minus_sym (f x)), (Rabs_minus_sym x). auto.
Qed.

Lemma quotient_below a b c : 0 < b -> - (c * b) <= a <= c * b -> Rabs (a / b) <= c.
Proof.
  intros B [L U]. apply Rabs_le. split; apply Rmult_le_reg_r with b; auto; unfold Rdiv; rewrite Rmult_assoc, Rinv_l by lra; lra.
Qed.

Lemma slope_of_tanh : slope_at_most 1 tanh.
Proof.
  apply slope_by_derivative with (fun x => 4 * exp (2 * x) / ((exp (2 * x) + 1) * (exp (2 * x) + 1))).
  - intros x. apply is_derive_ext with (fun x => 1 - 2 / (exp (2 * x) + 1)); [intros; now rewrite tanh_by_exp|].
    pose proof (exp_pos (2 * x)). auto_derive; [lra|]. field. lra.
  - intros x. pose proof (exp_pos (2 * x)). generalize dependent (exp (2 * x)); intros e He. pose proof (Rle_0_sqr (e - 1)) as Q. unfold Rsqr in Q. apply quotient_below; [nra | split; nra].
Qed.

Lemma slope_of_sigmoid : slope_at_most (/ 4) sigmoid.
Proof.
  apply slope_by_derivative with (fun x => exp (- x) / ((1 + exp (- x)) * (1 + exp (- x)))).
  - intros x. unfold sigmoid. pose proof (exp_pos (- x)). auto_derive; [lra|]. field. lra.
  - intros x. pose proof (exp_pos (- x)). generalize dependent (exp (- x)); intros e He. pose proof (Rle_0_sqr (e - 1)) as Q. unfold Rsqr in Q. apply quotient_below; [nra | split; nra].
Qed.

Lemma slope_of_softplus : slope_at_most 1 (fun x => ln (1 + exp x)).
Proof.
  apply slope_by_derivative with (fun x => exp x / (1 + exp x)).
  - intros x. pose proof (exp_pos x). auto_derive; [lra|]. field. lra.
  - intros x. pose proof (exp_pos x). generalize dependent (exp x); intros e He. apply quotient_below; [lra | split; lra].
Qed.

(* A lower bound of e^x by that of e^(x / 2). *)
Lemma double x r s : 0 <= r -> s <= r * r -> r <= exp (x / 2) -> s <= exp x.
Proof.
  intros P S E. replace x with (x / 2 + x / 2) by field. rewrite exp_plus. apply Rle_trans with (1 := S). apply Rmult_le_compat; auto.
Qed.

Lemma exp_of_12_5 : 10000 / 909 <= exp (12 / 5).
Proof.
  apply double with (2654213 / 800000); [lra | lra |].
  apply double with (36429473 / 20000000); [lra | lra |].
  apply double with (67480991 / 50000000); [lra | lra |].
  apply double with (116173139 / 100000000); [lra | lra |].
  apply double with (26945911 / 25000000); [lra | lra |].
  apply double with (51909451 / 50000000); [lra | lra |].
  apply double with (101891561 / 100000000); [lra | lra |].
  apply double with (2018827 / 2000000); [lra | lra |].
  apply double with (100469573 / 100000000); [lra | lra |].
  apply double with (6264657 / 6250000); [lra | lra |].
  apply double with (2563 / 2560); [lra | lra |].
  pose proof (exp_ineq1_le (12 / 5 / 2 / 2 / 2 / 2 / 2 / 2 / 2 / 2 / 2 / 2 / 2)). lra.
Qed.

Lemma slope_of_silu : slope_at_most (11 / 10) (fun x => x * sigmoid x).
Proof.
  apply slope_by_derivative with (fun x => (1 + exp (- x) + x * exp (- x)) / ((1 + exp (- x)) * (1 + exp (- x)))).
  - intros x. unfold sigmoid. pose proof (exp_pos (- x)). auto_derive; [lra|]. field. lra.
  - intros x. pose proof (exp_pos (- x)) as P.
    (* x <= 7 / 5 + e^(x - 12 / 5), so x e^(-x) <= 7 / 5 e^(-x) + e^(-12 / 5) *)
    assert (U : x * exp (- x) <= 7 / 5 * exp (- x) + 909 / 10000).
    { pose proof (exp_ineq1_le (x - 12 / 5)) as I. assert (E : exp (x - 12 / 5) * exp (- x) = exp (- 12 / 5)) by (rewrite <- exp_plus; f_equal; lra).
      assert (exp (- 12 / 5) * exp (12 / 5) = 1) by (rewrite <- exp_plus, <- exp_0; f_equal; lra).
      pose proof exp_of_12_5. pose proof (exp_pos (- 12 / 5)). nra. }
    assert (L : exp (- x) - exp (- x) * exp (- x) <= x * exp (- x)) by (pose proof (exp_ineq1_le (- x)); nra).
    generalize dependent (exp (- x)); intros e P U L. generalize dependent (x * e); intros p U L. apply quotient_below; [nra|].
    split; [nra|]. pose proof (Rle_0_sqr (e - 1 / 11)) as Q. unfold Rsqr in Q. nra.
Qed.

Lemma slope_of_gelu : slope_at_most (113 / 100) (fun x => x * normal_distribution x).
Proof. exact (slope_by_derivative _ _ _ gelu_slope steepness_bounds). Qed.

Lemma slope_of_relu : slope_at_most 1 (Rmax 0).
Proof. intros x y. unfold Rmax, Rabs. repeat destruct Rle_dec; repeat destruct Rcase_abs; lra. Qed.

Lemma slope_of_absolute : slope_at_most 1 Rabs.
Proof. intros x y. unfold Rabs. repeat destruct Rcase_abs; lra. Qed.

(* The rule of a function with bounded slope. *)
Lemma near_after_slope L f D e a x y : 0 <= L -> slope_at_most L f -> within D a x -> near e (f x) y -> within (L * D + e + tau) (f a) y.
Proof.
  intros P S W N. destruct (within_itself _ _ _ W) as [_ E]. intros z Z. destruct (N z Z) as [F B]. split; auto.
  specialize (S x a). replace (z - f a) with ((z - f x) + (f x - f a)) by ring. eapply Rle_trans; [apply Rabs_triang|].
  assert (L * Rabs (x - a) <= L * D) by (apply Rmult_le_compat_l; auto). lra.
Qed.

Lemma relu_flushes x z : flushes (Rmax 0 x) z -> exists x', flushes x x' /\ z = Rmax 0 x'.
Proof.
  intros [->|[A ->]]; [exists x; auto using flushes_same|]. destruct (Rle_lt_dec 0 x).
  - exists 0. split; [|unfold Rmax; destruct Rle_dec; lra]. right. rewrite Rmax_right in A; auto.
  - exists x. split; [apply flushes_same|]. rewrite Rmax_left; lra.
Qed.

Lemma absolute_flushes x z : flushes (Rabs x) z -> exists x', flushes x x' /\ z = Rabs x'.
Proof.
  intros [->|[A ->]]; [exists x; auto using flushes_same|]. exists 0. rewrite Rabs_R0, Rabs_Rabsolu in *. split; auto. now right.
Qed.

Lemma relu_rule D a x : within D a x -> within D (Rmax 0 a) (Rmax 0 x).
Proof.
  intros W z Z. destruct (relu_flushes _ _ Z) as (x' & Z' & ->). destruct (W x' Z') as [F E]. split.
  - unfold Rmax. destruct Rle_dec; auto using zero_is_float32.
  - pose proof (slope_of_relu x' a). lra.
Qed.

Lemma absolute_rule D a x : within D a x -> within D (Rabs a) (Rabs x).
Proof.
  intros W z Z. destruct (absolute_flushes _ _ Z) as (x' & Z' & ->). destruct (W x' Z') as [F E]. split.
  - now apply generic_format_abs.
  - pose proof (slope_of_absolute x' a). lra.
Qed.

(* The larger and the smaller of two numbers. *)
Lemma larger_flushes x y z : flushes (Rmax x y) z -> exists x' y', flushes x x' /\ flushes y y' /\ z = Rmax x' y'.
Proof.
  intros [->|[A ->]]; [exists x, y; auto using flushes_same|].
  assert (flush : forall v, Rabs v < tau -> flushes v 0) by (intros; now right). pose proof tau_positive.
  pose proof (Rle_abs (Rmax x y)). pose proof (Rmax_l x y). pose proof (Rmax_r x y).
  destruct (Rlt_le_dec (Rabs x) tau) as [X|X], (Rlt_le_dec (Rabs y) tau) as [Y|Y].
  - exists 0, 0. rewrite Rmax_left by lra. auto.
  - exists 0, y. repeat split; auto using flushes_same. rewrite Rmax_left; auto. revert Y. unfold Rabs. destruct Rcase_abs; lra.
  - exists x, 0. repeat split; auto using flushes_same. rewrite Rmax_right; auto. revert X. unfold Rabs. destruct Rcase_abs; lra.
  - exfalso. revert A X Y. unfold Rmax. destruct Rle_dec; lra.
Qed.

Lemma opposite_flushes x z : flushes (- x) z -> flushes x (- z).
Proof. intros [->|[A ->]]; [left; ring | right]. rewrite Rabs_Ropp in A. split; auto. lra. Qed.

Lemma opposite_rule D a x : within D a x -> within D (- a) (- x).
Proof.
  intros W z Z. destruct (W _ (opposite_flushes _ _ Z)) as [F E]. split.
  - rewrite <- (Ropp_involutive z). now apply opposite_is_float32.
  - rewrite <- Rabs_Ropp. now replace (- (z - - a)) with (- z - a) by ring.
Qed.

Lemma larger_rule D E a b x y : within D a x -> within E b y -> within (Rmax D E) (Rmax a b) (Rmax x y).
Proof.
  intros A B z Z. destruct (larger_flushes _ _ _ Z) as (x' & y' & X & Y & ->). destruct (A x' X) as [FX EX], (B y' Y) as [FY EY]. split.
  - unfold Rmax. destruct Rle_dec; auto.
  - pose proof (Rmax_l D E). pose proof (Rmax_r D E). generalize dependent (Rmax D E); intros M L R.
    apply Rabs_le_inv in EX, EY. apply Rabs_le. unfold Rmax. repeat destruct Rle_dec; lra.
Qed.

Lemma smaller_rule D E a b x y : within D a x -> within E b y -> within (Rmax D E) (Rmin a b) (Rmin x y).
Proof.
  intros A B. pose proof (opposite_rule _ _ _ (larger_rule _ _ _ _ _ _ (opposite_rule _ _ _ A) (opposite_rule _ _ _ B))) as H.
  rewrite <- !Ropp_Rmin, !Ropp_involutive in H. exact H.
Qed.
