(* The formats in which weights, states and logits are stored: binary32, bfloat16, binary16. All else is computed in binary32. *)

From Coq Require Import ZArith Reals Lra Lia.
From Flocq Require Import Core Relative.
From Anylength Require Import Numbers Float32 DotProducts Functions32.
Local Open Scope R_scope.

Inductive format := Float32 | Bfloat16 | Float16.

Definition bits (f : format) : Z := match f with Float32 => 24 | Bfloat16 => 8 | Float16 => 11 end.
Definition lowest (f : format) : Z := match f with Float32 => -149 | Bfloat16 => -133 | Float16 => -24 end.   (* 2^lowest is the least number *)
Definition normal (f : format) : Z := match f with Float32 | Bfloat16 => -126 | Float16 => -14 end.   (* 2^normal is the least normal number *)
Definition limit (f : format) : Z := match f with Float32 | Bfloat16 => 127 | Float16 => 15 end.   (* from 2^limit on a number may overflow *)

Definition least (f : format) : R := bpow radix2 (normal f).
Definition relative (f : format) : R := bpow radix2 (- bits f).

(* What may be stored for x: the nearest number of the format, or 0 for a subnormal one. What may overflow may be stored as anything. *)
Definition stores (f : format) (x y : R) : Prop :=
  Rabs x < bpow radix2 (limit f) ->
  (exists choice, y = round radix2 (FLT_exp (lowest f) (bits f)) (Znearest choice) x) \/ (Rabs x < least f /\ y = 0).

Lemma tau_below_least f : tau <= least f.
Proof. apply bpow_le. destruct f; simpl; lia. Qed.

Lemma least_positive f : 0 < least f.
Proof. apply bpow_gt_0. Qed.

Lemma relative_positive f : 0 < relative f.
Proof. apply bpow_gt_0. Qed.

Global Instance bits_positive f : Prec_gt_0 (bits f).
Proof. destruct f; reflexivity. Qed.

Global Instance valid_format f : Valid_exp (FLT_exp (lowest f) (bits f)).
Proof. apply FLT_exp_valid, bits_positive. Qed.

Lemma format_is_float32 f x : generic_format radix2 (FLT_exp (lowest f) (bits f)) x -> is_float32 x.
Proof. apply generic_inclusion_mag. intros _. unfold exponents, FLT_exp. destruct f; cbn [bits lowest]; lia. Qed.

Lemma least_in_format f : generic_format radix2 (FLT_exp (lowest f) (bits f)) (least f).
Proof. apply generic_format_bpow. destruct f; compute; discriminate. Qed.

Lemma stored_error f choice x : Rabs (round radix2 (FLT_exp (lowest f) (bits f)) (Znearest choice) x - x) <= relative f * Rabs x + least f.
Proof.
  destruct (error_N_FLT radix2 (lowest f) (bits f) (bits_positive f) choice x) as (eps & eta & E & N & _ & H).
  rewrite H. replace (x * (1 + eps) + eta - x) with (eps * x + eta) by ring. eapply Rle_trans; [apply Rabs_triang|]. rewrite Rabs_mult.
  apply Rplus_le_compat.
  - apply Rmult_le_compat_r; [apply Rabs_pos|]. eapply Rle_trans; [exact E|]. unfold relative. destruct f; simpl; lra.
  - eapply Rle_trans; [exact N|]. unfold least. destruct f; simpl; lra.
Qed.

(* The rule of storing. *)
Theorem stores_within f x y : Rabs x < bpow radix2 (limit f) -> stores f x y -> within (relative f * Rabs x + least f) x y.
Proof.
  intros L H z Z. pose proof (relative_positive f). pose proof (Rabs_pos x). assert (0 <= relative f * Rabs x) by (apply Rmult_le_pos; lra).
  pose proof (tau_below_least f). destruct (H L) as [[choice ->]|[A ->]].
  - destruct Z as [->|[B ->]].
    + split; [|apply stored_error]. apply format_is_float32 with f. apply generic_format_round; auto with typeclass_instances.
    + split; [apply zero_is_float32|]. rewrite Rminus_0_l, Rabs_Ropp. destruct (Rlt_le_dec (Rabs x) (least f)) as [|N]; [lra|].
      assert (least f <= Rabs (round radix2 (FLT_exp (lowest f) (bits f)) (Znearest choice) x)); [|lra].
      apply abs_round_ge_generic; auto with typeclass_instances. apply least_in_format.
  - apply flushes_zero in Z. subst. split; [apply zero_is_float32|]. rewrite Rminus_0_l, Rabs_Ropp. lra.
Qed.

(* A number of the format is stored as it is, or flushed. *)
Theorem stores_exactly f x y : Rabs x < bpow radix2 (limit f) -> generic_format radix2 (FLT_exp (lowest f) (bits f)) x -> stores f x y ->
  y = x \/ (Rabs x < least f /\ y = 0).
Proof. intros L G H. destruct (H L) as [[choice ->]|A]; auto. left. apply round_generic; auto with typeclass_instances. Qed.

Lemma stores_zero f y : stores f 0 y -> y = 0.
Proof.
  intros H. destruct (stores_exactly f 0 y) as [->|[_ ->]]; auto; [|apply generic_format_0]. rewrite Rabs_R0. apply bpow_gt_0.
Qed.

(* A number that has errors already. *)
Theorem stored_rule f D s x y z : within D x y -> Rabs y <= s -> s < bpow radix2 (limit f) -> stores f y z -> within (D + relative f * s + least f) x z.
Proof.
  intros W S L H. pose proof (stores_within f y z ltac:(lra) H) as V. destruct (within_itself _ _ _ W) as [_ E]. intros v Z.
  destruct (V v Z) as [G B]. split; auto. replace (v - x) with ((v - y) + (y - x)) by ring. eapply Rle_trans; [apply Rabs_triang|].
  assert (relative f * Rabs y <= relative f * s) by (apply Rmult_le_compat_l; [left; apply relative_positive | auto]). lra.
Qed.

(* Storing in binary32 what is computed in binary32 is no more than a flush. *)
Theorem stored_float32 D x y z : within D x y -> Rabs y < overflow -> stores Float32 y z -> within D x z.
Proof.
  intros W L H. destruct (within_itself _ _ _ W) as [Fy _]. intros v V. apply W. apply flushes_twice with z; auto.
  now apply rounds_float32.
Qed.

Lemma some_stored f x : exists y, stores f x y.
Proof. eexists. intros _. left. now exists (fun n => negb (Z.even n)). Qed.
