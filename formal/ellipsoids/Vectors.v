(* Vectors of real numbers, as lists: beyond its end a list counts as zeros. Inner products, lengths and squares of sums. *)

From Coq Require Import Reals List Arith Lra Lia Psatz.
From Anylength Require Import Numbers.
Import ListNotations.
Local Open Scope R_scope.

(* The sum of two lists, row by row; the longer one's last rows stay as they are. *)
Fixpoint joined {A : Type} (add : A -> A -> A) (a b : list A) : list A :=
  match a, b with
  | [], _ => b
  | _, [] => a
  | x :: a', y :: b' => add x y :: joined add a' b'
  end.

Lemma related_joined {A B : Type} (rel : A -> B -> Prop) f g :
  (forall x x' y y', rel x x' -> rel y y' -> rel (f x y) (g x' y')) ->
  forall a a', Forall2 rel a a' -> forall b b', Forall2 rel b b' -> Forall2 rel (joined f a b) (joined g a' b').
Proof. intros H a a' F; induction F; intros b b' G; destruct G; simpl; auto. Qed.

Notation vector := (list R).

Fixpoint inner (a b : vector) : R :=
  match a, b with
  | x :: a', y :: b' => x * y + inner a' b'
  | _, _ => 0
  end.

Notation sum := (joined Rplus).
Notation scaled k := (map (Rmult k)).

Lemma dot_is_inner a : forall b, dot (N := reals) a b = inner a b.
Proof. induction a as [|x a IH]; intros [|y b]; simpl; try rewrite IH; auto; unfold real_of; simpl; ring. Qed.

Lemma inner_swap a : forall b, inner a b = inner b a.
Proof. induction a as [|x a IH]; intros [|y b]; simpl; auto. rewrite IH. ring. Qed.

Lemma inner_sum a : forall b u, inner (sum a b) u = inner a u + inner b u.
Proof. induction a as [|x a IH]; intros [|y b] [|z u]; simpl; try ring. rewrite IH. ring. Qed.

Lemma inner_scaled k a : forall u, inner (scaled k a) u = k * inner a u.
Proof. induction a as [|x a IH]; intros [|z u]; simpl; try ring. rewrite IH. ring. Qed.

Lemma inner_empty a : inner a [] = 0.
Proof. now destruct a. Qed.

Lemma inner_self a : 0 <= inner a a.
Proof. induction a as [|x a IH]; simpl; nra. Qed.

Lemma nth_sum a : forall b k, nth k (sum a b) 0 = nth k a 0 + nth k b 0.
Proof. induction a as [|x a IH]; intros [|y b] [|k]; simpl; try lra. apply IH. Qed.

Lemma nth_scaled c a k : nth k (scaled c a) 0 = c * nth k a 0.
Proof. replace 0 with (c * 0) at 1 by ring. apply map_nth. Qed.

(* The square of an inner product. *)
Lemma between_abs x y : Rabs x <= y -> - y <= x <= y.
Proof. unfold Rabs. destruct (Rcase_abs x); lra. Qed.

Lemma below_product p q x : 0 <= p -> 0 <= q -> x * x <= p * p * (q * q) -> Rabs x <= p * q.
Proof. intros P Q H. apply Rabs_le. assert (0 <= p * q) by now apply Rmult_le_pos. split; nra. Qed.

Lemma square_of_two x y D A B : 0 <= A -> 0 <= B -> D * D <= A * B -> (x * y + D) * (x * y + D) <= (x * x + A) * (y * y + B).
Proof.
  intros HA HB H. assert (E : forall z, 0 <= z -> sqrt z * sqrt z = z) by apply sqrt_sqrt.
  pose proof (sqrt_pos A) as PA. pose proof (sqrt_pos B) as PB. pose proof (E A HA) as EA. pose proof (E B HB) as EB.
  set (a := sqrt A) in *. set (b := sqrt B) in *. rewrite <- EA, <- EB in *.
  pose proof (between_abs _ _ (below_product a b D PA PB H)).
  assert (0 <= (x * b - y * a) * (x * b - y * a)) by apply Rle_0_sqr. assert (0 <= (x * b + y * a) * (x * b + y * a)) by apply Rle_0_sqr.
  destruct (Rle_lt_dec 0 (x * y)); nra.
Qed.

Lemma square_of_inner a : forall b, inner a b * inner a b <= inner a a * inner b b.
Proof.
  induction a as [|x a IH]; intros [|y b]; simpl; try (rewrite ?Rmult_0_l, ?Rmult_0_r; lra).
  apply square_of_two; auto using inner_self.
Qed.

(* Lengths. *)
Definition size (a : vector) : R := sqrt (inner a a).

Lemma size_positive a : 0 <= size a.
Proof. apply sqrt_pos. Qed.

Lemma size_squared a : size a * size a = inner a a.
Proof. apply sqrt_sqrt, inner_self. Qed.

Lemma inner_below a b : Rabs (inner a b) <= size a * size b.
Proof. apply below_product; auto using size_positive. rewrite !size_squared. apply square_of_inner. Qed.

Lemma inner_with_short a u : inner u u <= 1 -> Rabs (inner a u) <= size a.
Proof.
  intros U. replace (size a) with (size a * 1) by ring. apply below_product; auto using size_positive; try lra.
  rewrite size_squared. pose proof (square_of_inner a u). pose proof (inner_self a). nra.
Qed.

(* The product of two numbers that are linear in u is about half the inner product of their vectors. *)
Lemma product_of_inners g h u : inner u u <= 1 -> Rabs (inner g u * inner h u - inner g h / 2) <= size g * size h / 2.
Proof.
  intros U. pose proof (size_positive g) as PG. pose proof (size_positive h) as PH.
  pose proof (size_squared g) as SG. pose proof (size_squared h) as SH.
  pose proof (inner_below g h) as GH. pose proof (inner_with_short g u U) as GU. pose proof (inner_with_short h u U) as HU.
  set (a := size g) in *. set (b := size h) in *.
  apply between_abs in GH, GU, HU.
  destruct PG as [PG|PG], PH as [PH|PH].
  - assert (W : forall s, inner (sum (scaled b g) (scaled (s * a) h)) u * inner (sum (scaled b g) (scaled (s * a) h)) u
        <= inner (sum (scaled b g) (scaled (s * a) h)) (sum (scaled b g) (scaled (s * a) h)) * 1).
    { intros s. eapply Rle_trans; [apply square_of_inner|]. apply Rmult_le_compat_l; auto using inner_self. }
    assert (X : forall s, inner (sum (scaled b g) (scaled (s * a) h)) u = b * inner g u + s * a * inner h u).
    { intros s. now rewrite inner_sum, !inner_scaled. }
    assert (Y : forall s, inner (sum (scaled b g) (scaled (s * a) h)) (sum (scaled b g) (scaled (s * a) h))
        = b * b * inner g g + 2 * s * (a * b) * inner g h + s * s * (a * a) * inner h h).
    { intros s. rewrite inner_sum, !inner_scaled, !(inner_swap _ (sum _ _)), !inner_sum, !inner_scaled, (inner_swap h g). ring. }
    pose proof (W 1) as W1. pose proof (W (-1)) as W2. rewrite X, Y in W1, W2. clear W X Y. rewrite <- SG, <- SH in W1, W2.
    generalize dependent (inner g u). generalize dependent (inner h u). generalize dependent (inner g h).
    intros r GH r0 HU r1 GU W1 W2.
    pose proof (Rle_0_sqr (b * r1 - a * r0)) as Q1. pose proof (Rle_0_sqr (b * r1 + a * r0)) as Q2. unfold Rsqr in Q1, Q2.
    assert (P : 0 < a * b) by now apply Rmult_lt_0_compat.
    assert (a * b * (2 * (r1 * r0) - (r + a * b)) <= 0) by nra.
    assert (0 <= a * b * (2 * (r1 * r0) - (r - a * b))) by nra.
    apply Rabs_le. split; nra.
  - rewrite <- PH in *. rewrite Rmult_0_r in *.
    assert (inner h u = 0) as -> by lra.
    apply Rabs_le. lra.
  - rewrite <- PG in *. rewrite Rmult_0_l in *.
    assert (inner g u = 0) as -> by lra.
    apply Rabs_le. lra.
  - rewrite <- PG in *. rewrite Rmult_0_l in *.
    assert (inner g u = 0) as -> by lra.
    apply Rabs_le. lra.
Qed.

(* The vector 2 u_k u - e_k is no longer than 1 if u is not. *)
Definition unit_vector (k : nat) : vector := repeat 0 k ++ [1].

Lemma inner_unit k : forall u, inner (unit_vector k) u = nth k u 0.
Proof.
  induction k as [|k IH]; intros [|x u]; simpl; try ring.
  unfold unit_vector in IH. rewrite IH. ring.
Qed.

Definition turned (k : nat) (u : vector) : vector := sum (scaled (2 * nth k u 0) u) (scaled (-1) (unit_vector k)).

Lemma nth_unit k : nth k (unit_vector k) 0 = 1.
Proof. unfold unit_vector. rewrite app_nth2; rewrite repeat_length; auto. now rewrite Nat.sub_diag. Qed.

Lemma turned_is_short k u : inner u u <= 1 -> inner (turned k u) (turned k u) <= 1.
Proof.
  intros U. unfold turned. rewrite inner_sum, !inner_scaled, !(inner_swap _ (sum _ _)), !inner_sum, !inner_scaled.
  rewrite (inner_swap u (unit_vector k)), !inner_unit, nth_unit. 
  assert (0 <= nth k u 0 * nth k u 0 * (1 - inner u u)) by (apply Rmult_le_pos; [apply Rle_0_sqr | lra]). nra.
Qed.

Lemma inner_turned k r u : inner r (turned k u) = 2 * (nth k u 0 * inner r u) - nth k r 0.
Proof.
  unfold turned. rewrite inner_swap, inner_sum, !inner_scaled, (inner_swap u r), inner_unit. ring.
Qed.
