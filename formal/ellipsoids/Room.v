(* Room: what is left of a matrix when each part of a form has its share. If that is nowhere below zero, the sum of all parts reaches no
   further than the matrix does. *)

From Coq Require Import Reals List Arith Lra Lia.
From Anylength Require Import Numbers Program Agreement Vectors Matrices Bends.
Import ListNotations.
Local Open Scope R_scope.

(* What each row is at u. *)
Definition at_vector (rows : matrix) (u : vector) : vector := map (fun row => inner row u) rows.

(* The square of a sum, each number with a share. *)
Lemma square_with_share x w Q T D : 0 < w -> 0 <= Q -> 0 <= T -> D * D <= Q * T -> (x + D) * (x + D) <= (x * x / w + Q) * (w + T).
Proof.
  intros W HQ HT H. pose proof (sqrt_lt_R0 w W) as P. pose proof (sqrt_sqrt w ltac:(lra)) as S.
  pose proof (square_of_two (x / sqrt w) (sqrt w) D Q T HQ HT H) as K.
  replace (x / sqrt w * sqrt w) with x in K by (field; lra).
  replace (x / sqrt w * (x / sqrt w)) with (x * x / (sqrt w * sqrt w)) in K by (field; lra). now rewrite S in K.
Qed.

Section Room.
Variable N : numbers.

(* M, less the room that the parts of a form take, each with its share w / W, and less that of the errors. *)
Fixpoint room (W : N) (M : list (list N)) (weights : list N) (parts : list (list (list N))) (errors : list N) : list (list N) :=
  match weights, parts with
  | w :: weights', rows :: parts' => room W (less M (multiple (apply2 Multiply W (apply1 Reciprocal w)) (gram rows))) weights' parts' errors
  | w :: _, [] => less M (diagonal (map (apply2 Multiply (apply2 Multiply W (apply1 Reciprocal w))) errors))
  | [], _ => []
  end.

(* Errors e share the room for errors in proportion to e times their spread. *)
Definition errors_of (e spread : list N) : list N :=
  map (apply2 Multiply (dot e spread)) (map2 (apply2 Multiply) e (map (apply1 Reciprocal) spread)).
End Room.

Arguments room {N} W M weights parts errors.
Arguments errors_of {N} e spread.

Section RoomRelated.
Variables (M N : numbers) (rel : M -> N -> Prop).
Hypothesis agree : agreement rel.

Lemma share_related W W' w w' : rel W W' -> rel w w' ->
  rel (apply2 Multiply W (apply1 Reciprocal w)) (apply2 Multiply W' (apply1 Reciprocal w')).
Proof. intros. apply (apply2_related _ _ _ agree); auto. now apply (apply1_related _ _ _ agree). Qed.

Lemma room_related W W' e e' : rel W W' -> Forall2 rel e e' -> forall weights weights', Forall2 rel weights weights' ->
  forall parts parts', Forall2 (Forall2 (Forall2 rel)) parts parts' -> forall A A', Forall2 (Forall2 rel) A A' ->
  Forall2 (Forall2 rel) (room W A weights parts e) (room W' A' weights' parts' e').
Proof.
  intros HW E weights weights' F. induction F as [|w w' weights weights' Hw F IH]; intros parts parts' P A A' HA; simpl; auto.
  destruct P as [|rows rows' parts parts' R P].
  - apply (less_related _ _ _ agree); auto. apply (diagonal_related _ _ _ agree), (multiplied_related _ _ _ agree); auto.
    now apply share_related.
  - apply IH; auto. apply (less_related _ _ _ agree); auto. apply (multiple_related _ _ _ agree); [now apply share_related|].
    now apply (gram_related _ _ _ agree).
Qed.

Lemma errors_of_related e e' s s' : Forall2 rel e e' -> Forall2 rel s s' -> Forall2 rel (errors_of e s) (errors_of e' s').
Proof.
  intros E S. apply (multiplied_related _ _ _ agree); [now apply (dot_related _ _ _ agree)|].
  apply (map2_related _ _ _ agree); auto. apply related_map with (r := rel); auto. intros; now apply (apply1_related _ _ _ agree).
Qed.
End RoomRelated.

(* Errors up to e reach no further than their diagonal matrix. *)
Lemma errors_square e : forall spread a d, Forall2 (fun x y => Rabs x <= y) d e -> Forall (Rlt 0) spread -> length spread = length e ->
  0 <= inner e spread /\ 0 <= inner (map2 Rmult e (map Rinv spread)) (map2 Rmult a a) /\
  inner a d * inner a d <= inner (map2 Rmult e (map Rinv spread)) (map2 Rmult a a) * inner e spread.
Proof.
  induction e as [|x e IH]; intros [|s spread] a d D S L; simpl in L; try discriminate; inversion D as [|y z d' e' Y D']; inversion S as [|s' S' P Q];
    subst; destruct a as [|p a]; simpl; try (repeat split; lra).
  - destruct (IH spread [] d' D' Q ltac:(lia)) as (A & _ & _). pose proof (Rabs_pos y). repeat split; try lra.
    assert (0 <= x * s) by (apply Rmult_le_pos; lra). lra.
  - destruct (IH spread a d' D' Q ltac:(lia)) as (A & B & C). pose proof (Rabs_pos y).
    assert (X : 0 <= x) by lra. pose proof (Rinv_0_lt_compat s P) as I.
    assert (0 <= x * / s) by (apply Rmult_le_pos; lra). assert (0 <= p * p) by apply Rle_0_sqr.
    split; [nra|]. split; [nra|].
    destruct X as [X|X].
    + assert (0 < x * s) by now apply Rmult_lt_0_compat.
      eapply Rle_trans; [apply (square_with_share (p * y) (x * s) _ _ (inner a d') H2 B A C)|].
      apply Rmult_le_compat_r; [lra|]. apply Rplus_le_compat_r.
      apply Rmult_le_reg_r with (x * s); auto. replace (p * y * (p * y) / (x * s) * (x * s)) with (p * p * (y * y)) by (field; lra).
      replace (x * / s * (p * p) * (x * s)) with (p * p * (x * x)) by (field; lra).
      apply Rmult_le_compat_l; auto. apply between_abs in Y. nra.
    + subst x. assert (y = 0) as -> by (apply between_abs in Y; lra). rewrite !Rmult_0_l, !Rmult_0_r, !Rplus_0_l. exact C.
Qed.

Lemma errors_of_length (e spread : vector) : length e = length spread -> length (errors_of (N := reals) e spread) = length e.
Proof. intros L. unfold errors_of. rewrite length_map. apply map2_length. now rewrite length_map. Qed.

Lemma inner_errors (e spread x : vector) : inner (errors_of (N := reals) e spread) x = inner e spread * inner (map2 Rmult e (map Rinv spread)) x.
Proof. unfold errors_of. rewrite dot_is_inner. apply inner_scaled. Qed.

Lemma room_triangle W e weights : forall parts M, triangle M -> Forall (fun rows => length rows = length M) parts -> length e = length M ->
  triangle (room (N := reals) W M weights parts e).
Proof.
  induction weights as [|w weights IH]; intros parts M T P E; simpl; auto. destruct P as [|rows parts L P].
  - apply less_triangle; auto; [apply diagonal_triangle|]. rewrite diagonal_length, length_map. auto.
  - assert (LM : length M = length (multiple (N := reals) (W * / w) (gram (N := reals) rows))) by (rewrite multiple_length, gram_length; auto).
    apply IH; rewrite ?less_length; auto. apply less_triangle; auto. apply multiple_triangle, gram_triangle.
Qed.

(* If the room that is left is nowhere below zero, the sum of all parts reaches no further than M does. *)
Section Sums.
Variables (a : vector) (W y : R) (e : vector).
Hypothesis W_positive : 0 < W.
Hypothesis errors_bound : y * y <= inner e (map2 Rmult a a).

Fixpoint total_of (l : vector) : R :=
  match l with
  | [] => 0
  | x :: rest => x + total_of rest
  end.

Definition fits (x : R) (rows : matrix) : Prop := x * x <= bilinear (gram (N := reals) rows) a a.

Lemma room_sum weights : forall parts xs M, length weights = S (length parts) -> Forall (Rlt 0) weights -> Forall2 fits xs parts ->
  triangle M -> Forall (fun rows => length rows = length M) parts -> length e = length M ->
  0 <= bilinear (room (N := reals) W M weights parts e) a a ->
  exists Q, 0 <= Q /\ (total_of xs + y) * (total_of xs + y) <= Q * total_of weights /\ W * Q <= bilinear M a a.
Proof.
  induction weights as [|w weights IH]; intros parts xs M L P F T R E H; [discriminate|].
  inversion P as [|w' weights' Pw Pr]; subst. inversion F as [|x rows xs' parts' X F']; subst.
  - destruct weights; [|discriminate]. simpl in H.
    rewrite bilinear_less in H; auto; [|apply diagonal_triangle | now rewrite diagonal_length, length_map].
    rewrite bilinear_diagonal in H. change (map (real_binary Multiply (W * / w)) e) with (scaled (W * / w) e) in H.
    rewrite inner_scaled in H. exists (y * y / w). pose proof (Rinv_0_lt_compat w Pw). assert (0 <= y * y) by apply Rle_0_sqr.
    split; [apply Rmult_le_pos; lra|]. split; [simpl; right; field; lra|].
    assert (W * / w * (y * y) <= W * / w * inner e (map2 Rmult a a)).
    { apply Rmult_le_compat_l; auto. apply Rmult_le_pos; lra. }
    unfold Rdiv. lra.
  - inversion R as [|rows' parts'' LR R']; subst. simpl in L, H.
    assert (LM : length M = length (multiple (N := reals) (W * / w) (gram (N := reals) rows))) by (rewrite multiple_length, gram_length; auto).
    assert (TM : triangle (multiple (N := reals) (W * / w) (gram (N := reals) rows))) by apply multiple_triangle, gram_triangle.
    destruct (IH parts' xs' (less (N := reals) M (multiple (N := reals) (W * / w) (gram (N := reals) rows)))) as (Q & HQ & S & B); auto.
    + now apply less_triangle.
    + rewrite less_length; auto.
    + now rewrite less_length.
    + rewrite bilinear_less, bilinear_multiple in B; auto.
      assert (HT : 0 <= total_of weights).
      { clear - Pr. induction Pr; simpl; lra. }
      exists (x * x / w + Q). pose proof (Rinv_0_lt_compat w Pw). assert (0 <= x * x / w) by (apply Rmult_le_pos; [apply Rle_0_sqr | lra]).
      split; [lra|]. simpl. split.
      * rewrite Rplus_assoc. apply square_with_share; auto.
      * assert (W * / w * (x * x) <= W * / w * bilinear (gram (N := reals) rows) a a).
        { apply Rmult_le_compat_l; auto. apply Rmult_le_pos; lra. }
        unfold Rdiv. lra.
Qed.
End Sums.

Lemma total_is_total l : total (N := reals) l = total_of l.
Proof. induction l as [|x l IH]; simpl; [unfold real_of; simpl; ring | now rewrite IH]. Qed.

Lemma inner_parts u h : forall B, (forall rows, In rows B -> (length rows <= h)%nat) -> forall a,
  inner a (map (bends u 0) B) = total_of (map (fun k => bend u k (mixture a (map (fun rows => nth k rows []) B))) (seq 0 h)).
Proof.
  assert (zero_sum : forall (f : nat -> R) l, (forall k, f k = 0) -> total_of (map f l) = 0).
  { intros f l Z. induction l as [|k l IH]; simpl; auto. rewrite Z, IH. ring. }
  assert (one : forall (rows : matrix), (length rows <= h)%nat -> bends u 0 rows = total_of (map (fun k => bend u k (nth k rows [])) (seq 0 h))).
  { assert (G : forall n rows k, (length rows <= n)%nat -> bends u k rows = total_of (map (fun j => bend u j (nth (j - k) rows [])) (seq k n))).
    { induction n as [|n IH]; intros [|row rows] k L;
        try (symmetry; apply zero_sum; intros j; destruct (j - k)%nat; apply bend_nothing); simpl in L; [lia|].
      cbn [seq map total_of bends].
      rewrite Nat.sub_diag. cbn [nth]. f_equal. rewrite IH by lia. f_equal. apply map_ext_in. intros j J. apply in_seq in J.
      replace (j - k)%nat with (S (j - S k)) by lia. reflexivity. }
    intros rows L. rewrite (G h rows 0%nat L). f_equal. apply map_ext. intros j. now rewrite Nat.sub_0_r. }
  assert (split_sum : forall (f g : nat -> R) l, total_of (map (fun k => f k + g k) l) = total_of (map f l) + total_of (map g l)).
  { intros f g l. induction l as [|k l IH]; simpl; [ring|]. rewrite IH. ring. }
  assert (scaled_sum : forall c (f : nat -> R) l, total_of (map (fun k => c * f k) l) = c * total_of (map f l)).
  { intros c f l. induction l as [|k l IH]; simpl; [ring|]. rewrite IH. ring. }
  induction B as [|rows B IH]; intros L [|x a]; simpl; try (symmetry; apply zero_sum, bend_nothing).
  rewrite (IH (fun r I => L r (or_intror I))), (one rows) by (apply L; now left).
  rewrite <- scaled_sum, <- split_sum. f_equal. apply map_ext. intros k. now rewrite bend_sum, bend_scaled.
Qed.

Lemma inner_mixture_scaled c rows : forall a z, inner (mixture a (map (scaled c) rows)) z = c * inner (mixture a rows) z.
Proof.
  induction rows as [|r rows IH]; intros [|p a] z; simpl; try ring. rewrite !inner_sum, !inner_scaled, IH. ring.
Qed.

Lemma inner_differences (a h c : vector) : length h = length c -> inner a (map2 Rminus h c) = inner a h - inner a c.
Proof. intros L. now rewrite inner_swap, inner_less, (inner_swap h), (inner_swap c). Qed.

Lemma added_back h : forall c : vector, length h = length c -> h = map2 Rplus c (map2 Rminus h c).
Proof. induction h as [|x h IH]; intros [|y c] L; simpl in *; try discriminate; auto. f_equal; [ring | apply IH; lia]. Qed.

(* What each part of a form contributes fits in its matrix. *)
Lemma center_fits a v : fits a (inner a v) (map (fun x => [x]) v).
Proof.
  unfold fits. rewrite bilinear_gram. pose proof (square_of_inner (mixture a (map (fun x => [x]) v)) [1]) as S.
  rewrite inner_mixture, map_map in S. simpl in S. replace (map _ v) with v in S; [lra|].
  symmetry. rewrite <- (map_id v) at 2. apply map_ext. intros; ring.
Qed.

Lemma linear_fits a G u : inner u u <= 1 -> fits a (inner a (at_vector G u)) G.
Proof.
  intros U. unfold fits, at_vector. rewrite bilinear_gram, <- inner_mixture. pose proof (square_of_inner (mixture a G) u).
  pose proof (inner_self (mixture a G)). nra.
Qed.

Lemma bend_fits a k rows u : inner u u <= 1 -> fits a (bend u k (mixture a rows)) (map (scaled (/ 2)) rows).
Proof.
  intros U. unfold fits. rewrite bilinear_gram, inner_mixture_scaled, inner_swap, inner_mixture_scaled.
  pose proof (between_abs _ _ (bend_below u k (mixture a rows) U)) as B. rewrite <- size_squared.
  pose proof (size_positive (mixture a rows)). nra.
Qed.
