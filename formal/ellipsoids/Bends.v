(* Second-order terms: for rows b_1, b_2, ... the sum of u_k (b_k . u) - b_kk / 2. It is b_k . v_k / 2 summed, with v_k = 2 u_k u - e_k. *)

From Coq Require Import Reals List Arith Lra Lia Psatz.
From Anylength Require Import Vectors Matrices.
Import ListNotations.
Local Open Scope R_scope.

Definition bend (u : vector) (k : nat) (row : vector) : R := nth k u 0 * inner row u - nth k row 0 / 2.

Fixpoint bends (u : vector) (k : nat) (rows : matrix) : R :=
  match rows with
  | [] => 0
  | row :: rest => bend u k row + bends u (S k) rest
  end.

Lemma bend_sum u k a b : bend u k (sum a b) = bend u k a + bend u k b.
Proof. unfold bend. rewrite inner_sum, nth_sum. lra. Qed.

Lemma bend_scaled u k c a : bend u k (scaled c a) = c * bend u k a.
Proof. unfold bend. rewrite inner_scaled, nth_scaled. lra. Qed.

Lemma bend_nothing u k : bend u k [] = 0.
Proof. unfold bend. replace (nth k [] 0) with 0 by now destruct k. simpl. lra. Qed.

Lemma bends_sum u a : forall b k, bends u k (joined sum a b) = bends u k a + bends u k b.
Proof. induction a as [|x a IH]; intros [|y b] k; simpl; try lra. rewrite bend_sum, IH. lra. Qed.

Lemma bends_scaled u c a : forall k, bends u k (map (scaled c) a) = c * bends u k a.
Proof. induction a as [|x a IH]; intros k; simpl; try lra. rewrite bend_scaled, IH. lra. Qed.

Lemma bends_append u a b : forall k, bends u k (a ++ b) = bends u k a + bends u (k + length a) b.
Proof.
  induction a as [|x a IH]; intros k; simpl; [rewrite Nat.add_0_r; lra|]. rewrite IH, Nat.add_succ_r. simpl. lra.
Qed.

(* How large they are. *)
Fixpoint sizes (rows : matrix) : R :=
  match rows with
  | [] => 0
  | row :: rest => size row + sizes rest
  end.

Lemma bend_below u k row : inner u u <= 1 -> Rabs (bend u k row) <= size row / 2.
Proof.
  intros U. pose proof (inner_with_short row _ (turned_is_short k u U)) as H. rewrite inner_turned in H.
  apply between_abs in H. apply Rabs_le. unfold bend. lra.
Qed.

Lemma bends_below u rows : inner u u <= 1 -> forall k, Rabs (bends u k rows) <= sizes rows / 2.
Proof.
  intros U. induction rows as [|row rest IH]; intros k; simpl; [rewrite Rabs_R0; lra|].
  pose proof (between_abs _ _ (bend_below u k row U)). pose proof (between_abs _ _ (IH (S k))). apply Rabs_le. lra.
Qed.

(* The product of two numbers that are linear in u. *)
Fixpoint cleared {A : Type} (zero : A) (n : nat) (l : list A) : list A :=
  match n, l with
  | S n', _ :: rest => zero :: cleared zero n' rest
  | _, _ => l
  end.

Fixpoint heads (n : nat) (a b : vector) : R :=
  match n, a, b with
  | S n', x :: a', y :: b' => x * y + heads n' a' b'
  | _, _, _ => 0
  end.

Lemma heads_next n : forall a b, heads (S n) a b = heads n a b + nth n a 0 * nth n b 0.
Proof.
  induction n as [|n IH]; intros [|x a] [|y b]; try (simpl; ring).
  change (heads (S (S n)) (x :: a) (y :: b)) with (x * y + heads (S n) a b). rewrite IH. simpl. ring.
Qed.

Lemma inner_cleared n : forall a b, heads n a b + inner (cleared 0 n a) b = inner a b.
Proof. induction n as [|n IH]; intros [|x a] [|y b]; simpl; try ring. rewrite <- (IH a b). ring. Qed.

Lemma inner_both_cleared n : forall a b, inner (cleared 0 n a) (cleared 0 n b) = inner (cleared 0 n a) b.
Proof. induction n as [|n IH]; intros [|x a] [|y b]; simpl; try ring. rewrite IH. ring. Qed.

Lemma nth_cleared n : forall a k, (k < n)%nat -> nth k (cleared 0 n a) 0 = 0.
Proof.
  induction n as [|n IH]; intros [|x a] [|k] L; simpl; auto; try lia. apply IH. lia.
Qed.

Definition product_row (blocks : nat) (g h : vector) (k : nat) : vector :=
  sum (scaled (nth k g 0) h) (scaled (nth k h 0) (cleared 0 blocks g)).

Lemma bends_of_rows u blocks g h n : (n <= blocks)%nat -> bends u 0 (map (product_row blocks g h) (seq 0 n)) =
  inner h u * heads n g u + inner (cleared 0 blocks g) u * heads n h u - heads n g h / 2.
Proof.
  induction n as [|n IH]; intros L; [simpl; lra|].
  rewrite seq_S, map_app, bends_append, IH by lia. rewrite length_map, length_seq, !heads_next. simpl.
  unfold bend, product_row. rewrite inner_sum, !inner_scaled, nth_sum, !nth_scaled, nth_cleared by lia. lra.
Qed.

Theorem product_by_bends u blocks g h : inner u u <= 1 ->
  Rabs (inner g u * inner h u - bends u 0 (map (product_row blocks g h) (seq 0 blocks)) - inner g h / 2)
  <= size (cleared 0 blocks g) * size (cleared 0 blocks h) / 2.
Proof.
  intros U. rewrite bends_of_rows by lia.
  pose proof (product_of_inners (cleared 0 blocks g) (cleared 0 blocks h) u U) as P. rewrite inner_both_cleared in P.
  rewrite <- (inner_cleared blocks g u), <- (inner_cleared blocks h u), <- (inner_cleared blocks g h).
  apply between_abs in P. apply Rabs_le. lra.
Qed.
