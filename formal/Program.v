(* A step program: the list of operations in a certificate, and how it runs over any kind of numbers. *)

From Coq Require Import ZArith List Arith Lia.
From Anylength Require Import Numbers.
Import ListNotations.

(* A value is a list of numbers. An instruction makes a value of earlier ones, which it names by their places from 0. *)
Inductive instruction (A : Type) :=
  | Symbol
  | State
  | Tensor (v : list A)
  | Constant (x : A) (rows : nat)
  | Slice (a first past : nat)
  | Take (a : nat) (rows : list nat)
  | Concatenate (of : list nat)
  | Matmul (weight : list (list A)) (a : nat)
  | Apply2 (f : binary) (a b : nat)
  | Apply1 (f : unary) (a : nat)
  | Lerp (z a b : nat)
  | Scale (factor : A) (a : nat)
  | Mean (a : nat)
  | MeanSquare (a : nat)
  | Center (a : nat)
  | Normalize (epsilon : A) (a : nat)
  | Softmax (a : nat)
  | Matvec (a b : nat)
  | Stored (a : nat).

Arguments Symbol {A}.
Arguments State {A}.
Arguments Tensor {A} v.
Arguments Constant {A} x rows.
Arguments Slice {A} a first past.
Arguments Take {A} a rows.
Arguments Concatenate {A} of.
Arguments Matmul {A} weight a.
Arguments Apply2 {A} f a b.
Arguments Apply1 {A} f a.
Arguments Lerp {A} z a b.
Arguments Scale {A} factor a.
Arguments Mean {A} a.
Arguments MeanSquare {A} a.
Arguments Center {A} a.
Arguments Normalize {A} epsilon a.
Arguments Softmax {A} a.
Arguments Matvec {A} a b.
Arguments Stored {A} a.

(* The same instruction with other weights. *)
Definition with_weights {A B : Type} (f : A -> B) (i : instruction A) : instruction B :=
  match i with
  | Symbol => Symbol
  | State => State
  | Tensor v => Tensor (map f v)
  | Constant x rows => Constant (f x) rows
  | Slice a first past => Slice a first past
  | Take a rows => Take a rows
  | Concatenate of => Concatenate of
  | Matmul weight a => Matmul (map (map f) weight) a
  | Apply2 g a b => Apply2 g a b
  | Apply1 g a => Apply1 g a
  | Lerp z a b => Lerp z a b
  | Scale factor a => Scale (f factor) a
  | Mean a => Mean a
  | MeanSquare a => MeanSquare a
  | Center a => Center a
  | Normalize epsilon a => Normalize (f epsilon) a
  | Softmax a => Softmax a
  | Matvec a b => Matvec a b
  | Stored a => Stored a
  end.

Fixpoint map2 {A B C : Type} (f : A -> B -> C) (a : list A) (b : list B) : list C :=
  match a, b with
  | x :: a', y :: b' => f x y :: map2 f a' b'
  | _, _ => []
  end.

Fixpoint map3 {A B C D : Type} (f : A -> B -> C -> D) (a : list A) (b : list B) (c : list C) : list D :=
  match a, b, c with
  | x :: a', y :: b', z :: c' => f x y z :: map3 f a' b' c'
  | _, _, _ => []
  end.

(* The rows of a matrix that is kept as one list, row after row. *)
Fixpoint rows_of {A : Type} (count columns : nat) (l : list A) : list (list A) :=
  match count with
  | 0 => []
  | S count' => firstn columns l :: rows_of count' columns (skipn columns l)
  end.

Section Run.
Variable N : numbers.

Definition value := list N.

(* x - mean, with x counted once: ((n - 1) x - the sum of the others) / n. *)
Definition centered (n : nat) (x : N * list N) : N :=
  divided (apply2 Subtract (apply2 Multiply (exactly (Z.of_nat (n - 1), 0%Z)) (fst x)) (total (snd x))) n.

Definition scaled_to_unit (epsilon : N) (n : nat) (x : N * list N) : N :=
  normalized (fst x) (total (map (apply1 Square) (snd x))) n epsilon.

(* e^x / (e^x + the sum of the others' e^y), written as 1 / (1 + the sum of e^(y - x)). *)
Definition share (x : N * list N) : N :=
  apply1 Reciprocal (apply2 Add one (total (map (fun y => apply1 Exp (apply2 Subtract y (fst x))) (snd x)))).

Definition execute (symbol state : value) (values : list value) (i : instruction N) : value :=
  let at_ k := nth k values [] in
  match i with
  | Symbol => symbol
  | State => state
  | Tensor v => v
  | Constant x rows => repeat x rows
  | Slice a first past => firstn (past - first) (skipn first (at_ a))
  | Take a rows => map (fun k => nth k (at_ a) zero) rows
  | Concatenate of => concat (map at_ of)
  | Matmul weight a => map (fun row => dot row (at_ a)) weight
  | Apply2 f a b => map2 (apply2 f) (at_ a) (at_ b)
  | Apply1 f a => map (apply1 f) (at_ a)
  | Lerp z a b => map3 lerp (at_ z) (at_ a) (at_ b)
  | Scale factor a => map (apply2 Multiply factor) (at_ a)
  | Mean a => [mean (at_ a)]
  | MeanSquare a => [mean_square (at_ a)]
  | Center a => map (centered (length (at_ a))) (each_with_others [] (at_ a))
  | Normalize epsilon a => map (scaled_to_unit epsilon (length (at_ a))) (each_with_others [] (at_ a))
  | Softmax a => map share (each_with_others [] (at_ a))
  | Matvec a b => map (fun row => dot row (at_ b)) (rows_of (length (at_ a) / length (at_ b)) (length (at_ b)) (at_ a))
  | Stored a => at_ a
  end.

(* All values of a program. Where `given` has a value at an instruction's place, that is taken, and the instruction is not run. *)
Fixpoint run (symbol state : value) (given : list (option value)) (code : list (instruction N)) (values : list value) : list value :=
  match code with
  | [] => values
  | i :: rest =>
      let v := match hd None given with Some v => v | None => execute symbol state values i end in
      run symbol state (tl given) rest (values ++ [v])
  end.

Definition values_of (symbol state : value) (code : list (instruction N)) : list value := run symbol state [] code [].
Definition result_of (symbol state : value) (code : list (instruction N)) : value := last (values_of symbol state code) [].

Lemma run_keeps symbol state code : forall given values k, k < length values ->
  nth k (run symbol state given code values) [] = nth k values [].
Proof.
  induction code as [|i code IH]; intros given values k H; simpl; [reflexivity|].
  rewrite IH by (rewrite length_app; simpl; lia). now rewrite app_nth1.
Qed.

Lemma run_length symbol state code : forall given values, length (run symbol state given code values) = length values + length code.
Proof.
  induction code as [|i code IH]; intros given values; simpl; [lia|]. rewrite IH, length_app; simpl; lia.
Qed.
End Run.

Arguments execute {N} symbol state values i.
Arguments run {N} symbol state given code values.
Arguments values_of {N} symbol state code.
Arguments result_of {N} symbol state code.
Arguments run_keeps {N} symbol state code given values k.
Arguments run_length {N} symbol state code given values.
