(* Ellipsoids c + L u, |u| <= 1, and what it takes to show that one holds all numbers of some forms. *)

From Coq Require Import ZArith Reals List Bool Arith Lra Lia.
From Flocq Require Import Core.
From Interval Require Import Float.Sig Interval.Interval Real.Xreal.
From Anylength Require Import Numbers Program Agreement Intervals Vectors Matrices Bends Room Joint Forms Certificate.
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

(* Whether w (1 - 2 t) is at most s, without rounding: of two floats that are the same, intervals would not say so. *)
Definition less_exactly (a b : dyadic) : dyadic :=
  let e := Z.min (snd a) (snd b) in (fst a * 2 ^ (snd a - e) - fst b * 2 ^ (snd b - e), e)%Z.
Definition twice (t : dyadic) : dyadic := (fst t, snd t + 1)%Z.
Definition product_exactly (a b : dyadic) : dyadic := (fst a * fst b, snd a + snd b)%Z.
Definition is_narrow (s w t : dyadic) : bool := (0 <=? fst (less_exactly s (product_exactly w (less_exactly (1, 0)%Z (twice t)))))%Z.

Lemma less_exactly_is_less a b : real_of (less_exactly a b) = real_of a - real_of b.
Proof.
  destruct a as [m e], b as [n f]. unfold less_exactly. cbn [fst snd].
  change (F2R (Float radix2 (m * 2 ^ (e - Z.min e f) - n * 2 ^ (f - Z.min e f)) (Z.min e f)) = F2R (Float radix2 m e) - F2R (Float radix2 n f)).
  rewrite (F2R_change_exp radix2 (Z.min e f) m e), (F2R_change_exp radix2 (Z.min e f) n f) by lia.
  unfold F2R. cbn [Fnum Fexp]. rewrite minus_IZR. unfold Zpower. simpl radix_val. ring.
Qed.

Lemma product_exactly_is_product a b : real_of (product_exactly a b) = real_of a * real_of b.
Proof. unfold product_exactly, real_of. cbn [fst snd]. rewrite mult_IZR, bpow_plus. ring. Qed.

Lemma twice_is_twice t : real_of (twice t) = 2 * real_of t.
Proof. unfold twice, real_of. cbn [fst snd]. rewrite bpow_plus. change (bpow radix2 1) with 2. ring. Qed.

Lemma is_narrow_correct s w t : is_narrow s w t = true -> real_of w * (1 - 2 * real_of t) <= real_of s.
Proof.
  intros H. apply Z.leb_le in H. assert (P : 0 <= real_of (less_exactly s (product_exactly w (less_exactly (1, 0)%Z (twice t))))).
  { apply Rmult_le_pos; [now apply IZR_le | apply bpow_ge_0]. }
  rewrite less_exactly_is_less, product_exactly_is_product, less_exactly_is_less, twice_is_twice in P.
  assert (one_is_one : real_of (1, 0)%Z = 1) by (unfold real_of; simpl; lra). rewrite one_is_one in P. lra.
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

(* A form's middle is a number and what is beside that. *)
Definition hearts (value : list form) : list I.type := map (fun f => heart (middle f)) value.
Definition offsets (value : list form) : list I.type := map2 minus (map middle value) (hearts value).
Definition column (l : list I.type) : list (list I.type) := map (fun x => [x]) l.

(* Each part of the forms has a weight, and the last weight is for all errors. *)
Definition fits_in (A : area) (weights : list I.type) (parts : list (list (list I.type))) (value : list form) : bool :=
  let sizes := map I.abs (offsets value) in
  let errors := errors_of (N := intervals) (map right_end sizes) (spreads A) in
  let left := room (N := intervals) (total (N := intervals) weights) (own A) weights parts errors in
  is_solid A && (length value =? length (place A))%nat && (length value =? length (rows A))%nat && (length value =? length (spreads A))%nat &&
  (length weights =? S (length parts))%nat && forallb is_above_zero weights && forallb is_above_zero (spreads A) && forallb I.bounded sizes &&
  pivots (length left) left.

(* The weights are for what the middles differ by from c, the linear parts, each row of second-order terms, and all errors. *)
Definition included (blocks : nat) (A : area) (weights : list I.type) (value : list form) : bool :=
  let halved := times (inverse (integer 2)) in
  fits_in A weights (column (map2 minus (hearts value) (place A)) :: map linear value ::
                     map (fun k => map (fun f => map halved (nth k (curved f) [])) value) (seq 0 blocks)) value &&
  forallb (fun f => length (curved f) <=? blocks)%nat value.

(* Joint weights are for the middles, the linear parts, the products and the errors. The weights and the shifts of the squares follow. That
   a shift is from 0 to 1/2 is a rule of certificates, which the proof does without. *)
Definition included_jointly (joint : nat) (A : area) (weights : list dyadic) (value : list form) : bool :=
  match weights with
  | m :: d :: s :: e :: squares =>
      let ws := firstn joint squares in
      let ts := skipn joint squares in
      let kept := seq 0 joint in
      let others := seq joint (length (place A) - joint) in
      let moves := map (fun f => moved (N := intervals) kept (map point ts) (curved f)) value in
      let share := share_of_products (N := intervals) kept (map point ws) (map point ts) (point s) in
      let stretch := stretches (N := intervals) kept others (map point ws) (map point ts) (point s) in
      let products := map (fun f => map2 times stretch (coefficients (N := intervals) kept others (curved f))) value in
      (1 <=? joint)%nat && (length squares =? joint + joint)%nat && forallb is_above_zero (map point (s :: ws)) &&
      forallb (fun t => (0 <=? fst t)%Z && (0 <=? fst (less_exactly (1, 0)%Z (twice t)))%Z) ts &&
      forallb (fun k => is_narrow s (nth k ws s) (nth k ts (0, 0)%Z)) kept &&
      forallb (fun f => (length (curved f) <=? joint)%nat && forallb (fun row => length row <=? length (place A))%nat (curved f)) value &&
      fits_in A [point m; point d; share; point e]
        [column (map2 plus (map2 minus (hearts value) (place A)) moves); map linear value; products] value
  | _ => false
  end.

Definition center_of (E : ellipsoid) : vector := map real_of (middle_of E).
Definition shape_of (E : ellipsoid) : matrix := map (map real_of) (shape E).

(* The coefficients of forms for the numbers h. *)
Lemma opened u value h : Forall2 (stands_for u) value h -> exists ys gs Bs ds,
  related (hearts value) ys /\ related_rows (map linear value) gs /\ Forall2 related_rows (map curved value) Bs /\ related (offsets value) ds /\
  forall a, inner a h = inner a ys + inner a (at_vector gs u) + inner a (map (bends u 0) Bs) + inner a ds.
Proof.
  induction 1 as [|f x value h S F IH]; [exists [], [], [], []; repeat split; simpl; auto; intros a; rewrite inner_empty; ring|].
  destruct IH as (ys & gs & Bs & ds & Y & G & B & D & E). destruct S as (c & g & b & s & C & Hg & Hb & _ & _ & ->).
  destruct (heart_holds (middle f)) as [y Hy]. exists (y :: ys), (g :: gs), (b :: Bs), (c - y :: ds).
  repeat split; simpl; auto; [constructor; auto; now apply minus_holds|].
  intros [|p a]; simpl; [ring|]. rewrite E. ring.
Qed.

Lemma bounds_of beside_ ds : related beside_ ds -> forallb I.bounded (map I.abs beside_) = true ->
  exists e, related (map right_end (map I.abs beside_)) e /\ Forall2 (fun x y => Rabs x <= y) ds e.
Proof.
  induction 1 as [|i x beside_ ds X F IH]; simpl; intros H; [exists []; auto|].
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

Lemma column_related l x : related l x -> related_rows (column l) (map (fun y => [y]) x).
Proof. apply related_map with (r := holds). auto. Qed.

Lemma lengths_fit E weights parts value : fits_in (area_of E) weights parts value = true ->
  length value = length (center_of E) /\ length value = length (shape_of E).
Proof.
  unfold fits_in. rewrite !andb_true_iff. intros [[[[[[[[_ H1] H2] _] _] _] _] _] _]. apply Nat.eqb_eq in H1, H2.
  unfold center_of, shape_of. cbn [area_of place rows] in *. rewrite !length_map in *. auto.
Qed.

(* In each direction the numbers are a sum of parts that fit, and errors. *)
Theorem fits_in_correct E weights ws parts real_parts value h ds : fits_in (area_of E) weights parts value = true -> related weights ws ->
  length h = length value -> Forall2 related_rows parts real_parts -> Forall (fun rows => length rows = length h) real_parts ->
  related (offsets value) ds -> length ds = length h ->
  (forall a, exists xs, Forall2 (fits a) xs real_parts /\ inner a (map2 Rminus h (center_of E)) = total_of xs + inner a ds) ->
  in_ellipsoid (center_of E) (shape_of E) h.
Proof.
  intros H HW Lv HP LP D Ld SUM. destruct (lengths_fit _ _ _ _ H) as [Lc Ls]. unfold fits_in in H. rewrite !andb_true_iff in H.
  destruct H as [[[[[[[[H0 H1] H2] H3] H4] H5] H6] H7] H9]. apply Nat.eqb_eq in H3, H4. cbn [area_of place rows spreads own is_solid] in *.
  destruct (bounds_of _ _ D H7) as (e & HE & LE).
  assert (HL : related_rows (map (map point) (shape E)) (shape_of E)) by (apply related_same_map; intros; apply related_same_map, point_holds).
  assert (HS : related (map point (spread E)) (map real_of (spread E))) by apply related_same_map, point_holds.
  pose proof (gram_related _ _ _ intervals_hold _ _ HL) as HG.
  pose proof (pivots_solid _ _ _ H0 HG (gram_triangle (shape_of E))) as solid_shape.
  assert (Le : length e = length h) by (apply Forall2_length in LE; lia).
  pose proof (total_related _ _ _ intervals_hold _ _ HW) as HT. rewrite total_is_total in HT.
  pose proof (room_related _ _ _ intervals_hold _ _ _ _ HT (errors_of_related _ _ _ intervals_hold _ _ _ _ HE HS) _ _ HW _ _ HP _ _ HG) as HR.
  pose proof (all_above_zero _ _ HW H5) as PW. pose proof (all_above_zero _ _ HS H6) as PS.
  assert (LW : length ws = S (length real_parts)) by (apply related_length in HW, HP; lia).
  assert (W0 : 0 < total_of ws).
  { destruct PW as [|w ws' P PW]; [simpl in LW; lia|].
    simpl. assert (0 <= total_of ws') by (clear - PW; induction PW; simpl; lra). lra. }
  assert (length_parts : Forall (fun rows => length rows = length (gram (N := reals) (shape_of E))) real_parts).
  { rewrite gram_length. apply Forall_impl with (2 := LP). intros; lia. }
  assert (Lspread : length (map real_of (spread E)) = length h) by (rewrite length_map in *; lia).
  assert (Lerr : length (errors_of (N := reals) e (map real_of (spread E))) = length h).
  { rewrite errors_of_length; lia. }
  assert (T : triangle (room (N := reals) (total_of ws) (gram (N := reals) (shape_of E)) ws real_parts (errors_of (N := reals) e (map real_of (spread E))))).
  { apply room_triangle; auto; [apply gram_triangle|]. rewrite gram_length. lia. }
  pose proof (pivots_solid _ _ _ H9 HR T) as [PR _].
  destruct (reached (shape_of E) (map2 Rminus h (center_of E))) as (u' & U' & EU); auto.
  - rewrite map2_length; [exact (eq_trans Lv Ls) | congruence].
  - intros a. destruct (SUM a) as (xs & HX & SUM_a).
    destruct (room_sum a (total_of ws) (inner a ds) (errors_of (N := reals) e (map real_of (spread E)))) with
      (weights := ws) (parts := real_parts) (xs := xs) (M := gram (N := reals) (shape_of E)) as (Q & HQ & S1 & S2); auto.
    + destruct (errors_square e (map real_of (spread E)) a ds LE PS) as (A1 & A2 & A3); [lia|].
      rewrite inner_errors. lra.
    + apply gram_triangle.
    + rewrite gram_length. exact (eq_trans Lerr (eq_trans Lv Ls)).
    + rewrite SUM_a. lra.
  - exists u'. split; auto. rewrite EU. apply added_back. lia.
Qed.

Lemma lengths_of_parts value (h : vector) ys gs Bs ds : length h = length value -> related (hearts value) ys -> related_rows (map linear value) gs ->
  Forall2 related_rows (map curved value) Bs -> related (offsets value) ds ->
  length ys = length h /\ length gs = length h /\ length Bs = length h /\ length ds = length h.
Proof.
  intros L Y G B D. apply related_length in Y, G, B, D. unfold offsets in D. unfold hearts in *. rewrite map2_length in D; rewrite !length_map in *; lia.
Qed.

Theorem included_correct blocks E weights ws value u h :
  included blocks (area_of E) weights value = true -> related weights ws -> inner u u <= 1 -> Forall2 (stands_for u) value h ->
  in_ellipsoid (center_of E) (shape_of E) h.
Proof.
  intros H HW U S. unfold included in H. apply andb_true_iff in H. destruct H as [H H8].
  destruct (opened u value h S) as (ys & gs & Bs & ds & Y & G & B & D & EQ).
  assert (Lv : length h = length value) by (symmetry; now apply related_length with (1 := S)).
  destruct (lengths_of_parts value h ys gs Bs ds) as (Ly & Lg & LB & Ld); auto. destruct (lengths_fit _ _ _ _ H) as [Lc _].
  assert (HC : related (map point (middle_of E)) (center_of E)) by apply related_same_map, point_holds.
  set (v := map2 Rminus ys (center_of E)). assert (Lv' : length v = length h) by (unfold v; rewrite map2_length; lia).
  apply (fits_in_correct E weights ws _ (map (fun x => [x]) v :: gs ::
    map (fun k => map (scaled (/ 2)) (map (fun rows => nth k rows []) Bs)) (seq 0 blocks)) value h ds H HW Lv); auto.
  - constructor; [|constructor; auto].
    + apply column_related. now apply differences_of_lists.
    + apply related_same_map. intros k. now apply halved_related.
  - constructor; [rewrite length_map; lia|]. constructor; [lia|].
    apply Forall_forall. intros rows I. apply in_map_iff in I. destruct I as (k & <- & _). rewrite !length_map. lia.
  - intros a. exists (inner a v :: inner a (at_vector gs u) ::
      map (fun k => bend u k (mixture a (map (fun rows => nth k rows []) Bs))) (seq 0 blocks)). split.
    + constructor; [apply center_fits|]. constructor; [now apply linear_fits|]. apply related_same_map. intros k. now apply bend_fits.
    + assert (HB : forall rows, In rows Bs -> (length rows <= blocks)%nat).
      { intros rows I. clear - B H8 I. revert Bs B I. induction value as [|f value IH]; intros Bs B I; inversion B as [|? b ? Bs' Hb HB]; subst; [destruct I|].
        cbn [forallb] in H8. apply andb_true_iff in H8. destruct H8 as [H8 H9]. apply Nat.leb_le in H8. destruct I as [<-|I]; [|eapply IH; eauto].
        apply Forall2_length in Hb. lia. }
      rewrite inner_differences, EQ by lia. rewrite (inner_parts u blocks Bs HB a). cbn [total_of]. unfold v.
      rewrite inner_differences by lia. ring.
Qed.

Lemma sums_of_lists a x : related a x -> forall b y, related b y -> related (map2 plus a b) (map2 Rplus x y).
Proof. induction 1; intros b y' B; destruct B; simpl; auto. constructor; auto. now apply plus_holds. Qed.

Lemma inner_sums a : forall x y : vector, length x = length y -> inner a (map2 Rplus x y) = inner a x + inner a y.
Proof.
  induction a as [|p a IH]; intros [|r x] [|q y] L; simpl in *; try discriminate; try ring. rewrite IH by lia. ring.
Qed.

(* Small enough are the rows of a form, and so are those that they hold. *)
Lemma rows_are_small joint most value Bs :
  forallb (fun f => (length (curved f) <=? joint)%nat && forallb (fun row => length row <=? most)%nat (curved f)) value = true ->
  Forall2 related_rows (map curved value) Bs ->
  Forall (fun rows : matrix => (length rows <= joint)%nat /\ Forall (fun row : vector => length row <= joint + (most - joint))%nat rows) Bs.
Proof.
  intros H. revert Bs. induction value as [|f value IH]; intros Bs B; inversion B as [|? b ? Bs' Hb HB]; subst; auto.
  cbn [forallb] in H. rewrite !andb_true_iff in H. destruct H as [[H1 H2] H3]. apply Nat.leb_le in H1. constructor; auto. split.
  - apply Forall2_length in Hb. lia.
  - clear - Hb H2. induction Hb as [|r r' l l' R Hb IH]; auto. cbn [forallb] in H2. apply andb_true_iff in H2. destruct H2 as [L H2].
    apply Nat.leb_le in L. apply Forall2_length in R. constructor; auto. lia.
Qed.

Lemma bends_are_sums u kept others ws ts s z Bs :
  Forall (fun rows => bends u 0 rows = inner (products_row (N := reals) kept others ws ts s rows) z + moved (N := reals) kept ts rows) Bs ->
  map (bends u 0) Bs =
  map2 Rplus (at_vector (map (products_row (N := reals) kept others ws ts s) Bs) z) (map (moved (N := reals) kept ts) Bs).
Proof. induction 1 as [|rows Bs E F IH]; simpl; auto. unfold at_vector in IH. now rewrite E, IH. Qed.

Theorem included_jointly_correct joint E weights value u h :
  included_jointly joint (area_of E) weights value = true -> inner u u <= 1 -> Forall2 (stands_for u) value h ->
  in_ellipsoid (center_of E) (shape_of E) h.
Proof.
  intros H U S. unfold included_jointly in H. destruct weights as [|m [|d [|s [|e squares]]]]; try discriminate. cbv zeta in H.
  rewrite !andb_true_iff in H. destruct H as [[[[[[J L] P] _] K] R] H]. apply Nat.leb_le in J. apply Nat.eqb_eq in L.
  set (ws := firstn joint squares) in *. set (ts := skipn joint squares) in *. set (kept := seq 0 joint) in *.
  set (more := (length (place (area_of E)) - joint)%nat) in *. set (others := seq joint more) in *.
  destruct (opened u value h S) as (ys & gs & Bs & ds & Y & G & B & D & EQ).
  assert (Lv : length h = length value) by (symmetry; now apply related_length with (1 := S)).
  destruct (lengths_of_parts value h ys gs Bs ds) as (Ly & Lg & LB & Ld); auto. destruct (lengths_fit _ _ _ _ H) as [Lc _].
  assert (points : forall l, related (map point l) (map real_of l)) by (intros l; apply related_same_map, point_holds).
  pose proof (all_above_zero _ _ (points (s :: ws)) P) as PW. inversion PW as [|? ? Ps Pws]; subst. clear PW.
  assert (narrow : forall k, (k < joint)%nat -> nth k (map real_of ws) (real_of s) * (1 - 2 * nth k (map real_of ts) 0) <= real_of s).
  { intros k I. rewrite forallb_forall in K. specialize (K k ltac:(apply in_seq; lia)). apply is_narrow_correct in K.
    rewrite <- zero_is_zero. change (zero (N := reals)) with (real_of (0, 0)%Z). now rewrite !map_nth. }
  destruct (products_as_vector u joint more (map real_of ws) (map real_of ts) (real_of s)) as (z & Z & products); auto.
  { unfold ws. rewrite length_map, length_firstn. lia. }
  pose proof (rows_are_small _ _ _ _ R B) as small. fold more in small.
  set (v := map2 Rplus (map2 Rminus ys (center_of E)) (map (moved (N := reals) kept (map real_of ts)) Bs)).
  set (row := products_row (N := reals) kept others (map real_of ws) (map real_of ts) (real_of s)).
  assert (Lm : length (map2 Rminus ys (center_of E)) = length h) by (rewrite map2_length; lia).
  assert (Lv' : length v = length h) by (unfold v; rewrite map2_length; [exact Lm | rewrite length_map; exact (eq_trans Lm (eq_sym LB))]).
  apply (fits_in_correct E _ [real_of m; real_of d; share joint (map real_of ws) (map real_of ts) (real_of s); real_of e] _
    [map (fun x => [x]) v; gs; map row Bs] value h ds H); auto.
  - constructor; [apply point_holds|]. constructor; [apply point_holds|]. constructor; [|constructor; [apply point_holds | auto]].
    rewrite <- share_is_share. apply (share_related_to _ _ _ intervals_hold); auto. apply point_holds.
  - constructor; [|constructor; auto; constructor; auto].
    + apply column_related. apply sums_of_lists; [apply differences_of_lists; auto; apply points|].
      rewrite <- (map_map curved (moved (N := intervals) kept (map point ts))).
      apply related_map with (r := related_rows); auto. intros. apply (moved_related _ _ _ intervals_hold); auto.
    + rewrite <- (map_map curved (fun rows => map2 times _ (coefficients (N := intervals) kept others rows))).
      apply related_map with (r := related_rows); auto. intros rows rows' Hr.
      apply (products_row_related _ _ _ intervals_hold); auto. apply point_holds.
  - repeat constructor; rewrite ?length_map; auto.
  - intros a. exists [inner a v; inner a (at_vector gs u); inner a (at_vector (map row Bs) z)]. split.
    + constructor; [apply center_fits|]. constructor; [now apply linear_fits|]. constructor; auto. now apply linear_fits.
    + rewrite inner_differences, EQ by lia. rewrite (bends_are_sums u kept others (map real_of ws) (map real_of ts) (real_of s) z Bs).
      * fold row. unfold v. cbn [total_of]. rewrite (inner_sums a (map2 Rminus ys (center_of E))), inner_sums, inner_differences by
          (unfold at_vector; rewrite ?length_map; first [reflexivity | lia | exact (eq_trans Lm (eq_sym LB))]). ring.
      * apply Forall_impl with (2 := small). intros rows [Q W]. now apply products.
Qed.
End Ellipsoids.
