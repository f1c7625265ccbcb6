(* A machine with binary32 numbers can always go on: what is said of all its runs is said of something. *)

From Coq Require Import ZArith Reals List Permutation Arith Lra Lia Psatz.
From Flocq Require Import Core.
From Anylength Require Import Numbers Program Normal Gelu Basic Net Float32 DotProducts Functions32 Quotients32 Normalize32 Softmax32 Storage Machine32.
Import ListNotations.
Local Open Scope R_scope.

Definition rounded (x : R) : R := nearest (fun n => negb (Z.even n)) x.

Lemma some_rounding x : rounds x (rounded x).
Proof. intros _. left. now exists (fun n => negb (Z.even n)). Qed.

Lemma some_evaluation o : exists y, evaluates o y.
Proof.
  induction o as [[x|a b]|p [v V] q [w W]|a b rest [v V]]; simpl.
  - exists x. apply flushes_same.
  - exists (rounded (a * b)), a, b. auto using flushes_same, some_rounding.
  - exists (rounded (v + w)), v, w. auto using some_rounding.
  - exists (rounded (a * b + v)), a, b, v. auto using flushes_same, some_rounding.
Qed.

Lemma some_sum l : exists y, makes l y.
Proof.
  destruct (some_evaluation (fold_right (fun t o => Sum (Leaf t) o) (Leaf (Number 0)) l)) as [y E].
  assert (T : terms_of (fold_right (fun t o => Sum (Leaf t) o) (Leaf (Number 0)) l) = l ++ repeat (Number 0) 1) by (clear; induction l; simpl in *; congruence).
  assert (M : exists y, exists o zeros, Permutation (terms_of o) (l ++ repeat (Number 0) zeros) /\ evaluates o y).
  { exists y. eexists _, 1%nat. rewrite <- T. split; [apply Permutation_refl | exact E]. }
  destruct l as [|[x|a b] [|t l]]; simpl; auto. exists x. apply flushes_same.
Qed.

Lemma some_list {A B : Type} (Q : A -> B -> Prop) : (forall a, exists b, Q a b) -> forall l, exists m, Forall2 Q l m.
Proof.
  intros H l; induction l as [|a l [m M]]; [exists []; constructor|]. destruct (H a) as [b E]. exists (b :: m). now constructor.
Qed.

(* Functions. *)
Lemma some_near e x : u * Rabs x <= e -> exists y, near e x y.
Proof.
  intros L. exists (rounded x). intros z [->|[A ->]].
  - split; [apply nearest_is_float32|]. pose proof (nearest_error (fun n => negb (Z.even n)) x). unfold rounded. lra.
  - split; [apply zero_is_float32|]. rewrite Rminus_0_l, Rabs_Ropp. destruct (Rlt_le_dec (Rabs x) tau) as [N|N].
    + pose proof u_positive. pose proof (Rabs_pos x). nra.
    + apply (nearest_stays_normal (fun n => negb (Z.even n))) in N. unfold rounded in A. lra.
Qed.

Lemma sigmoid_bounds x : 0 < sigmoid x < 1.
Proof.
  unfold sigmoid. pose proof (exp_pos (- x)). split; [apply Rinv_0_lt_compat; lra|]. rewrite <- Rinv_1. apply Rinv_lt_contravar; lra.
Qed.

Lemma tanh_bounds x : Rabs (tanh x) <= 1.
Proof.
  rewrite tanh_by_exp. pose proof (exp_pos (2 * x)) as P. generalize dependent (exp (2 * x)); intros e P.
  assert (0 < / (e + 1) < 1) by (split; [apply Rinv_0_lt_compat; lra | rewrite <- Rinv_1; apply Rinv_lt_contravar; lra]).
  apply Rabs_le. unfold Rdiv. lra.
Qed.

Lemma softplus_bounds x : Rabs (ln (1 + exp x)) <= 1 + Rabs x.
Proof.
  pose proof (slope_of_softplus x 0) as S. cbv beta in S. rewrite exp_0, Rminus_0_r in S.
  assert (L : Rabs (ln (1 + 1)) <= 1).
  { assert (0 < ln 2) by (rewrite <- ln_1; apply ln_increasing; lra). replace (1 + 1) with 2 by ring. rewrite Rabs_pos_eq by lra.
    rewrite <- (ln_exp 1). apply Rcomplements.ln_le; [lra|]. pose proof (exp_ineq1_le 1). lra. }
  replace (ln (1 + exp x)) with ((ln (1 + exp x) - ln (1 + 1)) + ln (1 + 1)) by ring. eapply Rle_trans; [apply Rabs_triang|]. lra.
Qed.

Lemma normal_bounds x : 0 <= normal_distribution x <= 1.
Proof.
  pose proof (fun z => Rlt_le _ _ (Normal.gaussian_positive z)) as B. destruct (Rle_lt_dec 0 x) as [X|X].
  - pose proof (normal_tail x X). specialize (B x). pose proof (Normal.gaussian_at_most_1 x). lra.
  - pose proof (normal_tail (- x) ltac:(lra)) as T. rewrite normal_opposite in T. specialize (B (- x)). pose proof (Normal.gaussian_at_most_1 (- x)). lra.
Qed.

Lemma some_function f x : exists y, function32 f x y.
Proof.
  assert (P20 : u <= bpow radix2 (-20)) by (apply bpow_le; lia). assert (P21 : u <= bpow radix2 (-21)) by (apply bpow_le; lia).
  assert (P22 : u <= bpow radix2 (-22)) by (apply bpow_le; lia). pose proof u_positive.
  assert (scaled : forall c p q, u <= c -> Rabs q <= p -> u * Rabs q <= c * p) by (intros; apply Rmult_le_compat; auto using Rabs_pos; lra).
  destruct f; cbn [function32].
  - apply some_near. pose proof (tanh_bounds x). nra.
  - apply some_near. pose proof (sigmoid_bounds x). rewrite Rabs_pos_eq; nra.
  - now eexists.
  - destruct (some_near (bpow radix2 (-20) * exp x) (exp x)) as [y Y]; [|now exists y].
    pose proof (exp_pos x). apply scaled; auto. rewrite Rabs_pos_eq; lra.
  - now eexists.
  - eexists. apply some_rounding.
  - destruct (some_near (bpow radix2 (-22) * / Rabs x) (/ x)) as [y Y]; [|now exists y]. apply scaled; auto. rewrite Rabs_inv. lra.
  - destruct (Rle_lt_dec x 0) as [N|N]; [exists 0; intros; lra|].
    destruct (some_near (bpow radix2 (-20) * / sqrt x) (/ sqrt x)) as [y Y]; [|now exists y]. apply scaled; auto.
    pose proof (sqrt_lt_R0 x N). rewrite Rabs_pos_eq; [lra | left; now apply Rinv_0_lt_compat].
  - apply some_near. apply scaled; auto using softplus_bounds.
  - apply some_near. apply scaled; auto. rewrite Rabs_mult. pose proof (sigmoid_bounds x). pose proof (Rabs_pos x). rewrite (Rabs_pos_eq (sigmoid x)); nra.
  - apply some_near. apply scaled; auto. rewrite Rabs_mult. pose proof (normal_bounds x). pose proof (Rabs_pos x). rewrite (Rabs_pos_eq (normal_distribution x)); nra.
Qed.

(* Instructions. *)
Lemma some_weight f w : exists l, weight32_row f w l.
Proof. destruct (some_stored f (real_of w)) as [y Y]. exists (number_row y), y. auto. Qed.

Lemma some_products f ws column : exists l, products f ws column l.
Proof.
  destruct (some_list (weight32 f) (fun w => some_stored f (real_of w)) ws) as [ws' W].
  destruct (some_list makes some_sum column) as [ys Y]. now exists (map2 Product ws' ys), ws', ys.
Qed.

Lemma some_unary f l : exists l', unary32 f l l'.
Proof.
  destruct (some_sum l) as [x X]. destruct (some_function f x) as [y Y].
  destruct f; try (exists (number_row y), x, y; now auto). exists [Product x x], x, x. auto.
Qed.

Lemma some_binary f l : exists l', binary32 f l l'.
Proof.
  destruct (some_sum (fst l)) as [x X], (some_sum (snd l)) as [y Y].
  destruct f; cbn [binary32]; try (now eexists); eexists; exists x, y; eauto.
Qed.

Lemma some_lerp l : exists l', lerp_row l l'.
Proof.
  destruct (some_sum (fst l)) as [z Z], (some_sum (fst (snd l))) as [a A], (some_sum (snd (snd l))) as [b B].
  destruct (some_sum [Number a; Product (- z) a; Product z b]) as [y Y]. exists (number_row y), z, a, b, y. repeat split; auto. now right; right.
Qed.

Lemma some_division n t : exists y, divides32 n t y.
Proof.
  destruct (some_near (bpow radix2 (-22) * Rabs (t / INR n)) (t / INR n)) as [y Y]; [|exists y; now left].
  apply Rmult_le_compat_r; [apply Rabs_pos|]. apply bpow_le. lia.
Qed.

Lemma some_mean column : exists y, mean32 column y.
Proof.
  destruct (some_list makes some_sum column) as [ys Y]. destruct (some_sum (map Number ys)) as [t T].
  destruct (some_division (length ys) t) as [y D]. now exists y, ys, t.
Qed.

Lemma some_mean_square column : exists y, mean_square32 column y.
Proof.
  destruct (some_list makes some_sum column) as [ys Y]. destruct (some_sum (map2 Product ys ys)) as [t T].
  destruct (some_division (length ys) t) as [y D]. now exists y, ys, ys, t.
Qed.

Lemma some_scaling x w : exists y, scales32 x w y.
Proof.
  destruct (some_near (bpow radix2 (-22) * Rabs (x * / sqrt w)) (x * / sqrt w)) as [y Y].
  - apply Rmult_le_compat_r; [apply Rabs_pos|]. apply bpow_le. lia.
  - exists y. intros P. exists (/ sqrt w). split; auto. rewrite Rminus_diag, Rabs_R0. pose proof tau_positive. pose proof (bpow_gt_0 radix2 (-20)).
    pose proof (Rinv_0_lt_compat _ (sqrt_lt_R0 w P)). nra.
Qed.

Lemma some_normalize epsilon column l : exists l', normalize_row epsilon column l l'.
Proof.
  destruct (some_sum l) as [x X], (some_mean_square column) as [m M], (some_stored Float32 (real_of epsilon)) as [e E].
  destruct (some_scaling x (rounded (m + e))) as [y Y]. exists (number_row y), x, m, e, (rounded (m + e)), y.
  repeat split; auto. exact (some_rounding _).
Qed.

Lemma some_exponential c x : exists e, exponential32 c x e.
Proof. destruct (some_function Exp (rounded (x - c))) as [e E]. exists e, (rounded (x - c)). split; auto using some_rounding. Qed.

Lemma some_quotient e t : exists y, quotient32 e t y.
Proof.
  destruct (some_near (bpow radix2 (-22) * Rabs (e * / t)) (e * / t)) as [y Y].
  - apply Rmult_le_compat_r; [apply Rabs_pos|]. apply bpow_le. lia.
  - exists y. intros P. exists (/ t). split; auto. rewrite Rminus_diag, Rabs_R0. pose proof tau_positive. pose proof (bpow_gt_0 radix2 (-22)).
    pose proof (Rinv_0_lt_compat t P). nra.
Qed.

Lemma largest_member (l : list R) : l <> [] -> exists c, In c l /\ forall y, In y l -> y <= c.
Proof.
  induction l as [|x l IH]; [congruence|]. intros _. destruct l as [|y l]; [exists x; split; [now left|]; intros z [->|[]]; lra|].
  destruct IH as (c & C & L); [discriminate|]. destruct (Rle_lt_dec x c) as [N|N].
  - exists c. split; [now right|]. intros z [->|Z]; auto.
  - exists x. split; [now left|]. intros z [->|Z]; [lra|]. specialize (L z Z). lra.
Qed.

Lemma some_softmax column l : column <> [] -> exists l', softmax_row column l l'.
Proof.
  intros N. destruct (some_list makes some_sum column) as [ys Y].
  destruct (largest_member ys) as (c & C & L); [intros ->; inversion Y; subst; congruence|].
  destruct (some_list _ (some_exponential c) ys) as [es E], (some_sum (map Number es)) as [t T], (some_sum l) as [x X], (some_exponential c x) as [e Ee].
  destruct (some_quotient e t) as [y Q]. exists (number_row y), ys, es, c, x, e, t, y. repeat split; auto.
Qed.

Lemma some_softmax_rows column : exists v, Forall2 (softmax_row column) column v.
Proof.
  destruct column as [|r rest]; [exists []; constructor|]. apply some_list. intros l. apply some_softmax. discriminate.
Qed.

Lemma some_execution f symbol state values i : exists v, executes32 f symbol state values i v.
Proof.
  destruct i; cbn [executes32]; try (now eexists); try (apply some_softmax_rows); try (exact (some_list _ (some_weight _) _)).
  - apply some_list. intros. apply some_products.
  - apply some_list. apply some_binary.
  - apply some_list. apply some_unary.
  - apply some_list. apply some_lerp.
  - apply some_list. intros. apply some_products.
  - destruct (some_mean (nth a values [])) as [y Y]. eauto.
  - destruct (some_mean_square (nth a values [])) as [y Y]. eauto.
  - apply some_list. intros l. destruct (some_sum l) as [x X], (some_mean (nth a values [])) as [m M]. eexists. exists x, m. eauto.
  - apply some_list. intros l. apply some_normalize.
  - apply some_list. intros row. destruct (some_list makes some_sum row) as [ys Y], (some_list makes some_sum (nth b values [])) as [zs Z].
    eexists. exists ys, zs. eauto.
  - apply some_list. intros l. destruct (some_sum l) as [y Y]. exists (number_row y), y, y. auto.
Qed.

Lemma some_run f symbol state code : forall values, exists final, run32 f symbol state code values final.
Proof.
  induction code as [|i code IH]; intros values; [eexists; constructor|].
  destruct (some_execution f symbol state values i) as [v E]. destruct (IH (values ++ [v])) as [final R]. exists final. now apply one_run with v.
Qed.

Lemma some_stored_sum f l : exists z, stored_sum f l z.
Proof. destruct (some_sum l) as [y Y], (some_stored f y) as [z Z]. now exists z, y. Qed.

Theorem something_runs32 f net w : Forall (fun s => (s < symbols net)%nat) w -> exists h, runs32 f net w h.
Proof.
  induction w as [|s w IH] using rev_ind; intros F.
  - destruct (some_list (weight32 f) (fun w => some_stored f (real_of w)) (start_state net)) as [h W]. exists h. now constructor.
  - apply Forall_app in F. destruct F as [F S]. inversion S; subst. destruct (IH F) as [h H].
    destruct (some_run f (encoded net s) h (step net) []) as [values R]. destruct (some_list _ (some_stored_sum f) (last values [])) as [h' M].
    exists h'. apply steps32 with h; auto. now exists values.
Qed.

Lemma some_numbers (P : nat -> R -> Prop) : (forall c, exists y, P c y) -> forall n, exists f, forall c, (c < n)%nat -> P c (f c).
Proof.
  intros H n; induction n as [|n [f F]]; [exists (fun _ => 0); intros; lia|]. destruct (H n) as [y Y].
  exists (fun c => if Nat.eq_dec c n then y else f c). intros c L. destruct Nat.eq_dec; subst; auto. apply F. lia.
Qed.

Lemma some_largest (f : nat -> R) n : (0 < n)%nat -> exists o, (o < n)%nat /\ forall c, (c < n)%nat -> f c <= f o.
Proof.
  induction n as [|[|n] IH]; intros P; [lia| |].
  - exists 0%nat. split; [lia|]. intros c L. replace c with 0%nat by lia. lra.
  - destruct IH as (o & O & M); [lia|]. destruct (Rle_lt_dec (f (S n)) (f o)) as [L|L].
    + exists o. split; [lia|]. intros c C. destruct (Nat.eq_dec c (S n)) as [->|]; auto. apply M. lia.
    + exists (S n). split; [lia|]. intros c C. destruct (Nat.eq_dec c (S n)) as [->|]; [lra|]. specialize (M c ltac:(lia)). lra.
Qed.

Theorem something_is_said f net s h : (0 < length (readout_weight net))%nat -> exists o, says32 f net s h o.
Proof.
  intros P. destruct (some_run f (encoded net s) h (answer net) []) as [values R].
  destruct (some_numbers (logit32 f net (last values []))) with (n := length (readout_weight net)) as [g L].
  { intros c. destruct (some_products f (nth c (readout_weight net) []) (last values [])) as [l E], (some_weight f (nth c (readout_bias net) (0, 0)%Z)) as [b B].
    destruct (some_stored_sum f (l ++ b)) as [y Y]. now exists y, l, b. }
  destruct (some_largest g _ P) as (o & O & M). exists o, values, g. auto.
Qed.
