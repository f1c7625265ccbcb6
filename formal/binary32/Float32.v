(* The numbers of a machine: binary32, rounded to nearest, with subnormal numbers kept or flushed to 0.

   Numbers of the format have any size here. Overflow is modelled apart: an operation whose exact result reaches 2^127 may give any
   number at all. So a bound on the errors holds only if no result of that size can occur, and the bounds that follow check this. *)

From Coq Require Import ZArith Reals Lra Lia.
From Flocq Require Import Core Relative.
From Anylength Require Import Numbers.
Local Open Scope R_scope.

Definition exponents : Z -> Z := FLT_exp (-149) 24.
Definition is_float32 (x : R) : Prop := generic_format radix2 exponents x.

Definition u : R := bpow radix2 (-24).        (* the unit of relative rounding errors *)
Definition tau : R := bpow radix2 (-126).     (* the least normal number *)
Definition overflow : R := bpow radix2 127.   (* from here on a result may overflow *)

(* The nearest number; of two that are equally near, either. *)
Definition nearest (choice : Z -> bool) (x : R) : R := round radix2 exponents (Znearest choice) x.

(* A machine reads or writes x: it keeps a subnormal number, or flushes it to 0. *)
Definition flushes (x y : R) : Prop := y = x \/ (Rabs x < tau /\ y = 0).

(* What a machine may have for the exact result x of one operation. *)
Definition rounds (x y : R) : Prop :=
  Rabs x < overflow -> (exists choice, y = nearest choice x) \/ (Rabs x < tau /\ y = 0).

Lemma u_value : u = / 16777216.
Proof. unfold u; simpl; lra. Qed.

Lemma tau_positive : 0 < tau.
Proof. apply bpow_gt_0. Qed.

Lemma tau_below_u : tau <= u / 1000000.
Proof. unfold tau, u; simpl; lra. Qed.

Lemma u_positive : 0 < u.
Proof. apply bpow_gt_0. Qed.

Global Instance exponents_valid : Valid_exp exponents.
Proof. unfold exponents. apply FLT_exp_valid. reflexivity. Qed.

Lemma nearest_is_float32 choice x : is_float32 (nearest choice x).
Proof. apply generic_format_round; auto with typeclass_instances. Qed.

Lemma nearest_of_float32 choice x : is_float32 x -> nearest choice x = x.
Proof. intros; apply round_generic; auto with typeclass_instances. Qed.

Lemma zero_is_float32 : is_float32 0.
Proof. apply generic_format_0. Qed.

Lemma tau_is_float32 : is_float32 tau.
Proof. apply generic_format_bpow. compute. discriminate. Qed.

Lemma opposite_is_float32 x : is_float32 x -> is_float32 (- x).
Proof. apply generic_format_opp. Qed.

Lemma nearest_error choice x : Rabs (nearest choice x - x) <= u * Rabs x + tau.
Proof.
  destruct (error_N_FLT radix2 (-149) 24 eq_refl choice x) as (eps & eta & E & N & _ & H).
  unfold nearest, exponents. rewrite H. replace (x * (1 + eps) + eta - x) with (eps * x + eta) by ring.
  eapply Rle_trans; [apply Rabs_triang|]. rewrite Rabs_mult. apply Rplus_le_compat.
  - apply Rmult_le_compat_r; [apply Rabs_pos|]. eapply Rle_trans; [exact E|]. unfold u; simpl; lra.
  - eapply Rle_trans; [exact N|]. unfold tau; simpl; lra.
Qed.

(* A normal number stays normal. *)
Lemma nearest_stays_normal choice x : tau <= Rabs x -> tau <= Rabs (nearest choice x).
Proof.
  intros H. unfold nearest. apply abs_round_ge_generic; auto with typeclass_instances. apply tau_is_float32.
Qed.

Lemma flushes_same x : flushes x x.
Proof. now left. Qed.

Lemma flushes_twice x y z : flushes x y -> flushes y z -> flushes x z.
Proof. intros [->|[A ->]] [->|[B ->]]; [left | right | right | right]; auto. Qed.

Lemma flushes_zero y : flushes 0 y -> y = 0.
Proof. intros [H|[_ H]]; auto. Qed.

Lemma flushes_error x y : flushes x y -> Rabs (y - x) <= tau.
Proof.
  intros [->|[A ->]]; [rewrite Rminus_diag, Rabs_R0; apply Rlt_le, tau_positive|].
  rewrite Rminus_0_l, Rabs_Ropp. lra.
Qed.

Lemma flushes_smaller x y : flushes x y -> Rabs y <= Rabs x.
Proof. intros [->|[A ->]]; [lra|]. rewrite Rabs_R0. apply Rabs_pos. Qed.

Lemma flushes_is_float32 x y : flushes x y -> is_float32 x -> is_float32 y.
Proof. intros [->|[A ->]]; auto. intros; apply zero_is_float32. Qed.

(* A flush in reading is one in writing. *)
Lemma rounds_flushes x y z : rounds x y -> flushes y z -> rounds x z.
Proof.
  intros H F L. destruct (H L) as [[choice ->]|[A ->]].
  - destruct F as [->|[B ->]]; [left; now exists choice|]. right. split; auto.
    destruct (Rlt_le_dec (Rabs x) tau) as [|N]; auto. apply (nearest_stays_normal choice) in N. lra.
  - right. split; auto. now apply flushes_zero.
Qed.

Lemma rounds_error x y : rounds x y -> Rabs x < overflow -> Rabs (y - x) <= u * Rabs x + tau.
Proof.
  intros H L. destruct (H L) as [[choice ->]|[A ->]]; [apply nearest_error|].
  rewrite Rminus_0_l, Rabs_Ropp. pose proof u_positive. pose proof (Rabs_pos x). nra.
Qed.

Lemma rounds_is_float32 x y : rounds x y -> Rabs x < overflow -> is_float32 y.
Proof. intros H L. destruct (H L) as [[choice ->]|[A ->]]; [apply nearest_is_float32 | apply zero_is_float32]. Qed.

(* A number of the format is not rounded. *)
Lemma rounds_float32 x y : is_float32 x -> Rabs x < overflow -> rounds x y -> flushes x y.
Proof.
  intros F L H. destruct (H L) as [[choice ->]|[A ->]]; [left; now apply nearest_of_float32 | now right].
Qed.
