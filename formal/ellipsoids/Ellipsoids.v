(* Ellipsoids c + L u, |u| <= 1, and what it takes to show that one holds all numbers of some forms. *)

From Coq Require Import ZArith Reals List Bool Arith Lra Lia.
From Interval Require Import Float.Sig Interval.Interval Real.Xreal.
From Anylength Require Import Numbers Program Agreement Intervals Vectors Matrices Bends Room Forms Certificate.
Import ListNotations.
Local Open Scope R_scope.

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
  destruct IH as (ys & gs & Bs & ds & Y & G & B & D & E). destruct S as (c & g & b & s & C & Hg & Hb & _ & _ & ->).
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
