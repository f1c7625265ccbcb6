(* Third-order terms: the product of a linear number f . u and second-order terms is about a linear number. *)

From Coq Require Import Reals List Arith Lra Lia Psatz.
From Anylength Require Import Vectors Matrices Bends.
Import ListNotations.
Local Open Scope R_scope.

(* The Gram determinant of three vectors, of which the first is no longer than 1. *)
Lemma gram_of_three u b c : inner u u <= 1 ->
  inner b u * inner b u * inner c c + inner c u * inner c u * inner b b + inner b c * inner b c
  <= inner b b * inner c c + 2 * (inner b u * inner c u * inner b c).
Proof.
  intros U. pose proof (square_of_inner b u) as BU. pose proof (square_of_inner b c) as BC. pose proof (square_of_inner c u) as CU.
  pose proof (square_of_inner (sum (scaled (inner b b) c) (scaled (- inner b c) b)) (sum (scaled (inner b b) u) (scaled (- inner b u) b))) as S.
  repeat rewrite ?inner_sum, ?inner_scaled, ?(inner_swap _ (sum _ _)) in S.
  rewrite (inner_swap u b), (inner_swap c b), (inner_swap u c) in S.
  pose proof (inner_self b) as P. pose proof (inner_self c) as Q. pose proof (inner_self u) as O.
  set (B := inner b b) in *. set (C := inner c c) in *. set (V := inner u u) in *.
  set (d := inner b c) in *. set (y := inner b u) in *. set (z := inner c u) in *.
  destruct P as [P|P].
  - assert (B * B * ((B * z - y * d) * (B * z - y * d)) <= B * B * ((B * C - d * d) * (B * V - y * y))) by lra.
    assert (T : (B * z - y * d) * (B * z - y * d) <= (B * C - d * d) * (B * V - y * y)).
    { apply Rmult_le_reg_l with (B * B); auto. now apply Rmult_lt_0_compat. }
    assert ((B * C - d * d) * (B * V - y * y) <= (B * C - d * d) * (B - y * y)) by (apply Rmult_le_compat_l; nra).
    apply Rmult_le_reg_l with B; auto. lra.
  - rewrite <- P in *. assert (y = 0) by nra. assert (d = 0) by nra. subst. nra.
Qed.

Lemma size_below a k : 0 <= k -> inner a a <= k * k -> size a <= k.
Proof. intros K H. unfold size. rewrite <- (sqrt_square k K). now apply sqrt_le_1_alt. Qed.

(* The product of three numbers that are linear in u is about a linear one. *)
Theorem product_of_three f g h u : inner u u <= 1 ->
  Rabs (inner f u * (inner g u * inner h u) - (inner g h * inner f u + inner f h * inner g u + inner f g * inner h u) / 4)
  <= size f * (size g * size h) / 4.
Proof.
  intros U. set (w := sum (scaled (4 * (inner g u * inner h u) - inner g h) u) (sum (scaled (- inner g u) h) (scaled (- inner h u) g))).
  assert (E : inner f w = 4 * (inner f u * (inner g u * inner h u)) - (inner g h * inner f u + inner f h * inner g u + inner f g * inner h u)).
  { unfold w. rewrite inner_swap, !inner_sum, !inner_scaled, (inner_swap u f), (inner_swap h f), (inner_swap g f). ring. }
  assert (W : size w <= size g * size h).
  { apply size_below; [apply Rmult_le_pos; apply size_positive|].
    replace (size g * size h * (size g * size h)) with (inner g g * inner h h) by (rewrite <- !size_squared; ring).
    pose proof (gram_of_three u g h U) as G. pose proof (Rle_0_sqr (4 * (inner g u * inner h u) - inner g h)) as S. unfold Rsqr in S.
    unfold w. repeat rewrite ?inner_sum, ?inner_scaled, ?(inner_swap _ (sum _ _)).
    rewrite (inner_swap u g), (inner_swap u h), (inner_swap h g). nra. }
  pose proof (inner_below f w) as B. rewrite E in B. pose proof (size_positive f).
  assert (size f * size w <= size f * (size g * size h)) by (now apply Rmult_le_compat_l).
  apply between_abs in B. apply Rabs_le. lra.
Qed.

(* The linear number for a row of second-order terms, and for all rows. *)
Definition lean (u f : vector) (k : nat) (row : vector) : R :=
  (nth k f 0 * inner row u + inner row f * nth k u 0 - nth k row 0 * inner f u) / 4.

Fixpoint leans (u f : vector) (k : nat) (rows : matrix) : R :=
  match rows with
  | [] => 0
  | row :: rest => lean u f k row + leans u f (S k) rest
  end.

Fixpoint leaning (f : vector) (k : nat) (rows : matrix) : vector :=
  match rows with
  | [] => []
  | row :: rest =>
      sum (sum (scaled (nth k f 0 / 4) row) (scaled (inner row f / 4) (unit_vector k)))
          (sum (scaled (- (nth k row 0 / 4)) f) (leaning f (S k) rest))
  end.

Lemma inner_leaning u f rows : forall k, inner (leaning f k rows) u = leans u f k rows.
Proof.
  induction rows as [|row rest IH]; intros k; simpl; auto. rewrite !inner_sum, !inner_scaled, inner_unit, IH. unfold lean. field.
Qed.

Lemma lean_sum u f k a b : lean u f k (sum a b) = lean u f k a + lean u f k b.
Proof. unfold lean. rewrite !inner_sum, nth_sum. field. Qed.

Lemma leans_sum u f a : forall b k, leans u f k (joined sum a b) = leans u f k a + leans u f k b.
Proof. induction a as [|x a IH]; intros [|y b] k; simpl; try lra. rewrite lean_sum, IH. lra. Qed.

Lemma lean_scaled u f k c a : lean u f k (scaled c a) = c * lean u f k a.
Proof. unfold lean. rewrite !inner_scaled, nth_scaled. field. Qed.

Lemma leans_scaled u f c a : forall k, leans u f k (map (scaled c) a) = c * leans u f k a.
Proof. induction a as [|x a IH]; intros k; simpl; try lra. rewrite lean_scaled, IH. lra. Qed.

Lemma leans_append u f a b : forall k, leans u f k (a ++ b) = leans u f k a + leans u f (k + length a) b.
Proof.
  induction a as [|x a IH]; intros k; simpl; [rewrite Nat.add_0_r; lra|]. rewrite IH, Nat.add_succ_r. simpl. lra.
Qed.

(* s bounds the second-order terms, and half of s |f| how far their product with f . u is from that number. *)
Definition bounds_terms (u : vector) (s : R) (rows : matrix) : Prop :=
  Rabs (bends u 0 rows) <= s /\ forall f, Rabs (inner f u * bends u 0 rows - leans u f 0 rows) <= s * size f / 2.

Lemma nothing_bounds u : bounds_terms u 0 [].
Proof. split; simpl; intros; rewrite ?Rmult_0_r, ?Rminus_0_r, Rabs_R0; lra. Qed.

Lemma sum_bounds u s t a b : bounds_terms u s a -> bounds_terms u t b -> bounds_terms u (s + t) (joined sum a b).
Proof.
  intros [S A] [T B]. split; [|intros f; specialize (A f); specialize (B f)]; rewrite bends_sum, ?leans_sum.
  - eapply Rle_trans; [apply Rabs_triang|]. lra.
  - replace (_ - _) with (inner f u * bends u 0 a - leans u f 0 a + (inner f u * bends u 0 b - leans u f 0 b)) by ring.
    eapply Rle_trans; [apply Rabs_triang|]. lra.
Qed.

Lemma scaled_bounds u c s a : bounds_terms u s a -> bounds_terms u (Rabs c * s) (map (scaled c) a).
Proof.
  intros [S A]. pose proof (Rabs_pos c). split; [|intros f; specialize (A f)]; rewrite bends_scaled, ?leans_scaled.
  - rewrite Rabs_mult. now apply Rmult_le_compat_l.
  - replace (_ - _) with (c * (inner f u * bends u 0 a - leans u f 0 a)) by ring. rewrite Rabs_mult.
    replace (Rabs c * s * size f / 2) with (Rabs c * (s * size f / 2)) by field. now apply Rmult_le_compat_l.
Qed.

Lemma least_bounds u s t a : bounds_terms u s a -> bounds_terms u t a -> bounds_terms u (Rmin s t) a.
Proof. unfold Rmin. destruct (Rle_dec s t); auto. Qed.

Lemma size_unit k : size (unit_vector k) = 1.
Proof. unfold size. rewrite inner_unit, nth_unit. apply sqrt_1. Qed.

(* The lengths of rows bound them. *)
Lemma sizes_bound_from u rows : inner u u <= 1 -> forall k f,
  Rabs (inner f u * bends u k rows - leans u f k rows) <= sizes rows / 2 * size f / 2.
Proof.
  intros U. induction rows as [|row rest IH]; intros k f; simpl; [rewrite Rmult_0_r, Rminus_0_r, Rabs_R0; lra|].
  pose proof (product_of_three f (unit_vector k) row u U) as P. rewrite size_unit, !inner_unit in P.
  rewrite (inner_swap f (unit_vector k)), inner_unit, (inner_swap f row) in P. specialize (IH (S k) f).
  replace (_ - _) with (inner f u * (nth k u 0 * inner row u) - (nth k row 0 * inner f u + inner row f * nth k u 0 + nth k f 0 * inner row u) / 4
    + (inner f u * bends u (S k) rest - leans u f (S k) rest)) by (unfold bend, lean; field).
  eapply Rle_trans; [apply Rabs_triang|]. lra.
Qed.

Lemma sizes_bound u rows : inner u u <= 1 -> bounds_terms u (sizes rows / 2) rows.
Proof. intros U. split; [now apply bends_below|]. intros f. now apply sizes_bound_from. Qed.

(* For the rows of a product of g . u and h . u, the lengths of g and h do. *)
Lemma leans_of_rows u f blocks g h n : (n <= blocks)%nat -> leans u f 0 (map (product_row blocks g h) (seq 0 n)) =
  (inner h u * heads n g f + inner (cleared 0 blocks g) u * heads n h f + inner h f * heads n g u + inner (cleared 0 blocks g) f * heads n h u
   - heads n g h * inner f u) / 4.
Proof.
  induction n as [|n IH]; intros L; [simpl; lra|].
  rewrite seq_S, map_app, leans_append, IH by lia. rewrite length_map, length_seq, !heads_next. simpl.
  unfold lean, product_row. rewrite !inner_sum, !inner_scaled, nth_sum, !nth_scaled, nth_cleared by lia. field.
Qed.

Theorem product_bounds u blocks g h : inner u u <= 1 ->
  bounds_terms u (size g * size h / 2 + size (cleared 0 blocks g) * size (cleared 0 blocks h) / 2) (map (product_row blocks g h) (seq 0 blocks)).
Proof.
  intros U. set (g' := cleared 0 blocks g). set (h' := cleared 0 blocks h).
  assert (G : forall v, heads blocks g v = inner g v - inner g' v) by (intros v; pose proof (inner_cleared blocks g v); unfold g'; lra).
  assert (H : forall v, heads blocks h v = inner h v - inner h' v) by (intros v; pose proof (inner_cleared blocks h v); unfold h'; lra).
  assert (C : inner g' h = inner g' h') by (unfold g', h'; now rewrite inner_both_cleared).
  split; [|intros f]; rewrite bends_of_rows by lia; fold g'; rewrite ?leans_of_rows by lia; fold g'; rewrite !G, !H, C.
  - pose proof (between_abs _ _ (product_of_inners g h u U)). pose proof (between_abs _ _ (product_of_inners g' h' u U)).
    apply Rabs_le. lra.
  - pose proof (between_abs _ _ (product_of_three f g h u U)). pose proof (between_abs _ _ (product_of_three f g' h' u U)).
    rewrite (inner_swap h f), (inner_swap g f), (inner_swap g' f), (inner_swap h' f). apply Rabs_le. lra.
Qed.
