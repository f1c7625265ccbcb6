(* The normal distribution on intervals. *)

From Coq Require Import ZArith Reals Lra Lia Psatz.
From Interval Require Import Float.Sig Interval.Interval Interval.Float_full Real.Xreal.
From Anylength Require Import Numbers Normal Gelu Basic.
Local Open Scope R_scope.

Module NormalIntervals (F : FloatOps with Definition sensible_format := true).
Module Export Arithmetic := Basic F.

Definition half_of (i : I.type) : I.type := over i number_2.
Definition gaussian_of (i : I.type) : I.type := exponential (I.neg (half_of (I.sqr precision i))).

Lemma half_holds i x : holds i x -> holds (half_of i) (x / 2).
Proof. intros X. apply over_holds; auto. apply integer_holds. Qed.

Lemma negative_holds i x : holds i x -> holds (I.neg i) (- x).
Proof. exact (I.neg_correct i (Xreal x)). Qed.

Lemma gaussian_holds i x : holds i x -> holds (gaussian_of i) (gaussian x).
Proof. intros X. apply exponential_holds, negative_holds, half_holds. now apply square_holds. Qed.

(* The integral of t^2k e^(-t^2/2) from 0 to x is x^(2k+1) e^(-x^2/2) times this number. By parts, it is
   1 / (2k + 1) + x^2 / (2k + 1) times that for k + 1; and it lies between 0 and e^(x^2/2) / (2k + 1). *)
Definition odd_number (k : nat) : I.type := integer (2 * Z.of_nat k + 1).
Fixpoint ratio_of (square grown : I.type) (k terms : nat) : I.type :=
  match terms with
  | O => hull I.zero (over grown (odd_number k))
  | S fewer => over (plus number_1 (times square (ratio_of square grown (S k) fewer))) (odd_number k)
  end.

Lemma odd_number_holds k : holds (odd_number k) (2 * INR k + 1).
Proof.
  replace (2 * INR k + 1) with (IZR (2 * Z.of_nat k + 1)); [apply integer_holds|]. rewrite plus_IZR, mult_IZR, <- INR_IZR_INZ. reflexivity.
Qed.

Lemma ratio_holds square grown x terms : holds square (x * x) -> holds grown (exp (x * x / 2)) -> forall k,
  exists r, holds (ratio_of square grown k terms) r /\ moment k x = x ^ (2 * k + 1) * gaussian x * r.
Proof.
  intros Hs G. assert (E : gaussian x * exp (x * x / 2) = 1) by (unfold gaussian; rewrite <- exp_plus, Rplus_opp_l; apply exp_0).
  pose proof (exp_pos (x * x / 2)) as P.
  induction terms as [|terms IH]; intros k; pose proof (pos_INR k) as K; cbn [ratio_of].
  - destruct (moment_bounds k x) as (c & [C0 C1] & M). exists (c * exp (x * x / 2)). split.
    + apply hull_holds with 0 (exp (x * x / 2) / (2 * INR k + 1)); [apply zero_holds | apply over_holds; auto; apply odd_number_holds|].
      left. split; [nra|]. unfold Rdiv. rewrite Rmult_comm. apply Rmult_le_compat_l; lra.
    + rewrite M. replace (x ^ (2 * k + 1) * gaussian x * (c * exp (x * x / 2))) with (c * x ^ (2 * k + 1) * (gaussian x * exp (x * x / 2))) by ring. rewrite E. ring.
  - destruct (IH (S k)) as (r & R & M). exists ((1 + x * x * r) / (2 * INR k + 1)). split.
    + apply over_holds; [|apply odd_number_holds]. apply plus_holds; [apply integer_holds|]. now apply times_holds.
    + pose proof (moment_step k x) as By. replace (k + 1)%nat with (S k) in By by lia. rewrite M in By. apply Rmult_eq_reg_l with (2 * INR k + 1); [|lra]. rewrite By.
      replace (2 * S k + 1)%nat with (2 * k + 1 + 2)%nat by lia. rewrite (pow_add x (2 * k + 1) 2). field. lra.
Qed.

(* As many terms as numbers from -6 to 6 need. *)
Definition all_terms : nat := 72.
Definition gaussian_integral_of (i : I.type) : I.type :=
  let square := I.sqr precision i in
  let grown := exponential (half_of square) in
  times (over i grown) (ratio_of square grown 0 all_terms).

Lemma gaussian_integral_holds i x : holds i x -> holds (gaussian_integral_of i) (gaussian_integral x).
Proof.
  intros X. pose proof (square_holds _ _ X) as S. pose proof (exponential_holds _ _ (half_holds _ _ S)) as G. unfold gaussian_integral_of. cbv zeta.
  destruct (ratio_holds _ _ x all_terms S G 0) as (r & R & M). rewrite gaussian_integral_is, M.
  replace (x ^ (2 * 0 + 1) * gaussian x * r) with (x / exp (x * x / 2) * r); [apply times_holds; auto; now apply over_holds|].
  unfold gaussian. rewrite exp_Ropp. simpl. unfold Rdiv. ring.
Qed.

Definition root_of_2_pi : I.type := root (times number_2 (I.pi precision)).

(* About any interval that is this one: Coq's extraction reduces the types of lemmas, and would compute pi by hand. *)
Lemma root_of_2_pi_holds i : i = root_of_2_pi -> holds i (sqrt (2 * PI)).
Proof. intros ->. apply root_holds, times_holds; [apply integer_holds | exact (I.pi_correct precision)]. Qed.

(* Far from 0 it is nearly 0 or 1. *)
Definition is_at_least (n : Z) (i : I.type) : bool := is_not_below_zero (minus i (integer n)).
Definition normal_of (i : I.type) : I.type :=
  if is_at_least 6 i then hull (minus number_1 (half_of (gaussian_of i))) number_1
  else if is_at_least 6 (I.neg i) then hull I.zero (half_of (gaussian_of i))
  else plus (half_of number_1) (over (gaussian_integral_of i) root_of_2_pi).

Lemma is_at_least_correct n i x : holds i x -> is_at_least n i = true -> IZR n <= x.
Proof. intros X H. pose proof (is_not_below_zero_correct _ _ (minus_holds _ _ _ _ X (integer_holds n)) H). lra. Qed.

Lemma normal_holds i x : holds i x -> holds (normal_of i) (normal_distribution x).
Proof.
  intros X. pose proof (half_holds _ _ (gaussian_holds _ _ X)) as B. unfold normal_of. destruct (is_at_least 6 i) eqn:U; [|destruct (is_at_least 6 (I.neg i)) eqn:L].
  - apply (is_at_least_correct _ _ _ X) in U. destruct (normal_tail x ltac:(lra)).
    eapply hull_holds; [apply minus_holds; [apply integer_holds | exact B] | apply integer_holds | left; lra].
  - apply (is_at_least_correct _ _ _ (negative_holds _ _ X)) in L. destruct (normal_tail (- x) ltac:(lra)) as [N0 N1]. rewrite normal_opposite, gaussian_even in *.
    eapply hull_holds; [apply zero_holds | exact B | left; lra].
  - change (normal_distribution x) with (/ 2 + gaussian_integral x / sqrt (2 * PI)). replace (/ 2) with (1 / 2) by lra. apply plus_holds; [apply half_holds, integer_holds|].
    apply over_holds; [now apply gaussian_integral_holds | now apply root_of_2_pi_holds].
Qed.

(* The slope of x normal_distribution(x), and the function at one number. *)
Definition steepness_of (i : I.type) : I.type := plus (normal_of i) (times i (over (gaussian_of i) root_of_2_pi)).

Lemma steepness_holds i x : holds i x -> holds (steepness_of i) (steepness x).
Proof.
  intros X. apply plus_holds; [now apply normal_holds|]. apply times_holds; auto. apply over_holds; [now apply gaussian_holds | now apply root_of_2_pi_holds].
Qed.

Definition gelu_at (i : I.type) : I.type := times i (normal_of i).

Lemma gelu_at_holds i x : holds i x -> holds (gelu_at i) (gelu x).
Proof. intros X. apply times_holds; auto. now apply normal_holds. Qed.
End NormalIntervals.
