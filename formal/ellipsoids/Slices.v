(* Slices of an ellipsoid c + L u, |u| <= 1, by the first number of u, and an ellipsoid around each. *)

From Coq Require Import Reals List Lra Psatz.
From Anylength Require Import Numbers Vectors.
Import ListNotations.
Local Open Scope R_scope.

(* How much is left to 1 of (t - d)^2 / p^2 + (1 - t^2) / s^2, times p^2 s^2. *)
Definition left_at (d p s t : R) : R := p * s * (p * s) - (s * (t - d) * (s * (t - d)) + p * p * (1 - t * t)).

Lemma left_between d p s low high t : p * p <= s * s -> low <= t <= high -> 0 <= left_at d p s low -> 0 <= left_at d p s high ->
  0 <= left_at d p s t.
Proof.
  intros P [A B] L H. destruct (Rle_lt_dec high low) as [E|E]; [replace t with low by lra; exact L|].
  assert (S : (high - low) * left_at d p s t =
    (high - t) * left_at d p s low + (t - low) * left_at d p s high + (s * s - p * p) * ((t - low) * (high - t) * (high - low)))
    by (unfold left_at; ring).
  assert (0 <= (high - t) * left_at d p s low) by (apply Rmult_le_pos; lra).
  assert (0 <= (t - low) * left_at d p s high) by (apply Rmult_le_pos; lra).
  assert (0 <= (s * s - p * p) * ((t - low) * (high - t) * (high - low))) by (repeat apply Rmult_le_pos; lra).
  destruct (Rle_lt_dec 0 (left_at d p s t)); auto. nra.
Qed.

(* What is u in the ellipsoid, is this in the one around a slice. *)
Definition in_slice (d p s : R) (u : vector) : vector :=
  match u with
  | [] => []
  | x :: rest => (x - d) / p :: scaled (/ s) rest
  end.

Lemma in_slice_is_short d p s x rest : 0 < p -> 0 < s -> inner (x :: rest) (x :: rest) <= 1 -> 0 <= left_at d p s x ->
  inner (in_slice d p s (x :: rest)) (in_slice d p s (x :: rest)) <= 1.
Proof.
  intros P S U L. simpl in *. rewrite inner_scaled, (inner_swap rest), inner_scaled. unfold left_at in L. set (r := inner rest rest) in *.
  assert (Q : 0 < p * s * (p * s)) by (repeat apply Rmult_lt_0_compat; auto).
  apply Rmult_le_reg_l with (1 := Q). rewrite Rmult_1_r.
  replace (p * s * (p * s) * ((x - d) / p * ((x - d) / p) + / s * (/ s * r))) with (s * (x - d) * (s * (x - d)) + p * p * r) by (field; lra).
  assert (p * p * r <= p * p * (1 - x * x)) by (apply Rmult_le_compat_l; nra). lra.
Qed.

(* The row of a shape that is row in the ellipsoid, is this in the one around a slice, and what it adds to the center. *)
Definition row_in_slice (p s : R) (row : vector) : vector :=
  match row with
  | [] => []
  | a :: others => a * p :: scaled s others
  end.

Lemma same_in_slice d p s row x rest : p <> 0 -> s <> 0 ->
  inner row (x :: rest) = hd 0 row * d + inner (row_in_slice p s row) (in_slice d p s (x :: rest)).
Proof.
  intros P S. destruct row as [|a others]; simpl; [ring|].
  assert (E : inner (scaled s others) (scaled (/ s) rest) = inner others rest)
    by (rewrite inner_scaled, inner_swap, inner_scaled, (inner_swap rest); field; auto).
  rewrite E. field. auto.
Qed.
