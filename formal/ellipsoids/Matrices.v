(* Symmetric matrices, of which the upper triangle is kept: each row begins at the diagonal. Elimination, and what positive pivots prove. *)

From Coq Require Import Reals List Arith Lra Lia Psatz.
From Anylength Require Import Numbers Program Agreement Vectors.
Import ListNotations.
Local Open Scope R_scope.

Section Over.
Variable N : numbers.
Implicit Types t : list N.

(* The inner products of all rows with each other. *)
Fixpoint gram (rows : list (list N)) : list (list N) :=
  match rows with
  | [] => []
  | r :: rest => map (dot r) rows :: gram rest
  end.

(* k t_i t_j. *)
Fixpoint outer (k : N) t : list (list N) :=
  match t with
  | [] => []
  | x :: rest => map (apply2 Multiply (apply2 Multiply k x)) t :: outer k rest
  end.

Definition less (a b : list (list N)) : list (list N) := map2 (map2 (apply2 Subtract)) a b.
Definition multiple (k : N) (a : list (list N)) : list (list N) := map (map (apply2 Multiply k)) a.

(* The matrix with these numbers on its diagonal. *)
Fixpoint diagonal (d : list N) : list (list N) :=
  match d with
  | [] => []
  | x :: rest => (x :: repeat zero (length rest)) :: diagonal rest
  end.
End Over.

Arguments gram {N} rows.
Arguments outer {N} k t.
Arguments less {N} a b.
Arguments multiple {N} k a.
Arguments diagonal {N} d.

(* A kind of numbers that agrees with another one does so in all of this. *)
Section Related.
Variables (M N : numbers) (rel : M -> N -> Prop).
Hypothesis agree : agreement rel.
Notation related := (Forall2 rel).
Notation related_rows := (Forall2 related).

Lemma gram_related a b : related_rows a b -> related_rows (gram a) (gram b).
Proof.
  induction 1 as [|x y a b X F IH]; simpl; auto. constructor; auto. constructor; [now apply (dot_related _ _ _ agree)|].
  apply related_map with (r := related); auto. intros. now apply (dot_related _ _ _ agree).
Qed.

Lemma multiplied_related k l a b : rel k l -> related a b -> related (map (apply2 Multiply k) a) (map (apply2 Multiply l) b).
Proof. intros K. apply related_map with (r := rel). intros. now apply (apply2_related _ _ _ agree). Qed.

Lemma outer_related k l a b : rel k l -> related a b -> related_rows (outer k a) (outer l b).
Proof.
  intros K F. induction F as [|x y a b X F IH]; simpl; auto. constructor; auto.
  apply (multiplied_related _ _ (x :: a) (y :: b)); auto. now apply (apply2_related _ _ _ agree).
Qed.

Lemma less_related a b : related_rows a b -> forall c d, related_rows c d -> related_rows (less a c) (less b d).
Proof.
  unfold less. induction 1 as [|x y a b X F IH]; intros c d C; destruct C; simpl; auto. constructor; auto.
  now apply (map2_related _ _ _ agree).
Qed.

Lemma multiple_related k l a b : rel k l -> related_rows a b -> related_rows (multiple k a) (multiple l b).
Proof. intros K. apply related_map with (r := related). intros. now apply multiplied_related. Qed.

Lemma diagonal_related a b : related a b -> related_rows (diagonal a) (diagonal b).
Proof.
  induction 1 as [|x y a b X F IH]; simpl; auto. constructor; auto. constructor; auto. rewrite (related_length _ _ _ F).
  apply related_repeat, (zero_related _ _ _ agree).
Qed.
End Related.

(* The same with real numbers. *)
Notation matrix := (list (list R)).

Fixpoint bilinear (M : matrix) (x y : vector) : R :=
  match M, x, y with
  | (d :: t) :: rest, p :: xs, q :: ys => d * p * q + p * inner t ys + q * inner t xs + bilinear rest xs ys
  | _, _, _ => 0
  end.

Fixpoint triangle (M : matrix) : Prop :=
  match M with
  | [] => True
  | r :: rest => length r = length M /\ triangle rest
  end.

(* x_1 r_1 + x_2 r_2 + ... *)
Fixpoint mixture (x : vector) (rows : matrix) : vector :=
  match x, rows with
  | p :: xs, r :: rest => sum (scaled p r) (mixture xs rest)
  | _, _ => []
  end.

Lemma inner_mixture x : forall rows u, inner (mixture x rows) u = inner x (map (fun r => inner r u) rows).
Proof. induction x as [|p x IH]; intros [|r rows] u; simpl; auto. rewrite inner_sum, inner_scaled, IH. ring. Qed.

Lemma inner_dots (r y : vector) : forall rest : matrix, inner (map (dot (N := reals) r) rest) y = inner r (mixture y rest).
Proof.
  induction y as [|q y IH]; intros [|r' rest]; simpl; rewrite ?inner_empty; auto.
  rewrite IH, dot_is_inner, (inner_swap r (sum _ _)), inner_sum, inner_scaled, (inner_swap r' r), (inner_swap _ r). ring.
Qed.

Lemma bilinear_gram rows : forall x y, bilinear (gram (N := reals) rows) x y = inner (mixture x rows) (mixture y rows).
Proof.
  induction rows as [|r rest IH]; intros [|p x] [|q y]; simpl; rewrite ?inner_empty; auto.
  rewrite IH, !inner_dots, dot_is_inner, inner_sum, inner_scaled, !(inner_swap _ (sum _ _)), !inner_sum, !inner_scaled.
  rewrite (inner_swap (mixture y rest) r), (inner_swap (mixture y rest)). ring.
Qed.

Lemma bilinear_outer k t : forall x y, bilinear (outer (N := reals) k t) x y = k * inner t x * inner t y.
Proof.
  induction t as [|a t IH]; intros [|p x] [|q y]; simpl; rewrite ?inner_empty; try ring.
  rewrite IH, !inner_scaled. ring.
Qed.

Lemma bilinear_multiple k M : forall x y, bilinear (multiple (N := reals) k M) x y = k * bilinear M x y.
Proof.
  induction M as [|[|d t] M IH]; intros [|p x] [|q y]; simpl; try ring.
  unfold multiple in IH. simpl in IH. rewrite IH, !inner_scaled. ring.
Qed.

Lemma inner_less a : forall b x, length a = length b -> inner (map2 Rminus a b) x = inner a x - inner b x.
Proof.
  induction a as [|p a IH]; intros [|q b] [|y x] L; simpl; try discriminate; try ring.
  rewrite IH by (simpl in L; lia). ring.
Qed.

Lemma map2_length {A B C : Type} (f : A -> B -> C) a : forall b, length a = length b -> length (map2 f a b) = length a.
Proof. induction a as [|x a IH]; intros [|y b] L; simpl in *; try discriminate; auto. Qed.

Lemma less_length (M N : matrix) : length M = length N -> length (less (N := reals) M N) = length M.
Proof. apply map2_length. Qed.

Lemma less_triangle M : forall N, triangle M -> triangle N -> length M = length N -> triangle (less (N := reals) M N).
Proof.
  induction M as [|r M IH]; intros [|s N] TM TN L; simpl in *; try discriminate; auto.
  destruct TM as [LM TM], TN as [LN TN]. split; [|now apply IH; auto].
  rewrite map2_length by lia. unfold less in *. simpl. rewrite map2_length; lia.
Qed.

Lemma bilinear_less M : forall N x y, triangle M -> triangle N -> length M = length N ->
  bilinear (less (N := reals) M N) x y = bilinear M x y - bilinear N x y.
Proof.
  induction M as [|[|d t] M IH]; intros [|[|e s] N] x y TM TN L; simpl in *; try discriminate; try ring; try lia.
  destruct x as [|p x], y as [|q y]; simpl; try ring.
  destruct TM as [LM TM], TN as [LN TN]. unfold less in IH. simpl in IH. rewrite IH; auto. rewrite !inner_less by lia. ring.
Qed.

Lemma multiple_triangle k M : triangle M -> triangle (multiple (N := reals) k M).
Proof.
  induction M as [|r M IH]; simpl; auto. intros [L T]. split; [|now apply IH]. unfold multiple. now rewrite !length_map.
Qed.

Lemma multiple_length (k : R) (M : matrix) : length (multiple (N := reals) k M) = length M.
Proof. apply length_map. Qed.

Lemma gram_length (rows : matrix) : length (gram (N := reals) rows) = length rows.
Proof. induction rows; simpl; auto. Qed.

Lemma gram_triangle rows : triangle (gram (N := reals) rows).
Proof. induction rows as [|r rest IH]; simpl; auto. split; auto. now rewrite length_map, gram_length. Qed.

Lemma outer_length (k : R) (t : vector) : length (outer (N := reals) k t) = length t.
Proof. induction t; simpl; auto. Qed.

Lemma outer_triangle k t : triangle (outer (N := reals) k t).
Proof. induction t as [|x t IH]; simpl; auto. split; auto. now rewrite length_map, outer_length. Qed.

Lemma diagonal_length (d : vector) : length (diagonal (N := reals) d) = length d.
Proof. induction d; simpl; auto. Qed.

Lemma diagonal_triangle d : triangle (diagonal (N := reals) d).
Proof. induction d as [|x d IH]; simpl; auto. split; auto. now rewrite repeat_length, diagonal_length. Qed.

Lemma inner_zeros n : forall x, inner (repeat (zero (N := reals)) n) x = 0.
Proof. induction n as [|n IH]; intros [|y x]; simpl; auto. rewrite IH. unfold real_of. simpl. ring. Qed.

Lemma bilinear_diagonal d : forall x, bilinear (diagonal (N := reals) d) x x = inner d (map2 Rmult x x).
Proof.
  induction d as [|a d IH]; intros [|p x]; simpl; auto. fold (zero (N := reals)). rewrite IH, !inner_zeros. ring.
Qed.

(* A matrix is solid if it is nowhere below zero, and all its systems of equations have a solution. *)
Definition solid (M : matrix) : Prop :=
  (forall x, 0 <= bilinear M x x) /\
  forall d, length d = length M -> exists y, length y = length M /\ forall x, length x = length M -> bilinear M x y = inner x d.

Lemma nothing_is_solid : solid [].
Proof.
  split; [intros [|p x]; simpl; lra|]. intros [|a d] L; [|discriminate]. exists []. split; auto. intros [|p x] E; [auto | discriminate].
Qed.

Theorem eliminated d t rest : 0 < d -> triangle ((d :: t) :: rest) -> solid (less (N := reals) rest (outer (N := reals) (/ d) t)) ->
  solid ((d :: t) :: rest).
Proof.
  intros D [L T] [P S]. simpl in L. assert (Lt : length rest = length t) by lia.
  assert (E : forall x y, bilinear (less (N := reals) rest (outer (N := reals) (/ d) t)) x y = bilinear rest x y - / d * inner t x * inner t y).
  { intros. rewrite bilinear_less, bilinear_outer; auto; [apply outer_triangle | now rewrite outer_length]. }
  split.
  - intros [|p x]; simpl; try lra. specialize (P x). rewrite E in P.
    assert (0 <= d * ((p + inner t x / d) * (p + inner t x / d))) by (apply Rmult_le_pos; [lra | apply Rle_0_sqr]).
    replace (d * p * p + p * inner t x + p * inner t x + bilinear rest x x)
      with (d * ((p + inner t x / d) * (p + inner t x / d)) + (bilinear rest x x - / d * inner t x * inner t x)) by (field; lra). lra.
  - intros [|a b] B; [discriminate|]. simpl in B.
    assert (LS : length (less (N := reals) rest (outer (N := reals) (/ d) t)) = length t) by (rewrite less_length; rewrite ?outer_length; lia).
    assert (Lb : length (map2 Rminus b (scaled (a / d) t)) = length t) by (rewrite map2_length; [lia | rewrite length_map; lia]).
    destruct (S _ (eq_trans Lb (eq_sym LS))) as (y & Ly & Y). pose proof (eq_trans Ly LS) as Ly'.
    exists ((a - inner t y) / d :: y). simpl. split; [lia|]. intros [|p x] X; [discriminate|]. simpl in X.
    assert (Lx : length x = length t) by lia. specialize (Y x (eq_trans Lx (eq_sym LS))). rewrite E, (inner_swap x (map2 _ _ _)), inner_less, inner_scaled in Y by (rewrite length_map; lia).
    simpl. rewrite (inner_swap x b). replace (bilinear rest x y) with (inner b x - a / d * inner t x + / d * inner t x * inner t y) by lra.
    field. lra.
Qed.
