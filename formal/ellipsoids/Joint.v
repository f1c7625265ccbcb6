(* Joint weights: the products of two numbers of u together have one share. They cannot all be as large as each can be. *)

From Coq Require Import ZArith Reals List Arith Lra Lia Psatz.
From Anylength Require Import Numbers Program Agreement Vectors Matrices Bends Room.
Import ListNotations.
Local Open Scope R_scope.

(* A number for each index that is kept, and one for each pair of it with an index that comes later. *)
Fixpoint pairs {A : Type} (f : nat -> A) (g : nat -> nat -> A) (kept others : list nat) : list A :=
  match kept with
  | [] => []
  | k :: rest => f k :: map (g k) (rest ++ others) ++ pairs f g rest others
  end.

Section Joint.
Variable N : numbers.
Variables kept others : list nat.

(* A form's second-order terms are a sum of products of two numbers of u: the coefficients of these, and the number beside them, if
   from the square of u_k a shift t_k is taken. *)
Definition entry (rows : list (list N)) (k j : nat) : N := nth j (nth k rows []) zero.
Definition coefficients (rows : list (list N)) : list N :=
  pairs (fun k => entry rows k k) (fun k j => apply2 Add (entry rows k j) (entry rows j k)) kept others.
Definition moved (ts : list N) (rows : list (list N)) : N :=
  total (map (fun k => apply2 Multiply (apply2 Subtract (nth k ts zero) (exactly (1, -1)%Z)) (entry rows k k)) kept).

(* The weight of u_k^2 is w_k, that of u_k u_j is w_k + w_j, where w_j is s for an index that is not kept. *)
Definition weights_of_pairs (ws : list N) (s : N) : list N :=
  pairs (fun k => nth k ws s) (fun k j => apply2 Add (nth k ws s) (nth j ws s)) kept others.
Definition share_of_products (ws ts : list N) (s : N) : N :=
  apply2 Add s (total (map (fun k => apply2 Multiply (nth k ws s) (apply1 Square (nth k ts zero))) kept)).

(* The coefficients, as those of a vector that is no longer than 1. *)
Definition stretches (ws ts : list N) (s : N) : list N :=
  let share := apply1 Reciprocal (share_of_products ws ts s) in
  map (fun w => apply1 Rsqrt (apply2 Multiply w share)) (weights_of_pairs ws s).
Definition products_row (ws ts : list N) (s : N) (rows : list (list N)) : list N :=
  map2 (apply2 Multiply) (stretches ws ts s) (coefficients rows).
End Joint.

Arguments entry {N} rows k j.
Arguments coefficients {N} kept others rows.
Arguments moved {N} kept ts rows.
Arguments weights_of_pairs {N} kept others ws s.
Arguments share_of_products {N} kept ws ts s.
Arguments stretches {N} kept others ws ts s.
Arguments products_row {N} kept others ws ts s rows.

Section JointRelated.
Variables (M N : numbers) (rel : M -> N -> Prop).
Hypothesis agree : agreement rel.
Variables kept others : list nat.
Notation related := (Forall2 rel).

Lemma related_pairs {A B : Type} (r : A -> B -> Prop) f g f' g' : (forall k, r (f k) (f' k)) -> (forall k j, r (g k j) (g' k j)) ->
  Forall2 r (pairs f g kept others) (pairs f' g' kept others).
Proof.
  intros F G. induction kept as [|k rest IH]; simpl; auto. constructor; auto. apply related_append; auto. now apply related_same_map.
Qed.

Lemma entry_related a b k j : Forall2 related a b -> rel (entry a k j) (entry b k j).
Proof. intros R. unfold entry. apply related_nth; [apply related_nth; auto | apply (zero_related _ _ _ agree)]. Qed.

Lemma moved_related ts ts' a b : related ts ts' -> Forall2 related a b -> rel (moved kept ts a) (moved kept ts' b).
Proof.
  intros T R. apply (total_related _ _ _ agree), related_same_map. intros k. apply (apply2_related _ _ _ agree); [|now apply entry_related].
  apply (apply2_related _ _ _ agree); [|apply (exactly_related _ _ _ agree)]. apply related_nth; auto. apply (zero_related _ _ _ agree).
Qed.

Lemma share_related_to ws ws' ts ts' s s' : related ws ws' -> related ts ts' -> rel s s' ->
  rel (share_of_products kept ws ts s) (share_of_products kept ws' ts' s').
Proof.
  intros W T S. apply (apply2_related _ _ _ agree); auto. apply (total_related _ _ _ agree), related_same_map. intros k.
  apply (apply2_related _ _ _ agree); [now apply related_nth|]. apply (apply1_related _ _ _ agree), related_nth; auto.
  apply (zero_related _ _ _ agree).
Qed.

Lemma products_row_related ws ws' ts ts' s s' a b : related ws ws' -> related ts ts' -> rel s s' -> Forall2 related a b ->
  related (products_row kept others ws ts s a) (products_row kept others ws' ts' s' b).
Proof.
  intros W T S R. apply (map2_related _ _ _ agree).
  - apply related_map with (r := rel).
    + intros w w' Hw. apply (apply1_related _ _ _ agree), (apply2_related _ _ _ agree); auto.
      apply (apply1_related _ _ _ agree). now apply share_related_to.
    + apply related_pairs; intros; [|apply (apply2_related _ _ _ agree)]; now apply related_nth.
  - apply related_pairs; intros; [|apply (apply2_related _ _ _ agree)]; now apply entry_related.
Qed.
End JointRelated.

(* What holds of one number and of a pair holds of all. *)
Lemma pairs_same {A : Type} (f f' : nat -> A) g g' kept others : (forall k, f k = f' k) -> (forall k j, g k j = g' k j) ->
  pairs f g kept others = pairs f' g' kept others.
Proof.
  intros F G. induction kept as [|k rest IH]; simpl; auto. rewrite F, IH. f_equal. f_equal. apply map_ext. auto.
Qed.

Lemma map_pairs {A B : Type} (h : A -> B) f g kept others :
  map h (pairs f g kept others) = pairs (fun k => h (f k)) (fun k j => h (g k j)) kept others.
Proof. induction kept as [|k rest IH]; simpl; auto. now rewrite map_app, map_map, IH. Qed.

Lemma map2_append {A B C : Type} (h : A -> B -> C) a b : forall c d, length a = length b -> map2 h (a ++ c) (b ++ d) = map2 h a b ++ map2 h c d.
Proof. revert b. induction a as [|x a IH]; intros [|y b] c d L; simpl in *; try discriminate; auto. f_equal. apply IH. lia. Qed.

Lemma map2_of_maps {A B C D : Type} (h : B -> C -> D) (f : A -> B) (g : A -> C) l : map2 h (map f l) (map g l) = map (fun x => h (f x) (g x)) l.
Proof. induction l as [|x l IH]; simpl; auto. now rewrite IH. Qed.

Lemma map2_pairs {A B C : Type} (h : A -> B -> C) f g f' g' kept others : map2 h (pairs f g kept others) (pairs f' g' kept others) =
  pairs (fun k => h (f k) (f' k)) (fun k j => h (g k j) (g' k j)) kept others.
Proof. induction kept as [|k rest IH]; simpl; auto. rewrite map2_append, map2_of_maps, IH; auto. now rewrite !length_map. Qed.

Lemma total_of_append a b : total_of (a ++ b) = total_of a + total_of b.
Proof. induction a as [|x a IH]; simpl; [ring|]. rewrite IH. ring. Qed.

Lemma inner_by_products a : forall b, inner a b = total_of (map2 Rmult a b).
Proof. induction a as [|x a IH]; intros [|y b]; simpl; auto. now rewrite IH. Qed.

Lemma total_of_pairs f g k rest others : total_of (pairs f g (k :: rest) others) =
  f k + (sum_of (g k) rest + sum_of (g k) others) + total_of (pairs f g rest others).
Proof. simpl. rewrite map_app, !total_of_append. unfold sum_of. ring. Qed.

Section Reals.
Variables (u : vector) (others : list nat).
Notation x k := (nth k u 0).

(* The double sum of u_k c_kj u_j, pair by pair. *)
Lemma double_sum (c : nat -> nat -> R) kept : (forall k j, In j others -> c j k = 0) ->
  total_of (pairs (fun k => c k k * (x k * x k)) (fun k j => (c k j + c j k) * (x k * x j)) kept others) =
  sum_of (fun k => x k * (sum_of (fun j => c k j * x j) kept + sum_of (fun j => c k j * x j) others)) kept.
Proof.
  intros Z. induction kept as [|k rest IH]; [reflexivity|]. rewrite total_of_pairs, IH, sum_of_next. cbv beta. rewrite sum_of_next.
  rewrite (sum_of_same _ (fun j => x k * (c k j * x j)) others) by (intros j J; rewrite (Z k j J); ring).
  rewrite (sum_of_same _ (fun j => x k * (c k j * x j) + x k * (x j * c j k)) rest) by (intros; ring).
  rewrite (sum_of_same (fun i => x i * (sum_of (fun j => c i j * x j) (k :: rest) + sum_of (fun j => c i j * x j) others))
    (fun i => x k * (x i * c i k) + x i * (sum_of (fun j => c i j * x j) rest + sum_of (fun j => c i j * x j) others)) rest)
    by (intros; rewrite sum_of_next; ring).
  rewrite !sum_of_sums, !sum_of_scaled. ring.
Qed.

(* The weights' sum. *)
Variables (w t : nat -> R) (s : R).
Hypotheses (s_positive : 0 < s) (w_positive : forall k, 0 < w k) (w_of_others : forall j, In j others -> w j = s).

Lemma sum_of_positive f l : (forall k, In k l -> 0 <= f k) -> 0 <= sum_of f l.
Proof.
  intros H. induction l as [|k l IH]; [unfold sum_of; simpl; lra|]. rewrite sum_of_next. pose proof (H k (or_introl eq_refl)).
  assert (0 <= sum_of f l) by (apply IH; intros; apply H; now right). lra.
Qed.

Lemma sum_of_below f g l : (forall k, In k l -> f k <= g k) -> sum_of f l <= sum_of g l.
Proof.
  intros H. assert (P : 0 <= sum_of (fun k => g k + -1 * f k) l) by (apply sum_of_positive; intros k K; specialize (H k K); lra).
  rewrite sum_of_sums, sum_of_scaled in P. lra.
Qed.

Lemma weighted_squares kept :
  total_of (pairs (fun k => w k * ((x k * x k - t k) * (x k * x k - t k))) (fun k j => (w k + w j) * (x k * x j * (x k * x j))) kept others) =
  sum_of (fun k => w k * (x k * x k)) kept * (sum_of (fun k => x k * x k) kept + sum_of (fun k => x k * x k) others) +
  s * (sum_of (fun k => x k * x k) kept * sum_of (fun k => x k * x k) others) +
  (sum_of (fun k => w k * (t k * t k)) kept + -2 * sum_of (fun k => w k * t k * (x k * x k)) kept).
Proof.
  induction kept as [|k rest IH]; [unfold sum_of; simpl; ring|]. rewrite total_of_pairs, IH, !sum_of_next.
  rewrite (sum_of_same _ (fun j => (w k + s) * (x k * x k) * (x j * x j)) others) by (intros j J; rewrite (w_of_others j J); ring).
  rewrite (sum_of_same _ (fun j => w k * (x k * x k) * (x j * x j) + x k * x k * (w j * (x j * x j))) rest) by (intros; ring).
  rewrite sum_of_sums, !sum_of_scaled. ring.
Qed.

Theorem weighted_squares_below kept : (forall k, In k kept -> w k * (1 - 2 * t k) <= s) ->
  sum_of (fun k => x k * x k) kept + sum_of (fun k => x k * x k) others <= 1 ->
  total_of (pairs (fun k => w k * ((x k * x k - t k) * (x k * x k - t k))) (fun k j => (w k + w j) * (x k * x j * (x k * x j))) kept others)
  <= s + sum_of (fun k => w k * (t k * t k)) kept.
Proof.
  intros H U. rewrite weighted_squares.
  assert (K : sum_of (fun k => w k * (x k * x k) + -2 * (w k * t k * (x k * x k))) kept <= sum_of (fun k => s * (x k * x k)) kept).
  { apply sum_of_below. intros k I. specialize (H k I). pose proof (Rle_0_sqr (x k)) as Q. unfold Rsqr in Q. nra. }
  rewrite sum_of_sums, !sum_of_scaled in K.
  assert (Y : 0 <= sum_of (fun k => w k * (x k * x k)) kept).
  { apply sum_of_positive. intros k _. pose proof (w_positive k). apply Rmult_le_pos; [lra | apply Rle_0_sqr]. }
  assert (P : forall l, 0 <= sum_of (fun k => x k * x k) l) by (intros l; apply sum_of_positive; intros; apply Rle_0_sqr).
  pose proof (P kept) as A. pose proof (P others) as B.
  set (y := sum_of (fun k => w k * (x k * x k)) kept) in *. set (a := sum_of (fun k => x k * x k) kept) in *.
  set (b := sum_of (fun k => x k * x k) others) in *.
  assert (y * (a + b) <= y) by nra. assert (a * (1 + b) <= 1) by nra. assert (s * (a * (1 + b)) <= s) by nra. lra.
Qed.
End Reals.

Lemma sum_of_append f a b : sum_of f (a ++ b) = sum_of f a + sum_of f b.
Proof. unfold sum_of. now rewrite map_app, total_of_append. Qed.

Lemma sum_of_shifted f n : sum_of f (seq 1 n) = sum_of (fun k => f (S k)) (seq 0 n).
Proof. unfold sum_of. now rewrite <- seq_shift, map_map. Qed.

Lemma inner_by_index u : forall row n, (length row <= n)%nat -> inner row u = sum_of (fun j => nth j row 0 * nth j u 0) (seq 0 n).
Proof.
  induction u as [|y u IH]; intros [|z row] n L; try (symmetry; apply sum_of_nothing; intros [|k]; simpl; ring).
  destruct n as [|n]; simpl in L; [lia|]. cbn [seq inner]. rewrite sum_of_next, sum_of_shifted. cbn [nth].
  now rewrite (IH row n) by lia.
Qed.

Lemma squares_below n : forall u, sum_of (fun j => nth j u 0 * nth j u 0) (seq 0 n) <= inner u u.
Proof.
  induction n as [|n IH]; intros [|y u]; try (apply Req_le; apply sum_of_nothing; intros [|k]; simpl; ring).
  - apply (inner_self (y :: u)).
  - cbn [seq inner]. rewrite sum_of_next, sum_of_shifted. cbn [nth]. specialize (IH u). lra.
Qed.

Lemma total_of_moved_pairs f g h kept others :
  total_of (pairs (fun k => f k + h k) g kept others) = total_of (pairs f g kept others) + sum_of h kept.
Proof.
  induction kept as [|k rest IH]; [unfold sum_of; simpl; ring|]. rewrite !total_of_pairs, IH, sum_of_next. ring.
Qed.

Lemma total_of_scaled c l : total_of (scaled c l) = c * total_of l.
Proof. induction l as [|x l IH]; simpl; [ring|]. rewrite IH. ring. Qed.

Lemma half_is_half : real_of (1, -1)%Z = / 2.
Proof. unfold real_of. simpl. lra. Qed.

Lemma zero_is_zero : zero (N := reals) = 0.
Proof. unfold zero. simpl. unfold real_of. simpl. ring. Qed.

(* Second-order terms as the inner product with a vector that is no longer than 1, and a number. *)
Section Products.
Variables (u : vector) (blocks more : nat) (ws ts : vector) (s : R).
Hypotheses (short : inner u u <= 1) (ws_positive : Forall (Rlt 0) ws) (ws_length : length ws = blocks) (s_positive : 0 < s)
  (narrow : forall k, (k < blocks)%nat -> nth k ws s * (1 - 2 * nth k ts 0) <= s).

Notation kept := (seq 0 blocks).
Notation others := (seq blocks more).
Notation x k := (nth k u 0).
Notation w k := (nth k ws s).
Notation t k := (nth k ts 0).

Definition products : vector := pairs (fun k => x k * x k - t k) (fun k j => x k * x j) kept others.

Lemma moved_is_sum (rows : matrix) : moved (N := reals) kept ts rows = sum_of (fun k => (t k - / 2) * nth k (nth k rows []) 0) kept.
Proof. unfold moved, entry. rewrite total_is_total, !zero_is_zero. cbn [exactly reals]. now rewrite half_is_half. Qed.

Lemma bends_by_products rows : (length rows <= blocks)%nat -> Forall (fun row : vector => length row <= blocks + more)%nat rows ->
  bends u 0 rows = inner (coefficients (N := reals) kept others rows) products + moved (N := reals) kept ts rows.
Proof.
  intros L W. set (c := fun k j => nth j (nth k rows []) 0).
  assert (Z : forall k j, In j others -> c j k = 0).
  { intros k j J. apply in_seq in J. unfold c. rewrite (nth_overflow rows) by lia. now destruct k. }
  assert (E : inner (coefficients (N := reals) kept others rows) products =
    total_of (pairs (fun k => c k k * (x k * x k)) (fun k j => (c k j + c j k) * (x k * x j)) kept others) + sum_of (fun k => - (t k * c k k)) kept).
  { rewrite <- total_of_moved_pairs, inner_by_products. unfold coefficients, products, entry. rewrite map2_pairs, !zero_is_zero. f_equal.
    apply pairs_same; intros; unfold c; simpl; ring. }
  rewrite E, moved_is_sum, (double_sum u others c kept Z), (bends_by_index u blocks rows L), <- !sum_of_sums.
  apply sum_of_same. intros k K. unfold bend.
  rewrite (inner_by_index u (nth k rows []) (blocks + more)), seq_app, sum_of_append.
  - unfold c. cbn [Nat.add]. field.
  - destruct (le_lt_dec (length rows) k) as [O|O]; [rewrite nth_overflow by exact O; simpl; lia|].
    rewrite Forall_forall in W. now apply W, nth_In.
Qed.

Definition share : R := s + sum_of (fun k => w k * (t k * t k)) kept.

Lemma weight_positive k : 0 < w k.
Proof.
  destruct (le_lt_dec (length ws) k) as [O|O]; [now rewrite nth_overflow|]. rewrite Forall_forall in ws_positive. now apply ws_positive, nth_In.
Qed.

Lemma share_positive : 0 < share.
Proof.
  unfold share. assert (0 <= sum_of (fun k => w k * (t k * t k)) kept); [|lra]. apply sum_of_positive. intros k _.
  pose proof (weight_positive k). apply Rmult_le_pos; [lra | apply Rle_0_sqr].
Qed.

Lemma share_is_share : share_of_products (N := reals) kept ws ts s = share.
Proof. unfold share_of_products, share. rewrite total_is_total, !zero_is_zero. reflexivity. Qed.

(* The products, each as long as its weight lets it be. *)
Definition weighted : vector :=
  pairs (fun k => sqrt (w k * / share) * (x k * x k - t k)) (fun k j => sqrt ((w k + w j) * / share) * (x k * x j)) kept others.

Lemma root_of_part v : 0 < v -> 0 < sqrt (v * / share) /\ sqrt (v * / share) * sqrt (v * / share) = / share * v.
Proof.
  intros V. pose proof (Rinv_0_lt_compat _ share_positive) as I. assert (P : 0 < v * / share) by now apply Rmult_lt_0_compat.
  split; [now apply sqrt_lt_R0|]. rewrite sqrt_sqrt; lra.
Qed.

Lemma part_is_whole v c y : 0 < v -> / sqrt (v * / share) * c * (sqrt (v * / share) * y) = c * y.
Proof. intros V. destruct (root_of_part v V) as [P _]. field. lra. Qed.

Lemma products_row_at rows :
  inner (products_row (N := reals) kept others ws ts s rows) weighted = inner (coefficients (N := reals) kept others rows) products.
Proof.
  rewrite !inner_by_products. unfold products_row, stretches, weights_of_pairs, coefficients, weighted, products.
  rewrite map_pairs, !map2_pairs, share_is_share. f_equal. pose proof weight_positive as P. apply pairs_same.
  - intros k. apply part_is_whole, P.
  - intros k j. apply part_is_whole. pose proof (P k). pose proof (P j). simpl. lra.
Qed.

Lemma weighted_is_short : inner weighted weighted <= 1.
Proof.
  pose proof weight_positive as P. rewrite inner_by_products. unfold weighted. rewrite map2_pairs.
  rewrite (pairs_same _ (fun k => / share * (w k * ((x k * x k - t k) * (x k * x k - t k)))) _
    (fun k j => / share * ((w k + w j) * (x k * x j * (x k * x j))))).
  - rewrite <- (map_pairs (Rmult (/ share))), total_of_scaled. rewrite <- (Rinv_l share) by (pose proof share_positive; lra).
    apply Rmult_le_compat_l; [pose proof (Rinv_0_lt_compat _ share_positive); lra|].
    apply weighted_squares_below; auto.
    + intros j J. apply in_seq in J. apply nth_overflow. lia.
    + intros k K. apply in_seq in K. apply narrow. lia.
    + pose proof (squares_below (blocks + more) u) as Q. rewrite seq_app, sum_of_append in Q. cbn [Nat.add] in Q. lra.
  - intros k. destruct (root_of_part (w k) (P k)) as [_ E]. rewrite <- (Rmult_assoc (/ share)), <- E. ring.
  - intros k j. destruct (root_of_part (w k + w j)) as [_ E]; [pose proof (P k); pose proof (P j); lra|].
    rewrite <- (Rmult_assoc (/ share)), <- E. ring.
Qed.

Theorem products_as_vector : exists z, inner z z <= 1 /\ forall rows, (length rows <= blocks)%nat ->
  Forall (fun row : vector => length row <= blocks + more)%nat rows ->
  bends u 0 rows = inner (products_row (N := reals) kept others ws ts s rows) z + moved (N := reals) kept ts rows.
Proof.
  exists weighted. split; [exact weighted_is_short|]. intros rows L W. rewrite products_row_at. now apply bends_by_products.
Qed.
End Products.
