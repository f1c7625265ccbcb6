(* Floats over Z, as the library has them, but with shifts and counts of bits in one operation each where the library goes bit by bit. *)

From Coq Require Import ZArith Lia.
From Flocq Require Import Core.
From Interval Require Import Float.Basic Float.Generic Float.Generic_proof Float.Specific_sig Float.Specific_stdz.

Module Carrier <: FloatCarrier.
Module S := StdZRadix2.

Definition radix := S.radix.
Definition smantissa_type := S.smantissa_type.
Definition mantissa_type := S.mantissa_type.
Definition exponent_type := S.exponent_type.
Definition MtoP := S.MtoP.
Definition PtoM := S.PtoM.
Definition MtoZ := S.MtoZ.
Definition ZtoM := S.ZtoM.
Definition EtoZ := S.EtoZ.
Definition ZtoE := S.ZtoE.
Definition valid_mantissa := S.valid_mantissa.
Definition exponent_zero := S.exponent_zero.
Definition exponent_one := S.exponent_one.
Definition mantissa_zero := S.mantissa_zero.
Definition mantissa_one := S.mantissa_one.
Definition mantissa_pos := S.mantissa_pos.
Definition mantissa_neg := S.mantissa_neg.
Definition exponent_neg := S.exponent_neg.
Definition exponent_add := S.exponent_add.
Definition exponent_sub := S.exponent_sub.
Definition exponent_cmp := S.exponent_cmp.
Definition exponent_div2_floor := S.exponent_div2_floor.
Definition mantissa_sign := S.mantissa_sign.
Definition mantissa_add := S.mantissa_add.
Definition mantissa_sub := S.mantissa_sub.
Definition mantissa_mul := S.mantissa_mul.
Definition mantissa_cmp := S.mantissa_cmp.
Definition mantissa_even := S.mantissa_even.
Definition mantissa_scale2 := S.mantissa_scale2.
Definition mantissa_div := S.mantissa_div.
Definition mantissa_sqrt := S.mantissa_sqrt.

Definition PtoM_correct := S.PtoM_correct.
Definition ZtoM_correct := S.ZtoM_correct.
Definition ZtoE_correct := S.ZtoE_correct.
Definition exponent_zero_correct := S.exponent_zero_correct.
Definition exponent_one_correct := S.exponent_one_correct.
Definition exponent_neg_correct := S.exponent_neg_correct.
Definition exponent_add_correct := S.exponent_add_correct.
Definition exponent_sub_correct := S.exponent_sub_correct.
Definition exponent_cmp_correct := S.exponent_cmp_correct.
Definition exponent_div2_floor_correct := S.exponent_div2_floor_correct.
Definition mantissa_zero_correct := S.mantissa_zero_correct.
Definition mantissa_pos_correct := S.mantissa_pos_correct.
Definition mantissa_neg_correct := S.mantissa_neg_correct.
Definition mantissa_sign_correct := S.mantissa_sign_correct.
Definition mantissa_even_correct := S.mantissa_even_correct.
Definition mantissa_one_correct := S.mantissa_one_correct.
Definition mantissa_add_correct := S.mantissa_add_correct.
Definition mantissa_sub_correct := S.mantissa_sub_correct.
Definition mantissa_mul_correct := S.mantissa_mul_correct.
Definition mantissa_cmp_correct := S.mantissa_cmp_correct.
Definition mantissa_scale2_correct := S.mantissa_scale2_correct.
Definition mantissa_div_correct := S.mantissa_div_correct.
Definition mantissa_sqrt_correct := S.mantissa_sqrt_correct.

(* What is written anew. *)
Definition power (d : Z) : positive := Z.to_pos (Z.shiftl 1 d).
Definition mantissa_digits (m : positive) : Z := Zpos (Pos.size m).
Definition mantissa_shl (m : positive) (d : Z) : positive := Z.to_pos (Z.shiftl (Zpos m) d).
Definition mantissa_shr (m : positive) (d : Z) (p : position) : positive * position :=
  let q := Z.shiftr (Zpos m) d in
  (Z.to_pos q, adjust_pos (Zpos m - Z.shiftl q d) (power d) p).
Definition mantissa_shrp (m : positive) (d : Z) (p : position) : position := adjust_pos (Zpos m) (power d) p.

Lemma mantissa_digits_correct x : valid_mantissa x -> EtoZ (mantissa_digits x) = Zpos (count_digits radix (MtoP x)).
Proof.
  intros V. transitivity (S.EtoZ (S.mantissa_digits x)); [|exact (S.mantissa_digits_correct x V)].
  unfold EtoZ, S.EtoZ, mantissa_digits, S.mantissa_digits.
  assert (H : forall m n, Zpos (S.digits_aux m n) = (Zpos (Pos.size m) + Zpos n - 1)%Z).
  { induction m as [m IH|m IH|]; intros n; cbn [S.digits_aux Pos.size]; rewrite ?IH; lia. }
  rewrite H. lia.
Qed.

Lemma shift_power m x : Zpos (shift radix m x) = Z.shiftl (Zpos m) (Zpos x).
Proof. rewrite shift_correct, Z.shiftl_mul_pow2 by lia. reflexivity. Qed.

Lemma power_shift x : power (Zpos x) = shift radix 1 x.
Proof. unfold power. now rewrite <- (shift_power 1 x). Qed.

Lemma mantissa_shl_correct x y z : valid_mantissa y -> EtoZ z = Zpos x ->
  MtoP (mantissa_shl y z) = shift radix (MtoP y) x /\ valid_mantissa (mantissa_shl y z).
Proof.
  intros V E. split; [|exact I]. unfold EtoZ, S.EtoZ in E. subst z. unfold mantissa_shl. now rewrite <- shift_power.
Qed.

Lemma mantissa_shr_correct x y z k : valid_mantissa y -> EtoZ z = Zpos x -> (Zpos (shift radix 1 x) <= Zpos (MtoP y))%Z ->
  let (sq, l) := mantissa_shr y z k in
  let (q, r) := Z.div_eucl (Zpos (MtoP y)) (Zpos (shift radix 1 x)) in
  Zpos (MtoP sq) = q /\ l = adjust_pos r (shift radix 1 x) k /\ valid_mantissa sq.
Proof.
  intros V E L. unfold EtoZ, S.EtoZ in E. subst z. unfold mantissa_shr. rewrite power_shift.
  unfold MtoP, S.MtoP in *. set (D := Zpos (shift radix 1 x)) in *.
  assert (P : D = (2 ^ Zpos x)%Z) by (unfold D; rewrite shift_power, Z.shiftl_mul_pow2 by lia; lia).
  pose proof (Z.div_mod (Zpos y) D ltac:(unfold D; lia)) as M.
  rewrite Z.shiftr_div_pow2, Z.shiftl_mul_pow2, <- P by lia.
  pose proof (Z.div_le_mono D (Zpos y) D ltac:(unfold D; lia) L) as Q. rewrite Z.div_same in Q by (unfold D; lia).
  unfold Z.modulo, Z.div in *. destruct (Z.div_eucl (Zpos y) D) as (q, r). split; [|split; [f_equal; lia | exact I]].
  now rewrite Z2Pos.id by lia.
Qed.

Lemma mantissa_shrp_correct x y z k : valid_mantissa y -> EtoZ z = Zpos x ->
  (Zpower radix (Zpos x - 1) <= Zpos (MtoP y) < Zpos (shift radix 1 x))%Z ->
  let l := mantissa_shrp y z k in l = adjust_pos (Zpos (MtoP y)) (shift radix 1 x) k.
Proof.
  intros V E _. unfold EtoZ, S.EtoZ in E. subst z. unfold mantissa_shrp. now rewrite power_shift.
Qed.
End Carrier.
