(* lerp z a b = (1 - z) a + z b in binary32, computed as (1 - z) a + z b, as a + z (b - a), or as a - z a + z b. *)

From Coq Require Import ZArith Reals List Lra Lia Psatz.
From Flocq Require Import Core.
From Anylength Require Import Numbers Float32 DotProducts Functions32 Machine32.
Import ListNotations.
Local Open Scope R_scope.

Lemma small_gamma n : (n <= 3)%nat -> 0 <= gamma n <= INR n * (100001 / 100000 * u).
Proof.
  intros L. unfold gamma. pose proof (pos_INR n). assert (INR n <= 3) by (apply le_INR in L; simpl INR in L; lra). rewrite u_value.
  assert (P : 0 < 1 - INR n * / 16777216) by lra. split.
  - apply Rmult_le_pos; [lra | left; now apply Rinv_0_lt_compat].
  - apply Rmult_le_reg_r with (1 - INR n * / 16777216); auto. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. nra.
Qed.

(* The three ways together: P bounds f (|a| + |b|), and f both |z| and |1 - z|. *)
Section Ways.
Variables (z a b f p q : R).
Hypotheses (Z : Rabs z <= f) (Z1 : Rabs (1 - z) <= f) (F : 1 <= f) (A : Rabs a <= p) (B : Rabs b <= q) (FA : is_float32 a).
Hypothesis O : 3 * (f * (p + q + 1)) < overflow.

Definition way_error : R := 7 * u * (f * (p + q)) + 16 * (f * tau).

Lemma flushed_sizes : 0 <= p /\ 0 <= q /\ p <= f * p /\ q <= f * q /\ tau <= f * tau /\ tau * tau <= f * tau /\ tau < / 1000000 * u.
Proof.
  pose proof (Rabs_pos a). pose proof (Rabs_pos b). pose proof tau_positive. pose proof tau_below_u. pose proof u_value.
  assert (P : 0 <= p) by lra. assert (Q : 0 <= q) by lra. repeat split; auto; try nra.
  unfold tau, u; simpl; lra.
Qed.

(* What is left to show for each way: few terms, whose errors are small. *)
Lemma way l x S D n y : (n <= 3)%nat -> fits l x S D n -> makes l y ->
  D + INR n * (100001 / 100000 * u) * (S + D + 6 * tau) + 6 * tau <= way_error -> S <= 2 * (f * (p + q)) -> within way_error x y.
Proof.
  intros L H M E G. destruct (fits_positive _ _ _ _ _ H) as (PS & PD & _). pose proof (small_gamma n L) as [G0 G1]. pose proof tau_positive.
  assert (N : INR n <= 3) by (apply le_INR in L; simpl INR in L; lra). pose proof (pos_INR n). pose proof u_value.
  assert (W : sum_error S D n <= way_error).
  { unfold sum_error. eapply Rle_trans; [|exact E].
    assert (gamma n * (S + (D + 2 * INR n * tau)) <= INR n * (100001 / 100000 * u) * (S + D + 6 * tau)) by (apply Rmult_le_compat; nra). nra. }
  apply within_more with (sum_error S D n); auto. apply made with l; auto; [nra|].
  destruct flushed_sizes as (P & Q & _ & _ & T & _ & U). unfold way_error in *.
  assert (f * (p + q + 1) = f * (p + q) + f) by ring. assert (0 <= f * (p + q)) by nra. rewrite H3 in *. nra.
Qed.

Lemma one_minus z' w : flushes z z' -> rounds (1 - z') w -> forall w', flushes w w' -> Rabs (w' - (1 - z)) <= u * f + 2 * tau.
Proof.
  intros Zf R w' W. pose proof (rounds_flushes _ _ _ R W) as R'. pose proof (flushes_error _ _ Zf). pose proof u_positive.
  assert (Y : Rabs (1 - z') <= f) by (destruct Zf as [->|[_ ->]]; [auto | rewrite Rminus_0_r, Rabs_R1; auto]).
  destruct flushed_sizes as (P & Q & _).
  assert (I : Rabs (1 - z') < overflow) by (assert (0 <= f * (p + q)) by nra; lra).
  pose proof (rounds_error _ _ R' I). replace (w' - (1 - z)) with ((w' - (1 - z')) + (z - z')) by ring.
  eapply Rle_trans; [apply Rabs_triang|]. rewrite (Rabs_minus_sym z). assert (u * Rabs (1 - z') <= u * f) by (apply Rmult_le_compat_l; lra). lra.
Qed.

Lemma difference a' b' w : flushes a a' -> flushes b b' -> rounds (b' - a') w -> forall w', flushes w w' ->
  Rabs (w' - (b - a)) <= u * (p + q) + 3 * tau.
Proof.
  intros Af Bf R w' W. pose proof (rounds_flushes _ _ _ R W) as R'. pose proof (flushes_error _ _ Af). pose proof (flushes_error _ _ Bf).
  pose proof (flushes_smaller _ _ Af). pose proof (flushes_smaller _ _ Bf). pose proof u_positive.
  assert (Y : Rabs (b' - a') <= p + q) by (unfold Rminus; eapply Rle_trans; [apply Rabs_triang|]; rewrite Rabs_Ropp; lra).
  destruct flushed_sizes as (P & Q & Fp & Fq & _).
  assert (I : Rabs (b' - a') < overflow) by nra. pose proof (rounds_error _ _ R' I).
  replace (w' - (b - a)) with ((w' - (b' - a')) + ((b' - b) - (a' - a))) by ring.
  eapply Rle_trans; [apply Rabs_triang|]. pose proof (Rabs_triang (b' - b) (- (a' - a))) as T. rewrite Rabs_Ropp in T.
  change (b' - b + - (a' - a)) with (b' - b - (a' - a)) in T.
  assert (u * Rabs (b' - a') <= u * (p + q)) by (apply Rmult_le_compat_l; lra). lra.
Qed.

Lemma read_product c d r s v : Rabs c <= r -> Rabs d <= s -> reads (Product c d) v -> Rabs (v - c * d) <= tau * (r + s).
Proof.
  intros C D (c' & d' & Fc & Fd & ->). pose proof (flushes_error _ _ Fc). pose proof (flushes_error _ _ Fd). pose proof (flushes_smaller _ _ Fd).
  replace (c' * d' - c * d) with ((c' - c) * d' + c * (d' - d)) by ring. eapply Rle_trans; [apply Rabs_triang|]. rewrite !Rabs_mult.
  pose proof (Rabs_pos (c' - c)). pose proof (Rabs_pos d'). pose proof (Rabs_pos c). pose proof (Rabs_pos (d' - d)).
  assert (Rabs (c' - c) * Rabs d' <= tau * s) by (apply Rmult_le_compat; lra).
  assert (Rabs c * Rabs (d' - d) <= r * tau) by (apply Rmult_le_compat; lra). lra.
Qed.

Definition mixed : R := (1 - z) * a + z * b.

Ltac finish :=
  pose proof flushed_sizes as (P' & Q' & Fp' & Fq' & Ft' & Ftt' & Tu'); unfold way_error; rewrite u_value in *; simpl INR;
  assert (tau * p <= / 1000000 * / 16777216 * (f * p)) by nra; assert (tau * q <= / 1000000 * / 16777216 * (f * q)) by nra; lra.

Lemma first_way y : (exists z' w, flushes z z' /\ rounds (1 - z') w /\ makes [Product w a; Product z b] y) -> within way_error mixed y.
Proof.
  intros (z' & w & Zf & R & M). destruct flushed_sizes as (P & Q & Fp & Fq & Ft & Ftt & Tu). pose proof tau_positive. pose proof u_value.
  apply way with (l := [Product w a; Product z b]) (S := f * p + (f * q + 0))
    (D := ((u * f + 2 * tau) * p + (f + u * f + 2 * tau) * tau) + (tau * (f + q) + 0)) (n := 2%nat); auto.
  - replace mixed with ((1 - z) * a + (z * b + 0)) by (unfold mixed; ring). apply one_term; [exact I | | |].
    + rewrite Rabs_mult. apply Rmult_le_compat; auto using Rabs_pos.
    + intros v (w' & a' & Fw & Fa & ->). pose proof (one_minus z' w Zf R w' Fw) as E. pose proof (flushes_error _ _ Fa).
      replace (w' * a' - (1 - z) * a) with ((w' - (1 - z)) * a + w' * (a' - a)) by ring.
      assert (Rabs w' <= f + (u * f + 2 * tau)) by (replace w' with ((w' - (1 - z)) + (1 - z)) by ring; eapply Rle_trans; [apply Rabs_triang|]; lra).
      eapply Rle_trans; [apply Rabs_triang|]. rewrite !Rabs_mult. apply Rplus_le_compat; apply Rmult_le_compat; auto using Rabs_pos; lra.
    + apply one_term; [exact I | | |].
      * rewrite Rabs_mult. apply Rmult_le_compat; auto using Rabs_pos.
      * intros v V. now apply read_product with (r := f) (s := q).
      * constructor; lra.
  - finish.
  - lra.
Qed.

Lemma second_way y : (exists a' b' w, flushes a a' /\ flushes b b' /\ rounds (b' - a') w /\ makes [Number a; Product z w] y) -> within way_error mixed y.
Proof.
  intros (a' & b' & w & Af & Bf & R & M). destruct flushed_sizes as (P & Q & Fp & Fq & Ft & Ftt & Tu). pose proof tau_positive.
  apply way with (l := [Number a; Product z w]) (S := p + (f * (p + q) + 0))
    (D := tau + ((tau * (p + q) + f * (u * (p + q) + 3 * tau)) + 0)) (n := 2%nat); auto.
  - replace mixed with (a + (z * (b - a) + 0)) by (unfold mixed; ring). apply one_term; auto; [intros v V; now apply flushes_error|].
    assert (E : Rabs (b - a) <= p + q) by (unfold Rminus; eapply Rle_trans; [apply Rabs_triang|]; rewrite Rabs_Ropp; lra).
    apply one_term; [exact I | | |].
    + rewrite Rabs_mult. apply Rmult_le_compat; auto using Rabs_pos.
    + intros v (z' & w' & Fz & Fw & ->). pose proof (difference a' b' w Af Bf R w' Fw) as D. pose proof (flushes_error _ _ Fz).
      pose proof (flushes_smaller _ _ Fz).
      replace (z' * w' - z * (b - a)) with ((z' - z) * (b - a) + z' * (w' - (b - a))) by ring.
      eapply Rle_trans; [apply Rabs_triang|]. rewrite !Rabs_mult. apply Rplus_le_compat; apply Rmult_le_compat; auto using Rabs_pos; lra.
    + constructor; lra.
  - finish.
  - lra.
Qed.

Lemma third_way y : makes [Number a; Product (- z) a; Product z b] y -> within way_error mixed y.
Proof.
  intros M. destruct flushed_sizes as (P & Q & Fp & Fq & Ft & Ftt & Tu). pose proof tau_positive.
  apply way with (l := [Number a; Product (- z) a; Product z b]) (S := p + (f * p + (f * q + 0)))
    (D := tau + (tau * (f + p) + (tau * (f + q) + 0))) (n := 3%nat); auto.
  - replace mixed with (a + (- z * a + (z * b + 0))) by (unfold mixed; ring). apply one_term; auto; [intros v V; now apply flushes_error|].
    apply one_term; [exact I | | |].
    + rewrite Rabs_mult, Rabs_Ropp. apply Rmult_le_compat; auto using Rabs_pos.
    + intros v V. apply read_product; auto. now rewrite Rabs_Ropp.
    + apply one_term; [exact I | | |].
      * rewrite Rabs_mult. apply Rmult_le_compat; auto using Rabs_pos.
      * intros v V. now apply read_product.
      * constructor; lra.
  - finish.
  - lra.
Qed.

Lemma each_way y : lerp32 z a b y -> within way_error mixed y.
Proof. intros [H|[H|H]]; [now apply first_way | now apply second_way | now apply third_way]. Qed.
End Ways.

(* The rule of lerp, for an exact z from 0 to 1. *)
Theorem lerp_rule z a b Z A B y dz da db p q : 0 <= z <= 1 -> within dz z Z -> within da a A -> within db b B -> Rabs A <= p -> Rabs B <= q ->
  3 * ((1 + dz) * (p + q + 1)) < overflow -> lerp32 Z A B y ->
  within (((1 - z) * da + z * db) + dz * (p + q) + (1 + dz) * (7 * u * (p + q) + 16 * tau)) ((1 - z) * a + z * b) y.
Proof.
  intros I WZ WA WB SA SB O L. destruct (within_itself _ _ _ WZ) as [_ EZ]. destruct (within_itself _ _ _ WA) as [FA EA].
  destruct (within_itself _ _ _ WB) as [_ EB]. pose proof (within_positive _ _ _ WZ).
  assert (W : within (way_error (1 + dz) p q) (mixed Z A B) y).
  { apply Rabs_le_inv in EZ. apply each_way; auto; try (apply Rabs_le; lra). lra. }
  intros v V. destruct (W v V) as [F E]. split; auto.
  replace (v - ((1 - z) * a + z * b)) with ((v - mixed Z A B) + (((1 - z) * (A - a) + z * (B - b)) + (Z - z) * (B - A))) by (unfold mixed; ring).
  eapply Rle_trans; [apply Rabs_triang|]. pose proof (Rabs_triang ((1 - z) * (A - a) + z * (B - b)) ((Z - z) * (B - A))).
  pose proof (Rabs_triang ((1 - z) * (A - a)) (z * (B - b))). rewrite !Rabs_mult in *. rewrite (Rabs_pos_eq (1 - z)), (Rabs_pos_eq z) in * by lra.
  assert (Rabs (B - A) <= p + q) by (unfold Rminus; eapply Rle_trans; [apply Rabs_triang|]; rewrite Rabs_Ropp; lra).
  assert (Rabs (Z - z) * Rabs (B - A) <= dz * (p + q)) by (apply Rmult_le_compat; auto using Rabs_pos).
  assert ((1 - z) * Rabs (A - a) <= (1 - z) * da) by (apply Rmult_le_compat_l; lra).
  assert (z * Rabs (B - b) <= z * db) by (apply Rmult_le_compat_l; lra). unfold way_error in E. lra.
Qed.
