(* The least value of x normal_distribution(x), and its steepest slope, by computation with intervals over Z. *)

From Coq Require Import ZArith Reals Lra Lia.
From Interval Require Import Float.Specific_ops Float.Specific_stdz Interval.Interval Real.Xreal.
From Anylength Require Import Numbers Gelu Basic NormalIntervals.
Local Open Scope R_scope.

Module Floats := SpecificFloat StdZRadix2.
Module Computed := NormalIntervals Floats.
Import Computed.

Definition quotient (p q : Z) : I.type := over (integer p) (integer q).

Lemma quotient_holds p q : holds (quotient p q) (IZR p / IZR q).
Proof. apply over_holds; apply integer_holds. Qed.

Definition is_at_most (i j : I.type) : bool := is_not_below_zero (minus j i).

Lemma is_at_most_correct i j x y : holds i x -> holds j y -> is_at_most i j = true -> x <= y.
Proof. intros X Y H. pose proof (is_not_below_zero_correct _ _ (minus_holds _ _ _ _ Y X) H). lra. Qed.

(* Near the place of the least value. *)
Definition place : I.type := quotient (-7517915246935645) 10000000000000000.
Definition gelu_least : R := - (16997120748 / 100000000000).

Lemma least_computed : is_at_most (plus (quotient (-16997120748) 100000000000) (times (integer 3) (I.abs (steepness_of place)))) (gelu_at place) = true.
Proof. vm_compute. reflexivity. Qed.

Lemma gelu_above_least x : gelu_least <= gelu x.
Proof.
  set (a := IZR (-7517915246935645) / IZR 10000000000000000). assert (A : holds place a) by apply quotient_holds.
  assert (T : 1 <= sqrt 2) by (rewrite <- sqrt_1; apply sqrt_le_1_alt; lra).
  pose proof (gelu_above_tangent a x ltac:(unfold a; lra)) as G.
  assert (L : gelu_least + 3 * Rabs (steepness a) <= gelu a).
  { eapply is_at_most_correct; [| apply gelu_at_holds; exact A | exact least_computed]. apply plus_holds.
    - unfold gelu_least. replace (- (16997120748 / 100000000000)) with (IZR (-16997120748) / IZR 100000000000) by lra. apply quotient_holds.
    - apply times_holds; [apply integer_holds | now apply absolute_holds, steepness_holds]. }
  lra.
Qed.

Lemma steepest_computed : is_at_most (steepness_of (root (integer 2))) (quotient 113 100) = true.
Proof. vm_compute. reflexivity. Qed.

Lemma steepness_bounds x : Rabs (steepness x) <= 113 / 100.
Proof.
  assert (M : steepness (sqrt 2) <= 113 / 100).
  { eapply is_at_most_correct; [apply steepness_holds, root_holds, integer_holds | apply quotient_holds | exact steepest_computed]. }
  pose proof (steepness_at_most x). pose proof (steepness_at_least x). apply Rabs_le. lra.
Qed.
