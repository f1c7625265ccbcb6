(* Ellipsoids c + L u, |u| <= 1, and what it takes to show that one holds all numbers of some forms. *)

From Coq Require Import ZArith Reals List Bool Arith Lra Lia.
From Interval Require Import Float.Sig Interval.Interval Real.Xreal.
From Anylength Require Import Numbers Program Agreement Intervals Vectors Matrices Bends Forms Certificate.
Import ListNotations.
Local Open Scope R_scope.

Definition at_vector (rows : matrix) (u : vector) : vector := map (fun row => inner row u) rows.

(* The state h is in the ellipsoid with this center, and a shape whose rows are those of L. *)
Definition in_ellipsoid (center : vector) (shape : matrix) (h : vector) : Prop :=
  exists u, inner u u <= 1 /\ h = map2 Rplus center (at_vector shape u).

(* How far a set reaches in each direction says whether an ellipsoid holds it. *)
Lemma same_inner p : forall q, length p = length q -> (forall x, length x = length p -> inner x p = inner x q) -> p = q.
Proof.
  induction p as [|a p IH]; intros [|b q] L H; simpl in L; try discriminate; auto. f_equal.
  - specialize (H (1 :: repeat 0 (length p))). simpl in H. rewrite repeat_length in H. specialize (H eq_refl).
    assert (Z : forall n l, inner (repeat 0 n) l = 0) by (intros n; induction n as [|n I]; intros [|c l]; simpl; rewrite ?I; ring).
    rewrite !Z in H. lra.
  - apply IH; [lia|]. intros x X. specialize (H (0 :: x)). simpl in H. rewrite X in H. specialize (H eq_refl). lra.
Qed.

Theorem reached shape d : solid (gram (N := reals) shape) -> length d = length shape ->
  (forall a, inner a d * inner a d <= bilinear (gram (N := reals) shape) a a) ->
  exists u, inner u u <= 1 /\ at_vector shape u = d.
Proof.
  intros [_ S] L H. destruct (S d) as (y & Ly & Y); [now rewrite gram_length|]. rewrite gram_length in *.
  exists (mixture y shape). split.
  - specialize (H y). specialize (Y y Ly). rewrite Y in H. rewrite bilinear_gram in Y. rewrite Y. nra.
  - apply same_inner; unfold at_vector; rewrite length_map; auto. intros x X.
    rewrite <- inner_mixture, <- bilinear_gram. now apply Y.
Qed.

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

Module Ellipsoids (F : FloatOps with Definition sensible_format := true).
Module Export Fo := Forms F.

(* Elimination over intervals. *)
Fixpoint pivots (fuel : nat) (M : list (list I.type)) : bool :=
  match fuel, M with
  | _, [] => true
  | S fuel', (d :: t) :: rest =>
      is_above_zero d && pivots fuel' (less (N := intervals) rest (outer (N := intervals) (inverse d) t))
  | _, _ => false
  end.

Lemma pivots_solid fuel : forall M A, pivots fuel M = true -> related_rows M A -> triangle A -> solid A.
Proof.
  induction fuel as [|fuel IH]; intros M A P R T.
  - destruct M; [|discriminate]. inversion R. apply nothing_is_solid.
  - destruct R as [|m r M A H R]; [apply nothing_is_solid|]. destruct H as [|d x t y D H]; [discriminate|].
    simpl in P. apply andb_true_iff in P. destruct P as [P Q]. destruct T as [L T]. apply eliminated.
    + now apply (is_above_zero_correct _ _ D).
    + now split.
    + apply IH with (less (N := intervals) M (outer (N := intervals) (inverse d) t)); auto.
      * apply (less_related _ _ _ intervals_hold); auto. apply (outer_related _ _ _ intervals_hold); auto. now apply inverse_holds.
      * apply less_triangle; auto; [apply outer_triangle|]. rewrite outer_length. simpl in L. lia.
Qed.

(* An ellipsoid, prepared. *)
Record area := {
  place : list I.type;
  rows : list (list I.type);
  spreads : list I.type;
  own : list (list I.type);     (* L L^T *)
  is_solid : bool
}.

Definition area_of (E : ellipsoid) : area :=
  let L := map (map point) (shape E) in
  let own := gram (N := intervals) L in
  {| place := map point (middle_of E); rows := L; spreads := map point (spread E); own := own; is_solid := pivots (length own) own |}.

(* The weights are for what the middles differ by from c, the linear parts, each row of second-order terms, and all errors. *)
Definition included (blocks : nat) (A : area) (weights : list I.type) (value : list form) : bool :=
  let hearts := map (fun f => heart (middle f)) value in
  let sizes := map I.abs (map2 minus (map middle value) hearts) in
  let halved := times (inverse (integer 2)) in
  let parts := map (fun x => [x]) (map2 minus hearts (place A)) :: map linear value ::
               map (fun k => map (fun f => map halved (nth k (curved f) [])) value) (seq 0 blocks) in
  let errors := errors_of (N := intervals) (map right_end sizes) (spreads A) in
  let left := room (N := intervals) (total (N := intervals) weights) (own A) weights parts errors in
  is_solid A && (length value =? length (place A))%nat && (length value =? length (rows A))%nat && (length value =? length (spreads A))%nat &&
  (length weights =? blocks + 3)%nat && forallb is_above_zero weights && forallb is_above_zero (spreads A) && forallb I.bounded sizes &&
  forallb (fun f => length (curved f) <=? blocks)%nat value && pivots (length left) left.

Definition center_of (E : ellipsoid) : vector := map real_of (middle_of E).
Definition shape_of (E : ellipsoid) : matrix := map (map real_of) (shape E).

(* The coefficients of forms for the numbers h. *)
Lemma opened u value h : Forall2 (stands_for u) value h -> exists ys gs Bs ds,
  related (map (fun f => heart (middle f)) value) ys /\ related_rows (map linear value) gs /\
  Forall2 related_rows (map curved value) Bs /\ related (map2 minus (map middle value) (map (fun f => heart (middle f)) value)) ds /\
  forall a, inner a h = inner a ys + inner a (at_vector gs u) + inner a (map (bends u 0) Bs) + inner a ds.
Proof.
  induction 1 as [|f x value h S F IH]; [exists [], [], [], []; repeat split; simpl; auto; intros a; rewrite inner_empty; ring|].
  destruct IH as (ys & gs & Bs & ds & Y & G & B & D & E). destruct S as (c & g & b & C & Hg & Hb & ->).
  destruct (heart_holds (middle f)) as [y Hy]. exists (y :: ys), (g :: gs), (b :: Bs), (c - y :: ds).
  repeat split; simpl; auto; [constructor; auto; now apply minus_holds|].
  intros [|p a]; simpl; [ring|]. rewrite E. ring.
Qed.

Lemma bounds_of offsets ds : related offsets ds -> forallb I.bounded (map I.abs offsets) = true ->
  exists e, related (map right_end (map I.abs offsets)) e /\ Forall2 (fun x y => Rabs x <= y) ds e.
Proof.
  induction 1 as [|i x offsets ds X F IH]; simpl; intros H; [exists []; auto|].
  apply andb_true_iff in H. destruct H as [B H]. destruct (IH H) as (e & E & L).
  destruct (ends _ _ (absolute_holds _ _ X) B) as (_ & r & [_ M] & _ & R). exists (r :: e). auto.
Qed.

Lemma all_above_zero l x : related l x -> forallb is_above_zero l = true -> Forall (Rlt 0) x.
Proof.
  induction 1 as [|i y l x Y F IH]; simpl; intros H; auto. apply andb_true_iff in H. destruct H as [P H].
  constructor; auto. now apply (is_above_zero_correct _ _ Y).
Qed.

Lemma halved_related k value Bs : Forall2 related_rows (map curved value) Bs ->
  related_rows (map (fun f => map (times (inverse (integer 2))) (nth k (curved f) [])) value)
               (map (scaled (/ 2)) (map (fun rows => nth k rows []) Bs)).
Proof.
  revert Bs. induction value as [|f value IH]; intros Bs B; inversion B as [|? b ? Bs' Hb HB]; subst; cbn [map]; constructor; auto.
  apply scaled_related; [apply inverse_holds, integer_holds|]. now apply related_nth.
Qed.

Lemma differences_of_lists a x : related a x -> forall b y, related b y -> related (map2 minus a b) (map2 Rminus x y).
Proof. induction 1; intros b y' B; destruct B; simpl; auto. constructor; auto. now apply minus_holds. Qed.

Theorem included_correct blocks E weights ws value u h :
  included blocks (area_of E) weights value = true -> related weights ws -> inner u u <= 1 -> Forall2 (stands_for u) value h ->
  in_ellipsoid (center_of E) (shape_of E) h.
Proof.
  intros H HW U S. unfold included in H. rewrite !andb_true_iff in H.
  destruct H as [[[[[[[[[H0 H1] H2] H3] H4] H5] H6] H7] H8] H9]. apply Nat.eqb_eq in H1, H2, H3, H4. cbn [area_of place rows spreads own is_solid] in *.
  destruct (opened u value h S) as (ys & gs & Bs & ds & Y & G & B & D & EQ).
  destruct (bounds_of _ _ D H7) as (e & HE & LE).
  assert (HC : related (map point (middle_of E)) (center_of E)) by apply related_same_map, point_holds.
  assert (HL : related_rows (map (map point) (shape E)) (shape_of E)) by (apply related_same_map; intros; apply related_same_map, point_holds).
  assert (HS : related (map point (spread E)) (map real_of (spread E))) by apply related_same_map, point_holds.
  pose proof (gram_related _ _ _ intervals_hold _ _ HL) as HG.
  pose proof (pivots_solid _ _ _ H0 HG (gram_triangle (shape_of E))) as solid_shape.
  assert (Lv : length h = length value) by (symmetry; now apply related_length with (1 := S)).
  assert (Lc : length h = length (center_of E)) by (unfold center_of; rewrite length_map in *; lia).
  assert (Ls : length h = length (shape_of E)) by (unfold shape_of; rewrite length_map in *; lia).
  assert (Ly : length ys = length h) by (apply related_length in Y; rewrite length_map in Y; lia).
  assert (Lg : length gs = length h) by (apply related_length in G; rewrite length_map in G; lia).
  assert (LB : length Bs = length h) by (apply related_length in B; rewrite length_map in B; lia).
  assert (Ld : length ds = length h).
  { apply related_length in D. rewrite map2_length in D; rewrite !length_map in *; lia. }
  assert (Le : length e = length h) by (apply Forall2_length in LE; lia).
  set (v := map2 Rminus ys (center_of E)). assert (Lv' : length v = length h) by (unfold v; rewrite map2_length; lia).
  set (real_parts := map (fun x => [x]) v :: gs :: map (fun k => map (scaled (/ 2)) (map (fun rows => nth k rows []) Bs)) (seq 0 blocks)).
  assert (HP : Forall2 related_rows
    (map (fun x => [x]) (map2 minus (map (fun f => heart (middle f)) value) (map point (middle_of E))) :: map linear value ::
      map (fun k => map (fun f => map (times (inverse (integer 2))) (nth k (curved f) [])) value) (seq 0 blocks)) real_parts).
  { constructor; [|constructor; auto].
    - apply related_map with (r := holds); auto. now apply differences_of_lists.
    - apply related_same_map. intros k. now apply halved_related. }
  pose proof (total_related _ _ _ intervals_hold _ _ HW) as HT. rewrite total_is_total in HT.
  pose proof (room_related _ _ _ intervals_hold _ _ _ _ HT (errors_of_related _ _ _ intervals_hold _ _ _ _ HE HS) _ _ HW _ _ HP _ _ HG) as HR.
  pose proof (all_above_zero _ _ HW H5) as PW. pose proof (all_above_zero _ _ HS H6) as PS.
  assert (W0 : 0 < total_of ws).
  { assert (LW : length ws = (blocks + 3)%nat) by (apply related_length in HW; lia). destruct PW as [|w ws' P PW]; [simpl in LW; lia|].
    simpl. assert (0 <= total_of ws') by (clear - PW; induction PW; simpl; lra). lra. }
  assert (length_parts : Forall (fun rows => length rows = length (gram (N := reals) (shape_of E))) real_parts).
  { rewrite gram_length. unfold real_parts. constructor; [rewrite length_map; lia|]. constructor; [lia|].
    apply Forall_forall. intros rows I. apply in_map_iff in I. destruct I as (k & <- & _). rewrite !length_map. lia. }
  assert (Lspread : length (map real_of (spread E)) = length h) by (rewrite length_map in *; lia).
  assert (Lerr : length (errors_of (N := reals) e (map real_of (spread E))) = length h).
  { rewrite errors_of_length; lia. }
  assert (T : triangle (room (N := reals) (total_of ws) (gram (N := reals) (shape_of E)) ws real_parts (errors_of (N := reals) e (map real_of (spread E))))).
  { apply room_triangle; auto; [apply gram_triangle|]. rewrite gram_length. lia. }
  pose proof (pivots_solid _ _ _ H9 HR T) as [PR _].
  destruct (reached (shape_of E) (map2 Rminus h (center_of E))) as (u' & U' & EU); auto.
  - now rewrite map2_length.
  - intros a. set (xs := inner a v :: inner a (at_vector gs u) ::
      map (fun k => bend u k (mixture a (map (fun rows => nth k rows []) Bs))) (seq 0 blocks)).
    assert (HB : forall rows, In rows Bs -> (length rows <= blocks)%nat).
    { intros rows I. clear - B H8 I. revert Bs B I. induction value as [|f value IH]; intros Bs B I; inversion B as [|? b ? Bs' Hb HB]; subst; [destruct I|].
      cbn [forallb] in H8. apply andb_true_iff in H8. destruct H8 as [H8 H9]. apply Nat.leb_le in H8. destruct I as [<-|I]; [|eapply IH; eauto].
      apply Forall2_length in Hb. lia. }
    assert (SUM : inner a (map2 Rminus h (center_of E)) = total_of xs + inner a ds).
    { rewrite inner_differences, EQ by auto. rewrite (inner_parts u blocks Bs HB a). unfold xs. cbn [total_of]. unfold v.
      rewrite inner_differences by lia. ring. }
    assert (HX : Forall2 (fits a) xs real_parts).
    { unfold xs, real_parts. constructor; [apply center_fits|]. constructor; [now apply linear_fits|].
      apply related_same_map. intros k. now apply bend_fits. }
    destruct (room_sum a (total_of ws) (inner a ds) (errors_of (N := reals) e (map real_of (spread E)))) with
      (weights := ws) (parts := real_parts) (xs := xs) (M := gram (N := reals) (shape_of E)) as (Q & HQ & S1 & S2); auto.
    + destruct (errors_square e (map real_of (spread E)) a ds LE PS) as (A1 & A2 & A3); [lia|].
      rewrite inner_errors. lra.
    + unfold real_parts. cbn [length]. rewrite length_map, length_seq. apply related_length in HW. lia.
    + apply gram_triangle.
    + rewrite gram_length. exact (eq_trans Lerr Ls).
    + rewrite SUM. lra.
  - exists u'. split; auto. rewrite EU. now apply added_back.
Qed.
End Ellipsoids.
